/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-rule.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/hash.h"
#include "ns3/integer.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorRule");

NS_OBJECT_ENSURE_REGISTERED(SstCensorRule);

namespace
{

/// Streams of the rules lie from here on, by the hash of the rule's name.
constexpr int64_t STREAM_BASE = int64_t{0x5353} << 40;

} // namespace

TypeId
SstCensorRule::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstCensorRule")
            .SetParent<Object>()
            .SetGroupName("Sst")
            .AddAttribute("Name",
                          "Name of the rule in traces and counters; empty: the censor name of "
                          "its class.",
                          StringValue(""),
                          MakeStringAccessor(&SstCensorRule::m_name),
                          MakeStringChecker())
            .AddAttribute(
                "Servers",
                "Addresses and prefixes of the servers, separated by commas; they tell "
                "the client's side from the server's. Empty: every address counts.",
                StringValue(""),
                MakeStringAccessor(&SstCensorRule::SetServers, &SstCensorRule::GetServersText),
                MakeStringChecker())
            .AddAttribute("Direction",
                          "Which packets the rule looks at.",
                          EnumValue(SstCensorRule::AUTO),
                          MakeEnumAccessor<Direction>(&SstCensorRule::m_direction),
                          MakeEnumChecker(SstCensorRule::AUTO,
                                          "Auto",
                                          SstCensorRule::CLIENT_TO_SERVER,
                                          "ClientToServer",
                                          SstCensorRule::SERVER_TO_CLIENT,
                                          "ServerToClient",
                                          SstCensorRule::BOTH,
                                          "Both",
                                          SstCensorRule::ANY,
                                          "Any"))
            .AddAttribute("Action",
                          "What happens to a packet that matches.",
                          EnumValue(SstCensorRule::DROP),
                          MakeEnumAccessor<Action>(&SstCensorRule::m_action),
                          MakeEnumChecker(SstCensorRule::DROP,
                                          "Drop",
                                          SstCensorRule::RST,
                                          "Rst",
                                          SstCensorRule::RST_DROP,
                                          "RstDrop"))
            .AddAttribute("Probability",
                          "Share of the packets that match on which the rule acts, one draw a "
                          "packet.",
                          DoubleValue(1.0),
                          MakeDoubleAccessor(&SstCensorRule::m_probability),
                          MakeDoubleChecker<double>(0.0, 1.0))
            .AddAttribute("ResidualKey",
                          "What is remembered of a packet acted on: later packets with the same "
                          "key get the Action, match or not.",
                          EnumValue(SstCensorRule::NONE),
                          MakeEnumAccessor<ResidualKey>(&SstCensorRule::m_residualKey),
                          MakeEnumChecker(SstCensorRule::NONE,
                                          "None",
                                          SstCensorRule::THREE_TUPLE,
                                          "ThreeTuple",
                                          SstCensorRule::FOUR_TUPLE,
                                          "FourTuple",
                                          SstCensorRule::IP_PAIR,
                                          "IpPair",
                                          SstCensorRule::SERVER,
                                          "Server"))
            .AddAttribute("ResidualTime",
                          "How long it is remembered. 180 s is what the residual drops of the "
                          "Great Firewall last (Bock 2021, Wu 2023).",
                          TimeValue(Seconds(180)),
                          MakeTimeAccessor(&SstCensorRule::m_residualTime),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("ResidualRefresh",
                          "Whether packets met by residual blocking begin the time anew.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SstCensorRule::m_residualRefresh),
                          MakeBooleanChecker())
            .AddAttribute("ResidualBound",
                          "Most keys remembered; the oldest makes room.",
                          UintegerValue(65536),
                          MakeUintegerAccessor(&SstCensorRule::SetResidualBound),
                          MakeUintegerChecker<uint32_t>());
    return tid;
}

SstCensorRule::SstCensorRule()
{
    NS_LOG_FUNCTION(this);
}

SstCensorRule::~SstCensorRule()
{
    NS_LOG_FUNCTION(this);
}

void
SstCensorRule::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_random = nullptr;
    Object::DoDispose();
}

SstCensorVerdict
SstCensorRule::Evaluate(const SstCensorPacket& packet, std::vector<uint8_t>& answer)
{
    NS_LOG_FUNCTION(this);
    bool toServer;
    if (!Orient(packet, toServer))
    {
        return SstCensorVerdict::PASS;
    }
    ++m_counters.seen;

    SstCensorVerdict verdict = SstCensorVerdict::PASS;
    if (m_residualKey != NONE && IsResidual(packet, toServer))
    {
        verdict = ActOn(packet);
        m_counters.residual += verdict != SstCensorVerdict::PASS;
    }
    else if (DoMatch(packet))
    {
        verdict = DoGetVerdict(packet, answer);
        if (verdict != SstCensorVerdict::PASS)
        {
            ++m_counters.matched;
            if (!Draw())
            {
                ++m_counters.spared;
                verdict = SstCensorVerdict::PASS;
            }
        }
        SstCensorResidualTable::Key key;
        if (verdict != SstCensorVerdict::PASS && MakeKey(packet, toServer, key))
        {
            m_table.Insert(key, (Simulator::Now() + m_residualTime).GetNanoSeconds());
        }
    }
    ++m_counters.verdicts[static_cast<size_t>(verdict)];
    return verdict;
}

std::string
SstCensorRule::GetName() const
{
    return m_name.empty() ? DoGetName() : m_name;
}

int64_t
SstCensorRule::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    GetRandom()->SetStream(stream);
    return 1;
}

SstCensorVerdict
SstCensorRule::DoGetVerdict(const SstCensorPacket& packet, std::vector<uint8_t>& answer)
{
    return ActOn(packet);
}

SstCensorRule::Direction
SstCensorRule::DoGetDirection() const
{
    return CLIENT_TO_SERVER;
}

bool
SstCensorRule::Orient(const SstCensorPacket& packet, bool& toServer) const
{
    const bool all = m_servers.IsEmpty();
    const bool isTo = all || m_servers.Contains(packet.GetDestination());
    switch (m_direction == AUTO ? DoGetDirection() : m_direction)
    {
    case SERVER_TO_CLIENT:
        toServer = false;
        return all || m_servers.Contains(packet.GetSource());
    case BOTH:
        toServer = isTo;
        return isTo || m_servers.Contains(packet.GetSource());
    case ANY:
        toServer = isTo || !m_servers.Contains(packet.GetSource());
        return true;
    default:
        toServer = true;
        return isTo;
    }
}

bool
SstCensorRule::MakeKey(const SstCensorPacket& packet,
                       bool toServer,
                       SstCensorResidualTable::Key& key) const
{
    const bool ports = m_residualKey == THREE_TUPLE || m_residualKey == FOUR_TUPLE;
    if (m_residualKey == NONE || (ports && !packet.HasPorts()))
    {
        return false;
    }
    key = SstCensorResidualTable::Key();
    key.server = toServer ? packet.GetDestination() : packet.GetSource();
    if (m_residualKey != SERVER)
    {
        key.client = toServer ? packet.GetSource() : packet.GetDestination();
    }
    if (ports)
    {
        key.protocol = packet.GetProtocol();
        key.serverPort = toServer ? packet.GetDestinationPort() : packet.GetSourcePort();
    }
    if (m_residualKey == FOUR_TUPLE)
    {
        key.clientPort = toServer ? packet.GetSourcePort() : packet.GetDestinationPort();
    }
    return true;
}

bool
SstCensorRule::IsResidual(const SstCensorPacket& packet, bool toServer)
{
    const Time now = Simulator::Now();
    const Direction direction = m_direction == AUTO ? DoGetDirection() : m_direction;
    // Without a list of servers nothing but the packet that was blocked tells the sides apart.
    const bool eitherWay = m_servers.IsEmpty() && (direction == BOTH || direction == ANY);
    for (const bool way : {toServer, !toServer})
    {
        SstCensorResidualTable::Key key;
        if ((way == toServer || eitherWay) && MakeKey(packet, way, key) &&
            m_table.Contains(key, now.GetNanoSeconds()))
        {
            if (m_residualRefresh)
            {
                m_table.Insert(key, (now + m_residualTime).GetNanoSeconds());
            }
            return true;
        }
    }
    return false;
}

SstCensorVerdict
SstCensorRule::ActOn(const SstCensorPacket& packet) const
{
    // RFC 9293, section 3.5.2: a reset is never sent in answer to a reset. Two censors on one
    // path would otherwise answer each other's without end.
    if (m_action != DROP &&
        (!packet.HasTcp() || (packet.GetTcpFlags() & SstCensorPacket::TCP_RST) != 0))
    {
        return SstCensorVerdict::PASS;
    }
    switch (m_action)
    {
    case RST:
        return SstCensorVerdict::RST;
    case RST_DROP:
        return SstCensorVerdict::RST_DROP;
    default:
        return SstCensorVerdict::DROP;
    }
}

bool
SstCensorRule::Draw()
{
    return m_probability >= 1.0 || GetRandom()->GetValue(0.0, 1.0) < m_probability;
}

Ptr<UniformRandomVariable>
SstCensorRule::GetRandom()
{
    if (!m_random)
    {
        m_random = CreateObjectWithAttributes<UniformRandomVariable>(
            "Stream",
            IntegerValue(STREAM_BASE + Hash32(GetName())));
    }
    return m_random;
}

bool
SstCensorRule::SetServers(std::string text)
{
    const std::string error = m_servers.Parse(text);
    if (!error.empty())
    {
        NS_LOG_ERROR("Servers: " << error);
    }
    return error.empty();
}

std::string
SstCensorRule::GetServersText() const
{
    return m_servers.ToString();
}

void
SstCensorRule::SetResidualBound(uint32_t bound)
{
    m_table.SetBound(bound);
}

} // namespace ns3
