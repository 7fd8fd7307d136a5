/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/key-store.h"

#include <algorithm>

namespace sst
{

KeyStore::KeyStore(size_t capacity)
    : m_capacity(capacity)
{
}

void
KeyStore::Put(const std::string& name, const IpAddress& address, Item item)
{
    const auto key = std::make_pair(name, address);
    if (m_items.count(key) == 0 && m_items.size() >= m_capacity && !m_items.empty())
    {
        m_items.erase(
            std::min_element(m_items.begin(), m_items.end(), [](const auto& a, const auto& b) {
                return a.second.endNs < b.second.endNs;
            }));
    }
    m_items[key] = std::move(item);
}

const KeyStore::Item*
KeyStore::Find(const std::string& name, const IpAddress& address, uint64_t nowNs) const
{
    const auto found = m_items.find(std::make_pair(name, address));
    return found != m_items.end() && nowNs < found->second.endNs ? &found->second : nullptr;
}

void
KeyStore::PreferU(const std::string& name, const IpAddress& address, const PublicKey& key)
{
    const auto found = m_items.find(std::make_pair(name, address));
    if (found == m_items.end())
    {
        return;
    }
    const std::vector<KeyEntry>& keys = found->second.keys;
    if (std::any_of(keys.begin(), keys.end(), [&key](const KeyEntry& entry) {
            return entry.publicKey == key;
        }))
    {
        found->second.preferU = true;
    }
}

void
KeyStore::Remove(const std::string& name, const IpAddress& address)
{
    m_items.erase(std::make_pair(name, address));
}

size_t
KeyStore::Size() const
{
    return m_items.size();
}

bool
OffersU(const KeyEntry& entry, uint16_t udpPort)
{
    // PROTOCOL, DNS: flags "bit 2 layout U served"; Layout U: "server port = `port` of the DNS
    // record".
    return (entry.flags & KEY_FLAG_LAYOUT_U) != 0 && udpPort != 0;
}

const KeyEntry*
FirstUsable(const std::vector<KeyEntry>& keys, uint64_t unixMs)
{
    // PROTOCOL, DNS: "Client takes the first usable entry".
    const auto found = std::find_if(keys.begin(), keys.end(), [unixMs](const KeyEntry& entry) {
        return entry.version == KEY_VERSION && entry.suite == KEY_SUITE && entry.IsValidAt(unixMs);
    });
    return found != keys.end() ? &*found : nullptr;
}

} // namespace sst
