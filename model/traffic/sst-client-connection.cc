/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-client-connection.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstClientConnection");

namespace
{

/**
 * Reaches a protected member of TcpSocketBase, which is named through a derived class.
 */
class TcpAcknowledger : public TcpSocketBase
{
  public:
    /// @param socket a TCP socket that sends an acknowledgment
    static void Send(Ptr<TcpSocketBase> socket)
    {
        ((*socket).*(&TcpAcknowledger::SendEmptyPacket))(TcpHeader::ACK);
    }
};

/**
 * @param protocol 6 TCP, 17 UDP
 * @param local own socket address
 * @param remote the server's socket address, of the same family
 * @return the flow as the side stack names it
 */
SstFlow
MakeFlow(uint8_t protocol, const Address& local, const Address& remote)
{
    SstFlow flow;
    flow.protocol = protocol;
    if (InetSocketAddress::IsMatchingType(remote))
    {
        const auto to = InetSocketAddress::ConvertFrom(remote);
        flow.peer = to.GetIpv4();
        flow.peerPort = to.GetPort();
        flow.localPort = InetSocketAddress::ConvertFrom(local).GetPort();
    }
    else
    {
        const auto to = Inet6SocketAddress::ConvertFrom(remote);
        flow.peer = to.GetIpv6();
        flow.peerPort = to.GetPort();
        flow.localPort = Inet6SocketAddress::ConvertFrom(local).GetPort();
    }
    return flow;
}

} // namespace

SstClientConnection::SstClientConnection(const Settings& settings,
                                         Ptr<const SstServiceScript> script,
                                         Changed changed)
    : m_settings(settings),
      m_script(script),
      m_changed(changed)
{
}

SstClientConnection::~SstClientConnection()
{
    Drop();
}

void
SstClientConnection::Open(Ptr<Node> node, const Address& remote)
{
    NS_LOG_FUNCTION(this << remote);
    const Ptr<SstClientConnection> self(this); // whoever is told may drop the last reference
    const bool ipv4 = InetSocketAddress::IsMatchingType(remote);
    m_socket = Socket::CreateSocket(node,
                                    m_script->IsStream() ? TcpSocketFactory::GetTypeId()
                                                         : UdpSocketFactory::GetTypeId());
    if (m_script->IsStream())
    {
        m_socket->SetAttribute(
            "SegmentSize",
            UintegerValue(ipv4 ? m_settings.segmentSize4 : m_settings.segmentSize6));
        PrepareStream();
    }
    if ((ipv4 ? m_socket->Bind() : m_socket->Bind6()) != 0)
    {
        Tell(BROKEN, "bind");
        return;
    }
    if (m_settings.policy != SstPolicy::OFF)
    {
        NS_ABORT_MSG_IF(!node->GetObject<SstStack>(),
                        "node " << node->GetId() << ": a client with policy "
                                << ToString(m_settings.policy)
                                << " needs a side stack; SstHelper::Install the node");
        m_enabled = true;
        SstSocketOption::Enable(m_socket,
                                m_settings.policy,
                                m_settings.coverage,
                                m_settings.host,
                                m_settings.earlyUdp);
        SstSocketOption::SetFailureCallback(
            m_socket,
            MakeCallback(&SstClientConnection::HandleSstFailure, this));
    }
    if (m_socket->Connect(remote) != 0)
    {
        Tell(BROKEN, "connect");
        return;
    }
    if (m_socket->GetSockName(m_local) == 0)
    {
        m_flow = MakeFlow(m_script->GetProtocol(), m_local, remote);
    }
    if (!m_script->IsStream())
    {
        Tell(CONNECTED);
        m_datagrams =
            Create<SstDatagramPlayer>(m_script,
                                      m_settings.retry,
                                      MakeCallback(&SstClientConnection::HandleDatagram, this));
        m_datagrams->Start(m_socket);
    }
}

void
SstClientConnection::PrepareStream()
{
    m_socket->SetAttribute("ConnTimeout", TimeValue(m_settings.connTimeout));
    m_socket->SetConnectCallback(MakeCallback(&SstClientConnection::HandleConnected, this),
                                 MakeCallback(&SstClientConnection::HandleConnectFailed, this));
    m_socket->SetCloseCallbacks(MakeCallback(&SstClientConnection::HandleClosed, this),
                                MakeCallback(&SstClientConnection::HandleClosed, this));
    m_socket->TraceConnectWithoutContext("Rx", MakeCallback(&SstClientConnection::TraceRx, this));
}

void
SstClientConnection::Close()
{
    m_changed.Nullify();
    if (m_datagrams && m_datagrams->IsComplete() && !m_datagrams->IsWhole())
    {
        // The rest of the stream must find a port that listens, or ICMP errors would answer it.
        m_lingerEvent =
            Simulator::Schedule(m_settings.linger, &SstClientConnection::CloseNow, this);
    }
    else
    {
        CloseNow();
    }
}

void
SstClientConnection::CloseNow()
{
    const Ptr<Socket> socket = m_socket;
    Drop();
    if (!socket)
    {
        return;
    }
    // TCP answers Close with a reset while something is left to read.
    while (m_script->IsStream() && socket->GetRxAvailable() > 0)
    {
        socket->Recv();
    }
    socket->Close();
}

void
SstClientConnection::Drop()
{
    m_changed.Nullify();
    m_lingerEvent.Cancel();
    if (m_stream)
    {
        m_stream->Stop();
    }
    if (m_datagrams)
    {
        m_datagrams->Stop();
    }
    if (!m_socket)
    {
        return;
    }
    if (m_script->IsStream())
    {
        m_socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                     MakeNullCallback<void, Ptr<Socket>>());
        m_socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                    MakeNullCallback<void, Ptr<Socket>>());
        m_socket->TraceDisconnectWithoutContext("Rx",
                                                MakeCallback(&SstClientConnection::TraceRx, this));
    }
    if (m_enabled)
    {
        SstSocketOption::SetFailureCallback(m_socket,
                                            MakeNullCallback<void, Ptr<Socket>, std::string>());
    }
    m_socket = nullptr;
}

const Address&
SstClientConnection::GetLocal() const
{
    return m_local;
}

const SstFlow&
SstClientConnection::GetFlow() const
{
    return m_flow;
}

uint64_t
SstClientConnection::GetReceived() const
{
    return m_stream ? m_stream->GetReceived() : m_datagrams ? m_datagrams->GetReceived() : 0;
}

uint64_t
SstClientConnection::GetSent() const
{
    return m_stream ? m_stream->GetSent() : m_datagrams ? m_datagrams->GetSent() : 0;
}

void
SstClientConnection::HandleConnected(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    const Ptr<SstClientConnection> self(this);
    Tell(CONNECTED);
    m_stream = Create<SstStreamPlayer>(m_script,
                                       SstServiceSide::CLIENT,
                                       MakeCallback(&SstClientConnection::HandleStream, this));
    m_stream->Start(socket);
    m_stream->Drain();
}

void
SstClientConnection::HandleConnectFailed(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    const Ptr<SstClientConnection> self(this);
    const Changed changed = m_changed;
    Drop(); // ns-3 would answer Close with a reset: the socket is closed only after this call
    changed(BROKEN, "connect");
}

void
SstClientConnection::HandleClosed(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    const Ptr<SstClientConnection> self(this);
    if (m_stream)
    {
        m_stream->Drain();
    }
    if (m_resetSeen == Simulator::Now())
    {
        Tell(RESET);
    }
    else
    {
        Tell(BROKEN, "closed");
    }
}

void
SstClientConnection::HandleSstFailure(Ptr<Socket> socket, std::string reason)
{
    NS_LOG_FUNCTION(this << socket << reason);
    Tell(BROKEN, reason);
}

void
SstClientConnection::TraceRx(Ptr<const Packet>, const TcpHeader& header, Ptr<const TcpSocketBase>)
{
    if (header.GetFlags() & TcpHeader::RST)
    {
        m_resetSeen = Simulator::Now();
    }
    // "If an incoming segment is not acceptable, an acknowledgment should be sent in reply"
    // (RFC 9293 3.10.7.4). ns-3 ignores a repeated SYN-ACK instead, and a client that waits for
    // the server to speak first would hang once the last segment of the handshake got lost.
    else if (m_stream && (header.GetFlags() & TcpHeader::SYN))
    {
        Simulator::ScheduleNow(&SstClientConnection::Acknowledge, Ptr<SstClientConnection>(this));
    }
}

void
SstClientConnection::Acknowledge()
{
    if (m_socket)
    {
        TcpAcknowledger::Send(DynamicCast<TcpSocketBase>(m_socket));
    }
}

void
SstClientConnection::HandleStream(Ptr<SstStreamPlayer> player)
{
    Tell(PROGRESS);
    if (player->IsCorrupt())
    {
        Tell(CORRUPT);
    }
    else if (player->IsComplete())
    {
        Tell(COMPLETE);
    }
}

void
SstClientConnection::HandleDatagram(Ptr<SstDatagramPlayer> player)
{
    const Ptr<SstClientConnection> self(this);
    Tell(PROGRESS);
    if (player->IsCorrupt())
    {
        Tell(CORRUPT);
    }
    else if (player->IsComplete())
    {
        Tell(COMPLETE);
    }
    if (m_lingerEvent.IsPending() && player->IsWhole())
    {
        CloseNow();
    }
}

void
SstClientConnection::Tell(Event event, const std::string& reason)
{
    if (!m_changed.IsNull())
    {
        const Changed changed = m_changed; // it may be nullified while it runs
        changed(event, reason);
    }
}

} // namespace ns3
