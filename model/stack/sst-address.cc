/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-address.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"

#include <cstring>

namespace ns3
{

sst::IpAddress
ToSst(const Address& address)
{
    if (InetSocketAddress::IsMatchingType(address))
    {
        return ToSst(InetSocketAddress::ConvertFrom(address).GetIpv4());
    }
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        return ToSst(Inet6SocketAddress::ConvertFrom(address).GetIpv6());
    }
    if (Ipv4Address::IsMatchingType(address))
    {
        return ToSst(Ipv4Address::ConvertFrom(address));
    }
    if (Ipv6Address::IsMatchingType(address))
    {
        return ToSst(Ipv6Address::ConvertFrom(address));
    }
    return sst::IpAddress();
}

uint16_t
GetPort(const Address& address)
{
    if (InetSocketAddress::IsMatchingType(address))
    {
        return InetSocketAddress::ConvertFrom(address).GetPort();
    }
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        return Inet6SocketAddress::ConvertFrom(address).GetPort();
    }
    return 0;
}

Address
ToAddress(const sst::IpAddress& address)
{
    switch (address.length)
    {
    case 4:
        return ToIpv4(address);
    case 16:
        return ToIpv6(address);
    default:
        return Address();
    }
}

std::size_t
SstAddressHash::operator()(const sst::IpAddress& address) const
{
    uint64_t high = 0;
    uint64_t low = 0;
    std::memcpy(&high, address.bytes.data(), sizeof(high));
    std::memcpy(&low, address.bytes.data() + sizeof(high), sizeof(low));
    // multiplicative hashing with the 64-bit golden ratio (Knuth, TAOCP 3, 6.4)
    constexpr uint64_t GOLDEN = 0x9e3779b97f4a7c15;
    return ((high ^ (low * GOLDEN)) + address.length) * GOLDEN;
}

} // namespace ns3
