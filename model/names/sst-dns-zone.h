/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_ZONE_H
#define SST_DNS_ZONE_H

#include "ns3/sst-dns-message.h"
#include "ns3/sst-dns-types.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * The records a DNS server knows, and the answers they give. It answers for every name, as the
 * resolver of a network does; aliases (CNAME) are not followed.
 */
class SstDnsZone
{
  public:
    /**
     * @param record a record of class IN
     */
    void Add(const SstDnsRecord& record);

    /**
     * @param name a name; all its records are removed
     */
    void Remove(const std::string& name);

    /**
     * @param name a name; its records of the type are removed
     * @param type a type of record
     */
    void Remove(const std::string& name, uint16_t type);

    /**
     * @param query a message
     * @param negativeTtl seconds an absence may be cached
     * @return the response: records, NODATA or NXDOMAIN with a SOA, or FORMERR, NOTIMP, REFUSED,
     *         BADVERS
     */
    SstDnsMessage Answer(const SstDnsMessage& query, uint32_t negativeTtl) const;

  private:
    /**
     * @param name a name
     * @return whether it, or a name below it, has records
     */
    bool Exists(const std::string& name) const;

    std::map<std::string, std::vector<SstDnsRecord>> m_records; //!< by canonical owner
    std::map<std::string, uint32_t> m_below; //!< names with records below: number of such names
};

} // namespace ns3

#endif // SST_DNS_ZONE_H
