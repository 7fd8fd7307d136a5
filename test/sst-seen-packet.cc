/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seen-packet.h"

#include <algorithm>
#include <utility>

SstSeenPacket::SstSeenPacket(std::vector<uint8_t> from)
    : bytes(std::move(from))
{
    const std::vector<uint8_t>& b = bytes;
    if (b.size() >= 20 && b[0] >> 4 == 4)
    {
        version = 4;
        trafficClass = b[1];
        reservedFlag = (b[6] & 0x80) != 0;
        dontFragment = (b[6] & 0x40) != 0;
        moreFragments = (b[6] & 0x20) != 0;
        fragmentOffset = ((b[6] & 0x1f) << 8 | b[7]) * 8;
        protocol = b[9];
        source.assign(b.begin() + 12, b.begin() + 16);
        destination.assign(b.begin() + 16, b.begin() + 20);
        payload = (b[0] & 0x0f) * 4;
    }
    else if (b.size() >= 40 && b[0] >> 4 == 6)
    {
        version = 6;
        trafficClass = static_cast<uint8_t>(b[0] << 4 | b[1] >> 4);
        protocol = b[6];
        source.assign(b.begin() + 8, b.begin() + 24);
        destination.assign(b.begin() + 24, b.begin() + 40);
        payload = 40;
        if (protocol == 44 && b.size() >= 48)
        {
            protocol = b[40];
            fragmentOffset = (b[42] << 8 | b[43]) & 0xfff8;
            moreFragments = (b[43] & 1) != 0;
            payload = 48;
        }
    }
}

bool
SstSeenPacket::IsChecksumRight() const
{
    if (version != 4)
    {
        return version == 6;
    }
    uint32_t sum = 0;
    for (std::size_t i = 0; i + 1 < payload; i += 2)
    {
        sum += bytes[i] << 8 | bytes[i + 1];
    }
    while (sum >> 16)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return sum == 0xffff;
}

bool
SstSeenPacket::IsMarked() const
{
    return version == 4 ? reservedFlag : trafficClass >> 2 == 43;
}

bool
SstSeenPacket::IsFragment() const
{
    return moreFragments || fragmentOffset != 0;
}

bool
SstSeenPacket::HasTransport() const
{
    return fragmentOffset == 0 && bytes.size() >= payload + 4 && (protocol == 6 || protocol == 17);
}

uint16_t
SstSeenPacket::SourcePort() const
{
    return static_cast<uint16_t>(bytes.at(payload) << 8 | bytes.at(payload + 1));
}

uint16_t
SstSeenPacket::DestinationPort() const
{
    return static_cast<uint16_t>(bytes.at(payload + 2) << 8 | bytes.at(payload + 3));
}

uint32_t
CountClear(const std::vector<SstSeenPacket>& packets, uint16_t port)
{
    return static_cast<uint32_t>(
        std::count_if(packets.begin(), packets.end(), [port](const SstSeenPacket& packet) {
            return !packet.IsMarked() && packet.HasTransport() &&
                   (packet.SourcePort() == port || packet.DestinationPort() == port);
        }));
}
