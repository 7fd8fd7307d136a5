/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_PIN_STORE_H
#define SST_PIN_STORE_H

#include "sst/key-value.h"
#include "sst/types.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <vector>

namespace sst
{

/// A name seen with the strict flag, see Policy::PIN.
struct Pin
{
    std::string name;    //!< host name as in Request
    uint64_t untilMs{0}; //!< Unix time it ends
};

/**
 * Names seen with the strict flag and when that ends; the keys themselves are not pinned. Bounded:
 * what was seen least lately makes room.
 */
class PinStore
{
  public:
    /// @param capacity names
    explicit PinStore(size_t capacity);

    /**
     * Remember, as seen last; an end that is later stays as it is. The empty name is no name.
     * @param name host name
     * @param untilMs Unix time it ends
     * @param unixMs Unix time now: what is over makes room first
     */
    void Put(const std::string& name, uint64_t untilMs, uint64_t unixMs);

    /// @return true when the name is pinned at that Unix time
    bool IsPinned(const std::string& name, uint64_t unixMs) const;

    /// @return pins not ended at that Unix time, least lately seen first
    std::vector<Pin> List(uint64_t unixMs) const;

    /// @return names, ended ones not yet displaced included
    size_t Size() const;

  private:
    std::list<Pin> m_pins;                                   //!< least lately seen first
    std::map<std::string, std::list<Pin>::iterator> m_names; //!< a tree: strangers choose names
    size_t m_capacity;                                       //!< names
};

/**
 * @param keys a valid answer
 * @param unixMs now
 * @param pinMs how long a pin lasts beyond not_after, or beyond now without one
 * @return Unix time a name with these keys is pinned until, 0 when no usable entry is strict
 */
uint64_t PinEnd(const std::vector<KeyEntry>& keys, uint64_t unixMs, uint64_t pinMs);

/**
 * What a flow's policy comes down to.
 * @param asked what is asked for
 * @param pinned its name is pinned
 * @return OFF, OPPORTUNISTIC or REQUIRE
 */
Policy EffectivePolicy(Policy asked, bool pinned);

} // namespace sst

#endif /* SST_PIN_STORE_H */
