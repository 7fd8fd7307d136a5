// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "test-host.h"

#include <algorithm>

namespace ssttest
{

FixedRandom::FixedRandom(uint64_t seed)
{
    for (sst::Purpose purpose : {sst::Purpose::INDEX,
                                 sst::Purpose::EPHEMERAL,
                                 sst::Purpose::SECRET,
                                 sst::Purpose::PORT,
                                 sst::Purpose::RETRY})
    {
        m_dice.emplace(purpose, Dice(seed * 16 + static_cast<uint64_t>(purpose)));
    }
}

void
FixedRandom::Fill(sst::Purpose purpose, uint8_t* out, size_t size)
{
    Bytes drawn = m_dice.at(purpose).Fill(size);
    if (purpose == sst::Purpose::INDEX)
    {
        if (!nextIndices.empty() && nextIndices.front().size() == size)
        {
            drawn = nextIndices.front();
            nextIndices.pop_front();
        }
        indices.push_back(drawn);
    }
    if (purpose == sst::Purpose::PORT && !nextPorts.empty() && nextPorts.front().size() == size)
    {
        drawn = nextPorts.front();
        nextPorts.pop_front();
    }
    if (purpose == sst::Purpose::EPHEMERAL)
    {
        ephemerals.push_back(drawn);
    }
    if (purpose == sst::Purpose::RETRY)
    {
        retries.push_back(drawn);
    }
    std::copy(drawn.begin(), drawn.end(), out);
}

Host::Host(World& world,
           const sst::IpAddress& address,
           const sst::EndpointConfig& config,
           uint64_t seed)
    : world{world},
      address{address},
      random{seed},
      endpoint{config, random}
{
}

sst::KeyEntry
Host::Serve(uint8_t keyId, uint8_t flags, bool fresh)
{
    sst::KeyPair pair;
    serverSecret = Bytes(32, static_cast<uint8_t>(0x50 + keyId));
    pair.secretKey = To32(serverSecret);
    pair.publicKey = To32(PublicOf(serverSecret));
    pair.keyId = keyId;
    pair.flags = flags;
    pair.createdUnixMs = fresh ? world.clock.unixMs : 1;
    endpoint.AddServerKey(pair, world.clock);
    sst::KeyEntry entry;
    entry.keyId = keyId;
    entry.flags = flags;
    entry.publicKey = pair.publicKey;
    return entry;
}

sst::Verdict
Host::Send(uint8_t protocol,
           const sst::IpAddress& peer,
           const Bytes& segment,
           const sst::Request* request,
           uint32_t mtu)
{
    sst::Meta meta;
    meta.protocol = protocol;
    meta.local = address;
    meta.peer = peer;
    meta.mtu = mtu;
    meta.cookie = ++lastCookie;
    uint64_t cookie = meta.cookie;
    sst::Buffer buffer;
    buffer.Assign(segment.data(), segment.size());
    sst::Verdict verdict = endpoint.Egress(meta, request, buffer, world.clock);
    switch (verdict.outcome)
    {
    case sst::Outcome::PASS:
        if (ToBytes(buffer) != segment)
        {
            violations.push_back("Egress PASS changed the segment");
        }
        Emit(peer, protocol, false, ToBytes(buffer));
        break;
    case sst::Outcome::SEND:
        Emit(peer, verdict.protocol, verdict.mark, ToBytes(buffer));
        break;
    case sst::Outcome::WAIT:
        m_kept[cookie] = {protocol, peer, segment, true};
        break;
    case sst::Outcome::DROP:
        if (verdict.reason == sst::Reason::NONE)
        {
            violations.push_back("Egress DROP without a reason");
        }
        break;
    case sst::Outcome::CONSUMED:
        break;
    case sst::Outcome::DELIVER:
        violations.push_back("Egress said DELIVER");
        break;
    }
    Drain();
    return verdict;
}

sst::Verdict
Host::Receive(const Packet& packet)
{
    sst::Meta meta;
    meta.protocol = packet.protocol;
    meta.local = packet.to;
    meta.peer = packet.from;
    meta.marked = packet.marked;
    bool may = endpoint.MayConcern(meta, packet.bytes.data(), packet.bytes.size());
    sst::Buffer buffer;
    buffer.Assign(packet.bytes.data(), packet.bytes.size());
    sst::Verdict verdict = endpoint.Ingress(meta, buffer, world.clock);
    if (!packet.marked && !may && verdict.outcome != sst::Outcome::PASS)
    {
        violations.push_back("MayConcern false, yet Ingress did not PASS");
    }
    switch (verdict.outcome)
    {
    case sst::Outcome::PASS:
        if (ToBytes(buffer) != packet.bytes)
        {
            violations.push_back("Ingress PASS changed the packet");
        }
        Deliver(packet, packet.protocol, packet.bytes, false);
        break;
    case sst::Outcome::DELIVER:
        Deliver(packet, verdict.protocol, ToBytes(buffer), true);
        break;
    case sst::Outcome::CONSUMED:
        break;
    case sst::Outcome::DROP:
        if (verdict.reason == sst::Reason::NONE)
        {
            violations.push_back("Ingress DROP without a reason");
        }
        break;
    default:
        violations.push_back("Ingress said SEND or WAIT");
        break;
    }
    Drain();
    if (endpoint.NextDeadlineNs() <= world.clock.monotonicNs)
    {
        Tick();
    }
    return verdict;
}

void
Host::Learn(const std::string& name,
            const sst::IpAddress& peer,
            const sst::KeyEntry& entry,
            uint16_t udpPort)
{
    endpoint.ProvideKeys(name, peer, sst::KeyAnswer::KEYS, {entry}, world.clock, udpPort);
    Drain();
}

void
Host::Answer(const std::string& name, const sst::IpAddress& peer, sst::KeyAnswer answer)
{
    endpoint.ProvideKeys(name, peer, answer, {}, world.clock);
    Drain();
}

void
Host::Tick()
{
    endpoint.Tick(world.clock);
    Drain();
    if (endpoint.NextDeadlineNs() <= world.clock.monotonicNs)
    {
        violations.push_back("a deadline is still due after Tick");
    }
}

void
Host::Abandon(const sst::FlowKey& flow)
{
    endpoint.Abandon(flow, world.clock);
    Drain();
}

std::vector<Packet>
Host::SentOfType(uint8_t type) const
{
    std::vector<Packet> out;
    for (const Packet& packet : sent)
    {
        if (packet.marked && packet.bytes[0] >> 6 == type)
        {
            out.push_back(packet);
        }
    }
    return out;
}

std::vector<Packet>
Host::SentInShell(uint8_t type, uint16_t port) const
{
    std::vector<Packet> out;
    for (const Packet& packet : sent)
    {
        if (!packet.marked && packet.protocol == 17 && packet.bytes.size() > 8 &&
            packet.bytes[8] >> 6 == type &&
            (ReadBigEndian(packet.bytes, 0, 2) == port ||
             ReadBigEndian(packet.bytes, 2, 2) == port))
        {
            out.push_back(packet);
        }
    }
    return out;
}

size_t
Host::EventCount(sst::Action::Event event) const
{
    return std::count_if(events.begin(), events.end(), [event](const sst::Action& action) {
        return action.kind == sst::Action::Kind::EVENT && action.event == event;
    });
}

std::vector<uint64_t>
Host::OpenCookies() const
{
    std::vector<uint64_t> out;
    for (const auto& [cookie, kept] : m_kept)
    {
        if (kept.open)
        {
            out.push_back(cookie);
        }
    }
    return out;
}

void
Host::Drain()
{
    sst::Action action;
    while (endpoint.Poll(action))
    {
        switch (action.kind)
        {
        case sst::Action::Kind::SEND:
            if (action.local != address)
            {
                violations.push_back("SEND from a foreign address");
            }
            Emit(action.peer, action.protocol, action.mark, ToBytes(action.bytes));
            if (action.cookie != 0 && action.done)
            {
                cookieSends.push_back(action.cookie);
                EndCookie(action.cookie, "SEND");
            }
            break;
        case sst::Action::Kind::PASS:
            cookiePasses.push_back(action.cookie);
            passReasons.push_back(action.reason);
            EndCookie(action.cookie, "PASS");
            Emit(m_kept[action.cookie].peer,
                 m_kept[action.cookie].protocol,
                 false,
                 m_kept[action.cookie].bytes);
            break;
        case sst::Action::Kind::DROP:
            cookieDrops.emplace_back(action.cookie, action.reason);
            EndCookie(action.cookie, "DROP");
            break;
        case sst::Action::Kind::RELEASE:
            cookieReleases.push_back(action.cookie);
            EndCookie(action.cookie, "RELEASE");
            break;
        case sst::Action::Kind::RESOLVE:
            events.push_back(action);
            if (autoResolve)
            {
                auto found = world.names.find(action.name);
                if (found == world.names.end() || found->second.first != action.peer)
                {
                    Answer(action.name, action.peer, sst::KeyAnswer::ABSENT);
                }
                else
                {
                    auto port = world.udpPorts.find(action.name);
                    Learn(action.name,
                          action.peer,
                          found->second.second,
                          port == world.udpPorts.end() ? 0 : port->second);
                }
            }
            break;
        case sst::Action::Kind::EVENT:
            events.push_back(action);
            break;
        }
    }
}

void
Host::EndCookie(uint64_t cookie, const char* how)
{
    auto kept = m_kept.find(cookie);
    if (kept == m_kept.end())
    {
        violations.push_back(std::string(how) + " of a cookie that never waited");
    }
    else if (!kept->second.open)
    {
        violations.push_back(std::string(how) + " of a cookie that had ended");
    }
    else
    {
        kept->second.open = false;
    }
}

void
Host::Emit(const sst::IpAddress& peer, uint8_t protocol, bool marked, Bytes bytes)
{
    Packet packet{address, peer, protocol, marked, std::move(bytes), world.clock.monotonicNs};
    sent.push_back(packet);
    world.Put(packet);
}

void
Host::Deliver(const Packet& packet, uint8_t protocol, const Bytes& bytes, bool sealed)
{
    received.push_back({packet.from, protocol, bytes, sealed, world.clock.monotonicNs});
    if (stack)
    {
        stack(Received(received.back()));
    }
}

World::World()
{
    clock.monotonicNs = 1000 * S;
    clock.unixMs = 1800000000000;
}

Host&
World::Add(const std::string& address, uint64_t seed, sst::EndpointConfig config)
{
    m_hosts.push_back(std::make_unique<Host>(*this, Ip(address), config, seed));
    return *m_hosts.back();
}

void
World::Put(const Packet& packet)
{
    log.push_back(packet);
    Packet copy = packet;
    if (carry && (!filter || filter(copy)))
    {
        m_flight.emplace(clock.monotonicNs + delayNs, copy);
    }
}

void
World::Run(uint64_t ns)
{
    uint64_t unixBase = clock.unixMs;
    uint64_t start = clock.monotonicNs;
    uint64_t end = start + ns;
    for (;;)
    {
        uint64_t next = m_flight.empty() ? UINT64_MAX : m_flight.begin()->first;
        for (auto& host : m_hosts)
        {
            next = std::min(next, host->endpoint.NextDeadlineNs());
        }
        if (next > end)
        {
            break;
        }
        clock.monotonicNs = std::max(clock.monotonicNs, next);
        clock.unixMs = unixBase + (clock.monotonicNs - start) / MS;
        if (!m_flight.empty() && m_flight.begin()->first <= clock.monotonicNs)
        {
            Packet packet = m_flight.begin()->second;
            m_flight.erase(m_flight.begin());
            for (auto& host : m_hosts)
            {
                if (host->address == packet.to)
                {
                    host->Receive(packet);
                }
            }
        }
        else
        {
            for (auto& host : m_hosts)
            {
                if (host->endpoint.NextDeadlineNs() <= clock.monotonicNs)
                {
                    host->Tick();
                }
            }
        }
    }
    clock.monotonicNs = end;
    clock.unixMs = unixBase + (end - start) / MS;
}

sst::Request
Ask(sst::Policy policy, const std::string& name, sst::Coverage coverage, bool earlyUdp)
{
    sst::Request request;
    request.policy = policy;
    request.name = name;
    request.coverage = coverage;
    request.earlyUdp = earlyUdp;
    return request;
}

Bytes
ToBytes(const sst::Buffer& buffer)
{
    return Bytes(buffer.Data(), buffer.Data() + buffer.Size());
}

} // namespace ssttest
