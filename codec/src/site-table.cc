/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/site-table.h"

#include <algorithm>
#include <cstring>
#include <sodium.h>

namespace sst
{

SiteTable::SiteTable(const std::array<uint64_t, 2>& seed, size_t places, uint32_t rate)
    : m_seed(seed),
      m_size(std::max<size_t>(places, 1)),
      m_rate(rate)
{
}

size_t
SiteTable::PlaceOf(const IpAddress& address) const
{
    const IpAddress site = address.Site();
    uint8_t bytes[17];
    std::memcpy(bytes, site.bytes.data(), site.bytes.size());
    bytes[16] = site.length;
    uint8_t out[crypto_shorthash_BYTES];
    static_assert(sizeof m_seed == crypto_shorthash_KEYBYTES, "SipHash key");
    crypto_shorthash(out, bytes, sizeof bytes, reinterpret_cast<const uint8_t*>(m_seed.data()));
    uint64_t hash;
    std::memcpy(&hash, out, sizeof hash);
    return static_cast<size_t>(hash % m_size);
}

bool
SiteTable::HasToken(size_t place, uint64_t nowNs) const
{
    return (m_places.empty() ? TokenBucket() : m_places[place].bucket).Has(m_rate, nowNs);
}

void
SiteTable::TakeToken(size_t place, uint64_t nowNs)
{
    Write(place).bucket.Take(m_rate, nowNs);
}

uint32_t
SiteTable::Count(size_t place) const
{
    return m_places.empty() ? 0 : m_places[place].count;
}

void
SiteTable::Enter(size_t place)
{
    ++Write(place).count;
}

void
SiteTable::Leave(size_t place)
{
    --Write(place).count;
}

size_t
SiteTable::MemoryBytes() const
{
    return m_places.size() * sizeof(Place);
}

SiteTable::Place&
SiteTable::Write(size_t place)
{
    if (m_places.empty())
    {
        m_places.resize(m_size);
    }
    return m_places[place];
}

} // namespace sst
