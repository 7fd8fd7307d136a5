// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "`pin` (a name seen with the strict flag behaves as `require` for 30 days beyond not_after; the
// key itself is not pinned)".

#include "sst/pin-store.h"
#include "test-bench.h"

#include <algorithm>

using namespace ssttest;

using sst::KeyAnswer;
using sst::Policy;

namespace
{

constexpr uint64_t DAY_MS = 86400000;
constexpr uint64_t PIN_MS = 30 * DAY_MS;

sst::KeyEntry
Entry(uint8_t flags, uint32_t notAfter = 0)
{
    sst::KeyEntry entry;
    entry.keyId = 4;
    entry.flags = flags;
    entry.notAfter = notAfter;
    entry.publicKey = To32(PublicOf(Bytes(32, 9)));
    return entry;
}

/// A client that knows no keys yet.
struct Lone
{
    World world;
    Host& host;
    sst::IpAddress server{Ip("10.0.1.2")};
    uint16_t next{40000};

    explicit Lone(sst::EndpointConfig config = {})
        : host{world.Add("10.0.0.1", 1, config)}
    {
        world.carry = false;
    }

    uint64_t Now() const
    {
        return world.clock.unixMs;
    }

    void Learn(const std::string& name, const std::vector<sst::KeyEntry>& keys)
    {
        host.endpoint.ProvideKeys(name, server, KeyAnswer::KEYS, keys, world.clock);
        sst::Action action;
        while (host.endpoint.Poll(action))
        {
        }
    }

    /// \return the flow of a new SYN to \p name
    sst::FlowKey Syn(Policy policy, const std::string& name = "server")
    {
        sst::Request request = Ask(policy, name);
        sst::FlowKey key{6, next++, server, 443};
        Path path{host.address, key.localPort, server, 443};
        host.Send(6, server, Tcp(path, SYN), &request);
        return key;
    }

    std::string StateOf(const sst::FlowKey& key)
    {
        sst::FlowInfo info = host.endpoint.FindFlow(key);
        return std::string(sst::ToString(info.state)) + " " + sst::ToString(info.reason);
    }

    bool IsPinned(const std::string& name)
    {
        for (const sst::Pin& pin : host.endpoint.Pins())
        {
            if (pin.name == name)
            {
                return true;
            }
        }
        return false;
    }
};

} // namespace

TEST(Pin, EffectivePolicy)
{
    for (bool pinned : {false, true})
    {
        EXPECT_EQ(sst::EffectivePolicy(Policy::OFF, pinned), Policy::OFF);
        EXPECT_EQ(sst::EffectivePolicy(Policy::OPPORTUNISTIC, pinned), Policy::OPPORTUNISTIC);
        EXPECT_EQ(sst::EffectivePolicy(Policy::REQUIRE, pinned), Policy::REQUIRE);
    }
    EXPECT_EQ(sst::EffectivePolicy(Policy::PIN, false), Policy::OPPORTUNISTIC);
    EXPECT_EQ(sst::EffectivePolicy(Policy::PIN, true), Policy::REQUIRE);
}

// Every policy x what the query answers x whether the name is pinned, was, or never was: what has
// become of a flow after 5 s without an answer of the server.
TEST(Pin, EveryPolicyByAnswerAndPin)
{
    enum class State
    {
        NEVER,
        PINNED,
        EXPIRED,
    };

    struct Answer
    {
        const char* name;
        KeyAnswer answer;
        const char* required; //!< outcome under `require`
        const char* released; //!< outcome under `opportunistic`
    };

    const Answer answers[] = {
        {"keys", KeyAnswer::KEYS, "waiting none", "clear handshake-timeout"},
        {"absent", KeyAnswer::ABSENT, "failed no-key", "clear no-key"},
        {"unusable", KeyAnswer::UNUSABLE, "failed key-unusable", "clear key-unusable"},
        {"timeout", KeyAnswer::TIMEOUT, "failed key-timeout", "clear key-timeout"},
    };
    for (State state : {State::NEVER, State::PINNED, State::EXPIRED})
    {
        for (const Answer& answer : answers)
        {
            for (Policy policy : {Policy::OFF, Policy::OPPORTUNISTIC, Policy::REQUIRE, Policy::PIN})
            {
                for (bool before : {true, false})
                {
                    Lone lone;
                    if (state != State::NEVER)
                    {
                        uint64_t end = state == State::PINNED ? lone.Now() + DAY_MS : lone.Now();
                        lone.host.endpoint.SetPins({{"server", end}});
                    }
                    auto tell = [&]() {
                        lone.host.endpoint.ProvideKeys("server",
                                                       lone.server,
                                                       answer.answer,
                                                       answer.answer == KeyAnswer::KEYS
                                                           ? std::vector<sst::KeyEntry>{Entry(1)}
                                                           : std::vector<sst::KeyEntry>{},
                                                       lone.world.clock);
                    };
                    if (before)
                    {
                        tell();
                    }
                    sst::FlowKey key = lone.Syn(policy);
                    if (!before)
                    {
                        tell();
                    }
                    lone.world.Run(5 * S);
                    bool required = policy == Policy::REQUIRE ||
                                    (policy == Policy::PIN && state == State::PINNED);
                    std::string expected = policy == Policy::OFF ? "none none"
                                           : required            ? answer.required
                                                                 : answer.released;
                    EXPECT_EQ(lone.StateOf(key), expected)
                        << sst::ToString(policy) << " " << answer.name << " state " << int(state)
                        << " before " << before;
                    if (required)
                    {
                        for (const Packet& packet : lone.host.sent)
                        {
                            EXPECT_TRUE(packet.marked) << "nothing leaves in clear";
                        }
                    }
                }
            }
        }
    }
}

// "until max over seen usable entries with flag bit 3 of (not_after, or now when 0) + 30 days"
TEST(Pin, End)
{
    const uint64_t now = 1800000000000;
    const uint32_t nowS = 1800000000;
    EXPECT_EQ(sst::PinEnd({}, now, PIN_MS), 0u);
    EXPECT_EQ(sst::PinEnd({Entry(7)}, now, PIN_MS), 0u) << "not strict";
    EXPECT_EQ(sst::PinEnd({Entry(8)}, now, PIN_MS), now + PIN_MS);
    EXPECT_EQ(sst::PinEnd({Entry(8, nowS + 100)}, now, PIN_MS), now + 100000 + PIN_MS);
    EXPECT_EQ(sst::PinEnd({Entry(8, nowS)}, now, PIN_MS), now + PIN_MS) << "just valid";
    EXPECT_EQ(sst::PinEnd({Entry(8, nowS - 1)}, now, PIN_MS), 0u) << "expired: not usable";
    EXPECT_EQ(
        sst::PinEnd({Entry(8, nowS + 5), Entry(8, nowS + 9), Entry(8, nowS + 7)}, now, PIN_MS),
        now + 9000 + PIN_MS);
    EXPECT_EQ(sst::PinEnd({Entry(7, nowS + 500), Entry(8, nowS + 5)}, now, PIN_MS),
              now + 5000 + PIN_MS)
        << "of strict ones only";
    sst::KeyEntry other = Entry(8);
    other.suite = 2;
    EXPECT_EQ(sst::PinEnd({other}, now, PIN_MS), 0u);
    other = Entry(8);
    other.version = 2;
    EXPECT_EQ(sst::PinEnd({other}, now, PIN_MS), 0u);
    EXPECT_EQ(sst::PinEnd({Entry(8, UINT32_MAX)}, now, PIN_MS),
              uint64_t{UINT32_MAX} * 1000 + PIN_MS);
}

TEST(PinStore, KeepsTheLaterEnd)
{
    sst::PinStore store(4);
    EXPECT_FALSE(store.IsPinned("a", 0));
    store.Put("a", 100, 0);
    store.Put("a", 50, 0);
    EXPECT_TRUE(store.IsPinned("a", 99));
    EXPECT_FALSE(store.IsPinned("a", 100)) << "until";
    store.Put("a", 150, 0);
    EXPECT_TRUE(store.IsPinned("a", 149));
    EXPECT_FALSE(store.IsPinned("b", 0));
    EXPECT_EQ(store.Size(), 1u);
}

TEST(PinStore, NoNameIsNoPin)
{
    sst::PinStore store(4);
    store.Put("", 100, 0);
    EXPECT_EQ(store.Size(), 0u);
    EXPECT_FALSE(store.IsPinned("", 0));
}

// PIN-4
TEST(PinStore, WhatWasSeenLeastLatelyMakesRoom)
{
    sst::PinStore store(3);
    store.Put("a", 300, 0);
    store.Put("b", 100, 0);
    store.Put("c", 200, 0);
    store.Put("a", 250, 0); // seen again: the end stays
    store.Put("d", 1000000, 0);
    EXPECT_EQ(store.Size(), 3u);
    EXPECT_FALSE(store.IsPinned("b", 0));
    EXPECT_TRUE(store.IsPinned("a", 299));
    store.Put("e", 150, 0);
    EXPECT_FALSE(store.IsPinned("c", 0));
    EXPECT_TRUE(store.IsPinned("e", 0)) << "names that never end keep no other out";
    // "a" was seen least lately now, but "e" is over
    store.Put("f", 500, 150);
    EXPECT_TRUE(store.IsPinned("a", 150));
    EXPECT_TRUE(store.IsPinned("f", 150));
    EXPECT_EQ(store.Size(), 3u);
    sst::PinStore none(0);
    none.Put("a", 1, 0);
    EXPECT_EQ(none.Size(), 0u);
}

TEST(PinStore, ListLeavesEndedOnesOut)
{
    sst::PinStore store(3);
    store.Put("b", 100, 0);
    store.Put("a", 200, 0);
    std::vector<sst::Pin> list = store.List(99);
    ASSERT_EQ(list.size(), 2u);
    EXPECT_EQ(list[0].name, "b") << "seen before the other";
    EXPECT_EQ(list[0].untilMs, 100u);
    EXPECT_EQ(list[1].name, "a");
    EXPECT_EQ(store.List(100).size(), 1u);
    EXPECT_TRUE(store.List(200).empty());
}

// A strict name stays required beyond the life of its keys, to the millisecond; other names, and
// the same address under them, do not.
TEST(Pin, ThirtyDaysBeyondNotAfter)
{
    Lone lone;
    uint32_t notAfter = static_cast<uint32_t>(lone.Now() / 1000 + 3600);
    lone.Learn("server", {Entry(sst::KEY_FLAG_STRICT, notAfter)});
    ASSERT_EQ(lone.host.endpoint.Pins().size(), 1u);
    uint64_t end = uint64_t{notAfter} * 1000 + PIN_MS;
    EXPECT_EQ(lone.host.endpoint.Pins()[0].name, "server");
    EXPECT_EQ(lone.host.endpoint.Pins()[0].untilMs, end);
    lone.world.Run((end - 1 - lone.Now()) * MS);
    ASSERT_EQ(lone.Now(), end - 1);
    lone.host.Answer("server", lone.server, KeyAnswer::ABSENT);
    lone.host.Answer("other", lone.server, KeyAnswer::ABSENT);
    EXPECT_EQ(lone.StateOf(lone.Syn(Policy::PIN)), "failed no-key");
    EXPECT_EQ(lone.StateOf(lone.Syn(Policy::PIN, "other")), "clear no-key");
    lone.world.Run(1 * MS);
    EXPECT_EQ(lone.StateOf(lone.Syn(Policy::PIN)), "clear no-key");
    EXPECT_TRUE(lone.host.endpoint.Pins().empty());
}

TEST(Pin, SeenAgainProlongs)
{
    Lone lone;
    lone.Learn("server", {Entry(8)});
    uint64_t first = lone.Now();
    lone.world.Run(10 * S);
    lone.Learn("server", {Entry(8)});
    EXPECT_EQ(lone.host.endpoint.Pins()[0].untilMs, first + 10000 + PIN_MS);
    // "max over seen": an entry without the flag does not take it back
    lone.Learn("server", {Entry(1)});
    EXPECT_EQ(lone.host.endpoint.Pins()[0].untilMs, first + 10000 + PIN_MS);
    lone.host.Answer("server", lone.server, KeyAnswer::UNUSABLE);
    EXPECT_TRUE(lone.IsPinned("server"));
}

// "the key itself is not pinned"
TEST(Pin, AnotherKeyIsFine)
{
    Lone lone;
    lone.Learn("server", {Entry(8)});
    sst::KeyEntry other = Entry(1);
    other.publicKey = To32(PublicOf(Bytes(32, 77)));
    lone.Learn("server", {other});
    lone.Syn(Policy::PIN);
    ReferenceServer reference(Bytes(32, 77), Bytes(32, 1));
    ASSERT_EQ(lone.host.SentOfType(1).size(), 1u);
    EXPECT_TRUE(reference.ReadInit(6, lone.host.SentOfType(1)[0].bytes));
}

// A flow that waits while its name becomes pinned does not fall back any more.
TEST(Pin, SeenWhileAFlowWaits)
{
    Lone lone;
    sst::FlowKey pin = lone.Syn(Policy::PIN);
    sst::FlowKey free = lone.Syn(Policy::OPPORTUNISTIC);
    sst::FlowKey other = lone.Syn(Policy::PIN, "other");
    lone.world.Run(1 * S);
    lone.Learn("server", {Entry(1 | sst::KEY_FLAG_STRICT)});
    lone.Learn("other", {Entry(1)});
    lone.world.Run(9 * S);
    EXPECT_EQ(lone.StateOf(pin), "waiting none");
    EXPECT_EQ(lone.StateOf(free), "clear handshake-timeout");
    EXPECT_EQ(lone.StateOf(other), "clear handshake-timeout");
    lone.world.Run(300 * S);
    EXPECT_EQ(lone.StateOf(pin), "failed handshake-timeout");
}

TEST(Pin, ToldByTheHostWhileAFlowWaits)
{
    Lone lone;
    sst::FlowKey pin = lone.Syn(Policy::PIN);
    lone.Learn("server", {Entry(1)});
    lone.host.endpoint.SetPins({{"server", lone.Now() + DAY_MS}});
    lone.world.Run(9 * S);
    EXPECT_EQ(lone.StateOf(pin), "waiting none");
}

// What went in clear before the name was pinned is asked anew with its next packet (UDP) or SYN.
TEST(Pin, ClearFlowsOfANewlyPinnedName)
{
    Lone lone;
    lone.host.Answer("server", lone.server, KeyAnswer::ABSENT);
    sst::Request request = Ask(Policy::PIN);
    Path path{lone.host.address, 5000, lone.server, 53};
    EXPECT_EQ(Say(lone.host.Send(17, lone.server, Udp(path, {}), &request)), "pass no-key");
    EXPECT_EQ(Say(lone.host.Send(17, lone.server, Udp(path, {}), &request)), "pass none");
    lone.Learn("server", {Entry(8)});
    EXPECT_EQ(Say(lone.host.Send(17, lone.server, Udp(path, {}), &request)), "wait none");
}

TEST(Pin, RequiredInTheMiddleOfAConnection)
{
    Lone lone;
    sst::Request request = Ask(Policy::PIN);
    Path path{lone.host.address, 5000, lone.server, 443};
    EXPECT_EQ(Say(lone.host.Send(6, lone.server, Tcp(path, ACK), &request)), "pass none");
    lone.host.endpoint.SetPins({{"server", lone.Now() + 1}});
    EXPECT_EQ(Say(lone.host.Send(6, lone.server, Tcp(path, ACK), &request)), "drop flow-unknown");
    Bytes junk(3, 1);
    EXPECT_EQ(lone.host.Send(6, lone.server, junk, &request).outcome, sst::Outcome::DROP);
}

TEST(Pin, KeptOverARestart)
{
    Lone lone;
    lone.Learn("a", {Entry(8)});
    lone.Learn("b", {Entry(8)});
    std::vector<sst::Pin> pins = lone.host.endpoint.Pins();
    ASSERT_EQ(pins.size(), 2u);
    Lone again;
    again.host.endpoint.SetPins(pins);
    EXPECT_EQ(again.host.endpoint.Pins().size(), 2u);
    again.host.Answer("a", again.server, KeyAnswer::ABSENT);
    EXPECT_EQ(again.StateOf(again.Syn(Policy::PIN, "a")), "failed no-key");
}

TEST(Pin, Bounded)
{
    sst::EndpointConfig config;
    config.maxPins = 3;
    Lone lone(config);
    for (int i = 0; i < 20; i++)
    {
        lone.Learn("host" + std::to_string(i), {Entry(8)});
        lone.world.Run(1 * S);
    }
    EXPECT_EQ(lone.host.endpoint.Pins().size(), 3u);
    EXPECT_TRUE(lone.IsPinned("host19"));
    EXPECT_FALSE(lone.IsPinned("host16"));
}

TEST(Pin, PinMsIsConfigured)
{
    sst::EndpointConfig config;
    config.pinMs = 5000;
    Lone lone(config);
    lone.Learn("server", {Entry(8)});
    EXPECT_EQ(lone.host.endpoint.Pins()[0].untilMs, lone.Now() + 5000);
}

// Flows of an open session are sealed, whatever became of the pin.
TEST(Pin, OpenSessionGoesOn)
{
    ClientBench bench;
    ASSERT_EQ(bench.Connect(40000, Policy::PIN).outcome, sst::Outcome::WAIT);
    ASSERT_TRUE(bench.ReadInit());
    EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
    bench.world.Run(10 * S);
    sst::Request request = Ask(Policy::PIN);
    EXPECT_EQ(Say(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK), &request)),
              "send none");
}
