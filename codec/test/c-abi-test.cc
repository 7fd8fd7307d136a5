// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/endpoint.h"
#include "test-c.h"

#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

using namespace ssttest;

TEST(CAbi, EveryErrorAndReasonHasAName)
{
    std::set<std::string> names;
    std::set<std::string> texts;
    for (int error = SST_OK; error <= SST_E_BROKEN; error++)
    {
        EXPECT_TRUE(names.insert(sst_error_name(error)).second);
        EXPECT_TRUE(texts.insert(sst_error_text(error)).second);
    }
    EXPECT_STREQ(sst_error_name(SST_E_BROKEN), "SST_E_BROKEN");
    EXPECT_STREQ(sst_error_name(SST_E_BROKEN + 1), "unknown");
    EXPECT_STREQ(sst_error_name(-1), "unknown");
    EXPECT_STREQ(sst_error_text(99), "unknown error");
    EXPECT_EQ(sst_reason_count(), sst::REASON_COUNT);
    EXPECT_STREQ(sst_reason_name(static_cast<unsigned>(sst::Reason::REPLAY)), "replay");
    EXPECT_STREQ(sst_reason_name(sst_reason_count()), "unknown");
    EXPECT_STREQ(sst_outcome_name(SST_DROP), "drop");
    EXPECT_STREQ(sst_outcome_name(SST_DROP + 1), "unknown");
    EXPECT_EQ(sst_abi_version(), SST_ABI_VERSION);
}

// A change here is one of the binary interface: raise SST_ABI_VERSION with it.
TEST(CAbi, StructsHaveTheSizesOfThisVersion)
{
    if (sizeof(size_t) != 8)
    {
        GTEST_SKIP() << "the sizes are those of 64-bit machines";
    }
    EXPECT_EQ(SST_ABI_VERSION, 1);
    EXPECT_EQ(sizeof(sst_config), 384U);
    EXPECT_EQ(sizeof(sst_request), 24U);
    EXPECT_EQ(sizeof(sst_meta), 56U);
    EXPECT_EQ(sizeof(sst_verdict), 6U);
    EXPECT_EQ(sizeof(sst_batch_item), 96U);
    EXPECT_EQ(sizeof(sst_action), 112U);
    EXPECT_EQ(sizeof(sst_flow), 24U);
    EXPECT_EQ(sizeof(sst_flow_info), 24U);
    EXPECT_EQ(sizeof(sst_address), 17U);
    EXPECT_EQ(sizeof(sst_key_pair), 88U);
    EXPECT_EQ(sizeof(sst_key_entry), 40U);
    EXPECT_EQ(sizeof(sst_pin), 16U);
    EXPECT_EQ(sizeof(sst_counts), 24U);
    EXPECT_EQ(sizeof(sst_clock), 16U);
}

TEST(CAbi, TheDefaultsAreThoseOfTheProtocol)
{
    const sst_config config = Config();
    const sst::EndpointConfig defaults;
    EXPECT_EQ(config.max_half_open, defaults.maxHalfOpen);
    EXPECT_EQ(config.half_life_ns, defaults.halfLifeNs);
    EXPECT_EQ(config.max_failed_opens, defaults.maxFailedOpens);
    EXPECT_EQ(config.pin_ms, defaults.pinMs);
    EXPECT_EQ(config.mark_v6_value, defaults.mark.value);
    EXPECT_EQ(config.restore_checksums, 1);
    EXPECT_EQ(config.random, nullptr);
}

TEST(CAbi, NoPacketOutgrowsTheCapacityAskedFor)
{
    CPair pair;
    const sst_request request = Request();
    EXPECT_EQ(Send(pair.client.get(), &request), SST_OK);
    EXPECT_EQ(pair.Run(), 1U);
    for (size_t size = 8; size < 1600; size += 7)
    {
        sst_verdict verdict{};
        EXPECT_EQ(Send(pair.client.get(),
                       &request,
                       size,
                       sst_egress_capacity(size, 1500),
                       &verdict,
                       pair.clock),
                  SST_OK)
            << size;
        EXPECT_EQ(verdict.outcome, SST_SEND);
        EXPECT_EQ(verdict.mark, 1);
    }
    for (size_t size = 8; size < 1600; size += 7)
    {
        CPair fresh; // the datagram rides in INIT
        sst_request early = Request();
        early.early_udp = 1;
        sst_verdict verdict{};
        ASSERT_EQ(Send(fresh.client.get(), &early, size, sst_egress_capacity(size, 1500), &verdict),
                  SST_OK)
            << size;
        EXPECT_EQ(fresh.Run(), 1U) << size << " " << sst_outcome_name(verdict.outcome);
    }
}

TEST(CAbi, WithPaddingTheLargestMtuCounts)
{
    CPair pair;
    sst_request request = Request();
    request.padding = SST_PADDING_MTU;
    std::vector<uint8_t> data = Datagram(100);
    data.resize(9000);
    sst_meta meta = EgressMeta();
    meta.mtu = 9000;
    sst_verdict verdict;
    const auto send = [&](size_t capacity) {
        size_t size = 100;
        const int error = sst_egress(pair.client.get(),
                                     &meta,
                                     &request,
                                     data.data(),
                                     &size,
                                     capacity,
                                     &pair.clock,
                                     &verdict);
        return error == SST_E_SPACE ? size : static_cast<size_t>(error);
    };
    EXPECT_EQ(send(2048), 9000U);
    EXPECT_EQ(send(9000), size_t{SST_OK});
    EXPECT_EQ(pair.Run(), 1U);
    meta.mtu = 1500;
    EXPECT_EQ(send(2048), 9000U);
    for (const uint32_t mtu : {9000U, 1500U, 0U})
    {
        meta.mtu = mtu;
        data = Datagram(100);
        data.resize(9000);
        EXPECT_EQ(send(9000), size_t{SST_OK});
        EXPECT_EQ(verdict.outcome, SST_SEND);
    }
}

TEST(CAbi, ABatchIsTheSameAsOneByOne)
{
    CPair pair;
    const sst_request request = Request();
    EXPECT_EQ(Send(pair.client.get(), &request), SST_OK);
    EXPECT_EQ(pair.Run(), 1U);

    constexpr size_t COUNT = 150; // more than go into the codec at a time
    std::vector<std::vector<uint8_t>> packets(COUNT);
    std::vector<sst_batch_item> items(COUNT);
    for (size_t i = 0; i < COUNT; i++)
    {
        packets[i] = Datagram(50 + i);
        packets[i].resize(2048);
        items[i] = {EgressMeta(), &request, packets[i].data(), 50 + i, 2048, {}};
    }
    size_t refused = 0;
    items[140].capacity = 60; // nothing is done for any
    EXPECT_EQ(sst_egress_batch(pair.client.get(), items.data(), COUNT, &pair.clock, &refused),
              SST_E_VALUE);
    EXPECT_EQ(refused, 140U);
    items[140].capacity = 200;
    EXPECT_EQ(sst_egress_batch(pair.client.get(), items.data(), COUNT, &pair.clock, &refused),
              SST_E_SPACE);
    EXPECT_EQ(items[140].data_size, sst_egress_capacity(190, 1500));
    items[140].capacity = 2048;
    items[140].data_size = 190;
    ASSERT_EQ(sst_egress_batch(pair.client.get(), items.data(), COUNT, &pair.clock, &refused),
              SST_OK);
    EXPECT_EQ(refused, COUNT);
    for (size_t i = 0; i < COUNT; i++)
    {
        EXPECT_EQ(items[i].verdict.outcome, SST_SEND);
        EXPECT_EQ(items[i].data_size, 50 + i + 27);
        items[i].meta = {SERVER, CLIENT, 0, 1500, items[i].verdict.protocol, 1};
    }
    ASSERT_EQ(sst_ingress_batch(pair.server.get(), items.data(), COUNT, &pair.clock, nullptr),
              SST_OK);
    for (size_t i = 0; i < COUNT; i++)
    {
        EXPECT_EQ(items[i].verdict.outcome, SST_DELIVER);
        EXPECT_EQ(items[i].data_size, 50 + i);
        EXPECT_EQ(items[i].data[49 + i], 0x61);
    }
    EXPECT_EQ(sst_egress_batch(pair.client.get(), nullptr, 0, &pair.clock, nullptr), SST_OK);
}

TEST(CAbi, FlowsDeadlinesAndCountsAreTold)
{
    CPair pair;
    const sst_request request = Request();
    EXPECT_EQ(Send(pair.client.get(), &request), SST_OK);
    sst_flow flow = FLOW;
    flow.protocol = 17;
    sst_flow_info info;
    EXPECT_EQ(sst_find_flow(pair.client.get(), &flow, &info), SST_OK);
    EXPECT_EQ(info.state, SST_FLOW_WAITING);
    uint64_t deadline = 0;
    EXPECT_EQ(sst_next_deadline(pair.client.get(), &deadline), SST_OK);
    EXPECT_LT(deadline, UINT64_MAX);
    EXPECT_EQ(pair.Run(), 1U);
    EXPECT_EQ(sst_find_flow(pair.client.get(), &flow, &info), SST_OK);
    EXPECT_EQ(info.state, SST_FLOW_SST);
    EXPECT_EQ(info.client, 1);
    EXPECT_EQ(info.layout, SST_LAYOUT_N);
    int concerned = 0;
    EXPECT_EQ(sst_test_flow(pair.client.get(), &flow, &concerned), SST_OK);
    EXPECT_EQ(concerned, 1);
    EXPECT_EQ(sst_abandon_flow(pair.client.get(), &flow, &pair.clock), SST_OK);
    sst_counts counts;
    EXPECT_EQ(sst_get_counts(pair.server.get(), &counts), SST_OK);
    EXPECT_EQ(counts.sessions, 1U);
    EXPECT_EQ(counts.flows, 1U);
    uint64_t count = 7;
    EXPECT_EQ(
        sst_count_reason(pair.server.get(), static_cast<unsigned>(sst::Reason::REPLAY), &count),
        SST_OK);
    EXPECT_EQ(count, 0U);
}

TEST(CAbi, AClockThatStepsBackEndsNothing)
{
    CPair pair;
    const sst_request request = Request();
    EXPECT_EQ(Send(pair.client.get(), &request), SST_OK);
    EXPECT_EQ(pair.Run(), 1U);
    sst_verdict verdict{};
    EXPECT_EQ(Send(pair.client.get(), &request, 100, 2048, &verdict, CLOCK), SST_OK);
    EXPECT_EQ(verdict.outcome, SST_SEND);
}

TEST(CAbi, TheMarkOfBothVersions)
{
    uint8_t header[20] = {0x45};
    int marked = 7;
    EXPECT_EQ(sst_set_mark_v4(header, sizeof header, 1), SST_OK);
    EXPECT_EQ(sst_get_mark_v4(header, sizeof header, &marked), SST_OK);
    EXPECT_EQ(marked, 1);
    EXPECT_EQ(sst_set_mark_v4(header, sizeof header, 0), SST_OK);
    EXPECT_EQ(sst_get_mark_v4(header, sizeof header, &marked), SST_OK);
    EXPECT_EQ(marked, 0);
    EXPECT_EQ(sst_set_mark_v6(0x03, 0xac, 0xfc), 0xaf);
    EXPECT_EQ(sst_get_mark_v6(0xaf, 0xac, 0xfc), 1);
    EXPECT_EQ(sst_get_mark_v6(0x03, 0xac, 0xfc), 0);
}
