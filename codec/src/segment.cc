/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/segment.h"

#include "ip-header.h"
#include "sst/checksum.h"
#include "sst/mark.h"
#include "sst/wire.h"

#include <cstring>

namespace sst
{

namespace
{

constexpr size_t TCP_HEADER_MIN = 20;    //!< RFC 9293 3.1
constexpr size_t TCP_SEQUENCE = 4;       //!< offset
constexpr size_t TCP_ACKNOWLEDGMENT = 8; //!< offset
constexpr size_t TCP_DATA_OFFSET = 12;   //!< offset, upper four bits, in words
constexpr size_t TCP_FLAGS = 13;         //!< offset
constexpr size_t TCP_CHECKSUM = 16;      //!< offset
constexpr size_t UDP_HEADER = 8;         //!< RFC 768
constexpr size_t UDP_LENGTH = 4;         //!< offset
constexpr size_t UDP_CHECKSUM = 6;       //!< offset
constexpr size_t ICMP_CHECKSUM = 2;      //!< offset, both
constexpr size_t PORTS = 4;              //!< bytes of both ports

/// @return true for the ICMP types that quote a packet (RFC 792, RFC 4443 2.1)
bool
IsIcmpError(uint8_t protocol, uint8_t icmpType)
{
    if (protocol == PROTOCOL_ICMPV6)
    {
        return icmpType < 128;
    }
    return icmpType == 3 || icmpType == 4 || icmpType == 5 || icmpType == 11 || icmpType == 12;
}

/// @return offset of the checksum field, 0 where there is none
size_t
ChecksumOffset(uint8_t type)
{
    switch (type)
    {
    case PROTOCOL_TCP:
        return TCP_CHECKSUM;
    case PROTOCOL_UDP:
        return UDP_CHECKSUM;
    case PROTOCOL_ICMP:
    case PROTOCOL_ICMPV6:
        return ICMP_CHECKSUM;
    default:
        return 0;
    }
}

/// IPv6 extension headers of types 0, 43 and 60 may stand before the ports.
Reason
SkipExtensions(const uint8_t* data, size_t size, size_t& at, uint8_t& next)
{
    while (next == 0 || next == 43 || next == 60)
    {
        if (size - at < 8)
        {
            return Reason::INNER_LENGTH;
        }
        const size_t length = (size_t{data[at + 1]} + 1) * 8;
        next = data[at];
        if (length > size - at)
        {
            return Reason::INNER_LENGTH;
        }
        at += length;
    }
    return Reason::NONE;
}

} // namespace

Reason
ParseSegment(uint8_t protocol, const uint8_t* data, size_t size, SegmentView& view)
{
    if (protocol == PROTOCOL_TCP)
    {
        if (size < TCP_HEADER_MIN)
        {
            return Reason::INNER_LENGTH;
        }
        view.headerSize = size_t{4} * (data[TCP_DATA_OFFSET] >> 4);
        if (view.headerSize < TCP_HEADER_MIN || view.headerSize > size)
        {
            return Reason::INNER_LENGTH;
        }
        view.flags = data[TCP_FLAGS];
        view.sequence = wire::Load32(data + TCP_SEQUENCE);
        view.acknowledgment = wire::Load32(data + TCP_ACKNOWLEDGMENT);
    }
    else if (protocol == PROTOCOL_UDP)
    {
        // PROTOCOL, Cryptography: "UDP length unequal to the segment's: drop `inner-length`."
        if (size < UDP_HEADER || wire::Load16(data + UDP_LENGTH) != size)
        {
            return Reason::INNER_LENGTH;
        }
        view.headerSize = UDP_HEADER;
        view.flags = 0;
        view.sequence = 0;
        view.acknowledgment = 0;
    }
    else
    {
        return Reason::INNER_TYPE;
    }
    view.protocol = protocol;
    view.sourcePort = wire::Load16(data);
    view.destinationPort = wire::Load16(data + 2);
    view.payloadSize = size - view.headerSize;
    return Reason::NONE;
}

Reason
ParseQuote(uint8_t type, const uint8_t* data, size_t size, QuoteView& view)
{
    if (type != PROTOCOL_ICMP && type != PROTOCOL_ICMPV6)
    {
        return Reason::INNER_TYPE;
    }
    if (size < ICMP_HEADER)
    {
        return Reason::INNER_LENGTH;
    }
    if (!IsIcmpError(type, data[0]))
    {
        return Reason::INNER_TYPE;
    }
    const uint8_t* ip = data + ICMP_HEADER;
    const size_t rest = size - ICMP_HEADER;
    size_t at = 0;
    if (type == PROTOCOL_ICMP)
    {
        if (rest < wire::IPV4_HEADER_SIZE)
        {
            return Reason::INNER_LENGTH;
        }
        at = size_t{4} * (ip[0] & 15U);
        if ((ip[0] >> 4) != 4 || at < wire::IPV4_HEADER_SIZE || at > rest)
        {
            return Reason::INNER_LENGTH;
        }
        view.protocol = ip[IPV4_PROTOCOL];
        view.marked = IsMarkedV4(ip);
        view.source = IpAddress::From(ip + IPV4_SOURCE, 4);
        view.destination = IpAddress::From(ip + IPV4_DESTINATION, 4);
    }
    else
    {
        if (rest < wire::IPV6_HEADER_SIZE || (ip[0] >> 4) != 6)
        {
            return Reason::INNER_LENGTH;
        }
        view.trafficClass = static_cast<uint8_t>(wire::Load16(ip) >> 4);
        view.protocol = ip[IPV6_NEXT_HEADER];
        view.source = IpAddress::From(ip + IPV6_SOURCE, 16);
        view.destination = IpAddress::From(ip + IPV6_DESTINATION, 16);
        at = wire::IPV6_HEADER_SIZE;
        const Reason reason = SkipExtensions(ip, rest, at, view.protocol);
        if (reason != Reason::NONE)
        {
            return reason;
        }
    }
    if (view.protocol != PROTOCOL_TCP && view.protocol != PROTOCOL_UDP)
    {
        return Reason::INNER_TYPE;
    }
    if (rest - at < PORTS)
    {
        return Reason::INNER_LENGTH;
    }
    view.ipOffset = ICMP_HEADER;
    view.portsOffset = ICMP_HEADER + at;
    view.sourcePort = wire::Load16(ip + at);
    view.destinationPort = wire::Load16(ip + at + 2);
    return Reason::NONE;
}

Reason
SplitInner(const uint8_t* data, size_t size, uint8_t& type, size_t& segmentSize)
{
    // The type is the last byte that is not zero.
    while (size > 0 && data[size - 1] == 0)
    {
        --size;
    }
    if (size == 0)
    {
        return Reason::INNER_TYPE;
    }
    type = data[size - 1];
    segmentSize = size - 1;
    return Reason::NONE;
}

Reason
ParseInnerSegment(uint8_t type, const uint8_t* data, size_t size, SegmentView& view)
{
    const Reason reason = ParseSegment(type, data, size, view);
    if (reason != Reason::NONE)
    {
        return reason;
    }
    // PROTOCOL, Cryptography: "Non-zero inside: drop `inner-checksum`."
    return IsChecksumZero(type, data) ? Reason::NONE : Reason::INNER_CHECKSUM;
}

Reason
ParseInner(uint8_t type, const uint8_t* data, size_t size, InnerView& view)
{
    view.type = type;
    if (view.IsTransport())
    {
        return ParseInnerSegment(type, data, size, view.segment);
    }
    if (view.IsIcmp())
    {
        const Reason reason = ParseQuote(type, data, size, view.quote);
        if (reason != Reason::NONE)
        {
            return reason;
        }
        return IsChecksumZero(type, data) ? Reason::NONE : Reason::INNER_CHECKSUM;
    }
    // "59 nothing (dummy, or empty INIT/RESP)": whatever stands before it is padding.
    return type == PROTOCOL_NONE ? Reason::NONE : Reason::INNER_TYPE;
}

void
ZeroChecksum(uint8_t type, uint8_t* data)
{
    const size_t offset = ChecksumOffset(type);
    if (offset != 0)
    {
        wire::Store16(data + offset, 0);
    }
}

bool
IsChecksumZero(uint8_t type, const uint8_t* data)
{
    const size_t offset = ChecksumOffset(type);
    return offset == 0 || wire::Load16(data + offset) == 0;
}

void
RestoreChecksum(uint8_t type,
                uint8_t* data,
                size_t size,
                const IpAddress& source,
                const IpAddress& destination)
{
    uint16_t checksum = 0;
    if (type == PROTOCOL_ICMP)
    {
        checksum = static_cast<uint16_t>(~ChecksumAdd(data, size));
    }
    else
    {
        checksum = PseudoHeaderChecksum(type, source, destination, data, size);
    }
    // RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
    if (type == PROTOCOL_UDP && checksum == 0)
    {
        checksum = 0xffff;
    }
    wire::Store16(data + ChecksumOffset(type), checksum);
}

void
RewriteQuote(const QuoteView& view,
             uint8_t* data,
             const IpAddress& source,
             uint16_t sourcePort,
             const IpAddress& destination,
             uint16_t destinationPort)
{
    uint8_t* ip = data + view.ipOffset;
    wire::Store16(data + view.portsOffset, sourcePort);
    wire::Store16(data + view.portsOffset + 2, destinationPort);
    if (source.length == 4)
    {
        std::memcpy(ip + IPV4_SOURCE, source.bytes.data(), 4);
        std::memcpy(ip + IPV4_DESTINATION, destination.bytes.data(), 4);
        wire::Store16(ip + IPV4_CHECKSUM, 0);
        const size_t headerSize = view.portsOffset - view.ipOffset;
        wire::Store16(ip + IPV4_CHECKSUM, static_cast<uint16_t>(~ChecksumAdd(ip, headerSize)));
    }
    else
    {
        std::memcpy(ip + IPV6_SOURCE, source.bytes.data(), 16);
        std::memcpy(ip + IPV6_DESTINATION, destination.bytes.data(), 16);
    }
}

} // namespace sst
