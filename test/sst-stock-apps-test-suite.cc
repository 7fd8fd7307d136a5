/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-test-chain.h"

#include "ns3/application-container.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/config.h"
#include "ns3/on-off-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/sst-helper.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/udp-echo-client.h"
#include "ns3/udp-echo-helper.h"
#include "ns3/uinteger.h"

#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t BULK_PORT = 5001;    ///< of the TCP sink
constexpr uint16_t ONOFF_PORT = 5002;   ///< of the UDP sink
constexpr uint16_t ECHO_PORT = 7;       ///< of UdpEcho
constexpr uint32_t BULK_BYTES = 250000; ///< what BulkSend sends

/// What the applications received.
struct Received
{
    std::string stream;                 //!< bytes of the TCP sink
    std::vector<std::string> datagrams; //!< of the UDP sink
    std::vector<std::string> echoes;    //!< of the UdpEcho client
    uint64_t sealedAtServer{0};         //!< SST packets the server opened
    uint32_t clearPorts{0};             //!< packets with a service port in clear on the first link
};

/**
 * @param packet a packet
 * @return its bytes
 */
std::string
TextOf(Ptr<const Packet> packet)
{
    std::string text(packet->GetSize(), 0);
    packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), text.size());
    return text;
}

} // namespace

/**
 * @ingroup sst-tests
 * BulkSend, OnOff, UdpEcho and PacketSink as they are: with the side stack they receive what
 * they receive without the module.
 */
class SstStockAppsTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstStockAppsTestCase(bool ipv6)
        : TestCase(ipv6 ? "stock applications receive the same, IPv6"
                        : "stock applications receive the same, IPv4"),
          m_ipv6(ipv6)
    {
    }

  private:
    /**
     * @param sealed with the side stack and SST, else without the module
     * @return what the applications received
     */
    Received RunOnce(bool sealed)
    {
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        options.sideStack = sealed;
        SstTestChain chain(options);
        if (sealed)
        {
            chain.PublishKey();
            SstPolicyRule rule;
            rule.protocol = 17;
            rule.peerPort = ECHO_PORT;
            SstHelper().AddPolicy(chain.Client(), rule);
        }
        Received received;
        const std::string tcp = sealed ? "ns3::SstTcpSocketFactory" : "ns3::TcpSocketFactory";
        const std::string udp = sealed ? "ns3::SstUdpSocketFactory" : "ns3::UdpSocketFactory";
        ApplicationContainer apps;

        // the sink of the stream asks for SST as well, that of the datagrams is a plain one
        PacketSinkHelper streamSink(tcp, chain.AnySocket(BULK_PORT));
        ApplicationContainer sinks = streamSink.Install(chain.Server());
        sinks.Get(0)->TraceConnectWithoutContext(
            "Rx",
            Callback<void, Ptr<const Packet>, const Address&>(
                [&received](Ptr<const Packet> packet, const Address&) {
                    received.stream += TextOf(packet);
                }));
        PacketSinkHelper datagramSink("ns3::UdpSocketFactory", chain.AnySocket(ONOFF_PORT));
        ApplicationContainer otherSinks = datagramSink.Install(chain.Server());
        otherSinks.Get(0)->TraceConnectWithoutContext(
            "Rx",
            Callback<void, Ptr<const Packet>, const Address&>(
                [&received](Ptr<const Packet> packet, const Address&) {
                    received.datagrams.push_back(TextOf(packet));
                }));
        BulkSendHelper bulk(tcp, chain.ServerSocket(BULK_PORT));
        bulk.SetAttribute("MaxBytes", UintegerValue(BULK_BYTES));
        apps.Add(bulk.Install(chain.Client()));
        OnOffHelper onOff(udp, chain.ServerSocket(ONOFF_PORT));
        onOff.SetConstantRate(DataRate("400kbps"), 700);
        onOff.SetAttribute("MaxBytes", UintegerValue(35000));
        ApplicationContainer onOffApps = onOff.Install(chain.Client());
        onOff.AssignStreams(chain.nodes, 5000);
        apps.Add(onOffApps);

        UdpEchoServerHelper echoServer(ECHO_PORT);
        echoServer.Install(chain.Server());
        UdpEchoClientHelper echoClient(chain.ServerAddress(), ECHO_PORT);
        echoClient.SetAttribute("MaxPackets", UintegerValue(20));
        echoClient.SetAttribute("Interval", TimeValue(MilliSeconds(20)));
        ApplicationContainer echo = echoClient.Install(chain.Client());
        echoClient.SetFill(echo.Get(0), "two hosts and nobody in between");
        echo.Get(0)->TraceConnectWithoutContext(
            "Rx",
            Callback<void, Ptr<const Packet>>([&received](Ptr<const Packet> packet) {
                received.echoes.push_back(TextOf(packet));
            }));
        apps.Add(echo);
        apps.Start(Seconds(SstTestChain::START));
        SstTestChain::Run(SstTestChain::START + 10);

        if (sealed)
        {
            received.sealedAtServer = chain.ServerStack()->GetRxPackets();
        }
        for (const auto& packet : chain.seen.front())
        {
            for (uint16_t port : {BULK_PORT, ONOFF_PORT, ECHO_PORT})
            {
                if (packet.HasTransport() &&
                    (packet.SourcePort() == port || packet.DestinationPort() == port))
                {
                    received.clearPorts++;
                }
            }
        }
        return received;
    }

    void DoRun() override
    {
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
        const Received plain = RunOnce(false);
        const Received sealed = RunOnce(true);
        Config::Reset();

        NS_TEST_ASSERT_MSG_EQ(plain.stream.size(), BULK_BYTES, "BulkSend without the module");
        NS_TEST_ASSERT_MSG_EQ(plain.datagrams.size(), 50, "OnOff without the module");
        NS_TEST_ASSERT_MSG_EQ(plain.echoes.size(), 20, "UdpEcho without the module");
        NS_TEST_ASSERT_MSG_EQ((sealed.stream == plain.stream), true, "the same stream");
        NS_TEST_ASSERT_MSG_EQ((sealed.datagrams == plain.datagrams), true, "the same datagrams");
        NS_TEST_ASSERT_MSG_EQ((sealed.echoes == plain.echoes), true, "the same echoes");
        NS_TEST_ASSERT_MSG_GT(sealed.sealedAtServer, 200, "sealed packets");
        NS_TEST_ASSERT_MSG_GT(plain.clearPorts, 200, "ports in clear without the module");
        NS_TEST_ASSERT_MSG_EQ(sealed.clearPorts, 0, "no port in clear");
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * Tests of the module under applications of ns-3.
 */
class SstStockAppsTestSuite : public TestSuite
{
  public:
    SstStockAppsTestSuite()
        : TestSuite("sst-stock-apps", Type::SYSTEM)
    {
        AddTestCase(new SstStockAppsTestCase(false), TestCase::Duration::QUICK);
        AddTestCase(new SstStockAppsTestCase(true), TestCase::Duration::QUICK);
    }
};

static SstStockAppsTestSuite g_sstStockAppsTestSuite; //!< registers the suite
