/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "session-arena.h"

#include "session.h"

#include <algorithm>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace sst
{

namespace
{

constexpr size_t FIRST_BLOCK = 8;             //!< places of the first block
constexpr size_t HUGE_PAGE = size_t{1} << 21; //!< bytes, of x86-64 and most others
constexpr size_t LARGEST_BLOCK = HUGE_PAGE / sizeof(Session); //!< places of the largest block

/// @return what a block of that many places is aligned to
std::align_val_t
AlignmentOf(size_t places)
{
    return std::align_val_t(places >= LARGEST_BLOCK ? HUGE_PAGE : alignof(Session));
}

} // namespace

SessionArena::SessionArena() = default;

SessionArena::~SessionArena()
{
    for (const Block& block : m_blocks)
    {
        ::operator delete(block.memory, AlignmentOf(block.size));
    }
}

void
SessionArena::Release::operator()(Session* session) const
{
    session->~Session();
    arena->m_free.push_back(session);
}

SessionArena::Pointer
SessionArena::Make()
{
    if (m_free.empty())
    {
        AddBlock();
    }
    void* place = m_free.back();
    Pointer session(new (place) Session(), Release{this});
    m_free.pop_back();
    return session;
}

void
SessionArena::AddBlock()
{
    const size_t places =
        m_blocks.empty() ? FIRST_BLOCK : std::min(2 * m_blocks.back().size, LARGEST_BLOCK);
    const size_t bytes = places >= LARGEST_BLOCK ? HUGE_PAGE : places * sizeof(Session);
    m_blocks.reserve(m_blocks.size() + 1);
    void* memory = ::operator new(bytes, AlignmentOf(places));
    m_blocks.push_back({memory, places});
#ifdef MADV_HUGEPAGE
    if (places >= LARGEST_BLOCK)
    {
        // A wish: without huge pages everything works, slower.
        (void)madvise(memory, bytes, MADV_HUGEPAGE);
    }
#endif
    // Release never allocates.
    size_t all = 0;
    for (const Block& block : m_blocks)
    {
        all += block.size;
    }
    m_free.reserve(all);
    for (size_t i = places; i > 0; --i)
    {
        m_free.push_back(static_cast<uint8_t*>(memory) + (i - 1) * sizeof(Session));
    }
}

} // namespace sst
