/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_REPLAY_CACHE_H
#define SST_REPLAY_CACHE_H

#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_set>

namespace sst
{

/**
 * Ephemerals of INITs seen lately, as 16-byte keyed hashes. Two generations: an entry is remembered
 * for at least one lifetime and forgotten after at most two. Bounded; a full cache says so.
 */
class ReplayCache
{
  public:
    /// Answer of Insert.
    enum class Result : uint8_t
    {
        FRESH, //!< not seen, remembered now
        SEEN,  //!< remembered already
        FULL,  //!< not seen as far as is known, and not remembered
    };

    /**
     * @param key secret of the keyed hash
     * @param capacity entries, both generations together
     * @param lifetimeNs how long an entry is remembered at least
     */
    ReplayCache(const SecretKey& key, size_t capacity, uint64_t lifetimeNs);

    /**
     * @param ephemeral 32 bytes
     * @param nowNs monotonic
     * @return whether it was seen
     */
    [[nodiscard]] Result Insert(const uint8_t* ephemeral, uint64_t nowNs);

    /// @return entries remembered
    size_t Size() const;

  private:
    using Id = std::array<uint8_t, 16>; //!< keyed hash of an ephemeral

    /// The id is a keyed hash already.
    struct IdHash
    {
        size_t operator()(const Id& id) const;
    };

    /// Start a generation when the young one is old enough.
    void Turn(uint64_t nowNs);

    SecretKey m_key;                        //!< of the hash
    size_t m_capacity;                      //!< entries
    uint64_t m_lifetimeNs;                  //!< of a generation
    uint64_t m_startNs{0};                  //!< of the young generation
    std::unordered_set<Id, IdHash> m_young; //!< being filled
    std::unordered_set<Id, IdHash> m_old;   //!< being forgotten
};

} // namespace sst

#endif /* SST_REPLAY_CACHE_H */
