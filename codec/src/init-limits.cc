/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/init-limits.h"

#include "sst/endpoint.h"

namespace sst
{

InitLimits::InitLimits(const EndpointConfig& config, const std::array<uint64_t, 2>& seed)
    : m_maxHalfOpen(config.maxHalfOpen),
      m_maxHalfOpenValidated(config.maxHalfOpenValidated),
      m_siteHalfOpen(config.siteHalfOpen),
      m_rate(config.initRate),
      m_sites(seed, config.limitBuckets, config.siteInitRate),
      m_validated(seed, config.limitBuckets, config.siteInitRate)
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
    if (validated)
    {
        // PROTOCOL, Server: "an INIT with a valid token counts in a second such table".
        if (halfOpen >= m_maxHalfOpenValidated || m_validated.Count(seat.place) >= m_siteHalfOpen)
        {
            return Reason::HALF_OPEN_FULL;
        }
        if (!m_validated.HasToken(seat.place, nowNs))
        {
            return Reason::INIT_RATE;
        }
        m_validated.TakeToken(seat.place, nowNs);
        return Reason::NONE;
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

void
InitLimits::Enter(const Seat& seat)
{
    TableOf(seat).Enter(seat.place);
}

void
InitLimits::Leave(const Seat& seat)
{
    TableOf(seat).Leave(seat.place);
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
