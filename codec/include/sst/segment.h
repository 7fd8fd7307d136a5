/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SEGMENT_H
#define SST_SEGMENT_H

#include "sst/reason.h"
#include "sst/types.h"

#include <cstddef>
#include <cstdint>

/**
 * @file
 * What the codec must know about the TCP and UDP segments and ICMP errors it carries.
 */

namespace sst
{

constexpr uint8_t TCP_FIN = 0x01; //!< RFC 9293 3.1
constexpr uint8_t TCP_SYN = 0x02; //!< RFC 9293 3.1
constexpr uint8_t TCP_RST = 0x04; //!< RFC 9293 3.1
constexpr uint8_t TCP_ACK = 0x10; //!< RFC 9293 3.1

/// A TCP or UDP segment, as far as it matters here.
struct SegmentView
{
    uint8_t protocol{0};         //!< 6 or 17
    uint16_t sourcePort{0};      //!< of its sender
    uint16_t destinationPort{0}; //!< of its receiver
    size_t headerSize{0};        //!< bytes of the transport header
    size_t payloadSize{0};       //!< bytes behind it
    uint8_t flags{0};            //!< TCP flags
    uint32_t sequence{0};        //!< TCP sequence number
    uint32_t acknowledgment{0};  //!< TCP acknowledgment number

    /// @return true for a SYN that opens a connection: no ACK, no RST
    bool IsOpening() const
    {
        return protocol == PROTOCOL_TCP && (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    }

    /// @return true for the answer to a SYN: SYN and ACK, no RST
    bool IsSynAck() const
    {
        return protocol == PROTOCOL_TCP &&
               (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == (TCP_SYN | TCP_ACK);
    }

    /// @return true for "a SYN without ACK, RST, FIN and payload"
    bool IsPureSyn() const
    {
        return protocol == PROTOCOL_TCP &&
               (flags & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN && payloadSize == 0;
    }
};

/**
 * @param protocol 6 or 17
 * @param data segment
 * @param size its bytes
 * @param view out
 * @return NONE; INNER_TYPE for another protocol; INNER_LENGTH for a header that does not fit, and
 *         for a UDP length unequal to the segment's
 */
[[nodiscard]] Reason ParseSegment(uint8_t protocol,
                                  const uint8_t* data,
                                  size_t size,
                                  SegmentView& view);

/// A packet of this session quoted by an ICMP error.
struct QuoteView
{
    IpAddress source{};          //!< of the quoted packet
    IpAddress destination{};     //!< of the quoted packet
    uint8_t protocol{0};         //!< 6 or 17
    uint16_t sourcePort{0};      //!< of the quoted packet
    uint16_t destinationPort{0}; //!< of the quoted packet
    bool marked{false};          //!< IPv4: reserved flag
    uint8_t trafficClass{0};     //!< IPv6
    size_t ipOffset{0};          //!< of the quoted IP header in the ICMP message
    size_t portsOffset{0};       //!< of the quoted transport header
};

/**
 * @param type 1 (ICMP) or 58 (ICMPv6)
 * @param data message from the ICMP header
 * @param size its bytes
 * @param view out
 * @return NONE for an error that quotes at least the ports of a TCP or UDP packet; INNER_TYPE for
 * any other ICMP message; INNER_LENGTH when cut short
 */
[[nodiscard]] Reason ParseQuote(uint8_t type, const uint8_t* data, size_t size, QuoteView& view);

/// What is inside a packet: one of the two views is filled, or none for type 59.
struct InnerView
{
    uint8_t type{PROTOCOL_NONE}; //!< 6, 17, 1, 58 or 59
    SegmentView segment{};       //!< of types 6 and 17
    QuoteView quote{};           //!< of types 1 and 58

    /// @return true for 6 and 17
    bool IsTransport() const
    {
        return type == PROTOCOL_TCP || type == PROTOCOL_UDP;
    }

    /// @return true for 1 and 58
    bool IsIcmp() const
    {
        return type == PROTOCOL_ICMP || type == PROTOCOL_ICMPV6;
    }
};

/**
 * Find the type at the end of `segment | type(1) | 00*`.
 * @param data opened bytes
 * @param size how many
 * @param type out
 * @param segmentSize out: bytes before the type
 * @return NONE, or INNER_TYPE when there are only zeros
 */
[[nodiscard]] Reason SplitInner(const uint8_t* data,
                                size_t size,
                                uint8_t& type,
                                size_t& segmentSize);

/**
 * Check a TCP or UDP segment that was inside an authentic packet.
 * @param type 6 or 17
 * @param data segment
 * @param size its bytes
 * @param view out
 * @return as ParseSegment, or INNER_CHECKSUM for a checksum not zero
 */
[[nodiscard]] Reason ParseInnerSegment(uint8_t type,
                                       const uint8_t* data,
                                       size_t size,
                                       SegmentView& view);

/**
 * Check what was inside an authentic packet.
 * @param type inner type
 * @param data segment
 * @param size its bytes
 * @param view out
 * @return NONE; INNER_TYPE for an unknown type; INNER_LENGTH; INNER_CHECKSUM for a checksum not
 * zero
 */
[[nodiscard]] Reason ParseInner(uint8_t type, const uint8_t* data, size_t size, InnerView& view);

/**
 * Set the checksum of a parsed message to zero.
 * @param type 6, 17, 1 or 58; others have none
 * @param data the segment or ICMP message, long enough for its header
 */
void ZeroChecksum(uint8_t type, uint8_t* data);

/**
 * @param type 6, 17, 1 or 58
 * @param data the segment or ICMP message, long enough for its header
 * @return true when the checksum field is zero
 */
bool IsChecksumZero(uint8_t type, const uint8_t* data);

/**
 * Compute and write the checksum.
 * @param type 6, 17, 1 or 58
 * @param data the segment or ICMP message, its checksum zero
 * @param size its bytes
 * @param source address
 * @param destination address
 */
void RestoreChecksum(uint8_t type,
                     uint8_t* data,
                     size_t size,
                     const IpAddress& source,
                     const IpAddress& destination);

/**
 * Rewrite addresses and ports of the packet an ICMP error quotes to the receiver's view, and fix
 * the quoted IPv4 header checksum.
 * @param view of `data`
 * @param data the ICMP message
 * @param source of the quoted packet: the receiver of the error
 * @param sourcePort of the quoted packet
 * @param destination of the quoted packet: the peer
 * @param destinationPort of the quoted packet
 */
void RewriteQuote(const QuoteView& view,
                  uint8_t* data,
                  const IpAddress& source,
                  uint16_t sourcePort,
                  const IpAddress& destination,
                  uint16_t destinationPort);

} // namespace sst

#endif /* SST_SEGMENT_H */
