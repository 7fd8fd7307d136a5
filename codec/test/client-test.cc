// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The client before its session: timings, queue, fallback, failure.

#include "test-bench.h"

using namespace ssttest;

namespace
{

std::vector<uint64_t>
InitTimes(const Host& host, uint64_t start)
{
    std::vector<uint64_t> times;
    for (const Packet& packet : host.SentOfType(1))
    {
        times.push_back((packet.at - start) / MS);
    }
    return times;
}

} // namespace

// "INITs at 0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63, 123, 183 and 243 s after the first one", those
// at "0, 1, 3 and 7 s [...] byte-identical except for the token; every later one is fresh: new e,
// new index, new time_ms" (CLI-1, CLI-2)
TEST(Client, InitTimings)
{
    ClientBench bench;
    uint64_t start = bench.world.clock.monotonicNs;
    bench.Connect();
    bench.world.Run(400 * S);
    std::vector<uint64_t> expected{0,
                                   1000,
                                   3000,
                                   7000,
                                   15000,
                                   23000,
                                   31000,
                                   39000,
                                   47000,
                                   55000,
                                   63000,
                                   123000,
                                   183000,
                                   243000};
    EXPECT_EQ(InitTimes(bench.host, start), expected);
    auto packets = bench.host.SentOfType(1);
    ASSERT_EQ(packets.size(), 14u);
    for (size_t i = 1; i < 4; i++)
    {
        EXPECT_EQ(packets[i].bytes, packets[0].bytes) << "byte-identical";
    }
    uint64_t lastTime = 0;
    for (size_t i = 3; i < 14; i++)
    {
        auto init = bench.reference.ReadInit(6, packets[i].bytes);
        ASSERT_TRUE(init);
        EXPECT_GT(init->timeMs, lastTime);
        lastTime = init->timeMs;
        EXPECT_EQ(ToHex(init->segment), ToHex(WithoutChecksum(6, Tcp(bench.FlowPath(), SYN))));
        for (size_t k = 0; k < i && i > 3; k++)
        {
            EXPECT_NE(Slice(packets[i].bytes, 32, 32), Slice(packets[k].bytes, 32, 32)) << "e";
            EXPECT_NE(Slice(packets[i].bytes, 0, 4), Slice(packets[k].bytes, 0, 4)) << "index";
        }
    }
    sst::FlowInfo info = bench.host.endpoint.FindFlow(bench.Key());
    EXPECT_EQ(info.state, sst::FlowState::FAILED);
    EXPECT_EQ(info.reason, sst::Reason::HANDSHAKE_TIMEOUT);
    EXPECT_EQ(bench.host.EventCount(sst::Action::Event::FLOW_FAILED), 1u);
    EXPECT_TRUE(bench.host.OpenCookies().empty());
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX) << "a simulation can end";
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
}

// "After RESP the client sends at once (type 59 if nothing)."
TEST(Client, DummyAtOnceAfterResp)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    uint64_t now = bench.world.clock.monotonicNs;
    EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
    auto data = bench.host.SentOfType(0);
    ASSERT_EQ(data.size(), 1u);
    EXPECT_EQ(data[0].at, now);
    EXPECT_EQ(data[0].protocol, 6) << "all else uses the INIT's";
    auto opened = bench.reference.Session().OpenPacket(6, data[0].bytes);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->inner.type, 59);
    EXPECT_EQ(opened->number, 0u);
    EXPECT_EQ(bench.host.cookieReleases.size(), 1u) << "the SYN rode in INIT";
    EXPECT_EQ(bench.host.EventCount(sst::Action::Event::SESSION_UP), 1u);
}

// Delivery of the SYN-ACK may make the stack answer; then no dummy is needed.
TEST(Client, StacksAnswerInsteadOfTheDummy)
{
    ClientBench bench;
    bench.host.stack = [&bench](const Received&) {
        bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, {}, 1001));
    };
    ReferenceSession& session = bench.Establish();
    auto data = bench.host.SentOfType(0);
    ASSERT_EQ(data.size(), 1u);
    EXPECT_EQ(session.OpenPacket(6, data[0].bytes)->inner.type, 6);
}

// "RESP is accepted once, unmarked too."
TEST(Client, RespOnceAndUnmarked)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Bytes resp = bench.reference.Resp(bench.GoodResp());
    EXPECT_EQ(Say(bench.Inject(resp, 6, false)), "consumed none");
    EXPECT_EQ(bench.Inject(resp, 6, true).outcome, sst::Outcome::DROP);
    EXPECT_NE(bench.Inject(resp, 6, false).outcome, sst::Outcome::DELIVER);
    EXPECT_EQ(bench.host.SentOfType(0).size(), 1u);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

TEST(Client, RespFromAnotherAddress)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Bytes resp = bench.reference.Resp(bench.GoodResp());
    sst::IpAddress other = Ip("10.0.1.3");
    EXPECT_EQ(Say(bench.Inject(resp, 6, true, &other)), "drop wrong-peer");
    EXPECT_EQ(Say(bench.Inject(resp)), "consumed none");
}

// "DATA before RESP is dropped."
TEST(Client, DataBeforeResp)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Bytes resp = bench.reference.Resp(bench.GoodResp());
    Bytes segment = WithoutChecksum(6, Tcp(bench.FlowPath().Reverse(), SYN | ACK));
    EXPECT_EQ(bench.Inject(bench.reference.Session().SealNext(6, segment, 6)).outcome,
              sst::Outcome::DROP);
    EXPECT_EQ(Say(bench.Inject(resp)), "consumed none");
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.FlowPath().Reverse(), SYN | ACK))), "deliver none");
}

// "While a session is pending the side stack owns retransmission: repeated SYNs of the stack are
// absorbed"
TEST(Client, RepeatedSynIsAbsorbed)
{
    ClientBench bench;
    bench.Connect();
    for (int i = 0; i < 5; i++)
    {
        EXPECT_EQ(bench.Connect().outcome, sst::Outcome::CONSUMED);
    }
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
    ASSERT_TRUE(bench.ReadInit());
    ReferenceResp resp = bench.GoodResp();
    resp.status = 0;
    bench.Inject(bench.reference.Resp(resp));
    EXPECT_EQ(bench.host.SentOfType(0).size(), 1u) << "the SYN once, again";
    EXPECT_TRUE(bench.host.OpenCookies().empty());
}

// "other segments wait [...], in order, and leave after RESP"
TEST(Client, QueueLeavesInOrder)
{
    BenchOptions options;
    options.serverFlags = 0;
    ClientBench bench(options);
    bench.Connect(40000);
    bench.Connect(40001);
    sst::Request request = Ask(sst::Policy::REQUIRE);
    std::vector<Bytes> expected{Tcp(bench.FlowPath(40000), SYN), Tcp(bench.FlowPath(40001), SYN)};
    for (uint8_t i = 0; i < 20; i++)
    {
        expected.push_back(Udp({bench.client, 5000, bench.server, 443}, Bytes(i, i)));
        EXPECT_EQ(Say(bench.host.Send(17, bench.server, expected.back(), &request)), "wait none");
    }
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u) << "one session for all";
    ASSERT_TRUE(bench.ReadInit());
    EXPECT_EQ(bench.init->type, 59);
    bench.Inject(bench.reference.Resp(bench.GoodResp()));
    auto data = bench.host.SentOfType(0);
    ASSERT_EQ(data.size(), expected.size());
    for (size_t i = 0; i < data.size(); i++)
    {
        auto opened = bench.reference.Session().OpenPacket(data[i].protocol, data[i].bytes);
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->number, i);
        EXPECT_EQ(ToHex(opened->inner.segment),
                  ToHex(WithoutChecksum(data[i].protocol, expected[i])));
    }
    EXPECT_TRUE(bench.host.OpenCookies().empty());
}

// "(64 packets, 256 KiB; oldest dropped)"
TEST(Client, QueueHoldsSixtyFourPackets)
{
    BenchOptions options;
    options.serverFlags = 0;
    ClientBench bench(options);
    sst::Request request = Ask(sst::Policy::REQUIRE);
    for (uint8_t i = 0; i < 70; i++)
    {
        Bytes datagram = Udp({bench.client, 5000, bench.server, 443}, Bytes(10, i));
        EXPECT_EQ(Say(bench.host.Send(17, bench.server, datagram, &request)), "wait none");
    }
    ASSERT_EQ(bench.host.cookieDrops.size(), 6u);
    for (uint64_t i = 0; i < 6; i++)
    {
        EXPECT_EQ(bench.host.cookieDrops[i].first, i + 1) << "oldest first";
        EXPECT_EQ(bench.host.cookieDrops[i].second, sst::Reason::QUEUE_OVERFLOW);
    }
    ASSERT_TRUE(bench.ReadInit());
    bench.Inject(bench.reference.Resp(bench.GoodResp()), 17);
    auto data = bench.host.SentOfType(0);
    ASSERT_EQ(data.size(), 64u);
    for (uint8_t i = 0; i < 64; i++)
    {
        auto opened = bench.reference.Session().OpenPacket(17, data[i].bytes);
        ASSERT_TRUE(opened);
        EXPECT_EQ(Slice(opened->inner.segment, 8), Bytes(10, i + 6));
    }
}

TEST(Client, QueueHolds256KiB)
{
    BenchOptions options;
    options.serverFlags = 0;
    ClientBench bench(options);
    sst::Request request = Ask(sst::Policy::REQUIRE);
    for (uint8_t i = 0; i < 6; i++)
    {
        Bytes datagram = Udp({bench.client, 5000, bench.server, 443}, Bytes(60000, i));
        bench.host.Send(17, bench.server, datagram, &request, 65535);
    }
    EXPECT_EQ(bench.host.cookieDrops.size(), 2u) << "4 x 60008 bytes fit into 262144";
}

// A socket that closes while waiting: "cookies come back as DROP `abandoned`".
TEST(Client, AbandonedFlow)
{
    ClientBench bench;
    bench.Connect();
    bench.host.Abandon(bench.Key());
    ASSERT_EQ(bench.host.cookieDrops.size(), 1u);
    EXPECT_EQ(bench.host.cookieDrops[0].second, sst::Reason::ABANDONED);
    bench.world.Run(400 * S);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
}

// Every INIT of one e answered late still works; after a fresh one the old RESP is nothing.
TEST(Client, LateRespOfAnOlderEphemeral)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Bytes oldResp = bench.reference.Resp(bench.GoodResp());
    bench.world.Run(15500 * MS);
    ASSERT_EQ(bench.host.SentOfType(1).size(), 5u);
    sst::Verdict verdict = bench.Inject(oldResp);
    if (verdict.outcome == sst::Outcome::DROP)
    {
        EXPECT_TRUE(bench.host.SentOfType(0).empty());
        ASSERT_TRUE(bench.ReadInit());
        EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

// A forged ICMP or packet must not end a handshake: random marked bytes with the right index.
TEST(Client, ForgedRespsDoNotEndTheHandshake)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Dice dice(3);
    for (int i = 0; i < 200; i++)
    {
        Bytes forged = Concat({BigEndian(0x80000000u | bench.init->clientIndex, 4),
                               BigEndian(dice.Below(1u << 30), 4),
                               Bytes(4, 0),
                               FromHex("50100000"),
                               PublicOf(dice.Fill(32)),
                               dice.Fill(208)});
        ASSERT_EQ(forged.size(), 256u);
        EXPECT_EQ(Say(bench.Inject(forged)), "drop decrypt");
    }
    EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
}
