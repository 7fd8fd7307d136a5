/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/pin-store.h"

#include <algorithm>

namespace sst
{

PinStore::PinStore(size_t capacity)
    : m_capacity(capacity)
{
}

void
PinStore::Put(const std::string& name, uint64_t untilMs)
{
    if (name.empty() || m_capacity == 0)
    {
        return;
    }
    const auto known = m_pins.find(name);
    if (known != m_pins.end())
    {
        known->second = std::max(known->second, untilMs);
        return;
    }
    if (m_pins.size() >= m_capacity)
    {
        const auto first =
            std::min_element(m_pins.begin(), m_pins.end(), [](const auto& a, const auto& b) {
                return a.second < b.second;
            });
        if (untilMs < first->second)
        {
            return;
        }
        m_pins.erase(first);
    }
    m_pins.emplace(name, untilMs);
}

bool
PinStore::IsPinned(const std::string& name, uint64_t unixMs) const
{
    const auto found = m_pins.find(name);
    return found != m_pins.end() && unixMs < found->second;
}

std::vector<Pin>
PinStore::List(uint64_t unixMs) const
{
    std::vector<Pin> pins;
    for (const auto& [name, untilMs] : m_pins)
    {
        if (unixMs < untilMs)
        {
            pins.push_back({name, untilMs});
        }
    }
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
