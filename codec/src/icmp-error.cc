/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "icmp-error.h"

#include "ip-header.h"
#include "sst/checksum.h"
#include "sst/mark.h"
#include "sst/wire.h"

#include <cstring>

namespace sst
{

namespace
{

constexpr size_t ICMP_MTU_V4 = 6;        //!< RFC 1191 4: offset, 16 bits
constexpr size_t ICMP_MTU_V6 = 4;        //!< RFC 4443 3.2: offset, 32 bits
constexpr uint16_t IPV4_OFFSET = 0x1fff; //!< fragment offset
constexpr uint16_t IPV4_DF = 0x4000;     //!< don't fragment
constexpr uint8_t HOP_LIMIT = 64;        //!< of a quoted header: nobody looks at it

constexpr uint8_t EXTENSION_HOP_BY_HOP = 0;   //!< RFC 8200 4.3
constexpr uint8_t EXTENSION_ROUTING = 43;     //!< RFC 8200 4.4
constexpr uint8_t EXTENSION_FRAGMENT = 44;    //!< RFC 8200 4.5
constexpr uint8_t EXTENSION_DESTINATION = 60; //!< RFC 8200 4.6
constexpr size_t EXTENSION_UNIT = 8;          //!< bytes

void
ParseV4(const uint8_t* ip, size_t rest, size_t headerSize, IcmpError& error)
{
    error.marked = IsMarkedV4(ip);
    error.protocol = ip[IPV4_PROTOCOL];
    error.source = IpAddress::From(ip + IPV4_SOURCE, 4);
    error.destination = IpAddress::From(ip + IPV4_DESTINATION, 4);
    error.packetOffset = ICMP_HEADER + headerSize;
    const bool first = (wire::Load16(ip + IPV4_FRAGMENT) & IPV4_OFFSET) == 0;
    error.packetSize = first ? rest - headerSize : 0;
}

void
ParseV6(const uint8_t* ip, size_t rest, IcmpError& error)
{
    error.trafficClass = static_cast<uint8_t>(wire::Load16(ip) >> 4);
    error.source = IpAddress::From(ip + IPV6_SOURCE, 16);
    error.destination = IpAddress::From(ip + IPV6_DESTINATION, 16);
    uint8_t next = ip[IPV6_NEXT_HEADER];
    size_t at = wire::IPV6_HEADER_SIZE;
    while (next == EXTENSION_HOP_BY_HOP || next == EXTENSION_ROUTING ||
           next == EXTENSION_FRAGMENT || next == EXTENSION_DESTINATION)
    {
        if (rest - at < EXTENSION_UNIT)
        {
            return;
        }
        const bool fragment = next == EXTENSION_FRAGMENT;
        if (fragment && wire::Load16(ip + at + 2) >> 3 != 0)
        {
            // Not the first: no SST header in it.
            error.protocol = ip[at];
            return;
        }
        const size_t length = fragment ? EXTENSION_UNIT : (size_t{ip[at + 1]} + 1) * EXTENSION_UNIT;
        if (length > rest - at)
        {
            return;
        }
        next = ip[at];
        at += length;
    }
    error.protocol = next;
    error.packetOffset = ICMP_HEADER + at;
    error.packetSize = rest - at;
}

} // namespace

bool
ParseIcmpError(uint8_t protocol, const uint8_t* data, size_t size, IcmpError& error)
{
    if (size < ICMP_HEADER)
    {
        return false;
    }
    const uint8_t* ip = data + ICMP_HEADER;
    const size_t rest = size - ICMP_HEADER;
    error.version = protocol == PROTOCOL_ICMPV6 ? 6 : 4;
    error.type = data[0];
    error.code = data[1];
    if (!error.IsMapped())
    {
        return false;
    }
    if (error.version == 6)
    {
        if (rest < wire::IPV6_HEADER_SIZE || ip[0] >> 4 != 6)
        {
            return false;
        }
        ParseV6(ip, rest, error);
        error.mtu = wire::Load32(data + ICMP_MTU_V6);
        return true;
    }
    const size_t headerSize = rest > 0 ? size_t{4} * (ip[0] & 15U) : 0;
    if (headerSize < wire::IPV4_HEADER_SIZE || headerSize > rest || ip[0] >> 4 != 4)
    {
        return false;
    }
    ParseV4(ip, rest, headerSize, error);
    error.mtu = wire::Load16(data + ICMP_MTU_V4);
    return true;
}

void
WriteIcmpError(const IcmpError& error, uint32_t mtu, const QuotedSegment& segment, Buffer& message)
{
    const bool v4 = error.version == 4;
    const size_t header = v4 ? wire::IPV4_HEADER_SIZE : wire::IPV6_HEADER_SIZE;
    const size_t size = ICMP_HEADER + header + segment.head.size();
    uint8_t* data = message.Resize(size);
    std::memset(data, 0, size);
    data[0] = error.type;
    data[1] = error.code;
    uint8_t* ip = data + ICMP_HEADER;
    if (v4)
    {
        if (error.IsTooBig())
        {
            wire::Store16(data + ICMP_MTU_V4, static_cast<uint16_t>(mtu));
        }
        ip[0] = 0x45;
        wire::Store16(ip + IPV4_LENGTH, static_cast<uint16_t>(header + segment.size));
        wire::Store16(ip + IPV4_FRAGMENT, IPV4_DF);
        ip[IPV4_TTL] = HOP_LIMIT;
        ip[IPV4_PROTOCOL] = segment.protocol;
        std::memcpy(ip + IPV4_SOURCE, segment.source.bytes.data(), 4);
        std::memcpy(ip + IPV4_DESTINATION, segment.destination.bytes.data(), 4);
        wire::Store16(ip + IPV4_CHECKSUM, static_cast<uint16_t>(~ChecksumAdd(ip, header)));
    }
    else
    {
        if (error.IsTooBig())
        {
            wire::Store32(data + ICMP_MTU_V6, mtu);
        }
        ip[0] = 0x60;
        wire::Store16(ip + IPV6_LENGTH, static_cast<uint16_t>(segment.size));
        ip[IPV6_NEXT_HEADER] = segment.protocol;
        ip[IPV6_HOP_LIMIT] = HOP_LIMIT;
        std::memcpy(ip + IPV6_SOURCE, segment.source.bytes.data(), 16);
        std::memcpy(ip + IPV6_DESTINATION, segment.destination.bytes.data(), 16);
    }
    std::memcpy(ip + header, segment.head.data(), segment.head.size());
}

} // namespace sst
