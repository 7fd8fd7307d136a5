/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-socket-table.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/object-ptr-container.h"
#include "ns3/simulator.h"
#include "ns3/sst-address.h"
#include "ns3/sst-socket-state.h"
#include "ns3/sst-tcp-access.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/udp-l4-protocol.h"

#include <algorithm>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstSocketTable");

namespace
{

/// Clear TCP flows remembered before those that no socket uses any more are forgotten.
constexpr std::size_t MAX_CLEAR = 65536;

/**
 * @param socket a socket
 * @param protocol its protocol
 * @param [out] flow its flow
 * @return false where it has none: not bound or not connected
 */
bool
GetFlow(Ptr<const Socket> socket, uint8_t protocol, sst::FlowKey& flow)
{
    Address local;
    Address peer;
    if (socket->GetSockName(local) != 0 || socket->GetPeerName(peer) != 0)
    {
        return false;
    }
    flow.protocol = protocol;
    flow.localPort = GetPort(local);
    flow.peer = ToSst(peer);
    flow.peerPort = GetPort(peer);
    return true;
}

/**
 * @param protocol TcpL4Protocol or UdpL4Protocol of a node
 * @return its sockets
 */
std::vector<Ptr<Socket>>
GetSockets(Ptr<Object> protocol)
{
    std::vector<Ptr<Socket>> sockets;
    if (protocol)
    {
        ObjectPtrContainerValue list;
        protocol->GetAttribute("SocketList", list);
        for (auto i = list.Begin(); i != list.End(); i++)
        {
            Ptr<Socket> socket = DynamicCast<Socket>(i->second);
            if (socket)
            {
                sockets.push_back(socket);
            }
        }
    }
    return sockets;
}

} // namespace

SstSocketTable::SstSocketTable(Ptr<Node> node)
    : m_node(node)
{
    m_observer = Create<SstSocketRequest>(*this);
}

SstSocketTable::~SstSocketTable()
{
    for (SstSocketRequest* request : m_requests)
    {
        request->table = nullptr;
    }
}

void
SstSocketTable::Register(SstSocketRequest* request)
{
    m_requests.insert(request);
}

void
SstSocketTable::Unregister(SstSocketRequest* request)
{
    m_requests.erase(request);
    m_unplacedUdp.erase(std::remove(m_unplacedUdp.begin(), m_unplacedUdp.end(), request),
                        m_unplacedUdp.end());
    if (request->isUdp)
    {
        for (auto i = m_udp.begin(); i != m_udp.end();)
        {
            i = i->second == request ? m_udp.erase(i) : std::next(i);
        }
    }
    if (m_note.request == request)
    {
        m_note = TcpNote();
    }
}

void
SstSocketTable::Enable(Ptr<Socket> socket, const sst::Request& request)
{
    Ptr<SstSocketState> state = socket->GetObject<SstSocketState>();
    if (state && state->GetRequest())
    {
        state->GetRequest()->request = request;
        return;
    }
    if (!state)
    {
        state = CreateObject<SstSocketState>();
        socket->AggregateObject(state);
    }
    Ptr<SstSocketRequest> entry = Create<SstSocketRequest>(*this);
    entry->request = request;
    entry->hasOpinion = true;
    entry->owner = PeekPointer(socket);
    state->SetRequest(entry);
    if (socket->GetSocketType() == Socket::NS3_SOCK_DGRAM)
    {
        entry->isUdp = true;
        m_unplacedUdp.push_back(PeekPointer(entry));
        return;
    }
    const bool connected =
        socket->TraceConnectWithoutContext("Tx", MakeCallback(&SstSocketRequest::OnTcpTx, entry));
    NS_ABORT_MSG_IF(!connected,
                    "SST: a socket of type " << socket->GetInstanceTypeId().GetName()
                                             << " has no \"Tx\" trace source: the option works on "
                                                "sockets of TcpSocketBase and on UDP sockets");
}

void
SstSocketTable::PlaceUdp()
{
    auto placed = [this](SstSocketRequest* request) {
        Address local;
        if (!request->owner || request->owner->GetSockName(local) != 0 || GetPort(local) == 0)
        {
            return false;
        }
        m_udp.emplace(GetPort(local), request);
        return true;
    };
    m_unplacedUdp.erase(std::remove_if(m_unplacedUdp.begin(), m_unplacedUdp.end(), placed),
                        m_unplacedUdp.end());
}

SstSocketRequest*
SstSocketTable::FindUdp(const sst::IpAddress& local, uint16_t localPort)
{
    if (!m_unplacedUdp.empty())
    {
        PlaceUdp();
    }
    if (m_udp.empty())
    {
        return nullptr;
    }
    const auto range = m_udp.equal_range(localPort);
    for (auto i = range.first; i != range.second; i++)
    {
        // the socket may have closed, and another may have its port
        Address name;
        SstSocketRequest* request = i->second;
        if (!request->owner || request->owner->GetSockName(name) != 0 || GetPort(name) != localPort)
        {
            continue;
        }
        const sst::IpAddress bound = ToSst(name);
        if (bound == local || bound.IsGroup())
        {
            return request;
        }
    }
    return nullptr;
}

std::vector<Ptr<TcpSocketBase>>
SstSocketTable::GetTcpSockets() const
{
    std::vector<Ptr<TcpSocketBase>> sockets;
    for (const auto& socket : GetSockets(m_node->GetObject<TcpL4Protocol>()))
    {
        Ptr<TcpSocketBase> tcp = DynamicCast<TcpSocketBase>(socket);
        if (tcp)
        {
            sockets.push_back(tcp);
        }
    }
    return sockets;
}

const TcpSocketBase*
SstSocketTable::FindServerSocket(const sst::FlowKey& flow)
{
    const TcpSocketBase* found = nullptr;
    for (const auto& socket : GetTcpSockets())
    {
        if (SstTcpAccess::GetState(*socket) == TcpSocket::LISTEN)
        {
            Address local;
            if (socket->GetSockName(local) == 0 && GetPort(local) == flow.localPort)
            {
                socket->TraceConnectWithoutContext(
                    "Tx",
                    MakeCallback(&SstSocketRequest::OnTcpTx, m_observer));
            }
            continue;
        }
        sst::FlowKey other;
        if (GetFlow(socket, sst::PROTOCOL_TCP, other) && other == flow)
        {
            socket->TraceConnectWithoutContext(
                "Tx",
                MakeCallback(&SstSocketRequest::OnTcpTx, m_observer));
            found = PeekPointer(socket);
        }
    }
    return found;
}

void
SstSocketTable::ForEachTcpFlow(
    const std::function<void(const TcpSocketBase&, const sst::FlowKey&)>& visit) const
{
    sst::FlowKey flow;
    for (const auto& socket : GetTcpSockets())
    {
        if (GetFlow(socket, sst::PROTOCOL_TCP, flow))
        {
            visit(*socket, flow);
        }
    }
}

bool
SstSocketTable::HasUdpPort(uint16_t port) const
{
    const auto sockets = GetSockets(m_node->GetObject<UdpL4Protocol>());
    return std::any_of(sockets.begin(), sockets.end(), [port](const Ptr<Socket>& socket) {
        Address local;
        return socket->GetSockName(local) == 0 && GetPort(local) == port;
    });
}

void
SstSocketTable::NoteClear(const sst::FlowKey& flow)
{
    if (m_clear.size() >= MAX_CLEAR)
    {
        std::unordered_set<sst::FlowKey, sst::FlowKeyHash> used;
        for (const auto& socket : GetTcpSockets())
        {
            sst::FlowKey other;
            if (GetFlow(socket, sst::PROTOCOL_TCP, other) && m_clear.count(other) > 0)
            {
                used.insert(other);
            }
        }
        m_clear.swap(used);
    }
    m_clear.insert(flow);
}

bool
SstSocketTable::UsesInClear(const sst::FlowKey& flow)
{
    sst::FlowKey other;
    if (flow.protocol == sst::PROTOCOL_TCP)
    {
        const auto clear = m_clear.find(flow);
        if (clear == m_clear.end())
        {
            return false;
        }
        for (const auto& socket : GetTcpSockets())
        {
            const auto state = SstTcpAccess::GetState(*socket);
            if (state != TcpSocket::CLOSED && state != TcpSocket::LISTEN &&
                GetFlow(socket, flow.protocol, other) && other == flow)
            {
                return true;
            }
        }
        m_clear.erase(clear);
        return false;
    }
    if (flow.protocol == sst::PROTOCOL_UDP)
    {
        for (const auto& socket : GetSockets(m_node->GetObject<UdpL4Protocol>()))
        {
            if (GetFlow(socket, flow.protocol, other) && other == flow)
            {
                Ptr<SstSocketState> state = socket->GetObject<SstSocketState>();
                const bool asks = state && state->GetRequest() &&
                                  state->GetRequest()->request.policy != sst::Policy::OFF;
                return !asks;
            }
        }
    }
    return false;
}

void
SstSocketTable::ReportFailure(const sst::FlowKey& flow, const std::string& reason)
{
    for (SstSocketRequest* request : m_requests)
    {
        if (!request->owner || request->onFailure.IsNull())
        {
            continue;
        }
        Address local;
        if (request->owner->GetSockName(local) != 0 || GetPort(local) != flow.localPort)
        {
            continue;
        }
        if (request->isUdp != (flow.protocol == sst::PROTOCOL_UDP))
        {
            continue;
        }
        Address peer;
        if (request->owner->GetPeerName(peer) == 0)
        {
            const sst::IpAddress address = ToSst(peer);
            const bool matches = address == flow.peer && GetPort(peer) == flow.peerPort;
            if (!matches)
            {
                continue;
            }
        }
        NS_LOG_LOGIC("flow " << flow.ToString() << " failed: " << reason);
        Ptr<Socket> socket(request->owner);
        auto callback = request->onFailure;
        Simulator::ScheduleNow([callback, socket, reason]() { callback(socket, reason); });
    }
}

} // namespace ns3
