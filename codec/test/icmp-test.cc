// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// ICMP errors of the network about packets of ours: accepted only for packets that were sent, told
// to the stack about its own segment, and never a reason to close or to go clear.

#include "test-icmp.h"

using namespace ssttest;

namespace
{

using Bench = IcmpBench;
using Error = IcmpMessage;

/// Both versions of IP.
class Icmp : public testing::TestWithParam<bool>
{
  protected:
    BenchOptions Options() const
    {
        BenchOptions options;
        options.v6 = GetParam();
        return options;
    }
};

INSTANTIATE_TEST_SUITE_P(Versions, Icmp, testing::Bool());

} // namespace

// "mapped to the flow": the same error, about the segment inside
TEST_P(Icmp, ToldToTheStack)
{
    Bench bench(Options());
    bench.Establish();
    Bytes first = bench.SendSome(1111);
    Bytes second = bench.SendSome(2222);
    EXPECT_EQ(bench.Receive(bench.About(second, bench.v6 ? 3 : 11, 0).Message()), "deliver none");
    Bytes inner = Tcp(bench.FlowPath(), ACK, Bytes(100, 'x'), 2222);
    bench.ExpectTold(bench.FlowPath(), 6, inner, bench.v6 ? 3 : 11, 0);
    EXPECT_EQ(bench.Receive(bench.About(first, bench.v6 ? 1 : 3, 1).Message()), "deliver none");
    inner = Tcp(bench.FlowPath(), ACK, Bytes(100, 'x'), 1111);
    bench.ExpectTold(bench.FlowPath(), 6, inner, bench.v6 ? 1 : 3, 1);
    EXPECT_TRUE(bench.Mtus().empty());
}

TEST_P(Icmp, Datagrams)
{
    Bench bench(Options());
    bench.Establish();
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Path udp{bench.client, 5000, bench.server, 53};
    Bytes datagram = Udp(udp, FromText("question"));
    EXPECT_EQ(Say(bench.host.Send(17, bench.server, datagram, &request)), "send none");
    Error error = bench.About(bench.host.sent.back().bytes, bench.v6 ? 1 : 3, 3);
    error.protocol = 17;
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    bench.ExpectTold(udp, 17, datagram, bench.v6 ? 1 : 3, 3);
}

// "fragmentation needed" lowers the path MTU; the stack hears what is left for its segment
TEST_P(Icmp, TooBig)
{
    Bench bench(Options());
    bench.Establish();
    Bytes packet = bench.SendSome();
    Bytes inner = Tcp(bench.FlowPath(), ACK, Bytes(100, 'x'), 4711);
    uint8_t type = bench.v6 ? 2 : 3;
    uint8_t code = bench.v6 ? 0 : 4;
    const size_t header = bench.v6 ? 40 : 20;
    EXPECT_EQ(bench.host.endpoint.SegmentSize(bench.Key(), 1500), 1500 - header - 27);
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1400).Message()), "deliver none");
    bench.ExpectTold(bench.FlowPath(), 6, inner, type, code, 1400 - 27);
    EXPECT_EQ(bench.Mtus(), (std::vector<uint32_t>{1400}));
    EXPECT_EQ(bench.host.endpoint.SegmentSize(bench.Key(), 1500), 1400 - header - 27);
    // a larger one changes nothing, and is told as what is known
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1450).Message()), "deliver none");
    bench.ExpectTold(bench.FlowPath(), 6, inner, type, code, 1400 - 27);
    EXPECT_EQ(bench.Mtus(), (std::vector<uint32_t>{1400}));
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1399).Message()), "deliver none");
    EXPECT_EQ(bench.Mtus(), (std::vector<uint32_t>{1400, 1399}));
}

// "PMTU lowered to no less than 576 / 1280"; 0 is a router from before RFC 1191
TEST_P(Icmp, LeastMtu)
{
    for (uint32_t given : {0u, 1u, 68u, 575u, 576u, 577u, 1279u, 1280u, 1281u, 65535u})
    {
        Bench bench(Options());
        bench.Establish();
        uint32_t want = std::max(bench.v6 ? 1280u : 576u, given);
        EXPECT_EQ(bench.Receive(bench.TooBig(bench.SendSome(), given).Message()), "deliver none");
        EXPECT_EQ(bench.Mtus(), std::vector<uint32_t>{want}) << given;
        EXPECT_EQ(ReadBigEndian(bench.host.received.back().bytes, 4, 4), want - 27);
        EXPECT_EQ(bench.host.endpoint.SegmentSize(bench.Key(), 0),
                  want - (bench.v6 ? 40 : 20) - 27);
    }
}

TEST(IcmpV6, MtuOf32Bits)
{
    BenchOptions options;
    options.v6 = true;
    Bench bench(options);
    bench.Establish();
    EXPECT_EQ(bench.Receive(bench.TooBig(bench.SendSome(), 0x10500).Message()), "deliver none");
    EXPECT_EQ(bench.Mtus(), std::vector<uint32_t>{65535}) << "no IP packet here is longer";
}

// "IPv4 type 3, 11, 12; IPv6 type 1..4"; "all other ICMP goes up unchanged"
TEST_P(Icmp, Types)
{
    Bench bench(Options());
    bench.Establish();
    Bytes packet = bench.SendSome();
    for (int type = 0; type < 256; type++)
    {
        for (bool marked : {true, false})
        {
            Error error = bench.About(packet, static_cast<uint8_t>(type), 1);
            error.marked = marked;
            bool mapped = bench.v6 ? type >= 1 && type <= 4 : type == 3 || type == 11 || type == 12;
            EXPECT_EQ(bench.Receive(error.Message()), mapped ? "deliver none" : "pass none")
                << type << " " << marked;
        }
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u) << "never a reason to close";
    bench.SendSome();
    EXPECT_TRUE(bench.host.sent.back().marked) << "nor to go clear";
}

// Whoever has not seen the packet cannot forge the error: index, number and addresses must fit.
TEST_P(Icmp, Forged)
{
    struct Case
    {
        const char* what;
        std::function<void(Error&)> change;
    };

    const Case cases[] = {
        {"index", [](Error& e) { e.quoted = Flip(e.quoted, 31); }},
        {"index, first bit", [](Error& e) { e.quoted = Flip(e.quoted, 2); }},
        {"INIT", [](Error& e) { e.quoted = Flip(e.quoted, 1); }},
        {"RESP", [](Error& e) { e.quoted = Flip(e.quoted, 0); }},
        {"number not sent yet",
         [](Error& e) { e.quoted[7] = static_cast<uint8_t>(e.quoted[7] + 1); }},
        {"number far ahead", [](Error& e) { e.quoted[4] = 0xff; }},
        {"another destination", [](Error& e) { e.target.bytes[3] ^= 1; }},
    };
    for (const Case& forgery : cases)
    {
        for (bool marked : {true, false})
        {
            for (bool tooBig : {true, false})
            {
                Bench bench(Options());
                bench.Establish();
                Bytes packet = bench.SendSome();
                Error error =
                    tooBig ? bench.TooBig(packet, 1300) : bench.About(packet, bench.v6 ? 1 : 3, 1);
                error.marked = marked;
                forgery.change(error);
                EXPECT_EQ(bench.Receive(error.Message()), marked ? "drop icmp-forged" : "pass none")
                    << forgery.what;
                EXPECT_TRUE(bench.Mtus().empty()) << forgery.what;
                EXPECT_EQ(bench.host.endpoint.SegmentSize(bench.Key(), 1500),
                          1500u - (bench.v6 ? 40 : 20) - 27);
            }
        }
    }
}

// "that quote a packet [...] sent by one of the host's addresses": others' are none of our business
TEST_P(Icmp, AboutOthers)
{
    Bench bench(Options());
    bench.Establish();
    for (bool marked : {true, false})
    {
        Error error = bench.TooBig(bench.SendSome(), 1300);
        error.marked = marked;
        error.source.bytes[3] ^= 1;
        EXPECT_EQ(bench.Receive(error.Message()), "pass none");
    }
    EXPECT_TRUE(bench.Mtus().empty());
}

// "one of the last 4 096 numbers sent"
TEST_P(Icmp, StaleNumbers)
{
    Bench bench(Options());
    bench.Establish();
    Bytes packet = bench.SendSome();
    uint32_t number = static_cast<uint32_t>(ReadBigEndian(packet, 4, 4));
    ASSERT_TRUE(bench.host.endpoint.SkipNumbers(bench.init->clientIndex, number + 4096));
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1300).Message()), "deliver none");
    ASSERT_TRUE(bench.host.endpoint.SkipNumbers(bench.init->clientIndex, number + 4097));
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1290).Message()), "drop icmp-forged");
    EXPECT_EQ(bench.Mtus(), std::vector<uint32_t>{1300});
    // numbers left out count as sent, but nobody knows their flow
    Bytes never = packet;
    never[6] = static_cast<uint8_t>((number + 4000) >> 8);
    never[7] = static_cast<uint8_t>(number + 4000);
    EXPECT_EQ(bench.Receive(bench.TooBig(never, 1285).Message()), "consumed none");
    EXPECT_EQ(bench.Mtus(), (std::vector<uint32_t>{1300, 1285}));
}

TEST(IcmpNumbers, Configured)
{
    BenchOptions options;
    options.config.icmpNumbers = 2;
    Bench bench(options);
    bench.Establish();
    Bytes one = bench.SendSome();
    Bytes two = bench.SendSome();
    EXPECT_EQ(bench.Receive(bench.About(one, 3, 1).Message()), "deliver none");
    Bytes three = bench.SendSome();
    EXPECT_EQ(bench.Receive(bench.About(one, 3, 1).Message()), "drop icmp-forged");
    EXPECT_EQ(bench.Receive(bench.About(two, 3, 1).Message()), "deliver none");
    EXPECT_EQ(bench.Receive(bench.About(three, 3, 1).Message()), "deliver none");
}

// The network may have cleared the mark.
TEST_P(Icmp, Unmarked)
{
    Bench bench(Options());
    bench.Establish();
    Error error = bench.TooBig(bench.SendSome(), 1300);
    error.marked = false;
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    EXPECT_EQ(bench.Mtus(), std::vector<uint32_t>{1300});
}

// An ordinary error, about somebody's clear connection, is none of our business.
TEST_P(Icmp, ClearTraffic)
{
    Bench bench(Options());
    bench.Establish();
    Path clear{bench.client, 50123, bench.server, 80};
    Error error = bench.About(Tcp(clear, ACK), bench.v6 ? 1 : 3, 1);
    error.marked = false;
    EXPECT_EQ(bench.Receive(error.Message()), "pass none");
}

// "Ring: [...] overwritten round robin"
// ICMP-6
TEST_P(Icmp, Forgotten)
{
    for (size_t ring : {0, 1, 3})
    {
        BenchOptions options = Options();
        options.config.icmpRing = ring;
        Bench bench(options);
        bench.Establish();
        std::vector<Bytes> packets;
        for (uint32_t i = 0; i < 10; i++)
        {
            packets.push_back(bench.SendSome(i));
        }
        for (uint32_t i = 0; i < 10; i++)
        {
            const bool known = i + ring >= 10;
            EXPECT_EQ(bench.Receive(bench.TooBig(packets[i], 1400 - i).Message()),
                      known ? "deliver none" : "consumed none");
            if (known)
            {
                EXPECT_EQ(ReadBigEndian(bench.host.received.back().bytes, bench.v6 ? 52 : 32, 4),
                          i);
            }
        }
        EXPECT_EQ(bench.Mtus().size(), 10u) << "the path is learned of all the same";
        EXPECT_EQ(bench.Mtus().back(), 1391u);
    }
}

// Packets without a segment, and segments of flows that ended, map to nothing.
TEST_P(Icmp, NoFlow)
{
    Bench bench(Options());
    ReferenceSession& session = bench.Establish();
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Path udp{bench.client, 5000, bench.server, 53};
    bench.host.Send(17, bench.server, Udp(udp, FromText("question")), &request);
    Bytes datagram = bench.host.sent.back().bytes;
    bench.InjectData(17, Udp(udp.Reverse(), FromText("answer")));
    Bytes answer = bench.host.received.back().bytes;
    bench.host.Send(bench.icmp, bench.server, IcmpUnreachable(udp, 17, answer));
    EXPECT_TRUE(session.OpenPacket(6, bench.host.sent.back().bytes));
    EXPECT_EQ(
        bench.Receive(bench.About(bench.host.sent.back().bytes, bench.v6 ? 1 : 3, 1).Message()),
        "consumed none")
        << "an error about an error";
    bench.world.Run(299 * S);
    Error error = bench.About(datagram, bench.v6 ? 1 : 3, 1);
    error.protocol = 17;
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    bench.world.Run(2 * S);
    EXPECT_EQ(bench.Receive(error.Message()), "consumed none");
}

// The error about a packet of an ended session finds nobody, also when a new one is there.
TEST_P(Icmp, EndedSession)
{
    BenchOptions options = Options();
    options.config.maxFailedOpens = 1;
    Bench bench(options);
    ReferenceSession& session = bench.Establish();
    Bytes packet = bench.SendSome();
    bench.Inject(Flip(session.SealNext(6, {}, 59), 200));
    ASSERT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1300).Message()), "drop icmp-forged");
    ASSERT_EQ(Say(bench.Connect(40001)), "wait none");
    ASSERT_TRUE(bench.ReadInit());
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1300).Message()), "drop icmp-forged")
        << "no keys yet";
    ReferenceResp resp = bench.GoodResp();
    resp.serverIndex = 0x2345678; // the same as of the first session
    bench.Inject(bench.reference.Resp(resp));
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1300).Message()), "drop icmp-forged")
        << "nothing sent there yet";
    ASSERT_TRUE(bench.host.endpoint.SkipNumbers(bench.init->clientIndex, 5));
    EXPECT_EQ(bench.Receive(bench.TooBig(packet, 1300).Message()), "consumed none")
        << "the number is there again, the segment is not";
}

// A waiting flow stays in its handshake, whatever errors come about the INIT.
TEST_P(Icmp, AboutInit)
{
    Bench bench(Options());
    ASSERT_EQ(Say(bench.Connect(40000, sst::Policy::OPPORTUNISTIC)), "wait none");
    Bytes init = bench.host.sent.back().bytes;
    for (uint8_t code = 0; code < 16; code++)
    {
        EXPECT_EQ(bench.Receive(bench.About(init, bench.v6 ? 1 : 3, code).Message()),
                  "drop icmp-forged");
    }
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::WAITING);
    EXPECT_TRUE(bench.host.received.empty());
}

TEST_P(Icmp, WithoutChecksums)
{
    BenchOptions options = Options();
    options.config.restoreChecksums = false;
    Bench bench(options);
    bench.Establish();
    EXPECT_EQ(bench.Receive(bench.About(bench.SendSome(), bench.v6 ? 1 : 3, 1).Message()),
              "deliver none");
    EXPECT_EQ(ReadBigEndian(bench.host.received.back().bytes, 2, 2), 0u);
}

TEST_P(Icmp, NarrowCoverage)
{
    BenchOptions options = Options();
    options.config.allowNarrowCoverage = true;
    Bench bench(options);
    bench.Establish(sst::Coverage::HEADER);
    EXPECT_EQ(bench.Receive(bench.TooBig(bench.SendSome(), 1300).Message()), "deliver none");
    EXPECT_EQ(ReadBigEndian(bench.host.received.back().bytes, 4, 4), 1300u - 28);
    EXPECT_EQ(bench.host.endpoint.SegmentSize(bench.Key(), 1500),
              1300u - (bench.v6 ? 40 : 20) - 28);
}

// At a server, and about a translated flow: "local view".
TEST_P(Icmp, TranslatedFlow)
{
    ServerBench bench(Options());
    bench.host.endpoint.usesInClear = [](const sst::FlowKey& key, const sst::IpAddress&) {
        return key.peerPort == 40000;
    };
    ASSERT_EQ(Say(bench.Inject(bench.MakeSynInit(bench.path))), "deliver none");
    Path told = bench.path;
    told.sourcePort = static_cast<uint16_t>(ReadBigEndian(bench.host.received.back().bytes, 0, 2));
    ASSERT_NE(told.sourcePort, 40000);
    bench.host.Send(6, bench.client, Tcp(told.Reverse(), SYN | ACK));
    ASSERT_TRUE(bench.ReadResp());
    Bytes answer = Tcp(told.Reverse(), ACK, FromText("hello"), 99);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, answer)), "send none");
    const bool v6 = GetParam();
    Error error;
    error.type = v6 ? 2 : 3;
    error.code = v6 ? 0 : 4;
    error.rest = 1300;
    error.source = bench.server;
    error.target = bench.client;
    error.quoted = Slice(bench.host.sent.back().bytes, 0, 8);
    const uint8_t icmp = v6 ? 58 : 1;
    EXPECT_EQ(Say(bench.Inject(error.Message(), icmp, false)), "deliver none");
    Bench::ExpectError(bench.host.received.back().bytes,
                       told.Reverse(),
                       6,
                       answer,
                       error.type,
                       error.code,
                       1300 - 27);
    EXPECT_EQ(bench.host.events.back().event, sst::Action::Event::PATH_MTU);
    EXPECT_EQ(bench.host.events.back().index, bench.resp->serverIndex);
    EXPECT_FALSE(bench.host.events.back().client);
}

// Both hosts hold a session to the other, and both peers chose the same index.
TEST_P(Icmp, BothRoles)
{
    ServerBench bench(Options());
    ReferenceSession& inbound = bench.Establish();
    sst::KeyEntry entry;
    entry.flags = 1;
    entry.publicKey = To32(PublicOf(Bytes(32, 0x21)));
    bench.host.Learn("peer", bench.client, entry);
    sst::Request request = Ask(sst::Policy::REQUIRE, "peer");
    Path out{bench.server, 50000, bench.client, 22};
    bench.host.Send(6, bench.client, Tcp(out, SYN), &request);
    ReferenceServer peer(Bytes(32, 0x21), Bytes(32, 0x22));
    ASSERT_TRUE(peer.ReadInit(6, bench.host.SentOfType(1).back().bytes));
    ReferenceResp resp;
    resp.timeMs = bench.world.clock.unixMs;
    resp.serverIndex = inbound.ownIndex;
    ASSERT_EQ(Say(bench.Inject(peer.Resp(resp))), "consumed none");
    uint32_t outbound = bench.host.endpoint.FindFlow({6, 50000, bench.client, 22}).index;
    const uint8_t icmp = GetParam() ? 58 : 1;
    Error error;
    error.type = GetParam() ? 2 : 3;
    error.code = GetParam() ? 0 : 4;
    error.source = bench.server;
    error.target = bench.client;
    // the outbound one has sent 1 packet, the inbound one 9
    for (int i = 0; i < 9; i++)
    {
        bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, Bytes(10, 'x')));
    }
    error.rest = 1300;
    error.quoted = Slice(bench.host.sent.back().bytes, 0, 8);
    EXPECT_EQ(Say(bench.Inject(error.Message(), icmp, false)), "deliver none");
    EXPECT_EQ(bench.host.events.back().index, inbound.peerIndex);
    EXPECT_EQ(ReadBigEndian(bench.host.received.back().bytes, GetParam() ? 48 : 28, 2), 443u);
    bench.host.Send(6, bench.client, Tcp(out, ACK));
    error.quoted = Slice(bench.host.sent.back().bytes, 0, 8);
    EXPECT_EQ(Say(bench.Inject(error.Message(), icmp, false)), "deliver none");
    EXPECT_EQ(bench.host.events.back().index, outbound);
    EXPECT_EQ(ReadBigEndian(bench.host.received.back().bytes, GetParam() ? 48 : 28, 2), 50000u);
}

// "largest transport segment (header included) that fits"
TEST_P(Icmp, SegmentSize)
{
    for (bool narrow : {false, true})
    {
        BenchOptions options = Options();
        options.config.allowNarrowCoverage = true;
        Bench bench(options);
        const size_t header = bench.v6 ? 40 : 20;
        const size_t least = bench.v6 ? 1280 : 576;
        const size_t more = narrow ? 1 : 0;
        const sst::Endpoint& endpoint = bench.host.endpoint;
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 1500), 1500 - header - 33)
            << "unknown flow: whatever carries it";
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 0), least - header - 33);
        bench.Connect(40000,
                      sst::Policy::REQUIRE,
                      narrow ? sst::Coverage::PORTS : sst::Coverage::SEGMENT);
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 1500), 1500 - header - 33 - more) << "waiting";
        ASSERT_TRUE(bench.ReadInit());
        bench.Inject(bench.reference.Resp(bench.GoodResp()));
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 1500), 1500 - header - 27 - more);
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 9000), 9000 - header - 27 - more);
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 0), least - header - 27 - more);
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), header + 28 + more), 1u);
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), header + 27 + more), 0u);
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 1), 0u);
        // what is sealed at that size fits exactly
        const size_t size = endpoint.SegmentSize(bench.Key(), 1400);
        Bytes segment = Tcp(bench.FlowPath(), ACK, Bytes(size - 20, 'x'));
        EXPECT_EQ(Say(bench.host.Send(6, bench.server, segment)), "send none");
        EXPECT_EQ(header + bench.host.sent.back().bytes.size(), 1400u);
        // "Egress of a TCP segment too long for it is sealed all the same"
        segment = Tcp(bench.FlowPath(), ACK, Bytes(3000, 'x'));
        EXPECT_EQ(Say(bench.host.Send(6, bench.server, segment)), "send none");
        bench.Receive(bench.TooBig(bench.SendSome(), 1300).Message());
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 1280), 1280 - header - 27 - more)
            << "the smaller";
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(), 1400), 1300 - header - 27 - more);
        EXPECT_EQ(endpoint.SegmentSize(bench.Key(40077), 1400), 1400 - header - 33);
    }
}

// An ICMP error of the stack is cut to the path MTU, too.
// ICMP-11
TEST(IcmpV4, OwnErrorsFitThePath)
{
    Bench bench;
    bench.Establish();
    bench.Receive(bench.TooBig(bench.SendSome(), 600).Message());
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Path udp{bench.client, 5000, bench.server, 53};
    bench.host.Send(17, bench.server, Udp(udp, {}), &request);
    Bytes datagram = Udp(udp.Reverse(), Bytes(900, 'x'));
    for (uint32_t mtu : {0u, 1500u})
    {
        EXPECT_EQ(
            Say(bench.host.Send(1, bench.server, IcmpUnreachable(udp, 17, datagram), nullptr, mtu)),
            "send none");
        EXPECT_LE(bench.host.sent.back().bytes.size() + 20, 600u);
    }
}
