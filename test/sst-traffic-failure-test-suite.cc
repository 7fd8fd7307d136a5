/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-traffic-pair.h"

#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/simulator.h"
#include "ns3/tcp-header.h"
#include "ns3/test.h"

#include <functional>

using namespace ns3;

namespace
{

using Family = SstServiceClient::Family;

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
 * @param script a script
 * @param side a side
 * @param wrong position in its stream of a byte to change; beyond the end: none
 * @param count how many messages to keep of the side
 * @return the script with a wrong byte
 */
Ptr<SstServiceScript>
Alter(Ptr<const SstServiceScript> script, SstServiceSide side, uint64_t wrong, std::size_t count)
{
    // Interleave the two sides again in an order in which every message awaits the same bytes.
    auto altered =
        Create<SstServiceScript>(script->GetName(), script->GetProtocol(), script->GetPort());
    altered->SetCloser(script->GetCloser());
    const SstServiceSide sides[2]{SstServiceSide::CLIENT, SstServiceSide::SERVER};
    std::size_t next[2]{0, 0};
    uint64_t said[2]{0, 0};
    for (bool any = true; any;)
    {
        any = false;
        for (const std::size_t i : {0, 1})
        {
            const auto& steps = script->GetSteps(sides[i]);
            if (next[i] == steps.size() || (sides[i] == side && next[i] == count) ||
                steps[next[i]].awaits > said[1 - i])
            {
                continue;
            }
            const auto& step = steps[next[i]];
            std::vector<uint8_t> bytes(step.message.GetSize());
            step.message.Read(0, bytes.data(), bytes.size());
            if (sides[i] == side && wrong >= step.offset && wrong - step.offset < bytes.size())
            {
                bytes[wrong - step.offset] ^= 0x01;
            }
            altered->AddStep(sides[i],
                             SstServiceMessage().Add(bytes),
                             step.awaits < said[1 - i] ? SstServiceScript::AT_ONCE
                                                       : SstServiceScript::AFTER_PEER,
                             step.delay);
            said[i] += bytes.size();
            ++next[i];
            any = true;
        }
    }
    return altered;
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
 * What the link does decides the reason, and the deadline is exact.
 */
class SstTrafficFailureCase : public TestCase
{
  public:
    SstTrafficFailureCase(const std::string& service, Family family)
        : TestCase("failures of " + service + Name(family)),
          m_service(service),
          m_family(family)
    {
    }

  private:
    void DoRun() override
    {
        const bool stream = SstServiceCatalog::Find(m_service)->protocol == 6;
        // Nothing passes at all.
        Check([](SstTrafficPair& pair) { Cut(pair, 0); }, SstFlowOutcome::TIMEOUT, 30.0);
        // The server's answers never pass.
        Check(
            [](SstTrafficPair& pair) {
                pair.SetLoss(SstServiceSide::CLIENT, [](Ptr<const Packet>) {
                    return Simulator::Now() > Seconds(SstTrafficPair::START);
                });
            },
            SstFlowOutcome::TIMEOUT,
            30.0);
        if (m_service == "dns")
        {
            return; // one datagram: all or nothing
        }
        // The line is cut behind the first bytes of the server.
        const double cut = stream ? 0.09 : 0.2;
        Check([cut](SstTrafficPair& pair) { Cut(pair, cut); }, SstFlowOutcome::STALLED, 30.0);
    }

    /**
     * @param pair the two hosts
     * @param after time from the start of the client to when nothing passes any more, s
     */
    static void Cut(SstTrafficPair& pair, double after)
    {
        const auto lost = [after](Ptr<const Packet>) {
            return Simulator::Now() > Seconds(SstTrafficPair::START + after);
        };
        pair.SetLoss(SstServiceSide::CLIENT, lost);
        pair.SetLoss(SstServiceSide::SERVER, lost);
    }

    /**
     * @param prepare breaks the link
     * @param outcome the outcome expected
     * @param seconds the time expected from start to end, s
     */
    void Check(std::function<void(SstTrafficPair&)> prepare, SstFlowOutcome outcome, double seconds)
    {
        SstTrafficPair pair;
        auto client = pair.Install(pair.Plan(m_service, m_family));
        prepare(pair);
        SstTrafficPair::Run(60);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, outcome, "outcome, detail " << record.detail);
        NS_TEST_EXPECT_MSG_EQ(record.ended - record.started, Seconds(seconds), "time of the end");
        NS_TEST_EXPECT_MSG_EQ(record.completed.IsNegative(), true, "not completed");
        NS_TEST_EXPECT_MSG_EQ(record.GetGoodputMbps(), 0, "no goodput");
        NS_TEST_EXPECT_MSG_EQ((record.received > 0),
                              (outcome == SstFlowOutcome::STALLED),
                              "bytes received");
        NS_TEST_EXPECT_MSG_EQ(record.firstByte.IsNegative(),
                              (outcome != SstFlowOutcome::STALLED),
                              "first byte");
    }

    std::string m_service; //!< name of the service
    Family m_family;       //!< family of the addresses
};

/**
 * One wrong byte anywhere is found, by the client as by the server.
 */
class SstTrafficCorruptCase : public TestCase
{
  public:
    SstTrafficCorruptCase(const std::string& service)
        : TestCase("corrupt " + service),
          m_service(service)
    {
    }

  private:
    void DoRun() override
    {
        const auto size = [this](SstServiceSide side) {
            SstServicePlan plan;
            plan.service = m_service;
            plan.parameters.host = "web.sst.test";
            return MakeScript(plan)->GetSize(side);
        };
        for (const uint64_t wrong : {uint64_t{0}, size(SstServiceSide::SERVER) / 2})
        {
            Check(SstServiceSide::SERVER, wrong, SstFlowOutcome::CORRUPT, 0);
        }
        Check(SstServiceSide::SERVER,
              size(SstServiceSide::SERVER) - 1,
              m_service == "rtp" ? SstFlowOutcome::COMPLETE : SstFlowOutcome::CORRUPT,
              0);
        // A client that says something wrong gets no answer to it.
        Check(SstServiceSide::CLIENT,
              size(SstServiceSide::CLIENT) - 1,
              m_service == "http" || m_service == "dns" || m_service == "rtp"
                  ? SstFlowOutcome::TIMEOUT
                  : SstFlowOutcome::STALLED,
              1);
    }

    /**
     * @param side the side that says something wrong
     * @param wrong position of the wrong byte
     * @param outcome the outcome expected
     * @param rejected the server's count of wrong clients expected, at least
     */
    void Check(SstServiceSide side, uint64_t wrong, SstFlowOutcome outcome, uint64_t rejected)
    {
        SstTrafficPair pair;
        auto plan = pair.Plan(m_service, SstServiceClient::IPV4);
        plan.parameters.client = SstServiceParameters().client;
        const auto right = MakeScript(plan);
        const Ptr<const SstServiceScript> altered = Alter(right, side, wrong, SIZE_MAX);
        auto server = CreateObject<SstServiceServer>();
        auto client = CreateObject<SstServiceClient>();
        client->SetAttribute("Remote", AddressValue(pair.server4));
        client->SetStartTime(plan.start);
        client->SetScript(side == SstServiceSide::CLIENT ? altered : right);
        const bool added = server->AddScript(side == SstServiceSide::SERVER ? altered : right);
        NS_TEST_ASSERT_MSG_EQ(added, true, "the port is free");
        pair.nodes.Get(0)->AddApplication(client);
        pair.nodes.Get(1)->AddApplication(server);
        SstTrafficPair::Run(40);
        NS_TEST_EXPECT_MSG_EQ(client->GetRecord().outcome,
                              outcome,
                              "wrong byte " << wrong << " of side " << int(side) << ", "
                                            << client->GetRecord().detail);
        NS_TEST_EXPECT_MSG_EQ((server->GetRejected() > 0), (rejected > 0), "rejected");
    }

    std::string m_service; //!< name of the service
};

/**
 * A reset that ends the connection is told as such, one that TCP ignores is not.
 */
class SstTrafficResetCase : public TestCase
{
  public:
    SstTrafficResetCase()
        : TestCase("forged resets")
    {
    }

  private:
    void DoRun() override
    {
        // While connecting: nothing else comes from the server.
        Check(0.01, TcpHeader::RST, SstFlowOutcome::RESET, false);
        // After the first bytes.
        Check(0.095, TcpHeader::RST, SstFlowOutcome::RESET, true);
        // "Ignoring segment without TS, RFC 7323": ns-3's TCP discards RST and ACK together.
        Check(0.095, TcpHeader::RST | TcpHeader::ACK, SstFlowOutcome::COMPLETE, true);
        // After completion nothing changes any more.
        Check(5, TcpHeader::RST, SstFlowOutcome::COMPLETE, true);
    }

    /**
     * @param after time from the start of the client to the reset leaving the server, s
     * @param flags flags of the reset
     * @param outcome the outcome expected
     * @param some whether bytes of the server are expected to have arrived
     */
    void Check(double after, uint8_t flags, SstFlowOutcome outcome, bool some)
    {
        SstTrafficPair pair;
        auto client = pair.Install(pair.Plan("tls", SstServiceClient::IPV4));
        Simulator::Schedule(Seconds(SstTrafficPair::START + after),
                            &SstTrafficPair::InjectReset,
                            &pair,
                            client,
                            flags);
        SstTrafficPair::Run(40);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, outcome, "reset after " << after);
        NS_TEST_EXPECT_MSG_EQ((record.received > 0), some, "bytes received");
        if (outcome == SstFlowOutcome::RESET)
        {
            NS_TEST_EXPECT_MSG_EQ_TOL((record.ended - record.started).GetSeconds(),
                                      after + SstTrafficPair::DELAY,
                                      0.005,
                                      "ends with the reset");
        }
    }
};

/**
 * Servers that accept and say nothing, or not all.
 */
class SstTrafficServerCase : public TestCase
{
  public:
    SstTrafficServerCase()
        : TestCase("silent servers and servers that close")
    {
    }

  private:
    void DoRun() override
    {
        for (const std::string service : {"http", "tls", "ssh", "smtp", "bulk"})
        {
            CheckSilent(service);
        }
        CheckClosing("smtp", 3);
        CheckClosing("tls", 1);
        CheckConnectFailure();
    }

    /// @param service a service whose server accepts and stays silent
    void CheckSilent(const std::string& service)
    {
        SstTrafficPair pair;
        const auto plan = pair.Plan(service, SstServiceClient::IPV4);
        std::string error;
        auto client = pair.helper.InstallClient(pair.nodes.Get(0), plan, error);
        PacketSinkHelper sink(
            "ns3::TcpSocketFactory",
            InetSocketAddress(Ipv4Address::GetAny(), MakeScript(plan)->GetPort()));
        sink.Install(pair.nodes.Get(1));
        SstTrafficPair::Run(40);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::TIMEOUT, service);
        NS_TEST_EXPECT_MSG_EQ(record.connected.IsPositive(), true, "it had connected");
        NS_TEST_EXPECT_MSG_EQ(record.ended - record.started, Seconds(30), "at the deadline");
    }

    /**
     * @param service a service whose server closes early
     * @param count how many messages it says
     */
    void CheckClosing(const std::string& service, std::size_t count)
    {
        SstTrafficPair pair;
        const auto plan = pair.Plan(service, SstServiceClient::IPV4);
        std::string error;
        auto client = pair.helper.InstallClient(pair.nodes.Get(0), plan, error);
        auto script = Alter(MakeScript(plan), SstServiceSide::SERVER, UINT64_MAX, count);
        script->SetCloser(SstServiceSide::SERVER);
        auto server = CreateObject<SstServiceServer>();
        const bool added = server->AddScript(script);
        NS_TEST_ASSERT_MSG_EQ(added, true, "the port is free");
        pair.nodes.Get(1)->AddApplication(server);
        SstTrafficPair::Run(40);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::STALLED, service);
        NS_TEST_EXPECT_MSG_EQ(record.detail, "closed", service);
        NS_TEST_EXPECT_MSG_EQ(record.received, script->GetSize(SstServiceSide::SERVER), service);
        NS_TEST_EXPECT_MSG_LT((record.ended - record.started).GetSeconds(), 1, "at the close");
    }

    /// TCP gives up: SYNs at 0, 1, 3, 7, 15, 31 s, the end at 63 s.
    void CheckConnectFailure()
    {
        SstTrafficPair pair;
        pair.helper.SetClientAttribute("Deadline", TimeValue(Seconds(100)));
        std::string error;
        auto client = pair.helper.InstallClient(pair.nodes.Get(0),
                                                pair.Plan("http", SstServiceClient::IPV4),
                                                error);
        std::vector<Time> syns;
        pair.SetLoss(SstServiceSide::SERVER, [&](Ptr<const Packet> packet) {
            if (SstTrafficPair::IsIpv4(packet))
            {
                syns.push_back(Simulator::Now());
            }
            return true;
        });
        SstTrafficPair::Run(120);
        const auto& record = client->GetRecord();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::TIMEOUT, "outcome");
        NS_TEST_EXPECT_MSG_EQ(record.detail, "connect", "detail");
        NS_TEST_EXPECT_MSG_EQ(record.ended - record.started, Seconds(63), "TCP gives up");
        NS_TEST_ASSERT_MSG_EQ(syns.size(), 6, "SYNs");
        NS_TEST_EXPECT_MSG_EQ(syns[1] - syns[0], Seconds(1), "first retransmission");
        NS_TEST_EXPECT_MSG_EQ(syns[5] - syns[0], Seconds(31), "last retransmission");
    }
};

/**
 * A client without an address ends at once, and a stopped one says what it has.
 */
class SstTrafficStopCase : public TestCase
{
  public:
    SstTrafficStopCase()
        : TestCase("no resolver, and stopping early")
    {
    }

  private:
    void DoRun() override
    {
        {
            SstTrafficPair pair;
            auto plan = pair.Plan("http", SstServiceClient::IPV4);
            plan.remote = Address();
            auto client = pair.Install(plan);
            SstTrafficPair::Run(40);
            const auto& record = client->GetRecord();
            NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::RESOLVE, "outcome");
            NS_TEST_EXPECT_MSG_EQ(record.detail, "no-resolver", "detail");
            NS_TEST_EXPECT_MSG_EQ(record.ended, record.started, "at once");
        }
        {
            SstTrafficPair pair;
            auto client = pair.Install(pair.Plan("bulk", SstServiceClient::IPV4));
            client->SetStopTime(Seconds(SstTrafficPair::START + 1));
            SstTrafficPair::Run(40);
            const auto& record = client->GetRecord();
            NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::STALLED, "outcome");
            NS_TEST_EXPECT_MSG_EQ(record.detail, "stopped", "detail");
            NS_TEST_EXPECT_MSG_EQ(record.ended - record.started, Seconds(1), "when stopped");
        }
    }
};

/**
 * The services over a network that does not work.
 */
class SstTrafficFailureTestSuite : public TestSuite
{
  public:
    SstTrafficFailureTestSuite()
        : TestSuite("sst-traffic-failure", Type::UNIT)
    {
        for (const auto& service : SstServiceCatalog::Names())
        {
            for (const auto family : {SstServiceClient::IPV4, SstServiceClient::IPV6})
            {
                AddTestCase(new SstTrafficFailureCase(service, family), Duration::QUICK);
            }
            AddTestCase(new SstTrafficCorruptCase(service), Duration::QUICK);
        }
        AddTestCase(new SstTrafficResetCase, Duration::QUICK);
        AddTestCase(new SstTrafficServerCase, Duration::QUICK);
        AddTestCase(new SstTrafficStopCase, Duration::QUICK);
    }
};

SstTrafficFailureTestSuite g_sstTrafficFailureTestSuite; //!< the suite

} // namespace
