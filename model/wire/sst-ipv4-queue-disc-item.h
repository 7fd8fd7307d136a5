/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_IPV4_QUEUE_DISC_ITEM_H
#define SST_IPV4_QUEUE_DISC_ITEM_H

#include "ns3/sst-ipv4-header.h"

#include "ns3/ipv4-queue-disc-item.h"

#include <cstdint>
#include <ostream>

namespace ns3
{

/**
 * @ingroup sst
 * A marked IPv4 packet in a queue disc. It writes SstIpv4Header on the wire, and
 * hashes without parsing ciphertext as a transport header.
 */
class SstIpv4QueueDiscItem : public Ipv4QueueDiscItem
{
  public:
    /**
     * @param item the stock item to stand in for
     */
    explicit SstIpv4QueueDiscItem(const Ipv4QueueDiscItem& item);

    ~SstIpv4QueueDiscItem() override;

    uint32_t GetSize() const override;
    void AddHeader() override;
    void Print(std::ostream& os) const override;
    bool GetUint8Value(Uint8Values field, uint8_t& value) const override;
    bool Mark() override;
    uint32_t Hash(uint32_t perturbation) const override;

  private:
    SstIpv4Header m_header;    //!< the header: that of the base class is private to it
    bool m_headerAdded{false}; //!< whether the packet holds it already
};

} // namespace ns3

#endif // SST_IPV4_QUEUE_DISC_ITEM_H
