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

constexpr uint64_t REPLAY_LIFETIME_NS = 30 * NS_PER_S; //!< covers clocks 20 s ahead, window 10 s
constexpr size_t SITE_SHARE = 16;                      //!< "at most a sixteenth"
constexpr size_t SWEEP_FLOWS = 16;                     //!< table slots looked at for each new flow
constexpr size_t SWEEP_SESSIONS = 4;                   //!< sessions looked at for each new one
constexpr uint64_t SWEEP_ALL_NS = NS_PER_S;            //!< full sweeps are at least that far apart
constexpr size_t INDEX_DRAWS = 64;                     //!< before the next free one is taken

/// Secret words for a keyed hash table.
template <size_t N>
std::array<uint64_t, N>
DrawSeed(Random& random)
{
    std::array<uint64_t, N> seed;
    uint8_t bytes[8 * N];
    random.Fill(Purpose::SECRET, bytes, sizeof bytes);
    for (size_t i = 0; i < N; ++i)
    {
        seed[i] = wire::Load64(bytes + 8 * i);
    }
    return seed;
}

SecretKey
DrawSecret(Random& random)
{
    SecretKey secret;
    random.Fill(Purpose::SECRET, secret.Data(), SecretKey::SIZE);
    return secret;
}

} // namespace

EndpointCore::EndpointCore(const EndpointConfig& config,
                           Random& random,
                           std::shared_ptr<const Cipher> cipher,
                           const std::function<bool(const FlowKey&, const IpAddress&)>& usesInClear)
    : m_config(config),
      m_random(random),
      m_cipher(cipher ? std::move(cipher) : std::make_shared<const SodiumChaChaPoly>()),
      m_usesInClear(usesInClear),
      m_secret(DrawSecret(random)),
      m_flows(DrawSeed<3>(random),
              config.maxFlows,
              std::max<size_t>(config.maxFlows / SITE_SHARE, 1)),
      m_tombstones(DrawSeed<2>(random), config.maxTombstones),
      m_keys(config.maxKeyAnswers),
      m_replays(m_secret, config.maxReplayEntries, REPLAY_LIFETIME_NS)
{
}

EndpointCore::~EndpointCore() = default;

Verdict
EndpointCore::Drop(Reason reason)
{
    Note(reason);
    return {Outcome::DROP, reason, 0};
}

Verdict
EndpointCore::Pass(Reason reason)
{
    Note(reason);
    return {Outcome::PASS, reason, 0};
}

Verdict
EndpointCore::Consume(Reason reason)
{
    Note(reason);
    return {Outcome::CONSUMED, reason, 0};
}

void
EndpointCore::Note(Reason reason)
{
    ++m_counts[static_cast<size_t>(reason)];
}

Action&
EndpointCore::Push(Action::Kind kind)
{
    m_actions.emplace_back();
    m_actions.back().kind = kind;
    return m_actions.back();
}

void
EndpointCore::PushEvent(Action::Event event,
                        Reason reason,
                        const Session* session,
                        const FlowKey* flow)
{
    Action& action = Push(Action::Kind::EVENT);
    action.event = event;
    action.reason = reason;
    if (session != nullptr)
    {
        action.local = session->local;
        action.peer = session->peer;
        action.index = session->ownIndex;
        action.client = session->client;
    }
    if (flow != nullptr)
    {
        action.flow = *flow;
        action.peer = flow->peer;
    }
}

void
EndpointCore::PushDrop(uint64_t cookie, Reason reason)
{
    Note(reason);
    if (cookie != 0)
    {
        Action& action = Push(Action::Kind::DROP);
        action.cookie = cookie;
        action.reason = reason;
    }
}

void
EndpointCore::PushPacket(const Session& session,
                         const uint8_t* packet,
                         size_t size,
                         uint64_t cookie,
                         bool done)
{
    Action& action = Push(Action::Kind::SEND);
    action.protocol = session.protocol;
    action.local = session.local;
    action.peer = session.peer;
    action.cookie = cookie;
    action.done = done;
    action.index = session.ownIndex;
    action.client = session.client;
    action.bytes.Assign(packet, size);
}

void
EndpointCore::Begin(const Clock& clock)
{
    m_now = clock;
    if (!m_halfEnds.empty() && m_halfEnds.front().first <= m_now.monotonicNs)
    {
        ExpireHalf();
    }
}

bool
EndpointCore::Poll(Action& action)
{
    if (m_actions.empty())
    {
        return false;
    }
    action = std::move(m_actions.front());
    m_actions.pop_front();
    return true;
}

void
EndpointCore::Tick(const Clock& clock)
{
    Begin(clock);
    while (!m_timers.empty() && m_timers.begin()->first <= m_now.monotonicNs)
    {
        const uint64_t id = m_timers.begin()->second;
        Session& session = *m_sessions.at(id);
        m_timers.erase(m_timers.begin());
        session.deadlineNs = NEVER_NS;
        if (session.client)
        {
            ClientTimer(session);
        }
        else if (Step(session.serverState, ServerEvent::TIMER).action == ServerAction::RESPOND)
        {
            SendEmptyResp(session);
        }
        const auto found = m_sessions.find(id);
        if (found != m_sessions.end())
        {
            SetDeadline(*found->second);
        }
    }
}

uint64_t
EndpointCore::NextDeadlineNs() const
{
    return m_timers.empty() ? NEVER_NS : m_timers.begin()->first;
}

uint64_t
EndpointCore::DeadlineOf(const Session& session) const
{
    if (session.IsPending())
    {
        const ClientPending& pending = *session.clientPending;
        const uint64_t own = session.clientState == ClientState::RESOLVE ? pending.resolveEndNs
                                                                         : pending.nextNs;
        return pending.fallbacks.empty() ? own : std::min(own, pending.fallbacks.front().first);
    }
    if (session.client)
    {
        return session.answerDue ? m_now.monotonicNs : NEVER_NS;
    }
    return session.serverState == ServerState::WAIT ? session.serverPending->respNs : NEVER_NS;
}

void
EndpointCore::SetDeadline(Session& session)
{
    const uint64_t deadline = DeadlineOf(session);
    if (deadline == session.deadlineNs)
    {
        return;
    }
    if (session.deadlineNs != NEVER_NS)
    {
        m_timers.erase({session.deadlineNs, session.id});
    }
    session.deadlineNs = deadline;
    if (deadline != NEVER_NS)
    {
        m_timers.insert({deadline, session.id});
    }
}

Session&
EndpointCore::NewSession(const IpAddress& local, const IpAddress& peer, bool client)
{
    const uint64_t id = m_nextId++;
    Session& session = *m_sessions.emplace(id, std::make_unique<Session>()).first->second;
    session.id = id;
    session.client = client;
    session.local = local;
    session.peer = peer;
    session.lastPacketNs = m_now.monotonicNs;
    return session;
}

bool
EndpointCore::HasSessionRoom()
{
    SweepSome();
    if (m_sessions.size() >= m_config.maxSessions)
    {
        SweepAll();
    }
    return m_sessions.size() < m_config.maxSessions;
}

void
EndpointCore::GiveIndex(Session& session)
{
    // PROTOCOL, Packets: an index of 30 bits; random, so that it cannot be guessed off path.
    uint32_t index = 0;
    for (size_t i = 0; i < INDEX_DRAWS; ++i)
    {
        uint8_t bytes[4];
        m_random.Fill(Purpose::INDEX, bytes, sizeof bytes);
        index = wire::IndexOf(bytes);
        if (m_indices.Find(index) == nullptr)
        {
            break;
        }
    }
    while (m_indices.Find(index) != nullptr)
    {
        index = (index + 1) & wire::INDEX_MASK;
    }
    if (session.hasIndex)
    {
        m_indices.Erase(session.ownIndex);
    }
    session.ownIndex = index;
    session.hasIndex = true;
    m_indices.Insert(index, &session);
}

void
EndpointCore::CloseSession(Session& session, Reason reason)
{
    EndSession(session, reason, !session.IsHalfOpen(), m_config.tombstoneNs);
}

void
EndpointCore::EndSession(Session& session, Reason reason, bool tombstones, uint64_t tombstoneNs)
{
    while (session.flows.head != nullptr)
    {
        FlowEntry& flow = *session.flows.head;
        if (tombstones && flow.key.protocol == PROTOCOL_TCP)
        {
            m_tombstones.Add(flow.key, m_now.monotonicNs + tombstoneNs);
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
        const auto resolve =
            m_resolve.find({pending.name, session.local, session.peer, session.coverage});
        if (resolve != m_resolve.end() && resolve->second == &session)
        {
            m_resolve.erase(resolve);
        }
    }
    const auto select = m_select.find(session.selectKey);
    if (session.client && select != m_select.end())
    {
        auto& sessions = select->second;
        sessions.erase(std::remove(sessions.begin(), sessions.end(), &session), sessions.end());
        if (sessions.empty())
        {
            m_select.erase(select);
        }
    }
    if (session.serverPending != nullptr)
    {
        m_ephemerals.erase(session.serverPending->ephemeralId);
    }
    if (session.IsHalfOpen())
    {
        --m_halfOpen;
    }
    if (session.hasIndex)
    {
        m_indices.Erase(session.ownIndex);
        PushEvent(Action::Event::SESSION_CLOSED, reason, &session, nullptr);
    }
    if (session.deadlineNs != NEVER_NS)
    {
        m_timers.erase({session.deadlineNs, session.id});
    }
    m_sessions.erase(session.id);
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
    for (FlowEntry* flow = session.flows.head; flow != nullptr;)
    {
        FlowEntry* next = flow->next;
        if (IsLapsed(*flow))
        {
            EndFlow(*flow);
        }
        flow = next;
    }
    if (session.flows.size > 0)
    {
        return false;
    }
    CloseSession(session, Reason::IDLE);
    return true;
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
EndpointCore::NewFlow(const FlowKey& key)
{
    SweepSome();
    FlowEntry* flow = m_flows.Insert(key);
    if (flow == nullptr)
    {
        SweepAll();
        flow = m_flows.Insert(key);
    }
    if (flow != nullptr)
    {
        flow->lastSeenNs = m_now.monotonicNs;
    }
    return flow;
}

void
EndpointCore::Bind(FlowEntry& flow, Session& session)
{
    flow.kind = FlowKind::BOUND;
    flow.session = &session;
    session.flows.Add(flow);
}

void
EndpointCore::Unbind(FlowEntry& flow)
{
    if (flow.session != nullptr)
    {
        flow.session->flows.Remove(flow);
        flow.session = nullptr;
    }
}

void
EndpointCore::Forget(FlowEntry& flow)
{
    Unbind(flow);
    m_flows.Erase(flow);
}

bool
EndpointCore::IsLapsed(const FlowEntry& flow) const
{
    // PROTOCOL, Sessions: "TCP entries end 240 s after FIN/RST, or after 2 h 4 min idle (240 s while
    // the stack never answered) ...; UDP 300 s." The flows of a pending or half-open session live as
    // long as it does.
    if (flow.kind == FlowKind::BOUND && (flow.session == nullptr || !flow.session->HasKeys() ||
                                         flow.session->IsHalfOpen()))
    {
        return false;
    }
    const uint64_t idle = m_now.monotonicNs - flow.lastSeenNs;
    if (flow.kind == FlowKind::FAILED)
    {
        return idle >= m_config.failedFlowNs;
    }
    if (flow.key.protocol == PROTOCOL_UDP)
    {
        return idle >= m_config.udpIdleNs;
    }
    return idle >= (flow.closing || !flow.answered ? m_config.tcpClosingNs : m_config.tcpIdleNs);
}

void
EndpointCore::EndFlow(FlowEntry& flow)
{
    if (flow.kind == FlowKind::BOUND && flow.key.protocol == PROTOCOL_TCP)
    {
        m_tombstones.Add(flow.key, m_now.monotonicNs + m_config.tombstoneNs);
    }
    Forget(flow);
}

void
EndpointCore::Touch(FlowEntry& flow, const SegmentView& view)
{
    flow.lastSeenNs = m_now.monotonicNs;
    if (view.protocol == PROTOCOL_TCP)
    {
        if (view.IsClosing())
        {
            flow.closing = true;
        }
        else if ((view.flags & TCP_SYN) != 0)
        {
            flow.closing = false;
        }
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
        const auto next = m_sessions.upper_bound(m_sweepId);
        if (next == m_sessions.end())
        {
            m_sweepId = 0;
            return;
        }
        m_sweepId = next->first;
        CloseIfIdle(*next->second);
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
            lapsed.push_back(flow->key);
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
    for (auto next = m_sessions.begin(); next != m_sessions.end();)
    {
        Session& session = *next->second;
        ++next;
        CloseIfIdle(session);
    }
}

FlowInfo
EndpointCore::FindFlow(const FlowKey& key) const
{
    FlowInfo info;
    const FlowEntry* flow = m_flows.Find(key);
    if (flow == nullptr || IsLapsed(*flow))
    {
        return info;
    }
    info.reason = flow->reason;
    info.client = flow->outbound;
    switch (flow->kind)
    {
    case FlowKind::CLEAR:
        info.state = FlowState::CLEAR;
        break;
    case FlowKind::FAILED:
        info.state = FlowState::FAILED;
        break;
    case FlowKind::BOUND:
        info.state = flow->session->IsPending() ? FlowState::WAITING : FlowState::SST;
        info.index = flow->session->ownIndex;
        info.coverage = flow->session->coverage;
        break;
    }
    return info;
}

size_t
EndpointCore::SessionCount() const
{
    return m_indices.Size();
}

size_t
EndpointCore::HalfOpenCount() const
{
    return m_halfOpen;
}

size_t
EndpointCore::FlowCount() const
{
    return m_flows.Size();
}

uint64_t
EndpointCore::Count(Reason reason) const
{
    return m_counts[static_cast<size_t>(reason)];
}

const EndpointConfig&
EndpointCore::Config() const
{
    return m_config;
}

} // namespace sst
