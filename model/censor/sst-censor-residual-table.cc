/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-residual-table.h"

#include <iterator>

namespace ns3
{

size_t
SstCensorResidualTable::Hash::operator()(const Key& key) const
{
    uint64_t hash = key.client.Hash() * 31 + key.server.Hash();
    hash =
        hash * 0x9e3779b97f4a7c15ULL + (static_cast<uint64_t>(key.clientPort) << 24 |
                                        static_cast<uint64_t>(key.serverPort) << 8 | key.protocol);
    return hash * 0x9e3779b97f4a7c15ULL;
}

void
SstCensorResidualTable::SetBound(size_t bound)
{
    m_bound = bound;
    while (m_index.size() > m_bound)
    {
        m_index.erase(m_order.front().key);
        m_order.pop_front();
    }
}

void
SstCensorResidualTable::Insert(const Key& key, int64_t until)
{
    if (m_bound == 0)
    {
        return;
    }
    const auto found = m_index.find(key);
    if (found != m_index.end())
    {
        found->second->until = until;
        m_order.splice(m_order.end(), m_order, found->second);
        return;
    }
    if (m_index.size() >= m_bound)
    {
        m_index.erase(m_order.front().key);
        m_order.pop_front();
    }
    m_order.push_back({key, until});
    m_index.emplace(key, std::prev(m_order.end()));
}

bool
SstCensorResidualTable::Contains(const Key& key, int64_t now)
{
    const auto found = m_index.find(key);
    if (found == m_index.end())
    {
        return false;
    }
    if (found->second->until > now)
    {
        return true;
    }
    m_order.erase(found->second);
    m_index.erase(found);
    return false;
}

} // namespace ns3
