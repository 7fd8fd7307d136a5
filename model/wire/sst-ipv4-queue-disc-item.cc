/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-ipv4-queue-disc-item.h"

#include "ns3/assert.h"
#include "ns3/sst-flow-hash.h"
#include "ns3/sst-raw-header.h"

namespace ns3
{

namespace
{
/// Bytes for the header of IPv4 and that of the link.
constexpr uint32_t HEADROOM = 64;
} // namespace

SstIpv4QueueDiscItem::SstIpv4QueueDiscItem(const Ipv4QueueDiscItem& item,
                                           bool checksum,
                                           bool forwarded)
    : Ipv4QueueDiscItem(item.GetPacket(), item.GetAddress(), item.GetProtocol(), item.GetHeader()),
      m_header(item.GetHeader(), checksum),
      m_size(item.GetPacket()->GetSize() + item.GetHeader().GetSerializedSize()),
      m_forwarded(forwarded)
{
}

SstIpv4QueueDiscItem::~SstIpv4QueueDiscItem() = default;

uint32_t
SstIpv4QueueDiscItem::GetSize() const
{
    // asked for many times while the packet is queued
    return m_headerAdded ? GetPacket()->GetSize() : m_size;
}

void
SstIpv4QueueDiscItem::AddHeader()
{
    NS_ASSERT_MSG(!m_headerAdded, "The header has been already added to the packet");
    Ptr<Packet> packet = GetPacket();
    if (m_forwarded)
    {
        // Whoever received the packet may still hold it, in which case the first header put in
        // front moves all of its bytes to new memory. Room asked for and given back at once
        // spares the link's header the same.
        packet->AddHeader(SstRawHeader(nullptr, HEADROOM));
        packet->RemoveAtStart(HEADROOM);
    }
    packet->AddHeader(m_header);
    m_headerAdded = true;
}

void
SstIpv4QueueDiscItem::Print(std::ostream& os) const
{
    os << "SST ";
    if (!m_headerAdded)
    {
        os << m_header << " ";
    }
    os << GetPacket() << " Dst addr " << GetAddress() << " proto " << GetProtocol() << " txq "
       << +GetTxQueueIndex();
}

bool
SstIpv4QueueDiscItem::GetUint8Value(Uint8Values field, uint8_t& value) const
{
    if (field != IP_DSFIELD)
    {
        return false;
    }
    value = m_header.GetTos();
    return true;
}

bool
SstIpv4QueueDiscItem::Mark()
{
    if (m_headerAdded || m_header.GetEcn() == Ipv4Header::ECN_NotECT)
    {
        return false;
    }
    m_header.SetEcn(Ipv4Header::ECN_CE);
    return true;
}

uint32_t
SstIpv4QueueDiscItem::Hash(uint32_t perturbation) const
{
    return SstFlowHash(GetPacket(), m_header, perturbation);
}

} // namespace ns3
