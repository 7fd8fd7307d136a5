// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// ICMP and ICMPv6 errors: what they quote, and writing the receiver's view into the quote. The
// first byte chooses the IP version, then come two addresses and two ports, then the message.

#include "fuzz-target.h"
#include "icmp-error.h"
#include "sst/checksum.h"
#include "sst/segment.h"

#include <vector>

using namespace sst;
using namespace sstfuzz;

namespace
{

void
Rewrite(const QuoteView& view, uint8_t type, std::vector<uint8_t>& message, Input& input)
{
    const bool v6 = type == PROTOCOL_ICMPV6;
    const IpAddress source = TakeAddress(input, v6);
    const IpAddress destination = TakeAddress(input, v6);
    const uint16_t sourcePort = input.Word();
    const uint16_t destinationPort = input.Word();
    const std::vector<uint8_t> before = message;
    RewriteQuote(view, message.data(), source, sourcePort, destination, destinationPort);
    QuoteView after;
    REQUIRE(ParseQuote(type, message.data(), message.size(), after) == Reason::NONE);
    REQUIRE(after.source == source && after.destination == destination);
    REQUIRE(after.sourcePort == sourcePort && after.destinationPort == destinationPort);
    REQUIRE(after.protocol == view.protocol && after.portsOffset == view.portsOffset);
    if (!v6)
    {
        const size_t header = view.portsOffset - view.ipOffset;
        REQUIRE(ChecksumAdd(message.data() + view.ipOffset, header) == 0xffff);
    }
    for (size_t i = view.portsOffset + 4; i < message.size(); i++)
    {
        REQUIRE(message[i] == before[i]);
    }
}

/// Errors of the network about packets sent from here: what is read of them stays inside, and the
/// message written about the inner segment can be read again.
void
ReadNetworkError(uint8_t type, const std::vector<uint8_t>& message)
{
    static Buffer written;
    IcmpError error;
    if (!ParseIcmpError(type, message.data(), message.size(), error))
    {
        return;
    }
    REQUIRE(error.version == (type == PROTOCOL_ICMP ? 4 : 6));
    REQUIRE(error.packetSize <= message.size());
    REQUIRE(error.packetSize == 0 || error.packetOffset + error.packetSize <= message.size());
    QuotedSegment segment;
    segment.source = error.source;
    segment.destination = error.destination;
    segment.protocol = PROTOCOL_TCP;
    segment.size = message.size();
    for (size_t i = 0; i < segment.head.size() && i < error.packetSize; i++)
    {
        segment.head[i] = message[error.packetOffset + i];
    }
    WriteIcmpError(error, error.mtu, segment, written);
    IcmpError again;
    REQUIRE(ParseIcmpError(type, written.Data(), written.Size(), again));
    REQUIRE(again.type == error.type && again.code == error.code);
    REQUIRE(again.source == error.source && again.destination == error.destination);
    REQUIRE(again.protocol == PROTOCOL_TCP && again.packetSize == segment.head.size());
    REQUIRE(std::memcmp(written.Data() + again.packetOffset, segment.head.data(), 8) == 0);
    REQUIRE(IsChecksumZero(type, written.Data()));
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    Input input(data, size);
    const bool v6 = input.Byte() % 2 != 0;
    const uint8_t type = v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
    uint8_t own[36];
    input.Copy(own, v6 ? 36 : 12);
    static std::vector<uint8_t> message;
    message.assign(input.Data(), input.Data() + input.Size());
    QuoteView view;
    const Reason reason = ParseQuote(type, message.data(), message.size(), view);
    REQUIRE(IsOneOf(reason, Reason::NONE, Reason::INNER_TYPE, Reason::INNER_LENGTH));
    InnerView inner;
    REQUIRE(IsOneOf(ParseInner(type, message.data(), message.size(), inner),
                    reason,
                    Reason::INNER_CHECKSUM));
    if (reason == Reason::NONE)
    {
        REQUIRE(view.protocol == PROTOCOL_TCP || view.protocol == PROTOCOL_UDP);
        REQUIRE(view.portsOffset + 4 <= message.size() && view.ipOffset < view.portsOffset);
        REQUIRE(view.source.length == (v6 ? 16 : 4) &&
                view.destination.length == view.source.length);
        Input rest(own, sizeof own);
        Rewrite(view, type, message, rest);
    }
    ReadNetworkError(type, message);
    return 0;
}
