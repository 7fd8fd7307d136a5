// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The client tells the server that it is UP until it hears from it, and what is due at a server
// that hears nothing.

#include "test-shell.h"

using namespace ssttest;

namespace
{

/// A client whose server accepted its INIT and says nothing in DATA.
struct Unheard : ClientBench
{
    explicit Unheard(const BenchOptions& options = {})
        : ClientBench(options)
    {
        Connect();
        EXPECT_TRUE(ReadInit());
        EXPECT_EQ(Say(Inject(reference.Resp(GoodResp()))), "consumed none");
        acceptedNs = world.clock.monotonicNs;
    }

    /// \return milliseconds after RESP at which DATA of the type left
    std::vector<uint64_t> TimesOf(int type)
    {
        std::vector<uint64_t> times;
        for (const Packet& packet : host.SentOfType(0))
        {
            auto opened = reference.Session().OpenPacket(packet.protocol, packet.bytes);
            EXPECT_TRUE(opened);
            if (opened && opened->inner.type == type)
            {
                times.push_back((packet.at - acceptedNs) / MS);
            }
        }
        return times;
    }

    /// The stack sends a segment on the flow.
    void Send()
    {
        EXPECT_EQ(Say(host.Send(6, server, Tcp(FlowPath(), ACK | PSH, FromText("x"), 1001))),
                  "send none");
    }

    uint64_t acceptedNs{0};
};

using Times = std::vector<uint64_t>;

} // namespace

// "a packet of type 59 at 1, 2, 4 and 8 s after it accepted RESP" (CLI-15)
TEST(Confirm, FourTimesWhileTheServerIsSilent)
{
    Unheard bench;
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), bench.acceptedNs + 1 * S);
    bench.world.Run(100 * S);
    EXPECT_EQ(bench.TimesOf(59), (Times{0, 1000, 2000, 4000, 8000}));
    EXPECT_EQ(bench.host.SentOfType(0).size(), 5u);
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
}

// "until the first DATA packet of the server was opened" (CLI-15)
TEST(Confirm, EndsWithTheFirstDataOfTheServer)
{
    for (int type : {6, 59})
    {
        Unheard bench;
        bench.world.Run(1500 * MS);
        ReferenceSession& session = bench.reference.Session();
        if (type == 6)
        {
            EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.FlowPath().Reverse(), ACK))),
                      "deliver none");
        }
        else
        {
            EXPECT_EQ(Say(bench.Inject(session.SealNext(6, {}, 59))), "consumed none");
        }
        EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
        bench.world.Run(100 * S);
        EXPECT_EQ(bench.TimesOf(59), (Times{0, 1000}));
    }
}

TEST(Confirm, ForgedDataDoesNotEndIt)
{
    Unheard bench;
    Bytes segment = WithoutChecksum(6, Tcp(bench.FlowPath().Reverse(), ACK));
    Bytes packet = bench.reference.Session().SealNext(6, segment, 6);
    EXPECT_EQ(Say(bench.Inject(Flip(packet, 250))), "drop decrypt");
    // the RESP again is no DATA either
    EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "drop replay");
    bench.world.Run(100 * S);
    EXPECT_EQ(bench.host.SentOfType(0).size(), 5u);
}

// "unless it sent a packet in the session within the second before" (CLI-15)
TEST(Confirm, WhatTheStackSendsTakesItsPlace)
{
    Unheard bench;
    bench.world.Run(100 * MS);
    bench.Send(); // takes the place of the one at 1 s
    bench.world.Run(900 * MS);
    bench.Send(); // at 1 s: a whole second before the one at 2 s
    bench.world.Run(2001 * MS);
    bench.Send(); // just within the second before 4 s
    bench.world.Run(100 * S);
    EXPECT_EQ(bench.TimesOf(6), (Times{100, 1000, 3001}));
    EXPECT_EQ(bench.TimesOf(59), (Times{0, 2000, 8000}));
}

TEST(Confirm, NothingIsAddedToABusyFlow)
{
    Unheard bench;
    for (int i = 0; i < 40; i++)
    {
        bench.world.Run(250 * MS);
        bench.Send();
    }
    EXPECT_EQ(bench.TimesOf(59), (Times{0}));
    EXPECT_EQ(bench.host.SentOfType(0).size(), 41u);
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
}

// "Times of CLI-15 that passed unnoticed MUST count as one" (CLI-16)
TEST(Confirm, AfterASleepOnce)
{
    Unheard bench;
    bench.world.clock.monotonicNs += 5 * S;
    bench.world.clock.unixMs += 5000;
    bench.host.Tick();
    bench.world.Run(100 * S);
    EXPECT_EQ(bench.TimesOf(59), (Times{0, 5000, 8000}));
}

// "a session that SES-7 closes MUST close instead" (CLI-16)
TEST(Confirm, AnIdleSessionIsNotKeptAlive)
{
    Unheard bench;
    bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), RST));
    bench.world.Run(500 * MS);
    bench.world.clock.monotonicNs += HOUR;
    bench.world.clock.unixMs += 3600000;
    bench.host.Tick();
    EXPECT_EQ(bench.host.SentOfType(0).size(), 2u) << "type 59 after RESP, RST";
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
}

TEST(Confirm, NotInASessionThatClosed)
{
    Unheard bench;
    bench.world.Run(500 * MS);
    Bytes reset = ReferenceReset(bench.reference.Session().ownIndex, bench.reference.resetToken);
    EXPECT_EQ(Say(bench.Inject(reset)), "consumed reset");
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
    bench.world.Run(100 * S);
    EXPECT_EQ(bench.host.SentOfType(0).size(), 1u);
}

// A server that says something in RESP alone was not heard in DATA.
TEST(Confirm, RespIsNoData)
{
    ClientBench bench;
    bench.Establish();
    bench.world.Run(100 * S);
    EXPECT_EQ(bench.host.SentOfType(0).size(), 5u);
}

// "padded as the host says", as the one after RESP; in layout U too
TEST(Confirm, PaddedAndInLayoutU)
{
    BenchOptions options = ShellOptions();
    options.config.padding = {sst::Padding::Mode::MULTIPLE, 512};
    ShellClientBench bench(options);
    ReferenceSession& session = bench.EstablishShell();
    bench.world.Run(100 * S);
    std::vector<Packet> data = bench.Datagrams(0);
    ASSERT_EQ(data.size(), 5u);
    for (const Packet& packet : data)
    {
        EXPECT_EQ(packet.bytes.size(), 512u);
        EXPECT_EQ(Slice(packet.bytes, 0, 4), Slice(data[0].bytes, 0, 4)) << "UDP ports";
        auto opened = session.OpenPacket(17, Slice(packet.bytes, 8));
        ASSERT_TRUE(opened);
        EXPECT_EQ(opened->inner.type, 59);
    }
}

// A server that nobody answers ends HALF at its time, not with the next packet.
TEST(Confirm, HalfIsADeadline)
{
    ServerBench bench;
    uint64_t start = bench.world.clock.monotonicNs;
    bench.Inject(bench.MakeSynInit(bench.path));
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK));
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), start + 10 * S);
    bench.world.Run(10 * S - 1);
    EXPECT_EQ(bench.host.EventCount(sst::Action::Event::SESSION_CLOSED), 0u);
    bench.world.Run(1);
    EXPECT_EQ(bench.host.EventCount(sst::Action::Event::SESSION_CLOSED), 1u);
    EXPECT_EQ(bench.host.endpoint.HalfOpenCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
}
