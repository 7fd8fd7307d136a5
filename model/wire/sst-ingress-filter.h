/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_INGRESS_FILTER_H
#define SST_INGRESS_FILTER_H

#include "ns3/net-device.h"
#include "ns3/object.h"
#include "ns3/packet.h"

#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst
 * What a middlebox sees: every IP packet that a device of the node received, before routing.
 * Filters are added to SstTrafficControlLayer and run in the order they were added.
 */
class SstIngressFilter : public Object
{
  public:
    /// What becomes of the packet.
    enum Verdict
    {
        ACCEPT, //!< go on: next filter, then the stack
        CONSUME //!< the filter dropped the packet or keeps it (SstTrafficControlLayer::Reinject)
    };

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstIngressFilter();
    ~SstIngressFilter() override;

    /**
     * Look at a received packet.
     *
     * @param device the device that received it
     * @param [in,out] packet the packet from the first byte of its IP header on, as on the wire;
     *                 the filter may put another in its place
     * @param protocol the EtherType: 0x0800 IPv4, 0x86dd IPv6
     * @return what becomes of it
     */
    virtual Verdict Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol) = 0;
};

} // namespace ns3

#endif // SST_INGRESS_FILTER_H
