/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "session-arena.h"

#include <algorithm>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace sst
{

namespace
{

constexpr size_t GROWTH = 8;                      //!< a block has an eighth of the chunks so far
constexpr size_t LARGEST_BLOCK = size_t{1} << 25; //!< bytes of a block, at most
#ifdef MADV_HUGEPAGE
constexpr size_t HUGE_PAGE = size_t{1} << 21; //!< bytes, of x86-64 and most others
#endif

constexpr std::align_val_t ALIGNMENT{alignof(Session)}; //!< of blocks

} // namespace

SessionArena::~SessionArena()
{
    for (uint32_t slot = 1; slot < m_fresh; ++slot)
    {
        Session* session = Find(slot);
        if (session != nullptr)
        {
            session->~Session();
        }
    }
    for (void* block : m_blocks)
    {
        ::operator delete(block, ALIGNMENT);
    }
}

Session&
SessionArena::Make()
{
    if (m_free.empty() && m_fresh > Last())
    {
        AddBlock();
    }
    const uint32_t slot = m_free.empty() ? m_fresh : m_free.back();
    auto* session = new (&At(slot)) Session();
    session->slot = slot;
    m_chunks[(slot - 1) / CHUNK].used |= uint32_t{1} << (slot - 1) % CHUNK;
    ++m_size;
    if (m_free.empty())
    {
        ++m_fresh;
    }
    else
    {
        m_free.pop_back();
    }
    return *session;
}

void
SessionArena::Release(Session& session)
{
    const uint32_t slot = session.slot;
    m_free.push_back(slot);
    session.~Session();
    m_chunks[(slot - 1) / CHUNK].used &= ~(uint32_t{1} << (slot - 1) % CHUNK);
    --m_size;
}

void
SessionArena::AddBlock()
{
    constexpr size_t chunkBytes = CHUNK * sizeof(Session);
    const size_t chunks =
        std::clamp<size_t>(m_chunks.size() / GROWTH, 1, LARGEST_BLOCK / chunkBytes);
    const size_t bytes = chunks * chunkBytes;
    m_blocks.reserve(m_blocks.size() + 1);
    m_chunks.reserve(m_chunks.size() + chunks);
    m_free.reserve((m_chunks.size() + chunks) * CHUNK); // Release does not allocate
    auto* memory = static_cast<uint8_t*>(::operator new(bytes, ALIGNMENT));
    m_blocks.push_back(memory);
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
    for (size_t i = 0; i < chunks; ++i)
    {
        m_chunks.push_back({reinterpret_cast<Session*>(memory + i * chunkBytes), 0});
    }
}

} // namespace sst
