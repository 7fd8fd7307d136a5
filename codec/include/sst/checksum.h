/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_CHECKSUM_H
#define SST_CHECKSUM_H

#include "sst/types.h"

#include <cstddef>
#include <cstdint>

/**
 * @file
 * The Internet checksum (RFC 1071).
 */

namespace sst
{

/**
 * One's complement sum, byte order of the wire.
 * @param data first byte
 * @param size bytes; an odd last byte is padded with zero
 * @param sum of what came before, an even number of bytes
 * @return the sum, folded to 16 bits
 */
uint16_t ChecksumAdd(const uint8_t* data, size_t size, uint16_t sum = 0);

/**
 * Checksum of a segment with the pseudo header of RFC 9293 3.1 (IPv4) or RFC 8200 8.1 (IPv6).
 * @param protocol next header
 * @param source address
 * @param destination address
 * @param data segment, its checksum field zero
 * @param size bytes
 * @return what belongs into the field (for UDP still possibly zero)
 */
uint16_t PseudoHeaderChecksum(uint8_t protocol,
                              const IpAddress& source,
                              const IpAddress& destination,
                              const uint8_t* data,
                              size_t size);

} // namespace sst

#endif /* SST_CHECKSUM_H */
