/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-ipv6-queue-disc-item.h"

#include "ns3/sst-flow-hash.h"

namespace ns3
{

SstIpv6QueueDiscItem::SstIpv6QueueDiscItem(const Ipv6QueueDiscItem& item)
    : Ipv6QueueDiscItem(item.GetPacket(), item.GetAddress(), item.GetProtocol(), item.GetHeader())
{
}

SstIpv6QueueDiscItem::~SstIpv6QueueDiscItem() = default;

uint32_t
SstIpv6QueueDiscItem::Hash(uint32_t perturbation) const
{
    return SstFlowHash(GetPacket(), GetHeader(), perturbation);
}

} // namespace ns3
