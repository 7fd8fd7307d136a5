// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Two endpoints and a path that lets only datagrams through, or translates their ports.

#include "test-shell.h"

using namespace ssttest;

using sst::LayoutChoice;

namespace
{

constexpr uint16_t PORT = 40000;

/// Two hosts; the second serves layout U and answers SYN with SYN-ACK, payload with the same.
struct ShellPair
{
    World world;
    Host& client;
    Host& server;
    Path path;

    explicit ShellPair(bool served = true)
        : client{world.Add("10.0.0.1", 11)},
          server{world.Add("10.0.1.2", 22, Config(served))},
          path{client.address, PORT, server.address, 443}
    {
        world.names["server"] = {server.address, server.Serve(1, served ? 5 : 1)};
        world.udpPorts["server"] = served ? SHELL_PORT : 0;
        client.autoResolve = true;
        server.stack = [this](const Received& got) { Serve(got); };
    }

    static sst::EndpointConfig Config(bool served)
    {
        sst::EndpointConfig config;
        config.udpPort = served ? SHELL_PORT : 0;
        return config;
    }

    void Serve(const Received& got)
    {
        if (got.protocol != 6 || !got.sealed)
        {
            return;
        }
        Path back{server.address,
                  443,
                  got.from,
                  static_cast<uint16_t>(ReadBigEndian(got.bytes, 0, 2))};
        if ((got.bytes[13] & (SYN | ACK)) == SYN)
        {
            server.Send(6, got.from, Tcp(back, SYN | ACK));
        }
        else if (got.bytes.size() > 20)
        {
            server.Send(6, got.from, Tcp(back, ACK | PSH, Slice(got.bytes, 20)));
        }
    }

    sst::Verdict Connect(LayoutChoice layout, sst::Policy policy = sst::Policy::REQUIRE)
    {
        sst::Request request = Ask(policy);
        request.layout = layout;
        return client.Send(6, server.address, Tcp(path, SYN), &request);
    }

    /// \return when the SYN-ACK arrived, 0 never
    uint64_t SynAckAt() const
    {
        for (const Received& got : client.received)
        {
            if (got.bytes == Tcp(path.Reverse(), SYN | ACK))
            {
                return got.at;
            }
        }
        return 0;
    }

    /// Client sends \p text; \return whether it came back
    bool Echo(const std::string& text)
    {
        client.Send(6, server.address, Tcp(path, ACK | PSH, FromText(text), 1001));
        world.Run(100 * MS);
        return !client.received.empty() && client.received.back().bytes.size() > 20 &&
               Slice(client.received.back().bytes, 20) == FromText(text);
    }

    sst::FlowInfo Find() const
    {
        return client.endpoint.FindFlow({6, PORT, server.address, 443});
    }

    void ExpectClean() const
    {
        EXPECT_TRUE(client.violations.empty()) << client.violations[0];
        EXPECT_TRUE(server.violations.empty()) << server.violations[0];
        EXPECT_TRUE(client.OpenCookies().empty());
        for (const Packet& packet : world.log)
        {
            bool shell =
                packet.protocol == 17 && (ReadBigEndian(packet.bytes, 0, 2) == SHELL_PORT ||
                                          ReadBigEndian(packet.bytes, 2, 2) == SHELL_PORT);
            EXPECT_NE(packet.marked, shell) << "sealed in one layout or the other";
        }
    }
};

/// A box that gives each (host, port) another source port, and changes it when told.
struct Translator
{
    uint16_t outside{30000};
    uint16_t inside{0};

    bool operator()(Packet& packet, const sst::IpAddress& client)
    {
        if (packet.protocol != 17)
        {
            return true;
        }
        // checksums are of no matter to layout U
        if (packet.from == client)
        {
            inside = static_cast<uint16_t>(ReadBigEndian(packet.bytes, 0, 2));
            packet.bytes[0] = static_cast<uint8_t>(outside >> 8);
            packet.bytes[1] = static_cast<uint8_t>(outside);
            return true;
        }
        if (ReadBigEndian(packet.bytes, 2, 2) != outside)
        {
            return false; // nobody's port
        }
        packet.bytes[2] = static_cast<uint8_t>(inside >> 8);
        packet.bytes[3] = static_cast<uint8_t>(inside);
        return true;
    }
};

} // namespace

TEST(ShellLink, FirstFlightTakesOneRoundTrip)
{
    ShellPair pair;
    uint64_t start = pair.world.clock.monotonicNs;
    EXPECT_EQ(Say(pair.Connect(LayoutChoice::U)), "wait none");
    pair.world.Run(1 * S);
    EXPECT_EQ(pair.SynAckAt(), start + 20 * MS);
    EXPECT_TRUE(pair.Echo("hello"));
    for (const Packet& packet : pair.world.log)
    {
        EXPECT_FALSE(packet.marked);
        EXPECT_EQ(packet.protocol, 17);
    }
    pair.ExpectClean();
}

TEST(ShellLink, PortTranslation)
{
    ShellPair pair;
    Translator nat;
    pair.world.filter = [&](Packet& packet) { return nat(packet, pair.client.address); };
    pair.Connect(LayoutChoice::U);
    pair.world.Run(1 * S);
    ASSERT_NE(pair.SynAckAt(), 0u);
    EXPECT_TRUE(pair.Echo("one"));
    // the box forgets and gives another port: the next packet of the client takes the server along
    nat.outside = 31000;
    EXPECT_TRUE(pair.Echo("two"));
    nat.outside = 32000;
    EXPECT_TRUE(pair.Echo("three"));
    EXPECT_EQ(pair.server.endpoint.SessionCount(), 1u);
    EXPECT_EQ(ReadBigEndian(pair.server.sent.back().bytes, 2, 2), 32000u);
    pair.ExpectClean();
}

// Each packet from another port, reordered: the server ends at the port of the highest number.
TEST(ShellLink, ReorderedPackets)
{
    ShellPair pair;
    pair.Connect(LayoutChoice::U);
    pair.world.Run(1 * S);
    ASSERT_NE(pair.SynAckAt(), 0u);
    pair.server.stack = nullptr;
    pair.world.carry = false;
    std::vector<Packet> packets;
    for (uint16_t i = 0; i < 50; i++)
    {
        pair.client.Send(6, pair.server.address, Tcp(pair.path, ACK, {}, 1001u + i));
        Packet packet = pair.client.sent.back();
        uint16_t from = static_cast<uint16_t>(30000 + i);
        packet.bytes[0] = static_cast<uint8_t>(from >> 8);
        packet.bytes[1] = static_cast<uint8_t>(from);
        packets.push_back(packet);
    }
    Dice dice(4);
    for (size_t i = packets.size() - 1; i > 0; i--)
    {
        std::swap(packets[i], packets[dice.Below(i + 1)]);
    }
    uint64_t highest = 0;
    for (const Packet& packet : packets)
    {
        EXPECT_EQ(pair.server.Receive(packet).outcome, sst::Outcome::DELIVER);
        highest = std::max(highest, ReadBigEndian(packet.bytes, 0, 2));
        pair.server.Send(6, pair.client.address, Tcp(pair.path.Reverse(), ACK, {}, 7));
        EXPECT_EQ(ReadBigEndian(pair.server.sent.back().bytes, 2, 2), highest);
    }
}

// A path that drops all of N: "falls to U within 3 s" and a round trip.
TEST(ShellLink, OnlyDatagramsPass)
{
    ShellPair pair;
    pair.world.filter = [](Packet& packet) { return !packet.marked; };
    uint64_t start = pair.world.clock.monotonicNs;
    pair.Connect(LayoutChoice::AUTO);
    pair.world.Run(10 * S);
    EXPECT_EQ(pair.SynAckAt(), start + 3 * S + 20 * MS);
    EXPECT_EQ(pair.Find().layout, sst::Layout::U);
    EXPECT_TRUE(pair.Echo("hello"));
    EXPECT_EQ(pair.client.endpoint.SessionCount(), 1u);
    // the next one starts there
    uint64_t again = pair.world.clock.monotonicNs;
    sst::Request request = Ask(sst::Policy::REQUIRE);
    request.padding = {sst::Padding::Mode::MULTIPLE, 64}; // another session
    Path other{pair.client.address, 5, pair.server.address, 443};
    pair.client.Send(6, pair.server.address, Tcp(other, SYN), &request);
    pair.world.Run(1 * S);
    EXPECT_EQ(pair.client.received.back().bytes, Tcp(other.Reverse(), SYN | ACK));
    EXPECT_EQ(pair.client.received.back().at, again + 20 * MS);
    pair.ExpectClean();
}

// A path that drops N on the way back only: the server has the SYN twice, from two sessions, and
// answers both; the client's flow goes on in U.
TEST(ShellLink, OnlyDatagramsComeBack)
{
    ShellPair pair;
    pair.world.filter = [&](Packet& packet) {
        return !packet.marked || packet.from == pair.client.address;
    };
    uint64_t start = pair.world.clock.monotonicNs;
    pair.Connect(LayoutChoice::AUTO);
    pair.world.Run(10 * S);
    EXPECT_EQ(pair.SynAckAt(), start + 3 * S + 20 * MS);
    EXPECT_EQ(pair.Find().layout, sst::Layout::U);
    EXPECT_TRUE(pair.Echo("hello"));
    pair.world.Run(10 * S);
    EXPECT_EQ(pair.server.endpoint.SessionCount(), 1u) << "the other never came UP";
    EXPECT_TRUE(pair.Echo("again"));
    pair.ExpectClean();
}

// The path N fails only at first: whichever INIT is answered counts.
TEST(ShellLink, NativeAnswersBeforeTheTurn)
{
    ShellPair pair;
    int lost = 1;
    pair.world.filter = [&](Packet&) { return lost-- <= 0; };
    pair.Connect(LayoutChoice::AUTO);
    pair.world.Run(10 * S);
    EXPECT_EQ(pair.Find().layout, sst::Layout::N);
    EXPECT_EQ(pair.Find().state, sst::FlowState::SST);
    pair.ExpectClean();
}

TEST(ShellLink, NothingPasses)
{
    for (sst::Policy policy : {sst::Policy::REQUIRE, sst::Policy::OPPORTUNISTIC})
    {
        ShellPair pair;
        pair.world.filter = [](Packet& packet) {
            return !packet.marked && ReadBigEndian(packet.bytes, 2, 2) != SHELL_PORT;
        };
        pair.Connect(LayoutChoice::AUTO, policy);
        pair.world.Run(310 * S);
        EXPECT_EQ(pair.SynAckAt(), 0u);
        EXPECT_STREQ(sst::ToString(pair.Find().reason), "handshake-timeout");
        EXPECT_EQ(pair.Find().state,
                  policy == sst::Policy::REQUIRE ? sst::FlowState::FAILED : sst::FlowState::CLEAR);
        EXPECT_EQ(pair.client.endpoint.SessionCount(), 0u);
        EXPECT_TRUE(pair.client.OpenCookies().empty());
        EXPECT_EQ(pair.client.endpoint.NextDeadlineNs(), UINT64_MAX);
    }
}

TEST(ShellLink, NotOffered)
{
    ShellPair pair(false);
    pair.world.filter = [](Packet& packet) { return !packet.marked; };
    pair.Connect(LayoutChoice::AUTO);
    pair.world.Run(20 * S);
    EXPECT_EQ(pair.Find().state, sst::FlowState::WAITING);
    for (const Packet& packet : pair.world.log)
    {
        EXPECT_TRUE(packet.marked) << "no datagram to a server that did not offer it";
    }
    ShellPair asked(false);
    asked.Connect(LayoutChoice::U);
    asked.world.Run(1 * S);
    EXPECT_STREQ(sst::ToString(asked.Find().reason), "layout-unsupported");
    EXPECT_TRUE(asked.world.log.empty());
}

TEST(ShellLink, LossOfEachHandshakePacket)
{
    for (int lost = 0; lost < 6; lost++)
    {
        ShellPair pair;
        int seen = 0;
        pair.world.filter = [&](Packet&) { return seen++ != lost; };
        pair.Connect(LayoutChoice::U);
        bool echoed = false;
        for (int i = 0; i < 8 && !echoed; i++)
        {
            pair.world.Run(1 * S);
            echoed = pair.SynAckAt() != 0 && pair.Echo("hi");
        }
        EXPECT_TRUE(echoed) << "packet " << lost;
        EXPECT_EQ(pair.server.endpoint.SessionCount(), 1u);
        pair.ExpectClean();
    }
}

// Refused early data is sent again as DATA, the stack's segments that waited follow.
TEST(ShellLink, WaitingSegmentsFollow)
{
    ShellPair pair;
    pair.world.names["server"].second.flags = 4; // no early SYN
    pair.Connect(LayoutChoice::U);
    pair.world.Run(1 * S);
    ASSERT_NE(pair.SynAckAt(), 0u);
    EXPECT_EQ(pair.client.cookieSends.size(), 1u);
    EXPECT_TRUE(pair.Echo("hello"));
    pair.ExpectClean();
}

TEST(ShellLink, Deterministic)
{
    std::vector<Bytes> runs[2];
    for (auto& run : runs)
    {
        ShellPair pair;
        Dice dice(3);
        pair.world.filter = [&](Packet& packet) { return !packet.marked && dice.Below(10) >= 3; };
        pair.Connect(LayoutChoice::AUTO);
        pair.world.Run(100 * S);
        pair.Echo("hi");
        for (const Packet& packet : pair.world.log)
        {
            run.push_back(packet.bytes);
        }
    }
    EXPECT_EQ(runs[0], runs[1]);
}

// Two clients behind one address: told apart by index, whatever their ports.
TEST(ShellLink, TwoSessionsOfOneAddress)
{
    ShellPair pair;
    Host& second = pair.world.Add("10.0.0.2", 33);
    second.autoResolve = true;
    // a box that gives both the address of the first, and its own ports
    std::map<uint16_t, std::pair<sst::IpAddress, uint16_t>> ports;
    pair.world.filter = [&](Packet& packet) {
        if (packet.from == pair.client.address || packet.from == second.address)
        {
            uint16_t inside = static_cast<uint16_t>(ReadBigEndian(packet.bytes, 0, 2));
            uint16_t outside = packet.from == second.address ? 1001 : 1000;
            ports[outside] = {packet.from, inside};
            packet.from = pair.client.address;
            packet.bytes[0] = static_cast<uint8_t>(outside >> 8);
            packet.bytes[1] = static_cast<uint8_t>(outside);
            return true;
        }
        auto found = ports.find(static_cast<uint16_t>(ReadBigEndian(packet.bytes, 2, 2)));
        if (found == ports.end())
        {
            return false;
        }
        packet.to = found->second.first;
        packet.bytes[2] = static_cast<uint8_t>(found->second.second >> 8);
        packet.bytes[3] = static_cast<uint8_t>(found->second.second);
        return true;
    };
    pair.Connect(LayoutChoice::U);
    pair.world.Run(1 * S);
    EXPECT_NE(pair.SynAckAt(), 0u);
    sst::Request request = Ask(sst::Policy::REQUIRE);
    request.layout = LayoutChoice::U;
    Path other{second.address, 41000, pair.server.address, 443};
    second.Send(6, pair.server.address, Tcp(other, SYN), &request);
    pair.world.Run(1 * S);
    ASSERT_FALSE(second.received.empty());
    EXPECT_EQ(second.received[0].bytes, Tcp(other.Reverse(), SYN | ACK))
        << "its checksum is restored with the address the client sees";
    EXPECT_EQ(pair.server.endpoint.SessionCount(), 2u);
    EXPECT_TRUE(pair.Echo("mine"));
}
