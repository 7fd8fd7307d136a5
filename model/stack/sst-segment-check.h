/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SEGMENT_CHECK_H
#define SST_SEGMENT_CHECK_H

#include <cstddef>
#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst
 * Whether ns-3 can read a transport header. Its own parsers read past short headers, abort on a
 * maximum segment size option of the wrong length and do not return from some others, so what
 * comes out of a packet of a stranger's making is looked at first.
 */
class SstSegmentCheck
{
  public:
    SstSegmentCheck() = delete;

    /**
     * @param data the segment
     * @param size its bytes
     * @param protocol 6 TCP, 17 UDP; anything else can be read
     * @return whether ns-3 can read its header
     */
    static bool IsReadable(const uint8_t* data, std::size_t size, uint8_t protocol);

  private:
    /**
     * @param data the options of a TCP header
     * @param size their bytes
     * @return whether each is known to ns-3 and as long as it has to be, or unknown and skippable
     */
    static bool AreOptionsReadable(const uint8_t* data, std::size_t size);
};

} // namespace ns3

#endif // SST_SEGMENT_CHECK_H
