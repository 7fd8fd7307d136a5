/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_WIRE_H
#define SST_WIRE_H

#include <cstddef>
#include <cstdint>

/**
 * @file
 * The wire layout, named once. Offset 0 is the first byte after the IP header. Integers are
 * big-endian.
 */

namespace sst
{
namespace wire
{

/// T, the two top bits of byte 0.
enum class Type : uint8_t
{
    DATA = 0, //!< 00
    INIT = 1, //!< 01
    RESP = 2, //!< 10
    CTRL = 3, //!< 11
};

constexpr uint8_t VERSION = 1; //!< protocol version
constexpr uint8_t SUITE = 1;   //!< Noise_NK_25519_ChaChaPoly_SHA256

constexpr uint32_t INDEX_MASK = 0x3fffffff; //!< 30 bits
constexpr unsigned TYPE_SHIFT = 30;         //!< T above the index

constexpr uint8_t GUARD_0 = 0x50; //!< data offset 5: what MSS clampers want to see
constexpr uint8_t GUARD_1 = 0x10; //!< ACK
constexpr size_t GUARD = 12;      //!< offset of the guard, every packet of layout N

constexpr size_t TAG_SIZE = 16;   //!< AEAD tag
constexpr size_t POINT_SIZE = 32; //!< X25519

// INIT, RESP and CTRL
constexpr size_t INDEX = 0;          //!< T(2) | index(30)
constexpr size_t ZERO_8 = 8;         //!< 0(32)
constexpr size_t ZERO_14 = 14;       //!< 0(16)
constexpr size_t SKELETON_SIZE = 16; //!< what all three share

// INIT
constexpr size_t INIT_VERSION = 4;         //!< version
constexpr size_t INIT_SUITE = 5;           //!< suite
constexpr size_t INIT_KEY_ID = 6;          //!< key_id
constexpr size_t INIT_ZERO_7 = 7;          //!< 0(8)
constexpr size_t INIT_TOKEN = 16;          //!< token(16)
constexpr size_t TOKEN_SIZE = 16;          //!< bytes
constexpr size_t INIT_E = 32;              //!< e(32)
constexpr size_t INIT_SEALED = 64;         //!< AEAD(P1)
constexpr size_t INIT_PROLOGUE_BYTES = 12; //!< INIT bytes 0..11 are in the prologue

// RESP
constexpr size_t RESP_SERVER_INDEX = 4; //!< 00 | server index(30)
constexpr size_t RESP_E = 16;           //!< e(32)
constexpr size_t RESP_SEALED = 48;      //!< AEAD(P2)

// Sizes of INIT and RESP
constexpr size_t HANDSHAKE_MIN = 256;     //!< at least
constexpr size_t HANDSHAKE_MULTIPLE = 64; //!< and a multiple of

// P1 and P2
constexpr size_t P1_TIME = 0;         //!< time_ms(64)
constexpr size_t P1_OPTIONS_SIZE = 8; //!< options_length(16)
constexpr size_t P1_OPTIONS = 10;     //!< options
constexpr size_t P2_STATUS = 0;       //!< status(8)
constexpr size_t P2_TIME = 1;         //!< time_ms(64)
constexpr size_t P2_OPTIONS_SIZE = 9; //!< options_length(16)
constexpr size_t P2_OPTIONS = 11;     //!< options

constexpr uint8_t STATUS_EARLY_ACCEPTED = 1; //!< bit 0
constexpr uint8_t STATUS_TIME_WINDOW = 2;    //!< bit 1

constexpr uint8_t OPTION_RESET_TOKEN = 1; //!< mandatory in RESP
constexpr size_t OPTION_RESET_TOKEN_SIZE = 16;
constexpr uint8_t OPTION_COVERAGE = 3; //!< absent = 0
constexpr size_t OPTION_COVERAGE_SIZE = 1;
constexpr uint8_t OPTION_SERVER_INDEX = 5; //!< mandatory in RESP
constexpr size_t OPTION_SERVER_INDEX_SIZE = 4;
constexpr size_t OPTION_HEADER_SIZE = 2; //!< type(8) | length(8)

// DATA
constexpr size_t DATA_NUMBER = 4;   //!< packet number(32)
constexpr size_t DATA_TAG_HEAD = 8; //!< tag[0..3]
constexpr size_t DATA_TAG_HEAD_SIZE = 4;
constexpr size_t DATA_TAG_TAIL = 14; //!< tag[4..15]
constexpr size_t DATA_TAG_TAIL_SIZE = 12;
constexpr size_t DATA_SEALED = 26;          //!< AEAD(segment | type | 00*), or n(8)
constexpr size_t DATA_AAD_BYTES = 8;        //!< bytes 0..7 are in the associated data
constexpr size_t DATA_OVERHEAD = 27;        //!< header and type
constexpr size_t DATA_NARROW_OVERHEAD = 28; //!< header, n and type
constexpr uint8_t DATA_N_ALL = 255;         //!< n: everything is sealed
constexpr size_t COVERAGE_PORTS_BYTES = 4;  //!< what coverage `ports` seals

// DATA of layout U, behind the UDP header: the tag is in one piece
constexpr size_t UDP_HEADER_SIZE = 8;         //!< RFC 768
constexpr size_t DATA_U_TAG = 8;              //!< tag[0..15]
constexpr size_t DATA_U_SEALED = 24;          //!< AEAD(segment | type(1) | 00*), or n(8)
constexpr size_t DATA_U_OVERHEAD = 25;        //!< header and type, without the UDP header
constexpr size_t DATA_U_NARROW_OVERHEAD = 26; //!< header, n and type

constexpr unsigned EPOCH_SHIFT = 24; //!< epoch = packet number >> 24
constexpr uint32_t EPOCH_LAST = 255; //!< the epoch of the highest 32-bit number
constexpr uint64_t NUMBER_STOP =
    (uint64_t{1} << 32) - (uint64_t{1} << 16); //!< "Hard stop at 2^32 - 2^16"

// CTRL
constexpr size_t CTRL_VERSION = 4; //!< version
constexpr size_t CTRL_SUB = 5;     //!< sub
constexpr size_t CTRL_ZERO_6 = 6;  //!< 0(16)
constexpr size_t CTRL_TOKEN = 16;  //!< token(16)
constexpr size_t CTRL_MAC = 32;    //!< RETRY: mac(16)
constexpr uint8_t CTRL_RETRY = 1;  //!< token(16) mac(16)
constexpr size_t CTRL_RETRY_SIZE = 48;
constexpr uint8_t CTRL_RESET = 2; //!< token(16)
constexpr size_t CTRL_RESET_SIZE = 32;

constexpr size_t IPV4_HEADER_SIZE = 20; //!< without options: what limits count
constexpr size_t IPV6_HEADER_SIZE = 40; //!< without extension headers

/// @return 16 bits at `p`
inline uint16_t
Load16(const uint8_t* p)
{
    return static_cast<uint16_t>((p[0] << 8) | p[1]);
}

/// @return 32 bits at `p`
inline uint32_t
Load32(const uint8_t* p)
{
    return (static_cast<uint32_t>(p[0]) << 24) | (static_cast<uint32_t>(p[1]) << 16) |
           (static_cast<uint32_t>(p[2]) << 8) | p[3];
}

/// @return 64 bits at `p`
inline uint64_t
Load64(const uint8_t* p)
{
    return (static_cast<uint64_t>(Load32(p)) << 32) | Load32(p + 4);
}

/// Write 16 bits at `p`.
inline void
Store16(uint8_t* p, uint16_t value)
{
    p[0] = static_cast<uint8_t>(value >> 8);
    p[1] = static_cast<uint8_t>(value);
}

/// Write 32 bits at `p`.
inline void
Store32(uint8_t* p, uint32_t value)
{
    p[0] = static_cast<uint8_t>(value >> 24);
    p[1] = static_cast<uint8_t>(value >> 16);
    p[2] = static_cast<uint8_t>(value >> 8);
    p[3] = static_cast<uint8_t>(value);
}

/// Write 64 bits at `p`.
inline void
Store64(uint8_t* p, uint64_t value)
{
    Store32(p, static_cast<uint32_t>(value >> 32));
    Store32(p + 4, static_cast<uint32_t>(value));
}

/// @return T of a packet of at least one byte
inline Type
TypeOf(const uint8_t* packet)
{
    return static_cast<Type>(packet[0] >> 6);
}

/// @return the index of a packet of at least four bytes
inline uint32_t
IndexOf(const uint8_t* packet)
{
    return Load32(packet) & INDEX_MASK;
}

/// Write T and index.
inline void
StoreTypeIndex(uint8_t* packet, Type type, uint32_t index)
{
    Store32(packet, (static_cast<uint32_t>(type) << TYPE_SHIFT) | (index & INDEX_MASK));
}

/// Write the guard.
inline void
StoreGuard(uint8_t* packet)
{
    packet[GUARD] = GUARD_0;
    packet[GUARD + 1] = GUARD_1;
}

} // namespace wire
} // namespace sst

#endif /* SST_WIRE_H */
