/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_HELPER_H
#define SST_HELPER_H

#include "ns3/address.h"
#include "ns3/attribute.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/sst-policy.h"
#include "ns3/sst-stack.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 *
 * Puts the side stack on nodes, any time after InternetStackHelper. Every forwarding node needs
 * it: a stock node parses ciphertext as a transport header (which can abort or hang), and on
 * IPv4 clears the mark. Whoever forwards without is named at time 0.
 */
class SstHelper
{
  public:
    SstHelper();

    /**
     * @param name an attribute of SstStack
     * @param value its value in side stacks installed from now on
     */
    void SetStackAttribute(const std::string& name, const AttributeValue& value);

    /**
     * @param name an attribute of SstStack
     * @param value its value in side stacks installed from now on
     */
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /**
     * Whether a forwarding node without the side stack is only warned about.
     *
     * @param warn true: warning, false (the default): fatal
     */
    static void SetMissingIsWarning(bool warn);

    /**
     * Forwarding nodes (two or more interfaces beside the loopback, forwarding on) that lack the
     * side stack. Checked by itself at time 0.
     *
     * @return their names, or "node N" where they have none
     */
    static std::vector<std::string> FindMissing();

    /**
     * @param node a node with an internet stack
     * @return its side stack
     */
    Ptr<SstStack> Install(Ptr<Node> node) const;

    /**
     * @param nodes nodes with an internet stack
     */
    void Install(const NodeContainer& nodes) const;

    /// Install on every node there is that has an internet stack.
    void InstallAll() const;

    /**
     * Tie an address to a name on nodes whose applications connect by address.
     *
     * @param nodes the nodes
     * @param name the host's name
     * @param address Ipv4Address or Ipv6Address of the host
     */
    void AddHost(const NodeContainer& nodes, const std::string& name, const Address& address) const;

    /**
     * @param nodes nodes with a side stack
     * @param rule a rule, tried after those already there
     */
    void AddPolicy(const NodeContainer& nodes, const SstPolicyRule& rule) const;

    /**
     * Make the key of a server.
     *
     * @param node a node with a side stack
     * @param keyId the key's number
     * @param flags flags to publish: 1 early SYN, 2 early UDP, 4 layout U, 8 strict
     * @param lifetime for how long clients may use it, see SstStack; 0 for ever
     * @return the value of key65280 to publish
     */
    std::vector<uint8_t> GenerateServerKey(Ptr<Node> node,
                                           uint8_t keyId = 1,
                                           uint8_t flags = 1,
                                           Time lifetime = Time(0)) const;

    /**
     * Assign fixed random variable stream numbers to the side stacks of nodes.
     *
     * @param nodes the nodes
     * @param stream the first stream number to use
     * @return how many were used
     */
    int64_t AssignStreams(const NodeContainer& nodes, int64_t stream) const;

  private:
    /**
     * @param node a node with a side stack
     * @return the side stack
     */
    static Ptr<SstStack> GetStack(Ptr<Node> node);

    ObjectFactory m_stackFactory; //!< side stacks with their attributes
};

} // namespace ns3

#endif // SST_HELPER_H
