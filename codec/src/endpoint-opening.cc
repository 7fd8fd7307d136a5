/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"

#include <algorithm>

namespace sst
{

Verdict
EndpointCore::OpenFlow(const Meta& meta,
                       const Request& request,
                       const SegmentView& view,
                       const FlowKey& key,
                       Buffer& segment)
{
    FlowEntry* flow = NewFlow(key);
    if (flow == nullptr)
    {
        return Drop(Reason::FLOWS_FULL);
    }
    flow->outbound = 1;
    flow->answered = 1;
    FlowDetail& detail = m_flows.DetailOf(*flow);
    detail.policy = request.policy;
    detail.hasSequence = view.IsOpening();
    detail.sequence = view.sequence;
    bool ask = true;
    const KeyStore::Item* item = m_keys.Find(request.name, meta.peer, m_now.monotonicNs);
    if (item != nullptr)
    {
        const KeyEntry* usable = FirstUsable(item->keys, m_now.unixMs);
        switch (item->answer)
        {
        case KeyAnswer::KEYS:
            if (usable != nullptr)
            {
                return OpenFlowWithKeys(meta, request, view, *flow, *item, *usable, segment);
            }
            // All of them expired: ask again.
            break;
        case KeyAnswer::ABSENT:
            return request.policy == Policy::OPPORTUNISTIC ? FallBackAtOnce(*flow, Reason::NO_KEY)
                                                           : FailAtOnce(*flow, Reason::NO_KEY);
        case KeyAnswer::TIMEOUT:
            return request.policy == Policy::OPPORTUNISTIC
                       ? FallBackAtOnce(*flow, Reason::KEY_TIMEOUT)
                       : FailAtOnce(*flow, Reason::KEY_TIMEOUT);
        case KeyAnswer::UNUSABLE:
            if (request.policy != Policy::OPPORTUNISTIC)
            {
                return FailAtOnce(*flow, Reason::KEY_UNUSABLE);
            }
            ask = false;
            break;
        }
    }
    if (!HasSessionRoom())
    {
        return FailAtOnce(*flow, Reason::SESSIONS_FULL);
    }
    Session& session = ResolveSession(meta, request, ask);
    if (!ask)
    {
        session.clientPending->keyReason = Reason::KEY_UNUSABLE;
    }
    WaitOn(session, *flow);
    Enqueue(session, *flow, meta, &request, view, segment);
    SetDeadline(session);
    return {Outcome::WAIT};
}

Verdict
EndpointCore::OpenFlowWithKeys(const Meta& meta,
                               const Request& request,
                               const SegmentView& view,
                               FlowEntry& flow,
                               const KeyStore::Item& item,
                               const KeyEntry& key,
                               Buffer& segment)
{
    const bool offersU = OffersU(key, item.udpPort);
    const Selection selection{meta.local,
                              meta.peer,
                              key.publicKey,
                              request.coverage,
                              PaddingCode(request),
                              request.layout,
                              StartOf(request.layout, offersU, item.preferU),
                              item.udpPort};
    if (selection.start == LayoutStart::REFUSED)
    {
        return request.policy == Policy::OPPORTUNISTIC
                   ? FallBackAtOnce(flow, Reason::LAYOUT_UNSUPPORTED)
                   : FailAtOnce(flow, Reason::LAYOUT_UNSUPPORTED);
    }
    Session* session = SelectSession(selection);
    if (session != nullptr && !session->IsPending())
    {
        Bind(flow, *session);
        const FlowKey bound = m_flows.KeyOf(flow);
        PushEvent(Action::Event::FLOW_BOUND, Reason::NONE, session, &bound);
        return EgressBound(flow, meta, &request, view, segment);
    }
    if (session != nullptr)
    {
        WaitOn(*session, flow);
        Enqueue(*session, flow, meta, &request, view, segment);
        SetDeadline(*session);
        return {Outcome::WAIT};
    }
    if (!HasSessionRoom())
    {
        return FailAtOnce(flow, Reason::SESSIONS_FULL);
    }
    const KeyEntry entry = key;
    Session& fresh = NewClientSession(meta, request);
    WaitOn(fresh, flow);
    Enqueue(fresh, flow, meta, &request, view, segment);
    StartHandshake(fresh, entry, selection);
    return {Outcome::WAIT};
}

Verdict
EndpointCore::FallBackAtOnce(FlowEntry& flow, Reason reason)
{
    flow.kind = FlowKind::CLEAR;
    m_flows.DetailOf(flow).reason = reason;
    const FlowKey key = m_flows.KeyOf(flow);
    PushEvent(Action::Event::FLOW_FELL_BACK, reason, nullptr, &key);
    return Pass(reason);
}

Verdict
EndpointCore::FailAtOnce(FlowEntry& flow, Reason reason)
{
    Fail(flow, reason);
    return Drop(reason);
}

void
EndpointCore::FallBackDue(Session& session)
{
    // PROTOCOL, Client: "Policy `opportunistic` gives up after 3 s."
    ClientPending& pending = *session.clientPending;
    while (!pending.fallbacks.empty() && pending.fallbacks.front().first <= m_now.monotonicNs)
    {
        const auto [dueNs, key] = pending.fallbacks.front();
        pending.fallbacks.pop_front();
        FlowEntry* flow = m_flows.Find(key);
        if (flow != nullptr && flow->session == session.slot &&
            m_flows.DetailOf(*flow).fallbackNs == dueNs)
        {
            if (!MayFallBack(*flow))
            {
                m_flows.DetailOf(*flow).policy = Policy::REQUIRE;
                FailUnusable(session, *flow);
                continue;
            }
            FallBack(session,
                     *flow,
                     session.clientState == ClientState::RESOLVE ? pending.keyReason
                                                                 : Reason::HANDSHAKE_TIMEOUT);
        }
    }
    CloseIfEmpty(session);
}

bool
EndpointCore::FailUnusable(Session& session, FlowEntry& flow)
{
    // POL-4: "A flow under `require` MUST fail instead, with the same reasons, at once for an
    // unusable value".
    if (session.clientState != ClientState::RESOLVE ||
        session.clientPending->keyReason != Reason::KEY_UNUSABLE)
    {
        return false;
    }
    FailWaiting(session, flow, Reason::KEY_UNUSABLE);
    return true;
}

void
EndpointCore::FailWaiting(Session& session, FlowEntry& flow, Reason reason)
{
    std::vector<PendingSegment> segments;
    TakeWaiting(session, m_flows.KeyOf(flow), segments);
    for (const PendingSegment& segment : segments)
    {
        PushDrop(segment.cookie, reason);
    }
    Fail(flow, reason);
}

void
EndpointCore::FallBack(Session& session, FlowEntry& flow, Reason reason)
{
    std::vector<PendingSegment> segments;
    const FlowKey key = m_flows.KeyOf(flow);
    TakeWaiting(session, key, segments);
    Unbind(flow);
    flow.kind = FlowKind::CLEAR;
    m_flows.DetailOf(flow).reason = reason;
    m_flows.Touch(flow, m_now.monotonicNs);
    Note(reason);
    PushEvent(Action::Event::FLOW_FELL_BACK, reason, nullptr, &key);
    for (const PendingSegment& segment : segments)
    {
        if (segment.cookie != 0)
        {
            Action& action = Push(Action::Kind::PASS);
            action.cookie = segment.cookie;
            action.reason = reason;
        }
    }
}

void
EndpointCore::Fail(FlowEntry& flow, Reason reason)
{
    Unbind(flow);
    flow.kind = FlowKind::FAILED;
    m_flows.DetailOf(flow).reason = reason;
    m_flows.Touch(flow, m_now.monotonicNs);
    const FlowKey key = m_flows.KeyOf(flow);
    PushEvent(Action::Event::FLOW_FAILED, reason, nullptr, &key);
}

void
EndpointCore::FailSession(Session& session, Reason reason, bool mayFallBack)
{
    while (session.flows.head != 0)
    {
        FlowEntry& flow = *m_flows.At(session.flows.head);
        if (mayFallBack && MayFallBack(flow))
        {
            FallBack(session, flow, reason);
            continue;
        }
        Fail(flow, reason);
    }
    // What still waits is dropped with the session.
    CloseSession(session, reason);
}

void
EndpointCore::TakeWaiting(Session& session, const FlowKey& flow, std::vector<PendingSegment>& out)
{
    ClientPending& pending = *session.clientPending;
    if (pending.early && pending.early->flow == flow)
    {
        // The INIT that carries it must not go out again.
        out.push_back(std::move(*pending.early));
        pending.early.reset();
        pending.renew = true;
    }
    pending.queue.Extract(flow, out);
}

void
EndpointCore::MoveWaiting(Session& from, Session& to)
{
    while (from.flows.head != 0)
    {
        FlowEntry& flow = *m_flows.At(from.flows.head);
        Unbind(flow);
        if (to.IsPending())
        {
            WaitOn(to, flow);
        }
        else
        {
            Bind(flow, to);
            const FlowKey key = m_flows.KeyOf(flow);
            PushEvent(Action::Event::FLOW_BOUND, Reason::NONE, &to, &key);
        }
    }
    PendingQueue& queue = from.clientPending->queue;
    if (!to.IsPending())
    {
        (void)FlushQueue(to, queue);
        CloseIfEmpty(from);
        return;
    }
    while (!queue.IsEmpty())
    {
        std::vector<PendingSegment> dropped;
        to.clientPending->queue.Push(queue.Pop(), dropped);
        for (const PendingSegment& segmentDropped : dropped)
        {
            PushDrop(segmentDropped.cookie, Reason::QUEUE_OVERFLOW);
        }
    }
    SetDeadline(to);
    CloseIfEmpty(from);
}

void
EndpointCore::CloseIfEmpty(Session& session)
{
    if (session.flows.size == 0 &&
        Step(session.clientState, ClientEvent::EMPTY).action == ClientAction::CLOSE)
    {
        CloseSession(session, Reason::ABANDONED);
    }
}

void
EndpointCore::Abandon(const FlowKey& key, const Clock& clock)
{
    Begin(clock);
    FlowEntry* flow = m_flows.Find(key);
    if (flow == nullptr || flow->kind == FlowKind::CLEAR)
    {
        return;
    }
    if (flow->kind == FlowKind::FAILED)
    {
        // What the stack still sends for it stays shut in: the entry ends by itself.
        return;
    }
    if (!SessionOf(*flow).IsPending())
    {
        return;
    }
    Session& session = SessionOf(*flow);
    std::vector<PendingSegment> segments;
    TakeWaiting(session, key, segments);
    for (const PendingSegment& segment : segments)
    {
        PushDrop(segment.cookie, Reason::ABANDONED);
    }
    Fail(*flow, Reason::ABANDONED);
    CloseIfEmpty(session);
}

} // namespace sst
