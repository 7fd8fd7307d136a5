/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_LIMITS_NETWORK_H
#define SST_LIMITS_NETWORK_H

#include "sst/mark.h"
#include "sst/wire.h"

#include "ns3/bulk-send-application.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/sst-helper.h"
#include "ns3/sst-ingress-filter.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// Hosts around one router, all with the side stack. It ends the simulation when it goes.
class LimitsNetwork
{
  public:
    static constexpr const char* NAME = "server.example"; //!< of the server
    static constexpr uint16_t PORT = 80;                  //!< where it listens

    LimitsNetwork()
        : router(ns3::CreateObject<ns3::Node>())
    {
        m_internet.Install(router);
        m_addresses.SetBase("10.1.0.0", "255.255.255.0");
    }

    ~LimitsNetwork()
    {
        ns3::Simulator::Destroy();
    }

    LimitsNetwork(const LimitsNetwork&) = delete;
    LimitsNetwork& operator=(const LimitsNetwork&) = delete;

    /// One more host.
    struct Host
    {
        ns3::Ptr<ns3::Node> node;            //!< the host
        ns3::Ipv4Address address;            //!< its address
        ns3::Ptr<ns3::NetDevice> routerSide; //!< the router's device towards it
        ns3::Ipv4Address routerAddress;      //!< the router's address there
        ns3::Ptr<ns3::SstStack> stack;       //!< its side stack
    };

    /**
     * @param sst installs side stacks
     * @param rate of its link
     * @return a host behind a link of 5 ms
     */
    Host AddHost(const ns3::SstHelper& sst, const std::string& rate = "100Mbps")
    {
        Host host;
        host.node = ns3::CreateObject<ns3::Node>();
        m_internet.Install(host.node);
        ns3::PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", ns3::StringValue(rate));
        link.SetChannelAttribute("Delay", ns3::StringValue("5ms"));
        const ns3::NetDeviceContainer devices = link.Install(router, host.node);
        const auto interfaces = m_addresses.Assign(devices);
        m_addresses.NewNetwork();
        host.routerSide = devices.Get(0);
        host.routerAddress = interfaces.GetAddress(0);
        host.address = interfaces.GetAddress(1);
        host.stack = sst.Install(host.node);
        return host;
    }

    /**
     * Let routes be found, once all hosts are there.
     *
     * @param sst installs the router's side stack
     */
    void Connect(const ns3::SstHelper& sst)
    {
        sst.Install(router);
        ns3::Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    }

    /**
     * Make a key at the server and tell a client.
     *
     * @param server the server
     * @param clients who learns of it
     * @param flags of the key
     * @param udpPort where it serves layout U, 0 nowhere
     */
    static void ShareKey(const Host& server,
                         const std::vector<Host>& clients,
                         uint8_t flags = 1,
                         uint16_t udpPort = 0)
    {
        const auto value = server.stack->GenerateServerKey(1, flags);
        for (const Host& client : clients)
        {
            client.stack->AddHost(NAME, server.address);
            client.stack->ProvideKeys(NAME,
                                      server.address,
                                      ns3::SstStack::KeyAnswer::KEYS,
                                      value,
                                      udpPort);
        }
    }

    /**
     * @param node a node
     * @param port where it listens
     * @return what takes whatever comes there over TCP
     */
    static ns3::Ptr<ns3::PacketSink> Serve(ns3::Ptr<ns3::Node> node, uint16_t port = PORT)
    {
        ns3::PacketSinkHelper sink("ns3::TcpSocketFactory",
                                   ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), port));
        return ns3::DynamicCast<ns3::PacketSink>(sink.Install(node).Get(0));
    }

    /**
     * Send bytes over TCP.
     *
     * @param client who sends
     * @param server where to
     * @param bytes how many
     * @param start when, seconds
     * @param factory of its socket
     * @param localPort of its socket, 0 any
     * @return the sender
     */
    static ns3::Ptr<ns3::BulkSendApplication> Send(
        const Host& client,
        const Host& server,
        uint64_t bytes,
        double start,
        const std::string& factory = "ns3::SstTcpSocketFactory",
        uint16_t localPort = 0)
    {
        ns3::BulkSendHelper bulk(factory, ns3::InetSocketAddress(server.address, PORT));
        bulk.SetAttribute("MaxBytes", ns3::UintegerValue(bytes));
        if (localPort != 0)
        {
            bulk.SetAttribute(
                "Local",
                ns3::AddressValue(ns3::InetSocketAddress(ns3::Ipv4Address::GetAny(), localPort)));
        }
        const auto apps = bulk.Install(client.node);
        apps.Start(ns3::Seconds(start));
        return ns3::DynamicCast<ns3::BulkSendApplication>(apps.Get(0));
    }

    ns3::Ptr<ns3::Node> router; //!< in the middle

  private:
    ns3::InternetStackHelper m_internet; //!< installs stacks
    ns3::Ipv4AddressHelper m_addresses;  //!< numbers links
};

/// Looks at every IPv4 packet that a router receives and lets it go on.
class LimitsTap : public ns3::SstIngressFilter
{
  public:
    /// An IPv4 packet as the router receives it.
    struct Seen
    {
        ns3::Ptr<ns3::NetDevice> device;    //!< that received it
        ns3::Ptr<const ns3::Packet> packet; //!< from its IP header on
        bool marked;                        //!< whether the mark is set
        uint8_t protocol;                   //!< of the IP header
        std::vector<uint8_t> head;          //!< first bytes behind the IP header

        /// @return bits 30 and 31 of the start, which say what an SST packet is
        sst::wire::Type Type() const
        {
            return sst::wire::TypeOf(head.data());
        }
    };

    /**
     * @param visit called for every packet
     */
    explicit LimitsTap(std::function<void(const Seen&)> visit)
        : m_visit(std::move(visit))
    {
    }

    Verdict Filter(ns3::Ptr<ns3::NetDevice> device,
                   ns3::Ptr<const ns3::Packet>& packet,
                   uint16_t protocol) override
    {
        std::vector<uint8_t> bytes(IPV4_HEADER_SIZE + HEAD_SIZE);
        bytes.resize(packet->CopyData(bytes.data(), static_cast<uint32_t>(bytes.size())));
        if (protocol == ns3::Ipv4L3Protocol::PROT_NUMBER && bytes.size() >= IPV4_HEADER_SIZE + 8)
        {
            m_visit({device,
                     packet,
                     sst::IsMarkedV4(bytes.data()),
                     bytes[IPV4_PROTOCOL],
                     {bytes.begin() + IPV4_HEADER_SIZE, bytes.end()}});
        }
        return ACCEPT;
    }

    /**
     * Put a tap on a router, in front of filters that come later.
     *
     * @param router the router
     * @param visit called for every packet
     */
    static void Install(ns3::Ptr<ns3::Node> router, std::function<void(const Seen&)> visit)
    {
        ns3::SstTrafficControlLayer::Get(router)->AddIngressFilter(
            ns3::CreateObject<LimitsTap>(std::move(visit)));
    }

  private:
    static constexpr std::size_t IPV4_HEADER_SIZE = 20; //!< without options: ns-3 sends none
    static constexpr std::size_t IPV4_PROTOCOL = 9;     //!< offset
    static constexpr std::size_t HEAD_SIZE = 64;        //!< an INIT up to what is sealed
    std::function<void(const Seen&)> m_visit;           //!< called for every packet
};

#endif // SST_LIMITS_NETWORK_H
