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
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/sst-censor-helper.h"
#include "ns3/sst-ingress-filter.h"
#include "ns3/sst-raw-header.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 8080;            ///< the service's port
constexpr uint16_t UDP_PORT = 4433;        ///< where layout U is served
constexpr uint8_t FLAGS_U = 5;             ///< of a key: early SYN, layout U
constexpr uint32_t SEGMENT_SIZE = 1448;    ///< what fills 1500 bytes with the timestamp option
constexpr std::size_t UDP_HEADER_SIZE = 8; ///< RFC 768

/// Clears the mark of every IPv4 packet, as a router does that resets reserved bits.
class MarkStripper : public SstIngressFilter
{
  public:
    Verdict Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol) override
    {
        constexpr uint32_t FLAGS_END = 7; // RFC 791, 3.1
        uint8_t head[FLAGS_END];
        packet->CopyData(head, FLAGS_END);
        head[FLAGS_END - 1] &= 0x7f;
        Ptr<Packet> copy = packet->Copy();
        copy->RemoveAtStart(FLAGS_END);
        copy->AddHeader(SstRawHeader(head, FLAGS_END));
        packet = copy;
        return ACCEPT;
    }
};

} // namespace

/**
 * @ingroup sst-tests
 * Layout U, asked for or chosen because nothing marked comes through.
 */
class SstLayoutUTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     * @param layout what the client asks for
     * @param censored whether marked packets are dropped
     * @param checksums whether ns-3 computes checksums
     */
    SstLayoutUTestCase(bool ipv6, SstLayout layout, bool censored, bool checksums)
        : TestCase("layout " + ToString(layout) + (censored ? " against mark-drop" : "") +
                   (checksums ? ", checksums" : "") + ", IPv" + (ipv6 ? "6" : "4")),
          m_ipv6(ipv6),
          m_layout(layout),
          m_censored(censored),
          m_checksums(checksums)
    {
    }

  private:
    void DoRun() override
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(m_checksums));
        Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(SEGMENT_SIZE));
        RunChain();
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
        Config::Reset();
    }

    /// Run it.
    void RunChain()
    {
        SstTestChain chain(SstTestChain::Family(m_ipv6));
        chain.ServerStack()->SetAttribute("UdpPort", UintegerValue(UDP_PORT));
        chain.PublishKey(FLAGS_U, UDP_PORT);
        if (m_censored)
        {
            std::string error;
            SstCensorHelper().Install(chain.nodes.Get(1), "mark-drop", error);
            NS_TEST_ASSERT_MSG_EQ(error, "", "censor");
        }
        SstTestTransfer transfer(100000, 100000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()),
                                SstPolicy::REQUIRE,
                                SstCoverage::SEGMENT,
                                "",
                                false,
                                m_layout);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        bool complete = false;
        SstFlowInfo info;
        int bound = 0;
        Simulator::Schedule(Seconds(SstTestChain::START + 6), [&]() {
            complete = transfer.IsComplete();
            info = chain.ClientStack()->GetFlowState(transfer.client);
            // the session's port cannot be had by a socket
            for (const auto& packet : chain.seen.back())
            {
                if (packet.protocol == 17 && packet.DestinationPort() == UDP_PORT)
                {
                    auto socket =
                        Socket::CreateSocket(chain.Client(), UdpSocketFactory::GetTypeId());
                    bound = socket->Bind(chain.AnySocket(packet.SourcePort()));
                    break;
                }
            }
        });
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(complete, true, "both texts arrive");
        NS_TEST_ASSERT_MSG_EQ(ToString(info.layout), "udp", "layout of the session");
        NS_TEST_ASSERT_MSG_EQ(bound, -1, "the port of the session is held");
        std::set<uint16_t> ports;
        for (const auto& packet : chain.seen.back())
        {
            if (packet.protocol != 6 && packet.protocol != 17)
            {
                continue; // neighbor discovery
            }
            NS_TEST_ASSERT_MSG_EQ(packet.IsMarked(), false, "no mark behind the censor");
            NS_TEST_ASSERT_MSG_EQ(+packet.protocol, 17, "UDP alone");
            NS_TEST_ASSERT_MSG_EQ(packet.IsFragment(), false, "no fragment");
            NS_TEST_ASSERT_MSG_LT_OR_EQ(packet.bytes.size(), 1500, "fits");
            ports.insert(packet.SourcePort());
            ports.insert(packet.DestinationPort());
        }
        NS_TEST_ASSERT_MSG_EQ(ports.size(), 2, "one port at each end");
        NS_TEST_ASSERT_MSG_EQ(ports.count(UDP_PORT), 1, "the server's");
        NS_TEST_ASSERT_MSG_EQ(ports.count(PORT), 0, "not the service's");
        uint32_t marked = 0;
        for (const auto& packet : chain.seen.front())
        {
            marked += packet.IsMarked() ? 1 : 0;
        }
        NS_TEST_ASSERT_MSG_EQ(marked, (m_layout == SstLayout::AUTO ? 2 : 0), "tries in layout N");
    }

    bool m_ipv6;        //!< IPv6 instead of IPv4
    SstLayout m_layout; //!< what the client asks for
    bool m_censored;    //!< whether marked packets are dropped
    bool m_checksums;   //!< whether ns-3 computes checksums
};

/**
 * @ingroup sst-tests
 * UDP datagrams of all sizes in layout U, up and down; those over the MTU are fragmented.
 */
class SstUdpInLayoutUTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstUdpInLayoutUTestCase(bool ipv6)
        : TestCase(std::string("UDP of all sizes in layout U, IPv") + (ipv6 ? "6" : "4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Family(m_ipv6));
        chain.ServerStack()->SetAttribute("UdpPort", UintegerValue(UDP_PORT));
        chain.PublishKey(FLAGS_U, UDP_PORT);
        auto server = Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
        server->Bind(chain.AnySocket(PORT));
        server->SetRecvCallback(Callback<void, Ptr<Socket>>([](Ptr<Socket> socket) {
            Address from;
            while (Ptr<Packet> packet = socket->RecvFrom(from))
            {
                socket->SendTo(packet->Copy(), 0, from);
            }
        }));
        auto client = Socket::CreateSocket(chain.Client(), UdpSocketFactory::GetTypeId());
        client->Bind(chain.AnySocket(0));
        client->Connect(chain.ServerSocket(PORT));
        SstSocketOption::Enable(client,
                                SstPolicy::REQUIRE,
                                SstCoverage::SEGMENT,
                                "",
                                false,
                                SstLayout::UDP);
        std::map<uint32_t, std::string> back;
        client->SetRecvCallback(Callback<void, Ptr<Socket>>([&back](Ptr<Socket> socket) {
            while (Ptr<Packet> packet = socket->Recv())
            {
                std::string text(packet->GetSize(), 0);
                packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), text.size());
                back[text.size()] = text;
            }
        }));
        const std::vector<uint32_t> sizes{12, 1, 4, 100, 1419, 1420, 1472, 1473, 3000, 65000};
        for (std::size_t i = 0; i < sizes.size(); i++)
        {
            Simulator::Schedule(Seconds(SstTestChain::START + 0.01 * i), [client, &sizes, i]() {
                const std::string text = SstTestTransfer::Text(sizes[i]);
                client->Send(
                    Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()), text.size()));
            });
        }
        SstTestChain::Run(10);

        for (uint32_t size : sizes)
        {
            NS_TEST_ASSERT_MSG_EQ((back[size] == SstTestTransfer::Text(size)),
                                  true,
                                  "datagram of " << size << " bytes, up and down");
        }
        for (const auto& packet : chain.seen.back())
        {
            NS_TEST_ASSERT_MSG_EQ(packet.IsMarked(), false, "no mark");
            if (packet.protocol == 17 && packet.HasTransport())
            {
                NS_TEST_ASSERT_MSG_EQ(
                    (packet.SourcePort() == UDP_PORT || packet.DestinationPort() == UDP_PORT),
                    true,
                    "one port of the server");
            }
        }
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * A path that takes the mark away: a server that tries unmarked INITs serves it all the same.
 */
class SstUnmarkedTestCase : public TestCase
{
  public:
    /**
     * @param accept whether the server tries them
     */
    explicit SstUnmarkedTestCase(bool accept)
        : TestCase(std::string("a path without marks, a server that ") +
                   (accept ? "tries" : "does not try") + " unmarked INITs"),
          m_accept(accept)
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Family(false));
        chain.ServerStack()->SetAttribute("AcceptUnmarkedInit", BooleanValue(m_accept));
        chain.PublishKey();
        SstTrafficControlLayer::Get(chain.nodes.Get(1))
            ->AddIngressFilter(CreateObject<MarkStripper>());
        SstTestTransfer transfer(20000, 20000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), m_accept, "both texts");
        for (const auto& packet : chain.seen[1])
        {
            NS_TEST_ASSERT_MSG_EQ((packet.IsMarked() && packet.source[2] == 1),
                                  false,
                                  "no mark of the client behind the router");
        }
    }

    bool m_accept; //!< whether the server tries them
};

/**
 * @ingroup sst-tests
 * Layouts that cannot be had, and policy pin.
 */
class SstRefusalsTestCase : public TestCase
{
  public:
    SstRefusalsTestCase()
        : TestCase("layout U where it is not served, and policy pin")
    {
    }

  private:
    /**
     * @param policy what the client asks for
     * @param layout what the client asks for
     * @param flags of the server's key, 0 for no key at first
     * @param forget whether the DNS says that there is no key when the connection is made
     * @return state and reason of the flow
     */
    static std::string Outcome(SstPolicy policy, SstLayout layout, uint8_t flags, bool forget)
    {
        SstTestChain chain(SstTestChain::Family(false));
        chain.PublishKey(flags);
        if (forget)
        {
            chain.ClientStack()->ProvideKeys(SstTestChain::NAME,
                                             chain.ServerAddress(),
                                             SstStack::KeyAnswer::ABSENT);
        }
        SstTestTransfer transfer(1000, 1000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()),
                                policy,
                                SstCoverage::SEGMENT,
                                "",
                                false,
                                layout);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        std::string outcome;
        Simulator::Schedule(Seconds(SstTestChain::START + 1), [&]() {
            const auto info = chain.ClientStack()->GetFlowState(transfer.client);
            outcome = ToString(info.state) + " " + info.reason;
        });
        SstTestChain::Run(SstTestChain::START + 2);
        return outcome;
    }

    void DoRun() override
    {
        constexpr uint8_t STRICT = 9; // and early SYN
        NS_TEST_EXPECT_MSG_EQ(Outcome(SstPolicy::REQUIRE, SstLayout::UDP, 1, false),
                              "failed layout-unsupported",
                              "required");
        NS_TEST_EXPECT_MSG_EQ(Outcome(SstPolicy::OPPORTUNISTIC, SstLayout::UDP, 1, false),
                              "clear layout-unsupported",
                              "opportunistic");
        NS_TEST_EXPECT_MSG_EQ(Outcome(SstPolicy::PIN, SstLayout::AUTO, STRICT, false),
                              "sst none",
                              "pin with a key");
        NS_TEST_EXPECT_MSG_EQ(Outcome(SstPolicy::PIN, SstLayout::AUTO, STRICT, true),
                              "failed no-key",
                              "pin, once strict, now without a key");
        NS_TEST_EXPECT_MSG_EQ(Outcome(SstPolicy::PIN, SstLayout::AUTO, 1, true),
                              "clear no-key",
                              "pin, never strict, now without a key");
    }
};

/**
 * @ingroup sst-tests
 * Padding and dummies: sizes on the wire.
 */
class SstPaddingTestCase : public TestCase
{
  public:
    /**
     * @param padding as the attribute has it
     * @param layout what the client asks for
     */
    SstPaddingTestCase(const std::string& padding, SstLayout layout)
        : TestCase("padding " + padding + ", layout " + ToString(layout)),
          m_padding(padding),
          m_layout(layout)
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Family(false));
        for (const auto& stack : {chain.ClientStack(), chain.ServerStack()})
        {
            stack->SetAttribute("Padding", StringValue(m_padding));
            stack->SetAttribute("UdpPort", UintegerValue(UDP_PORT));
        }
        chain.PublishKey(FLAGS_U, UDP_PORT);
        SstTestTransfer transfer(30000, 30000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()),
                                SstPolicy::REQUIRE,
                                SstCoverage::SEGMENT,
                                "",
                                false,
                                m_layout);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        bool dummy = false;
        Simulator::Schedule(Seconds(SstTestChain::START + 5), [&]() {
            Address local;
            transfer.client->GetSockName(local);
            dummy = chain.ClientStack()->SendDummy(
                {6, InetSocketAddress::ConvertFrom(local).GetPort(), chain.ServerAddress(), PORT},
                512);
        });
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "both texts arrive");
        NS_TEST_ASSERT_MSG_EQ(dummy, true, "dummy sent");
        const std::size_t shell = m_layout == SstLayout::UDP ? UDP_HEADER_SIZE : 0;
        uint32_t dummies = 0;
        for (const auto& packet : chain.seen.front())
        {
            const std::size_t size = packet.bytes.size() - packet.payload;
            NS_TEST_ASSERT_MSG_LT_OR_EQ(packet.bytes.size(), 1500, "fits");
            NS_TEST_ASSERT_MSG_EQ(packet.IsFragment(), false, "no fragment");
            if (packet.bytes.at(packet.payload + shell) >> 6 != 0)
            {
                continue; // INIT and RESP have their own
            }
            dummies += size == 512 ? 1 : 0;
            const bool padded = m_padding == "mtu" ? packet.bytes.size() == 1500
                                                   : size % std::stoul(m_padding) == 0;
            NS_TEST_ASSERT_MSG_EQ((padded || size == 512), true, "size " << size);
        }
        NS_TEST_ASSERT_MSG_GT_OR_EQ(dummies, 1, "the dummy on the wire");
    }

    std::string m_padding; //!< as the attribute has it
    SstLayout m_layout;    //!< what the client asks for
};

/**
 * @ingroup sst-tests
 * A rule of the policy table asks for layout and padding; and the names of both.
 */
class SstLayoutRuleTestCase : public TestCase
{
  public:
    SstLayoutRuleTestCase()
        : TestCase("layout and padding by a rule, and their names")
    {
    }

  private:
    void DoRun() override
    {
        SstPadding padding;
        for (const std::string name : {"none", "mtu", "2", "1024"})
        {
            NS_TEST_EXPECT_MSG_EQ(FromString(name, padding), true, name);
            NS_TEST_EXPECT_MSG_EQ(ToString(padding), name, name);
        }
        for (const std::string name : {"", "1", "1025", "99999", "-2", "2x", "MTU"})
        {
            NS_TEST_EXPECT_MSG_EQ(FromString(name, padding), false, name);
        }
        SstPolicy policy = SstPolicy::OFF;
        NS_TEST_EXPECT_MSG_EQ(FromString("pin", policy), true, "pin");
        NS_TEST_EXPECT_MSG_EQ(ToString(policy), "pin", "pin");

        SstTestChain chain(SstTestChain::Family(false));
        chain.ServerStack()->SetAttribute("UdpPort", UintegerValue(UDP_PORT));
        chain.PublishKey(FLAGS_U, UDP_PORT);
        SstPolicyRule rule;
        rule.peerPort = PORT;
        rule.layout = SstLayout::UDP;
        rule.padding = {SstPadding::MULTIPLE, 128};
        chain.ClientStack()->AddPolicy(rule);
        SstTestTransfer transfer(20000, 0);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        transfer.Create(chain.Client());
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "the text arrives");
        uint32_t padded = 0;
        for (const auto& packet : chain.seen.front())
        {
            NS_TEST_ASSERT_MSG_EQ(+packet.protocol, 17, "layout U");
            // a server pads by its own attribute, packets as long as the MTU have no room left
            const std::size_t size = packet.bytes.size() - packet.payload;
            padded += packet.DestinationPort() == UDP_PORT && size % 128 == 0 ? 1 : 0;
        }
        NS_TEST_ASSERT_MSG_GT(padded, 10, "padded packets of the client");
    }
};

/**
 * @ingroup sst-tests
 * What packets look like: layout U, padding, a path without marks; and policy pin.
 */
class SstLayoutsTestSuite : public TestSuite
{
  public:
    SstLayoutsTestSuite()
        : TestSuite("sst-layouts", Type::SYSTEM)
    {
        for (bool ipv6 : {false, true})
        {
            AddTestCase(new SstLayoutUTestCase(ipv6, SstLayout::UDP, false, true),
                        TestCase::Duration::QUICK);
            AddTestCase(new SstLayoutUTestCase(ipv6, SstLayout::AUTO, true, false),
                        TestCase::Duration::QUICK);
            AddTestCase(new SstUdpInLayoutUTestCase(ipv6), TestCase::Duration::QUICK);
        }
        AddTestCase(new SstUnmarkedTestCase(true), TestCase::Duration::QUICK);
        AddTestCase(new SstUnmarkedTestCase(false), TestCase::Duration::QUICK);
        AddTestCase(new SstLayoutRuleTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstRefusalsTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstPaddingTestCase("256", SstLayout::NATIVE), TestCase::Duration::QUICK);
        AddTestCase(new SstPaddingTestCase("100", SstLayout::UDP), TestCase::Duration::QUICK);
        AddTestCase(new SstPaddingTestCase("mtu", SstLayout::NATIVE), TestCase::Duration::QUICK);
    }
};

static SstLayoutsTestSuite g_sstLayoutsTestSuite; //!< registers the suite
