/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SESSION_ARENA_H
#define SST_SESSION_ARENA_H

#include <cstddef>
#include <memory>
#include <vector>

namespace sst
{

struct Session;

/**
 * Memory of sessions: a few large blocks instead of one allocation each, the larger ones on huge
 * pages where the system has them, because with 10^5 sessions finding the page costs as much as
 * sealing does. Places are used again; blocks are given back with the arena.
 */
class SessionArena
{
  public:
    /// Gives a session's place back to its arena.
    struct Release
    {
        SessionArena* arena{nullptr}; //!< where it came from
        void operator()(Session* session) const;
    };

    using Pointer = std::unique_ptr<Session, Release>; //!< must not outlive the arena

    SessionArena();
    ~SessionArena();
    SessionArena(const SessionArena&) = delete;
    SessionArena& operator=(const SessionArena&) = delete;

    /// @return a fresh session
    Pointer Make();

  private:
    /// A block of places.
    struct Block
    {
        void* memory; //!< from aligned allocation
        size_t size;  //!< places
    };

    void AddBlock();

    std::vector<Block> m_blocks; //!< each twice as large as the one before, up to a bound
    std::vector<void*> m_free;   //!< places not in use
};

} // namespace sst

#endif /* SST_SESSION_ARENA_H */
