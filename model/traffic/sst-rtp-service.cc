/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/sst-byte-writer.h"
#include "ns3/sst-service-builders.h"

namespace ns3
{

namespace
{

/// Time between two packets of the stream: "The default packetization interval ... 20 ms"
/// (RFC 3551 4.2).
constexpr int64_t INTERVAL_MS = 20;

/// Samples of PCMU in a packet, a byte each: 20 ms at 8000 Hz (RFC 3551 4.5.14).
constexpr uint32_t SAMPLES = 160;

/// Share of the datagrams that make a stream of use.
constexpr double NEEDED = 0.95;

/**
 * @param seed seed of the source: first sequence number, first timestamp, SSRC, sound
 * @param index number of the packet in the stream
 * @return an RTP packet of version 2, payload type 0 (PCMU), 172 bytes
 */
SstServiceMessage
MakePacket(uint64_t seed, uint32_t index)
{
    SstByteWriter w;
    // "the first packet after a silent period ... SHOULD have the marker bit set" (RFC 3551 4.1)
    w.U8(0x80).U8(index == 0 ? 0x80 : 0x00);
    w.U16(static_cast<uint16_t>(seed + index));
    w.U32(static_cast<uint32_t>(seed >> 16) + index * SAMPLES);
    w.U32(static_cast<uint32_t>(seed >> 32));
    SstServiceMessage message;
    message.Add(w.Get());
    message.AddContent(SstServiceContent::BINARY, seed + index, SAMPLES);
    return message;
}

} // namespace

Ptr<SstServiceScript>
SstServiceBuilders::Rtp(const SstServiceParameters& p)
{
    auto script = Create<SstServiceScript>("rtp", 17, 5004);
    // The client's own first packet asks for the stream (symmetric RTP, RFC 4961).
    const uint64_t clientSeed = SstServiceContent::DeriveSeed("rtp client", p.datagrams, p.seed);
    script->AddStep(SstServiceSide::CLIENT, MakePacket(clientSeed, 0));

    const uint64_t serverSeed = SstServiceContent::DeriveSeed("rtp server", p.datagrams, p.seed);
    for (uint32_t i = 0; i < p.datagrams; ++i)
    {
        script->AddStep(SstServiceSide::SERVER,
                        MakePacket(serverSeed, i),
                        SstServiceScript::AFTER_PEER,
                        i == 0 ? Time(0) : MilliSeconds(INTERVAL_MS));
    }
    script->SetNeeded(NEEDED);
    return script;
}

} // namespace ns3
