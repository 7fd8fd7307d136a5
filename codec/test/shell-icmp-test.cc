// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// ICMP errors of the network about packets of layout U: "the quoted 8 bytes (U: 16, else ignored)
// give (index, number)".

#include "test-shell.h"

using namespace ssttest;

namespace
{

class ShellIcmp : public testing::TestWithParam<bool>
{
  protected:
    uint8_t Protocol() const
    {
        return GetParam() ? 58 : 1;
    }

    /// \return an error about a datagram from \p from to \p to, quoting its first \p size bytes
    Bytes About(const sst::IpAddress& from,
                const sst::IpAddress& to,
                const Bytes& datagram,
                size_t size = 16) const
    {
        return IcmpUnreachable({to, 0, from, 0}, 17, Slice(datagram, 0, size));
    }

    /// \return the same error as "too big" with a next-hop MTU
    Bytes TooBig(Bytes message, uint32_t mtu) const
    {
        message[0] = GetParam() ? 2 : 3;
        message[1] = GetParam() ? 0 : 4;
        Bytes value = BigEndian(mtu, 4);
        std::copy(value.begin(), value.end(), message.begin() + 4);
        return message;
    }

    size_t IpSize() const
    {
        return GetParam() ? 40 : 20;
    }
};

} // namespace

// ICMP-13
TEST_P(ShellIcmp, ToldToTheStackOfTheClient)
{
    ShellClientBench bench(ShellOptions(GetParam()));
    bench.EstablishShell();
    Bytes segment = Tcp(bench.FlowPath(), ACK, Bytes(100, 'x'), 4711);
    bench.host.Send(6, bench.server, segment);
    Bytes datagram = bench.host.sent.back().bytes;
    sst::Verdict verdict =
        bench.Inject(About(bench.client, bench.server, datagram), Protocol(), false);
    EXPECT_EQ(Say(verdict), "deliver none");
    Bytes told = bench.host.received.back().bytes;
    EXPECT_EQ(told[0], GetParam() ? 1 : 3);
    EXPECT_EQ(Slice(told, 8 + IpSize()), Slice(segment, 0, 8)) << "ports and sequence number";
    EXPECT_EQ(told[8 + (GetParam() ? 6 : 9)], 6);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
    // a longer quote says the same
    EXPECT_EQ(
        Say(bench.Inject(About(bench.client, bench.server, datagram, 100), Protocol(), false)),
        "deliver none");
}

// ICMP-13
TEST_P(ShellIcmp, ToldToTheStackOfTheServer)
{
    ShellServerBench bench(ShellOptions(GetParam()));
    bench.EstablishShell();
    Bytes segment = Tcp(bench.path.Reverse(), ACK, Bytes(100, 'x'), 4711);
    bench.host.Send(6, bench.client, segment);
    Bytes message = About(bench.server, bench.client, bench.host.sent.back().bytes);
    EXPECT_EQ(Say(bench.Inject(message, Protocol(), false)), "deliver none");
    EXPECT_EQ(Slice(bench.host.received.back().bytes, 8 + IpSize()), Slice(segment, 0, 8));
}

TEST_P(ShellIcmp, PathMtu)
{
    ShellClientBench bench(ShellOptions(GetParam()));
    bench.EstablishShell();
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, Bytes(1300, 'x'), 4711));
    Bytes message = About(bench.client, bench.server, bench.host.sent.back().bytes);
    EXPECT_EQ(Say(bench.Inject(TooBig(message, 1400), Protocol(), false)), "deliver none");
    const sst::Action& event = bench.host.events.back();
    EXPECT_EQ(event.event, sst::Action::Event::PATH_MTU);
    EXPECT_EQ(event.mtu, 1400u);
    // the segment that fits: 33 bytes less
    EXPECT_EQ(ReadBigEndian(bench.host.received.back().bytes, 4, 4) & 0xffff, 1400u - 33);
    EXPECT_EQ(bench.host.endpoint.SegmentSize(bench.Key(), 1500), 1400 - IpSize() - 33);
}

// Padding to the MTU goes no further than the path was said to carry.
TEST_P(ShellIcmp, PaddingFollowsThePathMtu)
{
    BenchOptions options = ShellOptions(GetParam());
    options.config.padding.mode = sst::Padding::Mode::MTU;
    ShellClientBench bench(options);
    bench.EstablishShell();
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, {}, 4711));
    Bytes datagram = bench.host.sent.back().bytes;
    EXPECT_EQ(datagram.size(), 1500 - IpSize());
    bench.Inject(TooBig(About(bench.client, bench.server, datagram), 1400), Protocol(), false);
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, {}, 4711));
    EXPECT_EQ(bench.host.sent.back().bytes.size(), 1400 - IpSize());
}

TEST_P(ShellIcmp, Forged)
{
    ShellClientBench bench(ShellOptions(GetParam()));
    bench.EstablishShell();
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, {}, 4711));
    Bytes datagram = bench.host.sent.back().bytes;
    auto inject = [&](const Bytes& quoted, size_t size = 16) {
        return Say(
            bench.Inject(About(bench.client, bench.server, quoted, size), Protocol(), false));
    };
    for (size_t size = 4; size < 16; size++)
    {
        EXPECT_EQ(inject(datagram, size), "drop icmp-forged") << size;
    }
    EXPECT_EQ(inject(Flip(datagram, 8 * 8 + 5)), "drop icmp-forged") << "index";
    EXPECT_EQ(inject(Flip(datagram, 8 * 8)), "drop icmp-forged") << "not DATA";
    EXPECT_EQ(inject(Flip(datagram, 8 * 12)), "drop icmp-forged") << "a number never sent";
    Bytes next = datagram;
    next[15] = static_cast<uint8_t>(next[15] + 1);
    EXPECT_EQ(inject(next), "drop icmp-forged") << "the number sent next";
    // another destination, or another source
    sst::IpAddress other = bench.server;
    other.bytes[1] ^= 1;
    EXPECT_EQ(Say(bench.Inject(About(bench.client, other, datagram), Protocol(), false)),
              "drop icmp-forged");
    EXPECT_EQ(Say(bench.Inject(About(other, bench.server, datagram), Protocol(), false)),
              "pass none");
    // the port of another session of layout U, and one that is nobody's
    Bytes served = datagram;
    served[0] = SHELL_PORT >> 8;
    served[1] = SHELL_PORT & 0xff;
    EXPECT_EQ(inject(served), "drop icmp-forged");
    EXPECT_EQ(inject(Flip(datagram, 15)), "pass none");
    // a type that is not looked at
    Bytes odd = About(bench.client, bench.server, datagram);
    odd[0] = GetParam() ? 5 : 4;
    EXPECT_EQ(Say(bench.Inject(odd, Protocol(), false)), "pass none");
    EXPECT_EQ(inject(datagram), "deliver none");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

// A quote of layout N with the numbers of a session of layout U.
// ICMP-13
TEST_P(ShellIcmp, LayoutsDoNotMix)
{
    ShellClientBench bench(ShellOptions(GetParam()));
    bench.EstablishShell();
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, {}, 4711));
    Bytes packet = Slice(bench.host.sent.back().bytes, 8);
    EXPECT_EQ(Say(bench.Inject(About(bench.client, bench.server, packet), Protocol(), false)),
              "pass none");
}

TEST_P(ShellIcmp, AboutInit)
{
    ShellClientBench bench(ShellOptions(GetParam()));
    bench.Open(sst::LayoutChoice::U);
    Bytes datagram = bench.host.sent.back().bytes;
    EXPECT_EQ(Say(bench.Inject(About(bench.client, bench.server, datagram), Protocol(), false)),
              "drop icmp-forged");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
}

INSTANTIATE_TEST_SUITE_P(BothFamilies, ShellIcmp, testing::Bool(), [](const auto& info) {
    return info.param ? "V6" : "V4";
});
