// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// RETRY and RESET: the packets, byte for byte against the reference.

#include "sst/ctrl-packet.h"
#include "test-bench.h"

using namespace ssttest;

namespace
{

/// A RETRY with all it is made from.
struct Sample
{
    Sample()
    {
        Dice dice(3);
        init = Concat({BigEndian(0x40000000u | 0x2abcdef1u, 4), dice.Fill(252)});
        key = dice.Fill(32);
        token = dice.Fill(16);
        retry = ReferenceRetry(init, key, token);
    }

    bool IsAuthentic(const Bytes& packet) const
    {
        return sst::IsRetryAuthentic({packet.data(), packet.size()}, To32(key), init.data() + 32);
    }

    Bytes init;
    Bytes key;
    Bytes token;
    Bytes retry;
};

sst::Token
ToToken(const Bytes& bytes)
{
    sst::Token token;
    std::copy_n(bytes.begin(), token.size(), token.begin());
    return token;
}

} // namespace

TEST(CtrlPacket, RetryIsThatOfTheReference)
{
    Sample sample;
    sst::RetryPacket made = sst::MakeRetry(0x2abcdef1,
                                           ToToken(sample.token),
                                           To32(sample.key),
                                           sample.init.data() + 32);
    EXPECT_EQ(ToHex(Bytes(made.begin(), made.end())), ToHex(sample.retry));
    EXPECT_TRUE(sample.IsAuthentic(sample.retry));
    EXPECT_EQ(sst::CtrlToken({sample.retry.data(), sample.retry.size()}), ToToken(sample.token));
}

// The mac covers bytes 0..31 "with the guard taken as 0x5010", and itself must be right.
TEST(CtrlPacket, EveryBitOfARetryCountsExceptTheGuard)
{
    Sample sample;
    for (size_t bit = 0; bit < 48 * 8; bit++)
    {
        bool guard = bit / 8 == 12 || bit / 8 == 13;
        EXPECT_EQ(sample.IsAuthentic(Flip(sample.retry, bit)), guard) << bit;
    }
}

TEST(CtrlPacket, RetryIsForOneKeyAndOneEphemeral)
{
    Sample sample;
    for (size_t bit = 0; bit < 256; bit++)
    {
        Sample other = sample;
        other.key = Flip(sample.key, bit);
        EXPECT_FALSE(other.IsAuthentic(sample.retry)) << bit;
        other = sample;
        other.init = Flip(sample.init, 32 * 8 + bit);
        EXPECT_FALSE(other.IsAuthentic(sample.retry)) << bit;
    }
}

TEST(CtrlPacket, ResetIsThatOfTheReference)
{
    Bytes token = Dice(4).Fill(16);
    sst::ResetPacket made = sst::MakeReset(0x3fffffff, ToToken(token));
    Bytes packet(made.begin(), made.end());
    EXPECT_EQ(ToHex(packet), ToHex(ReferenceReset(0x3fffffff, token)));
    EXPECT_EQ(sst::CtrlToken({packet.data(), packet.size()}), ToToken(token));
}

TEST(CtrlPacket, ResetTokenIsThatOfTheReference)
{
    Bytes secret = Dice(5).Fill(32);
    sst::SecretKey key = sst::MakeResetKey(To32(secret));
    for (const char* text : {"10.0.0.1", "2001:0db8:0001:0000:0000:0000:0000:0001"})
    {
        sst::IpAddress peer = Ip(text);
        EXPECT_EQ(sst::MakeResetToken(key, 0x12345678, peer),
                  ToToken(ReferenceResetToken(secret, 0x12345678, AddressBytes(peer))));
    }
}

TEST(CtrlPacket, TokensAreEqualOnlyWhenEveryBitIs)
{
    Bytes token = Dice(6).Fill(16);
    EXPECT_TRUE(sst::AreEqualTokens(ToToken(token), ToToken(token)));
    EXPECT_TRUE(sst::IsZeroToken({}));
    for (size_t bit = 0; bit < 128; bit++)
    {
        EXPECT_FALSE(sst::AreEqualTokens(ToToken(token), ToToken(Flip(token, bit)))) << bit;
        EXPECT_FALSE(sst::IsZeroToken(ToToken(Flip(Bytes(16, 0), bit)))) << bit;
    }
}
