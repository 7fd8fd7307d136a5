// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_SEGMENT_H
#define SST_TEST_SEGMENT_H

#include "sst/types.h"
#include "test-bytes.h"

namespace ssttest
{

/// \return an address from its text, "10.0.0.1" or the 32 hexadecimal digits of IPv6 with colons
///         after every four
sst::IpAddress Ip(const std::string& text);

/// \return the 4 or 16 bytes of an address
Bytes AddressBytes(const sst::IpAddress& address);

/// RFC 1071, the slow way: 16-bit words summed in 64 bits, folded, complemented.
uint16_t SlowChecksum(const Bytes& data);

/// The L4 checksum over pseudo-header and segment whose checksum field counts as it is.
uint16_t SlowL4Checksum(uint8_t protocol,
                        const sst::IpAddress& source,
                        const sst::IpAddress& destination,
                        const Bytes& segment);

/// Flags of RFC 9293 3.1.
constexpr int FIN = 1;
constexpr int SYN = 2;
constexpr int RST = 4;
constexpr int PSH = 8;
constexpr int ACK = 16;

/// One end of a flow as a segment sees it.
struct Path
{
    sst::IpAddress source;      //!< sender's address
    uint16_t sourcePort;        //!< sender's port
    sst::IpAddress destination; //!< receiver's address
    uint16_t destinationPort;   //!< receiver's port

    /// \return the way back
    Path Reverse() const
    {
        return {destination, destinationPort, source, sourcePort};
    }
};

/// \return a TCP segment with its right checksum; \p optionWords 4-byte words of NOP options
Bytes Tcp(const Path& path,
          uint8_t flags,
          const Bytes& payload = {},
          uint32_t sequence = 1000,
          size_t optionWords = 0);

/// \return the answer of who got a segment on \p path: an empty one back that acknowledges
Bytes Answering(const Path& path, uint8_t flags, uint32_t acknowledgment);

/// \return a UDP datagram with its right checksum, or with none (IPv4 only)
Bytes Udp(const Path& path, const Bytes& payload, bool withChecksum = true);

/// \return \p segment with the two checksum bytes of TCP or UDP zero
Bytes WithoutChecksum(uint8_t protocol, const Bytes& segment);

/// \return \p segment with its right checksum computed anew
Bytes WithChecksum(uint8_t protocol, const Path& path, const Bytes& segment);

/// An ICMP (or ICMPv6) port-unreachable that \p path.source sends to \p path.destination about a
/// packet it received, whose IP payload begins with \p quoted. The quoted IP header goes from
/// path.destination to path.source.
Bytes IcmpUnreachable(const Path& path, uint8_t quotedProtocol, const Bytes& quoted);

} // namespace ssttest

#endif // SST_TEST_SEGMENT_H
