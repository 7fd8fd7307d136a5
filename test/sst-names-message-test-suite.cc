/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-mutator.h"
#include "sst-dns-samples.h"

#include "ns3/sst-dns-message.h"
#include "ns3/sst-dns-name.h"
#include "ns3/sst-dns-zone.h"
#include "ns3/sst-key-answer.h"
#include "ns3/sst-svc-params.h"
#include "ns3/sst-svcb.h"
#include "ns3/test.h"

#include <set>
#include <string>
#include <vector>

using namespace ns3;
using SstDnsSamples::Bytes;

/**
 * @ingroup sst-tests
 * Messages of another implementation are read as they were meant, and written as it writes them.
 */
class SstDnsSamplesTest : public TestCase
{
  public:
    SstDnsSamplesTest()
        : TestCase("messages of dnspython")
    {
    }

  private:
    void DoRun() override;

    /**
     * @param hex a sample
     * @return the message in it
     */
    SstDnsMessage Read(const char* hex)
    {
        const std::vector<uint8_t> bytes = Bytes(hex);
        SstDnsMessage message;
        NS_TEST_EXPECT_MSG_EQ(ToString(SstDnsMessage::Parse(bytes.data(), bytes.size(), message)),
                              std::string("none"),
                              "sample refused: " << hex);
        return message;
    }

    /**
     * @param message a message
     * @return its bytes
     */
    std::vector<uint8_t> Write(const SstDnsMessage& message)
    {
        std::vector<uint8_t> wire;
        NS_TEST_EXPECT_MSG_EQ(message.Serialize(wire), true, "message cannot be written");
        return wire;
    }
};

void
SstDnsSamplesTest::DoRun()
{
    // Queries: byte for byte
    NS_TEST_EXPECT_MSG_EQ((Write(SstDnsMessage::MakeQuery(0x1234, "www.example.net", 1)) ==
                           Bytes(SstDnsSamples::QUERY_A)),
                          true,
                          "A query");
    NS_TEST_EXPECT_MSG_EQ((Write(SstDnsMessage::MakeQuery(0x1235, "WWW.Example.NET.", 28)) ==
                           Bytes(SstDnsSamples::QUERY_AAAA)),
                          true,
                          "AAAA query");
    NS_TEST_EXPECT_MSG_EQ(
        (Write(SstDnsMessage::MakeQuery(0x1236, SstDnsServiceName("host"), SstDns::SVCB)) ==
         Bytes(SstDnsSamples::QUERY_SVCB)),
        true,
        "SVCB query");

    SstDnsMessage message = Read(SstDnsSamples::QUERY_PLAIN);
    NS_TEST_EXPECT_MSG_EQ(message.header.id, 0x4444, "id");
    NS_TEST_EXPECT_MSG_EQ(message.header.recursionDesired, true, "RD");
    NS_TEST_EXPECT_MSG_EQ(message.edns.present, false, "no EDNS");
    NS_TEST_EXPECT_MSG_EQ(message.questions.at(0).name, "www.example.net", "lower case");

    message = Read(SstDnsSamples::ANSWER_A);
    NS_TEST_EXPECT_MSG_EQ(message.header.id, 0x1234, "id");
    NS_TEST_EXPECT_MSG_EQ(message.header.response, true, "QR");
    NS_TEST_EXPECT_MSG_EQ(message.header.recursionAvailable, true, "RA");
    NS_TEST_EXPECT_MSG_EQ(message.header.truncated, false, "TC");
    NS_TEST_EXPECT_MSG_EQ(message.edns.udpSize, 1232, "EDNS size");
    NS_TEST_ASSERT_MSG_EQ(message.answers.size(), 2, "two addresses");
    NS_TEST_EXPECT_MSG_EQ(message.answers[1].name, "www.example.net", "compressed owner");
    NS_TEST_EXPECT_MSG_EQ(message.answers[1].ttl, 300, "TTL");
    NS_TEST_EXPECT_MSG_EQ((message.answers[1].rdata == std::vector<uint8_t>{192, 0, 2, 1}),
                          true,
                          "second address");

    message = Read(SstDnsSamples::ANSWER_AAAA);
    NS_TEST_ASSERT_MSG_EQ(message.answers.size(), 1, "one address");
    NS_TEST_EXPECT_MSG_EQ((message.answers[0].rdata == Bytes("20010db8000100000000000000000007")),
                          true,
                          "IPv6 address");

    message = Read(SstDnsSamples::NXDOMAIN);
    NS_TEST_EXPECT_MSG_EQ(message.header.rcode, 3, "NXDOMAIN");
    NS_TEST_EXPECT_MSG_EQ(message.GetNegativeTtl(), 60, "lesser of TTL 900 and minimum 60");
    NS_TEST_EXPECT_MSG_EQ(
        (message.authorities.at(0).rdata == Bytes("026e73076578616d706c65036e657400"
                                                  "0a686f73746d6173746572076578616d706c65036e657400"
                                                  "0000000700001c2000000e10000151800000003c")),
        true,
        "names of the SOA decompressed");
    NS_TEST_EXPECT_MSG_EQ(SstKeyAnswer::GetReason(message, SstDns::A), "nxdomain", "reason");
    message = Read(SstDnsSamples::NODATA);
    NS_TEST_EXPECT_MSG_EQ(message.header.rcode, 0, "NODATA is no error");
    NS_TEST_EXPECT_MSG_EQ(SstKeyAnswer::GetReason(message, SstDns::SVCB), "nodata", "reason");

    message = Read(SstDnsSamples::CNAME);
    NS_TEST_ASSERT_MSG_EQ(message.answers.size(), 2, "alias and address");
    NS_TEST_EXPECT_MSG_EQ((message.answers[0].rdata == Bytes("0363646e076578616d706c65036e657400")),
                          true,
                          "target of the alias decompressed");
    NS_TEST_EXPECT_MSG_EQ(message.answers[1].name, "cdn.example.net", "owner within a name");
    NS_TEST_EXPECT_MSG_EQ(message.additionals.size(), 1, "TXT");
    NS_TEST_EXPECT_MSG_EQ(SstKeyAnswer::GetReason(message, SstDns::A), "nodata", "not followed");

    NS_TEST_EXPECT_MSG_EQ(Read(SstDnsSamples::BADVERS).header.rcode, 16, "extended rcode");

    message = Read(SstDnsSamples::ESCAPED);
    NS_TEST_EXPECT_MSG_EQ(message.questions.at(0).name,
                          "a\\.b\\000\\255.example.net",
                          "odd bytes as text");
    NS_TEST_EXPECT_MSG_EQ(message.answers.at(0).name, message.questions[0].name, "owner");

    // Everything that was read is written again with the same bytes, where dnspython and ldns
    // compress alike.
    for (const char* hex : {SstDnsSamples::QUERY_A,
                            SstDnsSamples::ANSWER_A,
                            SstDnsSamples::ANSWER_AAAA,
                            SstDnsSamples::ANSWER_SVCB,
                            SstDnsSamples::BADVERS,
                            SstDnsSamples::ESCAPED,
                            SstDnsSamples::NXDOMAIN})
    {
        NS_TEST_EXPECT_MSG_EQ((Write(Read(hex)) == Bytes(hex)), true, "written again: " << hex);
    }

    // No part of a message is a message.
    for (const char* hex : SstDnsSamples::MESSAGES)
    {
        const std::vector<uint8_t> bytes = Bytes(hex);
        for (size_t size = 0; size < bytes.size(); size++)
        {
            const std::vector<uint8_t> part(bytes.begin(), bytes.begin() + static_cast<long>(size));
            const SstDnsError error = SstDnsMessage::Parse(part.data(), part.size(), message);
            NS_TEST_EXPECT_MSG_EQ(ToString(error),
                                  std::string(size < 12 ? "short" : "truncated"),
                                  "first " << size << " bytes of " << hex);
        }
    }
}

/**
 * @ingroup sst-tests
 * The record that DNS servers load and serve is the one written and read here.
 */
class SstSvcbTest : public TestCase
{
  public:
    SstSvcbTest()
        : TestCase("SVCB with key65280")
    {
    }

  private:
    void DoRun() override;

    /**
     * @param hex SvcParams
     * @param error the name of the error expected
     */
    void ExpectParams(const char* hex, const std::string& error)
    {
        const std::vector<uint8_t> bytes = Bytes(hex);
        SstSvcParams params;
        NS_TEST_EXPECT_MSG_EQ(ToString(SstSvcParams::Parse(bytes.data(), bytes.size(), params)),
                              error,
                              "SvcParams " << hex);
    }
};

void
SstSvcbTest::DoRun()
{
    const std::vector<uint8_t> value =
        Bytes("2801015a006b36ec80000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
              "2801015b006b402700202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f");
    for (const auto& [hex, target] : {std::pair{SstDnsSamples::SVCB_RDATA, "host"},
                                      std::pair{SstDnsSamples::SVCB_GENERIC_RDATA, "."}})
    {
        SstSvcb svcb;
        NS_TEST_EXPECT_MSG_EQ(ToString(SstSvcb::Parse(Bytes(hex), svcb)),
                              std::string("none"),
                              "the record");
        NS_TEST_EXPECT_MSG_EQ(svcb.priority, 1, "priority");
        NS_TEST_EXPECT_MSG_EQ(svcb.target, target, "target");
        NS_TEST_ASSERT_MSG_NE(svcb.params.Find(65280), nullptr, "key65280");
        NS_TEST_EXPECT_MSG_EQ((*svcb.params.Find(65280) == value), true, "value");
        NS_TEST_EXPECT_MSG_EQ(svcb.params.Find(3), nullptr, "no port");

        SstSvcb own;
        own.target = target;
        own.params.Set(65280, value);
        std::vector<uint8_t> rdata;
        NS_TEST_EXPECT_MSG_EQ(own.Serialize(rdata), true, "written");
        NS_TEST_EXPECT_MSG_EQ((rdata == Bytes(hex)), true, "byte for byte");
    }

    // RFC 9460, appendix D.2: test vectors
    SstSvcb svcb;
    NS_TEST_EXPECT_MSG_EQ(
        ToString(SstSvcb::Parse(Bytes("000003666f6f076578616d706c6503636f6d00"), svcb)),
        std::string("none"),
        "figure 2: alias");
    NS_TEST_EXPECT_MSG_EQ(svcb.priority, 0, "alias mode");
    NS_TEST_EXPECT_MSG_EQ(svcb.target, "foo.example.com", "its target");
    NS_TEST_EXPECT_MSG_EQ(ToString(SstSvcb::Parse(Bytes("001000"
                                                        "0003"
                                                        "0002"
                                                        "0035"),
                                                  svcb)),
                          std::string("none"),
                          "figure 4: port");
    NS_TEST_EXPECT_MSG_EQ((svcb.params.Find(3) && *svcb.params.Find(3) == Bytes("0035")),
                          true,
                          "port 53");

    ExpectParams("", "none");
    ExpectParams("ff000000", "none");
    ExpectParams("000100016100030000ff000001", "svc-truncated");
    ExpectParams("00", "svc-truncated");
    ExpectParams("ff00", "svc-truncated");
    ExpectParams("ff0000", "svc-truncated");
    ExpectParams("ff000001", "svc-truncated");
    ExpectParams("ff000000ff", "svc-truncated");
    ExpectParams("ff00ffff2801", "svc-truncated");
    ExpectParams("ff000000ff000000", "svc-duplicate");
    ExpectParams("00030000000100000003"
                 "0000",
                 "svc-order");
    ExpectParams("ff01000000010000", "svc-order");

    NS_TEST_EXPECT_MSG_EQ(ToString(SstSvcb::Parse(Bytes("0001"), svcb)),
                          std::string("rdata"),
                          "no target");
    NS_TEST_EXPECT_MSG_EQ(ToString(SstSvcb::Parse(Bytes("0001c00c"), svcb)),
                          std::string("pointer"),
                          "compressed target");
    NS_TEST_EXPECT_MSG_EQ(ToString(SstSvcb::Parse(Bytes("00010461"), svcb)),
                          std::string("truncated"),
                          "target cut");
    NS_TEST_EXPECT_MSG_EQ(ToString(SstSvcb::Parse(Bytes("00014061"), svcb)),
                          std::string("name"),
                          "label of unknown kind");

    // Data that no server here would send: there, but of no use, and no reason to wait on.
    for (const auto& [rdata, reason] : {std::pair{"000100", "rdata"},
                                        std::pair{"00040001c00c", "pointer"},
                                        std::pair{"000400010161", "truncated"}})
    {
        const std::vector<uint8_t> bytes = Bytes(std::string("00018180000100010000000004"
                                                             "5f737374"
                                                             "04686f7374"
                                                             "00"
                                                             "00400001"
                                                             "c00c"
                                                             "00400001"
                                                             "0000003c") +
                                                 rdata);
        SstDnsMessage message;
        NS_TEST_EXPECT_MSG_EQ(ToString(SstDnsMessage::Parse(bytes.data(), bytes.size(), message)),
                              std::string("none"),
                              "message with SVCB data " << rdata);
        SstResolution resolution;
        SstKeyAnswer::Judge(message, "host", resolution);
        NS_TEST_EXPECT_MSG_EQ(+resolution.keys, +SstResolution::UNUSABLE, rdata);
        NS_TEST_EXPECT_MSG_EQ(resolution.keysReason, reason, rdata);
    }

    SstSvcParams params;
    params.Set(9, {1});
    params.Set(3, {2, 2});
    params.Set(9, {3});
    std::vector<uint8_t> wire;
    params.Serialize(wire);
    NS_TEST_EXPECT_MSG_EQ((wire == Bytes("00030002020200090001"
                                         "03")),
                          true,
                          "ascending, once");
}

/**
 * @ingroup sst-tests
 * Malformed messages made by hand, each refused for its own reason.
 */
class SstDnsMalformedTest : public TestCase
{
  public:
    SstDnsMalformedTest()
        : TestCase("malformed messages")
    {
    }

  private:
    void DoRun() override;

    /**
     * @param hex a message
     * @param error the name of the error expected
     * @param what what is wrong with it
     */
    void Expect(const std::string& hex, const std::string& error, const std::string& what)
    {
        const std::vector<uint8_t> bytes = Bytes(hex);
        SstDnsMessage message;
        NS_TEST_EXPECT_MSG_EQ(ToString(SstDnsMessage::Parse(bytes.data(), bytes.size(), message)),
                              error,
                              what);
    }
};

void
SstDnsMalformedTest::DoRun()
{
    // id, flags; then the four counts
    const std::string head = "00018180";
    const std::string one = head + "0001000000000000";
    Expect(head + "0000000000000000", "none", "header alone");
    Expect(head + "0000000000000000" + "00", "trailing", "a byte too many");
    Expect(head + "ffffffffffffffff", "truncated", "counts without records");
    Expect(one + "0000010001", "none", "root");
    Expect(one + "c00c00010001", "pointer", "pointer to itself");
    Expect(one + "0161c00c00010001", "pointer", "pointer to its own name");
    Expect(one + "c01000010001", "pointer", "pointer forwards");
    Expect(one + "c00000010001", "pointer", "pointer into the header");
    Expect(one + "c0", "truncated", "half a pointer");
    Expect(one + "8000010001", "name", "label kind 10");
    Expect(one + "4000010001", "name", "label kind 01");
    Expect(one + "3f61", "truncated", "label cut");
    // Two pointers at each other: records at 12 and 28
    Expect(head + "0002000000000000" + "c01200010001" + "c00c00010001", "pointer", "two in a ring");
    std::string longest =
        "3f" + std::string(126, '6') + "3f" + std::string(126, '6') + "3f" + std::string(126, '6');
    Expect(one + longest + "3d" + std::string(122, '6') + "00" + "00010001", "none", "255 bytes");
    Expect(one + longest + "3e" + std::string(124, '6') + "00" + "00010001", "name", "256 bytes");
    // 1: 63 * 3 bytes; 2: a pointer to it behind 63 bytes more
    Expect(head + "0002000000000000" + longest + "0000010001" + "3f" + std::string(126, '6') +
               "c00c00010001",
           "name",
           "too long by a pointer");

    const std::string answer = head + "0000000100000000" + "00";
    Expect(answer + "0001000100000000" + "0004c0000201", "none", "A");
    Expect(answer + "0001000100000000" + "0003c00002", "rdata", "A of 3 bytes");
    Expect(answer + "0001000100000000" + "0005c000020100", "rdata", "A of 5 bytes");
    Expect(answer + "001c000100000000" + "0004c0000201", "rdata", "AAAA of 4 bytes");
    Expect(answer + "0001000100000000" + "ffffc0000201", "truncated", "data beyond the end");
    Expect(answer + "0005000100000000" + "0003" + "016100", "none", "CNAME");
    Expect(answer + "0005000100000000" + "0002" + "0161" + "00", "rdata", "CNAME beyond its data");
    Expect(answer + "0005000100000000" + "0004" + "01610000", "rdata", "CNAME and more");
    Expect(answer + "0005000100000000" + "0002" + "c017", "pointer", "CNAME to itself");
    Expect(answer + "0006000100000000" + "0002" + "0000", "rdata", "SOA without numbers");
    Expect(answer + "0006000100000000" + "0016" + "0000" + std::string(40, '0'), "none", "SOA");
    Expect(answer + "0040000100000000" + "0001" + "00",
           "none",
           "SVCB too short: left to who asked for it");
    Expect(answer + "00290004d0000000" + "0000", "options", "EDNS among the answers");
    const std::string more = head + "0000000000000001" + "00";
    Expect(more + "002904d000000000" + "0000", "none", "EDNS");
    Expect(more + "002904d000000000" + "0006" + "000a00020102", "none", "EDNS with an option");
    Expect(more + "002904d000000000" + "0006" + "000a00030102", "rdata", "option beyond the end");
    Expect(more + "002904d000000000" + "0002" + "000a", "rdata", "half an option");
    Expect(head + "0000000000000001" + "016100" + "002904d000000000" + "0000",
           "options",
           "EDNS with an owner");
    Expect(head + "0000000000000002" + "00002904d000000000" + "0000" + "00002904d000000000" +
               "0000",
           "options",
           "EDNS twice");
    Expect(more + "00fa00ff00000000" + "0000", "options", "TSIG");

    SstDnsMessage message;
    const std::vector<uint8_t> big(65536);
    NS_TEST_EXPECT_MSG_EQ(ToString(SstDnsMessage::Parse(big.data(), big.size(), message)),
                          std::string("long"),
                          "longer than a message");
    NS_TEST_EXPECT_MSG_EQ(ToString(SstDnsMessage::Parse(nullptr, 0, message)),
                          std::string("short"),
                          "nothing");

    // What cannot be written is refused, not cut.
    std::vector<uint8_t> wire;
    NS_TEST_EXPECT_MSG_EQ(SstDnsMessage::MakeQuery(1, "a..b", 1).Serialize(wire),
                          false,
                          "empty label");
    NS_TEST_EXPECT_MSG_EQ(SstDnsMessage::MakeQuery(1, std::string(64, 'a'), 1).Serialize(wire),
                          false,
                          "label of 64 bytes");
    NS_TEST_EXPECT_MSG_EQ(SstDnsMessage::MakeQuery(1, std::string("a\0b", 3), 1).Serialize(wire),
                          false,
                          "NUL in a name");
    message = SstDnsMessage::MakeQuery(1, "a", 1);
    message.answers.push_back({"a", SstDns::A, SstDns::CLASS_IN, 1, {1, 2, 3}});
    NS_TEST_EXPECT_MSG_EQ(message.Serialize(wire), false, "A of 3 bytes");
    message.answers.assign(6000, {"a", SstDns::A, SstDns::CLASS_IN, 1, {1, 2, 3, 4}});
    NS_TEST_EXPECT_MSG_EQ(message.Serialize(wire), false, "longer than a message");
}

/**
 * @ingroup sst-tests
 * 10^4 random and mutated inputs; the program sst-dns-fuzz does 10^5 under the sanitizers.
 */
class SstDnsMutationTest : public TestCase
{
  public:
    SstDnsMutationTest()
        : TestCase("random and mutated messages")
    {
    }

  private:
    void DoRun() override
    {
        SstDnsMutator mutator(20260101);
        for (int i = 0; i < 10000; i++)
        {
            mutator.Step();
        }
        for (const auto& failure : mutator.GetFailures())
        {
            NS_TEST_EXPECT_MSG_EQ(failure, "", "what must hold of accepted inputs");
        }
        // The inputs reach every verdict but those that take a message longer than any here, or
        // a fault in ldns.
        std::set<std::string> names;
        for (const auto& [outcome, count] : mutator.GetOutcomes())
        {
            names.insert(outcome.substr(outcome.find(' ') + 1));
        }
        for (const char* name : {"none",
                                 "short",
                                 "truncated",
                                 "trailing",
                                 "name",
                                 "pointer",
                                 "options",
                                 "rdata",
                                 "svc-truncated",
                                 "svc-order",
                                 "svc-duplicate"})
        {
            NS_TEST_EXPECT_MSG_EQ(names.count(name), 1, "no input ended as " << name);
        }
    }
};

/**
 * @ingroup sst-tests
 * What the zone of a server answers.
 */
class SstDnsZoneTest : public TestCase
{
  public:
    SstDnsZoneTest()
        : TestCase("answers of a zone")
    {
    }

  private:
    void DoRun() override
    {
        SstDnsZone zone;
        zone.Add({"Host.Example", SstDns::A, SstDns::CLASS_IN, 60, {10, 0, 0, 1}});
        zone.Add({"_sst.deep.example", SstDns::SVCB, SstDns::CLASS_IN, 60, {0, 1, 0}});
        Expect(zone, "host.example.", SstDns::A, SstDns::NOERROR, 1);
        Expect(zone, "HOST.example", SstDns::AAAA, SstDns::NOERROR, 0);
        Expect(zone, "example", SstDns::A, SstDns::NOERROR, 0);
        Expect(zone, ".", SstDns::A, SstDns::NOERROR, 0);
        // RFC 8020: a name with something below it exists
        Expect(zone, "deep.example", SstDns::A, SstDns::NOERROR, 0);
        Expect(zone, "_sst.deep.example", SstDns::SVCB, SstDns::NOERROR, 1);
        Expect(zone, "_sst.host.example", SstDns::SVCB, SstDns::NXDOMAIN, 0);
        Expect(zone, "ost.example", SstDns::A, SstDns::NXDOMAIN, 0);
        Expect(zone, "host.example", 255, SstDns::NOTIMP, 0);
        Expect(zone, "host.example", SstDns::OPT, SstDns::NOTIMP, 0);
        zone.Remove("_sst.deep.example", SstDns::A);
        Expect(zone, "deep.example", SstDns::A, SstDns::NOERROR, 0);
        zone.Remove("_sst.deep.example", SstDns::SVCB);
        Expect(zone, "deep.example", SstDns::A, SstDns::NXDOMAIN, 0);
        Expect(zone, "example", SstDns::A, SstDns::NOERROR, 0);
        zone.Remove("host.example");
        Expect(zone, "example", SstDns::A, SstDns::NXDOMAIN, 0);
    }

    /**
     * @param zone a zone
     * @param name the name asked for
     * @param type the type asked for
     * @param rcode the code expected
     * @param answers the number of records expected
     */
    void Expect(const SstDnsZone& zone,
                const std::string& name,
                uint16_t type,
                uint16_t rcode,
                size_t answers)
    {
        const SstDnsMessage response = zone.Answer(SstDnsMessage::MakeQuery(7, name, type), 120);
        NS_TEST_EXPECT_MSG_EQ(response.header.rcode, rcode, name << " " << type);
        NS_TEST_EXPECT_MSG_EQ(response.answers.size(), answers, name << " " << type);
        const bool negative = rcode == SstDns::NXDOMAIN || (rcode == 0 && answers == 0);
        NS_TEST_EXPECT_MSG_EQ(response.authorities.size(), negative, "SOA for " << name);
        NS_TEST_EXPECT_MSG_EQ(response.GetNegativeTtl(), (negative ? 120 : 0), "for " << name);
    }
};

/**
 * @ingroup sst-tests
 * Messages and parsers, without a simulation.
 */
class SstNamesMessageTestSuite : public TestSuite
{
  public:
    SstNamesMessageTestSuite()
        : TestSuite("sst-names-message", Type::UNIT)
    {
        AddTestCase(new SstDnsSamplesTest, Duration::QUICK);
        AddTestCase(new SstSvcbTest, Duration::QUICK);
        AddTestCase(new SstDnsMalformedTest, Duration::QUICK);
        AddTestCase(new SstDnsMutationTest, Duration::QUICK);
        AddTestCase(new SstDnsZoneTest, Duration::QUICK);
    }
};

static SstNamesMessageTestSuite g_sstNamesMessageTestSuite; //!< registers the suite
