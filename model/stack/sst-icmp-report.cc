/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-icmp-report.h"

#include "sst/wire.h"

#include "ns3/sst-address.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr uint8_t V4 = 4;                       ///< bytes of an address
constexpr std::size_t ICMP_HEADER_SIZE = 8;     ///< RFC 792, RFC 4443: both errors
constexpr std::size_t ICMP_INFO = 4;            ///< its second half
constexpr std::size_t IPV4_LENGTH = 2;          ///< RFC 791, 3.1: offset
constexpr std::size_t IPV4_PROTOCOL = 9;        ///< offset
constexpr std::size_t IPV4_SOURCE = 12;         ///< offset
constexpr std::size_t IPV4_DESTINATION = 16;    ///< offset
constexpr std::size_t IPV6_LENGTH = 4;          ///< RFC 8200, 3: offset
constexpr std::size_t IPV6_NEXT_HEADER = 6;     ///< offset
constexpr std::size_t IPV6_SOURCE = 8;          ///< offset
constexpr std::size_t IPV6_DESTINATION = 24;    ///< offset
constexpr uint8_t LAST_ERROR_V6 = 127;          ///< RFC 4443, 2.1: errors have the high bit clear
constexpr uint8_t ERRORS_V4[] = {3, 4, 11, 12}; ///< RFC 792: those that quote a packet

} // namespace

uint8_t
SstIcmpReport::GetIcmpProtocol() const
{
    return source.length == V4 ? sst::PROTOCOL_ICMP : sst::PROTOCOL_ICMPV6;
}

void
SstIcmpReport::Write(sst::Buffer& message) const
{
    const bool v4 = source.length == V4;
    const std::size_t header = v4 ? sst::wire::IPV4_HEADER_SIZE : sst::wire::IPV6_HEADER_SIZE;
    const std::size_t size = ICMP_HEADER_SIZE + header + QUOTED;
    uint8_t* data = message.Resize(size);
    std::fill_n(data, size, 0);
    data[0] = type;
    data[1] = code;
    sst::wire::Store32(data + ICMP_INFO, info);
    uint8_t* ip = data + ICMP_HEADER_SIZE;
    ip[0] = v4 ? 0x45 : 0x60;
    if (v4)
    {
        sst::wire::Store16(ip + IPV4_LENGTH, static_cast<uint16_t>(header + QUOTED));
    }
    else
    {
        sst::wire::Store16(ip + IPV6_LENGTH, QUOTED);
    }
    ip[v4 ? IPV4_PROTOCOL : IPV6_NEXT_HEADER] = protocol;
    std::copy_n(source.bytes.begin(), source.length, ip + (v4 ? IPV4_SOURCE : IPV6_SOURCE));
    std::copy_n(destination.bytes.begin(),
                destination.length,
                ip + (v4 ? IPV4_DESTINATION : IPV6_DESTINATION));
    std::copy(payload.begin(), payload.end(), ip + header);
}

bool
SstIcmpReport::Read(const sst::Buffer& message, bool v6)
{
    const uint8_t* data = message.Data();
    const std::size_t size = message.Size();
    if (size < ICMP_HEADER_SIZE + 1)
    {
        return false;
    }
    const bool isError =
        v6 ? data[0] <= LAST_ERROR_V6
           : std::find(std::begin(ERRORS_V4), std::end(ERRORS_V4), data[0]) != std::end(ERRORS_V4);
    const uint8_t* ip = data + ICMP_HEADER_SIZE;
    const std::size_t header = v6 ? sst::wire::IPV6_HEADER_SIZE : std::size_t{4} * (ip[0] & 15U);
    if (!isError || ip[0] >> 4 != (v6 ? 6 : 4) || header < sst::wire::IPV4_HEADER_SIZE ||
        size < ICMP_HEADER_SIZE + header + QUOTED)
    {
        return false;
    }
    type = data[0];
    code = data[1];
    info = sst::wire::Load32(data + ICMP_INFO);
    protocol = ip[v6 ? IPV6_NEXT_HEADER : IPV4_PROTOCOL];
    const uint8_t length = v6 ? 16 : V4;
    source = sst::IpAddress::From(ip + (v6 ? IPV6_SOURCE : IPV4_SOURCE), length);
    destination = sst::IpAddress::From(ip + (v6 ? IPV6_DESTINATION : IPV4_DESTINATION), length);
    std::copy_n(ip + header, QUOTED, payload.begin());
    return true;
}

void
SstIcmpReport::Tell(Ptr<IpL4Protocol> protocol) const
{
    if (!protocol)
    {
        return;
    }
    if (source.length == V4)
    {
        protocol->ReceiveIcmp(ToIpv4(reporter),
                              ttl,
                              type,
                              code,
                              info,
                              ToIpv4(source),
                              ToIpv4(destination),
                              payload.data());
    }
    else
    {
        protocol->ReceiveIcmp(ToIpv6(reporter),
                              ttl,
                              type,
                              code,
                              info,
                              ToIpv6(source),
                              ToIpv6(destination),
                              payload.data());
    }
}

} // namespace ns3
