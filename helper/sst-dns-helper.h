/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_HELPER_H
#define SST_DNS_HELPER_H

#include "ns3/address.h"
#include "ns3/attribute.h"
#include "ns3/node-container.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/ptr.h"
#include "ns3/sst-dns-server.h"
#include "ns3/sst-resolver.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Installs DNS servers and resolvers, and ties a node's resolver to its side stack: the stack
 * asks it for keys, and never touches port 53 of its server.
 */
class SstDnsHelper
{
  public:
    SstDnsHelper();

    /**
     * @param name an attribute of SstDnsServer
     * @param value its value on servers installed from now on
     */
    void SetServerAttribute(const std::string& name, const AttributeValue& value);

    /**
     * @param name an attribute of SstResolver
     * @param value its value on resolvers installed from now on
     */
    void SetResolverAttribute(const std::string& name, const AttributeValue& value);

    /**
     * Give a node a DNS server. The side stack may be installed before; if it comes later, call
     * Connect.
     *
     * @param node a node with an internet stack
     * @return its DNS server, started at time 0 unless told otherwise
     */
    Ptr<SstDnsServer> InstallServer(Ptr<Node> node) const;

    /**
     * Give nodes a resolver, or point the one they have at another server. The side stack may be
     * installed before; if it comes later, call Connect.
     *
     * @param nodes nodes with an internet stack
     * @param server Ipv4Address or Ipv6Address of the server
     */
    void InstallResolver(const NodeContainer& nodes, const Address& server) const;

    /**
     * Tie the resolver of a node to its side stack, and let its DNS server answer in clear
     * whatever the side stack's default policy. Does nothing where there is no side stack.
     *
     * @param node a node
     */
    static void Connect(Ptr<Node> node);

    /**
     * Publish a host.
     *
     * @param server a DNS server
     * @param host the host's name
     * @param addresses Ipv4Address and Ipv6Address of the host
     * @param value value of key65280; empty: no keys
     * @param ttl time to live of the records, seconds
     * @param port UDP port where layout U is served, 0 none
     */
    static void AddHost(Ptr<SstDnsServer> server,
                        const std::string& host,
                        const std::vector<Address>& addresses,
                        const std::vector<uint8_t>& value = {},
                        uint32_t ttl = 300,
                        uint16_t port = 0);

    /**
     * Assign fixed random variable stream numbers to the resolvers of nodes.
     *
     * @param nodes nodes
     * @param stream the first stream number to use
     * @return how many were used
     */
    static int64_t AssignStreams(const NodeContainer& nodes, int64_t stream);

  private:
    /**
     * Let a DNS server answer in clear.
     * @param server a server on a node, with or without side stack
     */
    static void Exempt(Ptr<SstDnsServer> server);

    ObjectFactory m_server;   //!< servers
    ObjectFactory m_resolver; //!< resolvers
};

} // namespace ns3

#endif // SST_DNS_HELPER_H
