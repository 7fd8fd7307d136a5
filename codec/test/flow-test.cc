// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Which segment belongs to which session: F1 (session confusion), and the drops flow-bound,
// flow-unknown, clear-on-sst-flow. Collisions (F2) are in translation-test.cc.

#include "test-bench.h"

using namespace ssttest;

namespace
{

/// A second client at a server bench.
struct Second
{
    ReferenceClient client;
    ReferenceSession& session;
    std::string verdict; //!< on the INIT

    Second(ServerBench& bench, const sst::IpAddress& from, const Path& path)
        : client{bench.serverKey, bench.dice.Fill(32)},
          session{client.Session()}
    {
        ReferenceInit init;
        init.clientIndex = static_cast<uint32_t>(bench.dice.Below(1u << 30));
        init.timeMs = bench.world.clock.unixMs;
        init.segment = WithoutChecksum(6, Tcp(path, SYN));
        init.type = 6;
        verdict = Say(bench.Inject(client.Init(init), 6, true, &from));
        bench.world.Run(10 * MS);
        auto resps = bench.host.SentOfType(2);
        EXPECT_TRUE(!resps.empty() && client.ReadResp(6, resps.back().bytes));
        bench.Inject(session.SealNext(6, {}, 59), 6, true, &from);
    }
};

} // namespace

// F1: a session opened by somebody at the peer's address must not get the flows opened here.
TEST(Flow, OwnFlowsNeverTravelOnInboundSessions)
{
    ServerBench bench;
    ReferenceSession& inbound = bench.Establish();
    sst::KeyEntry entry;
    entry.flags = 1;
    entry.publicKey = To32(PublicOf(Bytes(32, 0x21)));
    bench.host.Learn("peer", bench.client, entry);
    sst::Request request = Ask(sst::Policy::REQUIRE, "peer");
    Path path{bench.server, 50000, bench.client, 22};
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(path, SYN), &request)), "wait none");
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u) << "a handshake of its own";
    EXPECT_EQ(Say(bench.host.Send(17,
                                  bench.client,
                                  Udp({bench.server, 50001, bench.client, 53}, {}),
                                  &request)),
              "wait none");
    for (const Packet& packet : bench.host.SentOfType(0))
    {
        EXPECT_TRUE(inbound.OpenPacket(packet.protocol, packet.bytes)->inner.type == 6);
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 2u) << "never merged";
}

// F1 again: with a known name but no key, the inbound session is no substitute.
TEST(Flow, OwnFlowsWithoutKeysNeverTravelOnInboundSessions)
{
    ServerBench bench;
    bench.Establish();
    size_t before = bench.host.sent.size();
    sst::Request request = Ask(sst::Policy::REQUIRE, "peer");
    Path path{bench.server, 50000, bench.client, 22};
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(path, SYN), &request)), "wait none");
    bench.host.Answer("peer", bench.client, sst::KeyAnswer::ABSENT);
    EXPECT_EQ(bench.host.sent.size(), before);
    Path clear{bench.server, 50001, bench.client, 22};
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(clear, SYN))), "pass none");
}

// "on a client's own session for no flow: drop `flow-unknown`"
TEST(Flow, ServerCannotOpenFlowsOnAClientsSession)
{
    ClientBench bench;
    bench.Establish();
    Path inbound{bench.server, 443, bench.client, 22};
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(inbound, SYN))), "drop flow-unknown");
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(inbound, ACK))), "drop flow-unknown");
    EXPECT_EQ(Say(bench.InjectData(17, Udp({bench.server, 9, bench.client, 9}, {}))),
              "drop flow-unknown");
    Path wrongPort = bench.FlowPath().Reverse();
    wrongPort.sourcePort = 444;
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(wrongPort, ACK))), "drop flow-unknown");
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.FlowPath().Reverse(), ACK))), "deliver none");
}

// "An inbound segment for a tuple bound outbound elsewhere: drop `flow-bound`"
TEST(Flow, BoundOutboundElsewhere)
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
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(out.Reverse(), SYN | ACK))), "drop flow-bound")
        << "while pending";
    ReferenceServer peer(Bytes(32, 0x21), Bytes(32, 0x22));
    auto init = peer.ReadInit(6, bench.host.SentOfType(1).back().bytes);
    ASSERT_TRUE(init);
    ReferenceResp resp;
    resp.timeMs = bench.world.clock.unixMs;
    EXPECT_EQ(Say(bench.Inject(peer.Resp(resp))), "consumed none");
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(out.Reverse(), SYN | ACK))), "drop flow-bound")
        << "and once up";
    EXPECT_EQ(
        Say(bench.Inject(
            peer.Session().SealNext(6, WithoutChecksum(6, Tcp(out.Reverse(), SYN | ACK)), 6))),
        "deliver none");
}

// "Clear segment for a tuple bound to a session: drop `clear-on-sst-flow`."
TEST(Flow, ClearSegmentsOfABoundTuple)
{
    ServerBench server;
    server.Establish();
    for (int flags : {SYN, ACK, RST, FIN | ACK})
    {
        EXPECT_EQ(Say(server.Inject(Tcp(server.path, flags), 6, false)), "drop clear-on-sst-flow");
    }
    Path other = server.path;
    other.sourcePort = 40001;
    EXPECT_EQ(Say(server.Inject(Tcp(other, SYN), 6, false)), "pass none");
    ClientBench client;
    client.Establish();
    EXPECT_EQ(Say(client.Inject(Tcp(client.FlowPath().Reverse(), RST), 6, false)),
              "drop clear-on-sst-flow");
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Path udp{client.client, 5000, client.server, 53};
    client.host.Send(17, client.server, Udp(udp, {}), &request);
    EXPECT_EQ(Say(client.Inject(Udp(udp.Reverse(), FromText("forged")), 17, false)),
              "drop clear-on-sst-flow");
}

// A forged clear RST or SYN-ACK must not reach a client whose session is pending either.
TEST(Flow, ClearSegmentsOfAPendingTuple)
{
    ClientBench bench;
    bench.Connect();
    EXPECT_EQ(Say(bench.Inject(Tcp(bench.FlowPath().Reverse(), RST | ACK), 6, false)),
              "drop clear-on-sst-flow");
    EXPECT_TRUE(bench.host.received.empty());
}

// "a clear SYN for a tuple bound to a HALF session releases it"
TEST(Flow, ClearSynReleasesAHalfFlow)
{
    ServerBench bench;
    bench.Inject(bench.MakeSynInit(bench.path));
    bench.world.Run(10 * MS);
    sst::FlowKey key{6, 443, bench.client, 40000};
    EXPECT_TRUE(bench.host.endpoint.IsBound(key));
    EXPECT_EQ(Say(bench.Inject(Tcp(bench.path, ACK), 6, false)), "drop clear-on-sst-flow");
    EXPECT_EQ(Say(bench.Inject(Tcp(bench.path, RST), 6, false)), "drop clear-on-sst-flow");
    EXPECT_TRUE(bench.host.endpoint.IsBound(key));
    EXPECT_EQ(Say(bench.Inject(Tcp(bench.path, SYN), 6, false)), "pass none");
    EXPECT_FALSE(bench.host.endpoint.IsBound(key));
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
              "pass none");
}

// "Egress: bound [...]: sealed or dropped with a reason; never clear (RST, TIME_WAIT [...]
// included)": no socket, no request.
TEST(Flow, EverythingOfABoundFlowIsSealed)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    for (int flags : {RST, RST | ACK, ACK, FIN | ACK, SYN | ACK})
    {
        Bytes segment = Tcp(bench.path.Reverse(), flags);
        ASSERT_EQ(Say(bench.host.Send(6, bench.client, segment)), "send none") << flags;
        auto opened = session.OpenPacket(6, bench.host.sent.back().bytes);
        ASSERT_TRUE(opened);
        EXPECT_EQ(ToHex(opened->inner.segment), ToHex(WithoutChecksum(6, segment)));
    }
}

// "ICMP about it included: they go inside the session as type 1/58, or nowhere"
TEST(Flow, IcmpErrorsAboutABoundFlowTravelInside)
{
    for (bool v6 : {false, true})
    {
        BenchOptions options;
        options.v6 = v6;
        ServerBench bench(options);
        ReferenceSession& session = bench.Establish();
        Path udp{bench.client, 5000, bench.server, 53};
        Bytes datagram = Udp(udp, FromText("question"));
        ASSERT_EQ(Say(bench.InjectData(17, datagram)), "deliver none");
        size_t before = bench.host.sent.size();
        uint8_t type = v6 ? 58 : 1;
        Bytes icmp = IcmpUnreachable(udp.Reverse(), 17, datagram);
        sst::Verdict verdict = bench.host.Send(type, bench.client, icmp);
        ASSERT_NE(verdict.outcome, sst::Outcome::PASS);
        if (verdict.outcome == sst::Outcome::SEND)
        {
            ASSERT_EQ(bench.host.sent.size(), before + 1);
            const Packet& packet = bench.host.sent.back();
            EXPECT_EQ(packet.protocol, 6) << "all else uses the INIT's";
            auto opened = session.OpenPacket(6, packet.bytes);
            ASSERT_TRUE(opened);
            EXPECT_EQ(opened->inner.type, type);
            EXPECT_EQ(ReadBigEndian(opened->inner.segment, 2, 2), 0u)
                << "the checksum is zero, the same for ICMP inside";
        }
        // one about a clear flow goes as it is
        Path clear{bench.client, 5001, bench.server, 53};
        Bytes other = IcmpUnreachable(clear.Reverse(), 17, Udp(clear, {}));
        EXPECT_EQ(Say(bench.host.Send(type, bench.client, other)), "pass none");
    }
}

// An ICMP inside a session may speak only about flows of that session.
TEST(Flow, InnerIcmpMapsToItsFlow)
{
    ClientBench bench;
    ReferenceSession& session = bench.Establish();
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Path udp{bench.client, 5000, bench.server, 53};
    Bytes datagram = Udp(udp, FromText("question"));
    bench.host.Send(17, bench.server, datagram, &request);
    Bytes icmp = IcmpUnreachable(udp.Reverse(), 17, WithoutChecksum(17, datagram));
    Bytes zeroed = icmp;
    zeroed[2] = zeroed[3] = 0;
    EXPECT_EQ(Say(bench.Inject(session.SealNext(6, icmp, 1))), "drop inner-checksum");
    EXPECT_EQ(Say(bench.Inject(session.SealNext(6, zeroed, 1))), "deliver none");
    EXPECT_EQ(bench.host.received.back().protocol, 1);
    EXPECT_EQ(SlowChecksum(bench.host.received.back().bytes), 0) << "restored";
    Path foreign{bench.client, 6000, bench.server, 53};
    Bytes about = IcmpUnreachable(foreign.Reverse(), 17, WithoutChecksum(17, Udp(foreign, {})));
    about[2] = about[3] = 0;
    EXPECT_EQ(bench.Inject(session.SealNext(6, about, 1)).outcome, sst::Outcome::DROP);
    Bytes echo = FromHex("0800000000010001");
    EXPECT_EQ(bench.Inject(session.SealNext(6, echo, 1)).outcome, sst::Outcome::DROP)
        << "only errors about packets of this session";
}

// An ICMP error of IPv4 inside a session of IPv6, and the other way round: its quote has no room for
// the addresses of the session, so it must not be rewritten.
TEST(Flow, InnerIcmpOfTheOtherIpVersion)
{
    for (bool v6 : {false, true})
    {
        BenchOptions options;
        options.v6 = v6;
        ServerBench bench(options);
        ReferenceSession& session = bench.Establish();
        BenchOptions other;
        other.v6 = !v6;
        ServerBench elsewhere(other);
        const Path path = elsewhere.path.Reverse();
        Bytes icmp = IcmpUnreachable(path.Reverse(), 6, WithoutChecksum(6, Tcp(path, ACK)));
        icmp[2] = icmp[3] = 0;
        const uint8_t type = v6 ? 1 : 58;
        EXPECT_EQ(Say(bench.Inject(session.SealNext(6, icmp, type))), "drop inner-type");
    }
}

// "Never touched: multicast, broadcast, neighbour discovery, ARP, DHCP": also to one address.
TEST(Flow, DhcpIsNeverTouched)
{
    sst::Request request = Ask(sst::Policy::REQUIRE);
    for (auto [from, to, passes] : {std::tuple<uint16_t, uint16_t, bool>{68, 67, true},
                                    {67, 68, true},
                                    {67, 67, true},
                                    {546, 547, true},
                                    {547, 546, true},
                                    {68, 546, false},
                                    {67, 53, false},
                                    {5000, 67, false}})
    {
        ClientBench bench;
        Path path{bench.client, from, bench.server, to};
        sst::Verdict verdict =
            bench.host.Send(17, bench.server, Udp(path, FromText("x")), &request);
        EXPECT_EQ(Say(verdict), passes ? "pass none" : "wait none") << from << " to " << to;
    }
}

// "A flow is bound to one session and never moves": not by a second session of the same client.
TEST(Flow, NeverMoves)
{
    ServerBench bench;
    ReferenceSession first = bench.Establish();
    Path other = bench.path;
    other.sourcePort = 40001;
    Second second(bench, bench.client, other);
    for (int i = 0; i < 10; i++)
    {
        Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK, Bytes(i, 'x')));
        bench.Inject(second.session.SealNext(6, segment, 6));
        bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK));
        EXPECT_TRUE(first.OpenPacket(6, bench.host.sent.back().bytes));
        bench.host.Send(6, bench.client, Tcp(other.Reverse(), ACK));
        EXPECT_TRUE(second.session.OpenPacket(6, bench.host.sent.back().bytes));
    }
}
