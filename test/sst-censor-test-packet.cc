/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-test-packet.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-header.h"

namespace ns3
{

Ptr<Packet>
SstCensorTestPacket::Build() const
{
    const uint16_t source = fromClient ? clientPort : serverPort;
    const uint16_t destination = fromClient ? serverPort : clientPort;
    const auto& content = raw.empty() ? payload : raw;
    Ptr<Packet> packet = Create<Packet>(content.data(), content.size());
    if (raw.empty() && udp)
    {
        UdpHeader header;
        header.SetSourcePort(source);
        header.SetDestinationPort(destination);
        packet->AddHeader(header);
    }
    else if (raw.empty())
    {
        TcpHeader header;
        header.SetSourcePort(source);
        header.SetDestinationPort(destination);
        header.SetFlags(tcpFlags);
        header.SetSequenceNumber(SequenceNumber32(sequence));
        header.SetAckNumber(SequenceNumber32(acknowledgment));
        packet->AddHeader(header);
    }
    const uint8_t transport = protocol != 0 ? protocol : udp ? 17 : 6;
    if (v6)
    {
        Ipv6Header header;
        header.SetSource(Ipv6Address((fromClient ? client6 : server6).c_str()));
        header.SetDestination(Ipv6Address((fromClient ? server6 : client6).c_str()));
        header.SetNextHeader(transport);
        header.SetPayloadLength(packet->GetSize());
        header.SetHopLimit(63);
        header.SetTrafficClass(marked ? 0xac : 0);
        packet->AddHeader(header);
        return packet;
    }
    Ipv4Header header;
    header.SetSource(Ipv4Address((fromClient ? client4 : server4).c_str()));
    header.SetDestination(Ipv4Address((fromClient ? server4 : client4).c_str()));
    header.SetProtocol(transport);
    header.SetPayloadSize(packet->GetSize());
    header.SetTtl(63);
    header.EnableChecksum();
    packet->AddHeader(header);
    if (!marked)
    {
        return packet;
    }
    // ns-3's header has no reserved flag: bit 0 of Flags is set in the bytes.
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    bytes[6] |= 0x80;
    return Create<Packet>(bytes.data(), bytes.size());
}

std::vector<uint8_t>
SstCensorTestPacket::Bytes() const
{
    Ptr<Packet> packet = Build();
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    return bytes;
}

} // namespace ns3
