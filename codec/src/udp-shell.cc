/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/udp-shell.h"

#include "sst/checksum.h"
#include "sst/secret.h"
#include "sst/wire.h"

namespace sst
{

namespace
{

constexpr size_t SOURCE = 0;      //!< source port
constexpr size_t DESTINATION = 2; //!< destination port
constexpr size_t LENGTH = 4;      //!< header and content
constexpr size_t CHECKSUM = 6;    //!< over pseudo-header, header and content

} // namespace

Reason
ReadUdpShell(const uint8_t* packet, size_t size, UdpShell& shell)
{
    if (size < wire::UDP_HEADER_SIZE || wire::Load16(packet + LENGTH) != size)
    {
        return Reason::LENGTH;
    }
    shell.sourcePort = wire::Load16(packet + SOURCE);
    shell.destinationPort = wire::Load16(packet + DESTINATION);
    return Reason::NONE;
}

void
AddUdpShell(const UdpShell& shell,
            const IpAddress& source,
            const IpAddress& destination,
            Buffer& buffer)
{
    uint8_t* packet = buffer.Prepend(wire::UDP_HEADER_SIZE);
    const size_t size = buffer.Size();
    wire::Store16(packet + SOURCE, shell.sourcePort);
    wire::Store16(packet + DESTINATION, shell.destinationPort);
    wire::Store16(packet + LENGTH, static_cast<uint16_t>(size));
    wire::Store16(packet + CHECKSUM, 0);
    const uint16_t checksum = PseudoHeaderChecksum(PROTOCOL_UDP, source, destination, packet, size);
    // Of what everybody on the path sees.
    SST_DECLASSIFY(&checksum, sizeof checksum);
    // RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
    wire::Store16(packet + CHECKSUM, checksum == 0 ? 0xffff : checksum);
}

} // namespace sst
