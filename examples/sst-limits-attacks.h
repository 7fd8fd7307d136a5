/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_LIMITS_ATTACKS_H
#define SST_LIMITS_ATTACKS_H

#include "sst-limits-network.h"
#include "sst-limits-report.h"
#include "sst/cipher.h"
#include "sst/handshake.h"
#include "sst/key-value.h"
#include "sst/random.h"

#include "ns3/double.h"
#include "ns3/integer.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/random-variable-stream.h"
#include "ns3/sst-censor-helper.h"
#include "ns3/sst-dns-helper.h"
#include "ns3/sst-mark-tag.h"

#include <algorithm>
#include <fstream>
#include <unistd.h>

/// Sends INITs that are right in every way but for the address they come from.
class LimitsFlood
{
  public:
    /**
     * @param attacker who sends
     * @param server where to
     * @param value of key65280 of the server: it is public
     */
    LimitsFlood(const LimitsNetwork::Host& attacker,
                const LimitsNetwork::Host& server,
                const std::vector<uint8_t>& value)
        : m_attacker(attacker),
          m_server(server),
          m_addresses(ns3::CreateObject<ns3::UniformRandomVariable>())
    {
        std::vector<sst::KeyEntry> keys;
        if (sst::ParseKeyValue(value.data(), value.size(), keys) != sst::KeyValueStatus::OK)
        {
            return;
        }
        const sst::SodiumChaChaPoly cipher;
        m_addresses->SetStream(7);
        auto random = ns3::CreateObject<ns3::UniformRandomVariable>();
        random->SetStream(8);
        for (uint32_t i = 0; i < POOL; ++i)
        {
            std::array<uint8_t, 32> ephemeral{};
            std::generate(ephemeral.begin(), ephemeral.end(), [&random]() {
                return static_cast<uint8_t>(random->GetInteger(0, 255));
            });
            sst::ClientHandshake handshake(cipher,
                                           keys.front().publicKey,
                                           keys.front().keyId,
                                           sst::PROTOCOL_TCP,
                                           sst::Layout::N,
                                           i);
            std::vector<uint8_t> init;
            if (handshake.WriteInit(sst::SecretKey(ephemeral), {}, init) == sst::Reason::NONE)
            {
                m_inits.push_back(ns3::Create<ns3::Packet>(init.data(), init.size()));
            }
        }
    }

    /**
     * @param start when to begin, seconds
     * @param seconds how long
     * @param rate packets a second
     */
    void Schedule(double start, double seconds, uint32_t rate)
    {
        for (uint64_t i = 0; i < static_cast<uint64_t>(seconds * rate); ++i)
        {
            ns3::Simulator::Schedule(ns3::Seconds(start + static_cast<double>(i) / rate),
                                     &LimitsFlood::SendOne,
                                     this);
        }
    }

    uint64_t sent{0}; //!< packets

  private:
    /// Distinct INITs, sent again from other addresses: to the server each is a client of its own.
    static constexpr uint32_t POOL = 500;

    /// Send one from an address drawn from 172.16.0.0/12.
    void SendOne()
    {
        if (m_inits.empty())
        {
            return;
        }
        ns3::Ptr<ns3::Packet> packet = m_inits[sent % m_inits.size()]->Copy();
        packet->AddPacketTag(ns3::SstMarkTag());
        ns3::Ipv4Header header;
        header.SetSource(ns3::Ipv4Address(0xac100000U + m_addresses->GetInteger(1, 0xffffe)));
        header.SetDestination(m_server.address);
        header.SetProtocol(sst::PROTOCOL_TCP);
        header.SetTtl(64);
        header.SetPayloadSize(static_cast<uint16_t>(packet->GetSize()));
        auto ipv4 = m_attacker.node->GetObject<ns3::Ipv4>();
        ns3::Socket::SocketErrno error;
        auto route = ipv4->GetRoutingProtocol()->RouteOutput(packet, header, nullptr, error);
        if (route)
        {
            ipv4->SendWithHeader(packet, header, route);
            sent++;
        }
    }

    LimitsNetwork::Host m_attacker;                   //!< who sends
    LimitsNetwork::Host m_server;                     //!< where to
    ns3::Ptr<ns3::UniformRandomVariable> m_addresses; //!< source addresses
    std::vector<ns3::Ptr<ns3::Packet>> m_inits;       //!< what is sent
};

/// @return memory of this process, in MB
inline double
ResidentMegabytes()
{
    std::ifstream file("/proc/self/statm");
    double whole = 0;
    double resident = 0;
    file >> whole >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

/**
 * A flood of first packets from addresses that are not the sender's: the server keeps no state for
 * them, and a real client gets through by showing that it has its address.
 *
 * @param rate of the flood, packets a second
 * @param seconds how long it lasts
 * @return what was found
 */
inline LimitsReport
ShowRetry(uint32_t rate, double seconds)
{
    using namespace ns3;
    constexpr uint64_t BYTES = 1000000;
    constexpr double START = 1;
    LimitsNetwork network;
    const SstHelper sst;
    const auto client = network.AddHost(sst);
    const auto attacker = network.AddHost(sst, "1Gbps");
    const auto server = network.AddHost(sst, "1Gbps");
    network.Connect(sst);
    // what the server sends to addresses that are nobody's goes to the router and ends there
    Ipv4StaticRoutingHelper()
        .GetStaticRouting(server.node->GetObject<Ipv4>())
        ->SetDefaultRoute(server.routerAddress, 1);
    const auto value = server.stack->GenerateServerKey(1, 1);
    client.stack->AddHost(LimitsNetwork::NAME, server.address);
    client.stack->ProvideKeys(LimitsNetwork::NAME,
                              server.address,
                              SstStack::KeyAnswer::KEYS,
                              value);
    UintegerValue maxHalfOpen;
    UintegerValue initRate;
    server.stack->GetAttribute("MaxHalfOpen", maxHalfOpen);
    server.stack->GetAttribute("InitRate", initRate);
    const auto sink = LimitsNetwork::Serve(server.node);
    uint64_t clientInits = 0;
    uint64_t clientTokens = 0;
    uint64_t retries = 0;
    LimitsTap::Install(network.router, [&](const LimitsTap::Seen& seen) {
        if (!seen.marked)
        {
            return;
        }
        if (seen.device == client.routerSide && seen.Type() == sst::wire::Type::INIT)
        {
            const auto token = seen.head.begin() + sst::wire::INIT_TOKEN;
            const bool zero = std::all_of(token, token + sst::wire::TOKEN_SIZE, [](uint8_t byte) {
                return byte == 0;
            });
            (zero ? clientInits : clientTokens)++;
        }
        retries += seen.device == server.routerSide && seen.Type() == sst::wire::Type::CTRL ? 1 : 0;
    });
    LimitsFlood flood(attacker, server, value);
    flood.Schedule(START, seconds, rate);
    // in the middle of the flood
    LimitsNetwork::Send(client, server, BYTES, START + seconds / 2);
    uint32_t mostHalfOpen = 0;
    uint32_t mostSessions = 0;
    double before = 0;
    double most = 0;
    std::function<void()> watch = [&]() {
        mostHalfOpen = std::max(mostHalfOpen, server.stack->GetHalfOpenCount());
        mostSessions = std::max(mostSessions, server.stack->GetSessionCount());
        most = std::max(most, ResidentMegabytes());
        if (Simulator::Now() < Seconds(START + seconds + 1))
        {
            Simulator::Schedule(MilliSeconds(10), watch);
        }
    };
    Simulator::Schedule(Seconds(START), [&]() {
        before = ResidentMegabytes();
        watch();
    });
    double complete = 0;
    sink->TraceConnectWithoutContext(
        "Rx",
        Callback<void, Ptr<const Packet>, const Address&>([&](Ptr<const Packet>, const Address&) {
            if (sink->GetTotalRx() <= BYTES)
            {
                complete = Simulator::Now().GetSeconds() - START - seconds / 2;
            }
        }));
    uint64_t received = 0;
    Simulator::Schedule(Seconds(START + seconds + 2), [&]() { received = sink->GetTotalRx(); });
    // half-open sessions end 10 seconds after their first INIT
    Simulator::Stop(Seconds(START + seconds + 20));
    Simulator::Run();

    constexpr double BOUND_MB = 64;
    LimitsReport report("retry", "a flood of forged first packets, and a client that gets through");
    report.Figure("forged INITs", static_cast<double>(flood.sent));
    report.Figure("forged INITs a second", rate);
    report.Figure("limit, half-open sessions", static_cast<double>(maxHalfOpen.Get()));
    report.Figure("limit, INITs a second", static_cast<double>(initRate.Get()));
    report.Figure("most half-open sessions", mostHalfOpen);
    report.Figure("most sessions", mostSessions);
    report.Figure("RETRYs sent instead of state", static_cast<double>(retries));
    report.Figure("memory of the whole simulation before, MB", before, 1);
    report.Figure("memory at most, MB", most, 1);
    report.Figure("INITs of the client without a token", static_cast<double>(clientInits));
    report.Figure("INITs of the client with one", static_cast<double>(clientTokens));
    report.Figure("bytes received of the client", static_cast<double>(received));
    report.Figure("seconds the client's transfer took", complete, 2);
    report.Figure("half-open sessions 15 seconds after the flood",
                  server.stack->GetHalfOpenCount());
    report.Check("the flood is above the limits",
                 rate > initRate.Get() || flood.sent > maxHalfOpen.Get());
    report.Check("half-open sessions stay within the limit",
                 mostHalfOpen > 0 && mostHalfOpen <= maxHalfOpen.Get() + 1 &&
                     mostSessions <= maxHalfOpen.Get() + 2);
    report.Check("most forged INITs cost a RETRY and nothing else",
                 retries > flood.sent / 2 && server.stack->GetDropCount("retry-sent") == retries);
    report.Check("memory stays bounded", most - before < BOUND_MB);
    report.Check("the client was asked for a token and came back with it",
                 clientInits == 1 && clientTokens == 1);
    report.Check("its transfer completes during the flood",
                 received == BYTES && complete < seconds / 2);
    report.Check("nothing half-open is left", server.stack->GetHalfOpenCount() == 0);
    return report;
}

/// A transfer through a censor that drops marked packets.
struct LimitsMarkOutcome
{
    uint64_t received{0};     //!< bytes
    double complete{0};       //!< seconds from the start to the last byte
    uint64_t marked{0};       //!< marked packets before the censor
    uint64_t secondMarked{0}; //!< of them, those after the first transfer
    uint64_t behindUdp{0};    //!< packets to the server's UDP port behind the censor
    uint64_t others{0};       //!< other TCP and UDP packets between the two hosts there
    ns3::SstFlowInfo flow;    //!< of the first transfer
};

/**
 * @param layout the client's sockets ask for
 * @param bytes each of two transfers sends
 * @param udpPort where the server serves layout U
 * @return what became of them
 */
inline LimitsMarkOutcome
RunThroughMarkDrop(ns3::SstLayout layout, uint64_t bytes, uint16_t udpPort)
{
    using namespace ns3;
    constexpr uint8_t EARLY_SYN_AND_LAYOUT_U = 5;
    constexpr double START = 1;
    constexpr double SECOND = 30;
    LimitsNetwork network;
    const SstHelper plain;
    SstHelper clients;
    clients.SetStackAttribute("FactoryLayout", EnumValue(layout));
    SstHelper servers;
    servers.SetStackAttribute("UdpPort", UintegerValue(udpPort));
    const auto client = network.AddHost(clients);
    const auto resolver = network.AddHost(plain);
    const auto server = network.AddHost(servers);
    network.Connect(plain);
    // keys and port come over the DNS, as SVCB _sst.server.example port=... key65280=...
    const SstDnsHelper dns;
    const auto dnsServer = dns.InstallServer(resolver.node);
    SstDnsHelper::AddHost(dnsServer,
                          LimitsNetwork::NAME,
                          {server.address},
                          server.stack->GenerateServerKey(1, EARLY_SYN_AND_LAYOUT_U),
                          300,
                          udpPort);
    dns.InstallResolver(client.node, resolver.address);
    client.stack->AddHost(LimitsNetwork::NAME, server.address);

    LimitsMarkOutcome outcome;
    LimitsTap::Install(network.router, [&](const LimitsTap::Seen& seen) {
        outcome.marked += seen.marked ? 1 : 0;
        outcome.secondMarked += seen.marked && Simulator::Now() > Seconds(SECOND - 1) ? 1 : 0;
    });
    std::string error;
    SstCensorHelper().Install(network.router, "mark-drop", error);
    LimitsTap::Install(network.router, [&](const LimitsTap::Seen& seen) {
        if (seen.device == resolver.routerSide)
        {
            return;
        }
        const uint16_t source = sst::wire::Load16(seen.head.data());
        const uint16_t destination = sst::wire::Load16(seen.head.data() + 2);
        const bool shell =
            seen.protocol == sst::PROTOCOL_UDP && (source == udpPort || destination == udpPort);
        const bool question = seen.protocol == sst::PROTOCOL_UDP && destination == 53;
        outcome.behindUdp += shell ? 1 : 0;
        outcome.others += shell || question ? 0 : 1;
    });
    const auto sink = LimitsNetwork::Serve(server.node);
    sink->TraceConnectWithoutContext(
        "Rx",
        Callback<void, Ptr<const Packet>, const Address&>([&](Ptr<const Packet>, const Address&) {
            if (sink->GetTotalRx() <= bytes)
            {
                outcome.complete = Simulator::Now().GetSeconds() - START;
            }
        }));
    const auto first = LimitsNetwork::Send(client, server, bytes, START);
    Simulator::Schedule(Seconds(START + 4),
                        [&]() { outcome.flow = client.stack->GetFlowState(first->GetSocket()); });
    LimitsNetwork::Send(client, server, bytes, SECOND);
    Simulator::Stop(Seconds(SECOND + 30));
    Simulator::Run();
    outcome.received = sink->GetTotalRx();
    return outcome;
}

/**
 * A censor that drops whatever is marked, and a client that must not go in clear.
 *
 * @return what was found
 */
inline LimitsReport
ShowLayoutU()
{
    using namespace ns3;
    constexpr uint64_t BYTES = 1000000;
    constexpr uint16_t UDP_PORT = 4433;
    const auto native = RunThroughMarkDrop(SstLayout::NATIVE, BYTES, UDP_PORT);
    const auto chosen = RunThroughMarkDrop(SstLayout::AUTO, BYTES, UDP_PORT);
    LimitsReport report("layout-u",
                        "a censor drops every marked packet; policy require, layout left open");
    report.Figure("bytes sent by two transfers", static_cast<double>(2 * BYTES));
    report.Figure("layout N alone, bytes received", static_cast<double>(native.received));
    report.Figure("open, bytes received", static_cast<double>(chosen.received));
    report.Figure("open, seconds the first transfer took", chosen.complete, 2);
    report.Figure("open, marked packets dropped", static_cast<double>(chosen.marked));
    report.Figure("open, of them in the second transfer", static_cast<double>(chosen.secondMarked));
    report.Figure("open, packets behind UDP", static_cast<double>(chosen.behindUdp));
    report.Figure("open, other packets that passed", static_cast<double>(chosen.others));
    report.Check("layout N alone does not get through", native.received == 0 && native.marked > 0);
    report.Check("left open, both transfers complete", chosen.received == 2 * BYTES);
    report.Check("two INITs of layout N go unanswered, then layout U is tried at 3 seconds",
                 chosen.marked == 2 && chosen.complete > 3 && chosen.complete < 10);
    report.Check("the first flow travels in layout U",
                 chosen.flow.state == SstFlowState::SST && chosen.flow.layout == SstLayout::UDP);
    report.Check("the second transfer begins in layout U", chosen.secondMarked == 0);
    report.Check("nothing but UDP to one port passes: no port of the connection is seen",
                 chosen.behindUdp > 0 && chosen.others == 0);
    return report;
}

#endif // SST_LIMITS_ATTACKS_H
