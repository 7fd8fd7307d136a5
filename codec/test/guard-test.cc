// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// What the stack still holds, or means for somebody by name, goes to no stranger: a peer's tuple,
// its tombstone, a clock set back, times that are never.

#include "test-bench.h"

using namespace ssttest;

namespace
{

/// A host that serves and asks itself: it knows the key of "named", at the peer's address.
struct GuardBench : ServerBench
{
    explicit GuardBench(const BenchOptions& options = {})
        : ServerBench(options)
    {
        sst::KeyEntry key;
        key.keyId = 4;
        key.publicKey = To32(PublicOf(Bytes(32, 9)));
        host.endpoint.ProvideKeys("named", client, sst::KeyAnswer::KEYS, {key}, world.Now());
    }

    /// Opens another session of the same address. \return what becomes of \p segment in it
    sst::Verdict FromAnother(uint8_t protocol, const Bytes& segment)
    {
        Inject(MakeInit({}));
        world.Run(10 * MS);
        EXPECT_TRUE(ReadResp());
        return InjectData(protocol, segment);
    }

    /// \return the peer's port in what the stack got last
    uint64_t PortOfLast() const
    {
        return ReadBigEndian(host.received.back().bytes, 0, 2);
    }
};

} // namespace

// FLOW-13, SES-4
TEST(Guard, DatagramForANameTakesItsTupleBack)
{
    for (auto policy : {sst::Policy::REQUIRE, sst::Policy::PIN, sst::Policy::OPPORTUNISTIC})
    {
        for (bool named : {true, false})
        {
            GuardBench bench;
            bench.Establish();
            if (policy == sst::Policy::PIN)
            {
                bench.host.endpoint.SetPins({{"named", bench.world.Now().unixMs + 1000000}});
            }
            const Path udp{bench.client, 5060, bench.server, 5060};
            ASSERT_EQ(Say(bench.InjectData(17, Udp(udp, FromText("first")))), "deliver none");
            const sst::FlowKey key{17, 5060, bench.client, 5060};
            const sst::Request request = Ask(policy, named ? "named" : "");
            const std::string said =
                Say(bench.host.Send(17, bench.client, Udp(udp.Reverse(), {1}), &request));
            const bool claims = named && policy != sst::Policy::OPPORTUNISTIC;
            EXPECT_EQ(said, claims ? "wait none" : "send none");
            EXPECT_EQ(bench.host.endpoint.FindFlow(key).client, claims);
            if (claims)
            {
                // whoever was there before is refused from now on
                EXPECT_EQ(Say(bench.InjectData(17, Udp(udp, FromText("again")))),
                          "drop flow-bound");
            }
        }
    }
}

// FLOW-13
TEST(Guard, TheTupleStaysShutWhereThereIsNoRoomForTheNewFlow)
{
    BenchOptions options;
    options.config.maxFlows = 16; // one of a site
    GuardBench bench(options);
    bench.Inject(bench.MakeInit({}));
    bench.world.Run(10 * MS);
    ASSERT_TRUE(bench.ReadResp());
    const Path udp{bench.client, 5060, bench.server, 5060};
    ASSERT_EQ(Say(bench.InjectData(17, Udp(udp, FromText("first")))), "deliver none");
    sst::Request narrow = Ask(sst::Policy::REQUIRE, "named", sst::Coverage::PORTS);
    EXPECT_EQ(Say(bench.host.Send(17, bench.client, Udp(udp.Reverse(), {1}), &narrow)),
              "drop coverage");
    EXPECT_EQ(Say(bench.host.Send(17, bench.client, Udp(udp.Reverse(), {1}))), "drop tombstone");
}

// TOMB-2, PORT-1: an idle connection may still be held by the stack.
TEST(Guard, TheTombstoneOfAnIdleConnectionIsNotForAnother)
{
    GuardBench bench;
    bench.Establish();
    bench.world.Run(7441 * S);
    bench.host.Tick();
    ASSERT_FALSE(bench.host.endpoint.IsBound({6, 443, bench.client, 40000}));
    EXPECT_EQ(Say(bench.FromAnother(6, Tcp(bench.path, ACK))), "drop tombstone");
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, SYN, {}, 5))), "deliver none");
    EXPECT_GE(bench.PortOfLast(), 49152u);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Answering(bench.path, ACK, 1001))),
              "drop tombstone")
        << "what the old connection says";
}

// TOMB-2
TEST(Guard, TheTombstoneOfWhatWasOverIsFree)
{
    GuardBench bench;
    bench.Establish();
    bench.InjectData(6, Tcp(bench.path, FIN | ACK));
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), FIN | ACK));
    bench.world.Run(241 * S);
    bench.host.Tick();
    EXPECT_EQ(Say(bench.FromAnother(6, Tcp(bench.path, SYN, {}, 5))), "deliver none");
    EXPECT_EQ(bench.PortOfLast(), 40000u);
}

// PORT-1: what is left of UDP is never over.
TEST(Guard, TheTombstoneOfADatagramFlowIsTranslated)
{
    BenchOptions options;
    options.config.maxFailedOpens = 1;
    GuardBench bench(options);
    bench.Establish();
    const Path udp{bench.client, 5060, bench.server, 5060};
    ASSERT_EQ(Say(bench.InjectData(17, Udp(udp, FromText("first")))), "deliver none");
    Bytes forged = bench.reference->Session().SealNext(6, {}, 59);
    forged.back() ^= 1;
    ASSERT_EQ(Say(bench.Inject(forged)), "drop decrypt");
    EXPECT_EQ(Say(bench.FromAnother(17, Udp(udp, FromText("other")))), "deliver none");
    EXPECT_GE(bench.PortOfLast(), 49152u);
    EXPECT_EQ(Say(bench.host.Send(17, bench.client, Udp(udp.Reverse(), {1}))), "drop tombstone");
}

// TOMB-5: half-open sessions are strangers' to make; what they leave pushes out nothing else.
TEST(Guard, LapsedHalfOpenSessionsPushNothingOut)
{
    BenchOptions options;
    options.config.maxTombstones = 8;
    GuardBench bench(options);
    bench.Establish();
    bench.world.Run(7441 * S);
    bench.host.Tick();
    ASSERT_EQ(Say(bench.host.Send(6, bench.client, Answering(bench.path, ACK, 1001))),
              "drop tombstone");
    for (uint16_t port = 1; port <= 40; port++)
    {
        Path path = bench.path;
        path.sourcePort = port;
        EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit(path))), "deliver none");
        bench.world.Run(11 * S);
        bench.host.Tick();
    }
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Answering(bench.path, ACK, 1001))),
              "drop tombstone");
}

// FLOW-12, SES-4: the stack repeats its SYN at 63 and 127 s.
TEST(Guard, AFailedConnectionIsNotAnsweredByAStranger)
{
    GuardBench bench;
    bench.Establish();
    bench.host.endpoint.ProvideKeys("none",
                                    bench.client,
                                    sst::KeyAnswer::ABSENT,
                                    {},
                                    bench.world.Now());
    const Path own{bench.server, 50000, bench.client, 443};
    const sst::Request request = Ask(sst::Policy::REQUIRE, "none");
    ASSERT_EQ(Say(bench.host.Send(6, bench.client, Tcp(own, SYN), &request)), "drop no-key");
    bench.world.Run(61 * S);
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(own.Reverse(), SYN))), "drop flow-bound");
    bench.world.Run(230 * S);
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(own.Reverse(), SYN))), "drop flow-bound");
    bench.world.Run(10 * S);
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(own.Reverse(), SYN))), "deliver none");
}

// FLOW-14
TEST(Guard, PeersLeaveAnEighthOfTheFlows)
{
    BenchOptions options;
    options.config.maxFlows = 160; // ten of a site, twenty kept
    GuardBench bench(options);
    uint32_t taken = 0;
    for (uint8_t last = 1; last <= 20; last++)
    {
        sst::IpAddress from = bench.client;
        from.bytes[3] = last;
        for (uint16_t i = 0; i < 10; i++)
        {
            Path path = bench.path;
            path.source = from;
            path.sourcePort = static_cast<uint16_t>(1000 + i);
            taken += bench.Inject(bench.MakeSynInit(path), 6, true, &from).outcome ==
                     sst::Outcome::DELIVER;
        }
    }
    EXPECT_EQ(taken, 140u);
    const sst::IpAddress peer = Ip("203.0.113.9");
    sst::KeyEntry key;
    key.publicKey = To32(PublicOf(Bytes(32, 9)));
    bench.host.endpoint.ProvideKeys("own", peer, sst::KeyAnswer::KEYS, {key}, bench.world.Now());
    const sst::Request request = Ask(sst::Policy::REQUIRE, "own");
    EXPECT_EQ(Say(bench.host.Send(6, peer, Tcp({bench.server, 50000, peer, 443}, SYN), &request)),
              "wait none");
}

// EARLY-12
TEST(Guard, AClockSetBackMakesNoOldInitFresh)
{
    GuardBench bench;
    bench.world.Run(30 * S);
    const Bytes init = bench.MakeSynInit(bench.path);
    ASSERT_EQ(Say(bench.Inject(init)), "deliver none");
    bench.world.Run(150 * S);
    bench.host.Tick();
    // the cache has forgotten it; by 10 s the clock may differ
    bench.world.clock.unixMs -= 150000;
    EXPECT_EQ(Say(bench.Inject(init)), "consumed early-replay");
    bench.world.clock.unixMs += 140000;
    EXPECT_EQ(Say(bench.Inject(bench.MakeSynInit({bench.client, 40001, bench.server, 443}))),
              "deliver none");
}

// Times that are "never" are not "at once".
TEST(Guard, NeverIsLate)
{
    BenchOptions options;
    for (uint64_t* time : {&options.config.tombstoneNs,
                           &options.config.fallbackNs,
                           &options.config.halfLifeNs,
                           &options.config.keyWaitNs,
                           &options.config.handshakeEndNs,
                           &options.config.tcpClosingNs,
                           &options.config.oldEpochNs,
                           &options.config.pinMs,
                           &options.config.startGuardMs})
    {
        *time = UINT64_MAX;
    }
    GuardBench bench(options);
    bench.Establish();
    bench.world.Run(7441 * S);
    bench.host.Tick();
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Answering(bench.path, ACK, 1001))),
              "drop tombstone");
    bench.world.Run(1000 * 86400 * S);
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Answering(bench.path, ACK, 1001))),
              "drop tombstone");
    // waits, and does not fall back
    const sst::Request request = Ask(sst::Policy::OPPORTUNISTIC, "unasked");
    const Path own{bench.server, 50000, bench.client, 443};
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(own, SYN), &request)), "wait none");
    bench.world.Run(1000 * S);
    EXPECT_EQ(bench.host.endpoint.FindFlow({6, 50000, bench.client, 443}).state,
              sst::FlowState::WAITING);
    sst::KeyEntry strict;
    strict.keyId = 5;
    strict.flags = sst::KEY_FLAG_STRICT;
    strict.publicKey = To32(PublicOf(Bytes(32, 9)));
    bench.host.endpoint.ProvideKeys("strict",
                                    bench.client,
                                    sst::KeyAnswer::KEYS,
                                    {strict},
                                    bench.world.Now());
    EXPECT_EQ(bench.host.endpoint.Pins().size(), 1u);
}

// A session is not idle in the moment of its last packet, whatever the configuration says.
TEST(Guard, NoTimeToBeIdle)
{
    BenchOptions options;
    options.config.sessionIdleNs = 0;
    GuardBench bench(options);
    bench.Inject(bench.MakeInit({}));
    bench.world.Run(10 * MS);
    ASSERT_TRUE(bench.ReadResp());
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, SYN))), "deliver none");
    EXPECT_EQ(Say(bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), SYN | ACK))),
              "send none");
}
