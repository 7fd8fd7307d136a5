// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_SPLITMIX_H
#define SST_SPLITMIX_H

#include "sst/random.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

/**
 * @file
 * Reproducible numbers for tests, fuzzing and long runs, the same on every platform. Never for keys
 * that are to be secret.
 */

namespace ssttest
{

/// splitmix64 of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.
class SplitMix
{
  public:
    explicit SplitMix(uint64_t seed)
        : m_state{seed}
    {
    }

    /// @return 64 uniform bits
    uint64_t Next()
    {
        m_state += 0x9e3779b97f4a7c15ULL;
        uint64_t z = m_state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }

    /// @return a number of [0, bound); bound > 0
    uint64_t Below(uint64_t bound)
    {
        return Next() % bound;
    }

  private:
    uint64_t m_state; //!< a counter
};

/// What an endpoint draws, from splitmix64, whatever the purpose.
class SplitMixRandom : public sst::Random
{
  public:
    explicit SplitMixRandom(uint64_t seed)
        : m_numbers{seed}
    {
    }

    void Fill(sst::Purpose /* purpose */, uint8_t* out, size_t size) override
    {
        for (size_t at = 0; at < size; at += sizeof(uint64_t))
        {
            const uint64_t word = m_numbers.Next();
            std::memcpy(out + at, &word, std::min(sizeof word, size - at));
        }
    }

  private:
    SplitMix m_numbers;
};

} // namespace ssttest

#endif // SST_SPLITMIX_H
