/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-port-rule.h"

#include "ns3/log.h"
#include "ns3/string.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorPortRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorPortRule);

TypeId
SstCensorPortRule::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstCensorPortRule")
                            .SetParent<SstCensorRule>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstCensorPortRule>()
                            .AddAttribute("Ports",
                                          "Blocked server ports and ranges, separated by commas.",
                                          StringValue(""),
                                          MakeStringAccessor(&SstCensorPortRule::SetPorts,
                                                             &SstCensorPortRule::GetPorts),
                                          MakeStringChecker());
    return tid;
}

SstCensorPortRule::SstCensorPortRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorPortRule::~SstCensorPortRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorPortRule::DoMatch(const SstCensorPacket& packet)
{
    return packet.HasPorts() && m_ports.Contains(packet.GetDestinationPort());
}

std::string
SstCensorPortRule::DoGetName() const
{
    return "port-drop";
}

bool
SstCensorPortRule::SetPorts(std::string text)
{
    const std::string error = m_ports.Parse(text);
    if (!error.empty())
    {
        NS_LOG_ERROR("Ports: " << error);
    }
    return error.empty();
}

std::string
SstCensorPortRule::GetPorts() const
{
    return m_ports.ToString();
}

} // namespace ns3
