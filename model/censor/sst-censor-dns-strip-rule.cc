/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-dns-strip-rule.h"

#include "ns3/log.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorDnsStripRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorDnsStripRule);

TypeId
SstCensorDnsStripRule::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstCensorDnsStripRule")
                            .SetParent<SstCensorDnsRule>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstCensorDnsStripRule>()
                            .AddAttribute("QueryType",
                                          "DNS type that is stripped; 64 is SVCB.",
                                          UintegerValue(SstCensorDnsQuery::TYPE_SVCB),
                                          MakeUintegerAccessor(&SstCensorDnsStripRule::m_type),
                                          MakeUintegerChecker<uint16_t>());
    return tid;
}

SstCensorDnsStripRule::SstCensorDnsStripRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorDnsStripRule::~SstCensorDnsStripRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorDnsStripRule::DoMatchQuery(const SstCensorDnsQuery& query)
{
    return query.GetType() == m_type;
}

SstCensorVerdict
SstCensorDnsStripRule::DoGetVerdict(const SstCensorPacket& packet, std::vector<uint8_t>& answer)
{
    answer = GetQuery().BuildNoData();
    return SstCensorVerdict::DNS_ANSWER;
}

std::string
SstCensorDnsStripRule::DoGetName() const
{
    return "dns-strip";
}

} // namespace ns3
