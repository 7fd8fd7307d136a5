// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Static keys of a server that end at a time, and INITs without mark.

#include "test-bench.h"

using namespace ssttest;

namespace
{

sst::KeyPair
Key(uint8_t id, uint64_t retireUnixMs)
{
    sst::KeyPair pair;
    Bytes secret(32, static_cast<uint8_t>(0x50 + id));
    pair.secretKey = To32(secret);
    pair.publicKey = To32(PublicOf(secret));
    pair.keyId = id;
    pair.retireUnixMs = retireUnixMs;
    return pair;
}

/// A server with hand-made keys.
struct Server
{
    Server()
        : host{world.Add("10.0.1.2", 1)}
    {
        world.carry = false;
    }

    sst::Verdict Init(uint8_t id)
    {
        ReferenceInit init;
        init.keyId = id;
        init.timeMs = world.clock.unixMs;
        client =
            std::make_unique<ReferenceClient>(PublicOf(Bytes(32, static_cast<uint8_t>(0x50 + id))),
                                              dice.Fill(32));
        return host.Receive({peer, host.address, 6, true, client->Init(init), 0});
    }

    World world;
    Host& host;
    sst::IpAddress peer = Ip("10.0.0.1");
    std::unique_ptr<ReferenceClient> client;
    Dice dice{4};
};

} // namespace

// "at or after it the key is forgotten and wiped (looked at in every call); sessions go on"
TEST(ServerKey, RetiresAtItsTime)
{
    Server server;
    uint64_t now = server.world.clock.unixMs;
    ASSERT_TRUE(server.host.endpoint.AddServerKey(Key(1, now + 5000), server.world.clock));
    server.world.Run(4999 * MS);
    EXPECT_EQ(Say(server.Init(1)), "consumed none");
    ASSERT_TRUE(server.client->ReadResp(6, server.host.SentOfType(2).back().bytes));
    server.world.Run(1 * MS);
    EXPECT_EQ(Say(server.Init(1)), "drop key-id");
    EXPECT_EQ(server.host.endpoint.SessionCount(), 1u);
    server.host.sent.clear();
    EXPECT_FALSE(server.host.endpoint.RemoveServerKey(1));
    // and without the key nobody is told of unknown indices
    Bytes data = Concat({BigEndian(0x10000001, 4), Bytes(96, 1)});
    EXPECT_EQ(Say(server.host.Receive({server.peer, server.host.address, 6, true, data, 0})),
              "drop unknown-index");
    EXPECT_TRUE(server.host.sent.empty());
}

TEST(ServerKey, SessionsOutliveTheirKey)
{
    Server server;
    uint64_t now = server.world.clock.unixMs;
    ASSERT_TRUE(server.host.endpoint.AddServerKey(Key(1, now + 1000), server.world.clock));
    server.Init(1);
    ASSERT_TRUE(server.client->ReadResp(6, server.host.SentOfType(2).back().bytes));
    server.world.Run(2 * S);
    Bytes data = server.client->Session().SealNext(6, {}, 59);
    EXPECT_EQ(Say(server.host.Receive({server.peer, server.host.address, 6, true, data, 0})),
              "consumed none");
    EXPECT_EQ(server.host.EventCount(sst::Action::Event::SESSION_UP), 1u);
}

TEST(ServerKey, EachAtItsOwnTime)
{
    Server server;
    uint64_t now = server.world.clock.unixMs;
    sst::Endpoint& endpoint = server.host.endpoint;
    ASSERT_TRUE(endpoint.AddServerKey(Key(1, now + 3000), server.world.clock));
    ASSERT_TRUE(endpoint.AddServerKey(Key(2, 0), server.world.clock));
    ASSERT_TRUE(endpoint.AddServerKey(Key(3, now + 1000), server.world.clock));
    ASSERT_TRUE(endpoint.AddServerKey(Key(4, now + 3000), server.world.clock));
    EXPECT_FALSE(endpoint.AddServerKey(Key(5, 0), server.world.clock)) << "four are held";
    for (int second = 0; second < 5; second++)
    {
        EXPECT_EQ(Say(server.Init(1)), second < 3 ? "consumed none" : "drop key-id") << second;
        EXPECT_EQ(Say(server.Init(2)), "consumed none") << second;
        EXPECT_EQ(Say(server.Init(3)), second < 1 ? "consumed none" : "drop key-id") << second;
        EXPECT_EQ(Say(server.Init(4)), second < 3 ? "consumed none" : "drop key-id") << second;
        server.world.Run(1 * S);
    }
    EXPECT_TRUE(endpoint.AddServerKey(Key(5, 0), server.world.clock)) << "room again";
    EXPECT_TRUE(endpoint.AddServerKey(Key(1, 0), server.world.clock)) << "its number is free";
    EXPECT_EQ(Say(server.Init(1)), "consumed none");
}

TEST(ServerKey, RetiredAlreadyIsNotTaken)
{
    Server server;
    uint64_t now = server.world.clock.unixMs;
    EXPECT_FALSE(server.host.endpoint.AddServerKey(Key(1, now), server.world.clock));
    EXPECT_FALSE(server.host.endpoint.AddServerKey(Key(1, now - 1), server.world.clock));
    EXPECT_TRUE(server.host.endpoint.AddServerKey(Key(1, now + 1), server.world.clock));
    EXPECT_EQ(Say(server.Init(1)), "consumed none");
}

// "an unmarked N packet of INIT shape is tried; not authentic: up unchanged", when configured
TEST(UnmarkedInit, OffByDefault)
{
    ServerBench bench;
    EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit(bench.path), 6, false)), "pass none");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_TRUE(bench.host.sent.empty());
}

TEST(UnmarkedInit, IsServedWhenConfigured)
{
    for (bool v6 : {false, true})
    {
        BenchOptions options;
        options.v6 = v6;
        options.config.acceptUnmarkedInit = true;
        ServerBench bench(options);
        EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit(bench.path), 6, false)), "deliver none");
        EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
                  "send none");
        EXPECT_TRUE(bench.ReadResp());
        EXPECT_TRUE(bench.host.sent[0].marked);
        EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
    }
}

TEST(UnmarkedInit, NotAuthenticGoesUp)
{
    BenchOptions options;
    options.config.acceptUnmarkedInit = true;
    options.config.initRate = 1000000;
    options.config.siteInitRate = 1000000;
    ServerBench bench(options);
    Bytes init = bench.MakeSynInit(bench.path);
    for (size_t bit = 0; bit < init.size() * 8; bit++)
    {
        size_t byte = bit / 8;
        if (byte == 12 || byte == 13 || (byte >= 16 && byte < 32))
        {
            continue;
        }
        ASSERT_EQ(Say(bench.Inject(Flip(init, bit), 6, false)), "pass none") << bit;
    }
    for (size_t size = 0; size < init.size(); size++)
    {
        ASSERT_EQ(Say(bench.Inject(Slice(init, 0, size), 6, false)), "pass none") << size;
    }
    EXPECT_TRUE(bench.host.sent.empty());
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(Say(bench.Inject(init, 6, false)), "deliver none");
    EXPECT_EQ(Say(bench.Inject(Flip(init, 1600), 6, false)), "pass none") << "same e, other bytes";
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
}

// Above the limits it is asked for a token like any other; with one, over the limits, it goes up.
// RETRY-16
TEST(UnmarkedInit, Limits)
{
    BenchOptions options;
    options.config.acceptUnmarkedInit = true;
    options.config.maxHalfOpen = 0;
    options.config.maxHalfOpenValidated = 1;
    ServerBench bench(options);
    Bytes init = bench.MakeInit({});
    EXPECT_EQ(Say(bench.Inject(init, 6, false)), "consumed retry-sent");
    Bytes token = Slice(bench.host.SentOfType(3).at(0).bytes, 16, 16);
    ReferenceInit with;
    with.token = token;
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit(with), 6, false)), "consumed none");
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit(with), 6, false)), "pass none");
    EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::HALF_OPEN_FULL), 0u) << "it was only tried";
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
}
