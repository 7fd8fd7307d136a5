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

/**
 * @param w where to write the question for the address of a name that no host of a scenario has
 */
void
WriteQuestion(SstByteWriter& w)
{
    for (const auto& label : {"www", "example", "net"})
    {
        w.Begin(1).Text(label).End();
    }
    w.U8(0).U16(1).U16(1); // root, type A, class IN
}

/**
 * @param w where to write the OPT record (RFC 6891 6.1.2): 1232 bytes, version 0, no options
 */
void
WriteOpt(SstByteWriter& w)
{
    w.U8(0).U16(41).U16(1232).U32(0).U16(0);
}

} // namespace

Ptr<SstServiceScript>
SstServiceBuilders::Dns(const SstServiceParameters& p)
{
    auto script = Create<SstServiceScript>("dns", 17, 53);
    const uint64_t seed = SstServiceContent::DeriveSeed("dns", 0, p.seed);
    const auto id = static_cast<uint16_t>(seed);

    SstByteWriter query;
    query.U16(id).U16(0x0100).U16(1).U16(0).U16(0).U16(1); // recursion desired
    WriteQuestion(query);
    WriteOpt(query);
    script->AddStep(SstServiceSide::CLIENT, SstServiceMessage().Add(query.Get()));

    SstByteWriter answer;
    answer.U16(id).U16(0x8180).U16(1).U16(1).U16(0).U16(1); // recursion desired and available
    WriteQuestion(answer);
    answer.U16(0xc00c).U16(1).U16(1).U32(300); // the name of the question, type A, class IN, TTL
    answer.Begin(2).U8(198).U8(51).U8(100).U8(static_cast<uint8_t>(seed >> 16)).End();
    WriteOpt(answer);
    script->AddStep(SstServiceSide::SERVER, SstServiceMessage().Add(answer.Get()));
    return script;
}

} // namespace ns3
