/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seen-packet.h"
#include "sst-test-chain.h"

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/fq-codel-queue-disc.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/sst-flow-hash.h"
#include "ns3/sst-ingress-filter.h"
#include "ns3/sst-ipv4-header.h"
#include "ns3/sst-ipv4-queue-disc-item.h"
#include "ns3/sst-ipv6-queue-disc-item.h"
#include "ns3/sst-mark-tag.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/test.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/udp-header.h"
#include "ns3/udp-socket-factory.h"

#include <random>
#include <string>
#include <vector>

using namespace ns3;

/**
 * @defgroup sst-tests Tests of the SST module
 * @ingroup tests
 */

namespace
{

/**
 * @param packet a packet
 * @return its bytes
 */
std::vector<uint8_t>
BytesOf(Ptr<const Packet> packet)
{
    std::vector<uint8_t> bytes(packet->GetSize());
    packet->CopyData(bytes.data(), bytes.size());
    return bytes;
}

/// Turns checksums on for as long as it lives.
struct ChecksumsOn
{
    ChecksumsOn()
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    }

    ~ChecksumsOn()
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
    }
};

} // namespace

/**
 * @ingroup sst-tests
 * The IPv4 header: mark, DF and checksum, for 2000 headers.
 */
// MARK-1
class SstIpv4HeaderTestCase : public TestCase
{
  public:
    SstIpv4HeaderTestCase()
        : TestCase("IPv4 header carries the mark and a right checksum")
    {
    }

  private:
    void DoRun() override
    {
        ChecksumsOn checksums;
        std::mt19937 random(1);
        for (int i = 0; i < 2000; i++)
        {
            Ipv4Header header;
            header.EnableChecksum();
            header.SetSource(Ipv4Address(random()));
            header.SetDestination(Ipv4Address(random()));
            header.SetProtocol(17);
            header.SetTtl(static_cast<uint8_t>(random()));
            header.SetTos(static_cast<uint8_t>(random()));
            header.SetIdentification(static_cast<uint16_t>(random()));
            header.SetPayloadSize(8);
            if (i < 2)
            {
                // a checksum of 0 is a right one: 0 with the mark and DF, 1 without
                header.SetSource(Ipv4Address::GetZero());
                header.SetDestination(Ipv4Address::GetZero());
                header.SetTos(0);
                header.SetTtl(0);
                header.SetIdentification(i == 0 ? 0xfad1 : 0xbad2);
            }
            Ptr<Packet> packet = Create<Packet>(8);
            packet->AddHeader(SstIpv4Header(header, true));
            const SstSeenPacket seen(BytesOf(packet));
            NS_TEST_ASSERT_MSG_EQ(seen.IsChecksumRight(), true, "checksum of header " << i);
            NS_TEST_ASSERT_MSG_EQ(seen.reservedFlag, true, "mark of header " << i);
            NS_TEST_ASSERT_MSG_EQ(seen.dontFragment, true, "DF of header " << i);
            NS_TEST_ASSERT_MSG_EQ(+seen.trafficClass, +header.GetTos(), "TOS of header " << i);
        }
    }
};

/**
 * @ingroup sst-tests
 * The flow hash: that of the stock item for what is well formed, and no harm from what is not.
 */
class SstFlowHashTestCase : public TestCase
{
  public:
    SstFlowHashTestCase()
        : TestCase("flow hash equals the stock one and parses nothing")
    {
    }

  private:
    void DoRun() override
    {
        std::mt19937 random(2);
        for (int i = 0; i < 500; i++)
        {
            const bool tcp = random() % 2 == 0;
            Ptr<Packet> packet = Create<Packet>(random() % 100);
            if (tcp)
            {
                TcpHeader header;
                header.SetSourcePort(random() % 65536);
                header.SetDestinationPort(random() % 65536);
                header.AppendOption(CreateObject<TcpOptionTS>());
                packet->AddHeader(header);
            }
            else
            {
                UdpHeader header;
                header.SetSourcePort(random() % 65536);
                header.SetDestinationPort(random() % 65536);
                packet->AddHeader(header);
            }
            const uint32_t perturbation = random();
            Ipv4Header v4;
            v4.SetSource(Ipv4Address(random()));
            v4.SetDestination(Ipv4Address(random()));
            v4.SetProtocol(tcp ? 6 : 17);
            auto stock4 = Create<Ipv4QueueDiscItem>(packet, Address(), 0x0800, v4);
            const SstIpv4QueueDiscItem item4(*stock4, true, i % 2 == 0);
            NS_TEST_ASSERT_MSG_EQ(item4.Hash(perturbation),
                                  stock4->Hash(perturbation),
                                  "IPv4 hash " << i);
            Ipv6Header v6;
            v6.SetSource(Ipv6Address("2001:1::1"));
            v6.SetDestination(Ipv6Address("2001:2::2"));
            v6.SetNextHeader(tcp ? 6 : 17);
            auto stock6 = Create<Ipv6QueueDiscItem>(packet, Address(), 0x86dd, v6);
            NS_TEST_ASSERT_MSG_EQ(SstIpv6QueueDiscItem(*stock6).Hash(perturbation),
                                  stock6->Hash(perturbation),
                                  "IPv6 hash " << i);
        }
        // bytes on which the stock hash aborts or never returns
        for (int i = 0; i < 3000; i++)
        {
            std::vector<uint8_t> bytes(random() % 100);
            for (auto& byte : bytes)
            {
                byte = random();
            }
            Ptr<Packet> packet = Create<Packet>(bytes.data(), bytes.size());
            Ipv4Header v4;
            v4.SetProtocol(6);
            Ipv6Header v6;
            v6.SetNextHeader(6);
            SstFlowHash(packet, v4, 0);
            SstFlowHash(packet, v6, 0);
        }
    }
};

/**
 * @ingroup sst-tests
 * The queue item: size, CE and the DS field, before and after the header is added.
 */
class SstQueueDiscItemTestCase : public TestCase
{
  public:
    SstQueueDiscItemTestCase()
        : TestCase("IPv4 queue disc item: size, CE mark, header on the wire")
    {
    }

  private:
    void DoRun() override
    {
        ChecksumsOn checksums;
        Ipv4Header header;
        header.EnableChecksum();
        header.SetEcn(Ipv4Header::ECN_ECT0);
        header.SetPayloadSize(100);
        auto stock = Create<Ipv4QueueDiscItem>(Create<Packet>(100), Address(), 0x0800, header);
        SstIpv4QueueDiscItem item(*stock, true, false);
        NS_TEST_ASSERT_MSG_EQ(item.GetSize(), 120, "size without header");
        NS_TEST_ASSERT_MSG_EQ(item.Mark(), true, "ECT can be marked");
        uint8_t field = 0;
        NS_TEST_ASSERT_MSG_EQ(item.GetUint8Value(QueueItem::IP_DSFIELD, field), true, "DS field");
        NS_TEST_ASSERT_MSG_EQ(+field, 3, "CE in the DS field");
        item.AddHeader();
        NS_TEST_ASSERT_MSG_EQ(item.GetSize(), 120, "size with header");
        const SstSeenPacket seen(BytesOf(item.GetPacket()));
        NS_TEST_ASSERT_MSG_EQ(+seen.trafficClass, 3, "CE on the wire");
        NS_TEST_ASSERT_MSG_EQ(seen.IsMarked(), true, "mark on the wire");
        NS_TEST_ASSERT_MSG_EQ(seen.IsChecksumRight(), true, "checksum on the wire");

        header.SetEcn(Ipv4Header::ECN_NotECT);
        auto notEct = Create<Ipv4QueueDiscItem>(Create<Packet>(1), Address(), 0x0800, header);
        SstIpv4QueueDiscItem unmarkable(*notEct, true, false);
        NS_TEST_ASSERT_MSG_EQ(unmarkable.Mark(), false, "Not-ECT stays");
    }
};

/**
 * @ingroup sst-tests
 * The layer takes the place of the stock one, with what hung on that.
 */
class SstShadowTestCase : public TestCase
{
  public:
    SstShadowTestCase()
        : TestCase("the layer shadows the stock one, whatever was asked for before")
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain::Options options;
        options.sideStack = false;
        SstTestChain chain(options);
        Ptr<Node> node = chain.nodes.Get(1);
        Ptr<TrafficControlLayer> stock = node->GetObject<TrafficControlLayer>();
        for (int i = 0; i < 5000; i++)
        {
            node->GetObject<TrafficControlLayer>(TrafficControlLayer::GetTypeId());
        }
        Ptr<NetDevice> device = chain.links[0].Get(1);
        Ptr<QueueDisc> root = stock->GetRootQueueDiscOnDevice(device);
        NS_TEST_ASSERT_MSG_NE(root, nullptr, "the address helper installs a queue disc");

        Ptr<SstTrafficControlLayer> layer = SstTrafficControlLayer::Install(node);
        NS_TEST_ASSERT_MSG_EQ(SstTrafficControlLayer::Install(node), layer, "installed once");
        NS_TEST_ASSERT_MSG_EQ(SstTrafficControlLayer::Get(node), layer, "found");
        for (int i = 0; i < 100; i++)
        {
            NS_TEST_ASSERT_MSG_EQ(node->GetObject<TrafficControlLayer>(), layer, "in front");
            NS_TEST_ASSERT_MSG_EQ(
                node->GetObject<TrafficControlLayer>(TrafficControlLayer::GetTypeId()),
                layer,
                "in front by TypeId");
            node->GetObject<Ipv4L3Protocol>();
        }
        NS_TEST_ASSERT_MSG_EQ(stock->GetRootQueueDiscOnDevice(device), nullptr, "moved away");
        NS_TEST_ASSERT_MSG_EQ(layer->GetRootQueueDiscOnDevice(device), root, "moved here");

        // the Config path and the helper reach it
        const std::string path = "/NodeList/" + std::to_string(node->GetId()) +
                                 "/$ns3::TrafficControlLayer/RootQueueDiscList/*";
        NS_TEST_ASSERT_MSG_EQ(Config::LookupMatches(path).GetN(), 2, "queue discs by path");
        TrafficControlHelper helper;
        helper.Uninstall(device);
        helper.SetRootQueueDisc("ns3::FqCoDelQueueDisc");
        QueueDiscContainer discs = helper.Install(device);
        NS_TEST_ASSERT_MSG_EQ(layer->GetRootQueueDiscOnDevice(device), discs.Get(0), "by helper");
    }
};

/**
 * @ingroup sst-tests
 * The mark along a path, without the side stack above: set by a packet tag at the source, on the
 * wire of every hop, in a packet tag at the end; cleared by a stock router.
 */
class SstMarkCarriageTestCase : public TestCase
{
  public:
    /**
     * @param stockRouter whether the second router is a stock node
     */
    explicit SstMarkCarriageTestCase(bool stockRouter)
        : TestCase(stockRouter ? "the mark does not cross a stock router"
                               : "the mark crosses routers"),
          m_stockRouter(stockRouter)
    {
    }

  private:
    void DoRun() override
    {
        ChecksumsOn checksums;
        SstTestChain::Options options;
        options.sideStack = false;
        SstTestChain chain(options);
        for (uint32_t i = 0; i < chain.nodes.GetN(); i++)
        {
            if (!m_stockRouter || i != 2)
            {
                SstTrafficControlLayer::Install(chain.nodes.Get(i));
            }
        }
        Ptr<Socket> receiver = Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
        receiver->Bind(chain.AnySocket(9));
        uint32_t marked = 0;
        uint32_t plain = 0;
        receiver->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
            while (Ptr<Packet> packet = socket->Recv())
            {
                SstMarkTag tag;
                (packet->PeekPacketTag(tag) ? marked : plain)++;
            }
        }));
        Ptr<Socket> sender = Socket::CreateSocket(chain.Client(), UdpSocketFactory::GetTypeId());
        sender->Connect(chain.ServerSocket(9));
        Simulator::Schedule(Seconds(1), [&]() {
            for (int i = 0; i < 10; i++)
            {
                Ptr<Packet> packet = Create<Packet>(200);
                if (i % 2 == 0)
                {
                    packet->AddPacketTag(SstMarkTag());
                }
                sender->Send(packet);
            }
        });
        SstTestChain::Run(3);

        NS_TEST_ASSERT_MSG_EQ(marked, m_stockRouter ? 0 : 5, "marked at the end");
        NS_TEST_ASSERT_MSG_EQ(plain, m_stockRouter ? 10 : 5, "plain at the end");
        for (uint32_t link = 0; link < chain.seen.size(); link++)
        {
            uint32_t count = 0;
            for (const auto& packet : chain.seen[link])
            {
                NS_TEST_ASSERT_MSG_EQ(packet.IsChecksumRight(), true, "checksum, link " << link);
                NS_TEST_ASSERT_MSG_EQ(packet.dontFragment,
                                      packet.IsMarked() || (m_stockRouter && packet.dontFragment),
                                      "DF goes with the mark, link " << link);
                count += packet.IsMarked() ? 1 : 0;
            }
            const bool behindStock = m_stockRouter && link == 2;
            NS_TEST_ASSERT_MSG_EQ(count, behindStock ? 0 : 5, "marked on link " << link);
            NS_TEST_ASSERT_MSG_EQ(chain.seen[link].size(), 10, "packets on link " << link);
        }
    }

    bool m_stockRouter; //!< whether the second router is a stock node
};

/**
 * @ingroup sst-tests
 * A filter for tests: notes what it sees, drops every third packet, keeps every fifth for 10 ms.
 */
class SstNotingFilter : public SstIngressFilter
{
  public:
    Verdict Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol) override
    {
        const SstSeenPacket bytes(BytesOf(packet));
        marked += bytes.IsMarked() ? 1 : 0;
        right += bytes.IsChecksumRight() && protocol == 0x0800 ? 1 : 0;
        count++;
        order->push_back(name);
        if (drops && count % 3 == 0)
        {
            return CONSUME;
        }
        if (drops && count % 5 == 0)
        {
            Ptr<SstTrafficControlLayer> layer = SstTrafficControlLayer::Get(device->GetNode());
            Simulator::Schedule(MilliSeconds(10),
                                &SstTrafficControlLayer::Reinject,
                                layer,
                                device,
                                packet,
                                protocol);
            return CONSUME;
        }
        if (replaces)
        {
            // clears the reserved flag, as a middlebox that knows no better
            std::vector<uint8_t> other = BytesOf(packet);
            other[6] &= 0x7f;
            packet = Create<Packet>(other.data(), other.size());
        }
        return ACCEPT;
    }

    std::string name;                //!< for the order
    bool drops{false};               //!< whether it drops and delays
    bool replaces{false};            //!< whether it clears the mark
    uint32_t count{0};               //!< packets seen
    uint32_t marked{0};              //!< of them marked
    uint32_t right{0};               //!< of them IPv4 with a right checksum
    std::vector<std::string>* order; //!< who saw packets
};

/**
 * @ingroup sst-tests
 * Ingress filters: order, drop, delay and replacement, on marked packets through a router.
 */
class SstIngressFilterTestCase : public TestCase
{
  public:
    SstIngressFilterTestCase()
        : TestCase("ingress filters see, drop, delay and replace packets")
    {
    }

  private:
    void DoRun() override
    {
        ChecksumsOn checksums;
        SstTestChain::Options options;
        options.sideStack = false;
        options.routers = 2;
        SstTestChain chain(options);
        for (uint32_t i = 0; i < chain.nodes.GetN(); i++)
        {
            SstTrafficControlLayer::Install(chain.nodes.Get(i));
        }
        std::vector<std::string> order;
        Ptr<SstNotingFilter> first = CreateObject<SstNotingFilter>();
        first->name = "first";
        first->drops = true;
        first->order = &order;
        Ptr<SstNotingFilter> second = CreateObject<SstNotingFilter>();
        second->name = "second";
        second->order = &order;
        Ptr<SstTrafficControlLayer> router = SstTrafficControlLayer::Get(chain.nodes.Get(1));
        router->AddIngressFilter(first);
        router->AddIngressFilter(second);
        Ptr<SstNotingFilter> clearing = CreateObject<SstNotingFilter>();
        clearing->replaces = true;
        clearing->order = &order;
        SstTrafficControlLayer::Get(chain.nodes.Get(2))->AddIngressFilter(clearing);

        Ptr<Socket> receiver = Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
        receiver->Bind(chain.AnySocket(9));
        Ptr<Socket> sender = Socket::CreateSocket(chain.Client(), UdpSocketFactory::GetTypeId());
        sender->Connect(chain.ServerSocket(9));
        for (int i = 0; i < 15; i++)
        {
            Simulator::Schedule(MilliSeconds(1000 + i), [&sender]() {
                Ptr<Packet> packet = Create<Packet>(200);
                packet->AddPacketTag(SstMarkTag());
                sender->Send(packet);
            });
        }
        SstTestChain::Run(3);

        // of 15: the 3rd, 6th, 9th, 12th and 15th are dropped, the 5th and 10th come late
        NS_TEST_ASSERT_MSG_EQ(first->count, 15, "first filter");
        NS_TEST_ASSERT_MSG_EQ(first->marked, 15, "the filter sees the mark");
        NS_TEST_ASSERT_MSG_EQ(first->right, 15, "the filter sees whole headers");
        NS_TEST_ASSERT_MSG_EQ(second->count, 8, "second filter, not for what came late");
        NS_TEST_ASSERT_MSG_EQ(order.at(0), "first", "order");
        NS_TEST_ASSERT_MSG_EQ(order.at(1), "second", "order");
        NS_TEST_ASSERT_MSG_EQ(chain.seen[1].size(), 10, "forwarded");
        for (const auto& packet : chain.seen[1])
        {
            NS_TEST_ASSERT_MSG_EQ(packet.IsMarked(), true, "the mark survives a delay");
        }
        for (const auto& packet : chain.seen[2])
        {
            NS_TEST_ASSERT_MSG_EQ(packet.IsMarked(), false, "a cleared mark stays cleared");
        }
        // the checksum was not mended by the clearing filter: ns-3 drops such a packet
        NS_TEST_ASSERT_MSG_EQ(chain.seen[2].size(), 0, "bad checksum");
    }
};

/**
 * @ingroup sst-tests
 * Tests of model/wire.
 */
class SstWireTestSuite : public TestSuite
{
  public:
    SstWireTestSuite()
        : TestSuite("sst-wire", Type::UNIT)
    {
        AddTestCase(new SstIpv4HeaderTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstFlowHashTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstQueueDiscItemTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstShadowTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstMarkCarriageTestCase(false), TestCase::Duration::QUICK);
        AddTestCase(new SstMarkCarriageTestCase(true), TestCase::Duration::QUICK);
        AddTestCase(new SstIngressFilterTestCase, TestCase::Duration::QUICK);
    }
};

static SstWireTestSuite g_sstWireTestSuite; //!< registers the suite
