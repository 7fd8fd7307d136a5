/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_MESSAGE_H
#define SST_MESSAGE_H

#include "sst/hash.h"
#include "sst/reason.h"
#include "sst/segment.h"
#include "sst/types.h"
#include "sst/wire.h"

#include <array>
#include <vector>

/**
 * @file
 * INIT, RESP and CTRL: shape checks on the packet, payloads P1 and P2 inside.
 */

namespace sst
{

using Token = std::array<uint8_t, wire::TOKEN_SIZE>; //!< RETRY and reset tokens

/// Options of P1 and P2 known here.
struct Options
{
    bool hasResetToken{false};            //!< type 1
    Token resetToken{};                   //!< its value
    Coverage coverage{Coverage::SEGMENT}; //!< type 3, absent = segment
    bool hasServerIndex{false};           //!< type 5
    uint32_t serverIndex{0};              //!< its value, 30 bits
};

/**
 * @param options the option bytes
 * @param out filled
 * @return NONE; OPTIONS for types not ascending, a value past the end, a known one of wrong length;
 *         COVERAGE for an unknown coverage
 */
[[nodiscard]] Reason ParseOptions(Bytes options, Options& out);

/// P1 and P2.
struct HandshakePayload
{
    uint8_t status{0};  //!< P2 only
    uint64_t timeMs{0}; //!< Unix time of the sender
    Options options;    //!< what is written: type 1 and 5 when present, type 3 unless `segment`
    uint8_t type{PROTOCOL_NONE}; //!< inner type
    Bytes segment{nullptr, 0};   //!< inner segment, checksum zero
    InnerView inner;             //!< of the segment, filled when parsed
};

/**
 * @param plain opened P1
 * @param out filled; `segment` points into `plain`
 * @return NONE, or why it is refused; ICMP types are refused here
 */
[[nodiscard]] Reason ParseP1(Bytes plain, HandshakePayload& out);

/**
 * @param plain opened P2
 * @param out filled; `segment` points into `plain`
 * @return NONE, or why it is refused; OPTIONS where a mandatory one is missing
 */
[[nodiscard]] Reason ParseP2(Bytes plain, HandshakePayload& out);

/// @return bytes of the INIT packet that carries the payload, padded
size_t InitSize(const HandshakePayload& payload);

/// @return bytes of the RESP packet that carries the payload, padded
size_t RespSize(const HandshakePayload& payload);

/// @return P1, padded to an INIT packet of InitSize bytes
std::vector<uint8_t> SerializeP1(const HandshakePayload& payload);

/// @return P2, padded to a RESP packet of RespSize bytes
std::vector<uint8_t> SerializeP2(const HandshakePayload& payload);

/// @return NONE, LENGTH, VERSION, SUITE or RESERVED for a packet with T=01
[[nodiscard]] Reason CheckInit(Bytes packet);

/// @return NONE, LENGTH or RESERVED for a packet with T=10
[[nodiscard]] Reason CheckResp(Bytes packet);

/// @return NONE, LENGTH, VERSION, RESERVED, or CTRL_UNKNOWN for an unknown sub, with T=11
[[nodiscard]] Reason CheckCtrl(Bytes packet);

} // namespace sst

#endif /* SST_MESSAGE_H */
