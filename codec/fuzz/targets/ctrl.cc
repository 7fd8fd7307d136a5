// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// RETRY and RESET. The first 32 bytes of the input are the e of an INIT, the rest is the packet.

#include "fuzz-target.h"
#include "sst/ctrl-packet.h"

using namespace sst;
using namespace sstfuzz;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < wire::POINT_SIZE + 1)
    {
        return 0;
    }
    const uint8_t* e = data;
    const Bytes packet{data + wire::POINT_SIZE, size - wire::POINT_SIZE};
    const Reason shape = CheckCtrl(packet);
    REQUIRE(IsOneOf(shape,
                    Reason::NONE,
                    Reason::LENGTH,
                    Reason::VERSION,
                    Reason::RESERVED,
                    Reason::CTRL_UNKNOWN));
    if (shape != Reason::NONE)
    {
        return 0;
    }
    REQUIRE(packet.size == 48 || packet.size == 32);
    static const PublicKey server{1, 2, 3};
    const uint32_t index = wire::IndexOf(packet.data);
    const Token token = CtrlToken(packet);
    REQUIRE(AreEqualTokens(token, token));
    if (packet.size == 32)
    {
        const ResetPacket reset = MakeReset(index, token);
        REQUIRE(CheckCtrl({reset.data(), reset.size()}) == Reason::NONE);
        REQUIRE(CtrlToken({reset.data(), reset.size()}) == token);
        return 0;
    }
    const RetryPacket good = MakeRetry(index, token, server, e);
    REQUIRE(CheckCtrl({good.data(), good.size()}) == Reason::NONE);
    REQUIRE(IsRetryAuthentic({good.data(), good.size()}, server, e));
    // The packet is authentic exactly when it is that one, the guard aside.
    std::array<uint8_t, wire::CTRL_RETRY_SIZE> given;
    std::memcpy(given.data(), packet.data, given.size());
    wire::StoreGuard(given.data());
    REQUIRE(IsRetryAuthentic(packet, server, e) == (given == good));
    return 0;
}
