/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_FLOW_TABLE_H
#define SST_FLOW_TABLE_H

#include "sst/reason.h"
#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace sst
{

struct Session;

/// What a table entry stands for.
enum class FlowKind : uint8_t
{
    BOUND,  //!< carried by a session, pending or open
    CLEAR,  //!< fell back
    FAILED, //!< drops with its reason
};

/// One flow.
struct FlowEntry
{
    FlowKey key{};                  //!< the tuple
    FlowKind kind{FlowKind::BOUND}; //!< what it stands for
    Reason reason{Reason::NONE};    //!< of CLEAR and FAILED
    Policy policy{Policy::REQUIRE}; //!< asked for, while its session is pending
    bool outbound{false};           //!< opened by the local stack
    bool answered{false};           //!< the local stack sent something
    bool closing{false};            //!< FIN or RST seen since the last SYN
    bool hasSequence{false};        //!< `sequence` is that of an outbound SYN
    bool pin{false};                //!< Policy::PIN was asked for, OPPORTUNISTIC so far
    uint32_t sequence{0};           //!< tells a repeated SYN from a new one
    uint64_t lastSeenNs{0};         //!< last packet, either way
    uint64_t fallbackNs{0};         //!< when an opportunistic flow gives up waiting
    Session* session{nullptr};      //!< of BOUND
    FlowEntry* previous{nullptr};   //!< in the session's list
    FlowEntry* next{nullptr};       //!< in the session's list

    uint32_t id{0}; //!< place in the slab; the table's own
};

/// The flows of one session.
struct FlowList
{
    FlowEntry* head{nullptr}; //!< latest first
    size_t size{0};           //!< entries

    /// Put an entry in.
    void Add(FlowEntry& entry);
    /// Take an entry out.
    void Remove(FlowEntry& entry);
};

/**
 * Flows by tuple: open addressing over a slab whose entries do not move. Bounded in all and per
 * peer site; a full table refuses, it never evicts. The hash is keyed: peers choose ports.
 */
class FlowTable
{
  public:
    /**
     * @param seed 24 secret bytes
     * @param maxFlows in all
     * @param maxFlowsPerSite of one peer address (IPv4) or /64 (IPv6)
     */
    FlowTable(const std::array<uint64_t, 3>& seed, size_t maxFlows, size_t maxFlowsPerSite);

    /// @return the entry, nullptr when there is none
    FlowEntry* Find(const FlowKey& key) const;

    /**
     * @param key not in the table
     * @return a fresh entry, nullptr when a limit is met
     */
    [[nodiscard]] FlowEntry* Insert(const FlowKey& key);

    /// Remove an entry; it must not be in a session's list.
    void Erase(FlowEntry& entry);

    /// @return entries
    size_t Size() const;

    /**
     * Walk a few entries, round robin.
     * @return the next entry in use at the cursor, nullptr when `steps` slots had none
     */
    FlowEntry* Step(size_t steps);

  private:
    static constexpr size_t CHUNK = 256; //!< entries allocated at a time

    /// Where an entry is; id 0 is empty, else 1 + place in the slab.
    struct Slot
    {
        uint32_t id{0};
        uint32_t tag{0}; //!< upper bits of the hash
    };

    uint64_t Hash(const FlowKey& key) const;
    FlowEntry& At(uint32_t id) const;
    void Place(uint64_t hash, uint32_t id);
    void Grow();

    std::array<uint64_t, 3> m_seed;                     //!< of the hash
    size_t m_maxFlows;                                  //!< in all
    size_t m_maxFlowsPerSite;                           //!< of one peer
    std::vector<Slot> m_slots;                          //!< a power of two of them
    size_t m_mask;                                      //!< slots - 1
    size_t m_size{0};                                   //!< entries
    std::vector<std::unique_ptr<FlowEntry[]>> m_chunks; //!< the slab
    std::vector<uint32_t> m_free;                       //!< ids not in use
    size_t m_cursor{0};                                 //!< of Step, a slot

    /// Entries by site.
    struct SiteHash
    {
        size_t operator()(const IpAddress& site) const;
        std::array<uint64_t, 3> seed;
    };

    std::unordered_map<IpAddress, size_t, SiteHash> m_sites; //!< entries by peer site
};

} // namespace sst

#endif /* SST_FLOW_TABLE_H */
