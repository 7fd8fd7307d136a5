// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Feeds random and mutated bytes to every entry of the codec:
//     sst-codec-fuzz COUNT SEED
// COUNT inputs for each entry, the same for the same seed. Meant to be built with
// AddressSanitizer and UndefinedBehaviorSanitizer; ends with 0 and one line for each entry.
// Half of the inputs meet a cipher that accepts everything, so that what lies behind the
// tag is reached as well.

#include "fuzz-kit.h"

using namespace sstfuzz;

namespace
{

uint8_t
Outer(Dice& dice)
{
    static const uint8_t protocols[] = {6, 6, 6, 17, 17, 1, 58, 0, 59};
    return protocols[dice.Below(sizeof protocols)];
}

void
FuzzKeyValue(uint64_t count, Dice& dice)
{
    Tally tally;
    std::vector<sst::KeyEntry> entries;
    for (uint64_t i = 0; i < count; i++)
    {
        Bytes value = dice.Fill(dice.Below(200));
        if (i % 4 != 0)
        {
            std::vector<sst::KeyEntry> good(1 + dice.Below(4));
            for (size_t k = 0; k < good.size(); k++)
            {
                good[k].keyId = static_cast<uint8_t>(k);
                good[k].publicKey[0] = static_cast<uint8_t>(9 + k);
            }
            value = sst::SerializeKeyValue(good);
            value = i % 4 == 1 ? value : dice.Mutate(value);
        }
        sst::KeyValueStatus status = sst::ParseKeyValue(value.data(), value.size(), entries);
        tally.counts[sst::ToString(status)]++;
        (void)sst::PrintKeyValue(value.data(), value.size());
        (void)sst::DescribeKeyValue(entries);
        if ((status == sst::KeyValueStatus::OK) == entries.empty())
        {
            std::fprintf(stderr, "key value: status and entries disagree\n");
            std::abort();
        }
    }
    tally.Print("key-value", count);
}

enum class Kind
{
    INIT, //!< at a server
    RESP, //!< at a client that waits
    DATA  //!< on a live session
};

/// A pair in the state that \p kind needs. \return protocol and packet to start from
std::pair<uint8_t, Bytes>
Prepare(Pair& pair, Kind kind, Dice& dice)
{
    if (kind == Kind::DATA)
    {
        pair.Establish();
        pair.client.Out(6, Segment(6, 1000, 443, 16, 40), nullptr, 3, pair.clock);
        return pair.client.sent.back();
    }
    uint16_t port = static_cast<uint16_t>(1000 + dice.Below(1000));
    uint8_t protocol = dice.Below(2) ? 6 : 17;
    auto init = pair.Init(port, protocol);
    if (kind == Kind::INIT)
    {
        return init;
    }
    pair.server.In(init.first, true, init.second, pair.clock);
    pair.server.Out(protocol, Segment(protocol, 443, port, 18, 0), nullptr, 1, pair.clock);
    pair.Pass(10000000);
    return pair.server.sent.empty() ? init : pair.server.sent.back();
}

/// \return \p good changed; a part of the inputs only behind the header, under a fresh e or number
Bytes
MakeInput(Kind kind, const Bytes& good, uint64_t round, Dice& dice)
{
    switch (dice.Below(10))
    {
    case 0:
        return dice.Fill(dice.Below(400));
    case 1:
    case 2:
    case 3:
        return dice.Mutate(good);
    default:
        break;
    }
    if (kind == Kind::DATA)
    {
        Bytes input = dice.MutateBehind(good, 26);
        input[5] = static_cast<uint8_t>(1 + (round >> 16));
        input[6] = static_cast<uint8_t>(round >> 8);
        input[7] = static_cast<uint8_t>(round);
        return input;
    }
    Bytes input = dice.MutateBehind(good, kind == Kind::INIT ? 64 : 48);
    Bytes e = dice.Fill(32);
    std::copy(e.begin(), e.end(), input.begin() + (kind == Kind::INIT ? 32 : 16));
    return input;
}

void
FuzzIngress(const char* name, Kind kind, uint64_t count, Dice& dice)
{
    Tally tally;
    std::unique_ptr<Pair> pair;
    std::pair<uint8_t, Bytes> good;
    bool stale = true;
    for (uint64_t i = 0; i < count; i++)
    {
        if (stale || i % 200 == 0)
        {
            pair = std::make_unique<Pair>(dice, i / 200 % 2 == 0);
            good = Prepare(*pair, kind, dice);
        }
        Bytes input = MakeInput(kind, good.second, i, dice);
        Box& target = kind == Kind::RESP ? pair->client : pair->server;
        uint8_t outer = dice.Below(8) == 0 ? Outer(dice) : good.first;
        sst::Verdict verdict = target.In(outer, dice.Below(8) != 0, input, pair->clock);
        tally.counts[sst::ToString(verdict.outcome)]++;
        target.sent.clear();
        stale = kind == Kind::RESP && (verdict.outcome == sst::Outcome::DELIVER ||
                                       verdict.outcome == sst::Outcome::CONSUMED);
    }
    tally.Print(name, count);
}

/// Whatever a stack might send, flows bound and not.
void
FuzzEgress(uint64_t count, Dice& dice)
{
    Tally tally;
    std::unique_ptr<Pair> pair;
    for (uint64_t i = 0; i < count; i++)
    {
        if (i % 500 == 0)
        {
            pair = std::make_unique<Pair>(dice, i % 1000 == 0);
            pair->Establish();
        }
        uint8_t protocol = dice.Below(2) ? 6 : 17;
        Bytes segment = Segment(protocol,
                                static_cast<uint16_t>(1000 + dice.Below(4)),
                                443,
                                static_cast<uint8_t>(dice.Next()),
                                dice.Below(100));
        if (dice.Below(3) == 0) // an ICMP error about it
        {
            Bytes icmp(28);
            icmp[0] = pair->v6 ? 1 : 3;
            icmp[8] = 0x45;
            icmp[17] = protocol;
            icmp.insert(icmp.end(), segment.begin(), segment.end());
            segment = icmp;
            protocol = pair->v6 ? 58 : 1;
        }
        segment = dice.Below(3) ? dice.Mutate(segment) : segment;
        sst::Request request = pair->request;
        request.policy = static_cast<sst::Policy>(dice.Below(3));
        Box& box = dice.Below(2) ? pair->client : pair->server;
        sst::Verdict verdict = box.Out(dice.Below(10) ? protocol : Outer(dice),
                                       segment,
                                       dice.Below(3) ? &request : nullptr,
                                       i + 1,
                                       pair->clock);
        tally.counts[sst::ToString(verdict.outcome)]++;
        box.sent.clear();
    }
    tally.Print("egress", count);
}

/// Sequences of everything, packets exchanged, lost, repeated and damaged on the way.
void
FuzzSequence(uint64_t count, Dice& dice)
{
    Tally tally;
    std::unique_ptr<Pair> pair;
    std::vector<std::pair<uint8_t, Bytes>> wire[2];
    for (uint64_t i = 0; i < count; i++)
    {
        if (i % 400 == 0)
        {
            pair = std::make_unique<Pair>(dice, dice.Below(2) != 0);
            wire[0].clear();
            wire[1].clear();
        }
        int side = static_cast<int>(dice.Below(2));
        Box& box = side ? pair->server : pair->client;
        sst::Request request = pair->request;
        request.policy = static_cast<sst::Policy>(dice.Below(3));
        uint16_t port = static_cast<uint16_t>(1000 + dice.Below(5));
        uint8_t protocol = dice.Below(3) ? 6 : 17;
        std::string what = "advance";
        switch (dice.Below(10))
        {
        case 0:
        case 1:
        case 2:
        case 3: {
            Bytes segment = Segment(
                protocol,
                side ? 443 : port,
                side ? port : 443,
                static_cast<uint8_t>(dice.Below(4) ? 2 + 14 * dice.Below(2) : dice.Below(32)),
                0);
            what = sst::ToString(
                box.Out(protocol, segment, dice.Below(2) ? &request : nullptr, i + 1, pair->clock)
                    .outcome);
            break;
        }
        case 4:
        case 5:
        case 6:
        case 7:
            if (!wire[1 - side].empty())
            {
                auto packet = wire[1 - side][dice.Below(wire[1 - side].size())];
                Bytes bytes = dice.Below(4) ? packet.second : dice.Mutate(packet.second);
                what = sst::ToString(
                    box.In(packet.first, dice.Below(6) != 0, bytes, pair->clock).outcome);
            }
            break;
        case 8:
            box.endpoint.Abandon({protocol, port, box.peer, 443}, pair->clock);
            box.Drain();
            what = "abandon";
            break;
        default:
            pair->Pass(dice.Below(20) ? dice.Below(SECOND) : dice.Below(9000 * SECOND));
            break;
        }
        tally.counts[what]++;
        wire[0].insert(wire[0].end(), pair->client.sent.begin(), pair->client.sent.end());
        wire[1].insert(wire[1].end(), pair->server.sent.begin(), pair->server.sent.end());
        pair->client.sent.clear();
        pair->server.sent.clear();
    }
    tally.Print("sequence", count);
}

} // namespace

int
main(int argc, char** argv)
{
    char* end = nullptr;
    uint64_t count = argc > 1 ? std::strtoull(argv[1], &end, 10) : 100000;
    if (argc > 3 || (argc > 1 && (*end != '\0' || count == 0)))
    {
        std::fprintf(stderr, "usage: %s COUNT SEED, both decimal, COUNT at least 1\n", argv[0]);
        return 2;
    }
    uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    Dice dice(seed);
    FuzzKeyValue(count, dice);
    FuzzIngress("init", Kind::INIT, count, dice);
    FuzzIngress("resp", Kind::RESP, count, dice);
    FuzzIngress("data", Kind::DATA, count, dice);
    FuzzEgress(count, dice);
    FuzzSequence(count, dice);
    return 0;
}
