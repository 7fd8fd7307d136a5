/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_TOMBSTONE_TABLE_H
#define SST_TOMBSTONE_TABLE_H

#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

namespace sst
{

/**
 * What ended TCP flows leave behind: egress stays shut, so that a late segment of a sealed
 * connection never leaves in clear. Bounded: the oldest makes room.
 */
class TombstoneTable
{
  public:
    /**
     * @param seed 16 secret bytes
     * @param capacity entries
     */
    TombstoneTable(const std::array<uint64_t, 2>& seed, size_t capacity);

    /// Add or renew.
    void Add(const FlowKey& key, uint64_t endNs);

    /// @return true when there is one, not yet ended
    bool Has(const FlowKey& key, uint64_t nowNs) const;

    /// Take one away.
    void Remove(const FlowKey& key);

    /// Forget the ended ones among the oldest.
    void Expire(uint64_t nowNs);

    /// @return entries
    size_t Size() const;

  private:
    /// A tuple and its end.
    struct Stone
    {
        FlowKey key;
        uint64_t endNs;
    };

    /// Keyed: peers choose ports.
    struct Hash
    {
        size_t operator()(const FlowKey& key) const;
        std::array<uint64_t, 2> seed;
    };

    size_t m_capacity;                                                   //!< entries
    std::list<Stone> m_stones;                                           //!< oldest first
    std::unordered_map<FlowKey, std::list<Stone>::iterator, Hash> m_map; //!< by tuple
};

} // namespace sst

#endif /* SST_TOMBSTONE_TABLE_H */
