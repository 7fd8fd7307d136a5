/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_POLICY_TABLE_H
#define SST_POLICY_TABLE_H

#include "sst/endpoint.h"

#include "ns3/sst-address.h"
#include "ns3/sst-policy.h"

#include <deque>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace ns3
{

/**
 * @ingroup sst
 * What is asked for segments whose socket says nothing, the names that addresses go by, and the
 * traffic that is never touched.
 */
class SstPolicyTable
{
  public:
    /**
     * @param policy what segments ask for that no rule covers
     * @param coverage coverage they ask for
     * @param layout layout they ask for
     */
    void SetDefault(SstPolicy policy, SstCoverage coverage, SstLayout layout);

    /**
     * @param rule a rule, tried after those already there
     */
    void AddRule(const SstPolicyRule& rule);

    /**
     * @param name a host's name
     * @param address its address
     */
    void AddHost(const std::string& name, const sst::IpAddress& address);

    /**
     * @param address a resolver
     */
    void AddResolver(const sst::IpAddress& address);

    /**
     * @param flow a flow
     * @return what the table asks for it, nullptr for nothing
     */
    const sst::Request* Match(const sst::FlowKey& flow) const;

    /**
     * @param request a request
     * @param peer the other host
     * @return the request with the peer's name, where it had none and the peer has one
     */
    const sst::Request* Name(const sst::Request* request, const sst::IpAddress& peer);

    /**
     * Traffic that is never sealed nor looked at: the resolver's and DHCP.
     *
     * @param flow a flow
     * @param local this host's address
     * @return whether it is such
     */
    bool IsExempt(const sst::FlowKey& flow, const sst::IpAddress& local) const;

    /**
     * @param policy a policy
     * @return the same for the codec
     */
    static sst::Policy ToSst(SstPolicy policy);

    /**
     * @param coverage a coverage
     * @return the same for the codec
     */
    static sst::Coverage ToSst(SstCoverage coverage);

    /**
     * @param layout a layout
     * @return the same for the codec
     */
    static sst::LayoutChoice ToSst(SstLayout layout);

    /**
     * @param padding a padding
     * @return the same for the codec
     */
    static sst::Padding ToSst(const SstPadding& padding);

  private:
    /// A rule in the codec's terms.
    struct Row
    {
        uint8_t protocol;     //!< 0 any
        sst::IpAddress peer;  //!< empty: any
        uint8_t prefixLength; //!< leading bits of the peer that count
        uint16_t localPort;   //!< 0 any
        uint16_t peerPort;    //!< 0 any
        sst::Request request; //!< what it asks for
    };

    /// A host that is known by name.
    struct Host
    {
        std::string name;                  //!< its name
        std::deque<sst::Request> requests; //!< requests that carry it, made when first needed
    };

    std::deque<Row> m_rows; //!< in the order they are tried
    sst::Request m_default; //!< where no row matches
    std::unordered_map<sst::IpAddress, Host, SstAddressHash> m_hosts; //!< by address
    std::unordered_set<sst::IpAddress, SstAddressHash> m_resolvers;   //!< the resolvers
};

} // namespace ns3

#endif // SST_POLICY_TABLE_H
