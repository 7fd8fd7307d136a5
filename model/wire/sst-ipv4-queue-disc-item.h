/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_IPV4_QUEUE_DISC_ITEM_H
#define SST_IPV4_QUEUE_DISC_ITEM_H

#include "ns3/ipv4-queue-disc-item.h"
#include "ns3/sst-ipv4-header.h"

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
     * @param checksum whether the header checksum is in use (Node::ChecksumEnabled)
     * @param forwarded whether the packet is one that the node is just receiving
     */
    SstIpv4QueueDiscItem(const Ipv4QueueDiscItem& item, bool checksum, bool forwarded);

    ~SstIpv4QueueDiscItem() override;

    uint32_t GetSize() const override;
    void AddHeader() override;
    void Print(std::ostream& os) const override;
    bool GetUint8Value(Uint8Values field, uint8_t& value) const override;
    bool Mark() override;
    uint32_t Hash(uint32_t perturbation) const override;

  private:
    SstIpv4Header m_header;    //!< the header: that of the base class is private to it
    uint32_t m_size;           //!< bytes of header and payload
    bool m_forwarded;          //!< whether the node was receiving it when this was made
    bool m_headerAdded{false}; //!< whether the packet holds it already
};

} // namespace ns3

#endif // SST_IPV4_QUEUE_DISC_ITEM_H
