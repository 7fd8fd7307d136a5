/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_INJECTOR_H
#define SST_CENSOR_INJECTOR_H

#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/sst-censor-address.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 * Sends packets with another host's source address from a router, over both IP versions.
 */
class SstCensorInjector
{
  public:
    /// Who a packet claims to come from, and whom it goes to.
    struct Flow
    {
        SstCensorAddress source;      //!< spoofed address
        SstCensorAddress destination; //!< address it goes to
        uint16_t sourcePort{0};       //!< spoofed port
        uint16_t destinationPort{0};  //!< port it goes to
    };

    /**
     * @param node the router
     */
    void SetNode(Ptr<Node> node);

    /**
     * Send a TCP segment with the RST flag alone. A receiver of ns-3 with timestamps discards
     * RST|ACK without the timestamp option, and ignores it while connecting.
     *
     * @param flow from where to where
     * @param sequence its sequence number
     * @return false without a route
     */
    bool SendReset(const Flow& flow, uint32_t sequence);

    /**
     * @param flow from where to where
     * @param payload payload of the UDP datagram
     * @return false without a route
     */
    bool SendDatagram(const Flow& flow, const std::vector<uint8_t>& payload);

    /**
     * @return packets sent
     */
    uint64_t GetSent() const
    {
        return m_sent;
    }

    /**
     * @return packets not sent for want of a route
     */
    uint64_t GetNoRoute() const
    {
        return m_noRoute;
    }

  private:
    /**
     * @param flow from where to where
     * @param protocol transport protocol
     * @param packet the packet from its transport header on
     * @return false without a route
     */
    bool Send(const Flow& flow, uint8_t protocol, Ptr<Packet> packet);

    /**
     * @param flow from where to where
     * @param protocol transport protocol
     * @param packet the packet from its transport header on
     * @return false without a route
     */
    bool SendV4(const Flow& flow, uint8_t protocol, Ptr<Packet> packet);

    /**
     * @param flow from where to where
     * @param protocol transport protocol
     * @param packet the packet from its transport header on
     * @return false without a route
     */
    bool SendV6(const Flow& flow, uint8_t protocol, Ptr<Packet> packet);

    Ptr<Node> m_node;      //!< the router
    uint64_t m_sent{0};    //!< packets sent
    uint64_t m_noRoute{0}; //!< packets without a route
};

} // namespace ns3

#endif // SST_CENSOR_INJECTOR_H
