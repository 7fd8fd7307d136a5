/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_TOKEN_BUCKET_H
#define SST_TOKEN_BUCKET_H

#include <algorithm>
#include <cstdint>

namespace sst
{

/**
 * So many a second, and as many at once after a second of silence. Eight bytes: it keeps the time
 * at which it is full again.
 */
class TokenBucket
{
  public:
    /**
     * @param rate tokens a second, and how many it holds; 0: never has one
     * @param nowNs monotonic
     * @return true when a token is there
     */
    bool Has(uint32_t rate, uint64_t nowNs) const
    {
        return rate > 0 && (m_fullNs <= nowNs || m_fullNs - nowNs <= (rate - 1) * IntervalNs(rate));
    }

    /// Take one out; only where Has says so.
    void Take(uint32_t rate, uint64_t nowNs)
    {
        m_fullNs = std::max(m_fullNs, nowNs) + IntervalNs(rate);
    }

  private:
    static constexpr uint64_t SECOND_NS = 1000000000; //!< what rates count by

    /// @return time for one token, rounded up: the rate is never exceeded
    static uint64_t IntervalNs(uint32_t rate)
    {
        return (SECOND_NS + rate - 1) / rate;
    }

    uint64_t m_fullNs{0}; //!< full from then on
};

} // namespace sst

#endif /* SST_TOKEN_BUCKET_H */
