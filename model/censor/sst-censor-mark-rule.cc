/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-mark-rule.h"

#include "ns3/log.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorMarkRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorMarkRule);

TypeId
SstCensorMarkRule::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstCensorMarkRule")
                            .SetParent<SstCensorRule>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstCensorMarkRule>()
                            .AddAttribute("TrafficClassValue",
                                          "IPv6: value of the bits of the mark.",
                                          UintegerValue(0xac),
                                          MakeUintegerAccessor(&SstCensorMarkRule::m_value),
                                          MakeUintegerChecker<uint8_t>())
                            .AddAttribute("TrafficClassMask",
                                          "IPv6: bits of the Traffic Class that make the mark; 0 "
                                          "for none.",
                                          UintegerValue(0xfc),
                                          MakeUintegerAccessor(&SstCensorMarkRule::m_mask),
                                          MakeUintegerChecker<uint8_t>());
    return tid;
}

SstCensorMarkRule::SstCensorMarkRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorMarkRule::~SstCensorMarkRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorMarkRule::DoMatch(const SstCensorPacket& packet)
{
    return packet.IsMarked(m_value, m_mask);
}

SstCensorRule::Direction
SstCensorMarkRule::DoGetDirection() const
{
    return ANY;
}

std::string
SstCensorMarkRule::DoGetName() const
{
    return "mark-drop";
}

} // namespace ns3
