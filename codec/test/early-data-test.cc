// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// When a server accepts what rides in INIT; refused, the handshake completes all the same.

#include "test-bench.h"

using namespace ssttest;

// "Early data is accepted when |time difference| <= 10 s"; bit 1: clock outside the window
TEST(Server, TimeWindow)
{
    for (int64_t difference : {-20000, -10001, -10000, -9900, 0, 9900, 10000, 10001, 3600000})
    {
        ServerBench bench;
        ReferenceInit init;
        init.segment = WithoutChecksum(6, Tcp(bench.path, SYN));
        init.type = 6;
        init.timeMs = bench.world.clock.unixMs + difference;
        bench.Inject(bench.MakeInit(init));
        bench.world.Run(10 * MS);
        ASSERT_TRUE(bench.ReadResp()) << "the handshake completes all the same";
        bool inside = difference >= -10000 && difference <= 10000;
        EXPECT_EQ(bench.resp->status, inside ? 1 : 2) << difference;
        EXPECT_EQ(bench.host.received.size(), inside ? 1u : 0u) << difference;
    }
}

// A time of the far past or future must not overflow the difference.
TEST(Server, TimeWindowExtremes)
{
    for (uint64_t time : {uint64_t{1}, UINT64_MAX, uint64_t{1} << 63, (uint64_t{1} << 63) - 1})
    {
        ServerBench bench;
        ReferenceInit init;
        init.segment = WithoutChecksum(6, Tcp(bench.path, SYN));
        init.type = 6;
        init.timeMs = time;
        bench.Inject(bench.MakeInit(init));
        EXPECT_TRUE(bench.host.received.empty());
    }
}

// "and the server has run 20 s (waived when the key is younger than the server's start)"
TEST(Server, RestartGuard)
{
    for (bool fresh : {false, true})
    {
        for (uint64_t after : {0, 19, 20, 21})
        {
            BenchOptions options;
            options.freshKey = fresh;
            ServerBench bench(options);
            bench.world.Run(after * S);
            bench.Inject(bench.MakeSynInit(bench.path));
            bench.world.Run(10 * MS);
            ASSERT_TRUE(bench.ReadResp());
            bool accepted = fresh || after >= 20;
            EXPECT_EQ(bench.resp->status & 1, accepted ? 1 : 0) << fresh << " " << after;
            EXPECT_EQ(bench.host.received.size(), accepted ? 1u : 0u);
        }
    }
}

// "the cache is not full"
TEST(Server, FullReplayCacheRefusesEarlyData)
{
    BenchOptions options;
    options.config.maxReplayEntries = 3;
    ServerBench bench(options);
    for (uint16_t i = 0; i < 5; i++)
    {
        Path path = bench.path;
        path.sourcePort = static_cast<uint16_t>(41000 + i);
        bench.Inject(bench.MakeSynInit(path));
        bench.world.Run(10 * MS);
        ASSERT_TRUE(bench.ReadResp());
        EXPECT_EQ(bench.resp->status & 1, i < 3 ? 1 : 0) << i;
    }
}

// "e is not in the cache": replayed after its session went, still inside the time window
TEST(Server, ReplayedInitAfterItsHalfWent)
{
    ServerBench bench;
    ReferenceInit content;
    content.segment = WithoutChecksum(6, Tcp(bench.path, SYN));
    content.type = 6;
    content.timeMs = bench.world.clock.unixMs + 10000;
    Bytes init = bench.MakeInit(content);
    bench.Inject(init);
    ASSERT_EQ(bench.host.received.size(), 1u);
    for (int i = 1; i <= 19; i++)
    {
        bench.world.Run(1 * S);
        bench.Inject(init);
        ASSERT_EQ(bench.host.received.size(), 1u) << "after " << i << " s";
    }
    bench.world.Run(10 * S);
    bench.Inject(init);
    EXPECT_EQ(bench.host.received.size(), 1u);
}

// "a SYN without ACK, RST, FIN and payload, or allowed UDP"
TEST(Server, OnlyPureSynsRideInInit)
{
    for (int flags = 0; flags < 64; flags++)
    {
        for (size_t payload : {0, 1})
        {
            ServerBench bench;
            ReferenceInit init;
            init.segment =
                WithoutChecksum(6,
                                Tcp(bench.path, static_cast<uint8_t>(flags), Bytes(payload, 'x')));
            init.type = 6;
            bench.Inject(bench.MakeInit(init));
            bool pure = (flags & (SYN | ACK | RST | FIN)) == SYN && payload == 0;
            EXPECT_EQ(bench.host.received.size(), pure ? 1u : 0u) << flags << " " << payload;
        }
    }
}

TEST(Server, EarlyUdpOnlyWhenPublished)
{
    for (uint8_t flags : {0, 1, 2, 3})
    {
        BenchOptions options;
        options.serverFlags = flags;
        ServerBench bench(options);
        ReferenceInit init;
        Path path{bench.client, 5000, bench.server, 53};
        init.outerProtocol = 17;
        init.segment = WithoutChecksum(17, Udp(path, FromText("question")));
        init.type = 17;
        bench.Inject(bench.MakeInit(init), 17);
        bench.world.Run(10 * MS);
        ASSERT_TRUE(bench.ReadResp());
        EXPECT_EQ(bench.host.received.size(), flags & 2 ? 1u : 0u);
        EXPECT_EQ(bench.resp->status & 1, flags & 2 ? 1 : 0);
        EXPECT_EQ(bench.host.SentOfType(2)[0].protocol, 17);
    }
}
