/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sodium-start.h"
#include "sst/cipher.h"
#include "sst/secret.h"

#include <algorithm>
#include <cstring>
#include <sodium.h>

namespace sst
{

namespace
{

constexpr size_t POLY_BLOCK = 16;   //!< bytes, RFC 8439 2.5
constexpr size_t CHACHA_BLOCK = 64; //!< bytes, RFC 8439 2.3

/// Bytes that libsodium's ChaCha20 makes at once with AVX2: eight blocks, or four.
constexpr size_t EIGHT_BLOCKS = 8 * CHACHA_BLOCK;
constexpr size_t FOUR_BLOCKS = 4 * CHACHA_BLOCK;

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

    uint8_t bytes[crypto_stream_chacha20_ietf_NONCEBYTES]{}; //!< 12 bytes
};

/**
 * How many bytes to ask libsodium for where fewer than eight blocks are needed.
 *
 * With AVX2 it makes eight blocks at once, then four at once, then one after the other, each of
 * them at half the time of eight: three or more single ones take longer than four more at once.
 *
 * @param size bytes needed, fewer than eight blocks
 * @return as many or more
 */
size_t
RoundUp(size_t size)
{
    if (size > FOUR_BLOCKS)
    {
        return EIGHT_BLOCKS;
    }
    return size > 2 * CHACHA_BLOCK ? FOUR_BLOCKS : size;
}

/// data ^= stream, both of `size` bytes.
void
Xor(uint8_t* data, const uint8_t* stream, size_t size)
{
    // Whole words first; the compiler makes a few wide instructions of them.
    constexpr size_t WORDS = CHACHA_BLOCK / sizeof(uint64_t);
    size_t at = 0;
    for (; size - at >= CHACHA_BLOCK; at += CHACHA_BLOCK)
    {
        uint64_t own[WORDS];
        uint64_t other[WORDS];
        std::memcpy(own, data + at, CHACHA_BLOCK);
        std::memcpy(other, stream + at, CHACHA_BLOCK);
        for (size_t i = 0; i < WORDS; ++i)
        {
            own[i] ^= other[i];
        }
        std::memcpy(data + at, own, CHACHA_BLOCK);
    }
    for (; at < size; ++at)
    {
        data[at] ^= stream[at];
    }
}

/**
 * The key stream of one packet. RFC 8439 2.6: block 0 gives the key of Poly1305; 2.8: the blocks
 * from 1 on encrypt.
 */
class KeyStream
{
  public:
    /**
     * @param key 32 bytes
     * @param counter the nonce
     * @param size bytes to encrypt or decrypt
     * @param wide whether to make eight blocks where fewer are needed
     */
    KeyStream(const uint8_t* key, uint64_t counter, size_t size, bool wide)
        : m_key(key),
          m_nonce(counter),
          m_wide(wide)
    {
        const size_t needed = std::min(CHACHA_BLOCK + size, EIGHT_BLOCKS);
        m_made = CHACHA_BLOCK;
        if (wide && size > 0)
        {
            m_made = std::max(RoundUp(needed), FOUR_BLOCKS);
        }
        crypto_stream_chacha20_ietf(m_first, m_made, m_nonce.bytes, key);
    }

    KeyStream(const KeyStream&) = delete;
    KeyStream& operator=(const KeyStream&) = delete;

    ~KeyStream()
    {
        Wipe(m_first, m_made);
    }

    /// @return 32 bytes
    const uint8_t* PolyKey() const
    {
        return m_first;
    }

    /// Encrypt or decrypt `size` bytes, as many as were said, once.
    void Apply(uint8_t* data, size_t size) const
    {
        const size_t head = std::min(size, m_made - CHACHA_BLOCK);
        Xor(data, m_first + CHACHA_BLOCK, head);
        const size_t rest = size - head;
        const size_t tail = m_wide ? rest % EIGHT_BLOCKS : 0;
        const size_t rounded = RoundUp(tail);
        const size_t direct = rounded == tail ? rest : rest - tail;
        const uint32_t block = m_made / CHACHA_BLOCK;
        if (direct > 0)
        {
            XorFrom(block, data + head, direct);
        }
        if (direct < rest)
        {
            alignas(CHACHA_BLOCK) uint8_t room[EIGHT_BLOCKS];
            uint8_t* last = data + head + direct;
            std::memcpy(room, last, tail);
            std::memset(room + tail, 0, rounded - tail);
            XorFrom(block + static_cast<uint32_t>(direct / CHACHA_BLOCK), room, rounded);
            std::memcpy(last, room, tail);
            Wipe(room, rounded);
        }
    }

  private:
    void XorFrom(uint32_t block, uint8_t* data, size_t size) const
    {
        crypto_stream_chacha20_ietf_xor_ic(data, data, size, m_nonce.bytes, block, m_key);
    }

    const uint8_t* m_key;                                //!< 32 bytes
    Nonce m_nonce;                                       //!< of all calls
    bool m_wide;                                         //!< see the constructor
    size_t m_made;                                       //!< bytes of m_first
    alignas(CHACHA_BLOCK) uint8_t m_first[EIGHT_BLOCKS]; //!< the stream from block 0 on
};

/**
 * RFC 8439 2.8: the tag is of "aad | pad16(aad) | ciphertext | pad16(ciphertext) |
 * num_to_8_le_bytes(aad.length) | num_to_8_le_bytes(ciphertext.length)".
 * @param polyKey 32 bytes
 * @param aad associated data
 * @param aadSize its bytes
 * @param data ciphertext
 * @param size its bytes
 * @param tag 16 bytes out
 */
void
Authenticate(const uint8_t* polyKey,
             const uint8_t* aad,
             size_t aadSize,
             const uint8_t* data,
             size_t size,
             uint8_t* tag)
{
    // Whole blocks in few calls: each that leaves part of a block costs as much as some blocks.
    crypto_onetimeauth_poly1305_state state;
    crypto_onetimeauth_poly1305_init(&state, polyKey);
    const size_t aadRest = aadSize % POLY_BLOCK;
    if (aadSize >= POLY_BLOCK)
    {
        crypto_onetimeauth_poly1305_update(&state, aad, aadSize - aadRest);
    }
    if (aadRest > 0)
    {
        uint8_t block[POLY_BLOCK] = {};
        std::memcpy(block, aad + aadSize - aadRest, aadRest);
        crypto_onetimeauth_poly1305_update(&state, block, sizeof block);
    }
    const size_t rest = size % POLY_BLOCK;
    if (size >= POLY_BLOCK)
    {
        crypto_onetimeauth_poly1305_update(&state, data, size - rest);
    }
    uint8_t end[2 * POLY_BLOCK] = {};
    const size_t used = rest > 0 ? sizeof end : POLY_BLOCK;
    if (rest > 0)
    {
        std::memcpy(end, data + size - rest, rest);
    }
    StoreLittle64(end + used - POLY_BLOCK, aadSize);
    StoreLittle64(end + used - POLY_BLOCK / 2, size);
    crypto_onetimeauth_poly1305_update(&state, end, used);
    crypto_onetimeauth_poly1305_final(&state, tag); // and wipes the state
}

} // namespace

SodiumChaChaPoly::SodiumChaChaPoly()
{
    InitializeSodium();
    m_wide = sodium_runtime_has_avx2() != 0;
}

SodiumChaChaPoly::SodiumChaChaPoly(bool wide)
    : m_wide(wide)
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
    const KeyStream stream(key, nonce, size, m_wide);
    stream.Apply(data, size);
    Authenticate(stream.PolyKey(), aad, aadSize, data, size, tag);
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
    const KeyStream stream(key, nonce, size, m_wide);
    uint8_t expected[TAG_SIZE];
    Authenticate(stream.PolyKey(), aad, aadSize, data, size, expected);
    int status = crypto_verify_16(expected, tag);
    SST_DECLASSIFY(&status, sizeof status);
    if (status == 0)
    {
        stream.Apply(data, size);
        SST_DECLASSIFY(data, size);
    }
    return status == 0;
}

} // namespace sst
