// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "Egress: bound or asked for: sealed or dropped with a reason; never clear": a waiting flow that
// was opened with `opportunistic` and is then asked for with `require`. Found by the fuzz target
// `endpoint`.

#include "test-bench.h"

using namespace ssttest;

namespace
{

/// A client that waits for RESP.
struct Waiting
{
    ClientBench bench;
    sst::Request require{Ask(sst::Policy::REQUIRE)};
    sst::Request opportunistic{Ask(sst::Policy::OPPORTUNISTIC)};

    sst::Verdict Datagram(const sst::Request& request, uint8_t filling)
    {
        return bench.host.Send(17,
                               bench.server,
                               Udp(bench.FlowPath(), Bytes(9, filling)),
                               &request);
    }

    size_t Clear() const
    {
        size_t count = 0;
        for (const Packet& packet : bench.host.sent)
        {
            count += packet.marked ? 0 : 1;
        }
        return count;
    }

    sst::FlowState State(uint8_t protocol) const
    {
        return bench.host.endpoint.FindFlow(bench.Key(40000, protocol)).state;
    }
};

} // namespace

TEST(PolicyChange, DatagramsOfARaisedFlowNeverLeaveInClear)
{
    Waiting waiting;
    EXPECT_EQ(Say(waiting.Datagram(waiting.opportunistic, 1)), "wait none");
    EXPECT_EQ(Say(waiting.Datagram(waiting.require, 2)), "wait none");
    waiting.bench.world.Run(4 * S);
    EXPECT_EQ(waiting.State(17), sst::FlowState::WAITING);
    waiting.bench.world.Run(310 * S);
    EXPECT_EQ(waiting.State(17), sst::FlowState::FAILED);
    EXPECT_EQ(waiting.Clear(), 0u);
    EXPECT_TRUE(waiting.bench.host.cookiePasses.empty());
    EXPECT_TRUE(waiting.bench.host.OpenCookies().empty());
}

TEST(PolicyChange, ARepeatedSynRaisesTheFlow)
{
    Waiting waiting;
    (void)waiting.bench.Connect(40000, sst::Policy::OPPORTUNISTIC);
    (void)waiting.bench.Connect(40000, sst::Policy::REQUIRE);
    waiting.bench.world.Run(4 * S);
    EXPECT_EQ(waiting.State(6), sst::FlowState::WAITING);
    EXPECT_EQ(waiting.Clear(), 0u);
}

TEST(PolicyChange, NothingLowersAFlow)
{
    Waiting waiting;
    EXPECT_EQ(Say(waiting.Datagram(waiting.require, 1)), "wait none");
    EXPECT_EQ(Say(waiting.Datagram(waiting.opportunistic, 2)), "wait none");
    waiting.bench.world.Run(4 * S);
    EXPECT_EQ(waiting.State(17), sst::FlowState::WAITING);
    EXPECT_EQ(waiting.Clear(), 0u);
}

TEST(PolicyChange, WithoutRequireTheFlowFallsBack)
{
    Waiting waiting;
    EXPECT_EQ(Say(waiting.Datagram(waiting.opportunistic, 1)), "wait none");
    EXPECT_EQ(Say(waiting.Datagram(waiting.opportunistic, 2)), "wait none");
    waiting.bench.world.Run(4 * S);
    EXPECT_EQ(waiting.State(17), sst::FlowState::CLEAR);
    EXPECT_EQ(waiting.bench.host.cookiePasses.size(), 2u);
}
