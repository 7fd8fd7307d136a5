/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// One run of the blocking-resistance matrix: one carriage, policy, censor, IP version and seed, all
// services in it. ./sst run makes the matrix of many runs; this program writes the rows of one.
//
//   client 0 --+                                   +-- server 0
//   client 1 --+-- censor router -- core router ---+-- server 1
//      ...   --+                        |          +--    ...
//                                    resolver
//
// Round-trip time, size, start and losses are drawn per flow from streams keyed by (service, IP
// version, flow), never by carriage or censor: treatments stay paired.

#include "sst-blocking-options.h"

#include "ns3/boolean.h"
#include "ns3/command-line.h"
#include "ns3/config.h"
#include "ns3/enum.h"
#include "ns3/integer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/sst-carriage.h"
#include "ns3/sst-censor-helper.h"
#include "ns3/sst-censored-network-helper.h"
#include "ns3/sst-dns-helper.h"
#include "ns3/sst-helper.h"
#include "ns3/sst-service-catalog.h"
#include "ns3/sst-service-helper.h"
#include "ns3/string.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

/// Every flow has a range of random streams of its own, whatever else is in the run, so that
/// nothing one flow draws shifts another's; so have the shared nodes.
constexpr int64_t STREAMS_OF_SHARED_NODES = 1'000'000;
constexpr int64_t STREAMS_OF_CENSOR = 2'000'000;
constexpr int64_t STREAMS_OF_FLOWS = 1'000'000'000;
/// Within the range of a flow:
constexpr int64_t STREAMS_OF_DRAWS = 0;
constexpr int64_t STREAMS_OF_CLIENT_STACK = 10;
constexpr int64_t STREAMS_OF_SERVER_STACK = 20;
constexpr int64_t STREAMS_OF_RESOLVER = 30;
constexpr int64_t STREAMS_OF_PAIR = 40;
constexpr int64_t STREAMS_PER_FLOW = STREAMS_OF_PAIR + SstCensoredNetworkHelper::STREAMS_PER_PAIR;

/// What is drawn for one flow.
struct Draw
{
    Time rtt;       //!< round-trip time
    Time start;     //!< start of the application
    uint32_t size;  //!< bytes of the transfer, 0: the service's own
};

/// A flow and where its result will be found.
struct Flow
{
    std::string service;               //!< name of the service
    uint32_t number;                   //!< number within the service
    int64_t stream;                    //!< first of its random streams
    Draw draw;                         //!< what was drawn
    SstCensoredNetworkHelper::Pair pair; //!< its hosts
    Ptr<SstServiceClient> client;      //!< its client
};

/**
 * @param service index of the service in the catalog
 * @param ip IP version
 * @param flow number of the flow
 * @return the first of the flow's STREAMS_PER_FLOW random streams
 */
int64_t
FlowStream(int64_t service, uint32_t ip, uint32_t flow)
{
    const int64_t lane = service * 2 + (ip == 6 ? 1 : 0);
    return STREAMS_OF_FLOWS + (lane * FLOWS_PER_SERVICE + flow) * STREAMS_PER_FLOW;
}

/**
 * @param stream the random stream to draw from
 * @param low lower end
 * @param high upper end
 * @return one uniform draw
 */
double
Uniform(int64_t stream, double low, double high)
{
    auto variable =
        CreateObjectWithAttributes<UniformRandomVariable>("Stream", IntegerValue(stream));
    return variable->GetValue(low, high);
}

/**
 * @param service name of the service
 * @param stream the flow's first random stream
 * @return what distinguishes the flow
 */
Draw
DrawFlow(const std::string& service, int64_t stream)
{
    Draw draw;
    draw.rtt = MicroSeconds(static_cast<int64_t>(Uniform(stream, 20e3, 200e3)));
    // IPv6 needs 1 to 2 s for duplicate address detection; IPv4 starts alike.
    draw.start = MicroSeconds(static_cast<int64_t>(Uniform(stream + 1, 3e6, 8e6)));
    const double size = std::exp(Uniform(stream + 2, std::log(2e3), std::log(200e3)));
    const bool sized =
        service == "http" || service == "tls" || service == "ssh" || service == "smtp";
    draw.size = sized ? static_cast<uint32_t>(size) : 0;
    return draw;
}

/**
 * Complain about the command line.
 *
 * @param message what is wrong
 * @return the exit status
 */
int
Refuse(const std::string& message)
{
    std::cerr << "sst-blocking-resistance: " << message << "\n";
    return 2;
}

/// The simulation of one run.
class Run
{
  public:
    /**
     * @param options what the command line chose
     * @param services the services
     * @param carriage how they travel
     * @param policy what to do where SST is not to be had
     */
    Run(const Options& options,
        const std::vector<std::string>& services,
        const SstCarriage& carriage,
        SstPolicy policy);

    /**
     * Build everything.
     *
     * @return empty, or what is wrong
     */
    std::string Build();

    /// Simulate until every flow has ended.
    void Simulate();

    /**
     * @param os gets a header and one row a flow
     */
    void WriteRows(std::ostream& os) const;

  private:
    /**
     * @param flow a flow
     * @return what the tap saw of it, on the way to its server and to the sinkhole
     */
    SstExposureTap::Record Seen(const Flow& flow) const;

    static constexpr uint32_t CLIENT_DEADLINE = 30; //!< seconds a flow has

    Options m_options;                      //!< what the command line chose
    std::vector<std::string> m_services;    //!< the services
    SstCarriage m_carriage;                 //!< how they travel
    SstPolicy m_policy;                     //!< what to do where SST is not to be had
    SstCensoredNetworkHelper m_network;     //!< hosts and links
    SstHelper m_sst;                        //!< side stacks
    SstServiceHelper m_serviceHelper;       //!< clients and servers
    SstDnsHelper m_dnsHelper;               //!< resolvers
    Ptr<SstDnsServer> m_dns;                //!< the DNS server
    Ptr<SstExposureTap> m_tap;              //!< what the censor could see
    Ptr<CensorMiddlebox> m_censor;          //!< the censor
    std::vector<Flow> m_flows;              //!< the flows
};

/// Where a forged answer sends clients; nothing routes there.
const char* const SINKHOLE_V4 = "10.10.34.34";
const char* const SINKHOLE_V6 = "2001:0:a0a:2222::1";

/**
 * @param address an Ipv4Address or Ipv6Address
 * @return its text
 */
std::string
ToText(const Address& address)
{
    std::ostringstream os;
    if (Ipv4Address::IsMatchingType(address))
    {
        os << Ipv4Address::ConvertFrom(address);
    }
    else
    {
        os << Ipv6Address::ConvertFrom(address);
    }
    return os.str();
}

Run::Run(const Options& options,
         const std::vector<std::string>& services,
         const SstCarriage& carriage,
         SstPolicy policy)
    : m_options(options),
      m_services(services),
      m_carriage(carriage),
      m_policy(policy),
      m_network(static_cast<uint8_t>(options.ip))
{
    // Narrow coverage is refused outside experiments.
    m_sst.SetAttribute("AllowNarrowCoverage", BooleanValue(true));
    m_dnsHelper.SetResolverAttribute("Cache", BooleanValue(false));
    m_dnsHelper.SetResolverAttribute(
        "Families",
        EnumValue(options.ip == 4 ? SstResolver::IPV4 : SstResolver::IPV6));
    m_serviceHelper.SetClientAttribute("Deadline", TimeValue(Seconds(CLIENT_DEADLINE)));
}

std::string
Run::Build()
{
    m_dns = m_dnsHelper.InstallServer(m_network.GetResolver());
    for (uint32_t number = m_options.first; number < m_options.first + m_options.flows; ++number)
    {
        for (const auto& service : m_services)
        {
            Flow flow;
            flow.service = service;
            flow.number = number;
            const auto& known = SstServiceCatalog::Names();
            const auto index = std::find(known.begin(), known.end(), service) - known.begin();
            flow.stream = FlowStream(index, m_options.ip, number);
            flow.draw = DrawFlow(service, flow.stream + STREAMS_OF_DRAWS);
            SstPairPath path;
            path.rtt = flow.draw.rtt;
            path.loss = m_options.loss;
            path.stream = flow.stream + STREAMS_OF_PAIR;
            flow.pair = m_network.AddPair(path);
            m_flows.push_back(flow);
        }
    }
    m_network.AssignStreams(STREAMS_OF_SHARED_NODES);
    m_sst.Install(m_network.GetNodes());

    SstCensorHelper censor;
    std::string ports;
    std::vector<std::string> blocked;
    std::string error;
    if (!SstServiceCatalog::ParseList(m_options.blockedServices, blocked, error))
    {
        return "--blocked: " + error;
    }
    for (const auto& name : blocked)
    {
        ports += (ports.empty() ? "" : ",") + std::to_string(SstServiceCatalog::Find(name)->port);
    }
    for (const auto& problem : {censor.SetServers(m_network.GetServerPrefix()),
                                censor.SetBlockedPorts(ports),
                                censor.SetBlockedNames("example")})
    {
        if (!problem.empty())
        {
            return problem;
        }
    }
    censor.SetSinkhole(Ipv4Address(SINKHOLE_V4), Ipv6Address(SINKHOLE_V6));
    censor.AddResolver(m_network.GetResolverAddress());
    m_tap = censor.InstallTap(m_network.GetCensor(), error);
    if (!m_tap)
    {
        return error;
    }
    m_censor = censor.Install(m_network.GetCensor(), m_options.censor, error);
    if (!m_censor)
    {
        return error;
    }
    m_censor->AssignStreams(STREAMS_OF_CENSOR);

    NodeContainer clients;
    for (const auto& flow : m_flows)
    {
        clients.Add(flow.pair.client);
    }
    m_dnsHelper.InstallResolver(clients, m_network.GetResolverAddress());
    for (auto& flow : m_flows)
    {
        const NodeContainer client(flow.pair.client);
        m_sst.AssignStreams(client, flow.stream + STREAMS_OF_CLIENT_STACK);
        m_sst.AssignStreams(NodeContainer(flow.pair.server), flow.stream + STREAMS_OF_SERVER_STACK);
        SstDnsHelper::AssignStreams(client, flow.stream + STREAMS_OF_RESOLVER);
        SstServicePlan plan;
        plan.service = flow.service;
        plan.parameters.host =
            "host-" + std::to_string(flow.number) + "." + flow.service + ".example";
        plan.parameters.client = "client-" + std::to_string(flow.number) + ".net";
        plan.parameters.size = flow.draw.size;
        plan.parameters.seed = flow.number + 1;
        plan.carriage = m_carriage;
        plan.policy = m_policy;
        plan.family = m_options.ip == 4 ? SstServiceClient::IPV4 : SstServiceClient::IPV6;
        plan.flow = flow.number;
        plan.start = flow.draw.start;
        flow.client =
            m_serviceHelper.Install(flow.pair.client, flow.pair.server, plan, error);
        if (!flow.client)
        {
            return error;
        }
        constexpr uint8_t EARLY_SYN = 1;
        const auto value = m_sst.GenerateServerKey(flow.pair.server, 1, EARLY_SYN);
        SstDnsHelper::AddHost(m_dns,
                              plan.parameters.host,
                              {flow.pair.serverAddress},
                              value);
        const auto* entry = SstServiceCatalog::Find(flow.service);
        SstExposureTap::Flow watch;
        watch.id = flow.service + "/" + std::to_string(flow.number);
        watch.client = SstCensorAddress::Parse(ToText(flow.pair.clientAddress));
        watch.server = SstCensorAddress::Parse(ToText(flow.pair.serverAddress));
        watch.protocol = entry->protocol;
        watch.port = entry->port;
        watch.name = plan.parameters.host;
        m_tap->AddFlow(watch);
        watch.id += "/sinkhole";
        watch.server = SstCensorAddress::Parse(m_options.ip == 4 ? SINKHOLE_V4 : SINKHOLE_V6);
        m_tap->AddFlow(watch);
    }
    m_tap->SetAttribute("BlockedPorts", StringValue(ports));
    return "";
}

void
Run::Simulate()
{
    // The last flow starts before 8 s and has CLIENT_DEADLINE seconds.
    Simulator::Stop(Seconds(8 + CLIENT_DEADLINE + 2));
    Simulator::Run();
}

SstExposureTap::Record
Run::Seen(const Flow& flow) const
{
    const auto id = flow.service + "/" + std::to_string(flow.number);
    auto seen = m_tap->GetRecord(id);
    const auto sinkhole = m_tap->GetRecord(id + "/sinkhole");
    seen.clearPort += sinkhole.clearPort;
    seen.name += sinkhole.name;
    seen.marked += sinkhole.marked;
    seen.toServer.packets += sinkhole.toServer.packets;
    seen.toServer.bytes += sinkhole.toServer.bytes;
    return seen;
}

void
Run::WriteRows(std::ostream& os) const
{
    os << "service,carriage,policy,censor,ip,seed,flow,outcome,reason,blocked,fell_back,exposed,"
          "imitates,rtt_ms,size,start_ms,ttfb_ms,duration_ms,goodput_mbps,ip_bytes,packets,"
          "marked_packets,port_seen,name_seen\n";
    os << std::fixed << std::setprecision(3);
    for (const auto& flow : m_flows)
    {
        const auto& record = flow.client->GetRecord();
        const auto seen = Seen(flow);
        const bool complete = record.IsComplete();
        const auto ttfb = record.GetTimeToFirstByte();
        os << flow.service << ',' << m_options.carriage << ',' << m_options.policy << ','
           << m_options.censor << ',' << m_options.ip << ',' << m_options.seed << ','
           << flow.number << ',' << (complete ? "completed" : "failed") << ','
           << (complete ? "" : ToString(record.outcome)) << ',' << !complete << ','
           << record.fellBack << ',' << seen.IsExposed() << ',' << seen.firstImitated << ','
           << flow.draw.rtt.GetSeconds() * 1e3 << ',' << flow.draw.size << ','
           << flow.draw.start.GetSeconds() * 1e3 << ',';
        if (ttfb >= 0)
        {
            os << ttfb * 1e3;
        }
        os << ',';
        if (complete)
        {
            os << (record.completed - record.started).GetSeconds() * 1e3 << ','
               << record.GetGoodputMbps();
        }
        else
        {
            os << ',';
        }
        os << ',' << seen.toServer.bytes + seen.toClient.bytes + seen.dns.bytes << ','
           << seen.toServer.packets + seen.toClient.packets + seen.dns.packets << ','
           << seen.marked << ',' << (seen.clearPort > 0) << ',' << (seen.name > 0) << '\n';
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    auto problem = CheckArguments(argc, argv);
    if (!problem.empty())
    {
        return Refuse(problem);
    }
    Options options;
    CommandLine cmd(__FILE__);
    cmd.AddValue("carriage", "how the services travel", options.carriage);
    cmd.AddValue("policy", "off (plain), opportunistic or require", options.policy);
    cmd.AddValue("censor", "rules joined by '+'", options.censor);
    cmd.AddValue("ip", "IP version, 4 or 6", options.ip);
    cmd.AddValue("seed", "seed of every random stream", options.seed);
    cmd.AddValue("flows", "flows of each service", options.flows);
    cmd.AddValue("first", "number of the first flow: a study may be split over runs", options.first);
    cmd.AddValue("services", "services, separated by commas, or all", options.services);
    cmd.AddValue("blocked", "services whose ports a port rule lists", options.blockedServices);
    cmd.AddValue("loss", "packet loss of the access link, each direction", options.loss);
    cmd.AddValue("output", "CSV file; standard output when empty", options.output);
    cmd.AddValue("info", "JSON file about the run; none when empty", options.info);
    cmd.AddValue("list", "print what can be chosen, as JSON, and end", options.list);
    cmd.Parse(argc, argv);
    if (options.list)
    {
        std::cout << "{\"services\": " << JsonList(SstServiceCatalog::Names())
                  << ", \"carriages\": " << JsonList(SstCarriage::Names())
                  << ", \"policies\": " << JsonList({"off", "opportunistic", "require"})
                  << ", \"censors\": " << JsonList(SstCensorHelper::GetKnownNames()) << "}\n";
        return 0;
    }
    std::vector<std::string> services;
    SstCarriage carriage;
    SstPolicy policy;
    problem = Check(options, services, carriage, policy);
    if (!problem.empty())
    {
        return Refuse(problem);
    }
    RngSeedManager::SetSeed(options.seed);
    const auto begin = std::chrono::steady_clock::now();
    std::ostringstream rows;
    {
        Run run(options, services, carriage, policy);
        problem = run.Build();
        if (!problem.empty())
        {
            return Refuse(problem);
        }
        run.Simulate();
        run.WriteRows(rows);
    }
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    std::ostringstream info;
    WriteInfo(options, wall.count(), info);
    Simulator::Destroy();

    for (const auto& [file, text] : {std::pair(options.output, rows.str()),
                                     std::pair(options.info, info.str())})
    {
        if (file.empty())
        {
            continue;
        }
        std::ofstream os(file, std::ios::trunc);
        os << text;
        os.close();
        if (!os)
        {
            std::cerr << "sst-blocking-resistance: cannot write '" << file
                      << "'; wanted a file in an existing, writable folder\n";
            return 1;
        }
    }
    if (options.output.empty())
    {
        std::cout << rows.str();
    }
    return 0;
}
