/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-udp-ports.h"

#include "ns3/ipv4-end-point.h"
#include "ns3/ipv6-end-point.h"
#include "ns3/sst-seeded-random.h"
#include "ns3/sst-socket-table.h"
#include "ns3/udp-l4-protocol.h"

namespace ns3
{

namespace
{

constexpr uint16_t FIRST_PORT = 49152; ///< RFC 6335, 6: dynamic ports begin here
constexpr uint16_t PORT_COUNT = 16384; ///< up to 65535
constexpr uint32_t DRAWS = 64;         ///< before there is none

} // namespace

SstUdpPorts::SstUdpPorts(Ptr<Node> node, SstSocketTable& sockets)
    : m_node(node),
      m_sockets(sockets)
{
}

uint16_t
SstUdpPorts::Reserve(SstSeededRandom& random)
{
    for (uint32_t i = 0; i < DRAWS; i++)
    {
        uint8_t bytes[2];
        random.Fill(sst::Purpose::PORT, bytes, sizeof(bytes));
        const auto port =
            static_cast<uint16_t>(FIRST_PORT + (bytes[0] << 8 | bytes[1]) % PORT_COUNT);
        if (Hold(port))
        {
            return port;
        }
    }
    return 0;
}

bool
SstUdpPorts::Hold(uint16_t port)
{
    Ptr<UdpL4Protocol> udp = m_node->GetObject<UdpL4Protocol>();
    if (!udp || m_held.count(port) > 0 || m_sockets.HasUdpPort(port))
    {
        return false;
    }
    Ipv4EndPoint* v4 = udp->Allocate(nullptr, port);
    if (!v4)
    {
        return false;
    }
    Ipv6EndPoint* v6 = udp->Allocate6(nullptr, port);
    if (!v6)
    {
        udp->DeAllocate(v4);
        return false;
    }
    m_held[port] = {v4, v6};
    return true;
}

void
SstUdpPorts::Release(uint16_t port)
{
    const auto found = m_held.find(port);
    Ptr<UdpL4Protocol> udp = m_node->GetObject<UdpL4Protocol>();
    if (found != m_held.end() && udp)
    {
        udp->DeAllocate(found->second.v4);
        udp->DeAllocate(found->second.v6);
        m_held.erase(found);
    }
}

} // namespace ns3
