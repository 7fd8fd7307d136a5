/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

// What the codec costs, against raw libsodium in the same run: `./sst bench codec`.

#include "bench-world.h"
#include "sst/wire.h"

#include <algorithm>
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <map>
#include <sodium.h>
#include <tuple>

using namespace sstbench;

namespace
{

constexpr size_t BATCH = 32;    //!< packets of one batch call
constexpr size_t AAD_SIZE = 10; //!< of DATA: outer protocol | layout | bytes 0..7
constexpr size_t ORDER = 8192;  //!< flows visited in a fixed shuffled order

/// @return the world for these options, made once
BenchWorld&
World(size_t sessions, sst::Coverage coverage, bool checksums)
{
    static std::map<std::tuple<size_t, sst::Coverage, bool>, std::unique_ptr<BenchWorld>> worlds;
    auto& world = worlds[{sessions, coverage, checksums}];
    if (!world)
    {
        WorldOptions options;
        options.sessions = sessions;
        options.coverage = coverage;
        options.restoreChecksums = checksums;
        world = std::make_unique<BenchWorld>(options);
    }
    return *world;
}

/// @return true when every session of the world is open; else the benchmark ends with an error
bool
HasOpened(benchmark::State& state, const BenchWorld& world, size_t sessions)
{
    if (world.flows.size() == sessions)
    {
        return true;
    }
    state.SkipWithError("a handshake failed");
    return false;
}

/// @return flows in a shuffled order, the same in each run; copied, so that walking through them
///         costs the measurement no cache misses: a stack has the addresses at hand
std::vector<BenchWorld::Flow>
Shuffled(const std::vector<BenchWorld::Flow>& flows)
{
    std::vector<BenchWorld::Flow> order;
    order.reserve(std::max(flows.size(), ORDER));
    ssttest::SplitMix numbers(1);
    while (order.size() < order.capacity())
    {
        order.push_back(flows[numbers.Below(flows.size())]);
    }
    return order;
}

/// Raw libsodium: seal and open in place what a DATA packet seals, with associated data as long.
void
RawSealOpen(benchmark::State& state, size_t segment)
{
    const size_t size = segment + 1;
    std::vector<uint8_t> data(size, 0x5a);
    uint8_t key[32] = {1};
    uint8_t nonce[12] = {};
    uint8_t aad[AAD_SIZE] = {};
    uint8_t tag[16];
    uint64_t number = 0;
    for (auto _ : state)
    {
        std::memcpy(nonce + 4, &number, sizeof number);
        ++number;
        crypto_aead_chacha20poly1305_ietf_encrypt_detached(data.data(),
                                                           tag,
                                                           nullptr,
                                                           data.data(),
                                                           size,
                                                           aad,
                                                           AAD_SIZE,
                                                           nullptr,
                                                           nonce,
                                                           key);
        if (crypto_aead_chacha20poly1305_ietf_decrypt_detached(data.data(),
                                                               nullptr,
                                                               data.data(),
                                                               size,
                                                               tag,
                                                               aad,
                                                               AAD_SIZE,
                                                               nonce,
                                                               key) != 0)
        {
            state.SkipWithError("libsodium does not open what it sealed");
            return;
        }
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

/// The codec's own AEAD on the same bytes: what of a difference to libsodium is its doing.
void
AeadSealOpen(benchmark::State& state, size_t segment)
{
    const size_t size = segment + 1;
    const sst::SodiumChaChaPoly own;
    const sst::Cipher& cipher = own;
    std::vector<uint8_t> data(size, 0x5a);
    uint8_t key[32] = {1};
    uint8_t aad[AAD_SIZE] = {};
    uint8_t tag[16];
    uint64_t number = 0;
    for (auto _ : state)
    {
        ++number;
        cipher.Seal(key, number, aad, AAD_SIZE, data.data(), size, tag);
        if (!cipher.Open(key, number, aad, AAD_SIZE, data.data(), size, tag))
        {
            state.SkipWithError("the AEAD does not open what it sealed");
            return;
        }
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

/// Endpoint: Egress at one end, Ingress at the other, one packet after the other.
void
SealOpen(benchmark::State& state,
         size_t size,
         size_t sessions,
         sst::Coverage coverage,
         bool checksums)
{
    BenchWorld& world = World(sessions, coverage, checksums);
    if (!HasOpened(state, world, sessions))
    {
        return;
    }
    const std::vector<BenchWorld::Flow> order = Shuffled(world.flows);
    sst::Buffer buffer;
    BenchWorld::FillSegment(size, buffer);
    sst::Action action;
    size_t at = 0;
    for (auto _ : state)
    {
        const BenchWorld::Flow& flow = order[at];
        at = at + 1 == order.size() ? 0 : at + 1;
        const sst::Verdict sealed = world.client.Egress(flow.egress, nullptr, buffer, world.clock);
        const sst::Verdict opened = world.server.Ingress(flow.ingress, buffer, world.clock);
        if (sealed.outcome != sst::Outcome::SEND || opened.outcome != sst::Outcome::DELIVER ||
            world.client.Poll(action) || world.server.Poll(action))
        {
            state.SkipWithError(sst::ToString(opened.reason));
            return;
        }
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

/// The same by batches.
void
SealOpenBatch(benchmark::State& state,
              size_t size,
              size_t sessions,
              sst::Coverage coverage,
              bool checksums)
{
    BenchWorld& world = World(sessions, coverage, checksums);
    if (!HasOpened(state, world, sessions))
    {
        return;
    }
    const std::vector<BenchWorld::Flow> order = Shuffled(world.flows);
    std::vector<sst::Buffer> buffers(BATCH);
    std::vector<sst::BatchItem> out(BATCH);
    std::vector<sst::BatchItem> in(BATCH);
    for (size_t i = 0; i < BATCH; ++i)
    {
        BenchWorld::FillSegment(size, buffers[i]);
        out[i].buffer = &buffers[i];
        in[i].buffer = &buffers[i];
    }
    sst::Action action;
    size_t at = 0;
    for (auto _ : state)
    {
        for (size_t i = 0; i < BATCH; ++i)
        {
            const BenchWorld::Flow& flow = order[at];
            at = at + 1 == order.size() ? 0 : at + 1;
            out[i].meta = flow.egress;
            in[i].meta = flow.ingress;
        }
        world.client.EgressBatch(out.data(), BATCH, world.clock);
        world.server.IngressBatch(in.data(), BATCH, world.clock);
        for (size_t i = 0; i < BATCH; ++i)
        {
            if (out[i].verdict.outcome != sst::Outcome::SEND ||
                in[i].verdict.outcome != sst::Outcome::DELIVER)
            {
                state.SkipWithError(sst::ToString(in[i].verdict.reason));
                return;
            }
        }
        if (world.client.Poll(action) || world.server.Poll(action))
        {
            state.SkipWithError("an action where none is due");
            return;
        }
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations() * BATCH));
    state.counters["packets_per_call"] = BATCH;
}

/// One X25519 operation with a peer's point.
void
RawX25519(benchmark::State& state)
{
    uint8_t scalar[32] = {7};
    uint8_t point[32];
    uint8_t shared[32];
    crypto_scalarmult_base(point, scalar);
    for (auto _ : state)
    {
        if (crypto_scalarmult(shared, scalar, point) != 0)
        {
            state.SkipWithError("X25519 failed");
            return;
        }
        scalar[1] ^= shared[3];
    }
}

/// INIT, RESP and the first DATA of both sides, tables and all.
void
Handshake(benchmark::State& state)
{
    WorldOptions options;
    options.sessions = 0;
    auto world = std::make_unique<BenchWorld>(options);
    sst::Request request;
    request.policy = sst::Policy::REQUIRE;
    request.layout = sst::LayoutChoice::N;
    request.name = "server";
    size_t i = 0;
    for (auto _ : state)
    {
        if (!world->Open(i++, request))
        {
            state.SkipWithError("a handshake failed");
            return;
        }
        if (i % 8 == 0)
        {
            state.PauseTiming();
            world = std::make_unique<BenchWorld>(options);
            i = 0;
            state.ResumeTiming();
        }
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

/// Bytes in use by the allocator, large blocks included.
size_t
BytesInUse()
{
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

/// What open sessions and further flows on them cost at the server, tables included.
void
Memory(benchmark::State& state)
{
    constexpr size_t SESSIONS_MEASURED = 10000;
    constexpr size_t FLOWS_EACH = 6;
    for (auto _ : state)
    {
        WorldOptions options;
        options.sessions = 0;
        BenchWorld world(options);
        sst::Request request;
        request.policy = sst::Policy::REQUIRE;
        request.layout = sst::LayoutChoice::N;
        request.name = "server";
        world.flows.reserve(SESSIONS_MEASURED);
        const size_t empty = BytesInUse();
        for (size_t i = 0; i < SESSIONS_MEASURED; ++i)
        {
            if (!world.Open(i, request))
            {
                state.SkipWithError("a handshake failed");
                return;
            }
        }
        // What a session needs only for 10 s after its INIT is gone.
        world.clock.monotonicNs += 11 * sst::NS_PER_S;
        world.client.Tick(world.clock);
        world.server.Tick(world.clock);
        world.Drain();
        const size_t open = BytesInUse();
        for (size_t i = 0; i < SESSIONS_MEASURED * FLOWS_EACH; ++i)
        {
            if (!world.AddFlow(i / FLOWS_EACH, static_cast<uint16_t>(1000 + i % FLOWS_EACH)))
            {
                state.SkipWithError("a flow was refused");
                return;
            }
        }
        world.Drain();
        const size_t full = BytesInUse();
        // Both ends are in the same memory: halves.
        const double flow =
            static_cast<double>(full - open) / (2.0 * SESSIONS_MEASURED * FLOWS_EACH);
        state.counters["bytes_per_flow"] = flow;
        state.counters["bytes_per_session"] =
            static_cast<double>(open - empty) / (2.0 * SESSIONS_MEASURED) - flow;
    }
}

/// An INIT of a spoofed source above the limits: RETRY, no state, no X25519.
void
Flood(benchmark::State& state)
{
    WorldOptions options;
    options.sessions = 0;
    ssttest::SplitMixRandom random(1);
    const sst::Clock clock{1000 * sst::NS_PER_S, 1700000000000};
    sst::EndpointConfig config;
    config.initRate = 1;
    sst::Endpoint server(config, random);
    sst::KeyPair key = sst::GenerateKeyPair(random, 1, 1, clock);
    (void)server.AddServerKey(key, clock);
    std::vector<uint8_t> init(256);
    init[0] = 0x40;
    init[4] = 1;
    init[5] = 1;
    init[6] = 1;
    init[12] = 0x50;
    init[13] = 0x10;
    sst::Meta meta;
    meta.protocol = sst::PROTOCOL_TCP;
    meta.marked = true;
    meta.local = BenchWorld::AddressOf(11, 0);
    sst::Buffer buffer;
    sst::Action action;
    size_t i = 0;
    size_t retries = 0;
    for (auto _ : state)
    {
        meta.peer = BenchWorld::AddressOf(10, ++i);
        random.Fill(sst::Purpose::SECRET, init.data() + 32, 32);
        buffer.Assign(init.data(), init.size());
        (void)server.Ingress(meta, buffer, clock);
        while (server.Poll(action))
        {
            ++retries;
        }
    }
    if (retries + 8 < i || server.SessionCount() > 8)
    {
        state.SkipWithError("INITs were not answered by RETRY");
    }
    state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}

constexpr size_t SIZES[] = {64, 256, 1400, 9000};
constexpr size_t SESSIONS[] = {1, 1000, 100000};

/// Register one benchmark.
template <typename Body>
benchmark::internal::Benchmark*
Add(const std::string& name, Body body)
{
    return benchmark::RegisterBenchmark(name.c_str(), body);
}

} // namespace

int
main(int argc, char** argv)
{
    if (sodium_init() < 0)
    {
        return 1;
    }
    for (const size_t size : SIZES)
    {
        Add("raw/" + std::to_string(size),
            [=](benchmark::State& state) { RawSealOpen(state, size); });
        Add("aead/" + std::to_string(size),
            [=](benchmark::State& state) { AeadSealOpen(state, size); });
    }
    Add("x25519", RawX25519);
    Add("handshake", Handshake);
    Add("flood", Flood);
    Add("memory", Memory)->Iterations(1);
    for (const sst::Coverage coverage :
         {sst::Coverage::SEGMENT, sst::Coverage::HEADER, sst::Coverage::PORTS})
    {
        for (const bool checksums : {false, true})
        {
            for (const size_t sessions : SESSIONS)
            {
                for (const size_t size : SIZES)
                {
                    const std::string tail = std::string(sst::ToString(coverage)) + "/" +
                                             (checksums ? "checksum" : "plain") + "/" +
                                             std::to_string(sessions) + "/" + std::to_string(size);
                    Add("single/" + tail, [=](benchmark::State& state) {
                        SealOpen(state, size, sessions, coverage, checksums);
                    });
                    Add("batch/" + tail, [=](benchmark::State& state) {
                        SealOpenBatch(state, size, sessions, coverage, checksums);
                    });
                }
            }
        }
    }
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv))
    {
        return 2;
    }
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
