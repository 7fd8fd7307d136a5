/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/checksum.h"

#include "sst/wire.h"

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

} // namespace

uint16_t
ChecksumAdd(const uint8_t* data, size_t size, uint16_t sum)
{
    // RFC 1071 2(B) and 2(C): the sum does not depend on byte order, and may be formed in wider
    // words whose carries are folded at the end. 64 bits hold 2^32 words of 32 bits.
    uint64_t a = 0;
    uint64_t b = 0;
    uint64_t c = 0;
    uint64_t d = 0;
    while (size >= 16)
    {
        uint32_t word[4];
        std::memcpy(word, data, sizeof word);
        a += word[0];
        b += word[1];
        c += word[2];
        d += word[3];
        data += 16;
        size -= 16;
    }
    uint8_t rest[16] = {};
    if (size > 0)
    {
        std::memcpy(rest, data, size);
    }
    uint32_t word[4];
    std::memcpy(word, rest, sizeof word);
    a += word[0];
    b += word[1];
    c += word[2];
    d += word[3];
    const uint64_t folded = uint64_t{Fold(a)} + Fold(b) + Fold(c) + Fold(d);
    return Fold(uint64_t{FromMemoryOrder(Fold(folded))} + sum);
}

uint16_t
PseudoHeaderChecksum(uint8_t protocol,
                     const IpAddress& source,
                     const IpAddress& destination,
                     const uint8_t* data,
                     size_t size)
{
    uint8_t tail[8] = {};
    wire::Store32(tail, static_cast<uint32_t>(size));
    tail[7] = protocol;
    uint16_t sum = ChecksumAdd(tail, sizeof tail);
    sum = ChecksumAdd(source.bytes.data(), source.length, sum);
    sum = ChecksumAdd(destination.bytes.data(), destination.length, sum);
    return static_cast<uint16_t>(~ChecksumAdd(data, size, sum));
}

} // namespace sst
