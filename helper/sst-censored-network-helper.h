/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSORED_NETWORK_HELPER_H
#define SST_CENSORED_NETWORK_HELPER_H

#include "ns3/address.h"
#include "ns3/data-rate.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * What lies between one client and one server of SstCensoredNetworkHelper.
 */
struct SstPairPath
{
    Time rtt{MilliSeconds(50)};   //!< round-trip time without queues, at least 10 ms
    DataRate rate{"50Mbps"};      //!< of the client's access link, both directions
    double loss{0.0};             //!< packet loss probability on the access link, each direction
    int64_t stream{0};            //!< first of SstCensoredNetworkHelper::STREAMS_PER_PAIR random
                                  //!< streams: losses, and the stock models of both hosts
};

/**
 * @ingroup sst
 *
 * The network of a censorship experiment, of one IP version:
 *
 * @verbatim
   client 0 --+                                   +-- server 0
   client 1 --+-- censor router -- core router ---+-- server 1
      ...   --+                        |          +--    ...
                                    resolver
   @endverbatim
 *
 * Every pair has hosts of its own, so that no measurement inherits state (keys, sessions,
 * residual censorship) from another. Clients are numbered 10.1.0.0/16 or fd01::/16, servers
 * 10.2.0.0/16 or fd02::/16, the resolver 10.3.0.2 or fd03::2; nothing routes anywhere else.
 */
class SstCensoredNetworkHelper
{
  public:
    /// A client, the server it talks to and their addresses.
    struct Pair
    {
        Ptr<Node> client;      //!< the client
        Ptr<Node> server;      //!< the server
        Address clientAddress; //!< Ipv4Address or Ipv6Address of the client
        Address serverAddress; //!< Ipv4Address or Ipv6Address of the server
    };

    /// Most pairs that the numbering has room for.
    static constexpr uint32_t MAX_PAIRS = 16000;

    /**
     * Make the routers and the resolver.
     *
     * @param ipVersion 4 or 6
     */
    explicit SstCensoredNetworkHelper(uint8_t ipVersion);

    /**
     * Add a client and a server.
     *
     * @param path what lies between them
     * @return the pair
     */
    Pair AddPair(const SstPairPath& path);

    /// @return the router that clients are attached to
    Ptr<Node> GetCensor() const;

    /// @return the router beyond it
    Ptr<Node> GetCore() const;

    /// @return the host that answers DNS
    Ptr<Node> GetResolver() const;

    /// @return the resolver's Ipv4Address or Ipv6Address
    Address GetResolverAddress() const;

    /// @return the prefix of all servers, "10.2.0.0/16" or "fd02::/16"
    std::string GetServerPrefix() const;

    /// @return all nodes
    const NodeContainer& GetNodes() const;

    /// Random streams reserved for the stock models (ARP, ICMPv6, ...) of one host.
    static constexpr int64_t STREAMS_PER_HOST = 100;

    /// Random streams reserved for a pair: two for the losses, then those of both hosts.
    static constexpr int64_t STREAMS_PER_PAIR = 2 + 2 * STREAMS_PER_HOST;

    /**
     * Give the stock models of the routers and the resolver fixed random streams.
     *
     * @param stream the first stream number to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

  private:
    /**
     * Join two nodes and number the link.
     *
     * @param left gets host part 1
     * @param right gets host part 2
     * @param network number of the block: 10.block.x.y or fd0block::
     * @param index number of the link in its block
     * @param rate of the link
     * @param delay of the link, one way
     * @param [out] leftAddress address of the left node
     * @param [out] rightAddress address of the right node
     * @return the devices, left and right
     */
    NetDeviceContainer Link(Ptr<Node> left,
                            Ptr<Node> right,
                            uint8_t network,
                            uint32_t index,
                            const DataRate& rate,
                            Time delay,
                            Address& leftAddress,
                            Address& rightAddress);

    /**
     * Route from a node through a neighbor.
     *
     * @param node the node
     * @param network block of the destination, 0 for everything
     * @param gateway the neighbor's address
     * @param device the node's device on the shared link
     */
    void Route(Ptr<Node> node, uint8_t network, const Address& gateway, Ptr<NetDevice> device);

    uint8_t m_ipVersion;            //!< 4 or 6
    InternetStackHelper m_internet; //!< installs stacks of the one version
    NodeContainer m_nodes;          //!< all nodes
    Ptr<Node> m_censor;             //!< router of the clients
    Ptr<Node> m_core;               //!< router beyond
    Ptr<Node> m_resolver;           //!< answers DNS
    Address m_resolverAddress;      //!< its address
    uint32_t m_pairs{0};            //!< pairs so far
};

} // namespace ns3

#endif // SST_CENSORED_NETWORK_HELPER_H
