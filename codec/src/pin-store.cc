/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/pin-store.h"

#include <algorithm>
#include <iterator>

namespace sst
{

PinStore::PinStore(size_t capacity)
    : m_capacity(capacity)
{
}

void
PinStore::Put(const std::string& name, uint64_t untilMs, uint64_t unixMs)
{
    if (name.empty() || m_capacity == 0)
    {
        return;
    }
    const auto known = m_names.find(name);
    if (known != m_names.end())
    {
        known->second->untilMs = std::max(known->second->untilMs, untilMs);
        m_pins.splice(m_pins.end(), m_pins, known->second);
        return;
    }
    if (m_pins.size() >= m_capacity)
    {
        // Draft, PIN-4: "one that is over, otherwise the one whose name was seen with the flag
        // least lately, makes room."
        auto first = std::find_if(m_pins.begin(), m_pins.end(), [unixMs](const Pin& pin) {
            return pin.untilMs <= unixMs;
        });
        if (first == m_pins.end())
        {
            first = m_pins.begin();
        }
        m_names.erase(first->name);
        m_pins.erase(first);
    }
    m_pins.push_back({name, untilMs});
    m_names[name] = std::prev(m_pins.end());
}

bool
PinStore::IsPinned(const std::string& name, uint64_t unixMs) const
{
    const auto found = m_names.find(name);
    return found != m_names.end() && unixMs < found->second->untilMs;
}

std::vector<Pin>
PinStore::List(uint64_t unixMs) const
{
    std::vector<Pin> pins;
    std::copy_if(m_pins.begin(), m_pins.end(), std::back_inserter(pins), [unixMs](const Pin& pin) {
        return unixMs < pin.untilMs;
    });
    return pins;
}

size_t
PinStore::Size() const
{
    return m_pins.size();
}

uint64_t
PinEnd(const std::vector<KeyEntry>& keys, uint64_t unixMs, uint64_t pinMs)
{
    // PROTOCOL, DNS: "a name seen with the strict flag behaves as `require` for 30 days beyond
    // not_after".
    uint64_t end = 0;
    for (const KeyEntry& entry : keys)
    {
        if (entry.version == KEY_VERSION && entry.suite == KEY_SUITE && entry.IsValidAt(unixMs) &&
            (entry.flags & KEY_FLAG_STRICT) != 0)
        {
            const uint64_t from = entry.notAfter != 0 ? uint64_t{entry.notAfter} * 1000 : unixMs;
            end = std::max(end, from + pinMs);
        }
    }
    return end;
}

Policy
EffectivePolicy(Policy asked, bool pinned)
{
    switch (asked)
    {
    case Policy::OFF:
    case Policy::OPPORTUNISTIC:
    case Policy::REQUIRE:
        break;
    case Policy::PIN:
        return pinned ? Policy::REQUIRE : Policy::OPPORTUNISTIC;
    }
    return asked;
}

} // namespace sst
