/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-traffic-pair.h"

#include "ns3/config.h"
#include "ns3/object-factory.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>

using namespace ns3;

namespace
{

using Family = SstServiceClient::Family;

/// Size of the link header of a point-to-point device, bytes.
constexpr uint32_t LINK_HEADER = 2;

/**
 * @param family a family of addresses
 * @return its name
 */
std::string
Name(Family family)
{
    return family == SstServiceClient::IPV4 ? " IPv4" : " IPv6";
}

/**
 * @param plan a flow
 * @return its script
 */
Ptr<const SstServiceScript>
MakeScript(const SstServicePlan& plan)
{
    std::string error;
    return SstServiceCatalog::Make(plan.service, plan.parameters, error);
}

/**
 * Every service completes over a clean link, with every byte counted.
 */
class SstTrafficPlainCase : public TestCase
{
  public:
    SstTrafficPlainCase(const std::string& service, Family family)
        : TestCase("plain " + service + Name(family)),
          m_service(service),
          m_family(family)
    {
    }

  private:
    void DoRun() override
    {
        SstTrafficPair pair;
        const auto plan = pair.Plan(m_service, m_family);
        auto client = pair.Install(plan);
        auto server = pair.helper.GetServers().front();
        uint32_t largest = 0;
        pair.SetLoss(SstServiceSide::CLIENT, [&](Ptr<const Packet> packet) {
            largest = std::max(largest, packet->GetSize() - LINK_HEADER);
            return false;
        });
        Simulator::Stop(Seconds(40));
        Simulator::Run();

        const auto script = MakeScript(plan);
        const auto record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::COMPLETE, "outcome");
        NS_TEST_EXPECT_MSG_EQ(record.service, m_service, "service");
        NS_TEST_EXPECT_MSG_EQ(record.fellBack, false, "plain does not fall back");
        NS_TEST_EXPECT_MSG_EQ(record.sent, script->GetSize(SstServiceSide::CLIENT), "sent");
        NS_TEST_EXPECT_MSG_EQ(server->GetRejected(), 0, "the server read what it expects");
        NS_TEST_EXPECT_MSG_EQ(server->GetRequests(), 1, "one connection or request");
        // Nothing can come back before a round trip; TCP takes one more to connect unless the
        // server speaks first.
        NS_TEST_EXPECT_MSG_EQ(record.started, Seconds(SstTrafficPair::START), "started");
        NS_TEST_EXPECT_MSG_GT(record.GetTimeToFirstByte(), 2 * SstTrafficPair::DELAY, "first byte");
        NS_TEST_EXPECT_MSG_LT(record.GetTimeToFirstByte(), 0.1, "first byte");
        NS_TEST_EXPECT_MSG_EQ(record.ended, record.completed, "ended");
        NS_TEST_EXPECT_MSG_LT(record.GetGoodputMbps(), 10, "goodput is below the link's rate");
        NS_TEST_EXPECT_MSG_GT(record.GetGoodputMbps(), 0, "goodput");
        if (script->IsStream())
        {
            NS_TEST_EXPECT_MSG_EQ(record.received,
                                  script->GetSize(SstServiceSide::SERVER),
                                  "received");
            NS_TEST_EXPECT_MSG_EQ(server->GetCompleted(), 1, "the server is done, too");
            NS_TEST_EXPECT_MSG_EQ(server->GetOpenConnections(), 0, "nothing is left open");
            if (script->GetSize(SstServiceSide::SERVER) > 1500)
            {
                NS_TEST_EXPECT_MSG_EQ(largest, 1500, "full segments fill the MTU");
            }
        }
        Simulator::Destroy();
    }

    std::string m_service; //!< name of the service
    Family m_family;       //!< family of the addresses
};

/**
 * All services at once between two hosts, several clients each, with 5 % loss both ways.
 */
class SstTrafficLossCase : public TestCase
{
  public:
    SstTrafficLossCase(uint32_t run)
        : TestCase("5 % loss, run " + std::to_string(run)),
          m_run(run)
    {
    }

  private:
    void DoRun() override
    {
        SstTrafficPair pair;
        std::string error;
        std::vector<Ptr<SstServiceClient>> clients;
        for (const auto& service : SstServiceCatalog::Names())
        {
            if (service == "bulk" || service == "rtp")
            {
                continue; // at 5 % loss neither has to complete within 30 s
            }
            auto plan = pair.Plan(service, SstServiceClient::IPV4);
            auto server =
                pair.helper.InstallServer(pair.nodes.Get(1), service, plan.parameters, error);
            NS_TEST_ASSERT_MSG_NE(server, nullptr, error);
            for (uint32_t i = 0; i < 3; ++i)
            {
                plan.start = Seconds(SstTrafficPair::START + 0.01 * i);
                plan.family = i == 2 ? SstServiceClient::IPV6 : SstServiceClient::IPV4;
                plan.remote = i == 2 ? pair.server6 : pair.server4;
                plan.flow = i;
                clients.push_back(pair.helper.InstallClient(pair.nodes.Get(0), plan, error));
            }
        }
        uint64_t state = m_run;
        const auto lost = [&state](Ptr<const Packet>) {
            state = state * 6364136223846793005 + 1442695040888963407; // Knuth's MMIX generator
            return Simulator::Now() > Seconds(SstTrafficPair::START) && (state >> 33) % 100 < 5;
        };
        pair.SetLoss(SstServiceSide::CLIENT, lost);
        pair.SetLoss(SstServiceSide::SERVER, lost);
        SstTrafficPair::Run(40);
        for (const auto& client : clients)
        {
            const auto& record = client->GetRecord();
            NS_TEST_EXPECT_MSG_EQ(record.outcome,
                                  SstFlowOutcome::COMPLETE,
                                  record.service << " flow " << record.flow << " "
                                                 << record.detail);
        }
        NS_TEST_EXPECT_MSG_EQ(pair.helper.GetServers().size(), 1, "one server serves all");
        NS_TEST_EXPECT_MSG_EQ(pair.helper.GetServers().front()->GetRejected(), 0, "all right");
    }

    uint32_t m_run; //!< seed of the loss
};

/**
 * A send buffer much smaller than what is said, and a receive buffer of few segments.
 */
class SstTrafficBufferCase : public TestCase
{
  public:
    SstTrafficBufferCase()
        : TestCase("small socket buffers")
    {
    }

  private:
    void DoRun() override
    {
        Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(3000));
        Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(4000));
        for (const std::string service : {"tls", "smtp", "bulk"})
        {
            SstTrafficPair pair;
            auto plan = pair.Plan(service, SstServiceClient::IPV4);
            plan.parameters.size = 100001;
            auto client = pair.Install(plan);
            SstTrafficPair::Run(40);
            NS_TEST_EXPECT_MSG_EQ(client->GetRecord().outcome,
                                  SstFlowOutcome::COMPLETE,
                                  service << " " << client->GetRecord().detail);
        }
        Config::Reset();
    }
};

/**
 * Loss of RTP datagrams around the limit, and repeated requests.
 */
class SstTrafficRtpCase : public TestCase
{
  public:
    SstTrafficRtpCase()
        : TestCase("rtp needs 95 of 100 datagrams")
    {
    }

  private:
    void DoRun() override
    {
        Check(0, SstFlowOutcome::COMPLETE);
        Check(4, SstFlowOutcome::COMPLETE);
        Check(5, SstFlowOutcome::COMPLETE);
        Check(6, SstFlowOutcome::STALLED);
        CheckRepeated();
    }

    /**
     * @param lose how many of the 100 datagrams of the server get lost
     * @param outcome the outcome expected
     */
    void Check(uint32_t lose, SstFlowOutcome outcome)
    {
        SstTrafficPair pair;
        auto client = pair.Install(pair.Plan("rtp", SstServiceClient::IPV4));
        uint32_t seen = 0;
        pair.SetLoss(SstServiceSide::CLIENT, [&seen, lose](Ptr<const Packet> packet) {
            // 172 bytes and the headers of link, IPv4 and UDP
            return packet->GetSize() == 172 + 2 + 20 + 8 && seen++ % 16 == 1 && seen / 16 < lose;
        });
        SstTrafficPair::Run(40);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(seen, 100, "the server sent its stream once");
        NS_TEST_EXPECT_MSG_EQ(record.outcome, outcome, lose << " lost");
        if (outcome == SstFlowOutcome::COMPLETE)
        {
            NS_TEST_EXPECT_MSG_EQ(record.received, 95 * 172, "complete with the 95th datagram");
            // 94 datagrams and the lost ones among them, 20 ms each, and a round trip
            NS_TEST_EXPECT_MSG_EQ_TOL((record.completed - record.started).GetSeconds(),
                                      0.04 + 0.02 * (94 + lose),
                                      0.001,
                                      "time of completion");
        }
        else
        {
            NS_TEST_EXPECT_MSG_EQ(record.received, (100 - lose) * 172, "what arrived");
        }
    }

    /// Requests repeated faster than the round trip start one stream only.
    void CheckRepeated()
    {
        SstTrafficPair pair;
        pair.helper.SetClientAttribute("Retry", TimeValue(MilliSeconds(10)));
        auto client = pair.Install(pair.Plan("rtp", SstServiceClient::IPV6));
        SstTrafficPair::Run(40);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::COMPLETE, "outcome");
        NS_TEST_EXPECT_MSG_GT(record.sent, 3 * 172, "requests were repeated");
        NS_TEST_EXPECT_MSG_EQ(record.received, 95 * 172, "no datagram came twice");
    }
};

/**
 * A DNS answer that gets lost is asked for again after a second.
 */
class SstTrafficDnsCase : public TestCase
{
  public:
    SstTrafficDnsCase()
        : TestCase("dns asks again")
    {
    }

  private:
    void DoRun() override
    {
        SstTrafficPair pair;
        auto client = pair.Install(pair.Plan("dns", SstServiceClient::IPV4));
        uint32_t seen = 0;
        pair.SetLoss(SstServiceSide::CLIENT, [&seen](Ptr<const Packet> packet) {
            return SstTrafficPair::IsIpv4(packet) && seen++ < 2;
        });
        SstTrafficPair::Run(40);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::COMPLETE, "outcome");
        NS_TEST_EXPECT_MSG_EQ_TOL((record.completed - record.started).GetSeconds(),
                                  2.04,
                                  0.001,
                                  "two retries and a round trip");
    }
};

/**
 * A server that speaks first is heard even when the last segment of the handshake gets lost.
 */
class SstTrafficHandshakeCase : public TestCase
{
  public:
    SstTrafficHandshakeCase()
        : TestCase("smtp with a lost handshake segment")
    {
    }

  private:
    void DoRun() override
    {
        SstTrafficPair pair;
        auto client = pair.Install(pair.Plan("smtp", SstServiceClient::IPV4));
        uint32_t seen = 0;
        pair.SetLoss(SstServiceSide::SERVER, [&seen](Ptr<const Packet> packet) {
            return SstTrafficPair::IsIpv4(packet) && seen++ == 1; // behind the SYN
        });
        SstTrafficPair::Run(40);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::COMPLETE, "outcome");
        // The SYN-ACK leaves again 1 s after the first one.
        NS_TEST_EXPECT_MSG_EQ_TOL(record.GetTimeToFirstByte(), 1.08, 0.01, "first byte");
    }
};

/**
 * A client and a server configured by attributes and scripts alone, without the helper.
 */
class SstTrafficAttributeCase : public TestCase
{
  public:
    SstTrafficAttributeCase()
        : TestCase("attributes")
    {
    }

  private:
    void DoRun() override
    {
        SstTrafficPair pair;
        std::string error;
        auto server = CreateObject<SstServiceServer>();
        for (const std::string service : {"tls", "smtp"})
        {
            const bool added = server->AddScript(
                SstServiceCatalog::Make(service, {"a.test", "b.test", 777, 0, 5}, error));
            NS_TEST_ASSERT_MSG_EQ(added, true, service << error);
        }
        const bool again = server->AddScript(
            SstServiceCatalog::Make("tls", {"other.test", "b.test", 1, 0, 1}, error));
        NS_TEST_EXPECT_MSG_EQ(again, false, "the port is taken");
        pair.nodes.Get(1)->AddApplication(server);

        ObjectFactory factory("ns3::SstServiceClient");
        factory.Set("Service", StringValue("smtp"));
        factory.Set("Host", StringValue("a.test"));
        factory.Set("ClientName", StringValue("b.test"));
        factory.Set("Size", UintegerValue(777));
        factory.Set("Seed", UintegerValue(5));
        factory.Set("Remote", AddressValue(pair.server6));
        factory.Set("Flow", UintegerValue(3));
        factory.Set("Policy", StringValue("off"));
        auto client = factory.Create<SstServiceClient>();
        client->SetStartTime(Seconds(SstTrafficPair::START));
        pair.nodes.Get(0)->AddApplication(client);
        SstTrafficPair::Run(40);
        NS_TEST_EXPECT_MSG_EQ(client->GetRecord().outcome, SstFlowOutcome::COMPLETE, "outcome");
        NS_TEST_EXPECT_MSG_EQ(client->GetRecord().flow, 3, "flow");
    }
};

/**
 * The trace of the end tells once what the record holds.
 */
class SstTrafficTraceCase : public TestCase
{
  public:
    SstTrafficTraceCase()
        : TestCase("trace of the end")
    {
    }

  private:
    void DoRun() override
    {
        SstTrafficPair pair;
        auto plan = pair.Plan("http", SstServiceClient::IPV6);
        plan.flow = 7;
        auto client = pair.Install(plan);
        client->TraceConnectWithoutContext("Done", MakeCallback(&SstTrafficTraceCase::Done, this));
        SstTrafficPair::Run(40);
        NS_TEST_ASSERT_MSG_EQ(m_records.size(), 1, "told once");
        NS_TEST_EXPECT_MSG_EQ(m_records[0].flow, 7, "flow");
        NS_TEST_EXPECT_MSG_EQ(m_records[0].outcome, SstFlowOutcome::COMPLETE, "outcome");
        NS_TEST_EXPECT_MSG_EQ(m_records[0].ended, client->GetRecord().ended, "same record");
    }

    /// @param record what became of the flow
    void Done(const SstFlowRecord& record)
    {
        m_records.push_back(record);
    }

    std::vector<SstFlowRecord> m_records; //!< what was told
};

/**
 * The services over a network that works.
 */
class SstTrafficTestSuite : public TestSuite
{
  public:
    SstTrafficTestSuite()
        : TestSuite("sst-traffic", Type::UNIT)
    {
        for (const auto& service : SstServiceCatalog::Names())
        {
            for (const auto family : {SstServiceClient::IPV4, SstServiceClient::IPV6})
            {
                AddTestCase(new SstTrafficPlainCase(service, family), Duration::QUICK);
            }
        }
        for (const uint32_t run : {1, 2, 3, 4})
        {
            AddTestCase(new SstTrafficLossCase(run), Duration::QUICK);
        }
        AddTestCase(new SstTrafficBufferCase, Duration::QUICK);
        AddTestCase(new SstTrafficRtpCase, Duration::QUICK);
        AddTestCase(new SstTrafficDnsCase, Duration::QUICK);
        AddTestCase(new SstTrafficHandshakeCase, Duration::QUICK);
        AddTestCase(new SstTrafficAttributeCase, Duration::QUICK);
        AddTestCase(new SstTrafficTraceCase, Duration::QUICK);
    }
};

SstTrafficTestSuite g_sstTrafficTestSuite; //!< the suite

} // namespace
