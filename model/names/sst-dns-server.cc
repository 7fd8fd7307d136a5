/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-server.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-address.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/sst-svcb.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstDnsServer");

NS_OBJECT_ENSURE_REGISTERED(SstDnsServer);

TypeId
SstDnsServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstDnsServer")
            .SetParent<Application>()
            .SetGroupName("Sst")
            .AddConstructor<SstDnsServer>()
            .AddAttribute("Port",
                          "UDP port on which queries are answered.",
                          UintegerValue(SstDns::PORT),
                          MakeUintegerAccessor(&SstDnsServer::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("ProcessingDelay",
                          "Time from the arrival of a query to its answer.",
                          TimeValue(Time(0)),
                          MakeTimeAccessor(&SstDnsServer::m_processingDelay),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("NegativeTtl",
                          "How long clients may cache that a name or a record is absent.",
                          TimeValue(Seconds(300)),
                          MakeTimeAccessor(&SstDnsServer::m_negativeTtl),
                          MakeTimeChecker(Time(0)))
            .AddTraceSource("Query",
                            "A well-formed query came in.",
                            MakeTraceSourceAccessor(&SstDnsServer::m_queryTrace),
                            "ns3::SstDnsServer::MessageTracedCallback")
            .AddTraceSource("Answer",
                            "A response leaves.",
                            MakeTraceSourceAccessor(&SstDnsServer::m_answerTrace),
                            "ns3::SstDnsServer::MessageTracedCallback")
            .AddTraceSource("Refusal",
                            "A message is not answered with data, for this reason.",
                            MakeTraceSourceAccessor(&SstDnsServer::m_refusalTrace),
                            "ns3::SstDnsServer::RefusalTracedCallback");
    return tid;
}

SstDnsServer::SstDnsServer()
{
    NS_LOG_FUNCTION(this);
}

SstDnsServer::~SstDnsServer()
{
    NS_LOG_FUNCTION(this);
}

void
SstDnsServer::AddAddress(const std::string& name, const Address& address, uint32_t ttl)
{
    NS_LOG_FUNCTION(this << name << address << ttl);
    SstDnsRecord record{name, SstDns::A, SstDns::CLASS_IN, ttl, {}};
    if (Ipv4Address::IsMatchingType(address))
    {
        record.rdata.resize(4);
        Ipv4Address::ConvertFrom(address).Serialize(record.rdata.data());
    }
    else
    {
        NS_ABORT_MSG_UNLESS(Ipv6Address::IsMatchingType(address),
                            "SstDnsServer::AddAddress: the address of "
                                << name << " is " << address
                                << ", wanted an Ipv4Address or an Ipv6Address");
        record.type = SstDns::AAAA;
        record.rdata.resize(16);
        Ipv6Address::ConvertFrom(address).Serialize(record.rdata.data());
    }
    m_zone.Add(record);
}

void
SstDnsServer::AddService(const std::string& name,
                         const std::vector<uint8_t>& value,
                         uint32_t ttl,
                         uint16_t port)
{
    NS_LOG_FUNCTION(this << name << value.size() << ttl);
    const std::string owner = SstDnsCanonicalName(name);
    const std::string prefix = SstDnsServiceName("");
    SstSvcb svcb;
    // SstDnsServiceName("") is the prefix with the root's dot behind it.
    const size_t length = prefix.size() - 1;
    NS_ABORT_MSG_UNLESS(owner.size() > length && owner.compare(0, length, prefix, 0, length) == 0,
                        "SstDnsServer::AddService: the owner is " << name
                                                                  << ", wanted _sst.<host>");
    svcb.target = owner.substr(length);
    svcb.params.Set(SstDns::SVC_PARAM_KEY, value);
    if (port != 0)
    {
        svcb.params.Set(SstDns::SVC_PARAM_PORT,
                        {static_cast<uint8_t>(port >> 8), static_cast<uint8_t>(port)});
    }
    SstDnsRecord record{owner, SstDns::SVCB, SstDns::CLASS_IN, ttl, {}};
    NS_ABORT_MSG_UNLESS(svcb.Serialize(record.rdata),
                        "SstDnsServer::AddService: " << name << " is no domain name");
    m_zone.Add(record);
}

void
SstDnsServer::AddRecord(const SstDnsRecord& record)
{
    NS_LOG_FUNCTION(this << record.name << record.type);
    m_zone.Add(record);
}

void
SstDnsServer::Remove(const std::string& name)
{
    NS_LOG_FUNCTION(this << name);
    m_zone.Remove(name);
}

uint64_t
SstDnsServer::GetAnswerCount() const
{
    return m_answerCount;
}

const std::map<std::string, uint64_t>&
SstDnsServer::GetRefusals() const
{
    return m_refusals;
}

void
SstDnsServer::DoDispose()
{
    NS_LOG_FUNCTION(this);
    m_socket = nullptr;
    m_socket6 = nullptr;
    Application::DoDispose();
}

void
SstDnsServer::StartApplication()
{
    NS_LOG_FUNCTION(this);
    if (GetNode()->GetObject<Ipv4>())
    {
        m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
        NS_ABORT_MSG_IF(m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), m_port)) != 0,
                        "SstDnsServer: node " << GetNode()->GetId() << " has UDP port " << m_port
                                              << " in use; set the attribute Port");
        m_socket->SetRecvCallback(MakeCallback(&SstDnsServer::HandleRead, this));
    }
    if (GetNode()->GetObject<Ipv6>())
    {
        m_socket6 = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
        NS_ABORT_MSG_IF(m_socket6->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), m_port)) != 0,
                        "SstDnsServer: node " << GetNode()->GetId() << " has UDP port " << m_port
                                              << " in use; set the attribute Port");
        m_socket6->SetRecvCallback(MakeCallback(&SstDnsServer::HandleRead, this));
    }
}

void
SstDnsServer::StopApplication()
{
    NS_LOG_FUNCTION(this);
    for (auto* socket : {&m_socket, &m_socket6})
    {
        if (*socket)
        {
            (*socket)->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
            (*socket)->Close();
            *socket = nullptr;
        }
    }
}

void
SstDnsServer::HandleRead(Ptr<Socket> socket)
{
    Address client;
    while (Ptr<Packet> packet = socket->RecvFrom(client))
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), static_cast<uint32_t>(bytes.size()));
        HandleMessage(socket, client, bytes);
    }
}

void
SstDnsServer::HandleMessage(Ptr<Socket> socket,
                            const Address& client,
                            const std::vector<uint8_t>& bytes)
{
    NS_LOG_FUNCTION(this << client << bytes.size());
    SstDnsMessage query;
    SstDnsMessage response;
    const SstDnsError error = SstDnsMessage::Parse(bytes.data(), bytes.size(), query);
    if (error == SstDnsError::SHORT || error == SstDnsError::LONG)
    {
        Refuse(ToString(error), client);
        return;
    }
    // An answer to an answer could go back and forth forever.
    if (query.header.response)
    {
        Refuse("not-a-query", client);
        return;
    }
    if (error != SstDnsError::NONE)
    {
        Refuse(ToString(error), client);
        query.questions.clear();
        query.edns.present = false;
        query.header.rcode = SstDns::NOERROR;
        response = SstDnsMessage::MakeResponse(query, SstDns::FORMERR);
    }
    else
    {
        m_queryTrace(query, client);
        response = m_zone.Answer(query, static_cast<uint32_t>(m_negativeTtl.GetSeconds()));
        switch (response.header.rcode)
        {
        case SstDns::FORMERR:
            Refuse("formerr", client);
            break;
        case SstDns::NOTIMP:
            Refuse("notimp", client);
            break;
        case SstDns::REFUSED:
            Refuse("refused", client);
            break;
        case SstDns::BADVERS:
            Refuse("badvers", client);
            break;
        default:
            break;
        }
    }
    const uint16_t limit =
        query.edns.present
            ? std::clamp(query.edns.udpSize, SstDns::PLAIN_UDP_SIZE, SstDns::EDNS_UDP_SIZE)
            : SstDns::PLAIN_UDP_SIZE;
    if (m_processingDelay.IsZero())
    {
        Respond(socket, client, response, limit);
        return;
    }
    Simulator::Schedule(m_processingDelay,
                        &SstDnsServer::Respond,
                        Ptr<SstDnsServer>(this),
                        socket,
                        client,
                        response,
                        limit);
}

void
SstDnsServer::Respond(Ptr<Socket> socket,
                      const Address& client,
                      SstDnsMessage response,
                      size_t limit)
{
    std::vector<uint8_t> wire;
    bool written = response.Serialize(wire);
    if (!written || wire.size() > limit)
    {
        // RFC 2181, 9: "When a DNS client receives a reply with TC set, it should ignore that
        // response": so nothing of it is sent.
        Refuse("too-long", client);
        response.answers.clear();
        response.authorities.clear();
        response.additionals.clear();
        response.header.truncated = true;
        written = response.Serialize(wire);
    }
    // A socket closed in the meantime fails here too.
    if (!written || wire.size() > limit ||
        socket->SendTo(Create<Packet>(wire.data(), static_cast<uint32_t>(wire.size())), 0, client) <
            0)
    {
        Refuse("send", client);
        return;
    }
    m_answerCount++;
    m_answerTrace(response, client);
}

void
SstDnsServer::Refuse(const std::string& reason, const Address& client)
{
    NS_LOG_INFO("No data for " << client << ": " << reason);
    m_refusals[reason]++;
    m_refusalTrace(reason, client);
}

} // namespace ns3
