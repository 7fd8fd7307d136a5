// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The state machines: the input is a sequence of calls between three endpoints under a virtual
// clock, see endpoint-party.h for what is checked.

#include "endpoint-party.h"

#include <algorithm>
#include <vector>

using namespace sst;
using namespace sstfuzz;

namespace
{

constexpr size_t MAX_STEPS = 64;
constexpr uint64_t START_NS = 1000 * NS_PER_S;
constexpr uint64_t START_MS = 1800000000000;

/// Jumps of the monotonic clock: each timer of the protocol lies between two of them.
constexpr uint64_t JUMPS_NS[] = {0,
                                 NS_PER_MS,
                                 6 * NS_PER_MS,
                                 100 * NS_PER_MS,
                                 NS_PER_S,
                                 2 * NS_PER_S,
                                 3 * NS_PER_S,
                                 4 * NS_PER_S,
                                 11 * NS_PER_S,
                                 60 * NS_PER_S,
                                 121 * NS_PER_S,
                                 241 * NS_PER_S,
                                 310 * NS_PER_S,
                                 901 * NS_PER_S,
                                 7441 * NS_PER_S,
                                 25 * 3600 * NS_PER_S};

/// What an input does with the three hosts: 0 and 2 are clients, 1 serves; 2 serves too.
class Play
{
  public:
    explicit Play(Input& input)
        : m_input{input},
          m_v6{(input.Byte() & 1) != 0},
          m_parties{{m_wire, 0, m_v6, m_clock},
                    {m_wire, 1, m_v6, m_clock},
                    {m_wire, 2, m_v6, m_clock}}
    {
        const uint8_t flags = m_input.Byte();
        for (size_t i : {1, 2})
        {
            m_entries[i] = m_parties[i].Serve(static_cast<uint8_t>(i), flags & 0x0f);
        }
        if ((flags & 0x10) == 0)
        {
            Learn(0, 1);
        }
        if ((flags & 0x20) == 0)
        {
            Learn(2, 1);
        }
    }

    void Run()
    {
        for (size_t i = 0; i < MAX_STEPS && !m_input.IsEmpty(); i++)
        {
            Step();
        }
        // Everything that waits ends, and nothing lives for ever.
        for (int i = 0; i < 4; i++)
        {
            Pass(3 * 3600 * NS_PER_S);
        }
        for (Party& party : m_parties)
        {
            party.RequireAtRest();
        }
    }

  private:
    void Step()
    {
        const uint8_t what = m_input.Byte();
        Party& party = m_parties[m_input.Below(3)];
        switch (what % 16)
        {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
            Send(party);
            break;
        case 5:
        case 6:
        case 7:
        case 8:
            Carry(what % 16 == 8);
            break;
        case 9:
            CarryLast();
            break;
        case 10:
            Pass(JUMPS_NS[m_input.Below(16)]);
            break;
        case 11:
            Answer(party);
            break;
        case 12:
            party.Abandon(TakeFlow(party));
            break;
        case 13:
            party.Skip(m_input.Double());
            break;
        case 14:
            party.Dummy(m_input.Word());
            break;
        default:
            Turn(party);
            break;
        }
    }

    /// A segment of one of a few flows leaves the stack of a host.
    void Send(Party& party)
    {
        const FlowKey flow = TakeFlow(party);
        const uint8_t flags = m_input.Byte();
        Request request;
        request.policy = static_cast<Policy>(flags & 3);
        request.coverage = static_cast<Coverage>((flags >> 2) % 3);
        request.earlyUdp = (flags & 0x10) != 0;
        request.layout = static_cast<LayoutChoice>((flags >> 5) % 3);
        request.name = "s";
        const uint8_t size = m_input.Byte();
        party.Send(flow, m_input.Byte(), size, (flags & 0x80) != 0 ? nullptr : &request);
    }

    /// A packet sent before arrives: once more, late, from elsewhere, changed.
    void Carry(bool change)
    {
        if (m_wire.Count() == 0)
        {
            return;
        }
        WirePacket packet = m_wire.At(m_input.Byte() % m_wire.Count());
        if (change)
        {
            const uint8_t how = m_input.Byte();
            switch (how % 4)
            {
            case 0:
                packet.marked = !packet.marked;
                break;
            case 1:
                packet.from = static_cast<uint8_t>(m_input.Below(3));
                break;
            case 2:
                packet.Cut(m_input.Byte());
                break;
            default:
                packet.Change(m_input.Word(), m_input.Byte());
                break;
            }
        }
        Deliver(packet);
    }

    void CarryLast()
    {
        if (m_wire.Count() > 0)
        {
            Deliver(m_wire.At(m_wire.Count() - 1));
        }
    }

    void Deliver(const WirePacket& packet)
    {
        if (packet.to < 3 && packet.from != packet.to)
        {
            m_parties[packet.to].Receive(packet);
        }
    }

    void Pass(uint64_t ns)
    {
        m_clock.monotonicNs += ns;
        m_clock.unixMs += ns / NS_PER_MS;
        for (Party& party : m_parties)
        {
            party.Tick();
        }
    }

    /// Keys arrive, or the news that there are none.
    void Answer(Party& party)
    {
        const uint8_t what = m_input.Byte();
        const size_t server = 1 + (what >> 7);
        if (what % 4 == 0)
        {
            Learn(party.Id(), server);
        }
        else
        {
            party.Learn(static_cast<uint8_t>(server), static_cast<KeyAnswer>(what % 4), {});
        }
    }

    /// The Unix clock is set, or a server's key changes.
    void Turn(Party& party)
    {
        const uint8_t what = m_input.Byte();
        if (what % 2 == 0)
        {
            const uint64_t step = uint64_t{m_input.Word()} * 1000;
            m_clock.unixMs = (what & 2) != 0 ? m_clock.unixMs + step : m_clock.unixMs - step;
            return;
        }
        if (party.Id() != 0)
        {
            party.Retire();
            m_entries[party.Id()] = party.Serve(static_cast<uint8_t>(what >> 2), what & 0x0f);
        }
    }

    void Learn(size_t who, size_t server)
    {
        m_parties[who].Learn(static_cast<uint8_t>(server), KeyAnswer::KEYS, {m_entries[server]});
    }

    FlowKey TakeFlow(const Party& party)
    {
        const uint8_t what = m_input.Byte();
        FlowKey flow;
        flow.protocol = (what & 1) != 0 ? PROTOCOL_UDP : PROTOCOL_TCP;
        const bool back = (what & 2) != 0;
        const auto other = static_cast<uint8_t>((party.Id() + 1 + ((what >> 2) & 1)) % 3);
        flow.peer = AddressOf(other, m_v6);
        const auto port = static_cast<uint16_t>(1000 + ((what >> 3) & 3));
        flow.localPort = back ? 443 : port;
        flow.peerPort = back ? port : 443;
        return flow;
    }

    Input& m_input;
    bool m_v6;
    Clock m_clock{START_NS, START_MS};
    Wire m_wire;
    Party m_parties[3];
    KeyEntry m_entries[3];
};

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < 4)
    {
        return 0;
    }
    Input input(data, size);
    Play play(input);
    play.Run();
    return 0;
}
