// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Every bit of every packet turned over: refused, but for the guard and (INIT) the token.
// "The guard 0x5010 and the token are outside every AEAD and not checked."

#include "test-bench.h"

using namespace ssttest;

namespace
{

bool
IsGuard(size_t bit)
{
    return bit / 8 == 12 || bit / 8 == 13;
}

bool
IsToken(size_t bit)
{
    return bit / 8 >= 16 && bit / 8 < 32;
}

/// As many INITs as a test likes.
void
WithoutRates(sst::EndpointConfig& config)
{
    config.initRate = 1000000000;
    config.siteInitRate = 1000000000;
}

class BitFlip : public testing::TestWithParam<bool>
{
  protected:
    BenchOptions Options() const
    {
        BenchOptions options;
        options.v6 = GetParam();
        options.config.allowNarrowCoverage = true;
        options.config.maxSessions = 100000;
        WithoutRates(options.config);
        return options;
    }
};

/// A refused packet leaves no trace: nothing sealed delivered, nothing sent.
#define EXPECT_REFUSED(bench, verdict, what)                                                       \
    EXPECT_TRUE(verdict.outcome == sst::Outcome::DROP ||                                           \
                (GetParam() && verdict.outcome == sst::Outcome::PASS))                             \
        << what << " " << Say(verdict)

size_t
SealedReceived(const Host& host)
{
    size_t count = 0;
    for (const Received& received : host.received)
    {
        count += received.sealed;
    }
    return count;
}

} // namespace

TEST_P(BitFlip, Init)
{
    ServerBench bench(Options());
    Bytes init = bench.MakeSynInit(bench.path);
    for (size_t bit = 0; bit < init.size() * 8; bit++)
    {
        if (IsGuard(bit) || IsToken(bit))
        {
            continue;
        }
        sst::Verdict verdict = bench.Inject(Flip(init, bit));
        EXPECT_REFUSED(bench, verdict, "bit " << bit);
    }
    bench.world.Run(1 * S);
    EXPECT_EQ(SealedReceived(bench.host), 0u);
    EXPECT_TRUE(bench.host.SentOfType(2).empty());
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 0u);
    EXPECT_EQ(Say(bench.Inject(init)), "deliver none") << "the server took no harm";
}

TEST_P(BitFlip, InitGuardAndTokenPass)
{
    for (size_t bit = 12 * 8; bit < 32 * 8; bit++)
    {
        if (IsGuard(bit) || IsToken(bit))
        {
            ServerBench bench(Options());
            EXPECT_EQ(Say(bench.Inject(Flip(bench.MakeSynInit(bench.path), bit))), "deliver none")
                << "bit " << bit;
        }
    }
}

// The names of the refusals of the clear fields.
TEST(BitFlipReason, InitClearFields)
{
    BenchOptions options;
    WithoutRates(options.config);
    ServerBench bench(options);
    Bytes init = bench.MakeSynInit(bench.path);
    for (size_t bit = 0; bit < 64 * 8; bit++)
    {
        sst::Reason expected = sst::Reason::DECRYPT;
        size_t byte = bit / 8;
        if (bit < 2 || IsGuard(bit) || IsToken(bit))
        {
            continue;
        }
        if (byte == 4)
        {
            expected = sst::Reason::VERSION;
        }
        else if (byte == 5)
        {
            expected = sst::Reason::SUITE;
        }
        else if (byte == 6)
        {
            expected = sst::Reason::KEY_ID;
        }
        else if ((byte >= 7 && byte < 12) || byte == 14 || byte == 15)
        {
            expected = sst::Reason::RESERVED;
        }
        sst::Verdict verdict = bench.Inject(Flip(init, bit));
        EXPECT_EQ(verdict.outcome, sst::Outcome::DROP);
        EXPECT_STREQ(sst::ToString(verdict.reason), sst::ToString(expected)) << "bit " << bit;
    }
}

TEST_P(BitFlip, Resp)
{
    ClientBench bench(Options());
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    ReferenceResp content = bench.GoodResp();
    content.segment = WithoutChecksum(6, Tcp(bench.FlowPath().Reverse(), SYN | ACK));
    content.type = 6;
    Bytes resp = bench.reference.Resp(content);
    for (size_t bit = 0; bit < resp.size() * 8; bit++)
    {
        if (!IsGuard(bit))
        {
            sst::Verdict verdict = bench.Inject(Flip(resp, bit));
            EXPECT_REFUSED(bench, verdict, "bit " << bit);
        }
    }
    EXPECT_EQ(SealedReceived(bench.host), 0u);
    EXPECT_TRUE(bench.host.SentOfType(0).empty());
    EXPECT_EQ(Say(bench.Inject(resp)), "deliver none") << "forgeries do not end the handshake";
}

TEST_P(BitFlip, RespGuardPasses)
{
    for (size_t bit = 12 * 8; bit < 14 * 8; bit++)
    {
        ClientBench bench(Options());
        bench.Connect();
        ASSERT_TRUE(bench.ReadInit());
        EXPECT_EQ(Say(bench.Inject(Flip(bench.reference.Resp(bench.GoodResp()), bit))),
                  "consumed none");
    }
}

TEST_P(BitFlip, DataToTheServer)
{
    for (uint8_t coverage : {0, 1, 2})
    {
        ServerBench bench(Options());
        ReferenceSession& session = bench.Establish(coverage);
        size_t before = SealedReceived(bench.host);
        for (int n : {255, 20, 4})
        {
            if ((coverage == 0 || coverage == 1) && n == 4)
            {
                continue;
            }
            Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK | PSH, FromText("hello"), 1001));
            Bytes packet = session.SealNext(6, segment, 6, n);
            for (size_t bit = 0; bit < packet.size() * 8; bit++)
            {
                if (!IsGuard(bit))
                {
                    sst::Verdict verdict = bench.Inject(Flip(packet, bit));
                    EXPECT_REFUSED(bench,
                                   verdict,
                                   "coverage " << int(coverage) << " n " << n << " bit " << bit);
                }
            }
            EXPECT_EQ(SealedReceived(bench.host), before);
            EXPECT_EQ(Say(bench.Inject(Flip(packet, 12 * 8 + 3))), "deliver none")
                << "guard rewritten";
            before++;
            EXPECT_EQ(bench.Inject(packet).reason, sst::Reason::REPLAY);
        }
    }
}

TEST_P(BitFlip, DataToTheClient)
{
    ClientBench bench(Options());
    ReferenceSession& session = bench.Establish();
    Bytes segment =
        WithoutChecksum(6, Tcp(bench.FlowPath().Reverse(), ACK | PSH, FromText("hi"), 2));
    Bytes packet = session.SealNext(6, segment, 6);
    size_t before = SealedReceived(bench.host);
    for (size_t bit = 0; bit < packet.size() * 8; bit++)
    {
        if (!IsGuard(bit))
        {
            sst::Verdict verdict = bench.Inject(Flip(packet, bit));
            EXPECT_REFUSED(bench, verdict, "bit " << bit);
        }
    }
    EXPECT_EQ(SealedReceived(bench.host), before);
    EXPECT_EQ(Say(bench.Inject(packet)), "deliver none");
}

// "Unmarked and not authentic: up unchanged."
TEST_P(BitFlip, UnmarkedGoesUpUnchanged)
{
    ServerBench bench(Options());
    ReferenceSession& session = bench.Establish();
    Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK | PSH, FromText("hello"), 1001));
    Bytes packet = session.SealNext(6, segment, 6);
    for (size_t bit = 0; bit < packet.size() * 8; bit += 3)
    {
        if (!IsGuard(bit))
        {
            Bytes flipped = Flip(packet, bit);
            sst::Verdict verdict = bench.Inject(flipped, 6, false);
            ASSERT_EQ(verdict.outcome, sst::Outcome::PASS) << "bit " << bit << Say(verdict);
            EXPECT_EQ(bench.host.received.back().bytes, flipped);
        }
    }
    EXPECT_EQ(Say(bench.Inject(packet, 6, false)), "deliver none")
        << "a bleached packet of a session is opened all the same";
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
}

// The outer protocol is in every AEAD: the same bytes under another one are refused.
TEST_P(BitFlip, OuterProtocol)
{
    ServerBench bench(Options());
    Bytes init = bench.MakeSynInit(bench.path);
    sst::Verdict verdict = bench.Inject(init, 17);
    EXPECT_REFUSED(bench, verdict, "INIT under 17");
    ReferenceSession& session = bench.Establish();
    verdict = bench.Inject(session.SealNext(6, {}, 59), 17);
    EXPECT_REFUSED(bench, verdict, "DATA sealed for 6 under 17");
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, BitFlip, testing::Bool(), [](const auto& info) {
    return info.param ? "V6" : "V4";
});
