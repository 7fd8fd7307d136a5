// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "Epoch of a packet = packet number >> 24; key of epoch e+1 = Noise REKEY(key e)."

#include "sst/epochs.h"
#include "test-bench.h"

#include <map>
#include <set>

using namespace ssttest;
using sst::Epochs;

namespace
{

constexpr uint32_t EPOCH = 1u << 24;             //!< numbers of one epoch
constexpr uint64_t STOP = (uint64_t{1} << 32) - 65536; //!< "Hard stop at 2^32 - 2^16"
constexpr uint64_t QUARTER = 15 * MINUTE;        //!< "after 15 minutes in it"
const Epochs::Limits LIMITS{QUARTER, 3 * S, 32, STOP};

/// \return the key of an epoch, by the reference's REKEY
Bytes KeyOf(const Bytes& key, uint32_t epoch)
{
    static std::map<Bytes, std::vector<Bytes>> chains; // by the key of epoch 0
    std::vector<Bytes>& chain = chains[key];
    if (chain.empty())
    {
        chain.push_back(key);
    }
    while (chain.size() <= epoch)
    {
        chain.push_back(Rekey(chain.back()));
    }
    return chain[epoch];
}

sst::SecretKey Secret(uint8_t fill)
{
    std::array<uint8_t, 32> bytes;
    bytes.fill(fill);
    return sst::SecretKey(bytes);
}

/// Epochs of one end, alone.
struct End
{
    sst::SodiumChaChaPoly cipher;
    Epochs epochs;
    uint64_t now{100 * S};

    End()
    {
        epochs.Start(Secret(1), Secret(2), now);
    }

    Epochs::Sending Prepare()
    {
        return epochs.Prepare(LIMITS, cipher, now);
    }

    /// Opens a number as an endpoint does. \return false where it does not try or finds a repeat
    bool Open(uint32_t number)
    {
        const Epochs::Place place = epochs.Locate(number, STOP, now);
        if (place > Epochs::Place::NEXT || !epochs.IsFresh(place, number))
        {
            return false;
        }
        epochs.Opened(place, number, LIMITS, cipher, now);
        return true;
    }

    Bytes SendKey() const
    {
        return Bytes(epochs.SendKey(), epochs.SendKey() + 32);
    }

    Bytes ReceiveKey(Epochs::Place place) const
    {
        std::optional<sst::SecretKey> scratch;
        const uint8_t* key = epochs.ReceiveKey(place, cipher, scratch);
        return Bytes(key, key + 32);
    }
};

const Bytes SEND(32, 1);
const Bytes RECEIVE(32, 2);

} // namespace

TEST(Epochs, BeginAtZero)
{
    End end;
    EXPECT_EQ(end.epochs.Epoch(), 0u);
    EXPECT_EQ(end.epochs.NextNumber(), 0u);
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.SendKey(), SEND);
    EXPECT_EQ(end.ReceiveKey(Epochs::Place::CURRENT), RECEIVE);
    EXPECT_EQ(end.ReceiveKey(Epochs::Place::NEXT), KeyOf(RECEIVE, 1));
    EXPECT_EQ(end.epochs.ExpiryNs(), UINT64_MAX);
    EXPECT_EQ(end.epochs.HighestOpened(), 0u);
}

// "The sender steps when an epoch's numbers are used up"
TEST(Epochs, NumbersUsedUp)
{
    End end;
    ASSERT_TRUE(end.epochs.Skip(EPOCH - 1));
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.epochs.Epoch(), 0u);
    end.epochs.Sent();
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.epochs.Epoch(), 1u);
    EXPECT_EQ(end.epochs.NextNumber(), EPOCH);
    EXPECT_EQ(end.SendKey(), KeyOf(SEND, 1));
    EXPECT_EQ(end.ReceiveKey(Epochs::Place::CURRENT), KeyOf(RECEIVE, 1));
    EXPECT_EQ(end.ReceiveKey(Epochs::Place::PREVIOUS), RECEIVE);
}

// "or after 15 minutes in it"
TEST(Epochs, TimeInOneEpoch)
{
    End end;
    end.epochs.Sent();
    end.now += QUARTER - 1;
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.epochs.Epoch(), 0u);
    end.now += 1;
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.epochs.Epoch(), 1u);
    EXPECT_EQ(end.epochs.NextNumber(), EPOCH);
    // the time counts from when the epoch was entered, by opening too
    End other;
    other.now += QUARTER - 1;
    ASSERT_TRUE(other.Open(EPOCH));
    other.now += QUARTER - 1;
    EXPECT_EQ(other.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(other.epochs.Epoch(), 1u);
    other.now += 1;
    EXPECT_EQ(other.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(other.epochs.Epoch(), 2u);
}

// "and not to E+1 before a packet of epoch E from the peer was opened (E > 0)"
TEST(Epochs, OneStepAheadOfThePeer)
{
    End end;
    end.now += QUARTER;
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    ASSERT_EQ(end.epochs.Epoch(), 1u);
    end.now += QUARTER;
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.epochs.Epoch(), 1u) << "time alone: goes on in the epoch";
    ASSERT_TRUE(end.epochs.Skip(2 * EPOCH));
    EXPECT_EQ(end.Prepare(), Epochs::Sending::EXHAUSTED);
    EXPECT_TRUE(end.Open(5)) << "one of the epoch before";
    EXPECT_EQ(end.Prepare(), Epochs::Sending::EXHAUSTED);
    EXPECT_TRUE(end.Open(EPOCH + 5));
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.epochs.Epoch(), 2u);
    EXPECT_EQ(end.epochs.NextNumber(), 2u * EPOCH);
}

// "not when fewer than 32 epochs remain": behind epoch 223 there are 32, behind 224 31.
TEST(Epochs, TimeEndsNoneOfTheLast)
{
    End end;
    for (uint32_t epoch = 1; epoch <= 224; epoch++)
    {
        end.now += QUARTER;
        ASSERT_EQ(end.Prepare(), Epochs::Sending::READY);
        ASSERT_EQ(end.epochs.Epoch(), epoch);
        ASSERT_TRUE(end.Open(epoch * EPOCH));
    }
    end.now += 10 * QUARTER;
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.epochs.Epoch(), 224u);
    ASSERT_TRUE(end.epochs.Skip(uint64_t{225} * EPOCH));
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    EXPECT_EQ(end.epochs.Epoch(), 225u) << "used up numbers still do";
    EXPECT_EQ(end.SendKey(), KeyOf(SEND, 225));
    EXPECT_EQ(end.ReceiveKey(Epochs::Place::CURRENT), KeyOf(RECEIVE, 225));
}

// "Hard stop at 2^32 - 2^16"
TEST(Epochs, HardStop)
{
    End end;
    for (uint32_t epoch = 1; epoch <= 255; epoch++)
    {
        ASSERT_TRUE(end.epochs.Skip(uint64_t{epoch} * EPOCH));
        ASSERT_EQ(end.Prepare(), Epochs::Sending::READY);
        ASSERT_TRUE(end.Open(epoch * EPOCH));
    }
    ASSERT_TRUE(end.epochs.Skip(STOP - 1));
    EXPECT_EQ(end.Prepare(), Epochs::Sending::READY);
    end.epochs.Sent();
    EXPECT_EQ(end.epochs.NextNumber(), STOP);
    EXPECT_EQ(end.Prepare(), Epochs::Sending::STOP);
    EXPECT_EQ(end.epochs.Locate(static_cast<uint32_t>(STOP - 1), STOP, end.now),
              Epochs::Place::CURRENT);
    EXPECT_EQ(end.epochs.Locate(static_cast<uint32_t>(STOP), STOP, end.now), Epochs::Place::STOP);
    EXPECT_EQ(end.epochs.Locate(UINT32_MAX, STOP, end.now), Epochs::Place::STOP);
}

// "It holds E-1 (until 3 s after the first packet opened in E), E and E+1"
TEST(Epochs, OldEpochEnds)
{
    End end;
    ASSERT_TRUE(end.Open(7));
    ASSERT_TRUE(end.Open(EPOCH));
    EXPECT_EQ(end.epochs.Epoch(), 1u);
    EXPECT_EQ(end.epochs.ExpiryNs(), end.now + 3 * S);
    end.now += 1 * S;
    ASSERT_TRUE(end.Open(EPOCH + 1)) << "a later one of E does not prolong it";
    end.now += 2 * S - 1;
    EXPECT_FALSE(end.Open(7)) << "its window went with it";
    EXPECT_TRUE(end.Open(8));
    end.epochs.Expire(end.now);
    EXPECT_TRUE(end.epochs.HasPrevious());
    end.now += 1;
    EXPECT_EQ(end.epochs.Locate(9, STOP, end.now), Epochs::Place::OLD) << "also without Expire";
    end.epochs.Expire(end.now);
    EXPECT_FALSE(end.epochs.HasPrevious());
    EXPECT_EQ(end.epochs.Locate(9, STOP, end.now), Epochs::Place::OLD);
}

// Stepped by sending, E-1 stays until the peer follows.
// EPOCH-6
TEST(Epochs, OldEpochStaysUntilThePeerFollows)
{
    End end;
    end.now += QUARTER;
    ASSERT_EQ(end.Prepare(), Epochs::Sending::READY);
    end.now += HOUR;
    end.epochs.Expire(end.now);
    EXPECT_TRUE(end.Open(3));
    EXPECT_EQ(end.epochs.HighestOpened(), 3u);
    ASSERT_TRUE(end.Open(EPOCH));
    EXPECT_EQ(end.epochs.HighestOpened(), EPOCH);
    EXPECT_EQ(end.epochs.ExpiryNs(), end.now + 3 * S);
    EXPECT_TRUE(end.Open(4));
    EXPECT_EQ(end.epochs.HighestOpened(), EPOCH);
}

// Two epochs ahead, or two behind: no key is even made.
TEST(Epochs, OutOfReach)
{
    End end;
    ASSERT_TRUE(end.Open(EPOCH));
    ASSERT_TRUE(end.Open(2 * EPOCH));
    EXPECT_EQ(end.epochs.Locate(0, STOP, end.now), Epochs::Place::OLD);
    EXPECT_EQ(end.epochs.Locate(EPOCH, STOP, end.now), Epochs::Place::PREVIOUS);
    EXPECT_EQ(end.epochs.Locate(2 * EPOCH, STOP, end.now), Epochs::Place::CURRENT);
    EXPECT_EQ(end.epochs.Locate(4 * EPOCH - 1, STOP, end.now), Epochs::Place::NEXT);
    EXPECT_EQ(end.epochs.Locate(4 * EPOCH, STOP, end.now), Epochs::Place::AHEAD);
    for (auto place : {Epochs::Place::OLD, Epochs::Place::AHEAD, Epochs::Place::STOP})
    {
        EXPECT_FALSE(end.epochs.IsFresh(place, 1));
    }
}

// "it never sends in a lower one"
TEST(Epochs, OpeningAdvancesSending)
{
    End end;
    ASSERT_TRUE(end.Open(2 * EPOCH - 1));
    EXPECT_EQ(end.epochs.NextNumber(), EPOCH);
    EXPECT_EQ(end.SendKey(), KeyOf(SEND, 1));
}

TEST(Epochs, SkipOnlyForward)
{
    End end;
    EXPECT_TRUE(end.epochs.Skip(10));
    EXPECT_FALSE(end.epochs.Skip(9));
    EXPECT_TRUE(end.epochs.Skip(10));
    EXPECT_FALSE(end.epochs.Skip(EPOCH + 1));
    EXPECT_TRUE(end.epochs.Skip(EPOCH));
}

TEST(Epochs, SecondHalf)
{
    EXPECT_FALSE(Epochs::IsSecondHalf(0));
    EXPECT_FALSE(Epochs::IsSecondHalf(EPOCH / 2 - 1));
    EXPECT_TRUE(Epochs::IsSecondHalf(EPOCH / 2));
    EXPECT_TRUE(Epochs::IsSecondHalf(EPOCH - 1));
    EXPECT_FALSE(Epochs::IsSecondHalf(3 * EPOCH));
    EXPECT_TRUE(Epochs::IsSecondHalf(3 * EPOCH + EPOCH / 2));
}

// Two ends that send, lose and wait at random against what the rules say of both together.
TEST(Epochs, TwoEndsStayWithinOneEpoch)
{
    for (uint64_t seed = 1; seed <= 20; seed++)
    {
        Dice dice(seed);
        End ends[2];
        ends[1].epochs.Start(Secret(2), Secret(1), ends[1].now);
        std::set<uint64_t> sent[2];
        std::set<uint64_t> opened[2];
        for (int i = 0; i < 2000; i++)
        {
            const size_t who = dice.Below(2);
            End& from = ends[who];
            End& to = ends[1 - who];
            from.now += dice.Below(4) * MINUTE;
            to.now = from.now;
            if (dice.Below(10) == 0 && from.epochs.HighestOpened() >> 24 == from.epochs.Epoch())
            {
                // numbers of an epoch are not used up before the peer is heard in it
                const uint64_t end = (uint64_t{from.epochs.Epoch()} + 1) * EPOCH;
                (void)from.epochs.Skip(end - dice.Below(2));
            }
            if (from.Prepare() != Epochs::Sending::READY)
            {
                continue;
            }
            const auto number = static_cast<uint32_t>(from.epochs.NextNumber());
            ASSERT_EQ(number >> 24, from.epochs.Epoch()) << "never in a lower one";
            ASSERT_TRUE(sent[who].insert(number).second) << "no number twice";
            ASSERT_EQ(from.SendKey(), KeyOf(who == 0 ? SEND : RECEIVE, number >> 24));
            from.epochs.Sent();
            if (dice.Below(3) == 0)
            {
                continue; // lost
            }
            const Epochs::Place place = to.epochs.Locate(number, STOP, to.now);
            ASSERT_LE(place, Epochs::Place::NEXT) << "the peer is never out of reach";
            ASSERT_EQ(to.ReceiveKey(place), from.SendKey());
            ASSERT_TRUE(to.Open(number));
            ASSERT_TRUE(opened[1 - who].insert(number).second);
            ASSERT_FALSE(to.Open(number)) << "a repeat";
            const uint32_t distance = from.epochs.Epoch() > to.epochs.Epoch()
                                          ? from.epochs.Epoch() - to.epochs.Epoch()
                                          : to.epochs.Epoch() - from.epochs.Epoch();
            ASSERT_LE(distance, 1u);
        }
        EXPECT_GT(ends[0].epochs.Epoch(), 20u);
    }
}

namespace
{

/// \return numbers of the DATA packets an end sent
std::vector<uint32_t>
NumbersSent(const Host& host)
{
    std::vector<uint32_t> numbers;
    for (const Packet& packet : host.SentOfType(0))
    {
        numbers.push_back(static_cast<uint32_t>(packet.bytes[4]) << 24 | packet.bytes[5] << 16 |
                          packet.bytes[6] << 8 | packet.bytes[7]);
    }
    return numbers;
}

} // namespace

// The endpoint follows the peer into the next epoch, answers there, and tells it within a second.
TEST(EpochEndpoint, FollowsThePeer)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    ReferenceSession old = session;
    const Bytes late = WithoutChecksum(6, Tcp(bench.path, ACK, FromText("late")));
    bench.world.Run(10 * S);
    const size_t before = bench.host.SentOfType(0).size();
    session.nextNumber = EPOCH;
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, ACK, FromText("new")))), "deliver none");
    // silent for more than 1 s: at once
    bench.world.Run(1);
    std::vector<Packet> sent = bench.host.SentOfType(0);
    ASSERT_EQ(sent.size(), before + 1);
    auto opened = session.OpenPacket(6, sent.back().bytes);
    ASSERT_TRUE(opened) << "in the new epoch";
    EXPECT_EQ(opened->number, EPOCH);
    EXPECT_EQ(opened->inner.type, 59);
    // the old epoch for 3 s
    EXPECT_EQ(Say(bench.Inject(old.SealNext(6, late, 6))), "deliver none");
    bench.world.Run(3 * S);
    EXPECT_EQ(Say(bench.Inject(old.SealNext(6, late, 6))), "drop old-epoch");
}

// "E-1 (until 3 s after the first packet opened in E)": an end that stepped first asks to be woken
// for it when the peer follows, and not before.
// EPOCH-6, EPOCH-12
TEST(EpochEndpoint, KeysOfTheOldEpochHaveADeadline)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, FromText("a")));
    bench.world.Run(16 * MINUTE);
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, FromText("b")));
    auto opened = session.OpenPacket(6, bench.host.SentOfType(0).back().bytes);
    ASSERT_TRUE(opened);
    ASSERT_EQ(opened->number, EPOCH) << "stepped by time";
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
    session.nextNumber = EPOCH;
    EXPECT_EQ(Say(bench.InjectData(6, Tcp(bench.path, ACK, FromText("c")))), "deliver none");
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), bench.world.clock.monotonicNs + 3 * S);
    bench.world.Run(3 * S);
    EXPECT_EQ(bench.host.endpoint.NextDeadlineNs(), UINT64_MAX);
}

// Forged numbers of epochs to come cost at most one AEAD and change nothing.
TEST(EpochEndpoint, ForgedEpochsChangeNothing)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    Bytes packet = session.SealNext(6, WithoutChecksum(6, Tcp(bench.path, ACK)), 6);
    for (uint32_t epoch : {1u, 2u, 100u, 254u, 255u})
    {
        Bytes forged = packet;
        forged[4] = static_cast<uint8_t>(epoch);
        EXPECT_EQ(Say(bench.Inject(forged)), epoch == 1 ? "drop decrypt" : "drop epoch-ahead");
    }
    for (uint32_t number : {static_cast<uint32_t>(STOP), UINT32_MAX})
    {
        Bytes forged = packet;
        for (size_t i = 0; i < 4; i++)
        {
            forged[4 + i] = static_cast<uint8_t>(number >> (24 - 8 * i));
        }
        EXPECT_EQ(Say(bench.Inject(forged)), "drop number-exhausted");
    }
    EXPECT_EQ(bench.host.endpoint.FindFlow({6, 443, bench.client, 40000}).epoch, 0u);
    EXPECT_EQ(Say(bench.Inject(packet)), "deliver none");
}

// "Whoever opened packets of [...] an epoch's second half, and has sent nothing for 1 s"
TEST(EpochEndpoint, SecondHalfIsAnswered)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, FromText("a")));
    const size_t before = bench.host.SentOfType(0).size();
    session.nextNumber = EPOCH / 2 - 1;
    bench.InjectData(6, Tcp(bench.path, ACK, FromText("b")));
    bench.world.Run(5 * S);
    EXPECT_EQ(bench.host.SentOfType(0).size(), before) << "first half";
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, FromText("c")));
    bench.InjectData(6, Tcp(bench.path, ACK, FromText("d")));
    bench.InjectData(6, Tcp(bench.path, ACK, FromText("e")));
    bench.world.Run(1 * S - 1);
    EXPECT_EQ(bench.host.SentOfType(0).size(), before + 1) << "not before a second of silence";
    bench.world.Run(1);
    ASSERT_EQ(bench.host.SentOfType(0).size(), before + 2);
    auto opened = session.OpenPacket(6, bench.host.SentOfType(0).back().bytes);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->inner.type, 59);
    // something of its own takes its place
    bench.InjectData(6, Tcp(bench.path, ACK, FromText("f")));
    bench.world.Run(500 * MS);
    bench.host.Send(6, bench.client, Tcp(bench.path.Reverse(), ACK, FromText("g")));
    bench.world.Run(10 * S);
    EXPECT_EQ(bench.host.SentOfType(0).size(), before + 3);
    // type 59 itself calls for none
    bench.InjectData(59, {});
    bench.Inject(session.SealNext(6, {}, 59));
    bench.world.Run(10 * S);
    EXPECT_EQ(bench.host.SentOfType(0).size(), before + 3);
}

// Two real ends over hours: both step every 15 minutes, nothing is lost.
TEST(EpochEndpoint, BothSidesAdvance)
{
    World world;
    Host& client = world.Add("10.0.0.1", 1);
    Host& server = world.Add("10.0.0.2", 2);
    world.names["server"] = {server.address, server.Serve()};
    client.autoResolve = true;
    Path path{client.address, 40000, server.address, 443};
    sst::Request request = Ask(sst::Policy::REQUIRE);
    server.stack = [&](const Received& got) {
        const bool syn = (got.bytes[13] & SYN) != 0;
        server.Send(6, client.address, Tcp(path.Reverse(), syn ? SYN | ACK : ACK));
    };
    client.Send(6, server.address, Tcp(path, SYN), &request);
    world.Run(1 * S);
    const sst::FlowKey key{6, 40000, server.address, 443};
    for (uint32_t i = 1; i <= 40; i++)
    {
        const size_t before = client.received.size();
        client.Send(6, server.address, Tcp(path, ACK, FromText("ping"), 1000 + i));
        world.Run(1 * S);
        EXPECT_EQ(client.received.size(), before + 1) << i;
        world.Run(5 * MINUTE - 1 * S);
    }
    // 200 minutes: at least 13 quarters, at most one step each
    EXPECT_GE(client.endpoint.FindFlow(key).epoch, 12u);
    EXPECT_LE(client.endpoint.FindFlow(key).epoch, 13u);
    EXPECT_EQ(server.endpoint.FindFlow({6, 443, client.address, 40000}).epoch,
              client.endpoint.FindFlow(key).epoch);
    EXPECT_EQ(server.endpoint.Count(sst::Reason::DECRYPT), 0u);
    EXPECT_EQ(client.endpoint.Count(sst::Reason::DECRYPT), 0u);
    for (const Packet& packet : world.log)
    {
        EXPECT_TRUE(packet.marked);
    }
    std::vector<uint32_t> numbers = NumbersSent(client);
    EXPECT_EQ(std::set<uint32_t>(numbers.begin(), numbers.end()).size(), numbers.size());
}

// One direction only: the silent side's answers let the sender go on through its epochs.
TEST(EpochEndpoint, OneWayTraffic)
{
    World world;
    Host& client = world.Add("10.0.0.1", 1);
    Host& server = world.Add("10.0.0.2", 2);
    world.names["server"] = {server.address, server.Serve()};
    client.autoResolve = true;
    Path path{client.address, 40000, server.address, 53};
    sst::Request request = Ask(sst::Policy::REQUIRE);
    client.Send(17, server.address, Udp(path, FromText("first")), &request);
    world.Run(1 * S);
    const sst::FlowKey key{17, 40000, server.address, 53};
    const uint32_t index = client.endpoint.FindFlow(key).index;
    size_t delivered = server.received.size();
    for (uint32_t epoch = 0; epoch < 6; epoch++)
    {
        for (uint64_t offset : {uint64_t{0}, uint64_t{EPOCH} / 2, uint64_t{EPOCH} - 1})
        {
            const uint64_t number = uint64_t{epoch} * EPOCH + offset;
            ASSERT_TRUE(offset == 0 || client.endpoint.SkipNumbers(index, number));
            EXPECT_EQ(Say(client.Send(17, server.address, Udp(path, FromText("x")))), "send none");
            world.Run(2 * S);
            EXPECT_EQ(server.received.size(), ++delivered);
        }
    }
    EXPECT_EQ(client.endpoint.FindFlow(key).epoch, 5u);
    // idle afterwards: nobody answers anybody
    const size_t quiet = world.log.size();
    world.Run(100 * S);
    EXPECT_LE(world.log.size(), quiet + 1);
}

// Without an answer the sender stops at the end of the epoch and goes on when one comes.
TEST(EpochEndpoint, ExhaustedWithoutThePeer)
{
    ClientBench bench;
    ReferenceSession& session = bench.Establish();
    const sst::FlowKey key = bench.Key();
    const uint32_t index = bench.host.endpoint.FindFlow(key).index;
    ASSERT_TRUE(bench.host.endpoint.SkipNumbers(index, EPOCH));
    auto say = [&] {
        return Say(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, FromText("x"))));
    };
    EXPECT_EQ(say(), "send none") << "0 to 1 needs no packet of the peer";
    ASSERT_TRUE(bench.host.endpoint.SkipNumbers(index, 2 * EPOCH));
    EXPECT_EQ(say(), "drop number-exhausted");
    EXPECT_EQ(bench.host.endpoint.FindFlow(key).state, sst::FlowState::SST) << "the session stays";
    session.nextNumber = EPOCH;
    bench.InjectData(6, Tcp(bench.FlowPath().Reverse(), ACK, FromText("y")));
    EXPECT_EQ(say(), "send none");
    EXPECT_EQ(bench.host.endpoint.FindFlow(key).epoch, 2u);
    EXPECT_FALSE(bench.host.endpoint.SkipNumbers(index, 5));
    EXPECT_FALSE(bench.host.endpoint.SkipNumbers(index ^ 1, 3 * EPOCH)) << "no such session";
}

// "Hard stop at 2^32 - 2^16: the session closes."
TEST(EpochEndpoint, HardStopCloses)
{
    BenchOptions options;
    options.config.maxPacketNumber = 10;
    ClientBench bench(options);
    bench.Establish();
    ASSERT_EQ(bench.host.endpoint.SessionCount(), 1u);
    std::string last;
    for (int i = 0; i < 12; i++)
    {
        last = Say(bench.host.Send(6, bench.server, Tcp(bench.FlowPath(), ACK, FromText("x"))));
    }
    EXPECT_EQ(last, "drop tombstone");
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
    EXPECT_EQ(bench.host.endpoint.Count(sst::Reason::NUMBER_EXHAUSTED), 1u);
    EXPECT_EQ(Say(bench.Connect(40001)), "wait none") << "a new flow gets a new session";
}
