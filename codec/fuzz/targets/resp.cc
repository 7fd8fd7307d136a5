// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// RESP as a packet, and its sealed part as P2: the input is the packet with P2 in clear.

#include "handshake-target.h"

using namespace sst;
using namespace sstfuzz;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size > 0)
    {
        const Reason shape = CheckResp({data, size});
        REQUIRE(IsOneOf(shape, Reason::NONE, Reason::LENGTH, Reason::RESERVED));
        REQUIRE((shape == Reason::LENGTH) == (size < 256 || size % 64 != 0));
    }
    if (size < wire::RESP_SEALED)
    {
        return 0;
    }
    const Bytes plain{data + wire::RESP_SEALED, size - wire::RESP_SEALED};
    HandshakePayload payload;
    const Reason reason = ParseP2(plain, payload);
    REQUIRE(IsPayloadReason(reason));
    if (reason != Reason::NONE)
    {
        return 0;
    }
    RequireSound(payload, plain);
    REQUIRE(payload.options.hasResetToken && payload.options.hasServerIndex);
    const std::vector<uint8_t> written = SerializeP2(payload);
    const size_t sealed = wire::RESP_SEALED + written.size() + wire::TAG_SIZE;
    REQUIRE(sealed == RespSize(payload) && sealed >= 256 && sealed % 64 == 0);
    HandshakePayload again;
    REQUIRE(ParseP2({written.data(), written.size()}, again) == Reason::NONE);
    REQUIRE(AreEqual(payload, again));
    return 0;
}
