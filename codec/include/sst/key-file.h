/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_KEY_FILE_H
#define SST_KEY_FILE_H

#include "sst/types.h"

#include <cstddef>
#include <cstdint>
#include <string>

/**
 * @file
 * The text a server keeps its static key in. One field a line, "name: value"; the first line names
 * the version; lines that begin with # and empty lines say nothing.
 *
 *     sst-key 1
 *     key-id: 7
 *     flags: early-syn,early-udp
 *     created: 1795470000
 *     not-after: 0
 *     public-key: 64 hexadecimal digits
 *     secret-key: 64 hexadecimal digits
 */

namespace sst
{

constexpr size_t KEY_FILE_MAX = 4096; //!< longest text, bytes

/// What a key file holds.
struct KeyFile
{
    KeyPair pair;         //!< the key; `createdUnixMs` in whole seconds
    uint32_t notAfter{0}; //!< what is published as not_after: Unix seconds, 0 none

    KeyFile() = default;
    KeyFile(const KeyFile&) = default;
    KeyFile& operator=(const KeyFile&) = default;
    ~KeyFile(); //!< wipes the secret key
};

/// What ParseKeyFile says.
enum class KeyFileStatus : uint8_t
{
    OK,
    TOO_LONG,        //!< more than KEY_FILE_MAX bytes
    EMPTY,           //!< no bytes
    VERSION,         //!< the first line is not "sst-key 1"
    SYNTAX,          //!< a line is not "name: value"
    UNKNOWN_FIELD,   //!< a field this version has not
    DUPLICATE_FIELD, //!< a field twice
    KEY_ID,          //!< not a number from 0 to 255
    FLAGS,           //!< not "none" or names separated by commas
    CREATED,         //!< not Unix seconds
    NOT_AFTER,       //!< not Unix seconds of 32 bits
    PUBLIC_KEY,      //!< not 64 hexadecimal digits
    SECRET_KEY,      //!< not 64 hexadecimal digits
    MISSING_FIELD,   //!< a field is not there
    MISMATCH,        //!< the public key does not belong to the secret key
    LOW_ORDER,       //!< a public key no client accepts
};

/// @return the sentence for people, without the file's name
const char* ToString(KeyFileStatus status);

/**
 * @param text what the file holds; the caller wipes it
 * @param size its bytes
 * @param out the key; unchanged unless OK
 * @param line out: number of the line at fault, from 1; 0 when it is not one line
 * @return the verdict
 */
[[nodiscard]] KeyFileStatus ParseKeyFile(const char* text, size_t size, KeyFile& out, size_t& line);

/**
 * @param file a key
 * @return the text, secret key included: to be wiped by the caller
 */
std::string PrintKeyFile(const KeyFile& file);

/**
 * @param flags KEY_FLAG_*
 * @return their names separated by commas, "none" for none of the known ones
 */
std::string PrintKeyFlags(uint8_t flags);

/**
 * @param text "none", or names separated by commas, each once
 * @param flags out: KEY_FLAG_*
 * @return false for an unknown name or one said twice
 */
[[nodiscard]] bool ParseKeyFlags(const std::string& text, uint8_t& flags);

} // namespace sst

#endif /* SST_KEY_FILE_H */
