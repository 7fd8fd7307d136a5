/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-packet.h"

namespace ns3
{

namespace
{

constexpr size_t IPV4_MIN_HEADER = 20;  //!< RFC 791
constexpr size_t IPV6_HEADER = 40;      //!< RFC 8200
constexpr uint8_t EXT_HOP_BY_HOP = 0;   //!< RFC 8200
constexpr uint8_t EXT_ROUTING = 43;     //!< RFC 8200
constexpr uint8_t EXT_FRAGMENT = 44;    //!< RFC 8200
constexpr uint8_t EXT_DESTINATION = 60; //!< RFC 8200

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
 * @param p four bytes
 * @return them as a big-endian number
 */
uint32_t
Read32(const uint8_t* p)
{
    return static_cast<uint32_t>(Read16(p)) << 16 | Read16(p + 2);
}

} // namespace

const char*
SstCensorPacket::ToString(Status status)
{
    switch (status)
    {
    case Status::OK:
        return "ok";
    case Status::TRUNCATED:
        return "truncated";
    case Status::VERSION:
        return "version";
    case Status::HEADER_LENGTH:
        return "header-length";
    case Status::EXTENSION:
        return "extension";
    }
    return "?";
}

SstCensorPacket::Status
SstCensorPacket::Parse(const uint8_t* data, size_t size)
{
    *this = SstCensorPacket();
    if (size == 0)
    {
        return Status::TRUNCATED;
    }
    Status status = Status::VERSION;
    switch (data[0] >> 4)
    {
    case 4:
        status = ParseV4(data, size);
        break;
    case 6:
        status = ParseV6(data, size);
        break;
    default:
        break;
    }
    if (status != Status::OK)
    {
        *this = SstCensorPacket();
    }
    return status;
}

SstCensorPacket::Status
SstCensorPacket::ParseV4(const uint8_t* data, size_t size)
{
    if (size < IPV4_MIN_HEADER)
    {
        return Status::TRUNCATED;
    }
    const size_t header = (data[0] & 0x0fU) * 4U;
    const size_t total = Read16(data + 2);
    if (header < IPV4_MIN_HEADER || total < header)
    {
        return Status::HEADER_LENGTH;
    }
    if (total > size)
    {
        return Status::TRUNCATED;
    }
    m_version = 4;
    m_trafficClass = data[1];
    m_hopLimit = data[8];
    m_protocol = data[9];
    m_reservedFlag = (data[6] & 0x80) != 0;
    m_laterFragment = (Read16(data + 6) & 0x1fff) != 0;
    m_source = SstCensorAddress::From(data + 12, 4);
    m_destination = SstCensorAddress::From(data + 16, 4);
    m_ipSize = total;
    m_bytes = data + header;
    m_bytesSize = total - header;
    return Status::OK;
}

SstCensorPacket::Status
SstCensorPacket::ParseV6(const uint8_t* data, size_t size)
{
    if (size < IPV6_HEADER || size < IPV6_HEADER + Read16(data + 4))
    {
        return Status::TRUNCATED;
    }
    m_version = 6;
    m_trafficClass = static_cast<uint8_t>(data[0] << 4 | data[1] >> 4);
    m_hopLimit = data[7];
    m_source = SstCensorAddress::From(data + 8, 16);
    m_destination = SstCensorAddress::From(data + 24, 16);
    m_ipSize = IPV6_HEADER + Read16(data + 4);

    // Every extension header is at least 8 bytes: the loop ends with the packet.
    size_t at = IPV6_HEADER;
    uint8_t next = data[6];
    while (!m_laterFragment && (next == EXT_HOP_BY_HOP || next == EXT_ROUTING ||
                                next == EXT_FRAGMENT || next == EXT_DESTINATION))
    {
        if (m_ipSize - at < 8)
        {
            return Status::EXTENSION;
        }
        const bool fragment = next == EXT_FRAGMENT;
        const size_t length = fragment ? 8 : (data[at + 1] + 1U) * 8U;
        if (length > m_ipSize - at)
        {
            return Status::EXTENSION;
        }
        m_laterFragment = fragment && (Read16(data + at + 2) & 0xfff8) != 0;
        next = data[at];
        at += length;
    }
    m_protocol = next;
    m_bytes = data + at;
    m_bytesSize = m_ipSize - at;
    return Status::OK;
}

bool
SstCensorPacket::HasPorts() const
{
    return (m_protocol == PROTOCOL_TCP || m_protocol == PROTOCOL_UDP) && !m_laterFragment &&
           m_bytesSize >= 4;
}

uint16_t
SstCensorPacket::GetSourcePort() const
{
    return HasPorts() ? Read16(m_bytes) : 0;
}

uint16_t
SstCensorPacket::GetDestinationPort() const
{
    return HasPorts() ? Read16(m_bytes + 2) : 0;
}

bool
SstCensorPacket::HasTcp() const
{
    return m_protocol == PROTOCOL_TCP && !m_laterFragment && m_bytesSize >= TCP_HEADER_SIZE;
}

uint32_t
SstCensorPacket::GetTcpSequence() const
{
    return HasTcp() ? Read32(m_bytes + 4) : 0;
}

uint32_t
SstCensorPacket::GetTcpAcknowledgment() const
{
    return HasTcp() ? Read32(m_bytes + 8) : 0;
}

uint8_t
SstCensorPacket::GetTcpFlags() const
{
    return HasTcp() ? m_bytes[13] : 0;
}

const uint8_t*
SstCensorPacket::GetPayload(size_t& size) const
{
    size = 0;
    if (HasTcp())
    {
        const size_t header = (m_bytes[12] >> 4) * 4U;
        if (header < TCP_HEADER_SIZE || header > m_bytesSize)
        {
            return nullptr;
        }
        size = m_bytesSize - header;
        return m_bytes + header;
    }
    if (m_protocol == PROTOCOL_UDP && !m_laterFragment && m_bytesSize >= UDP_HEADER_SIZE)
    {
        const size_t length = Read16(m_bytes + 4);
        if (length < UDP_HEADER_SIZE)
        {
            return nullptr;
        }
        // The length of a first fragment counts the fragments to come.
        size = (length < m_bytesSize ? length : m_bytesSize) - UDP_HEADER_SIZE;
        return m_bytes + UDP_HEADER_SIZE;
    }
    return nullptr;
}

} // namespace ns3
