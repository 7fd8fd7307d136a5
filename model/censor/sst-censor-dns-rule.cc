/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-dns-rule.h"

#include "ns3/log.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorDnsRule");

namespace
{

constexpr uint16_t DNS_PORT = 53; //!< RFC 1035, section 4.2

} // namespace

NS_OBJECT_ENSURE_REGISTERED(SstCensorDnsRule);

TypeId
SstCensorDnsRule::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstCensorDnsRule").SetParent<SstCensorRule>().SetGroupName("Sst");
    return tid;
}

SstCensorDnsRule::SstCensorDnsRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorDnsRule::~SstCensorDnsRule()
{
    NS_LOG_FUNCTION(this);
}

bool
SstCensorDnsRule::DoMatch(const SstCensorPacket& packet)
{
    if (packet.GetProtocol() != SstCensorPacket::PROTOCOL_UDP ||
        packet.GetDestinationPort() != DNS_PORT)
    {
        return false;
    }
    size_t size;
    const uint8_t* payload = packet.GetPayload(size);
    return payload && m_query.Parse(payload, size) == SstCensorDnsQuery::Status::OK &&
           DoMatchQuery(m_query);
}

SstCensorRule::Direction
SstCensorDnsRule::DoGetDirection() const
{
    return ANY;
}

} // namespace ns3
