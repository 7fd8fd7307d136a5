// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Layout N byte for byte: what the endpoint sends is rebuilt by the reference from what the
// reference read in it and from the randomness drawn.

#include "test-bench.h"

using namespace ssttest;

namespace
{

class Wire : public testing::TestWithParam<bool>
{
  protected:
    BenchOptions Options(bool narrow = false) const
    {
        BenchOptions options;
        options.v6 = GetParam();
        options.config.allowNarrowCoverage = narrow;
        return options;
    }
};

/// Rebuilds a DATA packet from its content and expects the same bytes.
void
ExpectRebuilt(const ReferenceSession& receiver, const Packet& packet)
{
    auto opened = receiver.OpenPacket(packet.protocol, packet.bytes);
    ASSERT_TRUE(opened);
    ReferenceSession sender = receiver;
    sender.sendKey = receiver.receiveKey;
    ReferenceData data;
    data.index = receiver.ownIndex;
    data.number = opened->number;
    data.segment = opened->inner.segment;
    data.type = opened->inner.type;
    data.sealedBytes = opened->sealedBytes;
    size_t minimal = sender.SealAs(packet.protocol, data).size();
    ASSERT_LE(minimal, packet.bytes.size());
    data.padding = packet.bytes.size() - minimal;
    EXPECT_EQ(ToHex(sender.SealAs(packet.protocol, data)), ToHex(packet.bytes));
}

} // namespace

TEST_P(Wire, InitWithSyn)
{
    ClientBench bench(Options());
    EXPECT_EQ(bench.Connect().outcome, sst::Outcome::WAIT);
    auto packets = bench.host.SentOfType(1);
    ASSERT_EQ(packets.size(), 1u);
    ASSERT_TRUE(bench.ReadInit());
    EXPECT_EQ(packets[0].protocol, 6) << "outer protocol of N is the inner one";
    EXPECT_TRUE(packets[0].marked);
    EXPECT_EQ(packets[0].bytes.size(), 256u);
    EXPECT_EQ(bench.init->version, 1);
    EXPECT_EQ(bench.init->suite, 1);
    EXPECT_EQ(bench.init->keyId, 9) << "of the DNS entry";
    EXPECT_EQ(bench.init->reserved7, 0);
    EXPECT_EQ(bench.init->reserved8, 0u);
    EXPECT_EQ(bench.init->guard, 0x5010);
    EXPECT_EQ(bench.init->reserved14, 0);
    EXPECT_EQ(bench.init->token, Bytes(16, 0));
    EXPECT_EQ(bench.init->timeMs, bench.world.clock.unixMs);
    EXPECT_EQ(bench.init->options, Bytes()) << "coverage segment = absent";
    EXPECT_EQ(bench.init->type, 6);
    EXPECT_EQ(ToHex(bench.init->segment), ToHex(WithoutChecksum(6, Tcp(bench.FlowPath(), SYN))));
    ASSERT_FALSE(bench.host.random.ephemerals.empty());
    EXPECT_EQ(Slice(packets[0].bytes, 32, 32), PublicOf(bench.host.random.ephemerals.back()));
    ReferenceClient twin(PublicOf(bench.serverSecret), bench.host.random.ephemerals.back());
    EXPECT_EQ(ToHex(twin.Init(*bench.init)), ToHex(packets[0].bytes));
    EXPECT_TRUE(bench.host.violations.empty());
}

// "a TCP SYN without payload, when the DNS entry's flag bit 0 is set; [...] else type 59"
TEST_P(Wire, InitWithoutEarlyData)
{
    BenchOptions options = Options();
    options.serverFlags = 0;
    ClientBench bench(options);
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    EXPECT_EQ(bench.init->type, 59);
    EXPECT_TRUE(bench.init->segment.empty());
    EXPECT_EQ(bench.host.SentOfType(1)[0].bytes.size(), 256u) << "SYN and empty look the same";
}

TEST_P(Wire, RespWithSynAck)
{
    ServerBench bench(Options());
    Bytes init = bench.MakeSynInit(bench.path);
    ASSERT_EQ(bench.Inject(init).outcome, sst::Outcome::DELIVER);
    ASSERT_EQ(bench.host.received.size(), 1u);
    EXPECT_EQ(ToHex(bench.host.received[0].bytes), ToHex(Tcp(bench.path, SYN)))
        << "the checksum is restored";
    Bytes answer = Tcp(bench.path.Reverse(), SYN | ACK);
    EXPECT_EQ(bench.host.Send(6, bench.client, answer).outcome, sst::Outcome::SEND);
    auto packets = bench.host.SentOfType(2);
    ASSERT_EQ(packets.size(), 1u);
    ASSERT_TRUE(bench.ReadResp());
    const ReferenceResp& resp = *bench.resp;
    EXPECT_EQ(packets[0].protocol, 6);
    EXPECT_EQ(packets[0].bytes.size(), 256u);
    EXPECT_EQ(resp.topBits, 0);
    EXPECT_EQ(resp.reserved8, 0u);
    EXPECT_EQ(resp.guard, 0x5010);
    EXPECT_EQ(resp.reserved14, 0);
    EXPECT_EQ(resp.status, 1) << "early data accepted, clock inside the window";
    EXPECT_EQ(resp.timeMs, bench.world.clock.unixMs);
    ASSERT_TRUE(resp.options.count(1)) << "reset token, mandatory in RESP";
    EXPECT_EQ(resp.options.at(1).size(), 16u);
    ASSERT_TRUE(resp.options.count(5)) << "server index, mandatory in RESP";
    EXPECT_EQ(resp.options.at(5), BigEndian(resp.serverIndex, 4));
    EXPECT_TRUE(!resp.options.count(3) || resp.options.at(3) == Bytes{0});
    EXPECT_EQ(resp.type, 6);
    EXPECT_EQ(ToHex(resp.segment), ToHex(WithoutChecksum(6, answer)));

    ReferenceServer twin(bench.host.serverSecret, bench.host.random.ephemerals.back());
    ASSERT_TRUE(twin.ReadInit(6, init));
    EXPECT_EQ(ToHex(twin.Resp(resp)), ToHex(packets[0].bytes));
    EXPECT_TRUE(bench.host.violations.empty());
}

// "Token = HMAC-SHA256(K_reset, server index | peer address)[16] [...];
//  K_reset = HMAC-SHA256(static private key, "SSTv1 reset")"
TEST_P(Wire, ResetTokenInResp)
{
    ServerBench bench(Options());
    bench.Establish();
    Bytes key = HmacSha256(bench.host.serverSecret, FromText("SSTv1 reset"));
    Bytes peer(bench.client.bytes.begin(), bench.client.bytes.begin() + bench.client.length);
    Bytes token = HmacSha256(key, Concat({BigEndian(bench.resp->serverIndex, 4), peer}));
    EXPECT_EQ(ToHex(bench.resp->options.at(1)), ToHex(Slice(token, 0, 16)));
}

TEST_P(Wire, DataOfTheServer)
{
    ServerBench bench(Options());
    ReferenceSession& session = bench.Establish();
    Dice dice(5);
    uint32_t sequence = 1;
    for (size_t size : {0, 1, 7, 100, 536, 1400})
    {
        Bytes segment = Tcp(bench.path.Reverse(), ACK | PSH, dice.Fill(size), sequence++, size % 3);
        size_t before = bench.host.sent.size();
        ASSERT_EQ(bench.host.Send(6, bench.client, segment).outcome, sst::Outcome::SEND);
        ASSERT_EQ(bench.host.sent.size(), before + 1);
        const Packet& packet = bench.host.sent.back();
        auto opened = session.OpenPacket(6, packet.bytes);
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->inner.type, 6);
        EXPECT_EQ(ToHex(opened->inner.segment), ToHex(WithoutChecksum(6, segment)));
        EXPECT_EQ(ReadBigEndian(packet.bytes, 12, 2), 0x5010u);
        ExpectRebuilt(session, packet);
    }
    auto data = bench.host.SentOfType(0);
    for (size_t i = 0; i < data.size(); i++)
    {
        EXPECT_EQ(ReadBigEndian(data[i].bytes, 4, 4), i) << "numbers start at 0";
    }
}

TEST_P(Wire, DataOfTheClient)
{
    ClientBench bench(Options());
    ReferenceSession& session = bench.Establish();
    ASSERT_EQ(bench.host.received.size(), 1u);
    EXPECT_EQ(ToHex(bench.host.received[0].bytes),
              ToHex(Tcp(bench.FlowPath().Reverse(), SYN | ACK)));
    Dice dice(6);
    for (size_t size : {0, 3, 64, 1000})
    {
        Bytes segment = Tcp(bench.FlowPath(), ACK | PSH, dice.Fill(size), 1001);
        ASSERT_EQ(bench.host.Send(6, bench.server, segment).outcome, sst::Outcome::SEND);
        ExpectRebuilt(session, bench.host.sent.back());
        EXPECT_EQ(ToHex(session.OpenPacket(6, bench.host.sent.back().bytes)->inner.segment),
                  ToHex(WithoutChecksum(6, segment)));
    }
}

// "AAD = outer protocol | ...": UDP on the session of a TCP INIT travels as protocol 17.
TEST_P(Wire, UdpOnASessionOpenedByTcp)
{
    ClientBench bench(Options());
    ReferenceSession& session = bench.Establish();
    sst::Request request = Ask(sst::Policy::REQUIRE);
    Bytes datagram = Udp({bench.client, 5000, bench.server, 53}, FromText("question"));
    ASSERT_EQ(bench.host.Send(17, bench.server, datagram, &request).outcome, sst::Outcome::SEND);
    const Packet& packet = bench.host.sent.back();
    EXPECT_EQ(packet.protocol, 17) << "outer protocol in N is the inner one";
    EXPECT_FALSE(session.OpenPacket(6, packet.bytes));
    auto opened = session.OpenPacket(17, packet.bytes);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->inner.type, 17);
    ExpectRebuilt(session, packet);
}

// "INIT packet from offset 0: at least 256 bytes, a multiple of 64", "it fits the path MTU"
TEST_P(Wire, InitSizeGrowsInSteps)
{
    for (size_t size : {10, 150, 160, 161, 162, 170, 230, 500, 1000, 1200})
    {
        BenchOptions options = Options();
        options.serverFlags = 3;
        ClientBench bench(options);
        sst::Request request = Ask(sst::Policy::REQUIRE, "server", sst::Coverage::SEGMENT, true);
        Bytes datagram = Udp({bench.client, 5000, bench.server, 443}, Bytes(size, 'x'));
        bench.host.Send(17, bench.server, datagram, &request, 1500);
        ASSERT_TRUE(bench.ReadInit()) << size;
        size_t least = 64 + 10 + datagram.size() + 1 + 16;
        size_t expected = std::max<size_t>(256, (least + 63) / 64 * 64);
        EXPECT_EQ(bench.init->size, expected) << size;
        EXPECT_EQ(bench.init->type, 17);
        EXPECT_EQ(ToHex(bench.init->segment), ToHex(WithoutChecksum(17, datagram)));
        EXPECT_EQ(bench.host.SentOfType(1)[0].protocol, 17);
        ReferenceClient twin(PublicOf(bench.serverSecret), bench.host.random.ephemerals.back());
        EXPECT_EQ(ToHex(twin.Init(*bench.init)), ToHex(bench.host.SentOfType(1)[0].bytes));
    }
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, Wire, testing::Bool(), [](const auto& info) {
    return info.param ? "V6" : "V4";
});
