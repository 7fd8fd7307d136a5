// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The configuration and the requests of the C interface arrive as they were written, field by
// field.

#include "sst-c-endpoint.h"
#include "test-c.h"

#include <functional>
#include <gtest/gtest.h>
#include <vector>

using namespace ssttest;

namespace
{

/// A number of both structures.
struct Field
{
    const char* name;
    std::function<void(sst_config&, uint32_t)> set;
    std::function<uint64_t(const sst_config&)> get;
    std::function<uint64_t(const sst::EndpointConfig&)> arrived;
};

#define SST_FIELD(ofC, ofCxx)                                                                      \
    Field                                                                                          \
    {                                                                                              \
        #ofC, [](sst_config& c, uint32_t value) { c.ofC = value; },                                \
            [](const sst_config& c) { return static_cast<uint64_t>(c.ofC); },                      \
            [](const sst::EndpointConfig& c) { return static_cast<uint64_t>(c.ofCxx); }            \
    }

const std::vector<Field>&
Fields()
{
    static const std::vector<Field> fields{
        SST_FIELD(init_rate, initRate),
        SST_FIELD(site_init_rate, siteInitRate),
        SST_FIELD(site_half_open, siteHalfOpen),
        SST_FIELD(reset_rate, resetRate),
        SST_FIELD(icmp_numbers, icmpNumbers),
        SST_FIELD(epoch_reserve, epochReserve),
        SST_FIELD(max_half_open, maxHalfOpen),
        SST_FIELD(max_half_open_validated, maxHalfOpenValidated),
        SST_FIELD(limit_buckets, limitBuckets),
        SST_FIELD(icmp_ring, icmpRing),
        SST_FIELD(max_pins, maxPins),
        SST_FIELD(max_sessions, maxSessions),
        SST_FIELD(max_flows_per_session, maxFlowsPerSession),
        SST_FIELD(max_flows, maxFlows),
        SST_FIELD(max_tombstones, maxTombstones),
        SST_FIELD(max_key_answers, maxKeyAnswers),
        SST_FIELD(max_replay_entries, maxReplayEntries),
        SST_FIELD(max_queue_packets, maxQueuePackets),
        SST_FIELD(max_queue_bytes, maxQueueBytes),
        SST_FIELD(fallback_ns, fallbackNs),
        SST_FIELD(half_life_ns, halfLifeNs),
        SST_FIELD(half_remnant_ns, halfRemnantNs),
        SST_FIELD(resp_wait_ns, respWaitNs),
        SST_FIELD(time_window_ms, timeWindowMs),
        SST_FIELD(start_guard_ms, startGuardMs),
        SST_FIELD(session_idle_ns, sessionIdleNs),
        SST_FIELD(tcp_closing_ns, tcpClosingNs),
        SST_FIELD(tcp_idle_ns, tcpIdleNs),
        SST_FIELD(tombstone_ns, tombstoneNs),
        SST_FIELD(udp_idle_ns, udpIdleNs),
        SST_FIELD(failed_flow_ns, failedFlowNs),
        SST_FIELD(key_cache_ns, keyCacheNs),
        SST_FIELD(absent_cache_ns, absentCacheNs),
        SST_FIELD(timeout_cache_ns, timeoutCacheNs),
        SST_FIELD(key_wait_ns, keyWaitNs),
        SST_FIELD(handshake_end_ns, handshakeEndNs),
        SST_FIELD(epoch_ns, epochNs),
        SST_FIELD(old_epoch_ns, oldEpochNs),
        SST_FIELD(epoch_answer_ns, epochAnswerNs),
        SST_FIELD(retry_slot_ns, retrySlotNs),
        SST_FIELD(pin_ms, pinMs),
        SST_FIELD(max_packet_number, maxPacketNumber),
        SST_FIELD(max_failed_opens, maxFailedOpens),
    };
    return fields;
}

} // namespace

TEST(CConfig, EveryNumberArrivesAndNoOtherChanges)
{
    for (size_t changed = 0; changed < Fields().size(); changed++)
    {
        sst_config config = Config();
        Fields()[changed].set(config, 77);
        sst::EndpointConfig out;
        ASSERT_EQ(FromC(config, out), SST_OK) << Fields()[changed].name;
        const sst::EndpointConfig defaults;
        for (size_t i = 0; i < Fields().size(); i++)
        {
            EXPECT_EQ(Fields()[i].arrived(out), i == changed ? 77 : Fields()[i].arrived(defaults))
                << Fields()[i].name << " after " << Fields()[changed].name;
        }
    }
}

TEST(CConfig, TheDefaultsAreThoseOfTheCodec)
{
    sst_config config;
    ASSERT_EQ(sst_config_init(&config, sizeof config), SST_OK);
    const sst::EndpointConfig defaults;
    for (const Field& field : Fields())
    {
        EXPECT_EQ(field.get(config), field.arrived(defaults)) << field.name;
    }
}

TEST(CConfig, ChoicesMarkAndPaddingArrive)
{
    for (int bit = 0; bit < 4; bit++)
    {
        sst_config config = Config();
        config.restore_checksums = bit == 0;
        config.allow_narrow_coverage = bit == 1;
        config.marked_unknown_up = bit == 2;
        config.accept_unmarked_init = bit == 3;
        config.mark_v6_value = 0x44;
        config.mark_v6_mask = 0x40;
        config.padding = SST_PADDING_MULTIPLE;
        config.padding_multiple = static_cast<uint16_t>(2 + bit);
        config.udp_port = 4433;
        sst::EndpointConfig out;
        ASSERT_EQ(FromC(config, out), SST_OK);
        EXPECT_EQ(out.restoreChecksums, bit == 0);
        EXPECT_EQ(out.allowNarrowCoverage, bit == 1);
        EXPECT_EQ(out.markedUnknownUp, bit == 2);
        EXPECT_EQ(out.acceptUnmarkedInit, bit == 3);
        EXPECT_EQ(out.mark.value, 0x44);
        EXPECT_EQ(out.mark.mask, 0x40);
        EXPECT_EQ(out.padding.mode, sst::Padding::Mode::MULTIPLE);
        EXPECT_EQ(out.padding.multiple, 2 + bit);
        EXPECT_EQ(out.udpPort, 4433);
    }
}

// The least and the largest value that is right, and the next one that is not.
TEST(CConfig, Bounds)
{
    const auto status = [](const char* name, uint64_t value) {
        sst_config config = Config();
        if (std::string(name) == "max_packet_number")
        {
            config.max_packet_number = value;
        }
        else
        {
            for (const Field& field : Fields())
            {
                if (name == std::string(field.name))
                {
                    field.set(config, static_cast<uint32_t>(value));
                }
            }
        }
        sst::EndpointConfig out;
        return FromC(config, out);
    };
    for (const char* name : {"limit_buckets", "max_sessions", "max_flows", "retry_slot_ns"})
    {
        EXPECT_EQ(status(name, 0), SST_E_VALUE) << name;
        EXPECT_EQ(status(name, 1), SST_OK) << name;
    }
    const uint64_t stop = (uint64_t{1} << 32) - (uint64_t{1} << 16);
    EXPECT_EQ(status("max_packet_number", 0), SST_E_VALUE);
    EXPECT_EQ(status("max_packet_number", 1), SST_OK);
    EXPECT_EQ(status("max_packet_number", stop), SST_OK);
    EXPECT_EQ(status("max_packet_number", stop + 1), SST_E_VALUE);
    for (int multiple : {0, 1, 2, 1024, 1025})
    {
        sst_config config = Config();
        config.padding = SST_PADDING_MULTIPLE;
        config.padding_multiple = static_cast<uint16_t>(multiple);
        sst::EndpointConfig out;
        EXPECT_EQ(FromC(config, out), multiple >= 2 && multiple <= 1024 ? SST_OK : SST_E_VALUE);
    }
}

TEST(CConfig, RequestsArrive)
{
    for (int bit = 0; bit < 2; bit++)
    {
        sst_request request = Request();
        request.name = bit != 0 ? "a.example" : nullptr;
        request.policy = bit != 0 ? SST_POLICY_PIN : SST_POLICY_OPPORTUNISTIC;
        request.coverage = bit != 0 ? SST_COVERAGE_PORTS : SST_COVERAGE_HEADER;
        request.layout = bit != 0 ? SST_LAYOUT_U : SST_LAYOUT_N;
        request.padding = bit != 0 ? SST_PADDING_MTU : SST_PADDING_MULTIPLE;
        request.padding_multiple = 64;
        request.early_udp = static_cast<uint8_t>(bit);
        sst::Request out;
        ASSERT_EQ(FromC(request, out), SST_OK);
        EXPECT_EQ(out.name, bit != 0 ? "a.example" : "");
        EXPECT_EQ(out.policy, bit != 0 ? sst::Policy::PIN : sst::Policy::OPPORTUNISTIC);
        EXPECT_EQ(out.coverage, bit != 0 ? sst::Coverage::PORTS : sst::Coverage::HEADER);
        EXPECT_EQ(out.layout, bit != 0 ? sst::LayoutChoice::U : sst::LayoutChoice::N);
        EXPECT_EQ(out.padding.mode,
                  bit != 0 ? sst::Padding::Mode::MTU : sst::Padding::Mode::MULTIPLE);
        EXPECT_EQ(out.padding.multiple, 64);
        EXPECT_EQ(out.earlyUdp, bit != 0);
    }
}

// What a batch of packets from the wire says of requests is not looked at.
TEST(CConfig, NullAndSizes)
{
    const CEndpoint endpoint = Create();
    const uint8_t first[8] = {};
    sst_meta meta = EgressMeta();
    int concerned = 7;
    EXPECT_EQ(sst_test_packet(endpoint.get(), &meta, first, sizeof first, nullptr), SST_E_NULL);
    EXPECT_EQ(sst_test_packet(endpoint.get(), &meta, nullptr, 0, &concerned), SST_E_NULL);
    EXPECT_EQ(sst_test_packet(endpoint.get(), nullptr, first, sizeof first, &concerned),
              SST_E_NULL);
    EXPECT_EQ(concerned, 7);
    EXPECT_EQ(sst_test_packet(endpoint.get(), &meta, first, sizeof first, &concerned), SST_OK);
    const sst_key_entry entry = Entry(Key());
    size_t size = 0;
    EXPECT_EQ(sst_serialize_key_value(&entry, 1, nullptr, &size), SST_E_SPACE);
    EXPECT_EQ(size, 41u) << "the size wanted";
    for (size_t wrong : {1, 2, 41})
    {
        size = wrong;
        EXPECT_EQ(sst_serialize_key_value(&entry, 1, nullptr, &size), SST_E_NULL) << wrong;
    }
    uint8_t value[41];
    size = sizeof value;
    EXPECT_EQ(sst_serialize_key_value(nullptr, 1, value, &size), SST_E_NULL);
    EXPECT_EQ(sst_serialize_key_value(&entry, 1, value, nullptr), SST_E_NULL);
    EXPECT_EQ(sst_serialize_key_value(&entry, 1, value, &size), SST_OK);
}
