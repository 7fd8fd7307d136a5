/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-middlebox.h"

#include "ns3/boolean.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/sst-censor-convert.h"
#include "ns3/sst-traffic-control-layer.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("CensorMiddlebox");

NS_OBJECT_ENSURE_REGISTERED(CensorMiddlebox);

TypeId
CensorMiddlebox::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::CensorMiddlebox")
            .SetParent<SstIngressFilter>()
            .SetGroupName("Sst")
            .AddConstructor<CensorMiddlebox>()
            .AddAttribute("DropMalformed",
                          "Whether what is no IP packet is dropped.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&CensorMiddlebox::m_dropMalformed),
                          MakeBooleanChecker())
            .AddAttribute("InjectionDelay",
                          "Time from a packet to the resets and answers it causes.",
                          TimeValue(Seconds(0)),
                          MakeTimeAccessor(&CensorMiddlebox::m_injectionDelay),
                          MakeTimeChecker(Seconds(0)))
            .AddTraceSource("Verdict",
                            "A rule decided something other than to pass: name of the rule, "
                            "verdict, packet from its IP header on, EtherType.",
                            MakeTraceSourceAccessor(&CensorMiddlebox::m_verdictTrace),
                            "ns3::CensorMiddlebox::VerdictTracedCallback")
            .AddTraceSource("Malformed",
                            "Bytes that are no IP packet: reason, packet, EtherType.",
                            MakeTraceSourceAccessor(&CensorMiddlebox::m_malformedTrace),
                            "ns3::CensorMiddlebox::MalformedTracedCallback");
    return tid;
}

CensorMiddlebox::CensorMiddlebox()
{
    NS_LOG_FUNCTION(this);
}

CensorMiddlebox::~CensorMiddlebox()
{
    NS_LOG_FUNCTION(this);
}

void
CensorMiddlebox::DoDispose()
{
    NS_LOG_FUNCTION(this);
    for (const auto& rule : m_rules)
    {
        rule->Dispose();
    }
    m_rules.clear();
    m_injector.SetNode(nullptr);
    m_node = nullptr;
    SstIngressFilter::DoDispose();
}

std::string
CensorMiddlebox::CheckNode(Ptr<Node> node)
{
    if (!node)
    {
        return "CensorMiddlebox: no node given";
    }
    if (!SstTrafficControlLayer::Get(node))
    {
        return "CensorMiddlebox: node " + std::to_string(node->GetId()) +
               " has no SstTrafficControlLayer: call SstHelper::Install (or "
               "SstTrafficControlLayer::Install) on it before";
    }
    return "";
}

void
CensorMiddlebox::Install(Ptr<Node> node)
{
    NS_LOG_FUNCTION(this << node);
    const std::string error = CheckNode(node);
    NS_ABORT_MSG_UNLESS(error.empty(), error);
    NS_ABORT_MSG_IF(m_node, "CensorMiddlebox: already on node " << m_node->GetId());
    m_node = node;
    m_injector.SetNode(node);
    SstTrafficControlLayer::Get(node)->AddIngressFilter(this);
}

void
CensorMiddlebox::AddRule(Ptr<SstCensorRule> rule)
{
    NS_LOG_FUNCTION(this << rule);
    m_rules.push_back(rule);
}

Ptr<SstCensorRule>
CensorMiddlebox::FindRule(const std::string& name) const
{
    for (const auto& rule : m_rules)
    {
        if (rule->GetName() == name)
        {
            return rule;
        }
    }
    return nullptr;
}

std::map<std::string, uint64_t>
CensorMiddlebox::GetVerdictCounts() const
{
    std::map<std::string, uint64_t> counts;
    for (const auto& rule : m_rules)
    {
        const auto& verdicts = rule->GetCounters().verdicts;
        for (size_t i = 0; i < verdicts.size(); ++i)
        {
            const auto verdict = static_cast<SstCensorVerdict>(i);
            if (verdict != SstCensorVerdict::PASS && verdicts[i] > 0)
            {
                counts[rule->GetName() + " " + SstToString(verdict)] += verdicts[i];
            }
        }
    }
    return counts;
}

int64_t
CensorMiddlebox::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    int64_t used = 0;
    for (const auto& rule : m_rules)
    {
        used += rule->AssignStreams(stream + used);
    }
    return used;
}

SstIngressFilter::Verdict
CensorMiddlebox::Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol)
{
    NS_LOG_FUNCTION(this << device << packet << protocol);
    if (m_rules.empty())
    {
        return ACCEPT;
    }
    const uint32_t size = packet->GetSize();
    if (m_buffer.size() < size)
    {
        m_buffer.resize(size);
    }
    packet->CopyData(m_buffer.data(), size);
    SstCensorPacket view;
    const auto status = view.Parse(m_buffer.data(), size);
    if (status != SstCensorPacket::Status::OK)
    {
        ++m_malformed[static_cast<size_t>(status)];
        m_malformedTrace(SstCensorPacket::ToString(status), packet, protocol);
        return m_dropMalformed ? CONSUME : ACCEPT;
    }
    if (!IsForwarded(view))
    {
        return ACCEPT;
    }
    std::vector<uint8_t> answer;
    for (const auto& rule : m_rules)
    {
        const SstCensorVerdict verdict = rule->Evaluate(view, answer);
        if (verdict == SstCensorVerdict::PASS)
        {
            continue;
        }
        NS_LOG_INFO(rule->GetName() << ": " << verdict);
        m_verdictTrace(rule->GetName(), verdict, packet, protocol);
        Inject(verdict, view, answer);
        if (SstIsDropping(verdict))
        {
            ++m_dropped;
            return CONSUME;
        }
    }
    ++m_passed;
    return ACCEPT;
}

bool
CensorMiddlebox::IsForwarded(const SstCensorPacket& packet) const
{
    const SstCensorAddress& to = packet.GetDestination();
    const SstCensorAddress& from = packet.GetSource();
    if (packet.GetIpVersion() == 4)
    {
        // 224.0.0.0/4 multicast, 240.0.0.0/4 with the limited broadcast address
        Ptr<Ipv4> ip = m_node ? m_node->GetObject<Ipv4>() : nullptr;
        return to.bytes[0] < 224 && (!ip || ip->GetInterfaceForAddress(SstToIpv4Address(to)) < 0);
    }
    // ff00::/8 multicast, fe80::/10 link-local
    Ptr<Ipv6> ip = m_node ? m_node->GetObject<Ipv6>() : nullptr;
    const bool local = to.bytes[0] == 0xff || (to.bytes[0] == 0xfe && (to.bytes[1] >> 6) == 2) ||
                       (from.bytes[0] == 0xfe && (from.bytes[1] >> 6) == 2);
    return !local && (!ip || ip->GetInterfaceForAddress(SstToIpv6Address(to)) < 0);
}

void
CensorMiddlebox::Inject(SstCensorVerdict verdict,
                        const SstCensorPacket& packet,
                        const std::vector<uint8_t>& answer)
{
    const SstCensorInjector::Flow forth{packet.GetSource(),
                                        packet.GetDestination(),
                                        packet.GetSourcePort(),
                                        packet.GetDestinationPort()};
    const SstCensorInjector::Flow back{forth.destination,
                                       forth.source,
                                       forth.destinationPort,
                                       forth.sourcePort};
    // Nothing is sent from inside the reception of another packet.
    const Ptr<CensorMiddlebox> self(this);
    switch (verdict)
    {
    case SstCensorVerdict::RST:
    case SstCensorVerdict::RST_DROP: {
        const uint8_t flags = packet.GetTcpFlags();
        uint32_t next = packet.GetTcpSequence();
        if (verdict == SstCensorVerdict::RST)
        {
            // The reset arrives behind the packet: what the receiver then expects.
            size_t size;
            packet.GetPayload(size);
            next += static_cast<uint32_t>(size) + ((flags & SstCensorPacket::TCP_SYN) != 0) +
                    ((flags & SstCensorPacket::TCP_FIN) != 0);
        }
        const uint32_t expected =
            (flags & SstCensorPacket::TCP_ACK) != 0 ? packet.GetTcpAcknowledgment() : 0;
        Simulator::Schedule(m_injectionDelay, &CensorMiddlebox::SendReset, self, forth, next);
        Simulator::Schedule(m_injectionDelay, &CensorMiddlebox::SendReset, self, back, expected);
        break;
    }
    case SstCensorVerdict::DNS_ANSWER:
    case SstCensorVerdict::DNS_FORGE:
        Simulator::Schedule(m_injectionDelay, &CensorMiddlebox::SendAnswer, self, back, answer);
        break;
    default:
        break;
    }
}

void
CensorMiddlebox::SendReset(SstCensorInjector::Flow flow, uint32_t sequence)
{
    m_injector.SendReset(flow, sequence);
}

void
CensorMiddlebox::SendAnswer(SstCensorInjector::Flow flow, std::vector<uint8_t> answer)
{
    m_injector.SendDatagram(flow, answer);
}

} // namespace ns3
