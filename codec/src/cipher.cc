/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/cipher.h"

#include "sodium-start.h"
#include "sst/random.h"
#include "sst/secret.h"

#include <cstring>
#include <sodium.h>

namespace sst
{

void
Cipher::Rekey(uint8_t* key) const
{
    // Noise 4.2: "REKEY(k): ... returns the first 32 bytes from ENCRYPT(k, maxnonce, zerolen,
    // zeros), where maxnonce equals 2^64-1, zerolen is a zero-length byte sequence, and zeros is a
    // sequence of 32 bytes filled with zeros."
    uint8_t next[KEY_SIZE] = {};
    uint8_t tag[TAG_SIZE];
    Seal(key, UINT64_MAX, nullptr, 0, next, sizeof next, tag);
    std::memcpy(key, next, sizeof next);
    Wipe(next, sizeof next);
}

void
X25519Base(const uint8_t* secret, uint8_t* publicKey)
{
    // The base point has full order: the result is never zero.
    (void)crypto_scalarmult_base(publicKey, secret);
}

bool
X25519(const uint8_t* secret, const uint8_t* publicKey, uint8_t* shared)
{
    // PROTOCOL, Cryptography: "X25519 result 0: drop." libsodium reports it as -1.
    int status = crypto_scalarmult(shared, secret, publicKey);
    SST_DECLASSIFY(&status, sizeof status);
    return status == 0;
}

KeyPair
GenerateKeyPair(Random& random, uint8_t keyId, uint8_t flags, const Clock& clock)
{
    KeyPair pair;
    random.Fill(Purpose::SECRET, pair.secretKey.data(), pair.secretKey.size());
    X25519Base(pair.secretKey.data(), pair.publicKey.data());
    pair.keyId = keyId;
    pair.flags = flags;
    pair.createdUnixMs = clock.unixMs;
    return pair;
}

void
SodiumRandom::Fill(Purpose, uint8_t* out, size_t size)
{
    InitializeSodium();
    randombytes_buf(out, size);
}

void
Wipe(void* data, size_t size)
{
    sodium_memzero(data, size);
}

} // namespace sst
