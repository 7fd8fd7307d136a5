/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-byte-writer.h"

#include "ns3/assert.h"
#include "ns3/sst-service-content.h"

namespace ns3
{

SstByteWriter&
SstByteWriter::U8(uint8_t value)
{
    m_bytes.push_back(value);
    return *this;
}

SstByteWriter&
SstByteWriter::U16(uint16_t value)
{
    return U8(static_cast<uint8_t>(value >> 8)).U8(static_cast<uint8_t>(value));
}

SstByteWriter&
SstByteWriter::U32(uint32_t value)
{
    return U16(static_cast<uint16_t>(value >> 16)).U16(static_cast<uint16_t>(value));
}

SstByteWriter&
SstByteWriter::Text(const std::string& text)
{
    m_bytes.insert(m_bytes.end(), text.begin(), text.end());
    return *this;
}

SstByteWriter&
SstByteWriter::Bytes(const std::vector<uint8_t>& bytes)
{
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
}

SstByteWriter&
SstByteWriter::Content(uint64_t seed, std::size_t size)
{
    const std::size_t at = m_bytes.size();
    m_bytes.resize(at + size);
    SstServiceContent::Fill(SstServiceContent::BINARY, seed, 0, m_bytes.data() + at, size);
    return *this;
}

SstByteWriter&
SstByteWriter::Zeros(std::size_t count)
{
    m_bytes.resize(m_bytes.size() + count, 0);
    return *this;
}

SstByteWriter&
SstByteWriter::Begin(uint8_t width)
{
    m_open.push_back({m_bytes.size(), width});
    return Zeros(width);
}

SstByteWriter&
SstByteWriter::End()
{
    NS_ASSERT_MSG(!m_open.empty(), "End without Begin");
    const Open open = m_open.back();
    m_open.pop_back();
    uint64_t length = m_bytes.size() - open.at - open.width;
    NS_ASSERT_MSG(length >> (8 * open.width) == 0,
                  length << " does not fit a length field of " << +open.width << " bytes");
    for (uint8_t i = open.width; i > 0; --i)
    {
        m_bytes[open.at + i - 1] = static_cast<uint8_t>(length);
        length >>= 8;
    }
    return *this;
}

std::size_t
SstByteWriter::GetSize() const
{
    return m_bytes.size();
}

const std::vector<uint8_t>&
SstByteWriter::Get() const
{
    NS_ASSERT_MSG(m_open.empty(), "Begin without End");
    return m_bytes;
}

} // namespace ns3
