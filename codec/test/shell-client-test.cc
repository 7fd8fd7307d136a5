// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Layout U at the client: "client port random and reserved in the host's UDP port space, server
// port = `port` of the DNS record". "Chosen when the policy says so or after N gave no answer."

#include "test-shell.h"

#include <set>

using namespace ssttest;

using sst::LayoutChoice;

namespace
{

class ShellClient : public testing::TestWithParam<bool>
{
  protected:
    BenchOptions Options() const
    {
        return ShellOptions(GetParam());
    }
};

std::string
StateOf(const Host& host, const sst::FlowKey& key)
{
    sst::FlowInfo info = host.endpoint.FindFlow(key);
    return std::string(sst::ToString(info.state)) + " " + sst::ToString(info.reason);
}

} // namespace

TEST_P(ShellClient, HandshakeAndDataBothWays)
{
    for (sst::Coverage coverage :
         {sst::Coverage::SEGMENT, sst::Coverage::HEADER, sst::Coverage::PORTS})
    {
        ShellClientBench bench(Options());
        ReferenceSession& session = bench.EstablishShell(coverage);
        EXPECT_EQ(bench.init->segment, WithoutChecksum(6, Tcp(bench.FlowPath(), SYN)));
        EXPECT_EQ(bench.init->size, 256u);
        EXPECT_EQ(bench.host.received.back().bytes, Tcp(bench.FlowPath().Reverse(), SYN | ACK));
        // "After RESP the client sends at once (type 59 if nothing)."
        ASSERT_EQ(bench.Datagrams(0).size(), 1u);
        Path out = bench.ShellPath().Reverse();
        auto opened =
            session.OpenPacket(17, OutOfShell(out, bench.Datagrams(0)[0].bytes).value_or(Bytes{}));
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->inner.type, 59);
        Bytes segment = Tcp(bench.FlowPath(), ACK | PSH, FromText("to the server"), 1001);
        sst::Verdict verdict = bench.host.Send(6, bench.server, segment);
        EXPECT_EQ(Say(verdict), "send none");
        EXPECT_FALSE(verdict.mark);
        Bytes datagram = bench.Datagrams(0)[1].bytes;
        const size_t overhead = coverage == sst::Coverage::SEGMENT ? 33 : 34;
        EXPECT_EQ(datagram.size(), segment.size() + overhead);
        opened = session.OpenPacket(17, OutOfShell(out, datagram).value_or(Bytes{}));
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->inner.segment, WithoutChecksum(6, segment));
        Bytes answer = Tcp(bench.FlowPath().Reverse(), ACK | PSH, FromText("to the client"), 2);
        Bytes sealed = session.SealNext(17, WithoutChecksum(6, answer), 6);
        EXPECT_EQ(Say(bench.InjectShell(sealed)), "deliver none");
        EXPECT_EQ(bench.host.received.back().bytes, answer);
        EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).layout, sst::Layout::U);
        EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).coverage, coverage);
        for (const Packet& packet : bench.host.sent)
        {
            EXPECT_FALSE(packet.marked);
            EXPECT_EQ(packet.protocol, 17);
        }
        EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
    }
}

TEST_P(ShellClient, UnsupportedFailsByName)
{
    struct Row
    {
        uint8_t flags;
        uint16_t port;
    };

    for (const Row& row : {Row{1, SHELL_PORT}, Row{5, 0}, Row{1, 0}})
    {
        for (bool known : {true, false})
        {
            BenchOptions options = Options();
            options.serverFlags = row.flags;
            ShellClientBench bench(options, row.port);
            if (!known)
            {
                // expired answers are asked for again
                bench.world.Run(25 * HOUR);
            }
            bench.Open(LayoutChoice::U, 1);
            bench.Open(LayoutChoice::U, 2, sst::Policy::OPPORTUNISTIC);
            bench.host.Learn("server", bench.server, bench.entry, row.port);
            EXPECT_EQ(StateOf(bench.host, bench.Key(1)), "failed layout-unsupported") << known;
            EXPECT_EQ(StateOf(bench.host, bench.Key(2)), "clear layout-unsupported") << known;
            ASSERT_EQ(bench.host.sent.size(), 1u);
            EXPECT_EQ(bench.host.sent[0].bytes, Tcp(bench.FlowPath(2), SYN)) << "fell back at once";
            EXPECT_TRUE(bench.host.OpenCookies().empty());
            EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
        }
    }
}

TEST_P(ShellClient, ChoiceHoldsWhileKeysAreAskedFor)
{
    ShellClientBench bench(Options());
    bench.world.Run(25 * HOUR);
    bench.Open(LayoutChoice::U, 1);
    bench.Open(LayoutChoice::N, 2);
    bench.Open(LayoutChoice::AUTO, 3);
    bench.host.Learn("server", bench.server, bench.entry, SHELL_PORT);
    EXPECT_EQ(bench.Datagrams(1).size(), 1u);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 2u) << "N must not be taken along by AUTO";
    bench.world.Run(4 * S);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(1)).state, sst::FlowState::WAITING);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 3u);
}

// "N first; ... INITs at 0 and 1 s went unanswered, the INIT at 3 s is a fresh one in U (new e, new
// index, new port), 7 s identical to it, then fresh at 15, 23, ... in U."
TEST_P(ShellClient, AutoTurnsAtThreeSeconds)
{
    ShellClientBench bench(Options());
    uint64_t start = bench.world.clock.monotonicNs;
    bench.Open(LayoutChoice::AUTO);
    bench.world.Run(310 * S);
    std::vector<Packet> native = bench.host.SentOfType(1);
    std::vector<Packet> shell = bench.Datagrams(1);
    ASSERT_EQ(native.size(), 2u);
    ASSERT_EQ(shell.size(), 12u);
    EXPECT_EQ(native[0].bytes, native[1].bytes);
    EXPECT_EQ(native[1].at, start + 1 * S);
    const uint64_t at[] = {3, 7, 15, 23, 31, 39, 47, 55, 63, 123, 183, 243};
    std::set<Bytes> different;
    std::set<Bytes> indices;
    std::set<Bytes> ports;
    for (size_t i = 0; i < 12; i++)
    {
        EXPECT_EQ(shell[i].at, start + at[i] * S);
        different.insert(Slice(shell[i].bytes, 8 + 32, 32));
        indices.insert(Slice(shell[i].bytes, 8, 4));
        ports.insert(Slice(shell[i].bytes, 0, 2));
    }
    EXPECT_EQ(shell[0].bytes, shell[1].bytes);
    EXPECT_EQ(different.size(), 11u);
    EXPECT_EQ(indices.size(), 11u);
    EXPECT_EQ(ports.size(), 1u) << "the session's own until it ends";
    EXPECT_FALSE(indices.count(Slice(native[0].bytes, 0, 4)));
    EXPECT_EQ(StateOf(bench.host, bench.Key()), "failed handshake-timeout");
    EXPECT_TRUE(bench.host.OpenCookies().empty());
}

TEST_P(ShellClient, TurnedHandshakeCompletesAndIsRemembered)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::AUTO);
    ASSERT_TRUE(bench.ReadInit());
    Bytes late = bench.reference.Resp(bench.GoodResp());
    bench.world.Run(3 * S);
    ASSERT_TRUE(bench.ReadShellInit());
    EXPECT_EQ(bench.init->segment, WithoutChecksum(6, Tcp(bench.FlowPath(), SYN)))
        << "early data goes along";
    EXPECT_NE(bench.Inject(late).outcome, sst::Outcome::CONSUMED) << "its index is gone";
    EXPECT_EQ(Say(bench.InjectShell(bench.reference.Resp(bench.GoodResp()))), "consumed none");
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).layout, sst::Layout::U);
    EXPECT_TRUE(bench.host.OpenCookies().empty());
    // "an AUTO flow may use any open session"
    EXPECT_EQ(Say(bench.Open(LayoutChoice::AUTO, 2)), "send none");
    EXPECT_EQ(Say(bench.Open(LayoutChoice::U, 3)), "send none");
    EXPECT_EQ(Say(bench.Open(LayoutChoice::N, 4)), "wait none");
    EXPECT_EQ(bench.host.SentOfType(1).size(), 3u);
    // "AUTO then starts in U": for another local address, so that no session serves
    size_t before = bench.Datagrams(1).size();
    sst::Request request = Ask(sst::Policy::REQUIRE);
    request.coverage = sst::Coverage::HEADER;
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(5), SYN), &request);
    EXPECT_EQ(bench.Datagrams(1).size(), before + 1);
    // the same keys told again: still remembered; other keys: forgotten
    bench.host.Learn("server", bench.server, bench.entry, SHELL_PORT);
    request.coverage = sst::Coverage::PORTS;
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(6), SYN), &request);
    EXPECT_EQ(bench.Datagrams(1).size(), before + 2);
    sst::KeyEntry other = bench.entry;
    other.publicKey = To32(PublicOf(Bytes(32, 0x31)));
    bench.host.Learn("server", bench.server, other, SHELL_PORT);
    bench.Open(LayoutChoice::AUTO, 7);
    EXPECT_EQ(bench.Datagrams(1).size(), before + 2);
    bench.host.Learn("server", bench.server, bench.entry, SHELL_PORT);
    request.name = "server";
    request.padding.mode = sst::Padding::Mode::MTU;
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(8), SYN), &request);
    EXPECT_EQ(bench.Datagrams(1).size(), before + 2) << "forgotten once, forgotten";
}

TEST_P(ShellClient, MemoryEndsWithTheKeys)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::AUTO);
    bench.world.Run(3 * S);
    ASSERT_TRUE(bench.ReadShellInit());
    bench.InjectShell(bench.reference.Resp(bench.GoodResp()));
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), RST, {}, 1001));
    bench.world.Run(24 * HOUR);
    bench.host.Learn("server", bench.server, bench.entry, SHELL_PORT);
    size_t before = bench.Datagrams(1).size();
    bench.Open(LayoutChoice::AUTO, 2);
    EXPECT_EQ(bench.Datagrams(1).size(), before);
    EXPECT_FALSE(bench.host.SentOfType(1).empty());
}

// U that was asked for teaches nothing about N.
TEST_P(ShellClient, AskedForIsNotRemembered)
{
    ShellClientBench bench(Options());
    bench.EstablishShell();
    sst::Request request = Ask(sst::Policy::REQUIRE, "server", sst::Coverage::HEADER);
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(2), SYN), &request);
    EXPECT_EQ(bench.Datagrams(1).size(), 1u);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
}

TEST_P(ShellClient, AutoWithoutOfferStaysNative)
{
    for (uint16_t port : {uint16_t(0), SHELL_PORT})
    {
        BenchOptions options = Options();
        options.serverFlags = port == 0 ? 5 : 1;
        ShellClientBench bench(options, port);
        bench.Open(LayoutChoice::AUTO);
        bench.world.Run(310 * S);
        EXPECT_EQ(bench.host.SentOfType(1).size(), 14u);
        EXPECT_TRUE(bench.Datagrams(1).empty());
        EXPECT_EQ(bench.host.SentOfType(1)[0].bytes, bench.host.SentOfType(1)[3].bytes)
            << "four identical ones, as ever";
    }
}

// "Policy `opportunistic` gives up after 3 s": before U has its turn.
TEST_P(ShellClient, OpportunisticDoesNotWaitForU)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::AUTO, 40000, sst::Policy::OPPORTUNISTIC);
    bench.world.Run(20 * S);
    EXPECT_TRUE(bench.Datagrams(1).empty());
    EXPECT_EQ(StateOf(bench.host, bench.Key()), "clear handshake-timeout");
}

// A flow that may not leave N never does, one that may not use N never does.
TEST_P(ShellClient, HandshakesUnderWayAreSharedOnlyWhereAllowed)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::AUTO, 1);
    bench.Open(LayoutChoice::N, 2);
    bench.Open(LayoutChoice::U, 3);
    bench.Open(LayoutChoice::AUTO, 4);
    bench.Open(LayoutChoice::N, 5);
    bench.Open(LayoutChoice::U, 6);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 3u);
    auto index = [&](uint16_t port) { return bench.host.endpoint.FindFlow(bench.Key(port)).index; };
    EXPECT_EQ(index(1), index(4));
    EXPECT_EQ(index(2), index(5));
    EXPECT_EQ(index(3), index(6));
    bench.world.Run(3 * S);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(2)).layout, sst::Layout::N);
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(1)).layout, sst::Layout::U);
    // the flows of a handshake stay together through the change, and among their like
    bench.Open(LayoutChoice::AUTO, 8);
    EXPECT_EQ(index(8), index(1));
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 3u);
}

// An open session of either layout is taken rather than a handshake waited for.
TEST_P(ShellClient, AutoPrefersAnOpenSession)
{
    ShellClientBench bench(Options());
    bench.EstablishShell();
    bench.Open(LayoutChoice::N, 2);
    EXPECT_EQ(Say(bench.Open(LayoutChoice::AUTO, 3)), "send none");
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(3)).layout, sst::Layout::U);
}

// A datagram that fits the path in N only waits for RESP in U.
TEST_P(ShellClient, EarlyDatagramMustFitTheUdpHeaderToo)
{
    // INIT 1472 bytes: in N with the IPv4 header 1492, in U 1500
    const size_t ip = GetParam() ? 40 : 20;
    for (uint32_t room : {1472 + 8, 1472 + 7})
    {
        BenchOptions options = Options();
        options.serverFlags = 2 | 4;
        ShellClientBench bench(options);
        sst::Request request = Ask(sst::Policy::REQUIRE, "server", sst::Coverage::SEGMENT, true);
        Bytes datagram =
            Udp({bench.client, 5000, bench.server, 53}, Bytes(1472 - 64 - 10 - 1 - 16 - 8, 3));
        bench.host.Send(17, bench.server, datagram, &request, uint32_t(room + ip));
        ASSERT_TRUE(bench.ReadInit());
        EXPECT_EQ(bench.init->segment, WithoutChecksum(17, datagram));
        EXPECT_EQ(bench.init->size, 1472u);
        bench.world.Run(3 * S);
        ASSERT_TRUE(bench.ReadShellInit());
        if (room == 1480)
        {
            EXPECT_EQ(bench.init->segment, WithoutChecksum(17, datagram));
        }
        else
        {
            EXPECT_EQ(bench.init->type, 59);
        }
        EXPECT_EQ(Say(bench.InjectShell(bench.reference.Resp(bench.GoodResp()))), "consumed none");
        EXPECT_EQ(bench.Datagrams(0).size(), 1u);
        auto opened = bench.reference.Session().OpenPacket(
            17,
            OutOfShell(bench.ShellPath().Reverse(), bench.Datagrams(0)[0].bytes).value_or(Bytes{}));
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->inner.type, room == 1480 ? 59 : 17);
        EXPECT_TRUE(bench.host.OpenCookies().empty());
    }
}

// The outer protocol of layout U is 17, whatever flows the INIT serves; the prologue says so.
TEST_P(ShellClient, OuterProtocolIsUdp)
{
    ShellClientBench bench(Options());
    bench.EstablishShell();
    Path path{bench.client, 5000, bench.server, 53};
    sst::Request request = Ask(sst::Policy::REQUIRE);
    request.layout = LayoutChoice::U;
    EXPECT_EQ(Say(bench.host.Send(17, bench.server, Udp(path, FromText("q")), &request)),
              "send none");
    EXPECT_EQ(bench.host.sent.back().protocol, 17);
    Bytes answer = Udp(path.Reverse(), FromText("a"));
    EXPECT_EQ(Say(bench.InjectShell(
                  bench.reference.Session().SealNext(17, WithoutChecksum(17, answer), 17))),
              "deliver none");
    EXPECT_EQ(bench.host.received.back().bytes, answer);
}

// ICMP of the stack about a flow goes into the session, behind the UDP header as well.
TEST_P(ShellClient, IcmpGoesInside)
{
    ShellClientBench bench(Options());
    ReferenceSession& session = bench.EstablishShell();
    const uint8_t icmp = GetParam() ? 58 : 1;
    Bytes quoted = Tcp(bench.FlowPath().Reverse(), ACK, Bytes(1400, 1), 2);
    Bytes message = IcmpUnreachable({bench.client, 0, bench.server, 0}, 6, quoted);
    sst::Verdict verdict = bench.host.Send(icmp, bench.server, message, nullptr, 1300);
    EXPECT_EQ(Say(verdict), "send none");
    EXPECT_EQ(verdict.protocol, 17);
    Bytes datagram = bench.host.sent.back().bytes;
    EXPECT_EQ(datagram.size(), 1300 - (GetParam() ? 40u : 20u) - 1) << "cut to the path";
    auto opened =
        session.OpenPacket(17, OutOfShell(bench.ShellPath().Reverse(), datagram).value_or(Bytes{}));
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->inner.type, icmp);
}

TEST_P(ShellClient, Retry)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::U);
    ASSERT_TRUE(bench.ReadShellInit());
    Bytes init = Slice(bench.Datagrams(1)[0].bytes, 8);
    Bytes key(bench.entry.publicKey.begin(), bench.entry.publicKey.end());
    Bytes retry = ReferenceRetry(init, key, Bytes(16, 0x3c));
    EXPECT_EQ(Say(bench.InjectShell(retry, SHELL_PORT + 1)), "drop wrong-peer");
    EXPECT_EQ(Say(bench.Inject(retry, 17, true)), "drop wrong-peer") << "it came in layout N";
    EXPECT_EQ(Say(bench.InjectShell(Flip(retry, 8 * 47))), "drop ctrl-mac");
    EXPECT_EQ(Say(bench.InjectShell(retry)), "consumed none");
    ASSERT_EQ(bench.Datagrams(1).size(), 2u);
    Bytes again =
        OutOfShell(bench.ShellPath().Reverse(), bench.Datagrams(1)[1].bytes).value_or(Bytes{});
    std::copy_n(retry.begin() + 16, 16, init.begin() + 16);
    EXPECT_EQ(again, init) << "same INIT, same port, with that token";
}

// "a RETRY that was honored is an answer": the path carries N.
TEST_P(ShellClient, RetryKeepsAutoInLayoutN)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::AUTO);
    ASSERT_TRUE(bench.ReadInit());
    Bytes key(bench.entry.publicKey.begin(), bench.entry.publicKey.end());
    Bytes retry = ReferenceRetry(bench.host.SentOfType(1)[0].bytes, key, Bytes(16, 0x3c));
    EXPECT_EQ(Say(bench.Inject(retry)), "consumed none");
    bench.world.Run(20 * S);
    EXPECT_TRUE(bench.Datagrams(1).empty());
    EXPECT_EQ(bench.host.SentOfType(1).size(), 6u) << "0, the RETRY's, 1, 3, 7, 15 s";
}

TEST_P(ShellClient, Reset)
{
    ShellClientBench bench(Options());
    bench.EstablishShell();
    Bytes reset = ReferenceReset(0x2345678, bench.reference.resetToken);
    EXPECT_EQ(Say(bench.InjectShell(reset, SHELL_PORT + 1)), "drop wrong-peer");
    EXPECT_EQ(bench.Inject(reset, 17, true).reason, sst::Reason::UNKNOWN_INDEX)
        << "it came in layout N";
    EXPECT_EQ(Say(bench.InjectShell(Flip(reset, 8 * 20))), "drop ctrl-mac");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
    EXPECT_EQ(Say(bench.InjectShell(reset)), "consumed reset");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(Say(bench.InjectShell(reset)), "pass none") << "the port is given back";
}

// Keys told during the handshake: the next fresh INIT is for the new one, to its port.
TEST_P(ShellClient, NewKeysDuringTheHandshake)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::AUTO);
    sst::KeyEntry other = bench.entry;
    Bytes secret(32, 0x31);
    other.publicKey = To32(PublicOf(secret));
    bench.world.Run(1 * S);
    bench.host.Learn("server", bench.server, other, SHELL_PORT + 1);
    bench.world.Run(2 * S);
    std::vector<Packet> packets = bench.host.SentInShell(1, SHELL_PORT + 1);
    ASSERT_EQ(packets.size(), 1u);
    ReferenceServer server(secret, Bytes(32, 1));
    EXPECT_TRUE(server.ReadInit(17, Slice(packets[0].bytes, 8), 1));
    // "at the first fresh INIT (15 s, or 3 s when that goes to U) it asks again"
    EXPECT_EQ(bench.host.events.back().kind, sst::Action::Kind::RESOLVE);
    EXPECT_EQ(bench.host.events.back().name, "server");
}

// New keys that no longer offer U: no turn.
TEST_P(ShellClient, OfferTakenBackDuringTheHandshake)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::AUTO);
    sst::KeyEntry other = bench.entry;
    other.flags = 1;
    other.keyId ^= 1;
    bench.world.Run(1 * S);
    bench.host.Learn("server", bench.server, other, SHELL_PORT);
    bench.world.Run(10 * S);
    EXPECT_TRUE(bench.Datagrams(1).empty());
    EXPECT_EQ(bench.host.SentOfType(1).size(), 4u);
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, ShellClient, testing::Bool(), [](const auto& info) {
    return info.param ? "V6" : "V4";
});
