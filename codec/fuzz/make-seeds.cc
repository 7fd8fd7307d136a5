// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Writes the seeds of the fuzz targets, from real packets of two endpoints:
//     sst-fuzz-seeds FOLDER
// The same ones each time.

#include "fuzz-kit.h"
#include "sst/ctrl-packet.h"
#include "sst/key-file.h"
#include "sst/message.h"
#include "sst/udp-shell.h"

#include <filesystem>
#include <fstream>

using namespace sstfuzz;

namespace
{

std::filesystem::path g_folder;

void
Write(const std::string& target, const std::string& name, const Bytes& bytes)
{
    std::filesystem::create_directories(g_folder / target);
    std::ofstream file(g_folder / target / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

Bytes
Join(std::initializer_list<Bytes> parts)
{
    Bytes out;
    for (const Bytes& part : parts)
    {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

Bytes
Text(const std::string& text)
{
    return {text.begin(), text.end()};
}

void
KeyValues()
{
    for (size_t count = 1; count <= 4; count++)
    {
        std::vector<sst::KeyEntry> entries(count);
        for (size_t i = 0; i < count; i++)
        {
            entries[i].keyId = static_cast<uint8_t>(i);
            entries[i].flags = static_cast<uint8_t>(i * 5);
            entries[i].notAfter = static_cast<uint32_t>(i * 1800000000);
            entries[i].publicKey[0] = static_cast<uint8_t>(9 + i);
        }
        const Bytes value = sst::SerializeKeyValue(entries);
        const std::string name = std::to_string(count);
        Write("key-value", "entries-" + name, value);
        Write("key-value", "cut-" + name, Bytes(value.begin(), value.end() - 1));
        Write("key-value", "skipped-" + name, Join({{3, 2, 1, 1}, value}));
        Write("key-value", "suite-" + name, Join({{4, 1, 9, 77, 0}, value}));
    }
    Write("key-value", "duplicate", Join({{3, 1, 9, 7, 3, 1, 9, 7}}));
}

void
KeyFiles()
{
    Dice dice(5);
    DiceRandom random(5);
    for (uint8_t flags : {0, 1, 15})
    {
        sst::KeyFile file;
        file.pair = sst::GenerateKeyPair(random, flags, flags, {0, 1800000000000});
        file.notAfter = flags * 1000U;
        const std::string text = sst::PrintKeyFile(file);
        Write("key-file", "flags-" + std::to_string(flags), Text(text));
        Write("key-file", "comment-" + std::to_string(flags), Text(text + "\n# end\n"));
    }
    Write("key-file", "version", Text("sst-key 2\n"));
}

/// P1 and P2 with and without options and segments, behind the headers of their packets.
void
Handshakes()
{
    int serial = 0;
    for (uint8_t protocol : {6, 17, 59})
    {
        for (int options = 0; options < 4; options++)
        {
            sst::HandshakePayload payload;
            payload.timeMs = 1800000000000;
            payload.type = protocol;
            Bytes segment = protocol == 59 ? Bytes() : Segment(protocol, 1000, 443, 2, 10);
            if (protocol != 59)
            {
                sst::ZeroChecksum(protocol, segment.data());
            }
            payload.segment = {segment.data(), segment.size()};
            payload.options.coverage = static_cast<sst::Coverage>(options % 3);
            payload.options.hasResetToken = options != 1;
            payload.options.hasServerIndex = options != 2;
            payload.options.serverIndex = 0x1234567;
            Bytes init(sst::wire::INIT_SEALED);
            sst::wire::StoreTypeIndex(init.data(), sst::wire::Type::INIT, 77);
            init[4] = init[5] = 1;
            Bytes resp(sst::wire::RESP_SEALED);
            sst::wire::StoreTypeIndex(resp.data(), sst::wire::Type::RESP, 77);
            const std::string name = std::to_string(serial++);
            const Bytes tag(16);
            Write("init", name, Join({init, sst::SerializeP1(payload), tag}));
            Write("resp", name, Join({resp, sst::SerializeP2(payload), tag}));
            Write("init", "bare-" + name, Join({init, sst::SerializeP1(payload)}));
            Write("resp", "bare-" + name, Join({resp, sst::SerializeP2(payload)}));
        }
    }
    Write("init", "options", {1, 2, 0, 0, 3, 1, 2, 9, 0});
}

void
Ctrl()
{
    const sst::PublicKey server{1, 2, 3};
    const Bytes e(32, 5);
    const sst::Token token{1};
    const sst::RetryPacket retry = sst::MakeRetry(99, token, server, e.data());
    const sst::ResetPacket reset = sst::MakeReset(99, token);
    Write("ctrl", "retry", Join({e, Bytes(retry.begin(), retry.end())}));
    Write("ctrl", "reset", Join({e, Bytes(reset.begin(), reset.end())}));
    Bytes other(reset.begin(), reset.end());
    other[5] = 3;
    Write("ctrl", "unknown", Join({e, other}));
}

/// An ICMP error about a packet that begins with `quoted`.
Bytes
Error(bool v6, uint8_t protocol, const Bytes& quoted)
{
    Bytes message(v6 ? 48 : 28);
    message[0] = v6 ? 2 : 3;
    message[1] = v6 ? 0 : 4;
    message[6] = 5;
    message[8] = v6 ? 0x60 : 0x45;
    message[v6 ? 14 : 17] = protocol;
    message[v6 ? 31 : 23] = 1;
    message[v6 ? 47 : 27] = 2;
    return Join({message, quoted});
}

void
Segments()
{
    int serial = 0;
    for (uint8_t v6 : {0, 1})
    {
        for (uint8_t protocol : {6, 17})
        {
            for (size_t payload : {0, 1, 40})
            {
                Bytes segment = Segment(protocol, 1000, 443, 18, payload);
                const Bytes addresses(v6 != 0 ? 32 : 8, 0x20);
                const std::string name = std::to_string(serial++);
                const auto choice =
                    static_cast<uint8_t>((protocol == 6 ? 0 : 1) | (v6 != 0 ? 0x80 : 0));
                Write("segment", name, Join({{choice}, addresses, segment}));
                const Bytes own(v6 != 0 ? 36 : 12, 0x33);
                Write("icmp-quote", name, Join({{v6}, own, Error(v6 != 0, protocol, segment)}));
                sst::Buffer shell;
                shell.Assign(segment.data(), segment.size());
                sst::AddUdpShell({50000, 4433}, Address(1, v6), Address(2, v6), shell);
                Write("udp-shell",
                      name,
                      Join({{v6}, addresses, Bytes(shell.Data(), shell.Data() + shell.Size())}));
                for (uint8_t choices : {0, 3, 4, 5, 128, 131, 132, 6})
                {
                    sst::ZeroChecksum(protocol, segment.data());
                    Write("data",
                          name + "-" + std::to_string(choices),
                          Join({{choices, 5}, segment, {protocol, 0}}));
                }
            }
        }
    }
    Write("data", "icmp", Join({{0, 0}, Error(false, 6, Bytes(8, 1)), {1}}));
    Write("data", "zeros", Bytes(40));
}

/// Sequences a person would play: see endpoint.cc for the numbers.
void
Endpoints()
{
    // what, host, flow, request, payload, flags of TCP
    const Bytes syn{0, 0, 0, 2, 0, 2};
    const Bytes carry{9, 0};
    const Bytes synAck{0, 1, 6, 0x80, 0, 18}; // host 1: other = (1 + 1 + 1) % 3 = 0, back
    const Bytes ack{0, 0, 0, 0x80, 0, 16};
    const Bytes data{0, 0, 0, 0x80, 30, 24};
    const Bytes pass{10, 0, 2};
    const Bytes up = Join({syn, carry, synAck, carry, ack, carry});
    Write("endpoint", "tcp", Join({{0, 0x0f}, up, data, carry, pass}));
    Write("endpoint", "tcp6", Join({{1, 0x0f}, up, data, carry, pass}));
    Write("endpoint", "replay", Join({{0, 0x0f}, up, data, carry, carry, {5, 0, 0}, {6, 0, 1}}));
    Write("endpoint", "loss", Join({{0, 0x0f}, syn, {10, 0, 4}, {10, 0, 5}, {10, 0, 7}, carry}));
    Write("endpoint", "no-key", Join({{0, 0x3f}, syn, {11, 0, 1}, {10, 0, 9}}));
    Write("endpoint", "late-key", Join({{0, 0x3f}, syn, {11, 0, 0}, carry, synAck, carry}));
    Write("endpoint", "epoch", Join({{0, 0x0f}, up, {13, 0, 1, 0, 0, 0}, data, carry, pass}));
    Write("endpoint", "time", Join({{0, 0x0f}, up, {10, 0, 13}, data, carry, {10, 0, 7}}));
    Write("endpoint", "dummy", Join({{0, 0x0f}, up, {14, 0, 1, 0}, carry}));
    Write("endpoint", "changed", Join({{0, 0x0f}, up, data, {8, 0, 3, 3, 0, 9, 255}}));
    Write("endpoint", "udp-shell", Join({{0, 0x0f}, {0, 0, 0, 0x42, 0, 2}, carry, synAck, carry}));
    Write("endpoint", "udp", Join({{0, 0x0f}, {0, 0, 1, 0x12, 20, 0}, carry, {10, 0, 2}, carry}));
    Write("endpoint",
          "reset",
          Join({{0, 0x0f}, up, {15, 1, 5}, {10, 1, 15}, data, carry, carry, pass}));
    Bytes flood{0, 0x0f};
    for (uint8_t port = 0; port < 4; port++)
    {
        for (uint8_t host : {0, 2})
        {
            const auto flow = static_cast<uint8_t>(port << 3 | (host == 2 ? 4 : 0));
            flood =
                Join({flood, {0, host, flow, static_cast<uint8_t>(2 | port << 2), 0, 2}, carry});
        }
    }
    Write("endpoint", "flood", Join({flood, carry, pass}));
}

} // namespace

int
main(int argc, char** argv)
{
    if (argc != 2)
    {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    g_folder = argv[1];
    KeyValues();
    KeyFiles();
    Handshakes();
    Ctrl();
    Segments();
    Endpoints();
    return 0;
}
