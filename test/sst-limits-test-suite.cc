/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seen-packet.h"
#include "sst-test-chain.h"
#include "sst-test-transfer.h"

#include "ns3/inet-socket-address.h"
#include "ns3/nstime.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/sst-address-nat.h"
#include "ns3/sst-ingress-filter.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <map>
#include <set>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 8080;     ///< the service's port
constexpr uint16_t UDP_PORT = 4433; ///< where layout U is served
constexpr uint8_t FLAGS_U = 5;      ///< of a key: early SYN, layout U

/**
 * @param bytes four bytes in network order
 * @return the number
 */
uint32_t
ReadU32(const uint8_t* bytes)
{
    return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

/// Keeps the first DATA packet of a device for later.
class Recorder : public SstIngressFilter
{
  public:
    Verdict Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol) override
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), bytes.size());
        const SstSeenPacket seen(bytes);
        if (!recorded && seen.IsMarked() && bytes.at(seen.payload) >> 6 == 0)
        {
            recorded = packet->Copy();
            etherType = protocol;
            from = device;
        }
        return ACCEPT;
    }

    Ptr<const Packet> recorded; //!< the packet
    uint16_t etherType{0};      //!< its EtherType
    Ptr<NetDevice> from;        //!< that received it
};

} // namespace

/**
 * @ingroup sst-tests
 * A connection that is open for long: both ends step through epochs, nothing is lost, what was
 * recorded in the first one opens no more.
 */
class SstEpochsTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstEpochsTestCase(bool ipv6)
        : TestCase(std::string("epochs of an open connection, IPv") + (ipv6 ? "6" : "4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        constexpr double EPOCH = 100;
        constexpr uint32_t MESSAGES = 60;
        SstTestChain chain(SstTestChain::Family(m_ipv6));
        for (const auto& stack : {chain.ClientStack(), chain.ServerStack()})
        {
            stack->SetAttribute("EpochTime", TimeValue(Seconds(EPOCH)));
        }
        chain.PublishKey();
        SstTestTransfer transfer(1000, 1000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        auto recorder = CreateObject<Recorder>();
        auto layer = SstTrafficControlLayer::Get(chain.nodes.Get(1));
        layer->AddIngressFilter(recorder);
        for (uint32_t i = 1; i <= MESSAGES; i++)
        {
            Simulator::Schedule(Seconds(SstTestChain::START + 20.0 * i), [&transfer, i]() {
                (i % 2 == 0 ? transfer.client : transfer.accepted)->Send(Create<Packet>(100));
            });
        }
        uint32_t clientEpoch = 0;
        uint64_t refused = 0;
        Simulator::Schedule(Seconds(20.0 * MESSAGES + 10), [&]() {
            clientEpoch = chain.ClientStack()->GetFlowState(transfer.client).epoch;
            for (const auto& stack : {chain.ClientStack(), chain.ServerStack()})
            {
                for (const auto& [reason, count] : stack->GetCounters())
                {
                    refused += count;
                }
            }
            layer->Reinject(recorder->from, recorder->recorded, recorder->etherType);
        });
        SstTestChain::Run(20.0 * MESSAGES + 20);

        NS_TEST_ASSERT_MSG_EQ(transfer.atServer.size(), 1000 + 100 * MESSAGES / 2, "up");
        NS_TEST_ASSERT_MSG_EQ(transfer.atClient.size(), 1000 + 100 * MESSAGES / 2, "down");
        NS_TEST_ASSERT_MSG_GT_OR_EQ(clientEpoch, 9, "epochs at the client");
        NS_TEST_ASSERT_MSG_EQ(refused, 0, "nothing refused");
        NS_TEST_ASSERT_MSG_EQ(chain.ServerStack()->GetDropCount("old-epoch"),
                              1,
                              "the recorded packet is refused");
        // numbers on the wire: the epoch is on top
        std::map<std::vector<uint8_t>, uint32_t> last;
        for (const auto& packet : chain.seen.front())
        {
            const uint8_t* start = packet.bytes.data() + packet.payload;
            if (packet.IsMarked() && start[0] >> 6 == 0)
            {
                const uint32_t number = ReadU32(start + 4);
                NS_TEST_ASSERT_MSG_GT_OR_EQ(number, last[packet.source], "numbers rise");
                last[packet.source] = number;
            }
        }
        NS_TEST_ASSERT_MSG_EQ(last.size(), 2, "both directions");
        for (const auto& [source, number] : last)
        {
            NS_TEST_ASSERT_MSG_GT_OR_EQ((number >> 24), 9, "epochs on the wire");
        }
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * Two connections of one address and port, from two hosts behind it.
 */
class SstPortCollisionTestCase : public TestCase
{
  public:
    /**
     * @param sealed whether the clients ask for SST
     */
    explicit SstPortCollisionTestCase(bool sealed)
        : TestCase(std::string("two hosts behind one address, the same ports, ") +
                   (sealed ? "sealed" : "in clear")),
          m_sealed(sealed)
    {
    }

  private:
    void DoRun() override
    {
        // the client's first router is the second client too: it has the address translator
        SstTestChain chain(SstTestChain::Family(false));
        chain.PublishKey();
        SstTestTransfer near(20000, 20000);
        SstTestTransfer far(20000, 20000);
        const Ipv4Address shared = Ipv4Address::ConvertFrom(chain.ServerAddress());
        auto router = chain.nodes.Get(2);
        auto nat = CreateObject<SstAddressNat>();
        nat->AddInside(chain.links[1].Get(1));
        nat->SetPublicAddress(
            router->GetObject<Ipv4>()->GetAddress(2, 0).GetLocal()); // towards the server
        SstTrafficControlLayer::Get(router)->AddIngressFilter(nat);
        auto second = chain.nodes.Get(1)->GetObject<SstStack>();
        const auto value = chain.ServerStack()->GenerateServerKey(2, 1);
        second->AddHost("shared.example", shared);
        second->ProvideKeys("shared.example", shared, SstStack::KeyAnswer::KEYS, value);

        // one listener for both: what is accepted is told apart by its peer
        std::vector<Ptr<Socket>> accepted;
        std::map<Ptr<Socket>, uint32_t> received;
        auto listener = Socket::CreateSocket(chain.Server(), TcpSocketFactory::GetTypeId());
        listener->Bind(chain.AnySocket(PORT));
        listener->Listen();
        listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>([&](Ptr<Socket> s, const Address&) {
                accepted.push_back(s);
                s->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
                    while (Ptr<Packet> packet = socket->Recv())
                    {
                        if (packet->GetSize() == 0)
                        {
                            return;
                        }
                        received[socket] += packet->GetSize();
                        socket->Send(packet->Copy());
                    }
                }));
            }));
        double start = SstTestChain::START;
        for (auto [transfer, node] :
             {std::pair{&far, chain.Client()}, std::pair{&near, chain.nodes.Get(1)}})
        {
            auto socket = transfer->Create(node);
            socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 40000));
            if (m_sealed)
            {
                SstSocketOption::Enable(socket, SstPolicy::REQUIRE);
            }
            transfer->Start(start, chain.ServerSocket(PORT));
            start += 0.5;
        }
        SstTestChain::Run(60);

        std::set<uint16_t> ports;
        std::set<Ipv4Address> addresses;
        for (const auto& socket : accepted)
        {
            Address peer;
            socket->GetPeerName(peer);
            ports.insert(InetSocketAddress::ConvertFrom(peer).GetPort());
            addresses.insert(InetSocketAddress::ConvertFrom(peer).GetIpv4());
        }
        NS_TEST_ASSERT_MSG_EQ(addresses.size(), 1, "the server knows one address");
        NS_TEST_ASSERT_MSG_EQ(ports.count(40000), 1, "one has its own port");
        NS_TEST_ASSERT_MSG_EQ(far.atClient.size(), 20000, "the first is answered");
        NS_TEST_ASSERT_MSG_EQ(ports.size(), (m_sealed ? 2 : 1), "ports at the server");
        NS_TEST_ASSERT_MSG_EQ(near.atClient.size(), (m_sealed ? 20000 : 0), "the second");
        NS_TEST_ASSERT_MSG_EQ((nat->GetRefusals() > 0), !m_sealed, "told apart");
        NS_TEST_ASSERT_MSG_EQ(chain.ServerStack()->GetDropCount("port-collision"), 0, "none");
    }

    bool m_sealed; //!< whether the clients ask for SST
};

/**
 * @ingroup sst-tests
 * A server that asks every client for a token before it keeps state.
 */
class SstRetryTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     * @param udp layout U
     */
    SstRetryTestCase(bool ipv6, bool udp)
        : TestCase(std::string("RETRY, IPv") + (ipv6 ? "6" : "4") + (udp ? ", layout U" : "")),
          m_ipv6(ipv6),
          m_udp(udp)
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Family(m_ipv6));
        chain.ServerStack()->SetAttribute("MaxHalfOpen", UintegerValue(0));
        chain.ServerStack()->SetAttribute("UdpPort", UintegerValue(UDP_PORT));
        chain.PublishKey(FLAGS_U, UDP_PORT);
        SstTestTransfer transfer(20000, 20000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()),
                                SstPolicy::REQUIRE,
                                SstCoverage::SEGMENT,
                                "",
                                false,
                                m_udp ? SstLayout::UDP : SstLayout::NATIVE);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "both texts arrive");
        NS_TEST_ASSERT_MSG_EQ(chain.ServerStack()->GetDropCount("retry-sent"), 1, "one RETRY");
        NS_TEST_ASSERT_MSG_EQ(chain.ServerStack()->GetSessionCount(), 1, "one session");
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
    bool m_udp;  //!< layout U
};

/**
 * @ingroup sst-tests
 * Epochs, port translation and RETRY in the simulator.
 */
class SstLimitsTestSuite : public TestSuite
{
  public:
    SstLimitsTestSuite()
        : TestSuite("sst-limits", Type::SYSTEM)
    {
        for (bool ipv6 : {false, true})
        {
            AddTestCase(new SstEpochsTestCase(ipv6), TestCase::Duration::QUICK);
            AddTestCase(new SstRetryTestCase(ipv6, false), TestCase::Duration::QUICK);
            AddTestCase(new SstRetryTestCase(ipv6, true), TestCase::Duration::QUICK);
        }
        AddTestCase(new SstPortCollisionTestCase(true), TestCase::Duration::QUICK);
        AddTestCase(new SstPortCollisionTestCase(false), TestCase::Duration::QUICK);
    }
};

static SstLimitsTestSuite g_sstLimitsTestSuite; //!< registers the suite
