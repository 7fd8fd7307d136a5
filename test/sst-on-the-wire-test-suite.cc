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
#include "ns3/simulator.h"
#include "ns3/sst-socket-option.h"
#include "ns3/test.h"
#include "ns3/udp-echo-helper.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t TCP_PORT = 8080; ///< of the sealed TCP service
constexpr uint16_t UDP_PORT = 8081; ///< of the sealed UDP service
constexpr uint16_t ECHO_PORT = 7;   ///< of a service in clear

/**
 * @param bytes of a file
 * @param at an offset
 * @return the 32-bit number there, in the byte order of this machine, as ns-3 writes pcap files
 */
uint32_t
ReadU32(const std::string& bytes, std::size_t at)
{
    uint32_t value = 0;
    bytes.copy(reinterpret_cast<char*>(&value), sizeof(value), at);
    return value;
}

/**
 * Read a pcap file (libpcap's format: 24 bytes, then 16 bytes before each packet) of PPP links.
 *
 * @param path its path
 * @return the IP packets in it, empty where there is no such file
 */
std::vector<SstSeenPacket>
ReadPcap(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)),
                            std::istreambuf_iterator<char>());
    std::vector<SstSeenPacket> packets;
    std::size_t at = 24;
    while (at + 16 <= bytes.size())
    {
        const uint32_t size = ReadU32(bytes, at + 8);
        at += 16;
        constexpr std::size_t ppp = 2;
        packets.emplace_back(
            std::vector<uint8_t>(bytes.begin() + at + ppp, bytes.begin() + at + size));
        at += size;
    }
    return packets;
}

/**
 * @param path of a file
 * @return its bytes
 */
std::string
ReadFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

/**
 * @ingroup sst-tests
 * The pcap of every hop: the mark on every SST packet, header checksums right, no port of a
 * sealed service in clear.
 */
// GEN-1, MARK-1, MARK-8
class SstSealedPcapTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstSealedPcapTestCase(bool ipv6)
        : TestCase(ipv6 ? "pcap of every hop, sealed, IPv6" : "pcap of every hop, sealed, IPv4"),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
        const std::string prefix = CreateTempDirFilename(m_ipv6 ? "sst-sealed-6" : "sst-sealed-4");
        bool complete = false;
        uint32_t echoes = 0;
        {
            SstTestChain::Options options;
            options.ipv6 = m_ipv6;
            options.pcap = prefix;
            SstTestChain chain(options);
            chain.PublishKey();
            SstTestTransfer transfer(100000, 100000);
            transfer.Serve(chain.Server(), chain.AnySocket(TCP_PORT));
            SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
            transfer.Start(SstTestChain::START, chain.ServerSocket(TCP_PORT));
            Ptr<Socket> server =
                Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
            server->Bind(chain.AnySocket(UDP_PORT));
            server->SetRecvCallback(Callback<void, Ptr<Socket>>([](Ptr<Socket> socket) {
                Address from;
                while (Ptr<Packet> packet = socket->RecvFrom(from))
                {
                    socket->SendTo(packet->Copy(), 0, from);
                }
            }));
            Ptr<Socket> client =
                Socket::CreateSocket(chain.Client(), UdpSocketFactory::GetTypeId());
            client->Bind(chain.AnySocket(0));
            client->Connect(chain.ServerSocket(UDP_PORT));
            SstSocketOption::Enable(client, SstPolicy::REQUIRE);
            // DSCP 46 asked for by the application does not show outside
            client->SetIpTos(0xb8);
            client->SetIpv6Tclass(0xb8);
            client->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
                while (socket->Recv())
                {
                    echoes++;
                }
            }));
            for (int i = 0; i < 20; i++)
            {
                Simulator::Schedule(Seconds(SstTestChain::START + 0.01 * i),
                                    [client, i]() { client->Send(Create<Packet>(100 + 200 * i)); });
            }
            SstTestChain::Run(SstTestChain::START + 10);
            complete = transfer.IsComplete();
        }
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
        Config::Reset();

        NS_TEST_ASSERT_MSG_EQ(complete, true, "both texts arrive");
        NS_TEST_ASSERT_MSG_EQ(echoes, 20, "all echoes arrive");
        // client, two routers and server; device 0 of each is the loopback
        for (const char* device : {"0-1", "1-1", "1-2", "2-1", "2-2", "3-1"})
        {
            const std::string file = prefix + "-" + device + ".pcap";
            uint32_t tcp = 0;
            uint32_t udp = 0;
            for (const auto& packet : ReadPcap(file))
            {
                NS_TEST_ASSERT_MSG_EQ(packet.IsChecksumRight(), true, "header checksum, " << file);
                if (packet.protocol != 6 && packet.protocol != 17)
                {
                    NS_TEST_ASSERT_MSG_EQ(packet.IsMarked(), false, "ICMP is never touched");
                    continue;
                }
                (packet.protocol == 6 ? tcp : udp)++;
                NS_TEST_ASSERT_MSG_EQ(packet.IsMarked(), true, "mark, " << file);
                if (packet.version == 4)
                {
                    NS_TEST_ASSERT_MSG_EQ(packet.dontFragment, true, "DF, " << file);
                    NS_TEST_ASSERT_MSG_EQ(+packet.trafficClass, 0, "DSCP 0, " << file);
                }
                if (packet.protocol == 6)
                {
                    NS_TEST_ASSERT_MSG_EQ(packet.IsFragment(), false, "no fragment, " << file);
                }
                if (packet.HasTransport())
                {
                    for (uint16_t port : {TCP_PORT, UDP_PORT})
                    {
                        NS_TEST_ASSERT_MSG_NE(packet.SourcePort(), port, "port, " << file);
                        NS_TEST_ASSERT_MSG_NE(packet.DestinationPort(), port, "port, " << file);
                    }
                }
            }
            NS_TEST_ASSERT_MSG_GT(tcp, 150, "TCP packets, " << file);
            NS_TEST_ASSERT_MSG_GT(udp, 60, "UDP packets, " << file);
        }
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * Traffic in clear: with the side stack on every node the pcap files are byte for byte, time
 * stamps included, those of a simulation without the module.
 */
class SstPlainPcapTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstPlainPcapTestCase(bool ipv6)
        : TestCase(ipv6 ? "pcap of every hop, plain, IPv6" : "pcap of every hop, plain, IPv4"),
          m_ipv6(ipv6)
    {
    }

  private:
    /**
     * @param sideStack whether the side stack is installed
     * @param prefix of the files
     * @return whether all traffic arrived
     */
    bool RunOnce(bool sideStack, const std::string& prefix)
    {
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        options.sideStack = sideStack;
        options.pcap = prefix;
        options.bottleneck = "2Mbps";
        SstTestChain chain(options);
        if (sideStack)
        {
            chain.PublishKey();
        }
        SstTestTransfer transfer(200000, 200000);
        transfer.Serve(chain.Server(), chain.AnySocket(TCP_PORT));
        transfer.Create(chain.Client());
        transfer.Start(SstTestChain::START, chain.ServerSocket(TCP_PORT));
        UdpEchoServerHelper server(ECHO_PORT);
        server.Install(chain.Server());
        UdpEchoClientHelper client(chain.ServerAddress(), ECHO_PORT);
        client.SetAttribute("MaxPackets", UintegerValue(30));
        client.SetAttribute("Interval", TimeValue(MilliSeconds(10)));
        client.SetAttribute("PacketSize", UintegerValue(2000));
        client.Install(chain.Client()).Start(Seconds(SstTestChain::START));
        // an address nobody has, a port nobody listens on: ICMP of routers and of the server
        UdpEchoClientHelper lost(chain.ServerAddress(), ECHO_PORT + 1);
        lost.SetAttribute("MaxPackets", UintegerValue(3));
        lost.Install(chain.Client()).Start(Seconds(SstTestChain::START));
        SstTestChain::Run(SstTestChain::START + 10);
        return transfer.IsComplete();
    }

    void DoRun() override
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        const std::string version = m_ipv6 ? "6" : "4";
        const std::string without = CreateTempDirFilename("sst-without-" + version);
        const std::string with = CreateTempDirFilename("sst-with-" + version);
        NS_TEST_EXPECT_MSG_EQ(RunOnce(false, without), true, "arrives without the module");
        NS_TEST_EXPECT_MSG_EQ(RunOnce(true, with), true, "arrives with the module");
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
        uint32_t files = 0;
        for (uint32_t node = 0; node < 4; node++)
        {
            for (uint32_t device = 0; device < 4; device++)
            {
                const std::string name =
                    "-" + std::to_string(node) + "-" + std::to_string(device) + ".pcap";
                const std::string expected = ReadFile(without + name);
                if (expected.empty())
                {
                    continue;
                }
                files++;
                NS_TEST_ASSERT_MSG_GT(expected.size(), 400000, "traffic in " << name);
                NS_TEST_ASSERT_MSG_EQ((ReadFile(with + name) == expected), true, name);
            }
        }
        NS_TEST_ASSERT_MSG_EQ(files, 6, "files of all devices");
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * Tests on what can be captured.
 */
class SstOnTheWireTestSuite : public TestSuite
{
  public:
    SstOnTheWireTestSuite()
        : TestSuite("sst-on-the-wire", Type::SYSTEM)
    {
        for (bool ipv6 : {false, true})
        {
            AddTestCase(new SstSealedPcapTestCase(ipv6), TestCase::Duration::QUICK);
            AddTestCase(new SstPlainPcapTestCase(ipv6), TestCase::Duration::QUICK);
        }
    }
};

static SstOnTheWireTestSuite g_sstOnTheWireTestSuite; //!< registers the suite
