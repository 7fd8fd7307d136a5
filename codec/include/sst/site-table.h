/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SITE_TABLE_H
#define SST_SITE_TABLE_H

#include "sst/token-bucket.h"
#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

/**
 * A rate and a count for every site (IPv4 address, IPv6 /64), in a fixed number of places chosen by
 * a keyed hash: sites that meet in one place share it, nothing is ever added or evicted. Memory is
 * taken at the first write.
 */
class SiteTable
{
  public:
    /**
     * @param seed 16 secret bytes
     * @param places how many; 0 counts as 1
     * @param rate tokens a second of one place
     */
    SiteTable(const std::array<uint64_t, 2>& seed, size_t places, uint32_t rate);

    /// @return the place of the site of an address
    size_t PlaceOf(const IpAddress& address) const;

    /// @return true when a token is there
    bool HasToken(size_t place, uint64_t nowNs) const;

    /// Take a token; only where HasToken says so.
    void TakeToken(size_t place, uint64_t nowNs);

    /// @return what Enter added and Leave took away
    uint32_t Count(size_t place) const;

    /// One more.
    void Enter(size_t place);

    /// One less; only after Enter.
    void Leave(size_t place);

    /// @return bytes of the places, 0 before the first write
    size_t MemoryBytes() const;

  private:
    /// What is known of a place.
    struct Place
    {
        TokenBucket bucket; //!< rate
        uint32_t count{0};  //!< entered
    };

    Place& Write(size_t place);

    std::array<uint64_t, 2> m_seed; //!< of the hash
    size_t m_size;                  //!< places
    uint32_t m_rate;                //!< tokens a second
    std::vector<Place> m_places;    //!< empty before the first write
};

} // namespace sst

#endif /* SST_SITE_TABLE_H */
