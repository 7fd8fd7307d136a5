/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seen-packet.h"
#include "sst-test-chain.h"
#include "sst-test-transfer.h"

#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-header.h"
#include "ns3/simulator.h"
#include "ns3/sst-address.h"
#include "ns3/sst-segment-check.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-socket-table.h"
#include "ns3/sst-stack.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/tag.h"
#include "ns3/tcp-header.h"
#include "ns3/test.h"
#include "ns3/udp-socket-factory.h"

#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 8080;   ///< the service's port
constexpr uint16_t IPV4 = 0x0800; ///< EtherType
constexpr uint16_t IPV6 = 0x86dd; ///< EtherType

/**
 * @param packet a packet on the wire
 * @return the same for ns-3
 */
Ptr<Packet>
ToPacket(const std::vector<uint8_t>& packet)
{
    return Create<Packet>(packet.data(), packet.size());
}

} // namespace

/**
 * @ingroup sst-tests
 * A number, as a byte tag or a packet tag.
 */
class SstNumberTag : public Tag
{
  public:
    /// @param number the number
    explicit SstNumberTag(uint32_t number = 0)
        : m_number(number)
    {
    }

    /// @return the TypeId
    static TypeId GetTypeId()
    {
        static TypeId tid = TypeId("SstNumberTag")
                                .SetParent<Tag>()
                                .SetGroupName("Sst")
                                .HideFromDocumentation()
                                .AddConstructor<SstNumberTag>();
        return tid;
    }

    TypeId GetInstanceTypeId() const override
    {
        return GetTypeId();
    }

    uint32_t GetSerializedSize() const override
    {
        return sizeof(m_number);
    }

    void Serialize(TagBuffer i) const override
    {
        i.WriteU32(m_number);
    }

    void Deserialize(TagBuffer i) override
    {
        m_number = i.ReadU32();
    }

    void Print(std::ostream& os) const override
    {
        os << m_number;
    }

    /// @return the number
    uint32_t Get() const
    {
        return m_number;
    }

  private:
    uint32_t m_number; //!< the number
};

NS_OBJECT_ENSURE_REGISTERED(SstNumberTag);

/**
 * @ingroup sst-tests
 * Uid, packet tags and byte tags of a datagram are at the receiver what they were at the sender,
 * byte tags on exactly their bytes, sealed as in clear, fragmented or not.
 */
class SstTagsTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     * @param sealed whether the socket asks for SST
     * @param size of the datagram
     */
    SstTagsTestCase(bool ipv6, bool sealed, uint32_t size)
        : TestCase(NameOf(ipv6, sealed, size)),
          m_ipv6(ipv6),
          m_sealed(sealed),
          m_size(size)
    {
    }

  private:
    /**
     * @param ipv6 IPv6 instead of IPv4
     * @param sealed whether the socket asks for SST
     * @param size of the datagram
     * @return the name of the test
     */
    static std::string NameOf(bool ipv6, bool sealed, uint32_t size)
    {
        std::ostringstream name;
        name << "uid and tags, IPv" << (ipv6 ? 6 : 4) << (sealed ? ", sealed, " : ", clear, ")
             << size << " bytes";
        return name.str();
    }

    void DoRun() override
    {
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        SstTestChain chain(options);
        chain.PublishKey(3);
        const std::map<uint32_t, std::pair<uint32_t, uint32_t>> ranges{
            {1, {0, 1}},
            {2, {10, 20}},
            {3, {m_size / 2 - 5, m_size / 2 + 5}},
            {4, {m_size - 1, m_size}},
            {5, {0, m_size}}};
        Ptr<Socket> server = Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
        server->Bind(chain.AnySocket(PORT));
        std::vector<uint64_t> sentUids;
        std::vector<uint64_t> uids;
        uint32_t received = 0;
        server->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
            while (Ptr<Packet> packet = socket->Recv())
            {
                received++;
                uids.push_back(packet->GetUid());
                SstNumberTag tag;
                NS_TEST_EXPECT_MSG_EQ(packet->PeekPacketTag(tag), true, "packet tag");
                NS_TEST_EXPECT_MSG_EQ(tag.Get(), 77, "number of the packet tag");
                std::map<uint32_t, std::set<uint32_t>> bytes;
                ByteTagIterator i = packet->GetByteTagIterator();
                while (i.HasNext())
                {
                    ByteTagIterator::Item item = i.Next();
                    if (item.GetTypeId() != SstNumberTag::GetTypeId())
                    {
                        continue;
                    }
                    item.GetTag(tag);
                    for (uint32_t at = item.GetStart(); at < item.GetEnd(); at++)
                    {
                        bytes[tag.Get()].insert(at);
                    }
                }
                for (const auto& [number, range] : ranges)
                {
                    std::set<uint32_t> expected;
                    for (uint32_t at = range.first; at < range.second; at++)
                    {
                        expected.insert(at);
                    }
                    NS_TEST_EXPECT_MSG_EQ((bytes[number] == expected),
                                          true,
                                          "bytes of tag " << number);
                }
                NS_TEST_EXPECT_MSG_EQ(bytes.size(), ranges.size(), "byte tags");
            }
        }));
        Ptr<Socket> client = Socket::CreateSocket(chain.Client(), UdpSocketFactory::GetTypeId());
        client->Bind(chain.AnySocket(0));
        client->Connect(chain.ServerSocket(PORT));
        if (m_sealed)
        {
            SstSocketOption::Enable(client, SstPolicy::REQUIRE, SstCoverage::SEGMENT, "", true);
        }
        // the first travels in INIT where it fits, the second waits for no handshake
        for (int i = 0; i < 3; i++)
        {
            Simulator::Schedule(Seconds(SstTestChain::START + 0.1 * i), [&]() {
                Ptr<Packet> packet = Create<Packet>(m_size);
                sentUids.push_back(packet->GetUid());
                packet->AddPacketTag(SstNumberTag(77));
                for (const auto& [number, range] : ranges)
                {
                    packet->AddByteTag(SstNumberTag(number), range.first, range.second);
                }
                client->Send(packet);
            });
        }
        SstTestChain::Run(SstTestChain::START + 5);

        NS_TEST_ASSERT_MSG_EQ(received, 3, "datagrams");
        NS_TEST_ASSERT_MSG_EQ((uids == sentUids), true, "uids");
        NS_TEST_ASSERT_MSG_EQ((chain.ServerStack()->GetRxPackets() > 0), m_sealed, "sealed");
    }

    bool m_ipv6;     //!< IPv6 instead of IPv4
    bool m_sealed;   //!< whether the socket asks for SST
    uint32_t m_size; //!< of the datagram
};

/**
 * @ingroup sst-tests
 * A forged reset in clear does not end a connection that is sealed; it ends one that is not.
 */
class SstForgedResetTestCase : public TestCase
{
  public:
    /**
     * @param sealed whether the connection is
     */
    explicit SstForgedResetTestCase(bool sealed)
        : TestCase(sealed ? "a forged reset and a sealed connection"
                          : "a forged reset and a connection in clear"),
          m_sealed(sealed)
    {
    }

  private:
    /**
     * @param chain the network
     * @param toClient whether to the client
     * @param clientPort the client's port
     */
    void Forge(SstTestChain& chain, bool toClient, uint16_t clientPort)
    {
        TcpHeader tcp;
        tcp.SetFlags(TcpHeader::RST);
        tcp.SetSourcePort(toClient ? PORT : clientPort);
        tcp.SetDestinationPort(toClient ? clientPort : PORT);
        const Address from = toClient ? chain.ServerAddress() : chain.ClientAddress();
        const Address to = toClient ? chain.ClientAddress() : chain.ServerAddress();
        Ipv4Header ip;
        ip.SetProtocol(6);
        ip.SetTtl(60);
        ip.SetSource(Ipv4Address::ConvertFrom(from));
        ip.SetDestination(Ipv4Address::ConvertFrom(to));
        ip.SetPayloadSize(20);
        Ptr<Packet> packet = Create<Packet>();
        packet->AddHeader(tcp);
        packet->AddHeader(ip);
        Ptr<NetDevice> device = toClient ? chain.links.front().Get(0) : chain.links.back().Get(1);
        SstTrafficControlLayer::Get(toClient ? chain.Client() : chain.Server())
            ->Reinject(device, packet, IPV4);
    }

    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Options{});
        chain.PublishKey();
        SstTestTransfer transfer(500000, 10000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        transfer.Create(chain.Client());
        if (m_sealed)
        {
            SstSocketOption::Enable(transfer.client, SstPolicy::REQUIRE);
        }
        transfer.Start(1, chain.ServerSocket(PORT));
        Simulator::Schedule(Seconds(1.2), [&]() {
            Address local;
            transfer.client->GetSockName(local);
            const uint16_t port = InetSocketAddress::ConvertFrom(local).GetPort();
            Forge(chain, true, port);
            Forge(chain, false, port);
        });
        SstTestChain::Run(20);

        NS_TEST_ASSERT_MSG_EQ(transfer.connected, true, "connected before the reset");
        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), m_sealed, "completes only when sealed");
        for (auto stack : {chain.ClientStack(), chain.ServerStack()})
        {
            NS_TEST_ASSERT_MSG_EQ(stack->GetDropCount("clear-on-sst-flow"),
                                  (m_sealed ? 1 : 0),
                                  "resets dropped");
        }
    }

    bool m_sealed; //!< whether the connection is
};

/**
 * @ingroup sst-tests
 * Packets of a stranger's making at a server with sessions: random ones and changed real ones,
 * all marked. None aborts or hangs the simulation, none changes what the service delivers.
 */
class SstHostileTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstHostileTestCase(bool ipv6)
        : TestCase(std::string("20000 hostile marked packets, IPv") + (ipv6 ? "6" : "4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain::Options options;
        options.ipv6 = m_ipv6;
        SstTestChain chain(options);
        chain.PublishKey();
        SstTestTransfer transfer(300000, 100000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        Ptr<NetDevice> device = chain.links.back().Get(1);
        Ptr<SstTrafficControlLayer> layer = SstTrafficControlLayer::Get(chain.Server());
        std::vector<uint8_t> server(m_ipv6 ? 16 : 4);
        chain.ServerAddress().CopyTo(server.data());
        std::mt19937 random(3);
        uint32_t injected = 0;
        for (int burst = 0; burst < 200; burst++)
        {
            Simulator::Schedule(Seconds(SstTestChain::START + 0.1 + 0.001 * burst), [&]() {
                std::vector<std::vector<uint8_t>> real;
                for (const auto& packet : chain.seen.back())
                {
                    if (packet.IsMarked() && packet.destination == server)
                    {
                        real.push_back(packet.bytes);
                    }
                }
                for (int i = 0; i < 100 && !real.empty(); i++)
                {
                    // of what is on the wire now: any packet but the last, which may be under way
                    std::vector<uint8_t> bytes = real.at(random() % real.size());
                    const std::size_t payload = m_ipv6 ? 40 : 20;
                    if (i % 2 == 0)
                    {
                        bytes.at(payload + random() % (bytes.size() - payload)) ^= 1
                                                                                   << random() % 8;
                    }
                    else
                    {
                        bytes.resize(payload + random() % 300);
                        for (std::size_t at = payload; at < bytes.size(); at++)
                        {
                            bytes[at] = random();
                        }
                        const std::size_t length = bytes.size() - (m_ipv6 ? 40 : 0);
                        bytes.at(m_ipv6 ? 4 : 2) = length >> 8;
                        bytes.at(m_ipv6 ? 5 : 3) = length & 0xff;
                    }
                    injected++;
                    layer->Reinject(device, ToPacket(bytes), m_ipv6 ? IPV6 : IPV4);
                }
            });
        }
        SstTestChain::Run(SstTestChain::START + 20);

        NS_TEST_ASSERT_MSG_EQ(injected, 20000, "packets injected");
        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "the service goes on");
        uint64_t refused = 0;
        std::string names;
        for (const auto& [reason, count] : chain.ServerStack()->GetCounters())
        {
            refused += count;
            names += reason + " ";
        }
        // all were opened before, or cannot be: a bit flipped where no key reaches makes a replay
        NS_TEST_ASSERT_MSG_GT(refused, 19900, "refused, with reasons: " << names);
        for (const char* reason : {"replay", "decrypt", "unknown-index"})
        {
            NS_TEST_ASSERT_MSG_GT(chain.ServerStack()->GetDropCount(reason), 100, names);
        }
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * Which transport headers ns-3 is given to read.
 */
class SstSegmentCheckTestCase : public TestCase
{
  public:
    SstSegmentCheckTestCase()
        : TestCase("transport headers ns-3 can read")
    {
    }

  private:
    /**
     * @param options bytes of TCP options, padded to 4 by the caller
     * @return whether a header with them can be read
     */
    static bool Try(const std::vector<uint8_t>& options)
    {
        std::vector<uint8_t> bytes(20, 0);
        bytes[12] = static_cast<uint8_t>((5 + options.size() / 4) << 4);
        bytes.insert(bytes.end(), options.begin(), options.end());
        return SstSegmentCheck::IsReadable(bytes.data(), bytes.size(), 6);
    }

    void DoRun() override
    {
        NS_TEST_ASSERT_MSG_EQ(Try({}), true, "no options");
        NS_TEST_ASSERT_MSG_EQ(Try({1, 1, 1, 0}), true, "padding");
        NS_TEST_ASSERT_MSG_EQ(Try({2, 4, 5, 180}), true, "maximum segment size");
        NS_TEST_ASSERT_MSG_EQ(Try({2, 3, 5, 0}), false, "ns-3 aborts on this one");
        NS_TEST_ASSERT_MSG_EQ(Try({99, 0, 0, 0}), false, "ns-3 does not return from this one");
        NS_TEST_ASSERT_MSG_EQ(Try({8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), true, "timestamp");
        NS_TEST_ASSERT_MSG_EQ(Try({8, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}), false, "short timestamp");
        NS_TEST_ASSERT_MSG_EQ(Try({5, 3, 0, 0}), false, "no whole SACK block");
        NS_TEST_ASSERT_MSG_EQ(Try({1, 1, 1, 8}), false, "runs past the header");
        NS_TEST_ASSERT_MSG_EQ(Try({8, 250, 0, 0}), false, "runs far past the header");
        std::vector<uint8_t> bytes(60, 0);
        bytes[12] = 0x40;
        NS_TEST_ASSERT_MSG_EQ(SstSegmentCheck::IsReadable(bytes.data(), 60, 6), false, "offset 4");
        bytes[12] = 0xf0;
        NS_TEST_ASSERT_MSG_EQ(SstSegmentCheck::IsReadable(bytes.data(), 59, 6), false, "cut off");
        NS_TEST_ASSERT_MSG_EQ(SstSegmentCheck::IsReadable(bytes.data(), 60, 6), true, "offset 15");
        NS_TEST_ASSERT_MSG_EQ(SstSegmentCheck::IsReadable(bytes.data(), 19, 6), false, "19 bytes");
        NS_TEST_ASSERT_MSG_EQ(SstSegmentCheck::IsReadable(bytes.data(), 7, 17), false, "7 bytes");
        NS_TEST_ASSERT_MSG_EQ(SstSegmentCheck::IsReadable(bytes.data(), 8, 17), true, "8 bytes");
        // whatever passes, ns-3 reads
        std::mt19937 random(4);
        uint32_t passed = 0;
        for (int i = 0; i < 200000; i++)
        {
            std::vector<uint8_t> other(20 + random() % 45);
            for (auto& byte : other)
            {
                byte = random() % 3 == 0 ? random() : random() % 12;
            }
            other[12] = (5 + random() % 11) << 4;
            if (SstSegmentCheck::IsReadable(other.data(), other.size(), 6))
            {
                passed++;
                TcpHeader header;
                Create<Packet>(other.data(), other.size())->PeekHeader(header);
            }
        }
        NS_TEST_ASSERT_MSG_GT(passed, 1000, "headers read");
    }
};

/**
 * @ingroup sst-tests
 * A TCP server that was silent for longer than any flow or session lives and then sends, on a
 * socket that asks for nothing: what came sealed is never answered in clear.
 */
class SstLongSilenceTestCase : public TestCase
{
  public:
    SstLongSilenceTestCase()
        : TestCase("a sealed flow never goes on in clear, however long it was silent")
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Options{});
        chain.PublishKey();
        SstTestTransfer transfer(1000, 1000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        transfer.Start(1, chain.ServerSocket(PORT));

        bool complete = false;
        Simulator::Schedule(Seconds(100), [&]() { complete = transfer.IsComplete(); });
        for (double when : {310, 8000})
        {
            Simulator::Schedule(Seconds(when),
                                [&]() { transfer.accepted->Send(Create<Packet>(100)); });
        }
        SstTestChain::Run(9000);

        NS_TEST_ASSERT_MSG_EQ(complete, true, "both texts arrive");
        NS_TEST_ASSERT_MSG_GT(chain.ServerStack()->GetDropCount("tombstone"), 0, "sent, not out");
        for (const auto& packet : chain.seen.back())
        {
            NS_TEST_ASSERT_MSG_EQ(packet.IsMarked(), true, "nothing in clear");
        }
    }
};

/**
 * @ingroup sst-tests
 * Whether a flow that another host opens sealed is one that this host already uses in clear.
 */
class SstUsesInClearTestCase : public TestCase
{
  public:
    SstUsesInClearTestCase()
        : TestCase("flows in use in clear are known")
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Options{});
        SstSocketTable table(chain.Server());
        SstTestTransfer transfer(1000, 1000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        transfer.Create(chain.Client())->Bind(chain.AnySocket(40000));
        transfer.Start(1, chain.ServerSocket(PORT));
        Ptr<Socket> udp = Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
        udp->Bind(chain.AnySocket(PORT));
        udp->Connect(InetSocketAddress(Ipv4Address::ConvertFrom(chain.ClientAddress()), 50000));
        const sst::IpAddress client = ToSst(chain.ClientAddress());
        const sst::FlowKey tcpFlow{6, PORT, client, 40000};
        const sst::FlowKey udpFlow{17, PORT, client, 50000};
        std::vector<bool> answers;
        Simulator::Schedule(Seconds(2), [&]() {
            answers.push_back(table.UsesInClear(tcpFlow)); // never seen in clear
            table.NoteClear(tcpFlow);
            answers.push_back(table.UsesInClear(tcpFlow));
            answers.push_back(table.UsesInClear({6, PORT, client, 40001}));
            answers.push_back(table.UsesInClear(udpFlow));
            answers.push_back(table.UsesInClear({17, PORT, client, 50001}));
            transfer.client->Close();
            transfer.accepted->Close();
        });
        Simulator::Schedule(Seconds(400), [&]() { answers.push_back(table.UsesInClear(tcpFlow)); });
        SstTestChain::Run(500);
        const std::vector<bool> expected{false, true, false, true, false, false};
        NS_TEST_ASSERT_MSG_EQ((answers == expected), true, "answers");
    }
};

/**
 * @ingroup sst-tests
 * Tests of model/stack: single packets, kind and hostile.
 */
class SstStackPacketsTestSuite : public TestSuite
{
  public:
    SstStackPacketsTestSuite()
        : TestSuite("sst-stack-packets", Type::UNIT)
    {
        for (bool ipv6 : {false, true})
        {
            for (uint32_t size : {100, 1300, 4000})
            {
                AddTestCase(new SstTagsTestCase(ipv6, true, size), TestCase::Duration::QUICK);
            }
            AddTestCase(new SstTagsTestCase(ipv6, false, 4000), TestCase::Duration::QUICK);
            AddTestCase(new SstHostileTestCase(ipv6), TestCase::Duration::QUICK);
        }
        AddTestCase(new SstForgedResetTestCase(true), TestCase::Duration::QUICK);
        AddTestCase(new SstForgedResetTestCase(false), TestCase::Duration::QUICK);
        AddTestCase(new SstLongSilenceTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstUsesInClearTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstSegmentCheckTestCase, TestCase::Duration::QUICK);
    }
};

static SstStackPacketsTestSuite g_sstStackPacketsTestSuite; //!< registers the suite
