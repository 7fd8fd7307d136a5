/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CONFORM_TEST_RANDOM_H
#define SST_CONFORM_TEST_RANDOM_H

#include "sst/random.h"

#include <cstdint>
#include <deque>
#include <map>
#include <vector>

namespace sstconform
{

/**
 * "sst-test-random": repeatable bytes that every implementation draws alike. Block i of a purpose
 * is SHA-256(seed(64) | purpose in ASCII upper case | i(64)); n bytes take ceil(n / 32) new blocks,
 * what is left of the last one is discarded.
 */
class TestRandom : public sst::Random
{
  public:
    /// @param seed of all streams
    explicit TestRandom(uint64_t seed);

    /// Hand these bytes out first, for a draw of just as many.
    void Prepare(sst::Purpose purpose, const std::vector<uint8_t>& bytes);

    void Fill(sst::Purpose purpose, uint8_t* out, size_t size) override;

  private:
    uint64_t m_seed;                                                     //!< of all streams
    std::map<sst::Purpose, uint64_t> m_next;                             //!< block, by purpose
    std::map<sst::Purpose, std::deque<std::vector<uint8_t>>> m_prepared; //!< handed out first
};

/// @return the name of a purpose, as it goes into the hash
const char* ToString(sst::Purpose purpose);

} // namespace sstconform

#endif /* SST_CONFORM_TEST_RANDOM_H */
