/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

// Policy::PIN: names seen with the strict flag.

#include "endpoint-core.h"

namespace sst
{

Verdict
EndpointCore::EgressPin(const Meta& meta,
                        const Request& request,
                        const SegmentView& view,
                        Buffer& segment)
{
    const FlowKey key{view.protocol, view.sourcePort, meta.peer, view.destinationPort};
    Request effective = request;
    effective.policy = EffectivePolicy(request.policy, m_pins.IsPinned(request.name, m_now.unixMs));
    const Verdict verdict = EgressTransport(meta, &effective, view, segment);
    const FlowEntry* flow = m_flows.Find(key);
    if (flow != nullptr && flow->kind == FlowKind::BOUND && flow->hasDetail != 0)
    {
        FlowDetail& detail = m_flows.DetailOf(*flow);
        detail.pin = detail.policy == Policy::OPPORTUNISTIC;
    }
    return verdict;
}

void
EndpointCore::PinName(const std::string& name, uint64_t untilMs)
{
    if (untilMs == 0)
    {
        return;
    }
    m_pins.Put(name, untilMs);
    if (!m_pins.IsPinned(name, m_now.unixMs))
    {
        return;
    }
    // Flows that wait with this name began before it was pinned: from now on they do not fall back.
    for (auto next = m_pendings.lower_bound({name, IpAddress(), 0});
         next != m_pendings.end() && std::get<0>(*next) == name;
         ++next)
    {
        const Session& session = *FindSession(std::get<2>(*next));
        for (const FlowEntry* flow = m_flows.At(session.flows.head); flow != nullptr;
             flow = m_flows.At(flow->next))
        {
            FlowDetail& detail = m_flows.DetailOf(*flow);
            if (detail.pin)
            {
                detail.pin = false;
                detail.policy = Policy::REQUIRE;
            }
        }
    }
}

std::vector<Pin>
EndpointCore::Pins() const
{
    return m_pins.List(m_now.unixMs);
}

void
EndpointCore::SetPins(const std::vector<Pin>& pins)
{
    for (const Pin& pin : pins)
    {
        PinName(pin.name, pin.untilMs);
    }
}

} // namespace sst
