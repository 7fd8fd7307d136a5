/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_DNS_STRIP_RULE_H
#define SST_CENSOR_DNS_STRIP_RULE_H

#include "ns3/sst-censor-dns-rule.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Censor `dns-strip`: answers queries of one type, that of the records with SST keys by default,
 * with NODATA and drops them: the host seems to offer no SST.
 */
class SstCensorDnsStripRule : public SstCensorDnsRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorDnsStripRule();
    ~SstCensorDnsStripRule() override;

  protected:
    bool DoMatchQuery(const SstCensorDnsQuery& query) override;
    SstCensorVerdict DoGetVerdict(const SstCensorPacket& packet,
                                  std::vector<uint8_t>& answer) override;
    std::string DoGetName() const override;

  private:
    uint16_t m_type; //!< QueryType attribute
};

} // namespace ns3

#endif // SST_CENSOR_DNS_STRIP_RULE_H
