/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "bench-world.h"

#include "sst/wire.h"

#include <algorithm>
#include <cstring>

namespace sstbench
{

namespace
{

constexpr uint16_t CLIENT_PORT = 40000; //!< of every flow
constexpr uint16_t SERVER_PORT = 443;   //!< of every flow
constexpr uint16_t UDP_PORT = 4500;     //!< of layout U
constexpr char NAME[] = "server";       //!< of every server
constexpr uint8_t SYN = 0x02;           //!< RFC 9293 3.1
constexpr uint8_t ACK = 0x10;           //!< RFC 9293 3.1

/// Write a TCP header without options.
void
FillHeader(uint8_t* segment, uint8_t flags)
{
    std::memset(segment, 0, 20);
    sst::wire::Store16(segment, CLIENT_PORT);
    sst::wire::Store16(segment + 2, SERVER_PORT);
    sst::wire::Store32(segment + 4, 1000);
    segment[12] = 5 << 4;
    segment[13] = flags;
    sst::wire::Store16(segment + 14, 65535);
}

} // namespace

sst::EndpointConfig
RoomFor(size_t sessions, bool restoreChecksums)
{
    sst::EndpointConfig config;
    config.restoreChecksums = restoreChecksums;
    config.allowNarrowCoverage = true;
    config.maxSessions = 8 * (sessions + 16) / 7 + 1; // an eighth is kept for the host's own
    config.maxFlows = 16 * (sessions + 4096);
    config.maxFlowsPerSession = 65536;
    config.maxHalfOpen = sessions + 16;
    config.maxHalfOpenValidated = sessions + 16;
    config.initRate = UINT32_MAX;
    config.siteInitRate = UINT32_MAX;
    config.siteHalfOpen = UINT32_MAX;
    config.udpPort = UDP_PORT;
    return config;
}

BenchWorld::BenchWorld(const WorldOptions& options)
    : clock{1000 * sst::NS_PER_S, 1700000000000},
      client(RoomFor(options.room, options.restoreChecksums), random),
      server(RoomFor(options.room, options.restoreChecksums), random),
      key(sst::GenerateKeyPair(random, 1, sst::KEY_FLAG_EARLY_SYN | sst::KEY_FLAG_LAYOUT_U, clock))
{
    (void)server.AddServerKey(key, clock);
    sst::KeyEntry entry;
    entry.keyId = key.keyId;
    entry.flags = key.flags;
    entry.publicKey = key.publicKey;
    entries.push_back(entry);
    sst::Request request;
    request.policy = sst::Policy::REQUIRE;
    request.coverage = options.coverage;
    request.layout = options.layout;
    request.name = NAME;
    for (size_t i = 0; i < options.sessions; ++i)
    {
        if (!Open(i, request))
        {
            flows.clear();
            return;
        }
    }
}

sst::IpAddress
BenchWorld::AddressOf(uint8_t net, size_t i)
{
    const uint8_t bytes[4] = {net,
                              static_cast<uint8_t>(1 + (i >> 16)),
                              static_cast<uint8_t>(i >> 8),
                              static_cast<uint8_t>(i)};
    return sst::IpAddress::From(bytes, 4);
}

bool
BenchWorld::Open(size_t i, const sst::Request& request)
{
    Flow flow;
    flow.egress.protocol = sst::PROTOCOL_TCP;
    flow.egress.local = AddressOf(10, i);
    flow.egress.peer = AddressOf(11, i);
    flow.egress.mtu = 9500;
    flow.ingress = flow.egress;
    std::swap(flow.ingress.local, flow.ingress.peer);
    flow.ingress.marked = true;
    client.ProvideKeys(NAME, flow.egress.peer, sst::KeyAnswer::KEYS, entries, clock, UDP_PORT);
    sst::Buffer buffer;
    FillHeader(buffer.Resize(20), SYN);
    if (client.Egress(flow.egress, &request, buffer, clock).outcome != sst::Outcome::WAIT)
    {
        return false;
    }
    // INIT there, the SYN-ACK in RESP back, the ACK there.
    bool answered = false;
    while (client.Poll(m_action))
    {
        if (m_action.kind != sst::Action::Kind::SEND)
        {
            continue;
        }
        sst::Meta meta = flow.ingress;
        meta.protocol = m_action.protocol;
        meta.marked = m_action.mark;
        if (server.Ingress(meta, m_action.bytes, clock).outcome != sst::Outcome::DELIVER)
        {
            return false;
        }
        uint8_t* answer = buffer.Resize(20);
        FillHeader(answer, SYN | ACK);
        std::swap_ranges(answer, answer + 2, answer + 2);
        meta = flow.ingress;
        meta.marked = false;
        const sst::Verdict verdict = server.Egress(meta, nullptr, buffer, clock);
        if (verdict.outcome != sst::Outcome::SEND)
        {
            return false;
        }
        meta = flow.egress;
        meta.protocol = verdict.protocol;
        meta.marked = verdict.mark;
        answered = client.Ingress(meta, buffer, clock).outcome == sst::Outcome::DELIVER;
    }
    FillHeader(buffer.Resize(20), ACK);
    const sst::Verdict verdict = client.Egress(flow.egress, nullptr, buffer, clock);
    flow.ingress.protocol = verdict.protocol;
    flow.ingress.marked = verdict.mark;
    if (!answered || verdict.outcome != sst::Outcome::SEND ||
        server.Ingress(flow.ingress, buffer, clock).outcome != sst::Outcome::DELIVER)
    {
        return false;
    }
    Drain();
    flows.push_back(flow);
    return true;
}

bool
BenchWorld::AddFlow(size_t i, uint16_t port)
{
    const Flow& flow = flows[i];
    sst::Request request;
    request.policy = sst::Policy::REQUIRE;
    request.layout = sst::LayoutChoice::N;
    request.name = NAME;
    client.ProvideKeys(NAME, flow.egress.peer, sst::KeyAnswer::KEYS, entries, clock, UDP_PORT);
    sst::Buffer buffer;
    FillHeader(buffer.Resize(20), SYN);
    sst::wire::Store16(buffer.Data(), port);
    return client.Egress(flow.egress, &request, buffer, clock).outcome == sst::Outcome::SEND &&
           server.Ingress(flow.ingress, buffer, clock).outcome == sst::Outcome::DELIVER;
}

void
BenchWorld::FillSegment(size_t size, sst::Buffer& buffer)
{
    uint8_t* segment = buffer.Resize(size);
    FillHeader(segment, ACK);
    std::memset(segment + 20, 0x5a, size - 20);
}

void
BenchWorld::Drain()
{
    while (client.Poll(m_action) || server.Poll(m_action))
    {
    }
}

} // namespace sstbench
