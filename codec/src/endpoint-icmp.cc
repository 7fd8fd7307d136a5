/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"
#include "ip-header.h"
#include "sst/data-packet.h"
#include "sst/mark.h"
#include "sst/wire.h"

#include <algorithm>

namespace sst
{

namespace
{

constexpr uint32_t LEAST_MTU_V4 = 576;  //!< RFC 791: "every host must be prepared to accept"
constexpr uint32_t LEAST_MTU_V6 = 1280; //!< RFC 8200 5

uint32_t
LeastMtu(const IpAddress& peer)
{
    return peer.length == 4 ? LEAST_MTU_V4 : LEAST_MTU_V6;
}

} // namespace

Verdict
EndpointCore::IngressIcmp(const Meta& meta, Buffer& message)
{
    IcmpError error;
    // PROTOCOL, Sessions: "Never touched: ... ICMP as such", and errors about others' packets.
    if (!ParseIcmpError(meta.protocol, message.Data(), message.Size(), error) ||
        error.source != meta.local)
    {
        return Pass();
    }
    const bool marked =
        error.version == 4 ? error.marked : IsMarkedV6(error.trafficClass, m_config.mark);
    if (!marked && IsShellQuote(meta, error, message))
    {
        return IngressShellIcmp(meta, error, message);
    }
    const bool transport = error.protocol == PROTOCOL_TCP || error.protocol == PROTOCOL_UDP;
    // PROTOCOL, Sessions: "ICMP about our packets: the quoted 8 bytes ... give (index, number)".
    if (transport && error.packetSize >= wire::DATA_AAD_BYTES)
    {
        const uint8_t* packet = message.Data() + error.packetOffset;
        if (wire::TypeOf(packet) == wire::Type::DATA)
        {
            const Verdict verdict = AcceptIcmp(meta,
                                               error,
                                               Layout::N,
                                               wire::IndexOf(packet),
                                               wire::Load32(packet + wire::DATA_NUMBER),
                                               message);
            if (verdict.outcome != Outcome::PASS)
            {
                return verdict;
            }
        }
    }
    // Errors about SST packets quote ciphertext where the stack looks for ports. A quote that ends
    // before the protocol may be of one.
    return marked && (transport || error.protocol == 0) ? Drop(Reason::ICMP_FORGED) : Pass();
}

Verdict
EndpointCore::AcceptIcmp(const Meta& meta,
                         const IcmpError& error,
                         Layout layout,
                         uint32_t index,
                         uint32_t number,
                         Buffer& message)
{
    Session* session = FindSender(meta.local, error.destination, layout, index, number);
    if (session == nullptr)
    {
        return Pass();
    }
    if (error.IsTooBig())
    {
        LowerPathMtu(*session, error.mtu);
    }
    // "mapped to the flow": the stack gets the same error about its own segment. ICMP never closes
    // a session.
    const SentSegment* sent = m_ring.Find(session->Serial(), number);
    if (sent == nullptr)
    {
        return Consume();
    }
    QuotedSegment quoted{session->local, session->peer, sent->protocol, sent->size, sent->head};
    uint8_t* head = quoted.head.data();
    const FlowEntry* flow =
        FindCarried(*session, quoted.protocol, wire::Load16(head), wire::Load16(head + 2));
    if (flow == nullptr)
    {
        return Consume();
    }
    wire::Store16(head + 2, flow->peerPort);
    uint32_t mtu = 0;
    if (error.IsTooBig())
    {
        const bool narrow = session->coverage != Coverage::SEGMENT;
        mtu = session->pathMtu - static_cast<uint32_t>(DataOverhead(session->layout, narrow));
    }
    WriteIcmpError(error, mtu, quoted, message);
    if (m_config.restoreChecksums)
    {
        // The error comes from where it came from: a router, or the peer.
        RestoreChecksum(meta.protocol, message.Data(), message.Size(), meta.peer, meta.local);
    }
    return {Outcome::DELIVER, Reason::NONE, meta.protocol};
}

Session*
EndpointCore::FindSender(const IpAddress& local,
                         const IpAddress& peer,
                         Layout layout,
                         uint32_t index,
                         uint32_t number)
{
    // "accepted only for a live session with that destination and one of the last 4 096 numbers
    // sent". Both hosts may hold a session to the other, and each chose its index alone.
    for (const bool client : {true, false})
    {
        Session* session = FindByPeerIndex(local, peer, index, client);
        if (session != nullptr && session->HasKeys() && session->layout == layout &&
            number < session->epochs.NextNumber() &&
            session->epochs.NextNumber() - number <= m_config.icmpNumbers && !CloseIfIdle(*session))
        {
            return session;
        }
    }
    return nullptr;
}

void
EndpointCore::LowerPathMtu(Session& session, uint32_t mtu)
{
    // "PMTU lowered to no less than 576 / 1280". A router that gives none means the least.
    const uint32_t known = session.pathMtu != 0 ? session.pathMtu : UINT16_MAX;
    const uint32_t lowered = std::max(LeastMtu(session.peer), std::min(known, mtu));
    if (lowered == session.pathMtu)
    {
        return;
    }
    session.pathMtu = static_cast<uint16_t>(lowered);
    PushEvent(Action::Event::PATH_MTU, Reason::NONE, &session, nullptr);
    m_actions.back().mtu = lowered;
}

uint32_t
EndpointCore::PathMtu(const Session& session, uint32_t mtu) const
{
    if (mtu == 0 || session.pathMtu == 0)
    {
        return std::max<uint32_t>(mtu, session.pathMtu);
    }
    return std::min<uint32_t>(mtu, session.pathMtu);
}

size_t
EndpointCore::SegmentSize(const FlowKey& key, uint32_t mtu) const
{
    const FlowEntry* flow = m_flows.Find(key);
    // Not bound yet: whatever it will be bound to.
    size_t overhead = DataOverhead(Layout::U, false);
    if (flow != nullptr && flow->kind == FlowKind::BOUND && !IsLapsed(*flow))
    {
        const Session& session = SessionOf(*flow);
        const Layout layout = session.IsPending() ? Layout::U : session.layout;
        overhead = DataOverhead(layout, session.coverage != Coverage::SEGMENT);
        mtu = PathMtu(session, mtu);
    }
    overhead += IpHeaderSize(key.peer);
    const size_t whole = mtu != 0 ? mtu : LeastMtu(key.peer);
    return whole - std::min(whole, overhead);
}

} // namespace sst
