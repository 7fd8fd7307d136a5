// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "Outer protocol 17 with a valid UDP header (checksum computed)".

#include "sst/udp-shell.h"
#include "test-host.h"

#include <gtest/gtest.h>

using namespace ssttest;

namespace
{

const sst::IpAddress V4_A = Ip("10.0.0.1");
const sst::IpAddress V4_B = Ip("192.168.7.9");
const sst::IpAddress V6_A = Ip("2001:0db8:0001:0000:0000:0000:0000:0001");
const sst::IpAddress V6_B = Ip("2001:0db8:0002:0000:0000:0000:0000:0002");

Bytes
Added(const Path& path, const Bytes& content)
{
    sst::Buffer buffer;
    buffer.Assign(content.data(), content.size());
    sst::AddUdpShell({path.sourcePort, path.destinationPort},
                     path.source,
                     path.destination,
                     buffer);
    return ToBytes(buffer);
}

} // namespace

TEST(UdpShell, HeaderByTheSlowChecksum)
{
    Dice dice(1);
    for (const Path& path : {Path{V4_A, 50000, V4_B, 4433}, Path{V6_A, 65535, V6_B, 1}})
    {
        for (size_t size : {0, 1, 2, 31, 256, 1400, 1401})
        {
            Bytes content = dice.Fill(size);
            Bytes header = Concat({BigEndian(path.sourcePort, 2),
                                   BigEndian(path.destinationPort, 2),
                                   BigEndian(8 + size, 2),
                                   Bytes{0, 0}});
            Bytes expected = Concat({header, content});
            uint16_t sum = SlowL4Checksum(17, path.source, path.destination, expected);
            expected[6] = static_cast<uint8_t>(sum >> 8);
            expected[7] = static_cast<uint8_t>(sum);
            EXPECT_EQ(Added(path, content), expected) << size;
        }
    }
}

// RFC 768: "If the computed checksum is zero, it is transmitted as all ones".
TEST(UdpShell, ZeroIsSentAsAllOnes)
{
    Path path{V4_A, 50000, V4_B, 4433};
    Bytes probe = Added(path, Bytes{0, 0});
    // the sum of all else, complemented: as content it makes the whole sum 0xffff
    Bytes content = Slice(probe, 6, 2);
    Bytes datagram = Concat({Slice(probe, 0, 6), Bytes{0, 0}, content});
    ASSERT_EQ(SlowL4Checksum(17, V4_A, V4_B, datagram), 0);
    EXPECT_EQ(Slice(Added(path, content), 6, 2), (Bytes{0xff, 0xff}));
}

TEST(UdpShell, ReadBack)
{
    Bytes datagram = Added({V4_A, 50001, V4_B, 4434}, FromText("hello"));
    sst::UdpShell shell;
    ASSERT_EQ(sst::ReadUdpShell(datagram.data(), datagram.size(), shell), sst::Reason::NONE);
    EXPECT_EQ(shell.sourcePort, 50001);
    EXPECT_EQ(shell.destinationPort, 4434);
}

TEST(UdpShell, LengthMustBeThePackets)
{
    Bytes datagram = Added({V4_A, 50001, V4_B, 4434}, FromText("hello"));
    sst::UdpShell shell;
    for (size_t bit = 32; bit < 48; bit++)
    {
        Bytes flipped = datagram;
        flipped[bit / 8] ^= static_cast<uint8_t>(0x80 >> bit % 8);
        EXPECT_EQ(sst::ReadUdpShell(flipped.data(), flipped.size(), shell), sst::Reason::LENGTH);
    }
    for (size_t size = 0; size < datagram.size(); size++)
    {
        Bytes cut = Slice(datagram, 0, size);
        EXPECT_EQ(sst::ReadUdpShell(cut.data(), size, shell), sst::Reason::LENGTH) << size;
    }
    Bytes bare = Added({V4_A, 1, V4_B, 2}, {});
    ASSERT_EQ(bare.size(), 8u);
    EXPECT_EQ(sst::ReadUdpShell(bare.data(), bare.size(), shell), sst::Reason::NONE);
}

// the AEAD is what tells
// UDP-3
TEST(UdpShell, ChecksumIsNotLookedAt)
{
    Bytes datagram = Added({V4_A, 50001, V4_B, 4434}, FromText("hello"));
    datagram[6] ^= 1;
    sst::UdpShell shell;
    EXPECT_EQ(sst::ReadUdpShell(datagram.data(), datagram.size(), shell), sst::Reason::NONE);
}
