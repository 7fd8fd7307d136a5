/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-raw-trailer.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstRawTrailer);

TypeId
SstRawTrailer::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstRawTrailer")
                            .SetParent<Trailer>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstRawTrailer>();
    return tid;
}

TypeId
SstRawTrailer::GetInstanceTypeId() const
{
    return GetTypeId();
}

SstRawTrailer::SstRawTrailer() = default;

SstRawTrailer::SstRawTrailer(const uint8_t* data, uint32_t size)
    : m_data(data),
      m_size(size)
{
}

uint32_t
SstRawTrailer::GetSerializedSize() const
{
    return m_size;
}

void
SstRawTrailer::Serialize(Buffer::Iterator end) const
{
    end.Prev(m_size);
    end.Write(m_data, m_size);
}

uint32_t
SstRawTrailer::Deserialize(Buffer::Iterator /* end */)
{
    // how far the bytes reach is known only with their start
    return 0;
}

uint32_t
SstRawTrailer::Deserialize(Buffer::Iterator start, Buffer::Iterator end)
{
    m_size = end.GetDistanceFrom(start);
    return m_size;
}

void
SstRawTrailer::Print(std::ostream& os) const
{
    os << "size=" << m_size;
}

} // namespace ns3
