/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_HANDSHAKE_TARGET_H
#define SST_HANDSHAKE_TARGET_H

#include "fuzz-target.h"
#include "sst/message.h"

namespace sstfuzz
{

/// What must hold of a payload of INIT or RESP that was accepted. `plain` is what was parsed.
inline void
RequireSound(const sst::HandshakePayload& payload, sst::Bytes plain)
{
    REQUIRE(LiesWithin(payload.segment.data, payload.segment.size, plain.data, plain.size));
    REQUIRE(payload.options.coverage <= sst::Coverage::PORTS);
    REQUIRE(payload.inner.type == payload.type);
    REQUIRE(payload.inner.IsTransport() || payload.inner.IsIcmp() ||
            payload.type == sst::PROTOCOL_NONE);
    if (payload.inner.IsTransport())
    {
        REQUIRE(payload.inner.segment.headerSize + payload.inner.segment.payloadSize ==
                payload.segment.size);
        REQUIRE(sst::IsChecksumZero(payload.type, payload.segment.data));
    }
}

/// Whether two payloads say the same.
inline bool
AreEqual(const sst::HandshakePayload& a, const sst::HandshakePayload& b)
{
    return a.status == b.status && a.timeMs == b.timeMs && a.type == b.type &&
           a.options.hasResetToken == b.options.hasResetToken &&
           a.options.resetToken == b.options.resetToken &&
           a.options.coverage == b.options.coverage &&
           a.options.hasServerIndex == b.options.hasServerIndex &&
           a.options.serverIndex == b.options.serverIndex && a.segment.size == b.segment.size &&
           (a.segment.size == 0 ||
            std::memcmp(a.segment.data, b.segment.data, a.segment.size) == 0);
}

/// What ParseP1 and ParseP2 may say.
inline bool
IsPayloadReason(sst::Reason reason)
{
    return IsOneOf(reason,
                   sst::Reason::NONE,
                   sst::Reason::LENGTH,
                   sst::Reason::OPTIONS,
                   sst::Reason::COVERAGE,
                   sst::Reason::INNER_TYPE,
                   sst::Reason::INNER_LENGTH,
                   sst::Reason::INNER_CHECKSUM);
}

} // namespace sstfuzz

#endif // SST_HANDSHAKE_TARGET_H
