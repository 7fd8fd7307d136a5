/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_FLOW_HASH_H
#define SST_FLOW_HASH_H

#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst
 * The flow hash of the stock queue disc items, without parsing a transport header: the bytes
 * where the ports are in a TCP or UDP header stand for the ports. In an SST packet they hold the
 * receiver's session index, so the packets of a session stay in order; for a plain TCP or UDP
 * packet the result is that of the stock item.
 *
 * @param packet the packet from the end of the IP header on
 * @param header its IP header
 * @param perturbation hash perturbation value
 * @return the hash
 */
uint32_t SstFlowHash(Ptr<const Packet> packet, const Ipv4Header& header, uint32_t perturbation);

/**
 * @ingroup sst
 * The same for IPv6.
 *
 * @param packet the packet from the end of the IPv6 header on
 * @param header its IPv6 header
 * @param perturbation hash perturbation value
 * @return the hash
 */
uint32_t SstFlowHash(Ptr<const Packet> packet, const Ipv6Header& header, uint32_t perturbation);

} // namespace ns3

#endif // SST_FLOW_HASH_H
