// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Replaces the global operators new and delete: for a program of its own.

#include "counting-allocator.h"

#include <cstdlib>
#include <malloc.h>
#include <new>

namespace
{

size_t g_bytes = 0; //!< in use

/// \return bytes a block takes: what can be used of it, and the word in front of it
size_t
Cost(void* block)
{
    return malloc_usable_size(block) + sizeof(size_t);
}

void*
Allocate(size_t size)
{
    void* block = std::malloc(size == 0 ? 1 : size);
    if (block == nullptr)
    {
        throw std::bad_alloc();
    }
    g_bytes += Cost(block);
    return block;
}

void
Release(void* block)
{
    if (block != nullptr)
    {
        g_bytes -= Cost(block);
        std::free(block);
    }
}

} // namespace

void*
operator new(size_t size)
{
    return Allocate(size);
}

void*
operator new[](size_t size)
{
    return Allocate(size);
}

void
operator delete(void* block) noexcept
{
    Release(block);
}

void
operator delete[](void* block) noexcept
{
    Release(block);
}

void
operator delete(void* block, size_t) noexcept
{
    Release(block);
}

void
operator delete[](void* block, size_t) noexcept
{
    Release(block);
}

void*
operator new(size_t size, std::align_val_t alignment)
{
    const auto unit = static_cast<size_t>(alignment);
    void* block = std::aligned_alloc(unit, (size + unit - 1) / unit * unit);
    if (block == nullptr)
    {
        throw std::bad_alloc();
    }
    g_bytes += Cost(block);
    return block;
}

void
operator delete(void* block, std::align_val_t) noexcept
{
    Release(block);
}

void
operator delete(void* block, size_t, std::align_val_t) noexcept
{
    Release(block);
}

size_t
ssttest::HeapBytes()
{
    return g_bytes;
}
