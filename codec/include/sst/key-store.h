/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_KEY_STORE_H
#define SST_KEY_STORE_H

#include "sst/key-value.h"
#include "sst/types.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sst
{

enum class KeyAnswer : uint8_t;

/**
 * Answers to key queries by (name, address): "Keys belong to (name, address), never to an address
 * alone." Bounded: what ends first makes room.
 */
class KeyStore
{
  public:
    /// A remembered answer.
    struct Item
    {
        KeyAnswer answer;           //!< its kind
        std::vector<KeyEntry> keys; //!< for KEYS
        uint64_t endNs;             //!< monotonic time it is forgotten
        uint16_t udpPort{0};        //!< where layout U is served, 0 nowhere
        bool preferU{false};        //!< layout U answered where N had not
    };

    /// @param capacity answers
    explicit KeyStore(size_t capacity);

    /// Remember, replacing what was there.
    void Put(const std::string& name, const IpAddress& address, Item item);

    /// @return the answer not yet ended, nullptr when there is none
    const Item* Find(const std::string& name, const IpAddress& address, uint64_t nowNs) const;

    /// With the keys of this answer, where it is still known, layout U answered where N had not.
    void PreferU(const std::string& name, const IpAddress& address, const PublicKey& key);

    /// Forget.
    void Remove(const std::string& name, const IpAddress& address);

    /// @return answers
    size_t Size() const;

  private:
    std::map<std::pair<std::string, IpAddress>, Item> m_items; //!< by name and address
    size_t m_capacity;                                         //!< answers
};

/// @return true when layout U can be used with an entry and the server's port for it
bool OffersU(const KeyEntry& entry, uint16_t udpPort);

/// @return the first entry usable at that time, nullptr when there is none
const KeyEntry* FirstUsable(const std::vector<KeyEntry>& keys, uint64_t unixMs);

} // namespace sst

#endif /* SST_KEY_STORE_H */
