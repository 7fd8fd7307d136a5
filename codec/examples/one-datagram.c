/* Copyright (c) 2026 The ns3-sst authors
 * SPDX-License-Identifier: BSD-2-Clause
 * One UDP datagram from client to server, both in memory: what the network sees, what arrives. */
#include <sst.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static sst_clock now = {1000000000, 1800000000000};

static void
check(int error)
{
    if (error != SST_OK)
    {
        fprintf(stderr, "%s: %s\n", sst_error_name(error), sst_error_text(error));
        exit(1);
    }
}

/* Carries every packet that `from` wants sent over to `to`. */
static void
carry(sst_endpoint* from, sst_endpoint* to, const char* arrow)
{
    sst_action action;
    for (check(sst_poll_action(from, &action)); action.kind != SST_ACTION_NONE;
         check(sst_poll_action(from, &action)))
    {
        sst_meta meta = {action.peer, action.local, 0, 1500, action.protocol, action.mark};
        uint8_t packet[2048];
        size_t size = action.data_size;
        sst_verdict verdict;
        if (action.kind == SST_ACTION_SEND)
        {
            memcpy(packet, action.data, size);
            printf("%s %3zu bytes:", arrow, size);
            for (size_t i = 0; i < 16; i++)
            {
                printf(" %02x%s", packet[i], i < 15 ? "" : " ...\n");
            }
            check(sst_ingress(to, &meta, packet, &size, sizeof packet, &now, &verdict));
            if (verdict.outcome == SST_DELIVER)
            {
                printf("delivered to port %d: ", packet[2] << 8 | packet[3]);
                printf("%.*s\n", (int)size - 8, (const char*)packet + 8);
            }
        }
    }
}

int
main(void)
{
    sst_endpoint *client, *server;
    sst_key_pair key;
    sst_key_entry entry = {.key_id = 1, .flags = SST_KEY_EARLY_SYN};
    sst_meta meta = {{{192, 0, 2, 1}, 4}, {{192, 0, 2, 2}, 4}, 1, 1500, 17, 0};
    uint8_t datagram[2048] = "\x9c\x40\x00\x35\x00\x13\x00\x00I am hidden"; /* ports 40000, 53 */
    size_t size = 8 + strlen("I am hidden");
    sst_request request;
    sst_verdict verdict;

    check(sst_generate_key_pair(NULL, NULL, 1, SST_KEY_EARLY_SYN, now.unix_ms, &key));
    memcpy(entry.public_key, key.public_key, sizeof entry.public_key);
    check(sst_create_endpoint(NULL, &client));
    check(sst_create_endpoint(NULL, &server));
    check(sst_add_server_key(server, &key, &now));
    check(sst_provide_keys(client, NULL, &meta.peer, SST_KEYS_FOUND, &entry, 1, 0, &now));
    check(sst_request_init(&request, sizeof request)); /* sealed or not at all */
    check(sst_egress(client, &meta, &request, datagram, &size, sizeof datagram, &now, &verdict));
    carry(client, server, "client -> server"); /* INIT */
    now.monotonic_ns += 10000000;
    check(sst_tick(server, &now));
    carry(server, client, "client <- server"); /* RESP */
    carry(client, server, "client -> server"); /* DATA */
    sst_wipe(&key, sizeof key);
    sst_destroy_endpoint(client);
    sst_destroy_endpoint(server);
    return 0;
}
