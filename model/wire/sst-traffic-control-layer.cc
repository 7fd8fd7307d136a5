/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-traffic-control-layer.h"

#include "sst/mark.h"

#include "ns3/abort.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/log.h"
#include "ns3/loopback-net-device.h"
#include "ns3/queue-disc.h"
#include "ns3/simulator.h"
#include "ns3/sst-ipv4-queue-disc-item.h"
#include "ns3/sst-ipv6-queue-disc-item.h"
#include "ns3/sst-mark-tag.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstTrafficControlLayer");

NS_OBJECT_ENSURE_REGISTERED(SstTrafficControlLayer);

namespace
{
/// Bytes of an IPv4 header up to and including the one with the flags.
constexpr uint32_t FLAGS_PREFIX = sst::MARK_V4_OFFSET + 1;
} // namespace

TypeId
SstTrafficControlLayer::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstTrafficControlLayer")
                            .SetParent<TrafficControlLayer>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstTrafficControlLayer>();
    return tid;
}

TypeId
SstTrafficControlLayer::GetInstanceTypeId() const
{
    return GetTypeId();
}

SstTrafficControlLayer::SstTrafficControlLayer()
{
    NS_LOG_FUNCTION(this);
}

SstTrafficControlLayer::~SstTrafficControlLayer()
{
    NS_LOG_FUNCTION(this);
}

Ptr<SstTrafficControlLayer>
SstTrafficControlLayer::Get(Ptr<Node> node)
{
    return node->GetObject<SstTrafficControlLayer>();
}

Ptr<SstTrafficControlLayer>
SstTrafficControlLayer::Install(Ptr<Node> node)
{
    Ptr<SstTrafficControlLayer> layer = Get(node);
    if (layer)
    {
        return layer;
    }
    Ptr<TrafficControlLayer> stock = node->GetObject<TrafficControlLayer>();
    NS_ABORT_MSG_IF(!stock,
                    "Node " << node->GetId()
                            << " has no TrafficControlLayer for the side stack to shadow: call "
                               "InternetStackHelper::Install on it before SstHelper::Install");
    layer = CreateObject<SstTrafficControlLayer>();
    node->AggregateObject(layer);
    layer->m_sstNode = node;
    layer->m_hasChecksum = Node::ChecksumEnabled();
    layer->Shadow(node);
    layer->Migrate(node, stock);
    if (stock->IsInitialized())
    {
        layer->Initialize();
    }
    return layer;
}

void
SstTrafficControlLayer::Shadow(Ptr<Node> node)
{
    // Object keeps its aggregates sorted by how often each was found, and a search for the base
    // class ends at the first match: this object has to be found more often than the stock one.
    // Once in front it collects all further hits and stays there.
    constexpr int MAX_ROUNDS = 1000000;
    for (int round = 0; round < MAX_ROUNDS; round++)
    {
        for (int hit = 0; hit < 8; hit++)
        {
            node->GetObject<SstTrafficControlLayer>();
        }
        if (node->GetObject<TrafficControlLayer>() == this)
        {
            return;
        }
    }
    NS_FATAL_ERROR("Node " << node->GetId()
                           << ": SstTrafficControlLayer cannot take the place of the stock "
                              "TrafficControlLayer with this version of ns-3");
}

void
SstTrafficControlLayer::Migrate(Ptr<Node> node, Ptr<TrafficControlLayer> stock)
{
    NS_LOG_FUNCTION(this << node << stock);
    for (uint32_t i = 0; i < node->GetNDevices(); i++)
    {
        Ptr<NetDevice> device = node->GetDevice(i);
        Ptr<QueueDisc> root = stock->GetRootQueueDiscOnDevice(device);
        if (root)
        {
            stock->DeleteRootQueueDiscOnDevice(device);
            SetRootQueueDiscOnDevice(device, root);
        }
    }

    const Node::ProtocolHandler fromStock = MakeCallback(&TrafficControlLayer::Receive, stock);
    const Node::ProtocolHandler toThis =
        MakeCallback(&TrafficControlLayer::Receive, Ptr<TrafficControlLayer>(this));

    Ptr<ArpL3Protocol> arp = node->GetObject<ArpL3Protocol>();
    if (arp)
    {
        arp->SetTrafficControl(this);
    }
    Ptr<Ipv4L3Protocol> ipv4 = node->GetObject<Ipv4L3Protocol>();
    for (uint32_t i = 0; ipv4 && i < ipv4->GetNInterfaces(); i++)
    {
        Ptr<NetDevice> device = ipv4->GetNetDevice(i);
        if (DynamicCast<LoopbackNetDevice>(device))
        {
            continue; // wired to the IP layer directly
        }
        ipv4->GetInterface(i)->SetTrafficControl(this);
        // one registration for IPv4, one for ARP: each call removes one
        node->UnregisterProtocolHandler(fromStock);
        node->UnregisterProtocolHandler(fromStock);
        node->RegisterProtocolHandler(toThis, Ipv4L3Protocol::PROT_NUMBER, device);
        node->RegisterProtocolHandler(toThis, ArpL3Protocol::PROT_NUMBER, device);
        RegisterProtocolHandler(MakeCallback(&Ipv4L3Protocol::Receive, ipv4),
                                Ipv4L3Protocol::PROT_NUMBER,
                                device);
        RegisterProtocolHandler(MakeCallback(&ArpL3Protocol::Receive, arp),
                                ArpL3Protocol::PROT_NUMBER,
                                device);
    }
    Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>();
    for (uint32_t i = 0; ipv6 && i < ipv6->GetNInterfaces(); i++)
    {
        Ptr<NetDevice> device = ipv6->GetNetDevice(i);
        if (DynamicCast<LoopbackNetDevice>(device))
        {
            continue;
        }
        ipv6->GetInterface(i)->SetTrafficControl(this);
        node->UnregisterProtocolHandler(fromStock);
        node->RegisterProtocolHandler(toThis, Ipv6L3Protocol::PROT_NUMBER, device);
        RegisterProtocolHandler(MakeCallback(&Ipv6L3Protocol::Receive, ipv6),
                                Ipv6L3Protocol::PROT_NUMBER,
                                device);
    }
}

void
SstTrafficControlLayer::DoInitialize()
{
    NS_LOG_FUNCTION(this);
    NS_ABORT_MSG_IF(m_sstNode && m_sstNode->GetObject<TrafficControlLayer>() != this,
                    "Node " << m_sstNode->GetId()
                            << ": the stock TrafficControlLayer is in front of "
                               "SstTrafficControlLayer; install the side stack after all other "
                               "objects that aggregate a TrafficControlLayer");
    m_hasChecksum = Node::ChecksumEnabled();
    TrafficControlLayer::DoInitialize();
}

void
SstTrafficControlLayer::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_filters.clear();
    m_sstNode = nullptr;
    TrafficControlLayer::DoDispose();
}

void
SstTrafficControlLayer::AddIngressFilter(Ptr<SstIngressFilter> filter)
{
    m_filters.push_back(filter);
}

void
SstTrafficControlLayer::SetTrafficClassMark(uint8_t value, uint8_t mask)
{
    m_tclassMask = mask;
    m_tclassValue = value & mask;
}

void
SstTrafficControlLayer::TagIngressV4(Ptr<const Packet>& packet)
{
    uint8_t head[FLAGS_PREFIX]{};
    packet->CopyData(head, FLAGS_PREFIX);
    const bool marked = sst::IsMarkedV4(head);
    SstMarkTag tag;
    const bool tagged = packet->PeekPacketTag(tag);
    if (marked == tagged)
    {
        return;
    }
    if (marked)
    {
        packet->AddPacketTag(tag);
    }
    else
    {
        // packet tags cross links: the wire says that somebody cleared the flag
        Ptr<Packet> copy = packet->Copy();
        copy->RemovePacketTag(tag);
        packet = copy;
    }
}

void
SstTrafficControlLayer::Receive(Ptr<NetDevice> device,
                                Ptr<const Packet> p,
                                uint16_t protocol,
                                const Address& from,
                                const Address& to,
                                NetDevice::PacketType packetType)
{
    NS_LOG_FUNCTION(this << device << p << protocol << from << to << packetType);
    const bool isV4 = protocol == Ipv4L3Protocol::PROT_NUMBER;
    if (isV4 || protocol == Ipv6L3Protocol::PROT_NUMBER)
    {
        // An IP interface that sends to an address of its own hands the packet up here with the
        // broadcast address on both sides. It was on no wire: the tag alone carries the mark.
        const bool ownAddress = from == to && from == device->GetBroadcast();
        if (!ownAddress)
        {
            for (const auto& filter : m_filters)
            {
                if (filter->Filter(device, p, protocol) == SstIngressFilter::CONSUME)
                {
                    return;
                }
            }
            if (isV4)
            {
                TagIngressV4(p);
            }
        }
    }
    m_receiving = p->GetUid();
    TrafficControlLayer::Receive(device, p, protocol, from, to, packetType);
    m_receiving = NOTHING;
}

void
SstTrafficControlLayer::Reinject(Ptr<NetDevice> device, Ptr<const Packet> packet, uint16_t protocol)
{
    NS_LOG_FUNCTION(this << device << packet << protocol);
    if (!m_sstNode)
    {
        return; // disposed of while the packet was kept
    }
    if (protocol == Ipv4L3Protocol::PROT_NUMBER)
    {
        TagIngressV4(packet);
    }
    TrafficControlLayer::Receive(device,
                                 packet,
                                 protocol,
                                 Address(),
                                 device->GetAddress(),
                                 NetDevice::PACKET_HOST);
}

void
SstTrafficControlLayer::Send(Ptr<NetDevice> device, Ptr<QueueDiscItem> item)
{
    NS_LOG_FUNCTION(this << device << item);
    if (item->GetProtocol() == Ipv4L3Protocol::PROT_NUMBER)
    {
        SstMarkTag tag;
        if (item->GetPacket()->PeekPacketTag(tag))
        {
            if (auto v4 = dynamic_cast<Ipv4QueueDiscItem*>(PeekPointer(item)))
            {
                const bool forwarded = item->GetPacket()->GetUid() == m_receiving;
                item = Create<SstIpv4QueueDiscItem>(*v4, m_hasChecksum, forwarded);
            }
        }
    }
    else if (item->GetProtocol() == Ipv6L3Protocol::PROT_NUMBER && m_tclassMask != 0)
    {
        auto v6 = dynamic_cast<Ipv6QueueDiscItem*>(PeekPointer(item));
        if (v6 && (v6->GetHeader().GetTrafficClass() & m_tclassMask) == m_tclassValue)
        {
            item = Create<SstIpv6QueueDiscItem>(*v6);
        }
    }
    TrafficControlLayer::Send(device, item);
}

} // namespace ns3
