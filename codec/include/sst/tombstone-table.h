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
 * never leaves in clear. Those of flows opened here, those of peers, long and brief ones are kept
 * apart, each bounded: the oldest of its own makes room, so that what strangers can make in numbers
 * does not push out what has to stay.
 */
class TombstoneTable
{
  public:
    static constexpr size_t BRIEF_SHARE = 4; //!< as many brief ones: a quarter of the long ones

    /**
     * @param seed 16 secret bytes
     * @param capacity long ones of flows opened here, and as many of peers'
     */
    TombstoneTable(const std::array<uint64_t, 2>& seed, size_t capacity);

    /// What stands for a tuple.
    enum class Kind : uint8_t
    {
        NONE,     //!< nothing, or it ended
        INBOUND,  //!< a flow of the peer's: the local stack may still hold its end of it
        ENDED,    //!< a flow of the peer's, whose connection was over
        OUTBOUND, //!< a flow opened here: an inbound session must not take it over
    };

    /**
     * Add or renew.
     * @param key the tuple
     * @param endNs monotonic time it is forgotten
     * @param kind what stands there, not NONE
     * @param brief among the brief ones; all of a table's brief ones live about equally long
     */
    void Add(const FlowKey& key, uint64_t endNs, Kind kind, bool brief);

    /// @return what stands for the tuple
    Kind Find(const FlowKey& key, uint64_t nowNs) const;

    /// @return true when there is one, not yet ended
    bool Has(const FlowKey& key, uint64_t nowNs) const
    {
        return !m_map.empty() && Find(key, nowNs) != Kind::NONE;
    }

    /**
     * The peer opens a connection in clear: the stack's answer will tell whether it holds the old
     * one. Nothing happens where none of a peer's stands.
     * @param key the tuple
     * @param sequence of the SYN; only the last one counts
     */
    void NoteSyn(const FlowKey& key, uint32_t sequence);

    /**
     * @param key the tuple
     * @param acknowledgment of a SYN and ACK that the stack sends
     * @return true when it answers the last SYN that was noted
     */
    bool IsAnswer(const FlowKey& key, uint32_t acknowledgment) const;

    /// Take one away.
    void Remove(const FlowKey& key);

    /// Forget those whose time is over.
    void Expire(uint64_t nowNs);

    /// @return entries
    size_t Size() const;

  private:
    /// A tuple and what is known of it.
    struct Stone
    {
        FlowKey key;
        uint64_t endNs{0};
        uint32_t sequence{0}; //!< of the last clear SYN
        Kind kind{Kind::NONE};
        bool hasSequence{false}; //!< there was one
        uint8_t row{0};          //!< which list it is in
    };

    /// Keyed: peers choose ports.
    struct Hash
    {
        size_t operator()(const FlowKey& key) const;
        std::array<uint64_t, 2> seed;
    };

    size_t m_capacity;                      //!< of the long lists
    std::array<std::list<Stone>, 4> m_rows; //!< peers' and own, long and brief: oldest first
    std::unordered_map<FlowKey, std::list<Stone>::iterator, Hash> m_map; //!< by tuple
};

} // namespace sst

#endif /* SST_TOMBSTONE_TABLE_H */
