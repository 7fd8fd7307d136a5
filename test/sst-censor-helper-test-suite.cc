/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/double.h"
#include "ns3/inet-socket-address.h"
#include "ns3/simulator.h"
#include "ns3/sst-censor-helper.h"
#include "ns3/test.h"

using namespace ns3;

/// Names, combinations and errors of the helper.
class SstCensorHelperTest : public TestCase
{
  public:
    SstCensorHelperTest()
        : TestCase("helper: names, combinations, errors that say what is allowed")
    {
    }

  private:
    void DoRun() override
    {
        std::string error;
        SstCensorHelper helper;
        helper.SetServers("10.2.0.0/16,2001:f00d:2::/48");
        helper.SetBlockedPorts("22");
        helper.SetBlockedNames("example.org");
        NS_TEST_EXPECT_MSG_EQ(helper.Create("none", error)->GetNRules(), 0, "none");
        auto censor = helper.Create("port-drop+dns-strip+mark-drop", error);
        NS_TEST_ASSERT_MSG_EQ(censor->GetNRules(), 3, "three");
        NS_TEST_EXPECT_MSG_EQ(censor->GetRule(0)->GetName(), "port-drop", "order");
        NS_TEST_EXPECT_MSG_EQ(censor->GetRule(1)->GetName(), "dns-strip", "order");
        NS_TEST_EXPECT_MSG_EQ((censor->FindRule("mark-drop") == censor->GetRule(2)), true, "find");
        NS_TEST_EXPECT_MSG_EQ((censor->FindRule("sni") == nullptr), true, "find none");
        for (const auto& name : SstCensorHelper::GetKnownNames())
        {
            NS_TEST_EXPECT_MSG_EQ(SstCensorHelper::Check(name), "", name);
            NS_TEST_EXPECT_MSG_NE(helper.Create(name, error), nullptr, name << ": " << error);
        }

        struct
        {
            const char* specification;
            const char* part;
        } wrong[] = {{"gfw", "'gfw'"},
                     {"gfw", "port-drop"},
                     {"port-drop+gfw", "'gfw'"},
                     {"", "''"},
                     {"sni+", "''"},
                     {"+", "''"},
                     {"none+sni", "alone"},
                     {"sni+sni", "twice"},
                     {"Sni", "'Sni'"}};

        for (const auto& row : wrong)
        {
            NS_TEST_EXPECT_MSG_EQ(helper.Create(row.specification, error), nullptr, "refused");
            NS_TEST_EXPECT_MSG_NE(error.find(row.part), std::string::npos, error);
        }
        SstCensorHelper empty;
        for (const char* name :
             {"address", "port-drop", "port-rst", "port-allow", "sni", "sni-scan", "dns-forge"})
        {
            NS_TEST_EXPECT_MSG_EQ(empty.Create(name, error), nullptr, name);
            NS_TEST_EXPECT_MSG_NE(error.find("none were given"), std::string::npos, error);
        }
        NS_TEST_EXPECT_MSG_NE(empty.SetServers("10.0.0.0/99"), "", "wrong servers");
        NS_TEST_EXPECT_MSG_NE(empty.SetBlockedPorts("x"), "", "wrong ports");
        NS_TEST_EXPECT_MSG_NE(empty.SetBlockedNames("/"), "", "wrong names");
        empty.AddServer(InetSocketAddress("10.7.0.1", 80));
        empty.AddServer(Ipv6Address("2001:f::1"));
        NS_TEST_EXPECT_MSG_EQ(empty.Create("address", error)->GetRule(0)->GetServers().ToString(),
                              "10.7.0.1/32,2001:f::1/128",
                              "servers by address");

        helper.SetRuleAttribute("sni", "Probability", DoubleValue(0.5));
        NS_TEST_EXPECT_MSG_NE(helper.Create("sni", error), nullptr, error);
        helper.SetRuleAttribute("sni", "Probability", DoubleValue(1.5));
        NS_TEST_EXPECT_MSG_EQ(helper.Create("sni", error), nullptr, "a value out of range");
        NS_TEST_EXPECT_MSG_NE(error.find("Probability"), std::string::npos, error);

        Ptr<Node> node = CreateObject<Node>();
        NS_TEST_EXPECT_MSG_EQ(helper.Install(node, "none", error), nullptr, "a bare node");
        NS_TEST_EXPECT_MSG_NE(error.find("SstHelper::Install"), std::string::npos, error);
        NS_TEST_EXPECT_MSG_EQ(helper.InstallTap(node, error), nullptr, "a bare node");
        NS_TEST_EXPECT_MSG_NE(error.find("SstTrafficControlLayer"), std::string::npos, error);
        Simulator::Destroy();
    }
};

/// How censors are named.
class SstCensorHelperTestSuite : public TestSuite
{
  public:
    SstCensorHelperTestSuite()
        : TestSuite("sst-censor-helper", Type::UNIT)
    {
        AddTestCase(new SstCensorHelperTest, TestCase::Duration::QUICK);
    }
};

static SstCensorHelperTestSuite g_sstCensorHelperTestSuite; //!< the suite
