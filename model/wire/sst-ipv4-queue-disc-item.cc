/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-ipv4-queue-disc-item.h"

#include "ns3/sst-flow-hash.h"

#include "ns3/assert.h"

namespace ns3
{

SstIpv4QueueDiscItem::SstIpv4QueueDiscItem(const Ipv4QueueDiscItem& item)
    : Ipv4QueueDiscItem(item.GetPacket(), item.GetAddress(), item.GetProtocol(), item.GetHeader()),
      m_header(item.GetHeader())
{
}

SstIpv4QueueDiscItem::~SstIpv4QueueDiscItem() = default;

uint32_t
SstIpv4QueueDiscItem::GetSize() const
{
    const uint32_t size = GetPacket()->GetSize();
    return m_headerAdded ? size : size + m_header.GetSerializedSize();
}

void
SstIpv4QueueDiscItem::AddHeader()
{
    NS_ASSERT_MSG(!m_headerAdded, "The header has been already added to the packet");
    GetPacket()->AddHeader(m_header);
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
