// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Layout U at the server: "the server answers to the source port of the authentic packet with the
// highest number. Then the same packets; DATA without bytes 12, 13. No mark is needed."

#include "test-shell.h"

using namespace ssttest;

namespace
{

class ShellServer : public testing::TestWithParam<bool>
{
  protected:
    BenchOptions Options() const
    {
        return ShellOptions(GetParam());
    }
};

} // namespace

TEST_P(ShellServer, HandshakeAndDataBothWays)
{
    for (uint8_t coverage : {0, 1, 2})
    {
        ShellServerBench bench(Options());
        ReferenceSession& session = bench.EstablishShell(coverage);
        EXPECT_EQ(bench.resp->segment, WithoutChecksum(6, Tcp(bench.path.Reverse(), SYN | ACK)));
        EXPECT_EQ(bench.host.received[0].bytes, Tcp(bench.path, SYN));
        EXPECT_EQ(bench.host.received[1].bytes, Tcp(bench.path, ACK, {}, 1001));
        for (int n : {255, 20, 4})
        {
            if (coverage == 0 ? n != 255 : coverage == 1 && n == 4)
            {
                continue;
            }
            Bytes segment = Tcp(bench.path, ACK | PSH, FromText("to the server"), 1001);
            EXPECT_EQ(Say(bench.InjectShellData(segment, CLIENT_PORT, 6, n)), "deliver none");
            EXPECT_EQ(bench.host.received.back().bytes, segment);
        }
        Bytes answer = Tcp(bench.path.Reverse(), ACK | PSH, FromText("to the client"), 7);
        sst::Verdict verdict = bench.host.Send(6, bench.client, answer);
        EXPECT_EQ(Say(verdict), "send none");
        EXPECT_EQ(verdict.protocol, 17);
        EXPECT_FALSE(verdict.mark);
        Bytes packet = bench.SentTo(CLIENT_PORT, 0).back();
        // "33 bytes on DATA", 8 of them the UDP header; one more with narrow coverage
        EXPECT_EQ(packet.size(), answer.size() + 25 + (coverage != 0 ? 1 : 0));
        auto opened = session.OpenPacket(17, packet);
        ASSERT_TRUE(opened) << int(coverage);
        EXPECT_EQ(opened->inner.segment, WithoutChecksum(6, answer));
        EXPECT_EQ(opened->inner.type, 6);
        EXPECT_EQ(opened->inner.padding, 0u);
        EXPECT_EQ(opened->sealedBytes, coverage == 0 ? -1 : coverage == 1 ? 20 : 4);
        EXPECT_EQ(bench.host.endpoint.FindFlow({6, 443, bench.client, 40000}).layout,
                  sst::Layout::U);
        EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
    }
}

// "inner types are free of it (no protocol-mismatch rule in U)"
TEST_P(ShellServer, InnerTypesAreFreeOfTheOuterProtocol)
{
    ShellServerBench bench(Options());
    bench.EstablishShell();
    Bytes datagram = Udp({bench.client, 5000, bench.server, 53}, FromText("question"));
    EXPECT_EQ(Say(bench.InjectShellData(datagram, CLIENT_PORT, 17)), "deliver none");
    EXPECT_EQ(bench.host.received.back().bytes, datagram);
    EXPECT_EQ(bench.host.received.back().protocol, 17);
    EXPECT_EQ(Say(bench.InjectShellData(FromText("ignored"), CLIENT_PORT, 59)), "consumed none");
}

// "No mark is needed": and one set on the way changes nothing.
// UDP-4
TEST_P(ShellServer, MarkIsIgnored)
{
    ShellServerBench bench(Options());
    EXPECT_EQ(Say(bench.InjectShell(bench.MakeShellInit(), CLIENT_PORT, true)), "deliver none");
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
    ASSERT_TRUE(bench.ReadShellResp());
    Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK, {}, 1001));
    EXPECT_EQ(Say(bench.InjectShell(bench.reference->Session().SealNext(17, segment, 6),
                                    CLIENT_PORT,
                                    true)),
              "deliver none");
}

TEST_P(ShellServer, FollowsTheHighestAuthenticNumberOnly)
{
    ShellServerBench bench(Options());
    ReferenceSession& session = bench.EstablishShell(); // number 0 from CLIENT_PORT
    auto seal = [&](uint32_t number) {
        ReferenceData data;
        data.index = session.peerIndex;
        data.number = number;
        return session.SealAs(17, data);
    };
    auto answersGoTo = [&]() {
        bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, {}, 7));
        return ReadBigEndian(bench.host.sent.back().bytes, 2, 2);
    };
    EXPECT_EQ(answersGoTo(), CLIENT_PORT);
    EXPECT_EQ(Say(bench.InjectShell(seal(5), 52000)), "consumed none");
    EXPECT_EQ(answersGoTo(), 52000u);
    EXPECT_EQ(Say(bench.InjectShell(seal(4), 53000)), "consumed none") << "late, but authentic";
    EXPECT_EQ(answersGoTo(), 52000u) << "a lower number does not move it";
    EXPECT_EQ(Say(bench.InjectShell(seal(5), 53000)), "drop replay");
    EXPECT_EQ(answersGoTo(), 52000u);
    EXPECT_EQ(Say(bench.InjectShell(Flip(seal(6), 199), 53000)), "drop decrypt");
    EXPECT_EQ(answersGoTo(), 52000u) << "a forged one does not move it";
    EXPECT_EQ(Say(bench.InjectShell(seal(6), 53000)), "consumed none");
    EXPECT_EQ(answersGoTo(), 53000u);
    // the address never moves
    sst::IpAddress other = bench.client;
    other.bytes[other.length - 1] ^= 7;
    Bytes moved = InShell({other, 53000, bench.server, SHELL_PORT}, seal(7));
    EXPECT_EQ(Say(bench.Inject(moved, 17, false, &other)), "drop wrong-peer");
    EXPECT_EQ(answersGoTo(), 53000u);
}

// "an authentic packet" whose content is refused still tells the port.
TEST_P(ShellServer, FollowsAuthenticPacketsWithBadContent)
{
    ShellServerBench bench(Options());
    bench.EstablishShell();
    EXPECT_EQ(Say(bench.InjectShellData(FromText("x"), 52001, 99)), "drop inner-type");
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, {}, 7));
    EXPECT_EQ(ReadBigEndian(bench.host.sent.back().bytes, 2, 2), 52001u);
}

// SRV-3
TEST_P(ShellServer, RepeatedInit)
{
    ShellServerBench bench(Options());
    Bytes init = bench.MakeShellInit();
    EXPECT_EQ(Say(bench.InjectShell(init)), "deliver none");
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
    EXPECT_EQ(Say(bench.InjectShell(init)), "consumed none");
    std::vector<Bytes> resps = bench.SentTo(CLIENT_PORT, 2);
    ASSERT_EQ(resps.size(), 2u);
    EXPECT_EQ(resps[0], resps[1]) << "the stored RESP";
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
    // "a repeated INIT from another port: handshake of its own, as from another address": early
    // data is refused there
    EXPECT_EQ(Say(bench.InjectShell(init, 52000)), "consumed early-replay");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 2u);
    ASSERT_TRUE(bench.ReadShellResp(52000));
    EXPECT_EQ(bench.resp->status & 1, 0);
    EXPECT_NE(bench.SentTo(52000, 2)[0], resps[0]);
}

// "Until UP at most 3 times the received IP bytes are sent", UDP headers on both sides counted.
TEST_P(ShellServer, AmplificationCountsUdpHeaders)
{
    ShellServerBench bench(Options());
    EXPECT_EQ(Say(bench.InjectShell(bench.MakeShellInit())), "deliver none");
    const size_t ip = GetParam() ? 40 : 20;
    const size_t allowed = 3 * (ip + 8 + 256);
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
    const size_t left = allowed - (ip + 8 + 256);
    // a segment that makes the packet exactly as long as what is left: 20 of TCP, 33 of SST
    const size_t payload = left - ip - 20 - 33;
    Bytes tooMuch = Tcp(bench.path.Reverse(), ACK, Bytes(payload + 1, 1), 7);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, tooMuch)), "drop amplification");
    Bytes fits = Tcp(bench.path.Reverse(), ACK, Bytes(payload, 1), 7);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, fits)), "send none");
    EXPECT_EQ(bench.host.sent.back().bytes.size() + ip, left);
}

TEST_P(ShellServer, AmplificationOfRepeatedResp)
{
    ShellServerBench bench(Options());
    Bytes init = bench.MakeShellInit();
    bench.InjectShell(init);
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
    // each repetition brings as much as its answer costs: never refused
    for (int i = 0; i < 5; i++)
    {
        EXPECT_EQ(Say(bench.InjectShell(init)), "consumed none");
    }
    EXPECT_EQ(bench.SentTo(CLIENT_PORT, 2).size(), 6u);
}

TEST_P(ShellServer, EmptyRespAfterFiveMilliseconds)
{
    ShellServerBench bench(Options());
    EXPECT_EQ(Say(bench.InjectShell(bench.MakeShellInit())), "deliver none");
    bench.world.Run(6 * MS);
    ASSERT_TRUE(bench.ReadShellResp());
    EXPECT_EQ(bench.resp->type, 59);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
              "send none");
    EXPECT_EQ(bench.SentTo(CLIENT_PORT, 0).size(), 1u);
}

// An answer too long for RESP: an empty RESP, then DATA, both behind UDP headers.
TEST_P(ShellServer, AnswerTooLongForResp)
{
    ShellServerBench bench(Options());
    EXPECT_EQ(Say(bench.InjectShell(bench.MakeShellInit())), "deliver none");
    Bytes answer = Tcp(bench.path.Reverse(), SYN | ACK, Bytes(200, 1));
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, answer)), "wait none");
    ASSERT_TRUE(bench.ReadShellResp());
    std::vector<Bytes> data = bench.SentTo(CLIENT_PORT, 0);
    ASSERT_EQ(data.size(), 1u);
    auto opened = bench.reference->Session().OpenPacket(17, data[0]);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->inner.segment, WithoutChecksum(6, answer));
    EXPECT_EQ(bench.host.sent.back().protocol, 17);
}

TEST_P(ShellServer, NotServedMeansNotTouched)
{
    BenchOptions options = Options();
    options.config.udpPort = 0;
    ShellServerBench bench(options);
    EXPECT_EQ(Say(bench.InjectShell(bench.MakeShellInit())), "pass none");
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
    // port 0 is not a port where anything is served
    Bytes zero = InShell({bench.client, 5, bench.server, 0}, bench.MakeShellInit());
    EXPECT_EQ(Say(bench.Inject(zero, 17, false)), "pass none");
}

TEST_P(ShellServer, OtherPortsAreNotTouched)
{
    ShellServerBench bench(Options());
    Bytes init = bench.MakeShellInit();
    for (uint16_t port : {uint16_t(SHELL_PORT - 1), uint16_t(SHELL_PORT + 1), uint16_t(0)})
    {
        Bytes datagram = InShell({bench.client, CLIENT_PORT, bench.server, port}, init);
        EXPECT_EQ(Say(bench.Inject(datagram, 17, false)), "pass none");
        EXPECT_EQ(bench.host.received.back().bytes, datagram);
    }
    // a TCP segment with that port is a TCP segment
    Bytes segment = Tcp({bench.client, CLIENT_PORT, bench.server, SHELL_PORT}, SYN);
    EXPECT_EQ(Say(bench.Inject(segment, 6, false)), "pass none");
}

// "not authentic = dropped with its reason, never up"
TEST_P(ShellServer, HostileDatagrams)
{
    ShellServerBench bench(Options());
    ReferenceSession& session = bench.EstablishShell();
    size_t up = bench.host.received.size();
    Dice dice(7);
    for (int i = 0; i < 20000; i++)
    {
        Bytes content = dice.Fill(dice.Below(i % 10 == 0 ? 600 : 80));
        if (i % 3 == 0 && content.size() >= 4)
        {
            Bytes head = BigEndian(dice.Below(4) << 30 | session.peerIndex, 4);
            std::copy(head.begin(), head.end(), content.begin());
        }
        if (i % 7 == 0 && content.size() >= 8)
        {
            content[4] = 1;
            content[5] = static_cast<uint8_t>(dice.Below(4));
        }
        Bytes datagram = InShell(bench.ShellPath(uint16_t(dice.Next())), content);
        if (i % 11 == 0)
        {
            datagram[4 + dice.Below(2)] ^= static_cast<uint8_t>(1 + dice.Below(255));
        }
        if (i % 13 == 0)
        {
            datagram = Slice(datagram, 0, 4 + dice.Below(datagram.size() - 3));
        }
        sst::Verdict verdict = bench.Inject(datagram, 17, i % 5 == 0);
        ASSERT_EQ(verdict.outcome, sst::Outcome::DROP) << Say(verdict) << " " << ToHex(datagram);
    }
    EXPECT_EQ(bench.host.received.size(), up);
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
    EXPECT_EQ(Say(bench.InjectShellData(Tcp(bench.path, ACK, {}, 1001))), "deliver none");
}

TEST_P(ShellServer, ReasonsOfRefusal)
{
    ShellServerBench bench(Options());
    ReferenceSession& session = bench.EstablishShell();
    Bytes data = session.SealNext(17, WithoutChecksum(6, Tcp(bench.path, ACK)), 6);
    Bytes datagram = InShell(bench.ShellPath(), data);
    EXPECT_EQ(Say(bench.Inject(Slice(datagram, 0, datagram.size() - 1), 17, false)), "drop length");
    EXPECT_EQ(Say(bench.Inject(Concat({datagram, Bytes{0}}), 17, false)), "drop length");
    EXPECT_EQ(Say(bench.Inject(Slice(datagram, 0, 7), 17, false)), "drop length");
    EXPECT_EQ(Say(bench.InjectShell({})), "drop length") << "nothing behind the header";
    EXPECT_EQ(Say(bench.InjectShell(Slice(data, 0, 24))), "drop length") << "25 bytes at least";
    EXPECT_EQ(Say(bench.InjectShell(Slice(data, 0, 25))), "drop decrypt");
    Bytes unknown = data;
    unknown[3] ^= 1;
    EXPECT_EQ(Say(bench.InjectShell(unknown)), "drop unknown-index");
    Bytes init = bench.MakeShellInit();
    init[6] ^= 1;
    EXPECT_EQ(Say(bench.InjectShell(init)), "drop key-id");
    EXPECT_EQ(Say(bench.InjectShell(data)), "deliver none");
}

TEST_P(ShellServer, NarrowSizes)
{
    ShellServerBench bench(Options());
    ReferenceSession& session = bench.EstablishShell(1);
    Bytes data = session.SealNext(17, WithoutChecksum(6, Tcp(bench.path, ACK)), 6, 20);
    ASSERT_EQ(data.size(), 26u + 20u);
    EXPECT_EQ(Say(bench.InjectShell(Slice(data, 0, 25))), "drop length");
    EXPECT_EQ(Say(bench.InjectShell(Slice(data, 0, 45))), "drop length") << "n bytes are not there";
    EXPECT_EQ(Say(bench.InjectShell(data)), "deliver none");
    Bytes all = session.SealNext(17, {}, 59, 255);
    ASSERT_EQ(all.size(), 26u);
    EXPECT_EQ(Say(bench.InjectShell(all)), "consumed none") << "the smallest one";
}

// "The guard ... not checked": of INIT; DATA of layout U has none, every bit counts.
TEST_P(ShellServer, BitFlipsOfInit)
{
    BenchOptions options = Options();
    options.config.initRate = 1000000;
    options.config.siteInitRate = 1000000;
    ShellServerBench bench(options);
    Bytes init = InShell(bench.ShellPath(), bench.MakeShellInit());
    for (size_t bit = 0; bit < init.size() * 8; bit++)
    {
        size_t byte = bit / 8;
        bool ports = byte < 4;
        bool checksum = byte == 6 || byte == 7;
        bool unchecked = byte == 8 + 12 || byte == 8 + 13 || (byte >= 8 + 16 && byte < 8 + 32);
        if (ports || checksum || unchecked)
        {
            continue;
        }
        sst::Verdict verdict = bench.Inject(Flip(init, bit), 17, false);
        ASSERT_EQ(verdict.outcome, sst::Outcome::DROP) << "bit " << bit << " " << Say(verdict);
    }
    EXPECT_EQ(SealedReceived(bench.host), 0u);
    EXPECT_TRUE(bench.host.SentInShell(2, SHELL_PORT).empty());
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(Say(bench.Inject(init, 17, false)), "deliver none");
}

TEST_P(ShellServer, BitFlipsOfData)
{
    for (uint8_t coverage : {0, 1, 2})
    {
        ShellServerBench bench(Options());
        ReferenceSession& session = bench.EstablishShell(coverage);
        size_t before = SealedReceived(bench.host);
        for (int n : {255, 20, 4})
        {
            if (coverage == 0 ? n != 255 : coverage == 1 && n == 4)
            {
                continue;
            }
            Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK | PSH, FromText("hello"), 1001));
            Bytes packet = InShell(bench.ShellPath(), session.SealNext(17, segment, 6, n));
            for (size_t bit = 4 * 8; bit < packet.size() * 8; bit++)
            {
                if (bit / 8 == 6 || bit / 8 == 7)
                {
                    continue; // the checksum is not looked at
                }
                sst::Verdict verdict = bench.Inject(Flip(packet, bit), 17, false);
                ASSERT_EQ(verdict.outcome, sst::Outcome::DROP)
                    << "coverage " << int(coverage) << " n " << n << " bit " << bit;
            }
            EXPECT_EQ(SealedReceived(bench.host), before);
            EXPECT_EQ(Say(bench.Inject(Flip(packet, 6 * 8), 17, false)), "deliver none");
            before++;
            EXPECT_EQ(bench.Inject(packet, 17, false).reason, sst::Reason::REPLAY);
        }
    }
}

// The layout is in every AEAD, and part of what a session is.
TEST_P(ShellServer, LayoutsDoNotMix)
{
    ShellServerBench bench(Options());
    ReferenceSession session = bench.EstablishShell();
    Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK, {}, 1001));
    // DATA of layout N for a session of layout U
    ReferenceSession native = session;
    native.layout = 0;
    EXPECT_EQ(Say(bench.Inject(native.SealNext(17, segment, 6), 17, true)), "drop wrong-peer");
    EXPECT_EQ(Say(bench.Inject(native.SealNext(6, segment, 6), 6, true)), "drop wrong-peer");
    EXPECT_EQ(Say(bench.Inject(native.SealNext(6, segment, 6), 6, false)), "pass none");
    // sealed for layout N, put as layout U
    Bytes data = native.SealNext(17, segment, 6);
    Bytes reshaped = Concat({Slice(data, 0, 12), Slice(data, 14)});
    EXPECT_EQ(Say(bench.InjectShell(reshaped)), "drop decrypt");
    // an INIT whose prologue says N
    ReferenceInit wanted;
    wanted.outerProtocol = 17;
    EXPECT_EQ(Say(bench.InjectShell(bench.MakeInit(wanted))), "drop decrypt");
    wanted.outerProtocol = 6;
    wanted.layout = 1;
    EXPECT_EQ(Say(bench.InjectShell(bench.MakeInit(wanted))), "drop decrypt");
    // and an INIT of layout U as layout N
    EXPECT_EQ(Say(bench.Inject(bench.MakeShellInit(), 17, true)), "drop decrypt");
}

// A session of layout N does not answer at the UDP port.
TEST_P(ShellServer, NativeSessionsStayNative)
{
    ShellServerBench bench(Options());
    ReferenceSession session = bench.Establish();
    session.layout = 1;
    Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK, {}, 1001));
    EXPECT_EQ(Say(bench.InjectShell(session.SealNext(17, segment, 6))), "drop wrong-peer");
}

// The low 16 bits of an index may be those of the port by chance: the packets of a session of
// layout N with outer protocol 17 must not be taken for datagrams.
// UDP-14
TEST_P(ShellServer, NativeIndexThatLooksLikeThePort)
{
    ShellServerBench bench(Options());
    bench.host.random.nextIndices.push_back(BigEndian(0x02340000u | SHELL_PORT, 4));
    Path flow{bench.client, 5000, bench.server, 53};
    ReferenceInit wanted;
    wanted.outerProtocol = 17;
    wanted.clientIndex = 0x01230000u | SHELL_PORT;
    EXPECT_EQ(Say(bench.Inject(bench.MakeInit(wanted), 17, true)), "consumed none")
        << "the INIT of layout N";
    ASSERT_TRUE(bench.ReadResp());
    ASSERT_EQ(bench.reference->Session().peerIndex & 0xffff, SHELL_PORT);
    Bytes datagram = Udp(flow, FromText("question"));
    EXPECT_EQ(Say(bench.InjectData(17, datagram)), "deliver none");
    EXPECT_EQ(bench.host.received.back().bytes, datagram);
    // without its mark as well
    Bytes bleached = bench.reference->Session().SealNext(17, WithoutChecksum(17, datagram), 17);
    EXPECT_EQ(Say(bench.Inject(bleached, 17, false)), "deliver none");
    // what is not authentic is dropped, although it came to an index of its peer
    Bytes forged = Flip(bench.reference->Session().SealNext(17, {}, 59), 8 * 20);
    EXPECT_EQ(Say(bench.Inject(forged, 17, false)), "drop length");
    EXPECT_EQ(Say(bench.Inject(forged, 17, true)), "drop decrypt");
    // an UP session of layout U is reached all the same
    bench.EstablishShell();
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
}

// "RETRY ... Same outer protocol and layout as the INIT (U: answered to the INIT's source port)."
TEST_P(ShellServer, RetryGoesToTheSourcePort)
{
    BenchOptions options = Options();
    options.config.maxHalfOpen = 0;
    ShellServerBench bench(options);
    Bytes init = bench.MakeShellInit();
    EXPECT_EQ(Say(bench.InjectShell(init, 52345)), "consumed retry-sent");
    std::vector<Bytes> retries = bench.SentTo(52345, 3);
    ASSERT_EQ(retries.size(), 1u);
    ASSERT_EQ(retries[0].size(), 48u);
    Bytes token = Slice(retries[0], 16, 16);
    EXPECT_EQ(retries[0], ReferenceRetry(init, bench.serverKey, token));
    std::copy(token.begin(), token.end(), init.begin() + 16);
    EXPECT_EQ(Say(bench.InjectShell(init, 52345)), "deliver none");
    bench.world.Run(6 * MS);
    EXPECT_TRUE(bench.ReadShellResp(52345));
}

// "U-port DATA packet whose index is unknown ..., IPv4 or layout U"
TEST_P(ShellServer, ResetGoesToTheSourcePort)
{
    ShellServerBench bench(Options());
    ReferenceSession& session = bench.EstablishShell();
    Bytes token = bench.resp->options.at(1);
    uint32_t index = bench.resp->serverIndex;
    Bytes data = session.SealNext(17, FromText("12345678"), 59);
    // the server forgets: no flow, 120 s of silence
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), RST, {}, 7));
    bench.world.Run(241 * S);
    EXPECT_EQ(Say(bench.InjectShell(data, 52345)), "drop unknown-index");
    std::vector<Bytes> resets = bench.SentTo(52345, 3);
    ASSERT_EQ(resets.size(), 1u);
    EXPECT_EQ(resets[0], ReferenceReset(index, token));
    // "smaller than its trigger": both behind the same headers
    data.resize(32);
    EXPECT_EQ(Say(bench.InjectShell(data, 52346)), "drop unknown-index");
    EXPECT_TRUE(bench.SentTo(52346, 3).empty());
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, ShellServer, testing::Bool(), [](const auto& info) {
    return info.param ? "V6" : "V4";
});
