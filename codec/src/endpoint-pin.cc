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
        m_flows.DetailOf(*flow).pinName = request.name;
    }
    return verdict;
}

bool
EndpointCore::MayFallBack(const FlowEntry& flow) const
{
    // PIN-7: "Whether a name is pinned MUST be decided when a flow would fall back, not when it
    // begins."
    const FlowDetail& detail = m_flows.DetailOf(flow);
    return detail.policy == Policy::OPPORTUNISTIC && !m_pins.IsPinned(detail.pinName, m_now.unixMs);
}

bool
EndpointCore::RaisePolicy(Session& session, FlowEntry& flow, const Request& request)
{
    // POL-8: "A flow that waits MUST be under `require` from when a segment of it asks for that (or
    // for `pin`, the name it asks for being pinned), and under `pin` with the name asked for from
    // when one asks for that and it was under `opportunistic`".
    const bool pinned = m_pins.IsPinned(request.name, m_now.unixMs);
    FlowDetail& detail = m_flows.DetailOf(flow);
    if (EffectivePolicy(request.policy, pinned) == Policy::REQUIRE)
    {
        detail.policy = Policy::REQUIRE;
        detail.fallbackNs = 0;
        return FailUnusable(session, flow);
    }
    if (request.policy == Policy::PIN && detail.pinName.empty())
    {
        detail.pinName = request.name;
    }
    return false;
}

void
EndpointCore::PinName(const std::string& name, uint64_t untilMs)
{
    if (untilMs != 0)
    {
        m_pins.Put(name, untilMs, m_now.unixMs);
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
