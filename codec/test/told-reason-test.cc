// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// What is refused without ending a session is told by its reason, and counted: whoever runs a
// server sees why early data did not get through.

#include "test-bench.h"

using namespace ssttest;

// "Early data is accepted when |time difference| <= 10 s": `time-window`.
TEST(ToldReason, EarlyDataOutsideTheTimeWindow)
{
    for (const int64_t seconds : {-11, 11})
    {
        ServerBench bench;
        ReferenceInit init;
        init.segment = WithoutChecksum(6, Tcp(bench.path, SYN));
        init.type = 6;
        init.timeMs = bench.world.clock.unixMs + static_cast<uint64_t>(seconds * 1000);
        EXPECT_EQ(Say(bench.Inject(bench.MakeInit(init))), "consumed time-window");
        EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::TIME_WINDOW), 1u);
        EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::EARLY_REPLAY), 0u);
    }
}

// "the cache is not full, and the server has run 20 s": `early-replay`.
TEST(ToldReason, EarlyDataThatMayBeARepeat)
{
    BenchOptions options;
    options.freshKey = false;
    ServerBench young(options);
    EXPECT_EQ(Say(young.Inject(young.MakeSynInit(young.path))), "consumed early-replay");
    EXPECT_EQ(young.host.endpoint.Count(sst::Reason::EARLY_REPLAY), 1u);

    BenchOptions full;
    full.config.maxReplayEntries = 0;
    ServerBench bench(full);
    EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit(bench.path))), "consumed early-replay");
}

// A flow in clear lives on by what comes in, too: "UDP 300 s" without packets.
TEST(ToldReason, ClearFlowLivesByWhatArrives)
{
    ClientBench bench;
    const sst::Request request = Ask(sst::Policy::OPPORTUNISTIC);
    const Bytes out = Udp(bench.FlowPath(), Bytes(9, 1));
    EXPECT_EQ(Say(bench.host.Send(17, bench.server, out, &request)), "wait none");
    bench.world.Run(3 * S);
    for (int i = 0; i < 4; i++)
    {
        ASSERT_EQ(bench.host.endpoint.FindFlow(bench.Key(40000, 17)).state, sst::FlowState::CLEAR)
            << i;
        bench.world.Run(200 * S);
        const Bytes in = Udp(bench.FlowPath().Reverse(), Bytes(9, 2));
        EXPECT_EQ(Say(bench.Inject(in, 17, false)), "pass none");
    }
}

// "at most three times the bytes received": what is repeated counts as sent.
TEST(ToldReason, RepeatedRespsCountAsSent)
{
    ServerBench bench;
    const Bytes init = bench.MakeSynInit(bench.path);
    constexpr size_t IP_HEADER = 20;
    size_t received = 0;
    for (int i = 0; i < 8; i++)
    {
        bench.Inject(init);
        received += init.size() + IP_HEADER;
        bench.world.Run(10 * MS);
    }
    ASSERT_EQ(bench.host.SentOfType(2).size(), 8u);
    const sst::FlowKey key{6, 443, bench.client, 40000};
    const uint32_t index = bench.host.endpoint.FindFlow(key).index;
    sst::Reason reason = sst::Reason::NONE;
    for (int i = 0; i < 1000 && reason == sst::Reason::NONE; i++)
    {
        reason = bench.host.endpoint.SendDummy(index, 100, bench.world.clock);
        bench.host.Tick();
    }
    EXPECT_EQ(reason, sst::Reason::AMPLIFICATION);
    size_t sent = 0;
    for (const Packet& packet : bench.host.sent)
    {
        sent += packet.bytes.size() + IP_HEADER;
    }
    EXPECT_LE(sent, 3 * received);
    EXPECT_GT(sent + 100 + IP_HEADER, 3 * received) << "no less either";
}
