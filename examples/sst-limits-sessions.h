/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_LIMITS_SESSIONS_H
#define SST_LIMITS_SESSIONS_H

#include "sst-limits-network.h"
#include "sst-limits-report.h"

#include "ns3/on-off-helper.h"
#include "ns3/onoff-application.h"
#include "ns3/sst-address-nat.h"

#include <algorithm>
#include <map>
#include <set>

/**
 * A connection that is open for hours and says something now and then: both ends step through
 * epochs of keys, nothing is lost, and what was recorded in the first epoch opens no more.
 *
 * @param hours how long
 * @return what was found
 */
inline LimitsReport
ShowEpochs(double hours)
{
    using namespace ns3;
    constexpr double START = 1;
    const double end = START + hours * 3600;
    const double epochSeconds = 900;
    LimitsNetwork network;
    const SstHelper sst;
    const auto client = network.AddHost(sst);
    const auto server = network.AddHost(sst);
    network.Connect(sst);
    LimitsNetwork::ShareKey(server, {client});
    const auto sink = LimitsNetwork::Serve(server.node);
    // 500 bytes every 2 seconds, answered by nothing but acknowledgments
    OnOffHelper talk("ns3::SstTcpSocketFactory",
                     InetSocketAddress(server.address, LimitsNetwork::PORT));
    talk.SetConstantRate(DataRate("2kbps"), 500);
    const auto talker = talk.Install(client.node);
    talker.Start(Seconds(START));
    talker.Stop(Seconds(end));

    // highest epoch seen on the wire, from the client and from the server; DATA in order?
    std::map<Ptr<NetDevice>, uint32_t> epochs;
    std::map<Ptr<NetDevice>, uint32_t> last;
    bool ascending = true;
    LimitsTap::Seen recorded{nullptr, nullptr, false, 0, {}};
    uint64_t packets = 0;
    LimitsTap::Install(network.router, [&](const LimitsTap::Seen& seen) {
        if (!seen.marked || seen.Type() != sst::wire::Type::DATA)
        {
            return;
        }
        packets++;
        const uint32_t number = sst::wire::Load32(seen.head.data() + sst::wire::DATA_NUMBER);
        ascending = ascending && (last.count(seen.device) == 0 || number > last[seen.device]);
        last[seen.device] = number;
        epochs[seen.device] = std::max(epochs[seen.device], number >> sst::wire::EPOCH_SHIFT);
        if (!recorded.packet && seen.device == client.routerSide)
        {
            recorded = seen;
            recorded.packet = seen.packet->Copy();
        }
    });
    SstFlowInfo atClient;
    SstFlowInfo atServer;
    uint64_t lost = 0;
    uint64_t drops = 0;
    uint64_t sent = 0;
    Simulator::Schedule(Seconds(end - 10), [&]() {
        const auto socket = DynamicCast<OnOffApplication>(talker.Get(0))->GetSocket();
        atClient = client.stack->GetFlowState(socket);
        Address local;
        socket->GetSockName(local);
        atServer = server.stack->GetFlowState({6,
                                               LimitsNetwork::PORT,
                                               client.address,
                                               InetSocketAddress::ConvertFrom(local).GetPort()});
    });
    talker.Get(0)->TraceConnectWithoutContext(
        "Tx",
        Callback<void, Ptr<const Packet>>([&](Ptr<const Packet> p) { sent += p->GetSize(); }));
    Simulator::Schedule(Seconds(end + 10), [&]() {
        lost = client.stack->GetTxPackets() + server.stack->GetTxPackets() -
               client.stack->GetRxPackets() - server.stack->GetRxPackets();
        for (const auto& stack : {client.stack, server.stack})
        {
            for (const auto& [reason, count] : stack->GetCounters())
            {
                drops += count;
            }
        }
        if (recorded.packet)
        {
            SstTrafficControlLayer::Get(network.router)
                ->Reinject(recorded.device, recorded.packet, Ipv4L3Protocol::PROT_NUMBER);
        }
    });
    Simulator::Stop(Seconds(end + 20));
    Simulator::Run();

    // an epoch ends with the first packet sent after its time
    const auto expected = static_cast<uint32_t>(hours * 3600 / epochSeconds) - 1;
    LimitsReport report("epochs",
                        "an open connection changes its keys every 15 minutes and loses nothing");
    report.Figure("hours of simulated time", hours, 1);
    report.Figure("SST packets with data", static_cast<double>(packets));
    report.Figure("bytes sent", static_cast<double>(sent));
    report.Figure("bytes received", static_cast<double>(sink->GetTotalRx()));
    report.Figure("epoch at the client", atClient.epoch);
    report.Figure("epoch at the server", atServer.epoch);
    report.Figure("highest packet number", last[client.routerSide]);
    report.Figure("packets lost or refused", static_cast<double>(lost + drops));
    report.Check("both ends went through the epochs",
                 expected >= 2 && atClient.epoch >= expected && atServer.epoch >= expected);
    report.Check("packet numbers on the wire only rise and show the epochs in both directions",
                 ascending && epochs[client.routerSide] >= expected &&
                     epochs[server.routerSide] >= expected);
    report.Check("every byte arrives, no packet is lost or refused",
                 lost + drops == 0 && sent > 0 && sink->GetTotalRx() == sent);
    report.Check("one session all the time",
                 client.stack->GetSessionCount() == 1 && server.stack->GetSessionCount() == 1);
    report.Check("a packet recorded in the first epoch is refused: its key is gone",
                 server.stack->GetDropCount("old-epoch") == 1);
    return report;
}

/// Two clients behind one address and what became of them.
struct LimitsNatOutcome
{
    uint64_t first{0};                  //!< bytes received of the first client
    uint64_t second{0};                 //!< bytes received of the second
    std::set<uint16_t> ports;           //!< client ports as the server's stack sees them
    std::set<ns3::Ipv4Address> sources; //!< client addresses as the server sees them
    uint64_t refusals{0};               //!< packets the address translator could not tell apart
    uint64_t collisions{0};             //!< segments the side stack refused
};

/**
 * @param factory of the clients' sockets
 * @param bytes each sends
 * @return what became of two clients that use the same port behind one address
 */
inline LimitsNatOutcome
RunBehindOneAddress(const std::string& factory, uint32_t bytes)
{
    using namespace ns3;
    constexpr uint16_t CLIENT_PORT = 40000;
    LimitsNetwork network;
    const SstHelper sst;
    const auto first = network.AddHost(sst);
    const auto second = network.AddHost(sst);
    const auto server = network.AddHost(sst);
    network.Connect(sst);
    LimitsNetwork::ShareKey(server, {first, second});
    auto nat = CreateObject<SstAddressNat>();
    nat->SetPublicAddress(server.routerAddress);
    nat->AddInside(first.routerSide);
    nat->AddInside(second.routerSide);
    SstTrafficControlLayer::Get(network.router)->AddIngressFilter(nat);
    const auto sink = LimitsNetwork::Serve(server.node);
    LimitsNatOutcome outcome;
    std::map<uint16_t, uint64_t> received;
    sink->TraceConnectWithoutContext("Rx",
                                     Callback<void, Ptr<const Packet>, const Address&>(
                                         [&](Ptr<const Packet> packet, const Address& from) {
                                             const auto source =
                                                 InetSocketAddress::ConvertFrom(from);
                                             received[source.GetPort()] += packet->GetSize();
                                             outcome.ports.insert(source.GetPort());
                                             outcome.sources.insert(source.GetIpv4());
                                         }));
    LimitsNetwork::Send(first, server, bytes, 1, factory, CLIENT_PORT);
    LimitsNetwork::Send(second, server, bytes, 1.2, factory, CLIENT_PORT);
    Simulator::Stop(Seconds(60));
    Simulator::Run();
    for (const auto& [port, count] : received)
    {
        (port == CLIENT_PORT ? outcome.first : outcome.second) += count;
    }
    outcome.refusals = nat->GetRefusals();
    outcome.collisions = server.stack->GetDropCount("port-collision");
    return outcome;
}

/**
 * Two clients behind one address, the same ports at both: the server's side stack gives the second
 * another port.
 *
 * @return what was found
 */
inline LimitsReport
ShowPortCollision()
{
    constexpr uint32_t BYTES = 300000;
    const auto sealed = RunBehindOneAddress("ns3::SstTcpSocketFactory", BYTES);
    const auto clear = RunBehindOneAddress("ns3::TcpSocketFactory", BYTES);
    LimitsReport report("port-collision",
                        "two clients behind one address use the same ports to the same server");
    report.Figure("bytes each client sends", BYTES);
    report.Figure("SST, received of the first client", static_cast<double>(sealed.first));
    report.Figure("SST, received of the second client", static_cast<double>(sealed.second));
    report.Figure("SST, client addresses at the server",
                  static_cast<double>(sealed.sources.size()));
    report.Figure("SST, port of the first client at the server",
                  sealed.ports.empty() ? 0 : *sealed.ports.begin());
    report.Figure("SST, port of the second client at the server",
                  sealed.ports.empty() ? 0 : *sealed.ports.rbegin());
    report.Figure("SST, segments refused", static_cast<double>(sealed.collisions));
    report.Figure("in clear, received of both", static_cast<double>(clear.first + clear.second));
    report.Figure("in clear, packets nobody can tell apart", static_cast<double>(clear.refusals));
    report.Check("both transfers complete", sealed.first == BYTES && sealed.second == BYTES);
    report.Check("the server sees one address and two ports",
                 sealed.sources.size() == 1 && sealed.ports.size() == 2);
    report.Check("the address translator tells all SST packets apart without ports",
                 sealed.refusals == 0 && sealed.collisions == 0);
    report.Check("in clear the same translator carries one of the two",
                 clear.first == BYTES && clear.second == 0 && clear.refusals > 0);
    return report;
}

#endif // SST_LIMITS_SESSIONS_H
