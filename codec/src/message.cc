/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/message.h"

#include <algorithm>
#include <cstring>

namespace sst
{

namespace
{

/// @return bytes of the options as SerializeOptions writes them
size_t
OptionsSize(const Options& options)
{
    size_t size = 0;
    if (options.hasResetToken)
    {
        size += wire::OPTION_HEADER_SIZE + wire::OPTION_RESET_TOKEN_SIZE;
    }
    if (options.coverage != Coverage::SEGMENT)
    {
        size += wire::OPTION_HEADER_SIZE + wire::OPTION_COVERAGE_SIZE;
    }
    if (options.hasServerIndex)
    {
        size += wire::OPTION_HEADER_SIZE + wire::OPTION_SERVER_INDEX_SIZE;
    }
    return size;
}

/// Append one option.
void
AppendOption(std::vector<uint8_t>& out, uint8_t type, const uint8_t* value, size_t size)
{
    out.push_back(type);
    out.push_back(static_cast<uint8_t>(size));
    out.insert(out.end(), value, value + size);
}

/// Append options_length and the options, types ascending.
void
AppendOptions(std::vector<uint8_t>& out, const Options& options)
{
    uint8_t word[4];
    wire::Store16(word, static_cast<uint16_t>(OptionsSize(options)));
    out.insert(out.end(), word, word + 2);
    if (options.hasResetToken)
    {
        AppendOption(out,
                     wire::OPTION_RESET_TOKEN,
                     options.resetToken.data(),
                     options.resetToken.size());
    }
    if (options.coverage != Coverage::SEGMENT)
    {
        const auto coverage = static_cast<uint8_t>(options.coverage);
        AppendOption(out, wire::OPTION_COVERAGE, &coverage, wire::OPTION_COVERAGE_SIZE);
    }
    if (options.hasServerIndex)
    {
        wire::Store32(word, options.serverIndex);
        AppendOption(out, wire::OPTION_SERVER_INDEX, word, wire::OPTION_SERVER_INDEX_SIZE);
    }
}

/// Append time_ms.
void
AppendTime(std::vector<uint8_t>& out, uint64_t timeMs)
{
    uint8_t word[8];
    wire::Store64(word, timeMs);
    out.insert(out.end(), word, word + sizeof word);
}

/// Append segment, type and zeros up to `size`.
void
AppendInner(std::vector<uint8_t>& out, const HandshakePayload& payload, size_t size)
{
    if (payload.segment.size > 0)
    {
        out.insert(out.end(), payload.segment.data, payload.segment.data + payload.segment.size);
    }
    out.push_back(payload.type);
    out.resize(size, 0);
}

/// "at least 256 bytes, a multiple of 64"
size_t
Pad(size_t size)
{
    const size_t rounded =
        (size + wire::HANDSHAKE_MULTIPLE - 1) / wire::HANDSHAKE_MULTIPLE * wire::HANDSHAKE_MULTIPLE;
    return std::max(rounded, wire::HANDSHAKE_MIN);
}

/// @return false when the size of an INIT or RESP is wrong
bool
IsHandshakeSize(size_t size)
{
    return size >= wire::HANDSHAKE_MIN && size % wire::HANDSHAKE_MULTIPLE == 0;
}

/// @return true when all are zero
bool
AreZero(const uint8_t* data, size_t size)
{
    return std::all_of(data, data + size, [](uint8_t byte) { return byte == 0; });
}

/// Parse from options_length on.
Reason
ParseRest(Bytes plain, size_t optionsSizeAt, HandshakePayload& out)
{
    const size_t optionsAt = optionsSizeAt + 2;
    if (plain.size < optionsAt)
    {
        return Reason::LENGTH;
    }
    const size_t optionsSize = wire::Load16(plain.data + optionsSizeAt);
    if (optionsSize > plain.size - optionsAt)
    {
        return Reason::OPTIONS;
    }
    Reason reason = ParseOptions({plain.data + optionsAt, optionsSize}, out.options);
    if (reason != Reason::NONE)
    {
        return reason;
    }
    const uint8_t* inner = plain.data + optionsAt + optionsSize;
    size_t segmentSize = 0;
    reason = SplitInner(inner, plain.size - optionsAt - optionsSize, out.type, segmentSize);
    if (reason != Reason::NONE)
    {
        return reason;
    }
    out.segment = {inner, segmentSize};
    return ParseInner(out.type, inner, segmentSize, out.inner);
}

} // namespace

Reason
ParseOptions(Bytes options, Options& out)
{
    // PROTOCOL, Packets: "types strictly ascending; unknown ignored; a known one of wrong length
    // refused".
    int last = -1;
    size_t at = 0;
    while (at < options.size)
    {
        if (options.size - at < wire::OPTION_HEADER_SIZE)
        {
            return Reason::OPTIONS;
        }
        const uint8_t type = options.data[at];
        const size_t size = options.data[at + 1];
        at += wire::OPTION_HEADER_SIZE;
        if (type <= last || size > options.size - at)
        {
            return Reason::OPTIONS;
        }
        last = type;
        const uint8_t* value = options.data + at;
        at += size;
        switch (type)
        {
        case wire::OPTION_RESET_TOKEN:
            if (size != wire::OPTION_RESET_TOKEN_SIZE)
            {
                return Reason::OPTIONS;
            }
            out.hasResetToken = true;
            std::copy_n(value, size, out.resetToken.begin());
            break;
        case wire::OPTION_COVERAGE:
            if (size != wire::OPTION_COVERAGE_SIZE)
            {
                return Reason::OPTIONS;
            }
            if (value[0] > static_cast<uint8_t>(Coverage::PORTS))
            {
                return Reason::COVERAGE;
            }
            out.coverage = static_cast<Coverage>(value[0]);
            break;
        case wire::OPTION_SERVER_INDEX:
            if (size != wire::OPTION_SERVER_INDEX_SIZE)
            {
                return Reason::OPTIONS;
            }
            out.hasServerIndex = true;
            out.serverIndex = wire::Load32(value);
            break;
        default:
            break;
        }
    }
    return Reason::NONE;
}

Reason
ParseP1(Bytes plain, HandshakePayload& out)
{
    if (plain.size < wire::P1_OPTIONS)
    {
        return Reason::LENGTH;
    }
    out = HandshakePayload();
    out.timeMs = wire::Load64(plain.data + wire::P1_TIME);
    const Reason reason = ParseRest(plain, wire::P1_OPTIONS_SIZE, out);
    // INIT-6. "1 / 58 ICMP about a packet of this session": there is none before the first,
    // whatever its form.
    const bool isIcmp = out.type == PROTOCOL_ICMP || out.type == PROTOCOL_ICMPV6;
    return isIcmp ? Reason::INNER_TYPE : reason;
}

Reason
ParseP2(Bytes plain, HandshakePayload& out)
{
    if (plain.size < wire::P2_OPTIONS)
    {
        return Reason::LENGTH;
    }
    out = HandshakePayload();
    out.status = plain.data[wire::P2_STATUS];
    out.timeMs = wire::Load64(plain.data + wire::P2_TIME);
    const Reason reason = ParseRest(plain, wire::P2_OPTIONS_SIZE, out);
    if (reason == Reason::NONE && !(out.options.hasResetToken && out.options.hasServerIndex))
    {
        return Reason::OPTIONS;
    }
    return reason;
}

size_t
InitSize(const HandshakePayload& payload)
{
    return Pad(wire::INIT_SEALED + wire::P1_OPTIONS + OptionsSize(payload.options) +
               payload.segment.size + 1 + wire::TAG_SIZE);
}

size_t
RespSize(const HandshakePayload& payload)
{
    return Pad(wire::RESP_SEALED + wire::P2_OPTIONS + OptionsSize(payload.options) +
               payload.segment.size + 1 + wire::TAG_SIZE);
}

std::vector<uint8_t>
SerializeP1(const HandshakePayload& payload)
{
    std::vector<uint8_t> out;
    const size_t size = InitSize(payload) - wire::INIT_SEALED - wire::TAG_SIZE;
    out.reserve(size);
    AppendTime(out, payload.timeMs);
    AppendOptions(out, payload.options);
    AppendInner(out, payload, size);
    return out;
}

std::vector<uint8_t>
SerializeP2(const HandshakePayload& payload)
{
    std::vector<uint8_t> out;
    const size_t size = RespSize(payload) - wire::RESP_SEALED - wire::TAG_SIZE;
    out.reserve(size);
    out.push_back(payload.status);
    AppendTime(out, payload.timeMs);
    AppendOptions(out, payload.options);
    AppendInner(out, payload, size);
    return out;
}

// PROTOCOL, Packets: "Fields drawn as 0 must be 0 in INIT, RESP, CTRL, else drop `reserved`; wrong
// sizes drop `length`. The guard 0x5010 and the token are outside every AEAD and not checked."

Reason
CheckInit(Bytes packet)
{
    if (!IsHandshakeSize(packet.size))
    {
        return Reason::LENGTH;
    }
    if (packet.data[wire::INIT_VERSION] != wire::VERSION)
    {
        return Reason::VERSION;
    }
    if (packet.data[wire::INIT_SUITE] != wire::SUITE)
    {
        return Reason::SUITE;
    }
    if (packet.data[wire::INIT_ZERO_7] != 0 || !AreZero(packet.data + wire::ZERO_8, 4) ||
        !AreZero(packet.data + wire::ZERO_14, 2))
    {
        return Reason::RESERVED;
    }
    return Reason::NONE;
}

Reason
CheckResp(Bytes packet)
{
    if (!IsHandshakeSize(packet.size))
    {
        return Reason::LENGTH;
    }
    if ((packet.data[wire::RESP_SERVER_INDEX] >> 6) != 0 ||
        !AreZero(packet.data + wire::ZERO_8, 4) || !AreZero(packet.data + wire::ZERO_14, 2))
    {
        return Reason::RESERVED;
    }
    return Reason::NONE;
}

Reason
CheckCtrl(Bytes packet)
{
    if (packet.size < wire::SKELETON_SIZE)
    {
        return Reason::LENGTH;
    }
    if (packet.data[wire::CTRL_VERSION] != wire::VERSION)
    {
        return Reason::VERSION;
    }
    if (!AreZero(packet.data + wire::CTRL_ZERO_6, 2) || !AreZero(packet.data + wire::ZERO_8, 4) ||
        !AreZero(packet.data + wire::ZERO_14, 2))
    {
        return Reason::RESERVED;
    }
    switch (packet.data[wire::CTRL_SUB])
    {
    case wire::CTRL_RETRY:
        return packet.size == wire::CTRL_RETRY_SIZE ? Reason::NONE : Reason::LENGTH;
    case wire::CTRL_RESET:
        return packet.size == wire::CTRL_RESET_SIZE ? Reason::NONE : Reason::LENGTH;
    default:
        return Reason::CTRL_UNKNOWN;
    }
}

} // namespace sst
