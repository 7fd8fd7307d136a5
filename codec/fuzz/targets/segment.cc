// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// TCP and UDP segments: parsing, checksums. The first byte chooses the protocol and the IP version,
// then come two addresses, then the segment.

#include "sst/segment.h"

#include "fuzz-target.h"
#include "sst/checksum.h"

#include <vector>

using namespace sst;
using namespace sstfuzz;

namespace
{

/// RFC 1071, the slow way, over pseudo header and segment.
SST_UNGUIDED uint16_t
SlowChecksum(uint8_t protocol,
             const IpAddress& source,
             const IpAddress& destination,
             const uint8_t* data,
             size_t size)
{
    uint64_t sum = protocol + size;
    for (const IpAddress* address : {&source, &destination})
    {
        for (size_t i = 0; i < address->length; i += 2)
        {
            sum += static_cast<uint64_t>(address->bytes[i] << 8 | address->bytes[i + 1]);
        }
    }
    for (size_t i = 0; i < size; i++)
    {
        sum += i % 2 == 0 ? static_cast<uint64_t>(data[i]) << 8 : data[i];
    }
    while (sum > 0xffff)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(~sum);
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const uint8_t protocols[] = {PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_ICMP, PROTOCOL_NONE};
    Input input(data, size);
    const uint8_t choice = input.Byte();
    const uint8_t protocol = protocols[choice % 4];
    const bool v6 = (choice & 0x80) != 0;
    const IpAddress source = TakeAddress(input, v6);
    const IpAddress destination = TakeAddress(input, v6);
    static std::vector<uint8_t> segment;
    segment.assign(input.Data(), input.Data() + input.Size());
    SegmentView view;
    const Reason reason = ParseSegment(protocol, segment.data(), segment.size(), view);
    REQUIRE(IsOneOf(reason, Reason::NONE, Reason::INNER_TYPE, Reason::INNER_LENGTH));
    REQUIRE((reason == Reason::INNER_TYPE) ==
            (protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP));
    if (reason != Reason::NONE)
    {
        return 0;
    }
    REQUIRE(view.headerSize + view.payloadSize == segment.size());
    REQUIRE(view.headerSize >= (protocol == PROTOCOL_TCP ? 20U : 8U) && view.headerSize <= 60);
    REQUIRE(!view.IsPureSyn() || view.IsOpening());
    REQUIRE(protocol == PROTOCOL_TCP || (!view.IsOpening() && view.flags == 0));
    const Reason inner = ParseInnerSegment(protocol, segment.data(), segment.size(), view);
    REQUIRE((inner == Reason::NONE) == IsChecksumZero(protocol, segment.data()));
    REQUIRE(IsOneOf(inner, Reason::NONE, Reason::INNER_CHECKSUM));

    ZeroChecksum(protocol, segment.data());
    REQUIRE(IsChecksumZero(protocol, segment.data()));
    const uint16_t slow =
        SlowChecksum(protocol, source, destination, segment.data(), segment.size());
    REQUIRE(PseudoHeaderChecksum(protocol, source, destination, segment.data(), segment.size()) ==
            slow);
    RestoreChecksum(protocol, segment.data(), segment.size(), source, destination);
    // With its checksum in place the sum is all ones; a UDP checksum is never 0.
    REQUIRE(SlowChecksum(protocol, source, destination, segment.data(), segment.size()) == 0);
    REQUIRE(protocol == PROTOCOL_TCP || !IsChecksumZero(protocol, segment.data()));
    return 0;
}
