/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/index-table.h"

namespace sst
{

namespace
{

constexpr size_t INITIAL_SLOTS = 16; //!< a power of two

} // namespace

IndexTable::IndexTable()
    : m_slots(INITIAL_SLOTS),
      m_mask(INITIAL_SLOTS - 1)
{
}

void
IndexTable::Insert(uint32_t index, uint32_t session)
{
    if ((m_size + 1) * 2 > m_slots.size())
    {
        Grow();
    }
    size_t at = index & m_mask;
    while (m_slots[at].session != 0)
    {
        at = (at + 1) & m_mask;
    }
    m_slots[at].session = session;
    m_slots[at].index = index;
    ++m_size;
}

bool
IndexTable::Erase(uint32_t index)
{
    size_t hole = index & m_mask;
    while (m_slots[hole].session != 0 && m_slots[hole].index != index)
    {
        hole = (hole + 1) & m_mask;
    }
    if (m_slots[hole].session == 0)
    {
        return false;
    }
    // Close the gap: move back every entry of the run that may stand at the hole.
    for (size_t at = (hole + 1) & m_mask; m_slots[at].session != 0; at = (at + 1) & m_mask)
    {
        const size_t home = m_slots[at].index & m_mask;
        if (((at - home) & m_mask) >= ((at - hole) & m_mask))
        {
            m_slots[hole] = m_slots[at];
            hole = at;
        }
    }
    m_slots[hole] = Slot();
    --m_size;
    return true;
}

size_t
IndexTable::Size() const
{
    return m_size;
}

void
IndexTable::Grow()
{
    std::vector<Slot> old(m_slots.size() * 2);
    old.swap(m_slots);
    m_mask = m_slots.size() - 1;
    m_size = 0;
    for (const Slot& slot : old)
    {
        if (slot.session != 0)
        {
            Insert(slot.index, slot.session);
        }
    }
}

} // namespace sst
