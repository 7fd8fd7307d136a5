/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/tombstone-table.h"

#include <algorithm>
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
TombstoneTable::Add(const FlowKey& key, uint64_t endNs, Kind kind, bool brief)
{
    Remove(key);
    // Draft, TOMB-5: "tombstones of flows opened here and of flows that peers opened apart, and of
    // each those for 24 h apart from shorter ones".
    const auto row = static_cast<uint8_t>((kind == Kind::OUTBOUND ? 2 : 0) + (brief ? 1 : 0));
    if (m_capacity == 0)
    {
        return;
    }
    const size_t capacity = brief ? std::max<size_t>(m_capacity / BRIEF_SHARE, 1) : m_capacity;
    std::list<Stone>& stones = m_rows[row];
    if (stones.size() >= capacity)
    {
        m_map.erase(stones.front().key);
        stones.pop_front();
    }
    Stone stone;
    stone.key = key;
    stone.endNs = endNs;
    stone.kind = kind;
    stone.row = row;
    stones.push_back(stone);
    m_map[key] = std::prev(stones.end());
}

TombstoneTable::Kind
TombstoneTable::Find(const FlowKey& key, uint64_t nowNs) const
{
    const auto found = m_map.find(key);
    return found == m_map.end() || nowNs >= found->second->endNs ? Kind::NONE : found->second->kind;
}

void
TombstoneTable::NoteSyn(const FlowKey& key, uint32_t sequence)
{
    const auto found = m_map.find(key);
    if (found != m_map.end() && found->second->kind != Kind::OUTBOUND)
    {
        found->second->sequence = sequence;
        found->second->hasSequence = true;
    }
}

bool
TombstoneTable::IsAnswer(const FlowKey& key, uint32_t acknowledgment) const
{
    const auto found = m_map.find(key);
    return found != m_map.end() && found->second->hasSequence &&
           acknowledgment == found->second->sequence + 1;
}

void
TombstoneTable::Remove(const FlowKey& key)
{
    const auto found = m_map.find(key);
    if (found != m_map.end())
    {
        m_rows[found->second->row].erase(found->second);
        m_map.erase(found);
    }
}

void
TombstoneTable::Expire(uint64_t nowNs)
{
    for (std::list<Stone>& stones : m_rows)
    {
        while (!stones.empty() && stones.front().endNs <= nowNs)
        {
            m_map.erase(stones.front().key);
            stones.pop_front();
        }
    }
}

size_t
TombstoneTable::Size() const
{
    return m_map.size();
}

} // namespace sst
