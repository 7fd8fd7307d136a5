/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/checksum.h"

#include "sst/wire.h"

#include <algorithm>
#include <cstring>

namespace sst
{

namespace
{

/// Fold carries down to 16 bits.
uint16_t
Fold(uint64_t sum)
{
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(sum);
}

/// @return the two bytes of a host-order 16-bit word as they stand in memory, big-endian
uint16_t
FromMemoryOrder(uint16_t word)
{
    uint8_t bytes[2];
    std::memcpy(bytes, &word, sizeof bytes);
    return wire::Load16(bytes);
}

/// Four words of 32 bits: one register wherever there are such.
using Lanes = uint32_t __attribute__((vector_size(16)));

/// Most steps of 16 bytes whose halves a lane holds without a carry out of it.
constexpr size_t STEPS = 65536;

/**
 * RFC 1071 2(B) and 2(C): the sum does not depend on byte order, and may be formed in wider words
 * whose carries are folded at the end.
 * @return sum of 16-bit words as they stand in memory, an odd last byte with a zero behind it
 */
uint64_t
SumWords(const uint8_t* data, size_t size)
{
    uint64_t sum = 0;
    while (size >= sizeof(Lanes))
    {
        const size_t steps = std::min(size / sizeof(Lanes), STEPS);
        Lanes low{};
        Lanes high{};
        for (size_t i = 0; i < steps; ++i)
        {
            Lanes words;
            std::memcpy(&words, data + i * sizeof words, sizeof words);
            low += words & 0xffff;
            high += words >> 16;
        }
        for (size_t lane = 0; lane < 4; ++lane)
        {
            sum += uint64_t{low[lane]} + high[lane];
        }
        data += steps * sizeof(Lanes);
        size -= steps * sizeof(Lanes);
    }
    while (size >= sizeof(uint32_t))
    {
        uint32_t word;
        std::memcpy(&word, data, sizeof word);
        sum += word;
        data += sizeof word;
        size -= sizeof word;
    }
    uint8_t rest[4] = {};
    for (size_t i = 0; i < size; ++i)
    {
        rest[i] = data[i];
    }
    uint32_t word;
    std::memcpy(&word, rest, sizeof word);
    return sum + word;
}

} // namespace

uint16_t
ChecksumAdd(const uint8_t* data, size_t size, uint16_t sum)
{
    return Fold(uint64_t{FromMemoryOrder(Fold(SumWords(data, size)))} + sum);
}

uint16_t
PseudoHeaderChecksum(uint8_t protocol,
                     const IpAddress& source,
                     const IpAddress& destination,
                     const uint8_t* data,
                     size_t size)
{
    // RFC 9293 3.1, RFC 8200 8.1: addresses, length and protocol, each on its own 16-bit words
    const uint64_t words = SumWords(source.bytes.data(), source.length) +
                           SumWords(destination.bytes.data(), destination.length) +
                           SumWords(data, size);
    const uint64_t length = (size >> 16) + (size & 0xffff);
    return static_cast<uint16_t>(~Fold(FromMemoryOrder(Fold(words)) + length + protocol));
}

} // namespace sst
