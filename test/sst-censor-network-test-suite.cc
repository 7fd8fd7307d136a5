/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-samples.h"
#include "sst-censor-test-connection.h"
#include "sst-censor-test-network.h"

#include "ns3/enum.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"

using namespace ns3;
using namespace ns3::sst_censor_samples;

namespace
{

using Bytes = std::vector<uint8_t>;

} // namespace

/// Resets of a censor end connections of ns-3 on both sides, and nothing else.
class SstCensorResetTest : public TestCase
{
  public:
    SstCensorResetTest()
        : TestCase("resets end TCP on both sides, IPv4 and IPv6; UDP passes; no storm of resets")
    {
    }

  private:
    void DoRun() override
    {
        for (const bool v6 : {false, true})
        {
            CheckHandshake(v6);
            CheckEstablished(v6, false);
            CheckEstablished(v6, true);
            CheckDatagram(v6);
            CheckTwoCensors(v6);
            CheckPlain(v6);
        }
    }

    /**
     * A SYN to a blocked port.
     *
     * @param v6 IP version 6
     */
    void CheckHandshake(bool v6)
    {
        SstCensorTestNetwork network(1);
        auto censor = network.Install(1, "port-rst");
        SstCensorTestConnection connection(network, v6, 22);
        Simulator::Stop(Seconds(60));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(connection.accepted, false, "no connection at the server");
        // The reset is back after one link of 10 ms there and back.
        NS_TEST_EXPECT_MSG_EQ_TOL(connection.client.closed, 3.020, 0.001, "client closed");
        NS_TEST_EXPECT_MSG_EQ(connection.client.resets, 1, "one reset at the client");
        NS_TEST_EXPECT_MSG_EQ(connection.client.impureResets, 0, "RST alone");
        NS_TEST_EXPECT_MSG_EQ(connection.client.resetSequence, 0, "a SYN acknowledges nothing");
        NS_TEST_EXPECT_MSG_EQ(censor->GetInjector().GetNoRoute(), 0, "routes");
        NS_TEST_EXPECT_MSG_EQ(censor->GetVerdictCounts()["port-rst rst"] * 2,
                              censor->GetInjector().GetSent(),
                              "two resets for each verdict");
        NS_TEST_EXPECT_MSG_LT(censor->GetInjector().GetSent(), 10, "few resets");
    }

    /**
     * A request with a blocked name in an established connection.
     *
     * @param v6 IP version 6
     * @param drop the request is dropped as well
     */
    void CheckEstablished(bool v6, bool drop)
    {
        SstCensorTestNetwork network(1);
        network.helper.SetRuleAttribute(
            "sni",
            "Action",
            EnumValue(drop ? SstCensorRule::RST_DROP : SstCensorRule::RST));
        network.Install(1, "sni");
        SstCensorTestConnection connection(network, v6, 80);
        connection.SendAt(4, HTTP_GET);
        Simulator::Stop(Seconds(60));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(connection.accepted, true, "a connection at the server");
        NS_TEST_EXPECT_MSG_EQ_TOL(connection.client.closed, 4.020, 0.001, "client closed");
        NS_TEST_EXPECT_MSG_EQ_TOL(connection.server.closed, 4.020, 0.001, "server closed");
        NS_TEST_EXPECT_MSG_EQ(connection.server.received,
                              (drop ? 0 : HTTP_GET.size()),
                              "the request");
        for (const auto& side : {connection.client, connection.server})
        {
            NS_TEST_EXPECT_MSG_EQ(side.impureResets, 0, "RST alone");
            NS_TEST_EXPECT_MSG_EQ(side.resetSequence,
                                  side.expected,
                                  "RFC 5961, section 3.2: the sequence number expected next");
        }
    }

    /**
     * UDP to the blocked port.
     *
     * @param v6 IP version 6
     */
    void CheckDatagram(bool v6)
    {
        SstCensorTestNetwork network(1);
        auto censor = network.Install(1, "port-rst");
        auto server = network.MakeSocket(network.ServerNode(), true, v6, 22);
        auto client = network.MakeSocket(network.ClientNode(), true, v6, 0);
        uint32_t received = 0;
        server->SetRecvCallback(Callback<void, Ptr<Socket>>(
            [&](Ptr<Socket> socket) { received += socket->Recv()->GetSize(); }));
        Simulator::Schedule(Seconds(3), [&] {
            client->SendTo(Create<Packet>(100), 0, network.Server(v6, 22));
        });
        Simulator::Stop(Seconds(5));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(received, 100, "the datagram");
        NS_TEST_EXPECT_MSG_EQ(censor->GetInjector().GetSent(), 0, "nothing injected");
    }

    /**
     * Two censors on one path see each other's resets.
     *
     * @param v6 IP version 6
     */
    void CheckTwoCensors(bool v6)
    {
        SstCensorTestNetwork network(2);
        auto first = network.Install(1, "port-rst");
        auto second = network.Install(2, "port-rst");
        SstCensorTestConnection connection(network, v6, 22);
        Simulator::Stop(Seconds(60));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_GT(connection.client.closed, 3, "client closed");
        NS_TEST_EXPECT_MSG_GT(second->GetInjector().GetSent(), 0, "the second one reset too");
        NS_TEST_EXPECT_MSG_LT(first->GetInjector().GetSent() + second->GetInjector().GetSent(),
                              20,
                              "resets do not answer resets");
    }

    /**
     * The same connection to a port that is not blocked.
     *
     * @param v6 IP version 6
     */
    void CheckPlain(bool v6)
    {
        SstCensorTestNetwork network(2);
        auto censor = network.Install(1, "port-rst+sni");
        network.Install(2, "none");
        SstCensorTestConnection connection(network, v6, 80);
        connection.SendAt(4, TLS12_HELLO);
        Simulator::Stop(Seconds(20));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(connection.server.received, TLS12_HELLO.size(), "the ClientHello");
        NS_TEST_EXPECT_MSG_EQ(connection.client.closed, -1, "not closed");
        NS_TEST_EXPECT_MSG_EQ(censor->GetVerdictCounts().size(), 0, "no verdict");
        NS_TEST_EXPECT_MSG_GT(censor->GetPassed(), 0, "packets were seen");
    }
};

/// DNS censors against plain sockets.
class SstCensorDnsTest : public TestCase
{
  public:
    SstCensorDnsTest()
        : TestCase("DNS: stripped and forged answers reach a plain UDP socket, IPv4 and IPv6")
    {
    }

  private:
    /// A datagram as the client got it.
    struct Answer
    {
        Bytes bytes;  //!< its payload
        double time;  //!< when, in seconds
        Address from; //!< from where
    };

    void DoRun() override
    {
        for (const bool v6 : {false, true})
        {
            Check(v6, "dns-strip", DNS_QUERY_SVCB, {DNS_NODATA_SVCB}, 0);
            Check(v6, "dns-strip", DNS_QUERY_A, {m_truth}, 1);
            Check(v6, "dns-forge", DNS_QUERY_A, {DNS_FORGED_A, m_truth}, 1);
            Check(v6, "dns-forge", DNS_QUERY_AAAA, {DNS_FORGED_AAAA, m_truth}, 1);
            Check(v6, "dns-forge", DNS_QUERY_SVCB, {m_truth}, 1);
            Check(v6, "dns-forge+dns-strip", DNS_QUERY_SVCB, {DNS_NODATA_SVCB}, 0);
        }
    }

    /**
     * @param v6 IP version 6
     * @param specification censor names
     * @param query what the client asks
     * @param expected what it is told, in this order
     * @param served queries that reach the server
     */
    void Check(bool v6,
               const std::string& specification,
               const Bytes& query,
               const std::vector<Bytes>& expected,
               uint32_t served)
    {
        SstCensorTestNetwork network(1);
        network.Install(1, specification);
        auto server = network.MakeSocket(network.ServerNode(), true, v6, 53);
        auto client = network.MakeSocket(network.ClientNode(), true, v6, 0);
        uint32_t queries = 0;
        std::vector<Answer> answers;
        server->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
            Address from;
            socket->RecvFrom(from);
            ++queries;
            socket->SendTo(Create<Packet>(m_truth.data(), m_truth.size()), 0, from);
        }));
        client->SetRecvCallback(Callback<void, Ptr<Socket>>([&](Ptr<Socket> socket) {
            Answer answer;
            auto packet = socket->RecvFrom(answer.from);
            answer.bytes.resize(packet->GetSize());
            packet->CopyData(answer.bytes.data(), answer.bytes.size());
            answer.time = Simulator::Now().GetSeconds();
            answers.push_back(answer);
        }));
        Simulator::Schedule(Seconds(3), [&] {
            client->SendTo(Create<Packet>(query.data(), query.size()), 0, network.Server(v6, 53));
        });
        Simulator::Stop(Seconds(5));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(queries, served, specification << ": queries at the server");
        NS_TEST_ASSERT_MSG_EQ(answers.size(), expected.size(), specification << ": answers");
        for (size_t i = 0; i < answers.size(); ++i)
        {
            NS_TEST_EXPECT_MSG_EQ((answers[i].bytes == expected[i]), true, "answer " << i);
            NS_TEST_EXPECT_MSG_EQ((answers[i].from == network.Server(v6, 53)),
                                  true,
                                  "in the name of the server");
            // The censor is one link away, the server two.
            NS_TEST_EXPECT_MSG_EQ_TOL(answers[i].time,
                                      (expected[i] == m_truth ? 3.04 : 3.02),
                                      0.002,
                                      "answer " << i);
        }
    }

    const Bytes m_truth{1, 2, 3, 4}; //!< what the server answers
};

/// What a middlebox does not judge, and what drops do to a connection.
class SstCensorForwardingTest : public TestCase
{
  public:
    SstCensorForwardingTest()
        : TestCase("drops block, the router's own packets are left alone")
    {
    }

  private:
    void DoRun() override
    {
        CheckDrop(false);
        CheckDrop(true);
        CheckOwn();
    }

    /**
     * @param v6 IP version 6
     */
    void CheckDrop(bool v6)
    {
        SstCensorTestNetwork network(1);
        auto censor = network.Install(1, "dns-strip+address");
        SstCensorTestConnection connection(network, v6, 80);
        Simulator::Stop(Seconds(30));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(connection.accepted, false, "no connection");
        NS_TEST_EXPECT_MSG_EQ(connection.client.closed, -1, "still trying");
        // Unanswered SYNs of ns-3 leave 0, 3, 9 and 21 s after the first.
        NS_TEST_EXPECT_MSG_EQ(censor->GetVerdictCounts()["address drop"], 4, "SYNs dropped");
        NS_TEST_EXPECT_MSG_EQ(censor->GetDropped(), 4, "SYNs dropped");
    }

    /// UDP to the router itself, to a blocked port.
    void CheckOwn()
    {
        SstCensorTestNetwork network(1);
        network.helper.SetRuleAttribute("port-drop", "Servers", StringValue(""));
        auto censor = network.Install(1, "port-drop");
        auto router = network.MakeSocket(network.nodes.Get(1), true, false, 22);
        auto client = network.MakeSocket(network.ClientNode(), true, false, 0);
        uint32_t received = 0;
        router->SetRecvCallback(Callback<void, Ptr<Socket>>(
            [&](Ptr<Socket> socket) { received += socket->Recv()->GetSize(); }));
        Simulator::Schedule(Seconds(3), [&] {
            client->SendTo(Create<Packet>(10), 0, InetSocketAddress(network.routerV4, 22));
            client->SendTo(Create<Packet>(10), 0, network.Server(false, 22));
        });
        Simulator::Stop(Seconds(4));
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(received, 10, "the router got its datagram");
        NS_TEST_EXPECT_MSG_EQ(censor->GetDropped(), 1, "the other one was dropped");
    }
};

/// The censor in a network of ns-3.
class SstCensorNetworkTestSuite : public TestSuite
{
  public:
    SstCensorNetworkTestSuite()
        : TestSuite("sst-censor-network", Type::SYSTEM)
    {
        AddTestCase(new SstCensorResetTest, TestCase::Duration::QUICK);
        AddTestCase(new SstCensorDnsTest, TestCase::Duration::QUICK);
        AddTestCase(new SstCensorForwardingTest, TestCase::Duration::QUICK);
    }
};

static SstCensorNetworkTestSuite g_sstCensorNetworkTestSuite; //!< the suite
