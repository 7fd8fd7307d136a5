/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seen-packet.h"
#include "sst-test-chain.h"
#include "sst-test-transfer.h"

#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/names.h"
#include "ns3/simulator.h"
#include "ns3/sst-helper.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/test.h"
#include "ns3/udp-echo-helper.h"
#include "ns3/udp-socket-factory.h"

#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 8080; ///< the service's port

/**
 * @param packets what a link carried
 * @return how many of them are marked
 */
uint32_t
CountMarked(const std::vector<SstSeenPacket>& packets)
{
    uint32_t count = 0;
    for (const auto& packet : packets)
    {
        count += packet.IsMarked() ? 1 : 0;
    }
    return count;
}

/// What the traces of a side stack said.
struct Heard
{
    /**
     * @param stack the side stack to listen to
     */
    explicit Heard(Ptr<SstStack> stack)
    {
        stack->TraceConnectWithoutContext("FlowFailed", MakeCallback(&Heard::OnFailed, this));
        stack->TraceConnectWithoutContext("FlowFellBack", MakeCallback(&Heard::OnFellBack, this));
        stack->TraceConnectWithoutContext("SessionUp", MakeCallback(&Heard::OnUp, this));
        stack->TraceConnectWithoutContext("Drop", MakeCallback(&Heard::OnDrop, this));
        stack->TraceConnectWithoutContext("Tx", MakeCallback(&Heard::OnTx, this));
        stack->TraceConnectWithoutContext("Rx", MakeCallback(&Heard::OnRx, this));
    }

    void OnFailed(const SstFlow& flow, const std::string& reason)
    {
        failed += reason + " ";
        lastFlow = flow;
    }

    void OnFellBack(const SstFlow& flow, const std::string& reason)
    {
        fellBack += reason + " ";
        lastFlow = flow;
    }

    void OnUp(const Address& peer, const std::string&)
    {
        up++;
        lastPeer = peer;
    }

    void OnDrop(Ptr<const Packet>, const std::string& reason)
    {
        dropped += reason + " ";
    }

    void OnTx(Ptr<const Packet>)
    {
        tx++;
    }

    void OnRx(Ptr<const Packet>)
    {
        rx++;
    }

    std::string failed;   //!< reasons of FlowFailed
    std::string fellBack; //!< reasons of FlowFellBack
    std::string dropped;  //!< reasons of Drop
    uint32_t up{0};       //!< sessions up
    uint32_t tx{0};       //!< SST packets sent
    uint32_t rx{0};       //!< SST packets opened
    SstFlow lastFlow;     //!< of the last flow event
    Address lastPeer;     //!< of the last session event
};

} // namespace

/**
 * @ingroup sst-tests
 * What a policy does when there is no key: fail with a reason, or go on in clear and say so.
 */
class SstNoKeyTestCase : public TestCase
{
  public:
    /**
     * @param answer what asking for the key brings
     * @param policy what the socket asks for
     * @param expected reason of the failure, or of falling back
     */
    SstNoKeyTestCase(SstStack::KeyAnswer answer, SstPolicy policy, const std::string& expected)
        : TestCase("no key: " + ToString(policy) + ", " + expected),
          m_answer(answer),
          m_policy(policy),
          m_expected(expected + " ")
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Options{});
        Heard heard(chain.ClientStack());
        std::vector<std::string> asked;
        chain.ClientStack()->AddHost(SstTestChain::NAME, chain.ServerAddress());
        chain.ClientStack()->SetKeyQuery(
            Callback<void, std::string, Address>([&](std::string name, Address address) {
                asked.push_back(name);
                NS_TEST_EXPECT_MSG_EQ(address, chain.ServerAddress(), "address asked for");
                // a value of one byte is truncated
                Simulator::Schedule(MilliSeconds(50),
                                    &SstStack::ProvideKeys,
                                    chain.ClientStack(),
                                    name,
                                    address,
                                    m_answer,
                                    std::vector<uint8_t>{40},
                                    0);
            }));
        SstTestTransfer transfer(5000, 5000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), m_policy);
        std::string reported;
        bool inConnect = false;
        SstSocketOption::SetFailureCallback(
            transfer.client,
            Callback<void, Ptr<Socket>, std::string>([&](Ptr<Socket> socket, std::string reason) {
                NS_TEST_EXPECT_MSG_EQ(socket, transfer.client, "socket of the report");
                NS_TEST_EXPECT_MSG_EQ(inConnect, false, "not from within Connect");
                reported += reason + " ";
            }));
        Simulator::Schedule(Seconds(1), [&]() {
            inConnect = true;
            transfer.client->Connect(chain.ServerSocket(PORT));
            inConnect = false;
        });
        SstFlowInfo info;
        Simulator::Schedule(Seconds(5),
                            [&]() { info = chain.ClientStack()->GetFlowState(transfer.client); });
        SstTestChain::Run(10);

        NS_TEST_ASSERT_MSG_EQ(asked.size(), 1, "the key is asked for once");
        NS_TEST_ASSERT_MSG_EQ(asked.at(0), SstTestChain::NAME, "by the host's name");
        const bool clear = m_policy == SstPolicy::OPPORTUNISTIC;
        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), clear, "the transfer completes in clear only");
        NS_TEST_ASSERT_MSG_EQ((CountClear(chain.seen[0], PORT) > 0), clear, "packets in clear");
        const std::string state = clear ? "clear" : "failed";
        const std::string fellBack = clear ? m_expected : "";
        const std::string failed = clear ? "" : m_expected;
        NS_TEST_ASSERT_MSG_EQ(ToString(info.state), state, "state");
        NS_TEST_ASSERT_MSG_EQ(info.reason + " ", m_expected, "reason of the state");
        NS_TEST_ASSERT_MSG_EQ(heard.fellBack, fellBack, "FlowFellBack");
        NS_TEST_ASSERT_MSG_EQ(heard.failed, failed, "FlowFailed");
        NS_TEST_ASSERT_MSG_EQ(reported, failed, "failure callback");
        NS_TEST_ASSERT_MSG_EQ(CountMarked(chain.seen[0]), 0, "no SST without a key");
        NS_TEST_ASSERT_MSG_EQ(heard.lastFlow.peerPort, PORT, "flow of the event");
    }

    SstStack::KeyAnswer m_answer; //!< what asking for the key brings
    SstPolicy m_policy;           //!< what the socket asks for
    std::string m_expected;       //!< reason of the failure, or of falling back
};

/**
 * @ingroup sst-tests
 * The first packet waits for the key: for a socket that names its host, and for one that does not.
 */
class SstKeyQueryTestCase : public TestCase
{
  public:
    /**
     * @param named whether the socket names its host
     */
    explicit SstKeyQueryTestCase(bool named)
        : TestCase(std::string("the first packet waits for the key, host named by ") +
                   (named ? "the socket" : "AddHost")),
          m_named(named)
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Options{});
        Heard heard(chain.ClientStack());
        Heard heardServer(chain.ServerStack());
        const auto value = chain.ServerStack()->GenerateServerKey(7, 1);
        if (!m_named)
        {
            chain.ClientStack()->AddHost(SstTestChain::NAME, chain.ServerAddress());
        }
        std::string asked;
        chain.ClientStack()->SetKeyQuery(
            Callback<void, std::string, Address>([&](std::string name, Address address) {
                asked += name;
                Simulator::Schedule(MilliSeconds(500),
                                    &SstStack::ProvideKeys,
                                    chain.ClientStack(),
                                    name,
                                    address,
                                    SstStack::KeyAnswer::KEYS,
                                    value,
                                    0);
            }));
        SstTestTransfer transfer(5000, 5000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()),
                                SstPolicy::REQUIRE,
                                SstCoverage::SEGMENT,
                                m_named ? SstTestChain::NAME : "");
        transfer.Start(1, chain.ServerSocket(PORT));
        std::string early;
        std::size_t packetsEarly = 1;
        Simulator::Schedule(Seconds(1.4), [&]() {
            early = ToString(chain.ClientStack()->GetFlowState(transfer.client).state);
            packetsEarly = chain.seen[0].size();
        });
        SstTestChain::Run(10);

        NS_TEST_ASSERT_MSG_EQ(asked, SstTestChain::NAME, "asked once, by name");
        NS_TEST_ASSERT_MSG_EQ(early, "waiting", "state before the key");
        NS_TEST_ASSERT_MSG_EQ(packetsEarly, 0, "nothing leaves before the key");
        NS_TEST_ASSERT_MSG_EQ(transfer.IsComplete(), true, "both texts arrive");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], PORT), 0, "nothing in clear");
        NS_TEST_ASSERT_MSG_EQ(heard.up, 1, "one session at the client");
        NS_TEST_ASSERT_MSG_EQ(heardServer.up, 1, "one session at the server");
        NS_TEST_ASSERT_MSG_EQ(heard.lastPeer, chain.ServerAddress(), "peer of the session");
        NS_TEST_ASSERT_MSG_EQ(heard.tx, chain.ClientStack()->GetTxPackets(), "Tx trace");
        NS_TEST_ASSERT_MSG_EQ(heardServer.rx, heard.tx, "Rx trace");
    }

    bool m_named; //!< whether the socket names its host
};

/**
 * @ingroup sst-tests
 * A server socket that requires SST refuses clear clients and serves others.
 */
class SstServerRequiresTestCase : public TestCase
{
  public:
    SstServerRequiresTestCase()
        : TestCase("a server socket that requires SST refuses clear clients")
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Options{});
        chain.PublishKey();
        SstTestTransfer sealed(5000, 5000);
        sealed.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(sealed.listener, SstPolicy::REQUIRE);
        SstSocketOption::Enable(sealed.Create(chain.Client()), SstPolicy::REQUIRE);
        sealed.Start(1, chain.ServerSocket(PORT));
        SstTestTransfer clear(5000, 5000);
        clear.Serve(chain.Server(), chain.AnySocket(PORT + 1));
        SstSocketOption::Enable(clear.listener, SstPolicy::REQUIRE);
        clear.Create(chain.Client());
        clear.Start(1, chain.ServerSocket(PORT + 1));
        // the option on a listener that only prefers SST keeps nobody out
        SstTestTransfer lenient(5000, 5000);
        lenient.Serve(chain.Server(), chain.AnySocket(PORT + 2));
        SstSocketOption::Enable(lenient.listener, SstPolicy::OPPORTUNISTIC);
        lenient.Create(chain.Client());
        lenient.Start(1, chain.ServerSocket(PORT + 2));
        SstTestChain::Run(10);

        NS_TEST_ASSERT_MSG_EQ(sealed.IsComplete(), true, "SST to the server that requires it");
        NS_TEST_ASSERT_MSG_EQ(clear.connected, false, "clear to the server that requires SST");
        NS_TEST_ASSERT_MSG_GT(chain.ServerStack()->GetDropCount("flow-unknown"), 0, "its reason");
        NS_TEST_ASSERT_MSG_EQ(lenient.IsComplete(), true, "clear to the server that prefers SST");
    }
};

/**
 * @ingroup sst-tests
 * The policy table, for applications that hard-code their socket factory; a socket's OFF is
 * stronger than the table; the first matching rule decides.
 */
class SstPolicyTableTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstPolicyTableTestCase(bool ipv6)
        : TestCase(std::string("policy table under UdpEcho, IPv") + (ipv6 ? "6" : "4")),
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
        SstHelper helper;
        SstPolicyRule exempt;
        exempt.peerPort = PORT + 1;
        exempt.policy = SstPolicy::OFF;
        helper.AddPolicy(chain.Client(), exempt);
        SstPolicyRule rule;
        rule.protocol = 17;
        rule.peer = chain.ServerAddress();
        rule.prefixLength = m_ipv6 ? 64 : 24;
        helper.AddPolicy(chain.Client(), rule);

        uint32_t echoes = 0;
        for (uint16_t port : {PORT, static_cast<uint16_t>(PORT + 1)})
        {
            UdpEchoServerHelper server(port);
            server.Install(chain.Server());
            UdpEchoClientHelper client(chain.ServerAddress(), port);
            client.SetAttribute("MaxPackets", UintegerValue(5));
            client.SetAttribute("Interval", TimeValue(MilliSeconds(10)));
            client.SetAttribute("PacketSize", UintegerValue(500));
            ApplicationContainer apps = client.Install(chain.Client());
            apps.Start(Seconds(SstTestChain::START));
            apps.Get(0)->TraceConnectWithoutContext(
                "Rx",
                Callback<void, Ptr<const Packet>>([&](Ptr<const Packet>) { echoes++; }));
        }
        SstTestTransfer off(5000, 5000);
        SstPolicyRule tcp;
        tcp.protocol = 6;
        helper.AddPolicy(chain.Client(), tcp);
        off.Serve(chain.Server(), chain.AnySocket(PORT + 2));
        SstSocketOption::Enable(off.Create(chain.Client()), SstPolicy::OFF);
        off.Start(SstTestChain::START, chain.ServerSocket(PORT + 2));
        SstTestTransfer on(5000, 5000);
        on.Serve(chain.Server(), chain.AnySocket(PORT + 3));
        on.Create(chain.Client());
        on.Start(SstTestChain::START, chain.ServerSocket(PORT + 3));
        SstTestChain::Run(10);

        NS_TEST_ASSERT_MSG_EQ(echoes, 10, "echoes of both clients");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[1], PORT), 0, "sealed by rule");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[1], PORT + 1), 10, "clear by an earlier rule");
        NS_TEST_ASSERT_MSG_EQ(off.IsComplete(), true, "the socket said off");
        NS_TEST_ASSERT_MSG_GT(CountClear(chain.seen[1], PORT + 2), 0, "and so it is in clear");
        NS_TEST_ASSERT_MSG_EQ(on.IsComplete(), true, "the socket said nothing");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[1], PORT + 3), 0, "and so it is sealed");
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * With everything asked for by default: the resolver's port, DHCP, broadcast and multicast stay
 * as they are, anything else without a key stays in.
 */
class SstNeverTouchedTestCase : public TestCase
{
  public:
    SstNeverTouchedTestCase()
        : TestCase("resolver, DHCP, broadcast and multicast are never touched")
    {
    }

  private:
    /**
     * @param node a node
     * @param localPort the port to send from, 0 any
     * @param peer where to
     */
    void SendFrom(Ptr<Node> node, uint16_t localPort, const InetSocketAddress& peer)
    {
        Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
        socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), localPort));
        socket->SetAllowBroadcast(true);
        Simulator::Schedule(Seconds(1),
                            [socket, peer]() { socket->SendTo(Create<Packet>(20), 0, peer); });
        m_sockets.push_back(socket);
    }

    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Options{});
        for (uint32_t i = 0; i < chain.nodes.GetN(); i++)
        {
            chain.nodes.Get(i)->GetObject<SstStack>()->SetAttribute("DefaultPolicy",
                                                                    EnumValue(SstPolicy::REQUIRE));
        }
        const Ipv4Address server = Ipv4Address::ConvertFrom(chain.ServerAddress());
        chain.ClientStack()->SetResolver(server);
        chain.ServerStack()->SetResolver(server);
        Ptr<Socket> resolver = Socket::CreateSocket(chain.Server(), UdpSocketFactory::GetTypeId());
        resolver->Bind(InetSocketAddress(Ipv4Address::GetAny(), 53));
        resolver->SetRecvCallback(Callback<void, Ptr<Socket>>([](Ptr<Socket> socket) {
            Address from;
            while (Ptr<Packet> packet = socket->RecvFrom(from))
            {
                socket->SendTo(packet, 0, from);
            }
        }));
        Ipv4StaticRoutingHelper().SetDefaultMulticastRoute(chain.Client(), chain.links[0].Get(0));
        SendFrom(chain.Client(), 0, InetSocketAddress(server, 53));
        SendFrom(chain.Client(), 68, InetSocketAddress(server, 67));
        SendFrom(chain.Client(), 0, InetSocketAddress(Ipv4Address("255.255.255.255"), 700));
        SendFrom(chain.Client(), 0, InetSocketAddress(Ipv4Address("10.0.1.255"), 701));
        SendFrom(chain.Client(), 0, InetSocketAddress(Ipv4Address("239.1.2.3"), 702));
        SendFrom(chain.Client(), 0, InetSocketAddress(server, 703));
        SendFrom(chain.Client(), 0, InetSocketAddress(server, 53 + 1000));
        SstTestChain::Run(5);

        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], 53), 2, "question and answer");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], 67), 1, "DHCP");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], 700), 1, "broadcast");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], 701), 1, "broadcast of the network");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], 702), 1, "multicast");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], 703), 0, "unicast without a key");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], 1053), 0, "another port of the resolver");
        NS_TEST_ASSERT_MSG_EQ(chain.ClientStack()->GetDropCount("no-key"), 2, "both for no key");
        m_sockets.clear();
    }

    std::vector<Ptr<Socket>> m_sockets; //!< the senders
};

/**
 * @ingroup sst-tests
 * Forwarding nodes without the side stack are found by name.
 */
class SstMissingTestCase : public TestCase
{
  public:
    SstMissingTestCase()
        : TestCase("a router without the side stack is found by name")
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain::Options options;
        options.sideStack = false;
        options.routers = 3;
        SstTestChain chain(options);
        Names::Add("border", chain.nodes.Get(2));
        SstHelper helper;
        helper.Install(chain.Client());
        helper.Install(chain.nodes.Get(1));
        helper.Install(chain.Server());
        std::vector<std::string> missing = SstHelper::FindMissing();
        NS_TEST_ASSERT_MSG_EQ(missing.size(), 2, "two routers lack it");
        NS_TEST_ASSERT_MSG_EQ(missing.at(0), "border", "by name");
        NS_TEST_ASSERT_MSG_EQ(missing.at(1),
                              "node " + std::to_string(chain.nodes.Get(3)->GetId()),
                              "by number");
        helper.InstallAll();
        NS_TEST_ASSERT_MSG_EQ(SstHelper::FindMissing().size(), 0, "none lacks it");
        Ptr<SstStack> stack = chain.ClientStack();
        NS_TEST_ASSERT_MSG_EQ(helper.Install(chain.Client()), stack, "installed once");
        SstTestChain::Run(1);
        Names::Clear();
    }
};

/**
 * @ingroup sst-tests
 * A simulation with a router that lacks the side stack ends at time 0, with the router's name;
 * where it was said that this is only a warning it goes on.
 */
class SstMissingIsFatalTestCase : public TestCase
{
  public:
    /**
     * @param warn whether it is only warned about
     */
    explicit SstMissingIsFatalTestCase(bool warn)
        : TestCase(warn ? "a missing side stack can be a warning"
                        : "a missing side stack is fatal at time 0"),
          m_warn(warn)
    {
    }

  private:
    void DoRun() override
    {
        int ends[2];
        NS_TEST_ASSERT_MSG_EQ(pipe(ends), 0, "pipe");
        const pid_t child = fork();
        NS_TEST_ASSERT_MSG_NE(child, -1, "fork");
        if (child == 0)
        {
            dup2(ends[1], STDERR_FILENO);
            SstTestChain::Options options;
            options.sideStack = false;
            SstTestChain chain(options);
            Names::Add("forgotten", chain.nodes.Get(2));
            SstHelper helper;
            helper.SetMissingIsWarning(m_warn);
            helper.Install(chain.Client());
            helper.Install(chain.nodes.Get(1));
            SstTestChain::Run(1);
            _exit(0);
        }
        close(ends[1]);
        std::string said;
        char buffer[256];
        ssize_t size = 0;
        while ((size = read(ends[0], buffer, sizeof(buffer))) > 0)
        {
            said.append(buffer, size);
        }
        close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        const bool wentOn = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        NS_TEST_ASSERT_MSG_EQ(wentOn, m_warn, "how it ended");
        NS_TEST_ASSERT_MSG_NE(said.find("forgotten"), std::string::npos, "names the router");
        NS_TEST_ASSERT_MSG_NE(said.find("SstHelper::Install"), std::string::npos, "the remedy");
    }

    bool m_warn; //!< whether it is only warned about
};

/**
 * @ingroup sst-tests
 * Tests of model/stack: who asks for SST, and what becomes of it.
 */
class SstStackOptionsTestSuite : public TestSuite
{
  public:
    SstStackOptionsTestSuite()
        : TestSuite("sst-stack-options", Type::UNIT)
    {
        using Answer = SstStack::KeyAnswer;
        AddTestCase(new SstNoKeyTestCase(Answer::ABSENT, SstPolicy::REQUIRE, "no-key"),
                    TestCase::Duration::QUICK);
        AddTestCase(new SstNoKeyTestCase(Answer::ABSENT, SstPolicy::OPPORTUNISTIC, "no-key"),
                    TestCase::Duration::QUICK);
        AddTestCase(new SstNoKeyTestCase(Answer::KEYS, SstPolicy::REQUIRE, "key-unusable"),
                    TestCase::Duration::QUICK);
        AddTestCase(new SstNoKeyTestCase(Answer::TIMEOUT, SstPolicy::REQUIRE, "key-timeout"),
                    TestCase::Duration::QUICK);
        AddTestCase(new SstKeyQueryTestCase(false), TestCase::Duration::QUICK);
        AddTestCase(new SstKeyQueryTestCase(true), TestCase::Duration::QUICK);
        AddTestCase(new SstServerRequiresTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstPolicyTableTestCase(false), TestCase::Duration::QUICK);
        AddTestCase(new SstPolicyTableTestCase(true), TestCase::Duration::QUICK);
        AddTestCase(new SstNeverTouchedTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstMissingTestCase, TestCase::Duration::QUICK);
        AddTestCase(new SstMissingIsFatalTestCase(false), TestCase::Duration::QUICK);
        AddTestCase(new SstMissingIsFatalTestCase(true), TestCase::Duration::QUICK);
    }
};

static SstStackOptionsTestSuite g_sstStackOptionsTestSuite; //!< registers the suite
