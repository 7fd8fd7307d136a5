/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-cache.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr uint32_t MAX_TTL = 604800; //!< seconds an entry lives at most (RFC 8767, 4: a week)

/**
 * @param ttl seconds as on the wire
 * @return seconds meant
 */
uint32_t
EffectiveTtl(uint32_t ttl)
{
    // RFC 2181, 8: "Implementations should treat TTL values received with the most significant
    // bit set as if the entire value received was zero."
    return ttl >> 31 != 0 ? 0 : std::min(ttl, MAX_TTL);
}

} // namespace

void
SstDnsCache::Add(const SstDnsQuestion& question, const SstDnsMessage& response)
{
    if (response.header.rcode != SstDns::NOERROR && response.header.rcode != SstDns::NXDOMAIN)
    {
        return;
    }
    uint32_t ttl = MAX_TTL;
    bool positive = false;
    for (const auto& record : response.answers)
    {
        if (record.type == question.type && record.name == question.name)
        {
            positive = true;
            ttl = std::min(ttl, EffectiveTtl(record.ttl));
        }
    }
    if (!positive)
    {
        ttl = EffectiveTtl(response.GetNegativeTtl());
    }
    if (ttl == 0)
    {
        return;
    }
    const Time now = Simulator::Now();
    if (m_entries.size() >= CAPACITY)
    {
        for (auto it = m_entries.begin(); it != m_entries.end();)
        {
            it = it->second.expires <= now ? m_entries.erase(it) : std::next(it);
        }
        if (m_entries.size() >= CAPACITY)
        {
            return;
        }
    }
    m_entries[{question.name, question.type}] = {now + Seconds(ttl), response};
}

const SstDnsMessage*
SstDnsCache::Find(const SstDnsQuestion& question)
{
    auto it = m_entries.find({question.name, question.type});
    if (it == m_entries.end())
    {
        return nullptr;
    }
    if (it->second.expires <= Simulator::Now())
    {
        m_entries.erase(it);
        return nullptr;
    }
    return &it->second.response;
}

void
SstDnsCache::Clear()
{
    m_entries.clear();
}

size_t
SstDnsCache::GetSize() const
{
    return m_entries.size();
}

} // namespace ns3
