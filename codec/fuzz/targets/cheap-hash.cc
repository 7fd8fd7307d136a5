// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// A stand-in for SHA-256 and HMAC in the target `endpoint`, where they would take a seventh of the
// time: four 64-bit lanes, multiplied and rotated. Its value depends on every bit, on the order and
// on the key; that nobody can find two inputs of one value is not asked of it here. The linker takes
// these before those of libsodium's shared library; the codec itself is the same.

#include <cstdint>
#include <cstring>
#include <sodium.h>

namespace
{

constexpr size_t LANES = 4;
constexpr size_t BLOCK = LANES * 8; //!< bytes

/// What has been taken in.
struct Sponge
{
    uint64_t lanes[LANES];
    uint8_t pending[BLOCK]; //!< not yet a whole block
    uint64_t size;          //!< bytes in all
};

static_assert(sizeof(Sponge) <= sizeof(crypto_hash_sha256_state), "kept in libsodium's state");
static_assert(sizeof(Sponge) <= sizeof(crypto_auth_hmacsha256_state), "kept in libsodium's state");

void
Stir(uint64_t* lanes)
{
    for (size_t i = 0; i < LANES; i++)
    {
        const uint64_t z = (lanes[i] ^ (lanes[i] >> 31)) * 0x9e3779b97f4a7c15ULL;
        lanes[i] = z;
        lanes[(i + 1) % LANES] += (z << 23) | (z >> 41);
    }
}

void
TakeBlock(Sponge& sponge, const uint8_t* block)
{
    uint64_t words[LANES];
    std::memcpy(words, block, sizeof words);
    for (size_t i = 0; i < LANES; i++)
    {
        sponge.lanes[i] ^= words[i];
    }
    Stir(sponge.lanes);
}

void
Begin(void* state, uint64_t domain)
{
    Sponge sponge{{domain, 0x243f6a8885a308d3ULL, 0x13198a2e03707344ULL, 0xa4093822299f31d0ULL},
                  {},
                  0};
    std::memcpy(state, &sponge, sizeof sponge);
}

void
Take(void* state, const uint8_t* data, uint64_t size)
{
    Sponge sponge;
    std::memcpy(&sponge, state, sizeof sponge);
    size_t held = sponge.size % BLOCK;
    sponge.size += size;
    while (held + size >= BLOCK)
    {
        const size_t part = BLOCK - held;
        std::memcpy(sponge.pending + held, data, part);
        TakeBlock(sponge, sponge.pending);
        data += part;
        size -= part;
        held = 0;
    }
    if (size > 0)
    {
        std::memcpy(sponge.pending + held, data, size);
    }
    std::memcpy(state, &sponge, sizeof sponge);
}

void
End(void* state, uint8_t* out)
{
    Sponge sponge;
    std::memcpy(&sponge, state, sizeof sponge);
    const size_t held = sponge.size % BLOCK;
    std::memset(sponge.pending + held, 0, BLOCK - held);
    TakeBlock(sponge, sponge.pending);
    sponge.lanes[0] ^= sponge.size;
    for (int i = 0; i < 3; i++)
    {
        Stir(sponge.lanes);
    }
    std::memcpy(out, sponge.lanes, sizeof sponge.lanes);
}

} // namespace

int
crypto_hash_sha256_init(crypto_hash_sha256_state* state)
{
    Begin(state, 1);
    return 0;
}

int
crypto_hash_sha256_update(crypto_hash_sha256_state* state,
                          const unsigned char* in,
                          unsigned long long size)
{
    Take(state, in, size);
    return 0;
}

int
crypto_hash_sha256_final(crypto_hash_sha256_state* state, unsigned char* out)
{
    End(state, out);
    return 0;
}

int
crypto_auth_hmacsha256_init(crypto_auth_hmacsha256_state* state,
                            const unsigned char* key,
                            size_t keySize)
{
    Begin(state, 2 + keySize);
    Take(state, key, keySize);
    return 0;
}

int
crypto_auth_hmacsha256_update(crypto_auth_hmacsha256_state* state,
                              const unsigned char* in,
                              unsigned long long size)
{
    Take(state, in, size);
    return 0;
}

int
crypto_auth_hmacsha256_final(crypto_auth_hmacsha256_state* state, unsigned char* out)
{
    End(state, out);
    return 0;
}
