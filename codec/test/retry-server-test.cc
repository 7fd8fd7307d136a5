// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "RETRY instead of state": when a server asks for a token, and what it takes one for.

#include "test-bench.h"

using namespace ssttest;

namespace
{

/// \return an address of 10.1.0.0/16
sst::IpAddress
Other(uint32_t number)
{
    Bytes bytes = BigEndian(0x0a010000u | number, 4);
    return sst::IpAddress::From(bytes.data(), 4);
}

/// A server that asks everyone for a token.
BenchOptions
AskingAll()
{
    BenchOptions options;
    options.config.maxHalfOpen = 0;
    return options;
}

std::vector<Packet>
Retries(const Host& host)
{
    std::vector<Packet> out;
    for (const Packet& packet : host.SentOfType(3))
    {
        if (packet.bytes[5] == 1)
        {
            out.push_back(packet);
        }
    }
    return out;
}

/// \return the INIT with the token of the RETRY sent last
Bytes
WithToken(const ServerBench& bench, const Bytes& init)
{
    Bytes token = Slice(Retries(bench.host).back().bytes, 16, 16);
    return Concat({Slice(init, 0, 16), token, Slice(init, 32)});
}

} // namespace

// Byte for byte: token and mac as the specification computes them, from the secret drawn.
TEST(RetryServer, RetryIsThatOfTheReference)
{
    for (bool v6 : {false, true})
    {
        for (uint8_t protocol : {6, 17})
        {
            BenchOptions options = AskingAll();
            options.v6 = v6;
            ServerBench bench(options);
            ReferenceInit wanted;
            wanted.outerProtocol = protocol;
            Bytes init = bench.MakeInit(wanted);
            EXPECT_EQ(Say(bench.Inject(init, protocol)), "consumed retry-sent");
            ASSERT_EQ(bench.host.sent.size(), 1u);
            const Packet& retry = bench.host.sent[0];
            ASSERT_EQ(bench.host.random.retries.size(), 1u);
            Bytes token = ReferenceRetryToken(bench.host.random.retries[0],
                                              AddressBytes(bench.client),
                                              1,
                                              bench.world.clock.monotonicNs / (120 * S));
            EXPECT_EQ(ToHex(retry.bytes), ToHex(ReferenceRetry(init, bench.serverKey, token)));
            EXPECT_EQ(retry.protocol, protocol);
            EXPECT_TRUE(retry.marked);
            EXPECT_EQ(retry.to, bench.client);
            EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::RETRY_SENT), 1u);
        }
    }
}

// "RETRY instead of state": nothing is kept, nothing drawn but the secret of the slot.
TEST(RetryServer, NothingIsKept)
{
    ServerBench bench(AskingAll());
    for (uint32_t i = 0; i < 200; i++)
    {
        sst::IpAddress from = Other(i);
        bench.Inject(bench.MakeSynInit({from, 40000, bench.server, 443}), 6, true, &from);
    }
    EXPECT_EQ(Retries(bench.host).size(), 200u);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 0u);
    EXPECT_TRUE(bench.host.random.indices.empty());
    EXPECT_TRUE(bench.host.random.ephemerals.empty());
    EXPECT_EQ(bench.host.random.retries.size(), 1u);
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
    EXPECT_TRUE(bench.host.received.empty());
}

// "Order for an INIT: shape, key id, repeated e (stored RESP, no accounting), limits, X25519"
// SRV-1
TEST(RetryServer, OrderOfTheChecks)
{
    ServerBench bench(AskingAll());
    Bytes init = bench.MakeInit({});
    Bytes shape = init;
    shape[7] = 1;
    EXPECT_EQ(Say(bench.Inject(shape)), "drop reserved");
    Bytes key = init;
    key[6] = 2;
    EXPECT_EQ(Say(bench.Inject(key)), "drop key-id");
    EXPECT_TRUE(bench.host.sent.empty());
    Bytes forged = Flip(init, 100 * 8);
    EXPECT_EQ(Say(bench.Inject(forged)), "consumed retry-sent") << "before any X25519";
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, forged))), "drop decrypt");
}

// A repeated INIT gets its RESP although new ones are asked for a token, and costs no tokens.
// SRV-1
TEST(RetryServer, RepeatedInitIsNotCounted)
{
    BenchOptions options;
    options.config.siteInitRate = 2;
    ServerBench bench(options);
    Bytes init = bench.MakeInit({});
    for (int i = 0; i < 3; i++) // more would exceed three times the bytes received
    {
        EXPECT_EQ(Say(bench.Inject(init)), "consumed none") << i;
    }
    EXPECT_EQ(bench.host.SentOfType(2).size(), 3u);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none") << "the second of two";
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed retry-sent");
    EXPECT_EQ(Say(bench.Inject(init)), "consumed none");
    EXPECT_EQ(bench.host.SentOfType(2).size(), 5u);
}

// "above 1 024 half-open sessions"
TEST(RetryServer, AboveHalfOpen)
{
    BenchOptions options;
    options.config.siteHalfOpen = 5000;
    options.config.siteInitRate = 5000;
    ServerBench bench(options);
    for (int i = 0; i < 1024; i++)
    {
        ASSERT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none") << i;
    }
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 1024u);
    sst::IpAddress other = Other(1);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &other)), "consumed retry-sent");
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 1024u);
    bench.world.Run(10 * S);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &other)), "consumed none");
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 1u) << "they lapsed after 10 s";
}

// "for an address (/64) above 50 INIT/s"; other addresses are not asked.
TEST(RetryServer, AboveTheRateOfAnAddress)
{
    ServerBench bench;
    for (int i = 0; i < 50; i++)
    {
        ASSERT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none") << i;
    }
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed retry-sent");
    sst::IpAddress other = Other(1);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &other)), "consumed none");
    bench.world.Run(20 * MS - 1);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed retry-sent");
    bench.world.Run(1);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none");
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed retry-sent");
}

// "or 64 half-open": counted down when a session comes up, and when it lapses.
TEST(RetryServer, AboveTheHalfOpenOfAnAddress)
{
    ServerBench bench;
    for (int i = 0; i < 64; i++)
    {
        ASSERT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none") << i;
        bench.world.Run(20 * MS);
    }
    ASSERT_TRUE(bench.ReadResp());
    Bytes data = bench.reference->Session().SealNext(6, {}, 59);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed retry-sent");
    sst::IpAddress other = Other(1);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &other)), "consumed none");
    EXPECT_EQ(Say(bench.Inject(data)), "consumed none") << "UP";
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none") << "one left HALF";
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed retry-sent");
    bench.world.Run(10 * S - 64 * 20 * MS); // the first one ends
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none");
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed retry-sent");
    bench.world.Run(11 * S);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none");
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 1u);
}

TEST(RetryServer, AddressesOfA64CountTogether)
{
    BenchOptions options;
    options.v6 = true;
    ServerBench bench(options);
    for (uint8_t i = 0; i < 52; i++)
    {
        sst::IpAddress from = bench.client;
        from.bytes[15] = i;
        from.bytes[8] = i;
        EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &from)),
                  i < 50 ? "consumed none" : "consumed retry-sent")
            << int(i);
    }
    sst::IpAddress other = bench.client;
    other.bytes[7] ^= 1;
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &other)), "consumed none");
}

// "above the configured INIT rate", whoever sends them
TEST(RetryServer, AboveTheRateOfAll)
{
    BenchOptions options;
    options.config.initRate = 100;
    ServerBench bench(options);
    for (uint32_t i = 0; i < 101; i++)
    {
        sst::IpAddress from = Other(i);
        EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &from)),
                  i < 100 ? "consumed none" : "consumed retry-sent");
    }
    bench.world.Run(10 * MS);
    sst::IpAddress from = Other(500);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &from)), "consumed none");
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &from)), "consumed retry-sent");
}

// An INIT that is asked for a token takes nothing from the rates: they are for what passes.
TEST(RetryServer, RefusedInitsCostNothing)
{
    BenchOptions options;
    options.config.initRate = 4;
    options.config.siteInitRate = 1;
    ServerBench bench(options);
    for (int i = 0; i < 20; i++)
    {
        bench.Inject(bench.MakeInit({}));
    }
    for (uint32_t i = 0; i < 3; i++)
    {
        sst::IpAddress from = Other(i);
        EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &from)), "consumed none") << i;
    }
}

// A token of its own slot or the one before lets the INIT through, whatever the limits without.
TEST(RetryServer, AnInitWithItsTokenIsServed)
{
    for (bool v6 : {false, true})
    {
        BenchOptions options = AskingAll();
        options.v6 = v6;
        ServerBench bench(options);
        Bytes init = bench.MakeSynInit(bench.path);
        EXPECT_EQ(Say(bench.Inject(init)), "consumed retry-sent");
        EXPECT_EQ(Say(bench.Inject(WithToken(bench, init))), "deliver none");
        bench.world.Run(10 * MS);
        EXPECT_TRUE(bench.ReadResp());
        EXPECT_EQ(bench.resp->status, 1) << "early data accepted";
    }
}

TEST(RetryServer, TokensAreForOneSourceOneKeyAndTwoSlots)
{
    ServerBench bench(AskingAll());
    bench.host.Serve(2);
    bench.world.Run(120 * S - bench.world.clock.monotonicNs % (120 * S)); // a slot begins
    Bytes init = bench.MakeInit({});
    ASSERT_EQ(Say(bench.Inject(init)), "consumed retry-sent");
    Bytes with = WithToken(bench, init);
    sst::IpAddress other = Other(1);
    EXPECT_EQ(Say(bench.Inject(with, 6, true, &other)), "consumed retry-sent") << "address";
    Bytes key = with;
    key[6] = 2;
    EXPECT_EQ(Say(bench.Inject(key)), "consumed retry-sent") << "key id";
    for (size_t bit = 0; bit < 128; bit++)
    {
        EXPECT_EQ(Say(bench.Inject(Flip(with, 128 + bit))), "consumed retry-sent") << bit;
    }
    bench.world.Run(240 * S - 1);
    EXPECT_EQ(Say(bench.Inject(with)), "consumed none") << "the slot after";
    Bytes second = bench.MakeInit({});
    ASSERT_EQ(Say(bench.Inject(second)), "consumed retry-sent");
    Bytes late = WithToken(bench, second); // made at the end of its slot
    bench.world.Run(120 * S);
    EXPECT_EQ(Say(bench.Inject(late)), "consumed none");
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed none");
    bench.world.Run(1);
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed retry-sent")
        << "two slots later";
}

// One token serves many INITs of its address, up to the same limits in a table of their own.
TEST(RetryServer, RateOfAnAddressWithToken)
{
    ServerBench bench(AskingAll());
    bench.Inject(bench.MakeInit({}));
    for (int i = 0; i < 50; i++)
    {
        ASSERT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed none") << i;
    }
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "drop init-rate");
    EXPECT_EQ(Retries(bench.host).size(), 1u);
    bench.world.Run(20 * MS);
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed none");
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "drop init-rate");
}

TEST(RetryServer, HalfOpenOfAnAddressWithToken)
{
    ServerBench bench(AskingAll());
    bench.Inject(bench.MakeInit({}));
    for (int i = 0; i < 64; i++)
    {
        ASSERT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed none") << i;
        bench.world.Run(20 * MS);
    }
    ASSERT_TRUE(bench.ReadResp());
    Bytes data = bench.reference->Session().SealNext(6, {}, 59);
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "drop half-open-full");
    EXPECT_EQ(Say(bench.Inject(data)), "consumed none");
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed none");
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "drop half-open-full");
    bench.world.Run(11 * S);
    EXPECT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed none");
}

// Forged INITs of an address do not keep its owner out: those with a token are counted apart.
TEST(RetryServer, TheTwoTablesAreApart)
{
    ServerBench bench;
    for (int i = 0; i < 51; i++)
    {
        bench.Inject(bench.MakeInit({}));
    }
    for (int i = 0; i < 50; i++)
    {
        ASSERT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed none") << i;
    }
    bench.world.Run(11 * S);
    for (int i = 0; i < 50; i++)
    {
        ASSERT_EQ(Say(bench.Inject(WithToken(bench, bench.MakeInit({})))), "consumed none") << i;
    }
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none")
        << "tokens spent with one are not missing without";
}

TEST(RetryServer, HalfOpenInAllWithToken)
{
    BenchOptions options = AskingAll();
    options.config.maxHalfOpenValidated = 10;
    ServerBench bench(options);
    for (uint32_t i = 0; i < 11; i++)
    {
        sst::IpAddress from = Other(i);
        Bytes init = bench.MakeInit({});
        bench.Inject(init, 6, true, &from);
        EXPECT_EQ(Say(bench.Inject(WithToken(bench, init), 6, true, &from)),
                  i < 10 ? "consumed none" : "drop half-open-full");
    }
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 10u);
}

// The RETRY is signed with the key the INIT names.
TEST(RetryServer, MacOfTheKeyNamed)
{
    ServerBench bench(AskingAll());
    sst::KeyEntry second = bench.host.Serve(7);
    ReferenceInit wanted;
    wanted.keyId = 7;
    Bytes init = bench.MakeInit(wanted);
    bench.Inject(init);
    Bytes retry = Retries(bench.host).at(0).bytes;
    Bytes key(second.publicKey.begin(), second.publicKey.end());
    EXPECT_EQ(ToHex(retry), ToHex(ReferenceRetry(init, key, Slice(retry, 16, 16))));
}

// "Until UP at most 3 times the received IP bytes are sent": a RETRY is less than a fifth.
TEST(RetryServer, RetryIsSmallerThanItsTrigger)
{
    ServerBench bench(AskingAll());
    Bytes init = bench.MakeInit({});
    bench.Inject(init);
    EXPECT_EQ(init.size(), 256u);
    EXPECT_EQ(Retries(bench.host).at(0).bytes.size(), 48u);
}

// INITs that bring no token and are asked for none need no secret.
TEST(RetryServer, NoSecretWithoutNeed)
{
    ServerBench bench;
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}))), "consumed none");
    EXPECT_TRUE(bench.host.random.retries.empty());
    ReferenceInit wanted;
    wanted.token = Bytes(16, 1);
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit(wanted))), "consumed none") << "counts as none";
    EXPECT_EQ(bench.host.random.retries.size(), 1u);
}

// The secrets of the endpoint go when their time is over, whatever call comes next.
TEST(RetryServer, SlotsOfTheEndpoint)
{
    BenchOptions options = AskingAll();
    options.config.retrySlotNs = 10 * S;
    ServerBench bench(options);
    bench.world.Run(10 * S - bench.world.clock.monotonicNs % (10 * S));
    Bytes init = bench.MakeInit({});
    bench.Inject(init);
    Bytes with = WithToken(bench, init);
    bench.world.Run(20 * S);
    EXPECT_EQ(Say(bench.Inject(with)), "consumed retry-sent");
    EXPECT_EQ(bench.host.random.retries.size(), 2u);
    EXPECT_NE(bench.host.random.retries[0], bench.host.random.retries[1]);
}

// 10^5 forged INITs in ten seconds, each of another address, and one client that means it.
TEST(RetryServer, Flood)
{
    World world;
    Host& server = world.Add("10.0.1.2", 1);
    Host& client = world.Add("10.0.0.1", 2);
    sst::KeyEntry entry = server.Serve();
    client.Learn("server", server.address, entry);
    server.stack = [&](const Received& segment) {
        // the service answers a SYN
        if (segment.sealed && segment.bytes.size() >= 20 && (segment.bytes[13] & 0x12) == SYN)
        {
            Path back{server.address, 443, segment.from, 40000};
            server.Send(6, segment.from, Tcp(back, SYN | ACK));
        }
    };
    ReferenceClient forger(Bytes(entry.publicKey.begin(), entry.publicKey.end()), Bytes(32, 9));
    ReferenceInit wanted;
    wanted.timeMs = world.clock.unixMs;
    Bytes init = forger.Init(wanted);
    uint32_t forged = 0;
    for (int ms = 0; ms < 10000; ms++)
    {
        for (int i = 0; i < 10; i++)
        {
            Bytes from = BigEndian(0x20000000u + forged++, 4);
            server.Receive(
                {sst::IpAddress::From(from.data(), 4), server.address, 6, true, init, 0});
        }
        ASSERT_LE(server.endpoint.HalfOpenCount(), 1025u);
        if (ms == 5000)
        {
            EXPECT_GE(server.endpoint.HalfOpenCount(), 1024u) << "the flood fills what there is";
            sst::Request request = Ask(sst::Policy::REQUIRE);
            Path path{client.address, 40000, server.address, 443};
            client.Send(6, server.address, Tcp(path, SYN), &request);
        }
        world.Run(1 * MS);
    }
    EXPECT_EQ(forged, 100000u);
    // nothing of 10 s ago is left, so 1024 were made in all, 2 X25519 each; all else got RETRY
    EXPECT_EQ(server.endpoint.Count(sst::Reason::RETRY_SENT), 100000u - 1024 + 1);
    EXPECT_LE(server.endpoint.SessionCount(), 1025u);
    EXPECT_EQ(server.random.retries.size(), 1u);
    size_t sent = 0;
    for (const Packet& packet : server.sent)
    {
        sent += packet.to == client.address ? 0 : packet.bytes.size() + 20;
    }
    EXPECT_LE(sent, 3 * forged * (init.size() + 20));
    EXPECT_LE(sent, forged * (init.size() + 20)) << "in all it sends less than it gets";
    // the client is through: its INIT, the same with the token, and DATA
    sst::FlowKey key{6, 40000, server.address, 443};
    EXPECT_EQ(client.endpoint.FindFlow(key).state, sst::FlowState::SST);
    auto inits = client.SentOfType(1);
    ASSERT_EQ(inits.size(), 2u);
    EXPECT_EQ(Slice(inits[0].bytes, 16, 16), Bytes(16, 0));
    EXPECT_NE(Slice(inits[1].bytes, 16, 16), Bytes(16, 0));
    EXPECT_EQ(inits[1].at - inits[0].at, 20 * MS) << "one round trip later";
    ASSERT_EQ(client.received.size(), 1u) << "the SYN-ACK";
    EXPECT_TRUE(client.received[0].sealed);
    EXPECT_TRUE(server.violations.empty());
    EXPECT_TRUE(client.violations.empty());
}
