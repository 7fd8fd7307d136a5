/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seen-packet.h"
#include "sst-test-chain.h"
#include "sst-test-transfer.h"

#include "ns3/boolean.h"
#include "ns3/callback.h"
#include "ns3/config.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/sst-icmp-report.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/test.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 8080;        ///< the service's port
constexpr uint16_t CLOSED_PORT = 8081; ///< nobody's port
constexpr uint8_t ICMP = 1;            ///< IP protocol number
constexpr uint8_t ICMPV6 = 58;         ///< IP protocol number

/// Network, a UDP client that asks for SST and hears of ICMP, and a server that echoes.
class Talk
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit Talk(bool ipv6)
        : chain(SstTestChain::Family(ipv6))
    {
        chain.PublishKey();
        server = Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
        server->Bind(chain.AnySocket(PORT));
        server->SetRecvCallback(Callback<void, Ptr<Socket>>([](Ptr<Socket> socket) {
            Address from;
            while (Ptr<Packet> packet = socket->RecvFrom(from))
            {
                socket->SendTo(packet->Copy(), 0, from);
            }
        }));
        client = Socket::CreateSocket(chain.Client(), UdpSocketFactory::GetTypeId());
        client->Bind(chain.AnySocket(0));
        SstSocketOption::Enable(client, SstPolicy::REQUIRE);
        client->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket> socket) {
            while (socket->Recv())
            {
                echoes++;
            }
        }));
        client->SetAttribute("IcmpCallback", CallbackValue(MakeCallback(&Talk::Hear4, this)));
        client->SetAttribute("IcmpCallback6", CallbackValue(MakeCallback(&Talk::Hear6, this)));
    }

    /**
     * @param seconds when
     * @param port to which port of the server
     */
    void SendAt(double seconds, uint16_t port)
    {
        Simulator::Schedule(Seconds(seconds), [this, port]() {
            client->SendTo(Create<Packet>(100), 0, chain.ServerSocket(port));
        });
    }

    void Hear4(Ipv4Address, uint8_t, uint8_t type, uint8_t code, uint32_t)
    {
        heard += std::to_string(type) + "/" + std::to_string(code) + " ";
    }

    void Hear6(Ipv6Address, uint8_t, uint8_t type, uint8_t code, uint32_t)
    {
        heard += std::to_string(type) + "/" + std::to_string(code) + " ";
    }

    /// @return ICMP errors in clear on the first link
    uint32_t CountIcmpErrors() const
    {
        uint32_t count = 0;
        for (const auto& packet : chain.seen.front())
        {
            const uint8_t type = packet.bytes.at(packet.payload);
            count += (packet.protocol == ICMP && type != 0 && type != 8) ||
                             (packet.protocol == ICMPV6 && type < 128)
                         ? 1
                         : 0;
        }
        return count;
    }

    SstTestChain chain; //!< the network
    Ptr<Socket> server; //!< echoes
    Ptr<Socket> client; //!< asks for SST
    std::string heard;  //!< "type/code " of every ICMP error the client's socket was told of
    uint32_t echoes{0}; //!< datagrams that came back
};

} // namespace

/**
 * @ingroup sst-tests
 * A sealed datagram to a port nobody has: the answer comes inside the session.
 */
class SstClosedPortTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstClosedPortTestCase(bool ipv6)
        : TestCase(std::string("a sealed datagram to a closed port, IPv") + (ipv6 ? "6" : "4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        RunTalk();
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
    }

    /// Run it.
    void RunTalk()
    {
        Talk talk(m_ipv6);
        talk.SendAt(3, PORT);
        talk.SendAt(4, CLOSED_PORT);
        talk.SendAt(5, PORT);
        SstTestChain::Run(10);

        NS_TEST_ASSERT_MSG_EQ(talk.echoes, 2, "the open port answers, before and after");
        NS_TEST_ASSERT_MSG_EQ(talk.heard, (m_ipv6 ? "1/4 " : "3/3 "), "port unreachable");
        NS_TEST_ASSERT_MSG_EQ(talk.CountIcmpErrors(), 0, "nothing of it in clear");
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * A router drops a sealed datagram whose time is over: its socket learns of it.
 */
class SstTimeExceededTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstTimeExceededTestCase(bool ipv6)
        : TestCase(std::string("a router's ICMP error about a sealed datagram, IPv") +
                   (ipv6 ? "6" : "4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        Talk talk(m_ipv6);
        talk.SendAt(3, PORT);
        Simulator::Schedule(Seconds(4), [&talk, this]() {
            if (m_ipv6)
            {
                talk.client->SetIpv6HopLimit(2);
            }
            else
            {
                talk.client->SetIpTtl(2);
            }
        });
        talk.SendAt(5, PORT);
        SstTestChain::Run(10);

        NS_TEST_ASSERT_MSG_EQ(talk.echoes, 1, "the second datagram does not arrive");
        NS_TEST_ASSERT_MSG_EQ(talk.heard, (m_ipv6 ? "3/0 " : "11/0 "), "time exceeded");
        NS_TEST_ASSERT_MSG_EQ(talk.CountIcmpErrors(), 1, "from the router");
        NS_TEST_ASSERT_MSG_EQ(talk.chain.ClientStack()->GetSessionCount(), 1, "session goes on");
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * ICMP errors nobody sent a packet for: not told to the stack where the flow is sealed.
 */
class SstForgedIcmpTestCase : public TestCase
{
  public:
    SstForgedIcmpTestCase()
        : TestCase("forged ICMP errors about a sealed flow")
    {
    }

  private:
    void DoRun() override
    {
        Talk talk(false);
        talk.SendAt(3, PORT);
        Simulator::Schedule(Seconds(4), [&talk]() {
            Address local;
            talk.client->GetSockName(local);
            const uint16_t port = InetSocketAddress::ConvertFrom(local).GetPort();
            auto udp = talk.chain.Client()->GetObject<Ipv4L3Protocol>()->GetProtocol(17);
            const Ipv4Address self = Ipv4Address::ConvertFrom(talk.chain.ClientAddress());
            const Ipv4Address peer = Ipv4Address::ConvertFrom(talk.chain.ServerAddress());
            for (uint16_t destination : {PORT, CLOSED_PORT})
            {
                const uint8_t quote[8]{static_cast<uint8_t>(port >> 8),
                                       static_cast<uint8_t>(port),
                                       static_cast<uint8_t>(destination >> 8),
                                       static_cast<uint8_t>(destination)};
                udp->ReceiveIcmp(peer, 64, 3, 3, 0, self, peer, quote);
            }
        });
        SstTestChain::Run(10);

        NS_TEST_ASSERT_MSG_EQ(talk.chain.ClientStack()->GetDropCount("clear-on-sst-flow"),
                              1,
                              "about the sealed flow: refused");
        NS_TEST_ASSERT_MSG_EQ(talk.heard, "3/3 ", "about another: the stack's own business");
    }
};

/**
 * @ingroup sst-tests
 * IPv6: a router says that a packet was too big; the segments get smaller.
 */
class SstPathMtuTestCase : public TestCase
{
  public:
    SstPathMtuTestCase()
        : TestCase("segment size follows the path MTU, IPv6")
    {
    }

  private:
    void DoRun() override
    {
        constexpr uint16_t NARROW = 1320;
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
        {
            SstTestChain chain(SstTestChain::Family(true));
            // the last link carries less, which only the router in front of it knows
            for (uint32_t i = 0; i < 2; i++)
            {
                chain.links.back().Get(i)->SetMtu(NARROW);
            }
            chain.PublishKey();
            SstTestTransfer transfer(200000, 1000);
            transfer.Serve(chain.Server(), chain.AnySocket(PORT));
            SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
            transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
            SstTestChain::Run(60);

            NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "both texts arrive");
            uint32_t fragments = 0;
            uint32_t whole = 0;
            for (const auto& packet : chain.seen.back())
            {
                NS_TEST_ASSERT_MSG_LT_OR_EQ(packet.bytes.size(), NARROW, "fits");
                fragments += packet.IsFragment() ? 1 : 0;
                whole += packet.IsMarked() && packet.bytes.size() > NARROW - 8 ? 1 : 0;
            }
            NS_TEST_ASSERT_MSG_GT(whole, 100, "most segments fill the path");
            NS_TEST_ASSERT_MSG_LT(fragments, 40, "what was on its way already");
        }
        Config::Reset();
    }
};

/**
 * @ingroup sst-tests
 * The message that stands for an ICMP error: what is written is read again.
 */
class SstIcmpReportTestCase : public TestCase
{
  public:
    SstIcmpReportTestCase()
        : TestCase("ICMP errors as messages")
    {
    }

  private:
    void DoRun() override
    {
        const std::vector<uint8_t> address(16, 7);
        for (bool v6 : {false, true})
        {
            SstIcmpReport report;
            report.type = v6 ? 2 : 3;
            report.code = v6 ? 0 : 4;
            report.info = 1300;
            report.source = sst::IpAddress::From(address.data(), v6 ? 16 : 4);
            report.destination = report.source;
            report.protocol = 6;
            report.payload = {1, 2, 3, 4, 5, 6, 7, 8};
            sst::Buffer message;
            report.Write(message);
            SstIcmpReport read;
            NS_TEST_ASSERT_MSG_EQ(read.Read(message, v6), true, "an error");
            NS_TEST_ASSERT_MSG_EQ(+read.type, +report.type, "type");
            NS_TEST_ASSERT_MSG_EQ(+read.code, +report.code, "code");
            NS_TEST_ASSERT_MSG_EQ(read.info, report.info, "MTU");
            NS_TEST_ASSERT_MSG_EQ((read.source == report.source), true, "source");
            NS_TEST_ASSERT_MSG_EQ((read.destination == report.destination), true, "destination");
            NS_TEST_ASSERT_MSG_EQ(+read.protocol, 6, "protocol");
            NS_TEST_ASSERT_MSG_EQ((read.payload == report.payload), true, "payload");
            NS_TEST_ASSERT_MSG_EQ(read.Read(message, !v6), false, "of the other version");
            const std::size_t size = message.Size();
            for (std::size_t cut = 1; cut <= size; cut++)
            {
                message.TrimBack(1);
                NS_TEST_ASSERT_MSG_EQ(read.Read(message, v6), false, "cut to " << size - cut);
            }
        }
    }
};

/**
 * @ingroup sst-tests
 * ICMP errors and SST.
 */
class SstIcmpTestSuite : public TestSuite
{
  public:
    SstIcmpTestSuite()
        : TestSuite("sst-icmp", Type::SYSTEM)
    {
        AddTestCase(new SstIcmpReportTestCase, TestCase::Duration::QUICK);
        for (bool ipv6 : {false, true})
        {
            AddTestCase(new SstClosedPortTestCase(ipv6), TestCase::Duration::QUICK);
            AddTestCase(new SstTimeExceededTestCase(ipv6), TestCase::Duration::QUICK);
        }
        AddTestCase(new SstForgedIcmpTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstPathMtuTestCase, TestCase::Duration::QUICK);
    }
};

static SstIcmpTestSuite g_sstIcmpTestSuite; //!< registers the suite
