/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_IP_HOOKS_H
#define SST_IP_HOOKS_H

#include "sst/types.h"

#include "ns3/ip-l4-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv6-route.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/sst-l4-shim.h"

#include <array>
#include <cstdint>

namespace ns3
{

class SstDatapath;

/**
 * @ingroup sst
 * Where the side stack hangs in a node: in front of TCP and UDP on the way up (SstL4Shim), and
 * between them and IP on the way down (their down targets).
 */
class SstIpHooks
{
  public:
    /// How a packet leaves.
    struct Route
    {
        Ptr<Ipv4Route> v4; //!< over IPv4; nullptr: looked up
        Ptr<Ipv6Route> v6; //!< over IPv6; nullptr: looked up
    };

    /**
     * @param node the node
     * @param datapath what seals and opens
     */
    SstIpHooks(Ptr<Node> node, SstDatapath& datapath);
    ~SstIpHooks();

    SstIpHooks(const SstIpHooks&) = delete;
    SstIpHooks& operator=(const SstIpHooks&) = delete;

    /// Hang in whatever of TCP, UDP, IPv4 and IPv6 is there and not hooked yet.
    void Attach();

    /**
     * Hand a packet to IP.
     *
     * @param packet the packet from the end of the IP header on
     * @param local source address
     * @param peer destination address
     * @param protocol its protocol
     * @param route how it leaves
     */
    void Send(Ptr<Packet> packet,
              const sst::IpAddress& local,
              const sst::IpAddress& peer,
              uint8_t protocol,
              const Route& route);

    /**
     * @param local source address
     * @param route how a packet leaves
     * @return the MTU of the link it leaves by, 0 unknown
     */
    uint32_t GetMtu(const sst::IpAddress& local, const Route& route) const;

    /**
     * @param address a destination
     * @return whether more than one host may have it: multicast, or a broadcast address of a
     *         network this node is in
     */
    bool IsGroup(const sst::IpAddress& address);

    /**
     * @param protocol a protocol number
     * @param v6 whether over IPv6
     * @return the protocol behind the shim, nullptr where there is none
     */
    Ptr<IpL4Protocol> GetInner(uint8_t protocol, bool v6) const;

  private:
    /// What is hooked of one transport protocol.
    struct Slot
    {
        Ptr<SstL4Shim> shim;                     //!< its shim
        IpL4Protocol::DownTargetCallback down;   //!< its stock down target
        IpL4Protocol::DownTargetCallback6 down6; //!< the same over IPv6
    };

    /**
     * @param protocol TCP or UDP of the node, nullptr: nothing to hook
     * @param slot where to keep what is hooked
     */
    void AttachOne(Ptr<IpL4Protocol> protocol, Slot& slot);

    /**
     * @param protocol 6 or 17
     * @return its slot
     */
    Slot& GetSlot(uint8_t protocol);

    Ptr<Node> m_node;            //!< the node
    SstDatapath& m_datapath;     //!< seals and opens
    std::array<Slot, 2> m_slots; //!< TCP, UDP
    sst::IpAddress m_unicast;    //!< the IPv4 address last found to be of one host
};

} // namespace ns3

#endif // SST_IP_HOOKS_H
