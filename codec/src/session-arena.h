/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SESSION_ARENA_H
#define SST_SESSION_ARENA_H

#include "session.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

/**
 * All sessions of an endpoint, by a small number, their slot: what refers to a session needs four
 * bytes, and the way from the number to the session leads over a small table that stays in the
 * cache. Slots are used again; 0 is nobody's.
 *
 * Memory comes in a few large blocks instead of one allocation each, the larger ones on huge pages
 * where the system has them, because with 10^5 sessions finding the page costs as much as a good
 * part of the sealing does. It is given back with the arena.
 */
class SessionArena
{
  public:
    SessionArena() = default;
    SessionArena(const SessionArena&) = delete;
    SessionArena& operator=(const SessionArena&) = delete;

    /// Ends the sessions that are left.
    ~SessionArena();

    /// @return a fresh session with its slot; stays where it is until Release
    Session& Make();

    /// @param session made here; ends
    void Release(Session& session);

    /// @return the session of a slot in use
    Session& At(uint32_t slot) const
    {
        return m_chunks[(slot - 1) / CHUNK].first[(slot - 1) % CHUNK];
    }

    /// @return the session of any number, nullptr where there is none
    Session* Find(uint32_t slot) const
    {
        const size_t place = size_t{slot} - 1;
        if (slot == 0 || place >= m_chunks.size() * CHUNK)
        {
            return nullptr;
        }
        const Chunk& chunk = m_chunks[place / CHUNK];
        return (chunk.used >> (place % CHUNK) & 1U) != 0 ? chunk.first + place % CHUNK : nullptr;
    }

    /// @return sessions
    size_t Size() const
    {
        return m_size;
    }

    /// @return the largest slot there can be so far
    uint32_t Last() const
    {
        return static_cast<uint32_t>(m_chunks.size() * CHUNK);
    }

  private:
    static constexpr size_t CHUNK = 32; //!< sessions

    /// Neighbours.
    struct Chunk
    {
        Session* first{nullptr}; //!< the places, one after the other
        uint32_t used{0};        //!< a bit for each, from the lowest
    };

    void AddBlock();

    std::vector<Chunk> m_chunks;  //!< by slot
    std::vector<void*> m_blocks;  //!< where chunks are: each an eighth of what was there before
    std::vector<uint32_t> m_free; //!< slots used before and not in use
    uint32_t m_fresh{1};          //!< the first slot never used
    size_t m_size{0};             //!< sessions
};

} // namespace sst

#endif /* SST_SESSION_ARENA_H */
