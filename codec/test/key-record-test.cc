// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/key-record.h"

#include <gtest/gtest.h>
#include <string>

using sst::KeyRecord;

namespace
{

KeyRecord
MakeRecord()
{
    KeyRecord record;
    record.host = "www.example";
    sst::KeyEntry entry;
    entry.keyId = 0x5a;
    entry.flags = 1;
    entry.notAfter = 0x6b36ec80;
    for (size_t i = 0; i < entry.publicKey.size(); i++)
    {
        entry.publicKey[i] = static_cast<uint8_t>(i);
    }
    record.keys.push_back(entry);
    return record;
}

} // namespace

TEST(KeyRecord, PrintsTheLineOfAZoneFile)
{
    KeyRecord record = MakeRecord();
    const std::string value = "key65280=\"\\040\\001\\001\\090\\001\\107\\054\\236\\128\\000\\001"
                              "\\002\\003\\004\\005\\006\\007\\008\\009\\010\\011\\012\\013\\014"
                              "\\015\\016\\017\\018\\019\\020\\021\\022\\023\\024\\025\\026\\027"
                              "\\028\\029\\030\\031\"";
    EXPECT_EQ(sst::PrintKeyRecord(record), "_sst.www.example. 300 IN SVCB 1 www.example. " + value);
    record.udpPort = 7000;
    record.ttl = 60;
    record.host = "www.example.";
    EXPECT_EQ(sst::PrintKeyRecord(record),
              "_sst.www.example. 60 IN SVCB 1 www.example. port=7000 " + value);
}

TEST(KeyRecord, PrintsTheFormOfUnknownTypes)
{
    KeyRecord record = MakeRecord();
    record.udpPort = 0x1234;
    EXPECT_EQ(sst::PrintKeyRecordGeneric(record),
              "_sst.www.example. 300 IN TYPE64 \\# 66 0001"
              "03777777076578616d706c6500"
              "000300021234"
              "ff000029"
              "2801015a016b36ec80"
              "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
}

TEST(KeyRecord, HostNames)
{
    const std::string label(63, 'a');
    const std::string longest = label + "." + label + "." + label + "." + std::string(56, 'b');
    ASSERT_EQ(longest.size(), 248U);
    for (const std::string& good : {std::string("a"),
                                    std::string("a.b."),
                                    std::string("xn--bcher-kva.example"),
                                    std::string("_x.1-2"),
                                    longest,
                                    longest + "."})
    {
        EXPECT_TRUE(sst::IsHostName(good)) << good;
    }
    for (const std::string& bad : {std::string(),
                                   std::string("."),
                                   std::string("a..b"),
                                   std::string(".a"),
                                   std::string("a b"),
                                   std::string("a;b"),
                                   std::string("a\\.b"),
                                   std::string("a.b.."),
                                   label + "a",
                                   longest + "b",
                                   std::string("b\xc3\xbc"
                                               "cher")})
    {
        EXPECT_FALSE(sst::IsHostName(bad)) << bad;
    }
}
