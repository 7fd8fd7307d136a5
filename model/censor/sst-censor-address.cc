/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-address.h"

#include <arpa/inet.h>
#include <cstring>

namespace ns3
{

SstCensorAddress
SstCensorAddress::From(const uint8_t* data, uint8_t length)
{
    SstCensorAddress address;
    if (length == 4 || length == 16)
    {
        std::memcpy(address.bytes.data(), data, length);
        address.length = length;
    }
    return address;
}

SstCensorAddress
SstCensorAddress::Parse(const std::string& text)
{
    SstCensorAddress address;
    if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1)
    {
        address.length = 4;
    }
    else if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1)
    {
        address.length = 16;
    }
    return address;
}

std::string
SstCensorAddress::ToString() const
{
    if (length == 0)
    {
        return "none";
    }
    char text[INET6_ADDRSTRLEN];
    inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof(text));
    return text;
}

size_t
SstCensorAddress::Hash() const
{
    // FNV-1a, 64 bits
    uint64_t hash = 0xcbf29ce484222325ULL;
    for (size_t i = 0; i < length; ++i)
    {
        hash = (hash ^ bytes[i]) * 0x100000001b3ULL;
    }
    return hash;
}

} // namespace ns3
