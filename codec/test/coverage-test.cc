// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "How many leading bytes of a TCP or UDP segment are sealed: `segment` all (default), `header`
//  the transport header, `ports` 4. INIT, RESP and other types are always sealed whole."

#include "test-bench.h"

using namespace ssttest;

namespace
{

struct Case
{
    sst::Coverage coverage;
    uint8_t protocol;
    size_t optionWords;
    int n; //!< sealed bytes expected
};

const Case CASES[] = {{sst::Coverage::PORTS, 6, 0, 4},
                      {sst::Coverage::PORTS, 17, 0, 4},
                      {sst::Coverage::HEADER, 6, 0, 20},
                      {sst::Coverage::HEADER, 6, 3, 32},
                      {sst::Coverage::HEADER, 6, 10, 60},
                      {sst::Coverage::HEADER, 17, 0, 8}};

BenchOptions
Narrow()
{
    BenchOptions options;
    options.config.allowNarrowCoverage = true;
    return options;
}

/// \return a session of the coverage asked for, client's side under test
std::unique_ptr<ClientBench>
NarrowClient(sst::Coverage coverage)
{
    auto bench = std::make_unique<ClientBench>(Narrow());
    bench->Establish(coverage);
    return bench;
}

Bytes
SegmentOf(const Case& c, const Path& path, const Bytes& payload)
{
    return c.protocol == 6 ? Tcp(path, ACK, payload, 5, c.optionWords) : Udp(path, payload);
}

} // namespace

TEST(Coverage, AskedForInInitAndRepeatedInResp)
{
    for (uint8_t coverage : {1, 2})
    {
        auto bench = NarrowClient(static_cast<sst::Coverage>(coverage));
        EXPECT_EQ(UnpackOptions(bench->init->options)->at(3), Bytes{coverage});
        ServerBench server(Narrow());
        server.Establish(coverage);
        ASSERT_TRUE(server.resp->options.count(3));
        EXPECT_EQ(server.resp->options.at(3), Bytes{coverage});
    }
}

TEST(Coverage, LayoutOfNarrowData)
{
    for (const Case& c : CASES)
    {
        auto bench = NarrowClient(c.coverage);
        ReferenceSession& session = bench->reference.Session();
        ASSERT_TRUE(session.narrow);
        Path path{bench->client, 5555, bench->server, 443};
        sst::Request request = Ask(sst::Policy::REQUIRE, "server", c.coverage);
        if (c.protocol == 6)
        {
            path.sourcePort = 40000;
        }
        Bytes payload = FromText("payload in clear, by choice");
        Bytes segment = SegmentOf(c, path, payload);
        ASSERT_EQ(bench->host.Send(c.protocol, bench->server, segment, &request).outcome,
                  sst::Outcome::SEND);
        const Packet& packet = bench->host.sent.back();
        EXPECT_EQ(packet.bytes.size(), segment.size() + 28) << "28 bytes of overhead";
        EXPECT_EQ(packet.bytes[26], c.n);
        EXPECT_EQ(ToHex(Slice(packet.bytes, 28 + c.n)),
                  ToHex(Slice(WithoutChecksum(c.protocol, segment), c.n)))
            << "the rest in clear, the checksum zero";
        auto opened = session.OpenPacket(c.protocol, packet.bytes);
        ASSERT_TRUE(opened);
        EXPECT_EQ(ToHex(opened->inner.segment), ToHex(WithoutChecksum(c.protocol, segment)));
        EXPECT_EQ(opened->inner.type, c.protocol);
        EXPECT_EQ(opened->inner.padding, 0u) << "exactly n+1 bytes";
    }
}

TEST(Coverage, NarrowDataIsDelivered)
{
    for (const Case& c : CASES)
    {
        ServerBench bench(Narrow());
        bench.Establish(static_cast<uint8_t>(c.coverage));
        Path path = c.protocol == 6 ? bench.path : Path{bench.client, 5555, bench.server, 53};
        Bytes segment = SegmentOf(c, path, FromText("clear payload"));
        for (int n : {c.n, 255, c.n + 3, static_cast<int>(segment.size())})
        {
            EXPECT_EQ(Say(bench.InjectData(c.protocol, segment, n)), "deliver none") << n;
            EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(segment)) << n;
        }
    }
}

// "n below what is in force is dropped `coverage`"
TEST(Coverage, FewerSealedBytesAreRefused)
{
    for (const Case& c : CASES)
    {
        ServerBench bench(Narrow());
        bench.Establish(static_cast<uint8_t>(c.coverage));
        Path path = c.protocol == 6 ? bench.path : Path{bench.client, 5555, bench.server, 53};
        Bytes segment = SegmentOf(c, path, FromText("clear payload"));
        for (int n = 0; n < c.n; n++)
        {
            sst::Verdict verdict = bench.InjectData(c.protocol, segment, n);
            EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << n << " " << Say(verdict);
            EXPECT_EQ(verdict.reason, sst::Reason::COVERAGE) << n << " " << Say(verdict);
        }
    }
}

// "n = 255: [...] (the only form for types other than 6 and 17)"
TEST(Coverage, OtherTypesMustBeSealedWhole)
{
    ServerBench bench(Narrow());
    ReferenceSession& session = bench.Establish(2);
    Bytes icmp = IcmpUnreachable(bench.path, 6, Slice(Tcp(bench.path.Reverse(), ACK), 0, 8));
    icmp[2] = icmp[3] = 0;
    for (uint8_t type : {59, 1, 58})
    {
        for (int n : {0, 4, 8})
        {
            Bytes segment = type == 59 ? Bytes(n, 0) : icmp;
            sst::Verdict verdict = bench.Inject(session.SealNext(6, segment, type, n));
            EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << int(type) << " " << n;
        }
    }
    EXPECT_EQ(Say(bench.Inject(session.SealNext(6, {}, 59, 255))), "consumed none");
}

// "exactly n+1 bytes, no padding": a byte of the clear rest cannot pass as padding or type
TEST(Coverage, PaddingOnlyWhenAllIsSealed)
{
    ServerBench bench(Narrow());
    ReferenceSession& session = bench.Establish(2);
    Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK, FromText("abc"), 1001));
    ReferenceData data;
    data.index = session.peerIndex;
    data.segment = segment;
    data.type = 6;
    data.number = session.nextNumber++;
    data.sealedBytes = 255;
    data.padding = 40;
    EXPECT_EQ(Say(bench.Inject(session.SealAs(6, data))), "deliver none");
    EXPECT_EQ(ToHex(WithoutChecksum(6, bench.host.received.back().bytes)), ToHex(segment));
    data.number = session.nextNumber++;
    data.sealedBytes = 20;
    data.padding = 1;
    EXPECT_EQ(bench.Inject(session.SealAs(6, data)).outcome, sst::Outcome::DROP);
}

// "Refused by default outside the simulator."
TEST(Coverage, NarrowIsRefusedByDefault)
{
    ServerBench server;
    for (uint8_t coverage : {1, 2, 3, 255})
    {
        Bytes init = server.MakeSynInit(server.path, coverage);
        sst::Verdict verdict = server.Inject(init);
        server.world.Run(10 * MS);
        if (server.ReadResp())
        {
            EXPECT_TRUE(!server.resp->options.count(3) || server.resp->options.at(3) == Bytes{0})
                << "not put in force";
        }
        else
        {
            EXPECT_EQ(verdict.outcome, sst::Outcome::DROP);
        }
    }
    ClientBench client;
    sst::Verdict verdict = client.Connect(40000, sst::Policy::REQUIRE, sst::Coverage::PORTS);
    EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << Say(verdict);
    EXPECT_EQ(verdict.reason, sst::Reason::COVERAGE);
    EXPECT_TRUE(client.host.sent.empty());
}

TEST(Coverage, UnknownCoverageIsNeverPutInForce)
{
    ServerBench bench(Narrow());
    for (uint8_t coverage : {3, 4, 128, 255})
    {
        bench.Inject(bench.MakeSynInit(bench.path, coverage));
        bench.world.Run(10 * MS);
        if (bench.ReadResp() && bench.resp->options.count(3))
        {
            EXPECT_LE(bench.resp->options.at(3)[0], 2);
        }
    }
}

// "a client that asked for another closes"
TEST(Coverage, ClientClosesWhenRespSaysOtherwise)
{
    for (int asked = 0; asked < 3; asked++)
    {
        for (int given = 0; given < 3; given++)
        {
            ClientBench bench(Narrow());
            // "its flows fail and none of them falls back to clear", whatever they were asked with
            bench.Connect(40000,
                          given == 2 ? sst::Policy::REQUIRE : sst::Policy::OPPORTUNISTIC,
                          static_cast<sst::Coverage>(asked));
            ASSERT_TRUE(bench.ReadInit());
            ReferenceResp resp = bench.GoodResp();
            resp.options.erase(3);
            if (given != 0)
            {
                resp.options[3] = Bytes{static_cast<uint8_t>(given)};
            }
            sst::Verdict verdict = bench.Inject(bench.reference.Resp(resp));
            sst::FlowInfo info = bench.host.endpoint.FindFlow(bench.Key());
            if (asked == given)
            {
                EXPECT_EQ(verdict.outcome, sst::Outcome::CONSUMED) << Say(verdict);
                EXPECT_EQ(info.state, sst::FlowState::SST);
                EXPECT_EQ(static_cast<int>(info.coverage), asked);
            }
            else
            {
                EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << Say(verdict);
                EXPECT_EQ(info.state, sst::FlowState::FAILED);
                EXPECT_EQ(info.reason, sst::Reason::COVERAGE);
                EXPECT_TRUE(bench.host.SentOfType(0).empty());
                EXPECT_TRUE(bench.host.OpenCookies().empty());
            }
        }
    }
}

// A session of another coverage is another session: "(local address, peer address, responder key,
// layout, coverage) only selects one for a new outbound flow".
TEST(Coverage, EachCoverageItsOwnSession)
{
    auto bench = NarrowClient(sst::Coverage::SEGMENT);
    size_t before = bench->host.SentOfType(1).size();
    bench->Connect(40001, sst::Policy::REQUIRE, sst::Coverage::PORTS);
    EXPECT_EQ(bench->host.SentOfType(1).size(), before + 1);
    bench->Connect(40002, sst::Policy::REQUIRE, sst::Coverage::SEGMENT);
    EXPECT_EQ(bench->host.SentOfType(1).size(), before + 1) << "the first session serves it";
}
