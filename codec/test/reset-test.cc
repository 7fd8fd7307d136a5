// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "DATA for an unknown index: RESET, smaller than its trigger, at most 10/s per source": what a
// server that lost its state tells its clients, and what nobody else can.

#include "test-bench.h"

#include <set>

using namespace ssttest;

namespace
{

/// \return DATA for an index nobody has
Bytes
Unknown(uint32_t index, size_t size = 100)
{
    return Concat({BigEndian(index, 4), Bytes(size - 4, 0x31)});
}

/// \return the index of key id 1 that a server gives: top bits 01
constexpr uint32_t
OfKeyOne(uint32_t rest = 0x234567)
{
    return 0x10000000u | rest;
}

std::vector<Packet>
Resets(const Host& host)
{
    return host.SentOfType(3);
}

/// A client with an open session, its RESET at hand.
struct Opened : ClientBench
{
    explicit Opened(const BenchOptions& options = {})
        : ClientBench(options)
    {
        Establish();
        index = reference.Session().ownIndex;
        reset = ReferenceReset(index, reference.resetToken);
    }

    uint32_t index;
    Bytes reset;
};

} // namespace

TEST(ResetServer, ResetIsThatOfTheReference)
{
    ServerBench bench;
    EXPECT_EQ(Say(bench.Inject(Unknown(OfKeyOne()), 17)), "drop unknown-index");
    ASSERT_EQ(bench.host.sent.size(), 1u);
    const Packet& reset = bench.host.sent[0];
    Bytes token =
        ReferenceResetToken(bench.host.serverSecret, OfKeyOne(), AddressBytes(bench.client));
    EXPECT_EQ(ToHex(reset.bytes), ToHex(ReferenceReset(OfKeyOne(), token)));
    EXPECT_EQ(reset.protocol, 17);
    EXPECT_TRUE(reset.marked);
    EXPECT_EQ(reset.to, bench.client);
}

// The token is the one RESP handed out for that index.
TEST(ResetServer, TokenIsThatOfResp)
{
    ServerBench bench;
    bench.Establish();
    Bytes handed = bench.resp->options.at(1);
    uint32_t index = bench.resp->serverIndex;
    bench.world.Run(3 * HOUR);
    bench.host.Tick();
    bench.InjectData(6, Tcp(bench.path, ACK)); // its flow has lapsed, and then the session
    ASSERT_EQ(bench.host.endpoint.SessionCount(), 0u);
    auto resets = Resets(bench.host);
    ASSERT_EQ(resets.size(), 1u);
    EXPECT_EQ(ToHex(resets[0].bytes), ToHex(ReferenceReset(index, handed)));
}

// "smaller than its trigger": 32 bytes for 33 or more.
TEST(ResetServer, SmallerThanItsTrigger)
{
    ServerBench bench;
    for (size_t size = 27; size <= 32; size++)
    {
        EXPECT_EQ(Say(bench.Inject(Unknown(OfKeyOne(), size))), "drop unknown-index");
    }
    EXPECT_TRUE(bench.host.sent.empty());
    EXPECT_EQ(Say(bench.Inject(Unknown(OfKeyOne(), 33))), "drop unknown-index");
    ASSERT_EQ(Resets(bench.host).size(), 1u);
    EXPECT_EQ(Resets(bench.host)[0].bytes.size(), 32u);
}

// "at most 10/s per source"
TEST(ResetServer, TenASecondForOneSource)
{
    ServerBench bench;
    for (int i = 0; i < 50; i++)
    {
        EXPECT_EQ(Say(bench.Inject(Unknown(OfKeyOne()))), "drop unknown-index");
    }
    EXPECT_EQ(Resets(bench.host).size(), 10u);
    sst::IpAddress other = Ip("10.0.0.2");
    bench.Inject(Unknown(OfKeyOne()), 6, true, &other);
    EXPECT_EQ(Resets(bench.host).size(), 11u);
    EXPECT_EQ(Resets(bench.host).back().to, other);
    bench.world.Run(100 * MS - 1);
    bench.Inject(Unknown(OfKeyOne()));
    EXPECT_EQ(Resets(bench.host).size(), 11u);
    bench.world.Run(1);
    bench.Inject(Unknown(OfKeyOne()));
    bench.Inject(Unknown(OfKeyOne()));
    EXPECT_EQ(Resets(bench.host).size(), 12u);
    for (int ms = 0; ms < 5000; ms++)
    {
        bench.Inject(Unknown(OfKeyOne()));
        bench.world.Run(1 * MS);
    }
    EXPECT_EQ(Resets(bench.host).size(), 12u + 49);
}

TEST(ResetServer, RateOfZeroSendsNone)
{
    BenchOptions options;
    options.config.resetRate = 0;
    ServerBench bench(options);
    bench.Inject(Unknown(OfKeyOne()));
    EXPECT_TRUE(bench.host.sent.empty());
}

// "never for CTRL, INIT, RESP", nor for a packet without mark
TEST(ResetServer, OnlyForMarkedData)
{
    ServerBench bench;
    EXPECT_EQ(Say(bench.Inject(ReferenceReset(OfKeyOne(), Bytes(16, 1)))), "drop unknown-index");
    Bytes init = bench.MakeInit({});
    EXPECT_EQ(Say(bench.Inject(Concat({BigEndian(0x80000000u | OfKeyOne(), 4), Bytes(252, 0)}))),
              "drop unknown-index");
    EXPECT_EQ(Say(bench.Inject(ReferenceRetry(init, bench.serverKey, Bytes(16, 1)))),
              "drop unknown-index");
    EXPECT_EQ(Say(bench.Inject(Unknown(OfKeyOne()), 6, false)), "pass none");
    EXPECT_TRUE(bench.host.sent.empty());
}

// "Known index from a wrong address: silent drop."
TEST(ResetServer, NotForAKnownIndexFromElsewhere)
{
    ServerBench bench;
    bench.Establish();
    size_t before = bench.host.sent.size();
    sst::IpAddress other = Ip("10.0.0.2");
    EXPECT_EQ(Say(bench.Inject(Unknown(bench.resp->serverIndex), 6, true, &other)),
              "drop wrong-peer");
    EXPECT_EQ(bench.host.sent.size(), before);
}

// "on IPv6 in N: up unchanged instead, others use the codepoint"
TEST(ResetServer, NotOnIpv6)
{
    for (bool up : {true, false})
    {
        BenchOptions options;
        options.v6 = true;
        options.config.markedUnknownUp = up;
        ServerBench bench(options);
        EXPECT_EQ(Say(bench.Inject(Unknown(OfKeyOne()))),
                  up ? "pass unknown-index" : "drop unknown-index");
        EXPECT_TRUE(bench.host.sent.empty());
    }
}

// One packet to everyone must not make everyone answer, nor answers go to everyone.
TEST(ResetServer, NotToNorFromGroups)
{
    ServerBench bench;
    for (const char* text : {"255.255.255.255", "224.0.0.1", "0.0.0.0"})
    {
        sst::IpAddress group = Ip(text);
        EXPECT_EQ(Say(bench.Inject(Unknown(OfKeyOne()), 6, true, &group)), "pass none");
        EXPECT_EQ(Say(bench.Inject(bench.MakeInit({}), 6, true, &group)), "pass none");
        Packet packet{bench.client, group, 6, true, Unknown(OfKeyOne()), 0};
        EXPECT_EQ(Say(bench.host.Receive(packet)), "pass none");
        packet.bytes = bench.MakeInit({});
        EXPECT_EQ(Say(bench.host.Receive(packet)), "pass none");
    }
    EXPECT_TRUE(bench.host.sent.empty());
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_TRUE(bench.host.violations.empty());
}

// The index says with which key: its two top bits are those of the key's number.
TEST(ResetServer, KeyOfTheIndex)
{
    World world;
    world.carry = false;
    Host& host = world.Add("10.0.1.2", 1);
    sst::IpAddress peer = Ip("10.0.0.1");
    auto inject = [&](uint32_t index) {
        host.sent.clear();
        (void)host.Receive({peer, host.address, 6, true, Unknown(index), 0});
        return host.sent.empty() ? Bytes{} : host.sent[0].bytes;
    };
    EXPECT_TRUE(inject(OfKeyOne()).empty()) << "no key, no RESET";
    for (uint8_t id : {6, 7, 10})
    {
        host.Serve(id);
    }
    for (uint32_t top = 0; top < 4; top++)
    {
        uint32_t index = top << 28 | 0x765432;
        Bytes secret(32, static_cast<uint8_t>(0x50 + 4 + top)); // of Serve(6) and Serve(7)
        Bytes expected =
            top < 2 ? Bytes{}
                    : ReferenceReset(index, ReferenceResetToken(secret, index, AddressBytes(peer)));
        EXPECT_EQ(ToHex(inject(index)), ToHex(expected)) << top << ": 10 & 3 is 2 too";
    }
}

TEST(ResetServer, IndicesCarryTheKeysNumber)
{
    World world;
    world.carry = false;
    Host& host = world.Add("10.0.1.2", 1);
    for (uint8_t id : {3, 4, 5, 254})
    {
        sst::KeyEntry entry = host.Serve(id);
        for (int i = 0; i < 8; i++)
        {
            ReferenceClient client(Bytes(entry.publicKey.begin(), entry.publicKey.end()),
                                   Concat({Bytes(31, id), Bytes{static_cast<uint8_t>(i)}}));
            ReferenceInit init;
            init.keyId = id;
            init.timeMs = world.clock.unixMs;
            (void)host.Receive({Ip("10.0.0.1"), host.address, 6, true, client.Init(init), 0});
            auto resp = client.ReadResp(6, host.SentOfType(2).back().bytes);
            ASSERT_TRUE(resp);
            EXPECT_EQ(resp->serverIndex >> 28, id & 3u);
            EXPECT_EQ(resp->serverIndex & 0x0fffffff,
                      ReadBigEndian(host.random.indices.back(), 0, 4) & 0x0fffffff);
        }
    }
}

// An index in use is not given twice, and the next one keeps the key's number too.
// PKT-10
TEST(ResetServer, IndexTakenAlready)
{
    ServerBench bench;
    for (int i = 0; i < 66; i++)
    {
        bench.host.random.nextIndices.push_back(BigEndian(0xffffffff, 4));
    }
    std::set<uint32_t> indices;
    for (int i = 0; i < 2; i++)
    {
        bench.Inject(bench.MakeInit({}));
        ASSERT_TRUE(bench.ReadResp());
        indices.insert(bench.resp->serverIndex);
    }
    EXPECT_EQ(indices, (std::set<uint32_t>{0x1fffffff, 0x10000000}));
}

TEST(ResetClient, TheSessionEnds)
{
    for (bool v6 : {false, true})
    {
        for (bool marked : {true, false})
        {
            BenchOptions options;
            options.v6 = v6;
            Opened bench(options);
            sst::Request request = Ask(sst::Policy::REQUIRE);
            Path udp{bench.client, 5000, bench.server, 443};
            bench.host.Send(17, bench.server, Udp(udp, FromText("q")), &request);
            EXPECT_EQ(Say(bench.Inject(bench.reset, 6, marked)), "consumed reset");
            EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
            EXPECT_EQ(bench.host.EventCount(sst::Action::Event::SESSION_CLOSED), 1u);
            EXPECT_EQ(bench.host.events.back().reason, sst::Reason::RESET);
            EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::RESET), 1u);
            // nothing of its flows leaves in clear
            EXPECT_EQ(Say(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK))),
                      "drop tombstone");
            EXPECT_EQ(Say(bench.host.Send(17, bench.server, Udp(udp, FromText("r")))),
                      "drop tombstone");
            EXPECT_EQ(Say(bench.Inject(bench.reset, 6, marked)),
                      !marked ? "pass none"
                      : v6    ? "pass unknown-index"
                              : "drop unknown-index")
                << "once";
            // a new connection makes a new session
            EXPECT_EQ(Say(bench.Connect()), "wait none");
            EXPECT_EQ(bench.host.SentOfType(1).size(), 2u);
            EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
        }
    }
}

TEST(ResetClient, EveryBitOfTheTokenCounts)
{
    Opened bench;
    for (size_t bit = 128; bit < 256; bit++)
    {
        EXPECT_EQ(Say(bench.Inject(Flip(bench.reset, bit))), "drop ctrl-mac") << bit;
        EXPECT_EQ(Say(bench.Inject(Flip(bench.reset, bit), 6, false)), "pass none") << bit;
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::SST);
    EXPECT_TRUE(bench.host.violations.empty());
}

TEST(ResetClient, WrongIndexAndPeer)
{
    Opened bench;
    for (size_t bit = 2; bit < 32; bit++)
    {
        EXPECT_EQ(Say(bench.Inject(Flip(bench.reset, bit))), "drop unknown-index") << bit;
    }
    sst::IpAddress other = Ip("10.0.1.3");
    EXPECT_EQ(Say(bench.Inject(bench.reset, 6, true, &other)), "drop unknown-index");
    EXPECT_EQ(Say(bench.Inject(bench.reset, 6, false, &other)), "pass none");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

// The guard is not looked at: a middlebox may have changed it.
TEST(ResetClient, AnyGuard)
{
    Opened bench;
    EXPECT_EQ(Say(bench.Inject(Flip(bench.reset, 100))), "consumed reset");
}

// Before RESP there is no token to compare, and the client's own index is not the server's.
TEST(ResetClient, NotBeforeResp)
{
    ClientBench bench;
    bench.Connect();
    uint32_t own =
        static_cast<uint32_t>(ReadBigEndian(bench.host.sent[0].bytes, 0, 4)) & 0x3fffffff;
    for (uint32_t index : {own, 0u})
    {
        EXPECT_EQ(Say(bench.Inject(ReferenceReset(index, Bytes(16, 0)))), "drop unknown-index");
    }
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::WAITING);
}

// A server's session is never closed by one, not even by the token it handed out itself.
TEST(ResetClient, NotASessionOfTheServer)
{
    ServerBench bench;
    bench.Establish();
    Bytes token = bench.resp->options.at(1);
    for (uint32_t index : {bench.init.clientIndex, bench.resp->serverIndex})
    {
        EXPECT_EQ(Say(bench.Inject(ReferenceReset(index, token))), "drop unknown-index");
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

// Idle for 120 s without flows, the session is gone by itself.
TEST(ResetClient, AnIdleSessionIsUnknown)
{
    Opened bench;
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), RST));
    bench.world.Run(241 * S);
    EXPECT_EQ(Say(bench.Inject(bench.reset)), "drop unknown-index");
    EXPECT_EQ(bench.host.events.back().reason, sst::Reason::IDLE);
}

// The whole story: a server restarts with the same key, its client learns it, and connects anew.
TEST(Reset, AServerThatRestarts)
{
    World world;
    Host& first = world.Add("10.0.1.2", 1);
    Host& client = world.Add("10.0.0.1", 2);
    client.Learn("server", first.address, first.Serve());
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Path path{client.address, 40000, first.address, 443};
    client.Send(6, first.address, Tcp(path, SYN), &request);
    world.Run(1 * S);
    sst::FlowKey key{6, 40000, first.address, 443};
    ASSERT_EQ(client.endpoint.FindFlow(key).state, sst::FlowState::SST);
    // the same address answers, nothing of before is known there
    first.address = Ip("10.9.9.9");
    Host& second = world.Add("10.0.1.2", 3);
    second.Serve();
    EXPECT_EQ(Say(client.Send(6, second.address, Tcp(path, ACK, FromText("GET / HTTP/1.1\r\n")))),
              "send none");
    world.Run(1 * S);
    ASSERT_EQ(Resets(second).size(), 1u);
    EXPECT_EQ(client.endpoint.SessionCount(), 0u);
    EXPECT_EQ(client.endpoint.Count(sst::Reason::RESET), 1u);
    EXPECT_EQ(Say(client.Send(6, second.address, Tcp(path, ACK, FromText("again")))),
              "drop tombstone");
    EXPECT_EQ(Say(client.Send(6, second.address, Tcp(path, SYN), &request)), "wait none");
    world.Run(1 * S);
    EXPECT_EQ(client.endpoint.FindFlow(key).state, sst::FlowState::SST);
    for (const Packet& packet : client.sent)
    {
        EXPECT_TRUE(packet.marked);
    }
}

// "smaller than its trigger", and only for DATA: two hosts cannot keep each other busy.
TEST(Reset, NoLoopBetweenTwoHosts)
{
    World world;
    Host& one = world.Add("10.0.0.1", 1);
    Host& two = world.Add("10.0.0.2", 2);
    for (Host* host : {&one, &two})
    {
        host->Serve(1);
        host->Serve(2);
    }
    Dice dice(6);
    for (int i = 0; i < 500; i++)
    {
        // one's address is forged on packets to two, and the other way round
        Bytes packet = dice.Fill(27 + dice.Below(400));
        size_t before = world.log.size();
        Host& to = dice.Below(2) ? one : two;
        Host& from = &to == &one ? two : one;
        (void)to.Receive({from.address, to.address, 6, true, packet, 0});
        world.Run(200 * MS);
        ASSERT_LE(world.log.size(), before + 1) << "at most one answer, and none to that";
        if (world.log.size() > before)
        {
            ASSERT_LT(world.log.back().bytes.size(), packet.size());
        }
    }
    EXPECT_GT(Resets(one).size() + Resets(two).size(), 20u);
}

// Small garbage against both roles of a host that holds sessions: they all stay.
TEST(Reset, ForgedOnesCloseNothing)
{
    Opened bench;
    Dice dice(8);
    for (int i = 0; i < 5000; i++)
    {
        Bytes token = dice.Fill(16);
        uint32_t index = dice.Below(2) ? bench.index : static_cast<uint32_t>(dice.Below(1u << 30));
        sst::Verdict verdict = bench.Inject(ReferenceReset(index, token));
        ASSERT_EQ(verdict.outcome, sst::Outcome::DROP);
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}
