/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-names-test-case.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/sst-policy.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <map>
#include <string>
#include <vector>

using namespace ns3;

/**
 * @ingroup sst-tests
 * Resolver and side stack of a client together: keys that the resolver finds carry a flow, and
 * keys that the side stack lacks are asked for.
 */
class SstNamesStackTest : public SstNamesTestCase
{
  public:
    /**
     * @param ipv6 whether everything runs over IPv6
     */
    explicit SstNamesStackTest(bool ipv6)
        : SstNamesTestCase(std::string("resolver and side stack over ") + (ipv6 ? "IPv6" : "IPv4")),
          m_ipv6(ipv6)
    {
    }

  private:
    /// A way to connect, and what it comes to.
    struct Case
    {
        const char* name;   //!< name of the host
        SstPolicy policy;   //!< what the socket asks for
        bool resolve;       //!< whether the name is resolved before; else the side stack asks
        const char* state;  //!< state of the flow expected
        const char* reason; //!< reason expected
        SstLayout layout{SstLayout::AUTO}; //!< what the socket asks for
    };

    void DoRun() override;

    /**
     * @param number the number of a case
     * @param c the case
     * @param name the name for the socket option
     */
    void Connect(size_t number, const Case& c, const std::string& name);

    /**
     * @param listener the server's socket
     */
    void Listen(Ptr<Socket> listener);

    bool m_ipv6;                             //!< whether everything runs over IPv6
    Address m_address;                       //!< the server's address
    std::map<size_t, Ptr<Socket>> m_sockets; //!< the clients' sockets by case
    std::vector<Ptr<Socket>> m_accepted;     //!< the server's sockets
    std::map<uint32_t, uint32_t> m_received; //!< bytes the server got: how many by how much
};

void
SstNamesStackTest::Listen(Ptr<Socket> listener)
{
    listener->Bind(m_ipv6 ? Address(Inet6SocketAddress(Ipv6Address::GetAny(), 8080))
                          : Address(InetSocketAddress(Ipv4Address::GetAny(), 8080)));
    listener->Listen();
    listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&) {
            m_accepted.push_back(socket);
            socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket> from) {
                while (Ptr<Packet> packet = from->Recv())
                {
                    m_received[packet->GetSize()]++;
                }
            }));
        }));
}

void
SstNamesStackTest::Connect(size_t number, const Case& c, const std::string& name)
{
    Ptr<Socket> socket = Socket::CreateSocket(m_nodes.Get(0), TcpSocketFactory::GetTypeId());
    m_sockets[number] = socket;
    SstSocketOption::Enable(socket, c.policy, SstCoverage::SEGMENT, name, false, c.layout);
    socket->Connect(m_ipv6 ? Address(Inet6SocketAddress(Ipv6Address::ConvertFrom(m_address), 8080))
                           : Address(InetSocketAddress(Ipv4Address::ConvertFrom(m_address), 8080)));
    // Of another size for each case, so that the server's counts name the case.
    socket->Send(Create<Packet>(static_cast<uint32_t>(100 + number)));
}

void
SstNamesStackTest::DoRun()
{
    m_helper.SetResolverAttribute("Families",
                                  EnumValue(m_ipv6 ? SstResolver::IPV6 : SstResolver::IPV4));
    m_helper.SetResolverAttribute("Cache", BooleanValue(false));
    MakeNetwork(m_ipv6);
    AddressValue server;
    m_resolver->GetAttribute("Server", server);
    m_address = server.Get();
    const Ptr<SstStack> stack = SstStack::Install(m_nodes.Get(0));
    const Ptr<SstStack> serverStack = SstStack::Install(m_nodes.Get(1));
    // Whatever no socket speaks for must be sealed: not so the questions and answers of the DNS.
    stack->SetAttribute("DefaultPolicy", EnumValue(SstPolicy::REQUIRE));
    serverStack->SetAttribute("DefaultPolicy", EnumValue(SstPolicy::REQUIRE));
    SstPolicyRule tcp;
    tcp.protocol = 6;
    tcp.policy = SstPolicy::OFF;
    serverStack->AddPolicy(tcp); // clear connections are answered in clear
    SstDnsHelper::Connect(m_nodes.Get(0));

    m_server = m_helper.InstallServer(m_nodes.Get(1));
    constexpr uint16_t udpPort = 4433;
    serverStack->SetAttribute("UdpPort", UintegerValue(udpPort));
    const std::vector<uint8_t> value = serverStack->GenerateServerKey(1, 1);
    SstDnsHelper::AddHost(m_server, "sealed.test", {m_address}, value);
    const std::vector<uint8_t> behindUdp = serverStack->GenerateServerKey(2, 5);
    SstDnsHelper::AddHost(m_server, "udp.test", {m_address}, behindUdp, 300, udpPort);
    SstDnsHelper::AddHost(m_server, "portless.test", {m_address}, behindUdp);
    SstDnsHelper::AddHost(m_server, "plain.test", {m_address});
    std::vector<uint8_t> cut = value;
    cut.pop_back();
    SstDnsHelper::AddHost(m_server, "broken.test", {m_address}, cut);

    const std::vector<Case> cases = {
        {"sealed.test", SstPolicy::REQUIRE, true, "sst", "none"},
        {"Sealed.Test.", SstPolicy::REQUIRE, true, "sst", "none"},
        {"sealed.test", SstPolicy::OPPORTUNISTIC, true, "sst", "none"},
        {"sealed.test", SstPolicy::REQUIRE, false, "sst", "none"},
        {"plain.test", SstPolicy::OPPORTUNISTIC, true, "clear", "no-key"},
        {"plain.test", SstPolicy::OPPORTUNISTIC, false, "clear", "no-key"},
        {"plain.test", SstPolicy::REQUIRE, true, "failed", "no-key"},
        {"plain.test", SstPolicy::REQUIRE, false, "failed", "no-key"},
        {"broken.test", SstPolicy::REQUIRE, true, "failed", "key-unusable"},
        {"broken.test", SstPolicy::REQUIRE, false, "failed", "key-unusable"},
        {"udp.test", SstPolicy::REQUIRE, true, "sst", "none", SstLayout::UDP},
        {"udp.test", SstPolicy::REQUIRE, false, "sst", "none", SstLayout::UDP},
        {"portless.test", SstPolicy::REQUIRE, true, "failed", "layout-unsupported", SstLayout::UDP},
    };
    Ptr<Socket> listener = Socket::CreateSocket(m_nodes.Get(1), TcpSocketFactory::GetTypeId());
    Listen(listener);
    for (size_t i = 0; i < cases.size(); i++)
    {
        const Case& c = cases[i];
        Simulator::Schedule(Seconds(3) + MilliSeconds(500 * i), [this, i, &c]() {
            if (!c.resolve)
            {
                Connect(i, c, c.name);
                return;
            }
            m_resolver->Resolve(
                c.name,
                c.policy,
                SstResolver::ResolveCallback([this, i, &c](const SstResolution& resolution) {
                    NS_TEST_EXPECT_MSG_EQ(resolution.ok, true, c.name << " resolved");
                    Connect(i, c, c.name);
                }));
        });
        // Two round trips for the key and the session, two for TCP: 160 ms
        Simulator::Schedule(Seconds(3) + MilliSeconds(500 * i + 400), [this, i, &c, stack]() {
            NS_TEST_EXPECT_MSG_EQ(m_sockets.count(i), 1, "case " << i << ": no outcome in time");
            if (m_sockets.count(i) == 0)
            {
                return;
            }
            const SstFlowInfo info = stack->GetFlowState(m_sockets.at(i));
            NS_TEST_EXPECT_MSG_EQ(ToString(info.state), c.state, "case " << i << ": " << c.name);
            NS_TEST_EXPECT_MSG_EQ(info.reason, c.reason, "case " << i << ": " << c.name);
            m_sockets.at(i)->Close();
        });
    }
    Simulator::Stop(Seconds(60));
    Simulator::Run();
    for (size_t i = 0; i < cases.size(); i++)
    {
        const bool arrives = cases[i].state != std::string("failed");
        NS_TEST_EXPECT_MSG_EQ(m_received.count(100 + i),
                              (arrives ? 1 : 0),
                              "case " << i << ": bytes at the server");
    }
    NS_TEST_EXPECT_MSG_EQ(m_resolver->GetIgnored().size(), 0, "nothing ignored");
    NS_TEST_EXPECT_MSG_EQ(m_resolver->GetTransmissionCount(),
                          m_server->GetAnswerCount(),
                          "every question is answered the first time");
    listener = nullptr;
    m_sockets.clear();
    m_accepted.clear();
    Run();
}

/**
 * @ingroup sst-tests
 * Resolver and side stack together.
 */
class SstNamesStackTestSuite : public TestSuite
{
  public:
    SstNamesStackTestSuite()
        : TestSuite("sst-names-stack", Type::SYSTEM)
    {
        AddTestCase(new SstNamesStackTest(false), Duration::QUICK);
        AddTestCase(new SstNamesStackTest(true), Duration::QUICK);
    }
};

static SstNamesStackTestSuite g_sstNamesStackTestSuite; //!< registers the suite
