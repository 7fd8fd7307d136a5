// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Two endpoints and a wire that loses, repeats and reorders.

#include "test-bench.h"

#include <set>

using namespace ssttest;

namespace
{

constexpr uint16_t PORT = 40000;

/// Two hosts, the second with a key the first finds under "server"; a server application that
/// answers SYN with SYN-ACK and every TCP payload with its own.
struct Pair
{
    World world;
    Host& client;
    Host& server;
    Path path;

    explicit Pair(uint8_t flags = 1, bool fresh = true)
        : client{world.Add("10.0.0.1", 11)},
          server{world.Add("10.0.1.2", 22)},
          path{client.address, PORT, server.address, 443}
    {
        world.names["server"] = {server.address, server.Serve(1, flags, fresh)};
        client.autoResolve = true;
        server.stack = [this](const Received& got) { Serve(got); };
    }

    void Serve(const Received& got)
    {
        if (got.protocol != 6)
        {
            return;
        }
        uint16_t peerPort = static_cast<uint16_t>(ReadBigEndian(got.bytes, 0, 2));
        Path back{server.address, 443, got.from, peerPort};
        if ((got.bytes[13] & (SYN | ACK)) == SYN)
        {
            server.Send(6, got.from, Tcp(back, SYN | ACK));
        }
        else if (got.bytes.size() > 20)
        {
            server.Send(6, got.from, Tcp(back, ACK | PSH, Slice(got.bytes, 20)));
        }
    }

    sst::Verdict Connect(sst::Policy policy = sst::Policy::REQUIRE)
    {
        sst::Request request = Ask(policy);
        return client.Send(6, server.address, Tcp(path, SYN), &request);
    }

    bool SynAckArrived() const
    {
        for (const Received& got : client.received)
        {
            if (got.protocol == 6 && got.bytes == Tcp(path.Reverse(), SYN | ACK))
            {
                return true;
            }
        }
        return false;
    }

    void ExpectClean()
    {
        EXPECT_TRUE(client.violations.empty()) << client.violations[0];
        EXPECT_TRUE(server.violations.empty()) << server.violations[0];
        EXPECT_TRUE(client.OpenCookies().empty());
        for (const Packet& packet : world.log)
        {
            EXPECT_TRUE(packet.marked);
        }
    }
};

} // namespace

TEST(Link, FirstFlightTakesOneRoundTrip)
{
    Pair pair;
    uint64_t start = pair.world.clock.monotonicNs;
    EXPECT_EQ(Say(pair.Connect()), "wait none");
    pair.world.Run(1 * S);
    ASSERT_TRUE(pair.SynAckArrived());
    EXPECT_EQ(pair.client.received[0].at, start + 20 * MS) << "no round trip added";
    pair.client.Send(6, pair.server.address, Tcp(pair.path, ACK | PSH, FromText("hello"), 1001));
    pair.world.Run(1 * S);
    EXPECT_EQ(Slice(pair.client.received.back().bytes, 20), FromText("hello"));
    pair.ExpectClean();
}

// Each packet of the handshake and behind it lost once, by its place on the wire. The stacks repeat
// themselves as TCP does: the client its data each second.
TEST(Link, LossOfEachHandshakePacket)
{
    for (int lost = 0; lost < 6; lost++)
    {
        Pair pair;
        int seen = 0;
        pair.world.filter = [&](Packet&) { return seen++ != lost; };
        pair.Connect();
        Bytes answer;
        for (int i = 0; i < 8 && answer != FromText("hi"); i++)
        {
            pair.world.Run(1 * S);
            if (pair.SynAckArrived())
            {
                pair.client.Send(6,
                                 pair.server.address,
                                 Tcp(pair.path, ACK | PSH, FromText("hi"), 1001));
                pair.world.Run(100 * MS);
                answer = Slice(pair.client.received.back().bytes, 20);
            }
        }
        EXPECT_EQ(answer, FromText("hi")) << "packet " << lost;
        EXPECT_EQ(pair.server.endpoint.SessionCount(), 1u);
        EXPECT_EQ(pair.client.endpoint.SessionCount(), 1u);
        pair.ExpectClean();
    }
}

// The first k INITs, or the first k RESPs, lost.
TEST(Link, LossOfSeveral)
{
    for (uint8_t type : {1, 2})
    {
        for (int losses = 1; losses < 14; losses++)
        {
            Pair pair;
            int left = losses;
            pair.world.filter = [&](Packet& packet) {
                return packet.bytes[0] >> 6 != type || left-- <= 0;
            };
            pair.Connect();
            pair.world.Run(250 * S);
            EXPECT_TRUE(pair.SynAckArrived()) << "type " << int(type) << ", " << losses;
            pair.ExpectClean();
        }
    }
}

// All that the client sends at once after RESP is lost: the type 59 of the seconds after it brings
// the server UP before its HALF session ends.
TEST(Link, LossOfTheFirstData)
{
    for (int losses = 1; losses < 5; losses++)
    {
        Pair pair;
        int left = losses;
        pair.world.filter = [&](Packet& packet) {
            return packet.bytes[0] >> 6 != 0 || packet.from != pair.client.address || left-- <= 0;
        };
        pair.Connect();
        pair.world.Run(30 * S);
        ASSERT_TRUE(pair.SynAckArrived());
        EXPECT_EQ(pair.server.EventCount(sst::Action::Event::SESSION_UP), 1u) << losses;
        pair.client.Send(6, pair.server.address, Tcp(pair.path, ACK | PSH, FromText("hi"), 1001));
        pair.world.Run(1 * S);
        EXPECT_EQ(Slice(pair.client.received.back().bytes, 20), FromText("hi"));
        pair.ExpectClean();
    }
}

// Fresh INITs leave 8 s apart, a HALF session lives 10 s: the SYN of the second one comes while the
// first still holds the tuple, and is translated.
TEST(Link, FreshInitWhileTheOneBeforeIsHalfOpen)
{
    Pair pair;
    uint64_t start = pair.world.clock.monotonicNs;
    pair.world.filter = [&](Packet& packet) {
        const bool early = pair.world.clock.monotonicNs < start + 22 * S;
        return !early || packet.bytes[0] >> 6 != 2;
    };
    pair.Connect();
    pair.world.Run(22 * S);
    EXPECT_EQ(pair.server.endpoint.HalfOpenCount(), 1u) << "of the INIT at 15 s";
    pair.world.Run(2 * S);
    ASSERT_TRUE(pair.SynAckArrived());
    EXPECT_EQ(pair.server.endpoint.SessionCount(), 2u);
    pair.client.Send(6, pair.server.address, Tcp(pair.path, ACK | PSH, FromText("hi"), 1001));
    pair.world.Run(3 * S);
    EXPECT_EQ(Slice(pair.client.received.back().bytes, 20), FromText("hi"));
    EXPECT_EQ(pair.server.endpoint.SessionCount(), 1u) << "the first one lapsed";
    pair.client.Send(6, pair.server.address, Tcp(pair.path, ACK | PSH, FromText("ho"), 1003));
    pair.world.Run(1 * S);
    EXPECT_EQ(Slice(pair.client.received.back().bytes, 20), FromText("ho"));
    pair.ExpectClean();
}

TEST(Link, ThirtyPercentLossBothWays)
{
    int done = 0;
    for (uint64_t seed = 0; seed < 100; seed++)
    {
        Pair pair;
        Dice dice(seed);
        pair.world.filter = [&](Packet&) { return dice.Below(10) >= 3; };
        pair.Connect();
        pair.world.Run(60 * S);
        done += pair.client.endpoint.FindFlow({6, PORT, pair.server.address, 443}).state ==
                sst::FlowState::SST;
        EXPECT_TRUE(pair.client.violations.empty());
        EXPECT_TRUE(pair.server.violations.empty());
    }
    // arithmetic: the ten INITs of 60 s all fail with probability 0.51^10 = 0.12 %
    EXPECT_GE(done, 98);
}

// "Refused early data still completes the handshake; the client sends it again."
TEST(Link, RefusedEarlyDataIsSentAgain)
{
    Pair pair(1, false); // the server has just started with an old key
    pair.Connect();
    pair.world.Run(1 * S);
    EXPECT_TRUE(pair.SynAckArrived());
    EXPECT_EQ(pair.client.cookieSends.size(), 1u);
    size_t syns = 0;
    for (const Received& got : pair.server.received)
    {
        syns += got.bytes[13] == SYN;
    }
    EXPECT_EQ(syns, 1u);
    pair.ExpectClean();
}

TEST(Link, WithoutEarlyData)
{
    Pair pair(0);
    pair.Connect();
    pair.world.Run(1 * S);
    EXPECT_TRUE(pair.SynAckArrived());
    pair.ExpectClean();
}

// Packets late, doubled and reordered: every payload up exactly once.
TEST(Link, ReorderingAndDuplicates)
{
    Pair pair;
    pair.Connect();
    pair.world.Run(1 * S);
    Dice dice(5);
    std::vector<Packet> held;
    std::multiset<Bytes> got;
    pair.server.stack = nullptr;
    size_t before = pair.server.received.size();
    pair.world.carry = false;
    for (uint32_t i = 0; i < 1500; i++)
    {
        pair.client.Send(6,
                         pair.server.address,
                         Tcp(pair.path, ACK | PSH, BigEndian(i, 4), 1001 + i));
        held.push_back(pair.client.sent.back());
        if (dice.Below(20) == 0)
        {
            held.push_back(pair.client.sent.back());
        }
    }
    for (size_t i = held.size() - 1; i > 0; i--)
    {
        std::swap(held[i], held[dice.Below(i + 1)]);
    }
    size_t refused = 0;
    for (const Packet& packet : held)
    {
        refused += pair.server.Receive(packet).outcome == sst::Outcome::DROP;
    }
    for (size_t i = before; i < pair.server.received.size(); i++)
    {
        got.insert(Slice(pair.server.received[i].bytes, 20));
    }
    EXPECT_EQ(got.size(), 1500u);
    EXPECT_EQ(refused, held.size() - 1500);
    for (uint32_t i = 0; i < 1500; i++)
    {
        EXPECT_EQ(got.count(BigEndian(i, 4)), 1u);
    }
}

// "Both hosts may hold a session to the other; each flow stays where it was opened."
TEST(Link, BothHostsOpenSessions)
{
    Pair pair;
    pair.world.names["client"] = {pair.client.address, pair.client.Serve(7)};
    pair.server.autoResolve = true;
    pair.Connect();
    sst::Request request = Ask(sst::Policy::REQUIRE, "client");
    Path back{pair.server.address, 50000, pair.client.address, 22};
    pair.server.Send(6, pair.client.address, Tcp(back, SYN), &request);
    pair.world.Run(1 * S);
    EXPECT_TRUE(pair.SynAckArrived());
    EXPECT_EQ(pair.client.endpoint.SessionCount(), 2u);
    EXPECT_EQ(pair.server.endpoint.SessionCount(), 2u);
    sst::FlowInfo own = pair.client.endpoint.FindFlow({6, PORT, pair.server.address, 443});
    sst::FlowInfo inbound = pair.client.endpoint.FindFlow({6, 22, pair.server.address, 50000});
    EXPECT_EQ(own.state, sst::FlowState::SST);
    EXPECT_EQ(inbound.state, sst::FlowState::SST);
    EXPECT_TRUE(own.client);
    EXPECT_FALSE(inbound.client);
    EXPECT_NE(own.index, inbound.index);
    bool arrived = false;
    for (const Received& got : pair.client.received)
    {
        arrived = arrived || got.bytes == Tcp(back, SYN);
    }
    EXPECT_TRUE(arrived);
    // answers stay on the session of the flow
    pair.client.Send(6, pair.server.address, Tcp(back.Reverse(), SYN | ACK));
    pair.world.Run(1 * S);
    EXPECT_EQ(pair.server.received.back().bytes, Tcp(back.Reverse(), SYN | ACK));
    pair.ExpectClean();
}

// TCP simultaneous open of one tuple: both sides open it, both sessions stand, no flow moves.
TEST(Link, SimultaneousOpenOfOneTuple)
{
    Pair pair;
    pair.world.names["client"] = {pair.client.address, pair.client.Serve(7)};
    pair.server.autoResolve = true;
    pair.Connect();
    sst::Request request = Ask(sst::Policy::REQUIRE, "client");
    pair.server.Send(6, pair.client.address, Tcp(pair.path.Reverse(), SYN), &request);
    pair.world.Run(2 * S);
    sst::FlowInfo a = pair.client.endpoint.FindFlow({6, PORT, pair.server.address, 443});
    sst::FlowInfo b = pair.server.endpoint.FindFlow({6, 443, pair.client.address, PORT});
    EXPECT_TRUE(a.client);
    EXPECT_TRUE(b.client);
    pair.ExpectClean();
}

// A session of a host to itself.
TEST(Link, Loopback)
{
    World world;
    Host& host = world.Add("10.0.0.1", 3);
    world.names["self"] = {host.address, host.Serve()};
    host.autoResolve = true;
    Path path{host.address, PORT, host.address, 443};
    bool answered = false;
    host.stack = [&](const Received& got) {
        if (got.bytes == Tcp(path, SYN))
        {
            host.Send(6, host.address, Tcp(path.Reverse(), SYN | ACK));
        }
        answered = answered || got.bytes == Tcp(path.Reverse(), SYN | ACK);
    };
    sst::Request request = Ask(sst::Policy::REQUIRE, "self");
    EXPECT_EQ(Say(host.Send(6, host.address, Tcp(path, SYN), &request)), "wait none");
    world.Run(1 * S);
    EXPECT_TRUE(answered);
    EXPECT_EQ(host.endpoint.SessionCount(), 2u) << "a client's and a server's";
    host.Send(6, host.address, Tcp(path, ACK | PSH, FromText("x"), 1001));
    world.Run(1 * S);
    EXPECT_EQ(host.received.back().bytes, Tcp(path, ACK | PSH, FromText("x"), 1001));
    EXPECT_TRUE(host.violations.empty()) << host.violations[0];
    for (const Packet& packet : world.log)
    {
        EXPECT_TRUE(packet.marked);
    }
}

// The same seed twice gives the same bytes on the wire.
TEST(Link, Deterministic)
{
    std::vector<Bytes> runs[2];
    for (auto& run : runs)
    {
        Pair pair;
        Dice dice(3);
        pair.world.filter = [&](Packet&) { return dice.Below(10) >= 2; };
        pair.Connect();
        for (uint16_t port = 1; port < 20; port++)
        {
            sst::Request request = Ask(sst::Policy::REQUIRE);
            Path path{pair.client.address, port, pair.server.address, 443};
            pair.client.Send(6, pair.server.address, Tcp(path, SYN), &request);
            pair.world.Run(100 * MS);
        }
        pair.world.Run(100 * S);
        for (const Packet& packet : pair.world.log)
        {
            run.push_back(packet.bytes);
        }
    }
    EXPECT_EQ(runs[0], runs[1]);
}

// Bleached marks: the receiver accepts unmarked DATA and RESP of its sessions.
TEST(Link, BleachedOnTheWayBack)
{
    Pair pair;
    pair.world.filter = [&](Packet& packet) {
        if (packet.from == pair.server.address)
        {
            packet.marked = false;
        }
        return true;
    };
    pair.Connect();
    pair.world.Run(1 * S);
    EXPECT_TRUE(pair.SynAckArrived());
    pair.client.Send(6, pair.server.address, Tcp(pair.path, ACK | PSH, FromText("hi"), 1001));
    pair.world.Run(1 * S);
    EXPECT_EQ(Slice(pair.client.received.back().bytes, 20), FromText("hi"));
}
