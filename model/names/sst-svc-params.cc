/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-svc-params.h"

#include <algorithm>

namespace ns3
{

SstDnsError
SstSvcParams::Parse(const uint8_t* data, size_t size, SstSvcParams& params)
{
    params.m_params.clear();
    size_t at = 0;
    while (at < size)
    {
        if (size - at < 4)
        {
            return SstDnsError::SVC_TRUNCATED;
        }
        const auto key = static_cast<uint16_t>(data[at] << 8 | data[at + 1]);
        const size_t length = static_cast<size_t>(data[at + 2]) << 8 | data[at + 3];
        at += 4;
        if (size - at < length)
        {
            return SstDnsError::SVC_TRUNCATED;
        }
        // RFC 9460, 2.2: "SvcParamKeys SHALL appear in increasing numeric order. Clients MUST
        // consider an RR malformed if: [...] the same SvcParamKey appears more than once."
        if (!params.m_params.empty())
        {
            if (key == params.m_params.back().first)
            {
                return SstDnsError::SVC_DUPLICATE;
            }
            if (key < params.m_params.back().first)
            {
                return SstDnsError::SVC_ORDER;
            }
        }
        params.m_params.emplace_back(key, std::vector<uint8_t>(data + at, data + at + length));
        at += length;
    }
    return SstDnsError::NONE;
}

void
SstSvcParams::Serialize(std::vector<uint8_t>& wire) const
{
    for (const auto& [key, value] : m_params)
    {
        wire.push_back(static_cast<uint8_t>(key >> 8));
        wire.push_back(static_cast<uint8_t>(key));
        wire.push_back(static_cast<uint8_t>(value.size() >> 8));
        wire.push_back(static_cast<uint8_t>(value.size()));
        wire.insert(wire.end(), value.begin(), value.end());
    }
}

void
SstSvcParams::Set(uint16_t key, const std::vector<uint8_t>& value)
{
    const auto size = std::min<size_t>(value.size(), UINT16_MAX);
    const std::vector<uint8_t> kept(value.begin(), value.begin() + static_cast<long>(size));
    auto it =
        std::lower_bound(m_params.begin(), m_params.end(), key, [](const Param& param, uint16_t k) {
            return param.first < k;
        });
    if (it != m_params.end() && it->first == key)
    {
        it->second = kept;
    }
    else
    {
        m_params.emplace(it, key, kept);
    }
}

const std::vector<uint8_t>*
SstSvcParams::Find(uint16_t key) const
{
    for (const auto& param : m_params)
    {
        if (param.first == key)
        {
            return &param.second;
        }
    }
    return nullptr;
}

const std::vector<SstSvcParams::Param>&
SstSvcParams::Get() const
{
    return m_params;
}

} // namespace ns3
