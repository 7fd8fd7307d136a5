// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// ICMP errors of the network about packets of ours: accepted only for packets that were sent, told
// to the stack about its own segment, and never a reason to close or to go clear.

#include "icmp-error.h"
#include "icmp-ring.h"
#include "test-bench.h"

using namespace ssttest;

namespace
{

/// The parts of an ICMP error, all of which can be set wrong on purpose.
struct Error
{
    uint8_t type{3};        //!< of ICMP
    uint8_t code{1};        //!< of ICMP
    uint32_t rest{0};       //!< bytes 4 to 7
    bool marked{true};      //!< mark of the quoted packet
    sst::IpAddress source;  //!< of the quoted packet
    sst::IpAddress target;  //!< of the quoted packet
    uint8_t protocol{6};    //!< of the quoted packet
    Bytes between;          //!< IPv4 options, or IPv6 extension headers
    uint8_t firstHeader{6}; //!< IPv6: next header of the IP header when there are extensions
    uint16_t fragment{0};   //!< IPv4: fragment offset
    Bytes quoted;           //!< behind the IP header

    /// \return the message, without a checksum: the stack below has looked at it
    Bytes Message() const
    {
        Bytes from(source.bytes.begin(), source.bytes.begin() + source.length);
        Bytes to(target.bytes.begin(), target.bytes.begin() + target.length);
        Bytes ip;
        if (source.length == 4)
        {
            uint16_t flags = static_cast<uint16_t>((marked ? 0xc000 : 0x4000) | fragment);
            ip = Concat({Bytes{static_cast<uint8_t>(0x45 + between.size() / 4), 0},
                         BigEndian(1400, 2),
                         Bytes{0, 1},
                         BigEndian(flags, 2),
                         Bytes{60, protocol, 0, 0},
                         from,
                         to,
                         between});
        }
        else
        {
            uint32_t trafficClass = marked ? 0xac : 0;
            ip = Concat({BigEndian(0x60000000u | trafficClass << 20, 4),
                         BigEndian(1300, 2),
                         Bytes{between.empty() ? protocol : firstHeader, 60},
                         from,
                         to,
                         between});
        }
        return Concat({Bytes{type, code, 0, 0}, BigEndian(rest, 4), ip, quoted});
    }
};

/// A client with an open session, and a router on its path.
struct Bench : ClientBench
{
    bool v6;
    sst::IpAddress router;
    uint8_t icmp; //!< protocol

    explicit Bench(const BenchOptions& options = {})
        : ClientBench(options),
          v6{options.v6},
          router{Ip(v6 ? "2001:0db8:0009:0000:0000:0000:0000:0009" : "192.0.2.9")},
          icmp{static_cast<uint8_t>(v6 ? 58 : 1)}
    {
    }

    /// Sends a segment of the open flow. \return the packet
    Bytes SendSome(uint32_t sequence = 4711)
    {
        Bytes segment = Tcp(FlowPath(), ACK, Bytes(100, 'x'), sequence);
        EXPECT_EQ(Say(host.Send(6, server, segment)), "send none");
        return host.sent.back().bytes;
    }

    /// \return an error about a packet of the client, as a router writes it
    Error About(const Bytes& packet, uint8_t type, uint8_t code, uint32_t rest = 0) const
    {
        Error error;
        error.type = type;
        error.code = code;
        error.rest = rest;
        error.source = client;
        error.target = server;
        error.quoted = Slice(packet, 0, 8);
        return error;
    }

    /// \return "too big" with a next-hop MTU
    Error TooBig(const Bytes& packet, uint32_t mtu) const
    {
        return v6 ? About(packet, 2, 0, mtu) : About(packet, 3, 4, mtu);
    }

    std::string Receive(const Bytes& message)
    {
        return Say(host.Receive({router, client, icmp, false, message, 0}));
    }

    /// Checks that the stack got an error about \p segment, sent by the flow \p path names.
    void ExpectTold(const Path& path,
                    uint8_t protocol,
                    const Bytes& segment,
                    uint8_t type,
                    uint8_t code,
                    uint32_t mtu = 0)
    {
        ASSERT_FALSE(host.received.empty());
        ssttest::Received got = host.received.back();
        ExpectError(got.bytes, path, protocol, segment, type, code, mtu);
        EXPECT_EQ(got.protocol, icmp);
        EXPECT_EQ(got.from, router);
        EXPECT_EQ(v6 ? SlowL4Checksum(58, router, client, got.bytes) : SlowChecksum(got.bytes), 0);
    }

    static void ExpectError(const Bytes& got,
                            const Path& path,
                            uint8_t protocol,
                            const Bytes& segment,
                            uint8_t type,
                            uint8_t code,
                            uint32_t mtu)
    {
        bool v6 = path.source.length == 16;
        ASSERT_EQ(got.size(), 8u + (v6 ? 40 : 20) + 8) << "a header and 8 bytes are quoted";
        EXPECT_EQ(got[0], type);
        EXPECT_EQ(got[1], code);
        EXPECT_EQ(ReadBigEndian(got, 4, 4), mtu);
        Bytes ip = Slice(got, 8, v6 ? 40 : 20);
        Bytes from(path.source.bytes.begin(), path.source.bytes.begin() + path.source.length);
        Bytes to(path.destination.bytes.begin(),
                 path.destination.bytes.begin() + path.destination.length);
        if (v6)
        {
            EXPECT_EQ(ReadBigEndian(ip, 0, 4), 0x60000000u) << "the packet inside is not marked";
            EXPECT_EQ(ReadBigEndian(ip, 4, 2), segment.size());
            EXPECT_EQ(ip[6], protocol);
        }
        else
        {
            EXPECT_EQ(ReadBigEndian(ip, 0, 2), 0x4500u);
            EXPECT_EQ(ReadBigEndian(ip, 2, 2), 20 + segment.size());
            EXPECT_EQ(ReadBigEndian(ip, 6, 2), 0x4000u) << "DF, no mark";
            EXPECT_EQ(ip[9], protocol);
            EXPECT_EQ(SlowChecksum(ip), 0);
        }
        EXPECT_EQ(Slice(ip, v6 ? 8 : 12, from.size()), from);
        EXPECT_EQ(Slice(ip, v6 ? 24 : 16, to.size()), to);
        EXPECT_EQ(ToHex(Slice(got, 8 + ip.size())),
                  ToHex(Slice(WithoutChecksum(protocol, segment), 0, 8)));
    }

    /// \return the MTUs told by events
    std::vector<uint32_t> Mtus() const
    {
        std::vector<uint32_t> out;
        for (const sst::Action& action : host.events)
        {
            if (action.kind == sst::Action::Kind::EVENT &&
                action.event == sst::Action::Event::PATH_MTU)
            {
                EXPECT_EQ(action.index, init->clientIndex);
                EXPECT_TRUE(action.client);
                EXPECT_EQ(action.peer, server);
                out.push_back(action.mtu);
            }
        }
        return out;
    }
};

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

// A quote may end anywhere. Up unchanged while nothing shows a mark.
TEST_P(Icmp, Truncated)
{
    for (bool marked : {true, false})
    {
        Bench bench(Options());
        bench.Establish();
        Error error = bench.TooBig(bench.SendSome(), 1300);
        error.marked = marked;
        Bytes message = error.Message();
        const size_t header = 8 + (bench.v6 ? 40 : 20);
        for (size_t size = 0; size <= message.size(); size++)
        {
            std::string want = size < header       ? "pass none"
                               : size < header + 8 ? (marked ? "drop icmp-forged" : "pass none")
                                                   : "deliver none";
            EXPECT_EQ(bench.Receive(Slice(message, 0, size)), want) << size;
        }
    }
}

// More than 8 bytes quoted: RFC 1812 and RFC 4443 ask for as much as fits.
TEST_P(Icmp, LongQuote)
{
    Bench bench(Options());
    bench.Establish();
    Bytes packet = bench.SendSome();
    Error error = bench.About(packet, bench.v6 ? 1 : 3, 1);
    error.quoted = packet;
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    Bytes inner = Tcp(bench.FlowPath(), ACK, Bytes(100, 'x'), 4711);
    bench.ExpectTold(bench.FlowPath(), 6, inner, bench.v6 ? 1 : 3, 1);
}

TEST(IcmpV4, OptionsAndFragments)
{
    Bench bench;
    bench.Establish();
    Bytes packet = bench.SendSome();
    Error error = bench.About(packet, 3, 1);
    error.between = Bytes(12, 1);
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    Bytes message = error.Message();
    EXPECT_EQ(bench.Receive(Slice(message, 0, 8 + 31)), "pass none") << "options cut";
    EXPECT_EQ(bench.Receive(Slice(message, 0, 8 + 32)), "drop icmp-forged");
    error.between.clear();
    for (uint16_t offset : {1, 0x1000, 0x1fff})
    {
        error.fragment = offset;
        EXPECT_EQ(bench.Receive(error.Message()), "drop icmp-forged")
            << "a later fragment has no header of ours";
    }
    error.fragment = 0x2000; // more fragments: the first one
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    for (uint8_t first : {0x44, 0x40, 0x65, 0x55, 0x4f})
    {
        message = bench.About(packet, 3, 1).Message();
        message[8] = first;
        EXPECT_EQ(bench.Receive(message), "pass none") << "no IPv4 header";
    }
    for (uint8_t protocol : {0, 1, 47, 58})
    {
        error = bench.About(packet, 3, 1);
        error.protocol = protocol;
        EXPECT_EQ(bench.Receive(error.Message()), protocol == 0 ? "drop icmp-forged" : "pass none");
    }
}

TEST(IcmpV6, ExtensionHeaders)
{
    BenchOptions options;
    options.v6 = true;
    Bench bench(options);
    bench.Establish();
    Bytes packet = bench.SendSome();
    auto extension = [](uint8_t next, uint8_t units) {
        return Concat({Bytes{next, units}, Bytes(units * 8 + 6, 0)});
    };
    auto fragment = [](uint8_t next, uint16_t offset) {
        return Concat({Bytes{next, 0}, BigEndian(offset * 8 + 1, 2), Bytes(4, 7)});
    };

    struct Case
    {
        uint8_t first;
        Bytes headers;
        const char* want;
    };

    const Case cases[] = {
        {0, extension(6, 0), "deliver none"},
        {43, extension(6, 2), "deliver none"},
        {60, extension(6, 1), "deliver none"},
        {44, fragment(6, 0), "deliver none"},
        {0,
         Concat({extension(43, 0), extension(44, 1), fragment(60, 0), extension(6, 0)}),
         "deliver none"},
        {44, fragment(6, 1), "drop icmp-forged"},
        {44, fragment(6, 0x1fff), "drop icmp-forged"},
        {44, fragment(60, 1), "pass none"}, // what is behind is not known to be ours
        {0, extension(58, 0), "pass none"},
        {0, extension(6, 5), "drop icmp-forged"}, // longer than it is, see below
        {50, Bytes(8, 0), "pass none"},
    };
    for (const Case& chain : cases)
    {
        for (bool marked : {true, false})
        {
            Error error = bench.About(packet, 1, 0);
            error.marked = marked;
            error.firstHeader = chain.first;
            error.between = chain.headers;
            Bytes message = error.Message();
            if (chain.headers == extension(6, 5))
            {
                message.resize(8 + 40 + 47); // one byte less than the header says
            }
            std::string want = chain.want;
            EXPECT_EQ(bench.Receive(message),
                      want == "drop icmp-forged" && !marked ? "pass none" : want)
                << int{chain.first} << " " << ToHex(chain.headers);
        }
    }
    // cut anywhere within a chain
    Error error = bench.About(packet, 1, 0);
    error.firstHeader = 0;
    error.between = Concat({extension(43, 1), extension(44, 0), fragment(60, 0), extension(6, 0)});
    Bytes message = error.Message();
    for (size_t size = 48; size < message.size(); size++)
    {
        EXPECT_EQ(bench.Receive(Slice(message, 0, size)), "drop icmp-forged") << size;
    }
    EXPECT_EQ(bench.Receive(message), "deliver none");
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

// The ring against a map that forgets by age.
TEST(IcmpRing, AgainstAMap)
{
    Dice dice(3);
    sst::IcmpRing ring(16);
    std::vector<std::pair<uint32_t, uint32_t>> sent;
    EXPECT_EQ(ring.Find(0, 0), nullptr) << "nothing was sent";
    for (int i = 0; i < 2000; i++)
    {
        const auto session = static_cast<uint32_t>(dice.Below(3) + 1);
        const auto number = static_cast<uint32_t>(i);
        Bytes segment = BigEndian(0x1122334400000000 + static_cast<uint64_t>(i), 8);
        ring.Add(session, number, i % 2 ? 6 : 17, segment.data(), 8 + static_cast<size_t>(i));
        sent.emplace_back(session, number);
        const size_t back = dice.Below(std::min<size_t>(sent.size(), 32));
        const auto [wanted, which] = sent[sent.size() - 1 - back];
        const sst::SentSegment* found = ring.Find(wanted, which);
        ASSERT_EQ(found != nullptr, back < 16);
        EXPECT_EQ(ring.Find(wanted + 1, which), nullptr);
        EXPECT_EQ(ring.Find(0, 0), nullptr);
        if (found != nullptr)
        {
            EXPECT_EQ(found->size, 8 + which);
            EXPECT_EQ(found->protocol, which % 2 ? 6 : 17);
            EXPECT_EQ(ReadBigEndian(Bytes(found->head.begin(), found->head.end()), 4, 4), which);
        }
    }
    sst::IcmpRing none(0);
    none.Add(1, 1, 6, Bytes(8).data(), 8);
    EXPECT_EQ(none.Find(1, 1), nullptr);
}
