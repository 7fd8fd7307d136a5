/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-address-rule.h"

#include "ns3/log.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorAddressRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorAddressRule);

TypeId
SstCensorAddressRule::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstCensorAddressRule")
                            .SetParent<SstCensorRule>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstCensorAddressRule>();
    return tid;
}

SstCensorAddressRule::SstCensorAddressRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorAddressRule::~SstCensorAddressRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorAddressRule::DoMatch(const SstCensorPacket& packet)
{
    return !GetServers().IsEmpty();
}

SstCensorRule::Direction
SstCensorAddressRule::DoGetDirection() const
{
    return BOTH;
}

std::string
SstCensorAddressRule::DoGetName() const
{
    return "address";
}

} // namespace ns3
