/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_ICMP_ERROR_H
#define SST_ICMP_ERROR_H

#include "sst/buffer.h"
#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>

/**
 * @file
 * ICMP errors of the network about packets sent from here: what they quote, and the same error
 * about what was inside.
 */

namespace sst
{

/// An ICMP or ICMPv6 error and the packet it quotes.
struct IcmpError
{
    uint8_t version{0};      //!< of IP, 4 or 6
    uint8_t type{0};         //!< of ICMP
    uint8_t code{0};         //!< of ICMP
    uint32_t mtu{0};         //!< as given, when it IsTooBig
    IpAddress source{};      //!< of the quoted packet
    IpAddress destination{}; //!< of the quoted packet
    uint8_t protocol{0};     //!< of the quoted packet; 0 when the quote ends before it is seen
    bool marked{false};      //!< IPv4: the reserved flag of the quoted packet
    uint8_t trafficClass{0}; //!< IPv6: of the quoted packet
    size_t packetOffset{0};  //!< in the message, of what is behind the quoted IP header
    size_t packetSize{0};    //!< bytes there; 0 for a fragment that is not the first

    /// @return true for "fragmentation needed" and "packet too big"
    bool IsTooBig() const
    {
        return version == 4 ? type == 3 && code == 4 : type == 2;
    }

    /// @return true for "ICMP types 3, 11 and 12 and ICMPv6 types 1 to 4"
    bool IsMapped() const
    {
        return version == 4 ? type == 3 || type == 11 || type == 12 : type >= 1 && type <= 4;
    }
};

/**
 * @param protocol 1 (ICMP) or 58 (ICMPv6)
 * @param data message from the ICMP header
 * @param size its bytes
 * @param error out
 * @return false for any message that is no error of those types, or does not quote a whole IP
 *         header
 */
[[nodiscard]] bool ParseIcmpError(uint8_t protocol,
                                  const uint8_t* data,
                                  size_t size,
                                  IcmpError& error);

/// The segment an error is about, as its sender knows it.
struct QuotedSegment
{
    IpAddress source{};            //!< own address
    IpAddress destination{};       //!< the peer's
    uint8_t protocol{0};           //!< 6 or 17
    size_t size{0};                //!< bytes of the segment
    std::array<uint8_t, 8> head{}; //!< its first bytes
};

/**
 * Write an error about a segment, its checksum zero.
 * @param error type and code
 * @param mtu where it IsTooBig
 * @param segment quoted with an IP header of 20 or 40 bytes
 * @param message overwritten
 */
void WriteIcmpError(const IcmpError& error,
                    uint32_t mtu,
                    const QuotedSegment& segment,
                    Buffer& message);

} // namespace sst

#endif /* SST_ICMP_ERROR_H */
