/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"
#include "sst/wire.h"

#include <algorithm>

namespace sst
{

namespace
{

constexpr size_t SWEEP_FLOWS = 16;          //!< table slots looked at for each new flow
constexpr size_t SWEEP_SESSIONS = 4;        //!< places of sessions looked at for each new one
constexpr unsigned SERIAL_SHIFT = 32;       //!< of a session's serial number in its id
constexpr uint64_t SWEEP_ALL_NS = NS_PER_S; //!< full sweeps are at least that far apart
constexpr size_t INDEX_DRAWS = 64;          //!< before the next free one is taken

} // namespace

Session*
EndpointCore::FindSession(uint64_t id) const
{
    Session* session = m_sessions.Find(static_cast<uint32_t>(id));
    return session != nullptr && session->id == id ? session : nullptr;
}

Session&
EndpointCore::NewSession(const IpAddress& local, const IpAddress& peer, bool client)
{
    Session& session = m_sessions.Make();
    session.id = m_nextSerial << SERIAL_SHIFT | session.slot;
    ++m_nextSerial;
    if (!client)
    {
        (void)m_peerSessions.Add(peer); // there is room: HasPeerSessionRoom
    }
    session.client = client;
    session.local = local;
    session.peer = peer;
    session.lastPacketNs = m_now.monotonicNs;
    return session;
}

Session&
EndpointCore::NewClientSession(const Meta& meta, const Request& request)
{
    Session& session = NewSession(meta.local, meta.peer, true);
    session.coverage = request.coverage;
    session.padding = PaddingCode(request);
    session.clientPending = std::make_unique<ClientPending>(request.name,
                                                            m_config.maxQueuePackets,
                                                            m_config.maxQueueBytes);
    session.clientPending->choice = request.layout;
    m_pendings.insert({request.name, meta.peer, session.id});
    return session;
}

std::unique_ptr<ClientPending>
EndpointCore::TakePending(Session& session)
{
    m_pendings.erase({session.clientPending->name, session.peer, session.id});
    return std::move(session.clientPending);
}

bool
EndpointCore::HasSessionRoom(size_t kept)
{
    SweepSome();
    const size_t most = m_config.maxSessions - kept;
    if (m_sessions.Size() >= most)
    {
        SweepAll();
    }
    return m_sessions.Size() < most;
}

bool
EndpointCore::HasPeerSessionRoom(const IpAddress& peer)
{
    // Draft, SES-13: "when an eighth or less of 131072 is left: that is kept for sessions opened
    // here"; SES-12: "when it holds a sixteenth of 131072 of that peer's site that peers opened".
    if (!HasSessionRoom(m_config.maxSessions / OWN_SHARE))
    {
        return false;
    }
    if (!m_peerSessions.HasRoom(peer))
    {
        SweepAll();
    }
    return m_peerSessions.HasRoom(peer);
}

void
EndpointCore::GiveIndex(Session& session, uint32_t fixedMask, uint32_t fixedBits)
{
    // PROTOCOL, Packets: an index of 30 bits; random, so that it cannot be guessed off path.
    uint32_t index = 0;
    for (size_t i = 0; i < INDEX_DRAWS; ++i)
    {
        uint8_t bytes[4];
        m_random.Fill(Purpose::INDEX, bytes, sizeof bytes);
        index = (wire::IndexOf(bytes) & ~fixedMask) | fixedBits;
        if (m_indices.Find(index) == 0)
        {
            break;
        }
    }
    while (m_indices.Find(index) != 0)
    {
        index = ((index + 1) & wire::INDEX_MASK & ~fixedMask) | fixedBits;
    }
    if (session.hasIndex)
    {
        m_indices.Erase(session.ownIndex);
    }
    session.ownIndex = index;
    session.hasIndex = true;
    m_indices.Insert(index, session.slot);
}

Session*
EndpointCore::FindByPeerIndex(const IpAddress& local,
                              const IpAddress& peer,
                              uint32_t index,
                              bool client) const
{
    return m_peerIndices.Find(local, peer, index, client);
}

Session*
EndpointCore::FindLive(uint32_t index)
{
    Session* session = FindByIndex(index);
    return session != nullptr && !CloseIfIdle(*session) ? session : nullptr;
}

void
EndpointCore::CloseSession(Session& session, Reason reason)
{
    // SES-11: whatever ends it, what the stack sends on its flows afterwards must not leave in
    // clear; in HALF too, where the stack may repeat its SYN-ACK.
    EndSession(session, reason, true, m_config.tombstoneNs);
}

void
EndpointCore::EndSession(Session& session, Reason reason, bool tombstones, uint64_t tombstoneNs)
{
    while (session.flows.head != 0)
    {
        FlowEntry& flow = *m_flows.At(session.flows.head);
        if (tombstones)
        {
            // "bound ...: sealed or dropped": a datagram after the end must not leave in clear
            // either.
            // SES-11: "TCP 24 h, UDP 300 s"
            LeaveTombstone(flow,
                           flow.protocol == PROTOCOL_TCP
                               ? tombstoneNs
                               : std::min(tombstoneNs, m_config.udpIdleNs));
        }
        Forget(flow);
    }
    if (session.clientPending != nullptr)
    {
        ClientPending& pending = *session.clientPending;
        if (pending.early)
        {
            PushDrop(pending.early->cookie, reason);
        }
        while (!pending.queue.IsEmpty())
        {
            PushDrop(pending.queue.Pop().cookie, reason);
        }
        EndQuestion(session);
        m_pendings.erase({pending.name, session.peer, session.id});
    }
    if (session.client)
    {
        m_select.Remove(session);
        ReleasePort(session);
    }
    else
    {
        m_peerSessions.Remove(session.peer);
    }
    if (session.serverPending != nullptr)
    {
        m_ephemerals.erase(session.serverPending->ephemeralId);
    }
    if (session.IsHalfOpen())
    {
        LeaveHalf(session);
    }
    if (session.hasIndex)
    {
        m_indices.Erase(session.ownIndex);
        PushEvent(Action::Event::SESSION_CLOSED, reason, &session, nullptr);
    }
    m_peerIndices.Erase(session);
    if (session.deadlineNs != NEVER_NS)
    {
        m_timers.erase({session.deadlineNs, session.id});
    }
    m_sessions.Release(session);
}

bool
EndpointCore::CloseIfIdle(Session& session)
{
    // PROTOCOL, Sessions: "Without flows it closes after 120 s without packets."
    const bool lapses =
        session.client ? Step(session.clientState, ClientEvent::LAPSE).action == ClientAction::CLOSE
                       : session.serverState == ServerState::UP;
    if (!lapses || m_now.monotonicNs - session.lastPacketNs < m_config.sessionIdleNs)
    {
        return false;
    }
    for (FlowEntry* flow = m_flows.At(session.flows.head); flow != nullptr;)
    {
        // As far as the first one that lives: others end when they are met, and a packet that
        // anybody can send does not walk along a thousand flows.
        if (!IsLapsed(*flow))
        {
            return false;
        }
        FlowEntry* next = m_flows.At(flow->next);
        EndFlow(*flow);
        flow = next;
    }
    CloseSession(session, Reason::IDLE);
    return true;
}

Session&
EndpointCore::SessionOf(const FlowEntry& flow) const
{
    return m_sessions.At(flow.session);
}

FlowEntry*
EndpointCore::Lookup(const FlowKey& key)
{
    FlowEntry* flow = m_flows.Find(key);
    if (flow != nullptr && IsLapsed(*flow))
    {
        EndFlow(*flow);
        return nullptr;
    }
    return flow;
}

FlowEntry*
EndpointCore::NewFlow(const FlowKey& key, size_t kept)
{
    SweepSome();
    FlowEntry* flow = m_flows.Insert(key, m_now.monotonicNs, kept);
    if (flow == nullptr)
    {
        SweepAll();
        flow = m_flows.Insert(key, m_now.monotonicNs, kept);
    }
    return flow;
}

void
EndpointCore::Bind(FlowEntry& flow, Session& session)
{
    m_flows.Bind(flow, session.slot, session.flows);
    if (!session.client || session.HasKeys())
    {
        m_flows.DropDetail(flow);
    }
}

void
EndpointCore::Unbind(FlowEntry& flow)
{
    if (flow.session != 0)
    {
        m_flows.Unbind(flow, SessionOf(flow).flows);
    }
}

void
EndpointCore::Forget(FlowEntry& flow)
{
    if (flow.session != 0)
    {
        Session& session = SessionOf(flow);
        EndTranslation(flow, session);
        m_flows.EraseBound(flow, session.flows);
    }
    else
    {
        m_flows.Erase(flow);
    }
}

bool
EndpointCore::IsLapsed(const FlowEntry& flow) const
{
    // PROTOCOL, Sessions: "TCP entries end 240 s after FIN/RST, or after 2 h 4 min idle (240 s
    // while the stack never answered) ...; UDP 300 s." The flows of a pending or half-open session
    // live as long as it does.
    if (flow.kind == FlowKind::BOUND &&
        (flow.session == 0 || !SessionOf(flow).HasKeys() || SessionOf(flow).IsHalfOpen()))
    {
        return false;
    }
    const uint64_t idle = m_flows.IdleNs(flow, m_now.monotonicNs);
    if (flow.kind == FlowKind::FAILED)
    {
        return idle >= m_config.failedFlowNs;
    }
    if (flow.protocol == PROTOCOL_UDP)
    {
        return idle >= m_config.udpIdleNs;
    }
    return idle >=
           (flow.IsClosing() || flow.answered == 0 ? m_config.tcpClosingNs : m_config.tcpIdleNs);
}

void
EndpointCore::EndFlow(FlowEntry& flow)
{
    if (flow.protocol == PROTOCOL_TCP && flow.kind != FlowKind::CLEAR)
    {
        LeaveTombstone(flow, TombstoneNs(flow));
    }
    Forget(flow);
}

uint64_t
EndpointCore::TombstoneNs(const FlowEntry& flow) const
{
    if (flow.protocol == PROTOCOL_UDP)
    {
        return std::min(m_config.tombstoneNs, m_config.udpIdleNs);
    }
    // FLOW-6: "it then leaves a tombstone for 24 h, or for 240 s when it was *over*"; FLOW-12: "a
    // TCP flow then leaves a tombstone for 240 s".
    const bool brief = flow.kind == FlowKind::FAILED || flow.IsOver();
    return brief ? std::min(m_config.tombstoneNs, m_config.tcpClosingNs) : m_config.tombstoneNs;
}

void
EndpointCore::LeaveTombstone(const FlowEntry& flow, uint64_t lifetimeNs)
{
    using Kind = TombstoneTable::Kind;
    const Kind inbound = flow.IsOver() ? Kind::ENDED : Kind::INBOUND;
    m_tombstones.Add(m_flows.KeyOf(flow),
                     m_now.monotonicNs + lifetimeNs,
                     flow.outbound != 0 ? Kind::OUTBOUND : inbound,
                     lifetimeNs < m_config.tombstoneNs);
}

void
EndpointCore::Touch(FlowEntry& flow, const SegmentView& view, bool outgoing)
{
    m_flows.Touch(flow, m_now.monotonicNs);
    if (view.protocol != PROTOCOL_TCP)
    {
        return;
    }
    if ((view.flags & TCP_RST) != 0)
    {
        flow.endedHere = 1;
        flow.endedThere = 1;
    }
    else if ((view.flags & TCP_SYN) != 0)
    {
        // Draft, 8.2: "A SYN seen on a flow takes back that FIN or RST was seen."
        flow.endedHere = 0;
        flow.endedThere = 0;
    }
    else if ((view.flags & TCP_FIN) != 0)
    {
        flow.endedHere |= outgoing ? 1 : 0;
        flow.endedThere |= outgoing ? 0 : 1;
    }
}

void
EndpointCore::SweepSome()
{
    m_tombstones.Expire(m_now.monotonicNs);
    FlowEntry* flow = m_flows.Step(SWEEP_FLOWS);
    if (flow != nullptr && IsLapsed(*flow))
    {
        EndFlow(*flow);
    }
    for (size_t i = 0; i < SWEEP_SESSIONS; ++i)
    {
        m_sweepSlot = m_sweepSlot < m_sessions.Last() ? m_sweepSlot + 1 : 1;
        Session* session = m_sessions.Find(m_sweepSlot);
        if (session != nullptr)
        {
            CloseIfIdle(*session);
        }
    }
}

void
EndpointCore::SweepAll()
{
    // A full table must not cost a walk for every packet that meets it.
    if (m_swept && m_now.monotonicNs - m_sweptNs < SWEEP_ALL_NS)
    {
        return;
    }
    m_swept = true;
    m_sweptNs = m_now.monotonicNs;
    std::vector<FlowKey> lapsed;
    for (size_t left = m_flows.Size(); left > 0; --left)
    {
        const FlowEntry* flow = m_flows.Step(SIZE_MAX);
        if (IsLapsed(*flow))
        {
            lapsed.push_back(m_flows.KeyOf(*flow));
        }
    }
    for (const FlowKey& key : lapsed)
    {
        FlowEntry* flow = m_flows.Find(key);
        if (flow != nullptr)
        {
            EndFlow(*flow);
        }
    }
    for (uint32_t slot = 1; slot <= m_sessions.Last(); ++slot)
    {
        Session* session = m_sessions.Find(slot);
        if (session != nullptr)
        {
            CloseIfIdle(*session);
        }
    }
}

} // namespace sst
