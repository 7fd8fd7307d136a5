/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-service-server.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/socket.h"
#include "ns3/tcp-cubic.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstServiceServer");

NS_OBJECT_ENSURE_REGISTERED(SstServiceServer);

namespace
{

/**
 * The copy constructor of ns3::TcpCubic (3.44) leaves out one attribute, so an accepted socket,
 * which is a copy, has it undefined: what the socket then sends, and when, is not repeatable.
 *
 * @param socket an accepted socket; gets the attribute's default
 */
void
DefineTcpFriendliness(Ptr<Socket> socket)
{
    PointerValue pointer;
    if (!socket->GetAttributeFailSafe("CongestionOps", pointer))
    {
        return;
    }
    if (auto cubic = pointer.Get<TcpCubic>())
    {
        BooleanValue friendliness;
        CreateObject<TcpCubic>()->GetAttribute("TcpFriendliness", friendliness);
        cubic->SetAttribute("TcpFriendliness", friendliness);
    }
}

} // namespace

TypeId
SstServiceServer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstServiceServer")
            .SetParent<Application>()
            .SetGroupName("Sst")
            .AddConstructor<SstServiceServer>()
            .AddAttribute("ConnTimeout",
                          "First retransmission of a SYN-ACK (RFC 6298 2.1: 1 s).",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SstServiceServer::m_connTimeout),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("SegmentSize4",
                          "TCP payload of a segment over IPv4, bytes; default: MTU 1500 less 20 "
                          "of IP, 20 of TCP, 12 of timestamps. The side stack lowers it for SST.",
                          UintegerValue(1448),
                          MakeUintegerAccessor(&SstServiceServer::m_segmentSize4),
                          MakeUintegerChecker<uint32_t>(1, 65495))
            .AddAttribute("SegmentSize6",
                          "TCP payload of a segment over IPv6, bytes; default as for IPv4, with "
                          "40 of IP.",
                          UintegerValue(1428),
                          MakeUintegerAccessor(&SstServiceServer::m_segmentSize6),
                          MakeUintegerChecker<uint32_t>(1, 65475))
            .AddAttribute("MaxStreams",
                          "UDP clients answered at a time, for each script and family.",
                          UintegerValue(1024),
                          MakeUintegerAccessor(&SstServiceServer::m_maxStreams),
                          MakeUintegerChecker<uint32_t>(1))
            .AddTraceSource("Request",
                            "A TCP connection was accepted, or a right UDP request arrived.",
                            MakeTraceSourceAccessor(&SstServiceServer::m_requestTrace),
                            "ns3::SstServiceServer::ClientTracedCallback")
            .AddTraceSource("Rejected",
                            "A client said something that is not its script's.",
                            MakeTraceSourceAccessor(&SstServiceServer::m_rejectedTrace),
                            "ns3::SstServiceServer::ClientTracedCallback");
    return tid;
}

SstServiceServer::SstServiceServer() = default;

SstServiceServer::~SstServiceServer() = default;

bool
SstServiceServer::AddScript(Ptr<const SstServiceScript> script)
{
    for (const auto& served : m_scripts)
    {
        if (served->GetProtocol() == script->GetProtocol() &&
            served->GetPort() == script->GetPort())
        {
            return false;
        }
    }
    m_scripts.push_back(script);
    return true;
}

uint64_t
SstServiceServer::GetRequests() const
{
    return m_requests;
}

uint64_t
SstServiceServer::GetCompleted() const
{
    return m_completed;
}

uint64_t
SstServiceServer::GetRejected() const
{
    return m_rejected;
}

uint32_t
SstServiceServer::GetOpenConnections() const
{
    return static_cast<uint32_t>(m_connections.size());
}

void
SstServiceServer::DoDispose()
{
    for (auto& [socket, connection] : m_connections)
    {
        connection.player->Stop();
        socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                  MakeNullCallback<void, Ptr<Socket>>());
    }
    for (auto& listener : m_listeners)
    {
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeNullCallback<void, Ptr<Socket>, const Address&>());
    }
    for (auto& responder : m_responders)
    {
        responder->Stop();
    }
    m_connections.clear();
    m_responders.clear();
    m_listeners.clear();
    m_scripts.clear();
    Application::DoDispose();
}

void
SstServiceServer::StartApplication()
{
    NS_LOG_FUNCTION(this);
    for (const auto& script : m_scripts)
    {
        if (GetNode()->GetObject<Ipv4>())
        {
            Listen(script, InetSocketAddress(Ipv4Address::GetAny(), script->GetPort()));
        }
        if (GetNode()->GetObject<Ipv6>())
        {
            Listen(script, Inet6SocketAddress(Ipv6Address::GetAny(), script->GetPort()));
        }
    }
}

void
SstServiceServer::StopApplication()
{
    NS_LOG_FUNCTION(this);
    for (auto& listener : m_listeners)
    {
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeNullCallback<void, Ptr<Socket>, const Address&>());
        listener->Close();
    }
    m_listeners.clear();
    for (auto& responder : m_responders)
    {
        const Ptr<Socket> socket = responder->GetSocket();
        responder->Stop();
        socket->Close();
    }
    m_responders.clear();
    while (!m_connections.empty())
    {
        HandleClosed(m_connections.begin()->first);
    }
}

void
SstServiceServer::Listen(Ptr<const SstServiceScript> script, const Address& any)
{
    const bool stream = script->IsStream();
    const bool ipv4 = InetSocketAddress::IsMatchingType(any);
    const Ptr<Socket> socket = Socket::CreateSocket(GetNode(),
                                                    stream ? TcpSocketFactory::GetTypeId()
                                                           : UdpSocketFactory::GetTypeId());
    if (stream)
    {
        socket->SetAttribute("SegmentSize", UintegerValue(ipv4 ? m_segmentSize4 : m_segmentSize6));
        socket->SetAttribute("ConnTimeout", TimeValue(m_connTimeout));
    }
    NS_ABORT_MSG_IF(socket->Bind(any) != 0,
                    "SstServiceServer of node " << GetNode()->GetId() << ": port "
                                                << script->GetPort() << " of service "
                                                << script->GetName() << " is in use");
    if (stream)
    {
        socket->Listen();
        socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&SstServiceServer::HandleAccept, this, script));
        m_listeners.push_back(socket);
    }
    else
    {
        m_responders.push_back(Create<SstDatagramResponder>(
            script,
            socket,
            m_maxStreams,
            MakeCallback(&SstServiceServer::HandleRequest, this, script)));
    }
}

void
SstServiceServer::HandleAccept(Ptr<const SstServiceScript> script,
                               Ptr<Socket> socket,
                               const Address& from)
{
    NS_LOG_FUNCTION(this << script->GetName() << socket << from);
    ++m_requests;
    DefineTcpFriendliness(socket);
    socket->SetCloseCallbacks(MakeCallback(&SstServiceServer::HandleClosed, this),
                              MakeCallback(&SstServiceServer::HandleClosed, this));
    auto player = Create<SstStreamPlayer>(script,
                                          SstServiceSide::SERVER,
                                          MakeCallback(&SstServiceServer::HandleStream, this));
    m_connections[socket] = {script, from, player};
    m_requestTrace(script->GetName(), from);
    player->Start(socket);
    player->Drain();
}

void
SstServiceServer::HandleStream(Ptr<SstStreamPlayer> player)
{
    const Ptr<Socket> socket = player->GetSocket();
    const auto found = m_connections.find(socket);
    if (found == m_connections.end() || found->second.counted)
    {
        return;
    }
    Connection& connection = found->second;
    if (player->IsCorrupt())
    {
        connection.counted = true;
        ++m_rejected;
        m_rejectedTrace(connection.script->GetName(), connection.from);
        HandleClosed(socket);
    }
    else if (player->IsComplete())
    {
        connection.counted = true;
        ++m_completed;
        if (connection.script->GetCloser() == SstServiceSide::SERVER)
        {
            socket->Close();
        }
    }
}

void
SstServiceServer::HandleClosed(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    const auto found = m_connections.find(socket);
    if (found == m_connections.end())
    {
        return;
    }
    const Ptr<SstStreamPlayer> player = found->second.player;
    player->Drain(); // may reject the client, which ends the connection
    if (m_connections.erase(socket) == 0)
    {
        return;
    }
    player->Stop();
    socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                              MakeNullCallback<void, Ptr<Socket>>());
    socket->Close();
}

void
SstServiceServer::HandleRequest(Ptr<const SstServiceScript> script, const Address& from, bool right)
{
    if (right)
    {
        ++m_requests;
        m_requestTrace(script->GetName(), from);
    }
    else
    {
        ++m_rejected;
        m_rejectedTrace(script->GetName(), from);
    }
}

} // namespace ns3
