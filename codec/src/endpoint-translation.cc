/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"
#include "sst/wire.h"

namespace sst
{

namespace
{

constexpr size_t ALIAS_DRAWS = 64; //!< before a flow is refused

} // namespace

FlowEntry*
EndpointCore::FindCarried(const Session& session,
                          uint8_t protocol,
                          uint16_t localPort,
                          uint16_t wirePort)
{
    // The flow opened last: most sessions have no other, and it needs no search.
    FlowEntry* flow = m_flows.At(session.flows.head);
    if (flow != nullptr && flow->localPort == localPort && flow->wirePort == wirePort &&
        flow->protocol == protocol && !IsLapsed(*flow))
    {
        return flow;
    }
    flow = Lookup({protocol, localPort, session.peer, wirePort});
    if (flow != nullptr && flow->kind == FlowKind::BOUND && flow->session == session.slot &&
        flow->wirePort == wirePort)
    {
        return flow;
    }
    if (session.aliases == 0)
    {
        return nullptr;
    }
    flow = m_flows.At(m_aliases.Find({session.slot, protocol, localPort, wirePort}));
    if (flow != nullptr && IsLapsed(*flow))
    {
        EndFlow(*flow);
        return nullptr;
    }
    return flow;
}

bool
EndpointCore::DrawAlias(const Session& session, FlowKey& key)
{
    for (size_t i = 0; i < ALIAS_DRAWS; ++i)
    {
        key.peerPort = DrawDynamicPort();
        if (m_flows.Find(key) == nullptr && !m_tombstones.Has(key, m_now.monotonicNs) &&
            !(m_callbacks.usesInClear && m_callbacks.usesInClear(key, session.local)))
        {
            return true;
        }
    }
    return false;
}

void
EndpointCore::Translate(FlowEntry& flow, Session& session, uint16_t wirePort)
{
    flow.wirePort = wirePort;
    m_aliases.Insert({session.slot, flow.protocol, flow.localPort, wirePort}, flow.id);
    ++session.aliases;
}

void
EndpointCore::EndTranslation(const FlowEntry& flow, Session& session)
{
    if (flow.IsTranslated())
    {
        m_aliases.Erase({session.slot, flow.protocol, flow.localPort, flow.wirePort});
        --session.aliases;
    }
}

} // namespace sst
