/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/flow-table.h"

#include <cstring>

namespace sst
{

namespace
{

constexpr size_t INITIAL_SLOTS = 64; //!< a power of two

/// Multiply and fold: 64 x 64 -> 128 bits, both halves combined.
uint64_t
Mix(uint64_t a, uint64_t b)
{
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// Keyed hash of an address and 64 more bits.
uint64_t
KeyedHash(const std::array<uint64_t, 3>& seed, const IpAddress& address, uint64_t rest)
{
    uint64_t high;
    uint64_t low;
    std::memcpy(&high, address.bytes.data(), sizeof high);
    std::memcpy(&low, address.bytes.data() + sizeof high, sizeof low);
    return Mix(Mix(high ^ seed[0], low ^ seed[1]) ^ rest, seed[2] | 1);
}

} // namespace

void
FlowList::Add(FlowEntry& entry)
{
    entry.previous = nullptr;
    entry.next = head;
    if (head != nullptr)
    {
        head->previous = &entry;
    }
    head = &entry;
    ++size;
}

void
FlowList::Remove(FlowEntry& entry)
{
    if (entry.previous != nullptr)
    {
        entry.previous->next = entry.next;
    }
    else
    {
        head = entry.next;
    }
    if (entry.next != nullptr)
    {
        entry.next->previous = entry.previous;
    }
    entry.previous = nullptr;
    entry.next = nullptr;
    --size;
}

size_t
FlowTable::SiteHash::operator()(const IpAddress& site) const
{
    return static_cast<size_t>(KeyedHash(seed, site, site.length));
}

FlowTable::FlowTable(const std::array<uint64_t, 3>& seed, size_t maxFlows, size_t maxFlowsPerSite)
    : m_seed(seed),
      m_maxFlows(maxFlows),
      m_maxFlowsPerSite(maxFlowsPerSite),
      m_slots(INITIAL_SLOTS),
      m_mask(INITIAL_SLOTS - 1),
      m_sites(8, SiteHash{seed})
{
}

FlowEntry*
FlowTable::Find(const FlowKey& key) const
{
    const uint64_t hash = Hash(key);
    const auto tag = static_cast<uint32_t>(hash >> 32);
    for (size_t at = hash & m_mask;; at = (at + 1) & m_mask)
    {
        const Slot& slot = m_slots[at];
        if (slot.id == 0)
        {
            return nullptr;
        }
        if (slot.tag == tag)
        {
            FlowEntry& entry = At(slot.id);
            if (entry.key == key)
            {
                return &entry;
            }
        }
    }
}

FlowEntry*
FlowTable::Insert(const FlowKey& key)
{
    // PROTOCOL, Sessions: "65 536 in all, one peer address (/64) at most a sixteenth; full refuses
    // new ones, never evicts."
    const IpAddress site = key.peer.Site();
    const auto found = m_sites.find(site);
    if (m_size >= m_maxFlows || (found != m_sites.end() && found->second >= m_maxFlowsPerSite) ||
        m_maxFlowsPerSite == 0)
    {
        return nullptr;
    }
    if ((m_size + 1) * 2 > m_slots.size())
    {
        Grow();
    }
    if (m_free.empty())
    {
        const auto base = static_cast<uint32_t>(m_chunks.size() * CHUNK);
        m_chunks.push_back(std::make_unique<FlowEntry[]>(CHUNK));
        for (uint32_t i = CHUNK; i > 0; --i)
        {
            m_free.push_back(base + i);
        }
    }
    const uint32_t id = m_free.back();
    m_free.pop_back();
    FlowEntry& entry = At(id);
    entry = FlowEntry();
    entry.key = key;
    entry.id = id;
    Place(Hash(key), id);
    ++m_size;
    ++m_sites[site];
    return &entry;
}

void
FlowTable::Erase(FlowEntry& entry)
{
    const auto site = m_sites.find(entry.key.peer.Site());
    if (--site->second == 0)
    {
        m_sites.erase(site);
    }
    size_t hole = Hash(entry.key) & m_mask;
    while (m_slots[hole].id != entry.id)
    {
        hole = (hole + 1) & m_mask;
    }
    // Close the gap: move back every entry of the run that may stand at the hole.
    for (size_t at = (hole + 1) & m_mask; m_slots[at].id != 0; at = (at + 1) & m_mask)
    {
        const size_t home = Hash(At(m_slots[at].id).key) & m_mask;
        if (((at - home) & m_mask) >= ((at - hole) & m_mask))
        {
            m_slots[hole] = m_slots[at];
            hole = at;
        }
    }
    m_slots[hole] = Slot();
    m_free.push_back(entry.id);
    --m_size;
}

size_t
FlowTable::Size() const
{
    return m_size;
}

FlowEntry*
FlowTable::Step(size_t steps)
{
    for (size_t i = 0; i < steps; ++i)
    {
        m_cursor = (m_cursor + 1) & m_mask;
        if (m_slots[m_cursor].id != 0)
        {
            return &At(m_slots[m_cursor].id);
        }
    }
    return nullptr;
}

uint64_t
FlowTable::Hash(const FlowKey& key) const
{
    const uint64_t rest = (static_cast<uint64_t>(key.peer.length) << 40) |
                          (static_cast<uint64_t>(key.protocol) << 32) |
                          (static_cast<uint64_t>(key.localPort) << 16) | key.peerPort;
    return KeyedHash(m_seed, key.peer, rest);
}

FlowEntry&
FlowTable::At(uint32_t id) const
{
    return m_chunks[(id - 1) / CHUNK][(id - 1) % CHUNK];
}

void
FlowTable::Place(uint64_t hash, uint32_t id)
{
    size_t at = hash & m_mask;
    while (m_slots[at].id != 0)
    {
        at = (at + 1) & m_mask;
    }
    m_slots[at].id = id;
    m_slots[at].tag = static_cast<uint32_t>(hash >> 32);
}

void
FlowTable::Grow()
{
    std::vector<Slot> old(m_slots.size() * 2);
    old.swap(m_slots);
    m_mask = m_slots.size() - 1;
    for (const Slot& slot : old)
    {
        if (slot.id != 0)
        {
            Place(Hash(At(slot.id).key), slot.id);
        }
    }
}

} // namespace sst
