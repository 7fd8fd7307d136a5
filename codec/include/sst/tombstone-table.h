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
 * What ended flows leave behind: egress stays shut, so that a late segment of a sealed connection
 * never leaves in clear. Bounded: the oldest makes room.
 */
class TombstoneTable
{
  public:
    /**
     * @param seed 16 secret bytes
     * @param capacity entries
     */
    TombstoneTable(const std::array<uint64_t, 2>& seed, size_t capacity);

    /// What stands for a tuple.
    enum class Kind : uint8_t
    {
        NONE,     //!< nothing, or it ended
        INBOUND,  //!< a flow of the peer's
        OUTBOUND, //!< a flow opened here: an inbound session must not take it over
    };

    /**
     * Add or renew.
     * @param key the tuple
     * @param endNs monotonic time it is forgotten
     * @param outbound the flow was opened here
     */
    void Add(const FlowKey& key, uint64_t endNs, bool outbound = false);

    /// @return what stands for the tuple
    Kind Find(const FlowKey& key, uint64_t nowNs) const;

    /// @return true when there is one, not yet ended
    bool Has(const FlowKey& key, uint64_t nowNs) const
    {
        return !m_map.empty() && Find(key, nowNs) != Kind::NONE;
    }

    /// Take one away.
    void Remove(const FlowKey& key);

    /// Forget the ended ones among the oldest.
    void Expire(uint64_t nowNs);

    /// @return entries
    size_t Size() const;

  private:
    /// A tuple, its end and who opened it.
    struct Stone
    {
        FlowKey key;
        uint64_t endNs;
        bool outbound;
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
