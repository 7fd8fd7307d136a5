/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seeded-random.h"

#include "ns3/integer.h"

#include <limits>

namespace ns3
{

namespace
{
/// First stream number: "SST" in ASCII on top, far from numbers written by hand and below 2^63,
/// where ns-3's automatic ones begin.
constexpr int64_t FIRST_STREAM = 0x5353540000000000;
/// Purposes whose streams lie there, node after node; those of the others lie as far above.
constexpr std::size_t LOWER_STREAMS = 3;
constexpr int64_t UPPER_STREAM = FIRST_STREAM + (int64_t{1} << 40);
} // namespace

SstSeededRandom::SstSeededRandom(uint32_t node)
{
    for (std::size_t i = 0; i < STREAMS; i++)
    {
        const bool lower = i < LOWER_STREAMS;
        const std::size_t perNode = lower ? LOWER_STREAMS : STREAMS - LOWER_STREAMS;
        const auto stream = static_cast<int64_t>(uint64_t{node} * perNode) +
                            static_cast<int64_t>(lower ? i : i - LOWER_STREAMS) +
                            (lower ? FIRST_STREAM : UPPER_STREAM);
        // a stream given at construction does not shift the automatic ones
        m_streams[i] =
            CreateObjectWithAttributes<UniformRandomVariable>("Stream", IntegerValue(stream));
    }
}

int64_t
SstSeededRandom::AssignStreams(int64_t stream)
{
    for (std::size_t i = 0; i < STREAMS; i++)
    {
        m_streams[i]->SetStream(stream + static_cast<int64_t>(i));
    }
    return STREAMS;
}

void
SstSeededRandom::Fill(sst::Purpose purpose, uint8_t* out, std::size_t size)
{
    const Ptr<UniformRandomVariable>& stream = m_streams.at(static_cast<std::size_t>(purpose));
    uint32_t word = 0;
    for (std::size_t i = 0; i < size; i++)
    {
        if (i % sizeof(word) == 0)
        {
            word = stream->GetInteger(0, std::numeric_limits<uint32_t>::max());
        }
        out[i] = static_cast<uint8_t>(word);
        word >>= 8;
    }
}

} // namespace ns3
