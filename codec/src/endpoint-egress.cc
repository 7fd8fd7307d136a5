/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"
#include "ip-header.h"
#include "sst/data-packet.h"
#include "sst/wire.h"

namespace sst
{

namespace
{

constexpr size_t DESTINATION_PORT = 2;                      //!< offset, TCP and UDP
constexpr size_t MAX_IP_PACKET = 65535;                     //!< EGR-5
constexpr size_t MIN_ICMP = 8 + wire::IPV4_HEADER_SIZE + 8; //!< RFC 792: what is always quoted

/// @return true for DHCP: RFC 2131 4.1 ports 67 and 68, RFC 8415 7.2 ports 546 and 547
bool
IsDhcp(const SegmentView& view)
{
    const auto is = [&](uint16_t a, uint16_t b) {
        return (view.sourcePort == a || view.sourcePort == b) &&
               (view.destinationPort == a || view.destinationPort == b);
    };
    return view.protocol == PROTOCOL_UDP && (is(67, 68) || is(546, 547));
}

} // namespace

Verdict
EndpointCore::Egress(const Meta& meta, const Request* request, Buffer& segment, const Clock& clock)
{
    Begin(clock);
    if (meta.protocol == PROTOCOL_ICMP || meta.protocol == PROTOCOL_ICMPV6)
    {
        return EgressIcmp(meta, segment);
    }
    if (request != nullptr && request->policy == Policy::OFF)
    {
        request = nullptr;
    }
    SegmentView view;
    if (ParseSegment(meta.protocol, segment.Data(), segment.Size(), view) != Reason::NONE)
    {
        return EgressMalformed(meta, request, segment);
    }
    return EgressTransport(meta, request, view, segment);
}

bool
EndpointCore::MayConcern(const FlowKey& flow) const
{
    // the clock of the last call: a tombstone that ended since still counts
    return m_flows.Find(flow) != nullptr || m_tombstones.Has(flow, m_now.monotonicNs);
}

Verdict
EndpointCore::EgressMalformed(const Meta& meta, const Request* request, const Buffer& segment)
{
    if (meta.peer.IsGroup())
    {
        return Pass();
    }
    if (meta.protocol != PROTOCOL_TCP && meta.protocol != PROTOCOL_UDP)
    {
        // "`require`: drop `inner-type`; else leaves unchanged"
        const bool strict =
            request != nullptr &&
            EffectivePolicy(request->policy, m_pins.IsPinned(request->name, m_now.unixMs)) ==
                Policy::REQUIRE;
        return strict ? Drop(Reason::INNER_TYPE) : Pass();
    }
    if (request != nullptr)
    {
        return Drop(Reason::INNER_LENGTH);
    }
    // A damaged segment of a flow still shows its ports.
    if (segment.Size() >= wire::COVERAGE_PORTS_BYTES)
    {
        const uint8_t* ports = segment.Data();
        const FlowKey key{meta.protocol, wire::Load16(ports), meta.peer, wire::Load16(ports + 2)};
        const FlowEntry* flow = Lookup(key);
        const bool shut = flow != nullptr ? flow->kind != FlowKind::CLEAR
                                          : m_tombstones.Has(key, m_now.monotonicNs);
        if (shut)
        {
            return Drop(Reason::INNER_LENGTH);
        }
    }
    return Pass();
}

Verdict
EndpointCore::EgressTransport(const Meta& meta,
                              const Request* request,
                              const SegmentView& view,
                              Buffer& segment)
{
    const FlowKey key{view.protocol, view.sourcePort, meta.peer, view.destinationPort};
    FlowEntry* flow = Lookup(key);
    if (flow != nullptr && flow->kind == FlowKind::BOUND)
    {
        Session& session = SessionOf(*flow);
        if (session.local != meta.local)
        {
            // FLOW-1: "A segment that the stack sends on a bound flow from another local address
            // than its session's MUST be dropped".
            return Drop(Reason::WRONG_PEER);
        }
        if (request != nullptr && session.IsPending() && RaisePolicy(session, *flow, *request))
        {
            CloseIfEmpty(session);
            return Drop(Reason::KEY_UNUSABLE);
        }
        const bool claims = request != nullptr && ClaimsTuple(*flow, *request, view);
        if (!view.IsOpening() && !claims)
        {
            return EgressBound(*flow, meta, request, view, segment);
        }
        // The stack opens a connection on a tuple that is taken.
        const bool reopens =
            claims || (flow->IsClosing() && request != nullptr && !SessionOf(*flow).IsPending());
        if (!reopens && flow->outbound != 0)
        {
            return EgressBound(*flow, meta, request, view, segment);
        }
        if (!reopens)
        {
            // F1: an inbound session never carries a flow opened here, and bound flows never go
            // clear.
            return Drop(Reason::FLOW_BOUND);
        }
        // Stays shut unless the new flow is made.
        LeaveTombstone(*flow, TombstoneNs(*flow));
        Forget(*flow);
        flow = nullptr;
    }
    if (request != nullptr && request->policy == Policy::PIN)
    {
        return EgressPin(meta, *request, view, segment);
    }
    if (flow != nullptr)
    {
        const FlowDetail& detail = m_flows.DetailOf(*flow);
        const bool another =
            view.IsOpening() && (!detail.hasSequence || detail.sequence != view.sequence);
        // "until ... a segment that asks for `require` (or for `pin`, the name being pinned),
        // begins anew"
        const bool strict = request != nullptr && request->policy == Policy::REQUIRE;
        const bool anew = another || (flow->kind == FlowKind::CLEAR && strict);
        if (!anew && flow->kind == FlowKind::FAILED)
        {
            return Drop(detail.reason);
        }
        if (!anew)
        {
            Touch(*flow, view, true);
            return Pass();
        }
        EndFlow(*flow);
    }
    if (view.IsSynAck() && m_tombstones.IsAnswer(key, view.acknowledgment))
    {
        // TOMB-6: the stack holds no old connection, it answers a new one.
        m_tombstones.Remove(key);
    }
    if (m_tombstones.Has(key, m_now.monotonicNs))
    {
        // PROTOCOL, Sessions: "a tombstone for 24 h that drops egress until a new SYN, of the stack
        // or inbound, replaces it". A datagram does when it must be sealed.
        const bool renews = view.protocol == PROTOCOL_TCP
                                ? view.IsOpening()
                                : request != nullptr && request->policy == Policy::REQUIRE;
        if (!renews)
        {
            return Drop(Reason::TOMBSTONE);
        }
        if (request == nullptr)
        {
            m_tombstones.Remove(key);
        }
    }
    if (request == nullptr)
    {
        return Pass();
    }
    const Verdict verdict = EgressUnbound(meta, *request, view, key, segment);
    if (m_flows.Find(key) != nullptr)
    {
        m_tombstones.Remove(key);
    }
    return verdict;
}

bool
EndpointCore::ClaimsTuple(const FlowEntry& flow,
                          const Request& request,
                          const SegmentView& view) const
{
    // FLOW-13: "A datagram of the stack that must be sealed ... and names its peer MUST begin a new
    // flow on a tuple that a peer's session bound". SES-4: that session may be anybody's.
    return view.protocol == PROTOCOL_UDP && flow.outbound == 0 && !request.name.empty() &&
           !IsDhcp(view) &&
           EffectivePolicy(request.policy, m_pins.IsPinned(request.name, m_now.unixMs)) ==
               Policy::REQUIRE;
}

Verdict
EndpointCore::EgressUnbound(const Meta& meta,
                            const Request& request,
                            const SegmentView& view,
                            const FlowKey& key,
                            Buffer& segment)
{
    // PROTOCOL, Sessions: "Never touched: multicast, broadcast, neighbour discovery, ARP, DHCP".
    if (meta.peer.IsGroup() || IsDhcp(view))
    {
        return Pass();
    }
    if (view.protocol == PROTOCOL_TCP && !view.IsOpening())
    {
        // A connection that did not begin under SST: the peer opened it in clear, or its flow is
        // gone.
        return request.policy == Policy::REQUIRE ? Drop(Reason::FLOW_UNKNOWN) : Pass();
    }
    if (request.coverage != Coverage::SEGMENT && !m_config.allowNarrowCoverage)
    {
        return Drop(Reason::COVERAGE);
    }
    return OpenFlow(meta, request, view, key, segment);
}

Verdict
EndpointCore::EgressBound(FlowEntry& flow,
                          const Meta& meta,
                          const Request* request,
                          const SegmentView& view,
                          Buffer& segment)
{
    Session& session = SessionOf(flow);
    if (session.IsPending())
    {
        if (view.IsOpening() && IsRepeatedSyn(session, m_flows.KeyOf(flow), view))
        {
            // PROTOCOL, Client: "repeated SYNs of the stack are absorbed".
            return Consume();
        }
        Enqueue(session, flow, meta, request, view, segment);
        return {Outcome::WAIT, Reason::NONE, 0};
    }
    if (meta.local != session.local)
    {
        return Drop(Reason::WRONG_PEER);
    }
    NoteMtu(session, meta.mtu);
    // PROTOCOL, Cryptography: "The L4 checksum is set to zero in the segment before it is split or
    // sealed".
    ZeroChecksum(view.protocol, segment.Data());
    if (flow.IsTranslated())
    {
        // PROTOCOL, Sessions: "a locally unused peer port, reversed on egress (F2)".
        wire::Store16(segment.Data() + DESTINATION_PORT, flow.wirePort);
    }
    const Verdict verdict =
        EgressSession(session, flow, view.protocol, view.headerSize, meta.cookie, segment);
    if (verdict.outcome != Outcome::DROP)
    {
        flow.answered = 1;
        Touch(flow, view, true);
    }
    return verdict;
}

Verdict
EndpointCore::EgressSession(Session& session,
                            const FlowEntry& flow,
                            uint8_t type,
                            size_t headerSize,
                            uint64_t cookie,
                            Buffer& segment)
{
    if (!session.client)
    {
        const ServerStep& step = Step(session.serverState, ServerEvent::SEGMENT);
        if (step.action == ServerAction::RESPOND &&
            m_flows.KeyOf(flow) == session.serverPending->earlyFlow)
        {
            return AnswerInResp(session, type, headerSize, cookie, segment);
        }
        if (step.action != ServerAction::SEAL)
        {
            return Drop(Reason::SESSION_CLOSED);
        }
    }
    else if (Step(session.clientState, ClientEvent::SEGMENT).action != ClientAction::SEAL)
    {
        return Drop(Reason::SESSION_CLOSED);
    }
    const Reason reason = Seal(session, type, headerSize, segment);
    if (reason != Reason::NONE)
    {
        CloseIfStopped(session, reason);
        return Drop(reason);
    }
    return SendVerdict(session, OuterProtocol(session, type), segment);
}

Reason
EndpointCore::Seal(Session& session, uint8_t type, size_t headerSize, Buffer& segment)
{
    const size_t padding = session.padding != 0 ? PaddingOf(session, type, segment.Size()) : 0;
    return SealPadded(session, type, headerSize, padding, segment);
}

Reason
EndpointCore::SealPadded(Session& session,
                         uint8_t type,
                         size_t headerSize,
                         size_t padding,
                         Buffer& segment)
{
    const size_t size = segment.Size() + padding +
                        DataOverhead(session.layout, session.coverage != Coverage::SEGMENT);
    if (size + IpHeaderSize(session.peer) > MAX_IP_PACKET)
    {
        return Reason::LENGTH;
    }
    if (session.IsHalfOpen())
    {
        // PROTOCOL, Server: "Until UP at most 3 times the received IP bytes are sent."
        const size_t ipSize = size + IpHeaderSize(session.peer);
        if (!HasAllowance(session, ipSize))
        {
            return Reason::AMPLIFICATION;
        }
        session.serverPending->sent += ipSize;
    }
    Epochs& epochs = session.epochs;
    if (epochs.HasPrevious())
    {
        epochs.Expire(m_now.monotonicNs); // EPOCH-12
    }
    if (epochs.Prepare(m_epochLimits, *m_cipher, m_now.monotonicNs) != Epochs::Sending::READY)
    {
        return Reason::NUMBER_EXHAUSTED;
    }
    const DataContext context{m_cipher.get(),
                              epochs.SendKey(),
                              OuterProtocol(session, type),
                              session.layout,
                              session.coverage};
    const auto number = static_cast<uint32_t>(epochs.NextNumber());
    if (type == PROTOCOL_TCP || type == PROTOCOL_UDP)
    {
        m_ring.Add(session.Serial(), number, type, segment.Data(), segment.Size());
    }
    SealData(context, session.peerIndex, number, type, headerSize, padding, segment, m_scratch);
    epochs.Sent();
    session.lastPacketNs = m_now.monotonicNs;
    session.lastSentNs = m_now.monotonicNs;
    if (session.answerNs != NEVER_NS)
    {
        session.answerNs = NEVER_NS;
        session.greets = false;
        SetDeadline(session);
    }
    return Reason::NONE;
}

Reason
EndpointCore::SendNothing(Session& session, bool padded)
{
    Buffer nothing;
    nothing.Resize(0);
    const Reason reason = padded ? Seal(session, PROTOCOL_NONE, 0, nothing)
                                 : SealPadded(session, PROTOCOL_NONE, 0, 0, nothing);
    if (reason == Reason::NONE)
    {
        PushPacket(session, nothing.Data(), nothing.Size(), 0, false);
    }
    return reason;
}

bool
EndpointCore::AnswerDue(Session& session)
{
    if (session.answerNs > m_now.monotonicNs)
    {
        return false;
    }
    // What follows RESP is padded as all is; answers to the peer's epochs are not.
    const Reason reason = SendNothing(session, session.greets);
    // Not due any more, whatever became of it.
    session.answerNs = NEVER_NS;
    session.greets = false;
    return CloseIfStopped(session, reason);
}

bool
EndpointCore::CloseIfStopped(Session& session, Reason reason)
{
    // PROTOCOL, Cryptography: "Hard stop at 2^32 - 2^16: the session closes."
    if (reason != Reason::NUMBER_EXHAUSTED ||
        session.epochs.NextNumber() < m_config.maxPacketNumber)
    {
        return false;
    }
    CloseSession(session, Reason::NUMBER_EXHAUSTED);
    return true;
}

uint8_t
EndpointCore::OuterProtocol(const Session& session, uint8_t type) const
{
    // PROTOCOL, Cryptography: "Outer protocol in N: the inner one for types 6 and 17 ...; all else
    // uses the INIT's". In layout U: 17.
    if (session.layout == Layout::U)
    {
        return PROTOCOL_UDP;
    }
    return type == PROTOCOL_TCP || type == PROTOCOL_UDP ? type : session.protocol;
}

Verdict
EndpointCore::EgressIcmp(const Meta& meta, Buffer& message)
{
    QuoteView quote;
    if (ParseQuote(meta.protocol, message.Data(), message.Size(), quote) != Reason::NONE)
    {
        return Pass();
    }
    // The quoted packet came from the peer: its destination port is the local one.
    const FlowKey key{quote.protocol, quote.destinationPort, quote.source, quote.sourcePort};
    FlowEntry* flow = Lookup(key);
    if (flow == nullptr || flow->kind != FlowKind::BOUND)
    {
        return m_tombstones.Has(key, m_now.monotonicNs) ? Drop(Reason::TOMBSTONE) : Pass();
    }
    Session& session = SessionOf(*flow);
    // PROTOCOL, Sessions: "never clear (RST, TIME_WAIT, ICMP about it included: they go inside the
    // session as type 1/58, or nowhere)".
    if (session.IsPending())
    {
        return Drop(Reason::UNEXPECTED);
    }
    if (meta.peer != session.peer || meta.local != session.local)
    {
        return Drop(Reason::WRONG_PEER);
    }
    const size_t overhead = IpHeaderSize(session.peer) + DataOverhead(session.layout, true);
    const uint32_t mtu = PathMtu(session, meta.mtu);
    if (mtu > overhead && message.Size() > mtu - overhead && mtu - overhead >= MIN_ICMP)
    {
        // The quote is cut: an error says enough with the first bytes, and must not be fragmented.
        message.TrimBack(message.Size() - (mtu - overhead));
    }
    NoteMtu(session, meta.mtu);
    ZeroChecksum(meta.protocol, message.Data());
    // The quoted packet is told as the peer sent it.
    wire::Store16(message.Data() + quote.portsOffset, flow->wirePort);
    // FLOW-6: "ICMP about the flow counts for nothing here."
    return EgressSession(session, *flow, meta.protocol, 0, meta.cookie, message);
}

} // namespace sst
