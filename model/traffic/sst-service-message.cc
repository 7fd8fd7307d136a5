/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-service-message.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace ns3
{

std::vector<uint8_t>&
SstServiceMessage::Tail()
{
    if (m_parts.empty() || m_parts.back().bytes.empty())
    {
        m_parts.push_back({GetSize(), {}, SstServiceContent::BINARY, 0});
    }
    return m_parts.back().bytes;
}

SstServiceMessage&
SstServiceMessage::Add(const std::vector<uint8_t>& bytes)
{
    if (!bytes.empty())
    {
        auto& tail = Tail();
        tail.insert(tail.end(), bytes.begin(), bytes.end());
        m_parts.back().end += bytes.size();
    }
    return *this;
}

SstServiceMessage&
SstServiceMessage::Add(const std::string& text)
{
    return Add(std::vector<uint8_t>(text.begin(), text.end()));
}

SstServiceMessage&
SstServiceMessage::AddContent(SstServiceContent::Kind kind, uint64_t seed, uint64_t size)
{
    if (size > 0)
    {
        m_parts.push_back({GetSize() + size, {}, kind, seed});
    }
    return *this;
}

uint64_t
SstServiceMessage::GetSize() const
{
    return m_parts.empty() ? 0 : m_parts.back().end;
}

std::size_t
SstServiceMessage::Read(uint64_t offset, uint8_t* out, std::size_t size) const
{
    auto part =
        std::upper_bound(m_parts.begin(), m_parts.end(), offset, [](uint64_t at, const Part& p) {
            return at < p.end;
        });
    std::size_t done = 0;
    for (; part != m_parts.end() && done < size; ++part)
    {
        const uint64_t begin = part == m_parts.begin() ? 0 : std::prev(part)->end;
        const uint64_t at = offset + done - begin;
        const auto n =
            static_cast<std::size_t>(std::min<uint64_t>(size - done, part->end - begin - at));
        if (part->bytes.empty())
        {
            SstServiceContent::Fill(part->kind, part->seed, at, out + done, n);
        }
        else
        {
            std::memcpy(out + done, part->bytes.data() + at, n);
        }
        done += n;
    }
    return done;
}

std::size_t
SstServiceMessage::Match(uint64_t offset, const uint8_t* data, std::size_t size) const
{
    std::array<uint8_t, 2048> expected;
    std::size_t done = 0;
    while (done < size)
    {
        const std::size_t n =
            Read(offset + done, expected.data(), std::min(size - done, expected.size()));
        if (n == 0)
        {
            break;
        }
        const auto differ = std::mismatch(data + done, data + done + n, expected.data());
        const auto same = static_cast<std::size_t>(differ.first - (data + done));
        done += same;
        if (same < n)
        {
            break;
        }
    }
    return done;
}

} // namespace ns3
