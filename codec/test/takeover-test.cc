// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// F1 from its edges: whoever opens a session from the peer's address must not get hold of a flow
// opened here, neither while it waits nor after it failed or lapsed; and nothing of a flow that was
// sealed leaves in clear because somebody sent something.

#include "test-bench.h"

using namespace ssttest;

namespace
{

/// A server bench whose host also opens flows to the client's address, under the name "peer".
struct Both : ServerBench
{
    sst::Request request{Ask(sst::Policy::REQUIRE, "peer")};
    Path out{server, 50000, client, 22};
    ReferenceServer peer{Bytes(32, 0x21), Bytes(32, 0x22)};

    explicit Both(const BenchOptions& options = {})
        : ServerBench(options)
    {
        sst::KeyEntry entry;
        entry.flags = 1;
        entry.publicKey = To32(PublicOf(Bytes(32, 0x21)));
        host.Learn("peer", client, entry);
    }

    /// The own TCP flow `out` on an own session.
    void OpenOwn()
    {
        EXPECT_EQ(Say(host.Send(6, client, Tcp(out, SYN), &request)), "wait none");
        EXPECT_TRUE(peer.ReadInit(6, host.SentOfType(1).back().bytes));
        ReferenceResp resp;
        resp.timeMs = world.clock.unixMs;
        EXPECT_EQ(Say(Inject(peer.Resp(resp))), "consumed none");
    }

    /// \return whether the last packet sent can be read by the anonymous session
    bool Leaked()
    {
        return !host.sent.empty() &&
               (!host.sent.back().marked ||
                reference->Session()
                    .OpenPacket(host.sent.back().protocol, host.sent.back().bytes)
                    .has_value());
    }
};

} // namespace

TEST(Takeover, WaitingFlow)
{
    Both bench;
    bench.Establish();
    bench.host.Send(6, bench.client, Tcp(bench.out, SYN), &bench.request);
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.out.Reverse(), SYN))), "drop flow-bound");
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.out.Reverse(), SYN | ACK))), "drop flow-bound");
}

TEST(Takeover, FailedFlow)
{
    Both bench;
    bench.Establish();
    Path udp{bench.server, 5000, bench.client, 53};
    sst::Request stranger = Ask(sst::Policy::REQUIRE, "nokeys");
    Bytes datagram = Udp(udp, FromText("secret"));
    bench.host.Send(17, bench.client, datagram, &stranger);
    bench.host.Answer("nokeys", bench.client, sst::KeyAnswer::ABSENT);
    ASSERT_EQ(bench.host.endpoint.FindFlow({17, 5000, bench.client, 53}).state,
              sst::FlowState::FAILED);
    EXPECT_EQ(Say(bench.InjectData(17, Udp(udp.Reverse(), FromText("knock")))), "drop flow-bound");
    size_t before = bench.host.sent.size();
    EXPECT_EQ(bench.host.Send(17, bench.client, datagram, &stranger).outcome, sst::Outcome::DROP);
    EXPECT_EQ(bench.host.sent.size(), before);
}

TEST(Takeover, TombstoneOfAnOwnFlow)
{
    for (bool sealed : {true, false})
    {
        Both bench;
        bench.OpenOwn();
        bench.world.Run(3 * HOUR);
        ASSERT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.out, ACK))), "drop tombstone");
        bench.Establish();
        if (sealed)
        {
            EXPECT_NE(bench.InjectData(6, Tcp(bench.out.Reverse(), SYN)).outcome,
                      sst::Outcome::DELIVER);
        }
        else
        {
            bench.Inject(Tcp(bench.out.Reverse(), SYN), 6, false);
        }
        EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.out, ACK, FromText("secret")))),
                  "drop tombstone");
        EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.out, SYN), &bench.request)),
                  "wait none")
            << "the stack may begin anew";
    }
}

// "until a new SYN [...] replaces it": one that was refused replaces nothing.
// TOMB-4
TEST(Takeover, RefusedSynLeavesTheTombstone)
{
    for (bool full : {false, true})
    {
        BenchOptions options;
        options.config.maxFlows = 32; // 2 for one peer
        ServerBench bench(options);
        bench.Establish();
        bench.InjectData(6, Tcp(bench.path, RST));
        bench.world.Run(250 * S);
        Bytes late = Tcp(bench.path.Reverse(), ACK);
        ASSERT_EQ(Say(bench.host.Send(6, bench.client, late)), "drop tombstone");
        Path first = bench.path;
        bench.path.sourcePort = 40001;
        bench.Establish();
        if (full)
        {
            Path third = bench.path;
            third.sourcePort = 40002;
            EXPECT_EQ(Say(bench.InjectData(6, Tcp(third, SYN))), "deliver none");
        }
        else
        {
            bench.host.endpoint.usesInClear = [](const sst::FlowKey&, const sst::IpAddress&) {
                return true;
            };
        }
        EXPECT_EQ(Say(bench.InjectData(6, Tcp(first, SYN))),
                  full ? "drop flows-full" : "drop port-collision");
        EXPECT_EQ(Say(bench.host.Send(6, bench.client, late)), "drop tombstone");
    }
}

// The stack reuses a closing tuple, but there is no room: what the old connection still says stays
// shut in.
// TOMB-4
TEST(Takeover, ReopeningRefused)
{
    BenchOptions options;
    options.config.maxSessions = 1;
    ClientBench bench(options);
    bench.Establish();
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), FIN | ACK));
    sst::KeyEntry other = bench.entry;
    other.publicKey = To32(PublicOf(Bytes(32, 0x78)));
    bench.host.Learn("other", bench.server, other);
    sst::Request request = Ask(sst::Policy::REQUIRE, "other");
    Bytes syn = Tcp(bench.FlowPath(), SYN, {}, 888888);
    sst::Verdict verdict = bench.host.Send(6, bench.server, syn, &request);
    EXPECT_EQ(Say(verdict), "drop sessions-full");
    EXPECT_NE(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK)).outcome,
              sst::Outcome::PASS);
}

TEST(Takeover, UdpOfAClosedSession)
{
    BenchOptions options;
    options.config.maxFailedOpens = 3;
    ServerBench bench(options);
    ReferenceSession& session = bench.Establish();
    Path udp{bench.client, 5000, bench.server, 53};
    bench.InjectData(17, Udp(udp, FromText("subscribe")));
    Bytes answer = Udp(udp.Reverse(), FromText("push"));
    EXPECT_EQ(Say(bench.host.Send(17, bench.client, answer)), "send none");
    for (int i = 0; i < 3; i++)
    {
        bench.Inject(Flip(session.SealNext(6, {}, 59), 200));
    }
    ASSERT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.host.Send(17, bench.client, answer).outcome, sst::Outcome::DROP);
}

TEST(Takeover, ClearSegmentWhileResolving)
{
    ClientBench bench;
    sst::Request request = Ask(sst::Policy::REQUIRE, "unknown");
    Path udp{bench.client, 5000, bench.server, 53};
    EXPECT_EQ(Say(bench.host.Send(17, bench.server, Udp(udp, FromText("question")), &request)),
              "wait none");
    EXPECT_EQ(Say(bench.Inject(Udp(udp.Reverse(), FromText("forged")), 17, false)),
              "drop clear-on-sst-flow");
}

// An ICMP error of the stack about an ended flow quotes its ports: shut in as well.
TEST(Takeover, IcmpAboutATombstone)
{
    ServerBench bench;
    bench.Establish();
    bench.InjectData(6, Tcp(bench.path, RST));
    bench.world.Run(250 * S);
    ASSERT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK))),
              "drop tombstone");
    Bytes icmp = IcmpUnreachable(bench.path.Reverse(), 6, Tcp(bench.path, ACK));
    EXPECT_EQ(bench.host.Send(1, bench.client, icmp).outcome, sst::Outcome::DROP);
}

// What happens at the tuple of a session that ended by running out of numbers.
TEST(Takeover, ExhaustedNumbersFailClosed)
{
    BenchOptions options;
    options.config.maxPacketNumber = 5;
    ClientBench bench(options);
    bench.Establish();
    sst::Request request = Ask(sst::Policy::OPPORTUNISTIC);
    for (int i = 0; i < 10; i++)
    {
        bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, Bytes(3, 'x')), &request);
        bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, Bytes(3, 'x')));
    }
    for (const Packet& packet : bench.host.sent)
    {
        EXPECT_TRUE(packet.marked);
    }
    EXPECT_EQ(Say(bench.Connect(40001)), "wait none") << "a new flow gets a new session";
}
