/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_FLOW_TABLE_H
#define SST_FLOW_TABLE_H

#include "sst/prefetch.h"
#include "sst/reason.h"
#include "sst/site-counts.h"
#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace sst
{

class SessionArena;

/// What a table entry stands for.
enum class FlowKind : uint8_t
{
    BOUND,  //!< carried by a session, pending or open
    CLEAR,  //!< fell back
    FAILED, //!< drops with its reason
};

/**
 * One flow. Small on purpose: the peer's address is that of its session, and what only flows
 * without an open session need is in FlowDetail.
 */
struct FlowEntry
{
    uint32_t id{0};         //!< its number; the table's own
    uint32_t session{0};    //!< slot of the session that carries it, 0 for none
    uint32_t previous{0};   //!< in the session's list; the table's own
    uint32_t next{0};       //!< in the session's list; the table's own
    uint32_t lastSeen{0};   //!< last packet, either way, in the table's time
    uint16_t localPort{0};  //!< port at this host
    uint16_t peerPort{0};   //!< port of the peer as the local stack names it
    uint16_t wirePort{0};   //!< port of the peer as the peer names it
    uint8_t protocol{0};    //!< 6 or 17
    FlowKind kind : 2;      //!< what it stands for
    uint8_t outbound : 1;   //!< opened by the local stack
    uint8_t answered : 1;   //!< the local stack sent something
    uint8_t endedHere : 1;  //!< FIN of the local stack, or any RST, since the last SYN
    uint8_t endedThere : 1; //!< FIN of the peer, or any RST, since the last SYN
    uint8_t hasDetail : 1;  //!< there is a FlowDetail; the table's own

    FlowEntry()
        : kind(FlowKind::BOUND),
          outbound(0),
          answered(0),
          endedHere(0),
          endedThere(0),
          hasDetail(0)
    {
    }

    /// @return true after FIN or RST
    bool IsClosing() const
    {
        return endedHere != 0 || endedThere != 0;
    }

    /// @return true when nothing is left of the connection: RST, or FIN in both directions
    bool IsOver() const
    {
        return endedHere != 0 && endedThere != 0;
    }

    /// @return true when the local stack knows the peer's port under another number
    bool IsTranslated() const
    {
        return wirePort != peerPort;
    }
};

static_assert(sizeof(FlowEntry) == 28, "48 bytes a flow, slots included");

/// What only flows need that no open session carries: pending, CLEAR and FAILED ones.
struct FlowDetail
{
    IpAddress peer{};               //!< the other host
    Reason reason{Reason::NONE};    //!< of CLEAR and FAILED
    Policy policy{Policy::REQUIRE}; //!< asked for
    bool hasSequence{false};        //!< `sequence` is that of an outbound SYN
    uint32_t sequence{0};           //!< tells a repeated SYN from a new one
    uint64_t fallbackNs{0};         //!< when an opportunistic flow gives up waiting
    std::string pinName;            //!< opportunistic by Policy::PIN: as long as this is not pinned
};

/// The flows of one session, latest first.
struct FlowList
{
    uint32_t head{0}; //!< number of the first, 0 for none
    uint32_t size{0}; //!< entries
};

/**
 * Flows by tuple: open addressing over a slab whose entries do not move. Bounded in all and per
 * peer site; a full table refuses, it never evicts. The hash is keyed: peers choose ports.
 *
 * A flow carried by an open session costs its entry (28 bytes) and between 8 / (3/4) and 8 / (1/2)
 * bytes of slots: at most 44.
 *
 * Times are kept in 32 bits, in units of TIME_UNIT_NS, rounded down: what IdleNs says may be too
 * long by less than one unit. Ages beyond 24 days may be told as 24 days.
 */
class FlowTable
{
  public:
    static constexpr uint64_t TIME_UNIT_NS = 1000000; //!< 1 ms

    /**
     * @param seed 24 secret bytes
     * @param maxFlows in all
     * @param maxFlowsPerSite of one peer address (IPv4) or /64 (IPv6)
     * @param sessions where the addresses of bound flows are; outlives the table
     */
    FlowTable(const std::array<uint64_t, 3>& seed,
              size_t maxFlows,
              size_t maxFlowsPerSite,
              const SessionArena& sessions);

    /// @return the entry, nullptr when there is none
    FlowEntry* Find(const FlowKey& key) const;

    /// @return where Find will begin for the key; fetched ahead
    uint32_t PrefetchSlot(const FlowKey& key) const;

    /// @return the entry Find will look at first, most likely the one sought; nullptr for none;
    ///         fetched ahead
    const FlowEntry* PrefetchEntry(uint32_t hash) const;

    /**
     * @param key not in the table
     * @param nowNs monotonic time
     * @param kept how many entries are to stay free
     * @return a fresh entry with a detail, seen now; nullptr when a limit is met
     */
    [[nodiscard]] FlowEntry* Insert(const FlowKey& key, uint64_t nowNs, size_t kept = 0);

    /// Remove an entry; it must not be in a session's list, its session must still be there.
    void Erase(FlowEntry& entry);

    /// @return the tuple as the local stack names it
    FlowKey KeyOf(const FlowEntry& entry) const;

    /**
     * Put an entry into the list of a session.
     * @param entry in no list
     * @param slot of the session, whose peer is that of the flow
     * @param list of the session
     */
    void Bind(FlowEntry& entry, uint32_t slot, FlowList& list);

    /// Take an entry out of the list of its session; it gets a detail.
    void Unbind(FlowEntry& entry, FlowList& list);

    /// Unbind and Erase in one.
    void EraseBound(FlowEntry& entry, FlowList& list);

    /// @return the entry of a number in use, nullptr for 0
    FlowEntry* At(uint32_t id) const
    {
        return id == 0 ? nullptr : &m_chunks[(id - 1) / CHUNK][(id - 1) % CHUNK];
    }

    /// Fetch ahead an entry, which may lie across two cache lines.
    void Prefetch(uint32_t id) const
    {
        const FlowEntry* entry = At(id);
        PrefetchLine(&entry->id);
        PrefetchLine(&entry->protocol);
    }

    /// @return the detail; not of a flow whose detail was dropped
    FlowDetail& DetailOf(const FlowEntry& entry);

    /// @return the detail; not of a flow whose detail was dropped
    const FlowDetail& DetailOf(const FlowEntry& entry) const;

    /// An open session carries the flow: its detail goes. Nothing happens where there is none.
    void DropDetail(FlowEntry& entry);

    /// Something of the flow was seen.
    void Touch(FlowEntry& entry, uint64_t nowNs)
    {
        const uint64_t stamp = (nowNs - m_baseNs) / TIME_UNIT_NS;
        if (stamp > UINT32_MAX)
        {
            Rebase(nowNs);
        }
        entry.lastSeen = static_cast<uint32_t>((nowNs - m_baseNs) / TIME_UNIT_NS);
    }

    /// @return time since something of the flow was seen
    uint64_t IdleNs(const FlowEntry& entry, uint64_t nowNs) const
    {
        return nowNs - m_baseNs - entry.lastSeen * TIME_UNIT_NS;
    }

    /// @return entries
    size_t Size() const;

    /// @return details
    size_t DetailCount() const;

    /**
     * Walk a few entries, round robin.
     * @return the next entry in use at the cursor, nullptr when `steps` slots had none
     */
    FlowEntry* Step(size_t steps);

  private:
    static constexpr uint32_t CHUNK = 256; //!< entries allocated at a time

    /// Where an entry is; id 0 is empty.
    struct Slot
    {
        uint32_t id{0};
        uint32_t tag{0}; //!< the hash, which is also where the slot belongs
    };

    uint32_t Hash(const FlowKey& key) const;
    const IpAddress& PeerOf(const FlowEntry& entry) const;
    bool Is(const FlowEntry& entry, const FlowKey& key) const;
    size_t Home(uint32_t tag) const;
    size_t Distance(size_t from, size_t to) const;
    void Place(Slot slot);
    void Grow();
    void AddChunk();
    void Rebase(uint64_t nowNs);
    void Unlink(FlowEntry& entry, FlowList& list);

    std::array<uint64_t, 3> m_seed;                     //!< of the hash
    size_t m_maxFlows;                                  //!< in all
    const SessionArena& m_sessions;                     //!< addresses of bound flows
    std::vector<Slot> m_slots;                          //!< any number of them
    size_t m_size{0};                                   //!< entries
    std::vector<std::unique_ptr<FlowEntry[]>> m_chunks; //!< the slab
    uint32_t m_free{0};                                 //!< first entry not in use, by `next`
    size_t m_cursor{0};                                 //!< of Step, a slot
    uint64_t m_baseNs{0};                               //!< what lastSeen counts from
    SiteCounts m_sites;                                 //!< entries by peer site
    std::unordered_map<uint32_t, FlowDetail> m_details; //!< by entry
};

} // namespace sst

#endif /* SST_FLOW_TABLE_H */
