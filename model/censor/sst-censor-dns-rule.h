/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_DNS_RULE_H
#define SST_CENSOR_DNS_RULE_H

#include "ns3/sst-censor-dns-query.h"
#include "ns3/sst-censor-rule.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Base of the censors that answer DNS queries: reads queries to UDP port 53 of any host. DNS over
 * TCP and queries in fragments are left alone. The Action attribute counts for residual blocking
 * only.
 */
class SstCensorDnsRule : public SstCensorRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorDnsRule();
    ~SstCensorDnsRule() override;

  protected:
    bool DoMatch(const SstCensorPacket& packet) override;
    Direction DoGetDirection() const override;

    /**
     * @param query a query
     * @return true when the rule is about it
     */
    virtual bool DoMatchQuery(const SstCensorDnsQuery& query) = 0;

    /**
     * @return the query matched last
     */
    const SstCensorDnsQuery& GetQuery() const
    {
        return m_query;
    }

  private:
    SstCensorDnsQuery m_query; //!< query seen last
};

} // namespace ns3

#endif // SST_CENSOR_DNS_RULE_H
