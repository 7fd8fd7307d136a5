// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_SECRET_DUO_H
#define SST_SECRET_DUO_H

#include "sst/endpoint.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

/**
 * @file
 * A client and a server whose secrets are watched, without a test framework: nothing here looks
 * into segments, keys or packets.
 */

namespace ssttest
{

constexpr uint8_t CLIENT = 1;
constexpr uint8_t SERVER = 2;

inline void
Check(bool so, const char* what)
{
    if (!so)
    {
        std::fprintf(stderr, "not so: %s\n", what);
        std::exit(1);
    }
}

/// What travels.
struct Sealed
{
    uint8_t to;
    uint8_t protocol;
    bool mark;
    std::vector<uint8_t> bytes;
};

/// Both ends.
class SecretDuo
{
  public:
    SecretDuo(sst::Random& random, std::shared_ptr<const sst::Cipher> cipher, bool retries)
        : m_random{random},
          m_cipher{std::move(cipher)},
          m_retries{retries}
    {
        client = Make();
        server = Make();
    }

    /// A fresh server that knows nothing of sessions.
    void RestartServer(const sst::KeyPair& key)
    {
        server = Make();
        Check(server->AddServerKey(key, clock), "the server takes its key");
    }

    void Learn(const sst::PublicKey& publicKey, uint8_t keyId)
    {
        sst::KeyEntry entry;
        entry.keyId = keyId;
        entry.flags = sst::KEY_FLAG_EARLY_SYN | sst::KEY_FLAG_LAYOUT_U;
        entry.publicKey = publicKey;
        client->ProvideKeys("s", At(SERVER), sst::KeyAnswer::KEYS, {entry}, clock, 4433);
        Drain(CLIENT);
    }

    /// A TCP segment of the one flow, or of another where `port` says so.
    sst::Verdict Send(uint8_t from,
                      uint8_t flags,
                      const std::vector<uint8_t>& payload = {},
                      uint16_t port = 1000)
    {
        sst::Buffer buffer;
        uint8_t* segment = buffer.Resize(20 + payload.size());
        std::memset(segment, 0, 20);
        const uint16_t source = from == CLIENT ? port : 443;
        const uint16_t destination = from == CLIENT ? 443 : port;
        segment[0] = static_cast<uint8_t>(source >> 8);
        segment[1] = static_cast<uint8_t>(source);
        segment[2] = static_cast<uint8_t>(destination >> 8);
        segment[3] = static_cast<uint8_t>(destination);
        segment[12] = 0x50;
        segment[13] = flags;
        if (!payload.empty())
        {
            std::memcpy(segment + 20, payload.data(), payload.size());
        }
        sst::Request request;
        request.policy = sst::Policy::REQUIRE;
        request.name = "s";
        request.layout = layout;
        sst::Meta meta;
        meta.protocol = 6;
        meta.local = At(from);
        meta.peer = At(Other(from));
        meta.mtu = 1500;
        meta.cookie = ++m_cookie;
        const sst::Verdict verdict =
            End(from).Egress(meta, from == CLIENT ? &request : nullptr, buffer, clock);
        if (verdict.outcome == sst::Outcome::SEND)
        {
            Put(from, verdict.protocol, verdict.mark, buffer);
        }
        Drain(from);
        return verdict;
    }

    /// Everything that travels arrives, and what that makes travel too.
    void Carry()
    {
        while (!wire.empty())
        {
            const Sealed packet = wire.front();
            wire.pop_front();
            (void)Arrive(packet);
        }
    }

    sst::Verdict Arrive(const Sealed& packet)
    {
        sst::Meta meta;
        meta.protocol = packet.protocol;
        meta.local = At(packet.to);
        meta.peer = At(Other(packet.to));
        meta.marked = packet.mark;
        sst::Buffer buffer;
        buffer.Assign(packet.bytes.data(), packet.bytes.size());
        const sst::Verdict verdict = End(packet.to).Ingress(meta, buffer, clock);
        delivered += verdict.outcome == sst::Outcome::DELIVER ? 1 : 0;
        last = verdict;
        Drain(packet.to);
        return verdict;
    }

    void Pass(uint64_t ns)
    {
        clock.monotonicNs += ns;
        clock.unixMs += ns / sst::NS_PER_MS;
        for (uint8_t end : {CLIENT, SERVER})
        {
            End(end).Tick(clock);
            Drain(end);
        }
    }

    /// The three packets after which both sessions are up.
    void Connect(uint16_t port = 1000)
    {
        (void)Send(CLIENT, 2, {}, port);
        Carry();
        (void)Send(SERVER, 18, {}, port);
        Carry();
        Pass(10 * sst::NS_PER_MS);
        Carry();
        (void)Send(CLIENT, 16, {}, port);
        Carry();
    }

    /// Puts the sender of `end` to the first number of the next epoch.
    void SkipEpoch(uint8_t end, uint64_t epoch)
    {
        sst::FlowKey flow{6,
                          static_cast<uint16_t>(end == CLIENT ? 1000 : 443),
                          At(Other(end)),
                          static_cast<uint16_t>(end == CLIENT ? 443 : 1000)};
        const sst::FlowInfo info = End(end).FindFlow(flow);
        Check(info.state == sst::FlowState::SST, "the flow is sealed");
        Check(End(end).SkipNumbers(info.index, epoch << 24), "numbers may be left out");
    }

    sst::Endpoint& End(uint8_t end)
    {
        return end == CLIENT ? *client : *server;
    }

    static uint8_t Other(uint8_t end)
    {
        return static_cast<uint8_t>(CLIENT + SERVER - end);
    }

    static sst::IpAddress At(uint8_t end)
    {
        const uint8_t bytes[4] = {10, 0, 0, end};
        return sst::IpAddress::From(bytes, 4);
    }

    sst::Clock clock{1000 * sst::NS_PER_S, 1800000000000};
    std::unique_ptr<sst::Endpoint> client;
    std::unique_ptr<sst::Endpoint> server;
    std::deque<Sealed> wire;                           //!< in flight
    size_t delivered{0};                               //!< segments handed to a stack
    sst::Verdict last{};                               //!< of the packet that arrived last
    sst::LayoutChoice layout{sst::LayoutChoice::N};    //!< asked for
    std::function<void(std::vector<uint8_t>&)> onWire; //!< called for each packet sent

  private:
    std::unique_ptr<sst::Endpoint> Make()
    {
        sst::EndpointConfig config;
        config.udpPort = 4433;
        config.maxHalfOpen = m_retries ? 0 : 1024;
        return std::make_unique<sst::Endpoint>(config, m_random, m_cipher);
    }

    void Put(uint8_t from, uint8_t protocol, bool mark, const sst::Buffer& buffer)
    {
        wire.push_back({Other(from),
                        protocol,
                        mark,
                        std::vector<uint8_t>(buffer.Data(), buffer.Data() + buffer.Size())});
        if (onWire)
        {
            onWire(wire.back().bytes);
        }
    }

    void Drain(uint8_t end)
    {
        sst::Action action;
        while (End(end).Poll(action))
        {
            if (action.kind == sst::Action::Kind::SEND)
            {
                Put(end, action.protocol, action.mark, action.bytes);
            }
        }
    }

    sst::Random& m_random;
    std::shared_ptr<const sst::Cipher> m_cipher;
    bool m_retries;
    uint64_t m_cookie{0};
};

} // namespace ssttest

#endif // SST_SECRET_DUO_H
