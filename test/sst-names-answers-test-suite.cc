/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-mutator.h"
#include "sst-dns-samples.h"
#include "sst-names-test-case.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/ipv4-address.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/udp-socket-factory.h"

#include <algorithm>
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

} // namespace

/**
 * @ingroup sst-tests
 * What SVCB records say about keys: present, absent, or there but of no use.
 */
// DNS-5, DNS-7, DNS-12
class SstKeyAnswerTest : public SstNamesTestCase
{
  public:
    SstKeyAnswerTest()
        : SstNamesTestCase("usable and unusable keys")
    {
    }

  private:
    /// A case.
    struct Case
    {
        const char* name;                //!< name of the host, below "test"
        std::vector<std::string> rdatas; //!< data of its SVCB records, hex
        SstResolution::Keys keys;        //!< outcome expected
        std::string reason;              //!< reason expected
        uint16_t port{0};                //!< port expected
    };

    void DoRun() override
    {
        const std::string value(VALUE);
        const std::string entry = value.substr(0, 82);
        const std::string self = "000100"; // priority 1, target "."
        const std::string low = "2801015a00" + std::string(72, '0');
        const std::vector<Case> cases = {
            {"two-keys", {self + "ff000052" + value}, SstResolution::PRESENT, ""},
            {"one-key", {self + "ff000029" + entry}, SstResolution::PRESENT, ""},
            {"with-port",
             {self +
              "0003000201bb"
              "ff000029" +
              entry},
             SstResolution::PRESENT,
             "",
             443},
            {"mandatory-own",
             {self +
              "00000002ff00"
              "ff000029" +
              entry},
             SstResolution::PRESENT,
             ""},
            {"mandatory-port",
             {self +
              "000000020003"
              "0003000201bb"
              "ff000029" +
              entry},
             SstResolution::PRESENT,
             "",
             443},
            {"port-cut",
             {self +
              "0003000101"
              "ff000029" +
              entry},
             SstResolution::UNUSABLE,
             "port"},
            {"mandatory-other",
             {self +
              "000000020001"
              "00010003026832"
              "ff000029" +
              entry},
             SstResolution::UNUSABLE,
             "mandatory"},
            {"no-param", {self}, SstResolution::ABSENT, "no-param"},
            {"empty", {self + "ff000000"}, SstResolution::UNUSABLE, "empty"},
            {"cut",
             {self + "ff000028" + entry.substr(0, 80)},
             SstResolution::UNUSABLE,
             "truncated"},
            {"trailing", {self + "ff00002a" + entry + "00"}, SstResolution::UNUSABLE, "trailing"},
            {"twice", {self + "ff000052" + entry + entry}, SstResolution::UNUSABLE, "duplicate"},
            {"low-order", {self + "ff000029" + low}, SstResolution::UNUSABLE, "low-order"},
            {"params-cut", {self + "ff000052" + entry}, SstResolution::UNUSABLE, "svc-truncated"},
            {"params-twice",
             {self + "ff000029" + entry + "ff000029" + entry},
             SstResolution::UNUSABLE,
             "svc-duplicate"},
            {"params-order",
             {self + "ff000029" + entry + "0003000201bb"},
             SstResolution::UNUSABLE,
             "svc-order"},
            {"alias",
             {"00000161"
              "00"},
             SstResolution::UNUSABLE,
             "alias"},
            {"elsewhere",
             {"00010161"
              "00"
              "ff000029" +
              entry},
             SstResolution::UNUSABLE,
             "target"},
            // the record with the lower priority counts; one malformed record spoils all
            {"second",
             {"000200"
              "ff000000",
              self + "ff000029" + entry},
             SstResolution::PRESENT,
             ""},
            {"spoilt", {self + "ff000029" + entry, "0002"}, SstResolution::UNUSABLE, "rdata"},
        };
        m_helper.SetResolverAttribute("Families", EnumValue(SstResolver::IPV4));
        MakeNetwork();
        MakeServer();
        for (const auto& c : cases)
        {
            const std::string host = std::string(c.name) + ".test";
            m_server->AddAddress(host, Ipv4Address("10.1.2.3"));
            for (const auto& rdata : c.rdatas)
            {
                m_server->AddRecord({"_sst." + host, 64, 1, 60, Bytes(rdata)});
            }
            ResolveAt(Seconds(3), c.name, host, SstPolicy::REQUIRE);
        }
        Run();
        for (const auto& c : cases)
        {
            const SstResolution resolution = GetOutcome(c.name).resolution;
            NS_TEST_EXPECT_MSG_EQ(resolution.ok, true, c.name);
            NS_TEST_EXPECT_MSG_EQ(+resolution.keys, +c.keys, c.name);
            NS_TEST_EXPECT_MSG_EQ(resolution.keysReason, c.reason, c.name);
            NS_TEST_EXPECT_MSG_EQ(resolution.port, c.port, c.name);
            NS_TEST_EXPECT_MSG_EQ(resolution.value.empty(),
                                  (c.keys != SstResolution::PRESENT),
                                  c.name);
        }
    }
};

/**
 * @ingroup sst-tests
 * Answers are kept for their TTL, absences for that of the SOA, failures not at all.
 */
class SstDnsCacheTest : public SstNamesTestCase
{
  public:
    SstDnsCacheTest()
        : SstNamesTestCase("cache")
    {
    }

  private:
    void DoRun() override
    {
        const Time start = Seconds(3);
        for (const bool cache : {true, false})
        {
            m_helper.SetResolverAttribute("Cache", BooleanValue(cache));
            m_helper.SetResolverAttribute("Families", EnumValue(SstResolver::IPV4));
            m_helper.SetServerAttribute("NegativeTtl", TimeValue(Seconds(20)));
            MakeNetwork();
            MakeServer();
            m_server->AddAddress("short.test", Ipv4Address("10.1.2.9"), 10);
            m_server->AddAddress("zero.test", Ipv4Address("10.1.2.9"), 0);
            for (const char* host : {"short.test", "zero.test", "none.test"})
            {
                for (const uint32_t second : {0, 9, 12, 19, 33})
                {
                    ResolveAt(start + Seconds(second),
                              host + std::to_string(second),
                              host,
                              SstPolicy::OFF);
                }
            }
            Run();
            for (const char* host : {"short.test", "zero.test", "none.test"})
            {
                for (const uint32_t second : {0, 9, 12, 19, 33})
                {
                    const std::string key = host + std::to_string(second);
                    const Time at = start + Seconds(second);
                    const std::string name(host);
                    // short: kept from 0 to 10 and from 12 to 22 s; none: from 0 to 20 s
                    const bool kept =
                        cache && ((name == "short.test" && (second == 9 || second == 19)) ||
                                  (name == "none.test" && second > 0 && second < 20));
                    if (kept)
                    {
                        NS_TEST_EXPECT_MSG_EQ(GetOutcome(key).at, at, key << " from the cache");
                    }
                    else
                    {
                        ExpectTime(key, at, Time(0));
                    }
                    NS_TEST_EXPECT_MSG_EQ(GetOutcome(key).resolution.reason,
                                          (name == "none.test" ? "nxdomain" : ""),
                                          key);
                }
            }
            NS_TEST_EXPECT_MSG_EQ(m_queries.size(), (cache ? 3 + 5 + 2 : 15), "queries");
        }
    }
};

/**
 * @ingroup sst-tests
 * What the server makes of bytes that are no query of the resolver's.
 */
class SstDnsServerTest : public SstNamesTestCase
{
  public:
    SstDnsServerTest()
        : SstNamesTestCase("server and hostile queries")
    {
    }

  private:
    void DoRun() override
    {
        m_helper.SetServerAttribute("ProcessingDelay", TimeValue(MilliSeconds(7)));
        MakeNetwork();
        MakeServer();
        m_server->AddRecord({"www.example.net", 1, 1, 300, {192, 0, 2, 2}});
        m_server->AddRecord({"www.example.net", 1, 1, 300, {192, 0, 2, 1}});
        for (int i = 0; i < 40; i++)
        {
            m_server->AddAddress("many.test", Ipv4Address(0x0a000000 + i));
        }
        m_socket = Socket::CreateSocket(m_nodes.Get(0), UdpSocketFactory::GetTypeId());
        m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 4000));
        m_socket->SetRecvCallback(MakeCallback(&SstDnsServerTest::HandleRead, this));

        // The whole answer, byte for byte as dnspython writes it
        Exchange(SstDnsSamples::QUERY_A, SstDnsSamples::ANSWER_A);
        // EDNS version 1: rcode 16 with EDNS
        Exchange("33330100000100000000000103777777076578616d706c65036e657400000100010000"
                 "2904d0000100000000",
                 SstDnsSamples::BADVERS);
        // No EDNS, a name that does not exist: NXDOMAIN with a SOA, no EDNS (as dnspython)
        Exchange("444401000001000000000000026e6f0000010001",
                 "444481830001000000010000026e6f0000010001"
                 "000006000100 00012c002d"
                 "026e7307696e76616c6964000a686f73746d6173746572c022"
                 "0000000100001c2000000e10000151800000012c");
        // Opcode 4: NOTIMP (4)
        Exchange("000120000001000000000000"
                 "0161"
                 "0000010001",
                 "0001a0840001000000000000"
                 "0161"
                 "0000010001");
        // Class CHAOS: REFUSED (5)
        Exchange("000200000001000000000000"
                 "0161"
                 "0000010003",
                 "000280850001000000000000"
                 "0161"
                 "0000010003");
        // Two questions: FORMERR (1)
        Exchange("000300000002000000000000"
                 "0000010001"
                 "0000010001",
                 "000380810002000000000000"
                 "0000010001"
                 "0000010001");
        // Malformed: FORMERR without the question
        Exchange("000400000001000000000000"
                 "c00c00010001",
                 "000480810000000000000000");
        // 40 addresses without EDNS: more than 512 bytes
        Exchange("000500000001000000000000"
                 "046d616e79047465737400"
                 "00010001",
                 "000582800001000000000000"
                 "046d616e79047465737400"
                 "00010001");
        // No answer at all: shorter than a header, nothing, a response
        Exchange("0006000000010000000000", "");
        Exchange("", "");
        Exchange(SstDnsSamples::ANSWER_A, "");
        Run();
        m_socket = nullptr;

        NS_TEST_ASSERT_MSG_EQ(m_replies.size(), m_expected.size(), "number of replies");
        for (size_t i = 0; i < m_expected.size(); i++)
        {
            NS_TEST_EXPECT_MSG_EQ((m_replies[i] == m_expected[i]), true, "reply " << i);
        }
        for (const auto& [reason, count] : {std::pair{"badvers", uint64_t{1}},
                                            std::pair{"notimp", uint64_t{1}},
                                            std::pair{"refused", uint64_t{1}},
                                            std::pair{"formerr", uint64_t{1}},
                                            std::pair{"pointer", uint64_t{1}},
                                            std::pair{"too-long", uint64_t{1}},
                                            std::pair{"short", uint64_t{2}},
                                            std::pair{"not-a-query", uint64_t{1}}})
        {
            NS_TEST_EXPECT_MSG_EQ(m_server->GetRefusals().count(reason), 1, reason);
            NS_TEST_EXPECT_MSG_EQ(m_server->GetRefusals().at(reason), count, reason);
        }
        NS_TEST_EXPECT_MSG_EQ(m_server->GetAnswerCount(), m_expected.size(), "answers");
        // Link both ways, and the processing delay
        const Time took = m_firstReply - Seconds(3);
        NS_TEST_EXPECT_MSG_EQ((took >= MilliSeconds(47) && took < MilliSeconds(48)),
                              true,
                              "processing delay");
    }

    /**
     * @param query what is sent, hex
     * @param reply what must come back, hex with spaces; empty: nothing
     */
    void Exchange(const std::string& query, std::string reply)
    {
        reply.erase(std::remove(reply.begin(), reply.end(), ' '), reply.end());
        if (!reply.empty())
        {
            m_expected.push_back(Bytes(reply));
        }
        Simulator::Schedule(Seconds(3) + MilliSeconds(100) * m_exchanges++, [this, query]() {
            const std::vector<uint8_t> bytes = Bytes(query);
            m_socket->SendTo(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())),
                             0,
                             InetSocketAddress(Ipv4Address("10.9.0.2"), 53));
        });
    }

    /**
     * @param socket the client's socket
     */
    void HandleRead(Ptr<Socket> socket)
    {
        while (Ptr<Packet> packet = socket->Recv())
        {
            m_replies.emplace_back(packet->GetSize());
            packet->CopyData(m_replies.back().data(), packet->GetSize());
            m_firstReply = m_replies.size() == 1 ? Simulator::Now() : m_firstReply;
        }
    }

    Ptr<Socket> m_socket;                         //!< of the client
    int m_exchanges{0};                           //!< queries scheduled
    Time m_firstReply;                            //!< when the first reply came
    std::vector<std::vector<uint8_t>> m_expected; //!< replies expected
    std::vector<std::vector<uint8_t>> m_replies;  //!< replies that came
};

/**
 * @ingroup sst-tests
 * Mutated messages, to the server and as answers to the resolver: all are counted, and every
 * question ends.
 */
class SstDnsHostileTest : public SstNamesTestCase
{
  public:
    SstDnsHostileTest()
        : SstNamesTestCase("mutated messages over a link")
    {
    }

  private:
    void DoRun() override
    {
        SstDnsMutator mutator(53);
        constexpr int COUNT = 1000;
        MakeNetwork();
        MakeServer();
        int replies = 0;
        auto socket = Socket::CreateSocket(m_nodes.Get(0), UdpSocketFactory::GetTypeId());
        socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 4000));
        socket->SetRecvCallback(Callback<void, Ptr<Socket>>([&replies](Ptr<Socket> from) {
            while (from->Recv())
            {
                replies++;
            }
        }));
        for (int i = 0; i < COUNT; i++)
        {
            const std::vector<uint8_t> bytes = mutator.MakeMessage();
            Simulator::Schedule(Seconds(3) + MilliSeconds(i), [socket, bytes]() {
                socket->SendTo(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())),
                               0,
                               InetSocketAddress(Ipv4Address("10.9.0.2"), 53));
            });
        }
        Run();
        socket = nullptr;
        NS_TEST_EXPECT_MSG_EQ(replies, int(m_server->GetAnswerCount()), "every reply arrives");
        uint64_t silent = 0;
        for (const char* reason : {"short", "not-a-query"})
        {
            const auto& refusals = m_server->GetRefusals();
            silent += refusals.count(reason) > 0 ? refusals.at(reason) : 0;
        }
        NS_TEST_EXPECT_MSG_EQ(replies + silent, uint64_t{COUNT}, "a reply or a reason for none");

        m_helper.SetResolverAttribute("Families", EnumValue(SstResolver::IPV4));
        m_helper.SetResolverAttribute("Cache", BooleanValue(false));
        MakeNetwork();
        MakeFakeServer([this, &mutator](const std::vector<uint8_t>& query, const Address& client) {
            std::vector<uint8_t> bytes = mutator.MakeMessage();
            std::copy_n(query.begin(), std::min<size_t>(2, bytes.size()), bytes.begin());
            SendFake(bytes, client);
        });
        for (int i = 0; i < 200; i++)
        {
            ResolveAt(Seconds(3) + MilliSeconds(i),
                      std::to_string(i),
                      "www.example.net",
                      SstPolicy::REQUIRE);
        }
        Run();
        int answered = 0;
        for (int i = 0; i < 200; i++)
        {
            const SstResolution resolution = GetOutcome(std::to_string(i)).resolution;
            answered += resolution.ok ? 1 : 0;
            NS_TEST_EXPECT_MSG_EQ((resolution.ok == resolution.reason.empty()), true, i);
        }
        NS_TEST_EXPECT_MSG_GT(answered, 0, "some mutations do no harm");
        NS_TEST_EXPECT_MSG_LT(answered, 200, "most do");
        uint64_t ignored = 0;
        for (const auto& [reason, count] : m_resolver->GetIgnored())
        {
            ignored += count;
        }
        NS_TEST_EXPECT_MSG_GT(ignored, 1000, "and are counted");

        // Stopped while questions wait: nobody is told, nothing is left.
        MakeNetwork();
        ResolveAt(Seconds(3), "stopped", "www.example.net", SstPolicy::OPPORTUNISTIC);
        Simulator::Stop(MilliSeconds(3500));
        Run();
        NS_TEST_EXPECT_MSG_EQ(m_outcomes.size(), 0, "stopped");
    }
};

/**
 * @ingroup sst-tests
 * What answers say, how long they are kept, and what the server answers.
 */
class SstNamesAnswersTestSuite : public TestSuite
{
  public:
    SstNamesAnswersTestSuite()
        : TestSuite("sst-names-answers", Type::SYSTEM)
    {
        AddTestCase(new SstKeyAnswerTest, Duration::QUICK);
        AddTestCase(new SstDnsCacheTest, Duration::QUICK);
        AddTestCase(new SstDnsServerTest, Duration::QUICK);
        AddTestCase(new SstDnsHostileTest, Duration::QUICK);
    }
};

static SstNamesAnswersTestSuite g_sstNamesAnswersTestSuite; //!< registers the suite
