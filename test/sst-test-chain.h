/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_TEST_CHAIN_H
#define SST_TEST_CHAIN_H

#include "sst-seen-packet.h"

#include "ns3/address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/sst-helper.h"
#include "ns3/sst-stack.h"

#include <cstdint>
#include <string>
#include <vector>

/**
 * @ingroup sst-tests
 * The network of most tests: client, routers and server in a row, point-to-point links with the
 * default queue disc (FqCoDel), every hop watched. It ends the simulation when it goes.
 */
class SstTestChain
{
  public:
    /// What differs between tests.
    struct Options
    {
        bool ipv6{false};                   //!< IPv6 instead of IPv4
        uint32_t routers{2};                //!< nodes between client and server
        bool sideStack{true};               //!< install the side stack on every node
        bool installBeforeAddresses{false}; //!< and that before any address is assigned
        uint32_t mtu{1500};                 //!< of the links, in bytes
        std::string rate{"10Mbps"};         //!< of the links
        std::string bottleneck;             //!< rate of the last link, empty: as the others
        std::string delay{"2ms"};           //!< of each link
        std::string pcap;                   //!< prefix of pcap files, empty: none
    };

    /**
     * @param ipv6 IPv6 instead of IPv4
     * @return options of a network with nothing else special
     */
    static Options Family(bool ipv6);

    /**
     * @param options what the network is like
     */
    explicit SstTestChain(const Options& options);
    ~SstTestChain();

    /// @return the node that opens connections
    ns3::Ptr<ns3::Node> Client() const;

    /// @return the node that is connected to
    ns3::Ptr<ns3::Node> Server() const;

    /// @return the client's side stack
    ns3::Ptr<ns3::SstStack> ClientStack() const;

    /// @return the server's side stack
    ns3::Ptr<ns3::SstStack> ServerStack() const;

    /// @return Ipv4Address or Ipv6Address of the client
    ns3::Address ClientAddress() const;

    /// @return Ipv4Address or Ipv6Address of the server
    ns3::Address ServerAddress() const;

    /**
     * @param port a port
     * @return the server's address with it
     */
    ns3::Address ServerSocket(uint16_t port) const;

    /**
     * @param port a port
     * @return any local address with it
     */
    ns3::Address AnySocket(uint16_t port) const;

    /**
     * Make a key at the server; the client knows it, and the server's address by name.
     *
     * @param flags of the key
     * @param udpPort where the server serves layout U, 0 nowhere
     */
    void PublishKey(uint8_t flags = 1, uint16_t udpPort = 0);

    /**
     * Run the simulation.
     *
     * @param seconds until when
     */
    static void Run(double seconds);

    /// @return time at which applications can start: addresses are no longer tentative
    static constexpr double START = 3.0;

    static const char* const NAME; //!< the server's name

    ns3::NodeContainer nodes;                     //!< client, routers, server
    std::vector<ns3::NetDeviceContainer> links;   //!< from client to server
    std::vector<std::vector<SstSeenPacket>> seen; //!< what each link carried, both directions

  private:
    /**
     * A device starts to transmit.
     *
     * @param link number of the link
     * @param packet the frame, with its PPP header
     */
    void See(uint32_t link, ns3::Ptr<const ns3::Packet> packet);

    /// Give the IPv6 nodes their routes.
    void RouteIpv6();

    Options m_options;                 //!< what the network is like
    std::vector<ns3::Address> m_left;  //!< address at the client's side of each link
    std::vector<ns3::Address> m_right; //!< address at the server's side of each link
};

#endif // SST_TEST_CHAIN_H
