/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_KEYED_HASH_H
#define SST_KEYED_HASH_H

#include <array>
#include <cstddef>
#include <cstdint>

/**
 * @file
 * A fast keyed hash for tables whose keys peers choose, and a way from it to a slot.
 */

namespace sst
{

/// Multiply and fold: 64 x 64 -> 128 bits, both halves combined.
inline uint64_t
MultiplyFold(uint64_t a, uint64_t b)
{
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/// @return keyed hash of three words
inline uint64_t
KeyedHash(const std::array<uint64_t, 3>& seed, uint64_t high, uint64_t low, uint64_t rest)
{
    return MultiplyFold(MultiplyFold(high ^ seed[0], low ^ seed[1]) ^ rest, seed[2] | 1);
}

/// @return the slot of a 32-bit hash among any number of them
inline size_t
SlotOfHash(uint32_t hash, size_t slots)
{
    return static_cast<size_t>((static_cast<uint64_t>(hash) * slots) >> 32);
}

/// Most slots in use before a table grows: three quarters.
inline bool
IsCrowded(size_t used, size_t slots)
{
    return used * 4 > slots * 3;
}

/// @return slots after growing: half as many again, so that a table is never less than half full
inline size_t
GrownSlots(size_t slots)
{
    return slots + slots / 2;
}

} // namespace sst

#endif /* SST_KEYED_HASH_H */
