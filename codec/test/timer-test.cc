// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// How long flows, tombstones and sessions live. Expiry is lazy: what counts is what a later packet
// meets.

#include "test-bench.h"

using namespace ssttest;

namespace
{

/// \return what an ACK of the stack meets
std::string
EgressAck(ServerBench& bench)
{
    return Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK)));
}

/// Keeps the session itself alive with a second flow while \p ns pass.
void
Idle(ServerBench& bench, uint64_t ns)
{
    Path other = bench.path;
    other.sourcePort = 49999;
    bench.InjectData(
        6,
        Tcp(other, bench.host.endpoint.IsBound({6, 443, bench.client, 49999}) ? ACK : SYN));
    uint64_t step = 100 * S;
    while (ns > 0)
    {
        uint64_t now = std::min(step, ns);
        bench.world.Run(now);
        ns -= now;
        bench.InjectData(6, Tcp(other, ACK));
        bench.host.Send(6, bench.client, Tcp(other.Reverse(), ACK));
    }
}

} // namespace

// "TCP entries end [...] after 2 h 4 min idle"
TEST(Timer, TcpIdle)
{
    ServerBench bench;
    bench.Establish();
    Idle(bench, 7439 * S);
    EXPECT_EQ(EgressAck(bench), "send none");
    Idle(bench, 7441 * S);
    EXPECT_EQ(EgressAck(bench), "drop tombstone");
    EXPECT_TRUE(bench.host.violations.empty());
}

// "240 s after FIN/RST"
TEST(Timer, TcpClosing)
{
    for (int flags : {FIN | ACK, RST})
    {
        for (bool outbound : {false, true})
        {
            ServerBench bench;
            bench.Establish();
            if (outbound)
            {
                bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), flags));
            }
            else
            {
                bench.InjectData(6, Tcp(bench.path, flags));
            }
            Idle(bench, 239 * S);
            EXPECT_EQ(EgressAck(bench), "send none") << flags;
            Idle(bench, 241 * S);
            EXPECT_EQ(EgressAck(bench), "drop tombstone") << flags;
        }
    }
}

// "(240 s while the stack never answered)"
TEST(Timer, TcpNeverAnswered)
{
    ServerBench bench;
    bench.Inject(bench.MakeSynInit(bench.path));
    bench.world.Run(10 * MS);
    ASSERT_TRUE(bench.ReadResp());
    bench.Inject(bench.reference->Session().SealNext(6, {}, 59));
    Path other = bench.path;
    other.sourcePort = 40001;
    bench.InjectData(6, Tcp(other, SYN));
    Idle(bench, 239 * S);
    EXPECT_TRUE(bench.host.endpoint.IsBound({6, 443, bench.client, 40001}));
    Idle(bench, 10 * S);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(other.Reverse(), ACK))), "drop tombstone");
}

// "leaving a tombstone for 24 h that drops egress until a new SYN, of the stack or inbound,
// replaces it"
// A flow with a FIN of one side only: its stack may still hold the connection.
TEST(Timer, TombstoneLivesADay)
{
    ServerBench bench;
    bench.Establish();
    bench.InjectData(6, Tcp(bench.path, FIN | ACK));
    Idle(bench, 250 * S);
    EXPECT_EQ(EgressAck(bench), "drop tombstone");
    for (int flags : {RST, FIN | ACK, SYN | ACK, ACK | PSH})
    {
        EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), flags))),
                  "drop tombstone");
    }
    bench.world.Run(23 * HOUR);
    EXPECT_EQ(EgressAck(bench), "drop tombstone");
    bench.world.Run(2 * HOUR);
    EXPECT_EQ(EgressAck(bench), "pass none");
}

// FLOW-6
TEST(Timer, TombstoneOfWhatWasOverLivesFourMinutes)
{
    for (int how = 0; how < 4; how++)
    {
        ServerBench bench;
        bench.Establish();
        if (how == 0)
        {
            bench.InjectData(6, Tcp(bench.path, RST));
        }
        else if (how == 1)
        {
            bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), RST));
        }
        else
        {
            bench.InjectData(6, Tcp(bench.path, FIN | ACK));
            bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), FIN | ACK));
        }
        if (how == 3)
        {
            // "A SYN seen on a flow takes back that FIN or RST was seen."
            bench.InjectData(6, Tcp(bench.path, SYN));
            bench.InjectData(6, Tcp(bench.path, FIN | ACK));
        }
        Idle(bench, 239 * S);
        EXPECT_EQ(EgressAck(bench), "send none") << how;
        Idle(bench, 241 * S);
        EXPECT_EQ(EgressAck(bench), "drop tombstone") << how;
        bench.world.Run(240 * S);
        EXPECT_EQ(EgressAck(bench), how == 3 ? "drop tombstone" : "pass none") << how;
    }
}

TEST(Timer, TombstoneYieldsToASynOfTheStack)
{
    ServerBench bench;
    bench.Establish();
    bench.InjectData(6, Tcp(bench.path, RST));
    Idle(bench, 250 * S);
    ASSERT_EQ(EgressAck(bench), "drop tombstone");
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN))), "pass none")
        << "a new connection that asks for nothing is the stack's";
    EXPECT_EQ(EgressAck(bench), "pass none");
}

TEST(Timer, TombstoneYieldsToAnInboundSyn)
{
    ServerBench bench;
    bench.Establish();
    bench.InjectData(6, Tcp(bench.path, RST));
    Idle(bench, 250 * S);
    ASSERT_EQ(EgressAck(bench), "drop tombstone");
    bench.InjectData(6, Tcp(bench.path, ACK));
    EXPECT_NE(EgressAck(bench), "pass none") << "what the stack says to a stray segment";
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, SYN, {}, 5000))), "deliver none");
    EXPECT_EQ(EgressAck(bench), "send none");
}

// TOMB-6: anybody can send a SYN in clear; only the stack knows whether it holds a connection.
TEST(Timer, TombstoneYieldsToTheAnswerToAClearSyn)
{
    for (int flags : {RST, FIN | ACK})
    {
        ServerBench bench;
        bench.Establish();
        bench.InjectData(6, Tcp(bench.path, flags));
        Idle(bench, 250 * S);
        ASSERT_EQ(EgressAck(bench), "drop tombstone");
        EXPECT_EQ(Say(bench.Inject(Tcp(bench.path, SYN, {}, 77), 6, false)), "pass none");
        // a challenge ACK, and data of the old connection
        EXPECT_EQ(Say(bench.host.Send(6, bench.client, Answering(bench.path, ACK, 78))),
                  "drop tombstone");
        EXPECT_EQ(Say(bench.host.Send(6, bench.client, Answering(bench.path, SYN | ACK, 77))),
                  "drop tombstone");
        // a socket that requires SST refuses what came in clear
        sst::Request require = Ask(sst::Policy::REQUIRE);
        EXPECT_EQ(Say(bench.host.Send(6,
                                      bench.client,
                                      Answering(bench.path, SYN | ACK, 78),
                                      flags == RST ? nullptr : &require)),
                  flags == RST ? "pass none" : "drop flow-unknown");
        EXPECT_EQ(EgressAck(bench), "pass none");
    }
}

// "UDP 300 s", no tombstone
TEST(Timer, UdpIdle)
{
    ServerBench bench;
    bench.Establish();
    Path udp{bench.client, 5000, bench.server, 53};
    Bytes answer = Udp(udp.Reverse(), FromText("answer"));
    bench.InjectData(17, Udp(udp, FromText("question")));
    Idle(bench, 299 * S);
    EXPECT_EQ(Say(bench.host.Send(17, bench.client, answer)), "send none");
    Idle(bench, 299 * S);
    EXPECT_EQ(Say(bench.host.Send(17, bench.client, answer)), "send none") << "kept alive";
    Idle(bench, 301 * S);
    EXPECT_FALSE(bench.host.endpoint.IsBound({17, 53, bench.client, 5000}));
    EXPECT_EQ(Say(bench.host.Send(17, bench.client, answer)), "pass none");
}

// "Without flows it closes after 120 s without packets."
TEST(Timer, SessionWithoutFlows)
{
    ServerBench bench;
    bench.Inject(bench.MakeInit({}));
    bench.world.Run(10 * MS);
    ASSERT_TRUE(bench.ReadResp());
    ReferenceSession& session = bench.reference->Session();
    EXPECT_EQ(Say(bench.Inject(session.SealNext(6, {}, 59))), "consumed none");
    for (int i = 0; i < 5; i++)
    {
        bench.world.Run(119 * S);
        EXPECT_EQ(Say(bench.Inject(session.SealNext(6, {}, 59))), "consumed none") << i;
    }
    bench.world.Run(121 * S);
    EXPECT_EQ(Say(bench.Inject(session.SealNext(6, {}, 59))), "drop unknown-index");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
}

// A session with flows lives as long as they do, silent or not: a push after hours idle arrives.
TEST(Timer, SessionLivesWithItsFlows)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    bench.world.Run(2 * HOUR);
    EXPECT_EQ(EgressAck(bench), "send none");
    EXPECT_TRUE(session.OpenPacket(6, bench.host.sent.back().bytes));
    bench.world.Run(2 * HOUR);
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, ACK))), "deliver none");
}

// The client's side of the same: its next flow opens a new session when the old one has closed.
TEST(Timer, ClientOpensAnewAfterIdle)
{
    ClientBench bench;
    bench.Establish();
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), RST));
    bench.world.Run(100 * S);
    bench.Connect(40001);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u) << "still there";
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(40001), RST));
    bench.world.Run(600 * S);
    bench.Connect(40002);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 2u);
}

// "idle expiry is lazy so that a simulation can end"
TEST(Timer, NothingIsDueOnAnIdleEndpoint)
{
    ServerBench server;
    server.Establish();
    server.world.Run(20 * S);
    EXPECT_EQ(server.host.endpoint.NextDeadlineNs(), UINT64_MAX);
    ClientBench client;
    client.Establish();
    client.world.Run(20 * S);
    EXPECT_EQ(client.host.endpoint.NextDeadlineNs(), UINT64_MAX);
}

// A new connection of the stack on a tuple still bound (TIME_WAIT reuse) stays sealed.
TEST(Timer, NewSynOnAClosingTuple)
{
    ClientBench bench;
    ReferenceSession& session = bench.Establish();
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), FIN | ACK));
    bench.world.Run(10 * S);
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Bytes syn = Tcp(bench.FlowPath(), SYN, {}, 777777);
    EXPECT_EQ(Say(bench.host.Send(6, bench.server, syn, &request)), "send none");
    auto opened = session.OpenPacket(6, bench.host.sent.back().bytes);
    ASSERT_TRUE(opened);
    EXPECT_EQ(ToHex(opened->inner.segment), ToHex(WithoutChecksum(6, syn)));
    bench.world.Run(1000 * S);
    EXPECT_EQ(Say(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK), &request)),
              "send none")
        << "the new connection has its own life";
}

// "Without flows it closes after 120 s without packets", also when nothing happens but Tick.
TEST(Timer, TickEndsWhatIsIdle)
{
    ServerBench bench;
    bench.Establish();
    ASSERT_EQ(bench.host.endpoint.FlowCount(), 1u);
    auto wait = [&](uint64_t ns) {
        for (; ns > 0; ns -= 10 * S)
        {
            bench.world.clock.monotonicNs += 10 * S;
            bench.world.clock.unixMs += 10000;
            bench.host.Tick();
        }
    };
    wait(7430 * S);
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 1u);
    wait(20 * S);
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::IDLE), 0u) << "an end, not a drop";
    EXPECT_EQ(bench.host.EventCount(sst::Action::Event::SESSION_CLOSED), 1u);
}
