/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/key-value.h"

#include "sst/cipher.h"
#include "sst/wire.h"

#include <algorithm>
#include <set>
#include <utility>

namespace sst
{

namespace
{

constexpr size_t MAX_ENTRIES = 4; //!< skipped ones included
constexpr size_t ENTRY_SIZE = 40; //!< version 1, suite 1, without the length byte
constexpr size_t OFFSET_VERSION = 0;
constexpr size_t OFFSET_SUITE = 1;
constexpr size_t OFFSET_KEY_ID = 2;
constexpr size_t OFFSET_FLAGS = 3;
constexpr size_t OFFSET_NOT_AFTER = 4;
constexpr size_t OFFSET_PUBLIC_KEY = 8;

/// @return OK with the entry appended when known, or what is wrong with it
KeyValueStatus
ParseEntry(const uint8_t* data,
           size_t size,
           std::set<std::pair<uint8_t, uint8_t>>& seen,
           std::vector<KeyEntry>& out)
{
    if (size == 0)
    {
        return KeyValueStatus::TRAILING;
    }
    // "Unknown version or suite: skip the entry"
    if (data[OFFSET_VERSION] != KEY_VERSION)
    {
        return KeyValueStatus::OK;
    }
    if (size <= OFFSET_KEY_ID)
    {
        return KeyValueStatus::TRUNCATED;
    }
    // "equal key_id and suite twice": also of suites unknown here, version 1 fixes their place.
    if (!seen.emplace(data[OFFSET_KEY_ID], data[OFFSET_SUITE]).second)
    {
        return KeyValueStatus::DUPLICATE;
    }
    if (data[OFFSET_SUITE] != KEY_SUITE)
    {
        return KeyValueStatus::OK;
    }
    // "length 40 for version 1, suite 1"
    if (size != ENTRY_SIZE)
    {
        return size < ENTRY_SIZE ? KeyValueStatus::TRUNCATED : KeyValueStatus::TRAILING;
    }
    KeyEntry entry;
    entry.version = data[OFFSET_VERSION];
    entry.suite = data[OFFSET_SUITE];
    entry.keyId = data[OFFSET_KEY_ID];
    entry.flags = data[OFFSET_FLAGS];
    entry.notAfter = wire::Load32(data + OFFSET_NOT_AFTER);
    std::copy_n(data + OFFSET_PUBLIC_KEY, entry.publicKey.size(), entry.publicKey.begin());
    if (IsLowOrder(entry.publicKey))
    {
        return KeyValueStatus::LOW_ORDER;
    }
    out.push_back(entry);
    return KeyValueStatus::OK;
}

} // namespace

bool
KeyEntry::IsValidAt(uint64_t unixMs) const
{
    return notAfter == 0 || unixMs / 1000 <= notAfter;
}

const char*
ToString(KeyValueStatus status)
{
    switch (status)
    {
    case KeyValueStatus::OK:
        return "ok";
    case KeyValueStatus::EMPTY:
        return "empty";
    case KeyValueStatus::TRUNCATED:
        return "truncated";
    case KeyValueStatus::TRAILING:
        return "trailing";
    case KeyValueStatus::TOO_MANY:
        return "too-many";
    case KeyValueStatus::DUPLICATE:
        return "duplicate";
    case KeyValueStatus::LOW_ORDER:
        return "low-order";
    case KeyValueStatus::NO_USABLE:
        return "no-usable";
    }
    return "unknown";
}

KeyValueStatus
ParseKeyValue(const uint8_t* data, size_t size, std::vector<KeyEntry>& out)
{
    out.clear();
    if (size == 0)
    {
        return KeyValueStatus::EMPTY;
    }
    std::vector<KeyEntry> entries;
    std::set<std::pair<uint8_t, uint8_t>> seen;
    size_t count = 0;
    size_t at = 0;
    while (at < size)
    {
        const size_t length = data[at];
        ++at;
        if (length > size - at)
        {
            return KeyValueStatus::TRUNCATED;
        }
        if (++count > MAX_ENTRIES)
        {
            return KeyValueStatus::TOO_MANY;
        }
        const KeyValueStatus status = ParseEntry(data + at, length, seen, entries);
        if (status != KeyValueStatus::OK)
        {
            return status;
        }
        at += length;
    }
    out.swap(entries);
    return out.empty() ? KeyValueStatus::NO_USABLE : KeyValueStatus::OK;
}

std::vector<uint8_t>
SerializeKeyValue(const std::vector<KeyEntry>& entries)
{
    std::vector<uint8_t> out;
    out.reserve(entries.size() * (1 + ENTRY_SIZE));
    for (const KeyEntry& entry : entries)
    {
        uint8_t notAfter[4];
        wire::Store32(notAfter, entry.notAfter);
        out.push_back(static_cast<uint8_t>(ENTRY_SIZE));
        out.insert(out.end(), {entry.version, entry.suite, entry.keyId, entry.flags});
        out.insert(out.end(), notAfter, notAfter + sizeof notAfter);
        out.insert(out.end(), entry.publicKey.begin(), entry.publicKey.end());
    }
    return out;
}

std::string
PrintKeyValue(const uint8_t* data, size_t size)
{
    std::string text = "\"";
    text.reserve(4 * size + 2);
    for (size_t i = 0; i < size; ++i)
    {
        text += '\\';
        text += static_cast<char>('0' + data[i] / 100);
        text += static_cast<char>('0' + data[i] / 10 % 10);
        text += static_cast<char>('0' + data[i] % 10);
    }
    return text + "\"";
}

std::string
DescribeKeyValue(const std::vector<KeyEntry>& entries)
{
    static const char* const hex = "0123456789abcdef";
    std::string text;
    for (const KeyEntry& entry : entries)
    {
        text += "version " + std::to_string(entry.version) + " suite " +
                std::to_string(entry.suite) + " key_id " + std::to_string(entry.keyId) + " flags";
        text += (entry.flags & KEY_FLAG_EARLY_SYN) != 0 ? " early-syn" : "";
        text += (entry.flags & KEY_FLAG_EARLY_UDP) != 0 ? " early-udp" : "";
        text += (entry.flags & KEY_FLAG_LAYOUT_U) != 0 ? " layout-u" : "";
        text += (entry.flags & KEY_FLAG_STRICT) != 0 ? " strict" : "";
        text += entry.flags == 0 ? " none" : "";
        text += " not_after " + std::to_string(entry.notAfter) + " key ";
        for (const uint8_t byte : entry.publicKey)
        {
            text += hex[byte >> 4];
            text += hex[byte & 15];
        }
        text += '\n';
    }
    return text;
}

bool
IsLowOrder(const PublicKey& publicKey)
{
    // A clamped scalar is a multiple of the cofactor 8: the result is zero exactly for points of
    // low order, of the curve and of its twist.
    const std::array<uint8_t, 32> scalar{8};
    std::array<uint8_t, 32> shared;
    return !X25519(scalar.data(), publicKey.data(), shared.data());
}

} // namespace sst
