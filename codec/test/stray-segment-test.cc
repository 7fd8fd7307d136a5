// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "Egress: bound or asked for: sealed or dropped with a reason; never clear": segments a sound
// stack would not send, and what leaves from another address than the session's. Lines that no
// other test ran.

#include "sst/types.h"
#include "test-bench.h"

using namespace ssttest;

namespace
{

/// A client with one open session.
struct Up
{
    ClientBench bench;

    Up()
    {
        bench.Establish();
    }

    /// What Egress says to bytes nobody asked anything for.
    std::string Send(uint8_t protocol, const Bytes& bytes, const sst::Request* request = nullptr)
    {
        return Say(bench.host.Send(protocol, bench.server, bytes, request));
    }

    /// The same from another address of this host.
    std::string SendFrom(const sst::IpAddress& local, uint8_t protocol, const Bytes& bytes)
    {
        sst::Meta meta;
        meta.protocol = protocol;
        meta.local = local;
        meta.peer = bench.server;
        sst::Buffer buffer;
        buffer.Assign(bytes.data(), bytes.size());
        return Say(bench.host.endpoint.Egress(meta, nullptr, buffer, bench.world.clock));
    }
};

} // namespace

TEST(StraySegment, ADamagedOneOfABoundFlowIsDropped)
{
    Up up;
    Bytes segment = Tcp(up.bench.FlowPath(), ACK, Bytes(30, 1));
    segment[12] = 0xf0; // a header longer than the segment
    EXPECT_EQ(up.Send(6, segment), "drop inner-length");
    EXPECT_EQ(up.Send(6, Slice(segment, 0, 19)), "drop inner-length");
    EXPECT_EQ(up.Send(6, Slice(segment, 0, 4)), "drop inner-length") << "the ports are enough";
}

TEST(StraySegment, ADamagedOneOfAnotherFlowIsTheStacksBusiness)
{
    Up up;
    Bytes segment = Tcp(up.bench.FlowPath(40001), ACK, Bytes(30, 1));
    segment[12] = 0xf0;
    EXPECT_EQ(up.Send(6, segment), "pass none");
    EXPECT_EQ(up.Send(6, Slice(Tcp(up.bench.FlowPath(), ACK), 0, 3)), "pass none")
        << "it does not show whose it is";
}

TEST(StraySegment, ADamagedOneThatMustBeSealedIsDropped)
{
    Up up;
    const sst::Request require = Ask(sst::Policy::REQUIRE);
    EXPECT_EQ(up.Send(6, Bytes(19), &require), "drop inner-length");
    EXPECT_EQ(up.Send(17, Bytes(7), &require), "drop inner-length");
    EXPECT_EQ(up.Send(41, Bytes(40), &require), "drop inner-type");
}

TEST(StraySegment, OneFromAnotherLocalAddressIsDropped)
{
    Up up;
    const sst::IpAddress other = Ip("10.0.0.99");
    Path path = up.bench.FlowPath();
    path.source = other;
    EXPECT_EQ(up.SendFrom(other, 6, Tcp(path, ACK)), "drop wrong-peer");
    const Bytes error = IcmpUnreachable(path, 6, Slice(Tcp(path.Reverse(), ACK), 0, 8));
    EXPECT_EQ(up.SendFrom(other, 1, error), "drop wrong-peer");
}

TEST(StraySegment, AnIcmpErrorAboutAWaitingFlowIsDropped)
{
    ClientBench bench;
    (void)bench.Connect();
    const Path path = bench.FlowPath();
    const Bytes error = IcmpUnreachable(path, 6, Slice(Tcp(path.Reverse(), ACK), 0, 8));
    EXPECT_EQ(Say(bench.host.Send(1, bench.server, error)), "drop unexpected");
}

TEST(StraySegment, NamesOfTypes)
{
    EXPECT_STREQ(sst::ToString(sst::Layout::N), "n");
    EXPECT_STREQ(sst::ToString(sst::Layout::U), "u");
    EXPECT_STREQ(sst::ToString(sst::Policy::OFF), "off");
    EXPECT_STREQ(sst::ToString(sst::Policy::OPPORTUNISTIC), "opportunistic");
    EXPECT_STREQ(sst::ToString(sst::Policy::REQUIRE), "require");
    EXPECT_STREQ(sst::ToString(sst::Policy::PIN), "pin");
    EXPECT_STREQ(sst::ToString(sst::Coverage::SEGMENT), "segment");
    EXPECT_STREQ(sst::ToString(sst::Coverage::HEADER), "header");
    EXPECT_STREQ(sst::ToString(sst::Coverage::PORTS), "ports");
    sst::FlowKey key;
    key.protocol = 6;
    key.localPort = 1234;
    key.peer = Ip("10.0.0.1");
    key.peerPort = 80;
    EXPECT_EQ(key.ToString(), "tcp 1234 <-> 10.0.0.1:80");
    sst::FlowKey other = key;
    EXPECT_FALSE(key < other);
    other.peerPort = 81;
    EXPECT_TRUE(key < other);
    EXPECT_FALSE(other < key);
    EXPECT_EQ(sst::IpAddress().ToString(), "none");
}
