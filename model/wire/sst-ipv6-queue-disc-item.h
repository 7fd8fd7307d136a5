/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_IPV6_QUEUE_DISC_ITEM_H
#define SST_IPV6_QUEUE_DISC_ITEM_H

#include "ns3/ipv6-queue-disc-item.h"

#include <cstdint>
#include <ostream>

namespace ns3
{

/**
 * @ingroup sst
 * A marked IPv6 packet in a queue disc. The mark is in the Traffic Class, which the stock
 * item carries; this one hashes without parsing ciphertext as a transport header.
 */
class SstIpv6QueueDiscItem : public Ipv6QueueDiscItem
{
  public:
    /**
     * @param item the stock item to stand in for
     */
    explicit SstIpv6QueueDiscItem(const Ipv6QueueDiscItem& item);

    ~SstIpv6QueueDiscItem() override;

    uint32_t Hash(uint32_t perturbation) const override;
};

} // namespace ns3

#endif // SST_IPV6_QUEUE_DISC_ITEM_H
