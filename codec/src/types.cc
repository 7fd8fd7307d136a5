/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/types.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace sst
{

IpAddress
IpAddress::From(const uint8_t* data, uint8_t length)
{
    IpAddress address;
    if (length == 4 || length == 16)
    {
        std::memcpy(address.bytes.data(), data, length);
        address.length = length;
    }
    return address;
}

bool
IpAddress::IsGroup() const
{
    if (std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0; }))
    {
        return true;
    }
    if (length == 4)
    {
        // RFC 5771: 224.0.0.0/4; RFC 919: 255.255.255.255.
        return (bytes[0] & 0xf0) == 0xe0 ||
               std::all_of(bytes.begin(), bytes.begin() + 4, [](uint8_t b) { return b == 0xff; });
    }
    // RFC 4291 2.7: ff00::/8.
    return bytes[0] == 0xff;
}

IpAddress
IpAddress::Site() const
{
    IpAddress site = *this;
    if (length == 16)
    {
        std::fill(site.bytes.begin() + 8, site.bytes.end(), uint8_t{0});
    }
    return site;
}

std::string
IpAddress::ToString() const
{
    char text[INET6_ADDRSTRLEN] = "none";
    if (length != 0)
    {
        inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes.data(), text, sizeof text);
    }
    return text;
}

const char*
ToString(Coverage coverage)
{
    switch (coverage)
    {
    case Coverage::SEGMENT:
        return "segment";
    case Coverage::HEADER:
        return "header";
    case Coverage::PORTS:
        return "ports";
    }
    return "unknown";
}

uint16_t
Padding::Code() const
{
    switch (mode)
    {
    case Mode::NONE:
        break;
    case Mode::MULTIPLE:
        // 0 and 1 ask for nothing
        return multiple < 2 ? uint16_t{0} : std::min(multiple, MAX_MULTIPLE);
    case Mode::MTU:
        return UINT16_MAX;
    }
    return 0;
}

size_t
PaddingSize(uint16_t code, size_t size, size_t limit)
{
    if (code == 0 || size >= limit)
    {
        return 0;
    }
    const size_t whole = code == UINT16_MAX ? limit : (size + code - 1) / code * code;
    return std::min(whole, limit) - size;
}

const char*
ToString(Layout layout)
{
    return layout == Layout::U ? "u" : "n";
}

const char*
ToString(Policy policy)
{
    switch (policy)
    {
    case Policy::OFF:
        return "off";
    case Policy::OPPORTUNISTIC:
        return "opportunistic";
    case Policy::REQUIRE:
        return "require";
    case Policy::PIN:
        return "pin";
    }
    return "unknown";
}

bool
FlowKey::operator<(const FlowKey& other) const
{
    if (protocol != other.protocol)
    {
        return protocol < other.protocol;
    }
    if (localPort != other.localPort)
    {
        return localPort < other.localPort;
    }
    if (peerPort != other.peerPort)
    {
        return peerPort < other.peerPort;
    }
    return peer < other.peer;
}

std::string
FlowKey::ToString() const
{
    const std::string name = protocol == PROTOCOL_TCP   ? "tcp"
                             : protocol == PROTOCOL_UDP ? "udp"
                                                        : std::to_string(protocol);
    const std::string host = peer.length == 16 ? "[" + peer.ToString() + "]" : peer.ToString();
    return name + " " + std::to_string(localPort) + " <-> " + host + ":" + std::to_string(peerPort);
}

size_t
FlowKeyHash::operator()(const FlowKey& key) const
{
    // FNV-1a, 64 bits.
    uint64_t hash = 0xcbf29ce484222325;
    const auto mix = [&hash](unsigned byte) { hash = (hash ^ byte) * 0x100000001b3; };
    for (const uint8_t byte : key.peer.bytes)
    {
        mix(byte);
    }
    mix(key.protocol);
    mix(key.localPort >> 8);
    mix(key.localPort & 0xffU);
    mix(key.peerPort >> 8);
    mix(key.peerPort & 0xffU);
    return static_cast<size_t>(hash);
}

} // namespace sst
