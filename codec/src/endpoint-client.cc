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

/// Draft, CLI-1: "The client MUST send INITs at 0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63, 123, 183
/// and 243 s after the first one, until RESP is accepted."
constexpr uint64_t INIT_TIMES_S[] = {0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63, 123, 183, 243};
constexpr size_t INIT_COUNT = sizeof INIT_TIMES_S / sizeof INIT_TIMES_S[0];
constexpr size_t INIT_IDENTICAL = 4; //!< the first of them carry one e
constexpr size_t INIT_TURN = 2;      //!< LayoutStart::N_THEN_U: the first INIT in U, at 3 s

} // namespace

Session*
EndpointCore::SelectSession(const Selection& selection)
{
    // An open session first, then one that will be open sooner than a new one.
    const Layout first = selection.start == LayoutStart::U ? Layout::U : Layout::N;
    Session* best = SelectSession(selection, first);
    if (best == nullptr || best->IsPending())
    {
        Session* other = SelectSession(selection, first == Layout::U ? Layout::N : Layout::U);
        if (other != nullptr && (best == nullptr || !other->IsPending()))
        {
            best = other;
        }
    }
    return best;
}

Session*
EndpointCore::SelectSession(const Selection& selection, Layout layout)
{
    Session* next = nullptr;
    for (Session* session = m_select.First(selection.KeyOf(layout)); session != nullptr;
         session = next)
    {
        // Closing an idle session takes it out of the list.
        next = session->nextSelected;
        const bool suits = session->IsPending() ? session->clientPending->choice == selection.choice
                                                : MayUse(selection.choice, session->layout);
        if (!suits)
        {
            continue;
        }
        if (session->epochs.NextNumber() < m_config.maxPacketNumber && !CloseIfIdle(*session) &&
            session->flows.size < m_config.maxFlowsPerSession)
        {
            return session;
        }
    }
    return nullptr;
}

Session&
EndpointCore::ResolveSession(const Meta& meta, const Request& request, bool ask)
{
    // KEYQ-12: "Flows that ask for the same name, addresses, coverage, padding and layout while a
    // question is open MUST wait for it together". "A flow that waits by POL-3 waits for no
    // question."
    const ResolveKey key{request.name,
                         meta.local,
                         meta.peer,
                         request.coverage,
                         PaddingCode(request),
                         request.layout,
                         ask};
    const auto found = m_resolve.find(key);
    if (found != m_resolve.end() && found->second->flows.size < m_config.maxFlowsPerSession)
    {
        return *found->second;
    }
    Session& session = NewClientSession(meta, request);
    session.clientState = Step(session.clientState, ClientEvent::NO_KEYS_YET).next;
    session.clientPending->resolveEndNs = m_now.monotonicNs + m_config.keyWaitNs;
    session.clientPending->asked = ask;
    m_resolve[key] = &session;
    if (ask)
    {
        Action& action = Push(Action::Kind::RESOLVE);
        action.name = request.name;
        action.local = meta.local;
        action.peer = meta.peer;
    }
    return session;
}

bool
EndpointCore::IsRepeatedSyn(const Session& session,
                            const FlowKey& flow,
                            const SegmentView& view) const
{
    const ClientPending& pending = *session.clientPending;
    return (pending.early && pending.early->opening && pending.early->flow == flow &&
            pending.early->sequence == view.sequence) ||
           pending.queue.HasOpening(flow, view.sequence);
}

void
EndpointCore::WaitOn(Session& session, FlowEntry& flow)
{
    Bind(flow, session);
    FlowDetail& detail = m_flows.DetailOf(flow);
    if (detail.policy == Policy::OPPORTUNISTIC)
    {
        if (detail.fallbackNs == 0)
        {
            detail.fallbackNs = m_now.monotonicNs + m_config.fallbackNs;
        }
        auto& fallbacks = session.clientPending->fallbacks;
        const std::pair<uint64_t, FlowKey> item{detail.fallbackNs, m_flows.KeyOf(flow)};
        fallbacks.insert(
            std::upper_bound(fallbacks.begin(),
                             fallbacks.end(),
                             item,
                             [](const auto& a, const auto& b) { return a.first < b.first; }),
            item);
    }
}

void
EndpointCore::Enqueue(Session& session,
                      FlowEntry& flow,
                      const Meta& meta,
                      const Request* request,
                      const SegmentView& view,
                      const Buffer& segment)
{
    PendingSegment waiting;
    waiting.flow = m_flows.KeyOf(flow);
    waiting.cookie = meta.cookie;
    waiting.opening = view.IsOpening();
    waiting.earlySyn = view.IsPureSyn();
    waiting.earlyUdp = view.protocol == PROTOCOL_UDP && request != nullptr && request->earlyUdp;
    waiting.sequence = view.sequence;
    waiting.headerSize = view.headerSize;
    waiting.mtu = meta.mtu;
    waiting.bytes.assign(segment.Data(), segment.Data() + segment.Size());
    ZeroChecksum(view.protocol, waiting.bytes.data());
    Touch(flow, view, true);
    std::vector<PendingSegment> dropped;
    session.clientPending->queue.Push(std::move(waiting), dropped);
    for (const PendingSegment& segmentDropped : dropped)
    {
        PushDrop(segmentDropped.cookie, Reason::QUEUE_OVERFLOW);
    }
}

ResolveKey
EndpointCore::ResolveKeyOf(const Session& session) const
{
    const ClientPending& pending = *session.clientPending;
    return {pending.name,
            session.local,
            session.peer,
            session.coverage,
            session.padding,
            pending.choice,
            pending.asked};
}

void
EndpointCore::EndQuestion(const Session& session)
{
    const auto resolve = m_resolve.find(ResolveKeyOf(session));
    if (resolve != m_resolve.end() && resolve->second == &session)
    {
        m_resolve.erase(resolve);
    }
}

void
EndpointCore::StartHandshake(Session& session, const KeyEntry& key, const Selection& selection)
{
    ClientPending& pending = *session.clientPending;
    EndQuestion(session);
    session.clientState = Step(session.clientState, ClientEvent::KEYS).next;
    pending.startNs = m_now.monotonicNs;
    pending.udpPort = selection.udpPort;
    if (selection.start == LayoutStart::U)
    {
        session.layout = Layout::U;
        if (!GivePort(session))
        {
            if (selection.choice == LayoutChoice::U)
            {
                FailSession(session, Reason::LAYOUT_UNSUPPORTED, true);
                return;
            }
            // UDP-7: "as if layout U were not served"
            session.layout = Layout::N;
            pending.judged = true;
        }
    }
    SelectBy(session, key);
    if (!SendFreshInit(session))
    {
        FailSession(session, Reason::KEY_UNUSABLE, false);
        return;
    }
    SetDeadline(session);
}

void
EndpointCore::SelectBy(Session& session, const KeyEntry& key)
{
    m_select.Remove(session);
    session.clientPending->key = key;
    m_select.Add(session,
                 SelectKey{session.local,
                           session.peer,
                           key.publicKey,
                           session.layout,
                           session.coverage,
                           session.padding});
}

void
EndpointCore::SwitchKey(Session& session)
{
    ClientPending& pending = *session.clientPending;
    const KeyEntry key = *pending.nextKey;
    pending.nextKey.reset();
    pending.udpPort = pending.nextPort;
    if (session.layout == Layout::U)
    {
        session.peerPort = pending.udpPort;
    }
    SelectBy(session, key);
    if (pending.early && !IsEarly(session, *pending.early))
    {
        // What the new entry does not allow in INIT waits for RESP, ahead of all else.
        pending.queue.PutBack(std::move(*pending.early));
        pending.early.reset();
    }
}

bool
EndpointCore::IsEarly(const Session& session, const PendingSegment& segment) const
{
    // PROTOCOL, Client: "Early data in INIT: a TCP SYN without payload, when the DNS entry's flag
    // bit 0 is set; a UDP datagram only when both the socket and flag bit 1 allow it and it fits
    // the path MTU; else type 59."
    const uint8_t flags = session.clientPending->key.flags;
    if (segment.earlySyn)
    {
        return (flags & KEY_FLAG_EARLY_SYN) != 0;
    }
    if (!segment.earlyUdp || (flags & KEY_FLAG_EARLY_UDP) == 0)
    {
        return false;
    }
    HandshakePayload payload;
    payload.options.coverage = session.coverage;
    payload.segment = {segment.bytes.data(), segment.bytes.size()};
    const size_t header =
        IpHeaderSize(session.peer) + (session.layout == Layout::U ? wire::UDP_HEADER_SIZE : 0);
    return header + InitSize(payload) <= (segment.mtu != 0 ? segment.mtu : UNKNOWN_MTU);
}

void
EndpointCore::ChooseEarly(Session& session)
{
    ClientPending& pending = *session.clientPending;
    if (!pending.early && !pending.queue.IsEmpty() && IsEarly(session, pending.queue.Front()))
    {
        pending.early = pending.queue.Pop();
    }
    if (pending.early)
    {
        session.protocol = pending.early->flow.protocol;
    }
    else if (!pending.queue.IsEmpty())
    {
        session.protocol = pending.queue.Front().flow.protocol;
    }
    else if (session.flows.head != 0)
    {
        session.protocol = m_flows.At(session.flows.head)->protocol;
    }
    if (session.layout == Layout::U)
    {
        session.protocol = PROTOCOL_UDP;
    }
}

bool
EndpointCore::SendFreshInit(Session& session)
{
    ClientPending& pending = *session.clientPending;
    if (pending.nextKey)
    {
        SwitchKey(session);
    }
    ChooseEarly(session);
    GiveIndex(session);
    SecretKey ephemeral;
    m_random.Fill(Purpose::EPHEMERAL, ephemeral.Data(), SecretKey::SIZE);
    HandshakePayload payload;
    payload.timeMs = m_now.unixMs;
    payload.options.coverage = session.coverage;
    if (pending.early)
    {
        payload.type = pending.early->flow.protocol;
        payload.segment = {pending.early->bytes.data(), pending.early->bytes.size()};
    }
    pending.handshake.emplace(*m_cipher,
                              pending.key.publicKey,
                              pending.key.keyId,
                              session.protocol,
                              session.layout,
                              session.ownIndex);
    pending.renew = false;
    pending.tokenCount = 0;
    if (pending.handshake->WriteInit(ephemeral, payload, pending.init) != Reason::NONE)
    {
        return false;
    }
    SendInit(session);
    return true;
}

void
EndpointCore::PushInit(Session& session)
{
    const ClientPending& pending = *session.clientPending;
    PushPacket(session,
               pending.init.data(),
               pending.init.size(),
               pending.early ? pending.early->cookie : 0,
               false);
}

void
EndpointCore::SendInit(Session& session)
{
    ClientPending& pending = *session.clientPending;
    PushInit(session);
    ++pending.sent;
    pending.nextNs =
        pending.startNs + (pending.sent < INIT_COUNT ? INIT_TIMES_S[pending.sent] * NS_PER_S
                                                     : m_config.handshakeEndNs);
}

void
EndpointCore::AskAgain(Session& session)
{
    // A server that changed its key answers nothing to INITs for the old one.
    ClientPending& pending = *session.clientPending;
    if (pending.askedAgain)
    {
        return;
    }
    pending.askedAgain = true;
    Action& action = Push(Action::Kind::RESOLVE);
    action.name = pending.name;
    action.local = session.local;
    action.peer = session.peer;
}

void
EndpointCore::ClientTimer(Session& session)
{
    if (session.IsPending())
    {
        const uint64_t id = session.id;
        FallBackDue(session);
        if (FindSession(id) == nullptr)
        {
            return;
        }
    }
    const ClientAction action = Step(session.clientState, ClientEvent::TIMER).action;
    if (action == ClientAction::ANSWER)
    {
        if (!AnswerDue(session))
        {
            ConfirmDue(session);
        }
    }
    else if (action == ClientAction::FAIL &&
             session.clientPending->resolveEndNs <= m_now.monotonicNs)
    {
        FailSession(session, session.clientPending->keyReason, true);
    }
    else if (action == ClientAction::RESEND && session.clientPending->nextNs <= m_now.monotonicNs)
    {
        ClientPending& pending = *session.clientPending;
        if (pending.sent >= INIT_COUNT ||
            pending.startNs + m_config.handshakeEndNs <= m_now.monotonicNs)
        {
            session.clientState = Step(session.clientState, ClientEvent::EXHAUSTED).next;
            FailSession(session, Reason::HANDSHAKE_TIMEOUT, true);
        }
        else
        {
            SendNextInit(session);
        }
    }
}

void
EndpointCore::SendNextInit(Session& session)
{
    ClientPending& pending = *session.clientPending;
    // CLI-17: "Times of CLI-1 that passed unnoticed MUST count as the latest of them".
    while (pending.sent + 1 < INIT_COUNT &&
           pending.startNs + INIT_TIMES_S[pending.sent + 1] * NS_PER_S <= m_now.monotonicNs)
    {
        ++pending.sent;
    }
    const bool turns =
        pending.sent >= INIT_TURN && !pending.judged && MayTurn(session) && TurnToShell(session);
    pending.judged = pending.judged || pending.sent >= INIT_TURN;
    if (pending.sent < INIT_IDENTICAL && !pending.renew && !turns)
    {
        SendInit(session);
        return;
    }
    if (SendFreshInit(session))
    {
        AskAgain(session);
    }
    else
    {
        FailSession(session, Reason::KEY_UNUSABLE, false);
    }
}

void
EndpointCore::ProvideKeys(const std::string& name,
                          const IpAddress& address,
                          KeyAnswer answer,
                          const std::vector<KeyEntry>& keys,
                          const Clock& clock,
                          uint16_t udpPort)
{
    Begin(clock);
    const KeyEntry* usable = answer == KeyAnswer::KEYS ? FirstUsable(keys, m_now.unixMs) : nullptr;
    if (answer == KeyAnswer::KEYS && usable == nullptr)
    {
        answer = KeyAnswer::UNUSABLE;
    }
    const uint64_t lifetime = answer == KeyAnswer::KEYS      ? m_config.keyCacheNs
                              : answer == KeyAnswer::TIMEOUT ? m_config.timeoutCacheNs
                                                             : m_config.absentCacheNs;
    // What was learnt with a key holds as long as the key is known.
    const KeyStore::Item* known = m_keys.Find(name, address, m_now.monotonicNs);
    const KeyEntry* former = known != nullptr ? FirstUsable(known->keys, m_now.unixMs) : nullptr;
    const bool preferU = usable != nullptr && former != nullptr && known->preferU &&
                         former->publicKey == usable->publicKey;
    if (answer != KeyAnswer::TIMEOUT || known == nullptr || known->answer != KeyAnswer::KEYS)
    {
        m_keys.Put(name,
                   address,
                   {answer,
                    answer == KeyAnswer::KEYS ? keys : std::vector<KeyEntry>(),
                    m_now.monotonicNs + lifetime,
                    udpPort,
                    preferU});
    }
    if (answer == KeyAnswer::KEYS)
    {
        PinName(name, PinEnd(keys, m_now.unixMs, m_config.pinMs));
    }
    std::vector<uint64_t> waiting;
    for (auto next = m_pendings.lower_bound({name, address, 0});
         next != m_pendings.end() && std::get<0>(*next) == name && std::get<1>(*next) == address;
         ++next)
    {
        const uint64_t id = std::get<2>(*next);
        const Session& session = *FindSession(id);
        if (session.clientState == ClientState::RESOLVE)
        {
            waiting.push_back(id);
        }
        else if (usable != nullptr)
        {
            // The INIT on its way is for the old key; the next fresh one is for the new one.
            ClientPending& pending = *session.clientPending;
            const bool changed =
                usable->publicKey != pending.key.publicKey || usable->keyId != pending.key.keyId;
            pending.nextKey = changed ? std::optional<KeyEntry>(*usable) : std::nullopt;
            // KEYQ-9: "and the port of that answer, or the port before where that has none"
            pending.nextPort = udpPort != 0 ? udpPort : pending.udpPort;
        }
    }
    for (const uint64_t id : waiting)
    {
        Session* found = FindSession(id);
        if (found == nullptr)
        {
            continue;
        }
        Session& session = *found;
        if (answer != KeyAnswer::KEYS)
        {
            KeysFailed(session,
                       answer == KeyAnswer::ABSENT     ? Reason::NO_KEY
                       : answer == KeyAnswer::UNUSABLE ? Reason::KEY_UNUSABLE
                                                       : Reason::KEY_TIMEOUT);
            continue;
        }
        KeysArrived(session, *usable, udpPort, preferU);
    }
}

void
EndpointCore::KeysArrived(Session& session, const KeyEntry& key, uint16_t udpPort, bool preferU)
{
    const LayoutChoice choice = session.clientPending->choice;
    const Selection selection{session.local,
                              session.peer,
                              key.publicKey,
                              session.coverage,
                              session.padding,
                              choice,
                              StartOf(choice, OffersU(key, udpPort), preferU),
                              udpPort};
    if (selection.start == LayoutStart::REFUSED)
    {
        FailSession(session, Reason::LAYOUT_UNSUPPORTED, true);
        return;
    }
    Session* other = SelectSession(selection);
    if (other != nullptr && other->flows.size + session.flows.size <= m_config.maxFlowsPerSession)
    {
        MoveWaiting(session, *other);
    }
    else
    {
        StartHandshake(session, key, selection);
    }
}

void
EndpointCore::KeysFailed(Session& session, Reason reason)
{
    if (reason != Reason::KEY_UNUSABLE)
    {
        FailSession(session, reason, true);
        return;
    }
    // PROTOCOL, DNS: an invalid value is "present but unusable, never "absent"": opportunistic
    // flows wait for their 3 s.
    EndQuestion(session);
    session.clientPending->keyReason = reason;
    for (FlowEntry* flow = m_flows.At(session.flows.head); flow != nullptr;)
    {
        FlowEntry* next = m_flows.At(flow->next);
        if (!MayFallBack(*flow))
        {
            FailWaiting(session, *flow, reason);
        }
        flow = next;
    }
    CloseIfEmpty(session);
}

} // namespace sst
