/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_ADDRESS_H
#define SST_ADDRESS_H

#include "sst/types.h"

#include "ns3/address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst
 * @param address an IPv4 address
 * @return the same for the codec
 */
inline sst::IpAddress
ToSst(const Ipv4Address& address)
{
    sst::IpAddress result;
    address.Serialize(result.bytes.data());
    result.length = 4;
    return result;
}

/**
 * @ingroup sst
 * @param address an IPv6 address
 * @return the same for the codec; the IPv4 address of a mapped one
 */
inline sst::IpAddress
ToSst(const Ipv6Address& address)
{
    if (address.IsIpv4MappedAddress())
    {
        return ToSst(address.GetIpv4MappedAddress());
    }
    sst::IpAddress result;
    address.Serialize(result.bytes.data());
    result.length = 16;
    return result;
}

/**
 * @ingroup sst
 * @param address an Ipv4Address, Ipv6Address, InetSocketAddress or Inet6SocketAddress
 * @return the IP address in it for the codec; the empty address for anything else
 */
sst::IpAddress ToSst(const Address& address);

/**
 * @ingroup sst
 * @param address an InetSocketAddress or Inet6SocketAddress
 * @return its port; 0 for anything else
 */
uint16_t GetPort(const Address& address);

/**
 * @ingroup sst
 * @param address an address of the codec of 4 bytes
 * @return the same for ns-3
 */
inline Ipv4Address
ToIpv4(const sst::IpAddress& address)
{
    return Ipv4Address::Deserialize(address.bytes.data());
}

/**
 * @ingroup sst
 * @param address an address of the codec of 16 bytes
 * @return the same for ns-3
 */
inline Ipv6Address
ToIpv6(const sst::IpAddress& address)
{
    return Ipv6Address::Deserialize(address.bytes.data());
}

/**
 * @ingroup sst
 * @param address an address of the codec
 * @return Ipv4Address or Ipv6Address; the invalid Address for the empty one
 */
Address ToAddress(const sst::IpAddress& address);

/// @ingroup sst
/// Hash of an address, for tables that no peer fills.
struct SstAddressHash
{
    /**
     * @param address the address
     * @return the hash
     */
    std::size_t operator()(const sst::IpAddress& address) const;
};

} // namespace ns3

#endif // SST_ADDRESS_H
