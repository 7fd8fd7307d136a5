/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-samples.h"
#include "sst-names-test-case.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/packet.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace ns3;
using SstDnsSamples::Bytes;

namespace
{

/// Value of key65280 in SstDnsSamples::SVCB_TEXT
const char* const VALUE =
    "2801015a006b36ec80000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "2801015b006b402700202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f";

/**
 * @param hex a response
 * @param query bytes of a query
 * @return the response with the query's id
 */
std::vector<uint8_t>
WithId(const char* hex, const std::vector<uint8_t>& query)
{
    std::vector<uint8_t> bytes = Bytes(hex);
    std::copy_n(query.begin(), 2, bytes.begin());
    return bytes;
}

/**
 * @param query bytes of a query that dnspython's samples have the name of
 * @return the type asked for: the two bytes before class and EDNS (11 bytes)
 */
uint16_t
TypeOf(const std::vector<uint8_t>& query)
{
    return static_cast<uint16_t>(query[query.size() - 15] << 8 | query[query.size() - 14]);
}

} // namespace

/**
 * @ingroup sst-tests
 * Addresses and keys over IPv4 and IPv6; NXDOMAIN, NODATA and absent keys.
 */
// DNS-5
class SstResolveTest : public SstNamesTestCase
{
  public:
    /**
     * @param ipv6 whether questions travel over IPv6
     */
    explicit SstResolveTest(bool ipv6)
        : SstNamesTestCase(std::string("resolve over ") + (ipv6 ? "IPv6" : "IPv4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        MakeNetwork(m_ipv6);
        MakeServer();
        const Time start = Seconds(3);
        ResolveAt(start, "host", "Host.Test.", SstPolicy::REQUIRE);
        ResolveAt(start, "off", "host.test", SstPolicy::OFF);
        ResolveAt(start, "plain", "plain.test", SstPolicy::OPPORTUNISTIC);
        ResolveAt(start, "six", "six.test", SstPolicy::REQUIRE);
        ResolveAt(start, "none", "nowhere.test", SstPolicy::REQUIRE);
        ResolveAt(start, "nodata", "test", SstPolicy::REQUIRE);
        ResolveAt(start, "bad", "a..b", SstPolicy::REQUIRE);
        Simulator::Schedule(start, [this]() {
            m_resolver->QueryKeys("host.test",
                                  SstResolver::ResolveCallback([this](const SstResolution& r) {
                                      m_outcomes["keys"] = {Simulator::Now(), r};
                                  }));
        });
        uint32_t cancelled = 0;
        Simulator::Schedule(start, [this, &cancelled]() {
            m_resolver->Cancel(m_resolver->Resolve(
                "host.test",
                SstPolicy::REQUIRE,
                SstResolver::ResolveCallback([&cancelled](const SstResolution&) { cancelled++; })));
        });
        Simulator::Schedule(Seconds(20), []() {});
        Run();

        for (const char* key : {"host", "off", "plain", "six", "none", "nodata", "keys"})
        {
            ExpectTime(key, start, Time(0));
        }
        const SstResolution host = GetOutcome("host").resolution;
        NS_TEST_EXPECT_MSG_EQ(host.host, "host.test", "canonical name");
        NS_TEST_EXPECT_MSG_EQ(host.ok, true, "addresses");
        NS_TEST_EXPECT_MSG_EQ(host.reason, "", "no reason");
        NS_TEST_ASSERT_MSG_EQ(host.a.size(), 2, "A");
        NS_TEST_EXPECT_MSG_EQ(host.a.at(0), Ipv4Address("10.1.2.3"), "first A");
        NS_TEST_EXPECT_MSG_EQ(host.a.at(1), Ipv4Address("10.1.2.4"), "second A");
        NS_TEST_ASSERT_MSG_EQ(host.aaaa.size(), 1, "AAAA");
        NS_TEST_EXPECT_MSG_EQ(host.aaaa.at(0), Ipv6Address("fd00::3"), "AAAA");
        NS_TEST_EXPECT_MSG_EQ(+host.keys, +SstResolution::PRESENT, "keys");
        NS_TEST_EXPECT_MSG_EQ((host.value == Bytes(VALUE)), true, "their value");

        const SstResolution off = GetOutcome("off").resolution;
        NS_TEST_EXPECT_MSG_EQ(off.ok, true, "off: addresses");
        NS_TEST_EXPECT_MSG_EQ(+off.keys, +SstResolution::NOT_ASKED, "off: no keys");

        const SstResolution plain = GetOutcome("plain").resolution;
        NS_TEST_EXPECT_MSG_EQ(plain.ok, true, "plain: A suffices");
        NS_TEST_EXPECT_MSG_EQ(plain.aaaa.size(), 0, "plain: no AAAA");
        NS_TEST_EXPECT_MSG_EQ(+plain.keys, +SstResolution::ABSENT, "plain: no keys");
        NS_TEST_EXPECT_MSG_EQ(plain.keysReason, "nxdomain", "plain: why");

        const SstResolution six = GetOutcome("six").resolution;
        NS_TEST_EXPECT_MSG_EQ(six.ok, true, "six: AAAA suffices");
        NS_TEST_EXPECT_MSG_EQ(six.a.size(), 0, "six: no A");
        NS_TEST_EXPECT_MSG_EQ(six.aaaa.at(0), Ipv6Address("fd00::6"), "six: AAAA");

        const SstResolution none = GetOutcome("none").resolution;
        NS_TEST_EXPECT_MSG_EQ(none.ok, false, "none");
        NS_TEST_EXPECT_MSG_EQ(none.reason, "nxdomain", "none: why");
        const SstResolution nodata = GetOutcome("nodata").resolution;
        NS_TEST_EXPECT_MSG_EQ(nodata.ok, false, "nodata");
        NS_TEST_EXPECT_MSG_EQ(nodata.reason, "nodata", "nodata: why");
        const SstResolution bad = GetOutcome("bad").resolution;
        NS_TEST_EXPECT_MSG_EQ(bad.ok, false, "no domain name");
        NS_TEST_EXPECT_MSG_EQ(bad.reason, "name", "no domain name: why");

        const SstResolution keys = GetOutcome("keys").resolution;
        NS_TEST_EXPECT_MSG_EQ(+keys.keys, +SstResolution::PRESENT, "keys alone");
        NS_TEST_EXPECT_MSG_EQ((keys.value == Bytes(VALUE)), true, "keys alone: value");
        NS_TEST_EXPECT_MSG_EQ(keys.a.size() + keys.aaaa.size(), 0, "keys alone: no addresses");
        NS_TEST_EXPECT_MSG_EQ(cancelled, 0, "cancelled: not called");

        NS_TEST_EXPECT_MSG_EQ(m_resolver->GetIgnored().size(), 0, "nothing ignored");
        NS_TEST_EXPECT_MSG_EQ(m_server->GetRefusals().size(), 0, "nothing refused");
        // host 3, off 2, plain, six, none and nodata 3 each, bad 0, keys 1, cancelled 3
        NS_TEST_EXPECT_MSG_EQ(m_queries.size(), 21, "queries");
    }

    bool m_ipv6; //!< whether questions travel over IPv6
};

/**
 * @ingroup sst-tests
 * Lost queries and answers are asked for again, until the retries are used up.
 */
class SstRetransmissionTest : public SstNamesTestCase
{
  public:
    SstRetransmissionTest()
        : SstNamesTestCase("retransmission and timeout")
    {
    }

  private:
    void DoRun() override
    {
        const Time start = Seconds(3);
        LoseAt(start, 1, {0});
        NS_TEST_EXPECT_MSG_EQ(GetOutcome("host").resolution.ok, true, "query lost");
        ExpectTime("host", start, Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(m_queries.size(), 4, "query lost: one sent again");
        NS_TEST_EXPECT_MSG_EQ(m_queries.at(0).first, m_queries.at(3).first, "with the same id");

        LoseAt(start, 0, {2});
        NS_TEST_EXPECT_MSG_EQ(+GetOutcome("host").resolution.keys,
                              +SstResolution::PRESENT,
                              "answer lost");
        ExpectTime("host", start, Seconds(1));
        NS_TEST_EXPECT_MSG_EQ(m_queries.at(3).second, 64, "answer lost: SVCB sent again");

        // Both questions for addresses are lost every time, five each.
        LoseAt(start, 1, {0, 1, 3, 4, 5, 6, 7, 8, 9, 10});
        const Outcome outcome = GetOutcome("host");
        NS_TEST_EXPECT_MSG_EQ(outcome.resolution.ok, false, "all lost");
        NS_TEST_EXPECT_MSG_EQ(outcome.resolution.reason, "timeout", "all lost: why");
        NS_TEST_EXPECT_MSG_EQ(+outcome.resolution.keys, +SstResolution::PRESENT, "keys arrived");
        NS_TEST_EXPECT_MSG_EQ((outcome.at - start), Seconds(5), "five times the timeout");
        NS_TEST_EXPECT_MSG_EQ(m_queries.size(), 11, "five times A and AAAA, once SVCB");

        // No server there: ICMP says so, which anybody could send, so nothing ends early.
        m_helper.SetResolverAttribute("Timeout", TimeValue(MilliSeconds(300)));
        m_helper.SetResolverAttribute("Retries", UintegerValue(1));
        MakeNetwork();
        ResolveAt(start, "host", "host.test", SstPolicy::OFF);
        Run();
        NS_TEST_EXPECT_MSG_EQ((GetOutcome("host").at - start), MilliSeconds(600), "attributes");
        NS_TEST_EXPECT_MSG_EQ(m_queries.size(), 4, "one retry each");

        // Random loss of a fifth both ways: with retries enough everybody is answered.
        m_helper.SetResolverAttribute("Retries", UintegerValue(15));
        m_helper.SetResolverAttribute("Cache", BooleanValue(false));
        MakeNetwork();
        MakeServer();
        m_resolver->AssignStreams(100);
        for (uint32_t i = 0; i < 2; i++)
        {
            auto model = CreateObject<RateErrorModel>();
            model->SetAttribute("ErrorRate", DoubleValue(0.2));
            model->SetAttribute("ErrorUnit", EnumValue(RateErrorModel::ERROR_UNIT_PACKET));
            model->AssignStreams(200 + i);
            m_devices.Get(i)->SetAttribute("ReceiveErrorModel", PointerValue(model));
        }
        for (uint32_t i = 0; i < 200; i++)
        {
            ResolveAt(start + MilliSeconds(50) * i,
                      std::to_string(i),
                      "host.test",
                      SstPolicy::REQUIRE);
        }
        Run();
        for (uint32_t i = 0; i < 200; i++)
        {
            const SstResolution resolution = GetOutcome(std::to_string(i)).resolution;
            NS_TEST_EXPECT_MSG_EQ(resolution.ok, true, "loss: addresses of " << i);
            NS_TEST_EXPECT_MSG_EQ(+resolution.keys, +SstResolution::PRESENT, "loss: keys");
        }
        // 600 questions, each sent 1 / 0.8^2 = 1.5625 times: 937.5, standard deviation 23
        NS_TEST_EXPECT_MSG_EQ_TOL(m_queries.size(), 937.5, 92, "loss: queries");
    }

    /**
     * Resolve host.test and lose packets.
     * @param start when
     * @param device who loses them: 0 the client, 1 the server
     * @param packets numbers of the packets lost from then on
     */
    void LoseAt(Time start, uint32_t device, const std::list<uint32_t>& packets)
    {
        MakeNetwork();
        MakeServer();
        Simulator::Schedule(start, [this, device, packets]() { Drop(device, packets); });
        ResolveAt(start, "host", "host.test", SstPolicy::REQUIRE);
        Run();
    }
};

/**
 * @ingroup sst-tests
 * Datagrams that are not the answer are ignored, one counter for each reason; the first that
 * could be the answer is believed. All answers are bytes of dnspython.
 */
class SstForgeryTest : public SstNamesTestCase
{
  public:
    SstForgeryTest()
        : SstNamesTestCase("wrong and forged answers")
    {
    }

  private:
    void DoRun() override
    {
        const Time start = Seconds(3);
        m_helper.SetResolverAttribute("Families", EnumValue(SstResolver::IPV4));
        MakeNetwork();
        auto other = Socket::CreateSocket(m_nodes.Get(1), UdpSocketFactory::GetTypeId());
        other->Bind(InetSocketAddress(Ipv4Address::GetAny(), 5353));
        MakeFakeServer([this, other](const std::vector<uint8_t>& query, const Address& client) {
            const std::vector<uint8_t> right = WithId(SstDnsSamples::ANSWER_A, query);
            std::vector<uint8_t> wrong = right;
            wrong[1] ^= 1;
            SendFake(wrong, client);
            wrong = right;
            wrong[13] = 'x'; // xww.example.net
            SendFake(wrong, client);
            wrong = right;
            wrong[30] = 28; // AAAA
            SendFake(wrong, client);
            wrong = right;
            wrong[32] = 3; // class CHAOS
            SendFake(wrong, client);
            wrong = right;
            wrong[2] |= 0x02; // TC
            SendFake(wrong, client);
            wrong = right;
            wrong.pop_back();
            SendFake(wrong, client);
            SendFake({}, client);
            SendFake(query, client);
            other->SendTo(Create<Packet>(right.data(), static_cast<uint32_t>(right.size())),
                          0,
                          client);
            SendFake(right, client);
        });
        ResolveAt(start, "host", "www.example.net", SstPolicy::OFF);
        Run();
        other = nullptr;
        ExpectTime("host", start, Time(0));
        SstResolution resolution = GetOutcome("host").resolution;
        NS_TEST_ASSERT_MSG_EQ(resolution.a.size(), 2, "the right answer");
        NS_TEST_EXPECT_MSG_EQ(resolution.a.at(0), Ipv4Address("192.0.2.2"), "its address");
        for (const auto& [reason, count] : {std::pair{"wrong-id", uint64_t{1}},
                                            std::pair{"wrong-question", uint64_t{3}},
                                            std::pair{"truncated-answer", uint64_t{1}},
                                            std::pair{"truncated", uint64_t{1}},
                                            std::pair{"short", uint64_t{1}},
                                            std::pair{"not-a-response", uint64_t{1}},
                                            std::pair{"wrong-source", uint64_t{1}}})
        {
            NS_TEST_EXPECT_MSG_EQ(GetIgnored(reason), count, "ignored: " << reason);
        }
        NS_TEST_EXPECT_MSG_EQ(m_resolver->GetIgnored().size(), 7, "ignored: no other reason");

        // Forged ahead of the true one: believed.
        MakeNetwork();
        MakeFakeServer([this](const std::vector<uint8_t>& query, const Address& client) {
            std::vector<uint8_t> forged = WithId(SstDnsSamples::ANSWER_A, query);
            std::vector<uint8_t> address = {192, 0, 2, 2};
            auto it = std::search(forged.begin(), forged.end(), address.begin(), address.end());
            it[3] = 66;
            SendFake(forged, client);
            SendFake(WithId(SstDnsSamples::ANSWER_A, query), client);
        });
        ResolveAt(start, "host", "www.example.net", SstPolicy::OFF);
        Run();
        resolution = GetOutcome("host").resolution;
        NS_TEST_EXPECT_MSG_EQ(resolution.a.at(0), Ipv4Address("192.0.2.66"), "the forged answer");
        NS_TEST_EXPECT_MSG_EQ(m_resolver->GetIgnored().size(), 0, "the true one came to no port");
    }
};

/**
 * @ingroup sst-tests
 * What each policy waits for.
 */
// DNS-6
class SstPolicyWaitTest : public SstNamesTestCase
{
  public:
    SstPolicyWaitTest()
        : SstNamesTestCase("what a policy waits for")
    {
    }

  private:
    void DoRun() override
    {
        const Time start = Seconds(3);
        m_helper.SetResolverAttribute("Families", EnumValue(SstResolver::IPV4));
        // Questions for keys go unanswered.
        MakeNetwork();
        MakeFakeServer([this](const std::vector<uint8_t>& query, const Address& client) {
            if (TypeOf(query) == 1)
            {
                SendFake(WithId(SstDnsSamples::ANSWER_A, query), client);
            }
        });
        ResolveAt(start, "off", "www.example.net", SstPolicy::OFF);
        ResolveAt(start, "opportunistic", "www.example.net", SstPolicy::OPPORTUNISTIC);
        ResolveAt(start, "require", "www.example.net", SstPolicy::REQUIRE);
        Run();
        ExpectTime("off", start, Time(0));
        NS_TEST_EXPECT_MSG_EQ(+GetOutcome("off").resolution.keys, +SstResolution::NOT_ASKED, "off");
        Outcome outcome = GetOutcome("opportunistic");
        NS_TEST_EXPECT_MSG_EQ((outcome.at - start), Seconds(3), "opportunistic: 3 s");
        NS_TEST_EXPECT_MSG_EQ(outcome.resolution.ok, true, "opportunistic: address");
        NS_TEST_EXPECT_MSG_EQ(+outcome.resolution.keys, +SstResolution::TIMEOUT, "opportunistic");
        outcome = GetOutcome("require");
        NS_TEST_EXPECT_MSG_EQ((outcome.at - start), Seconds(5), "require: to the end");
        NS_TEST_EXPECT_MSG_EQ(outcome.resolution.ok, true, "require: address");
        NS_TEST_EXPECT_MSG_EQ(+outcome.resolution.keys, +SstResolution::TIMEOUT, "require");
        NS_TEST_EXPECT_MSG_EQ(outcome.resolution.keysReason, "timeout", "require: why");
        // 3 A; SVCB at 0, 1, 2 s (opportunistic, given up at 3 s) and at 0 to 4 s (require)
        const auto services = std::count_if(m_queries.begin(), m_queries.end(), [](auto query) {
            return query.second == 64;
        });
        NS_TEST_EXPECT_MSG_EQ_TOL(services, 8.5, 0.6, "questions for keys");
        NS_TEST_EXPECT_MSG_EQ(m_queries.size() - services, 3, "questions for addresses");

        // The address comes later than 3 s: the keys are waited for no longer than that.
        MakeNetwork();
        MakeFakeServer([this, start](const std::vector<uint8_t>& query, const Address& client) {
            if (TypeOf(query) == 1 && Simulator::Now() > start + Seconds(4))
            {
                SendFake(WithId(SstDnsSamples::ANSWER_A, query), client);
            }
        });
        ResolveAt(start, "opportunistic", "www.example.net", SstPolicy::OPPORTUNISTIC);
        Run();
        ExpectTime("opportunistic", start, Seconds(4));
        NS_TEST_EXPECT_MSG_EQ(GetOutcome("opportunistic").resolution.ok, true, "late address");

        // A server that fails says nothing about keys, nor about addresses.
        MakeNetwork();
        MakeFakeServer([this](const std::vector<uint8_t>& query, const Address& client) {
            std::vector<uint8_t> failure = query;
            failure[2] |= 0x80;
            failure[3] = TypeOf(query) == 1 ? 5 : 2;
            SendFake(failure, client);
        });
        ResolveAt(start, "require", "www.example.net", SstPolicy::REQUIRE);
        Run();
        outcome = GetOutcome("require");
        NS_TEST_EXPECT_MSG_EQ(outcome.resolution.reason, "refused", "REFUSED");
        NS_TEST_EXPECT_MSG_EQ(+outcome.resolution.keys, +SstResolution::TIMEOUT, "SERVFAIL");
        NS_TEST_EXPECT_MSG_EQ(outcome.resolution.keysReason, "servfail", "SERVFAIL: why");

        // Without a server there is an outcome all the same, and not from within the call.
        MakeNetwork();
        m_resolver->SetAttribute("Server", AddressValue(Address()));
        ResolveAt(start, "require", "www.example.net", SstPolicy::REQUIRE);
        Run();
        outcome = GetOutcome("require");
        NS_TEST_EXPECT_MSG_EQ(outcome.at, start, "no server: at once");
        NS_TEST_EXPECT_MSG_EQ(outcome.resolution.reason, "no-server", "no server: why");
        NS_TEST_EXPECT_MSG_EQ(+outcome.resolution.keys, +SstResolution::TIMEOUT, "no server: keys");
    }
};

/**
 * @ingroup sst-tests
 * Ids and ports: spread over their ranges, the same for the same stream.
 */
class SstDnsRandomTest : public SstNamesTestCase
{
  public:
    SstDnsRandomTest()
        : SstNamesTestCase("ids and ports")
    {
    }

  private:
    void DoRun() override
    {
        const auto first = Collect(-1);
        NS_TEST_EXPECT_MSG_EQ((Collect(-1) == first), true, "the same twice");
        const auto assigned = Collect(7);
        NS_TEST_EXPECT_MSG_EQ((assigned != first), true, "another stream");
        NS_TEST_EXPECT_MSG_EQ((Collect(7) == assigned), true, "the same stream");
        std::set<uint16_t> ids;
        std::set<uint16_t> ports;
        for (const auto& [id, port] : first)
        {
            ids.insert(id);
            ports.insert(port);
        }
        // 600 draws of 65536 ids: 3 repeats expected, of 16384 ports: 11
        NS_TEST_EXPECT_MSG_GT(ids.size(), 585, "ids differ");
        NS_TEST_EXPECT_MSG_GT(ports.size(), 570, "ports differ");
        NS_TEST_EXPECT_MSG_GT(*ids.rbegin() - *ids.begin(), 64500, "range of ids");
        NS_TEST_EXPECT_MSG_GT(*ports.rbegin() - *ports.begin(), 16100, "range of ports");
        NS_TEST_EXPECT_MSG_GT(*ports.begin(), 49151, "dynamic ports");
    }

    /**
     * @param stream the stream to assign, -1 for none
     * @return id and source port of every query as the server sees them
     */
    std::vector<std::pair<uint16_t, uint16_t>> Collect(int64_t stream)
    {
        m_helper.SetResolverAttribute("Cache", BooleanValue(false));
        MakeNetwork();
        MakeServer();
        if (stream >= 0)
        {
            SstDnsHelper::AssignStreams(NodeContainer(m_nodes.Get(0)), stream);
        }
        std::vector<std::pair<uint16_t, uint16_t>> seen;
        m_server->TraceConnectWithoutContext(
            "Query",
            Callback<void, const SstDnsMessage&, const Address&>(
                [&seen](const SstDnsMessage& query, const Address& client) {
                    seen.emplace_back(query.header.id,
                                      InetSocketAddress::ConvertFrom(client).GetPort());
                }));
        for (uint32_t i = 0; i < 200; i++)
        {
            ResolveAt(Seconds(3) + MilliSeconds(i),
                      std::to_string(i),
                      "host.test",
                      SstPolicy::REQUIRE);
        }
        Run();
        return seen;
    }
};

/**
 * @ingroup sst-tests
 * The resolver over links.
 */
class SstNamesTestSuite : public TestSuite
{
  public:
    SstNamesTestSuite()
        : TestSuite("sst-names", Type::SYSTEM)
    {
        AddTestCase(new SstResolveTest(false), Duration::QUICK);
        AddTestCase(new SstResolveTest(true), Duration::QUICK);
        AddTestCase(new SstRetransmissionTest, Duration::QUICK);
        AddTestCase(new SstForgeryTest, Duration::QUICK);
        AddTestCase(new SstPolicyWaitTest, Duration::QUICK);
        AddTestCase(new SstDnsRandomTest, Duration::QUICK);
    }
};

static SstNamesTestSuite g_sstNamesTestSuite; //!< registers the suite
