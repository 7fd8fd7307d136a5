/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"
#include "sst/wire.h"

#include <memory>
#include <utility>

namespace sst
{

namespace
{

/// @return digest of what must be the same in a repeated RESP: all but the guard
Digest
RespDigest(Bytes resp)
{
    constexpr size_t AFTER = wire::GUARD + 2;
    return Sha256({resp.data, wire::GUARD}, {resp.data + AFTER, resp.size - AFTER});
}

/// Draft, CLI-15: "at 1, 2, 4 and 8 s after it accepted RESP": what the client sent at once may be
/// lost, and the server's HALF session lapses.
constexpr uint64_t CONFIRM_TIMES_S[] = {1, 2, 4, 8};
constexpr size_t CONFIRM_COUNT = sizeof CONFIRM_TIMES_S / sizeof CONFIRM_TIMES_S[0];
constexpr uint64_t CONFIRM_QUIET_NS = NS_PER_S; //!< "unless it sent ... within the second before"

} // namespace

Verdict
EndpointCore::IngressResp(const Meta& meta, Buffer& packet)
{
    const Bytes bytes{packet.Data(), packet.Size()};
    Reason reason = CheckResp(bytes);
    if (reason != Reason::NONE)
    {
        return Unrecognised(meta, packet, reason);
    }
    Session* session = FindLive(wire::IndexOf(bytes.data));
    if (session == nullptr || !session->client)
    {
        return Unrecognised(meta, packet, Reason::UNKNOWN_INDEX);
    }
    if (session->peer != meta.peer || session->local != meta.local || !FitsPorts(*session))
    {
        return DropOrPass(meta, Reason::WRONG_PEER);
    }
    if (Step(session->clientState, ClientEvent::RESP).action != ClientAction::FLUSH)
    {
        // "RESP is accepted once": a repeated one is known by its digest, other ones are not ours.
        const bool repeated = RespDigest(bytes) == session->respDigest;
        return repeated ? Drop(Reason::REPLAY) : DropOrPass(meta, Reason::UNEXPECTED);
    }
    if (meta.protocol != session->protocol)
    {
        // PROTOCOL, Cryptography: "a RESP arriving with another is dropped".
        return DropOrPass(meta, Reason::PROTOCOL_MISMATCH);
    }
    const WipeAtEnd plain(m_plain);
    HandshakePayload payload;
    reason = session->clientPending->handshake->ReadResp(bytes, m_plain, payload);
    if (reason == Reason::DECRYPT || reason == Reason::LOW_ORDER)
    {
        return DropOrPass(meta, reason);
    }
    if (reason != Reason::NONE)
    {
        return Drop(reason);
    }
    session->respDigest = RespDigest(bytes);
    return AcceptResp(*session, payload, packet);
}

Verdict
EndpointCore::AcceptResp(Session& session, const HandshakePayload& payload, Buffer& packet)
{
    session.peerIndex = payload.options.serverIndex;
    session.resetToken = payload.options.resetToken;
    if (payload.options.coverage != session.coverage)
    {
        // PROTOCOL, Coverage: "a client that asked for another closes".
        session.clientState = Step(session.clientState, ClientEvent::BROKEN).next;
        FailSession(session, Reason::COVERAGE, false);
        return Drop(Reason::COVERAGE);
    }
    const std::unique_ptr<ClientPending> pending = TakePending(session);
    SecretKey sendKey;
    SecretKey receiveKey;
    pending->handshake->Split(sendKey, receiveKey);
    session.epochs.Start(sendKey, receiveKey, m_now.monotonicNs);
    session.clientState = Step(session.clientState, ClientEvent::RESP).next;
    m_peerIndices.Insert(session);
    session.lastPacketNs = m_now.monotonicNs;
    // PROTOCOL, Client: "After RESP the client sends at once (type 59 if nothing)."
    session.answerNs = m_now.monotonicNs;
    session.greets = true;
    BeginConfirming(session);
    if (pending->turned)
    {
        m_keys.PreferU(pending->name, session.peer, pending->key.publicKey);
    }
    PushEvent(Action::Event::SESSION_UP, Reason::NONE, &session, nullptr);
    for (FlowEntry* flow = m_flows.At(session.flows.head); flow != nullptr;
         flow = m_flows.At(flow->next))
    {
        m_flows.DropDetail(*flow);
        m_flows.Touch(*flow, m_now.monotonicNs);
        const FlowKey key = m_flows.KeyOf(*flow);
        PushEvent(Action::Event::FLOW_BOUND, Reason::NONE, &session, &key);
    }
    if (pending->early)
    {
        if ((payload.status & wire::STATUS_EARLY_ACCEPTED) != 0)
        {
            if (pending->early->cookie != 0)
            {
                Push(Action::Kind::RELEASE).cookie = pending->early->cookie;
            }
        }
        else
        {
            // PROTOCOL, Server: "Refused early data still completes the handshake; the client sends
            // it again."
            pending->queue.PutBack(std::move(*pending->early));
        }
    }
    if (!FlushQueue(session, pending->queue))
    {
        return Consume();
    }
    SetDeadline(session);
    if (payload.type == PROTOCOL_NONE)
    {
        return Consume();
    }
    packet.Assign(payload.segment.data, payload.segment.size);
    return payload.inner.IsTransport() ? DeliverTransport(session, payload.inner.segment, packet)
                                       : DeliverIcmp(session, payload.inner, packet);
}

void
EndpointCore::BeginConfirming(Session& session)
{
    session.confirmNs = m_now.monotonicNs + CONFIRM_TIMES_S[0] * NS_PER_S;
}

void
EndpointCore::EndConfirming(Session& session)
{
    session.confirmNs = NEVER_NS;
    SetDeadline(session);
}

void
EndpointCore::ConfirmDue(Session& session)
{
    bool due = false;
    // Draft, CLI-16: "Times of CLI-15 that passed unnoticed MUST count as one, and a session that
    // SES-7 closes MUST close instead."
    while (session.confirmNs <= m_now.monotonicNs)
    {
        due = true;
        const size_t passed = session.confirms++;
        session.confirmNs =
            session.confirms < CONFIRM_COUNT
                ? session.confirmNs +
                      (CONFIRM_TIMES_S[session.confirms] - CONFIRM_TIMES_S[passed]) * NS_PER_S
                : NEVER_NS;
    }
    if (!due || m_now.monotonicNs - session.lastSentNs < CONFIRM_QUIET_NS || CloseIfIdle(session))
    {
        return;
    }
    const Reason reason = SendNothing(session, true);
    CloseIfStopped(session, reason);
}

bool
EndpointCore::FlushQueue(Session& session, PendingQueue& queue)
{
    bool open = true;
    while (!queue.IsEmpty())
    {
        PendingSegment segment = queue.Pop();
        if (open)
        {
            open = FlushSegment(session, segment);
        }
        else
        {
            PushDrop(segment.cookie, Reason::SESSION_CLOSED);
        }
    }
    return open;
}

bool
EndpointCore::FlushSegment(Session& session, PendingSegment& segment)
{
    Buffer packet;
    packet.Assign(segment.bytes.data(), segment.bytes.size());
    NoteMtu(session, segment.mtu);
    const Reason reason = Seal(session, segment.flow.protocol, segment.headerSize, packet);
    if (reason != Reason::NONE)
    {
        PushDrop(segment.cookie, reason);
        return !CloseIfStopped(session, reason);
    }
    PushPacket(session, packet.Data(), packet.Size(), segment.cookie, true);
    m_actions.back().protocol = OuterProtocol(session, segment.flow.protocol);
    return true;
}

} // namespace sst
