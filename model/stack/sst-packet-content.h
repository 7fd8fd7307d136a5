/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_PACKET_CONTENT_H
#define SST_PACKET_CONTENT_H

#include "sst/buffer.h"

#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst
 * Exchanges the bytes of a packet for others while the packet stays the same object: uid and
 * packet tags are kept, and each byte tag moves with the bytes it was put on.
 *
 * A sealed packet and its segment end at the same place but for what the protocol puts behind
 * the segment, and their difference in size is known to both ends. So a byte tag moves by that
 * difference when sealed and back by it when opened, which restores the exact range.
 */
class SstPacketContent
{
  public:
    SstPacketContent() = delete;

    /**
     * Copy a packet's bytes.
     *
     * @param packet the packet
     * @param [out] bytes its bytes, with room to seal in place
     */
    static void Read(Ptr<const Packet> packet, sst::Buffer& bytes);

    /**
     * Put a sealed packet in the place of the segment.
     *
     * @param packet the packet
     * @param bytes its new content
     */
    static void WriteSealed(Ptr<Packet> packet, const sst::Buffer& bytes);

    /**
     * Put a segment in the place of the sealed packet.
     *
     * @param packet the packet
     * @param bytes its new content, starting with a TCP or UDP header
     * @param protocol 6 TCP, 17 UDP; with any other the bytes are payload alone
     */
    static void WriteSegment(Ptr<Packet> packet, const sst::Buffer& bytes, uint8_t protocol);
};

} // namespace ns3

#endif // SST_PACKET_CONTENT_H
