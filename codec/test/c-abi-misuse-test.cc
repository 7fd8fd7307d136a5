// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/reason.h"
#include "test-c.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace ssttest;

TEST(CAbiMisuse, NullIsRefusedEverywhere)
{
    const CEndpoint endpoint = Create();
    sst_endpoint* e = endpoint.get();
    const sst_key_pair key = Key();
    const sst_key_entry entry = Entry(key);
    const sst_meta meta = EgressMeta();
    uint8_t data[512] = {};
    size_t size = 20;
    size_t none = 0;
    sst_verdict verdict;
    sst_action action;
    sst_flow_info info;
    sst_counts counts;
    sst_pin pin{nullptr, 0};
    sst_batch_item item{};
    uint64_t number = 0;
    int yes = 0;
    const std::vector<int> errors{
        sst_config_init(nullptr, sizeof(sst_config)),
        sst_request_init(nullptr, sizeof(sst_request)),
        sst_create_endpoint(nullptr, nullptr),
        sst_add_server_key(nullptr, &key, &CLOCK),
        sst_add_server_key(e, nullptr, &CLOCK),
        sst_add_server_key(e, &key, nullptr),
        sst_remove_server_key(nullptr, 1),
        sst_provide_keys(nullptr, "a", &SERVER, SST_KEYS_FOUND, &entry, 1, 0, &CLOCK),
        sst_provide_keys(e, "a", nullptr, SST_KEYS_FOUND, &entry, 1, 0, &CLOCK),
        sst_provide_keys(e, "a", &SERVER, SST_KEYS_FOUND, nullptr, 1, 0, &CLOCK),
        sst_provide_keys(e, "a", &SERVER, SST_KEYS_FOUND, &entry, 1, 0, nullptr),
        sst_egress(nullptr, &meta, nullptr, data, &size, sizeof data, &CLOCK, &verdict),
        sst_egress(e, nullptr, nullptr, data, &size, sizeof data, &CLOCK, &verdict),
        sst_egress(e, &meta, nullptr, nullptr, &size, sizeof data, &CLOCK, &verdict),
        sst_egress(e, &meta, nullptr, data, nullptr, sizeof data, &CLOCK, &verdict),
        sst_egress(e, &meta, nullptr, data, &size, sizeof data, nullptr, &verdict),
        sst_egress(e, &meta, nullptr, data, &size, sizeof data, &CLOCK, nullptr),
        sst_ingress(nullptr, &meta, data, &size, sizeof data, &CLOCK, &verdict),
        sst_ingress(e, &meta, nullptr, &size, sizeof data, &CLOCK, &verdict),
        sst_egress_batch(e, nullptr, 1, &CLOCK, nullptr),
        sst_egress_batch(e, &item, 1, &CLOCK, nullptr),
        sst_ingress_batch(e, &item, 1, nullptr, nullptr),
        sst_ingress_batch(nullptr, &item, 1, &CLOCK, nullptr),
        sst_test_packet(e, &meta, nullptr, 8, &yes),
        sst_test_packet(nullptr, &meta, data, 8, &yes),
        sst_test_flow(e, &FLOW, nullptr),
        sst_test_flow(e, nullptr, &yes),
        sst_tick(nullptr, &CLOCK),
        sst_tick(e, nullptr),
        sst_next_deadline(e, nullptr),
        sst_next_deadline(nullptr, &number),
        sst_poll_action(e, nullptr),
        sst_poll_action(nullptr, &action),
        sst_abandon_flow(e, nullptr, &CLOCK),
        sst_abandon_flow(nullptr, &FLOW, &CLOCK),
        sst_find_flow(e, &FLOW, nullptr),
        sst_find_flow(nullptr, &FLOW, &info),
        sst_find_segment_size(e, &FLOW, 1500, nullptr),
        sst_send_dummy(e, 1, 64, nullptr, nullptr),
        sst_send_dummy(nullptr, 1, 64, &CLOCK, nullptr),
        sst_skip_numbers(nullptr, 1, 1),
        sst_get_pins(e, &pin, nullptr),
        sst_set_pins(e, nullptr, 1),
        sst_set_pins(e, &pin, 1),
        sst_get_counts(e, nullptr),
        sst_get_counts(nullptr, &counts),
        sst_count_reason(e, 0, nullptr),
        sst_generate_key_pair(nullptr, nullptr, 1, 1, 0, nullptr),
        sst_parse_key_value(nullptr, 1, nullptr, &none, nullptr),
        sst_parse_key_value(data, 1, nullptr, nullptr, nullptr),
        sst_serialize_key_value(nullptr, 1, data, &size),
        sst_serialize_key_value(&entry, 1, data, nullptr),
        sst_print_key_value(nullptr, 1, nullptr, &none),
        sst_parse_key_file(nullptr, 1, nullptr, nullptr, nullptr, nullptr),
        sst_print_key_file(nullptr, 0, nullptr, &none),
        sst_get_mark_v4(nullptr, 20, &yes),
        sst_get_mark_v4(data, 20, nullptr),
        sst_set_mark_v4(nullptr, 20, 1),
    };
    for (size_t i = 0; i < errors.size(); i++)
    {
        EXPECT_EQ(errors[i], SST_E_NULL) << "call " << i << ": " << sst_error_name(errors[i]);
    }
    sst_destroy_endpoint(nullptr);
    sst_wipe(nullptr, 1);
}

TEST(CAbiMisuse, StructsOfAnotherVersionAreRefused)
{
    sst_config config = Config();
    sst_request request = Request();
    const CEndpoint endpoint = Create();
    EXPECT_EQ(sst_config_init(&config, sizeof config - 8), SST_E_STRUCT);
    EXPECT_EQ(sst_config_init(&config, sizeof config + 8), SST_E_STRUCT);
    EXPECT_EQ(sst_request_init(&request, 0), SST_E_STRUCT);
    config.size = 0;
    sst_endpoint* made = endpoint.get();
    EXPECT_EQ(sst_create_endpoint(&config, &made), SST_E_STRUCT);
    EXPECT_EQ(made, nullptr);
    request.size++;
    EXPECT_EQ(Send(endpoint.get(), &request), SST_E_STRUCT);
}

TEST(CAbiMisuse, ValuesOutOfRangeAreRefused)
{
    const std::vector<void (*)(sst_config&)> wrongConfigs{
        [](sst_config& c) { c.restore_checksums = 2; },
        [](sst_config& c) { c.reserved = 1; },
        [](sst_config& c) { c.padding = 3; },
        [](sst_config& c) {
            c.padding = SST_PADDING_MULTIPLE;
            c.padding_multiple = 1;
        },
        [](sst_config& c) { c.mark_v6_mask = 0xff; },
        [](sst_config& c) { c.limit_buckets = 0; },
        [](sst_config& c) { c.max_sessions = 0; },
        [](sst_config& c) { c.retry_slot_ns = 0; },
        [](sst_config& c) { c.max_packet_number = uint64_t{1} << 32; },
    };
    for (const auto wrong : wrongConfigs)
    {
        sst_config config = Config();
        wrong(config);
        sst_endpoint* endpoint = nullptr;
        EXPECT_EQ(sst_create_endpoint(&config, &endpoint), SST_E_VALUE);
        EXPECT_EQ(endpoint, nullptr);
    }
    const CEndpoint endpoint = Create();
    const std::string longName(SST_MAX_NAME + 1, 'a');
    const std::vector<std::function<void(sst_request&)>> wrongRequests{
        [](sst_request& r) { r.policy = 4; },
        [](sst_request& r) { r.coverage = 3; },
        [](sst_request& r) { r.layout = 3; },
        [](sst_request& r) { r.padding = 3; },
        [](sst_request& r) { r.early_udp = 2; },
        [](sst_request& r) { r.reserved = 1; },
        [&](sst_request& r) { r.name = longName.c_str(); },
    };
    for (const auto& wrong : wrongRequests)
    {
        sst_request request = Request();
        wrong(request);
        EXPECT_EQ(Send(endpoint.get(), &request), SST_E_VALUE);
    }
    sst_key_pair key = Key();
    key.public_key[0] ^= 1;
    EXPECT_EQ(sst_add_server_key(endpoint.get(), &key, &CLOCK), SST_E_VALUE);
    const sst_key_entry zero{};
    const sst_key_entry entry = Entry(Key());
    const auto provide = [&](const char* name, int answer, const sst_key_entry& e, size_t count) {
        return sst_provide_keys(endpoint.get(), name, &SERVER, answer, &e, count, 0, &CLOCK);
    };
    EXPECT_EQ(provide("a", SST_KEYS_FOUND, zero, 1), SST_E_VALUE);
    EXPECT_EQ(provide("a", SST_KEYS_FOUND, entry, 0), SST_E_VALUE);
    EXPECT_EQ(provide("a", SST_KEYS_FOUND, entry, 5), SST_E_VALUE);
    EXPECT_EQ(provide("a", SST_KEYS_ABSENT, entry, 1), SST_E_VALUE);
    EXPECT_EQ(provide("a", 4, entry, 0), SST_E_VALUE);
    EXPECT_EQ(provide(longName.c_str(), SST_KEYS_ABSENT, entry, 0), SST_E_VALUE);
    sst_flow flow = FLOW;
    flow.peer.length = 5;
    sst_flow_info info;
    EXPECT_EQ(sst_find_flow(endpoint.get(), &flow, &info), SST_E_VALUE);
    flow = FLOW;
    flow.protocol = 1;
    EXPECT_EQ(sst_abandon_flow(endpoint.get(), &flow, &CLOCK), SST_E_VALUE);
    uint64_t count = 0;
    EXPECT_EQ(sst_count_reason(endpoint.get(), sst_reason_count(), &count), SST_E_VALUE);
    sst_meta meta = EgressMeta();
    meta.peer.length = 16; // the two addresses are of different kinds
    uint8_t data[2048] = {};
    size_t size = 20;
    sst_verdict verdict;
    EXPECT_EQ(
        sst_egress(endpoint.get(), &meta, nullptr, data, &size, sizeof data, &CLOCK, &verdict),
        SST_E_VALUE);
    uint8_t header[20] = {0x46};
    EXPECT_EQ(sst_set_mark_v4(header, sizeof header, 1), SST_E_VALUE);
    EXPECT_EQ(sst_set_mark_v4(header, 19, 1), SST_E_VALUE);
}

TEST(CAbiMisuse, SmallMemoryIsToldTheSizeWanted)
{
    const CEndpoint endpoint = Create();
    const sst_meta meta = EgressMeta();
    uint8_t data[2048] = {};
    size_t size = 100;
    sst_verdict verdict;
    EXPECT_EQ(sst_egress(endpoint.get(), &meta, nullptr, data, &size, 100, &CLOCK, &verdict),
              SST_E_SPACE);
    EXPECT_EQ(size, sst_egress_capacity(100, 1500));
    size = 20;
    EXPECT_EQ(sst_ingress(endpoint.get(), &meta, data, &size, 20, &CLOCK, &verdict), SST_E_SPACE);
    EXPECT_EQ(size, sst_ingress_capacity(20));
    sst_counts counts;
    EXPECT_EQ(sst_get_counts(endpoint.get(), &counts), SST_OK);
    EXPECT_EQ(counts.flows, 0U);

    const sst_key_entry entry = Entry(Key());
    uint8_t value[41];
    size = 40;
    EXPECT_EQ(sst_serialize_key_value(&entry, 1, value, &size), SST_E_SPACE);
    EXPECT_EQ(size, 41U);
    EXPECT_EQ(sst_serialize_key_value(&entry, 1, value, &size), SST_OK);
    size_t room = 0;
    EXPECT_EQ(sst_print_key_value(value, size, nullptr, &room), SST_E_SPACE);
    EXPECT_EQ(room, 41U * 4 + 3);
    room = 0;
    EXPECT_EQ(sst_parse_key_value(value, size, nullptr, &room, nullptr), SST_E_SPACE);
    EXPECT_EQ(room, 1U);
    const sst_key_pair key = Key();
    room = 0;
    EXPECT_EQ(sst_print_key_file(&key, 0, nullptr, &room), SST_E_SPACE);
    EXPECT_GT(room, 200U);
}

TEST(CAbiMisuse, ServerKeysAreFourAndDiffer)
{
    const CEndpoint endpoint = Create();
    for (uint8_t id = 1; id <= SST_MAX_KEYS; id++)
    {
        const sst_key_pair key = Key(id);
        EXPECT_EQ(sst_add_server_key(endpoint.get(), &key, &CLOCK), SST_OK);
    }
    const sst_key_pair again = Key(4);
    const sst_key_pair fifth = Key(5);
    EXPECT_EQ(sst_add_server_key(endpoint.get(), &again, &CLOCK), SST_E_EXISTS);
    EXPECT_EQ(sst_add_server_key(endpoint.get(), &fifth, &CLOCK), SST_E_FULL);
    EXPECT_EQ(sst_remove_server_key(endpoint.get(), 5), SST_E_NOT_FOUND);
    EXPECT_EQ(sst_remove_server_key(endpoint.get(), 4), SST_OK);
    EXPECT_EQ(sst_add_server_key(endpoint.get(), &fifth, &CLOCK), SST_OK);
}

TEST(CAbiMisuse, SessionsThatAreNotThere)
{
    const CEndpoint endpoint = Create();
    uint16_t reason = 0;
    EXPECT_EQ(sst_send_dummy(endpoint.get(), 1, 64, &CLOCK, &reason), SST_E_NOT_FOUND);
    EXPECT_STREQ(sst_reason_name(reason), "unknown-index");
    EXPECT_EQ(sst_skip_numbers(endpoint.get(), 1, 5), SST_E_REFUSED);
}

TEST(CAbiMisuse, KeyValuesAndFilesOutOfShape)
{
    sst_key_entry entries[SST_MAX_KEYS];
    size_t count = SST_MAX_KEYS;
    const char* problem = nullptr;
    EXPECT_EQ(sst_parse_key_value(nullptr, 0, entries, &count, &problem), SST_E_KEY_VALUE);
    EXPECT_STREQ(problem, "empty");
    const uint8_t cut[] = {40, 1};
    EXPECT_EQ(sst_parse_key_value(cut, sizeof cut, entries, &count, &problem), SST_E_KEY_VALUE);
    EXPECT_STREQ(problem, "truncated");
    const sst_key_entry entry = Entry(Key());
    const sst_key_entry twice[] = {entry, entry};
    uint8_t value[100];
    size_t size = sizeof value;
    EXPECT_EQ(sst_serialize_key_value(twice, 2, value, &size), SST_E_VALUE);
    EXPECT_EQ(sst_serialize_key_value(twice, 0, value, &size), SST_E_VALUE);

    sst_key_pair key;
    size_t line = 0;
    const std::string text = "sst-key 1\nkey-id: x\n";
    EXPECT_EQ(sst_parse_key_file(text.data(), text.size(), &key, nullptr, &problem, &line),
              SST_E_KEY_FILE);
    EXPECT_EQ(line, 2U);
    EXPECT_STREQ(problem, "key-id is no number from 0 to 255");
    char printed[512];
    size = sizeof printed;
    uint32_t notAfter = 0;
    const sst_key_pair made = Key(77);
    EXPECT_EQ(sst_print_key_file(&made, 4000000000U, printed, &size), SST_OK);
    EXPECT_EQ(sst_parse_key_file(printed, size - 1, &key, &notAfter, &problem, nullptr), SST_OK);
    EXPECT_EQ(notAfter, 4000000000U);
    EXPECT_EQ(key.key_id, 77);
    EXPECT_TRUE(std::equal(key.secret_key, key.secret_key + 32, made.secret_key));
}

TEST(CAbiMisuse, CallsFromCallbacksAreRefused)
{
    struct State
    {
        sst_endpoint* endpoint{nullptr};
        std::set<int> errors;
    } state;

    sst_config config = Config();
    config.user = &state;
    config.uses_in_clear = [](void* user, const sst_flow* flow, const sst_address*) {
        State& s = *static_cast<State*>(user);
        sst_flow_info info;
        s.errors.insert(sst_find_flow(s.endpoint, flow, &info));
        s.errors.insert(sst_tick(s.endpoint, &CLOCK));
        sst_destroy_endpoint(s.endpoint); // ignored
        return 0;
    };
    CPair pair;
    pair.server = Create(&config);
    state.endpoint = pair.server.get();
    const sst_key_pair key = Key();
    const sst_key_entry entry = Entry(key);
    EXPECT_EQ(sst_add_server_key(pair.server.get(), &key, &CLOCK), SST_OK);
    pair.client = Create();
    EXPECT_EQ(
        sst_provide_keys(pair.client.get(), nullptr, &SERVER, SST_KEYS_FOUND, &entry, 1, 0, &CLOCK),
        SST_OK);
    const sst_request request = Request();
    EXPECT_EQ(Send(pair.client.get(), &request), SST_OK);
    EXPECT_EQ(pair.Run(), 1U);
    EXPECT_EQ(state.errors, std::set<int>{SST_E_NESTED});
}

TEST(CAbiMisuse, NoExceptionCrosses)
{
    struct Case
    {
        sst_random_callback random;
        int error;
    };

    const std::vector<Case> cases{
        {[](void*, int, uint8_t*, size_t) { return -1; }, SST_E_RANDOM},
        {[](void*, int, uint8_t*, size_t) -> int { throw std::bad_alloc(); }, SST_E_MEMORY},
        {[](void*, int, uint8_t*, size_t) -> int { throw std::runtime_error("no"); },
         SST_E_INTERNAL},
        {[](void*, int, uint8_t*, size_t) -> int { throw 1; }, SST_E_INTERNAL},
    };
    for (const Case& each : cases)
    {
        sst_key_pair key;
        EXPECT_EQ(sst_generate_key_pair(each.random, nullptr, 1, 1, 0, &key), each.error);
        sst_config config = Config();
        config.random = each.random;
        sst_endpoint* endpoint = nullptr;
        EXPECT_EQ(sst_create_endpoint(&config, &endpoint), each.error);
        EXPECT_EQ(endpoint, nullptr);
    }
}

TEST(CAbiMisuse, ACallThatEndedHalfWayBreaksTheEndpoint)
{
    struct State
    {
        bool fail{false};
    } state;

    sst_config config = Config();
    config.user = &state;
    config.random = [](void* user, int, uint8_t* out, size_t size) {
        std::fill_n(out, size, uint8_t{7});
        return static_cast<State*>(user)->fail ? -1 : 0;
    };
    const CEndpoint endpoint = Create(&config);
    const sst_key_entry entry = Entry(Key());
    EXPECT_EQ(
        sst_provide_keys(endpoint.get(), nullptr, &SERVER, SST_KEYS_FOUND, &entry, 1, 0, &CLOCK),
        SST_OK);
    state.fail = true;
    const sst_request request = Request();
    EXPECT_EQ(Send(endpoint.get(), &request), SST_E_RANDOM);
    state.fail = false;
    EXPECT_EQ(Send(endpoint.get(), &request), SST_E_BROKEN);
    sst_counts counts;
    EXPECT_EQ(sst_get_counts(endpoint.get(), &counts), SST_E_BROKEN);
}
