// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/mark.h"
#include "test-segment.h"

#include <gtest/gtest.h>

using namespace ssttest;

namespace
{

/// A random IPv4 header with its right checksum.
Bytes
RandomHeader(Dice& dice)
{
    Bytes header = Concat({Bytes{0x45}, dice.Fill(19)});
    header[6] = static_cast<uint8_t>(dice.Below(2) << 6); // DF or not, no fragment
    header[7] = 0;
    header[10] = 0;
    header[11] = 0;
    uint16_t sum = SlowChecksum(header);
    header[10] = static_cast<uint8_t>(sum >> 8);
    header[11] = static_cast<uint8_t>(sum);
    return header;
}

} // namespace

// "IPv4 reserved flag, header checksum fixed, DF set"
// MARK-1, MARK-2
TEST(Mark, V4SetsFlagAndDfAndKeepsTheChecksumRight)
{
    Dice dice(1);
    for (int i = 0; i < 2000; i++)
    {
        Bytes before = RandomHeader(dice);
        ASSERT_FALSE(sst::IsMarkedV4(before.data()));
        Bytes after = before;
        sst::SetMarkV4(after.data(), true);
        EXPECT_TRUE(sst::IsMarkedV4(after.data()));
        EXPECT_EQ(after[6], 0xc0);
        EXPECT_EQ(SlowChecksum(after), 0) << ToHex(before) << " became " << ToHex(after);
        for (size_t at = 0; at < 20; at++)
        {
            if (at != 6 && at != 10 && at != 11)
            {
                ASSERT_EQ(after[at], before[at]) << "byte " << at;
            }
        }
        Bytes again = after;
        sst::SetMarkV4(again.data(), true);
        EXPECT_EQ(again, after) << "marking twice changes nothing";
        sst::SetMarkV4(after.data(), false);
        EXPECT_FALSE(sst::IsMarkedV4(after.data()));
        EXPECT_EQ(SlowChecksum(after), 0);
    }
}

TEST(Mark, V4KeepsHeaderOptionsValid)
{
    Dice dice(2);
    for (int i = 0; i < 200; i++)
    {
        Bytes header = Concat({RandomHeader(dice), dice.Fill(8)});
        header[0] = 0x47;
        header[10] = header[11] = 0;
        uint16_t sum = SlowChecksum(header);
        header[10] = static_cast<uint8_t>(sum >> 8);
        header[11] = static_cast<uint8_t>(sum);
        sst::SetMarkV4(header.data(), true);
        EXPECT_EQ(SlowChecksum(header), 0);
    }
}

// Where the simulator computes no checksums the field is zero, and stays so.
// MARK-3
TEST(Mark, V4LeavesAnAbsentChecksumAlone)
{
    Bytes header = FromHex("4500001c000100004006"
                           "0000"
                           "0a0000010a000002");
    sst::SetMarkV4(header.data(), true);
    EXPECT_EQ(header[6], 0xc0);
    EXPECT_EQ(header[10], 0);
    EXPECT_EQ(header[11], 0);
}

// One header in 65536 has a right checksum of zero; it is no absent one.
TEST(Mark, V4FixesAChecksumThatIsRightlyZero)
{
    Bytes header = FromHex("4500001c00004000401100000a0000010a000002");
    // the identification is the complement of the rest, which makes the checksum zero
    uint16_t sum = SlowChecksum(header);
    header[4] = static_cast<uint8_t>(sum >> 8);
    header[5] = static_cast<uint8_t>(sum);
    ASSERT_EQ(SlowChecksum(header), 0);
    sst::SetMarkV4(header.data(), true);
    EXPECT_EQ(SlowChecksum(header), 0) << ToHex(header);
}

// "IPv6 Traffic Class by mask and value, default DSCP 43 (0xAC / 0xFC), ECN bits never touched"
// MARK-4, MARK-5
TEST(Mark, V6DefaultIsDscp43)
{
    sst::TrafficClassMark mark;
    for (int tc = 0; tc < 256; tc++)
    {
        uint8_t before = static_cast<uint8_t>(tc);
        EXPECT_EQ(sst::IsMarkedV6(before, mark), before >> 2 == 43) << tc;
        uint8_t after = sst::ApplyV6(before, mark);
        EXPECT_EQ(after >> 2, 43) << tc;
        EXPECT_EQ(after & 3, before & 3) << "ECN of " << tc;
    }
}

// "a single-bit mask is possible and also claims ordinary codepoints with that bit"
// MARK-4, MARK-7, MARK-8
TEST(Mark, V6SingleBitMask)
{
    sst::TrafficClassMark mark{0x04, 0x04};
    for (int tc = 0; tc < 256; tc++)
    {
        uint8_t before = static_cast<uint8_t>(tc);
        EXPECT_EQ(sst::IsMarkedV6(before, mark), (tc & 4) != 0) << tc;
        uint8_t after = sst::ApplyV6(before, mark);
        EXPECT_TRUE(sst::IsMarkedV6(after, mark));
        EXPECT_EQ(after & 3, before & 3);
        EXPECT_EQ(after & ~7, 0) << "the outer DSCP is otherwise 0";
    }
}

// MARK-5, MARK-6
TEST(Mark, V6MaskNeverReachesEcn)
{
    sst::TrafficClassMark mark{0xff, 0xff};
    for (int tc = 0; tc < 256; tc++)
    {
        uint8_t after = sst::ApplyV6(static_cast<uint8_t>(tc), mark);
        EXPECT_EQ(after & 3, tc & 3);
        EXPECT_TRUE(sst::IsMarkedV6(after, mark)) << "ECN is no part of the mark, whatever it is";
    }
    EXPECT_FALSE(sst::IsMarkedV6(0, sst::TrafficClassMark{0, 0})) << "no mask marks nothing";
}
