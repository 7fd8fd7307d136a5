/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-ipv4-header.h"

#include "sst/mark.h"

#include "ns3/node.h"

#include <cstdint>

namespace ns3
{

namespace
{
constexpr uint32_t HEADER_SIZE = 20;    ///< bytes Ipv4Header writes: it knows no options
constexpr uint32_t CHECKSUM_OFFSET = 10; ///< of the header checksum (RFC 791, 3.1)
} // namespace

SstIpv4Header::SstIpv4Header(const Ipv4Header& header)
    : Ipv4Header(header)
{
}

void
SstIpv4Header::Serialize(Buffer::Iterator start) const
{
    Ipv4Header::Serialize(start);
    uint8_t bytes[HEADER_SIZE];
    Buffer::Iterator i = start;
    i.Read(bytes, HEADER_SIZE);
    // draft-unice-dispatch-enc-ports-00, 3.A: bit 0 of Flags says that the packet is encrypted
    // from the end of the IPv4 header. PROTOCOL: "header checksum fixed, DF set"
    sst::SetMarkV4(bytes, true);
    if (!Node::ChecksumEnabled())
    {
        // without checksums the field is 0 in ns-3, as the base class wrote it
        bytes[CHECKSUM_OFFSET] = 0;
        bytes[CHECKSUM_OFFSET + 1] = 0;
    }
    i = start;
    i.Write(bytes, HEADER_SIZE);
}

} // namespace ns3
