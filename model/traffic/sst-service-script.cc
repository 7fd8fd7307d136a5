/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-service-script.h"

#include "ns3/assert.h"

#include <algorithm>
#include <cmath>

namespace ns3
{

namespace
{

/// Protocol number of TCP (IANA).
constexpr uint8_t TCP = 6;

/**
 * @param side a side
 * @return its place in an array
 */
std::size_t
At(SstServiceSide side)
{
    return side == SstServiceSide::CLIENT ? 0 : 1;
}

} // namespace

SstServiceScript::SstServiceScript(const std::string& name, uint8_t protocol, uint16_t port)
    : m_name(name),
      m_protocol(protocol),
      m_port(port)
{
}

void
SstServiceScript::AddStep(SstServiceSide side,
                          const SstServiceMessage& message,
                          Start start,
                          Time delay)
{
    auto& steps = m_steps[At(side)];
    Step step;
    step.message = message;
    step.offset = m_size[At(side)];
    step.delay = delay;
    if (start == AFTER_PEER)
    {
        step.awaits = m_size[At(Other(side))];
    }
    else if (!steps.empty())
    {
        step.awaits = steps.back().awaits;
    }
    m_size[At(side)] += message.GetSize();
    steps.push_back(step);
}

void
SstServiceScript::SetCloser(SstServiceSide side)
{
    m_closer = side;
}

void
SstServiceScript::SetNeeded(double share)
{
    NS_ASSERT_MSG(share > 0 && share <= 1, "share of datagrams " << share << " not in (0, 1]");
    m_share = share;
}

const std::string&
SstServiceScript::GetName() const
{
    return m_name;
}

uint8_t
SstServiceScript::GetProtocol() const
{
    return m_protocol;
}

bool
SstServiceScript::IsStream() const
{
    return m_protocol == TCP;
}

uint16_t
SstServiceScript::GetPort() const
{
    return m_port;
}

SstServiceSide
SstServiceScript::GetCloser() const
{
    return m_closer;
}

const std::vector<SstServiceScript::Step>&
SstServiceScript::GetSteps(SstServiceSide side) const
{
    return m_steps[At(side)];
}

uint64_t
SstServiceScript::GetSize(SstServiceSide side) const
{
    return m_size[At(side)];
}

uint32_t
SstServiceScript::GetNeeded() const
{
    const auto count = static_cast<double>(m_steps[At(SstServiceSide::SERVER)].size());
    // The share is a decimal fraction: 0.95 * 100 must not round up to 96.
    return static_cast<uint32_t>(std::ceil(count * m_share - 1e-6));
}

std::size_t
SstServiceScript::Match(SstServiceSide side,
                        uint64_t offset,
                        const uint8_t* data,
                        std::size_t size) const
{
    if (offset >= m_size[At(side)])
    {
        return 0;
    }
    const auto& steps = m_steps[At(side)];
    auto step =
        std::upper_bound(steps.begin(), steps.end(), offset, [](uint64_t at, const Step& s) {
            return at < s.offset;
        });
    --step; // the first one begins at 0
    std::size_t done = 0;
    for (; step != steps.end() && done < size; ++step)
    {
        const uint64_t at = offset + done - step->offset;
        const auto want =
            static_cast<std::size_t>(std::min<uint64_t>(size - done, step->message.GetSize() - at));
        const std::size_t same = step->message.Match(at, data + done, want);
        done += same;
        if (same < want)
        {
            break;
        }
    }
    return done;
}

SstServiceSide
SstServiceScript::Other(SstServiceSide side)
{
    return side == SstServiceSide::CLIENT ? SstServiceSide::SERVER : SstServiceSide::CLIENT;
}

} // namespace ns3
