/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seen-packet.h"
#include "sst-test-chain.h"
#include "sst-test-transfer.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/queue-disc.h"
#include "ns3/simulator.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/sst-tcp-access.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket-state.h"
#include "ns3/test.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <map>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 8080;         ///< the service's port
constexpr uint32_t SEGMENT_SIZE = 1448; ///< what fills 1500 bytes with the timestamp option

/// Settings of a test, taken back when it ends.
struct Settings
{
    explicit Settings(bool checksums)
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(checksums));
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(SEGMENT_SIZE));
    }

    ~Settings()
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
        Config::Reset();
    }
};

/**
 * @param stack a side stack
 * @return its drop counters as text
 */
std::string
CountersOf(Ptr<SstStack> stack)
{
    std::string text;
    for (const auto& [reason, count] : stack->GetCounters())
    {
        text += reason + "=" + std::to_string(count) + " ";
    }
    return text;
}

/// What is counted of the packets of a transport on a link.
struct Census
{
    /**
     * @param packets what a link carried
     * @param protocol 6 or 17
     */
    Census(const std::vector<SstSeenPacket>& packets, uint8_t protocol)
    {
        for (const auto& packet : packets)
        {
            if (packet.protocol != protocol)
            {
                continue;
            }
            count++;
            marked += packet.IsMarked() ? 1 : 0;
            fragments += packet.IsFragment() ? 1 : 0;
            ce += (packet.trafficClass & 3) == 3 ? 1 : 0;
            undefended += packet.version == 4 && packet.IsMarked() && !packet.dontFragment ? 1 : 0;
            if (packet.HasTransport())
            {
                ported += packet.SourcePort() == PORT || packet.DestinationPort() == PORT ? 1 : 0;
            }
        }
    }

    uint32_t count{0};      //!< packets
    uint32_t marked{0};     //!< with the mark
    uint32_t fragments{0};  //!< that are fragments
    uint32_t ce{0};         //!< with ECN CE
    uint32_t ported{0};     //!< with the service's port in clear
    uint32_t undefended{0}; //!< marked IPv4 packets without DF
};

} // namespace

/**
 * @ingroup sst-tests
 * A TCP transfer over two routers, every packet of it sealed, no packet fragmented.
 */
// MARK-12
class SstTcpTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     * @param checksums whether ns-3 computes checksums
     * @param early whether the SYN may travel in the first packet
     * @param coverage how much is sealed
     */
    SstTcpTestCase(bool ipv6, bool checksums, bool early, SstCoverage coverage)
        : TestCase(std::string("TCP over IPv") + (ipv6 ? "6" : "4") +
                   (checksums ? ", checksums" : "") + (early ? ", early SYN" : "") + ", coverage " +
                   ToString(coverage)),
          m_ipv6(ipv6),
          m_checksums(checksums),
          m_early(early),
          m_coverage(coverage)
    {
    }

  private:
    void DoRun() override
    {
        Settings settings(m_checksums);
        Config::SetDefault("ns3::SstStack::AllowNarrowCoverage", BooleanValue(true));
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        SstTestChain chain(options);
        chain.PublishKey(m_early ? 1 : 0);
        SstTestTransfer transfer(300000, 100000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE, m_coverage);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        SstFlowInfo info;
        uint32_t clientSize = 0;
        uint32_t serverSize = 0;
        Simulator::Schedule(Seconds(SstTestChain::START + 0.1), [&]() {
            info = chain.ClientStack()->GetFlowState(transfer.client);
            clientSize = SstTcpAccess::GetSegmentSize(*DynamicCast<TcpSocketBase>(transfer.client));
            serverSize =
                SstTcpAccess::GetSegmentSize(*DynamicCast<TcpSocketBase>(transfer.accepted));
        });
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "both texts arrive");
        NS_TEST_ASSERT_MSG_EQ(ToString(info.state), "sst", "state of the flow");
        NS_TEST_ASSERT_MSG_EQ(info.openedHere, true, "session opened by the client");
        // 1500 bytes hold an IP header, 27 or 28 bytes of SST, 32 of TCP, and the segment
        const uint32_t expected =
            1500 - (m_ipv6 ? 40 : 20) - (m_coverage == SstCoverage::SEGMENT ? 27 : 28) - 32;
        NS_TEST_ASSERT_MSG_EQ(clientSize, expected, "segment size of the client");
        NS_TEST_ASSERT_MSG_EQ(serverSize, expected, "segment size of the mirrored server");
        for (uint32_t link = 0; link < chain.seen.size(); link++)
        {
            const Census census(chain.seen[link], 6);
            NS_TEST_ASSERT_MSG_GT(census.count, 300, "packets on link " << link);
            NS_TEST_ASSERT_MSG_EQ(census.marked, census.count, "all marked, link " << link);
            NS_TEST_ASSERT_MSG_EQ(census.fragments, 0, "no fragments, link " << link);
            NS_TEST_ASSERT_MSG_EQ(census.undefended, 0, "DF, link " << link);
            NS_TEST_ASSERT_MSG_EQ(census.ported, 0, "no port in clear, link " << link);
        }
        NS_TEST_ASSERT_MSG_EQ(CountersOf(chain.ClientStack()), "", "client drops");
        NS_TEST_ASSERT_MSG_EQ(CountersOf(chain.ServerStack()), "", "server drops");
        NS_TEST_ASSERT_MSG_EQ(chain.ClientStack()->GetTxPackets(),
                              chain.ServerStack()->GetRxPackets(),
                              "nothing is lost on this path");
        NS_TEST_ASSERT_MSG_EQ(chain.ServerStack()->GetTxPackets(),
                              chain.ClientStack()->GetRxPackets(),
                              "nothing is lost on the way back");
    }

    bool m_ipv6;            //!< IPv6 instead of IPv4
    bool m_checksums;       //!< whether ns-3 computes checksums
    bool m_early;           //!< whether the SYN may travel in the first packet
    SstCoverage m_coverage; //!< how much is sealed
};

/**
 * @ingroup sst-tests
 * UDP datagrams of all sizes, up and down; those over the MTU are fragmented by the source.
 */
// ING-11, MARK-13
class SstUdpTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     * @param early whether the first datagram may travel in the first packet
     */
    SstUdpTestCase(bool ipv6, bool early)
        : TestCase(std::string("UDP of all sizes over IPv") + (ipv6 ? "6" : "4") +
                   (early ? ", early datagram" : "")),
          m_ipv6(ipv6),
          m_early(early)
    {
    }

  private:
    void DoRun() override
    {
        Settings settings(true);
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        SstTestChain chain(options);
        chain.PublishKey(m_early ? 3 : 1);
        Ptr<Socket> server = Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
        server->Bind(chain.AnySocket(PORT));
        server->SetRecvCallback(Callback<void, Ptr<Socket>>([](Ptr<Socket> socket) {
            Address from;
            while (Ptr<Packet> packet = socket->RecvFrom(from))
            {
                socket->SendTo(packet->Copy(), 0, from);
            }
        }));
        Ptr<Socket> client = Socket::CreateSocket(chain.Client(), UdpSocketFactory::GetTypeId());
        client->Bind(chain.AnySocket(0));
        client->Connect(chain.ServerSocket(PORT));
        SstSocketOption::Enable(client, SstPolicy::REQUIRE, SstCoverage::SEGMENT, "", m_early);
        std::map<uint32_t, std::string> back;
        client->SetRecvCallback(Callback<void, Ptr<Socket>>([&back](Ptr<Socket> socket) {
            while (Ptr<Packet> packet = socket->Recv())
            {
                std::string text(packet->GetSize(), 0);
                packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), text.size());
                back[text.size()] = text;
            }
        }));
        const std::vector<uint32_t> sizes{12, 1, 4, 100, 1399, 1425, 1426, 1472, 1473, 3000, 65000};
        for (std::size_t i = 0; i < sizes.size(); i++)
        {
            Simulator::Schedule(Seconds(SstTestChain::START + 0.01 * i), [client, &sizes, i]() {
                const std::string text = SstTestTransfer::Text(sizes[i]);
                client->Send(
                    Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
            });
        }
        // too long to be sealed and still fit an IP packet
        Simulator::Schedule(Seconds(SstTestChain::START + 0.5),
                            [client]() { client->Send(Create<Packet>(65500)); });
        SstTestChain::Run(10);

        for (uint32_t size : sizes)
        {
            NS_TEST_ASSERT_MSG_EQ((back[size] == SstTestTransfer::Text(size)),
                                  true,
                                  "datagram of " << size << " bytes, up and down");
        }
        NS_TEST_ASSERT_MSG_EQ(chain.ClientStack()->GetDropCount("length"), 1, "65500 bytes");
        for (uint32_t link = 0; link < chain.seen.size(); link++)
        {
            const Census census(chain.seen[link], 17);
            NS_TEST_ASSERT_MSG_EQ(census.marked, census.count, "all marked, link " << link);
            NS_TEST_ASSERT_MSG_GT(census.fragments, 90, "fragments, link " << link);
            NS_TEST_ASSERT_MSG_EQ(census.ported, 0, "no port in clear, link " << link);
        }
    }

    bool m_ipv6;  //!< IPv6 instead of IPv4
    bool m_early; //!< whether the first datagram may travel in the first packet
};

/**
 * @ingroup sst-tests
 * ECN: FqCoDel marks sealed packets CE in front of a bottleneck, and TCP at the end sees it.
 */
// ING-12, MARK-5, MARK-8
class SstEcnTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstEcnTestCase(bool ipv6)
        : TestCase(std::string("ECN over IPv") + (ipv6 ? "6" : "4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        Settings settings(true);
        Config::SetDefault("ns3::FqCoDelQueueDisc::UseEcn", BooleanValue(true));
        Config::SetDefault("ns3::TcpSocketBase::UseEcn", StringValue("On"));
        // the queue is to build up in the queue disc, not in the device
        Config::SetDefault("ns3::DropTailQueue<Packet>::MaxSize", StringValue("2p"));
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        options.bottleneck = "1Mbps";
        SstTestChain chain(options);
        chain.PublishKey();
        SstTestTransfer transfer(1000000, 1000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        SstTestChain::Run(30);

        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "both texts arrive");
        const Census census(chain.seen.back(), 6);
        NS_TEST_ASSERT_MSG_EQ(census.marked, census.count, "SST mark stays beside CE");
        NS_TEST_ASSERT_MSG_GT(census.ce, 5, "CE on the wire");
        for (const auto& packet : chain.seen.back())
        {
            NS_TEST_ASSERT_MSG_EQ(packet.IsChecksumRight(), true, "header checksum");
        }
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * A host that talks SST to itself, over the loopback and over an address of its own: no wire,
 * the tag alone carries the mark.
 */
class SstLoopbackTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     * @param own an address of its own instead of the loopback's
     */
    SstLoopbackTestCase(bool ipv6, bool own)
        : TestCase(std::string("SST to itself over ") + (own ? "an own address" : "the loopback") +
                   (ipv6 ? ", IPv6" : ", IPv4")),
          m_ipv6(ipv6),
          m_own(own)
    {
    }

  private:
    void DoRun() override
    {
        Settings settings(true);
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        SstTestChain chain(options);
        Address self = chain.ClientAddress();
        if (!m_own)
        {
            self =
                m_ipv6 ? Address(Ipv6Address::GetLoopback()) : Address(Ipv4Address::GetLoopback());
        }
        const auto value = chain.ClientStack()->GenerateServerKey(1, 1);
        chain.ClientStack()->AddHost("self.example", self);
        chain.ClientStack()->ProvideKeys("self.example", self, SstStack::KeyAnswer::KEYS, value);
        SstTestTransfer transfer(50000, 50000);
        transfer.Serve(chain.Client(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        const Address peer = m_ipv6
                                 ? Address(Inet6SocketAddress(Ipv6Address::ConvertFrom(self), PORT))
                                 : Address(InetSocketAddress(Ipv4Address::ConvertFrom(self), PORT));
        transfer.Start(SstTestChain::START, peer);
        // the same in clear, beside it
        SstTestTransfer plain(50000, 50000);
        plain.Serve(chain.Client(), chain.AnySocket(PORT + 1));
        plain.Create(chain.Client());
        const Address plainPeer =
            m_ipv6 ? Address(Inet6SocketAddress(Ipv6Address::ConvertFrom(self), PORT + 1))
                   : Address(InetSocketAddress(Ipv4Address::ConvertFrom(self), PORT + 1));
        plain.Start(SstTestChain::START, plainPeer);
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "both texts arrive");
        NS_TEST_ASSERT_MSG_EQ(plain.IsComplete(), true, "both plain texts arrive");
        NS_TEST_ASSERT_MSG_GT(chain.ClientStack()->GetTxPackets(), 50, "it was sealed");
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
    bool m_own;  //!< an address of its own instead of the loopback's
};

/**
 * @ingroup sst-tests
 * Installation at other times: before addresses, and with an interface that comes while the
 * simulation runs.
 */
class SstInstallTimeTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstInstallTimeTestCase(bool ipv6)
        : TestCase(std::string("installed before addresses, interface added later, IPv") +
                   (ipv6 ? "6" : "4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        Settings settings(true);
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        options.installBeforeAddresses = true;
        SstTestChain chain(options);
        chain.PublishKey();
        SstTestTransfer transfer(20000, 20000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));

        SstTestTransfer direct(20000, 20000);
        direct.Serve(chain.Server(), chain.AnySocket(PORT + 1));
        SstSocketOption::Enable(direct.Create(chain.Client()), SstPolicy::REQUIRE);
        const Ipv4Address late("10.9.9.2");
        if (!m_ipv6)
        {
            Simulator::Schedule(Seconds(SstTestChain::START), [&]() {
                PointToPointHelper p2p;
                NetDeviceContainer link = p2p.Install(chain.Client(), chain.Server());
                Ipv4AddressHelper address("10.9.9.0", "255.255.255.0");
                address.Assign(link);
                // what ns-3 wants of whoever adds a queue disc to a running node
                for (uint32_t i = 0; i < link.GetN(); i++)
                {
                    Ptr<NetDevice> device = link.Get(i);
                    auto layer = device->GetNode()->GetObject<TrafficControlLayer>();
                    layer->ScanDevices();
                    layer->GetRootQueueDiscOnDevice(device)->Initialize();
                }
                const auto value = chain.ServerStack()->GenerateServerKey(2, 1);
                chain.ClientStack()->AddHost("late.example", late);
                chain.ClientStack()->ProvideKeys("late.example",
                                                 late,
                                                 SstStack::KeyAnswer::KEYS,
                                                 value);
            });
            direct.Start(SstTestChain::START + 1, InetSocketAddress(late, PORT + 1));
        }
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "both texts arrive");
        const Census census(chain.seen[1], 6);
        NS_TEST_ASSERT_MSG_EQ(census.marked, census.count, "all marked");
        if (!m_ipv6)
        {
            NS_TEST_ASSERT_MSG_EQ(direct.IsComplete(), true, "texts arrive over the new link");
            NS_TEST_ASSERT_MSG_EQ(ToString(chain.ClientStack()->GetFlowState(direct.client).state),
                                  "sst",
                                  "sealed over the new link");
        }
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * Two runs give the same bytes on every wire.
 */
class SstDeterminismTestCase : public TestCase
{
  public:
    SstDeterminismTestCase()
        : TestCase("the same seed gives the same bytes on every wire")
    {
    }

  private:
    /// @return all bytes on all wires
    std::vector<std::vector<uint8_t>> RunOnce()
    {
        SstTestChain chain(SstTestChain::Options{});
        chain.PublishKey();
        SstTestTransfer transfer(30000, 30000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        transfer.Start(1, chain.ServerSocket(PORT));
        SstTestChain::Run(10);
        std::vector<std::vector<uint8_t>> all;
        for (const auto& link : chain.seen)
        {
            for (const auto& packet : link)
            {
                all.push_back(packet.bytes);
            }
        }
        return all;
    }

    void DoRun() override
    {
        Settings settings(true);

        const auto first = RunOnce();
        const auto second = RunOnce();
        NS_TEST_ASSERT_MSG_GT(first.size(), 100, "packets");
        NS_TEST_ASSERT_MSG_EQ((first == second), true, "the same bytes");
    }
};

/**
 * @ingroup sst-tests
 * Tests of model/stack: what crosses the network.
 */
class SstStackTestSuite : public TestSuite
{
  public:
    SstStackTestSuite()
        : TestSuite("sst-stack", Type::UNIT)
    {
        for (bool ipv6 : {false, true})
        {
            AddTestCase(new SstTcpTestCase(ipv6, true, true, SstCoverage::SEGMENT),
                        TestCase::Duration::QUICK);
            AddTestCase(new SstTcpTestCase(ipv6, false, false, SstCoverage::SEGMENT),
                        TestCase::Duration::QUICK);
            AddTestCase(new SstTcpTestCase(ipv6, true, false, SstCoverage::PORTS),
                        TestCase::Duration::QUICK);
            AddTestCase(new SstUdpTestCase(ipv6, false), TestCase::Duration::QUICK);
            AddTestCase(new SstUdpTestCase(ipv6, true), TestCase::Duration::QUICK);
            AddTestCase(new SstEcnTestCase(ipv6), TestCase::Duration::QUICK);
            AddTestCase(new SstLoopbackTestCase(ipv6, false), TestCase::Duration::QUICK);
            AddTestCase(new SstLoopbackTestCase(ipv6, true), TestCase::Duration::QUICK);
            AddTestCase(new SstInstallTimeTestCase(ipv6), TestCase::Duration::QUICK);
        }
        AddTestCase(new SstTcpTestCase(false, true, true, SstCoverage::HEADER),
                    TestCase::Duration::QUICK);
        AddTestCase(new SstDeterminismTestCase, TestCase::Duration::QUICK);
    }
};

static SstStackTestSuite g_sstStackTestSuite; //!< registers the suite
