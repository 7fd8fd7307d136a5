/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_KEY_VALUE_H
#define SST_KEY_VALUE_H

#include "sst/types.h"

#include <string>
#include <vector>

namespace sst
{

constexpr uint8_t KEY_VERSION = 1; //!< the version this codec speaks
constexpr uint8_t KEY_SUITE = 1;   //!< Noise_NK_25519_ChaChaPoly_SHA256

constexpr uint8_t KEY_FLAG_EARLY_SYN = 1; //!< a SYN may ride in INIT
constexpr uint8_t KEY_FLAG_EARLY_UDP = 2; //!< a datagram may ride in INIT
constexpr uint8_t KEY_FLAG_LAYOUT_U = 4;  //!< layout U is served
constexpr uint8_t KEY_FLAG_STRICT = 8;    //!< policy pin

/// One entry of the SVCB parameter key65280 that this codec can use.
struct KeyEntry
{
    uint8_t version{KEY_VERSION}; //!< 1
    uint8_t suite{KEY_SUITE};     //!< 1
    uint8_t keyId{0};             //!< which of the server's keys
    uint8_t flags{0};             //!< KEY_FLAG_*
    uint32_t notAfter{0};         //!< Unix seconds, 0 none
    PublicKey publicKey{};        //!< X25519

    /// @return true when not expired at `unixMs`
    bool IsValidAt(uint64_t unixMs) const;
};

/// What ParseKeyValue says. Everything but OK and NO_USABLE means: the whole value is invalid.
enum class KeyValueStatus : uint8_t
{
    OK,
    EMPTY,     //!< no bytes
    TRUNCATED, //!< an entry runs past the end
    TRAILING,  //!< an entry of version 1, suite 1 whose length is not 40, or bytes left over
    TOO_MANY,  //!< more than four entries
    DUPLICATE, //!< key_id and suite twice
    LOW_ORDER, //!< a zero or low-order key
    NO_USABLE, //!< well formed, but no entry of a version and suite known here
};

/// @return kebab-case name
const char* ToString(KeyValueStatus status);

/**
 * Parse the value of key65280.
 * @param data the value
 * @param size its bytes
 * @param out entries of known version and suite, in order; empty unless OK
 * @return the verdict
 */
[[nodiscard]] KeyValueStatus ParseKeyValue(const uint8_t* data,
                                           size_t size,
                                           std::vector<KeyEntry>& out);

/**
 * @param entries one to four
 * @return the wire form
 */
std::vector<uint8_t> SerializeKeyValue(const std::vector<KeyEntry>& entries);

/**
 * @param data a wire form
 * @param size its bytes
 * @return zone file text of the value (RFC 9460 appendix A, quoted, escaped as `\DDD` only), for
 * `key65280=`
 */
std::string PrintKeyValue(const uint8_t* data, size_t size);

/**
 * @param entries parsed entries
 * @return one line an entry, for people
 */
std::string DescribeKeyValue(const std::vector<KeyEntry>& entries);

/**
 * @param publicKey an X25519 public key
 * @return true for zero and the other points of low order
 */
bool IsLowOrder(const PublicKey& publicKey);

} // namespace sst

#endif /* SST_KEY_VALUE_H */
