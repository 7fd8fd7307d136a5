/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/init-limits.h"

#include "sst/endpoint.h"

#include <algorithm>

namespace sst
{

namespace
{

constexpr uint32_t VALIDATED_RATE = 4; //!< INITs a second with a token, times those without
constexpr uint32_t AREA_SHARE = 4;     //!< an area has a quarter of what there is
constexpr size_t AREA_BYTES = 6;       //!< of an IPv6 address: what a site of users often gets

/// @return as many a second for each four
uint32_t
ValidatedRate(uint32_t initRate)
{
    return static_cast<uint32_t>(
        std::min<uint64_t>(uint64_t{VALIDATED_RATE} * initRate, UINT32_MAX));
}

/// @return the area of an IPv6 address
IpAddress
AreaOf(const IpAddress& address)
{
    IpAddress area = address;
    std::fill(area.bytes.begin() + AREA_BYTES, area.bytes.end(), uint8_t{0});
    return area;
}

} // namespace

InitLimits::InitLimits(const EndpointConfig& config, const std::array<uint64_t, 2>& seed)
    : m_maxHalfOpen(config.maxHalfOpen),
      m_maxHalfOpenValidated(config.maxHalfOpenValidated),
      m_siteHalfOpen(config.siteHalfOpen),
      m_rate(config.initRate),
      m_validatedRate(ValidatedRate(config.initRate)),
      m_areaHalfOpen((config.maxHalfOpenValidated + AREA_SHARE - 1) / AREA_SHARE),
      m_sites(seed, config.limitBuckets, config.siteInitRate),
      m_validated(seed, config.limitBuckets, config.siteInitRate),
      m_areas(seed, config.limitBuckets, std::max<uint32_t>(config.initRate / AREA_SHARE, 1))
{
}

Reason
InitLimits::Admit(const IpAddress& peer,
                  bool validated,
                  size_t halfOpen,
                  uint64_t nowNs,
                  Seat& seat)
{
    seat.validated = validated;
    seat.place = m_sites.PlaceOf(peer);
    seat.inArea = validated && peer.length == 16;
    if (seat.inArea)
    {
        seat.area = m_areas.PlaceOf(AreaOf(peer));
    }
    if (validated)
    {
        return AdmitValidated(halfOpen, nowNs, seat);
    }
    // PROTOCOL, Server: "RETRY instead of state above 1 024 half-open sessions, above the
    // configured INIT rate, and for an address (/64) above 50 INIT/s or 64 half-open (fixed
    // table)".
    if (halfOpen >= m_maxHalfOpen || m_sites.Count(seat.place) >= m_siteHalfOpen ||
        !m_all.Has(m_rate, nowNs) || !m_sites.HasToken(seat.place, nowNs))
    {
        return Reason::RETRY_SENT;
    }
    m_all.Take(m_rate, nowNs);
    m_sites.TakeToken(seat.place, nowNs);
    return Reason::NONE;
}

Reason
InitLimits::AdmitValidated(size_t halfOpen, uint64_t nowNs, const Seat& seat)
{
    // PROTOCOL, Server: "an INIT with a valid token counts in a second such table". RETRY-20: "when
    // 1024 half-open sessions of its area stand in the third table".
    if (halfOpen >= m_maxHalfOpenValidated ||
        (seat.inArea && m_areas.Count(seat.area) >= m_areaHalfOpen) ||
        m_validated.Count(seat.place) >= m_siteHalfOpen)
    {
        return Reason::HALF_OPEN_FULL;
    }
    // RETRY-21: "when the bucket for all with one (11600/s) is empty"
    if (!m_allValidated.Has(m_validatedRate, nowNs) ||
        (seat.inArea && !m_areas.HasToken(seat.area, nowNs)) ||
        !m_validated.HasToken(seat.place, nowNs))
    {
        return Reason::INIT_RATE;
    }
    m_allValidated.Take(m_validatedRate, nowNs);
    if (seat.inArea)
    {
        m_areas.TakeToken(seat.area, nowNs);
    }
    m_validated.TakeToken(seat.place, nowNs);
    return Reason::NONE;
}

void
InitLimits::Enter(const Seat& seat)
{
    TableOf(seat).Enter(seat.place);
    if (seat.inArea)
    {
        m_areas.Enter(seat.area);
    }
}

void
InitLimits::Leave(const Seat& seat)
{
    TableOf(seat).Leave(seat.place);
    if (seat.inArea)
    {
        m_areas.Leave(seat.area);
    }
}

uint32_t
InitLimits::HalfOpen(const Seat& seat) const
{
    return (seat.validated ? m_validated : m_sites).Count(seat.place);
}

SiteTable&
InitLimits::TableOf(const Seat& seat)
{
    return seat.validated ? m_validated : m_sites;
}

} // namespace sst
