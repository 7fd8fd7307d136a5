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
        // Large worlds do not stay: memory that is not measured would still be in the caches' way.
        WorldOptions options;
        options.sessions = sessions;
        options.coverage = coverage;
        options.restoreChecksums = checksums;
        world = std::make_unique<BenchWorld>(options);
    }
    return *world;
}

/// @return flows in a shuffled order, the same in each run
std::vector<size_t>
Shuffled(size_t flows)
{
    std::vector<size_t> order(std::max(flows, ORDER));
    BenchRandom random;
    for (size_t& at : order)
    {
        uint64_t word;
        random.Fill(sst::Purpose::SECRET, reinterpret_cast<uint8_t*>(&word), sizeof word);
        at = word % flows;
    }
    return order;
}

/// Raw libsodium: seal and open in place what a DATA packet seals, with associated data as long.
void
RawSealOpen(benchmark::State& state)
{
    const auto size = static_cast<size_t>(state.range(0)) + 1;
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
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * state.range(0));
}

/// Endpoint: Egress at one end, Ingress at the other, one packet after the other.
void
SealOpen(benchmark::State& state, sst::Coverage coverage, bool checksums)
{
    const auto size = static_cast<size_t>(state.range(0));
    const auto sessions = static_cast<size_t>(state.range(1));
    BenchWorld& world = World(sessions, coverage, checksums);
    if (world.flows.size() != sessions)
    {
        state.SkipWithError("a handshake failed");
        return;
    }
    const std::vector<size_t> order = Shuffled(sessions);
    sst::Buffer buffer;
    world.FillSegment(0, size, buffer);
    sst::Action action;
    size_t at = 0;
    for (auto _ : state)
    {
        const BenchWorld::Flow& flow = world.flows[order[at]];
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
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * state.range(0));
}

/// The same by batches of 32.
void
SealOpenBatch(benchmark::State& state, sst::Coverage coverage, bool checksums)
{
    const auto size = static_cast<size_t>(state.range(0));
    const auto sessions = static_cast<size_t>(state.range(1));
    BenchWorld& world = World(sessions, coverage, checksums);
    if (world.flows.size() != sessions)
    {
        state.SkipWithError("a handshake failed");
        return;
    }
    const std::vector<size_t> order = Shuffled(sessions);
    std::vector<sst::Buffer> buffers(BATCH);
    std::vector<sst::BatchItem> out(BATCH);
    std::vector<sst::BatchItem> in(BATCH);
    for (size_t i = 0; i < BATCH; ++i)
    {
        world.FillSegment(0, size, buffers[i]);
        out[i].buffer = &buffers[i];
        in[i].buffer = &buffers[i];
    }
    sst::Action action;
    size_t at = 0;
    for (auto _ : state)
    {
        for (size_t i = 0; i < BATCH; ++i)
        {
            const BenchWorld::Flow& flow = world.flows[order[at]];
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
    state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * BATCH) * state.range(0));
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

constexpr int64_t SIZES[] = {64, 256, 1400, 9000};
constexpr int64_t SESSIONS[] = {1, 1000, 100000};

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
    for (const int64_t size : SIZES)
    {
        Add("raw/" + std::to_string(size), RawSealOpen)->Arg(size);
    }
    Add("x25519", RawX25519);
    Add("handshake", Handshake);
    for (const sst::Coverage coverage :
         {sst::Coverage::SEGMENT, sst::Coverage::HEADER, sst::Coverage::PORTS})
    {
        for (const bool checksums : {false, true})
        {
            for (const int64_t sessions : SESSIONS)
            {
                for (const int64_t size : SIZES)
                {
                    const std::string tail = std::string(sst::ToString(coverage)) + "/" +
                                             (checksums ? "checksum" : "plain") + "/" +
                                             std::to_string(sessions) + "/" + std::to_string(size);
                    Add("single/" + tail, [=](benchmark::State& state) {
                        SealOpen(state, coverage, checksums);
                    })->Args({size, sessions});
                    Add("batch/" + tail, [=](benchmark::State& state) {
                        SealOpenBatch(state, coverage, checksums);
                    })->Args({size, sessions});
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
