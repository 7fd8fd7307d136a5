/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-convert.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"

namespace ns3
{

SstCensorAddress
SstToCensorAddress(const Address& address)
{
    uint8_t bytes[16] = {};
    if (Ipv4Address::IsMatchingType(address) || InetSocketAddress::IsMatchingType(address))
    {
        const Ipv4Address v4 = Ipv4Address::IsMatchingType(address)
                                   ? Ipv4Address::ConvertFrom(address)
                                   : InetSocketAddress::ConvertFrom(address).GetIpv4();
        v4.Serialize(bytes);
        return SstCensorAddress::From(bytes, 4);
    }
    if (Ipv6Address::IsMatchingType(address) || Inet6SocketAddress::IsMatchingType(address))
    {
        const Ipv6Address v6 = Ipv6Address::IsMatchingType(address)
                                   ? Ipv6Address::ConvertFrom(address)
                                   : Inet6SocketAddress::ConvertFrom(address).GetIpv6();
        v6.Serialize(bytes);
        return SstCensorAddress::From(bytes, 16);
    }
    return SstCensorAddress();
}

Ipv4Address
SstToIpv4Address(const SstCensorAddress& address)
{
    return Ipv4Address::Deserialize(address.bytes.data());
}

Ipv6Address
SstToIpv6Address(const SstCensorAddress& address)
{
    return Ipv6Address::Deserialize(address.bytes.data());
}

} // namespace ns3
