/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/flow-table.h"

#include "keyed-hash.h"
#include "session-arena.h"
#include "sst/prefetch.h"

#include <cstring>

namespace sst
{

namespace
{

constexpr size_t INITIAL_SLOTS = 64;               //!< even
constexpr uint64_t KEPT_UNITS = uint64_t{1} << 31; //!< ages told exactly: 24 days

} // namespace

FlowTable::FlowTable(const std::array<uint64_t, 3>& seed,
                     size_t maxFlows,
                     size_t maxFlowsPerSite,
                     const SessionArena& sessions)
    : m_seed(seed),
      m_maxFlows(maxFlows),
      m_sessions(sessions),
      m_slots(INITIAL_SLOTS),
      m_sites(seed, maxFlowsPerSite)
{
}

FlowEntry*
FlowTable::Find(const FlowKey& key) const
{
    const uint32_t tag = Hash(key);
    for (size_t at = Home(tag);;)
    {
        const Slot& slot = m_slots[at];
        if (slot.id == 0)
        {
            return nullptr;
        }
        if (slot.tag == tag)
        {
            FlowEntry& entry = *At(slot.id);
            if (Is(entry, key))
            {
                return &entry;
            }
        }
        at = at + 1 < m_slots.size() ? at + 1 : 0;
    }
}

uint32_t
FlowTable::PrefetchSlot(const FlowKey& key) const
{
    const uint32_t hash = Hash(key);
    PrefetchLine(&m_slots[Home(hash)]);
    return hash;
}

const FlowEntry*
FlowTable::PrefetchEntry(uint32_t hash) const
{
    for (size_t at = Home(hash); m_slots[at].id != 0; at = at + 1 < m_slots.size() ? at + 1 : 0)
    {
        if (m_slots[at].tag == hash)
        {
            Prefetch(m_slots[at].id);
            return At(m_slots[at].id);
        }
    }
    return nullptr;
}

FlowEntry*
FlowTable::Insert(const FlowKey& key, uint64_t nowNs, size_t kept)
{
    // PROTOCOL, Sessions: "65 536 in all, one peer address (/64) at most a sixteenth; full refuses
    // new ones, never evicts."
    if (m_size + kept >= m_maxFlows || !m_sites.Add(key.peer))
    {
        return nullptr;
    }
    if (IsCrowded(m_size + 1, m_slots.size()))
    {
        Grow();
    }
    if (m_free == 0)
    {
        AddChunk();
    }
    const uint32_t id = m_free;
    FlowEntry& entry = *At(id);
    m_free = entry.next;
    entry = FlowEntry();
    entry.id = id;
    entry.protocol = key.protocol;
    entry.localPort = key.localPort;
    entry.peerPort = key.peerPort;
    entry.wirePort = key.peerPort;
    entry.hasDetail = 1;
    m_details[id].peer = key.peer;
    Touch(entry, nowNs);
    Place({id, Hash(key)});
    ++m_size;
    return &entry;
}

void
FlowTable::Erase(FlowEntry& entry)
{
    const FlowKey key = KeyOf(entry);
    m_sites.Remove(key.peer);
    const auto next = [this](size_t at) { return at + 1 < m_slots.size() ? at + 1 : 0; };
    size_t hole = Home(Hash(key));
    while (m_slots[hole].id != entry.id)
    {
        hole = next(hole);
    }
    // Close the gap: move back every entry of the run that may stand at the hole.
    for (size_t at = next(hole); m_slots[at].id != 0; at = next(at))
    {
        if (Distance(Home(m_slots[at].tag), at) >= Distance(hole, at))
        {
            m_slots[hole] = m_slots[at];
            hole = at;
        }
    }
    m_slots[hole] = Slot();
    DropDetail(entry);
    entry.next = m_free;
    m_free = entry.id;
    --m_size;
}

FlowKey
FlowTable::KeyOf(const FlowEntry& entry) const
{
    return {entry.protocol, entry.localPort, PeerOf(entry), entry.peerPort};
}

void
FlowTable::Bind(FlowEntry& entry, uint32_t slot, FlowList& list)
{
    entry.kind = FlowKind::BOUND;
    entry.session = slot;
    entry.previous = 0;
    entry.next = list.head;
    if (list.head != 0)
    {
        At(list.head)->previous = entry.id;
    }
    list.head = entry.id;
    ++list.size;
}

void
FlowTable::Unbind(FlowEntry& entry, FlowList& list)
{
    if (entry.hasDetail == 0)
    {
        const IpAddress peer = PeerOf(entry);
        m_details[entry.id].peer = peer;
        entry.hasDetail = 1;
    }
    Unlink(entry, list);
    entry.session = 0;
}

void
FlowTable::EraseBound(FlowEntry& entry, FlowList& list)
{
    Unlink(entry, list);
    Erase(entry);
}

void
FlowTable::Unlink(FlowEntry& entry, FlowList& list)
{
    if (entry.previous != 0)
    {
        At(entry.previous)->next = entry.next;
    }
    else
    {
        list.head = entry.next;
    }
    if (entry.next != 0)
    {
        At(entry.next)->previous = entry.previous;
    }
    --list.size;
}

FlowDetail&
FlowTable::DetailOf(const FlowEntry& entry)
{
    return m_details.at(entry.id);
}

const FlowDetail&
FlowTable::DetailOf(const FlowEntry& entry) const
{
    return m_details.at(entry.id);
}

void
FlowTable::DropDetail(FlowEntry& entry)
{
    if (entry.hasDetail != 0)
    {
        m_details.erase(entry.id);
        entry.hasDetail = 0;
    }
}

size_t
FlowTable::Size() const
{
    return m_size;
}

size_t
FlowTable::DetailCount() const
{
    return m_details.size();
}

FlowEntry*
FlowTable::Step(size_t steps)
{
    for (size_t i = 0; i < steps; ++i)
    {
        m_cursor = m_cursor + 1 < m_slots.size() ? m_cursor + 1 : 0;
        if (m_slots[m_cursor].id != 0)
        {
            return At(m_slots[m_cursor].id);
        }
    }
    return nullptr;
}

uint32_t
FlowTable::Hash(const FlowKey& key) const
{
    uint64_t high;
    uint64_t low;
    std::memcpy(&high, key.peer.bytes.data(), sizeof high);
    std::memcpy(&low, key.peer.bytes.data() + sizeof high, sizeof low);
    const uint64_t rest = (static_cast<uint64_t>(key.peer.length) << 40) |
                          (static_cast<uint64_t>(key.protocol) << 32) |
                          (static_cast<uint64_t>(key.localPort) << 16) | key.peerPort;
    return static_cast<uint32_t>(KeyedHash(m_seed, high, low, rest) >> 32);
}

const IpAddress&
FlowTable::PeerOf(const FlowEntry& entry) const
{
    return entry.session != 0 ? m_sessions.At(entry.session).peer : DetailOf(entry).peer;
}

bool
FlowTable::Is(const FlowEntry& entry, const FlowKey& key) const
{
    return entry.peerPort == key.peerPort && entry.localPort == key.localPort &&
           entry.protocol == key.protocol && PeerOf(entry) == key.peer;
}

size_t
FlowTable::Home(uint32_t tag) const
{
    return SlotOfHash(tag, m_slots.size());
}

size_t
FlowTable::Distance(size_t from, size_t to) const
{
    return to >= from ? to - from : to + m_slots.size() - from;
}

void
FlowTable::Place(Slot slot)
{
    size_t at = Home(slot.tag);
    while (m_slots[at].id != 0)
    {
        at = at + 1 < m_slots.size() ? at + 1 : 0;
    }
    m_slots[at] = slot;
}

void
FlowTable::Grow()
{
    std::vector<Slot> old(GrownSlots(m_slots.size()));
    old.swap(m_slots);
    for (const Slot& slot : old)
    {
        if (slot.id != 0)
        {
            Place(slot);
        }
    }
}

void
FlowTable::AddChunk()
{
    const auto base = static_cast<uint32_t>(m_chunks.size() * CHUNK);
    m_chunks.push_back(std::make_unique<FlowEntry[]>(CHUNK));
    for (uint32_t i = CHUNK; i > 0; --i)
    {
        FlowEntry& entry = m_chunks.back()[i - 1];
        entry.next = m_free;
        m_free = base + i;
    }
}

void
FlowTable::Rebase(uint64_t nowNs)
{
    // Once in 24 days at most; entries older than what is kept stay as old as that.
    const uint64_t units = (nowNs - m_baseNs) / TIME_UNIT_NS;
    const uint64_t shift = units - KEPT_UNITS;
    m_baseNs += shift * TIME_UNIT_NS;
    for (const Slot& slot : m_slots)
    {
        if (slot.id != 0)
        {
            FlowEntry& entry = *At(slot.id);
            entry.lastSeen =
                entry.lastSeen > shift ? static_cast<uint32_t>(entry.lastSeen - shift) : 0;
        }
    }
}

} // namespace sst
