// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The first segment of a flow: what is remembered of it, which session it waits for or joins, what
// is reported, and when it gives up.

#include "test-bench.h"

using namespace ssttest;

namespace
{

using Event = sst::Action::Event;

/// A client, its server's key, and no answer of a server.
struct Caller
{
    World world;
    Host& host;
    sst::IpAddress server{Ip("10.0.1.2")};
    sst::KeyEntry entry;

    explicit Caller(const sst::EndpointConfig& config = {})
        : host{world.Add("10.0.0.1", 1, config)}
    {
        world.carry = false;
        entry.flags = 1;
        entry.keyId = 4;
        entry.publicKey = To32(PublicOf(Bytes(32, 9)));
    }

    Path Flow(uint16_t port) const
    {
        return {host.address, port, server, 443};
    }

    std::string Syn(uint16_t port,
                    sst::Policy policy,
                    const std::string& name = "server",
                    uint32_t sequence = 1000)
    {
        sst::Request request = Ask(policy, name);
        return Say(host.Send(6, server, Tcp(Flow(port), SYN, {}, sequence), &request));
    }

    std::string Datagram(uint16_t port, sst::Policy policy, const std::string& name = "server")
    {
        sst::Request request = Ask(policy, name);
        return Say(host.Send(17, server, Udp(Flow(port), Bytes(9, 1)), &request));
    }

    sst::FlowInfo Find(uint16_t port, uint8_t protocol = 6)
    {
        host.Tick();
        return host.endpoint.FindFlow({protocol, port, server, 443});
    }

    size_t Resolves() const
    {
        size_t count = 0;
        for (const auto& action : host.events)
        {
            count += action.kind == sst::Action::Kind::RESOLVE;
        }
        return count;
    }
};

} // namespace

// A SYN again is the same connection, one with another number is the next: it is tried anew.
TEST(Opening, AFailedConnectionFailsOnce)
{
    Caller caller;
    caller.host.Answer("server", caller.server, sst::KeyAnswer::ABSENT);
    EXPECT_EQ(caller.Syn(40000, sst::Policy::REQUIRE), "drop no-key");
    EXPECT_EQ(caller.host.EventCount(Event::FLOW_FAILED), 1u);
    EXPECT_EQ(caller.Syn(40000, sst::Policy::REQUIRE), "drop no-key");
    EXPECT_EQ(caller.host.EventCount(Event::FLOW_FAILED), 1u) << "the stack repeats itself";
    EXPECT_EQ(caller.Syn(40000, sst::Policy::REQUIRE, "server", 2000), "drop no-key");
    EXPECT_EQ(caller.host.EventCount(Event::FLOW_FAILED), 2u) << "another connection";
}

// "TCP entries end ... after 2 h 4 min idle (240 s while the stack never answered)": a flow that
// was opened here had its SYN from this stack. The fallback is reported, with its reason.
TEST(Opening, AConnectionInClearIsKnownForTwoHours)
{
    Caller caller;
    caller.host.Answer("server", caller.server, sst::KeyAnswer::ABSENT);
    EXPECT_EQ(caller.Syn(40000, sst::Policy::OPPORTUNISTIC), "pass no-key");
    ASSERT_EQ(caller.host.EventCount(Event::FLOW_FELL_BACK), 1u);
    EXPECT_EQ(caller.host.events.back().reason, sst::Reason::NO_KEY);
    EXPECT_EQ(caller.host.events.back().flow, (sst::FlowKey{6, 40000, caller.server, 443}));
    caller.world.Run(7439 * S);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::CLEAR);
    EXPECT_EQ(caller.Find(40000).reason, sst::Reason::NO_KEY);
    EXPECT_TRUE(caller.Find(40000).client);
    caller.world.Run(2 * S);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::NONE);
}

// "A client MUST NOT use a remembered key ... after its not_after": it asks again, whatever the
// policy; expired keys are not "no key".
TEST(Opening, ExpiredKeysAreAskedForAgain)
{
    for (const sst::Policy policy : {sst::Policy::OPPORTUNISTIC, sst::Policy::REQUIRE})
    {
        Caller caller;
        caller.entry.notAfter = static_cast<uint32_t>(caller.world.clock.unixMs / 1000 + 10);
        caller.host.Learn("server", caller.server, caller.entry);
        caller.world.Run(20 * S);
        EXPECT_EQ(caller.Syn(40000, policy), "wait none");
        EXPECT_EQ(caller.Resolves(), 1u);
        EXPECT_EQ(caller.Find(40000).state, sst::FlowState::WAITING);
    }
}

// Known answers decide at once, by policy and with the answer's own reason.
TEST(Opening, KnownAnswersDecideAtOnce)
{
    struct Row
    {
        sst::KeyAnswer answer;
        const char* require;
        const char* opportunistic;
    };

    for (const Row& row : {Row{sst::KeyAnswer::ABSENT, "drop no-key", "pass no-key"},
                           Row{sst::KeyAnswer::TIMEOUT, "drop key-timeout", "pass key-timeout"},
                           Row{sst::KeyAnswer::UNUSABLE, "drop key-unusable", "wait none"}})
    {
        Caller caller;
        caller.host.Answer("server", caller.server, row.answer);
        EXPECT_EQ(caller.Syn(40000, sst::Policy::REQUIRE), row.require);
        EXPECT_EQ(caller.Find(40000).state, sst::FlowState::FAILED);
        EXPECT_EQ(caller.Syn(40001, sst::Policy::OPPORTUNISTIC), row.opportunistic);
        EXPECT_EQ(caller.Resolves(), 0u) << "the answer is known";
    }
}

// Layout U only, and a server that offers none: named as such.
TEST(Opening, LayoutThatTheServerLacks)
{
    for (const sst::Policy policy : {sst::Policy::OPPORTUNISTIC, sst::Policy::REQUIRE})
    {
        Caller caller;
        caller.host.Learn("server", caller.server, caller.entry);
        sst::Request request = Ask(policy);
        request.layout = sst::LayoutChoice::U;
        const bool clear = policy == sst::Policy::OPPORTUNISTIC;
        EXPECT_EQ(Say(caller.host.Send(6, caller.server, Tcp(caller.Flow(1), SYN), &request)),
                  clear ? "pass layout-unsupported" : "drop layout-unsupported");
        EXPECT_EQ(caller.Find(1).state, clear ? sst::FlowState::CLEAR : sst::FlowState::FAILED);
        EXPECT_EQ(caller.Find(1).reason, sst::Reason::LAYOUT_UNSUPPORTED);
        EXPECT_EQ(caller.host.EventCount(clear ? Event::FLOW_FELL_BACK : Event::FLOW_FAILED), 1u);
    }
}

TEST(Opening, EveryFlowOfAnOpenSessionIsReported)
{
    ClientBench bench;
    bench.Establish();
    EXPECT_EQ(bench.host.EventCount(Event::FLOW_BOUND), 1u);
    EXPECT_EQ(Say(bench.Connect(40001)), "send none");
    ASSERT_EQ(bench.host.EventCount(Event::FLOW_BOUND), 2u);
    EXPECT_EQ(bench.host.events.back().flow, bench.Key(40001));
    EXPECT_EQ(bench.host.events.back().reason, sst::Reason::NONE);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(40001)).state, sst::FlowState::SST);
}

// "Policy `opportunistic` gives up after 3 s": of the flow, not of the handshake that it joins,
// and not only when the next INIT happens to be due.
TEST(Opening, ALateFlowGivesUpAfterItsOwnThreeSeconds)
{
    Caller caller;
    caller.host.Learn("server", caller.server, caller.entry);
    EXPECT_EQ(caller.Syn(40000, sst::Policy::REQUIRE), "wait none");
    caller.world.Run(100 * S);
    const uint64_t start = caller.world.clock.monotonicNs;
    EXPECT_EQ(caller.Syn(40001, sst::Policy::OPPORTUNISTIC), "wait none");
    EXPECT_EQ(caller.host.endpoint.NextDeadlineNs(), start + 3 * S);
    caller.world.Run(5 * S);
    ASSERT_EQ(caller.host.cookiePasses.size(), 1u);
    EXPECT_EQ(caller.host.sent.back().at, start + 3 * S);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::WAITING);
}

// SES-9: "a flow opened here fails with it, whatever its policy": named, with the keys known or
// not, and what the stack sends next does not leave in clear.
TEST(Opening, WithoutRoomForASession)
{
    for (const bool known : {false, true})
    {
        sst::EndpointConfig config;
        config.maxSessions = 1;
        Caller caller(config);
        const sst::IpAddress other = Ip("10.0.1.3");
        caller.host.Learn("other", other, caller.entry);
        const sst::Request request = Ask(sst::Policy::REQUIRE, "other");
        EXPECT_EQ(Say(caller.host.Send(6, other, Tcp(caller.Flow(1), SYN), &request)), "wait none");
        if (known)
        {
            caller.host.Learn("server", caller.server, caller.entry);
        }
        uint16_t port = 40000;
        for (const sst::Policy policy : {sst::Policy::REQUIRE, sst::Policy::OPPORTUNISTIC})
        {
            EXPECT_EQ(caller.Syn(port, policy), "drop sessions-full");
            EXPECT_EQ(caller.Find(port).state, sst::FlowState::FAILED);
            EXPECT_EQ(Say(caller.host.Send(6, caller.server, Tcp(caller.Flow(port), ACK), nullptr)),
                      "drop sessions-full");
            port++;
        }
        EXPECT_EQ(caller.Resolves(), 0u);
    }
}

// The fallback is counted, told with the packets it lets out, and is the flow's last sign of life.
TEST(Opening, FallbackIsCountedAndTold)
{
    Caller caller;
    caller.host.Learn("server", caller.server, caller.entry);
    EXPECT_EQ(caller.Datagram(40000, sst::Policy::OPPORTUNISTIC), "wait none");
    EXPECT_EQ(caller.Datagram(40000, sst::Policy::OPPORTUNISTIC), "wait none");
    caller.world.Run(3 * S);
    const std::vector<sst::Reason> both(2, sst::Reason::HANDSHAKE_TIMEOUT);
    EXPECT_EQ(caller.host.passReasons, both);
    EXPECT_EQ(caller.host.endpoint.Count(sst::Reason::HANDSHAKE_TIMEOUT), 1u);
    ASSERT_EQ(caller.host.EventCount(Event::FLOW_FELL_BACK), 1u);
    caller.world.Run(299 * S);
    EXPECT_EQ(caller.Find(40000, 17).state, sst::FlowState::CLEAR);
    caller.world.Run(2 * S);
    EXPECT_EQ(caller.Find(40000, 17).state, sst::FlowState::NONE) << "300 s later";
}

// Two names with one key: the flows of the second join the handshake that the first began.
TEST(Opening, FlowsOfTwoNamesWithOneKeyShareTheHandshake)
{
    sst::EndpointConfig config;
    config.maxSessions = 2;
    ClientBench bench({false, 1, true, config});
    EXPECT_EQ(Say(bench.Connect(40000)), "wait none");
    const sst::Request other = Ask(sst::Policy::REQUIRE, "alias");
    for (int i = 0; i < 3; i++)
    {
        EXPECT_EQ(
            Say(bench.host.Send(17, bench.server, Udp(bench.FlowPath(40001), Bytes(9, 1)), &other)),
            "wait none");
    }
    ASSERT_TRUE(bench.ReadInit());
    bench.host.Learn("alias", bench.server, bench.entry);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u) << "no second INIT";
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(40001, 17)).state, sst::FlowState::WAITING);

    // The session that waited for the keys is gone: there is room for another.
    const sst::Request third = Ask(sst::Policy::REQUIRE, "third");
    EXPECT_EQ(Say(bench.host.Send(6, Ip("10.0.7.7"), Tcp(bench.FlowPath(40002), SYN), &third)),
              "wait none");
    EXPECT_EQ(bench.host.EventCount(Event::FLOW_BOUND), 0u);

    EXPECT_EQ(bench.Inject(bench.reference.Resp(bench.GoodResp())).outcome, sst::Outcome::CONSUMED);
    EXPECT_EQ(bench.host.SentOfType(0).size(), 3u) << "the datagrams follow as DATA";
    EXPECT_TRUE(bench.host.cookieDrops.empty());
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(40001, 17)).state, sst::FlowState::SST);
    EXPECT_EQ(bench.host.EventCount(Event::FLOW_BOUND), 2u);
}

// The same with an open session: the flows are bound to it at once, and reported.
TEST(Opening, FlowsOfAnotherNameJoinAnOpenSession)
{
    ClientBench bench;
    const sst::Request other = Ask(sst::Policy::REQUIRE, "alias");
    bench.Establish();
    EXPECT_EQ(Say(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(40001), SYN), &other)),
              "wait none");
    const size_t before = bench.host.SentOfType(0).size();
    bench.host.Learn("alias", bench.server, bench.entry);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
    EXPECT_EQ(bench.host.SentOfType(0).size(), before + 1) << "the SYN";
    ASSERT_EQ(bench.host.EventCount(Event::FLOW_BOUND), 2u);
    EXPECT_EQ(bench.host.events.back().flow, bench.Key(40001));
    EXPECT_EQ(bench.host.events.back().reason, sst::Reason::NONE);
    EXPECT_TRUE(bench.host.OpenCookies().empty());
    // nothing is left that waits for the answer: its 30 s are nobody's
    bench.world.Run(20 * S);
    bench.host.Tick();
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
}

// "other segments wait (64 packets, 256 KiB; oldest dropped)": of both together.
TEST(Opening, JoinedQueuesStayWithinTheirLimit)
{
    Caller caller;
    EXPECT_EQ(caller.Datagram(40001, sst::Policy::REQUIRE, "alias"), "wait none");
    caller.host.Learn("server", caller.server, caller.entry);
    for (int i = 0; i < 64; i++)
    {
        EXPECT_EQ(caller.Datagram(40000, sst::Policy::REQUIRE), "wait none");
    }
    EXPECT_TRUE(caller.host.cookieDrops.empty());
    caller.host.Learn("alias", caller.server, caller.entry);
    ASSERT_EQ(caller.host.cookieDrops.size(), 1u);
    EXPECT_EQ(caller.host.cookieDrops[0].second, sst::Reason::QUEUE_OVERFLOW);
    EXPECT_EQ(caller.host.cookieDrops[0].first, 2u) << "the oldest of the queue";
}

TEST(Opening, AFlowThatJoinsKeepsItsThreeSeconds)
{
    Caller caller;
    caller.host.Learn("server", caller.server, caller.entry);
    EXPECT_EQ(caller.Syn(40000, sst::Policy::REQUIRE), "wait none");
    caller.world.Run(100 * S);
    const uint64_t start = caller.world.clock.monotonicNs;
    EXPECT_EQ(caller.Syn(40001, sst::Policy::OPPORTUNISTIC, "alias"), "wait none");
    caller.world.Run(1 * S);
    caller.host.Learn("alias", caller.server, caller.entry);
    EXPECT_EQ(caller.host.endpoint.NextDeadlineNs(), start + 3 * S);
    caller.world.Run(3 * S);
    EXPECT_EQ(caller.host.cookiePasses.size(), 1u);
    EXPECT_EQ(caller.Find(40001).state, sst::FlowState::CLEAR);
}

// A flow given up stays shut for its 60 s from then on.
// A flow that was given up and begun anew waits for its own 3 s, not for those of the first.
TEST(Opening, AFlowBegunAnewHasItsOwnThreeSeconds)
{
    Caller caller;
    EXPECT_EQ(caller.Syn(40000, sst::Policy::OPPORTUNISTIC), "wait none");
    EXPECT_EQ(caller.Syn(40001, sst::Policy::REQUIRE), "wait none");
    caller.world.Run(1 * S);
    caller.host.endpoint.Abandon({6, 40000, caller.server, 443}, caller.world.clock);
    caller.world.Run(1 * S);
    EXPECT_EQ(caller.Syn(40000, sst::Policy::OPPORTUNISTIC, "server", 2000), "wait none");
    caller.world.Run(2 * S);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::WAITING) << "2 s";
    caller.world.Run(1001 * MS);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::CLEAR);
}

// PIN-7, POL-4: the name was pinned while the flow waited with a value that is of no use.
TEST(Opening, AFlowPinnedMeanwhileFailsWithTheValue)
{
    Caller caller;
    EXPECT_EQ(caller.Syn(40000, sst::Policy::PIN), "wait none");
    caller.host.Answer("server", caller.server, sst::KeyAnswer::UNUSABLE);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::WAITING);
    caller.host.endpoint.SetPins({{"server", caller.world.clock.unixMs + 100000}});
    caller.world.Run(3001 * MS);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::FAILED);
    EXPECT_EQ(caller.Find(40000).reason, sst::Reason::KEY_UNUSABLE);
    ASSERT_EQ(caller.host.cookieDrops.size(), 1u);
    EXPECT_EQ(caller.host.cookieDrops[0].second, sst::Reason::KEY_UNUSABLE);
    EXPECT_TRUE(caller.host.cookiePasses.empty());
    EXPECT_EQ(caller.host.endpoint.NextDeadlineNs(), UINT64_MAX) << "nothing waits any more";
}

// PIN-7: decided when it would fall back; the end of the pin does not open it afterwards.
TEST(Opening, AFlowPinnedMeanwhileStaysStrict)
{
    Caller caller;
    EXPECT_EQ(caller.Syn(40000, sst::Policy::PIN), "wait none");
    caller.host.endpoint.SetPins({{"server", caller.world.clock.unixMs + 5000}});
    caller.world.Run(4 * S);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::WAITING) << "the question is open";
    caller.world.Run(27 * S);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::FAILED);
    EXPECT_EQ(caller.Find(40000).reason, sst::Reason::KEY_TIMEOUT);
    EXPECT_TRUE(caller.host.cookiePasses.empty());
}

TEST(Opening, AbandonedFlowStaysShutFromThenOn)
{
    Caller caller;
    EXPECT_EQ(caller.Syn(40000, sst::Policy::REQUIRE), "wait none");
    caller.world.Run(20 * S);
    caller.host.Abandon({6, 40000, caller.server, 443});
    ASSERT_EQ(caller.host.cookieDrops.size(), 1u);
    EXPECT_EQ(caller.host.cookieDrops[0].second, sst::Reason::ABANDONED);
    caller.world.Run(59 * S);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::FAILED);
    EXPECT_EQ(caller.Find(40000).reason, sst::Reason::ABANDONED);
    caller.world.Run(2 * S);
    EXPECT_EQ(caller.Find(40000).state, sst::FlowState::NONE);
}

// "A client with no flow left that waits for the session MUST give the handshake up, `abandoned`."
TEST(Opening, HandshakeWithoutFlowsEndsAsAbandoned)
{
    Caller caller;
    caller.host.Learn("server", caller.server, caller.entry);
    EXPECT_EQ(caller.Syn(40000, sst::Policy::REQUIRE), "wait none");
    EXPECT_EQ(caller.host.endpoint.SessionCount(), 1u);
    caller.host.Abandon({6, 40000, caller.server, 443});
    EXPECT_EQ(caller.host.endpoint.SessionCount(), 0u);
    ASSERT_EQ(caller.host.EventCount(Event::SESSION_CLOSED), 1u);
    EXPECT_EQ(caller.host.events.back().reason, sst::Reason::ABANDONED);
    EXPECT_EQ(caller.host.endpoint.NextDeadlineNs(), UINT64_MAX);
}
