/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_TEST_NETWORK_H
#define SST_CENSOR_TEST_NETWORK_H

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/simulator.h"
#include "ns3/sst-censor-helper.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"

#include <sstream>
#include <string>

namespace ns3
{

/**
 * A client, one or two routers, a server, over both IP versions with checksums on; 10 ms a link.
 * Traffic may start at 3 s, after duplicate address detection.
 */
class SstCensorTestNetwork
{
  public:
    /**
     * @param routers number of routers between client and server, 1 or 2
     */
    explicit SstCensorTestNetwork(uint32_t routers)
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        nodes.Create(routers + 2);
        InternetStackHelper().Install(nodes);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
        link.SetChannelAttribute("Delay", StringValue("10ms"));
        Ipv4AddressHelper v4("10.1.0.0", "255.255.255.0");
        Ipv6AddressHelper v6("2001:f00d:1::", 64);
        for (uint32_t i = 0; i <= routers; ++i)
        {
            const auto devices = link.Install(nodes.Get(i), nodes.Get(i + 1));
            const auto i4 = v4.Assign(devices);
            auto i6 = v6.Assign(devices);
            v4.NewNetwork();
            v6.NewNetwork();
            i6.SetForwarding(0, i > 0);
            i6.SetForwarding(1, i < routers);
            if (i == 0)
            {
                routerV4 = i4.GetAddress(1);
            }
            server4 = i4.GetAddress(1);
            server6 = i6.GetAddress(1, 1);
            if (i < routers)
            {
                RouteToServer(i, i4.GetAddress(1), i6.GetLinkLocalAddress(1));
            }
            if (i > 0)
            {
                RouteToClient(i + 1, i4.GetAddress(0), i6.GetLinkLocalAddress(0));
            }
        }
        for (uint32_t i = 1; i <= routers; ++i)
        {
            SstTrafficControlLayer::Install(nodes.Get(i));
        }
        helper.SetServers(ToText(server4) + "," + ToText(server6));
        helper.SetBlockedPorts("22");
        helper.SetBlockedNames("example.org");
        helper.SetSinkhole("192.0.2.66", "2001:db8::66");
    }

    ~SstCensorTestNetwork()
    {
        Simulator::Destroy();
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
    }

    /**
     * @param router index of a router, from 1
     * @param specification censor names
     * @return the censor on it
     */
    Ptr<CensorMiddlebox> Install(uint32_t router, const std::string& specification)
    {
        std::string error;
        auto censor = helper.Install(nodes.Get(router), specification, error);
        NS_ABORT_MSG_UNLESS(censor, error);
        return censor;
    }

    /**
     * @param v6 IP version 6
     * @param port a port
     * @return the server's address
     */
    Address Server(bool v6, uint16_t port) const
    {
        return v6 ? Address(Inet6SocketAddress(server6, port))
                  : Address(InetSocketAddress(server4, port));
    }

    /**
     * @param node a node
     * @param udp UDP, else TCP
     * @param v6 IP version 6
     * @param port local port, 0 for any
     * @return a bound socket
     */
    Ptr<Socket> MakeSocket(Ptr<Node> node, bool udp, bool v6, uint16_t port) const
    {
        auto socket = Socket::CreateSocket(node,
                                           udp ? UdpSocketFactory::GetTypeId()
                                               : TcpSocketFactory::GetTypeId());
        if (v6)
        {
            socket->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), port));
        }
        else
        {
            socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), port));
        }
        return socket;
    }

    /**
     * @return the client's node
     */
    Ptr<Node> ClientNode() const
    {
        return nodes.Get(0);
    }

    /**
     * @return the server's node
     */
    Ptr<Node> ServerNode() const
    {
        return nodes.Get(nodes.GetN() - 1);
    }

    NodeContainer nodes;    //!< client, routers, server
    SstCensorHelper helper; //!< knows the server, port 22 and example.org
    Ipv4Address server4;    //!< address of the server
    Ipv6Address server6;    //!< address of the server
    Ipv4Address routerV4;   //!< address of the first router on the client's side

  private:
    /**
     * @tparam A type of an address
     * @param address an address
     * @return its text
     */
    template <typename A>
    static std::string ToText(const A& address)
    {
        std::ostringstream text;
        text << address;
        return text.str();
    }

    /**
     * @param index index of a node
     * @param v4 its next hop to whatever it is not connected to
     * @param v6 the same
     */
    void RouteToServer(uint32_t index, Ipv4Address v4, Ipv6Address v6)
    {
        const uint32_t interface = index == 0 ? 1 : 2;
        auto node = nodes.Get(index);
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(node->GetObject<Ipv4>())
            ->SetDefaultRoute(v4, interface);
        Ipv6StaticRoutingHelper()
            .GetStaticRouting(node->GetObject<Ipv6>())
            ->SetDefaultRoute(v6, interface);
    }

    /**
     * @param index index of a node
     * @param v4 its next hop to the client's network
     * @param v6 the same
     */
    void RouteToClient(uint32_t index, Ipv4Address v4, Ipv6Address v6)
    {
        auto node = nodes.Get(index);
        Ipv4StaticRoutingHelper()
            .GetStaticRouting(node->GetObject<Ipv4>())
            ->AddNetworkRouteTo("10.1.0.0", "255.255.255.0", v4, 1);
        Ipv6StaticRoutingHelper()
            .GetStaticRouting(node->GetObject<Ipv6>())
            ->AddNetworkRouteTo("2001:f00d:1::", 64, v6, 1);
    }
};

} // namespace ns3

#endif // SST_CENSOR_TEST_NETWORK_H
