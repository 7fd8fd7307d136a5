/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_UDP_SHELL_H
#define SST_UDP_SHELL_H

#include "sst/buffer.h"
#include "sst/reason.h"
#include "sst/types.h"

#include <cstddef>
#include <cstdint>

/**
 * @file
 * The UDP header that packets of layout U stand behind (RFC 768).
 */

namespace sst
{

/// The ports of such a header.
struct UdpShell
{
    uint16_t sourcePort{0};      //!< of its sender
    uint16_t destinationPort{0}; //!< of its receiver
};

/**
 * Read and check a header. The checksum is not looked at: what stands behind it is authentic or
 * dropped.
 * @param packet from the end of the IP header
 * @param size its bytes
 * @param shell out
 * @return NONE, or LENGTH for a packet without a whole header and for a UDP length that is not the
 *         packet's
 */
[[nodiscard]] Reason ReadUdpShell(const uint8_t* packet, size_t size, UdpShell& shell);

/**
 * Put a header in front, its checksum computed.
 * @param shell the ports
 * @param source address of the sender
 * @param destination address of the receiver
 * @param buffer the packet, at most 65527 bytes
 */
void AddUdpShell(const UdpShell& shell,
                 const IpAddress& source,
                 const IpAddress& destination,
                 Buffer& buffer);

} // namespace sst

#endif /* SST_UDP_SHELL_H */
