/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-port-allow-rule.h"

#include "ns3/log.h"
#include "ns3/string.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorPortAllowRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorPortAllowRule);

TypeId
SstCensorPortAllowRule::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstCensorPortAllowRule")
                            .SetParent<SstCensorRule>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstCensorPortAllowRule>()
                            .AddAttribute("Ports",
                                          "Allowed server ports and ranges, separated by commas.",
                                          StringValue("53,80,443"),
                                          MakeStringAccessor(&SstCensorPortAllowRule::SetPorts,
                                                             &SstCensorPortAllowRule::GetPorts),
                                          MakeStringChecker());
    return tid;
}

SstCensorPortAllowRule::SstCensorPortAllowRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorPortAllowRule::~SstCensorPortAllowRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorPortAllowRule::DoMatch(const SstCensorPacket& packet)
{
    return !packet.HasPorts() || !m_ports.Contains(packet.GetDestinationPort());
}

std::string
SstCensorPortAllowRule::DoGetName() const
{
    return "port-allow";
}

bool
SstCensorPortAllowRule::SetPorts(std::string text)
{
    const std::string error = m_ports.Parse(text);
    if (!error.empty())
    {
        NS_LOG_ERROR("Ports: " << error);
    }
    return error.empty();
}

std::string
SstCensorPortAllowRule::GetPorts() const
{
    return m_ports.ToString();
}

} // namespace ns3
