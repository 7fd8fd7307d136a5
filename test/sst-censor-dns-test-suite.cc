/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-samples.h"

#include "ns3/sst-censor-dns-query.h"
#include "ns3/test.h"

#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::sst_censor_samples;

namespace
{

using Bytes = std::vector<uint8_t>;

/**
 * @param bytes bytes
 * @param size how many of them
 * @return the first of them in memory of just their size
 */
Bytes
Head(const Bytes& bytes, size_t size)
{
    return Bytes(bytes.begin(), bytes.begin() + size);
}

} // namespace

/// DNS queries of dnspython, and answers against those of dnspython.
class SstCensorDnsQueryTest : public TestCase
{
  public:
    SstCensorDnsQueryTest()
        : TestCase("DNS: questions and answers of dnspython, every truncation")
    {
    }

  private:
    void DoRun() override
    {
        SstCensorDnsQuery query;
        CheckQuery(query, DNS_QUERY_SVCB, "_sst.www.example.org", SstCensorDnsQuery::TYPE_SVCB);
        NS_TEST_EXPECT_MSG_EQ((query.BuildNoData() == DNS_NODATA_SVCB), true, "NODATA");
        CheckQuery(query, DNS_QUERY_A, "www.example.org", SstCensorDnsQuery::TYPE_A);
        const uint8_t v4[] = {192, 0, 2, 66};
        NS_TEST_EXPECT_MSG_EQ((query.BuildAddress(v4, 4, 60) == DNS_FORGED_A), true, "forged A");
        CheckQuery(query, DNS_QUERY_AAAA, "WWW.Example.ORG", SstCensorDnsQuery::TYPE_AAAA);
        const uint8_t v6[16] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x66};
        NS_TEST_EXPECT_MSG_EQ((query.BuildAddress(v6, 16, 60) == DNS_FORGED_AAAA),
                              true,
                              "forged AAAA");

        CheckRefused(DNS_NODATA_SVCB, "response");
        Bytes bytes = DNS_QUERY_A;
        bytes[2] |= 0x28; // UPDATE, RFC 2136
        CheckRefused(bytes, "opcode");
        bytes = DNS_QUERY_A;
        bytes[5] = 2;
        CheckRefused(bytes, "count");
        bytes[5] = 0;
        CheckRefused(bytes, "count");
        bytes = DNS_QUERY_A;
        bytes[12] = 0xc0; // compression has no place in the only question
        CheckRefused(bytes, "label");
        bytes[12] = 64;
        CheckRefused(bytes, "label");

        // RFC 1035, section 2.3.4: names of 255 octets or less
        for (const size_t last : {61, 62})
        {
            Bytes longName = Head(DNS_QUERY_A, 12);
            for (const size_t label : {size_t{63}, size_t{63}, size_t{63}, last})
            {
                longName.push_back(label);
                longName.insert(longName.end(), label, 'a');
            }
            longName.insert(longName.end(), {0, 0, 1, 0, 1});
            CheckRefused(longName, last == 61 ? "ok" : "label");
        }
    }

    /**
     * @param query the parser
     * @param bytes a query
     * @param name name it asks for
     * @param type type it asks for
     */
    void CheckQuery(SstCensorDnsQuery& query,
                    const Bytes& bytes,
                    const std::string& name,
                    uint16_t type)
    {
        // The question ends before an OPT record of 11 bytes, if there is one.
        const size_t question = bytes.size() - (bytes[11] != 0 ? 11 : 0);
        for (size_t n = 0; n < question; ++n)
        {
            CheckRefused(Head(bytes, n), "truncated");
        }
        CheckRefused(bytes, "ok");
        query.Parse(bytes.data(), bytes.size());
        NS_TEST_EXPECT_MSG_EQ(query.GetName(), name, "name");
        NS_TEST_EXPECT_MSG_EQ(query.GetType(), type, "type");
    }

    /**
     * @param bytes bytes
     * @param status what the parser calls them
     */
    void CheckRefused(const Bytes& bytes, const std::string& status)
    {
        SstCensorDnsQuery query;
        NS_TEST_EXPECT_MSG_EQ(SstCensorDnsQuery::ToString(query.Parse(bytes.data(), bytes.size())),
                              status,
                              bytes.size() << " bytes");
    }
};

/// What a DNS injector reads and forges.
class SstCensorDnsTestSuite : public TestSuite
{
  public:
    SstCensorDnsTestSuite()
        : TestSuite("sst-censor-dns", Type::UNIT)
    {
        AddTestCase(new SstCensorDnsQueryTest, TestCase::Duration::QUICK);
    }
};

static SstCensorDnsTestSuite g_sstCensorDnsTestSuite; //!< the suite
