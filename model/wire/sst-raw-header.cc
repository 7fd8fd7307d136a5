/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-raw-header.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstRawHeader);

TypeId
SstRawHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstRawHeader")
                            .SetParent<Header>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstRawHeader>();
    return tid;
}

TypeId
SstRawHeader::GetInstanceTypeId() const
{
    return m_tid;
}

SstRawHeader::SstRawHeader()
    : m_tid(GetTypeId())
{
}

SstRawHeader::SstRawHeader(const uint8_t* data, uint32_t size)
    : SstRawHeader(data, size, GetTypeId())
{
}

SstRawHeader::SstRawHeader(const uint8_t* data, uint32_t size, TypeId tid)
    : m_data(data),
      m_size(size),
      m_tid(tid)
{
}

uint32_t
SstRawHeader::GetSerializedSize() const
{
    return m_size;
}

void
SstRawHeader::Serialize(Buffer::Iterator start) const
{
    if (m_data)
    {
        start.Write(m_data, m_size);
    }
}

uint32_t
SstRawHeader::Deserialize(Buffer::Iterator /* start */)
{
    // how far the bytes reach is known only with their end
    return 0;
}

uint32_t
SstRawHeader::Deserialize(Buffer::Iterator start, Buffer::Iterator end)
{
    m_size = end.GetDistanceFrom(start);
    return m_size;
}

void
SstRawHeader::Print(std::ostream& os) const
{
    os << "size=" << m_size;
}

} // namespace ns3
