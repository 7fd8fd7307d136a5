// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// INIT as a packet, and its sealed part as P1: the input is the packet with P1 in clear. Also
// the options alone.

#include "handshake-target.h"

using namespace sst;
using namespace sstfuzz;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const Bytes packet{data, size};
    if (size > 0)
    {
        const Reason shape = CheckInit(packet);
        REQUIRE(IsOneOf(shape,
                        Reason::NONE,
                        Reason::LENGTH,
                        Reason::VERSION,
                        Reason::SUITE,
                        Reason::RESERVED));
        REQUIRE((shape == Reason::LENGTH) == (size < 256 || size % 64 != 0));
    }
    Options options;
    REQUIRE(
        IsOneOf(ParseOptions(packet, options), Reason::NONE, Reason::OPTIONS, Reason::COVERAGE));
    if (size < wire::INIT_SEALED)
    {
        return 0;
    }
    const Bytes plain{data + wire::INIT_SEALED, size - wire::INIT_SEALED};
    HandshakePayload payload;
    const Reason reason = ParseP1(plain, payload);
    REQUIRE(IsPayloadReason(reason));
    if (reason != Reason::NONE)
    {
        return 0;
    }
    RequireSound(payload, plain);
    REQUIRE(!payload.inner.IsIcmp());
    const std::vector<uint8_t> written = SerializeP1(payload);
    const size_t sealed = wire::INIT_SEALED + written.size() + wire::TAG_SIZE;
    REQUIRE(sealed == InitSize(payload) && sealed >= 256 && sealed % 64 == 0);
    HandshakePayload again;
    REQUIRE(ParseP1({written.data(), written.size()}, again) == Reason::NONE);
    REQUIRE(AreEqual(payload, again));
    return 0;
}
