/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"
#include "sst/data-packet.h"
#include "sst/wire.h"

#include <algorithm>

namespace sst
{

Verdict
EndpointCore::Ingress(const Meta& meta, Buffer& packet, const Clock& clock)
{
    Begin(clock);
    if (meta.local.IsGroup() || meta.peer.IsGroup())
    {
        // GEN-6: "An endpoint MUST NOT take a packet to or from a group ... for one of SST".
        return Pass();
    }
    m_layout = Layout::N;
    if (meta.protocol == PROTOCOL_ICMP || meta.protocol == PROTOCOL_ICMPV6)
    {
        return IngressIcmp(meta, packet);
    }
    if (meta.protocol != PROTOCOL_TCP && meta.protocol != PROTOCOL_UDP)
    {
        return meta.marked ? Unrecognised(meta, packet, Reason::MARKED_UNKNOWN) : Pass();
    }
    if (meta.protocol == PROTOCOL_UDP && IsShell(meta, packet.Data(), packet.Size()))
    {
        return IngressShell(meta, packet);
    }
    return meta.marked ? IngressMarked(meta, packet) : IngressUnmarked(meta, packet);
}

Verdict
EndpointCore::IngressMarked(const Meta& meta, Buffer& packet)
{
    const Bytes bytes{packet.Data(), packet.Size()};
    if (bytes.size < wire::SKELETON_SIZE)
    {
        return Unrecognised(meta, packet, Reason::LENGTH);
    }
    switch (wire::TypeOf(bytes.data))
    {
    case wire::Type::DATA:
        return IngressData(meta, packet);
    case wire::Type::INIT:
        return IngressInit(meta, packet);
    case wire::Type::RESP:
        return IngressResp(meta, packet);
    case wire::Type::CTRL:
        break;
    }
    const Reason reason = CheckCtrl(bytes);
    return reason == Reason::NONE ? IngressCtrl(meta, packet) : Unrecognised(meta, packet, reason);
}

Verdict
EndpointCore::IngressUnmarked(const Meta& meta, Buffer& packet)
{
    // PROTOCOL, Sessions: "marked or for a session's index: try to open. ... Unmarked and not
    // authentic: up unchanged."
    if (packet.Size() >= wire::DATA_OVERHEAD)
    {
        const wire::Type type = wire::TypeOf(packet.Data());
        Session* session = nullptr;
        if (type == wire::Type::DATA || type == wire::Type::RESP)
        {
            session = FindLive(wire::IndexOf(packet.Data()));
        }
        if (session != nullptr && session->peer == meta.peer && session->local == meta.local &&
            session->layout == Layout::N)
        {
            // Opening in place destroys what does not verify.
            m_copy.Assign(packet.Data(), packet.Size());
            const Verdict verdict =
                type == wire::Type::DATA ? IngressData(meta, packet) : IngressResp(meta, packet);
            if (verdict.outcome != Outcome::PASS)
            {
                return verdict;
            }
            packet.Swap(m_copy);
        }
        const Bytes bytes{packet.Data(), packet.Size()};
        Verdict verdict;
        if (type == wire::Type::CTRL && CheckCtrl(bytes) == Reason::NONE)
        {
            verdict = IngressCtrl(meta, packet);
        }
        else if (type == wire::Type::INIT && m_config.acceptUnmarkedInit &&
                 CheckInit(bytes) == Reason::NONE &&
                 FindServerKey(bytes.data[wire::INIT_KEY_ID]) != nullptr)
        {
            verdict = IngressInit(meta, packet);
        }
        if (verdict.outcome != Outcome::PASS)
        {
            return verdict;
        }
    }
    return IngressClear(meta, packet);
}

Verdict
EndpointCore::IngressClear(const Meta& meta, const Buffer& packet)
{
    if (packet.Size() < wire::COVERAGE_PORTS_BYTES)
    {
        return Pass();
    }
    const uint8_t* data = packet.Data();
    const FlowKey key{meta.protocol, wire::Load16(data + 2), meta.peer, wire::Load16(data)};
    SegmentView view;
    const bool opening =
        ParseSegment(meta.protocol, data, packet.Size(), view) == Reason::NONE && view.IsOpening();
    FlowEntry* flow = Lookup(key);
    if (flow == nullptr)
    {
        // TOMB-6: "A clear opening segment for the tombstone of a flow that a peer opened MUST
        // leave it where it is, and go up": what the stack answers tells whether it holds the old
        // connection.
        if (opening)
        {
            m_tombstones.NoteSyn(key, view.sequence);
        }
        return Pass();
    }
    if (flow->kind != FlowKind::BOUND)
    {
        // FLOW-12 counts from when a flow failed: what anybody can send does not keep it shut.
        if (flow->kind == FlowKind::CLEAR)
        {
            Touch(*flow, view, false);
        }
        return Pass();
    }
    const Session& session = SessionOf(*flow);
    if (session.client && session.clientState == ClientState::RESOLVE && MayFallBack(*flow))
    {
        // Not bound yet: keys are being asked for.
        return Pass();
    }
    if (!session.client && opening && session.local == meta.local &&
        Step(session.serverState, ServerEvent::RELEASE).action == ServerAction::UNBIND)
    {
        // PROTOCOL, Sessions: "a clear SYN for a tuple bound to a HALF session releases it."
        Forget(*flow);
        return Pass();
    }
    return Drop(Reason::CLEAR_ON_SST_FLOW);
}

Verdict
EndpointCore::Unrecognised(const Meta& meta, const Buffer& packet, Reason reason)
{
    if (!meta.marked)
    {
        return DropOrPass(meta, reason);
    }
    // PROTOCOL, Sessions: "Marked and unrecognised: IPv4 drop, IPv6 up unchanged."
    if (meta.peer.length == 4 || m_layout == Layout::U || !m_config.markedUnknownUp)
    {
        return Drop(reason);
    }
    if (!m_goesUp)
    {
        // UDP-16: "MUST be dropped, `length`, where it would go up as unrecognized"
        return Drop(Reason::LENGTH);
    }
    Verdict verdict = IngressClear(meta, packet);
    if (verdict.outcome == Outcome::PASS)
    {
        Note(reason);
        verdict.reason = reason;
    }
    return verdict;
}

Verdict
EndpointCore::IngressData(const Meta& meta, Buffer& packet)
{
    // An unmarked packet comes here only for an index of its peer.
    const uint32_t index = wire::IndexOf(packet.Data());
    Session* session = FindLive(index);
    if (session == nullptr)
    {
        // PROTOCOL, Server: "DATA for an unknown index: RESET ... (on IPv6 in N: up unchanged
        // instead, others use the codepoint)".
        ResetPacket reset;
        const bool answers = m_layout == Layout::U ? m_shell.destinationPort == m_config.udpPort
                                                   : meta.peer.length == 4;
        if (answers && MakeResetFor(meta, index, packet.Size(), reset))
        {
            PushReply(meta, reset.data(), reset.size());
        }
        return Unrecognised(meta, packet, Reason::UNKNOWN_INDEX);
    }
    if (session->peer != meta.peer || session->local != meta.local || !FitsPorts(*session))
    {
        // PROTOCOL, Server: "Known index from a wrong address: silent drop."
        return Drop(Reason::WRONG_PEER);
    }
    if (!session->HasKeys())
    {
        // PROTOCOL, Client: "DATA before RESP is dropped."
        return DropOrPass(meta, Reason::UNEXPECTED);
    }
    if (!IsDataSize(session->layout, session->coverage, packet.Data(), packet.Size()))
    {
        return DropOrPass(meta, Reason::LENGTH);
    }
    if (session->epochs.HasPrevious())
    {
        // EPOCH-12: "at the latest when it next handles a packet of the session"
        session->epochs.Expire(m_now.monotonicNs);
    }
    const uint32_t number = wire::Load32(packet.Data() + wire::DATA_NUMBER);
    const Epochs::Place place =
        session->epochs.Locate(number, m_config.maxPacketNumber, m_now.monotonicNs);
    if (place > Epochs::Place::NEXT)
    {
        const Reason reason = place == Epochs::Place::OLD     ? Reason::OLD_EPOCH
                              : place == Epochs::Place::AHEAD ? Reason::EPOCH_AHEAD
                                                              : Reason::NUMBER_EXHAUSTED;
        return DropOrPass(meta, reason);
    }
    // Without the mark only the tag tells whose packet it is: it is looked at first.
    if (meta.marked && !session->epochs.IsFresh(place, number))
    {
        return Drop(Reason::REPLAY);
    }
    return OpenOn(*session, meta, number, place, packet);
}

Verdict
EndpointCore::OpenOn(Session& session,
                     const Meta& meta,
                     uint32_t number,
                     Epochs::Place place,
                     Buffer& packet)
{
    std::optional<SecretKey> next;
    const DataContext context{m_cipher.get(),
                              session.epochs.ReceiveKey(place, *m_cipher, next),
                              meta.protocol,
                              session.layout,
                              session.coverage};
    DataInfo info;
    const Reason reason = OpenData(context, packet, info, m_scratch);
    if (reason == Reason::DECRYPT)
    {
        // PROTOCOL, Cryptography: "2^36 failed opens on a session: close."
        const Verdict verdict = DropOrPass(meta, reason);
        if (++session.failedOpens >= m_config.maxFailedOpens)
        {
            CloseSession(session, Reason::TOO_MANY_FAILURES);
        }
        return verdict;
    }
    if (!session.epochs.IsFresh(place, number))
    {
        return Drop(Reason::REPLAY);
    }
    // "each with its own replay window of 2048, moved only after the tag verified"
    session.epochs.Opened(place, number, m_epochLimits, *m_cipher, m_now.monotonicNs);
    if (session.layout == Layout::U)
    {
        FollowPort(session, number);
    }
    session.lastPacketNs = m_now.monotonicNs;
    if (session.unheard)
    {
        FirstOpened(session);
    }
    if (place == Epochs::Place::NEXT || session.epochs.HasPrevious() ||
        Epochs::IsSecondHalf(number))
    {
        CallForAnswer(session, place, number, info.type);
    }
    if (reason != Reason::NONE)
    {
        return Drop(reason);
    }
    return AcceptInner(session, meta, info.type, info.narrow, info.covered, packet);
}

void
EndpointCore::FirstOpened(Session& session)
{
    session.unheard = false;
    if (session.IsHalfOpen())
    {
        GoUp(session);
    }
    else
    {
        // Draft, CLI-15: "until the first DATA packet of the server was opened".
        EndConfirming(session);
    }
}

void
EndpointCore::CallForAnswer(Session& session, Epochs::Place place, uint32_t number, uint8_t type)
{
    // PROTOCOL, Cryptography: "Whoever opened packets of an epoch new to it, or of an epoch's
    // second half, and has sent nothing for 1 s sends type 59." A type 59 of the second half calls
    // for none: two idle hosts would answer each other for ever.
    if (place == Epochs::Place::NEXT || (Epochs::IsSecondHalf(number) && type != PROTOCOL_NONE))
    {
        const uint64_t dueNs =
            std::max(m_now.monotonicNs, session.lastSentNs + m_config.epochAnswerNs);
        session.answerNs = std::min(session.answerNs, dueNs);
    }
    SetDeadline(session);
}

Verdict
EndpointCore::AcceptInner(Session& session,
                          const Meta& meta,
                          uint8_t type,
                          bool narrow,
                          size_t covered,
                          Buffer& segment)
{
    if (type != PROTOCOL_TCP && type != PROTOCOL_UDP)
    {
        return AcceptOther(session, meta, type, segment);
    }
    SegmentView view;
    const Reason reason = ParseInnerSegment(type, segment.Data(), segment.Size(), view);
    if (reason != Reason::NONE)
    {
        return Drop(reason);
    }
    if (type != meta.protocol && session.layout == Layout::N)
    {
        return Drop(Reason::PROTOCOL_MISMATCH);
    }
    if (narrow)
    {
        // PROTOCOL, Coverage: "n below what is in force is dropped `coverage`."
        const size_t least =
            session.coverage == Coverage::PORTS ? wire::COVERAGE_PORTS_BYTES : view.headerSize;
        if (covered < least)
        {
            return Drop(Reason::COVERAGE);
        }
    }
    return DeliverTransport(session, view, segment);
}

Verdict
EndpointCore::AcceptOther(Session& session, const Meta& meta, uint8_t type, Buffer& message)
{
    // An error of the other IP version would quote addresses of another length.
    if (type == (session.peer.length == 4 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP))
    {
        return Drop(Reason::INNER_TYPE);
    }
    InnerView inner;
    const Reason reason = ParseInner(type, message.Data(), message.Size(), inner);
    if (reason != Reason::NONE)
    {
        return Drop(reason);
    }
    if (meta.protocol != session.protocol)
    {
        return Drop(Reason::PROTOCOL_MISMATCH);
    }
    return inner.IsIcmp() ? DeliverIcmp(session, inner, message) : Consume();
}

Verdict
EndpointCore::DeliverTransport(Session& session, const SegmentView& view, Buffer& segment)
{
    FlowEntry* flow = FindCarried(session, view.protocol, view.destinationPort, view.sourcePort);
    if (flow == nullptr)
    {
        Reason reason = Reason::NONE;
        flow = FlowOfInbound(session, view, reason);
        if (flow == nullptr)
        {
            return Drop(reason);
        }
    }
    Touch(*flow, view, false);
    if (flow->IsTranslated())
    {
        wire::Store16(segment.Data(), flow->peerPort);
    }
    return Deliver(session, view.protocol, segment);
}

Reason
EndpointCore::JudgeInbound(const Session& session,
                           const FlowKey& key,
                           const SegmentView& view) const
{
    // PROTOCOL, Sessions: "An inbound segment for a tuple bound outbound elsewhere: drop
    // `flow-bound`; on a client's own session for no flow: drop `flow-unknown`." A second claimant
    // of a tuple bound inbound, or in use in clear, is `port-collision`, unless it is translated.
    const FlowEntry* other = m_flows.Find(key);
    if (other != nullptr && other->outbound != 0 && other->kind != FlowKind::CLEAR)
    {
        return Reason::FLOW_BOUND;
    }
    if (session.client)
    {
        return Reason::FLOW_UNKNOWN;
    }
    const TombstoneTable::Kind stone = m_tombstones.Find(key, m_now.monotonicNs);
    if (stone == TombstoneTable::Kind::OUTBOUND)
    {
        // F1: the stack may still hold its end of a connection opened here.
        return Reason::FLOW_BOUND;
    }
    const bool taken = other != nullptr ||
                       (m_callbacks.usesInClear && m_callbacks.usesInClear(key, session.local));
    if (stone != TombstoneTable::Kind::NONE && view.protocol == PROTOCOL_TCP && !view.IsOpening())
    {
        // FLOW-5
        return Reason::TOMBSTONE;
    }
    if (session.flows.size >= m_config.maxFlowsPerSession)
    {
        return Reason::FLOWS_FULL;
    }
    // PORT-1: "has the tombstone of a flow that a peer opened and that was not over": what the
    // stack still sends on it is not for this peer.
    return taken || stone == TombstoneTable::Kind::INBOUND ? Reason::PORT_COLLISION : Reason::NONE;
}

FlowEntry*
EndpointCore::FlowOfInbound(Session& session, const SegmentView& view, Reason& reason)
{
    FlowKey key{view.protocol, view.destinationPort, session.peer, view.sourcePort};
    reason = JudgeInbound(session, key, view);
    // PROTOCOL, Sessions: "A second claimant of the same tuple, from another session, or of a tuple
    // the local stack already uses in clear, is translated: the server's side stack gives it a
    // locally unused peer port".
    if (reason != Reason::NONE && (reason != Reason::PORT_COLLISION || !DrawAlias(session, key)))
    {
        return nullptr;
    }
    reason = Reason::NONE;
    FlowEntry* flow = NewFlow(key, m_config.maxFlows / OWN_SHARE);
    if (flow == nullptr)
    {
        reason = Reason::FLOWS_FULL;
        return nullptr;
    }
    m_tombstones.Remove(key);
    Bind(*flow, session);
    if (key.peerPort != view.sourcePort)
    {
        Translate(*flow, session, view.sourcePort);
    }
    PushEvent(Action::Event::FLOW_BOUND, Reason::NONE, &session, &key);
    return flow;
}

Verdict
EndpointCore::DeliverIcmp(Session& session, const InnerView& inner, Buffer& message)
{
    // An error of the other IP version would quote addresses of another length.
    if ((inner.type == PROTOCOL_ICMP) != (session.peer.length == 4))
    {
        return Drop(Reason::INNER_TYPE);
    }
    // The quoted packet went from here to the peer.
    const QuoteView& quote = inner.quote;
    const FlowEntry* flow =
        FindCarried(session, quote.protocol, quote.sourcePort, quote.destinationPort);
    if (flow == nullptr)
    {
        return Drop(Reason::FLOW_UNKNOWN);
    }
    // PROTOCOL, Cryptography: "ports and addresses it quotes are rewritten to the receiver's view".
    RewriteQuote(quote,
                 message.Data(),
                 session.local,
                 flow->localPort,
                 session.peer,
                 flow->peerPort);
    // FLOW-6: "ICMP about the flow counts for nothing here."
    return Deliver(session, inner.type, message);
}

Verdict
EndpointCore::Deliver(const Session& session, uint8_t type, Buffer& segment)
{
    if (m_config.restoreChecksums)
    {
        RestoreChecksum(type, segment.Data(), segment.Size(), session.peer, session.local);
    }
    return {Outcome::DELIVER, Reason::NONE, type};
}

bool
EndpointCore::MayConcern(const Meta& meta, const uint8_t* first, size_t size) const
{
    if (meta.protocol == PROTOCOL_ICMP || meta.protocol == PROTOCOL_ICMPV6)
    {
        return true;
    }
    if ((meta.protocol != PROTOCOL_TCP && meta.protocol != PROTOCOL_UDP) ||
        size < wire::COVERAGE_PORTS_BYTES)
    {
        return false;
    }
    if (IsShell(meta, first, size))
    {
        return true;
    }
    const wire::Type type = wire::TypeOf(first);
    if (type == wire::Type::DATA || type == wire::Type::RESP)
    {
        const Session* session = FindByIndex(wire::IndexOf(first));
        if (session != nullptr && session->peer == meta.peer)
        {
            return true;
        }
    }
    if (size >= 2 * wire::COVERAGE_PORTS_BYTES &&
        ((type == wire::Type::CTRL && MayBeCtrl(meta, first)) ||
         (type == wire::Type::INIT && m_config.acceptUnmarkedInit &&
          FindServerKey(first[wire::INIT_KEY_ID]) != nullptr)))
    {
        return true;
    }
    const FlowKey key{meta.protocol, wire::Load16(first + 2), meta.peer, wire::Load16(first)};
    return m_flows.Find(key) != nullptr || m_tombstones.Has(key, m_now.monotonicNs);
}

} // namespace sst
