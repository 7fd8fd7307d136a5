/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* The C interface as a C99 program uses it: two hosts, a TCP handshake's first packets, names. */

#include <sst.h>
#include <stdio.h>
#include <string.h>

static int failures;

static void
expect(int holds, const char* what, int line)
{
    if (!holds)
    {
        printf("line %d: %s\n", line, what);
        failures++;
    }
}

#define EXPECT(condition) expect((condition) != 0, #condition, __LINE__)

static const sst_clock CLOCK = {1, 1800000000000};
static const sst_address CLIENT = {{10, 0, 0, 1}, 4};
static const sst_address SERVER = {{10, 0, 0, 2}, 4};

/* A SYN from port 40000 to port 443. */
static size_t
make_syn(uint8_t* segment)
{
    static const uint8_t syn[20] = {0x9c, 0x40, 0x01, 0xbb, 0, 0, 0, 1, 0, 0,
                                    0,    0,    0x50, 0x02, 8, 0, 0, 0, 0, 0};
    memcpy(segment, syn, sizeof syn);
    return sizeof syn;
}

static int
counting_random(void* user, int purpose, uint8_t* out, size_t size)
{
    unsigned* state = (unsigned*)user;
    size_t i;
    for (i = 0; i < size; i++)
    {
        *state = *state * 1103515245u + 12345u + (unsigned)purpose;
        out[i] = (uint8_t)(*state >> 16);
    }
    return 0;
}

static void
test_syn_in_init(void)
{
    unsigned seed = 7;
    sst_config config;
    sst_endpoint* client = NULL;
    sst_endpoint* server = NULL;
    sst_key_pair key;
    sst_key_entry entry;
    uint8_t value[64];
    size_t value_size = sizeof value;
    size_t count = 1;
    sst_request request;
    sst_meta meta = {CLIENT, SERVER, 5, 1500, 6, 0};
    sst_verdict verdict;
    sst_action action;
    sst_flow flow = {SERVER, 40000, 443, 6};
    sst_flow_info info;
    sst_counts counts;
    uint8_t packet[2048];
    size_t size = make_syn(packet);
    int resolves = 0;

    EXPECT(sst_config_init(&config, sizeof config) == SST_OK);
    config.random = counting_random;
    config.user = &seed;
    EXPECT(sst_create_endpoint(&config, &client) == SST_OK);
    EXPECT(sst_create_endpoint(NULL, &server) == SST_OK);
    EXPECT(sst_generate_key_pair(NULL, NULL, 9, SST_KEY_EARLY_SYN, CLOCK.unix_ms, &key) == SST_OK);
    EXPECT(sst_add_server_key(server, &key, &CLOCK) == SST_OK);
    memset(&entry, 0, sizeof entry);
    memcpy(entry.public_key, key.public_key, sizeof entry.public_key);
    entry.key_id = 9;
    entry.flags = SST_KEY_EARLY_SYN;
    EXPECT(sst_serialize_key_value(&entry, 1, value, &value_size) == SST_OK && value_size == 41);

    EXPECT(sst_request_init(&request, sizeof request) == SST_OK);
    request.name = "www.example";
    EXPECT(sst_egress(client, &meta, &request, packet, &size, sizeof packet, &CLOCK, &verdict) ==
           SST_OK);
    EXPECT(verdict.outcome == SST_WAIT);
    for (;;)
    {
        EXPECT(sst_poll_action(client, &action) == SST_OK);
        if (action.kind == SST_ACTION_NONE)
        {
            break;
        }
        resolves += action.kind == SST_ACTION_RESOLVE && strcmp(action.name, "www.example") == 0;
    }
    EXPECT(resolves == 1);
    EXPECT(sst_parse_key_value(value, value_size, &entry, &count, NULL) == SST_OK && count == 1);
    EXPECT(sst_provide_keys(client, "www.example", &SERVER, SST_KEYS_FOUND, &entry, 1, 0, &CLOCK) ==
           SST_OK);
    do
    {
        EXPECT(sst_poll_action(client, &action) == SST_OK);
    } while (action.kind != SST_ACTION_NONE && action.kind != SST_ACTION_SEND);
    EXPECT(action.kind == SST_ACTION_SEND && action.protocol == 6 && action.mark == 1);
    EXPECT(action.data_size >= 256 && action.data_size <= sizeof packet);
    if (action.data_size <= sizeof packet && action.kind == SST_ACTION_SEND)
    {
        sst_meta arrived = {SERVER, CLIENT, 0, 1500, 6, 1};
        size = action.data_size;
        memcpy(packet, action.data, size);
        EXPECT(sst_ingress(server, &arrived, packet, &size, sizeof packet, &CLOCK, &verdict) ==
               SST_OK);
        EXPECT(verdict.outcome == SST_DELIVER && verdict.protocol == 6 && size == 20);
        EXPECT(packet[2] == 0x01 && packet[3] == 0xbb);
    }
    EXPECT(sst_find_flow(client, &flow, &info) == SST_OK && info.state == SST_FLOW_WAITING);
    EXPECT(sst_get_counts(server, &counts) == SST_OK && counts.half_open == 1);
    sst_wipe(&key, sizeof key);
    sst_destroy_endpoint(client);
    sst_destroy_endpoint(server);
}

static void
test_names(void)
{
    EXPECT(sst_abi_version() == SST_ABI_VERSION);
    EXPECT(strlen(sst_version()) >= 5);
    EXPECT(strcmp(sst_error_name(SST_E_SPACE), "SST_E_SPACE") == 0);
    EXPECT(strcmp(sst_reason_name(0), "none") == 0);
    EXPECT(strcmp(sst_reason_name(sst_reason_count()), "unknown") == 0);
    EXPECT(strcmp(sst_outcome_name(SST_DELIVER), "deliver") == 0);
}

int
main(void)
{
    test_names();
    test_syn_in_init();
    printf("%d failures\n", failures);
    return failures != 0;
}
