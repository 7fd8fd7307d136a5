// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Calls of the C interface that need an open session.

#include "sst/reason.h"
#include "test-c.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

using namespace ssttest;

namespace
{

/// Opens a session by one datagram. \return what the client knows of its flow
sst_flow_info
Open(CPair& pair, const sst_request& request)
{
    EXPECT_EQ(Send(pair.client.get(), &request), SST_OK);
    EXPECT_EQ(pair.Run(), 1U);
    sst_flow flow = FLOW;
    flow.protocol = 17;
    sst_flow_info info{};
    EXPECT_EQ(sst_find_flow(pair.client.get(), &flow, &info), SST_OK);
    EXPECT_EQ(info.state, SST_FLOW_SST);
    return info;
}

/// Seals a datagram of an open session. \return size of the packet
size_t
SealedSize(CPair& pair, const sst_request& request, size_t size, uint32_t mtu)
{
    std::vector<uint8_t> data = Datagram(size);
    data.resize(9000);
    sst_meta meta = EgressMeta();
    meta.mtu = mtu;
    sst_verdict verdict{};
    EXPECT_EQ(sst_egress(pair.client.get(),
                         &meta,
                         &request,
                         data.data(),
                         &size,
                         data.size(),
                         &pair.clock,
                         &verdict),
              SST_OK);
    EXPECT_EQ(verdict.outcome, SST_SEND);
    return size;
}

} // namespace

TEST(CAbiSession, ADummyLeavesAndIsSwallowed)
{
    CPair pair;
    const uint32_t index = Open(pair, Request()).index;
    uint16_t reason = 99;
    EXPECT_EQ(sst_send_dummy(pair.client.get(), index, 300, &pair.clock, &reason), SST_OK);
    EXPECT_EQ(reason, 0);
    sst_action action;
    ASSERT_EQ(sst_poll_action(pair.client.get(), &action), SST_OK);
    EXPECT_EQ(action.kind, SST_ACTION_SEND);
    EXPECT_EQ(action.data_size, 300U);
    EXPECT_EQ(sst_send_dummy(pair.client.get(), index, 3, &pair.clock, &reason), SST_E_VALUE);
    EXPECT_STREQ(sst_reason_name(reason), "length");
}

// NUM-2
TEST(CAbiSession, NumbersAreLeftOut)
{
    CPair pair;
    const sst_flow_info info = Open(pair, Request());
    EXPECT_EQ(sst_skip_numbers(pair.client.get(), info.index, 1000), SST_OK);
    EXPECT_EQ(sst_skip_numbers(pair.client.get(), info.index, 999), SST_E_REFUSED);
    sst_flow flow = FLOW;
    flow.protocol = 17;
    sst_flow_info after{};
    EXPECT_EQ(sst_find_flow(pair.client.get(), &flow, &after), SST_OK);
    EXPECT_EQ(after.number, 1000U);
}

TEST(CAbiSession, TheSegmentSizeIsWhatFitsTheMtu)
{
    CPair pair;
    (void)Open(pair, Request());
    sst_flow flow = FLOW;
    flow.protocol = 17;
    size_t size = 0;
    EXPECT_EQ(sst_find_segment_size(pair.client.get(), &flow, 1500, &size), SST_OK);
    EXPECT_EQ(size, 1500U - 20 - 27);
    EXPECT_EQ(SealedSize(pair, Request(), size, 1500), 1480U);
}

TEST(CAbiSession, PaddedPacketsKeepToTheCapacity)
{
    for (const uint8_t mode : {SST_PADDING_MULTIPLE, SST_PADDING_MTU})
    {
        CPair pair;
        sst_request request = Request();
        request.padding = mode;
        request.padding_multiple = 512;
        (void)Open(pair, request);
        for (size_t size = 8; size < 2000; size += 9)
        {
            for (const uint32_t mtu : {1500U, 0U})
            {
                const size_t sealed = SealedSize(pair, request, size, mtu);
                EXPECT_LE(sealed, sst_egress_capacity(size, 1500));
                EXPECT_GE(sealed, size + 27);
            }
        }
        EXPECT_EQ(SealedSize(pair, request, 100, 1500), mode == SST_PADDING_MTU ? 1480U : 512U);
    }
}

// UDP-4
TEST(CAbiSession, LayoutUIsNotMarked)
{
    sst_config config;
    ASSERT_EQ(sst_config_init(&config, sizeof config), SST_OK);
    config.udp_port = 7000;
    const sst_key_pair key = Key(1, SST_KEY_EARLY_SYN | SST_KEY_LAYOUT_U);
    const sst_key_entry entry = Entry(key);
    CPair pair;
    pair.server = Create(&config);

    struct Ports
    {
        int reserved{0};
        int released{0};
    } ports;

    config.udp_port = 0;
    config.user = &ports;
    config.reserve_port = [](void* user, const sst_address* local) -> uint16_t {
        static_cast<Ports*>(user)->reserved += local->length == 4 ? 1 : 0;
        return 50123;
    };
    config.release_port = [](void* user, const sst_address*, uint16_t port) {
        static_cast<Ports*>(user)->released += port == 50123 ? 1 : 0;
    };
    pair.client = Create(&config);
    ASSERT_EQ(sst_add_server_key(pair.server.get(), &key, &CLOCK), SST_OK);
    ASSERT_EQ(sst_provide_keys(pair.client.get(),
                               nullptr,
                               &SERVER,
                               SST_KEYS_FOUND,
                               &entry,
                               1,
                               7000,
                               &CLOCK),
              SST_OK);
    sst_request request = Request();
    request.layout = SST_LAYOUT_U;
    EXPECT_EQ(Open(pair, request).layout, SST_LAYOUT_U);
    EXPECT_EQ(ports.reserved, 1);
    sst_verdict verdict{};
    EXPECT_EQ(Send(pair.client.get(), &request, 100, 2048, &verdict, pair.clock), SST_OK);
    EXPECT_EQ(verdict.outcome, SST_SEND);
    EXPECT_EQ(verdict.protocol, 17);
    EXPECT_EQ(verdict.mark, 0);
}

TEST(CAbiSession, PinsAreKeptOverARestart)
{
    const CEndpoint endpoint = Create();
    const sst_pin kept[] = {{"a.example", 1900000000000}, {"b.example", 1950000000000}};
    ASSERT_EQ(sst_set_pins(endpoint.get(), kept, 2), SST_OK);
    size_t count = 0;
    EXPECT_EQ(sst_get_pins(endpoint.get(), nullptr, &count), SST_E_SPACE);
    ASSERT_EQ(count, 2U);
    std::vector<sst_pin> pins(count);
    ASSERT_EQ(sst_get_pins(endpoint.get(), pins.data(), &count), SST_OK);
    std::vector<std::string> names{pins[0].name, pins[1].name};
    std::sort(names.begin(), names.end());
    EXPECT_EQ(names, (std::vector<std::string>{"a.example", "b.example"}));
    const std::string longName(SST_MAX_NAME + 1, 'a');
    const sst_pin wrong{longName.c_str(), 1};
    EXPECT_EQ(sst_set_pins(endpoint.get(), &wrong, 1), SST_E_VALUE);
}
