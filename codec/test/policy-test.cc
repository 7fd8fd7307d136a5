// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "Policies: `off`; `opportunistic` (clear after NODATA or 3 s, reported as such); `require`".
// "Keys belong to (name, address), never to an address alone (F9)."

#include "test-bench.h"

using namespace ssttest;

namespace
{

using Event = sst::Action::Event;
using Kind = sst::Action::Kind;

/// A client that knows no keys yet.
struct Lone
{
    World world;
    Host& host;
    sst::IpAddress server{Ip("10.0.1.2")};
    Path path;
    sst::KeyEntry entry;

    Lone()
        : host{world.Add("10.0.0.1", 1)},
          path{host.address, 40000, server, 443}
    {
        world.carry = false;
        entry.flags = 1;
        entry.keyId = 4;
        entry.publicKey = To32(PublicOf(Bytes(32, 9)));
    }

    sst::Verdict Syn(sst::Policy policy, const std::string& name = "server", uint16_t port = 40000)
    {
        sst::Request request = Ask(policy, name);
        return host.Send(6, server, Tcp({host.address, port, server, 443}, SYN), &request);
    }

    sst::FlowInfo Find(uint16_t port = 40000)
    {
        sst::FlowKey key;
        key.protocol = 6;
        key.localPort = port;
        key.peer = server;
        key.peerPort = 443;
        return host.endpoint.FindFlow(key);
    }

    size_t Resolves() const
    {
        size_t count = 0;
        for (const auto& action : host.events)
        {
            count += action.kind == Kind::RESOLVE;
        }
        return count;
    }
};

} // namespace

TEST(Policy, OffPassesUntouched)
{
    Lone lone;
    EXPECT_EQ(Say(lone.Syn(sst::Policy::OFF)), "pass none");
    EXPECT_EQ(Say(lone.host.Send(6, lone.server, Tcp(lone.path, SYN))), "pass none");
    EXPECT_EQ(Say(lone.host.Send(17, lone.server, Udp(lone.path, {}))), "pass none");
    EXPECT_EQ(lone.Resolves(), 0u);
    EXPECT_EQ(lone.Find().state, sst::FlowState::NONE);
}

TEST(Policy, UnknownKeysAreAskedForOnce)
{
    Lone lone;
    EXPECT_EQ(Say(lone.Syn(sst::Policy::REQUIRE)), "wait none");
    EXPECT_EQ(Say(lone.Syn(sst::Policy::REQUIRE)), "consumed none") << "the stack repeats itself";
    EXPECT_EQ(Say(lone.Syn(sst::Policy::REQUIRE, "server", 40001)), "wait none");
    EXPECT_EQ(lone.Resolves(), 1u);
    EXPECT_EQ(lone.host.events[0].name, "server");
    EXPECT_EQ(lone.host.events[0].peer, lone.server);
    EXPECT_EQ(lone.Find().state, sst::FlowState::WAITING);
    EXPECT_TRUE(lone.host.sent.empty());
    lone.host.Learn("server", lone.server, lone.entry);
    EXPECT_EQ(lone.host.SentOfType(1).size(), 1u) << "the answer starts one handshake";
    EXPECT_TRUE(lone.host.endpoint.IsBound(sst::FlowKey{6, 40001, lone.server, 443}));
}

TEST(Policy, RequireFailsByName)
{
    const std::pair<sst::KeyAnswer, sst::Reason> cases[] = {
        {sst::KeyAnswer::ABSENT, sst::Reason::NO_KEY},
        {sst::KeyAnswer::UNUSABLE, sst::Reason::KEY_UNUSABLE},
        {sst::KeyAnswer::TIMEOUT, sst::Reason::KEY_TIMEOUT}};
    for (const auto& [answer, reason] : cases)
    {
        Lone lone;
        lone.Syn(sst::Policy::REQUIRE);
        lone.host.Answer("server", lone.server, answer);
        EXPECT_EQ(lone.Find().state, sst::FlowState::FAILED);
        EXPECT_STREQ(sst::ToString(lone.Find().reason), sst::ToString(reason));
        ASSERT_EQ(lone.host.cookieDrops.size(), 1u);
        EXPECT_EQ(lone.host.cookieDrops[0].second, reason);
        EXPECT_EQ(lone.host.EventCount(Event::FLOW_FAILED), 1u);
        EXPECT_TRUE(lone.host.sent.empty()) << "never clear";
        sst::Verdict again = lone.Syn(sst::Policy::REQUIRE);
        EXPECT_NE(again.outcome, sst::Outcome::PASS);
        EXPECT_TRUE(lone.host.sent.empty());
    }
}

TEST(Policy, OpportunisticFallsBackAfterAbsent)
{
    Lone lone;
    EXPECT_EQ(Say(lone.Syn(sst::Policy::OPPORTUNISTIC)), "wait none");
    lone.host.Answer("server", lone.server, sst::KeyAnswer::ABSENT);
    EXPECT_EQ(lone.host.cookiePasses.size(), 1u);
    ASSERT_EQ(lone.host.sent.size(), 1u);
    EXPECT_FALSE(lone.host.sent[0].marked);
    EXPECT_EQ(lone.host.sent[0].bytes, Tcp(lone.path, SYN));
    EXPECT_EQ(lone.Find().state, sst::FlowState::CLEAR);
    EXPECT_EQ(lone.Find().reason, sst::Reason::NO_KEY) << "reported as such";
    EXPECT_EQ(lone.host.EventCount(Event::FLOW_FELL_BACK), 1u);
    EXPECT_EQ(Say(lone.host.Send(6, lone.server, Tcp(lone.path, ACK))), "pass none");
    // and what comes back in clear goes up
    EXPECT_EQ(Say(lone.host.Receive(
                  {lone.server, lone.host.address, 6, false, Tcp(lone.path.Reverse(), ACK), 0})),
              "pass none");
}

// "present but unusable, never "absent"": no silent clear because of an invalid value
TEST(Policy, UnusableIsNotAbsent)
{
    Lone lone;
    lone.Syn(sst::Policy::OPPORTUNISTIC);
    lone.host.Answer("server", lone.server, sst::KeyAnswer::UNUSABLE);
    lone.world.Run(10 * S);
    sst::FlowInfo info = lone.Find();
    EXPECT_NE(info.reason, sst::Reason::NO_KEY);
    EXPECT_EQ(info.reason, sst::Reason::KEY_UNUSABLE);
}

// "Policy `opportunistic` gives up after 3 s."
TEST(Policy, OpportunisticFallsBackAfterThreeSeconds)
{
    for (bool known : {false, true})
    {
        Lone lone;
        uint64_t start = lone.world.clock.monotonicNs;
        if (known)
        {
            lone.host.Learn("server", lone.server, lone.entry);
        }
        lone.Syn(sst::Policy::OPPORTUNISTIC);
        lone.world.Run(2999 * MS);
        EXPECT_TRUE(lone.host.cookiePasses.empty());
        EXPECT_EQ(lone.Find().state, sst::FlowState::WAITING);
        lone.world.Run(2 * MS);
        ASSERT_EQ(lone.host.cookiePasses.size(), 1u);
        EXPECT_FALSE(lone.host.sent.back().marked);
        EXPECT_EQ(lone.host.sent.back().at, start + 3 * S);
        EXPECT_EQ(lone.Find().state, sst::FlowState::CLEAR);
        lone.world.Run(400 * S);
        EXPECT_LE(lone.host.SentOfType(1).size(), known ? 3u : 0u) << "0, 1, and perhaps 3 s";
        EXPECT_TRUE(lone.host.OpenCookies().empty());
        EXPECT_EQ(lone.host.endpoint.NextDeadlineNs(), UINT64_MAX);
    }
}

// "falls back to clear only before the flow had a session"
TEST(Policy, NoFallbackOnceThereIsASession)
{
    ClientBench bench;
    bench.Connect(40000, sst::Policy::OPPORTUNISTIC);
    ASSERT_TRUE(bench.ReadInit());
    bench.Inject(bench.reference.Resp(bench.GoodResp()));
    bench.world.Run(HOUR);
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK));
    for (const Packet& packet : bench.host.sent)
    {
        EXPECT_TRUE(packet.marked);
    }
}

// A late RESP after the fallback must not split the flow between clear and sealed.
TEST(Policy, RespAfterFallbackLeavesTheFlowInClear)
{
    ClientBench bench;
    bench.Connect(40000, sst::Policy::OPPORTUNISTIC);
    ASSERT_TRUE(bench.ReadInit());
    Bytes resp = bench.reference.Resp(bench.GoodResp());
    bench.world.Run(3500 * MS);
    ASSERT_EQ(bench.host.cookiePasses.size(), 1u);
    EXPECT_NE(bench.Inject(resp).outcome, sst::Outcome::DELIVER);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::CLEAR);
    EXPECT_EQ(Say(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK))), "pass none");
}

// One pending session with flows of both policies: one falls back, the other goes on.
TEST(Policy, RequireOutlivesOpportunisticOnOneSession)
{
    ClientBench bench;
    bench.Connect(40000, sst::Policy::OPPORTUNISTIC);
    bench.Connect(40001, sst::Policy::REQUIRE);
    bench.world.Run(5 * S);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(40000)).state, sst::FlowState::CLEAR);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(40001)).state, sst::FlowState::WAITING);
    EXPECT_EQ(bench.host.cookiePasses.size(), 1u);
    ASSERT_TRUE(bench.ReadInit());
    bench.Inject(bench.reference.Resp(bench.GoodResp()));
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(40001)).state, sst::FlowState::SST);
    EXPECT_TRUE(bench.host.OpenCookies().empty());
    for (const Packet& packet : bench.host.sent)
    {
        if (!packet.marked)
        {
            EXPECT_EQ(ReadBigEndian(packet.bytes, 0, 2), 40000u);
        }
    }
}

TEST(Policy, KeysOfAnotherNameOrAddressAreNotUsed)
{
    Lone lone;
    lone.host.Learn("evil", lone.server, lone.entry);
    lone.host.Learn("server", Ip("10.0.1.3"), lone.entry);
    EXPECT_EQ(Say(lone.Syn(sst::Policy::REQUIRE, "server")), "wait none");
    EXPECT_EQ(lone.Resolves(), 1u);
    EXPECT_TRUE(lone.host.SentOfType(1).empty());
}

// F9: the same address under two names with two keys gives two sessions.
TEST(Policy, SessionsAreSelectedByResponderKey)
{
    Lone lone;
    lone.host.Learn("a", lone.server, lone.entry);
    sst::KeyEntry other = lone.entry;
    other.publicKey = To32(PublicOf(Bytes(32, 10)));
    lone.host.Learn("b", lone.server, other);
    lone.Syn(sst::Policy::REQUIRE, "a", 1);
    lone.Syn(sst::Policy::REQUIRE, "b", 2);
    EXPECT_EQ(lone.host.SentOfType(1).size(), 2u);
    lone.Syn(sst::Policy::REQUIRE, "a", 3);
    lone.Syn(sst::Policy::REQUIRE, "b", 4);
    EXPECT_EQ(lone.host.SentOfType(1).size(), 2u);
    ReferenceServer first(Bytes(32, 9), Bytes(32, 1));
    ReferenceServer second(Bytes(32, 10), Bytes(32, 1));
    EXPECT_TRUE(first.ReadInit(6, lone.host.SentOfType(1)[0].bytes));
    EXPECT_TRUE(second.ReadInit(6, lone.host.SentOfType(1)[1].bytes));
}

// "Client takes the first usable entry"; not_after is honoured.
TEST(Policy, FirstUsableEntry)
{
    Lone lone;
    sst::KeyEntry expired = lone.entry;
    expired.keyId = 1;
    expired.notAfter = static_cast<uint32_t>(lone.world.clock.unixMs / 1000 - 10);
    sst::KeyEntry second = lone.entry;
    second.keyId = 2;
    second.publicKey = To32(PublicOf(Bytes(32, 12)));
    sst::KeyEntry third = lone.entry;
    third.keyId = 3;
    lone.host.endpoint.ProvideKeys("server",
                                   lone.server,
                                   sst::KeyAnswer::KEYS,
                                   {expired, second, third},
                                   lone.world.clock);
    lone.Syn(sst::Policy::REQUIRE);
    ASSERT_EQ(lone.host.SentOfType(1).size(), 1u);
    ReferenceServer reference(Bytes(32, 12), Bytes(32, 1));
    auto init = reference.ReadInit(6, lone.host.SentOfType(1)[0].bytes);
    ASSERT_TRUE(init);
    EXPECT_EQ(init->keyId, 2);
}

TEST(Policy, OnlyExpiredKeysAreNoKeys)
{
    Lone lone;
    lone.entry.notAfter = static_cast<uint32_t>(lone.world.clock.unixMs / 1000 - 10);
    lone.Syn(sst::Policy::REQUIRE);
    lone.host.Learn("server", lone.server, lone.entry);
    EXPECT_TRUE(lone.host.SentOfType(1).empty());
}

// TCP in the middle of a connection asks for nothing it had not from the start.
TEST(Policy, RequireNeverLetsAnythingOutInClear)
{
    Lone lone;
    sst::Request request = Ask(sst::Policy::REQUIRE);
    for (int flags : {ACK, FIN | ACK, RST, SYN | ACK, SYN})
    {
        sst::Verdict verdict = lone.host.Send(6, lone.server, Tcp(lone.path, flags), &request);
        EXPECT_NE(verdict.outcome, sst::Outcome::PASS) << flags;
        EXPECT_NE(verdict.outcome, sst::Outcome::SEND) << flags;
    }
    sst::Verdict verdict = lone.host.Send(17, lone.server, Udp(lone.path, {}), &request);
    EXPECT_NE(verdict.outcome, sst::Outcome::PASS);
    Bytes junk(3, 1);
    EXPECT_EQ(lone.host.Send(6, lone.server, junk, &request).outcome, sst::Outcome::DROP);
    EXPECT_EQ(lone.host.Send(17, lone.server, junk, &request).outcome, sst::Outcome::DROP);
    EXPECT_TRUE(lone.host.sent.empty());
}

// "Never touched: multicast, broadcast"
TEST(Policy, GroupsAreNeverTouched)
{
    Lone lone;
    sst::Request request = Ask(sst::Policy::OPPORTUNISTIC);
    for (const char* group : {"224.0.0.5", "239.1.2.3", "255.255.255.255"})
    {
        Path path{lone.host.address, 5000, Ip(group), 53};
        EXPECT_EQ(Say(lone.host.Send(17, Ip(group), Udp(path, {}), &request)), "pass none");
    }
    sst::IpAddress v6 = Ip("ff02:0000:0000:0000:0000:0000:0000:0001");
    Path path{Ip("fe80:0000:0000:0000:0000:0000:0000:0001"), 546, v6, 547};
    EXPECT_EQ(Say(lone.host.Send(17, v6, Udp(path, {}), &request)), "pass none");
    EXPECT_EQ(lone.Resolves(), 0u);
}
