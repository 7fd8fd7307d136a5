// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "Up to 4 RETRYs with different tokens are honoured per e, the latest counts: same INIT with that
// token."

#include "test-bench.h"

using namespace ssttest;

namespace
{

/// A client whose INIT is out.
struct Retried : ClientBench
{
    explicit Retried(const BenchOptions& options = {})
        : ClientBench(options)
    {
        Connect();
    }

    Bytes Init() const
    {
        return host.SentOfType(1).back().bytes;
    }

    Bytes Retry(uint8_t token) const
    {
        return ReferenceRetry(Init(), PublicOf(serverSecret), Bytes(16, token));
    }
};

Bytes
TokenOf(const Packet& packet)
{
    return Slice(packet.bytes, 16, 16);
}

} // namespace

TEST(RetryClient, SameInitWithTheTokenAtOnce)
{
    for (bool v6 : {false, true})
    {
        for (bool marked : {true, false})
        {
            BenchOptions options;
            options.v6 = v6;
            Retried bench(options);
            bench.world.Run(100 * MS);
            EXPECT_EQ(Say(bench.Inject(bench.Retry(7), 6, marked)), "consumed none");
            auto inits = bench.host.SentOfType(1);
            ASSERT_EQ(inits.size(), 2u);
            EXPECT_EQ(inits[1].at, bench.world.clock.monotonicNs);
            EXPECT_EQ(TokenOf(inits[1]), Bytes(16, 7));
            EXPECT_EQ(Slice(inits[1].bytes, 0, 16), Slice(inits[0].bytes, 0, 16));
            EXPECT_EQ(Slice(inits[1].bytes, 32), Slice(inits[0].bytes, 32));
            EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
            ASSERT_TRUE(bench.ReadInit());
            EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
            EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::SST);
        }
    }
}

// "the timetable is unchanged and its INITs carry the latest token"; a fresh e begins with none.
TEST(RetryClient, TheTimetableIsUnchanged)
{
    Retried bench;
    uint64_t start = bench.world.clock.monotonicNs;
    bench.world.Run(500 * MS);
    bench.Inject(bench.Retry(1));
    bench.world.Run(100 * MS);
    bench.Inject(bench.Retry(2));
    bench.world.Run(400 * S);
    std::vector<uint64_t> times;
    std::vector<int> tokens;
    for (const Packet& packet : bench.host.SentOfType(1))
    {
        times.push_back((packet.at - start) / MS);
        tokens.push_back(TokenOf(packet)[0]);
        EXPECT_EQ(TokenOf(packet), Bytes(16, static_cast<uint8_t>(tokens.back())));
    }
    std::vector<uint64_t> expected{0, 500, 600, 1000, 3000, 7000};
    for (uint64_t fresh : {15, 23, 31, 39, 47, 55, 63, 123, 183, 243})
    {
        expected.push_back(1000 * fresh);
    }
    EXPECT_EQ(times, expected);
    EXPECT_EQ(tokens, (std::vector<int>{0, 1, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).reason, sst::Reason::HANDSHAKE_TIMEOUT);
}

TEST(RetryClient, FourTokensAreHonouredForEachEphemeral)
{
    Retried bench;
    for (int round = 0; round < 2; round++)
    {
        size_t before = bench.host.SentOfType(1).size();
        for (uint8_t token = 1; token <= 4; token++)
        {
            EXPECT_EQ(Say(bench.Inject(bench.Retry(token))), "consumed none") << int(token);
            for (uint8_t old = 1; old <= token; old++)
            {
                EXPECT_EQ(Say(bench.Inject(bench.Retry(old))), "drop replay");
            }
        }
        EXPECT_EQ(Say(bench.Inject(bench.Retry(5))), "drop retry-limit");
        EXPECT_EQ(Say(bench.Inject(bench.Retry(6))), "drop retry-limit");
        EXPECT_EQ(Say(bench.Inject(bench.Retry(4))), "drop replay");
        EXPECT_EQ(bench.host.SentOfType(1).size(), before + 4);
        EXPECT_EQ(TokenOf(bench.host.SentOfType(1).back()), Bytes(16, 4));
        bench.world.Run(15 * S + round * 16 * S); // the fresh one leaves
        EXPECT_EQ(TokenOf(bench.host.SentOfType(1).back()), Bytes(16, 0));
    }
}

// Forged: whoever does not see the INIT cannot make one, nor change one on its way.
TEST(RetryClient, EveryBitCounts)
{
    for (bool marked : {true, false})
    {
        Retried bench;
        Bytes retry = bench.Retry(7);
        for (size_t bit = 0; bit < retry.size() * 8; bit++)
        {
            if (bit / 8 == 12 || bit / 8 == 13)
            {
                continue;
            }
            sst::Verdict verdict = bench.Inject(Flip(retry, bit), 6, marked);
            EXPECT_EQ(verdict.outcome, marked ? sst::Outcome::DROP : sst::Outcome::PASS) << bit;
            if (marked && bit >= 128)
            {
                EXPECT_EQ(Say(verdict), "drop ctrl-mac") << bit;
            }
        }
        EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
        EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
        // "The guard 0x5010 ... not checked"
        EXPECT_EQ(Say(bench.Inject(Flip(Flip(retry, 96), 111), 6, marked)), "consumed none");
    }
}

TEST(RetryClient, WrongPeerIndexAndKey)
{
    Retried bench;
    sst::IpAddress other = Ip("10.0.1.3");
    EXPECT_EQ(Say(bench.Inject(bench.Retry(1), 6, true, &other)), "drop wrong-peer");
    EXPECT_EQ(Say(bench.Inject(bench.Retry(1), 6, false, &other)), "pass none");
    Packet elsewhere{bench.server, Ip("10.0.0.9"), 6, true, bench.Retry(1), 0};
    EXPECT_EQ(Say(bench.host.Receive(elsewhere)), "drop wrong-peer") << "to another own address";
    Bytes index = bench.Init();
    index[3] ^= 1;
    Bytes unknown = ReferenceRetry(index, PublicOf(bench.serverSecret), Bytes(16, 1));
    EXPECT_EQ(Say(bench.Inject(unknown)), "drop unknown-index");
    EXPECT_EQ(Say(bench.Inject(unknown, 6, false)), "pass none");
    Bytes key = ReferenceRetry(bench.Init(), PublicOf(Bytes(32, 1)), Bytes(16, 1));
    EXPECT_EQ(Say(bench.Inject(key)), "drop ctrl-mac");
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
    EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::CTRL_MAC), 1u);
    EXPECT_TRUE(bench.host.violations.empty());
}

// "A client SHOULD drop a RETRY whose outer protocol is not that of its INIT"
// RETRY-18
TEST(RetryClient, OuterProtocolOfTheInit)
{
    Retried bench;
    EXPECT_EQ(Say(bench.Inject(bench.Retry(1), 17)), "drop protocol-mismatch");
    EXPECT_EQ(Say(bench.Inject(bench.Retry(1), 17, false)), "pass none");
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
    EXPECT_EQ(Say(bench.Inject(bench.Retry(1), 6)), "consumed none");
}

// Marked IPv6 that means nothing here may be someone else's codepoint.
TEST(RetryClient, UnknownIndexOnIpv6GoesUp)
{
    BenchOptions options;
    options.v6 = true;
    Retried bench(options);
    Bytes index = bench.Init();
    index[3] ^= 1;
    EXPECT_EQ(Say(bench.Inject(ReferenceRetry(index, PublicOf(bench.serverSecret), Bytes(16, 1)))),
              "pass unknown-index");
}

// A RETRY for the INIT before does not touch the fresh one.
TEST(RetryClient, RetryOfAnEarlierEphemeral)
{
    Retried bench;
    Bytes old = bench.Retry(1);
    bench.world.Run(16 * S);
    ASSERT_EQ(bench.host.SentOfType(1).size(), 5u);
    EXPECT_EQ(Say(bench.Inject(old)), "drop unknown-index");
    Bytes mixed =
        Concat({Slice(bench.Init(), 0, 32), Slice(bench.host.SentOfType(1)[0].bytes, 32)});
    EXPECT_EQ(Say(bench.Inject(ReferenceRetry(mixed, PublicOf(bench.serverSecret), Bytes(16, 1)))),
              "drop ctrl-mac")
        << "index of the new one, e of the old one";
    EXPECT_EQ(bench.host.SentOfType(1).size(), 5u);
}

TEST(RetryClient, NotAfterResp)
{
    ClientBench bench;
    bench.Establish();
    Bytes init = bench.host.SentOfType(1).back().bytes;
    Bytes retry = ReferenceRetry(init, PublicOf(bench.serverSecret), Bytes(16, 1));
    EXPECT_EQ(Say(bench.Inject(retry)), "drop unexpected");
    EXPECT_EQ(Say(bench.Inject(retry, 6, false)), "pass none");
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::SST);
}

// A server's own index is no client's.
TEST(RetryClient, NotForSessionsOfTheServer)
{
    ServerBench bench;
    bench.Establish();
    Bytes init = Concat({BigEndian(0x40000000u | bench.resp->serverIndex, 4), Bytes(252, 0)});
    EXPECT_EQ(Say(bench.Inject(ReferenceRetry(init, bench.serverKey, Bytes(16, 1)))),
              "drop unknown-index");
}

// The flow whose SYN the INIT carries went on in clear: that INIT must not leave again.
TEST(RetryClient, NotWithWhatFellBack)
{
    ClientBench bench;
    bench.Connect(40000, sst::Policy::OPPORTUNISTIC);
    bench.Connect(40001, sst::Policy::REQUIRE);
    bench.world.Run(2 * S);
    Bytes init = bench.host.SentOfType(1).back().bytes;
    bench.host.Abandon(bench.Key(40000));
    size_t before = bench.host.SentOfType(1).size();
    Bytes retry = ReferenceRetry(init, PublicOf(bench.serverSecret), Bytes(16, 1));
    EXPECT_EQ(Say(bench.Inject(retry)), "drop unexpected");
    EXPECT_EQ(bench.host.SentOfType(1).size(), before);
    bench.world.Run(2 * S);
    auto inits = bench.host.SentOfType(1);
    ASSERT_EQ(inits.size(), before + 1) << "the fresh one of 3 s";
    EXPECT_NE(Slice(inits.back().bytes, 32, 32), Slice(init, 32, 32));
    EXPECT_EQ(TokenOf(inits.back()), Bytes(16, 0));
    EXPECT_EQ(Say(bench.Inject(
                  ReferenceRetry(inits.back().bytes, PublicOf(bench.serverSecret), Bytes(16, 1)))),
              "consumed none");
}

// A segment of TCP that begins like CTRL is not looked at twice.
TEST(RetryClient, ClearSegmentsThatLookAlike)
{
    Retried bench;
    Bytes clear = bench.Retry(1);
    for (uint8_t sub : {0, 3, 255})
    {
        clear[5] = sub;
        EXPECT_EQ(Say(bench.Inject(clear, 6, false)), "pass none");
        EXPECT_EQ(Say(bench.Inject(clear, 6, true)), "drop ctrl-unknown");
    }
    EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::CTRL_UNKNOWN), 3u);
    clear[5] = 1;
    clear[4] = 2;
    EXPECT_EQ(Say(bench.Inject(clear, 6, false)), "pass none");
    EXPECT_EQ(Say(bench.Inject(clear, 6, true)), "drop version");
    EXPECT_TRUE(bench.host.violations.empty());
}
