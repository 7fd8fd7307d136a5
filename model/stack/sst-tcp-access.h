/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_TCP_ACCESS_H
#define SST_TCP_ACCESS_H

#include "ns3/tcp-socket-base.h"

#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst
 * What the side stack needs of a TCP socket that TcpSocketBase does not offer: its state, and
 * a segment size that can be lowered once the connection is under way. SetSegSize aborts there,
 * as a larger size would break what was measured in segments; a smaller one is what a host does
 * when the path MTU shrinks.
 */
class SstTcpAccess
{
  public:
    SstTcpAccess() = delete;

    /**
     * @param socket a socket
     * @return its state
     */
    static TcpSocket::TcpStates_t GetState(const TcpSocketBase& socket);

    /**
     * @param socket a socket
     * @return its segment size, in bytes of payload
     */
    static uint32_t GetSegmentSize(const TcpSocketBase& socket);

    /**
     * Lower the segment size; a size not below the present one changes nothing.
     *
     * @param socket a socket in any state
     * @param size the size, in bytes of payload, at least 1
     */
    static void LowerSegmentSize(const TcpSocketBase& socket, uint32_t size);
};

} // namespace ns3

#endif // SST_TCP_ACCESS_H
