// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_COUNTING_ALLOCATOR_H
#define SST_COUNTING_ALLOCATOR_H

#include <cstddef>

namespace ssttest
{

/// \return heap bytes in use now, what the allocator needs for itself included
size_t HeapBytes();

} // namespace ssttest

#endif // SST_COUNTING_ALLOCATOR_H
