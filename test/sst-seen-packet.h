/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SEEN_PACKET_H
#define SST_SEEN_PACKET_H

#include <cstddef>
#include <cstdint>
#include <vector>

/**
 * @ingroup sst-tests
 * An IP packet as seen on a wire, read from its bytes alone (RFC 791, RFC 8200) so that tests
 * need none of the code under test.
 */
struct SstSeenPacket
{
    /**
     * @param bytes from the first byte of the IP header on
     */
    explicit SstSeenPacket(std::vector<uint8_t> bytes);

    /// @return whether the IPv4 header checksum is right; true on IPv6, which has none
    bool IsChecksumRight() const;

    /// @return whether the reserved flag (IPv4) or DSCP 43 (IPv6) is set
    bool IsMarked() const;

    /// @return whether this is a fragment
    bool IsFragment() const;

    /// @return whether a transport header is at the payload's start: no later fragment
    bool HasTransport() const;

    /// @return the first two bytes of the payload, where TCP and UDP have the source port
    uint16_t SourcePort() const;

    /// @return the two bytes after these, where TCP and UDP have the destination port
    uint16_t DestinationPort() const;

    std::vector<uint8_t> bytes;       //!< all of it
    uint8_t version{0};               //!< 4 or 6, 0 where it is no IP packet
    uint8_t trafficClass{0};          //!< TOS or Traffic Class
    bool reservedFlag{false};         //!< IPv4: bit 0 of Flags
    bool dontFragment{false};         //!< IPv4: bit 1 of Flags
    bool moreFragments{false};        //!< bit 2 of Flags, or M of the fragment header
    uint16_t fragmentOffset{0};       //!< in bytes
    uint8_t protocol{0};              //!< behind the fragment header, where there is one
    std::vector<uint8_t> source;      //!< address, 4 or 16 bytes
    std::vector<uint8_t> destination; //!< address, 4 or 16 bytes
    std::size_t payload{0};           //!< offset of the payload
};

/**
 * @param packets what a link carried
 * @param port a port
 * @return how many unmarked packets have that port
 */
uint32_t CountClear(const std::vector<SstSeenPacket>& packets, uint16_t port);

#endif // SST_SEEN_PACKET_H
