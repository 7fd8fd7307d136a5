/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-packet-content.h"

#include "sst/types.h"

#include "ns3/sst-raw-header.h"
#include "ns3/sst-raw-trailer.h"
#include "ns3/tag.h"
#include "ns3/tcp-header.h"
#include "ns3/udp-header.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace ns3
{

namespace
{

/// Bytes kept free in front of a sealed packet, for the headers of IP (40) and of the link.
constexpr uint32_t HEADROOM = 64;

/// Memory taken for a sealed packet, where it needs no more: ns-3 keeps freed packet memory for
/// reuse only if it is as large as the largest there was, so all of it is one size.
constexpr uint32_t ROOM = 2048;

constexpr uint32_t UDP_HEADER_SIZE = 8;       ///< bytes (RFC 768)
constexpr uint32_t TCP_HEADER_MIN = 20;       ///< bytes (RFC 9293, 3.1)
constexpr uint32_t TCP_DATA_OFFSET_BYTE = 12; ///< where the header's length is

/// A byte tag taken off a packet.
struct HeldTag
{
    std::unique_ptr<Tag> tag; //!< the tag
    int64_t start;            //!< first byte
    int64_t end;              //!< behind the last byte
};

/**
 * Take all byte tags off a packet.
 *
 * @param packet the packet
 * @return the tags
 */
std::vector<HeldTag>
TakeByteTags(Ptr<Packet> packet)
{
    std::vector<HeldTag> held;
    ByteTagIterator i = packet->GetByteTagIterator();
    if (!i.HasNext())
    {
        return held;
    }
    while (i.HasNext())
    {
        ByteTagIterator::Item item = i.Next();
        const TypeId tid = item.GetTypeId();
        if (!tid.HasConstructor())
        {
            continue; // it cannot be read, here or by anybody
        }
        std::unique_ptr<ObjectBase> object(tid.GetConstructor()());
        Tag* tag = dynamic_cast<Tag*>(object.get());
        if (tag)
        {
            object.release();
            item.GetTag(*tag);
            held.push_back({std::unique_ptr<Tag>(tag), item.GetStart(), item.GetEnd()});
        }
    }
    packet->RemoveAllByteTags();
    return held;
}

/**
 * Put byte tags back.
 *
 * @param packet the packet with its new content
 * @param held the tags
 * @param shift how far the tagged bytes moved
 */
void
GiveByteTags(Ptr<Packet> packet, const std::vector<HeldTag>& held, int64_t shift)
{
    const int64_t size = packet->GetSize();
    for (const auto& item : held)
    {
        const int64_t start = std::max<int64_t>(0, item.start + shift);
        const int64_t end = std::min(size, item.end + shift);
        if (start < end)
        {
            packet->AddByteTag(*item.tag, static_cast<uint32_t>(start), static_cast<uint32_t>(end));
        }
    }
}

/**
 * @param data bytes
 * @param size how many, at least one
 * @return whether all are 0
 */
bool
IsZero(const uint8_t* data, uint32_t size)
{
    return data[0] == 0 && std::memcmp(data, data + 1, size - 1) == 0;
}

/**
 * @param bytes a segment
 * @param protocol its protocol
 * @return bytes of its transport header, as far as they are there
 */
uint32_t
TransportHeaderSize(const sst::Buffer& bytes, uint8_t protocol)
{
    const auto size = static_cast<uint32_t>(bytes.Size());
    if (protocol == sst::PROTOCOL_UDP)
    {
        return std::min(size, UDP_HEADER_SIZE);
    }
    if (protocol == sst::PROTOCOL_TCP && size >= TCP_HEADER_MIN)
    {
        const uint32_t header = (bytes.Data()[TCP_DATA_OFFSET_BYTE] >> 4) * 4;
        return std::min(size, std::max(header, TCP_HEADER_MIN));
    }
    return 0;
}

} // namespace

void
SstPacketContent::Read(Ptr<const Packet> packet, sst::Buffer& bytes)
{
    const uint32_t size = packet->GetSize();
    packet->CopyData(bytes.Resize(size), size);
}

void
SstPacketContent::WriteSealed(Ptr<Packet> packet, const sst::Buffer& bytes)
{
    const uint32_t before = packet->GetSize();
    const auto size = static_cast<uint32_t>(bytes.Size());
    const auto held = TakeByteTags(packet);
    packet->RemoveAtEnd(before);
    // space that is reserved and given back at once stays free in front: without it every
    // header further down would move all bytes
    const uint32_t room = std::max(size + HEADROOM, ROOM);
    packet->AddHeader(SstRawHeader(nullptr, room));
    packet->RemoveAtStart(room);
    packet->AddHeader(SstRawHeader(bytes.Data(), size));
    GiveByteTags(packet, held, int64_t{size} - before);
}

void
SstPacketContent::WriteSegment(Ptr<Packet> packet, const sst::Buffer& bytes, uint8_t protocol)
{
    const uint32_t before = packet->GetSize();
    const auto size = static_cast<uint32_t>(bytes.Size());
    const auto held = TakeByteTags(packet);
    packet->RemoveAtEnd(before);
    const uint32_t headerSize = TransportHeaderSize(bytes, protocol);
    if (headerSize > 0)
    {
        const TypeId tid =
            protocol == sst::PROTOCOL_TCP ? TcpHeader::GetTypeId() : UdpHeader::GetTypeId();
        packet->AddHeader(SstRawHeader(bytes.Data(), headerSize, tid));
    }
    if (size > headerSize)
    {
        const uint8_t* payload = bytes.Data() + headerSize;
        if (IsZero(payload, size - headerSize))
        {
            // what stock applications send: ns-3 keeps zeros as a number, not as bytes
            packet->AddAtEnd(Create<Packet>(size - headerSize));
        }
        else
        {
            packet->AddTrailer(SstRawTrailer(payload, size - headerSize));
        }
    }
    GiveByteTags(packet, held, int64_t{size} - before);
}

} // namespace ns3
