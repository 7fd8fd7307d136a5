// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The client's ports of layout U, and what comes to them: "client port random and reserved in the
// host's UDP port space".

#include "test-shell.h"

#include <set>

using namespace ssttest;

using sst::LayoutChoice;

namespace
{

class ShellPort : public testing::TestWithParam<bool>
{
  protected:
    BenchOptions Options() const
    {
        return ShellOptions(GetParam());
    }
};

/// \return the port a draw of two bytes stands for
uint16_t
PortOf(uint16_t drawn)
{
    return static_cast<uint16_t>(49152 + drawn % 16384);
}

std::string
StateOf(const Host& host, const sst::FlowKey& key)
{
    sst::FlowInfo info = host.endpoint.FindFlow(key);
    return std::string(sst::ToString(info.state)) + " " + sst::ToString(info.reason);
}

} // namespace

TEST_P(ShellPort, PortIsDrawn)
{
    for (uint16_t drawn : {0, 1, 16383, 16384, 40000, 65535})
    {
        ShellClientBench bench(Options());
        bench.host.random.nextPorts.push_back(BigEndian(drawn, 2));
        bench.Open(LayoutChoice::U);
        ASSERT_TRUE(bench.ReadShellInit());
        EXPECT_EQ(bench.ownPort, PortOf(drawn));
    }
}

// "drawn until free (not one of its own U ports)", "Each U session has its own port."
TEST_P(ShellPort, EachSessionHasItsOwnPort)
{
    BenchOptions options = Options();
    options.config.maxFlowsPerSession = 1;
    options.config.udpPort = PortOf(77);
    ShellClientBench bench(options);
    for (uint16_t drawn : {5, 5, 16384 + 5, 6, 77, 7})
    {
        bench.host.random.nextPorts.push_back(BigEndian(drawn, 2));
    }
    std::vector<uint16_t> ports;
    for (uint16_t port : {1, 2, 3})
    {
        bench.Open(LayoutChoice::U, port);
        ASSERT_TRUE(bench.ReadShellInit());
        ports.push_back(bench.ownPort);
    }
    EXPECT_EQ(ports, (std::vector<uint16_t>{PortOf(5), PortOf(6), PortOf(7)}))
        << "taken ones and the port served here are drawn over";
    EXPECT_TRUE(bench.host.random.nextPorts.empty());
}

// UDP-7
TEST_P(ShellPort, SixtyFourDrawsAtMost)
{
    BenchOptions options = Options();
    options.config.maxFlowsPerSession = 1;
    ShellClientBench bench(options);
    bench.host.random.nextPorts.push_back(BigEndian(9, 2));
    bench.Open(LayoutChoice::U, 1);
    for (int i = 0; i < 63; i++)
    {
        bench.host.random.nextPorts.push_back(BigEndian(9, 2));
    }
    bench.host.random.nextPorts.push_back(BigEndian(10, 2));
    bench.Open(LayoutChoice::U, 2);
    ASSERT_TRUE(bench.ReadShellInit());
    EXPECT_EQ(bench.ownPort, PortOf(10)) << "the sixty-fourth";
    for (int i = 0; i < 65; i++)
    {
        bench.host.random.nextPorts.push_back(BigEndian(9, 2));
    }
    bench.Open(LayoutChoice::U, 3);
    EXPECT_EQ(bench.host.random.nextPorts.size(), 1u);
    EXPECT_EQ(StateOf(bench.host, bench.Key(3)), "failed layout-unsupported");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 2u);
}

TEST_P(ShellPort, HostReservesAndGetsBack)
{
    ShellClientBench bench(Options());
    std::multiset<uint16_t> held;
    uint16_t next = 60000;
    bench.host.endpoint.reserveUdpPort = [&](const sst::IpAddress& local) {
        EXPECT_EQ(local, bench.client);
        held.insert(next);
        return next++;
    };
    bench.host.endpoint.releaseUdpPort = [&](const sst::IpAddress& local, uint16_t port) {
        EXPECT_EQ(local, bench.client);
        EXPECT_EQ(held.erase(port), 1u);
    };
    bench.EstablishShell();
    EXPECT_EQ(bench.ownPort, 60000);
    EXPECT_EQ(held, (std::multiset<uint16_t>{60000}));
    // the session ends: the last flow by its age, then 120 s
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), RST, {}, 1001));
    bench.world.Run(241 * S);
    Bytes anything = InShell(bench.ShellPath(), Bytes(60, 0));
    bench.Open(LayoutChoice::U, 40001); // sweeps
    ASSERT_TRUE(bench.ReadShellInit());
    EXPECT_EQ(bench.ownPort, 60001);
    EXPECT_EQ(held, (std::multiset<uint16_t>{60001}));
    // a port given back is anybody's
    EXPECT_EQ(Say(bench.Inject(anything, 17, false)), "pass none");
    // a handshake given up gives its port back too
    bench.host.Abandon(bench.Key(40001));
    EXPECT_TRUE(held.empty());
}

// UDP-7
TEST_P(ShellPort, HostHasNoPort)
{
    ShellClientBench bench(Options());
    bench.host.endpoint.reserveUdpPort = [](const sst::IpAddress&) { return uint16_t{0}; };
    bench.Open(LayoutChoice::U, 1);
    EXPECT_EQ(StateOf(bench.host, bench.Key(1)), "failed layout-unsupported");
    bench.Open(LayoutChoice::U, 2, sst::Policy::OPPORTUNISTIC);
    EXPECT_EQ(StateOf(bench.host, bench.Key(2)), "clear layout-unsupported");
    EXPECT_EQ(bench.host.cookiePasses.size(), 1u);
    // AUTO stays with N
    bench.Open(LayoutChoice::AUTO, 3);
    bench.world.Run(8 * S);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 4u);
    EXPECT_EQ(bench.host.SentOfType(1)[0].bytes, bench.host.SentOfType(1)[3].bytes);
    EXPECT_TRUE(bench.Datagrams(1).empty());
    EXPECT_TRUE(bench.host.OpenCookies().size() == 1);
}

// One the host gives twice is given back and asked for again.
TEST_P(ShellPort, HostGivesAPortTwice)
{
    BenchOptions options = Options();
    options.config.maxFlowsPerSession = 1;
    ShellClientBench bench(options);
    std::vector<uint16_t> given{61000, 61000, 61001};
    std::vector<uint16_t> back;
    size_t at = 0;
    bench.host.endpoint.reserveUdpPort = [&](const sst::IpAddress&) { return given.at(at++); };
    bench.host.endpoint.releaseUdpPort = [&](const sst::IpAddress&, uint16_t port) {
        back.push_back(port);
    };
    bench.Open(LayoutChoice::U, 1);
    bench.Open(LayoutChoice::U, 2);
    ASSERT_TRUE(bench.ReadShellInit());
    EXPECT_EQ(bench.ownPort, 61001);
    EXPECT_EQ(back, std::vector<uint16_t>{61000});
}

TEST_P(ShellPort, OnlyTheServersPortIsHeard)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::U);
    ASSERT_TRUE(bench.ReadShellInit());
    Bytes resp = bench.reference.Resp(bench.GoodResp());
    EXPECT_EQ(Say(bench.InjectShell(resp, SHELL_PORT + 1)), "drop wrong-peer");
    sst::IpAddress other = bench.server;
    other.bytes[1] ^= 1;
    EXPECT_EQ(Say(bench.Inject(InShell(bench.ShellPath(), resp), 17, false, &other)),
              "drop wrong-peer");
    EXPECT_EQ(Say(bench.InjectShell(resp)), "consumed none");
    EXPECT_EQ(Say(bench.InjectShell(resp)), "drop replay");
    Bytes data = bench.reference.Session().SealNext(17, {}, 59);
    EXPECT_EQ(Say(bench.InjectShell(data, SHELL_PORT - 1)), "drop wrong-peer");
    EXPECT_EQ(Say(bench.InjectShell(data)), "consumed none");
}

TEST_P(ShellPort, HostileDatagrams)
{
    ShellClientBench bench(Options());
    ReferenceSession& session = bench.EstablishShell();
    size_t up = bench.host.received.size();
    Dice dice(8);
    for (int i = 0; i < 20000; i++)
    {
        Bytes content = dice.Fill(dice.Below(i % 10 == 0 ? 600 : 80));
        if (i % 3 == 0 && content.size() >= 4)
        {
            Bytes head = BigEndian(dice.Below(4) << 30 | session.peerIndex, 4);
            std::copy(head.begin(), head.end(), content.begin());
        }
        uint16_t from = i % 2 == 0 ? SHELL_PORT : static_cast<uint16_t>(dice.Next());
        Bytes datagram = InShell(bench.ShellPath(from), content);
        if (i % 13 == 0)
        {
            datagram = Slice(datagram, 0, 4 + dice.Below(datagram.size() - 3));
        }
        sst::Verdict verdict = bench.Inject(datagram, 17, i % 5 == 0);
        ASSERT_EQ(verdict.outcome, sst::Outcome::DROP) << Say(verdict) << " " << ToHex(datagram);
    }
    EXPECT_EQ(bench.host.received.size(), up);
    EXPECT_EQ(Say(bench.InjectShell(session.SealNext(17, {}, 59))), "consumed none");
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
}

// A client that is a server too: nobody opens a session to the port of another one.
TEST_P(ShellPort, NoInitAtAReservedPort)
{
    ShellClientBench bench(Options());
    sst::KeyEntry own = bench.host.Serve(3);
    bench.EstablishShell();
    ReferenceClient stranger(Bytes(own.publicKey.begin(), own.publicKey.end()), Bytes(32, 5));
    ReferenceInit init;
    init.outerProtocol = 17;
    init.layout = 1;
    init.keyId = 3;
    init.timeMs = bench.world.clock.unixMs;
    Bytes packet = stranger.Init(init);
    EXPECT_EQ(Say(bench.InjectShell(packet)), "drop unexpected");
    Path served{bench.server, 1234, bench.client, SHELL_PORT};
    EXPECT_EQ(Say(bench.Inject(InShell(served, packet), 17, false)), "consumed none");
}

TEST_P(ShellPort, BitFlipsOfResp)
{
    ShellClientBench bench(Options());
    bench.Open(LayoutChoice::U);
    ASSERT_TRUE(bench.ReadShellInit());
    Bytes resp = InShell(bench.ShellPath(), bench.reference.Resp(bench.GoodResp()));
    for (size_t bit = 0; bit < resp.size() * 8; bit++)
    {
        size_t byte = bit / 8;
        if (byte == 2 || byte == 3)
        {
            continue; // another port is not this session's business
        }
        if (byte == 6 || byte == 7 || byte == 8 + 12 || byte == 8 + 13)
        {
            continue; // checksum and guard are not checked
        }
        sst::Verdict verdict = bench.Inject(Flip(resp, bit), 17, false);
        ASSERT_EQ(verdict.outcome, sst::Outcome::DROP) << "bit " << bit << " " << Say(verdict);
    }
    EXPECT_TRUE(bench.Datagrams(0).empty());
    EXPECT_EQ(Say(bench.Inject(resp, 17, false)), "consumed none");
}

TEST_P(ShellPort, BitFlipsOfData)
{
    ShellClientBench bench(Options());
    ReferenceSession& session = bench.EstablishShell();
    Bytes answer = WithoutChecksum(6, Tcp(bench.FlowPath().Reverse(), ACK, FromText("hi"), 2));
    Bytes packet = InShell(bench.ShellPath(), session.SealNext(17, answer, 6));
    for (size_t bit = 0; bit < packet.size() * 8; bit++)
    {
        size_t byte = bit / 8;
        if (byte == 2 || byte == 3 || byte == 6 || byte == 7)
        {
            continue;
        }
        sst::Verdict verdict = bench.Inject(Flip(packet, bit), 17, false);
        ASSERT_EQ(verdict.outcome, sst::Outcome::DROP) << "bit " << bit;
    }
    EXPECT_EQ(Say(bench.Inject(packet, 17, false)), "deliver none");
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, ShellPort, testing::Bool(), [](const auto& info) {
    return info.param ? "V6" : "V4";
});
