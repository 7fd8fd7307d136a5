/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-datapath.h"

#include "sst/wire.h"

#include "ns3/abort.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/sst-address.h"
#include "ns3/sst-mark-tag.h"
#include "ns3/sst-packet-content.h"
#include "ns3/sst-segment-check.h"
#include "ns3/sst-stack.h"
#include "ns3/sst-tcp-access.h"

#include <algorithm>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstDatapath");

namespace
{

constexpr uint32_t PORTS_SIZE = 4;                   ///< the two ports
constexpr uint8_t IPV4_ADDRESS_LENGTH = 4;           ///< bytes
constexpr uint32_t TCP_FLAGS_OFFSET = 13;            ///< RFC 9293, 3.1
constexpr uint8_t TCP_FLAG_SYN = 0x02;               ///< RFC 9293, 3.1
constexpr uint8_t TCP_FLAG_ACK = 0x10;               ///< RFC 9293, 3.1
constexpr uint32_t HEAD_SIZE = TCP_FLAGS_OFFSET + 1; ///< what is read of every segment

constexpr uint32_t IPV4_HEADER_SIZE = 20;                       ///< without options
constexpr uint32_t IPV6_HEADER_SIZE = 40;                       ///< without extension headers
constexpr uint32_t IPV4_MAX_PAYLOAD = 65535 - IPV4_HEADER_SIZE; ///< RFC 791, total length
constexpr uint32_t IPV6_MAX_PAYLOAD = 65535;                    ///< RFC 8200, 3

/// The most that sealing adds: layout U, narrow coverage.
constexpr uint32_t MAX_OVERHEAD = sst::wire::UDP_HEADER_SIZE + sst::wire::DATA_U_NARROW_OVERHEAD;

/// Leading bytes MayConcern wants.
constexpr uint32_t CONCERN_SIZE = 8;

/**
 * @param bytes two bytes in network order
 * @return the number
 */
uint16_t
ReadU16(const uint8_t* bytes)
{
    return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]);
}

/**
 * @param header header of a sealed packet
 * @param protocol of the segment that was in it
 * @param size of the segment, bytes
 * @return header to hand the segment up with
 */
Ipv4Header
MakePlain(const Ipv4Header& header, uint8_t protocol, uint32_t size)
{
    Ipv4Header plain = header;
    plain.SetProtocol(protocol);
    plain.SetPayloadSize(static_cast<uint16_t>(size));
    return plain;
}

/// @copydoc MakePlain(const Ipv4Header&, uint8_t, uint32_t)
Ipv6Header
MakePlain(const Ipv6Header& header, uint8_t protocol, uint32_t size)
{
    Ipv6Header plain = header;
    plain.SetNextHeader(protocol);
    plain.SetPayloadLength(static_cast<uint16_t>(size));
    plain.SetTrafficClass(header.GetTrafficClass() & sst::MARK_ECN_MASK);
    return plain;
}

} // namespace

sst::Buffer SstDatapath::g_out;
sst::Buffer SstDatapath::g_in;

SstDatapath::SstDatapath(SstStack& stack, Ptr<Node> node)
    : m_stack(stack),
      m_node(node),
      m_random(node->GetId()),
      m_sockets(node),
      m_ports(node, m_sockets),
      m_hooks(node, *this)
{
}

SstDatapath::~SstDatapath()
{
    m_tick.Cancel();
}

void
SstDatapath::Attach()
{
    m_hooks.Attach();
    m_mark.value = m_stack.m_tclassValue;
    m_mark.mask = m_stack.m_tclassMask & static_cast<uint8_t>(~sst::MARK_ECN_MASK);
    m_policies.SetDefault(m_stack.m_defaultPolicy,
                          m_stack.m_defaultCoverage,
                          m_stack.m_defaultLayout);
}

sst::Endpoint&
SstDatapath::GetEndpoint()
{
    if (!m_endpoint)
    {
        sst::EndpointConfig config = m_stack.MakeConfig();
        config.restoreChecksums = Node::ChecksumEnabled();
        config.mark = m_mark;
        NS_ABORT_MSG_IF(config.udpPort != 0 && !m_ports.Hold(config.udpPort),
                        "SST: UDP port " << config.udpPort << " of node " << m_node->GetId()
                                         << " is in use: choose another UdpPort, or let the side "
                                            "stack have it before the socket binds");
        m_endpoint = std::make_unique<sst::Endpoint>(config, m_random);
        m_endpoint->usesInClear = [this](const sst::FlowKey& flow, const sst::IpAddress&) {
            return m_sockets.UsesInClear(flow);
        };
        m_endpoint->reserveUdpPort = [this](const sst::IpAddress&) {
            return m_ports.Reserve(m_random);
        };
        m_endpoint->releaseUdpPort = [this](const sst::IpAddress&, uint16_t port) {
            m_ports.Release(port);
        };
    }
    return *m_endpoint;
}

const sst::Endpoint*
SstDatapath::PeekEndpoint() const
{
    return m_endpoint.get();
}

sst::Clock
SstDatapath::GetClock() const
{
    const Time now = Simulator::Now();
    sst::Clock clock;
    clock.monotonicNs = static_cast<uint64_t>(now.GetNanoSeconds());
    clock.unixMs = static_cast<uint64_t>((m_stack.m_epoch + now).GetMilliSeconds());
    return clock;
}

SstPolicyTable&
SstDatapath::GetPolicies()
{
    return m_policies;
}

SstSocketTable&
SstDatapath::GetSockets()
{
    return m_sockets;
}

SstSeededRandom&
SstDatapath::GetRandom()
{
    return m_random;
}

uint64_t
SstDatapath::GetDropCount(sst::Reason reason) const
{
    const uint64_t own = m_drops.at(static_cast<std::size_t>(reason));
    return m_endpoint ? own + m_endpoint->Count(reason) : own;
}

// Down ------------------------------------------------------------------------------------------

void
SstDatapath::Send(Ptr<Packet> packet,
                  Ipv4Address source,
                  Ipv4Address destination,
                  uint8_t protocol,
                  Ptr<Ipv4Route> route)
{
    Egress({packet, ToSst(source), ToSst(destination), protocol, {route, nullptr}});
}

void
SstDatapath::Send6(Ptr<Packet> packet,
                   Ipv6Address source,
                   Ipv6Address destination,
                   uint8_t protocol,
                   Ptr<Ipv6Route> route)
{
    Egress({packet, ToSst(source), ToSst(destination), protocol, {nullptr, route}});
}

const sst::Request*
SstDatapath::FindRequest(const Pending& segment,
                         const sst::FlowKey& flow,
                         const SstSocketTable::TcpNote* note)
{
    const SstSocketRequest* asked = note ? note->request : nullptr;
    if (segment.protocol == sst::PROTOCOL_UDP)
    {
        asked = m_sockets.FindUdp(segment.local, flow.localPort);
    }
    const sst::Request* request = nullptr;
    if (asked && asked->hasOpinion)
    {
        request = asked->request.policy == sst::Policy::OFF ? nullptr : &asked->request;
    }
    else
    {
        request = m_policies.Match(flow);
    }
    return request ? m_policies.Name(request, flow.peer) : nullptr;
}

void
SstDatapath::Egress(const Pending& segment)
{
    uint8_t head[HEAD_SIZE]{};
    if (segment.packet->CopyData(head, HEAD_SIZE) < PORTS_SIZE)
    {
        SendClear(segment);
        return;
    }
    const sst::FlowKey flow{segment.protocol, ReadU16(head), segment.peer, ReadU16(head + 2)};
    const bool isTcp = segment.protocol == sst::PROTOCOL_TCP;
    const bool isSyn = isTcp && (head[TCP_FLAGS_OFFSET] & TCP_FLAG_SYN) != 0;
    const auto note = isTcp ? m_sockets.FindTcp(segment.packet->GetUid()) : nullptr;
    const sst::Request* request = FindRequest(segment, flow, note);
    // PROTOCOL: "Never touched: multicast, broadcast, neighbour discovery, ARP, DHCP, ..."
    if ((!request && !(m_endpoint && m_endpoint->MayConcern(flow))) ||
        m_policies.IsExempt(flow, segment.local) || (!isTcp && m_hooks.IsGroup(segment.peer)))
    {
        if (isSyn)
        {
            m_sockets.NoteClear(flow);
        }
        SendClear(segment);
        return;
    }
    sst::Endpoint& endpoint = GetEndpoint();
    const bool v6 = segment.peer.length != IPV4_ADDRESS_LENGTH;
    const uint32_t maxPayload = v6 ? IPV6_MAX_PAYLOAD : IPV4_MAX_PAYLOAD;
    if (segment.packet->GetSize() + MAX_OVERHEAD > maxPayload)
    {
        Drop(segment.packet, sst::Reason::LENGTH);
        m_drops[static_cast<std::size_t>(sst::Reason::LENGTH)]++;
        return;
    }
    sst::Meta meta;
    meta.protocol = segment.protocol;
    meta.local = segment.local;
    meta.peer = segment.peer;
    meta.mtu = m_hooks.GetMtu(segment.local, segment.route);
    meta.cookie = ++m_lastCookie;
    SstPacketContent::Read(segment.packet, g_out);
    const sst::Verdict verdict = endpoint.Egress(meta, request, g_out, GetClock());

    if (isTcp &&
        (verdict.outcome == sst::Outcome::SEND || (isSyn && verdict.outcome == sst::Outcome::WAIT)))
    {
        const uint32_t size = g_out.Size() + (v6 ? IPV6_HEADER_SIZE : IPV4_HEADER_SIZE);
        const uint32_t excess = size > meta.mtu ? size - meta.mtu : 0;
        if (meta.mtu > 0 && (isSyn || excess > 0))
        {
            const TcpSocketBase* socket = note ? note->socket : nullptr;
            if (!socket && (head[TCP_FLAGS_OFFSET] & TCP_FLAG_ACK) != 0)
            {
                socket = m_sockets.FindServerSocket(flow);
            }
            if (socket)
            {
                FitSegmentSize(*socket, flow, request, meta.mtu, isSyn ? 0 : excess);
            }
        }
    }

    switch (verdict.outcome)
    {
    case sst::Outcome::SEND:
        SstPacketContent::WriteSealed(segment.packet, g_out);
        SendSealed(segment.packet,
                   segment.local,
                   segment.peer,
                   verdict.protocol,
                   segment.route,
                   verdict.mark);
        break;
    case sst::Outcome::WAIT:
        m_pending.emplace(meta.cookie, segment);
        break;
    case sst::Outcome::DROP:
        Drop(segment.packet, verdict.reason);
        break;
    case sst::Outcome::CONSUMED:
        break;
    case sst::Outcome::PASS:
    case sst::Outcome::DELIVER:
        if (isSyn)
        {
            m_sockets.NoteClear(flow);
        }
        SendClear(segment);
        break;
    }
    Settle();
}

void
SstDatapath::SendSealed(Ptr<Packet> packet,
                        const sst::IpAddress& local,
                        const sst::IpAddress& peer,
                        uint8_t protocol,
                        const SstIpHooks::Route& route,
                        bool mark)
{
    txPackets++;
    txBytes += packet->GetSize();
    if (!m_stack.m_tx.IsEmpty())
    {
        m_stack.m_tx(packet);
    }
    // PROTOCOL: "ECN bits never touched; ... The outer DSCP is otherwise 0"
    if (peer.length == IPV4_ADDRESS_LENGTH)
    {
        SocketIpTosTag tos;
        if (packet->PeekPacketTag(tos) && (tos.GetTos() & ~sst::MARK_ECN_MASK) != 0)
        {
            tos.SetTos(tos.GetTos() & sst::MARK_ECN_MASK);
            packet->ReplacePacketTag(tos);
        }
        SstMarkTag tag;
        if (mark)
        {
            packet->ReplacePacketTag(tag);
        }
        else
        {
            packet->RemovePacketTag(tag);
        }
    }
    else
    {
        SocketIpv6TclassTag tclass;
        const uint8_t asked = packet->PeekPacketTag(tclass) ? tclass.GetTclass() : 0;
        tclass.SetTclass(mark ? sst::ApplyV6(asked, m_mark) : asked & sst::MARK_ECN_MASK);
        packet->ReplacePacketTag(tclass);
    }
    m_hooks.Send(packet, local, peer, protocol, route);
}

void
SstDatapath::SendClear(const Pending& segment)
{
    // an application may send on a packet object that it received, tags and all
    SstMarkTag mark;
    segment.packet->RemovePacketTag(mark);
    m_hooks.Send(segment.packet, segment.local, segment.peer, segment.protocol, segment.route);
}

void
SstDatapath::Drop(Ptr<const Packet> packet, sst::Reason reason)
{
    NS_LOG_LOGIC("node " << m_node->GetId() << " drops: " << sst::ToString(reason));
    if (!m_stack.m_drop.IsEmpty())
    {
        m_stack.m_drop(packet, sst::ToString(reason));
    }
}

// Up --------------------------------------------------------------------------------------------

bool
SstDatapath::Concerns(Ptr<const Packet> packet, const sst::Meta& meta) const
{
    uint8_t head[CONCERN_SIZE]{};
    const uint32_t size = packet->CopyData(head, CONCERN_SIZE);
    if (!m_endpoint || !m_endpoint->MayConcern(meta, head, size))
    {
        return false;
    }
    if (size < PORTS_SIZE)
    {
        return true;
    }
    const sst::FlowKey flow{meta.protocol, ReadU16(head + 2), meta.peer, ReadU16(head)};
    return !m_policies.IsExempt(flow, meta.local);
}

sst::Verdict
SstDatapath::Open(Ptr<Packet> packet, const sst::Meta& meta)
{
    SstPacketContent::Read(packet, g_in);
    sst::Verdict verdict = GetEndpoint().Ingress(meta, g_in, GetClock());
    const bool goesUp = verdict.outcome == sst::Outcome::DELIVER ||
                        (verdict.outcome == sst::Outcome::PASS && meta.marked);
    const uint8_t inner =
        verdict.outcome == sst::Outcome::DELIVER ? verdict.protocol : meta.protocol;
    if (goesUp && !SstSegmentCheck::IsReadable(g_in.Data(), g_in.Size(), inner))
    {
        verdict.outcome = sst::Outcome::DROP;
        verdict.reason = sst::Reason::INNER_LENGTH;
        m_drops[static_cast<std::size_t>(verdict.reason)]++;
    }
    switch (verdict.outcome)
    {
    case sst::Outcome::DELIVER:
        NoteOpened(packet);
        SstPacketContent::WriteSegment(packet, g_in, verdict.protocol);
        break;
    case sst::Outcome::CONSUMED:
        NoteOpened(packet);
        break;
    case sst::Outcome::DROP:
        Drop(packet, verdict.reason);
        break;
    default:
        break;
    }
    return verdict;
}

void
SstDatapath::NoteOpened(Ptr<const Packet> packet)
{
    rxPackets++;
    rxBytes += packet->GetSize();
    if (!m_stack.m_rx.IsEmpty())
    {
        m_stack.m_rx(packet);
    }
}

template <typename Header, typename Interface>
void
SstDatapath::DeliverInner(Ptr<IpL4Protocol> inner,
                          Ptr<Packet> packet,
                          const Header& header,
                          Ptr<Interface> interface,
                          const sst::Meta& meta,
                          uint8_t protocol)
{
    const bool v6 = meta.peer.length != IPV4_ADDRESS_LENGTH;
    if (protocol == sst::PROTOCOL_ICMP || protocol == sst::PROTOCOL_ICMPV6)
    {
        SstIcmpReport report;
        report.reporter = meta.peer;
        if (report.Read(g_in, v6))
        {
            report.Tell(m_hooks.GetInner(report.protocol, v6));
        }
        return;
    }
    Ptr<IpL4Protocol> target = protocol == meta.protocol ? inner : m_hooks.GetInner(protocol, v6);
    if (!target)
    {
        return;
    }
    if (protocol == sst::PROTOCOL_TCP && meta.protocol == sst::PROTOCOL_UDP)
    {
        FitBehindUdp(meta);
    }
    std::array<uint8_t, SstIcmpReport::QUOTED> head{};
    std::copy_n(g_in.Data(), std::min(head.size(), g_in.Size()), head.begin());
    const IpL4Protocol::RxStatus status =
        target->Receive(packet, MakePlain(header, protocol, packet->GetSize()), interface);
    // PROTOCOL: "ICMP about it included: they go inside the session as type 1/58, or nowhere":
    // whatever comes of it, IP shall not answer in clear
    if (status == IpL4Protocol::RX_ENDPOINT_UNREACH && protocol == sst::PROTOCOL_UDP)
    {
        SendPortUnreachable(meta, head);
    }
}

template <typename Header, typename Interface>
IpL4Protocol::RxStatus
SstDatapath::Accept(Ptr<IpL4Protocol> inner,
                    Ptr<Packet> packet,
                    const Header& header,
                    Ptr<Interface> interface,
                    const sst::Meta& meta)
{
    if (!meta.marked && !Concerns(packet, meta))
    {
        return inner->Receive(packet, header, interface);
    }
    const sst::Verdict verdict = Open(packet, meta);
    IpL4Protocol::RxStatus status = IpL4Protocol::RX_OK;
    if (verdict.outcome == sst::Outcome::PASS)
    {
        status = inner->Receive(packet, header, interface);
    }
    else if (verdict.outcome == sst::Outcome::DELIVER)
    {
        DeliverInner(inner, packet, header, interface, meta, verdict.protocol);
    }
    Settle();
    return status;
}

IpL4Protocol::RxStatus
SstDatapath::Receive(Ptr<IpL4Protocol> inner,
                     Ptr<Packet> packet,
                     const Ipv4Header& header,
                     Ptr<Ipv4Interface> interface)
{
    sst::Meta meta;
    meta.protocol = header.GetProtocol();
    meta.local = ToSst(header.GetDestination());
    meta.peer = ToSst(header.GetSource());
    SstMarkTag mark;
    meta.marked = packet->RemovePacketTag(mark);
    return Accept(inner, packet, header, interface, meta);
}

IpL4Protocol::RxStatus
SstDatapath::Receive(Ptr<IpL4Protocol> inner,
                     Ptr<Packet> packet,
                     const Ipv6Header& header,
                     Ptr<Ipv6Interface> interface)
{
    sst::Meta meta;
    meta.protocol = static_cast<uint8_t>(inner->GetProtocolNumber());
    meta.local = ToSst(header.GetDestination());
    meta.peer = ToSst(header.GetSource());
    meta.marked = sst::IsMarkedV6(header.GetTrafficClass(), m_mark);
    return Accept(inner, packet, header, interface, meta);
}

} // namespace ns3
