/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/pending-queue.h"

#include <algorithm>
#include <utility>

namespace sst
{

PendingQueue::PendingQueue(size_t maxPackets, size_t maxBytes)
    : m_maxPackets(maxPackets),
      m_maxBytes(maxBytes)
{
}

void
PendingQueue::Push(PendingSegment&& segment, std::vector<PendingSegment>& dropped)
{
    // PROTOCOL, Client: "other segments wait (64 packets, 256 KiB; oldest dropped)".
    m_bytes += segment.bytes.size();
    m_segments.push_back(std::move(segment));
    while (!IsEmpty() && (m_segments.size() > m_maxPackets || m_bytes > m_maxBytes))
    {
        dropped.push_back(Pop());
    }
}

bool
PendingQueue::IsEmpty() const
{
    return m_segments.empty();
}

const PendingSegment&
PendingQueue::Front() const
{
    return m_segments.front();
}

PendingSegment
PendingQueue::Pop()
{
    PendingSegment segment = std::move(m_segments.front());
    m_segments.pop_front();
    m_bytes -= segment.bytes.size();
    return segment;
}

void
PendingQueue::PutBack(PendingSegment&& segment)
{
    m_bytes += segment.bytes.size();
    m_segments.push_front(std::move(segment));
}

void
PendingQueue::Extract(const FlowKey& flow, std::vector<PendingSegment>& out)
{
    std::deque<PendingSegment> kept;
    for (PendingSegment& segment : m_segments)
    {
        if (segment.flow == flow)
        {
            m_bytes -= segment.bytes.size();
            out.push_back(std::move(segment));
        }
        else
        {
            kept.push_back(std::move(segment));
        }
    }
    m_segments.swap(kept);
}

bool
PendingQueue::HasOpening(const FlowKey& flow, uint32_t sequence) const
{
    return std::any_of(m_segments.begin(), m_segments.end(), [&](const PendingSegment& segment) {
        return segment.opening && segment.sequence == sequence && segment.flow == flow;
    });
}

size_t
PendingQueue::Size() const
{
    return m_segments.size();
}

size_t
PendingQueue::ByteCount() const
{
    return m_bytes;
}

} // namespace sst
