/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_HASH_H
#define SST_HASH_H

#include <array>
#include <cstddef>
#include <cstdint>

/**
 * @file
 * SHA-256 (FIPS 180-4), HMAC-SHA256 (RFC 2104) and the HKDF of the Noise specification,
 * section 4.3.
 */

namespace sst
{

using Digest = std::array<uint8_t, 32>; //!< SHA-256 output

/// A piece of input.
struct Bytes
{
    const uint8_t* data; //!< first byte
    size_t size;         //!< bytes
};

/// @return SHA-256 of the two pieces, one after the other
Digest Sha256(Bytes first, Bytes second = {nullptr, 0});

/// @return HMAC-SHA256 of the three pieces, one after the other
Digest HmacSha256(Bytes key, Bytes first, Bytes second = {nullptr, 0}, Bytes third = {nullptr, 0});

/**
 * Noise HKDF(chaining_key, input_key_material, 2).
 * @param chainingKey 32 bytes
 * @param input key material
 * @param first 32 bytes out; may be `chainingKey`
 * @param second 32 bytes out
 */
void Hkdf2(const uint8_t* chainingKey, Bytes input, uint8_t* first, uint8_t* second);

} // namespace sst

#endif /* SST_HASH_H */
