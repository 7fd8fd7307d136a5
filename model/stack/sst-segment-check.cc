/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-segment-check.h"

#include "sst/types.h"

namespace ns3
{

namespace
{

constexpr std::size_t UDP_HEADER_SIZE = 8;  ///< RFC 768
constexpr std::size_t TCP_HEADER_SIZE = 20; ///< RFC 9293, 3.1, without options
constexpr std::size_t TCP_DATA_OFFSET = 12; ///< byte with the header's length in its upper half

constexpr uint8_t OPTION_END = 0;            ///< RFC 9293, 3.2
constexpr uint8_t OPTION_NOP = 1;            ///< RFC 9293, 3.2
constexpr uint8_t OPTION_MSS = 2;            ///< RFC 9293, 3.2: 4 bytes
constexpr uint8_t OPTION_WINDOW_SCALE = 3;   ///< RFC 7323, 2.2: 3 bytes
constexpr uint8_t OPTION_SACK_PERMITTED = 4; ///< RFC 2018, 2: 2 bytes
constexpr uint8_t OPTION_SACK = 5;           ///< RFC 2018, 3: 2 and 8 for each block
constexpr uint8_t OPTION_TIMESTAMP = 8;      ///< RFC 7323, 3.2: 10 bytes

/**
 * @param kind of an option
 * @param size its bytes, 2 or more
 * @return whether the size fits the kind
 */
bool
FitsKind(uint8_t kind, uint8_t size)
{
    switch (kind)
    {
    case OPTION_MSS:
        return size == 4;
    case OPTION_WINDOW_SCALE:
        return size == 3;
    case OPTION_SACK_PERMITTED:
        return size == 2;
    case OPTION_SACK:
        return size > 2 && (size - 2) % 8 == 0;
    case OPTION_TIMESTAMP:
        return size == 10;
    default:
        return true;
    }
}

} // namespace

bool
SstSegmentCheck::IsReadable(const uint8_t* data, std::size_t size, uint8_t protocol)
{
    if (protocol == sst::PROTOCOL_UDP)
    {
        return size >= UDP_HEADER_SIZE;
    }
    if (protocol != sst::PROTOCOL_TCP)
    {
        return true;
    }
    if (size < TCP_HEADER_SIZE)
    {
        return false;
    }
    const std::size_t header = std::size_t{4} * (data[TCP_DATA_OFFSET] >> 4);
    return header >= TCP_HEADER_SIZE && header <= size &&
           AreOptionsReadable(data + TCP_HEADER_SIZE, header - TCP_HEADER_SIZE);
}

bool
SstSegmentCheck::AreOptionsReadable(const uint8_t* data, std::size_t size)
{
    std::size_t at = 0;
    while (at < size && data[at] != OPTION_END)
    {
        if (data[at] == OPTION_NOP)
        {
            at++;
            continue;
        }
        if (size - at < 2)
        {
            return false;
        }
        const uint8_t length = data[at + 1];
        if (length < 2 || length > size - at || !FitsKind(data[at], length))
        {
            return false;
        }
        at += length;
    }
    return true;
}

} // namespace ns3
