// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "test-c.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace ssttest
{

CEndpoint
Create(const sst_config* config)
{
    sst_endpoint* endpoint = nullptr;
    EXPECT_EQ(sst_create_endpoint(config, &endpoint), SST_OK);
    return CEndpoint(endpoint, sst_destroy_endpoint);
}

sst_config
Config()
{
    sst_config config;
    EXPECT_EQ(sst_config_init(&config, sizeof config), SST_OK);
    return config;
}

sst_request
Request()
{
    sst_request request;
    EXPECT_EQ(sst_request_init(&request, sizeof request), SST_OK);
    return request;
}

sst_key_pair
Key(uint8_t keyId, uint8_t flags)
{
    sst_key_pair key;
    EXPECT_EQ(sst_generate_key_pair(nullptr, nullptr, keyId, flags, CLOCK.unix_ms, &key), SST_OK);
    return key;
}

sst_key_entry
Entry(const sst_key_pair& key)
{
    sst_key_entry entry{};
    std::copy_n(key.public_key, 32, entry.public_key);
    entry.key_id = key.key_id;
    entry.flags = key.flags;
    return entry;
}

std::vector<uint8_t>
Datagram(size_t size)
{
    std::vector<uint8_t> bytes(size, 0x61);
    const uint8_t header[8] =
        {0x9c, 0x40, 0x01, 0xbb, static_cast<uint8_t>(size >> 8), static_cast<uint8_t>(size), 0, 0};
    std::copy_n(header, 8, bytes.begin());
    return bytes;
}

sst_meta
EgressMeta()
{
    return {CLIENT, SERVER, 1, 1500, 17, 0};
}

int
Send(sst_endpoint* endpoint,
     const sst_request* request,
     size_t segmentSize,
     size_t capacity,
     sst_verdict* verdict,
     const sst_clock& clock)
{
    std::vector<uint8_t> data = Datagram(segmentSize);
    data.resize(std::max(capacity, segmentSize));
    size_t size = segmentSize;
    sst_verdict ignored;
    const sst_meta meta = EgressMeta();
    return sst_egress(endpoint,
                      &meta,
                      request,
                      data.data(),
                      &size,
                      capacity,
                      &clock,
                      verdict != nullptr ? verdict : &ignored);
}

CPair::CPair()
{
    const sst_key_pair key = Key();
    const sst_key_entry entry = Entry(key);
    EXPECT_EQ(sst_add_server_key(server.get(), &key, &clock), SST_OK);
    EXPECT_EQ(
        sst_provide_keys(client.get(), nullptr, &SERVER, SST_KEYS_FOUND, &entry, 1, 0, &clock),
        SST_OK);
}

size_t
CPair::Run()
{
    size_t delivered = 0;
    for (int round = 0; round < 6; round++)
    {
        delivered += Carry(client.get(), server.get());
        clock.monotonic_ns += 10 * uint64_t{1000000};
        EXPECT_EQ(sst_tick(server.get(), &clock), SST_OK);
        delivered += Carry(server.get(), client.get());
    }
    return delivered;
}

size_t
CPair::Carry(sst_endpoint* from, sst_endpoint* to)
{
    size_t delivered = 0;
    sst_action action;
    while (sst_poll_action(from, &action) == SST_OK && action.kind != SST_ACTION_NONE)
    {
        if (action.kind == SST_ACTION_SEND)
        {
            const sst_meta meta{action.peer, action.local, 0, 1500, action.protocol, action.mark};
            std::vector<uint8_t> packet(action.data, action.data + action.data_size);
            packet.resize(sst_ingress_capacity(action.data_size));
            size_t size = action.data_size;
            sst_verdict verdict;
            EXPECT_EQ(sst_ingress(to, &meta, packet.data(), &size, packet.size(), &clock, &verdict),
                      SST_OK);
            delivered += verdict.outcome == SST_DELIVER ? 1 : 0;
        }
    }
    return delivered;
}

} // namespace ssttest
