// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The server's half-open rules: stored RESP, waiting for the stack, early data, limits.

#include "test-bench.h"

using namespace ssttest;

namespace
{

size_t
BytesSent(const Host& host)
{
    size_t sum = 0;
    for (const Packet& packet : host.sent)
    {
        sum += packet.bytes.size() + (packet.from.length == 4 ? 20 : 40);
    }
    return sum;
}

} // namespace

// "it waits at most 5 ms for the stack's answer, else goes empty, later segments are DATA"
TEST(Server, RespGoesEmptyAfterFiveMilliseconds)
{
    ServerBench bench;
    uint64_t start = bench.world.clock.monotonicNs;
    bench.Inject(bench.MakeSynInit(bench.path));
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), start + 5 * MS);
    bench.world.Run(4 * MS);
    EXPECT_TRUE(bench.host.sent.empty());
    bench.world.Run(1 * MS);
    ASSERT_EQ(bench.host.SentOfType(2).size(), 1u);
    EXPECT_EQ(bench.host.sent[0].at, start + 5 * MS);
    ASSERT_TRUE(bench.ReadResp());
    EXPECT_EQ(bench.resp->type, 59);
    EXPECT_EQ(bench.resp->status, 1) << "the SYN was accepted all the same";
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
              "send none");
    auto data = bench.host.SentOfType(0);
    ASSERT_EQ(data.size(), 1u);
    EXPECT_EQ(bench.reference->Session().OpenPacket(6, data[0].bytes)->inner.type, 6);
}

// "Same e again from the same source: the stored RESP"; "RESP is sealed once"
TEST(Server, SameInitGetsTheStoredResp)
{
    ServerBench bench;
    Bytes init = bench.MakeSynInit(bench.path);
    bench.Inject(init);
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
    for (int i = 0; i < 3; i++)
    {
        bench.world.Run(1 * S);
        EXPECT_EQ(Say(bench.Inject(init)), "consumed none");
    }
    auto resps = bench.host.SentOfType(2);
    ASSERT_EQ(resps.size(), 4u);
    for (const Packet& resp : resps)
    {
        EXPECT_EQ(resp.bytes, resps[0].bytes);
    }
    EXPECT_EQ(bench.host.received.size(), 1u) << "the SYN up once";
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

TEST(Server, SameInitWhileRespWaits)
{
    ServerBench bench;
    Bytes init = bench.MakeSynInit(bench.path);
    bench.Inject(init);
    bench.Inject(init);
    EXPECT_EQ(bench.host.received.size(), 1u);
    bench.world.Run(10 * MS);
    auto resps = bench.host.SentOfType(2);
    ASSERT_GE(resps.size(), 1u);
    for (const Packet& resp : resps)
    {
        EXPECT_EQ(resp.bytes, resps[0].bytes) << "sealed once";
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

// The token is outside the AEAD: the same e with another token is the same INIT.
TEST(Server, SameEphemeralWithATokenGetsTheStoredResp)
{
    ServerBench bench;
    Bytes init = bench.MakeSynInit(bench.path);
    bench.Inject(init);
    bench.world.Run(10 * MS);
    init[20] ^= 0x55;
    bench.Inject(init);
    auto resps = bench.host.SentOfType(2);
    ASSERT_EQ(resps.size(), 2u);
    EXPECT_EQ(resps[0].bytes, resps[1].bytes);
    EXPECT_EQ(bench.host.received.size(), 1u);
}

// "from another source: a handshake of its own, early data refused"
// SRV-3
TEST(Server, SameEphemeralFromAnotherSource)
{
    ServerBench bench;
    Bytes init = bench.MakeSynInit(bench.path);
    bench.Inject(init);
    bench.world.Run(10 * MS);
    ASSERT_TRUE(bench.ReadResp());
    uint32_t firstIndex = bench.resp->serverIndex;
    sst::IpAddress other = Ip("10.0.0.77");
    EXPECT_EQ(bench.Inject(init, 6, true, &other).outcome, sst::Outcome::CONSUMED);
    EXPECT_EQ(bench.host.received.size(), 1u) << "early data refused";
    bench.world.Run(10 * MS);
    auto resps = bench.host.SentOfType(2);
    ASSERT_EQ(resps.size(), 2u);
    EXPECT_EQ(resps[1].to, other);
    EXPECT_NE(resps[1].bytes, resps[0].bytes) << "never the same e of the server twice";
    ASSERT_TRUE(bench.ReadResp());
    EXPECT_EQ(bench.resp->status & 1, 0);
    EXPECT_NE(bench.resp->serverIndex, firstIndex);
    EXPECT_NE(Slice(resps[1].bytes, 16, 32), Slice(resps[0].bytes, 16, 32));
}

// "HALF at the INIT, UP at the first authentic DATA"
TEST(Server, UpAtTheFirstData)
{
    ServerBench bench;
    bench.Inject(bench.MakeSynInit(bench.path));
    bench.world.Run(10 * MS);
    ASSERT_TRUE(bench.ReadResp());
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 1u);
    EXPECT_EQ(bench.host.EventCount(sst::Action::Event::SESSION_UP), 0u);
    EXPECT_EQ(Say(bench.Inject(bench.reference->Session().SealNext(6, {}, 59))), "consumed none");
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 0u);
    EXPECT_EQ(bench.host.EventCount(sst::Action::Event::SESSION_UP), 1u);
    bench.world.Run(60 * S);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

// "HALF lives 10 s from its first INIT, its flows then vanish", but what the stack still repeats
// for them must not leave in clear: see doc/decisions.md.
TEST(Server, HalfVanishesAfterTenSeconds)
{
    ServerBench bench;
    Bytes init = bench.MakeSynInit(bench.path);
    bench.Inject(init);
    bench.world.Run(9 * S);
    bench.Inject(init);
    EXPECT_EQ(bench.host.SentOfType(2).size(), 2u);
    sst::FlowKey key{6, 443, bench.client, 40000};
    EXPECT_TRUE(bench.host.endpoint.IsBound(key));
    ASSERT_TRUE(bench.ReadResp());
    Bytes late = bench.reference->Session().SealNext(6, {}, 59);
    bench.world.Run(1001 * MS);
    bench.host.Tick();
    EXPECT_NE(Say(bench.Inject(late)), "consumed none");
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_FALSE(bench.host.endpoint.IsBound(key));
    // the SYN-ACK that the stack repeats names the port: it stays inside
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
              "drop tombstone");
    // a clear connection of the same tuple: what the stack answers to it is its own business
    EXPECT_EQ(Say(bench.Inject(Tcp(bench.path, SYN, {}, 1000), 6, false)), "pass none");
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
              "drop tombstone");
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Answering(bench.path, SYN | ACK, 1001))),
              "pass none");
}

TEST(Server, RemnantOfAHalfLastsFourMinutes)
{
    ServerBench bench;
    bench.Inject(bench.MakeSynInit(bench.path));
    bench.world.Run(11 * S);
    bench.host.Tick();
    bench.world.Run(238 * S);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
              "drop tombstone");
    bench.world.Run(3 * S);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
              "pass none");
}

// "status: bit 0 early data accepted (0 when the INIT carried type 59)"
TEST(Server, EmptyInit)
{
    ServerBench bench;
    EXPECT_EQ(bench.Inject(bench.MakeInit({})).outcome, sst::Outcome::CONSUMED);
    bench.world.Run(10 * MS);
    ASSERT_TRUE(bench.ReadResp());
    EXPECT_EQ(bench.resp->status, 0);
    EXPECT_EQ(bench.resp->type, 59);
    EXPECT_TRUE(bench.host.received.empty());
}

// "Until UP at most 3 times the received IP bytes are sent."
TEST(Server, Amplification)
{
    for (bool v6 : {false, true})
    {
        BenchOptions options;
        options.v6 = v6;
        ServerBench bench(options);
        Bytes init = bench.MakeSynInit(bench.path);
        size_t received = 0;
        size_t header = v6 ? 40 : 20;
        bench.Inject(init);
        received += init.size() + header;
        bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
        size_t refused = 0;
        for (int i = 0; i < 30; i++)
        {
            Bytes answer = Tcp(bench.path.Reverse(), SYN | ACK, Bytes(10, 'x'));
            sst::Verdict verdict = bench.host.Send(6, bench.client, answer);
            refused += verdict.outcome == sst::Outcome::DROP &&
                       verdict.reason == sst::Reason::AMPLIFICATION;
            ASSERT_LE(BytesSent(bench.host), 3 * received);
        }
        EXPECT_GT(refused, 0u);
        EXPECT_GT(BytesSent(bench.host) + 130, 3 * received) << "the budget is used";
        bench.Inject(init);
        received += init.size() + header;
        bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
        EXPECT_LE(BytesSent(bench.host), 3 * received) << "stored RESPs count too";
        ASSERT_TRUE(bench.ReadResp());
        bench.Inject(bench.reference->Session().SealNext(6, {}, 59));
        for (int i = 0; i < 30; i++)
        {
            EXPECT_EQ(Say(bench.host.Send(6,
                                          bench.client,
                                          Tcp(bench.path.Reverse(), ACK, Bytes(1000, 'y')))),
                      "send none")
                << "UP";
        }
    }
}

TEST(Server, HalfOpenLimit)
{
    BenchOptions options;
    options.config.maxHalfOpen = 10;
    ServerBench bench(options);
    for (uint16_t i = 0; i < 15; i++)
    {
        Path path = bench.path;
        path.sourcePort = static_cast<uint16_t>(41000 + i);
        sst::Verdict verdict = bench.Inject(bench.MakeSynInit(path));
        if (i < 10)
        {
            EXPECT_EQ(Say(verdict), "deliver none") << i;
        }
        else
        {
            EXPECT_EQ(Say(verdict), "consumed retry-sent") << i;
        }
        EXPECT_LE(bench.host.endpoint.HalfOpenCount(), 10u);
    }
    bench.world.Run(11 * S);
    EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit(bench.path))), "deliver none")
        << "room again after 10 s";
}

TEST(Server, DefaultHalfOpenLimitIs1024)
{
    ServerBench bench;
    for (int i = 0; i < 1100; i++)
    {
        Bytes address{10, 1, static_cast<uint8_t>(i / 250), static_cast<uint8_t>(i % 250 + 1)};
        sst::IpAddress from = sst::IpAddress::From(address.data(), 4);
        bench.Inject(bench.MakeInit({}), 6, true, &from);
    }
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 1024u);
}

// "a server may hold 4 keys"; trial by key_id
TEST(Server, FourKeys)
{
    World world;
    world.carry = false;
    Host& host = world.Add("10.0.1.2", 1);
    for (uint8_t id = 1; id <= 4; id++)
    {
        host.Serve(id);
    }
    sst::KeyPair fifth;
    fifth.keyId = 5;
    fifth.publicKey = To32(PublicOf(Bytes(32, 0x66)));
    fifth.secretKey = To32(Bytes(32, 0x66));
    EXPECT_FALSE(host.endpoint.AddServerKey(fifth, world.clock));
    for (uint8_t id = 1; id <= 4; id++)
    {
        ReferenceClient client(PublicOf(Bytes(32, static_cast<uint8_t>(0x50 + id))), Bytes(32, id));
        ReferenceInit init;
        init.keyId = id;
        init.timeMs = world.clock.unixMs;
        Bytes packet = client.Init(init);
        EXPECT_EQ(host.Receive({Ip("10.0.0.1"), host.address, 6, true, packet, 0}).outcome,
                  sst::Outcome::CONSUMED);
    }
    EXPECT_TRUE(host.endpoint.RemoveServerKey(2));
    EXPECT_FALSE(host.endpoint.RemoveServerKey(2));
    ReferenceClient late(PublicOf(Bytes(32, 0x52)), Bytes(32, 9));
    ReferenceInit init;
    init.keyId = 2;
    init.timeMs = world.clock.unixMs;
    EXPECT_EQ(Say(host.Receive({Ip("10.0.0.1"), host.address, 6, true, late.Init(init), 0})),
              "drop key-id");
}

TEST(Server, AHostWithoutKeysAnswersNothing)
{
    World world;
    world.carry = false;
    Host& host = world.Add("10.0.1.2", 1);
    ReferenceClient client(PublicOf(Bytes(32, 1)), Bytes(32, 2));
    ReferenceInit init;
    init.timeMs = world.clock.unixMs;
    Bytes packet = client.Init(init);
    EXPECT_EQ(host.Receive({Ip("10.0.0.1"), host.address, 6, true, packet, 0}).outcome,
              sst::Outcome::DROP);
    EXPECT_EQ(host.Receive({Ip("10.0.0.1"), host.address, 6, false, packet, 0}).outcome,
              sst::Outcome::PASS);
    world.Run(1 * S);
    EXPECT_TRUE(host.sent.empty());
}
