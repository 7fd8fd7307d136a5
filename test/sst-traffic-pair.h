/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_TRAFFIC_PAIR_H
#define SST_TRAFFIC_PAIR_H

#include "ns3/address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/sst-service-helper.h"

#include <cstdint>
#include <functional>
#include <string>

namespace ns3
{

/**
 * Two hosts on one point-to-point link, 10 Mbit/s and 20 ms one way, with both IP versions, and
 * services between them. Node 0 is the client.
 */
class SstTrafficPair
{
  public:
    SstTrafficPair();

    /**
     * @param service name of a service
     * @param family family of the addresses
     * @return a plan by address
     */
    SstServicePlan Plan(const std::string& service, SstServiceClient::Family family) const;

    /**
     * Install both ends; aborts the test on an error.
     *
     * @param plan the flow
     * @return the client
     */
    Ptr<SstServiceClient> Install(const SstServicePlan& plan);

    /**
     * Decide which packets get lost, from now on.
     *
     * @param side the side that would receive them
     * @param lost told the packet (with its link header); true: lost
     */
    void SetLoss(SstServiceSide side, std::function<bool(Ptr<const Packet>)> lost);

    /**
     * Have a forged TCP reset arrive at the client, as if from the server, over IPv4.
     *
     * @param client the client, connecting or connected
     * @param flags flags of the segment
     */
    void InjectReset(Ptr<SstServiceClient> client, uint8_t flags) const;

    /**
     * Run the simulation until a time, then destroy it.
     *
     * @param seconds simulated time, s
     */
    static void Run(double seconds);

    /**
     * @param packet a packet with its link header
     * @return whether it is IPv4: hosts send router solicitations of IPv6 at any time
     */
    static bool IsIpv4(Ptr<const Packet> packet);

    static constexpr double START = 3.0;  //!< start of clients, s: addresses are ready
    static constexpr double DELAY = 0.02; //!< one way delay of the link, s

    NodeContainer nodes;        //!< client, server
    NetDeviceContainer devices; //!< their devices
    Address server4;            //!< the server's IPv4 address
    Address server6;            //!< the server's IPv6 address
    SstServiceHelper helper;    //!< installs services
};

} // namespace ns3

#endif // SST_TRAFFIC_PAIR_H
