// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Random sequences of everything that can happen to two hosts. Whatever happens:
//  - every cookie that waited ends exactly once (Host keeps the account),
//  - no byte of a flow that asks for `require`, or that a session carried, leaves in clear,
//  - what comes out of a session is what went into it at the other end,
//  - no packet number is used twice on a session.

#include "test-bench.h"

#include <set>

using namespace ssttest;

namespace
{

/// The ports that must never be seen, and text in every payload.
constexpr uint16_t SECRET_PORT = 0xbeef;
const Bytes CANARY = FromText("CaNaRy!");

class Chaos
{
  public:
    /// \param mixed false: all sockets `require`; true: any policy, and sockets that ask nothing
    explicit Chaos(uint64_t seed, bool mixed = false, sst::EndpointConfig config = {})
        : m_mixed{mixed},
          m_dice{seed},
          m_a{m_world.Add("10.0.0.1", seed * 2 + 1, config)},
          m_b{m_world.Add("10.0.1.2", seed * 2 + 2, config)}
    {
        m_world.names["b"] = {m_b.address, m_b.Serve(1, static_cast<uint8_t>(m_dice.Below(4)))};
        m_world.names["a"] = {m_a.address, m_a.Serve(2, static_cast<uint8_t>(m_dice.Below(4)))};
        m_a.autoResolve = m_dice.Below(4) != 0;
        m_b.autoResolve = m_dice.Below(4) != 0;
        m_world.delayNs = 1 * MS + m_dice.Below(50) * MS;
        uint64_t loss = m_dice.Below(40);
        m_world.filter = [this, loss](Packet& packet) {
            if (m_dice.Below(20) == 0)
            {
                m_old.push_back(packet);
            }
            if (m_dice.Below(50) == 0)
            {
                packet.marked = false;
            }
            return m_dice.Below(100) >= loss;
        };
        for (Host* host : {&m_a, &m_b})
        {
            host->stack = [this, host](const Received& got) { Answer(*host, got); };
        }
    }

    /// \return segments that came out of a session
    size_t Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step();
            m_world.Run(m_dice.Below(3) == 0 ? m_dice.Below(2000) * MS : m_dice.Below(5) * MS);
            if (m_dice.Below(60) == 0)
            {
                m_world.Run(m_dice.Below(9000) * S);
            }
        }
        m_world.Run(1000 * S);
        Check();
        size_t sealed = 0;
        for (Host* host : {&m_a, &m_b})
        {
            for (const Received& got : host->received)
            {
                sealed += got.sealed;
            }
        }
        return sealed;
    }

  private:
    Host& Pick()
    {
        return m_dice.Below(2) ? m_a : m_b;
    }

    Host& Other(Host& host)
    {
        return &host == &m_a ? m_b : m_a;
    }

    /// A flow between two secret ports; which end opens it is a matter of dice.
    Path RandomPath(Host& from)
    {
        uint16_t ports[] = {SECRET_PORT, static_cast<uint16_t>(SECRET_PORT + 1)};
        return {from.address, ports[m_dice.Below(2)], Other(from).address, ports[m_dice.Below(2)]};
    }

    Bytes Payload()
    {
        return Concat({CANARY, m_dice.Fill(m_dice.Below(30))});
    }

    Bytes RandomSegment(const Path& path, uint8_t protocol)
    {
        static const int flags[] = {SYN, SYN, SYN, ACK, ACK | PSH, FIN | ACK, RST, SYN | ACK};
        if (protocol == 17)
        {
            return Udp(path, Payload());
        }
        int chosen = flags[m_dice.Below(8)];
        return Tcp(path,
                   static_cast<uint8_t>(chosen),
                   chosen & SYN ? Bytes{} : Payload(),
                   static_cast<uint32_t>(m_dice.Below(3)));
    }

    /// \return \p segment; where the port at \p offset was given by translation, what it may be on
    ///         the wire; that port itself, where a datagram for a name took the tuple over
    ///         (FLOW-13)
    static std::vector<Bytes> TruePorts(Bytes segment, size_t offset)
    {
        if (ReadBigEndian(segment, offset, 2) < 49152)
        {
            return {segment};
        }
        std::vector<Bytes> out{segment};
        for (uint16_t port : {SECRET_PORT, static_cast<uint16_t>(SECRET_PORT + 1)})
        {
            segment[offset] = static_cast<uint8_t>(port >> 8);
            segment[offset + 1] = static_cast<uint8_t>(port);
            out.push_back(segment);
        }
        return out;
    }

    void SendFrom(Host& host, const Path& path, uint8_t protocol, const Bytes& segment)
    {
        sst::Request request = Ask(sst::Policy::REQUIRE,
                                   &host == &m_a ? "b" : "a",
                                   sst::Coverage::SEGMENT,
                                   m_dice.Below(2) != 0);
        for (const Bytes& known : TruePorts(WithoutChecksum(protocol, segment), 2))
        {
            m_put[&host].insert(known);
        }
        bool asks = true;
        if (m_mixed)
        {
            request.policy = static_cast<sst::Policy>(m_dice.Below(3));
            asks = m_dice.Below(3) != 0;
        }
        sst::FlowKey key{protocol, path.sourcePort, path.destination, path.destinationPort};
        host.Tick(); // FindFlow speaks of the time last told
        bool bound = host.endpoint.FindFlow(key).state == sst::FlowState::SST;
        sst::Verdict verdict =
            host.Send(protocol, path.destination, segment, asks ? &request : nullptr);
        bool opens = protocol == 6 && (segment[13] & (SYN | ACK)) == SYN; // a new connection
        EXPECT_FALSE(bound && !opens && verdict.outcome == sst::Outcome::PASS)
            << "bound, yet clear: " << Say(verdict) << " " << key.ToString();
    }

    /// Now and then the stack answers what it got, as its socket: with the same policy.
    void Answer(Host& host, const Received& got)
    {
        if (got.sealed && (got.protocol == 6 || got.protocol == 17))
        {
            size_t known = 0;
            for (const Bytes& segment : TruePorts(WithoutChecksum(got.protocol, got.bytes), 0))
            {
                known += m_put[&Other(host)].count(segment);
            }
            EXPECT_GT(known, 0u) << "nothing comes out that did not go in";
            EXPECT_EQ(SlowL4Checksum(got.protocol, got.from, host.address, got.bytes), 0);
            if (m_dice.Below(10) == 0) // nobody listens: the stack says so
            {
                Path back{host.address, 0, got.from, 0};
                host.Send(1, got.from, IcmpUnreachable(back, got.protocol, got.bytes));
                return;
            }
            if (m_depth < 3 && m_dice.Below(3) != 0)
            {
                m_depth++;
                Path back{host.address,
                          static_cast<uint16_t>(ReadBigEndian(got.bytes, 2, 2)),
                          got.from,
                          static_cast<uint16_t>(ReadBigEndian(got.bytes, 0, 2))};
                bool syn = got.protocol == 6 && (got.bytes[13] & SYN);
                SendFrom(host,
                         back,
                         got.protocol,
                         got.protocol == 17 ? Udp(back, Payload())
                                            : Tcp(back,
                                                  static_cast<uint8_t>(syn ? SYN | ACK : ACK),
                                                  syn ? Bytes{} : Payload()));
                m_depth--;
            }
        }
    }

    void Step()
    {
        Host& host = Pick();
        uint8_t protocol = m_dice.Below(2) ? 6 : 17;
        Path path = RandomPath(host);
        switch (m_dice.Below(11))
        {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
            SendFrom(host, path, protocol, RandomSegment(path, protocol));
            break;
        case 5: // an old packet again, from the wire
            if (!m_old.empty())
            {
                Packet packet = m_old[m_dice.Below(m_old.size())];
                (packet.to == m_a.address ? m_a : m_b).Receive(packet);
            }
            break;
        case 6: // and a damaged one
            if (!m_old.empty())
            {
                Packet packet = m_old[m_dice.Below(m_old.size())];
                packet.bytes = Flip(packet.bytes, m_dice.Below(packet.bytes.size() * 8));
                packet.marked = m_dice.Below(2);
                (packet.to == m_a.address ? m_a : m_b).Receive(packet);
            }
            break;
        case 7: // somebody forges a clear segment
        {
            Path forged = RandomPath(Other(host));
            host.Receive({Other(host).address,
                          host.address,
                          protocol,
                          m_dice.Below(8) == 0,
                          RandomSegment(forged, protocol),
                          0});
            break;
        }
        case 8: {
            sst::KeyAnswer answers[] = {sst::KeyAnswer::ABSENT,
                                        sst::KeyAnswer::UNUSABLE,
                                        sst::KeyAnswer::TIMEOUT};
            const char* name = &host == &m_a ? "b" : "a";
            if (m_dice.Below(3) != 0)
            {
                host.Learn(name, Other(host).address, m_world.names[name].second);
            }
            else
            {
                host.Answer(name, Other(host).address, answers[m_dice.Below(3)]);
            }
            break;
        }
        case 9:
            host.Abandon({protocol, path.sourcePort, path.destination, path.destinationPort});
            break;
        default:
            host.Tick();
            break;
        }
    }

    void Check()
    {
        for (Host* host : {&m_a, &m_b})
        {
            EXPECT_TRUE(host->violations.empty()) << host->violations[0];
            EXPECT_TRUE(host->OpenCookies().empty()) << host->OpenCookies().size() << " still wait";
            EXPECT_EQ(host->endpoint.NextDeadlineNs(), UINT64_MAX);
        }
        std::set<Bytes> numbers;
        std::set<Bytes> ephemerals;
        for (const Packet& packet : m_world.log)
        {
            if (!m_mixed)
            {
                ASSERT_TRUE(packet.marked) << "in clear: " << ToHex(packet.bytes);
            }
            ASSERT_FALSE(packet.marked && Contains(packet.bytes, CANARY));
            if (packet.marked && packet.bytes[0] >> 6 == 0)
            {
                // direction, index, number
                Bytes id = Concat({Bytes{packet.from == m_a.address}, Slice(packet.bytes, 0, 8)});
                ASSERT_TRUE(numbers.insert(id).second) << "number used twice " << ToHex(id);
            }
        }
    }

    bool m_mixed;
    World m_world;
    Dice m_dice;
    Host& m_a;
    Host& m_b;
    std::vector<Packet> m_old;
    std::map<Host*, std::set<Bytes>> m_put;
    int m_depth{0};
};

} // namespace

class Property : public testing::TestWithParam<uint64_t>
{
};

TEST_P(Property, RequireNeverLeaks)
{
    size_t sealed = 0;
    for (uint64_t i = 0; i < 6; i++)
    {
        SCOPED_TRACE("seed " + std::to_string(GetParam() * 100 + i));
        sealed += Chaos(GetParam() * 100 + i).Run(150);
        if (HasFailure())
        {
            return;
        }
    }
    EXPECT_GT(sealed, 100u) << "the sequences do something";
}

// The same with limits so small that every one of them is met.
TEST_P(Property, RequireNeverLeaksInNarrowLimits)
{
    size_t sealed = 0;
    for (uint64_t i = 0; i < 6; i++)
    {
        SCOPED_TRACE("seed " + std::to_string(GetParam() * 100 + i));
        sst::EndpointConfig config;
        config.maxHalfOpen = 2;
        config.maxSessions = 3;
        config.maxFlowsPerSession = 2;
        config.maxFlows = 48; // 3 for one peer
        config.maxQueuePackets = 2;
        config.maxQueueBytes = 200;
        config.maxReplayEntries = 4;
        config.maxPacketNumber = 20;
        config.maxFailedOpens = 4;
        sealed += Chaos(GetParam() * 100 + i, false, config).Run(150);
        if (HasFailure())
        {
            return;
        }
    }
    EXPECT_GT(sealed, 30u);
}

// Any policy, and servers that ask for nothing: cookies end once, bound flows stay sealed.
TEST_P(Property, MixedPolicies)
{
    size_t sealed = 0;
    for (uint64_t i = 0; i < 6; i++)
    {
        SCOPED_TRACE("seed " + std::to_string(GetParam() * 100 + i));
        sealed += Chaos(GetParam() * 100 + i, true).Run(200);
        if (HasFailure())
        {
            return;
        }
    }
    EXPECT_GT(sealed, 30u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, Property, testing::Range<uint64_t>(0, 10));
