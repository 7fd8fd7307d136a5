/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_DNS_FORGE_RULE_H
#define SST_CENSOR_DNS_FORGE_RULE_H

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/sst-censor-dns-rule.h"
#include "ns3/sst-censor-name-list.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Censor `dns-forge`: answers A and AAAA queries for listed names with the address of a sinkhole.
 * The query goes on; the forged response arrives ahead of the true one, which the censor's side
 * of the path only delays (GFW: 99 % of the forged answers come first, GFWatch 2021).
 */
class SstCensorDnsForgeRule : public SstCensorDnsRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorDnsForgeRule();
    ~SstCensorDnsForgeRule() override;

  protected:
    bool DoMatchQuery(const SstCensorDnsQuery& query) override;
    SstCensorVerdict DoGetVerdict(const SstCensorPacket& packet,
                                  std::vector<uint8_t>& answer) override;
    std::string DoGetName() const override;

  private:
    /**
     * @param text value of the Names attribute
     * @return false when it is no list of host names
     */
    bool SetNames(std::string text);

    /**
     * @return value of the Names attribute
     */
    std::string GetNames() const;

    SstCensorNameList m_names; //!< names answered
    Ipv4Address m_v4;          //!< SinkholeV4 attribute
    Ipv6Address m_v6;          //!< SinkholeV6 attribute
    uint32_t m_ttl;            //!< Ttl attribute
};

} // namespace ns3

#endif // SST_CENSOR_DNS_FORGE_RULE_H
