/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-sni-scan-rule.h"

#include "ns3/log.h"
#include "ns3/sst-censor-host-parser.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorSniScanRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorSniScanRule);

TypeId
SstCensorSniScanRule::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstCensorSniScanRule")
                            .SetParent<SstCensorSniRule>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstCensorSniScanRule>();
    return tid;
}

SstCensorSniScanRule::SstCensorSniScanRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorSniScanRule::~SstCensorSniScanRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorSniScanRule::DoMatch(const SstCensorPacket& packet)
{
    return !GetNameList().IsEmpty() && SstCensorHostParser::MatchesAnywhere(packet.GetBytes(),
                                                                            packet.GetBytesSize(),
                                                                            GetNameList());
}

std::string
SstCensorSniScanRule::DoGetName() const
{
    return "sni-scan";
}

} // namespace ns3
