/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

// Loss, duplication, reordering, clock jumps, changing keys, epochs.

#include "soak-kit.h"

#include <algorithm>
#include <vector>

namespace sstsoak
{

namespace
{

/// Payload of a segment: which one it is, behind words that may never show.
struct Payload
{
    char magic[sizeof MAGIC];
    uint32_t direction;
    uint64_t id;
    uint8_t filling[40];
};

/// Client and server over a path that loses, repeats and reorders.
class Soak
{
  public:
    Soak(uint64_t count, uint64_t seed)
        : m_count{count},
          m_dice{seed},
          m_client{Config(), m_random},
          m_server{Config(), m_random},
          m_seen(REMEMBERED)
    {
        std::fill(m_seen.begin(), m_seen.end(), uint8_t{0});
        m_flight.resize(REORDER + 8);
        for (Packet& slot : m_flight)
        {
            slot.bytes.assign(2048, 1); // once and for all: what grows is then the endpoints'
        }
        Rotate();
        for (Flow& flow : m_flows)
        {
            Renew(flow);
        }
    }

    int Run()
    {
        size_t low = SIZE_MAX;
        size_t high = 0;
        for (uint64_t i = 0; i < m_count; i++)
        {
            Step();
            if (i >= m_count / 2 && i % (m_count / 100 + 1) == 0)
            {
                const size_t now = Resident();
                low = std::min(low, now);
                high = std::max(high, now);
            }
        }
        for (size_t i = 0; i < m_flight.size(); i++)
        {
            Arrive();
        }
        End();
        // what is read is a few pages up and down: flat is within 1 % of the middle, either way
        const double drift = static_cast<double>(high - low) / static_cast<double>(high + low);
        Say("segments offered", static_cast<double>(m_count), "");
        Say("sealed", static_cast<double>(m_sealed), "");
        Say("lost on the path", static_cast<double>(m_lost), "");
        Say("arrived twice", static_cast<double>(m_doubled), "");
        Say("delivered", static_cast<double>(m_delivered), "");
        Say("of those that arrived",
            100.0 * static_cast<double>(m_delivered) / static_cast<double>(m_sealed - m_lost),
            "%",
            2);
        Say("sessions opened", static_cast<double>(m_sessions), "");
        Say("flows opened", static_cast<double>(m_opened), "");
        Say("keys changed", static_cast<double>(m_rotations), "");
        Say("highest epoch", static_cast<double>(m_epoch), "");
        Say("virtual time", static_cast<double>(m_clock.monotonicNs) / 3.6e12, "h", 1);
        Say("memory", static_cast<double>(high) / 1e6, "MB", 1);
        Say("memory in the second half, up and down by", 100 * drift, "%", 2);
        for (size_t i = 1; i < REASON_COUNT; i++)
        {
            const auto reason = static_cast<Reason>(i);
            const uint64_t met = m_client.Count(reason) + m_server.Count(reason);
            if (met > 0)
            {
                Say((std::string("reason ") + ToString(reason)).c_str(),
                    static_cast<double>(met),
                    "");
            }
        }
        Require(m_count < 10000000 || drift <= 0.01, "memory is not flat");
        Require(m_delivered * 100 >= (m_sealed - m_lost) * 95, "too little was delivered");
        return g_wrong;
    }

  private:
    static constexpr size_t FLOWS = 24;
    static constexpr size_t REORDER = 1000;
    static constexpr size_t REMEMBERED = 1 << 20; //!< segments, more than are ever on the way

    struct Flow
    {
        uint8_t protocol;
        uint16_t port;
        uint64_t left; //!< segments until it is renewed
        bool up;       //!< the peer's stack saw its first segment
        bool u;        //!< layout U
    };

    struct Packet
    {
        bool used{false};
        bool toServer{false};
        uint8_t protocol{0};
        bool mark{false};
        std::vector<uint8_t> bytes;
    };

    static EndpointConfig Config()
    {
        EndpointConfig config;
        config.udpPort = UDP_PORT;
        config.maxFlows = 4096;
        config.maxTombstones = 256;
        config.maxReplayEntries = 4096;
        return config;
    }

    IpAddress At(bool server) const
    {
        return sstbench::BenchWorld::AddressOf(server ? 11 : 10, 1);
    }

    /// The server takes a key and, now and then, forgets its oldest one.
    void Rotate()
    {
        const auto keyId = static_cast<uint8_t>(m_rotations++);
        const KeyPair pair =
            GenerateKeyPair(m_random, keyId, KEY_FLAG_EARLY_SYN | KEY_FLAG_LAYOUT_U, m_clock);
        if (m_rotations > 2)
        {
            Require(m_server.RemoveServerKey(static_cast<uint8_t>(keyId - 2)), "a key was held");
        }
        Require(m_server.AddServerKey(pair, m_clock), "a key is taken");
        KeyEntry entry;
        entry.keyId = keyId;
        entry.flags = pair.flags;
        entry.publicKey = pair.publicKey;
        m_client.ProvideKeys(NAME, At(true), KeyAnswer::KEYS, {entry}, m_clock, UDP_PORT);
        m_entry = entry;
        Drain();
    }

    void Renew(Flow& flow)
    {
        flow.protocol = m_dice.Below(2) != 0 ? PROTOCOL_TCP : PROTOCOL_UDP;
        flow.port = static_cast<uint16_t>(1024 + m_port++ % 60000);
        flow.left = 50 + m_dice.Below(4000);
        flow.up = false;
        flow.u = m_dice.Chance(300);
        m_opened++;
        if (flow.protocol == PROTOCOL_TCP)
        {
            Fill(m_buffer, PROTOCOL_TCP, flow.port, 443, SYN, flow.port, nullptr, 0);
            Offer(flow, true);
        }
    }

    void Step()
    {
        m_clock.monotonicNs += 20000 + m_dice.Below(200000);
        m_clock.unixMs = m_unixBase + m_clock.monotonicNs / NS_PER_MS;
        Events();
        Tick();
        Flow& flow = m_flows[m_dice.Below(FLOWS)];
        if (flow.left-- == 0)
        {
            if (flow.protocol == PROTOCOL_TCP)
            {
                Fill(m_buffer, PROTOCOL_TCP, flow.port, 443, FIN | ACK, 9, nullptr, 0);
                Offer(flow, true);
            }
            Renew(flow);
        }
        // The server's stack speaks only in flows it has seen.
        const bool fromClient = !flow.up || m_dice.Below(2) != 0;
        Payload payload{};
        std::memcpy(payload.magic, MAGIC, sizeof MAGIC);
        payload.direction = fromClient ? 1 : 0;
        payload.id = m_nextId++;
        m_seen[payload.id % REMEMBERED] = 0;
        Fill(m_buffer,
             flow.protocol,
             fromClient ? flow.port : 443,
             fromClient ? 443 : flow.port,
             ACK,
             static_cast<uint32_t>(payload.id),
             &payload,
             sizeof payload);
        Offer(flow, fromClient);
        Arrive();
    }

    /// Clocks jump, keys change, numbers come close to the end of an epoch.
    void Events()
    {
        const uint64_t what = m_dice.Below(200000);
        if (what == 0)
        {
            m_clock.monotonicNs += (1 + m_dice.Below(4)) * 3600 * NS_PER_S;
            m_client.Tick(m_clock);
            m_server.Tick(m_clock);
            Drain();
        }
        else if (what <= 4)
        {
            const uint64_t jump = m_dice.Below(7200000);
            m_unixBase += m_dice.Below(2) != 0 ? jump : 0 - jump;
        }
        else if (what <= 6)
        {
            Rotate();
        }
        else if (what <= 40)
        {
            SkipNumbers(m_flows[m_dice.Below(FLOWS)]);
        }
    }

    void SkipNumbers(const Flow& flow)
    {
        const bool client = m_dice.Below(2) != 0;
        Endpoint& end = client ? m_client : m_server;
        const FlowInfo info = end.FindFlow(KeyOf(flow, client));
        if (info.state == FlowState::SST)
        {
            m_epoch = std::max(m_epoch, info.epoch);
            (void)end.SkipNumbers(info.index,
                                  (uint64_t{info.epoch} + 1) * (uint64_t{1} << 24) - 20);
        }
    }

    FlowKey KeyOf(const Flow& flow, bool client) const
    {
        FlowKey key;
        key.protocol = flow.protocol;
        key.peer = At(client);
        key.localPort = client ? flow.port : 443;
        key.peerPort = client ? 443 : flow.port;
        return key;
    }

    /// A segment of m_buffer leaves a stack.
    void Offer(const Flow& flow, bool fromClient)
    {
        Request request;
        request.policy = Policy::REQUIRE;
        request.name = NAME;
        request.layout = flow.u ? LayoutChoice::U : LayoutChoice::N;
        Meta meta;
        meta.protocol = flow.protocol;
        meta.local = At(!fromClient);
        meta.peer = At(fromClient);
        meta.mtu = 1500;
        Endpoint& end = fromClient ? m_client : m_server;
        const bool known = fromClient || end.FindFlow(KeyOf(flow, false)).state == FlowState::SST;
        if (!known)
        {
            return; // its session ended: the stack has no such connection any more
        }
        const Verdict verdict =
            end.Egress(meta, fromClient ? &request : nullptr, m_buffer, m_clock);
        Require(verdict.outcome != Outcome::PASS, "a segment left in clear");
        if (verdict.outcome == Outcome::SEND)
        {
            m_sealed++;
            Put(fromClient, verdict.protocol, verdict.mark, m_buffer);
        }
        Drain();
    }

    /// A packet enters the path: lost, once or twice, now or up to REORDER packets later.
    void Put(bool toServer, uint8_t protocol, bool mark, const Buffer& buffer)
    {
        const uint8_t* end = buffer.Data() + buffer.Size();
        Require(std::search(buffer.Data(), end, MAGIC, MAGIC + sizeof MAGIC - 1) == end,
                "a payload shows");
        if (m_dice.Chance(100))
        {
            m_lost++;
            return;
        }
        const int times = m_dice.Chance(50) ? 2 : 1;
        m_doubled += static_cast<uint64_t>(times - 1);
        for (int i = 0; i < times; i++)
        {
            const size_t late = m_dice.Chance(200) ? m_dice.Below(REORDER) : m_dice.Below(3);
            for (size_t at = late;; at++)
            {
                Packet& slot = m_flight[(m_now + at) % m_flight.size()];
                if (!slot.used)
                {
                    slot.used = true;
                    slot.toServer = toServer;
                    slot.protocol = protocol;
                    slot.mark = mark;
                    slot.bytes.assign(buffer.Data(), end);
                    break;
                }
                if (at > 4 * m_flight.size())
                {
                    m_lost++; // the path is full
                    break;
                }
            }
        }
    }

    /// What is due on the path arrives, two packets a step so that it does not fill.
    void Arrive()
    {
        for (int i = 0; i < 2; i++)
        {
            Packet& slot = m_flight[m_now % m_flight.size()];
            m_now++;
            if (slot.used)
            {
                slot.used = false;
                Receive(slot);
            }
        }
    }

    void Receive(const Packet& packet)
    {
        Meta meta;
        meta.protocol = packet.protocol;
        meta.local = At(packet.toServer);
        meta.peer = At(!packet.toServer);
        meta.marked = packet.mark;
        m_in.Assign(packet.bytes.data(), packet.bytes.size());
        Endpoint& end = packet.toServer ? m_server : m_client;
        const Verdict verdict = end.Ingress(meta, m_in, m_clock);
        if (verdict.outcome == Outcome::DELIVER)
        {
            Deliver(verdict.protocol, packet.toServer);
        }
        Drain();
    }

    void Deliver(uint8_t protocol, bool atServer)
    {
        const size_t header = protocol == PROTOCOL_TCP ? 20 : 8;
        const uint16_t port = wire::Load16(m_in.Data() + (atServer ? 0 : 2));
        for (Flow& flow : m_flows)
        {
            flow.up = flow.up || (atServer && flow.port == port && flow.protocol == protocol);
        }
        m_delivered++;
        if (m_in.Size() != header + sizeof(Payload))
        {
            if (protocol == PROTOCOL_TCP && (m_in.Data()[13] & SYN) != 0 && atServer)
            {
                Fill(m_buffer, PROTOCOL_TCP, 443, port, SYN | ACK, 1, nullptr, 0);
                Flow flow{};
                flow.protocol = PROTOCOL_TCP;
                flow.port = port;
                Offer(flow, false);
            }
            return;
        }
        Payload payload;
        std::memcpy(&payload, m_in.Data() + header, sizeof payload);
        Require(std::memcmp(payload.magic, MAGIC, sizeof MAGIC) == 0 && payload.id < m_nextId &&
                    payload.direction == (atServer ? 1U : 0U),
                "something was delivered that was never sent");
        Require(payload.id + REMEMBERED > m_nextId && m_seen[payload.id % REMEMBERED] == 0,
                "a replay was accepted");
        m_seen[payload.id % REMEMBERED] = 1;
    }

    void Tick()
    {
        for (Endpoint* end : {&m_client, &m_server})
        {
            if (end->NextDeadlineNs() <= m_clock.monotonicNs)
            {
                end->Tick(m_clock);
                Require(end->NextDeadlineNs() > m_clock.monotonicNs, "a deadline is still due");
            }
        }
        Drain();
    }

    void Drain()
    {
        while (m_client.Poll(m_action))
        {
            Take(true);
        }
        while (m_server.Poll(m_action))
        {
            Take(false);
        }
    }

    void Take(bool fromClient)
    {
        switch (m_action.kind)
        {
        case Action::Kind::SEND:
            m_sealed++;
            Put(fromClient, m_action.protocol, m_action.mark, m_action.bytes);
            break;
        case Action::Kind::PASS:
            Require(false, "a waiting segment left in clear");
            break;
        case Action::Kind::RESOLVE:
            m_client
                .ProvideKeys(NAME, m_action.peer, KeyAnswer::KEYS, {m_entry}, m_clock, UDP_PORT);
            break;
        case Action::Kind::EVENT:
            m_sessions += m_action.event == Action::Event::SESSION_UP && m_action.client ? 1 : 0;
            break;
        default:
            break;
        }
    }

    /// A day later nothing of the old flows is left.
    void End()
    {
        for (int i = 0; i < 10; i++)
        {
            m_clock.monotonicNs += 3 * 3600 * NS_PER_S;
            Tick();
            for (int packets = 0; packets < 200; packets++)
            {
                Flow flow{};
                flow.protocol = PROTOCOL_UDP;
                flow.port = static_cast<uint16_t>(64000 + packets % 3);
                Fill(m_buffer, PROTOCOL_UDP, flow.port, 443, 0, 0, nullptr, 0);
                Offer(flow, true);
                Arrive();
            }
        }
        Say("flows held a day later", static_cast<double>(m_client.FlowCount()), "");
        Say("sessions held a day later",
            static_cast<double>(m_client.SessionCount() + m_server.SessionCount()),
            "");
        Require(m_client.FlowCount() <= 3 && m_server.FlowCount() <= 3, "flows do not end");
        Require(m_client.SessionCount() <= 8 && m_server.SessionCount() <= 8,
                "sessions do not end");
    }

    uint64_t m_count;
    Dice m_dice;
    ssttest::SplitMixRandom m_random{1};
    Clock m_clock{1000 * NS_PER_S, 1800000000000};
    uint64_t m_unixBase{1800000000000};
    Endpoint m_client;
    Endpoint m_server;
    KeyEntry m_entry;
    Flow m_flows[FLOWS]{};
    std::vector<uint8_t> m_seen;
    std::vector<Packet> m_flight;
    size_t m_now{0};
    Buffer m_buffer;
    Buffer m_in;
    Action m_action;
    uint64_t m_nextId{0};
    uint64_t m_port{0};
    uint64_t m_sealed{0};
    uint64_t m_lost{0};
    uint64_t m_doubled{0};
    uint64_t m_delivered{0};
    uint64_t m_sessions{0};
    uint64_t m_opened{0};
    uint64_t m_rotations{0};
    uint32_t m_epoch{0};
};

} // namespace

int
RunPackets(uint64_t count, uint64_t seed)
{
    return Soak(count, seed).Run();
}

} // namespace sstsoak
