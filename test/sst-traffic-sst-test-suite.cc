/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/simulator.h"
#include "ns3/sst-censored-network-helper.h"
#include "ns3/sst-dns-helper.h"
#include "ns3/sst-helper.h"
#include "ns3/sst-ingress-filter.h"
#include "ns3/sst-service-helper.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/test.h"

#include <functional>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

/// Start of the clients, s: addresses are ready.
constexpr double START = 3.0;

/// Round-trip time between a client and its server, s.
constexpr double RTT = 0.05;

/**
 * Looks at every packet that passes a router, and drops what a function names.
 */
class SstTrafficWatch : public SstIngressFilter
{
  public:
    /// @param drop told a packet's bytes from its IP header on, its size up to 64; true: drop
    explicit SstTrafficWatch(std::function<bool(const uint8_t*, uint32_t)> drop)
        : m_drop(std::move(drop))
    {
    }

    Verdict Filter(Ptr<NetDevice>, Ptr<const Packet>& packet, uint16_t) override
    {
        uint8_t bytes[64]{};
        const uint32_t size = packet->CopyData(bytes, sizeof(bytes));
        return m_drop(bytes, size) ? CONSUME : ACCEPT;
    }

  private:
    std::function<bool(const uint8_t*, uint32_t)> m_drop; //!< decides
};

/**
 * @param bytes a packet from its IP header on
 * @return whether it carries the mark
 */
bool
IsMarked(const uint8_t* bytes)
{
    return bytes[0] >> 4 == 4 ? (bytes[6] & 0x80) != 0
                              : (((bytes[0] & 0x0f) << 4 | bytes[1] >> 4) & 0xfc) == 0xac;
}

/**
 * A client, a server, two routers and a resolver, all with side stacks, and one flow.
 */
class SstTrafficNetwork
{
  public:
    /**
     * @param ip 4 or 6
     * @param service name of a service
     * @param carriage name of a carriage
     * @param policy the policy
     */
    SstTrafficNetwork(uint8_t ip,
                      const std::string& service,
                      const std::string& carriage,
                      SstPolicy policy)
        : m_network(ip)
    {
        m_pair = m_network.AddPair({Seconds(RTT), DataRate("50Mbps"), 0.0, 0});
        m_sst.SetAttribute("AllowNarrowCoverage", BooleanValue(true));
        m_sst.Install(m_network.GetNodes());
        m_dns = m_dnsHelper.InstallServer(m_network.GetResolver());
        m_dnsHelper.SetResolverAttribute(
            "Families",
            EnumValue(ip == 4 ? SstResolver::IPV4 : SstResolver::IPV6));
        m_dnsHelper.InstallResolver(m_pair.client, m_network.GetResolverAddress());
        m_plan.service = service;
        m_plan.parameters.host = "server.sst.test";
        m_plan.family = ip == 4 ? SstServiceClient::IPV4 : SstServiceClient::IPV6;
        m_plan.policy = policy;
        m_plan.start = Seconds(START);
        std::string error;
        NS_ABORT_MSG_IF(!SstCarriage::Parse(carriage, m_plan.carriage, error), error);
    }

    /**
     * Publish the server's address.
     *
     * @param keys whether its key is published, too
     */
    void Publish(bool keys)
    {
        const auto value = m_sst.GenerateServerKey(m_pair.server);
        SstDnsHelper::AddHost(m_dns,
                              m_plan.parameters.host,
                              {m_pair.serverAddress},
                              keys ? value : std::vector<uint8_t>());
    }

    /**
     * @param drop told what passes the routers beyond which the servers are; true: drop
     */
    void Watch(std::function<bool(const uint8_t*, uint32_t)> drop)
    {
        SstTrafficControlLayer::Get(m_network.GetCensor())
            ->AddIngressFilter(CreateObject<SstTrafficWatch>(drop));
    }

    /// @return what became of the flow
    SstFlowRecord Run()
    {
        std::string error;
        auto client = m_helper.Install(m_pair.client, m_pair.server, m_plan, error);
        NS_ABORT_MSG_IF(!client, error);
        Simulator::Stop(Seconds(40));
        Simulator::Run();
        const auto record = client->GetRecord();
        Simulator::Destroy();
        return record;
    }

  private:
    SstCensoredNetworkHelper m_network;    //!< nodes and links
    SstCensoredNetworkHelper::Pair m_pair; //!< client and server
    SstHelper m_sst;                       //!< side stacks
    SstDnsHelper m_dnsHelper;              //!< DNS server and resolvers
    SstServiceHelper m_helper;             //!< services
    Ptr<SstDnsServer> m_dns;               //!< the DNS server
    SstServicePlan m_plan;                 //!< the flow
};

/**
 * By name and in SST: the flow completes, and nothing but DNS passes in clear.
 */
class SstTrafficSstCase : public TestCase
{
  public:
    SstTrafficSstCase(const std::string& service, const std::string& carriage, uint8_t ip)
        : TestCase(service + " in " + carriage + " over IPv" + std::to_string(ip)),
          m_service(service),
          m_carriage(carriage),
          m_ip(ip)
    {
    }

  private:
    void DoRun() override
    {
        SstTrafficNetwork network(m_ip, m_service, m_carriage, SstPolicy::REQUIRE);
        network.Publish(true);
        uint32_t marked = 0;
        uint32_t clear = 0;
        uint32_t dns = 0;
        network.Watch([&](const uint8_t* bytes, uint32_t) {
            const uint8_t* transport = bytes + (m_ip == 4 ? 20 : 40);
            const uint8_t protocol = bytes[m_ip == 4 ? 9 : 6];
            if (IsMarked(bytes))
            {
                ++marked;
            }
            else if (protocol == 17 && (transport[1] == 53 || transport[3] == 53))
            {
                ++dns;
            }
            else if (protocol == 6 || protocol == 17)
            {
                ++clear;
            }
            return false;
        });
        const auto record = network.Run();
        NS_TEST_EXPECT_MSG_EQ(record.outcome, SstFlowOutcome::COMPLETE, record.detail);
        NS_TEST_EXPECT_MSG_EQ(record.fellBack, false, "in SST");
        NS_TEST_EXPECT_MSG_EQ(clear, 0, "nothing in clear");
        NS_TEST_EXPECT_MSG_GT(marked, 1, "marked packets");
        NS_TEST_EXPECT_MSG_EQ(dns, 4, "address and key, asked and answered");
        NS_TEST_EXPECT_MSG_GT(record.resolved, record.started, "resolving takes a while");
    }

    std::string m_service;  //!< name of the service
    std::string m_carriage; //!< name of the carriage
    uint8_t m_ip;           //!< IP version
};

/**
 * What DNS and path do to policies.
 */
class SstTrafficPolicyCase : public TestCase
{
  public:
    SstTrafficPolicyCase(const std::string& service, uint8_t ip)
        : TestCase("policies of " + service + " over IPv" + std::to_string(ip)),
          m_service(service),
          m_ip(ip)
    {
    }

  private:
    /// What is there and what passes.
    struct World
    {
        bool address; //!< whether the name is published
        bool keys;    //!< whether the key is published
        bool answers; //!< whether DNS passes
        bool mark;    //!< whether marked packets pass
    };

    void DoRun() override
    {
        using Outcome = SstFlowOutcome;
        const World all{true, true, true, true};
        const World noName{false, false, true, true};
        const World noKeys{true, false, true, true};
        const World noDns{true, true, false, true};
        const World noMark{true, true, true, false};
        const auto off = SstPolicy::OFF;
        const auto opportunistic = SstPolicy::OPPORTUNISTIC;
        const auto require = SstPolicy::REQUIRE;
        Check(all, off, Outcome::COMPLETE, false, 0, 2);
        Check(all, opportunistic, Outcome::COMPLETE, false, 0, 2.5);
        Check(all, require, Outcome::COMPLETE, false, 0, 2.5);
        for (const auto policy : {off, opportunistic, require})
        {
            // The resolver is 10 ms away.
            Check(noName, policy, Outcome::RESOLVE, false, 0.005, 0.05);
            Check(noDns, policy, Outcome::RESOLVE, false, 2, 30);
        }
        Check(noKeys, off, Outcome::COMPLETE, false, 0, 2);
        Check(noKeys, opportunistic, Outcome::COMPLETE, true, 0, 2.2);
        Check(noKeys, require, Outcome::NO_KEY, false, 0.005, 0.05);
        Check(noMark, off, Outcome::COMPLETE, false, 0, 2);
        // "opportunistic gives up after 3 s"
        Check(noMark, opportunistic, Outcome::COMPLETE, true, 3, 6);
        Check(noMark, require, Outcome::TIMEOUT, false, 30, 30);
    }

    /**
     * @param world what is there and what passes
     * @param policy the policy
     * @param outcome the outcome expected
     * @param fellBack whether the flow is expected to leave in clear
     * @param least time from start to end expected at least, s
     * @param most time from start to end expected at most, s
     */
    void Check(const World& world,
               SstPolicy policy,
               SstFlowOutcome outcome,
               bool fellBack,
               double least,
               double most)
    {
        SstTrafficNetwork network(m_ip, m_service, "sst-segment", policy);
        if (world.address)
        {
            network.Publish(world.keys);
        }
        network.Watch([&](const uint8_t* bytes, uint32_t) {
            const uint8_t* transport = bytes + (m_ip == 4 ? 20 : 40);
            const bool udp = bytes[m_ip == 4 ? 9 : 6] == 17;
            const bool dns = udp && (transport[1] == 53 || transport[3] == 53);
            return IsMarked(bytes) ? !world.mark : dns && !world.answers;
        });
        const auto record = network.Run();
        const std::string what =
            "address " + std::to_string(world.address) + ", keys " + std::to_string(world.keys) +
            ", DNS " + std::to_string(world.answers) + ", mark " + std::to_string(world.mark) +
            ", policy " + ToString(policy) + ", detail " + record.detail;
        NS_TEST_EXPECT_MSG_EQ(record.outcome, outcome, what);
        NS_TEST_EXPECT_MSG_EQ(record.fellBack, fellBack, what);
        const double seconds = (record.ended - record.started).GetSeconds();
        NS_TEST_EXPECT_MSG_EQ((seconds >= least && seconds <= most),
                              true,
                              what << ", took " << seconds);
    }

    std::string m_service; //!< name of the service
    uint8_t m_ip;          //!< IP version
};

/**
 * The services by name and in SST.
 */
class SstTrafficSstTestSuite : public TestSuite
{
  public:
    SstTrafficSstTestSuite()
        : TestSuite("sst-traffic-sst", Type::SYSTEM)
    {
        for (const uint8_t ip : {4, 6})
        {
            for (const auto& service : SstServiceCatalog::Names())
            {
                for (const std::string carriage : {"sst-segment", "sst-ports"})
                {
                    AddTestCase(new SstTrafficSstCase(service, carriage, ip), Duration::QUICK);
                }
            }
            AddTestCase(new SstTrafficPolicyCase("tls", ip), Duration::QUICK);
            AddTestCase(new SstTrafficPolicyCase("rtp", ip), Duration::QUICK);
        }
    }
};

SstTrafficSstTestSuite g_sstTrafficSstTestSuite; //!< the suite

} // namespace
