/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "icmp-ring.h"

namespace sst
{

IcmpRing::IcmpRing(size_t capacity)
    : m_capacity(capacity)
{
}

const SentSegment*
IcmpRing::Find(uint32_t session, uint32_t number) const
{
    for (const SentSegment& entry : m_entries)
    {
        if (entry.number == number && entry.session == session && entry.protocol != 0)
        {
            return &entry;
        }
    }
    return nullptr;
}

void
IcmpRing::Wrap()
{
    if (m_entries.empty())
    {
        m_entries.resize(m_capacity);
    }
    m_next = 0;
}

} // namespace sst
