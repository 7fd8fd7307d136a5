// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Feeds random and mutated values to the C interface and to the reader of key files:
//     sst-interface-fuzz COUNT SEED
// No call may end with SST_E_INTERNAL, and none may write beyond the memory it was given.

#include "fuzz-kit.h"
#include "sst.h"

using namespace sstfuzz;

namespace
{

/// Ends the program unless \p holds.
void
Demand(bool holds, const char* what)
{
    if (!holds)
    {
        std::fprintf(stderr, "%s\n", what);
        std::abort();
    }
}

void
FuzzKeyFile(uint64_t count, Dice& dice)
{
    Tally tally;
    sst_key_pair key;
    Demand(sst_generate_key_pair(nullptr, nullptr, 3, 5, 1800000000000, &key) == SST_OK, "key");
    Bytes good(1024);
    size_t size = good.size();
    Demand(sst_print_key_file(&key, 0, reinterpret_cast<char*>(good.data()), &size) == SST_OK,
           "key file");
    good.resize(size - 1);
    for (uint64_t i = 0; i < count; i++)
    {
        const Bytes text = i % 4 == 0   ? dice.Fill(dice.Below(400))
                           : i % 4 == 1 ? good
                                        : dice.Mutate(good);
        const char* problem = nullptr;
        const int error = sst_parse_key_file(reinterpret_cast<const char*>(text.data()),
                                             text.size(),
                                             &key,
                                             nullptr,
                                             &problem,
                                             nullptr);
        Demand(error == SST_OK || error == SST_E_KEY_FILE, "key file: unexpected error");
        tally.counts[problem]++;
    }
    tally.Print("key-file", count);
}

/// \return a struct of random bytes, or one that makes sense
sst_meta
RandomMeta(Dice& dice)
{
    sst_meta meta{{{10, 0, 0, 1}, 4}, {{10, 0, 0, 2}, 4}, dice.Below(3), 1500, 6, 1};
    switch (dice.Below(8))
    {
    case 0: {
        const Bytes bytes = dice.Fill(sizeof meta);
        std::memcpy(&meta, bytes.data(), sizeof meta);
        break;
    }
    case 1:
        meta.local.length = meta.peer.length = 16;
        meta.protocol = dice.Below(2) ? 17 : 58;
        break;
    default:
        meta.mtu = dice.Below(2) ? 1500 : static_cast<uint32_t>(dice.Below(70000));
        meta.protocol = dice.Below(2) ? 6 : 17;
        meta.marked = static_cast<uint8_t>(dice.Below(2));
        break;
    }
    return meta;
}

sst_request
RandomRequest(Dice& dice)
{
    sst_request request;
    Demand(sst_request_init(&request, sizeof request) == SST_OK, "request");
    request.policy = static_cast<uint8_t>(dice.Below(dice.Below(8) ? 4 : 9));
    request.layout = static_cast<uint8_t>(dice.Below(3));
    request.padding = static_cast<uint8_t>(dice.Below(3));
    request.padding_multiple = static_cast<uint16_t>(dice.Below(8) ? 64 : dice.Below(1100));
    request.early_udp = static_cast<uint8_t>(dice.Below(2));
    request.name = dice.Below(2) ? "www.example" : nullptr;
    return request;
}

/// \return a SYN or a datagram of one of a few flows
Bytes
RandomSegment(uint8_t protocol, Dice& dice)
{
    Bytes segment(protocol == 6 ? 20 : 8 + dice.Below(300));
    segment[0] = 0x9c;
    segment[1] = static_cast<uint8_t>(dice.Below(8));
    segment[3] = 53;
    if (protocol == 6)
    {
        segment[12] = 0x50;
        segment[13] = 0x02;
    }
    else
    {
        segment[4] = static_cast<uint8_t>(segment.size() >> 8);
        segment[5] = static_cast<uint8_t>(segment.size());
    }
    return segment;
}

/// An endpoint that is server and client at once.
sst_endpoint*
MakeEndpoint(const sst_key_pair& key, const sst_clock& clock)
{
    sst_endpoint* endpoint = nullptr;
    Demand(sst_create_endpoint(nullptr, &endpoint) == SST_OK, "endpoint");
    Demand(sst_add_server_key(endpoint, &key, &clock) == SST_OK, "server key");
    sst_key_entry entry{};
    std::copy_n(key.public_key, 32, entry.public_key);
    entry.key_id = key.key_id;
    entry.flags = key.flags;
    for (const char* name : {"www.example", static_cast<const char*>(nullptr)})
    {
        const sst_address peer{{10, 0, 0, 2}, 4};
        Demand(sst_provide_keys(endpoint, name, &peer, SST_KEYS_FOUND, &entry, 1, 7000, &clock) ==
                   SST_OK,
               "keys");
    }
    return endpoint;
}

void
FuzzPackets(uint64_t count, Dice& dice)
{
    constexpr size_t EVERY = 512; // calls to one endpoint
    Tally tally;
    sst_clock clock{1, 1800000000000};
    sst_key_pair key;
    Demand(sst_generate_key_pair(nullptr, nullptr, 1, 7, clock.unix_ms, &key) == SST_OK, "key");
    sst_endpoint* endpoint = nullptr;
    Bytes last;
    for (uint64_t i = 0; i < count; i++)
    {
        if (i % EVERY == 0)
        {
            sst_destroy_endpoint(endpoint);
            endpoint = MakeEndpoint(key, clock);
        }
        clock.monotonic_ns += dice.Below(SECOND / 64);
        const sst_meta meta = RandomMeta(dice);
        const sst_request request = RandomRequest(dice);
        const bool ingress = dice.Below(2) != 0;
        Bytes content = dice.Fill(dice.Below(300));
        if (ingress && !last.empty() && dice.Below(4) != 0)
        {
            content = dice.Below(2) ? last : dice.Mutate(last);
        }
        else if (!ingress && dice.Below(4) != 0)
        {
            content = RandomSegment(meta.protocol, dice);
        }
        size_t size = content.size();
        Bytes data(dice.Below(4) ? std::max<size_t>(size + 256, 9000) : size + 1);
        std::copy(content.begin(), content.end(), data.begin());
        sst_verdict verdict{};
        const int error =
            ingress
                ? sst_ingress(endpoint, &meta, data.data(), &size, data.size(), &clock, &verdict)
                : sst_egress(endpoint,
                             &meta,
                             dice.Below(3) ? &request : nullptr,
                             data.data(),
                             &size,
                             data.size(),
                             &clock,
                             &verdict);
        Demand(error == SST_OK || error == SST_E_VALUE || error == SST_E_SPACE,
               sst_error_name(error));
        tally.counts[error == SST_OK ? sst_outcome_name(verdict.outcome) : sst_error_name(error)]++;
        sst_action action;
        do
        {
            Demand(sst_poll_action(endpoint, &action) == SST_OK, "poll");
            if (action.kind == SST_ACTION_SEND)
            {
                last.assign(action.data, action.data + action.data_size);
            }
        } while (action.kind != SST_ACTION_NONE);
        Demand(sst_tick(endpoint, &clock) == SST_OK, "tick");
    }
    sst_destroy_endpoint(endpoint);
    tally.Print("c-interface", count);
}

} // namespace

int
main(int argc, char** argv)
{
    const uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100000;
    const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    if (argc > 3 || count == 0)
    {
        std::fprintf(stderr, "usage: %s COUNT SEED, both decimal, COUNT at least 1\n", argv[0]);
        return 2;
    }
    Dice dice(seed);
    FuzzKeyFile(count, dice);
    FuzzPackets(count, dice);
    return 0;
}
