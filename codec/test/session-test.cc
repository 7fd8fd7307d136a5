// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// DATA of an established session: replay, reordering, numbers, indices, addresses.

#include "test-bench.h"

#include <set>

using namespace ssttest;

namespace
{

Bytes
Numbered(const ServerBench& bench, uint32_t number)
{
    return WithoutChecksum(6, Tcp(bench.path, ACK, BigEndian(number, 4), number));
}

Bytes
SealNumber(const ServerBench& bench, uint32_t number)
{
    ReferenceSession& session = bench.reference->Session();
    ReferenceData data;
    data.index = session.peerIndex;
    data.number = number;
    data.segment = Numbered(bench, number);
    data.type = 6;
    return session.SealAs(6, data);
}

} // namespace

TEST(Session, DuplicatesAreRefused)
{
    ServerBench bench;
    bench.Establish();
    Bytes packet = SealNumber(bench, 7);
    EXPECT_EQ(Say(bench.Inject(packet)), "deliver none");
    EXPECT_EQ(Say(bench.Inject(packet)), "drop replay");
    EXPECT_NE(bench.Inject(packet, 6, false).outcome, sst::Outcome::DELIVER) << "unmarked too";
}

// A window of 2048 against the obvious version, through the whole endpoint.
TEST(Session, WindowAgainstTheSlowVersion)
{
    ServerBench bench;
    bench.Establish();
    std::set<uint32_t> seen{0}; // Establish sent number 0
    Dice dice(1);
    uint32_t base = 1;
    for (int i = 0; i < 6000; i++)
    {
        uint32_t number = 0;
        switch (dice.Below(4))
        {
        case 0:
            number = ++base;
            break;
        case 1:
            number = base - static_cast<uint32_t>(std::min<uint64_t>(base, dice.Below(50)));
            break;
        case 2:
            number = base - static_cast<uint32_t>(std::min<uint64_t>(base, 2000 + dice.Below(90)));
            break;
        default:
            number = base + static_cast<uint32_t>(dice.Below(dice.Below(30) == 0 ? 4000 : 10));
            base = number;
            break;
        }
        bool fresh = seen.count(number) == 0 && number + 2047 >= *seen.rbegin();
        sst::Verdict verdict = bench.Inject(SealNumber(bench, number));
        ASSERT_EQ(Say(verdict), fresh ? "deliver none" : "drop replay") << number;
        if (fresh)
        {
            seen.insert(number);
            ASSERT_EQ(Slice(bench.host.received.back().bytes, 20), BigEndian(number, 4));
        }
    }
}

// "moved only after the tag verified": a forged high number shuts nobody out
TEST(Session, ForgedNumbersDoNotMoveTheWindow)
{
    ServerBench bench;
    bench.Establish();
    Dice dice(2);
    for (int i = 0; i < 500; i++)
    {
        Bytes forged = SealNumber(bench, 10);
        uint32_t number = static_cast<uint32_t>(dice.Below(1u << 24));
        for (int k = 0; k < 4; k++)
        {
            forged[4 + k] = static_cast<uint8_t>(number >> (24 - 8 * k));
        }
        EXPECT_EQ(bench.Inject(forged).outcome, sst::Outcome::DROP);
    }
    EXPECT_EQ(Say(bench.Inject(SealNumber(bench, 1))), "deliver none");
}

TEST(Session, SenderStopsAtTheEndOfItsNumbers)
{
    BenchOptions options;
    options.config.maxPacketNumber = 10;
    ServerBench bench(options);
    ReferenceSession& session = bench.Establish();
    std::set<uint32_t> numbers;
    sst::Verdict verdict;
    for (int i = 0; i < 20; i++)
    {
        verdict = bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, Bytes(5, 'x')));
        EXPECT_NE(verdict.outcome, sst::Outcome::PASS) << "never in clear";
    }
    for (const Packet& packet : bench.host.SentOfType(0))
    {
        auto opened = session.OpenPacket(6, packet.bytes);
        ASSERT_TRUE(opened);
        EXPECT_LT(opened->number, 10u);
        EXPECT_TRUE(numbers.insert(opened->number).second) << "no number twice";
    }
    EXPECT_EQ(verdict.outcome, sst::Outcome::DROP);
    for (const Packet& packet : bench.host.sent)
    {
        EXPECT_TRUE(packet.marked);
    }
}

// "Known index from a wrong address: silent drop."
TEST(Session, WrongPeerAddress)
{
    ServerBench bench;
    bench.Establish();
    Bytes packet = SealNumber(bench, 5);
    size_t sent = bench.host.sent.size();
    sst::IpAddress other = Ip("10.0.0.9");
    EXPECT_EQ(Say(bench.Inject(packet, 6, true, &other)), "drop wrong-peer");
    bench.world.Run(1 * S);
    EXPECT_EQ(bench.host.sent.size(), sent) << "silent";
    EXPECT_EQ(Say(bench.Inject(packet)), "deliver none") << "and the window was not moved";
}

// index-swap: a packet of one session under the index of another of the same peer
TEST(Session, IndexSwap)
{
    ServerBench bench;
    ReferenceSession first = bench.Establish();
    bench.path.sourcePort = 40001;
    ReferenceSession second = bench.Establish();
    ASSERT_NE(first.peerIndex, second.peerIndex);
    Bytes a = first.SealNext(6, {}, 59);
    Bytes b = second.SealNext(6, {}, 59);
    Bytes swappedA = Concat({Slice(b, 0, 4), Slice(a, 4)});
    Bytes swappedB = Concat({Slice(a, 0, 4), Slice(b, 4)});
    EXPECT_EQ(Say(bench.Inject(swappedA)), "drop decrypt");
    EXPECT_EQ(Say(bench.Inject(swappedB)), "drop decrypt");
    EXPECT_EQ(Say(bench.Inject(a)), "consumed none");
    EXPECT_EQ(Say(bench.Inject(b)), "consumed none");
}

// role-reflection: what an endpoint sent comes back to it
TEST(Session, ReflectedPackets)
{
    ServerBench server;
    server.Establish();
    server.host.Send(6, server.client, Tcp(server.path.Reverse(), ACK));
    ClientBench client;
    client.Establish();
    client.host.Send(6, client.server, Tcp(client.FlowPath(), ACK));
    for (const Packet& packet : std::vector<Packet>(server.host.sent))
    {
        EXPECT_EQ(server.Inject(packet.bytes).outcome, sst::Outcome::DROP);
    }
    for (const Packet& packet : std::vector<Packet>(client.host.sent))
    {
        EXPECT_EQ(client.Inject(packet.bytes).outcome, sst::Outcome::DROP);
    }
    // even where both ends chose the same index
    ServerBench same;
    same.host.random.nextIndices.push_back(BigEndian(0x1234567, 4));
    ReferenceInit init;
    init.clientIndex = 0x11234567; // a server writes its key's number, 1, on top
    same.Inject(same.MakeInit(init));
    same.world.Run(10 * MS);
    ASSERT_TRUE(same.ReadResp());
    ASSERT_EQ(same.resp->serverIndex, 0x11234567u);
    Bytes own = same.reference->Session().SealNext(6, {}, 59);
    EXPECT_EQ(Say(same.Inject(own)), "consumed none");
    EXPECT_EQ(Say(same.InjectData(6, Tcp(same.path, SYN))), "deliver none");
    same.host.Send(6, same.client, Tcp(same.path.Reverse(), SYN | ACK));
    ASSERT_EQ(same.host.SentOfType(0).size(), 1u);
    EXPECT_EQ(same.Inject(same.host.SentOfType(0)[0].bytes).outcome, sst::Outcome::DROP);
}

// "Marked and unrecognised: IPv4 drop, IPv6 up unchanged."
TEST(Session, MarkedAndUnrecognised)
{
    Dice dice(3);
    for (bool v6 : {false, true})
    {
        BenchOptions options;
        options.v6 = v6;
        ServerBench bench(options);
        bench.Establish();
        for (int i = 0; i < 100; i++)
        {
            Bytes bytes = dice.Fill(dice.Below(100));
            if (!bytes.empty())
            {
                bytes[0] &= 0x3f;
            }
            sst::Verdict verdict = bench.Inject(bytes, i % 2 ? 6 : 17, true);
            EXPECT_EQ(verdict.outcome, v6 ? sst::Outcome::PASS : sst::Outcome::DROP)
                << Say(verdict);
        }
        Path other = bench.path;
        other.sourcePort = 40009;
        Bytes clear = Tcp(other, SYN);
        sst::Verdict verdict = bench.Inject(clear, 6, true);
        EXPECT_EQ(verdict.outcome, v6 ? sst::Outcome::PASS : sst::Outcome::DROP);
    }
}

// Other protocols than 6 and 17 are no SST packets.
TEST(Session, OtherOuterProtocols)
{
    ServerBench bench;
    bench.Establish();
    Bytes packet = SealNumber(bench, 5);
    for (uint8_t protocol : {1, 2, 41, 47, 50, 58, 59, 132, 253})
    {
        EXPECT_NE(bench.Inject(packet, protocol).outcome, sst::Outcome::DELIVER) << int(protocol);
        EXPECT_NE(bench.Inject(packet, protocol, false).outcome, sst::Outcome::DELIVER);
    }
    Bytes echo = FromHex("0800f7fe00010000");
    EXPECT_EQ(Say(bench.Inject(echo, 1, false)), "pass none");
}

// "2^36 failed opens on a session: close."
TEST(Session, TooManyForgeriesCloseIt)
{
    BenchOptions options;
    options.config.maxFailedOpens = 50;
    ServerBench bench(options);
    bench.Establish();
    Bytes forged = SealNumber(bench, 5);
    forged[20] ^= 1;
    for (int i = 0; i < 49; i++)
    {
        bench.Inject(forged);
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
    bench.Inject(forged);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.host.EventCount(sst::Action::Event::SESSION_CLOSED), 1u);
    EXPECT_EQ(bench.Inject(SealNumber(bench, 6)).outcome, sst::Outcome::DROP);
    sst::Verdict verdict = bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK));
    EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << "fails closed: " << Say(verdict);
}

// "it counts": reasons are counted in one place
// GEN-3
TEST(Session, ReasonsAreCounted)
{
    ServerBench bench;
    bench.Establish();
    Bytes packet = SealNumber(bench, 5);
    bench.Inject(packet);
    uint64_t before = bench.host.endpoint.Count(sst::Reason::REPLAY);
    bench.Inject(packet);
    bench.Inject(packet);
    EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::REPLAY), before + 2);
}
