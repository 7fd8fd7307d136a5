// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "1 024 flows a session (the client then opens another), 65 536 in all, one peer address (/64) at
// most a sixteenth; full refuses new ones, never evicts."

#include "test-bench.h"

using namespace ssttest;

namespace
{

Path
WithPort(const Path& path, uint32_t port)
{
    Path out = path;
    out.sourcePort = static_cast<uint16_t>(port);
    return out;
}

} // namespace

TEST(Limit, FlowsOfAnInboundSession)
{
    ServerBench bench;
    bench.Establish();
    uint32_t accepted = 1;
    for (uint32_t port = 1; port <= 1100; port++)
    {
        sst::Verdict verdict = bench.InjectData(6, Tcp(WithPort(bench.path, port), SYN));
        if (verdict.outcome == sst::Outcome::DELIVER)
        {
            accepted++;
        }
        else
        {
            EXPECT_EQ(Say(verdict), "drop flows-full");
        }
    }
    EXPECT_EQ(accepted, 1024u);
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, ACK))), "deliver none") << "never evicts";
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(WithPort(bench.path, 500), ACK))), "deliver none");
}

TEST(Limit, ClientOpensAnotherSession)
{
    ClientBench bench;
    bench.Establish();
    sst::Request request = Ask(sst::Policy::REQUIRE);
    for (uint32_t port = 1; port <= 1023; port++)
    {
        ASSERT_EQ(Say(bench.Connect(static_cast<uint16_t>(port))), "send none") << port;
    }
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
    EXPECT_EQ(Say(bench.Connect(2000)), "wait none");
    EXPECT_EQ(bench.host.SentOfType(1).size(), 2u);
    EXPECT_EQ(Say(bench.Connect(2001)), "wait none");
    EXPECT_EQ(bench.host.SentOfType(1).size(), 2u);
}

// Half a sixteenth each from two sessions: the limit is the peer's, not the session's.
TEST(Limit, ASixteenthForOnePeer)
{
    BenchOptions options;
    options.config.maxFlows = 320; // 20 for one peer
    ServerBench bench(options);
    bench.Establish();
    ReferenceSession first = bench.reference->Session();
    for (uint32_t port = 1; port < 12; port++)
    {
        EXPECT_EQ(Say(bench.InjectData(6, Tcp(WithPort(bench.path, port), SYN))), "deliver none");
    }
    bench.path.sourcePort = 100;
    bench.Establish();
    uint32_t accepted = 13;
    for (uint32_t port = 101; port < 130; port++)
    {
        sst::Verdict verdict = bench.InjectData(6, Tcp(WithPort(bench.path, port), SYN));
        accepted += verdict.outcome == sst::Outcome::DELIVER;
        if (verdict.outcome != sst::Outcome::DELIVER)
        {
            EXPECT_EQ(Say(verdict), "drop flows-full");
        }
    }
    EXPECT_EQ(accepted, 20u);
    // another peer is not affected
    bench.client = Ip("10.0.0.99");
    bench.path.source = bench.client;
    bench.Establish();
}

TEST(Limit, ASixteenthForOneSlash64)
{
    BenchOptions options;
    options.v6 = true;
    options.config.maxFlows = 160; // 10
    ServerBench bench(options);
    uint32_t accepted = 0;
    for (uint8_t host = 1; host <= 15; host++)
    {
        sst::IpAddress from = bench.client;
        from.bytes[15] = host;
        from.bytes[8] = host;
        Path path = bench.path;
        path.source = from;
        Bytes init = bench.MakeSynInit(path);
        accepted += bench.Inject(init, 6, true, &from).outcome == sst::Outcome::DELIVER;
    }
    EXPECT_EQ(accepted, 10u) << "addresses of one /64 count together";
    sst::IpAddress other = bench.client;
    other.bytes[7] ^= 1;
    Path path = bench.path;
    path.source = other;
    EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit(path), 6, true, &other)), "deliver none");
}

TEST(Limit, FlowsInAll)
{
    BenchOptions options;
    options.config.maxFlows = 64; // 4 each, 8 kept for the host's own
    ServerBench bench(options);
    uint32_t accepted = 0;
    for (uint8_t host = 1; host <= 40; host++)
    {
        sst::IpAddress from = bench.client;
        from.bytes[3] = host;
        for (uint32_t i = 0; i < 4; i++)
        {
            Path path = WithPort(bench.path, 1000 + i);
            path.source = from;
            Bytes init = bench.MakeSynInit(path);
            accepted += bench.Inject(init, 6, true, &from).outcome == sst::Outcome::DELIVER;
        }
    }
    EXPECT_EQ(accepted, 56u);
    EXPECT_LE(bench.host.endpoint.FlowCount(), 64u);
}

// The defaults are those of the specification.
TEST(Limit, Defaults)
{
    sst::EndpointConfig config;
    EXPECT_EQ(config.maxHalfOpen, 1024u);
    EXPECT_EQ(config.maxHalfOpenValidated, 4096u);
    EXPECT_EQ(config.initRate, 2900u);
    EXPECT_EQ(config.siteInitRate, 50u);
    EXPECT_EQ(config.siteHalfOpen, 64u);
    EXPECT_EQ(config.resetRate, 10u);
    EXPECT_EQ(config.limitBuckets, 4096u);
    EXPECT_EQ(config.retrySlotNs, 120 * S);
    EXPECT_FALSE(config.acceptUnmarkedInit);
    EXPECT_EQ(config.maxFlowsPerSession, 1024u);
    EXPECT_EQ(config.maxFlows, 65536u);
    EXPECT_EQ(config.maxQueuePackets, 64u);
    EXPECT_EQ(config.maxQueueBytes, 256u * 1024);
    EXPECT_EQ(config.fallbackNs, 3 * S);
    EXPECT_EQ(config.halfLifeNs, 10 * S);
    EXPECT_EQ(config.respWaitNs, 5 * MS);
    EXPECT_EQ(config.timeWindowMs, 10000u);
    EXPECT_EQ(config.startGuardMs, 20000u);
    EXPECT_EQ(config.sessionIdleNs, 120 * S);
    EXPECT_EQ(config.tcpClosingNs, 240 * S);
    EXPECT_EQ(config.tcpIdleNs, 2 * HOUR + 4 * MINUTE);
    EXPECT_EQ(config.tombstoneNs, 24 * HOUR);
    EXPECT_EQ(config.udpIdleNs, 300 * S);
    EXPECT_FALSE(config.allowNarrowCoverage);
    EXPECT_EQ(config.maxFailedOpens, uint64_t{1} << 36);
    EXPECT_EQ(config.maxPacketNumber, (uint64_t{1} << 32) - 65536) << "hard stop at 2^32 - 2^16";
    EXPECT_EQ(config.epochNs, 15 * MINUTE);
    EXPECT_EQ(config.epochReserve, 32u);
    EXPECT_EQ(config.oldEpochNs, 3 * S);
    EXPECT_EQ(config.epochAnswerNs, 1 * S);
}

// A full table refuses a flow opened here too, by name, and nothing leaves in clear.
TEST(Limit, OutboundFlowsAreRefusedWhenFull)
{
    BenchOptions options;
    options.config.maxFlows = 64; // 4 for one peer
    ClientBench bench(options);
    bench.Establish();
    for (uint16_t port = 1; port < 4; port++)
    {
        EXPECT_EQ(Say(bench.Connect(port)), "send none");
    }
    EXPECT_EQ(Say(bench.Connect(4)), "drop flows-full");
    for (const Packet& packet : bench.host.sent)
    {
        EXPECT_TRUE(packet.marked);
    }
}

// SES-9
// SES-9, SES-12, SES-13
TEST(Limit, SessionsAreBounded)
{
    BenchOptions options;
    options.config.maxSessions = 40; // 2 of a site, 5 kept for the host's own
    ServerBench bench(options);
    uint32_t up = 0;
    for (uint8_t host = 1; host <= 20; host++)
    {
        sst::IpAddress from = bench.client;
        from.bytes[3] = host;
        uint32_t of = 0;
        for (int i = 0; i < 3; i++)
        {
            bench.Inject(bench.MakeInit({}), 6, true, &from);
            bench.world.Run(10 * MS);
            uint32_t before = up;
            up = static_cast<uint32_t>(bench.host.endpoint.SessionCount());
            of += up - before;
        }
        EXPECT_EQ(of, host <= 17 ? 2u : host == 18 ? 1u : 0u) << int(host);
    }
    EXPECT_EQ(up, 35u);
    EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::SESSIONS_FULL), 25u);
    // the host's own do not depend on what strangers did
    sst::KeyEntry key;
    key.keyId = 4;
    key.publicKey = To32(PublicOf(Bytes(32, 9)));
    bench.host.endpoint.ProvideKeys("own.example",
                                    Ip("198.51.100.77"),
                                    sst::KeyAnswer::KEYS,
                                    {key},
                                    bench.world.Now());
    for (uint16_t i = 0; i < 6; i++)
    {
        sst::Request request = Ask(sst::Policy::OPPORTUNISTIC, "own.example");
        request.padding = sst::Padding{sst::Padding::Mode::MULTIPLE, static_cast<uint16_t>(2 + i)};
        Path path{bench.server, static_cast<uint16_t>(50000 + i), Ip("198.51.100.77"), 443};
        EXPECT_EQ(Say(bench.host.Send(6, path.destination, Tcp(path, SYN), &request)),
                  i < 5 ? "wait none" : "drop sessions-full");
    }
    // what one of them leaves free is there for the next
    bench.world.Run(11 * S);
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 0u);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none");
}

// A UDP datagram that the path cannot carry within INIT waits, the INIT goes empty.
TEST(Limit, EarlyUdpMustFitThePath)
{
    for (size_t payload : {1000, 1300, 1400, 1472})
    {
        for (uint32_t mtu : {576u, 1280u, 1500u, 0u})
        {
            BenchOptions options;
            options.serverFlags = 3;
            ClientBench bench(options);
            sst::Request request =
                Ask(sst::Policy::REQUIRE, "server", sst::Coverage::SEGMENT, true);
            Path path{bench.client, 5000, bench.server, 53};
            bench.host.Send(17, bench.server, Udp(path, Bytes(payload, 'x')), &request, mtu);
            ASSERT_TRUE(bench.ReadInit());
            if (mtu != 0)
            {
                EXPECT_LE(bench.init->size + 20, mtu) << payload;
            }
            size_t needed = (64 + 10 + 8 + payload + 1 + 16 + 63) / 64 * 64 + 20;
            if (mtu != 0)
            {
                EXPECT_EQ(bench.init->type, needed <= mtu ? 17 : 59) << payload << " " << mtu;
            }
        }
    }
}

// "a UDP datagram only when both the socket and flag bit 1 allow it"
TEST(Limit, EarlyUdpNeedsBothConsents)
{
    for (bool socket : {false, true})
    {
        for (uint8_t flags : {0, 1, 2, 3})
        {
            BenchOptions options;
            options.serverFlags = flags;
            ClientBench bench(options);
            sst::Request request =
                Ask(sst::Policy::REQUIRE, "server", sst::Coverage::SEGMENT, socket);
            Path path{bench.client, 5000, bench.server, 53};
            bench.host.Send(17, bench.server, Udp(path, FromText("q")), &request);
            ASSERT_TRUE(bench.ReadInit());
            EXPECT_EQ(bench.init->type, socket && (flags & 2) ? 17 : 59);
        }
    }
}

// "the DNS entry's flag bit 0"; a SYN with payload (fast open) is no early data
TEST(Limit, SynWithPayloadWaits)
{
    ClientBench bench;
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Bytes syn = Tcp(bench.FlowPath(), SYN, FromText("GET"));
    EXPECT_EQ(Say(bench.host.Send(6, bench.server, syn, &request)), "wait none");
    ASSERT_TRUE(bench.ReadInit());
    EXPECT_EQ(bench.init->type, 59);
    bench.Inject(bench.reference.Resp(bench.GoodResp()));
    auto data = bench.host.SentOfType(0);
    ASSERT_EQ(data.size(), 1u);
    EXPECT_EQ(ToHex(bench.reference.Session().OpenPacket(6, data[0].bytes)->inner.segment),
              ToHex(WithoutChecksum(6, syn)));
}
