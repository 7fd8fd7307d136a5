/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SEEDED_RANDOM_H
#define SST_SEEDED_RANDOM_H

#include "sst/random.h"

#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst
 * The codec's randomness in a simulation, keys included: one ns-3 stream for each purpose, so
 * that the same seed and run give the same bytes and no purpose disturbs another.
 */
class SstSeededRandom : public sst::Random
{
  public:
    static constexpr std::size_t STREAMS = 5; //!< one for each sst::Purpose

    /**
     * @param node the node's id: every node has stream numbers of its own
     */
    explicit SstSeededRandom(uint32_t node);

    /**
     * @param stream the first stream number to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

    void Fill(sst::Purpose purpose, uint8_t* out, std::size_t size) override;

  private:
    std::array<Ptr<UniformRandomVariable>, STREAMS> m_streams; //!< by purpose
};

} // namespace ns3

#endif // SST_SEEDED_RANDOM_H
