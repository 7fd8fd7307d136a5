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

constexpr size_t FIRST_BLOCK = 8;              //!< places of the first block
constexpr size_t GROWTH = 8;                   //!< a block has an eighth of the places so far
constexpr size_t LARGEST_BLOCK = size_t{1} << 25; //!< bytes of a block, at most
#ifdef MADV_HUGEPAGE
constexpr size_t HUGE_PAGE = size_t{1} << 21; //!< bytes, of x86-64 and most others
#endif

constexpr std::align_val_t ALIGNMENT{alignof(Session)}; //!< of blocks

} // namespace

SessionArena::SessionArena() = default;

SessionArena::~SessionArena()
{
    for (void* block : m_blocks)
    {
        ::operator delete(block, ALIGNMENT);
    }
}

void
SessionArena::Release::operator()(Session* session) const
{
    session->~Session();
    arena->m_free = new (session) Free{arena->m_free};
}

SessionArena::Pointer
SessionArena::Make()
{
    if (m_free == nullptr)
    {
        AddBlock();
    }
    Free* place = m_free;
    m_free = place->next;
    return Pointer(new (place) Session(), Release{this});
}

void
SessionArena::AddBlock()
{
    const size_t places =
        std::clamp(m_places / GROWTH, FIRST_BLOCK, LARGEST_BLOCK / sizeof(Session));
    const size_t bytes = places * sizeof(Session);
    m_blocks.reserve(m_blocks.size() + 1);
    auto* memory = static_cast<uint8_t*>(::operator new(bytes, ALIGNMENT));
    m_blocks.push_back(memory);
    m_places += places;
#ifdef MADV_HUGEPAGE
    const auto address = reinterpret_cast<uintptr_t>(memory);
    const uintptr_t begin = (address + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    const uintptr_t end = (address + bytes) / HUGE_PAGE * HUGE_PAGE;
    if (begin < end)
    {
        // A wish: without huge pages everything works, slower.
        (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
    }
#endif
    for (size_t i = places; i > 0; --i)
    {
        m_free = new (memory + (i - 1) * sizeof(Session)) Free{m_free};
    }
}

} // namespace sst
