/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/peer-index-table.h"

#include "session.h"

#include <cstring>
#include <sodium.h>

namespace sst
{

namespace
{

constexpr size_t INITIAL_SLOTS = 16; //!< a power of two

} // namespace

PeerIndexTable::PeerIndexTable(const std::array<uint64_t, 2>& seed)
    : m_seed(seed),
      m_slots(INITIAL_SLOTS, nullptr),
      m_mask(INITIAL_SLOTS - 1)
{
}

Session*
PeerIndexTable::Find(const IpAddress& local,
                     const IpAddress& peer,
                     uint32_t index,
                     bool client) const
{
    size_t at = Hash(local, peer, index, client) & m_mask;
    for (size_t walk = 0; walk < MAX_WALK && m_slots[at] != nullptr; ++walk)
    {
        Session* session = m_slots[at];
        if (session->peerIndex == index && session->client == client && session->peer == peer &&
            session->local == local)
        {
            return session;
        }
        at = (at + 1) & m_mask;
    }
    return nullptr;
}

bool
PeerIndexTable::Insert(Session& session)
{
    if (Find(session.local, session.peer, session.peerIndex, session.client) != nullptr)
    {
        return false;
    }
    if ((m_size + 1) * 2 > m_slots.size())
    {
        Grow();
    }
    const size_t at = FreeSlot(session);
    if (at == NOWHERE)
    {
        return false;
    }
    m_slots[at] = &session;
    ++m_size;
    return true;
}

bool
PeerIndexTable::Erase(const Session& session)
{
    size_t hole = Hash(session) & m_mask;
    for (size_t walk = 0; m_slots[hole] != &session; ++walk)
    {
        if (walk == MAX_WALK || m_slots[hole] == nullptr)
        {
            return false;
        }
        hole = (hole + 1) & m_mask;
    }
    // Close the gap: move back every entry of the run that may stand at the hole.
    for (size_t at = (hole + 1) & m_mask; m_slots[at] != nullptr; at = (at + 1) & m_mask)
    {
        const size_t home = Hash(*m_slots[at]) & m_mask;
        if (((at - home) & m_mask) >= ((at - hole) & m_mask))
        {
            m_slots[hole] = m_slots[at];
            hole = at;
        }
    }
    m_slots[hole] = nullptr;
    --m_size;
    return true;
}

size_t
PeerIndexTable::Size() const
{
    return m_size;
}

uint64_t
PeerIndexTable::Hash(const IpAddress& local,
                     const IpAddress& peer,
                     uint32_t index,
                     bool client) const
{
    uint8_t bytes[38];
    std::memcpy(bytes, local.bytes.data(), 16);
    std::memcpy(bytes + 16, peer.bytes.data(), 16);
    std::memcpy(bytes + 32, &index, sizeof index);
    bytes[36] = peer.length;
    bytes[37] = client ? 1 : 0;
    uint8_t out[crypto_shorthash_BYTES];
    static_assert(sizeof m_seed == crypto_shorthash_KEYBYTES, "SipHash key");
    crypto_shorthash(out, bytes, sizeof bytes, reinterpret_cast<const uint8_t*>(m_seed.data()));
    uint64_t hash;
    std::memcpy(&hash, out, sizeof hash);
    return hash;
}

uint64_t
PeerIndexTable::Hash(const Session& session) const
{
    return Hash(session.local, session.peer, session.peerIndex, session.client);
}

size_t
PeerIndexTable::FreeSlot(const Session& session) const
{
    size_t at = Hash(session) & m_mask;
    for (size_t walk = 0; walk < MAX_WALK; ++walk)
    {
        if (m_slots[at] == nullptr)
        {
            return at;
        }
        at = (at + 1) & m_mask;
    }
    return NOWHERE;
}

void
PeerIndexTable::Grow()
{
    std::vector<Session*> old(m_slots.size() * 2, nullptr);
    old.swap(m_slots);
    m_mask = m_slots.size() - 1;
    m_size = 0;
    for (Session* session : old)
    {
        const size_t at = session != nullptr ? FreeSlot(*session) : NOWHERE;
        if (at != NOWHERE)
        {
            m_slots[at] = session;
            ++m_size;
        }
    }
}

} // namespace sst
