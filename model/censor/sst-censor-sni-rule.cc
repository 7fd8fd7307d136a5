/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-sni-rule.h"

#include "ns3/log.h"
#include "ns3/sst-censor-host-parser.h"
#include "ns3/string.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorSniRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorSniRule);

TypeId
SstCensorSniRule::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstCensorSniRule")
            .SetParent<SstCensorRule>()
            .SetGroupName("Sst")
            .AddConstructor<SstCensorSniRule>()
            .AddAttribute(
                "Names",
                "Blocked host names, with all names below them, separated by commas.",
                StringValue(""),
                MakeStringAccessor(&SstCensorSniRule::SetNames, &SstCensorSniRule::GetNames),
                MakeStringChecker());
    return tid;
}

SstCensorSniRule::SstCensorSniRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorSniRule::~SstCensorSniRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorSniRule::DoMatch(const SstCensorPacket& packet)
{
    if (m_names.IsEmpty() || packet.GetProtocol() != SstCensorPacket::PROTOCOL_TCP)
    {
        return false;
    }
    size_t size;
    const uint8_t* payload = packet.GetPayload(size);
    return payload && SstCensorHostParser::MatchesStart(payload, size, m_names);
}

std::string
SstCensorSniRule::DoGetName() const
{
    return "sni";
}

bool
SstCensorSniRule::SetNames(std::string text)
{
    const std::string error = m_names.Parse(text);
    if (!error.empty())
    {
        NS_LOG_ERROR("Names: " << error);
    }
    return error.empty();
}

std::string
SstCensorSniRule::GetNames() const
{
    return m_names.ToString();
}

} // namespace ns3
