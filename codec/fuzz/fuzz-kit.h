// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_FUZZ_KIT_H
#define SST_FUZZ_KIT_H

#include "../test/splitmix.h"
#include "sst/endpoint.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace sstfuzz
{

using Bytes = std::vector<uint8_t>;

constexpr uint64_t SECOND = 1000000000;

class Dice : public ssttest::SplitMix
{
  public:
    using SplitMix::SplitMix;

    Bytes Fill(size_t size)
    {
        Bytes out(size);
        for (uint8_t& b : out)
        {
            b = static_cast<uint8_t>(Next());
        }
        return out;
    }

    /// Bits, bytes, lengths and places of \p bytes changed.
    Bytes Mutate(Bytes bytes)
    {
        static const uint8_t edges[] = {0, 1, 2, 3, 4, 5, 6, 16, 17, 58, 59, 127, 128, 254, 255};
        for (uint64_t rounds = 1 + Below(4); rounds > 0; rounds--)
        {
            size_t at = bytes.empty() ? 0 : Below(bytes.size());
            switch (Below(8))
            {
            case 0:
                bytes.resize(Below(bytes.size() + 1));
                break;
            case 1: {
                Bytes more = Fill(Below(70));
                bytes.insert(bytes.begin() + at, more.begin(), more.end());
                break;
            }
            case 2:
                bytes.erase(bytes.begin() + at,
                            bytes.begin() + std::min(bytes.size(), at + Below(20)));
                break;
            case 3:
            case 4:
                if (!bytes.empty())
                {
                    bytes[at] ^= static_cast<uint8_t>(1 << Below(8));
                }
                break;
            default:
                if (!bytes.empty())
                {
                    bytes[at] =
                        Below(2) ? edges[Below(sizeof edges)] : static_cast<uint8_t>(Next());
                }
                break;
            }
        }
        return bytes;
    }

    /// The same behind \p offset only, the size kept: what precedes stays acceptable.
    Bytes MutateBehind(const Bytes& bytes, size_t offset)
    {
        if (bytes.size() <= offset)
        {
            return bytes;
        }
        Bytes tail = Mutate(Bytes(bytes.begin() + offset, bytes.end()));
        tail.resize(bytes.size() - offset);
        Bytes out(bytes.begin(), bytes.begin() + offset);
        out.insert(out.end(), tail.begin(), tail.end());
        return out;
    }
};

class DiceRandom : public sst::Random
{
  public:
    explicit DiceRandom(uint64_t seed)
        : m_dice{seed}
    {
    }

    void Fill(sst::Purpose, uint8_t* out, size_t size) override
    {
        Bytes bytes = m_dice.Fill(size);
        std::copy(bytes.begin(), bytes.end(), out);
    }

  private:
    Dice m_dice;
};

/// Leaves everything readable and accepts every tag.
class OpenCipher : public sst::Cipher
{
  public:
    void Seal(const uint8_t*, uint64_t, const uint8_t*, size_t, uint8_t*, size_t, uint8_t* tag)
        const override
    {
        std::memset(tag, 0x11, TAG_SIZE);
    }

    bool Open(const uint8_t*, uint64_t, const uint8_t*, size_t, uint8_t*, size_t, const uint8_t*)
        const override
    {
        return true;
    }
};

inline sst::IpAddress
Address(uint8_t last, bool v6)
{
    uint8_t bytes[16] = {10, 0, 0, last};
    return sst::IpAddress::From(bytes, v6 ? 16 : 4);
}

/// A segment with the fields the codec looks at; checksums are of no interest.
inline Bytes
Segment(uint8_t protocol, uint16_t source, uint16_t destination, uint8_t flags, size_t payload)
{
    Bytes out(protocol == 6 ? 20 : 8);
    out[0] = static_cast<uint8_t>(source >> 8);
    out[1] = static_cast<uint8_t>(source);
    out[2] = static_cast<uint8_t>(destination >> 8);
    out[3] = static_cast<uint8_t>(destination);
    if (protocol == 6)
    {
        out[12] = 0x50;
        out[13] = flags;
    }
    else
    {
        out[4] = static_cast<uint8_t>((payload + 8) >> 8);
        out[5] = static_cast<uint8_t>(payload + 8);
    }
    out.resize(out.size() + payload, 'p');
    return out;
}

/// Times each outcome was met.
struct Tally
{
    std::map<std::string, uint64_t> counts;

    void Print(const char* name, uint64_t inputs) const
    {
        std::printf("%-14s %llu inputs:", name, static_cast<unsigned long long>(inputs));
        for (const auto& [outcome, count] : counts)
        {
            std::printf(" %s %llu", outcome.c_str(), static_cast<unsigned long long>(count));
        }
        std::printf("\n");
        std::fflush(stdout);
    }
};

/// An endpoint whose SEND actions and verdicts are collected.
struct Box
{
    DiceRandom random;
    sst::Endpoint endpoint;
    sst::IpAddress own;
    sst::IpAddress peer;
    std::vector<std::pair<uint8_t, Bytes>> sent; //!< protocol, packet

    Box(uint64_t seed, uint8_t last, bool v6, bool open, const sst::EndpointConfig& config)
        : random{seed},
          endpoint{config, random, open ? std::make_shared<OpenCipher>() : nullptr},
          own{Address(last, v6)},
          peer{Address(static_cast<uint8_t>(3 - last), v6)}
    {
    }

    void Drain()
    {
        sst::Action action;
        while (endpoint.Poll(action))
        {
            if (action.kind == sst::Action::Kind::SEND)
            {
                sent.emplace_back(
                    action.protocol,
                    Bytes(action.bytes.Data(), action.bytes.Data() + action.bytes.Size()));
            }
        }
    }

    sst::Verdict In(uint8_t protocol, bool marked, const Bytes& bytes, const sst::Clock& clock)
    {
        sst::Meta meta;
        meta.protocol = protocol;
        meta.local = own;
        meta.peer = peer;
        meta.marked = marked;
        sst::Buffer buffer;
        buffer.Assign(bytes.data(), bytes.size());
        (void)endpoint.MayConcern(meta, bytes.data(), bytes.size());
        sst::Verdict verdict = endpoint.Ingress(meta, buffer, clock);
        Drain();
        return verdict;
    }

    sst::Verdict Out(uint8_t protocol,
                     const Bytes& bytes,
                     const sst::Request* request,
                     uint64_t cookie,
                     const sst::Clock& clock)
    {
        sst::Meta meta;
        meta.protocol = protocol;
        meta.local = own;
        meta.peer = peer;
        meta.mtu = 1500;
        meta.cookie = cookie;
        sst::Buffer buffer;
        buffer.Assign(bytes.data(), bytes.size());
        sst::Verdict verdict = endpoint.Egress(meta, request, buffer, clock);
        if (verdict.outcome == sst::Outcome::SEND)
        {
            sent.emplace_back(verdict.protocol,
                              Bytes(buffer.Data(), buffer.Data() + buffer.Size()));
        }
        Drain();
        return verdict;
    }
};

/// Two endpoints, client first, and packets between them.
struct Pair
{
    sst::Clock clock{1000 * SECOND, 1800000000000};
    Box client;
    Box server;
    sst::Request request;
    bool v6;

    Pair(Dice& dice, bool open)
        : client{dice.Next(), 1, false, open, Config(dice)},
          server{dice.Next(), 2, false, open, Config(dice)},
          v6{dice.Below(2) != 0}
    {
        for (Box* box : {&client, &server})
        {
            box->own = Address(box == &client ? 1 : 2, v6);
            box->peer = Address(box == &client ? 2 : 1, v6);
        }
        sst::KeyPair pair = sst::GenerateKeyPair(server.random, 1, 3, clock);
        server.endpoint.AddServerKey(pair, clock);
        sst::KeyEntry entry;
        entry.keyId = 1;
        entry.flags = 3;
        entry.publicKey = pair.publicKey;
        client.endpoint.ProvideKeys("s", client.peer, sst::KeyAnswer::KEYS, {entry}, clock);
        request.policy = sst::Policy::REQUIRE;
        request.name = "s";
        request.earlyUdp = true;
        request.coverage = static_cast<sst::Coverage>(dice.Below(3));
    }

    static sst::EndpointConfig Config(Dice& dice)
    {
        sst::EndpointConfig config;
        config.allowNarrowCoverage = true;
        config.maxFlows = 4096;
        config.maxSessions = 4096;
        config.restoreChecksums = dice.Below(2) != 0;
        return config;
    }

    /// INIT of a fresh flow. \return the packet
    std::pair<uint8_t, Bytes> Init(uint16_t port, uint8_t protocol)
    {
        client.sent.clear();
        client.Out(protocol, Segment(protocol, port, 443, 2, 0), &request, port, clock);
        return client.sent.empty() ? std::make_pair(uint8_t{6}, Bytes()) : client.sent.back();
    }

    /// A session that is up on both sides.
    void Establish()
    {
        auto init = Init(1000, 6);
        server.sent.clear();
        server.In(init.first, true, init.second, clock);
        server.Out(6, Segment(6, 443, 1000, 18, 0), nullptr, 1, clock);
        if (!server.sent.empty())
        {
            client.In(6, true, server.sent.back().second, clock);
        }
        client.sent.clear();
        client.Out(6, Segment(6, 1000, 443, 16, 10), nullptr, 2, clock);
        if (!client.sent.empty())
        {
            server.In(6, true, client.sent.back().second, clock);
        }
        clock.monotonicNs += SECOND;
    }

    void Pass(uint64_t ns)
    {
        clock.monotonicNs += ns;
        clock.unixMs += ns / 1000000;
        for (Box* box : {&client, &server})
        {
            if (box->endpoint.NextDeadlineNs() <= clock.monotonicNs)
            {
                box->endpoint.Tick(clock);
                box->Drain();
            }
            if (box->endpoint.NextDeadlineNs() <= clock.monotonicNs)
            {
                std::fprintf(stderr, "a deadline is due after Tick\n");
                std::abort();
            }
        }
    }
};

} // namespace sstfuzz

#endif // SST_FUZZ_KIT_H
