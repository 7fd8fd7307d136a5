/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SITE_COUNTS_H
#define SST_SITE_COUNTS_H

#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

/**
 * How many things there are of each site: an IPv4 address or an IPv6 /64. Open addressing, 16
 * bytes a slot, between half and three quarters full. The hash is keyed: peers choose addresses.
 */
class SiteCounts
{
  public:
    /**
     * @param seed 24 secret bytes
     * @param most things of one site
     */
    SiteCounts(const std::array<uint64_t, 3>& seed, size_t most);

    /**
     * @param address of the site
     * @return false when the site has as many as it may: nothing is counted
     */
    [[nodiscard]] bool Add(const IpAddress& address);

    /// @return whether Add would count one more of this site
    bool HasRoom(const IpAddress& address) const
    {
        return Count(address) < m_most;
    }

    /// @param address of a site with at least one
    void Remove(const IpAddress& address);

    /// @return things of the site of an address
    size_t Count(const IpAddress& address) const;

    /// @return sites
    size_t Size() const;

  private:
    /// One site; count 0 is empty.
    struct Slot
    {
        uint64_t prefix{0}; //!< the address, or the upper half of it
        uint32_t count{0};  //!< things
        uint8_t length{0};  //!< 4 or 16
    };

    static Slot SlotOf(const IpAddress& address);
    size_t Home(const Slot& slot) const;
    size_t FindSlot(const Slot& wanted) const;
    size_t Next(size_t at) const;
    void Grow();

    std::array<uint64_t, 3> m_seed; //!< of the hash
    size_t m_most;                  //!< of one site
    std::vector<Slot> m_slots;      //!< any number of them
    size_t m_size{0};               //!< sites
};

} // namespace sst

#endif /* SST_SITE_COUNTS_H */
