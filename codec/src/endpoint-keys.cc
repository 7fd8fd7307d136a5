/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"

#include <algorithm>

namespace sst
{

bool
EndpointCore::AddServerKey(const KeyPair& key, const Clock& clock)
{
    Begin(clock);
    if (!m_started)
    {
        m_started = true;
        m_start = clock;
        m_latestUnixMs = clock.unixMs;
    }
    const bool retired = key.retireUnixMs != 0 && key.retireUnixMs <= m_now.unixMs;
    if (retired || m_serverKeys.size() >= Endpoint::MAX_SERVER_KEYS ||
        FindServerKey(key.keyId) != nullptr)
    {
        return false;
    }
    auto entry = std::make_unique<ServerKey>();
    entry->pair = key;
    entry->resetKey = MakeResetKey(key.secretKey);
    m_serverKeys.push_back(std::move(entry));
    if (key.retireUnixMs != 0)
    {
        m_retireMs = std::min(m_retireMs, key.retireUnixMs);
    }
    return true;
}

bool
EndpointCore::RemoveServerKey(uint8_t keyId)
{
    const auto found = std::find_if(m_serverKeys.begin(), m_serverKeys.end(), [&](const auto& key) {
        return key->pair.keyId == keyId;
    });
    if (found == m_serverKeys.end())
    {
        return false;
    }
    m_serverKeys.erase(found);
    return true;
}

const EndpointCore::ServerKey*
EndpointCore::FindServerKey(uint8_t keyId) const
{
    const auto found = std::find_if(m_serverKeys.begin(), m_serverKeys.end(), [&](const auto& key) {
        return key->pair.keyId == keyId;
    });
    return found != m_serverKeys.end() ? found->get() : nullptr;
}

void
EndpointCore::RetireKeys()
{
    m_retireMs = NEVER_NS;
    for (auto key = m_serverKeys.begin(); key != m_serverKeys.end();)
    {
        const uint64_t retireMs = (*key)->pair.retireUnixMs;
        if (retireMs != 0 && retireMs <= m_now.unixMs)
        {
            key = m_serverKeys.erase(key);
            continue;
        }
        if (retireMs != 0)
        {
            m_retireMs = std::min(m_retireMs, retireMs);
        }
        ++key;
    }
}

} // namespace sst
