/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "session-slots.h"

namespace sst
{

uint32_t
SessionSlots::Add(Session* session)
{
    const auto value = reinterpret_cast<uintptr_t>(session);
    ++m_size;
    if (m_free == 0)
    {
        m_slots.push_back(value);
        return static_cast<uint32_t>(m_slots.size());
    }
    const uint32_t slot = m_free;
    m_free = static_cast<uint32_t>(m_slots[slot - 1] >> 1);
    m_slots[slot - 1] = value;
    return slot;
}

void
SessionSlots::Remove(uint32_t slot)
{
    m_slots[slot - 1] = (static_cast<uintptr_t>(m_free) << 1) | FREE;
    m_free = slot;
    --m_size;
}

Session*
SessionSlots::Find(uint32_t slot) const
{
    if (slot == 0 || slot > m_slots.size() || (m_slots[slot - 1] & FREE) != 0)
    {
        return nullptr;
    }
    return reinterpret_cast<Session*>(m_slots[slot - 1]);
}

size_t
SessionSlots::Size() const
{
    return m_size;
}

uint32_t
SessionSlots::Last() const
{
    return static_cast<uint32_t>(m_slots.size());
}

} // namespace sst
