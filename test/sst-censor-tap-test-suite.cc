/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-samples.h"
#include "sst-censor-test-packet.h"

#include "ns3/boolean.h"
#include "ns3/simulator.h"
#include "ns3/sst-censor-helper.h"
#include "ns3/string.h"
#include "ns3/test.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::sst_censor_samples;

/// What the tap records of flows, packet by packet.
class SstExposureTapTest : public TestCase
{
  public:
    SstExposureTapTest()
        : TestCase("tap: clear ports, names, imitated ports, packets and bytes each way")
    {
    }

  private:
    void DoRun() override
    {
        for (const bool v6 : {false, true})
        {
            CheckPort(v6);
            CheckName(v6);
            CheckMark(v6);
            CheckFlows(v6);
        }
    }

    /**
     * @param v6 IP version 6
     * @return a tap that watches flow "f": TCP 443, www.example.org
     */
    Ptr<SstExposureTap> MakeTap(bool v6)
    {
        auto tap = CreateObject<SstExposureTap>();
        tap->SetAttribute("BlockedPorts", StringValue("22,443"));
        tap->AddResolver(SstCensorAddress::Parse("10.9.0.1"));
        tap->AddResolver(SstCensorAddress::Parse("2001:f00d:9::1"));
        NS_TEST_EXPECT_MSG_EQ(tap->AddFlow(MakeFlow("f", v6)), true, "flow");
        return tap;
    }

    /**
     * @param id id of the flow
     * @param v6 IP version 6
     * @return the flow of the tests' packets
     */
    SstExposureTap::Flow MakeFlow(const std::string& id, bool v6)
    {
        const SstCensorTestPacket test;
        return {id,
                SstCensorAddress::Parse(v6 ? test.client6 : test.client4),
                SstCensorAddress::Parse(v6 ? test.server6 : test.server4),
                6,
                443,
                "www.Example.org"};
    }

    /**
     * @param tap the tap
     * @param packet a packet it sees
     * @param v6 IP version 6
     * @return what it has recorded of flow "f"
     */
    SstExposureTap::Record See(Ptr<SstExposureTap> tap, SstCensorTestPacket packet, bool v6)
    {
        packet.v6 = v6;
        Ptr<const Packet> seen = packet.Build();
        const auto size = seen->GetSize();
        NS_TEST_EXPECT_MSG_EQ(tap->Filter(nullptr, seen, v6 ? 0x86dd : 0x0800),
                              SstIngressFilter::ACCEPT,
                              "a tap drops nothing");
        NS_TEST_EXPECT_MSG_EQ(seen->GetSize(), size, "a tap changes nothing");
        return tap->GetRecord("f");
    }

    /**
     * @param v6 IP version 6
     */
    void CheckPort(bool v6)
    {
        auto tap = MakeTap(v6);
        SstCensorTestPacket packet;
        packet.serverPort = 80;
        packet.clientPort = 443; // the client's own port says nothing
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).clearPort, 0, "another port");
        packet.serverPort = 443;
        packet.udp = true;
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).clearPort, 0, "another protocol");
        packet.udp = false;
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).clearPort, 1, "to the server");
        packet.fromClient = false;
        packet.clientPort = 49153;
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).clearPort, 2, "from the server");
        packet.marked = true;
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).clearPort, 2, "marked");
        const auto record = tap->GetRecord("f");
        // 20 or 40 bytes of IP header, 20 of TCP, 8 of UDP
        const uint64_t ip = v6 ? 40 : 20;
        NS_TEST_EXPECT_MSG_EQ(record.toServer.packets, 3, "packets to the server");
        NS_TEST_EXPECT_MSG_EQ(record.toServer.bytes, 3 * ip + 20 + 8 + 20, "bytes to the server");
        NS_TEST_EXPECT_MSG_EQ(record.toClient.packets, 2, "packets to the client");
        NS_TEST_EXPECT_MSG_EQ(record.toClient.bytes, 2 * ip + 2 * 20, "bytes to the client");
        NS_TEST_EXPECT_MSG_EQ(record.marked, 1, "marked");
        NS_TEST_EXPECT_MSG_EQ(record.IsExposed(), true, "exposed by its port");
    }

    /**
     * @param v6 IP version 6
     */
    void CheckName(bool v6)
    {
        const auto shows = [&](const std::vector<uint8_t>& payload, bool marked) {
            SstCensorTestPacket packet;
            packet.serverPort = 1;
            packet.payload = payload;
            packet.marked = marked;
            const auto record = See(MakeTap(v6), packet, v6);
            NS_TEST_EXPECT_MSG_EQ(record.clearPort, 0, "no port");
            NS_TEST_EXPECT_MSG_EQ(record.IsExposed(), (record.name == 1), "exposed by its name");
            return record.name;
        };
        NS_TEST_EXPECT_MSG_EQ(shows(TLS13_HELLO, false), 1, "SNI");
        NS_TEST_EXPECT_MSG_EQ(shows(TLS13_HELLO, true), 1, "SNI in a marked packet");
        NS_TEST_EXPECT_MSG_EQ(shows(HTTP_GET, false), 1, "Host");
        NS_TEST_EXPECT_MSG_EQ(shows(DNS_QUERY_AAAA, false), 1, "labels in odd case");
        NS_TEST_EXPECT_MSG_EQ(shows(TLS12_HELLO, false), 0, "another name");
        NS_TEST_EXPECT_MSG_EQ(shows({}, false), 0, "nothing");
        auto cut = HTTP_GET;
        const std::string name = "www.example.org";
        cut.erase(std::search(cut.begin(), cut.end(), name.begin(), name.end()) + name.size() - 1,
                  cut.end());
        NS_TEST_EXPECT_MSG_EQ(shows(cut, false), 0, "a name without its last byte");
        cut.push_back('g');
        NS_TEST_EXPECT_MSG_EQ(shows(cut, false), 1, "with it, at the packet's end");
    }

    /**
     * @param v6 IP version 6
     */
    void CheckMark(bool v6)
    {
        auto tap = MakeTap(v6);
        SstCensorTestPacket packet;
        packet.marked = true;
        packet.raw.assign(40, 0);
        packet.raw[0] = 22; // bytes 0 and 1 are the source port
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).imitates, 0, "port 0");
        packet.raw[3] = 22;
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).imitates, 1, "port 22");
        packet.raw[2] = 1;
        packet.raw[3] = 0xbb;
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).imitates, 2, "port 443");
        packet.fromClient = false;
        packet.raw[0] = 0;
        packet.raw[1] = 22;
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).imitates, 2, "to the client");
        packet.fromClient = true;
        packet.marked = false;
        NS_TEST_EXPECT_MSG_EQ(See(tap, packet, v6).imitates, 2, "without mark");
        NS_TEST_EXPECT_MSG_EQ(tap->GetRecord("f").firstImitated, "22", "the first");
        NS_TEST_EXPECT_MSG_EQ(tap->GetRecord("f").marked, 4, "marked both ways");
    }

    /**
     * @param v6 IP version 6
     */
    void CheckFlows(bool v6)
    {
        auto tap = MakeTap(v6);
        auto flow = MakeFlow("f", v6);
        NS_TEST_EXPECT_MSG_EQ(tap->AddFlow(flow), false, "an id twice");
        flow.id = "g";
        NS_TEST_EXPECT_MSG_EQ(tap->AddFlow(flow), false, "a pair twice");
        std::swap(flow.client, flow.server);
        NS_TEST_EXPECT_MSG_EQ(tap->AddFlow(flow), false, "a pair turned round");
        flow.client = SstCensorAddress();
        NS_TEST_EXPECT_MSG_EQ(tap->AddFlow(flow), false, "no address");

        // DNS of the client: counted apart, its name not held against the flow
        SstCensorTestPacket query;
        query.udp = true;
        query.server4 = "10.9.0.1";
        query.server6 = "2001:f00d:9::1";
        query.serverPort = 53;
        query.payload = DNS_QUERY_A;
        See(tap, query, v6);
        query.fromClient = false;
        See(tap, query, v6);
        query.client4 = "10.1.0.2";
        query.client6 = "2001:f00d:1::2";
        const auto record = See(tap, query, v6);
        NS_TEST_EXPECT_MSG_EQ(record.dns.packets, 2, "query and answer of this client");
        NS_TEST_EXPECT_MSG_EQ(record.dns.bytes,
                              2 * ((v6 ? 40 : 20) + 8 + DNS_QUERY_A.size()),
                              "bytes of DNS");
        NS_TEST_EXPECT_MSG_EQ(record.IsExposed(), false, "DNS does not expose");
        NS_TEST_EXPECT_MSG_EQ(record.toServer.packets + record.toClient.packets, 0, "apart");
        NS_TEST_EXPECT_MSG_EQ(tap->GetRecord("?").toServer.packets, 0, "an unknown id");
    }
};

/// Order of rules, traces and what is no IP packet.
class CensorMiddleboxTest : public TestCase
{
  public:
    CensorMiddleboxTest()
        : TestCase("middlebox: order of rules, verdict trace, counts, malformed packets")
    {
    }

  private:
    void DoRun() override
    {
        CheckOrder();
        CheckMalformed();
        Simulator::Destroy();
    }

    /// A packet is lost to the rules behind the one that drops it.
    void CheckOrder()
    {
        SstCensorHelper helper;
        helper.SetServers("10.2.0.0/16");
        helper.SetBlockedPorts("22");
        helper.SetBlockedNames("example.org");
        std::string error;
        auto censor = helper.Create("port-rst+port-drop+sni-scan", error);
        NS_TEST_ASSERT_MSG_NE(censor, nullptr, error);
        std::vector<std::string> trace;
        censor->TraceConnectWithoutContext(
            "Verdict",
            Callback<void, const std::string&, SstCensorVerdict, Ptr<const Packet>, uint16_t>(
                [&](const std::string& rule,
                    SstCensorVerdict verdict,
                    Ptr<const Packet> packet,
                    uint16_t protocol) {
                    NS_TEST_EXPECT_MSG_EQ(protocol, 0x0800, "EtherType");
                    trace.push_back(rule + " " + SstToString(verdict) + " " +
                                    std::to_string(packet->GetSize()));
                }));
        const auto judge = [&](const SstCensorTestPacket& test) {
            Ptr<const Packet> packet = test.Build();
            return censor->Filter(nullptr, packet, 0x0800);
        };
        SstCensorTestPacket packet;
        packet.serverPort = 22;
        packet.payload = HTTP_GET;
        NS_TEST_EXPECT_MSG_EQ(judge(packet), SstIngressFilter::CONSUME, "dropped");
        packet.serverPort = 80;
        NS_TEST_EXPECT_MSG_EQ(judge(packet), SstIngressFilter::CONSUME, "dropped");
        packet.payload.clear();
        NS_TEST_EXPECT_MSG_EQ(judge(packet), SstIngressFilter::ACCEPT, "passed");
        packet.serverPort = 22;
        packet.server4 = "224.0.0.9";
        NS_TEST_EXPECT_MSG_EQ(judge(packet), SstIngressFilter::ACCEPT, "multicast");

        const std::string size = std::to_string(40 + HTTP_GET.size());
        const std::vector<std::string> expected = {"port-rst rst " + size,
                                                   "port-drop drop " + size,
                                                   "sni-scan drop " + size};
        NS_TEST_EXPECT_MSG_EQ((trace == expected), true, "trace");
        const std::map<std::string, uint64_t> counts = {{"port-rst rst", 1},
                                                        {"port-drop drop", 1},
                                                        {"sni-scan drop", 1}};
        NS_TEST_EXPECT_MSG_EQ((censor->GetVerdictCounts() == counts), true, "counts");
        NS_TEST_EXPECT_MSG_EQ(censor->GetDropped(), 2, "dropped");
        NS_TEST_EXPECT_MSG_EQ(censor->GetPassed(), 1, "passed");
        NS_TEST_EXPECT_MSG_EQ(censor->GetRule(2)->GetCounters().seen, 2, "two reached the last");
        NS_TEST_EXPECT_MSG_EQ(censor->AssignStreams(100), 3, "a stream for each rule");
        Simulator::Run();
        NS_TEST_EXPECT_MSG_EQ(censor->GetInjector().GetNoRoute(), 2, "no node, no route");
    }

    /// Bytes that are no IP packet pass, or are dropped, and counted by reason.
    void CheckMalformed()
    {
        SstCensorHelper helper;
        std::string error;
        auto censor = helper.Create("mark-drop", error);
        std::vector<std::string> reasons;
        censor->TraceConnectWithoutContext(
            "Malformed",
            Callback<void, const std::string&, Ptr<const Packet>, uint16_t>(
                [&](const std::string& reason, Ptr<const Packet>, uint16_t) {
                    reasons.push_back(reason);
                }));
        const auto judge = [&](std::vector<uint8_t> bytes) {
            Ptr<const Packet> packet = Create<Packet>(bytes.data(), bytes.size());
            return censor->Filter(nullptr, packet, 0x0800);
        };
        auto bytes = SstCensorTestPacket().Bytes();
        NS_TEST_EXPECT_MSG_EQ(judge({bytes.begin(), bytes.begin() + 19}),
                              SstIngressFilter::ACCEPT,
                              "truncated");
        bytes[0] = 0x42;
        NS_TEST_EXPECT_MSG_EQ(judge(bytes), SstIngressFilter::ACCEPT, "header length");
        censor->SetAttribute("DropMalformed", BooleanValue(true));
        bytes[0] = 0x05;
        NS_TEST_EXPECT_MSG_EQ(judge(bytes), SstIngressFilter::CONSUME, "version");
        const std::vector<std::string> expected = {"truncated", "header-length", "version"};
        NS_TEST_EXPECT_MSG_EQ((reasons == expected), true, "reasons");
        NS_TEST_EXPECT_MSG_EQ(censor->GetMalformed(SstCensorPacket::Status::VERSION), 1, "count");
        NS_TEST_EXPECT_MSG_EQ(censor->GetPassed() + censor->GetDropped(), 0, "not judged");
    }
};

/// Middlebox and tap without a network.
class SstCensorTapTestSuite : public TestSuite
{
  public:
    SstCensorTapTestSuite()
        : TestSuite("sst-censor-tap", Type::UNIT)
    {
        AddTestCase(new SstExposureTapTest, TestCase::Duration::QUICK);
        AddTestCase(new CensorMiddleboxTest, TestCase::Duration::QUICK);
    }
};

static SstCensorTapTestSuite g_sstCensorTapTestSuite; //!< the suite
