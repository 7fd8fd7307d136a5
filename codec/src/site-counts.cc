/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/site-counts.h"

#include "keyed-hash.h"

#include <cstring>

namespace sst
{

namespace
{

constexpr size_t INITIAL_SLOTS = 16; //!< even

} // namespace

SiteCounts::SiteCounts(const std::array<uint64_t, 3>& seed, size_t most)
    : m_seed(seed),
      m_most(most),
      m_slots(INITIAL_SLOTS)
{
}

bool
SiteCounts::Add(const IpAddress& address)
{
    Slot wanted = SlotOf(address);
    size_t at = FindSlot(wanted);
    if (m_slots[at].count >= m_most)
    {
        return false;
    }
    if (m_slots[at].count > 0)
    {
        ++m_slots[at].count;
        return true;
    }
    if (IsCrowded(m_size + 1, m_slots.size()))
    {
        Grow();
        at = FindSlot(wanted);
    }
    wanted.count = 1;
    m_slots[at] = wanted;
    ++m_size;
    return true;
}

void
SiteCounts::Remove(const IpAddress& address)
{
    size_t hole = FindSlot(SlotOf(address));
    if (--m_slots[hole].count > 0)
    {
        return;
    }
    // Close the gap: move back every slot of the run that may stand at the hole.
    const auto distance = [this](size_t from, size_t to) {
        return to >= from ? to - from : to + m_slots.size() - from;
    };
    for (size_t at = Next(hole); m_slots[at].count != 0; at = Next(at))
    {
        if (distance(Home(m_slots[at]), at) >= distance(hole, at))
        {
            m_slots[hole] = m_slots[at];
            hole = at;
        }
    }
    m_slots[hole] = Slot();
    --m_size;
}

size_t
SiteCounts::Count(const IpAddress& address) const
{
    return m_slots[FindSlot(SlotOf(address))].count;
}

size_t
SiteCounts::Size() const
{
    return m_size;
}

SiteCounts::Slot
SiteCounts::SlotOf(const IpAddress& address)
{
    const IpAddress site = address.Site();
    Slot slot;
    std::memcpy(&slot.prefix, site.bytes.data(), sizeof slot.prefix);
    slot.length = site.length;
    return slot;
}

size_t
SiteCounts::Home(const Slot& slot) const
{
    const uint64_t hash = KeyedHash(m_seed, slot.prefix, slot.length, 0);
    return SlotOfHash(static_cast<uint32_t>(hash >> 32), m_slots.size());
}

size_t
SiteCounts::FindSlot(const Slot& wanted) const
{
    size_t at = Home(wanted);
    while (m_slots[at].count != 0 &&
           (m_slots[at].prefix != wanted.prefix || m_slots[at].length != wanted.length))
    {
        at = Next(at);
    }
    return at;
}

size_t
SiteCounts::Next(size_t at) const
{
    return at + 1 < m_slots.size() ? at + 1 : 0;
}

void
SiteCounts::Grow()
{
    std::vector<Slot> old(GrownSlots(m_slots.size()));
    old.swap(m_slots);
    for (const Slot& slot : old)
    {
        if (slot.count != 0)
        {
            m_slots[FindSlot(slot)] = slot;
        }
    }
}

} // namespace sst
