// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// F2: a flow whose tuple is taken is told to the local stack under another peer port, both ways,
// ICMP included; and nobody gets at the flow that had the tuple first.

#include "test-bench.h"

#include <set>

using namespace ssttest;

namespace
{

/// A client of its own at a server bench, from the first one's address unless told otherwise.
struct Second
{
    ServerBench& bench;
    sst::IpAddress from;
    ReferenceClient client;
    ReferenceSession& session;
    std::string verdict; //!< on the INIT

    Second(ServerBench& server, const Path& path, uint8_t type = 6, bool early = true)
        : bench{server},
          from{path.source},
          client{server.serverKey, server.dice.Fill(32)},
          session{client.Session()}
    {
        ReferenceInit init;
        init.outerProtocol = type;
        init.clientIndex = static_cast<uint32_t>(bench.dice.Below(1u << 30));
        init.timeMs = bench.world.clock.unixMs;
        if (early)
        {
            init.segment =
                WithoutChecksum(type, type == 6 ? Tcp(path, SYN) : Udp(path, FromText("early")));
            init.type = type;
        }
        verdict = Say(bench.Inject(client.Init(init), type, true, &from));
        if (!early)
        {
            ReadResp(type);
            Say(bench.Inject(session.SealNext(type, {}, 59), type, true, &from));
        }
    }

    /// \return what the RESP sent last says
    std::optional<ReferenceResp> ReadResp(uint8_t type = 6)
    {
        return client.ReadResp(type, bench.host.SentOfType(2).back().bytes);
    }

    std::string Say(const sst::Verdict& v)
    {
        return ssttest::Say(v);
    }

    std::string Inject(uint8_t protocol, const Bytes& segment)
    {
        Bytes zeroed = WithoutChecksum(protocol, segment);
        return Say(
            bench.Inject(session.SealNext(protocol, zeroed, protocol), protocol, true, &from));
    }
};

/// \return the source port of a segment
uint16_t
SourcePort(const Bytes& segment)
{
    return static_cast<uint16_t>(ReadBigEndian(segment, 0, 2));
}

/// \return the port a bench's stack was told last, which must be an alias
uint16_t
ToldPort(ServerBench& bench)
{
    uint16_t port = SourcePort(bench.host.received.back().bytes);
    EXPECT_GE(port, 49152);
    return port;
}

/// \return \p path with another source port
Path
From(Path path, uint16_t port)
{
    path.sourcePort = port;
    return path;
}

} // namespace

// "a second claimant of the same tuple, from another session [...] is translated": the two clients
// behind one NAT address, who chose the same port.
TEST(Translation, TwoClientsBehindOneAddress)
{
    for (bool v6 : {false, true})
    {
        BenchOptions options;
        options.v6 = v6;
        ServerBench bench(options);
        ReferenceSession& first = bench.Establish();
        Second second(bench, bench.path, 6, false);
        EXPECT_EQ(second.Inject(6, Tcp(bench.path, SYN, {}, 5)), "deliver none");
        uint16_t alias = ToldPort(bench);
        Path told = From(bench.path, alias);
        EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(Tcp(told, SYN, {}, 5)))
            << "checksum right for the alias, all else as it was";
        EXPECT_EQ(bench.host.received.back().from, bench.client);
        // both ways, many times, each on its own session
        for (int i = 0; i < 5; i++)
        {
            Bytes up = FromText("up " + std::to_string(i));
            Bytes down = FromText("down " + std::to_string(i));
            EXPECT_EQ(second.Inject(6, Tcp(bench.path, ACK, up)), "deliver none");
            EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(Tcp(told, ACK, up)));
            EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, ACK, up))), "deliver none");
            EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(Tcp(bench.path, ACK, up)));
            EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(told.Reverse(), ACK, down))),
                      "send none");
            auto opened = second.session.OpenPacket(6, bench.host.sent.back().bytes);
            ASSERT_TRUE(opened);
            EXPECT_EQ(ToHex(opened->inner.segment),
                      ToHex(WithoutChecksum(6, Tcp(bench.path.Reverse(), ACK, down))))
                << "leaves with the true port";
            EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, down))),
                      "send none");
            EXPECT_TRUE(first.OpenPacket(6, bench.host.sent.back().bytes));
        }
        EXPECT_EQ(bench.host.endpoint.FlowCount(), 2u) << "same session, same tuple: the same flow";
    }
}

// "FlowKey at the API is always the local view"
TEST(Translation, EventsAndQueriesUseTheLocalView)
{
    ServerBench bench;
    bench.Establish();
    Second second(bench, bench.path, 6, false);
    second.Inject(6, Tcp(bench.path, SYN));
    sst::FlowKey key{6, 443, bench.client, ToldPort(bench)};
    const sst::Action& event = bench.host.events.back();
    EXPECT_EQ(event.event, sst::Action::Event::FLOW_BOUND);
    EXPECT_EQ(event.flow, key);
    EXPECT_EQ(event.index, second.session.peerIndex);
    sst::FlowInfo info = bench.host.endpoint.FindFlow(key);
    EXPECT_EQ(info.state, sst::FlowState::SST);
    EXPECT_EQ(info.index, second.session.peerIndex);
    EXPECT_FALSE(info.client);
    EXPECT_TRUE(bench.host.endpoint.MayConcern(key));
    key.peerPort = bench.path.sourcePort;
    EXPECT_EQ(bench.host.endpoint.FindFlow(key).index, bench.reference->Session().peerIndex);
}

// "Early data too": the SYN in INIT, the stack's answer in RESP.
TEST(Translation, EarlySyn)
{
    ServerBench bench;
    bench.Establish();
    Second second(bench, bench.path);
    EXPECT_EQ(second.verdict, "deliver none");
    Path told = From(bench.path, ToldPort(bench));
    EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(Tcp(told, SYN)));
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(told.Reverse(), SYN | ACK))), "send none");
    auto resp = second.ReadResp();
    ASSERT_TRUE(resp);
    EXPECT_EQ(resp->status, 1) << "accepted";
    EXPECT_EQ(resp->type, 6) << "the stack's answer rides in RESP";
    EXPECT_EQ(ToHex(resp->segment),
              ToHex(WithoutChecksum(6, Tcp(bench.path.Reverse(), SYN | ACK))));
    EXPECT_EQ(second.Inject(6, Tcp(bench.path, ACK, FromText("x"))), "deliver none");
    EXPECT_EQ(SourcePort(bench.host.received.back().bytes), told.sourcePort);
}

TEST(Translation, Datagrams)
{
    BenchOptions options;
    options.serverFlags = 3;
    ServerBench bench(options);
    bench.Establish();
    Path udp{bench.client, 5000, bench.server, 53};
    EXPECT_EQ(Say(bench.InjectData(17, Udp(udp, FromText("one")))), "deliver none");
    Second second(bench, udp, 17);
    EXPECT_EQ(second.verdict, "deliver none");
    Path told = From(udp, ToldPort(bench));
    EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(Udp(told, FromText("early"))));
    bench.host.Send(17, bench.client, Udp(told.Reverse(), FromText("answer")));
    auto resp = second.ReadResp(17);
    ASSERT_TRUE(resp);
    EXPECT_EQ(ToHex(resp->segment),
              ToHex(WithoutChecksum(17, Udp(udp.Reverse(), FromText("answer")))));
    // a TCP flow of the same ports is another flow, and free
    Path tcp = udp;
    EXPECT_EQ(second.Inject(6, Tcp(tcp, SYN)), "deliver none");
    EXPECT_EQ(SourcePort(bench.host.received.back().bytes), 5000);
}

// "or of a tuple the local stack already uses in clear"
TEST(Translation, TupleInUseInClear)
{
    ServerBench bench;
    bench.Establish();
    std::vector<sst::FlowKey> asked;
    bench.host.endpoint.usesInClear = [&](const sst::FlowKey& key, const sst::IpAddress& local) {
        EXPECT_EQ(local, bench.server);
        asked.push_back(key);
        return key.peerPort == 41000;
    };
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(From(bench.path, 41000), SYN))), "deliver none");
    uint16_t alias = ToldPort(bench);
    ASSERT_EQ(asked.size(), 2u);
    EXPECT_EQ(asked[0], (sst::FlowKey{6, 443, bench.client, 41000}));
    EXPECT_EQ(asked[1], (sst::FlowKey{6, 443, bench.client, alias}));
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(From(bench.path, 41000), ACK))), "deliver none");
    EXPECT_EQ(asked.size(), 2u) << "bound: nobody asks again";
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(From(bench.path, 41001), SYN))), "deliver none");
    EXPECT_EQ(SourcePort(bench.host.received.back().bytes), 41001);
}

// "drawn 49152 + (2 bytes Purpose::PORT) % 16384, at most 64 draws; none: drop `port-collision`"
TEST(Translation, Draws)
{
    for (int free : {0, 63, 64})
    {
        ServerBench bench;
        bench.Establish();
        int calls = 0;
        bench.host.endpoint.usesInClear = [&](const sst::FlowKey& key, const sst::IpAddress&) {
            EXPECT_TRUE(calls == 0 || key.peerPort >= 49152);
            calls++;
            return calls == 1 || calls - 2 < free; // the tuple itself, then `free` draws
        };
        std::string said = Say(bench.InjectData(6, Tcp(From(bench.path, 40001), SYN)));
        EXPECT_EQ(said, free < 64 ? "deliver none" : "drop port-collision");
        EXPECT_EQ(calls, 1 + std::min(free + 1, 64));
        EXPECT_EQ(bench.host.endpoint.FlowCount(), free < 64 ? 2u : 1u);
    }
}

TEST(Translation, PortsAreThoseDrawn)
{
    ServerBench bench;
    bench.Establish();
    FixedRandom same(1);
    Second second(bench, bench.path, 6, false);
    second.Inject(6, Tcp(bench.path, SYN));
    uint8_t drawn[2];
    same.Fill(sst::Purpose::PORT, drawn, 2);
    EXPECT_EQ(ToldPort(bench), 49152 + (drawn[0] * 256 + drawn[1]) % 16384);
}

// An alias is in no flow and no tombstone: many of them are all different.
TEST(Translation, AliasesAreDistinct)
{
    ServerBench bench;
    bench.Establish();
    std::set<uint16_t> told;
    std::vector<std::unique_ptr<Second>> clients;
    for (int i = 0; i < 40; i++)
    {
        clients.push_back(std::make_unique<Second>(bench, bench.path, 6, false));
        ASSERT_EQ(clients.back()->Inject(6, Tcp(bench.path, SYN)), "deliver none");
        EXPECT_TRUE(told.insert(ToldPort(bench)).second);
    }
    for (auto& client : clients)
    {
        ASSERT_EQ(client->Inject(6, Tcp(bench.path, ACK)), "deliver none");
        EXPECT_EQ(told.count(ToldPort(bench)), 1u);
    }
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 41u);
}

// The peer may choose a port that another flow has as its alias: one more collision.
TEST(Translation, TruePortThatIsAnAlias)
{
    ServerBench bench;
    bench.Establish();
    Second second(bench, bench.path, 6, false);
    second.Inject(6, Tcp(bench.path, SYN));
    uint16_t alias = ToldPort(bench);
    // of the same session: the tuple told to the stack belongs to another flow of it
    EXPECT_EQ(second.Inject(6, Tcp(From(bench.path, alias), SYN, {}, 7)), "deliver none");
    uint16_t other = ToldPort(bench);
    EXPECT_NE(other, alias);
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 3u);
    // and of the first session
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(From(bench.path, alias), SYN))), "deliver none");
    uint16_t third = ToldPort(bench);
    EXPECT_EQ((std::set<uint16_t>{alias, other, third}.size()), 3u);
    for (auto [told, wire] : {std::pair<uint16_t, uint16_t>{alias, bench.path.sourcePort},
                              std::pair<uint16_t, uint16_t>{other, alias}})
    {
        bench.host.Send(6, bench.client, Tcp(From(bench.path, told).Reverse(), ACK));
        auto opened = second.session.OpenPacket(6, bench.host.sent.back().bytes);
        ASSERT_TRUE(opened);
        EXPECT_EQ(ReadBigEndian(opened->inner.segment, 2, 2), wire);
        EXPECT_EQ(second.Inject(6, Tcp(From(bench.path, wire), ACK)), "deliver none");
        EXPECT_EQ(ToldPort(bench), told);
    }
}

// An attacker's session that claims the victim's tuple never reaches the victim's flow, whatever it
// sends; it may only open flows of its own.
TEST(Translation, NeverTheVictimsFlow)
{
    ServerBench bench;
    ReferenceSession& victim = bench.Establish();
    Second attacker(bench, bench.path, 6, false);
    size_t told = bench.host.received.size();
    for (int flags : {RST, ACK, FIN | ACK, SYN, SYN | ACK, RST | ACK})
    {
        EXPECT_EQ(attacker.Inject(6, Tcp(bench.path, flags)), "deliver none");
    }
    for (size_t i = told; i < bench.host.received.size(); i++)
    {
        EXPECT_NE(SourcePort(bench.host.received[i].bytes), bench.path.sourcePort);
    }
    // the victim's flow is not closing: it lives longer than 240 s
    bench.world.Run(300 * S);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK))), "send none");
    EXPECT_TRUE(victim.OpenPacket(6, bench.host.sent.back().bytes));
    EXPECT_FALSE(attacker.session.OpenPacket(6, bench.host.sent.back().bytes));
}

// "Taken by a flow opened here: drop `flow-bound` as before", also when it is in use in clear.
// PORT-4
TEST(Translation, NeverAFlowOpenedHere)
{
    ServerBench bench;
    bench.Establish();
    sst::KeyEntry entry;
    entry.flags = 1;
    entry.publicKey = To32(PublicOf(Bytes(32, 0x21)));
    bench.host.Learn("peer", bench.client, entry);
    sst::Request request = Ask(sst::Policy::REQUIRE, "peer");
    Path out{bench.server, 50000, bench.client, 22};
    bench.host.Send(6, bench.client, Tcp(out, SYN), &request);
    bench.host.endpoint.usesInClear = [](const sst::FlowKey& key, const sst::IpAddress&) {
        return key.peerPort == 22;
    };
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(out.Reverse(), SYN))), "drop flow-bound");
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 2u);
}

// A tuple that a flow opened here left in clear is in use: the inbound one is translated.
// PORT-8
TEST(Translation, OwnFlowInClear)
{
    ServerBench bench;
    bench.Establish();
    sst::Request request = Ask(sst::Policy::OPPORTUNISTIC, "nokeys");
    Path out{bench.server, 50000, bench.client, 22};
    bench.host.Answer("nokeys", bench.client, sst::KeyAnswer::ABSENT);
    EXPECT_EQ(bench.host.Send(6, bench.client, Tcp(out, SYN), &request).outcome,
              sst::Outcome::PASS);
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(out.Reverse(), SYN))), "deliver none");
    EXPECT_NE(ToldPort(bench), 22);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(out, ACK))), "pass none");
}

// "Tombstones are kept under the local view."
// PORT-5
TEST(Translation, Tombstones)
{
    ServerBench bench;
    bench.Establish();
    Second second(bench, bench.path, 6, false);
    second.Inject(6, Tcp(bench.path, SYN));
    Path told = From(bench.path, ToldPort(bench));
    bench.host.Send(6, bench.client, Tcp(told.Reverse(), SYN | ACK));
    second.Inject(6, Tcp(bench.path, FIN | ACK));
    bench.world.Run(241 * S);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(told.Reverse(), ACK))), "drop tombstone");
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK))), "send none")
        << "the other's flow goes on";
    EXPECT_EQ(Say(bench.Inject(Tcp(told, SYN), 6, false)), "pass none")
        << "a clear connection from that port is the peer's right again";
}

// A lapsed translation leaves no trace: the tuple gets another alias, not the old one, whose
// tombstone still stands.
TEST(Translation, LapsedOnesAreForgotten)
{
    ServerBench bench;
    bench.Establish();
    Second second(bench, bench.path, 6, false);
    second.Inject(6, Tcp(bench.path, SYN));
    uint16_t alias = ToldPort(bench);
    bench.world.Run(100 * S);
    EXPECT_EQ(second.Inject(17, Udp({bench.client, 9, bench.server, 9}, {})), "deliver none");
    bench.world.Run(141 * S); // 240 s while the stack never answered
    EXPECT_EQ(second.Inject(6, Tcp(bench.path, SYN)), "deliver none");
    EXPECT_NE(ToldPort(bench), alias);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(From(bench.path, alias).Reverse(), ACK))),
              "drop tombstone");
}

// Closing the session takes the aliases along.
TEST(Translation, SessionEnds)
{
    BenchOptions options;
    options.config.maxFailedOpens = 2;
    ServerBench bench(options);
    bench.Establish();
    Second second(bench, bench.path, 6, false);
    second.Inject(6, Tcp(bench.path, SYN));
    Path told = From(bench.path, ToldPort(bench));
    for (int i = 0; i < 2; i++)
    {
        bench.Inject(Flip(second.session.SealNext(6, {}, 59), 200));
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 1u);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(told.Reverse(), ACK))), "drop tombstone");
    Second third(bench, bench.path, 6, false);
    EXPECT_EQ(third.Inject(6, Tcp(bench.path, ACK)), "deliver none");
    EXPECT_NE(ToldPort(bench), told.sourcePort) << "a tombstone stands there";
}

// Clear segments of the alias' tuple reach nobody; "a clear SYN for a tuple bound to a HALF session
// releases it".
TEST(Translation, ClearSegments)
{
    ServerBench bench;
    bench.Establish();
    Second second(bench, bench.path);
    Path told = From(bench.path, ToldPort(bench));
    bench.world.Run(10 * MS);
    EXPECT_EQ(Say(bench.Inject(Tcp(told, ACK), 6, false)), "drop clear-on-sst-flow");
    EXPECT_EQ(Say(bench.Inject(Tcp(told, SYN), 6, false)), "pass none");
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 1u);
    EXPECT_TRUE(second.ReadResp());
    EXPECT_EQ(second.Inject(6, Tcp(bench.path, ACK)), "deliver none");
    EXPECT_NE(ToldPort(bench), 0) << "a flow anew";
    EXPECT_EQ(Say(bench.Inject(Tcp(bench.path, ACK), 6, false)), "drop clear-on-sst-flow");
}

// "the sender writes the true port into the quote; the receiver rewrites addresses"
TEST(Translation, IcmpOfTheStack)
{
    for (bool v6 : {false, true})
    {
        BenchOptions options;
        options.v6 = v6;
        ServerBench bench(options);
        bench.Establish();
        Path udp{bench.client, 5000, bench.server, 53};
        bench.InjectData(17, Udp(udp, FromText("one")));
        Second second(bench, From(bench.path, 40001), 6, false);
        second.Inject(17, Udp(udp, FromText("two")));
        Path told = From(udp, ToldPort(bench));
        uint8_t type = v6 ? 58 : 1;
        Bytes about = bench.host.received.back().bytes;
        EXPECT_EQ(
            Say(bench.host.Send(type, bench.client, IcmpUnreachable(told.Reverse(), 17, about))),
            "send none");
        auto opened = second.session.OpenPacket(6, bench.host.sent.back().bytes);
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->inner.type, type);
        Bytes quoted = Slice(opened->inner.segment, 8 + (v6 ? 40 : 20));
        EXPECT_EQ(ReadBigEndian(quoted, 0, 2), 5000u) << "as the peer sent it";
        EXPECT_EQ(ReadBigEndian(quoted, 2, 2), 53u);
    }
}

TEST(Translation, IcmpOfThePeer)
{
    for (bool v6 : {false, true})
    {
        BenchOptions options;
        options.v6 = v6;
        ServerBench bench(options);
        bench.Establish();
        Path udp{bench.client, 5000, bench.server, 53};
        bench.InjectData(17, Udp(udp, FromText("one")));
        Second second(bench, From(bench.path, 40001), 6, false);
        second.Inject(17, Udp(udp, FromText("two")));
        Path told = From(udp, ToldPort(bench));
        Bytes answer = Udp(told.Reverse(), FromText("answer"));
        bench.host.Send(17, bench.client, answer);
        // what the client got, and could not deliver
        Bytes icmp =
            IcmpUnreachable(udp, 17, WithoutChecksum(17, Udp(udp.Reverse(), FromText("answer"))));
        icmp[2] = icmp[3] = 0;
        uint8_t type = v6 ? 58 : 1;
        EXPECT_EQ(Say(bench.Inject(second.session.SealNext(6, icmp, type))), "deliver none");
        const Bytes& got = bench.host.received.back().bytes;
        Bytes quoted = Slice(got, 8 + (v6 ? 40 : 20));
        EXPECT_EQ(ReadBigEndian(quoted, 0, 2), 53u);
        EXPECT_EQ(ReadBigEndian(quoted, 2, 2), told.sourcePort) << "as the local stack knows it";
        EXPECT_EQ(v6 ? SlowL4Checksum(58, bench.client, bench.server, got) : SlowChecksum(got), 0);
        // about a flow of the other session
        Bytes foreign = IcmpUnreachable(told, 17, WithoutChecksum(17, answer));
        foreign[2] = foreign[3] = 0;
        EXPECT_EQ(Say(bench.Inject(second.session.SealNext(6, foreign, type))), "drop flow-unknown")
            << "the peer does not know the alias";
    }
}

// The limits count translated flows like others.
TEST(Translation, Limits)
{
    BenchOptions options;
    options.config.maxFlows = 48; // 3 for one peer
    ServerBench bench(options);
    bench.Establish();
    Second second(bench, bench.path, 6, false);
    EXPECT_EQ(second.Inject(6, Tcp(bench.path, SYN)), "deliver none");
    EXPECT_EQ(second.Inject(6, Tcp(From(bench.path, 40001), SYN)), "deliver none");
    Second third(bench, bench.path, 6, false);
    EXPECT_EQ(third.Inject(6, Tcp(bench.path, SYN)), "drop flows-full");
    EXPECT_EQ(bench.host.endpoint.FlowCount(), 3u);
    BenchOptions few;
    few.config.maxFlowsPerSession = 1;
    ServerBench small(few);
    small.Establish();
    Second other(small, small.path, 6, false);
    EXPECT_EQ(other.Inject(6, Tcp(small.path, SYN)), "deliver none");
    EXPECT_EQ(other.Inject(6, Tcp(From(small.path, 1), SYN)), "drop flows-full");
    EXPECT_EQ(other.Inject(6, Tcp(From(small.path, 40000), ACK)), "deliver none");
}

// Narrow coverage shows the first bytes to the network in clear, but not the ports.
TEST(Translation, NarrowCoverage)
{
    BenchOptions options;
    options.config.allowNarrowCoverage = true;
    ServerBench bench(options);
    bench.host.endpoint.usesInClear = [](const sst::FlowKey& key, const sst::IpAddress&) {
        return key.peerPort == 40000;
    };
    EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit(bench.path, 2))), "deliver none");
    Path told = From(bench.path, ToldPort(bench));
    bench.host.Send(6, bench.client, Tcp(told.Reverse(), SYN | ACK));
    ASSERT_TRUE(bench.ReadResp());
    bench.reference->Session().narrow = true;
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, ACK, FromText("x")), 4)), "deliver none");
    EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(Tcp(told, ACK, FromText("x"))));
    bench.host.Send(6, bench.client, Tcp(told.Reverse(), ACK, FromText("y")));
    auto opened = bench.reference->Session().OpenPacket(6, bench.host.sent.back().bytes);
    ASSERT_TRUE(opened);
    EXPECT_EQ(ToHex(opened->inner.segment),
              ToHex(WithoutChecksum(6, Tcp(bench.path.Reverse(), ACK, FromText("y")))));
}
