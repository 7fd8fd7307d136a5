/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-dns-forge-rule.h"

#include "ns3/log.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorDnsForgeRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorDnsForgeRule);

TypeId
SstCensorDnsForgeRule::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstCensorDnsForgeRule")
                            .SetParent<SstCensorDnsRule>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstCensorDnsForgeRule>()
                            .AddAttribute("Names",
                                          "Host names, with all names below them, separated by "
                                          "commas.",
                                          StringValue(""),
                                          MakeStringAccessor(&SstCensorDnsForgeRule::SetNames,
                                                             &SstCensorDnsForgeRule::GetNames),
                                          MakeStringChecker())
                            .AddAttribute("SinkholeV4",
                                          "Address in forged A records.",
                                          Ipv4AddressValue("10.10.34.34"),
                                          MakeIpv4AddressAccessor(&SstCensorDnsForgeRule::m_v4),
                                          MakeIpv4AddressChecker())
                            .AddAttribute("SinkholeV6",
                                          "Address in forged AAAA records.",
                                          Ipv6AddressValue("2001:0:a0a:2222::1"),
                                          MakeIpv6AddressAccessor(&SstCensorDnsForgeRule::m_v6),
                                          MakeIpv6AddressChecker())
                            .AddAttribute("Ttl",
                                          "Time to live of forged records in seconds. 60 is that "
                                          "of the GFW's first injector (Anonymous 2020).",
                                          UintegerValue(60),
                                          MakeUintegerAccessor(&SstCensorDnsForgeRule::m_ttl),
                                          MakeUintegerChecker<uint32_t>());
    return tid;
}

SstCensorDnsForgeRule::SstCensorDnsForgeRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorDnsForgeRule::~SstCensorDnsForgeRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorDnsForgeRule::DoMatchQuery(const SstCensorDnsQuery& query)
{
    const uint16_t type = query.GetType();
    return (type == SstCensorDnsQuery::TYPE_A || type == SstCensorDnsQuery::TYPE_AAAA) &&
           m_names.Matches(query.GetName());
}

SstCensorVerdict
SstCensorDnsForgeRule::DoGetVerdict(const SstCensorPacket& packet, std::vector<uint8_t>& answer)
{
    std::array<uint8_t, 16> address{};
    if (GetQuery().GetType() == SstCensorDnsQuery::TYPE_A)
    {
        m_v4.Serialize(address.data());
        answer = GetQuery().BuildAddress(address.data(), 4, m_ttl);
    }
    else
    {
        m_v6.Serialize(address.data());
        answer = GetQuery().BuildAddress(address.data(), 16, m_ttl);
    }
    return SstCensorVerdict::DNS_FORGE;
}

std::string
SstCensorDnsForgeRule::DoGetName() const
{
    return "dns-forge";
}

bool
SstCensorDnsForgeRule::SetNames(std::string text)
{
    const std::string error = m_names.Parse(text);
    if (!error.empty())
    {
        NS_LOG_ERROR("Names: " << error);
    }
    return error.empty();
}

std::string
SstCensorDnsForgeRule::GetNames() const
{
    return m_names.ToString();
}

} // namespace ns3
