/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censored-network-helper.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/integer.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traffic-control-helper.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr uint8_t CLIENTS = 1;  //!< block of the clients' links
constexpr uint8_t SERVERS = 2;  //!< block of the servers' links
constexpr uint8_t RESOLVER = 3; //!< block of the resolver's link
constexpr uint8_t BACKBONE = 4; //!< block of the link between the routers

const DataRate CORE_RATE("100Gbps");         //!< over-provisioned: no queue builds up there
const Time BACKBONE_DELAY = MicroSeconds(500); //!< one way, between the routers
const Time RESOLVER_DELAY = MilliSeconds(2);   //!< one way, from the core router

/**
 * @param network block
 * @param index number of the link in its block
 * @param host 1 or 2
 * @return the address 10.network.x.y of a /30
 */
Ipv4Address
MakeV4(uint8_t network, uint32_t index, uint32_t host)
{
    return Ipv4Address((10U << 24) | (uint32_t(network) << 16) | (index << 2) | host);
}

/**
 * @param network block
 * @param index number of the link in its block
 * @param host 1 or 2
 * @return the address fd0network:0:0:index::host of a /64
 */
Ipv6Address
MakeV6(uint8_t network, uint32_t index, uint32_t host)
{
    uint8_t bytes[16]{};
    bytes[0] = 0xfd;
    bytes[1] = network;
    bytes[6] = static_cast<uint8_t>(index >> 8);
    bytes[7] = static_cast<uint8_t>(index);
    bytes[15] = static_cast<uint8_t>(host);
    return Ipv6Address(bytes);
}

/**
 * @param device a device whose received packets are lost at random
 * @param loss probability
 * @param stream random stream that decides
 */
void
SetLoss(Ptr<NetDevice> device, double loss, int64_t stream)
{
    auto uniform =
        CreateObjectWithAttributes<UniformRandomVariable>("Stream", IntegerValue(stream));
    auto model = CreateObjectWithAttributes<RateErrorModel>("ErrorRate",
                                                            DoubleValue(loss),
                                                            "RanVar",
                                                            PointerValue(uniform));
    model->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    DynamicCast<PointToPointNetDevice>(device)->SetReceiveErrorModel(model);
}

} // namespace

SstCensoredNetworkHelper::SstCensoredNetworkHelper(uint8_t ipVersion)
    : m_ipVersion(ipVersion)
{
    NS_ABORT_MSG_IF(ipVersion != 4 && ipVersion != 6,
                    "IP version " << +ipVersion << " is not 4 or 6");
    m_internet.SetIpv4StackInstall(ipVersion == 4);
    m_internet.SetIpv6StackInstall(ipVersion == 6);
    m_nodes.Create(3);
    m_censor = m_nodes.Get(0);
    m_core = m_nodes.Get(1);
    m_resolver = m_nodes.Get(2);
    m_internet.Install(m_nodes);

    Address censorAddress;
    Address coreAddress;
    const auto backbone =
        Link(m_censor, m_core, BACKBONE, 0, CORE_RATE, BACKBONE_DELAY, censorAddress, coreAddress);
    Address gateway;
    const auto access =
        Link(m_core, m_resolver, RESOLVER, 0, CORE_RATE, RESOLVER_DELAY, gateway, m_resolverAddress);
    Route(m_censor, 0, coreAddress, backbone.Get(0));
    Route(m_core, CLIENTS, censorAddress, backbone.Get(1));
    Route(m_resolver, 0, gateway, access.Get(1));
    if (m_ipVersion == 6)
    {
        for (const auto& router : {m_censor, m_core})
        {
            router->GetObject<Ipv6L3Protocol>()->SetAttribute("IpForward", BooleanValue(true));
        }
    }
}

SstCensoredNetworkHelper::Pair
SstCensoredNetworkHelper::AddPair(const SstPairPath& path)
{
    NS_ABORT_MSG_IF(m_pairs >= MAX_PAIRS, "more than " << MAX_PAIRS << " pairs of hosts");
    NodeContainer ends(2);
    m_internet.Install(ends);
    m_nodes.Add(ends);
    Pair pair;
    pair.client = ends.Get(0);
    pair.server = ends.Get(1);

    // The access link has a tenth of the way, the server's link what is left.
    const Time oneWay = std::max(path.rtt, MilliSeconds(10)) / 2;
    const Time accessDelay = oneWay / 10;
    Address gateway;
    const auto access = Link(pair.client,
                             m_censor,
                             CLIENTS,
                             m_pairs,
                             path.rate,
                             accessDelay,
                             pair.clientAddress,
                             gateway);
    Route(pair.client, 0, gateway, access.Get(0));
    const auto distant = Link(m_core,
                              pair.server,
                              SERVERS,
                              m_pairs,
                              DataRate("1Gbps"),
                              oneWay - accessDelay - BACKBONE_DELAY,
                              gateway,
                              pair.serverAddress);
    Route(pair.server, 0, gateway, distant.Get(1));
    SetLoss(access.Get(0), path.loss, path.stream);
    SetLoss(access.Get(1), path.loss, path.stream + 1);
    m_internet.AssignStreams(NodeContainer(pair.client), path.stream + 2);
    m_internet.AssignStreams(NodeContainer(pair.server), path.stream + 2 + STREAMS_PER_HOST);
    ++m_pairs;
    return pair;
}

NetDeviceContainer
SstCensoredNetworkHelper::Link(Ptr<Node> left,
                               Ptr<Node> right,
                               uint8_t network,
                               uint32_t index,
                               const DataRate& rate,
                               Time delay,
                               Address& leftAddress,
                               Address& rightAddress)
{
    PointToPointHelper helper;
    helper.SetDeviceAttribute("DataRate", DataRateValue(rate));
    helper.SetChannelAttribute("Delay", TimeValue(delay));
    auto devices = helper.Install(left, right);
    TrafficControlHelper::Default().Install(devices);
    for (uint32_t i = 0; i < 2; ++i)
    {
        auto node = i == 0 ? left : right;
        auto& address = i == 0 ? leftAddress : rightAddress;
        if (m_ipVersion == 4)
        {
            auto ipv4 = node->GetObject<Ipv4>();
            const auto interface = ipv4->AddInterface(devices.Get(i));
            const auto own = MakeV4(network, index, i + 1);
            ipv4->AddAddress(interface, Ipv4InterfaceAddress(own, Ipv4Mask("/30")));
            ipv4->SetUp(interface);
            address = own;
        }
        else
        {
            auto ipv6 = node->GetObject<Ipv6>();
            const auto interface = ipv6->AddInterface(devices.Get(i));
            const auto own = MakeV6(network, index, i + 1);
            ipv6->AddAddress(interface, Ipv6InterfaceAddress(own, Ipv6Prefix(64)));
            ipv6->SetUp(interface);
            address = own;
        }
    }
    return devices;
}

void
SstCensoredNetworkHelper::Route(Ptr<Node> node,
                                uint8_t network,
                                const Address& gateway,
                                Ptr<NetDevice> device)
{
    if (m_ipVersion == 4)
    {
        auto ipv4 = node->GetObject<Ipv4>();
        auto routing = Ipv4StaticRoutingHelper().GetStaticRouting(ipv4);
        const auto interface = ipv4->GetInterfaceForDevice(device);
        const auto next = Ipv4Address::ConvertFrom(gateway);
        if (network == 0)
        {
            routing->SetDefaultRoute(next, interface);
        }
        else
        {
            routing->AddNetworkRouteTo(Ipv4Address((10U << 24) | (uint32_t(network) << 16)),
                                       Ipv4Mask("/16"),
                                       next,
                                       interface);
        }
    }
    else
    {
        auto ipv6 = node->GetObject<Ipv6>();
        auto routing = Ipv6StaticRoutingHelper().GetStaticRouting(ipv6);
        const auto interface = ipv6->GetInterfaceForDevice(device);
        const auto next = Ipv6Address::ConvertFrom(gateway);
        if (network == 0)
        {
            routing->SetDefaultRoute(next, interface);
        }
        else
        {
            uint8_t bytes[16]{0xfd, network};
            routing->AddNetworkRouteTo(Ipv6Address(bytes), Ipv6Prefix(16), next, interface);
        }
    }
}

int64_t
SstCensoredNetworkHelper::AssignStreams(int64_t stream)
{
    const NodeContainer shared(NodeContainer(m_censor, m_core), NodeContainer(m_resolver));
    return m_internet.AssignStreams(shared, stream);
}

Ptr<Node>
SstCensoredNetworkHelper::GetCensor() const
{
    return m_censor;
}

Ptr<Node>
SstCensoredNetworkHelper::GetCore() const
{
    return m_core;
}

Ptr<Node>
SstCensoredNetworkHelper::GetResolver() const
{
    return m_resolver;
}

Address
SstCensoredNetworkHelper::GetResolverAddress() const
{
    return m_resolverAddress;
}

std::string
SstCensoredNetworkHelper::GetServerPrefix() const
{
    return m_ipVersion == 4 ? "10.2.0.0/16" : "fd02::/16";
}

const NodeContainer&
SstCensoredNetworkHelper::GetNodes() const
{
    return m_nodes;
}

} // namespace ns3
