/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

// INITs from spoofed sources.

#include "soak-kit.h"

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

namespace sstsoak
{

namespace
{

/// 10^5 INITs a second from spoofed sources; once a second a client connects.
class Flood
{
  public:
    Flood(uint64_t count, uint64_t seed)
        : m_count{count},
          m_dice{seed},
          m_attacker{sstbench::RoomFor(INITS, false), m_random},
          m_server{EndpointConfig(), m_random}
    {
        const KeyPair pair = GenerateKeyPair(m_random, 1, KEY_FLAG_EARLY_SYN, m_clock);
        (void)m_server.AddServerKey(pair, m_clock);
        m_entry.keyId = 1;
        m_entry.flags = pair.flags;
        m_entry.publicKey = pair.publicKey;
        for (size_t i = 0; i < INITS; i++)
        {
            MakeInit(i);
        }
    }

    int Run()
    {
        Require(!m_inits.empty(), "the attacker has INITs");
        if (m_inits.empty())
        {
            return g_wrong;
        }
        const size_t before = Resident();
        size_t sessions = 0;
        uint64_t refused = 0;
        uint64_t taken = 0;
        uint64_t connected = 0;
        uint64_t tried = 0;
        for (uint64_t i = 0; i < m_count; i++)
        {
            m_clock.monotonicNs += NS_PER_S / RATE;
            m_clock.unixMs = 1800000000000 + m_clock.monotonicNs / NS_PER_MS;
            const std::vector<uint8_t>& init = m_inits[i % m_inits.size()];
            m_in.Assign(init.data(), init.size());
            Meta meta;
            meta.protocol = PROTOCOL_TCP;
            meta.local = Server();
            const auto source = static_cast<uint32_t>(m_dice.Next());
            uint8_t raw[4];
            wire::Store32(raw, source);
            raw[0] = static_cast<uint8_t>(20 + raw[0] % 200);
            meta.peer = IpAddress::From(raw, 4);
            meta.marked = true;
            const Verdict verdict = m_server.Ingress(meta, m_in, m_clock);
            const bool isRefused = verdict.reason == Reason::RETRY_SENT;
            (isRefused ? refused : taken)++;
            Forget();
            if (m_server.NextDeadlineNs() <= m_clock.monotonicNs)
            {
                m_server.Tick(m_clock);
                Forget();
            }
            sessions = std::max(sessions, m_server.SessionCount());
            if (i % RATE == RATE / 2)
            {
                tried++;
                connected += Connect(tried) ? 1 : 0;
            }
        }
        const double memory = static_cast<double>(Resident()) - static_cast<double>(before);
        Say("different INITs", static_cast<double>(m_inits.size()), "");
        Say("INITs", static_cast<double>(m_count), "");
        Say("in virtual time", static_cast<double>(m_count) / RATE, "s", 1);
        Say("answered with RETRY", static_cast<double>(refused), "");
        Say("taken or dropped after X25519", static_cast<double>(taken), "");
        Say("CPU time of a refused INIT", RefusedNs(), "ns");
        Say("most sessions at once", static_cast<double>(sessions), "");
        Say("memory added", memory / 1e6, "MB", 1);
        Say("real clients that connected", static_cast<double>(connected), "");
        Say("real clients", static_cast<double>(tried), "");
        // AddressSanitizer keeps what was given back, so that late use of it is seen.
#ifndef __SANITIZE_ADDRESS__
        Require(memory <= 64e6, "more than 64 MB");
#endif
        Require(connected == tried, "a real client did not connect");
        return g_wrong;
    }

  private:
    static constexpr size_t INITS = 4096;
    static constexpr uint64_t RATE = 100000;

    static IpAddress Server()
    {
        return sstbench::BenchWorld::AddressOf(11, 1);
    }

    /// @return CPU time of one INIT answered with RETRY, the clock standing still
    double RefusedNs()
    {
        constexpr int ROUNDS = 20000;
        Meta meta;
        meta.protocol = PROTOCOL_TCP;
        meta.local = Server();
        meta.marked = true;
        int refused = 0;
        uint64_t spent = 0;
        while (refused < ROUNDS)
        {
            const uint64_t begin = CpuNs();
            int now = 0;
            for (int i = 0; i < 100; i++)
            {
                const std::vector<uint8_t>& init = m_inits[static_cast<size_t>(i) % m_inits.size()];
                m_in.Assign(init.data(), init.size());
                meta.peer = sstbench::BenchWorld::AddressOf(9, m_dice.Next() & 0xffffff);
                now += m_server.Ingress(meta, m_in, m_clock).reason == Reason::RETRY_SENT ? 1 : 0;
                Forget();
            }
            // A round in which one was taken is left out.
            spent += now == 100 ? CpuNs() - begin : 0;
            refused += now == 100 ? 100 : 0;
        }
        return static_cast<double>(spent) / ROUNDS;
    }

    /// An INIT as an attacker with the public key makes it.
    void MakeInit(size_t i)
    {
        Request request;
        request.policy = Policy::REQUIRE;
        request.name = NAME;
        Meta meta;
        meta.protocol = PROTOCOL_TCP;
        meta.local = sstbench::BenchWorld::AddressOf(10, i + 100);
        meta.peer = Server();
        m_attacker.ProvideKeys(NAME, Server(), KeyAnswer::KEYS, {m_entry}, m_clock);
        Fill(m_buffer, PROTOCOL_TCP, static_cast<uint16_t>(1000 + i), 443, SYN, 1, nullptr, 0);
        (void)m_attacker.Egress(meta, &request, m_buffer, m_clock);
        while (m_attacker.Poll(m_action))
        {
            if (m_action.kind == Action::Kind::SEND)
            {
                m_inits.emplace_back(m_action.bytes.Data(),
                                     m_action.bytes.Data() + m_action.bytes.Size());
            }
        }
    }

    void Forget()
    {
        while (m_server.Poll(m_action))
        {
        }
    }

    /// A client with an endpoint of its own connects while the flood goes on.
    bool Connect(uint64_t i)
    {
        Endpoint client(EndpointConfig(), m_random);
        const IpAddress own = sstbench::BenchWorld::AddressOf(10, i);
        client.ProvideKeys(NAME, Server(), KeyAnswer::KEYS, {m_entry}, m_clock);
        Request request;
        request.policy = Policy::REQUIRE;
        request.name = NAME;
        Meta out;
        out.protocol = PROTOCOL_TCP;
        out.local = own;
        out.peer = Server();
        Meta in = out;
        std::swap(in.local, in.peer);
        in.marked = true;
        Fill(m_buffer, PROTOCOL_TCP, 1000, 443, SYN, 1, nullptr, 0);
        (void)client.Egress(out, &request, m_buffer, m_clock);
        std::deque<std::pair<bool, Buffer>> wire; // to the server, packet
        bool up = false;
        for (int round = 0; round < 6; round++)
        {
            // 10 ms a way, and RESP may wait 5 ms for the stack.
            m_clock.monotonicNs += 10 * NS_PER_MS;
            client.Tick(m_clock);
            m_server.Tick(m_clock);
            Collect(client, true, own, wire);
            Collect(m_server, false, own, wire);
            for (size_t n = wire.size(); n > 0; n--)
            {
                auto [toServer, packet] = std::move(wire.front());
                wire.pop_front();
                Meta meta = toServer ? in : out;
                meta.marked = true;
                const Verdict verdict =
                    (toServer ? m_server : client).Ingress(meta, packet, m_clock);
                if (toServer && verdict.outcome == Outcome::DELIVER)
                {
                    Fill(m_buffer, PROTOCOL_TCP, 443, 1000, SYN | ACK, 1, nullptr, 0);
                    Meta answer = in;
                    answer.marked = false;
                    if (m_server.Egress(answer, nullptr, m_buffer, m_clock).outcome ==
                        Outcome::SEND)
                    {
                        wire.emplace_back(false, Buffer());
                        wire.back().second.Assign(m_buffer.Data(), m_buffer.Size());
                    }
                }
                up = up || (!toServer && verdict.outcome == Outcome::DELIVER);
            }
        }
        return up;
    }

    void Collect(Endpoint& end,
                 bool toServer,
                 const IpAddress& own,
                 std::deque<std::pair<bool, Buffer>>& wire)
    {
        while (end.Poll(m_action))
        {
            if (m_action.kind == Action::Kind::SEND && (toServer || m_action.peer == own))
            {
                wire.emplace_back(toServer, Buffer());
                wire.back().second.Assign(m_action.bytes.Data(), m_action.bytes.Size());
            }
        }
    }

    uint64_t m_count;
    Dice m_dice;
    ssttest::SplitMixRandom m_random{1};
    Clock m_clock{1000 * NS_PER_S, 1800000000000};
    Endpoint m_attacker;
    Endpoint m_server;
    KeyEntry m_entry;
    std::vector<std::vector<uint8_t>> m_inits;
    Buffer m_buffer;
    Buffer m_in;
    Action m_action;
};

} // namespace

int
RunFlood(uint64_t count, uint64_t seed)
{
    return Flood(count, seed).Run();
}

} // namespace sstsoak
