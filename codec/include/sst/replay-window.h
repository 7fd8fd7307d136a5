/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_REPLAY_WINDOW_H
#define SST_REPLAY_WINDOW_H

#include "sst/prefetch.h"

#include <array>
#include <cstdint>

namespace sst
{

/**
 * Which packet numbers were seen: a window of 2048 below the highest (RFC 6479 with exact edges).
 * "moved only after the tag verified": ask IsFresh, verify, then Mark.
 */
class ReplayWindow
{
  public:
    static constexpr uint64_t SIZE = 2048; //!< numbers: the highest and 2047 below it

    /**
     * @param number packet number
     * @return true when neither seen nor below the window
     */
    bool IsFresh(uint64_t number) const;

    /// @param number packet number of an authentic packet
    void Mark(uint64_t number);

    /// Fetch ahead the bit of a number.
    void Prefetch(uint64_t number) const
    {
        PrefetchLine(&m_bits[number % SIZE / WORD_BITS]);
    }

    /// @return true when anything was marked
    bool HasAny() const;

    /// @return the highest number marked
    uint64_t Highest() const;

  private:
    static constexpr uint64_t WORD_BITS = 64;           //!< bits
    static constexpr uint64_t WORDS = SIZE / WORD_BITS; //!< words

    uint64_t m_highest{0};                //!< highest number marked
    bool m_any{false};                    //!< anything marked
    std::array<uint64_t, WORDS> m_bits{}; //!< ring, bit n % SIZE stands for n
};

} // namespace sst

#endif /* SST_REPLAY_WINDOW_H */
