/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What SST with real cryptography costs the simulator: the same transfers with and without the
// side stack, over stock FqCoDel queue discs. The program simulates; who calls it takes the time
// (./sst bench simulator).
//
//   chain:    sender - router - router - router - receiver, one BulkSend transfer
//   dumbbell: N senders - router - router - N receivers, one BulkSend transfer a pair

#include "ns3/bulk-send-helper.h"
#include "ns3/command-line.h"
#include "ns3/config.h"
#include "ns3/data-rate.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/node-container.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/queue-size.h"
#include "ns3/simulator.h"
#include "ns3/sst-helper.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <iostream>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

/// A sender and the receiver it talks to.
struct Pair
{
    Ptr<Node> sender;      //!< runs BulkSend
    Ptr<Node> receiver;    //!< runs PacketSink
    Ipv4Address address{}; //!< of the receiver
};

/// Builds one of the topologies.
class Topology
{
  public:
    /**
     * @param name "chain" or "dumbbell"
     * @param flows number of pairs of the dumbbell
     */
    Topology(const std::string& name, uint32_t flows)
    {
        m_addresses.SetBase("10.1.0.0", "255.255.255.252");
        if (name == "chain")
        {
            NodeContainer nodes(5);
            m_internet.Install(nodes);
            Ipv4Address last;
            for (uint32_t i = 0; i + 1 < nodes.GetN(); ++i)
            {
                last = Link(nodes.Get(i), nodes.Get(i + 1), "100Mbps", "2ms");
            }
            m_pairs.push_back({nodes.Get(0), nodes.Get(4), last});
        }
        else
        {
            NodeContainer routers(2);
            m_internet.Install(routers);
            Link(routers.Get(0), routers.Get(1), "1Gbps", "5ms");
            for (uint32_t i = 0; i < flows; ++i)
            {
                NodeContainer ends(2);
                m_internet.Install(ends);
                Link(ends.Get(0), routers.Get(0), "100Mbps", "2ms");
                const auto address = Link(routers.Get(1), ends.Get(1), "100Mbps", "2ms");
                m_pairs.push_back({ends.Get(0), ends.Get(1), address});
            }
        }
        Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    }

    /// @return the pairs
    const std::vector<Pair>& Pairs() const
    {
        return m_pairs;
    }

  private:
    /**
     * @param left a node
     * @param right another
     * @param rate of the link
     * @param delay of the link
     * @return the address of the right one
     */
    Ipv4Address Link(Ptr<Node> left, Ptr<Node> right, const char* rate, const char* delay)
    {
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue(rate));
        link.SetChannelAttribute("Delay", StringValue(delay));
        const auto interfaces = m_addresses.Assign(link.Install(left, right));
        m_addresses.NewNetwork();
        return interfaces.GetAddress(1);
    }

    InternetStackHelper m_internet;  //!< installs the stacks
    Ipv4AddressHelper m_addresses;   //!< numbers the links
    std::vector<Pair> m_pairs;       //!< who talks to whom
};

} // namespace

int
main(int argc, char* argv[])
{
    std::string topology = "chain";
    std::string mode = "plain";
    uint32_t flows = 100;
    uint64_t megabytes = 0;
    CommandLine cmd(__FILE__);
    cmd.AddValue("topology", "chain or dumbbell", topology);
    cmd.AddValue("mode", "plain (no side stack at all) or sst (real cryptography)", mode);
    cmd.AddValue("flows", "pairs of the dumbbell", flows);
    cmd.AddValue("megabytes", "MB a flow carries; 0: 40 in the chain, 1 in the dumbbell", megabytes);
    cmd.Parse(argc, argv);
    if (topology != "chain" && topology != "dumbbell")
    {
        std::cerr << "--topology: unknown value '" << topology
                  << "'; wanted one of: chain, dumbbell\n";
        return 2;
    }
    if (mode != "plain" && mode != "sst")
    {
        std::cerr << "--mode: unknown value '" << mode << "'; wanted one of: plain, sst\n";
        return 2;
    }
    if (megabytes == 0)
    {
        megabytes = topology == "chain" ? 40 : 1;
    }
    // 1421 bytes leave room for IPv4, TCP with timestamps and the 27 bytes of SST in 1500: both
    // modes send the same number of packets.
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1420));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 20));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 20));

    Topology network(topology, flows);
    const bool sealed = mode == "sst";
    SstHelper sst;
    if (sealed)
    {
        sst.InstallAll();
    }
    const uint16_t port = 5001;
    std::vector<Ptr<PacketSink>> sinks;
    for (const auto& pair : network.Pairs())
    {
        PacketSinkHelper sink("ns3::TcpSocketFactory",
                              InetSocketAddress(Ipv4Address::GetAny(), port));
        const auto sinkApps = sink.Install(pair.receiver);
        sinkApps.Start(Seconds(0));
        sinks.push_back(DynamicCast<PacketSink>(sinkApps.Get(0)));
        BulkSendHelper bulk(sealed ? "ns3::SstTcpSocketFactory" : "ns3::TcpSocketFactory",
                            InetSocketAddress(pair.address, port));
        bulk.SetAttribute("MaxBytes", UintegerValue(megabytes * 1000000));
        bulk.Install(pair.sender).Start(MilliSeconds(10 * (1 + sinks.size() % 50)));
        if (sealed)
        {
            const auto name = "host-" + std::to_string(sinks.size()) + ".example";
            const auto value = sst.GenerateServerKey(pair.receiver);
            sst.AddHost(pair.sender, name, pair.address);
            pair.sender->GetObject<SstStack>()->ProvideKeys(name,
                                                            pair.address,
                                                            SstStack::KeyAnswer::KEYS,
                                                            value);
        }
    }
    Simulator::Stop(Seconds(60));
    Simulator::Run();
    uint64_t missing = 0;
    for (const auto& sink : sinks)
    {
        missing += megabytes * 1000000 - sink->GetTotalRx();
    }
    uint64_t sealedPackets = 0;
    for (const auto& pair : network.Pairs())
    {
        if (auto stack = pair.sender->GetObject<SstStack>())
        {
            sealedPackets += stack->GetTxPackets();
        }
    }
    std::cout << "{\"topology\": \"" << topology << "\", \"mode\": \"" << mode
              << "\", \"flows\": " << sinks.size() << ", \"megabytes\": " << megabytes
              << ", \"events\": " << Simulator::GetEventCount()
              << ", \"sealed_packets\": " << sealedPackets << ", \"missing_bytes\": " << missing
              << "}\n";
    Simulator::Destroy();
    if (missing != 0 || sealed != (sealedPackets != 0))
    {
        std::cerr << "the transfers did not complete as asked: " << missing
                  << " bytes are missing, " << sealedPackets << " packets were sealed\n";
        return 1;
    }
    return 0;
}
