/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-test-chain.h"

#include "ns3/callback.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-interface-container.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6-static-routing.h"
#include "ns3/nstime.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

using namespace ns3;

namespace
{
constexpr uint32_t PPP_SIZE = 2;       ///< header of PointToPointNetDevice
constexpr int64_t FIRST_STREAM = 1000; ///< of the internet stack
} // namespace

const char* const SstTestChain::NAME = "server.example";

SstTestChain::Options
SstTestChain::Family(bool ipv6)
{
    Options options;
    options.ipv6 = ipv6;
    return options;
}

SstTestChain::SstTestChain(const Options& options)
    : m_options(options)
{
    RngSeedManager::SetSeed(1);
    RngSeedManager::SetRun(1);
    const uint32_t count = options.routers + 2;
    nodes.Create(count);
    InternetStackHelper internet;
    internet.Install(nodes);
    internet.AssignStreams(nodes, FIRST_STREAM);
    SstHelper sst;
    if (options.sideStack && options.installBeforeAddresses)
    {
        sst.Install(nodes);
    }
    PointToPointHelper p2p;
    p2p.SetDeviceAttribute("Mtu", UintegerValue(options.mtu));
    p2p.SetChannelAttribute("Delay", StringValue(options.delay));
    seen.resize(count - 1);
    for (uint32_t i = 0; i + 1 < count; i++)
    {
        const bool last = i + 2 == count;
        p2p.SetDeviceAttribute(
            "DataRate",
            StringValue(last && !options.bottleneck.empty() ? options.bottleneck : options.rate));
        NetDeviceContainer link = p2p.Install(nodes.Get(i), nodes.Get(i + 1));
        links.push_back(link);
        for (uint32_t j = 0; j < link.GetN(); j++)
        {
            link.Get(j)->TraceConnectWithoutContext("PhyTxBegin",
                                                    MakeCallback(&SstTestChain::See, this).Bind(i));
        }
        const std::string number = std::to_string(i + 1);
        if (options.ipv6)
        {
            // 2001:db8::/32 is dropped by ns-3's routers
            Ipv6AddressHelper address;
            address.SetBase(("2001:" + number + "::").c_str(), Ipv6Prefix(64));
            Ipv6InterfaceContainer interfaces = address.Assign(link);
            interfaces.SetForwarding(0, i > 0);
            interfaces.SetForwarding(1, !last);
            m_left.push_back(interfaces.GetAddress(0, 1));
            m_right.push_back(interfaces.GetAddress(1, 1));
        }
        else
        {
            Ipv4AddressHelper address;
            address.SetBase(("10.0." + number + ".0").c_str(), "255.255.255.0");
            Ipv4InterfaceContainer interfaces = address.Assign(link);
            m_left.push_back(interfaces.GetAddress(0));
            m_right.push_back(interfaces.GetAddress(1));
        }
    }
    if (options.ipv6)
    {
        RouteIpv6();
    }
    else
    {
        Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    }
    if (options.sideStack)
    {
        sst.Install(nodes);
    }
    if (!options.pcap.empty())
    {
        p2p.EnablePcapAll(options.pcap);
    }
}

SstTestChain::~SstTestChain()
{
    Simulator::Destroy();
}

void
SstTestChain::RouteIpv6()
{
    const uint32_t count = nodes.GetN();
    for (uint32_t i = 0; i < count; i++)
    {
        Ptr<Ipv6> ipv6 = nodes.Get(i)->GetObject<Ipv6>();
        Ipv6StaticRoutingHelper helper;
        Ptr<Ipv6StaticRouting> routing = helper.GetStaticRouting(ipv6);
        for (uint32_t j = 0; j + 1 < count; j++)
        {
            const Ipv6Address network =
                Ipv6Address::ConvertFrom(m_left[j]).CombinePrefix(Ipv6Prefix(64));
            if (j > i)
            {
                const int32_t out = ipv6->GetInterfaceForDevice(links[i].Get(0));
                routing->AddNetworkRouteTo(network,
                                           Ipv6Prefix(64),
                                           Ipv6Address::ConvertFrom(m_right[i]),
                                           out);
            }
            else if (j + 1 < i)
            {
                const int32_t out = ipv6->GetInterfaceForDevice(links[i - 1].Get(1));
                routing->AddNetworkRouteTo(network,
                                           Ipv6Prefix(64),
                                           Ipv6Address::ConvertFrom(m_left[i - 1]),
                                           out);
            }
        }
    }
}

void
SstTestChain::See(uint32_t link, Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    bytes.erase(bytes.begin(), bytes.begin() + PPP_SIZE);
    seen.at(link).emplace_back(std::move(bytes));
}

Ptr<Node>
SstTestChain::Client() const
{
    return nodes.Get(0);
}

Ptr<Node>
SstTestChain::Server() const
{
    return nodes.Get(nodes.GetN() - 1);
}

Ptr<SstStack>
SstTestChain::ClientStack() const
{
    return Client()->GetObject<SstStack>();
}

Ptr<SstStack>
SstTestChain::ServerStack() const
{
    return Server()->GetObject<SstStack>();
}

Address
SstTestChain::ClientAddress() const
{
    return m_left.front();
}

Address
SstTestChain::ServerAddress() const
{
    return m_right.back();
}

Address
SstTestChain::ServerSocket(uint16_t port) const
{
    return m_options.ipv6
               ? Address(Inet6SocketAddress(Ipv6Address::ConvertFrom(ServerAddress()), port))
               : Address(InetSocketAddress(Ipv4Address::ConvertFrom(ServerAddress()), port));
}

Address
SstTestChain::AnySocket(uint16_t port) const
{
    return m_options.ipv6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), port))
                          : Address(InetSocketAddress(Ipv4Address::GetAny(), port));
}

void
SstTestChain::PublishKey(uint8_t flags, uint16_t udpPort)
{
    const std::vector<uint8_t> value = ServerStack()->GenerateServerKey(1, flags);
    ClientStack()->AddHost(NAME, ServerAddress());
    ClientStack()->ProvideKeys(NAME, ServerAddress(), SstStack::KeyAnswer::KEYS, value, udpPort);
}

void
SstTestChain::Run(double seconds)
{
    Simulator::Stop(Seconds(seconds));
    Simulator::Run();
}
