// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// What lies inside the AEADs: options, types, checksums, lengths.

#include "test-bench.h"

using namespace ssttest;

namespace
{

ReferenceInit
SynInit(const ServerBench& bench)
{
    ReferenceInit init;
    init.segment = WithoutChecksum(6, Tcp(bench.path, SYN));
    init.type = 6;
    return init;
}

/// \return verdict on an INIT with these options
std::string
InitOptions(const Bytes& options, int length = -1)
{
    ServerBench bench;
    ReferenceInit init = SynInit(bench);
    init.options = options;
    init.optionsLength = length;
    return Say(bench.Inject(bench.MakeInit(init)));
}

/// \return verdict on a RESP with these options
std::string
RespOptions(const Bytes& options, int length = -1, bool* up = nullptr)
{
    ClientBench bench;
    bench.Connect();
    EXPECT_TRUE(bench.ReadInit());
    ReferenceResp resp = bench.GoodResp();
    resp.rawOptions = options;
    resp.optionsLength = length;
    std::string verdict = Say(bench.Inject(bench.reference.Resp(resp)));
    if (up)
    {
        *up = !bench.host.SentOfType(0).empty();
    }
    return verdict;
}

const Bytes TOKEN = Concat({Bytes{1, 16}, Bytes(16, 0xaa)});
const Bytes INDEX = Concat({Bytes{5, 4}, BigEndian(0x2345678, 4)}); // ClientBench::GoodResp

} // namespace

// "types strictly ascending; unknown ignored; a known one of wrong length refused"
TEST(Options, Init)
{
    EXPECT_EQ(InitOptions({}), "deliver none");
    EXPECT_EQ(InitOptions(Bytes{2, 1, 9, 4, 0, 200, 3, 1, 2, 3}), "deliver none") << "unknown";
    EXPECT_EQ(InitOptions(Bytes{3, 1, 0}), "deliver none") << "coverage segment, spelled out";
    EXPECT_EQ(InitOptions(Bytes{0, 0, 255, 0}), "deliver none") << "unknown, at the ends";
    EXPECT_EQ(InitOptions(Bytes{4, 0, 2, 0}), "drop options") << "descending";
    EXPECT_EQ(InitOptions(Bytes{4, 0, 4, 0}), "drop options") << "twice";
    EXPECT_EQ(InitOptions(Bytes{3, 0}), "drop options");
    EXPECT_EQ(InitOptions(Bytes{3, 2, 0, 0}), "drop options");
    EXPECT_EQ(InitOptions(Bytes{3, 1, 3}), "drop coverage") << "there is no such coverage";
    EXPECT_EQ(InitOptions(Bytes{200}), "drop options") << "no length";
    EXPECT_EQ(InitOptions(Bytes{200, 1}), "drop options") << "no value";
    EXPECT_EQ(InitOptions(Bytes{200, 255, 1, 2, 3}), "drop options") << "value cut short";
}

TEST(Options, InitLengthField)
{
    // beyond the plaintext: 256 - 64 - 16 bytes, 10 of them before the options
    for (int length : {167, 1000, 65535})
    {
        std::string verdict = InitOptions({}, length);
        EXPECT_TRUE(verdict == "drop options" || verdict == "drop length") << verdict;
    }
    EXPECT_NE(InitOptions({}, 166), "deliver none") << "no room for a type";
}

TEST(Options, Resp)
{
    bool up = false;
    EXPECT_EQ(RespOptions(Concat({TOKEN, INDEX}), -1, &up), "consumed none");
    EXPECT_TRUE(up);
    Bytes unknown = Concat({Bytes{0, 1, 1}, TOKEN, Bytes{2, 0, 4, 3, 1, 2, 3}, INDEX, Bytes{9, 0}});
    EXPECT_EQ(RespOptions(unknown, -1, &up), "consumed none");
    EXPECT_TRUE(up);
    const Bytes wrong[] = {TOKEN,                         // no server index
                           INDEX,                         // no token
                           Concat({INDEX, TOKEN}),        // descending
                           Concat({TOKEN, TOKEN, INDEX}), // twice
                           Concat({Bytes{1, 15}, Bytes(15, 1), INDEX}),
                           Concat({Bytes{1, 17}, Bytes(17, 1), INDEX}),
                           Concat({TOKEN, Bytes{5, 3, 0x34, 0x56, 0x78}}),
                           Concat({TOKEN, Bytes{5, 5, 0x02, 0x34, 0x56, 0x78, 0}}),
                           Concat({TOKEN, Bytes{3, 2, 0, 0}, INDEX}),
                           Concat({TOKEN, INDEX, Bytes{9}}),
                           Concat({TOKEN, INDEX, Bytes{9, 1}})};
    for (const Bytes& options : wrong)
    {
        std::string verdict = RespOptions(options, -1, &up);
        EXPECT_EQ(verdict, "drop options") << ToHex(options);
        EXPECT_FALSE(up) << ToHex(options);
    }
}

// "server index(32), mandatory in RESP, equal to RESP 4..7"
TEST(Options, ServerIndexMustBeTheOneInClear)
{
    bool up = false;
    Bytes other = Concat({Bytes{5, 4}, BigEndian(0x2345679, 4)});
    EXPECT_EQ(RespOptions(Concat({TOKEN, other}), -1, &up).substr(0, 4), "drop");
    EXPECT_FALSE(up);
}

// "Non-zero inside: drop `inner-checksum`. UDP length unequal to the segment's: drop
// `inner-length`."
TEST(Inner, ChecksumMustBeZero)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    Bytes tcp = Tcp(bench.path, ACK, FromText("x"), 1001);
    ASSERT_NE(WithoutChecksum(6, tcp), tcp);
    EXPECT_EQ(Say(bench.Inject(session.SealNext(6, tcp, 6))), "drop inner-checksum");
    Path udp{bench.client, 5000, bench.server, 53};
    EXPECT_EQ(Say(bench.Inject(session.SealNext(17, Udp(udp, FromText("x")), 17), 17)),
              "drop inner-checksum");
}

TEST(Inner, ChecksumInInitAndResp)
{
    ServerBench server;
    ReferenceInit init = SynInit(server);
    init.segment = Tcp(server.path, SYN);
    sst::Verdict verdict = server.Inject(server.MakeInit(init));
    EXPECT_NE(verdict.outcome, sst::Outcome::DELIVER);
    EXPECT_EQ(verdict.reason, sst::Reason::INNER_CHECKSUM);
    ClientBench client;
    client.Connect();
    ASSERT_TRUE(client.ReadInit());
    ReferenceResp resp = client.GoodResp();
    resp.segment = Tcp(client.FlowPath().Reverse(), SYN | ACK);
    resp.type = 6;
    verdict = client.Inject(client.reference.Resp(resp));
    EXPECT_NE(verdict.outcome, sst::Outcome::DELIVER);
    EXPECT_EQ(verdict.reason, sst::Reason::INNER_CHECKSUM);
}

TEST(Inner, UdpLengthMustFit)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    Path path{bench.client, 5000, bench.server, 53};
    Bytes right = WithoutChecksum(17, Udp(path, FromText("question")));
    for (int delta : {-16, -9, -8, -1, 1, 100})
    {
        Bytes wrong = right;
        wrong[5] = static_cast<uint8_t>(wrong[5] + delta);
        EXPECT_EQ(Say(bench.Inject(session.SealNext(17, wrong, 17), 17)), "drop inner-length")
            << delta;
    }
    EXPECT_EQ(Say(bench.Inject(session.SealNext(17, right, 17), 17)), "deliver none");
    EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(Udp(path, FromText("question"))));
}

TEST(Inner, ShortSegments)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    Bytes tcp = WithoutChecksum(6, Tcp(bench.path, ACK, {}, 1001));
    for (size_t size = 0; size < 20; size++)
    {
        sst::Verdict verdict = bench.Inject(session.SealNext(6, Slice(tcp, 0, size), 6));
        EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << size;
    }
    Bytes udp = WithoutChecksum(17, Udp({bench.client, 5000, bench.server, 53}, {}));
    for (size_t size = 0; size < 8; size++)
    {
        sst::Verdict verdict = bench.Inject(session.SealNext(17, Slice(udp, 0, size), 17), 17);
        EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << size;
    }
    EXPECT_EQ(Say(bench.Inject(session.SealNext(17, udp, 17), 17)), "deliver none");
}

// "type: 6, 17; 1 / 58 ICMP about a packet of this session; 59 nothing"
TEST(Inner, OnlyKnownTypes)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    size_t received = bench.host.received.size();
    Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK, {}, 1001));
    for (int type = 2; type < 256; type++)
    {
        if (type != 6 && type != 17 && type != 58 && type != 59)
        {
            EXPECT_EQ(Say(bench.Inject(session.SealNext(6, segment, static_cast<uint8_t>(type)))),
                      "drop inner-type")
                << type;
        }
    }
    EXPECT_EQ(Say(bench.Inject(session.SealNext(6, {}, 59))), "consumed none");
    EXPECT_NE(bench.Inject(session.SealNext(6, Bytes(100, 1), 59)).outcome, sst::Outcome::DELIVER);
    EXPECT_EQ(bench.host.received.size(), received);
}

// "Outer protocol in N: the inner one for types 6 and 17, a mismatch is dropped; all else uses the
// INIT's"
TEST(Inner, OuterProtocolMismatch)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    size_t received = bench.host.received.size();
    Bytes tcp = WithoutChecksum(6, Tcp(bench.path, ACK, {}, 1001));
    Bytes udp = WithoutChecksum(17, Udp({bench.client, 5000, bench.server, 53}, {}));
    EXPECT_EQ(Say(bench.Inject(session.SealNext(17, tcp, 6), 17)), "drop protocol-mismatch");
    EXPECT_EQ(Say(bench.Inject(session.SealNext(6, udp, 17), 6)), "drop protocol-mismatch");
    EXPECT_EQ(bench.Inject(session.SealNext(17, {}, 59), 17).outcome, sst::Outcome::DROP)
        << "the INIT came as 6";
    EXPECT_EQ(bench.host.received.size(), received);
}

TEST(Inner, OuterProtocolMismatchInInit)
{
    ServerBench bench;
    ReferenceInit init = SynInit(bench);
    init.outerProtocol = 17;
    EXPECT_EQ(bench.Inject(bench.MakeInit(init), 17).outcome, sst::Outcome::DROP);
    EXPECT_TRUE(bench.host.received.empty());
    init.segment.clear();
    init.type = 59;
    for (uint8_t outer : {6, 17})
    {
        init.outerProtocol = outer;
        EXPECT_EQ(bench.Inject(bench.MakeInit(init), outer).outcome, sst::Outcome::CONSUMED);
    }
}

// "all else uses the INIT's, and a RESP arriving with another is dropped"
TEST(Inner, RespUnderAnotherProtocol)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Bytes resp = bench.reference.Resp(bench.GoodResp());
    EXPECT_EQ(bench.Inject(resp, 17).outcome, sst::Outcome::DROP);
    EXPECT_TRUE(bench.host.SentOfType(0).empty());
    EXPECT_EQ(Say(bench.Inject(resp, 6)), "consumed none");
}

// AEAD-7: refused, and the handshake goes on.
TEST(Inner, RespWithASegmentOfAnotherType)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    ReferenceResp resp = bench.GoodResp();
    resp.segment = WithoutChecksum(17, Udp(bench.FlowPath(40000).Reverse(), FromText("x")));
    resp.type = 17;
    EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(resp))), "drop protocol-mismatch");
    EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
}

// "(a UDP checksum that was 0 is delivered computed)"
TEST(Inner, UdpWithoutChecksumIsDeliveredComputed)
{
    ServerBench bench;
    bench.Establish();
    Path path{bench.client, 5000, bench.server, 53};
    bench.InjectData(17, Udp(path, FromText("abc"), false));
    EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(Udp(path, FromText("abc"), true)));
}

// "restored by the receiver where checksums are in use"
TEST(Inner, ChecksumsStayZeroWhereNotInUse)
{
    BenchOptions options;
    options.config.restoreChecksums = false;
    ServerBench bench(options);
    bench.Establish();
    Bytes segment = Tcp(bench.path, ACK, FromText("abc"), 1001);
    bench.InjectData(6, segment);
    EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(WithoutChecksum(6, segment)));
}

// "X25519 result 0: drop"
TEST(Inner, LowOrderEphemerals)
{
    Bytes point = FromHex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800");
    ServerBench server;
    Bytes init = server.MakeSynInit(server.path);
    for (const Bytes& low : {Bytes(32, 0), point})
    {
        Bytes forged = Concat({Slice(init, 0, 32), low, Slice(init, 64)});
        EXPECT_EQ(Say(server.Inject(forged)), "drop low-order");
    }
    ClientBench client;
    client.Connect();
    ASSERT_TRUE(client.ReadInit());
    Bytes resp = client.reference.Resp(client.GoodResp());
    for (const Bytes& low : {Bytes(32, 0), point})
    {
        Bytes forged = Concat({Slice(resp, 0, 16), low, Slice(resp, 48)});
        EXPECT_EQ(Say(client.Inject(forged)), "drop low-order");
    }
    EXPECT_EQ(Say(client.Inject(resp)), "consumed none");
}
