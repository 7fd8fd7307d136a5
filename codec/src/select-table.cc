/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "select-table.h"

namespace sst
{

Session*
SelectTable::First(const SelectKey& key) const
{
    const auto found = m_first.find(key);
    return found != m_first.end() ? found->second : nullptr;
}

void
SelectTable::Add(Session& session, const SelectKey& key)
{
    const auto entry = m_first.emplace(key, nullptr).first;
    Session** end = &entry->second;
    while (*end != nullptr)
    {
        end = &(*end)->nextSelected;
    }
    *end = &session;
    session.nextSelected = nullptr;
    session.selected = &*entry;
}

void
SelectTable::Remove(Session& session)
{
    if (session.selected == nullptr)
    {
        return;
    }
    SelectMap::value_type& entry = *session.selected;
    Session** place = &entry.second;
    while (*place != &session)
    {
        place = &(*place)->nextSelected;
    }
    *place = session.nextSelected;
    session.nextSelected = nullptr;
    session.selected = nullptr;
    if (entry.second == nullptr)
    {
        m_first.erase(SelectKey(entry.first));
    }
}

size_t
SelectTable::Size() const
{
    return m_first.size();
}

} // namespace sst
