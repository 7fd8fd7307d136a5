/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The part of SstDatapath that deals with ICMP errors.

#include "sst-datapath.h"
#include "sst/wire.h"

#include "ns3/sst-packet-content.h"

namespace ns3
{

namespace
{

constexpr uint8_t IPV4_ADDRESS_LENGTH = 4;     ///< bytes
constexpr uint8_t ICMP_UNREACHABLE = 3;        ///< RFC 792
constexpr uint8_t ICMP_PORT_UNREACHABLE = 3;   ///< RFC 792: code
constexpr uint8_t ICMPV6_UNREACHABLE = 1;      ///< RFC 4443, 3.1
constexpr uint8_t ICMPV6_PORT_UNREACHABLE = 4; ///< RFC 4443, 3.1: code

} // namespace

void
SstDatapath::SendPortUnreachable(const sst::Meta& meta,
                                 const std::array<uint8_t, SstIcmpReport::QUOTED>& head)
{
    SstIcmpReport report;
    const bool v6 = meta.peer.length != IPV4_ADDRESS_LENGTH;
    report.type = v6 ? ICMPV6_UNREACHABLE : ICMP_UNREACHABLE;
    report.code = v6 ? ICMPV6_PORT_UNREACHABLE : ICMP_PORT_UNREACHABLE;
    report.source = meta.peer;
    report.destination = meta.local;
    report.protocol = sst::PROTOCOL_UDP;
    report.payload = head;
    report.Write(g_out);
    sst::Meta answer;
    answer.protocol = report.GetIcmpProtocol();
    answer.local = meta.local;
    answer.peer = meta.peer;
    answer.mtu = m_hooks.GetMtu(meta.local, {});
    const sst::Verdict verdict = GetEndpoint().Egress(answer, nullptr, g_out, GetClock());
    if (verdict.outcome == sst::Outcome::SEND)
    {
        Ptr<Packet> packet = Create<Packet>();
        SstPacketContent::WriteSealed(packet, g_out);
        SendSealed(packet, meta.local, meta.peer, verdict.protocol, {}, verdict.mark);
    }
    else if (verdict.outcome == sst::Outcome::DROP)
    {
        Drop(nullptr, verdict.reason);
    }
}

void
SstDatapath::ReceiveIcmp(Ptr<IpL4Protocol> inner, const SstIcmpReport& report)
{
    if (!m_endpoint)
    {
        report.Tell(inner);
        return;
    }
    sst::Meta meta;
    meta.protocol = report.GetIcmpProtocol();
    meta.local = report.source;
    meta.peer = report.reporter;
    report.Write(g_in);
    const sst::Verdict verdict = m_endpoint->Ingress(meta, g_in, GetClock());
    const bool v6 = report.source.length != IPV4_ADDRESS_LENGTH;
    if (verdict.outcome == sst::Outcome::DELIVER)
    {
        SstIcmpReport mapped = report;
        if (mapped.Read(g_in, v6))
        {
            mapped.Tell(m_hooks.GetInner(mapped.protocol, v6));
        }
    }
    else if (verdict.outcome == sst::Outcome::DROP)
    {
        Drop(nullptr, verdict.reason);
    }
    else if (verdict.outcome == sst::Outcome::PASS)
    {
        const sst::FlowKey flow{report.protocol,
                                sst::wire::Load16(report.payload.data()),
                                report.destination,
                                sst::wire::Load16(report.payload.data() + 2)};
        if (m_endpoint->IsBound(flow))
        {
            // nothing of the flow was ever to be seen: whoever quotes it has guessed
            m_drops[static_cast<std::size_t>(sst::Reason::CLEAR_ON_SST_FLOW)]++;
            Drop(nullptr, sst::Reason::CLEAR_ON_SST_FLOW);
        }
        else
        {
            report.Tell(inner);
        }
    }
    Settle();
}

} // namespace ns3
