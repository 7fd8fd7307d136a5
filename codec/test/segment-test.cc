// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/checksum.h"
#include "sst/segment.h"
#include "test-segment.h"

#include <gtest/gtest.h>

using namespace ssttest;

namespace
{

Path
RandomPath(Dice& dice, bool v6)
{
    Bytes a = dice.Fill(16);
    Bytes b = dice.Fill(16);
    uint8_t length = v6 ? 16 : 4;
    return {sst::IpAddress::From(a.data(), length),
            static_cast<uint16_t>(dice.Next()),
            sst::IpAddress::From(b.data(), length),
            static_cast<uint16_t>(dice.Next())};
}

} // namespace

TEST(Segment, ChecksumAgainstTheSlowVersion)
{
    Dice dice(1);
    for (int i = 0; i < 500; i++)
    {
        Bytes data = dice.Fill(dice.Below(100));
        if (i % 5 == 0)
        {
            data = Bytes(dice.Below(80), static_cast<uint8_t>(i % 2 ? 0xff : 0));
        }
        EXPECT_EQ(static_cast<uint16_t>(~sst::ChecksumAdd(data.data(), data.size())),
                  SlowChecksum(data))
            << ToHex(data);
        Path path = RandomPath(dice, i % 2);
        EXPECT_EQ(
            sst::PseudoHeaderChecksum(17, path.source, path.destination, data.data(), data.size()),
            SlowL4Checksum(17, path.source, path.destination, data));
    }
}

TEST(Segment, LargestSegmentDoesNotOverflowTheSum)
{
    Dice dice(2);
    Path path = RandomPath(dice, false);
    Bytes data(65515, 0xff);
    EXPECT_EQ(sst::PseudoHeaderChecksum(6, path.source, path.destination, data.data(), data.size()),
              SlowL4Checksum(6, path.source, path.destination, data));
}

// Longer than any packet: the sum is formed in blocks.
TEST(Segment, MegabytesDoNotOverflowTheSum)
{
    Bytes data((3 << 20) + 5, 0xff);
    data[1 << 20] = 0x12;
    EXPECT_EQ(static_cast<uint16_t>(~sst::ChecksumAdd(data.data(), data.size())),
              SlowChecksum(data));
}

TEST(Segment, RestoringAgainstTheSlowVersion)
{
    Dice dice(3);
    for (int i = 0; i < 400; i++)
    {
        Path path = RandomPath(dice, i % 2);
        uint8_t protocol = i % 3 ? 6 : 17;
        Bytes payload = dice.Fill(dice.Below(60));
        Bytes right = protocol == 6 ? Tcp(path, ACK, payload) : Udp(path, payload);
        Bytes segment = right;
        sst::ZeroChecksum(protocol, segment.data());
        EXPECT_EQ(segment, WithoutChecksum(protocol, right));
        EXPECT_TRUE(sst::IsChecksumZero(protocol, segment.data()));
        sst::RestoreChecksum(protocol,
                             segment.data(),
                             segment.size(),
                             path.source,
                             path.destination);
        EXPECT_EQ(ToHex(segment), ToHex(right));
    }
}

// RFC 768: "If the computed checksum is zero, it is transmitted as all ones"
TEST(Segment, UdpChecksumIsNeverZero)
{
    Path path{Ip("10.0.0.1"), 1, Ip("10.0.0.2"), 2};
    Bytes datagram = Udp(path, Bytes{0, 0}, false);
    uint16_t sum = SlowL4Checksum(17, path.source, path.destination, datagram);
    datagram[8] = static_cast<uint8_t>(sum >> 8);
    datagram[9] = static_cast<uint8_t>(sum);
    ASSERT_EQ(SlowL4Checksum(17, path.source, path.destination, datagram), 0);
    sst::RestoreChecksum(17, datagram.data(), datagram.size(), path.source, path.destination);
    EXPECT_EQ(datagram[6], 0xff);
    EXPECT_EQ(datagram[7], 0xff);
    // TCP has no such rule
    Bytes segment = WithoutChecksum(6, Tcp({path.source, 0, path.destination, 0}, 0));
    uint16_t rest = SlowL4Checksum(6, path.source, path.destination, segment);
    segment[0] = static_cast<uint8_t>(rest >> 8);
    segment[1] = static_cast<uint8_t>(rest);
    sst::RestoreChecksum(6, segment.data(), segment.size(), path.source, path.destination);
    EXPECT_EQ(segment[16], 0);
    EXPECT_EQ(segment[17], 0);
}

TEST(Segment, ParsesTcpAndUdp)
{
    Path path{Ip("10.0.0.1"), 40000, Ip("10.0.0.2"), 443};
    sst::SegmentView view;
    for (size_t words = 0; words <= 10; words++)
    {
        Bytes tcp = Tcp(path, SYN, FromText("abc"), 0x12345678, words);
        ASSERT_EQ(sst::ParseSegment(6, tcp.data(), tcp.size(), view), sst::Reason::NONE);
        EXPECT_EQ(view.sourcePort, 40000);
        EXPECT_EQ(view.destinationPort, 443);
        EXPECT_EQ(view.headerSize, 20 + 4 * words);
        EXPECT_EQ(view.payloadSize, 3u);
        EXPECT_EQ(view.sequence, 0x12345678u);
        for (size_t size = 0; size < 20 + 4 * words; size++)
        {
            EXPECT_EQ(sst::ParseSegment(6, tcp.data(), size, view), sst::Reason::INNER_LENGTH);
        }
    }
    Bytes tcp = Tcp(path, ACK);
    for (uint8_t offset = 0; offset < 5; offset++)
    {
        tcp[12] = static_cast<uint8_t>(offset << 4);
        EXPECT_EQ(sst::ParseSegment(6, tcp.data(), tcp.size(), view), sst::Reason::INNER_LENGTH);
    }
    Bytes udp = Udp(path, FromText("abc"));
    ASSERT_EQ(sst::ParseSegment(17, udp.data(), udp.size(), view), sst::Reason::NONE);
    EXPECT_EQ(view.payloadSize, 3u);
    for (size_t size = 0; size < udp.size() + 3; size++)
    {
        Bytes cut = udp;
        cut.resize(size + 1);
        if (size != udp.size())
        {
            EXPECT_EQ(sst::ParseSegment(17, cut.data(), size, view), sst::Reason::INNER_LENGTH);
        }
    }
    for (int protocol = 0; protocol < 256; protocol++)
    {
        if (protocol != 6 && protocol != 17)
        {
            EXPECT_EQ(sst::ParseSegment(static_cast<uint8_t>(protocol), tcp.data(), 20, view),
                      sst::Reason::INNER_TYPE);
        }
    }
}

TEST(Segment, QuotesAreRewrittenWithRightChecksums)
{
    for (bool v6 : {false, true})
    {
        Dice dice(4);
        for (int i = 0; i < 50; i++)
        {
            Path outer = RandomPath(dice, v6);
            uint8_t type = v6 ? 58 : 1;
            // the quoted packet went from outer.destination to outer.source
            Bytes icmp =
                IcmpUnreachable(outer, 17, Udp(outer.Reverse(), Bytes(dice.Below(4), 'q')));
            sst::QuoteView view;
            ASSERT_EQ(sst::ParseQuote(type, icmp.data(), icmp.size(), view), sst::Reason::NONE);
            EXPECT_EQ(view.source, outer.destination);
            EXPECT_EQ(view.destination, outer.source);
            EXPECT_EQ(view.sourcePort, outer.destinationPort);
            EXPECT_EQ(view.destinationPort, outer.sourcePort);
            EXPECT_EQ(view.protocol, 17);
            Path other = RandomPath(dice, v6);
            sst::RewriteQuote(view,
                              icmp.data(),
                              other.source,
                              other.sourcePort,
                              other.destination,
                              other.destinationPort);
            ASSERT_EQ(sst::ParseQuote(type, icmp.data(), icmp.size(), view), sst::Reason::NONE);
            EXPECT_EQ(view.source, other.source);
            EXPECT_EQ(view.destination, other.destination);
            EXPECT_EQ(view.sourcePort, other.sourcePort);
            EXPECT_EQ(view.destinationPort, other.destinationPort);
            if (!v6)
            {
                EXPECT_EQ(SlowChecksum(Slice(icmp, 8, 20)), 0) << "quoted header checksum";
            }
            sst::ZeroChecksum(type, icmp.data());
            sst::RestoreChecksum(type, icmp.data(), icmp.size(), outer.source, outer.destination);
            EXPECT_EQ(v6 ? SlowL4Checksum(58, outer.source, outer.destination, icmp)
                         : SlowChecksum(icmp),
                      0);
        }
    }
}

TEST(Segment, QuoteParserNeverReadsPastTheEnd)
{
    Dice dice(5);
    sst::QuoteView view;
    for (bool v6 : {false, true})
    {
        Path path = RandomPath(dice, v6);
        Bytes icmp = IcmpUnreachable(path, 6, Tcp(path.Reverse(), ACK));
        for (size_t size = 0; size <= icmp.size(); size++)
        {
            Bytes cut = Slice(icmp, 0, size);
            cut.shrink_to_fit();
            (void)sst::ParseQuote(v6 ? 58 : 1, cut.data(), cut.size(), view);
        }
        for (int i = 0; i < 3000; i++)
        {
            Bytes mutated = Slice(icmp, 0, dice.Below(icmp.size() + 1));
            for (uint64_t k = dice.Below(4); k > 0 && !mutated.empty(); k--)
            {
                mutated[dice.Below(mutated.size())] = static_cast<uint8_t>(dice.Next());
            }
            (void)sst::ParseQuote(dice.Below(2) ? 58 : 1, mutated.data(), mutated.size(), view);
        }
    }
}
