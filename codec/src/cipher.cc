/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/cipher.h"

#include "sst/random.h"
#include "sst/secret.h"

#include <cstdlib>
#include <cstring>
#include <sodium.h>

namespace sst
{

namespace
{

/// The nonce: 0(32) | LE64(counter).
struct Nonce
{
    explicit Nonce(uint64_t counter)
    {
        // Written out: the compiler makes one store of it.
        bytes[4] = static_cast<uint8_t>(counter);
        bytes[5] = static_cast<uint8_t>(counter >> 8);
        bytes[6] = static_cast<uint8_t>(counter >> 16);
        bytes[7] = static_cast<uint8_t>(counter >> 24);
        bytes[8] = static_cast<uint8_t>(counter >> 32);
        bytes[9] = static_cast<uint8_t>(counter >> 40);
        bytes[10] = static_cast<uint8_t>(counter >> 48);
        bytes[11] = static_cast<uint8_t>(counter >> 56);
    }

    uint8_t bytes[crypto_aead_chacha20poly1305_ietf_NPUBBYTES]{}; //!< 12 bytes
};

/// libsodium's initialization, harmless when repeated.
void
InitializeSodium()
{
    if (sodium_init() < 0)
    {
        // No entropy source or no memory protection: nothing may be encrypted on such a host.
        std::abort();
    }
}

} // namespace

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

SodiumChaChaPoly::SodiumChaChaPoly()
{
    InitializeSodium();
}

void
SodiumChaChaPoly::Seal(const uint8_t* key,
                       uint64_t nonce,
                       const uint8_t* aad,
                       size_t aadSize,
                       uint8_t* data,
                       size_t size,
                       uint8_t* tag) const
{
    const Nonce n(nonce);
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(data,
                                                       tag,
                                                       nullptr,
                                                       data,
                                                       size,
                                                       aad,
                                                       aadSize,
                                                       nullptr,
                                                       n.bytes,
                                                       key);
}

bool
SodiumChaChaPoly::Open(const uint8_t* key,
                       uint64_t nonce,
                       const uint8_t* aad,
                       size_t aadSize,
                       uint8_t* data,
                       size_t size,
                       const uint8_t* tag) const
{
    const Nonce n(nonce);
    int status = crypto_aead_chacha20poly1305_ietf_decrypt_detached(data,
                                                                    nullptr,
                                                                    data,
                                                                    size,
                                                                    tag,
                                                                    aad,
                                                                    aadSize,
                                                                    n.bytes,
                                                                    key);
    SST_DECLASSIFY(&status, sizeof status);
    if (status == 0)
    {
        SST_DECLASSIFY(data, size);
    }
    return status == 0;
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
