/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-reader.h"

#include "ns3/sst-dns-name.h"

#include <ldns/ldns.h>
#include <memory>

namespace ns3
{

namespace
{

/// Frees records of ldns.
struct RrDeleter
{
    /**
     * @param rr a record
     */
    void operator()(ldns_rr* rr) const
    {
        ldns_rr_free(rr);
    }
};

/**
 * @param data two bytes
 * @return their number, big-endian
 */
uint16_t
Read16(const uint8_t* data)
{
    return static_cast<uint16_t>(data[0] << 8 | data[1]);
}

/**
 * @param data four bytes
 * @return their number, big-endian
 */
uint32_t
Read32(const uint8_t* data)
{
    return static_cast<uint32_t>(Read16(data)) << 16 | Read16(data + 2);
}

} // namespace

SstDnsReader::SstDnsReader(const uint8_t* data, size_t size)
    : m_data(data),
      m_size(size)
{
}

SstDnsError
SstDnsReader::ReadQuestion(SstDnsQuestion& question)
{
    const SstDnsError error = SstDnsName::Read(m_data, m_size, m_position, true, question.name);
    if (error != SstDnsError::NONE)
    {
        return error;
    }
    if (m_size - m_position < 4)
    {
        return SstDnsError::TRUNCATED;
    }
    question.type = Read16(m_data + m_position);
    question.klass = Read16(m_data + m_position + 2);
    m_position += 4;
    return SstDnsError::NONE;
}

SstDnsError
SstDnsReader::ReadRecord(SstDnsRecord& record)
{
    const size_t start = m_position;
    const SstDnsError error = SstDnsName::Read(m_data, m_size, m_position, true, record.name);
    if (error != SstDnsError::NONE)
    {
        return error;
    }
    if (m_size - m_position < 10)
    {
        return SstDnsError::TRUNCATED;
    }
    record.type = Read16(m_data + m_position);
    record.klass = Read16(m_data + m_position + 2);
    record.ttl = Read32(m_data + m_position + 4);
    const size_t length = Read16(m_data + m_position + 8);
    m_position += 10;
    if (m_size - m_position < length)
    {
        return SstDnsError::TRUNCATED;
    }
    const size_t end = m_position + length;
    const SstDnsError fit = CheckData(record.type, m_position, end);
    if (fit != SstDnsError::NONE)
    {
        return fit;
    }
    m_position = end;
    if (record.type == SstDns::CNAME || record.type == SstDns::SOA)
    {
        return Expand(start, end, record.rdata);
    }
    record.rdata.assign(m_data + end - length, m_data + end);
    return SstDnsError::NONE;
}

SstDnsError
SstDnsReader::CheckData(uint16_t type, size_t at, size_t end) const
{
    size_t names = 0;
    size_t fixed = 0;
    switch (type)
    {
    case SstDns::A:
        fixed = 4;
        break;
    case SstDns::AAAA:
        fixed = 16;
        break;
    case SstDns::CNAME:
        names = 1;
        break;
    case SstDns::SOA:
        names = 2;
        fixed = 20;
        break;
    case SstDns::OPT:
        while (end - at >= 4 && end - at - 4 >= Read16(m_data + at + 2))
        {
            at += size_t{4} + Read16(m_data + at + 2);
        }
        break;
    default:
        return SstDnsError::NONE;
    }
    for (; names > 0; names--)
    {
        const SstDnsError error = SstDnsName::Skip(m_data, end, at, true);
        if (error != SstDnsError::NONE)
        {
            return error == SstDnsError::TRUNCATED ? SstDnsError::RDATA : error;
        }
    }
    return end - at == fixed ? SstDnsError::NONE : SstDnsError::RDATA;
}

SstDnsError
SstDnsReader::Expand(size_t start, size_t end, std::vector<uint8_t>& rdata) const
{
    ldns_rr* raw = nullptr;
    size_t at = start;
    if (ldns_wire2rr(&raw, m_data, end, &at, LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
    {
        return SstDnsError::LIBRARY;
    }
    const std::unique_ptr<ldns_rr, RrDeleter> rr(raw);
    if (at != end)
    {
        return SstDnsError::LIBRARY;
    }
    rdata.clear();
    for (size_t i = 0; i < ldns_rr_rd_count(rr.get()); i++)
    {
        const ldns_rdf* rdf = ldns_rr_rdf(rr.get(), i);
        rdata.insert(rdata.end(), ldns_rdf_data(rdf), ldns_rdf_data(rdf) + ldns_rdf_size(rdf));
    }
    return SstDnsError::NONE;
}

bool
SstDnsReader::IsAtEnd() const
{
    return m_position == m_size;
}

} // namespace ns3
