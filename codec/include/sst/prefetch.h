/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_PREFETCH_H
#define SST_PREFETCH_H

namespace sst
{

/**
 * Ask the processor to fetch the cache line of an address; any address, nothing is read.
 *
 * The empty asm is what keeps it: GCC 12 takes a function that only prefetches for one without
 * effects and removes calls of it.
 * @param address anywhere
 */
inline void
PrefetchLine(const void* address)
{
    __builtin_prefetch(address);
    __asm__ volatile("" : : "r"(address));
}

} // namespace sst

#endif /* SST_PREFETCH_H */
