/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-samples.h"
#include "sst-censor-test-packet.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/simulator.h"
#include "ns3/sst-censor-convert.h"
#include "ns3/sst-censor-helper.h"
#include "ns3/string.h"
#include "ns3/test.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <sstream>

using namespace ns3;
using namespace ns3::sst_censor_samples;

namespace
{

/**
 * @return a helper that knows servers, ports and names of the tests
 */
SstCensorHelper
MakeHelper()
{
    SstCensorHelper helper;
    helper.SetServers("10.2.0.0/16,2001:f00d:2::/48");
    helper.SetBlockedPorts("22");
    helper.SetBlockedNames("example.org");
    helper.SetSinkhole("192.0.2.66", "2001:db8::66");
    return helper;
}

/**
 * @param rule a rule
 * @param packet a packet
 * @return name of its verdict
 */
std::string
Judge(Ptr<SstCensorRule> rule, const SstCensorTestPacket& packet)
{
    const auto bytes = packet.Bytes();
    SstCensorPacket view;
    std::vector<uint8_t> answer;
    return view.Parse(bytes.data(), bytes.size()) == SstCensorPacket::Status::OK
               ? SstToString(rule->Evaluate(view, answer))
               : "malformed";
}

/**
 * @param helper a helper
 * @param name a censor name
 * @return its rule
 */
Ptr<SstCensorRule>
MakeRule(const SstCensorHelper& helper, const std::string& name)
{
    std::string error;
    return helper.Create(name, error)->GetRule(0);
}

} // namespace

/// Every rule on every kind of packet, against a table written from the rules' descriptions.
class SstCensorVerdictTest : public TestCase
{
  public:
    SstCensorVerdictTest()
        : TestCase("verdict of every rule on packets of every kind, both IP versions")
    {
    }

  private:
    void DoRun() override
    {
        const char* const rules[] = {"address",
                                     "port-drop",
                                     "port-rst",
                                     "port-allow",
                                     "sni",
                                     "sni-scan",
                                     "mark-drop",
                                     "dns-strip",
                                     "dns-forge"};
        SstCensorTestPacket p;
        const auto base = p;
        p.serverPort = 22;
        Expect("SYN to a blocked port", p, "drop drop rst drop - - - - -");
        p.tcpFlags = 0x04;
        Expect("RST to a blocked port", p, "drop drop - drop - - - - -");
        p.tcpFlags = 0x10;
        p.fromClient = false;
        Expect("from a blocked port", p, "drop - - - - - - - -");
        p = base;
        p.serverPort = 22;
        p.server4 = "10.3.0.1";
        p.server6 = "2001:f00d:3::1";
        Expect("blocked port of another host", p, "- - - - - - - - -");
        p.payload = TLS13_HELLO;
        Expect("blocked name at another host", p, "- - - - - - - - -");
        p = base;
        p.udp = true;
        p.serverPort = 22;
        Expect("UDP to a blocked port", p, "drop drop - drop - - - - -");

        p = base;
        p.payload = TLS13_HELLO;
        Expect("blocked SNI", p, "drop - - - drop drop - - -");
        p.marked = true;
        Expect("blocked SNI, marked", p, "drop - - - drop drop drop - -");
        p = base;
        p.payload = TLS12_HELLO;
        Expect("another SNI", p, "drop - - - - - - - -");
        p.payload = HTTP_GET;
        p.serverPort = 8080;
        Expect("blocked Host on an odd port", p, "drop - - drop drop drop - - -");
        p.payload.insert(p.payload.begin(), 27, 0);
        Expect("blocked Host at an offset", p, "drop - - drop - drop - - -");
        p = base;
        p.udp = true;
        p.payload = TLS13_HELLO;
        Expect("ClientHello in UDP", p, "drop - - - - drop - - -");
        p = base;
        p.payload.assign(TLS13_HELLO.begin(), TLS13_HELLO.begin() + 60);
        Expect("ClientHello cut before its name", p, "drop - - - - - - - -");

        // What SST looks like: an index, a packet number, the guard of PROTOCOL.md at byte 12
        p = base;
        p.marked = true;
        p.raw.assign(64, 0xe1);
        p.raw[12] = 0x50;
        p.raw[13] = 0x10;
        Expect("SST", p, "drop - - drop - - drop - -");
        p.raw[2] = 0;
        p.raw[3] = 22;
        Expect("SST imitating a blocked port", p, "drop drop rst drop - - drop - -");
        p.raw[2] = 1;
        p.raw[3] = 0xbb;
        Expect("SST imitating port 443", p, "drop - - - - - drop - -");
        p.protocol = 1;
        p.marked = false;
        Expect("ICMP", p, "drop - - drop - - - - -");
        p.protocol = 6;
        p.raw.resize(3);
        Expect("TCP of three bytes", p, "drop - - drop - - - - -");

        p = base;
        p.udp = true;
        p.serverPort = 53;
        p.server4 = "10.9.0.1";
        p.server6 = "2001:f00d:9::1";
        p.payload = DNS_QUERY_SVCB;
        Expect("SVCB query", p, "- - - - - - - dns-answer -");
        p.payload = DNS_QUERY_A;
        Expect("A query", p, "- - - - - - - - dns-forge");
        p.payload = DNS_QUERY_AAAA;
        Expect("AAAA query in odd case", p, "- - - - - - - - dns-forge");
        p.payload = DNS_NODATA_SVCB;
        Expect("SVCB response", p, "- - - - - - - - -");
        p.payload = DNS_QUERY_SVCB;
        p.serverPort = 5353;
        Expect("SVCB query to another port", p, "- - - - - - - - -");
        p.serverPort = 53;
        p.udp = false;
        Expect("SVCB query in TCP", p, "- - - - - - - - -");
        p = base;
        p.server4 = "10.2.0.9";
        p.server6 = "2001:f00d:2::9";
        p.udp = true;
        p.serverPort = 53;
        p.payload.assign(DNS_QUERY_A.begin(), DNS_QUERY_A.end() - 1);
        Expect("cut A query to a listed server", p, "drop - - - - - - - -");
        NS_TEST_EXPECT_MSG_EQ(std::size(rules), SstCensorHelper::GetKnownNames().size() - 1, "all");
    }

    /**
     * @param what kind of packet
     * @param packet the packet
     * @param verdicts verdict of each rule, in the order of the helper's names; "-" for pass
     */
    void Expect(const std::string& what, SstCensorTestPacket packet, const std::string& verdicts)
    {
        const auto helper = MakeHelper();
        for (const bool v6 : {false, true})
        {
            packet.v6 = v6;
            std::istringstream expected(verdicts);
            for (size_t i = 1; i < SstCensorHelper::GetKnownNames().size(); ++i)
            {
                const std::string name = SstCensorHelper::GetKnownNames()[i];
                std::string verdict;
                expected >> verdict;
                NS_TEST_EXPECT_MSG_EQ(Judge(MakeRule(helper, name), packet),
                                      (verdict == "-" ? "pass" : verdict),
                                      what << " through " << name << ", v6 " << v6);
            }
        }
    }
};

/// What the base of the rules does: residual keys and time, direction, probability, streams.
class SstCensorRuleBaseTest : public TestCase
{
  public:
    SstCensorRuleBaseTest()
        : TestCase("residual keys, their time and bound; direction; probability; streams")
    {
    }

  private:
    void DoRun() override
    {
        CheckKeys();
        CheckTime();
        CheckDirection();
        CheckProbability();
        Simulator::Destroy();
    }

    /// Which later packets of no offense a key blocks.
    void CheckKeys()
    {
        struct
        {
            SstCensorRule::ResidualKey key;
            // Same flow, other client port, other server port, other client, other server, UDP
            std::vector<bool> blocked;
        } keys[] = {
            {SstCensorRule::NONE, {false, false, false, false, false, false}},
            {SstCensorRule::FOUR_TUPLE, {true, false, false, false, false, false}},
            {SstCensorRule::THREE_TUPLE, {true, true, false, false, false, false}},
            {SstCensorRule::IP_PAIR, {true, true, true, false, false, true}},
            {SstCensorRule::SERVER, {true, true, true, true, false, true}},
        };

        for (const bool v6 : {false, true})
        {
            for (const auto& row : keys)
            {
                auto rule = MakeRule(MakeHelper(), "sni");
                rule->SetAttribute("ResidualKey", EnumValue(row.key));
                SstCensorTestPacket packet;
                packet.v6 = v6;
                packet.payload = TLS13_HELLO;
                Judge(rule, packet);
                packet.payload.clear();
                std::vector<SstCensorTestPacket> later(6, packet);
                later[1].clientPort = 50000;
                later[2].serverPort = 80;
                later[3].client4 = "10.1.0.2";
                later[3].client6 = "2001:f00d:1::2";
                later[4].server4 = "10.2.0.2";
                later[4].server6 = "2001:f00d:2::2";
                later[5].udp = true;
                for (size_t i = 0; i < later.size(); ++i)
                {
                    NS_TEST_EXPECT_MSG_EQ(Judge(rule, later[i]),
                                          (row.blocked[i] ? "drop" : "pass"),
                                          "key " << row.key << ", later packet " << i);
                }
                const uint64_t hits = std::count(row.blocked.begin(), row.blocked.end(), true);
                NS_TEST_EXPECT_MSG_EQ(rule->GetCounters().residual, hits, "counted");
            }
        }
    }

    /// The end of the time, with and without refresh; the bound; resets.
    void CheckTime()
    {
        auto rule = MakeRule(MakeHelper(), "sni");
        auto refreshed = MakeRule(MakeHelper(), "sni");
        for (const auto& each : {rule, refreshed})
        {
            each->SetAttribute("ResidualKey", EnumValue(SstCensorRule::THREE_TUPLE));
            each->SetAttribute("ResidualTime", TimeValue(Seconds(90)));
        }
        refreshed->SetAttribute("ResidualRefresh", BooleanValue(true));
        SstCensorTestPacket trigger;
        trigger.payload = TLS13_HELLO;
        const SstCensorTestPacket plain;
        Judge(rule, trigger);
        Judge(refreshed, trigger);
        const auto at = [&](double seconds, const std::string& one, const std::string& other) {
            Simulator::Schedule(Seconds(seconds), [=, this] {
                NS_TEST_EXPECT_MSG_EQ(Judge(rule, plain), one, "at " << seconds);
                NS_TEST_EXPECT_MSG_EQ(Judge(refreshed, plain), other, "at " << seconds);
            });
        };
        at(45, "drop", "drop");
        at(89.9, "drop", "drop");
        at(90, "pass", "drop");
        at(179.9, "pass", "drop");
        at(270, "pass", "pass");
        Simulator::Run();

        auto bounded = MakeRule(MakeHelper(), "sni");
        bounded->SetAttribute("ResidualKey", EnumValue(SstCensorRule::FOUR_TUPLE));
        bounded->SetAttribute("ResidualBound", UintegerValue(3));
        for (uint16_t i = 0; i < 5; ++i)
        {
            trigger.clientPort = 50000 + i;
            Judge(bounded, trigger);
        }
        NS_TEST_EXPECT_MSG_EQ(bounded->GetResidualSize(), 3, "bounded");
        for (uint16_t i = 0; i < 5; ++i)
        {
            SstCensorTestPacket later;
            later.clientPort = 50000 + i;
            NS_TEST_EXPECT_MSG_EQ(Judge(bounded, later), (i < 2 ? "pass" : "drop"), "entry " << i);
        }
        auto reset = MakeRule(MakeHelper(), "port-rst");
        reset->SetAttribute("ResidualKey", EnumValue(SstCensorRule::IP_PAIR));
        trigger = SstCensorTestPacket();
        trigger.serverPort = 22;
        NS_TEST_EXPECT_MSG_EQ(Judge(reset, trigger), "rst", "trigger");
        NS_TEST_EXPECT_MSG_EQ(Judge(reset, plain), "rst", "another port in the residual time");
        trigger.udp = true;
        NS_TEST_EXPECT_MSG_EQ(Judge(reset, trigger), "pass", "UDP is not reset");
    }

    /// The Direction attribute, with and without a list of servers.
    void CheckDirection()
    {
        struct
        {
            SstCensorRule::Direction direction;
            bool servers;
            // To the server, from the server, between others
            std::vector<std::string> verdicts;
        } rows[] = {
            {SstCensorRule::CLIENT_TO_SERVER, true, {"drop", "pass", "pass"}},
            {SstCensorRule::SERVER_TO_CLIENT, true, {"pass", "drop", "pass"}},
            {SstCensorRule::BOTH, true, {"drop", "drop", "pass"}},
            {SstCensorRule::ANY, true, {"drop", "drop", "drop"}},
            {SstCensorRule::AUTO, true, {"drop", "drop", "drop"}},
            {SstCensorRule::CLIENT_TO_SERVER, false, {"drop", "drop", "drop"}},
            {SstCensorRule::BOTH, false, {"drop", "drop", "drop"}},
        };

        for (const auto& row : rows)
        {
            auto rule = MakeRule(MakeHelper(), "mark-drop");
            rule->SetAttribute("Direction", EnumValue(row.direction));
            if (!row.servers)
            {
                rule->SetAttribute("Servers", StringValue(""));
            }
            std::vector<SstCensorTestPacket> packets(3);
            packets[1].fromClient = false;
            packets[2].server4 = "10.3.0.1";
            for (size_t i = 0; i < packets.size(); ++i)
            {
                packets[i].marked = true;
                NS_TEST_EXPECT_MSG_EQ(Judge(rule, packets[i]),
                                      row.verdicts[i],
                                      "direction " << row.direction << ", packet " << i);
            }
        }
        // Both sides of a residual key are blocked where the rule looks at both.
        for (const std::string servers : {"10.2.0.0/16", ""})
        {
            auto rule = MakeRule(MakeHelper(), "sni");
            rule->SetAttribute("Servers", StringValue(servers));
            rule->SetAttribute("Direction", EnumValue(SstCensorRule::BOTH));
            rule->SetAttribute("ResidualKey", EnumValue(SstCensorRule::FOUR_TUPLE));
            SstCensorTestPacket packet;
            packet.payload = TLS13_HELLO;
            Judge(rule, packet);
            packet.payload.clear();
            packet.fromClient = false;
            NS_TEST_EXPECT_MSG_EQ(Judge(rule, packet), "drop", "the way back, '" << servers << "'");
        }
        NS_TEST_EXPECT_MSG_EQ(MakeRule(MakeHelper(), "sni")
                                  ->SetAttributeFailSafe("Servers", StringValue("10.0.0.0/99")),
                              false,
                              "a wrong list is refused");
    }

    /**
     * @param rule a rule
     * @param packets how many blocked packets it is shown
     * @return which it dropped
     */
    std::vector<bool> Draw(Ptr<SstCensorRule> rule, uint32_t packets)
    {
        SstCensorTestPacket test;
        test.serverPort = 22;
        const auto bytes = test.Bytes();
        SstCensorPacket view;
        view.Parse(bytes.data(), bytes.size());
        std::vector<uint8_t> answer;
        std::vector<bool> dropped;
        for (uint32_t i = 0; i < packets; ++i)
        {
            dropped.push_back(rule->Evaluate(view, answer) == SstCensorVerdict::DROP);
        }
        return dropped;
    }

    /// Share of packets dropped, and the independence of the streams.
    void CheckProbability()
    {
        const uint64_t automatic = RngSeedManager::GetNextStreamIndex();
        const uint32_t n = 20000;
        for (const double probability : {0.0, 0.25, 0.75, 1.0})
        {
            auto rule = MakeRule(MakeHelper(), "port-drop");
            rule->SetAttribute("Probability", DoubleValue(probability));
            const auto dropped = Draw(rule, n);
            const double share = std::count(dropped.begin(), dropped.end(), true) / double(n);
            // Five standard deviations of a binomial share
            const double bound = 5 * std::sqrt(probability * (1 - probability) / n);
            NS_TEST_EXPECT_MSG_EQ_TOL(share, probability, bound + 1e-12, "share");
            const auto& counters = rule->GetCounters();
            NS_TEST_EXPECT_MSG_EQ(counters.seen, n, "seen");
            NS_TEST_EXPECT_MSG_EQ(counters.matched, n, "matched");
            NS_TEST_EXPECT_MSG_EQ(counters.spared + counters.verdicts[1], n, "spared or dropped");
        }
        const auto draws = [&](int64_t stream) {
            auto rule = MakeRule(MakeHelper(), "port-drop");
            rule->SetAttribute("Probability", DoubleValue(0.5));
            if (stream >= 0)
            {
                NS_TEST_EXPECT_MSG_EQ(rule->AssignStreams(stream), 1, "streams used");
            }
            return Draw(rule, 100);
        };
        NS_TEST_EXPECT_MSG_EQ((draws(-1) == draws(-1)), true, "the same without a stream");
        NS_TEST_EXPECT_MSG_EQ((draws(5) == draws(5)), true, "the same with the same stream");
        NS_TEST_EXPECT_MSG_EQ((draws(5) == draws(6)), false, "streams differ");
        NS_TEST_EXPECT_MSG_EQ(RngSeedManager::GetNextStreamIndex(),
                              automatic + 1,
                              "automatic streams are not shifted");
    }
};

/// The suite.
class SstCensorTestSuite : public TestSuite
{
  public:
    SstCensorTestSuite()
        : TestSuite("sst-censor", Type::UNIT)
    {
        AddTestCase(new SstCensorVerdictTest, TestCase::Duration::QUICK);
        AddTestCase(new SstCensorRuleBaseTest, TestCase::Duration::QUICK);
    }
};

static SstCensorTestSuite g_sstCensorTestSuite; //!< the suite
