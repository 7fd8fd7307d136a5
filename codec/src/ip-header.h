/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_IP_HEADER_H
#define SST_IP_HEADER_H

#include "sst/types.h"
#include "sst/wire.h"

#include <cstddef>
#include <cstdint>

/**
 * @file
 * What the codec must know of IP: where fields stand in the headers that ICMP errors quote, and how
 * long a header is.
 */

namespace sst
{

constexpr size_t ICMP_HEADER = 8; //!< RFC 792, RFC 4443: both errors

constexpr size_t IPV4_LENGTH = 2;       //!< RFC 791 3.1: offset
constexpr size_t IPV4_FRAGMENT = 6;     //!< offset: flags and fragment offset
constexpr size_t IPV4_TTL = 8;          //!< offset
constexpr size_t IPV4_PROTOCOL = 9;     //!< offset
constexpr size_t IPV4_CHECKSUM = 10;    //!< offset
constexpr size_t IPV4_SOURCE = 12;      //!< offset
constexpr size_t IPV4_DESTINATION = 16; //!< offset
constexpr size_t IPV6_LENGTH = 4;       //!< RFC 8200 3: offset
constexpr size_t IPV6_NEXT_HEADER = 6;  //!< offset
constexpr size_t IPV6_HOP_LIMIT = 7;    //!< offset
constexpr size_t IPV6_SOURCE = 8;       //!< offset
constexpr size_t IPV6_DESTINATION = 24; //!< offset

/// RFC 8200 5: what every IPv6 path carries; taken where a path is not known.
constexpr uint32_t UNKNOWN_MTU = 1280;

/// @return bytes of the header of a packet to or from `peer`, without options and extensions
inline size_t
IpHeaderSize(const IpAddress& peer)
{
    return peer.length == 4 ? wire::IPV4_HEADER_SIZE : wire::IPV6_HEADER_SIZE;
}

} // namespace sst

#endif /* SST_IP_HEADER_H */
