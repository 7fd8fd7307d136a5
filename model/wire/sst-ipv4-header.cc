/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-ipv4-header.h"

#include "sst/mark.h"

#include <cstdint>

namespace ns3
{

namespace
{
constexpr uint32_t HEADER_SIZE = 20; ///< bytes Ipv4Header writes: it knows no options
} // namespace

SstIpv4Header::SstIpv4Header(const Ipv4Header& header, bool checksum)
    : Ipv4Header(header),
      m_hasChecksum(checksum)
{
    SetDontFragment();
}

void
SstIpv4Header::Serialize(Buffer::Iterator start) const
{
    Ipv4Header::Serialize(start);
    // draft-unice-dispatch-enc-ports-00, 3.A: bit 0 of Flags says that the packet is encrypted
    // from the end of the IPv4 header. PROTOCOL: "header checksum fixed, DF set"
    Buffer::Iterator i = start;
    if (!m_hasChecksum)
    {
        i.Next(sst::MARK_V4_OFFSET);
        const uint8_t flags = i.ReadU8();
        i.Prev();
        i.WriteU8(flags | sst::MARK_V4_MASK);
        return;
    }
    uint8_t bytes[HEADER_SIZE];
    i.Read(bytes, HEADER_SIZE);
    sst::SetMarkV4(bytes, true);
    i = start;
    i.Write(bytes, HEADER_SIZE);
}

} // namespace ns3
