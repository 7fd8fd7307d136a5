/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_CONVERT_H
#define SST_CENSOR_CONVERT_H

#include "ns3/address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/sst-censor-address.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 * @param address an IPv4 or IPv6 address, with or without a port
 * @return it as the bytes a censor sees; length 0 for another kind of address
 */
SstCensorAddress SstToCensorAddress(const Address& address);

/**
 * @ingroup sst-censor
 * @param address an address of 4 bytes
 * @return it as an ns-3 address
 */
Ipv4Address SstToIpv4Address(const SstCensorAddress& address);

/**
 * @ingroup sst-censor
 * @param address an address of 16 bytes
 * @return it as an ns-3 address
 */
Ipv6Address SstToIpv6Address(const SstCensorAddress& address);

} // namespace ns3

#endif // SST_CENSOR_CONVERT_H
