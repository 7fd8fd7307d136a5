/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"
#include "ip-header.h"
#include "sst/wire.h"

#include <algorithm>
#include <cstring>

namespace sst
{

namespace
{

constexpr uint64_t AMPLIFICATION = 3; //!< "at most 3 times the received IP bytes"

/// @return IP bytes of a packet; `size` counts from behind the UDP header in layout U
size_t
IpSize(const IpAddress& peer, Layout layout, size_t size)
{
    return size + IpHeaderSize(peer) + (layout == Layout::U ? wire::UDP_HEADER_SIZE : 0);
}

/// @return digest of what must be the same in a repeated INIT: all but guard and token
Digest
InitDigest(Bytes init)
{
    return Sha256({init.data, wire::GUARD}, {init.data + wire::INIT_E, init.size - wire::INIT_E});
}

} // namespace

Verdict
EndpointCore::IngressInit(const Meta& meta, Buffer& packet)
{
    const Bytes init{packet.Data(), packet.Size()};
    Reason reason = CheckInit(init);
    if (reason != Reason::NONE)
    {
        return Unrecognised(meta, packet, reason);
    }
    const ServerKey* key = FindServerKey(init.data[wire::INIT_KEY_ID]);
    if (key == nullptr)
    {
        return Unrecognised(meta, packet, Reason::KEY_ID);
    }
    const EphemeralId id = MakeEphemeralId(meta, init.data + wire::INIT_E);
    const auto known = m_ephemerals.find(id);
    if (known != m_ephemerals.end())
    {
        return RepeatInit(*known->second, InitDigest(init), meta, init.size);
    }
    // Cheap refusals first: an INIT costs two X25519.
    InitLimits::Seat seat;
    reason = m_initLimits.Admit(meta.peer,
                                HasValidToken(meta, init),
                                m_halfOpen,
                                m_now.monotonicNs,
                                seat);
    const ServerEvent event =
        reason == Reason::RETRY_SENT ? ServerEvent::EXCESS : ServerEvent::INIT;
    if (Step(ServerState::NONE, event).action == ServerAction::RETRY)
    {
        return SendRetry(meta, *key, init);
    }
    if (reason == Reason::NONE && !HasPeerSessionRoom(meta.peer))
    {
        reason = Reason::SESSIONS_FULL;
    }
    if (reason != Reason::NONE)
    {
        return DropOrPass(meta, reason);
    }
    const WipeAtEnd plain(m_plain);
    auto handshake =
        std::make_unique<ServerHandshake>(*m_cipher, key->pair, meta.protocol, m_layout, init);
    HandshakePayload payload;
    reason = handshake->ReadInit(init, m_plain, payload);
    if (reason == Reason::DECRYPT || reason == Reason::LOW_ORDER)
    {
        return DropOrPass(meta, reason);
    }
    if (reason == Reason::NONE && m_layout == Layout::N && payload.inner.IsTransport() &&
        payload.type != meta.protocol)
    {
        reason = Reason::PROTOCOL_MISMATCH;
    }
    if (reason != Reason::NONE)
    {
        return Drop(reason);
    }
    // the packet's own buffer gets what is delivered
    const Digest digest = InitDigest(init);
    return AcceptInit(meta, *key, std::move(handshake), payload, id, digest, seat, packet);
}

EphemeralId
EndpointCore::MakeEphemeralId(const Meta& meta, const uint8_t* ephemeral) const
{
    // In layout U another source port is another source.
    uint8_t where[37] = {};
    where[34] = static_cast<uint8_t>(m_layout);
    if (m_layout == Layout::U)
    {
        wire::Store16(where + 35, m_shell.sourcePort);
    }
    where[0] = meta.protocol;
    where[1] = meta.peer.length;
    std::memcpy(where + 2, meta.peer.bytes.data(), meta.peer.bytes.size());
    std::memcpy(where + 18, meta.local.bytes.data(), meta.local.bytes.size());
    const Digest digest = HmacSha256({m_secret.Data(), SecretKey::SIZE},
                                     {ephemeral, wire::POINT_SIZE},
                                     {where, sizeof where});
    EphemeralId id;
    std::copy_n(digest.begin(), id.size(), id.begin());
    return id;
}

Verdict
EndpointCore::RepeatInit(Session& session, const Digest& digest, const Meta& meta, size_t size)
{
    if (digest != session.serverPending->initDigest)
    {
        // Same e, other bytes: no sender makes this, it would not decrypt.
        return DropOrPass(meta, Reason::DECRYPT);
    }
    ServerPending& pending = *session.serverPending;
    pending.received += IpSize(meta.peer, m_layout, size);
    if (Step(session.serverState, ServerEvent::AGAIN).action != ServerAction::REPEAT)
    {
        return Consume();
    }
    // PROTOCOL, Server: "Same e again from the same source: the stored RESP".
    const size_t respSize = IpSize(session.peer, session.layout, pending.resp.size());
    if (!HasAllowance(session, respSize))
    {
        return Drop(Reason::AMPLIFICATION);
    }
    pending.sent += respSize;
    PushPacket(session, pending.resp.data(), pending.resp.size(), 0, false);
    return Consume();
}

Reason
EndpointCore::JudgeEarly(const ServerKey& key,
                         const HandshakePayload& payload,
                         const uint8_t* ephemeral,
                         uint8_t& status)
{
    // PROTOCOL, Server: "Early data is accepted when |time difference| <= 10 s, e is not in the
    // cache, the cache is not full, and the server has run 20 s (waived when the key is younger
    // than the server's start): a SYN without ACK, RST, FIN and payload, or allowed UDP."
    const ReplayCache::Result seen = m_replays.Insert(ephemeral, m_now.monotonicNs);
    const uint64_t difference = payload.timeMs > m_now.unixMs ? payload.timeMs - m_now.unixMs
                                                              : m_now.unixMs - payload.timeMs;
    if (difference > m_config.timeWindowMs)
    {
        status |= wire::STATUS_TIME_WINDOW;
        return Reason::TIME_WINDOW;
    }
    // EARLY-12: "while its Unix time is more than 10 s behind the latest that it has seen": the
    // cache has forgotten what was fresh when it was this time before.
    const bool isSetBack = m_latestUnixMs - m_now.unixMs > m_config.timeWindowMs;
    if (seen != ReplayCache::Result::FRESH || isSetBack)
    {
        return Reason::EARLY_REPLAY;
    }
    const bool isYoungKey = key.pair.createdUnixMs != 0 && key.pair.createdUnixMs >= m_start.unixMs;
    const uint64_t guardNs = m_config.startGuardMs * NS_PER_MS;
    if (!isYoungKey && m_now.monotonicNs - m_start.monotonicNs < guardNs)
    {
        return Reason::EARLY_REPLAY;
    }
    const bool isAllowedUdp =
        payload.type == PROTOCOL_UDP && (key.pair.flags & KEY_FLAG_EARLY_UDP) != 0;
    return isAllowedUdp || payload.inner.segment.IsPureSyn() ? Reason::NONE : Reason::UNEXPECTED;
}

Session&
EndpointCore::NewServerSession(const Meta& meta,
                               const ServerKey& key,
                               std::unique_ptr<ServerHandshake> handshake,
                               const EphemeralId& id,
                               const Digest& digest,
                               const InitLimits::Seat& seat)
{
    Session& session = NewSession(meta.local, meta.peer, false);
    session.protocol = meta.protocol;
    session.layout = m_layout;
    session.padding = m_config.padding.Code();
    if (m_layout == Layout::U)
    {
        session.ownPort = m_shell.destinationPort;
        session.peerPort = m_shell.sourcePort;
    }
    session.serverState = Step(session.serverState, ServerEvent::INIT).next;
    session.peerIndex = handshake->ClientIndex();
    ++m_halfOpen;
    m_initLimits.Enter(seat);
    GiveIndex(session, INDEX_KEY_MASK, IndexKeyBits(key.pair.keyId));
    session.serverPending = std::make_unique<ServerPending>();
    ServerPending& pending = *session.serverPending;
    pending.received = IpSize(meta.peer, m_layout, handshake->InitSize());
    pending.handshake = std::move(handshake);
    pending.ephemeralId = id;
    pending.initDigest = digest;
    pending.seat = seat;
    m_ephemerals[id] = &session;
    m_halfEnds.emplace_back(m_now.monotonicNs + m_config.halfLifeNs, session.id);
    // PROTOCOL, Server: "Token ..., handed to the client inside RESP".
    pending.resetToken = MakeResetToken(key.resetKey, session.ownIndex, meta.peer);
    return session;
}

Verdict
EndpointCore::AcceptInit(const Meta& meta,
                         const ServerKey& key,
                         std::unique_ptr<ServerHandshake> handshake,
                         const HandshakePayload& payload,
                         const EphemeralId& id,
                         const Digest& digest,
                         const InitLimits::Seat& seat,
                         Buffer& packet)
{
    Session& session = NewServerSession(meta, key, std::move(handshake), id, digest, seat);
    ServerPending& pending = *session.serverPending;
    Reason reason = JudgeEarly(key, payload, packet.Data() + wire::INIT_E, pending.status);
    // PROTOCOL, Coverage: narrow ones are "Refused by default outside the simulator": RESP then
    // says `segment`, and the client closes.
    if (m_config.allowNarrowCoverage)
    {
        session.coverage = payload.options.coverage;
    }
    else if (payload.options.coverage != Coverage::SEGMENT && reason == Reason::NONE)
    {
        reason = Reason::COVERAGE;
    }
    if (!payload.inner.IsTransport())
    {
        SendEmptyResp(session);
        return Consume();
    }
    const SegmentView& view = payload.inner.segment;
    const FlowKey flowKey{view.protocol, view.destinationPort, meta.peer, view.sourcePort};
    FlowEntry* flow = nullptr;
    if (reason == Reason::NONE)
    {
        (void)Lookup(flowKey);
        flow = FlowOfInbound(session, view, reason);
    }
    if (flow == nullptr)
    {
        SendEmptyResp(session);
        return Consume(reason);
    }
    Touch(*flow, view, false);
    pending.status |= wire::STATUS_EARLY_ACCEPTED;
    pending.earlyFlow = m_flows.KeyOf(*flow);
    // PROTOCOL, Server: "RESP is sealed once; it waits at most 5 ms for the stack's answer, else
    // goes empty, later segments are DATA."
    pending.respNs = m_now.monotonicNs + m_config.respWaitNs;
    SetDeadline(session);
    packet.Assign(payload.segment.data, payload.segment.size);
    wire::Store16(packet.Data(), flow->peerPort);
    return Deliver(session, payload.type, packet);
}

HandshakePayload
EndpointCore::RespPayload(const Session& session, uint8_t type, Bytes segment) const
{
    HandshakePayload payload;
    payload.status = session.serverPending->status;
    payload.timeMs = m_now.unixMs;
    payload.options.hasResetToken = true;
    payload.options.resetToken = session.serverPending->resetToken;
    payload.options.coverage = session.coverage;
    payload.options.hasServerIndex = true;
    payload.options.serverIndex = session.ownIndex;
    payload.type = type;
    payload.segment = segment;
    return payload;
}

void
EndpointCore::WriteResp(Session& session, const HandshakePayload& payload)
{
    ServerPending& pending = *session.serverPending;
    SecretKey ephemeral;
    m_random.Fill(Purpose::EPHEMERAL, ephemeral.Data(), SecretKey::SIZE);
    // The client's e was multiplied already when INIT was read: it is not of low order.
    const Reason reason = pending.handshake->WriteResp(ephemeral, payload, pending.resp);
    if (reason != Reason::NONE)
    {
        Note(reason);
    }
    SecretKey sendKey;
    SecretKey receiveKey;
    pending.handshake->Split(sendKey, receiveKey);
    session.epochs.Start(sendKey, receiveKey, m_now.monotonicNs);
    session.lastSentNs = m_now.monotonicNs;
    pending.handshake.reset();
    pending.respNs = NEVER_NS;
    pending.sent += IpSize(session.peer, session.layout, pending.resp.size());
    session.serverState = Step(session.serverState, ServerEvent::SEGMENT).next;
    m_peerIndices.Insert(session);
    session.lastPacketNs = m_now.monotonicNs;
    SetDeadline(session);
}

void
EndpointCore::SendEmptyResp(Session& session)
{
    WriteResp(session, RespPayload(session, PROTOCOL_NONE, {nullptr, 0}));
    const std::vector<uint8_t>& resp = session.serverPending->resp;
    PushPacket(session, resp.data(), resp.size(), 0, false);
}

Verdict
EndpointCore::AnswerInResp(Session& session,
                           uint8_t type,
                           size_t headerSize,
                           uint64_t cookie,
                           Buffer& segment)
{
    const HandshakePayload payload = RespPayload(session, type, {segment.Data(), segment.Size()});
    // PROTOCOL, Packets: "no longer than the INIT".
    if (RespSize(payload) <= session.serverPending->handshake->InitSize())
    {
        WriteResp(session, payload);
        const std::vector<uint8_t>& resp = session.serverPending->resp;
        segment.Assign(resp.data(), resp.size());
        return SendVerdict(session, session.protocol, segment);
    }
    // RESP first, then the answer as DATA: both as actions, so that they leave in this order.
    SendEmptyResp(session);
    const Reason reason = Seal(session, type, headerSize, segment);
    if (reason != Reason::NONE)
    {
        return Drop(reason);
    }
    PushPacket(session, segment.Data(), segment.Size(), cookie, true);
    m_actions.back().protocol = OuterProtocol(session, type);
    return {Outcome::WAIT, Reason::NONE, 0};
}

bool
EndpointCore::HasAllowance(const Session& session, size_t ipSize) const
{
    if (!session.IsHalfOpen())
    {
        return true;
    }
    const ServerPending& pending = *session.serverPending;
    return pending.sent + ipSize <= AMPLIFICATION * pending.received;
}

void
EndpointCore::GoUp(Session& session)
{
    // PROTOCOL, Server: "HALF at the INIT, UP at the first authentic DATA".
    LeaveHalf(session);
    session.serverState = Step(session.serverState, ServerEvent::DATA).next;
    PushEvent(Action::Event::SESSION_UP, Reason::NONE, &session, nullptr);
}

void
EndpointCore::ServerTimer(Session& session)
{
    switch (Step(session.serverState, ServerEvent::TIMER).action)
    {
    case ServerAction::RESPOND:
        SendEmptyResp(session);
        break;
    case ServerAction::ANSWER:
        (void)AnswerDue(session);
        break;
    default:
        break;
    }
}

void
EndpointCore::LeaveHalf(Session& session)
{
    --m_halfOpen;
    m_initLimits.Leave(session.serverPending->seat);
}

void
EndpointCore::ExpireHalf()
{
    while (!m_halfEnds.empty() && m_halfEnds.front().first <= m_now.monotonicNs)
    {
        Session* found = FindSession(m_halfEnds.front().second);
        m_halfEnds.pop_front();
        if (found == nullptr)
        {
            continue;
        }
        Session& session = *found;
        if (Step(session.serverState, ServerEvent::LAPSE).action == ServerAction::VANISH)
        {
            // PROTOCOL, Server: "HALF lives 10 s from its first INIT, its flows then vanish". A
            // short tombstone keeps the SYN-ACK that the stack repeats from leaving in clear; a new
            // SYN, clear or sealed, replaces it.
            EndSession(session,
                       Reason::HANDSHAKE_TIMEOUT,
                       m_config.halfRemnantNs > 0,
                       m_config.halfRemnantNs);
        }
        else
        {
            m_ephemerals.erase(session.serverPending->ephemeralId);
            session.serverPending.reset();
        }
    }
}

} // namespace sst
