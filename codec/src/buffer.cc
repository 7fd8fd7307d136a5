/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/buffer.h"

#include <cstring>
#include <utility>

namespace sst
{

Buffer::Buffer()
    : m_begin(0),
      m_end(0)
{
}

void
Buffer::Assign(const uint8_t* data, size_t size)
{
    uint8_t* out = Resize(size);
    if (size > 0)
    {
        std::memcpy(out, data, size);
    }
}

uint8_t*
Buffer::Resize(size_t size)
{
    const size_t wanted = HEADROOM + size + TAILROOM;
    if (m_store.size() < wanted)
    {
        // No content to keep; room for a whole Ethernet frame saves the next growth.
        m_store.resize(wanted < 2048 ? 2048 : wanted);
    }
    m_begin = HEADROOM;
    m_end = HEADROOM + size;
    return Data();
}

uint8_t*
Buffer::Prepend(size_t size)
{
    if (m_begin < size)
    {
        Relocate(HEADROOM + size, TAILROOM);
    }
    m_begin -= size;
    return Data();
}

uint8_t*
Buffer::Append(size_t size)
{
    if (m_store.size() - m_end < size)
    {
        Relocate(HEADROOM, TAILROOM + size);
    }
    uint8_t* added = m_store.data() + m_end;
    m_end += size;
    return added;
}

void
Buffer::Swap(Buffer& other) noexcept
{
    m_store.swap(other.m_store);
    std::swap(m_begin, other.m_begin);
    std::swap(m_end, other.m_end);
}

void
Buffer::Relocate(size_t front, size_t back)
{
    const size_t size = Size();
    std::vector<uint8_t> store(front + size + back);
    if (size > 0)
    {
        std::memcpy(store.data() + front, Data(), size);
    }
    m_store.swap(store);
    m_begin = front;
    m_end = front + size;
}

} // namespace sst
