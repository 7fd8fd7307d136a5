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
constexpr uint64_t SWEEP_TICK_NS = 10 * NS_PER_S;      //!< between sweeps by Tick
constexpr uint32_t DYNAMIC_FIRST = 49152;              //!< RFC 6335 6: dynamic ports
constexpr uint32_t DYNAMIC_COUNT = 16384;              //!< up to 65535
constexpr size_t SITE_SHARE = 16;                      //!< "at most a sixteenth"

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

/**
 * @return the same with times that can be added to a clock: "never" is 146 years, and a session is
 *         not idle in the very moment of its last packet
 */
EndpointConfig
Bounded(EndpointConfig config)
{
    constexpr uint64_t LONGEST_NS = uint64_t{1} << 62;
    constexpr uint64_t LONGEST_MS = LONGEST_NS / NS_PER_MS;
    for (uint64_t* time : {&config.fallbackNs,
                           &config.halfLifeNs,
                           &config.halfRemnantNs,
                           &config.respWaitNs,
                           &config.sessionIdleNs,
                           &config.tcpClosingNs,
                           &config.tcpIdleNs,
                           &config.tombstoneNs,
                           &config.udpIdleNs,
                           &config.failedFlowNs,
                           &config.keyCacheNs,
                           &config.absentCacheNs,
                           &config.timeoutCacheNs,
                           &config.keyWaitNs,
                           &config.handshakeEndNs,
                           &config.epochNs,
                           &config.oldEpochNs,
                           &config.epochAnswerNs,
                           &config.retrySlotNs})
    {
        *time = std::min(*time, LONGEST_NS);
    }
    for (uint64_t* time : {&config.timeWindowMs, &config.startGuardMs, &config.pinMs})
    {
        *time = std::min(*time, LONGEST_MS);
    }
    config.sessionIdleNs = std::max<uint64_t>(config.sessionIdleNs, 1);
    return config;
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
                           const Callbacks& callbacks)
    : m_config(Bounded(config)),
      m_epochLimits{m_config.epochNs,
                    m_config.oldEpochNs,
                    m_config.epochReserve,
                    m_config.maxPacketNumber},
      m_random(random),
      m_cipher(cipher ? std::move(cipher) : std::make_shared<const SodiumChaChaPoly>()),
      m_callbacks(callbacks),
      m_retrySecrets(random, m_config.retrySlotNs),
      m_initLimits(config, DrawSeed<2>(random)),
      m_resets(DrawSeed<2>(random), config.limitBuckets, config.resetRate),
      m_secret(DrawSecret(random)),
      m_peerIndices(DrawSeed<2>(random)),
      m_ring(config.icmpRing),
      m_aliases(DrawSeed<3>(random)),
      m_flows(DrawSeed<3>(random),
              config.maxFlows,
              std::max<size_t>(config.maxFlows / SITE_SHARE, 1),
              m_sessions),
      m_tombstones(DrawSeed<2>(random), config.maxTombstones),
      m_peerSessions(DrawSeed<3>(random), std::max<size_t>(config.maxSessions / SITE_SHARE, 1)),
      m_keys(config.maxKeyAnswers),
      m_pins(config.maxPins),
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

Verdict
EndpointCore::DropOrPass(const Meta& meta, Reason reason)
{
    // PROTOCOL, Sessions: "Unmarked and not authentic: up unchanged." It was only tried: the reason
    // is nobody's (GEN-3).
    return meta.marked ? Drop(reason) : Verdict{Outcome::PASS, reason, 0};
}

void
EndpointCore::PushReply(const Meta& meta, const uint8_t* packet, size_t size)
{
    Action& action = Push(Action::Kind::SEND);
    action.protocol = meta.protocol;
    action.local = meta.local;
    action.peer = meta.peer;
    action.bytes.Assign(packet, size);
    if (m_layout == Layout::U)
    {
        action.mark = false;
        AddUdpShell({m_shell.destinationPort, m_shell.sourcePort},
                    meta.local,
                    meta.peer,
                    action.bytes);
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
    if (session.layout == Layout::U)
    {
        action.mark = false;
        PutInShell(session, action.bytes);
    }
}

uint16_t
EndpointCore::DrawDynamicPort()
{
    uint8_t bytes[2];
    m_random.Fill(Purpose::PORT, bytes, sizeof bytes);
    return static_cast<uint16_t>(DYNAMIC_FIRST + wire::Load16(bytes) % DYNAMIC_COUNT);
}

void
EndpointCore::Begin(const Clock& clock)
{
    // A clock that goes back ends nothing: 20 ms less must not look like 584 years more.
    const uint64_t before = m_now.monotonicNs;
    m_now = clock;
    m_now.monotonicNs = std::max(before, clock.monotonicNs);
    m_latestUnixMs = std::max(m_latestUnixMs, clock.unixMs);
    m_retrySecrets.Expire(m_now.monotonicNs);
    if (m_now.unixMs >= m_retireMs)
    {
        RetireKeys();
    }
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
        Session& session = *FindSession(id);
        m_timers.erase(m_timers.begin());
        session.deadlineNs = NEVER_NS;
        session.epochs.Expire(m_now.monotonicNs);
        if (session.client)
        {
            ClientTimer(session);
        }
        else
        {
            ServerTimer(session);
        }
        Session* left = FindSession(id);
        if (left != nullptr)
        {
            SetDeadline(*left);
        }
    }
    // No deadline is kept for what only ends by being idle: whoever ticks now and then ends it, and
    // has its keys wiped.
    if (m_now.monotonicNs - m_sweptNs >= SWEEP_TICK_NS)
    {
        SweepAll();
    }
}

uint64_t
EndpointCore::NextDeadlineNs() const
{
    const uint64_t half = m_halfEnds.empty() ? NEVER_NS : m_halfEnds.front().first;
    return m_timers.empty() ? half : std::min(half, m_timers.begin()->first);
}

uint64_t
EndpointCore::DeadlineOf(const Session& session) const
{
    if (session.IsPending())
    {
        const ClientPending& pending = *session.clientPending;
        const uint64_t own =
            session.clientState == ClientState::RESOLVE ? pending.resolveEndNs : pending.nextNs;
        return pending.fallbacks.empty() ? own : std::min(own, pending.fallbacks.front().first);
    }
    if (!session.client && session.serverState == ServerState::WAIT)
    {
        return session.serverPending->respNs;
    }
    return std::min({session.answerNs, session.confirmNs, session.epochs.ExpiryNs()});
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

FlowInfo
EndpointCore::FindFlow(const FlowKey& key) const
{
    FlowInfo info;
    const FlowEntry* flow = m_flows.Find(key);
    if (flow == nullptr || IsLapsed(*flow))
    {
        return info;
    }
    info.client = flow->outbound != 0;
    if (flow->kind != FlowKind::BOUND)
    {
        info.state = flow->kind == FlowKind::CLEAR ? FlowState::CLEAR : FlowState::FAILED;
        info.reason = m_flows.DetailOf(*flow).reason;
        return info;
    }
    const Session& session = SessionOf(*flow);
    info.state = session.IsPending() ? FlowState::WAITING : FlowState::SST;
    info.index = session.ownIndex;
    info.coverage = session.coverage;
    info.layout = session.layout;
    info.epoch = session.epochs.Epoch();
    info.number = session.epochs.NextNumber();
    return info;
}

bool
EndpointCore::SkipNumbers(uint32_t index, uint64_t number)
{
    Session* session = FindByIndex(index);
    return session != nullptr && session->HasKeys() && session->epochs.Skip(number);
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
