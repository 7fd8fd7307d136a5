/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/tombstone-table.h"

#include <cstring>
#include <sodium.h>

namespace sst
{

size_t
TombstoneTable::Hash::operator()(const FlowKey& key) const
{
    uint8_t bytes[22];
    std::memcpy(bytes, key.peer.bytes.data(), 16);
    bytes[16] = key.peer.length;
    bytes[17] = key.protocol;
    std::memcpy(bytes + 18, &key.localPort, sizeof key.localPort);
    std::memcpy(bytes + 20, &key.peerPort, sizeof key.peerPort);
    uint8_t out[crypto_shorthash_BYTES];
    static_assert(sizeof seed == crypto_shorthash_KEYBYTES, "SipHash key");
    crypto_shorthash(out, bytes, sizeof bytes, reinterpret_cast<const uint8_t*>(seed.data()));
    size_t hash;
    std::memcpy(&hash, out, sizeof hash);
    return hash;
}

TombstoneTable::TombstoneTable(const std::array<uint64_t, 2>& seed, size_t capacity)
    : m_capacity(capacity),
      m_map(8, Hash{seed})
{
}

void
TombstoneTable::Add(const FlowKey& key, uint64_t endNs, bool outbound)
{
    Remove(key);
    if (m_capacity == 0)
    {
        return;
    }
    if (m_stones.size() >= m_capacity)
    {
        m_map.erase(m_stones.front().key);
        m_stones.pop_front();
    }
    m_stones.push_back({key, endNs, outbound});
    m_map[key] = std::prev(m_stones.end());
}

TombstoneTable::Kind
TombstoneTable::Find(const FlowKey& key, uint64_t nowNs) const
{
    const auto found = m_map.find(key);
    if (found == m_map.end() || nowNs >= found->second->endNs)
    {
        return Kind::NONE;
    }
    return found->second->outbound ? Kind::OUTBOUND : Kind::INBOUND;
}

void
TombstoneTable::Remove(const FlowKey& key)
{
    const auto found = m_map.find(key);
    if (found != m_map.end())
    {
        m_stones.erase(found->second);
        m_map.erase(found);
    }
}

void
TombstoneTable::Expire(uint64_t nowNs)
{
    while (!m_stones.empty() && m_stones.front().endNs <= nowNs)
    {
        m_map.erase(m_stones.front().key);
        m_stones.pop_front();
    }
}

size_t
TombstoneTable::Size() const
{
    return m_stones.size();
}

} // namespace sst
