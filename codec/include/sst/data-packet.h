/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_DATA_PACKET_H
#define SST_DATA_PACKET_H

#include "sst/buffer.h"
#include "sst/cipher.h"
#include "sst/reason.h"
#include "sst/types.h"

#include <vector>

namespace sst
{

/// What both ends of a direction agree on.
struct DataContext
{
    const Cipher* cipher; //!< the AEAD
    const uint8_t* key;   //!< of this direction and epoch, 32 bytes
    uint8_t protocol;     //!< outer protocol of this packet
    Layout layout;        //!< of this packet
    Coverage coverage;    //!< in force
};

/**
 * Turn a segment into a DATA packet, in place. Nothing is copied with coverage `segment`; narrow
 * coverage copies the rest for its associated data.
 * @param context key and coverage
 * @param index the receiver's index
 * @param number packet number, used once
 * @param type inner type: 6, 17, 1, 58 or 59
 * @param headerSize bytes of the transport header, for coverage `header`
 * @param padding zero bytes behind the type; none with n < 255
 * @param buffer the segment, checksum zero; then the packet
 * @param scratch reused memory
 */
void SealData(const DataContext& context,
              uint32_t index,
              uint32_t number,
              uint8_t type,
              size_t headerSize,
              size_t padding,
              Buffer& buffer,
              std::vector<uint8_t>& scratch);

/// What OpenData found besides the segment.
struct DataInfo
{
    uint8_t type{0};    //!< inner type
    bool narrow{false}; //!< n < 255: only `covered` bytes were sealed
    size_t covered{0};  //!< n
};

/// @return true when the packet, without UDP header, is long enough for its layout and coverage
bool IsDataSize(Layout layout, Coverage coverage, const uint8_t* packet, size_t size);

/**
 * @param layout of the session
 * @param narrow the coverage in force is not `segment`
 * @return what a DATA packet adds to a segment, UDP header of layout U included, padding not
 */
size_t DataOverhead(Layout layout, bool narrow);

/**
 * Turn a DATA packet into its segment, in place.
 * @param context key and coverage
 * @param buffer the packet, IsDataSize; then the segment. Destroyed on DECRYPT
 * @param info out
 * @param scratch reused memory
 * @return NONE; DECRYPT; of an authentic packet: INNER_TYPE, COVERAGE
 */
[[nodiscard]] Reason OpenData(const DataContext& context,
                              Buffer& buffer,
                              DataInfo& info,
                              std::vector<uint8_t>& scratch);

} // namespace sst

#endif /* SST_DATA_PACKET_H */
