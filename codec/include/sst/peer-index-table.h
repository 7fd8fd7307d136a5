/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_PEER_INDEX_TABLE_H
#define SST_PEER_INDEX_TABLE_H

#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

struct Session;

/**
 * Sessions by role, addresses and the *peer's* index: what a RESET names, and what an ICMP error
 * about a packet sent from here quotes. Open addressing, 8 bytes a slot. Peers choose their
 * indices, so the hash is keyed (SipHash), each combination is held once, and a walk ends after
 * MAX_WALK slots.
 */
class PeerIndexTable
{
  public:
    /// Slots looked at in one walk. With half of them free, a longer one has no part in practice.
    static constexpr size_t MAX_WALK = 256;

    /// @param seed 16 secret bytes
    explicit PeerIndexTable(const std::array<uint64_t, 2>& seed);

    /**
     * @param local own address
     * @param peer the other's
     * @param index the peer's index, 30 bits
     * @param client the session was opened here
     * @return the session, nullptr when there is none
     */
    Session* Find(const IpAddress& local, const IpAddress& peer, uint32_t index, bool client) const;

    /**
     * From now on, until Erase, neither role nor addresses nor `peerIndex` may change.
     * @param session has keys
     * @return false when another session of the same role, addresses and index is held: the first
     *         one stays
     */
    bool Insert(Session& session);

    /// @return false when it was not there
    bool Erase(const Session& session);

    /// @return entries
    size_t Size() const;

  private:
    static constexpr size_t NOWHERE = SIZE_MAX; //!< no such slot

    uint64_t Hash(const IpAddress& local, const IpAddress& peer, uint32_t index, bool client) const;
    uint64_t Hash(const Session& session) const;
    size_t FreeSlot(const Session& session) const;
    void Grow();

    std::array<uint64_t, 2> m_seed; //!< of the hash
    std::vector<Session*> m_slots;  //!< a power of two of them
    size_t m_mask;                  //!< slots - 1
    size_t m_size{0};               //!< in use
};

} // namespace sst

#endif /* SST_PEER_INDEX_TABLE_H */
