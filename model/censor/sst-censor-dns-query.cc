/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-dns-query.h"

namespace ns3
{

namespace
{

constexpr size_t HEADER = 12;         //!< RFC 1035, section 4.1.1
constexpr size_t MAX_NAME = 255;      //!< RFC 1035, section 2.3.4, length bytes included
constexpr size_t MAX_LABEL = 63;      //!< RFC 1035, section 2.3.4
constexpr uint8_t QR = 0x80;          //!< byte 2: response
constexpr uint8_t OPCODE_MASK = 0x78; //!< byte 2: operation
constexpr uint8_t RD = 0x01;          //!< byte 2: recursion desired
constexpr uint8_t RA = 0x80;          //!< byte 3: recursion available
constexpr uint16_t CLASS_IN = 1;      //!< RFC 1035, section 3.2.4
constexpr uint16_t NAME_OF_QUESTION = 0xc000 | HEADER; //!< pointer to the question's name

/**
 * @param p two bytes
 * @return them as a big-endian number
 */
uint16_t
Read16(const uint8_t* p)
{
    return static_cast<uint16_t>(p[0] << 8 | p[1]);
}

/**
 * @param [in,out] message gets the number appended, big-endian
 * @param value the number
 */
void
Append16(std::vector<uint8_t>& message, uint16_t value)
{
    message.push_back(static_cast<uint8_t>(value >> 8));
    message.push_back(static_cast<uint8_t>(value));
}

} // namespace

const char*
SstCensorDnsQuery::ToString(Status status)
{
    switch (status)
    {
    case Status::OK:
        return "ok";
    case Status::TRUNCATED:
        return "truncated";
    case Status::RESPONSE:
        return "response";
    case Status::OPCODE:
        return "opcode";
    case Status::COUNT:
        return "count";
    case Status::LABEL:
        return "label";
    }
    return "?";
}

SstCensorDnsQuery::Status
SstCensorDnsQuery::Parse(const uint8_t* data, size_t size)
{
    *this = SstCensorDnsQuery();
    if (size < HEADER)
    {
        return Status::TRUNCATED;
    }
    if (data[2] & QR)
    {
        return Status::RESPONSE;
    }
    if (data[2] & OPCODE_MASK)
    {
        return Status::OPCODE;
    }
    if (Read16(data + 4) != 1)
    {
        return Status::COUNT;
    }

    std::string name;
    size_t at = HEADER;
    while (true)
    {
        if (at >= size)
        {
            return Status::TRUNCATED;
        }
        const size_t label = data[at];
        if (label > MAX_LABEL || at + label + 1 - HEADER > MAX_NAME - (label > 0 ? 1 : 0))
        {
            return Status::LABEL;
        }
        ++at;
        if (label == 0)
        {
            break;
        }
        if (label > size - at)
        {
            return Status::TRUNCATED;
        }
        if (!name.empty())
        {
            name += '.';
        }
        for (size_t i = 0; i < label; ++i)
        {
            const uint8_t c = data[at + i];
            name += c > 0x20 && c < 0x7f && c != '.' ? static_cast<char>(c) : '?';
        }
        at += label;
    }
    if (size - at < 4)
    {
        return Status::TRUNCATED;
    }
    m_name = name;
    m_type = Read16(data + at);
    m_id = Read16(data);
    m_recursionDesired = data[2] & RD;
    m_question.assign(data + HEADER, data + at + 4);
    return Status::OK;
}

std::vector<uint8_t>
SstCensorDnsQuery::BuildHead(uint16_t answers) const
{
    std::vector<uint8_t> message;
    message.reserve(HEADER + m_question.size() + 28);
    Append16(message, m_id);
    message.push_back(m_recursionDesired ? QR | RD : QR);
    message.push_back(RA);
    Append16(message, 1);
    Append16(message, answers);
    Append16(message, 0);
    Append16(message, 0);
    message.insert(message.end(), m_question.begin(), m_question.end());
    return message;
}

std::vector<uint8_t>
SstCensorDnsQuery::BuildNoData() const
{
    return BuildHead(0);
}

std::vector<uint8_t>
SstCensorDnsQuery::BuildAddress(const uint8_t* address, uint8_t size, uint32_t ttl) const
{
    auto message = BuildHead(1);
    Append16(message, NAME_OF_QUESTION);
    Append16(message, m_type);
    Append16(message, CLASS_IN);
    Append16(message, static_cast<uint16_t>(ttl >> 16));
    Append16(message, static_cast<uint16_t>(ttl));
    Append16(message, size);
    message.insert(message.end(), address, address + size);
    return message;
}

} // namespace ns3
