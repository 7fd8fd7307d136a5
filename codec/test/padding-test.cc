// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "zeros after the type until the packet (offset 0 on; U: UDP header included) is a multiple of n,
// or the IP packet is as long as the path MTU; never beyond the MTU known; unknown MTU: 1280."

#include "test-shell.h"

using namespace ssttest;

using sst::Padding;

namespace
{

Padding
Multiple(uint16_t n)
{
    return {Padding::Mode::MULTIPLE, n};
}

const Padding TO_MTU{Padding::Mode::MTU, 0};

/// A client under test with an open session, its flow asked for with \p padding.
struct Padded
{
    ShellClientBench bench;
    sst::LayoutChoice layout;
    ReferenceSession* session{nullptr};

    Padded(sst::LayoutChoice layout,
           const Padding& asked,
           const Padding& configured = {},
           sst::Coverage coverage = sst::Coverage::SEGMENT,
           bool v6 = false,
           uint32_t mtu = 1500)
        : bench{Options(configured, v6)},
          layout{layout}
    {
        sst::Request request = Ask(sst::Policy::REQUIRE, "server", coverage);
        request.layout = layout;
        request.padding = asked;
        bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), SYN), &request, mtu);
        if (layout == sst::LayoutChoice::U)
        {
            EXPECT_TRUE(bench.ReadShellInit());
            bench.InjectShell(bench.reference.Resp(bench.GoodResp()));
        }
        else
        {
            EXPECT_TRUE(bench.ReadInit());
            bench.Inject(bench.reference.Resp(bench.GoodResp()));
        }
        session = &bench.reference.Session();
    }

    static BenchOptions Options(const Padding& configured, bool v6)
    {
        BenchOptions options = ShellOptions(v6);
        options.config.padding = configured;
        return options;
    }

    /// \return bytes of the packet a segment with \p payload bytes becomes; it must open
    size_t SizeOf(size_t payload, uint32_t mtu = 1500)
    {
        Bytes segment = Tcp(bench.FlowPath(), ACK, Bytes(payload, 7), 1001);
        EXPECT_EQ(Say(bench.host.Send(6, bench.server, segment, nullptr, mtu)), "send none");
        EXPECT_EQ(Last().inner.segment, WithoutChecksum(6, segment));
        return bench.host.sent.back().bytes.size();
    }

    /// \return what is in the packet sent last
    ReferenceSession::Opened Last()
    {
        Bytes packet = bench.host.sent.back().bytes;
        if (layout == sst::LayoutChoice::U)
        {
            packet = OutOfShell(bench.ShellPath().Reverse(), packet).value_or(Bytes{});
        }
        auto opened = session->OpenPacket(bench.host.sent.back().protocol, packet);
        EXPECT_TRUE(opened);
        return opened.value_or(ReferenceSession::Opened{});
    }
};

} // namespace

TEST(Padding, Sizes)
{
    struct Row
    {
        Padding padding;
        size_t size;
        size_t limit;
        size_t zeros;
    };

    const Row rows[] = {
        {{}, 100, 1480, 0},
        {Multiple(0), 100, 1480, 0},
        {Multiple(1), 100, 1480, 0},
        {Multiple(2), 100, 1480, 0},
        {Multiple(2), 101, 1480, 1},
        {Multiple(64), 64, 1480, 0},
        {Multiple(64), 65, 1480, 63},
        {Multiple(64), 127, 1480, 1},
        {Multiple(1000), 1000, 1480, 0},
        {Multiple(1000), 1001, 1480, 479},
        {Multiple(1000), 1480, 1480, 0},
        {Multiple(1000), 1481, 1480, 0},
        {Multiple(1024), 1, 1480, 1023},
        {Multiple(1025), 1, 1480, 1023},
        {Multiple(65535), 1, 1480, 1023},
        {TO_MTU, 1, 1480, 1479},
        {TO_MTU, 1479, 1480, 1},
        {TO_MTU, 1480, 1480, 0},
        {TO_MTU, 1481, 1480, 0},
        {TO_MTU, 5, 0, 0},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(sst::PaddingSize(row.padding.Code(), row.size, row.limit), row.zeros)
            << row.padding.Code() << " " << row.size << " " << row.limit;
    }
}

TEST(Padding, MultipleInBothLayouts)
{
    for (sst::LayoutChoice layout : {sst::LayoutChoice::N, sst::LayoutChoice::U})
    {
        const size_t overhead = layout == sst::LayoutChoice::U ? 33 : 27;
        Padded padded(layout, Multiple(64));
        for (size_t payload = 0; payload < 200; payload++)
        {
            size_t whole = 20 + payload + overhead;
            EXPECT_EQ(padded.SizeOf(payload), (whole + 63) / 64 * 64);
            EXPECT_EQ(padded.Last().inner.padding, (64 - whole % 64) % 64);
        }
    }
}

TEST(Padding, ToTheMtu)
{
    for (bool v6 : {false, true})
    {
        const size_t ip = v6 ? 40 : 20;
        for (sst::LayoutChoice layout : {sst::LayoutChoice::N, sst::LayoutChoice::U})
        {
            Padded padded(layout, TO_MTU, {}, sst::Coverage::SEGMENT, v6);
            EXPECT_EQ(padded.SizeOf(0), 1500 - ip);
            EXPECT_EQ(padded.SizeOf(1000), 1500 - ip);
            EXPECT_EQ(padded.SizeOf(100, 1400), 1400 - ip);
            EXPECT_EQ(padded.SizeOf(100, 0), 1280 - ip) << "unknown again";
            const size_t overhead = layout == sst::LayoutChoice::U ? 33 : 27;
            const size_t full = 1400 - ip - 20 - overhead;
            EXPECT_EQ(padded.SizeOf(full, 1400), 1400 - ip);
            EXPECT_EQ(padded.SizeOf(full + 1, 1400), 1400 - ip + 1) << "longer already";
        }
    }
}

TEST(Padding, UnknownMtuIs1280)
{
    Padded padded(sst::LayoutChoice::N, TO_MTU, {}, sst::Coverage::SEGMENT, false, 0);
    EXPECT_EQ(padded.SizeOf(0, 0), 1280u - 20);
    Padded multiple(sst::LayoutChoice::N, Multiple(1000), {}, sst::Coverage::SEGMENT, false, 0);
    EXPECT_EQ(multiple.SizeOf(960, 0), 1280u - 20) << "never beyond";
}

// "The endpoint's setting holds for every session", unless the request says something.
TEST(Padding, ConfiguredAndAsked)
{
    EXPECT_EQ(Padded(sst::LayoutChoice::N, {}, Multiple(100)).SizeOf(10), 100u);
    EXPECT_EQ(Padded(sst::LayoutChoice::N, Multiple(70), Multiple(100)).SizeOf(10), 70u);
    EXPECT_EQ(Padded(sst::LayoutChoice::N, TO_MTU, Multiple(100)).SizeOf(10), 1480u);
    EXPECT_EQ(Padded(sst::LayoutChoice::N, {}, {}).SizeOf(10), 57u);
}

// "types 6, 17, 1, 58, 59": the first one after RESP is padded as well.
TEST(Padding, FirstDataOfTheClient)
{
    for (sst::LayoutChoice layout : {sst::LayoutChoice::N, sst::LayoutChoice::U})
    {
        // no flow sends it: the endpoint's setting counts
        Padded padded(layout, Multiple(64), Multiple(256));
        EXPECT_EQ(padded.Last().inner.type, 59);
        EXPECT_EQ(padded.bench.host.sent.back().bytes.size(), 256u);
        Padded mtu(layout, {}, TO_MTU, sst::Coverage::SEGMENT, false, 1400);
        EXPECT_EQ(mtu.bench.host.sent.back().bytes.size(), 1260u);
    }
}

TEST(Padding, IcmpAndDatagrams)
{
    Padded padded(sst::LayoutChoice::N, Multiple(256));
    Bytes quoted = Tcp(padded.bench.FlowPath().Reverse(), ACK, Bytes(8, 1), 2);
    Bytes message = IcmpUnreachable({padded.bench.client, 0, padded.bench.server, 0}, 6, quoted);
    EXPECT_EQ(Say(padded.bench.host.Send(1, padded.bench.server, message)), "send none");
    EXPECT_EQ(padded.bench.host.sent.back().bytes.size(), 256u);
    EXPECT_EQ(padded.Last().inner.type, 1);
    sst::Request request = Ask(sst::Policy::REQUIRE);
    request.layout = sst::LayoutChoice::N;
    request.padding = Multiple(256);
    Bytes datagram = Udp({padded.bench.client, 5000, padded.bench.server, 53}, FromText("q"));
    EXPECT_EQ(Say(padded.bench.host.Send(17, padded.bench.server, datagram, &request)),
              "send none");
    EXPECT_EQ(padded.bench.host.sent.back().bytes.size(), 256u);
}

// "No padding with n < 255": TCP and UDP of narrow sessions, the rest is.
TEST(Padding, NarrowCoverage)
{
    for (sst::Coverage coverage : {sst::Coverage::HEADER, sst::Coverage::PORTS})
    {
        Padded padded(sst::LayoutChoice::N, {}, Multiple(256), coverage);
        EXPECT_EQ(padded.Last().inner.type, 59);
        EXPECT_EQ(padded.bench.host.sent.back().bytes.size(), 256u);
        EXPECT_EQ(padded.SizeOf(10), 20u + 10 + 28);
        EXPECT_EQ(padded.Last().inner.padding, 0u);
    }
}

// A flow gets what it asked for: one with another padding has a session of its own.
TEST(Padding, SelectsTheSession)
{
    Padded padded(sst::LayoutChoice::N, Multiple(64));
    ShellClientBench& bench = padded.bench;
    auto open = [&](uint16_t port, const Padding& padding) {
        sst::Request request = Ask(sst::Policy::REQUIRE);
        request.layout = sst::LayoutChoice::N;
        request.padding = padding;
        return Say(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(port), SYN), &request));
    };
    EXPECT_EQ(open(2, Multiple(64)), "send none");
    EXPECT_EQ(open(3, Multiple(65)), "wait none");
    EXPECT_EQ(open(4, {}), "wait none");
    EXPECT_EQ(open(5, TO_MTU), "wait none");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 4u);
    EXPECT_EQ(open(6, TO_MTU), "wait none");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 4u);
}

TEST(Padding, SelectsWhileKeysAreAskedFor)
{
    ShellClientBench bench;
    bench.world.Run(25 * HOUR);
    for (uint16_t port : {2, 3, 4, 5})
    {
        sst::Request request = Ask(sst::Policy::REQUIRE);
        request.padding = port < 4 ? Multiple(64) : Multiple(65);
        bench.host.Send(6, bench.server, Tcp(bench.FlowPath(port), SYN), &request);
    }
    bench.host.Learn("server", bench.server, bench.entry);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 2u);
}

// "a server pads by its own"
TEST(Padding, Server)
{
    BenchOptions options = ShellOptions();
    options.config.padding = Multiple(512);
    ServerBench native(options);
    native.Establish();
    native.host.Send(6, native.client, Tcp(native.path.Reverse(), ACK, {}, 7));
    EXPECT_EQ(native.host.sent.back().bytes.size(), 512u);
    ShellServerBench shell(options);
    shell.EstablishShell();
    shell.host.Send(6, shell.client, Tcp(shell.path.Reverse(), ACK, {}, 7));
    EXPECT_EQ(shell.host.sent.back().bytes.size(), 512u);
}

// Answers to the peer's epochs are "DATA type 59, no padding".
TEST(Padding, NotOfEpochAnswers)
{
    BenchOptions options;
    options.config.padding = Multiple(512);
    ServerBench bench(options);
    ReferenceSession& session = bench.Establish();
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, {}, 7));
    EXPECT_EQ(bench.host.sent.back().bytes.size(), 512u);
    session.nextNumber = 0x800000;
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, ACK, {}, 1001))), "deliver none");
    size_t before = bench.host.sent.size();
    bench.world.Run(2 * S);
    ASSERT_EQ(bench.host.sent.size(), before + 1);
    EXPECT_EQ(bench.host.sent.back().bytes.size(), 27u);
}

// What a server may send before the first DATA is not spent on zeros.
TEST(Padding, HalfOpenAllowance)
{
    BenchOptions options;
    options.config.padding = TO_MTU;
    ServerBench bench(options);
    EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit(bench.path))), "deliver none");
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
    ASSERT_TRUE(bench.ReadResp());
    // 3 * 276 - 276 = 552 are left
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, {}, 7))),
              "send none");
    EXPECT_EQ(bench.host.sent.back().bytes.size(), 47u);
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, ACK, {}, 1001))), "deliver none");
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, {}, 7));
    EXPECT_EQ(bench.host.sent.back().bytes.size(), 1480u);
}

TEST(Padding, HalfOpenAllowanceToTheByte)
{
    for (uint16_t n : {532, 533})
    {
        BenchOptions options;
        options.config.padding = Multiple(n);
        ServerBench bench(options);
        bench.Inject(bench.MakeSynInit(bench.path));
        bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
        // 552 bytes are left, 20 of them IP
        EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, {}, 7))),
                  "send none");
        EXPECT_EQ(bench.host.sent.back().bytes.size(), n == 532 ? 532u : 47u);
    }
}

TEST(Dummy, SizesInBothLayouts)
{
    for (sst::Coverage coverage : {sst::Coverage::SEGMENT, sst::Coverage::PORTS})
    {
        for (sst::LayoutChoice layout : {sst::LayoutChoice::N, sst::LayoutChoice::U})
        {
            // the padding of the session is not added
            Padded padded(layout, Multiple(1000), {}, coverage);
            Host& host = padded.bench.host;
            uint32_t index = host.endpoint.FindFlow(padded.bench.Key()).index;
            const size_t least = (layout == sst::LayoutChoice::U ? 33 : 27) +
                                 (coverage == sst::Coverage::SEGMENT ? 0 : 1);
            size_t before = host.sent.size();
            EXPECT_EQ(host.endpoint.SendDummy(index, least - 1, padded.bench.world.clock),
                      sst::Reason::LENGTH);
            EXPECT_EQ(host.endpoint.SendDummy(index, 65516, padded.bench.world.clock),
                      sst::Reason::LENGTH)
                << "no IPv4 packet carries it";
            EXPECT_EQ(host.endpoint.SendDummy(index, SIZE_MAX, padded.bench.world.clock),
                      sst::Reason::LENGTH);
            for (size_t size : {least, least + 1, size_t{777}, size_t{1480}, size_t{65515}})
            {
                EXPECT_EQ(host.endpoint.SendDummy(index, size, padded.bench.world.clock),
                          sst::Reason::NONE);
                host.Tick(); // takes the action
                ASSERT_EQ(host.sent.size(), ++before);
                EXPECT_EQ(host.sent.back().bytes.size(), size);
                EXPECT_EQ(host.sent.back().marked, layout == sst::LayoutChoice::N);
                ReferenceSession::Opened opened = padded.Last();
                EXPECT_EQ(opened.inner.type, 59);
                EXPECT_TRUE(opened.inner.segment.empty());
            }
        }
    }
}

TEST(Dummy, Refusals)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    uint32_t index = bench.init->clientIndex;
    EXPECT_EQ(bench.host.endpoint.SendDummy(index, 100, bench.world.clock),
              sst::Reason::UNKNOWN_INDEX)
        << "not open yet";
    EXPECT_EQ(bench.host.endpoint.SendDummy(index ^ 1, 100, bench.world.clock),
              sst::Reason::UNKNOWN_INDEX);
    bench.Inject(bench.reference.Resp(bench.GoodResp()));
    EXPECT_EQ(bench.host.endpoint.SendDummy(index, 100, bench.world.clock), sst::Reason::NONE);
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), RST, {}, 1001));
    bench.world.Run(1000 * S);
    EXPECT_EQ(bench.host.endpoint.SendDummy(index, 100, bench.world.clock),
              sst::Reason::UNKNOWN_INDEX)
        << "idle for 120 s without flows";
}

TEST(Dummy, NumbersAndAllowance)
{
    ServerBench bench;
    bench.Inject(bench.MakeSynInit(bench.path));
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
    ASSERT_TRUE(bench.ReadResp());
    uint32_t index = bench.resp->serverIndex;
    EXPECT_EQ(bench.host.endpoint.SendDummy(index, 533, bench.world.clock),
              sst::Reason::AMPLIFICATION);
    EXPECT_EQ(bench.host.endpoint.SendDummy(index, 532, bench.world.clock), sst::Reason::NONE);
    bench.host.Tick();
    auto opened = bench.reference->Session().OpenPacket(6, bench.host.sent.back().bytes);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->number, 0u);
    EXPECT_EQ(bench.host.endpoint.SendDummy(index, 27, bench.world.clock),
              sst::Reason::AMPLIFICATION);
}
