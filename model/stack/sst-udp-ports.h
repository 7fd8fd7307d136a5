/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_UDP_PORTS_H
#define SST_UDP_PORTS_H

#include "ns3/node.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <map>

namespace ns3
{

class Ipv4EndPoint;
class Ipv6EndPoint;
class SstSeededRandom;
class SstSocketTable;

/**
 * @ingroup sst
 * UDP ports of the node that layout U uses: held in the node's UDP, so that no socket can bind to
 * them and no two sessions share one.
 */
class SstUdpPorts
{
  public:
    /**
     * @param node the node
     * @param sockets its sockets
     */
    SstUdpPorts(Ptr<Node> node, SstSocketTable& sockets);

    SstUdpPorts(const SstUdpPorts&) = delete;
    SstUdpPorts& operator=(const SstUdpPorts&) = delete;

    /**
     * Hold a random dynamic port.
     *
     * @param random where it is drawn from
     * @return the port, 0 where none was found
     */
    uint16_t Reserve(SstSeededRandom& random);

    /**
     * Hold a port.
     *
     * @param port the port
     * @return false where it is in use
     */
    [[nodiscard]] bool Hold(uint16_t port);

    /**
     * Give a port back.
     *
     * @param port a port that is held; another is ignored
     */
    void Release(uint16_t port);

  private:
    /// What keeps a port from being given out. UDP owns the end points.
    struct Held
    {
        Ipv4EndPoint* v4; //!< over IPv4
        Ipv6EndPoint* v6; //!< over IPv6
    };

    Ptr<Node> m_node;                //!< the node
    SstSocketTable& m_sockets;       //!< its sockets
    std::map<uint16_t, Held> m_held; //!< by port
};

} // namespace ns3

#endif // SST_UDP_PORTS_H
