/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-ip-hooks.h"

#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/sst-address.h"
#include "ns3/sst-datapath.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/udp-l4-protocol.h"

namespace ns3
{

SstIpHooks::SstIpHooks(Ptr<Node> node, SstDatapath& datapath)
    : m_node(node),
      m_datapath(datapath)
{
}

SstIpHooks::~SstIpHooks()
{
    for (Slot& slot : m_slots)
    {
        if (!slot.shim)
        {
            continue;
        }
        // what outlives the side stack goes on without it
        slot.shim->Disconnect();
        Ptr<IpL4Protocol> inner = slot.shim->GetInner();
        if (inner && !slot.down.IsNull() && !inner->GetDownTarget().IsNull())
        {
            inner->SetDownTarget(slot.down);
        }
        if (inner && !slot.down6.IsNull() && !inner->GetDownTarget6().IsNull())
        {
            inner->SetDownTarget6(slot.down6);
        }
    }
}

void
SstIpHooks::Attach()
{
    AttachOne(m_node->GetObject<TcpL4Protocol>(), GetSlot(sst::PROTOCOL_TCP));
    AttachOne(m_node->GetObject<UdpL4Protocol>(), GetSlot(sst::PROTOCOL_UDP));
}

void
SstIpHooks::AttachOne(Ptr<IpL4Protocol> protocol, Slot& slot)
{
    if (!protocol)
    {
        return;
    }
    if (!slot.shim)
    {
        slot.shim = CreateObject<SstL4Shim>();
        slot.shim->Connect(protocol, &m_datapath);
    }
    const int number = protocol->GetProtocolNumber();
    Ptr<Ipv4L3Protocol> ipv4 = m_node->GetObject<Ipv4L3Protocol>();
    if (ipv4 && ipv4->GetProtocol(number) == protocol)
    {
        ipv4->Remove(protocol);
        ipv4->Insert(slot.shim);
    }
    Ptr<Ipv6L3Protocol> ipv6 = m_node->GetObject<Ipv6L3Protocol>();
    if (ipv6 && ipv6->GetProtocol(number) == protocol)
    {
        ipv6->Remove(protocol);
        ipv6->Insert(slot.shim);
    }
    const auto own = MakeCallback(&SstDatapath::Send, &m_datapath);
    if (!protocol->GetDownTarget().IsNull() && !protocol->GetDownTarget().IsEqual(own))
    {
        slot.down = protocol->GetDownTarget();
        protocol->SetDownTarget(own);
    }
    const auto own6 = MakeCallback(&SstDatapath::Send6, &m_datapath);
    if (!protocol->GetDownTarget6().IsNull() && !protocol->GetDownTarget6().IsEqual(own6))
    {
        slot.down6 = protocol->GetDownTarget6();
        protocol->SetDownTarget6(own6);
    }
}

SstIpHooks::Slot&
SstIpHooks::GetSlot(uint8_t protocol)
{
    return m_slots[protocol == sst::PROTOCOL_TCP ? 0 : 1];
}

void
SstIpHooks::Send(Ptr<Packet> packet,
                 const sst::IpAddress& local,
                 const sst::IpAddress& peer,
                 uint8_t protocol,
                 const Route& route)
{
    Slot& slot = GetSlot(protocol);
    if (peer.length == 4)
    {
        if (!slot.down.IsNull())
        {
            slot.down(packet, ToIpv4(local), ToIpv4(peer), protocol, route.v4);
        }
    }
    else if (!slot.down6.IsNull())
    {
        slot.down6(packet, ToIpv6(local), ToIpv6(peer), protocol, route.v6);
    }
}

uint32_t
SstIpHooks::GetMtu(const sst::IpAddress& local, const Route& route) const
{
    if (route.v4)
    {
        return route.v4->GetOutputDevice()->GetMtu();
    }
    if (route.v6)
    {
        return route.v6->GetOutputDevice()->GetMtu();
    }
    if (local.length == 4)
    {
        Ptr<Ipv4> ipv4 = m_node->GetObject<Ipv4>();
        const int32_t interface = ipv4->GetInterfaceForAddress(ToIpv4(local));
        return interface < 0 ? 0 : ipv4->GetMtu(interface);
    }
    Ptr<Ipv6> ipv6 = m_node->GetObject<Ipv6>();
    const int32_t interface = ipv6->GetInterfaceForAddress(ToIpv6(local));
    return interface < 0 ? 0 : ipv6->GetMtu(interface);
}

bool
SstIpHooks::IsGroup(const sst::IpAddress& address)
{
    if (address == m_unicast)
    {
        return false;
    }
    if (address.IsGroup())
    {
        return true;
    }
    if (address.length != 4)
    {
        return false;
    }
    const Ipv4Address destination = ToIpv4(address);
    Ptr<Ipv4> ipv4 = m_node->GetObject<Ipv4>();
    for (uint32_t i = 0; i < ipv4->GetNInterfaces(); i++)
    {
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); j++)
        {
            const Ipv4InterfaceAddress own = ipv4->GetAddress(i, j);
            // a /32 has no broadcast address: what ns-3 gives for it is the host's own
            if (own.GetMask() != Ipv4Mask::GetOnes() && destination == own.GetBroadcast())
            {
                return true;
            }
        }
    }
    m_unicast = address;
    return false;
}

Ptr<IpL4Protocol>
SstIpHooks::GetInner(uint8_t protocol, bool v6) const
{
    for (const Slot& slot : m_slots)
    {
        if (slot.shim && slot.shim->GetProtocolNumber() == protocol)
        {
            return slot.shim->GetInner();
        }
    }
    if (v6)
    {
        Ptr<Ipv6L3Protocol> ipv6 = m_node->GetObject<Ipv6L3Protocol>();
        return ipv6 ? ipv6->GetProtocol(protocol) : nullptr;
    }
    Ptr<Ipv4L3Protocol> ipv4 = m_node->GetObject<Ipv4L3Protocol>();
    return ipv4 ? ipv4->GetProtocol(protocol) : nullptr;
}

} // namespace ns3
