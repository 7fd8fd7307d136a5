/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-query.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/log.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstDnsQuery");

SstDnsQuery::SstDnsQuery(const Config& config, const SstDnsMessage& message)
    : m_config(config),
      m_message(message)
{
}

SstDnsQuery::~SstDnsQuery()
{
    Close();
}

bool
SstDnsQuery::Start(Done done, Ignored ignored, Sent sent)
{
    if (!m_message.Serialize(m_wire))
    {
        return false;
    }
    m_socket = Socket::CreateSocket(m_config.node, UdpSocketFactory::GetTypeId());
    const Address local =
        Inet6SocketAddress::IsMatchingType(m_config.server)
            ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), m_config.localPort))
            : Address(InetSocketAddress(Ipv4Address::GetAny(), m_config.localPort));
    if (m_socket->Bind(local) != 0)
    {
        Close();
        return false;
    }
    m_done = std::move(done);
    m_ignored = std::move(ignored);
    m_sent = std::move(sent);
    m_socket->SetRecvCallback(MakeCallback(&SstDnsQuery::HandleRead, this));
    Transmit();
    return true;
}

void
SstDnsQuery::Cancel()
{
    m_done = nullptr;
    Close();
}

void
SstDnsQuery::Transmit()
{
    if (m_transmissions > m_config.retries)
    {
        Close();
        // The owner may drop its reference from within the call.
        const Ptr<SstDnsQuery> keep(this);
        const Done done = std::exchange(m_done, nullptr);
        if (done)
        {
            done(nullptr);
        }
        return;
    }
    m_transmissions++;
    m_timer = Simulator::Schedule(m_config.timeout, &SstDnsQuery::Transmit, this);
    // A query that cannot leave now (no route, address still tentative) counts as lost.
    const int sent =
        m_socket->SendTo(Create<Packet>(m_wire.data(), static_cast<uint32_t>(m_wire.size())),
                         0,
                         m_config.server);
    if (sent < 0)
    {
        NS_LOG_INFO("Query could not be sent, error " << m_socket->GetErrno());
    }
    m_sent(m_message);
}

void
SstDnsQuery::HandleRead(Ptr<Socket> socket)
{
    const Ptr<SstDnsQuery> keep(this);
    Address source;
    while (m_socket)
    {
        const Ptr<Packet> packet = socket->RecvFrom(source);
        if (!packet)
        {
            return;
        }
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), static_cast<uint32_t>(bytes.size()));
        SstDnsMessage message;
        const std::string reason = Judge(source, bytes, message);
        if (!reason.empty())
        {
            NS_LOG_INFO("Ignored a datagram from " << source << ": " << reason);
            m_ignored(reason);
            continue;
        }
        Close();
        const Done done = std::exchange(m_done, nullptr);
        if (done)
        {
            done(&message);
        }
    }
}

std::string
SstDnsQuery::Judge(const Address& source,
                   const std::vector<uint8_t>& bytes,
                   SstDnsMessage& message) const
{
    // RFC 5452, 9.1: "An implementation MUST match responses to all of the following attributes
    // of the query: Source address [...], Destination address and port [...], Query ID, Query
    // name, Query class and type". The socket, which has this port alone, sees to the second.
    if (source != m_config.server)
    {
        return "wrong-source";
    }
    const SstDnsError error = SstDnsMessage::Parse(bytes.data(), bytes.size(), message);
    if (error != SstDnsError::NONE)
    {
        return ToString(error);
    }
    if (!message.header.response || message.header.opcode != SstDns::OPCODE_QUERY)
    {
        return "not-a-response";
    }
    if (message.header.id != m_message.header.id)
    {
        return "wrong-id";
    }
    if (message.questions != m_message.questions)
    {
        return "wrong-question";
    }
    // RFC 2181, 9: "When a DNS client receives a reply with TC set, it should ignore that
    // response"; it would ask again over TCP, which is not done here.
    if (message.header.truncated)
    {
        return "truncated-answer";
    }
    return "";
}

void
SstDnsQuery::Close()
{
    m_timer.Cancel();
    if (!m_socket)
    {
        return;
    }
    m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
    // A socket that is just handing over a datagram must outlive the call.
    Simulator::ScheduleNow([socket = std::exchange(m_socket, nullptr)]() { socket->Close(); });
}

} // namespace ns3
