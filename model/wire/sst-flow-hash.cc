/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-flow-hash.h"

#include "ns3/hash.h"

namespace ns3
{

namespace
{

constexpr uint8_t TCP = 6;                ///< protocol number of TCP
constexpr uint8_t UDP = 17;               ///< protocol number of UDP
constexpr uint32_t PORTS_SIZE = 4;        ///< bytes of the two ports
constexpr uint32_t IPV4_SIZE = 4;         ///< bytes of an IPv4 address
constexpr uint32_t IPV6_SIZE = 16;        ///< bytes of an IPv6 address
constexpr uint32_t PERTURBATION_SIZE = 4; ///< bytes of the perturbation

/**
 * Append protocol, ports and perturbation to the addresses and hash it all.
 *
 * @param buffer the addresses, with room behind them
 * @param used bytes of the addresses
 * @param packet the packet from the end of the IP header on
 * @param protocol the transport protocol
 * @param hasPorts whether the packet starts with ports
 * @param perturbation hash perturbation value
 * @return the hash
 */
uint32_t
Finish(uint8_t* buffer,
       uint32_t used,
       Ptr<const Packet> packet,
       uint8_t protocol,
       bool hasPorts,
       uint32_t perturbation)
{
    buffer[used++] = protocol;
    uint8_t ports[PORTS_SIZE]{};
    if (hasPorts)
    {
        packet->CopyData(ports, PORTS_SIZE);
    }
    for (uint8_t byte : ports)
    {
        buffer[used++] = byte;
    }
    for (int shift = 24; shift >= 0; shift -= 8)
    {
        buffer[used++] = static_cast<uint8_t>(perturbation >> shift);
    }
    return Hash32(reinterpret_cast<char*>(buffer), used);
}

} // namespace

uint32_t
SstFlowHash(Ptr<const Packet> packet, const Ipv4Header& header, uint32_t perturbation)
{
    uint8_t buffer[2 * IPV4_SIZE + 1 + PORTS_SIZE + PERTURBATION_SIZE];
    header.GetSource().Serialize(buffer);
    header.GetDestination().Serialize(buffer + IPV4_SIZE);
    const uint8_t protocol = header.GetProtocol();
    const bool hasPorts = (protocol == TCP || protocol == UDP) && header.GetFragmentOffset() == 0;
    return Finish(buffer, 2 * IPV4_SIZE, packet, protocol, hasPorts, perturbation);
}

uint32_t
SstFlowHash(Ptr<const Packet> packet, const Ipv6Header& header, uint32_t perturbation)
{
    uint8_t buffer[2 * IPV6_SIZE + 1 + PORTS_SIZE + PERTURBATION_SIZE];
    header.GetSource().Serialize(buffer);
    header.GetDestination().Serialize(buffer + IPV6_SIZE);
    const uint8_t protocol = header.GetNextHeader();
    const bool hasPorts = protocol == TCP || protocol == UDP;
    return Finish(buffer, 2 * IPV6_SIZE, packet, protocol, hasPorts, perturbation);
}

} // namespace ns3
