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

/// Write a number of 64 bits, least significant byte first.
void
StoreLittle64(uint8_t* out, uint64_t value)
{
    // Written out: the compiler makes one store of it.
    out[0] = static_cast<uint8_t>(value);
    out[1] = static_cast<uint8_t>(value >> 8);
    out[2] = static_cast<uint8_t>(value >> 16);
    out[3] = static_cast<uint8_t>(value >> 24);
    out[4] = static_cast<uint8_t>(value >> 32);
    out[5] = static_cast<uint8_t>(value >> 40);
    out[6] = static_cast<uint8_t>(value >> 48);
    out[7] = static_cast<uint8_t>(value >> 56);
}

/// The nonce: 0(32) | LE64(counter).
struct Nonce
{
    explicit Nonce(uint64_t counter)
    {
        StoreLittle64(bytes + 4, counter);
    }

    uint8_t bytes[crypto_aead_chacha20poly1305_ietf_NPUBBYTES]{}; //!< 12 bytes
};

constexpr size_t POLY_BLOCK = 16;   //!< bytes, RFC 8439 2.5
constexpr size_t CHACHA_BLOCK = 64; //!< bytes, RFC 8439 2.3
static_assert(Cipher::ROOM == CHACHA_BLOCK, "the block of the Poly1305 key stands in the room");

/// RFC 8439 2.8: what the tag is of, behind the whole blocks of the ciphertext.
struct MacTail
{
    /**
     * @param rest what is left of the ciphertext, less than a block
     * @param restSize its bytes
     * @param aadSize bytes of the associated data
     * @param size bytes of the ciphertext
     */
    MacTail(const uint8_t* rest, size_t restSize, size_t aadSize, size_t size)
        : used(restSize == 0 ? POLY_BLOCK : 2 * POLY_BLOCK)
    {
        std::memcpy(bytes, rest, restSize);
        StoreLittle64(bytes + used - POLY_BLOCK, aadSize);
        StoreLittle64(bytes + used - POLY_BLOCK / 2, size);
    }

    uint8_t bytes[2 * POLY_BLOCK]{}; //!< rest | zeros | LE64(aadSize) | LE64(size)
    size_t used;                     //!< of them
};

/**
 * RFC 8439 2.8, from "mac_data = aad | pad16(aad)" on.
 * @param polyKey 32 bytes
 * @param blocks the associated data, padded to one block, where the ciphertext follows it in
 * memory; else nullptr
 * @param aad it, at most one block, where not
 * @param aadSize its bytes
 * @param data ciphertext
 * @param size its bytes
 * @param tag 16 bytes out
 */
void
Authenticate(const uint8_t* polyKey,
             const uint8_t* blocks,
             const uint8_t* aad,
             size_t aadSize,
             const uint8_t* data,
             size_t size,
             uint8_t* tag)
{
    const size_t rest = size % POLY_BLOCK;
    const size_t whole = size - rest;
    crypto_onetimeauth_poly1305_state state;
    crypto_onetimeauth_poly1305_init(&state, polyKey);
    if (blocks != nullptr)
    {
        crypto_onetimeauth_poly1305_update(&state, blocks, POLY_BLOCK + whole);
    }
    else
    {
        if (aadSize > 0)
        {
            uint8_t block[POLY_BLOCK] = {};
            std::memcpy(block, aad, aadSize);
            crypto_onetimeauth_poly1305_update(&state, block, sizeof block);
        }
        crypto_onetimeauth_poly1305_update(&state, data, whole);
    }
    const MacTail tail(data + whole, rest, aadSize, size);
    crypto_onetimeauth_poly1305_update(&state, tail.bytes, tail.used);
    crypto_onetimeauth_poly1305_final(&state, tag); // and wipes the state
}

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
    Seal(key, UINT64_MAX, nullptr, 0, next, sizeof next, tag, Front::KEPT);
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
                       uint8_t* tag,
                       Front front) const
{
    const Nonce n(nonce);
    if (front == Front::KEPT || aadSize == 0 || aadSize > POLY_BLOCK)
    {
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
        return;
    }
    // RFC 8439 2.6 and 2.8: block 0 of the key stream gives the key of Poly1305, the blocks from 1
    // on encrypt. Zeros in front of the data let one call make both.
    uint8_t* room = data - ROOM;
    uint8_t* block = data - POLY_BLOCK;
    std::memset(room, 0, ROOM);
    crypto_stream_chacha20_ietf_xor_ic(room, room, ROOM + size, n.bytes, 0, key);
    std::memset(block, 0, POLY_BLOCK);
    std::memcpy(block, aad, aadSize);
    Authenticate(room, block, nullptr, aadSize, data, size, tag);
    std::memset(room, 0, ROOM); // the key of Poly1305 stood there
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
    int status = 0;
    if (aadSize > POLY_BLOCK)
    {
        status = crypto_aead_chacha20poly1305_ietf_decrypt_detached(data,
                                                                    nullptr,
                                                                    data,
                                                                    size,
                                                                    tag,
                                                                    aad,
                                                                    aadSize,
                                                                    n.bytes,
                                                                    key);
    }
    else
    {
        uint8_t block[CHACHA_BLOCK];
        uint8_t expected[TAG_SIZE];
        crypto_stream_chacha20_ietf(block, sizeof block, n.bytes, key);
        Authenticate(block, nullptr, aad, aadSize, data, size, expected);
        Wipe(block, sizeof block);
        status = crypto_verify_16(expected, tag);
    }
    SST_DECLASSIFY(&status, sizeof status);
    if (status == 0)
    {
        if (aadSize <= POLY_BLOCK)
        {
            crypto_stream_chacha20_ietf_xor_ic(data, data, size, n.bytes, 1, key);
        }
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
