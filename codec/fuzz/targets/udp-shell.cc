// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The UDP header of layout U. The first byte chooses the IP version, then come two addresses, then
// the packet with its header.

#include "sst/udp-shell.h"

#include "fuzz-target.h"
#include "sst/buffer.h"
#include "sst/checksum.h"
#include "sst/wire.h"

using namespace sst;
using namespace sstfuzz;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static Buffer buffer;
    Input input(data, size);
    const bool v6 = input.Byte() % 2 != 0;
    const IpAddress source = TakeAddress(input, v6);
    const IpAddress destination = TakeAddress(input, v6);
    const uint8_t* packet = input.Data();
    const size_t packetSize = input.Size();
    UdpShell shell;
    const Reason reason = ReadUdpShell(packet, packetSize, shell);
    REQUIRE(IsOneOf(reason, Reason::NONE, Reason::LENGTH));
    const bool whole = packetSize >= 8 && wire::Load16(packet + 4) == packetSize;
    REQUIRE((reason == Reason::NONE) == whole);
    if (!whole)
    {
        return 0;
    }
    REQUIRE(shell.sourcePort == wire::Load16(packet));
    REQUIRE(shell.destinationPort == wire::Load16(packet + 2));
    buffer.Assign(packet + 8, packetSize - 8);
    AddUdpShell(shell, source, destination, buffer);
    REQUIRE(buffer.Size() == packetSize);
    REQUIRE(std::memcmp(buffer.Data(), packet, 6) == 0);
    REQUIRE(packetSize == 8 || std::memcmp(buffer.Data() + 8, packet + 8, packetSize - 8) == 0);
    // RFC 768: never 0, and right.
    REQUIRE(wire::Load16(buffer.Data() + 6) != 0);
    REQUIRE(PseudoHeaderChecksum(17, source, destination, buffer.Data(), packetSize) == 0);
    UdpShell again;
    REQUIRE(ReadUdpShell(buffer.Data(), packetSize, again) == Reason::NONE);
    return 0;
}
