/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/replay-cache.h"

#include "sst/hash.h"

#include <algorithm>
#include <cstring>

namespace sst
{

size_t
ReplayCache::IdHash::operator()(const Id& id) const
{
    size_t hash = 0;
    std::memcpy(&hash, id.data(), sizeof hash);
    return hash;
}

ReplayCache::ReplayCache(const SecretKey& key, size_t capacity, uint64_t lifetimeNs)
    : m_key(key),
      m_capacity(capacity),
      m_lifetimeNs(lifetimeNs)
{
}

ReplayCache::Result
ReplayCache::Insert(const uint8_t* ephemeral, uint64_t nowNs)
{
    Turn(nowNs);
    const Digest digest = HmacSha256({m_key.Data(), SecretKey::SIZE}, {ephemeral, 32});
    Id id;
    std::copy_n(digest.begin(), id.size(), id.begin());
    if (m_young.count(id) != 0 || m_old.count(id) != 0)
    {
        return Result::SEEN;
    }
    if (Size() >= m_capacity)
    {
        return Result::FULL;
    }
    m_young.insert(id);
    return Result::FRESH;
}

size_t
ReplayCache::Size() const
{
    return m_young.size() + m_old.size();
}

void
ReplayCache::Turn(uint64_t nowNs)
{
    if (nowNs - m_startNs < m_lifetimeNs)
    {
        return;
    }
    m_old.clear();
    if (nowNs - m_startNs < 2 * m_lifetimeNs)
    {
        m_old.swap(m_young);
    }
    m_young.clear();
    m_startNs = nowNs;
}

} // namespace sst
