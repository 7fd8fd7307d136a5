/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/mark.h"

#include "sst/checksum.h"
#include "sst/wire.h"

namespace sst
{

namespace
{

constexpr size_t CHECKSUM_OFFSET = 10; //!< of the IPv4 header

/**
 * A checksum field of zero is right for one header in 65 536, and means "not computed" in others.
 * @param ipHeader a whole IPv4 header whose checksum field is zero
 * @param flags its bytes 6 and 7 when the checksum was written
 * @return true when zero is the checksum
 */
bool
IsComputed(const uint8_t* ipHeader, uint16_t flags)
{
    const size_t size = size_t{4} * (ipHeader[0] & 15U);
    uint8_t before[2];
    wire::Store16(before, flags);
    uint16_t sum = ChecksumAdd(ipHeader, MARK_V4_OFFSET);
    sum = ChecksumAdd(before, sizeof before, sum);
    return size >= wire::IPV4_HEADER_SIZE && ChecksumAdd(ipHeader + 8, size - 8, sum) == 0xffff;
}

} // namespace

bool
IsMarkedV4(const uint8_t* ipHeader)
{
    // Draft 3.A: "bit 0 of Flags".
    return (ipHeader[MARK_V4_OFFSET] & MARK_V4_MASK) != 0;
}

void
SetMarkV4(uint8_t* ipHeader, bool on)
{
    const uint16_t before = wire::Load16(ipHeader + MARK_V4_OFFSET);
    if (on)
    {
        // PROTOCOL: "Mark: IPv4 reserved flag, header checksum fixed, DF set."
        ipHeader[MARK_V4_OFFSET] =
            static_cast<uint8_t>(ipHeader[MARK_V4_OFFSET] | MARK_V4_MASK | MARK_V4_DF_MASK);
    }
    else
    {
        ipHeader[MARK_V4_OFFSET] =
            static_cast<uint8_t>(ipHeader[MARK_V4_OFFSET] & static_cast<uint8_t>(~MARK_V4_MASK));
    }
    const uint16_t after = wire::Load16(ipHeader + MARK_V4_OFFSET);
    const uint16_t checksum = wire::Load16(ipHeader + CHECKSUM_OFFSET);
    if (before == after || (checksum == 0 && !IsComputed(ipHeader, before)))
    {
        return;
    }
    // RFC 1624, equation 3: "HC' = ~(~HC + ~m + m')".
    uint32_t sum = static_cast<uint32_t>(static_cast<uint16_t>(~checksum)) +
                   static_cast<uint32_t>(static_cast<uint16_t>(~before)) + after;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    wire::Store16(ipHeader + CHECKSUM_OFFSET, static_cast<uint16_t>(~sum));
}

bool
IsMarkedV6(uint8_t trafficClass, const TrafficClassMark& mark)
{
    const unsigned mask = mark.mask & static_cast<unsigned>(~MARK_ECN_MASK);
    return mask != 0 && (trafficClass & mask) == (mark.value & mask);
}

uint8_t
ApplyV6(uint8_t trafficClass, const TrafficClassMark& mark)
{
    // PROTOCOL: "ECN bits never touched"; "The outer DSCP is otherwise 0".
    const unsigned mask = mark.mask & static_cast<unsigned>(~MARK_ECN_MASK);
    return static_cast<uint8_t>((mark.value & mask) | (trafficClass & MARK_ECN_MASK));
}

} // namespace sst
