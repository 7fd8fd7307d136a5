/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-policy-table.h"

#include "ns3/abort.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr uint16_t DNS_PORT = 53;               ///< RFC 1035, 4.2
constexpr uint16_t DHCP_PORTS[] = {67, 68};     ///< RFC 2131, 4.1
constexpr uint16_t DHCPV6_PORTS[] = {546, 547}; ///< RFC 8415, 7.2

/**
 * @param a an address
 * @param b an address
 * @param bits leading bits that count
 * @return whether these are the same
 */
bool
SamePrefix(const sst::IpAddress& a, const sst::IpAddress& b, uint32_t bits)
{
    if (a.length != b.length)
    {
        return false;
    }
    bits = std::min(bits, a.length * 8U);
    const uint32_t whole = bits / 8;
    const uint32_t rest = bits % 8;
    if (!std::equal(a.bytes.begin(), a.bytes.begin() + whole, b.bytes.begin()))
    {
        return false;
    }
    return rest == 0 || ((a.bytes.at(whole) ^ b.bytes.at(whole)) >> (8 - rest)) == 0;
}

} // namespace

sst::Policy
SstPolicyTable::ToSst(SstPolicy policy)
{
    switch (policy)
    {
    case SstPolicy::OPPORTUNISTIC:
        return sst::Policy::OPPORTUNISTIC;
    case SstPolicy::REQUIRE:
        return sst::Policy::REQUIRE;
    case SstPolicy::PIN:
        return sst::Policy::PIN;
    case SstPolicy::OFF:
        break;
    }
    return sst::Policy::OFF;
}

sst::Coverage
SstPolicyTable::ToSst(SstCoverage coverage)
{
    switch (coverage)
    {
    case SstCoverage::HEADER:
        return sst::Coverage::HEADER;
    case SstCoverage::PORTS:
        return sst::Coverage::PORTS;
    case SstCoverage::SEGMENT:
        break;
    }
    return sst::Coverage::SEGMENT;
}

sst::LayoutChoice
SstPolicyTable::ToSst(SstLayout layout)
{
    switch (layout)
    {
    case SstLayout::NATIVE:
        return sst::LayoutChoice::N;
    case SstLayout::UDP:
        return sst::LayoutChoice::U;
    case SstLayout::AUTO:
        break;
    }
    return sst::LayoutChoice::AUTO;
}

sst::Padding
SstPolicyTable::ToSst(const SstPadding& padding)
{
    switch (padding.mode)
    {
    case SstPadding::MULTIPLE:
        return {sst::Padding::Mode::MULTIPLE, padding.multiple};
    case SstPadding::MTU:
        return {sst::Padding::Mode::MTU, 0};
    case SstPadding::NONE:
        break;
    }
    return {};
}

void
SstPolicyTable::SetDefault(SstPolicy policy, SstCoverage coverage, SstLayout layout)
{
    m_default.layout = ToSst(layout);
    m_default.policy = ToSst(policy);
    m_default.coverage = ToSst(coverage);
}

void
SstPolicyTable::AddRule(const SstPolicyRule& rule)
{
    Row row;
    row.protocol = rule.protocol;
    row.peer = ns3::ToSst(rule.peer);
    NS_ABORT_MSG_IF(!rule.peer.IsInvalid() && row.peer.length == 0,
                    "SST: the peer of a policy rule is " << rule.peer
                                                         << ": wanted an Ipv4Address or an "
                                                            "Ipv6Address, or none");
    row.prefixLength = rule.prefixLength;
    row.localPort = rule.localPort;
    row.peerPort = rule.peerPort;
    row.request.policy = ToSst(rule.policy);
    row.request.coverage = ToSst(rule.coverage);
    row.request.earlyUdp = rule.earlyUdp;
    row.request.layout = ToSst(rule.layout);
    row.request.padding = ToSst(rule.padding);
    m_rows.push_back(row);
}

void
SstPolicyTable::AddHost(const std::string& name, const sst::IpAddress& address)
{
    Host& host = m_hosts[address];
    host.name = name;
    for (sst::Request& request : host.requests)
    {
        request.name = name;
    }
}

void
SstPolicyTable::AddResolver(const sst::IpAddress& address)
{
    m_resolvers.insert(address);
}

const sst::Request*
SstPolicyTable::Match(const sst::FlowKey& flow) const
{
    for (const Row& row : m_rows)
    {
        if ((row.protocol == 0 || row.protocol == flow.protocol) &&
            (row.localPort == 0 || row.localPort == flow.localPort) &&
            (row.peerPort == 0 || row.peerPort == flow.peerPort) &&
            (row.peer.length == 0 || SamePrefix(row.peer, flow.peer, row.prefixLength)))
        {
            return row.request.policy == sst::Policy::OFF ? nullptr : &row.request;
        }
    }
    return m_default.policy == sst::Policy::OFF ? nullptr : &m_default;
}

const sst::Request*
SstPolicyTable::Name(const sst::Request* request, const sst::IpAddress& peer)
{
    if (!request->name.empty() || m_hosts.empty())
    {
        return request;
    }
    const auto found = m_hosts.find(peer);
    if (found == m_hosts.end())
    {
        return request;
    }
    Host& host = found->second;
    for (const sst::Request& named : host.requests)
    {
        if (named.policy == request->policy && named.coverage == request->coverage &&
            named.earlyUdp == request->earlyUdp && named.layout == request->layout &&
            named.padding.mode == request->padding.mode &&
            named.padding.multiple == request->padding.multiple)
        {
            return &named;
        }
    }
    // a deque keeps its elements in place when it grows
    host.requests.push_back(*request);
    host.requests.back().name = host.name;
    return &host.requests.back();
}

bool
SstPolicyTable::IsExempt(const sst::FlowKey& flow, const sst::IpAddress& local) const
{
    // PROTOCOL: "Never touched: ... DHCP, ICMP as such, and the configured resolver's port 53"
    if (!m_resolvers.empty() && ((flow.peerPort == DNS_PORT && m_resolvers.count(flow.peer) > 0) ||
                                 (flow.localPort == DNS_PORT && m_resolvers.count(local) > 0)))
    {
        return true;
    }
    if (flow.protocol != sst::PROTOCOL_UDP)
    {
        return false;
    }
    const auto& ports = flow.peer.length == 4 ? DHCP_PORTS : DHCPV6_PORTS;
    return std::find(std::begin(ports), std::end(ports), flow.localPort) != std::end(ports) &&
           std::find(std::begin(ports), std::end(ports), flow.peerPort) != std::end(ports);
}

} // namespace ns3
