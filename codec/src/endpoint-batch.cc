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

/// Packets fetched ahead together: what they touch fits into the first-level cache.
constexpr size_t GROUP = 16;

constexpr size_t LINE = 64; //!< bytes of a cache line

/// Fetch ahead `size` bytes.
void
PrefetchBytes(const void* data, size_t size)
{
    const auto* bytes = static_cast<const uint8_t*>(data);
    for (size_t at = 0; at < size; at += LINE)
    {
        __builtin_prefetch(bytes + at);
    }
}

/// Fetch ahead what sealing or opening a DATA packet reads of a session.
void
PrefetchSession(const Session& session)
{
    PrefetchBytes(&session, sizeof session);
}

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
                m_slots.Prefetch(flows[i]->session);
            }
        }
        for (size_t i = 0; i < size; ++i)
        {
            if (flows[i] != nullptr && flows[i]->session != 0)
            {
                PrefetchSession(m_slots.At(flows[i]->session));
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
    Session* sessions[GROUP];
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
            sessions[i] = HasPorts(group[i])
                              ? m_indices.Find(wire::IndexOf(group[i].buffer->Data()))
                              : nullptr;
            if (sessions[i] != nullptr)
            {
                PrefetchSession(*sessions[i]);
            }
        }
        for (size_t i = 0; i < size; ++i)
        {
            if (sessions[i] != nullptr && sessions[i]->flows.head != 0)
            {
                __builtin_prefetch(m_flows.At(sessions[i]->flows.head));
            }
        }
        for (size_t i = 0; i < size; ++i)
        {
            group[i].verdict = Ingress(group[i].meta, *group[i].buffer, clock);
        }
    }
}

} // namespace sst
