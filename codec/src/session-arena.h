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
    /// A place not in use.
    struct Free
    {
        Free* next; //!< the next one
    };

    void AddBlock();

    std::vector<void*> m_blocks; //!< each an eighth of what was there before
    Free* m_free{nullptr};       //!< places not in use
    size_t m_places{0};          //!< in all blocks
};

} // namespace sst

#endif /* SST_SESSION_ARENA_H */
