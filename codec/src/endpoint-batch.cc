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

/// Packets fetched ahead together: what they touch fits into the second-level cache with room.
constexpr size_t GROUP = 32;

/// @return true for a segment or packet of TCP or UDP that shows 4 bytes
bool
HasPorts(const BatchItem& item)
{
    return (item.meta.protocol == PROTOCOL_TCP || item.meta.protocol == PROTOCOL_UDP) &&
           item.buffer->Size() >= wire::COVERAGE_PORTS_BYTES;
}

} // namespace

// With 10^5 sessions the memory decides: each step below reads what the step before it fetched, for
// a whole group, so that the waiting times overlap.

void
EndpointCore::EgressBatch(BatchItem* items, size_t count, const Clock& clock)
{
    uint32_t hashes[GROUP];
    const FlowEntry* flows[GROUP];
    for (size_t begin = 0; begin < count; begin += GROUP)
    {
        BatchItem* group = items + begin;
        const size_t size = std::min(GROUP, count - begin);
        for (size_t i = 0; i < size; ++i)
        {
            hashes[i] = 0;
            if (HasPorts(group[i]))
            {
                const uint8_t* ports = group[i].buffer->Data();
                hashes[i] = m_flows.PrefetchSlot({group[i].meta.protocol,
                                                  wire::Load16(ports),
                                                  group[i].meta.peer,
                                                  wire::Load16(ports + 2)});
            }
        }
        for (size_t i = 0; i < size; ++i)
        {
            flows[i] = HasPorts(group[i]) ? m_flows.PrefetchEntry(hashes[i]) : nullptr;
        }
        for (size_t i = 0; i < size; ++i)
        {
            if (flows[i] != nullptr && flows[i]->session != 0)
            {
                m_sessions.At(flows[i]->session).PrefetchForSending();
            }
        }
        for (size_t i = 0; i < size; ++i)
        {
            group[i].verdict = Egress(group[i].meta, group[i].request, *group[i].buffer, clock);
        }
    }
}

void
EndpointCore::IngressBatch(BatchItem* items, size_t count, const Clock& clock)
{
    const Session* sessions[GROUP];
    for (size_t begin = 0; begin < count; begin += GROUP)
    {
        BatchItem* group = items + begin;
        const size_t size = std::min(GROUP, count - begin);
        for (size_t i = 0; i < size; ++i)
        {
            if (HasPorts(group[i]))
            {
                m_indices.Prefetch(wire::IndexOf(group[i].buffer->Data()));
            }
        }
        for (size_t i = 0; i < size; ++i)
        {
            const uint8_t* packet = group[i].buffer->Data();
            sessions[i] = HasPorts(group[i]) ? FindByIndex(wire::IndexOf(packet)) : nullptr;
            if (sessions[i] != nullptr && group[i].buffer->Size() >= wire::DATA_OVERHEAD)
            {
                sessions[i]->PrefetchForReceiving(wire::Load32(packet + wire::DATA_NUMBER));
            }
        }
        for (size_t i = 0; i < size; ++i)
        {
            if (sessions[i] != nullptr && sessions[i]->flows.head != 0)
            {
                m_flows.Prefetch(sessions[i]->flows.head);
            }
        }
        for (size_t i = 0; i < size; ++i)
        {
            group[i].verdict = Ingress(group[i].meta, *group[i].buffer, clock);
        }
    }
}

} // namespace sst
