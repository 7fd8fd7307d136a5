/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_CACHE_H
#define SST_DNS_CACHE_H

#include "ns3/nstime.h"
#include "ns3/sst-dns-message.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace ns3
{

/**
 * @ingroup sst
 * Responses by name and type of their question, until the least TTL of their records has passed.
 * Entries expire when they are looked up: no event keeps a simulation alive.
 */
class SstDnsCache
{
  public:
    /**
     * Keep a response if its TTLs allow: records, NODATA or NXDOMAIN (RFC 2308).
     *
     * @param question what was asked
     * @param response the response
     */
    void Add(const SstDnsQuestion& question, const SstDnsMessage& response);

    /**
     * @param question what is asked
     * @return the response kept, nullptr when there is none; valid until the next call
     */
    const SstDnsMessage* Find(const SstDnsQuestion& question);

    /// Forget all.
    void Clear();

    /**
     * @return entries, expired ones included that nobody looked up since
     */
    size_t GetSize() const;

  private:
    /// Entries kept at most; expired ones go first, then nothing new is kept.
    static constexpr size_t CAPACITY = 4096;

    /// Name and type.
    using Key = std::pair<std::string, uint16_t>;

    /// A response and its end.
    struct Entry
    {
        Time expires;           //!< when it ends
        SstDnsMessage response; //!< the response
    };

    std::map<Key, Entry> m_entries; //!< entries
};

} // namespace ns3

#endif // SST_DNS_CACHE_H
