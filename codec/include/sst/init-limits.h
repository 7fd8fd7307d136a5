/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_INIT_LIMITS_H
#define SST_INIT_LIMITS_H

#include "sst/reason.h"
#include "sst/site-table.h"
#include "sst/token-bucket.h"
#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace sst
{

struct EndpointConfig;

/**
 * Decides, before anything costly is done, whether an INIT may make state: INITs whose sender has
 * shown a token, that is, receives at its address, are counted apart from those that may be forged.
 * Of IPv6 they are counted by area too, the first 48 bits of an address.
 */
class InitLimits
{
  public:
    /// Where a session in HALF is counted.
    struct Seat
    {
        bool validated{false}; //!< its INIT had a valid token
        bool inArea{false};    //!< it counts for an area too
        size_t place{0};       //!< in the table of such
        size_t area{0};        //!< in the table of areas
    };

    /**
     * @param config limits
     * @param seed 16 secret bytes
     */
    InitLimits(const EndpointConfig& config, const std::array<uint64_t, 2>& seed);

    /**
     * Judge an INIT, and count it when it passes.
     * @param peer its source
     * @param validated it has a valid token
     * @param halfOpen sessions in HALF, all of them
     * @param nowNs monotonic
     * @param seat out: where its session is to be counted
     * @return NONE; RETRY_SENT: answer RETRY; INIT_RATE or HALF_OPEN_FULL: drop
     */
    [[nodiscard]] Reason Admit(const IpAddress& peer,
                               bool validated,
                               size_t halfOpen,
                               uint64_t nowNs,
                               Seat& seat);

    /// A session entered HALF.
    void Enter(const Seat& seat);

    /// It left HALF.
    void Leave(const Seat& seat);

    /// @return sessions in HALF counted there
    uint32_t HalfOpen(const Seat& seat) const;

  private:
    Reason AdmitValidated(size_t halfOpen, uint64_t nowNs, const Seat& seat);
    SiteTable& TableOf(const Seat& seat);

    size_t m_maxHalfOpen;          //!< of all, without a token
    size_t m_maxHalfOpenValidated; //!< of all, with one
    uint32_t m_siteHalfOpen;       //!< of one site
    uint32_t m_rate;               //!< INITs a second without a token
    uint32_t m_validatedRate;      //!< INITs a second with one
    size_t m_areaHalfOpen;         //!< of one area
    TokenBucket m_all;             //!< of INITs without a token
    TokenBucket m_allValidated;    //!< of INITs with one
    SiteTable m_sites;             //!< INITs without a token
    SiteTable m_validated;         //!< INITs with one
    SiteTable m_areas;             //!< INITs with one, by area
};

} // namespace sst

#endif /* SST_INIT_LIMITS_H */
