/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-injector.h"

#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-route.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/log.h"
#include "ns3/socket.h"
#include "ns3/sst-censor-convert.h"
#include "ns3/sst-censor-packet.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-header.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstCensorInjector");

namespace
{

/**
 * @tparam Header a transport header
 * @param [in,out] header gets its checksum computed when checksums are in use
 * @param flow the packet's addresses
 * @param protocol transport protocol
 */
template <typename Header>
void
UseChecksum(Header& header, const SstCensorInjector::Flow& flow, uint8_t protocol)
{
    if (!Node::ChecksumEnabled())
    {
        return;
    }
    header.EnableChecksums();
    if (flow.source.length == 4)
    {
        header.InitializeChecksum(SstToIpv4Address(flow.source),
                                  SstToIpv4Address(flow.destination),
                                  protocol);
    }
    else
    {
        header.InitializeChecksum(SstToIpv6Address(flow.source),
                                  SstToIpv6Address(flow.destination),
                                  protocol);
    }
}

} // namespace

void
SstCensorInjector::SetNode(Ptr<Node> node)
{
    m_node = node;
}

bool
SstCensorInjector::SendReset(const Flow& flow, uint32_t sequence)
{
    NS_LOG_FUNCTION(this << flow.source.ToString() << flow.destination.ToString() << sequence);
    TcpHeader header;
    header.SetSourcePort(flow.sourcePort);
    header.SetDestinationPort(flow.destinationPort);
    header.SetSequenceNumber(SequenceNumber32(sequence));
    header.SetFlags(TcpHeader::RST);
    header.SetWindowSize(0);
    UseChecksum(header, flow, SstCensorPacket::PROTOCOL_TCP);
    Ptr<Packet> packet = Create<Packet>();
    packet->AddHeader(header);
    return Send(flow, SstCensorPacket::PROTOCOL_TCP, packet);
}

bool
SstCensorInjector::SendDatagram(const Flow& flow, const std::vector<uint8_t>& payload)
{
    NS_LOG_FUNCTION(this << flow.source.ToString() << flow.destination.ToString());
    UdpHeader header;
    header.SetSourcePort(flow.sourcePort);
    header.SetDestinationPort(flow.destinationPort);
    UseChecksum(header, flow, SstCensorPacket::PROTOCOL_UDP);
    Ptr<Packet> packet = Create<Packet>(payload.data(), payload.size());
    packet->AddHeader(header);
    return Send(flow, SstCensorPacket::PROTOCOL_UDP, packet);
}

bool
SstCensorInjector::Send(const Flow& flow, uint8_t protocol, Ptr<Packet> packet)
{
    const bool sent = flow.destination.length == 4 ? SendV4(flow, protocol, packet)
                                                   : SendV6(flow, protocol, packet);
    ++(sent ? m_sent : m_noRoute);
    return sent;
}

bool
SstCensorInjector::SendV4(const Flow& flow, uint8_t protocol, Ptr<Packet> packet)
{
    Ptr<Ipv4L3Protocol> ip = m_node ? m_node->GetObject<Ipv4L3Protocol>() : nullptr;
    if (!ip || !ip->GetRoutingProtocol())
    {
        return false;
    }
    const Ipv4Address source = SstToIpv4Address(flow.source);
    const Ipv4Address destination = SstToIpv4Address(flow.destination);
    Ipv4Header header;
    header.SetSource(source);
    header.SetDestination(destination);
    header.SetProtocol(protocol);
    Socket::SocketErrno error;
    Ptr<Ipv4Route> route = ip->GetRoutingProtocol()->RouteOutput(packet, header, nullptr, error);
    if (!route || ip->GetInterfaceForDevice(route->GetOutputDevice()) < 0)
    {
        NS_LOG_WARN("no route to " << destination << " for a packet in the name of " << source);
        return false;
    }
    ip->Send(packet, source, destination, protocol, route);
    return true;
}

bool
SstCensorInjector::SendV6(const Flow& flow, uint8_t protocol, Ptr<Packet> packet)
{
    Ptr<Ipv6L3Protocol> ip = m_node ? m_node->GetObject<Ipv6L3Protocol>() : nullptr;
    if (!ip || !ip->GetRoutingProtocol())
    {
        return false;
    }
    const Ipv6Address source = SstToIpv6Address(flow.source);
    const Ipv6Address destination = SstToIpv6Address(flow.destination);
    Ipv6Header header;
    header.SetSource(source);
    header.SetDestination(destination);
    header.SetNextHeader(protocol);
    Socket::SocketErrno error;
    Ptr<Ipv6Route> route = ip->GetRoutingProtocol()->RouteOutput(packet, header, nullptr, error);
    if (!route || ip->GetInterfaceForDevice(route->GetOutputDevice()) < 0)
    {
        NS_LOG_WARN("no route to " << destination << " for a packet in the name of " << source);
        return false;
    }
    ip->Send(packet, source, destination, protocol, route);
    return true;
}

} // namespace ns3
