/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-stack.h"

#include "sst/key-value.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/sst-address.h"
#include "ns3/sst-datapath.h"
#include "ns3/sst-policy-table.h"
#include "ns3/sst-tcp-socket-factory.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/sst-udp-socket-factory.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstStack");

NS_OBJECT_ENSURE_REGISTERED(SstStack);

namespace
{

constexpr uint64_t KEY_GRACE_MS = 10000; //!< a key outlives its not_after, the window of clocks

/**
 * @param answer what the question brought
 * @return the same for the codec
 */
sst::KeyAnswer
ToSst(SstStack::KeyAnswer answer)
{
    switch (answer)
    {
    case SstStack::KeyAnswer::KEYS:
        return sst::KeyAnswer::KEYS;
    case SstStack::KeyAnswer::ABSENT:
        return sst::KeyAnswer::ABSENT;
    case SstStack::KeyAnswer::UNUSABLE:
        return sst::KeyAnswer::UNUSABLE;
    case SstStack::KeyAnswer::TIMEOUT:
        break;
    }
    return sst::KeyAnswer::TIMEOUT;
}

/**
 * @param state a state of the codec
 * @return the same for the module
 */
SstFlowState
FromSst(sst::FlowState state)
{
    switch (state)
    {
    case sst::FlowState::WAITING:
        return SstFlowState::WAITING;
    case sst::FlowState::SST:
        return SstFlowState::SST;
    case sst::FlowState::CLEAR:
        return SstFlowState::CLEAR;
    case sst::FlowState::FAILED:
        return SstFlowState::FAILED;
    case sst::FlowState::NONE:
        break;
    }
    return SstFlowState::NONE;
}

/**
 * @param socket a socket
 * @param [out] flow its flow
 * @return false where it has none: not bound or not connected
 */
bool
GetFlow(Ptr<Socket> socket, SstFlow& flow)
{
    Address local;
    Address peer;
    if (socket->GetSockName(local) != 0 || socket->GetPeerName(peer) != 0)
    {
        return false;
    }
    const bool isUdp = socket->GetSocketType() == Socket::NS3_SOCK_DGRAM;
    flow.protocol = isUdp ? sst::PROTOCOL_UDP : sst::PROTOCOL_TCP;
    flow.localPort = GetPort(local);
    flow.peer = ToAddress(ns3::ToSst(peer));
    flow.peerPort = GetPort(peer);
    return true;
}

/**
 * @param flow a flow
 * @return the same for the codec
 */
sst::FlowKey
ToSst(const SstFlow& flow)
{
    return {flow.protocol, flow.localPort, ns3::ToSst(flow.peer), flow.peerPort};
}

} // namespace

SstStack::SstStack()
{
    NS_LOG_FUNCTION(this);
}

SstStack::~SstStack()
{
    NS_LOG_FUNCTION(this);
}

Ptr<SstStack>
SstStack::Install(Ptr<Node> node)
{
    Ptr<SstStack> stack = node->GetObject<SstStack>();
    if (!stack)
    {
        stack = CreateObject<SstStack>();
    }
    stack->Attach(node);
    return stack;
}

void
SstStack::Attach(Ptr<Node> node)
{
    NS_LOG_FUNCTION(this << node);
    if (!m_datapath)
    {
        SstTrafficControlLayer::Install(node);
        node->AggregateObject(this);
        m_node = node;
        m_datapath = std::make_unique<SstDatapath>(*this, node);
        Ptr<SstTcpSocketFactory> tcp = CreateObject<SstTcpSocketFactory>();
        tcp->SetNode(node);
        node->AggregateObject(tcp);
        Ptr<SstUdpSocketFactory> udp = CreateObject<SstUdpSocketFactory>();
        udp->SetNode(node);
        node->AggregateObject(udp);
    }
    NS_ABORT_MSG_IF(m_node != node,
                    "SstStack of node " << m_node->GetId() << " cannot be attached to node "
                                        << node->GetId() << ": create one for each node");
    m_datapath->Attach();
    SstTrafficControlLayer::Get(node)->SetTrafficClassMark(
        m_tclassValue,
        m_tclassMask & static_cast<uint8_t>(~sst::MARK_ECN_MASK));
}

void
SstStack::DoInitialize()
{
    NS_LOG_FUNCTION(this);
    // attributes may have changed and protocols come since the installation
    if (m_node)
    {
        Attach(m_node);
    }
    Object::DoInitialize();
}

void
SstStack::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_datapath.reset();
    m_keyQuery = KeyQuery();
    m_node = nullptr;
    Object::DoDispose();
}

SstDatapath&
SstStack::GetDatapath() const
{
    NS_ABORT_MSG_IF(!m_datapath,
                    "SstStack is attached to no node: use SstHelper::Install or SstStack::Attach");
    return *m_datapath;
}

Ptr<Node>
SstStack::GetNode() const
{
    return m_node;
}

std::vector<uint8_t>
SstStack::GenerateServerKey(uint8_t keyId, uint8_t flags, Time lifetime)
{
    NS_ABORT_MSG_IF(!lifetime.IsZero() && lifetime < Seconds(1),
                    "SST: the lifetime of key " << +keyId << " is " << lifetime.As(Time::S)
                                                << ": wanted at least 1 s, or 0 for ever");
    SstDatapath& datapath = GetDatapath();
    const sst::Clock clock = datapath.GetClock();
    sst::KeyPair key = sst::GenerateKeyPair(datapath.GetRandom(), keyId, flags, clock);
    uint64_t notAfter = 0;
    if (!lifetime.IsZero())
    {
        notAfter = (clock.unixMs + static_cast<uint64_t>(lifetime.GetMilliSeconds())) / 1000;
        NS_ABORT_MSG_IF(notAfter > UINT32_MAX,
                        "SST: key " << +keyId << " would end at Unix time " << notAfter
                                    << " s: key65280 has 32 bits for it, wanted at most "
                                    << UINT32_MAX);
        key.retireUnixMs = notAfter * 1000 + KEY_GRACE_MS;
    }
    const bool added = datapath.GetEndpoint().AddServerKey(key, clock);
    NS_ABORT_MSG_IF(!added,
                    "Node " << m_node->GetId() << ": key " << +keyId
                            << " cannot be added: the number is taken, or the host has "
                            << sst::Endpoint::MAX_SERVER_KEYS << " keys already");
    datapath.Settle();
    sst::KeyEntry entry;
    entry.keyId = keyId;
    entry.flags = flags;
    entry.notAfter = static_cast<uint32_t>(notAfter);
    entry.publicKey = key.publicKey;
    return sst::SerializeKeyValue({entry});
}

bool
SstStack::RemoveServerKey(uint8_t keyId)
{
    SstDatapath& datapath = GetDatapath();
    const bool removed = datapath.GetEndpoint().RemoveServerKey(keyId);
    datapath.Settle();
    return removed;
}

void
SstStack::PinName(const std::string& name, Time duration)
{
    NS_ABORT_MSG_IF(name.empty() || !duration.IsStrictlyPositive(),
                    "SST: cannot pin '" << name << "' for " << duration.As(Time::S)
                                        << ": wanted a name and a positive time");
    SstDatapath& datapath = GetDatapath();
    const uint64_t until =
        datapath.GetClock().unixMs + static_cast<uint64_t>(duration.GetMilliSeconds());
    datapath.GetEndpoint().SetPins({{name, until}});
}

std::map<std::string, Time>
SstStack::GetPinnedNames() const
{
    SstDatapath& datapath = GetDatapath();
    const uint64_t now = datapath.GetClock().unixMs;
    std::map<std::string, Time> names;
    for (const sst::Pin& pin : datapath.GetEndpoint().Pins())
    {
        if (pin.untilMs > now)
        {
            names[pin.name] = Simulator::Now() + MilliSeconds(pin.untilMs - now);
        }
    }
    return names;
}

void
SstStack::ProvideKeys(const std::string& name,
                      const Address& ip,
                      KeyAnswer answer,
                      const std::vector<uint8_t>& value,
                      uint16_t udpPort)
{
    SstDatapath& datapath = GetDatapath();
    std::vector<sst::KeyEntry> keys;
    sst::KeyAnswer codecAnswer = ToSst(answer);
    if (answer == KeyAnswer::KEYS &&
        sst::ParseKeyValue(value.data(), value.size(), keys) != sst::KeyValueStatus::OK)
    {
        codecAnswer = sst::KeyAnswer::UNUSABLE;
    }
    datapath.GetEndpoint()
        .ProvideKeys(name, ns3::ToSst(ip), codecAnswer, keys, datapath.GetClock(), udpPort);
    datapath.Settle();
}

void
SstStack::SetKeyQuery(KeyQuery query)
{
    m_keyQuery = query;
}

void
SstStack::AddHost(const std::string& name, const Address& ip)
{
    const sst::IpAddress address = ns3::ToSst(ip);
    NS_ABORT_MSG_IF(address.length == 0,
                    "SST: the address of host " << name << " is " << ip
                                                << ": wanted an Ipv4Address or an Ipv6Address");
    GetDatapath().GetPolicies().AddHost(name, address);
}

void
SstStack::AddPolicy(const SstPolicyRule& rule)
{
    GetDatapath().GetPolicies().AddRule(rule);
}

void
SstStack::SetResolver(const Address& ip)
{
    GetDatapath().GetPolicies().AddResolver(ns3::ToSst(ip));
}

SstPolicy
SstStack::GetFactoryPolicy() const
{
    return m_factoryPolicy;
}

SstCoverage
SstStack::GetFactoryCoverage() const
{
    return m_factoryCoverage;
}

SstLayout
SstStack::GetFactoryLayout() const
{
    return m_factoryLayout;
}

void
SstStack::SetPadding(std::string name)
{
    NS_ABORT_MSG_UNLESS(FromString(name, m_padding),
                        "SstStack::Padding is \"" << name
                                                  << "\": wanted none, mtu, or a multiple from 2 "
                                                     "to 1024 bytes");
}

std::string
SstStack::GetPadding() const
{
    return ToString(m_padding);
}

sst::EndpointConfig
SstStack::MakeConfig() const
{
    sst::EndpointConfig config;
    config.allowNarrowCoverage = m_allowNarrowCoverage;
    config.acceptUnmarkedInit = m_acceptUnmarkedInit;
    config.udpPort = m_udpPort;
    config.padding = SstPolicyTable::ToSst(m_padding);
    config.maxHalfOpen = m_maxHalfOpen;
    config.maxHalfOpenValidated = m_maxHalfOpenValidated;
    config.initRate = m_initRate;
    config.siteInitRate = m_siteInitRate;
    config.siteHalfOpen = m_siteHalfOpen;
    config.epochNs = static_cast<uint64_t>(m_epochTime.GetNanoSeconds());
    return config;
}

bool
SstStack::SendDummy(const SstFlow& flow, uint32_t size)
{
    SstDatapath& datapath = GetDatapath();
    if (!datapath.PeekEndpoint())
    {
        return false;
    }
    sst::Endpoint& endpoint = datapath.GetEndpoint();
    const sst::FlowInfo info = endpoint.FindFlow(ToSst(flow));
    const bool sent =
        info.state == sst::FlowState::SST &&
        endpoint.SendDummy(info.index, size, datapath.GetClock()) == sst::Reason::NONE;
    datapath.Settle();
    return sent;
}

void
SstStack::Abandon(Ptr<Socket> socket)
{
    SstFlow flow;
    SstDatapath& datapath = GetDatapath();
    if (datapath.PeekEndpoint() && GetFlow(socket, flow))
    {
        datapath.GetEndpoint().Abandon(ToSst(flow), datapath.GetClock());
        datapath.Settle();
    }
}

SstFlowInfo
SstStack::GetFlowState(Ptr<Socket> socket) const
{
    SstFlow flow;
    return GetFlow(socket, flow) ? GetFlowState(flow) : SstFlowInfo();
}

SstFlowInfo
SstStack::GetFlowState(const SstFlow& flow) const
{
    SstFlowInfo info;
    const sst::Endpoint* endpoint = GetDatapath().PeekEndpoint();
    if (endpoint)
    {
        const sst::FlowInfo found = endpoint->FindFlow(ToSst(flow));
        info.state = FromSst(found.state);
        info.reason = sst::ToString(found.reason);
        info.sessionIndex = found.index;
        info.openedHere = found.client;
        info.layout = found.layout == sst::Layout::U ? SstLayout::UDP : SstLayout::NATIVE;
        info.epoch = found.epoch;
    }
    return info;
}

uint64_t
SstStack::GetDropCount(const std::string& reason) const
{
    for (std::size_t i = 0; i < sst::REASON_COUNT; i++)
    {
        const auto candidate = static_cast<sst::Reason>(i);
        if (reason == sst::ToString(candidate))
        {
            return GetDatapath().GetDropCount(candidate);
        }
    }
    NS_ABORT_MSG("SST: no drop reason is named \"" << reason << "\": see sst/reason.h");
    return 0;
}

std::map<std::string, uint64_t>
SstStack::GetCounters() const
{
    std::map<std::string, uint64_t> counters;
    for (std::size_t i = 1; i < sst::REASON_COUNT; i++)
    {
        const auto reason = static_cast<sst::Reason>(i);
        const uint64_t count = GetDatapath().GetDropCount(reason);
        if (count > 0)
        {
            counters[sst::ToString(reason)] = count;
        }
    }
    return counters;
}

uint64_t
SstStack::GetTxPackets() const
{
    return GetDatapath().txPackets;
}

uint64_t
SstStack::GetTxBytes() const
{
    return GetDatapath().txBytes;
}

uint64_t
SstStack::GetRxPackets() const
{
    return GetDatapath().rxPackets;
}

uint64_t
SstStack::GetRxBytes() const
{
    return GetDatapath().rxBytes;
}

uint32_t
SstStack::GetSessionCount() const
{
    const sst::Endpoint* endpoint = GetDatapath().PeekEndpoint();
    return endpoint ? endpoint->SessionCount() : 0;
}

uint32_t
SstStack::GetHalfOpenCount() const
{
    const sst::Endpoint* endpoint = GetDatapath().PeekEndpoint();
    return endpoint ? endpoint->HalfOpenCount() : 0;
}

uint32_t
SstStack::GetFlowCount() const
{
    const sst::Endpoint* endpoint = GetDatapath().PeekEndpoint();
    return endpoint ? endpoint->FlowCount() : 0;
}

int64_t
SstStack::AssignStreams(int64_t stream)
{
    return GetDatapath().GetRandom().AssignStreams(stream);
}

} // namespace ns3
