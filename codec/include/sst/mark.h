/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_MARK_H
#define SST_MARK_H

#include <cstddef>
#include <cstdint>

/**
 * @file
 * The mark that says "encrypted from the end of the IP header" (draft, 3.A and 3.B).
 */

namespace sst
{

constexpr size_t MARK_V4_OFFSET = 6;      //!< byte of the IPv4 header with the flags
constexpr uint8_t MARK_V4_MASK = 0x80;    //!< the reserved flag
constexpr uint8_t MARK_V4_DF_MASK = 0x40; //!< don't fragment

/**
 * @param ipHeader an IPv4 header of at least 20 bytes
 * @return true when the reserved flag is set
 */
bool IsMarkedV4(const uint8_t* ipHeader);

/**
 * Set or clear the reserved flag, fix the header checksum (RFC 1624). DF is set when marking, and
 * is left alone otherwise. A header checksum that was not computed (zero) stays zero.
 * @param ipHeader a whole IPv4 header, options included
 * @param on true to mark
 */
void SetMarkV4(uint8_t* ipHeader, bool on);

/// The IPv6 mark: a value of the Traffic Class under a mask.
struct TrafficClassMark
{
    uint8_t value{0xAC}; //!< DSCP 43
    uint8_t mask{0xFC};  //!< the DSCP bits
};

/// The two ECN bits are never part of the mark.
constexpr uint8_t MARK_ECN_MASK = 0x03;

/**
 * @param trafficClass as received
 * @param mark value and mask
 * @return true when marked; always false for a mask without a DSCP bit
 */
bool IsMarkedV6(uint8_t trafficClass, const TrafficClassMark& mark);

/**
 * @param trafficClass as it was
 * @param mark value and mask
 * @return the marked traffic class: mark, DSCP otherwise 0, ECN bits kept
 */
uint8_t ApplyV6(uint8_t trafficClass, const TrafficClassMark& mark);

} // namespace sst

#endif /* SST_MARK_H */
