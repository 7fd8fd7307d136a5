/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/key-file.h"

#include "sst/cipher.h"
#include "sst/key-value.h"

#include <array>
#include <cstring>
#include <utility>

namespace sst
{

namespace
{

constexpr const char* FIRST_LINE = "sst-key 1";

constexpr std::array<std::pair<const char*, uint8_t>, 4> FLAG_NAMES{{
    {"early-syn", KEY_FLAG_EARLY_SYN},
    {"early-udp", KEY_FLAG_EARLY_UDP},
    {"layout-u", KEY_FLAG_LAYOUT_U},
    {"strict", KEY_FLAG_STRICT},
}};

/// A piece of the text, not copied: values may be secret.
struct Piece
{
    const char* data; //!< first character
    size_t size;      //!< characters

    bool Is(const char* text) const
    {
        return size == std::strlen(text) && std::memcmp(data, text, size) == 0;
    }
};

/// The fields, in the order they are written.
enum Field : uint8_t
{
    KEY_ID,
    FLAGS,
    CREATED,
    NOT_AFTER,
    PUBLIC_KEY,
    SECRET_KEY,
    FIELD_COUNT,
};

constexpr std::array<const char*, FIELD_COUNT> FIELD_NAMES{
    "key-id",
    "flags",
    "created",
    "not-after",
    "public-key",
    "secret-key",
};

/// @return false unless `text` is a decimal number up to `largest`
bool
ParseNumber(Piece text, uint64_t largest, uint64_t& out)
{
    if (text.size == 0)
    {
        return false;
    }
    uint64_t value = 0;
    for (size_t i = 0; i < text.size; ++i)
    {
        const auto digit = static_cast<unsigned>(text.data[i] - '0');
        if (digit > 9 || value > (largest - digit) / 10)
        {
            return false;
        }
        value = 10 * value + digit;
    }
    out = value;
    return true;
}

/// @return its value, 16 for no hexadecimal digit
unsigned
HexDigit(char digit)
{
    return digit >= '0' && digit <= '9'   ? static_cast<unsigned>(digit - '0')
           : digit >= 'a' && digit <= 'f' ? static_cast<unsigned>(digit - 'a' + 10)
           : digit >= 'A' && digit <= 'F' ? static_cast<unsigned>(digit - 'A' + 10)
                                          : 16;
}

/// @return false unless `text` is 64 hexadecimal digits
bool
ParseHex(Piece text, std::array<uint8_t, 32>& out)
{
    if (text.size != 2 * out.size())
    {
        return false;
    }
    for (size_t i = 0; i < out.size(); ++i)
    {
        const unsigned high = HexDigit(text.data[2 * i]);
        const unsigned low = HexDigit(text.data[2 * i + 1]);
        if (high > 15 || low > 15)
        {
            return false;
        }
        out[i] = static_cast<uint8_t>(high << 4 | low);
    }
    return true;
}

void
AppendHex(std::string& text, const std::array<uint8_t, 32>& bytes)
{
    static const char* const digits = "0123456789abcdef";
    for (const uint8_t byte : bytes)
    {
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
}

KeyFileStatus
ParseField(Field field, Piece value, KeyFile& file)
{
    uint64_t number = 0;
    switch (field)
    {
    case KEY_ID:
        if (!ParseNumber(value, UINT8_MAX, number))
        {
            return KeyFileStatus::KEY_ID;
        }
        file.pair.keyId = static_cast<uint8_t>(number);
        break;
    case FLAGS:
        if (!ParseKeyFlags(std::string(value.data, value.size), file.pair.flags))
        {
            return KeyFileStatus::FLAGS;
        }
        break;
    case CREATED:
        if (!ParseNumber(value, UINT64_MAX / 1000, number))
        {
            return KeyFileStatus::CREATED;
        }
        file.pair.createdUnixMs = 1000 * number;
        break;
    case NOT_AFTER:
        if (!ParseNumber(value, UINT32_MAX, number))
        {
            return KeyFileStatus::NOT_AFTER;
        }
        file.notAfter = static_cast<uint32_t>(number);
        break;
    case PUBLIC_KEY:
        return ParseHex(value, file.pair.publicKey) ? KeyFileStatus::OK : KeyFileStatus::PUBLIC_KEY;
    case SECRET_KEY:
        return ParseHex(value, file.pair.secretKey) ? KeyFileStatus::OK : KeyFileStatus::SECRET_KEY;
    case FIELD_COUNT:
        return KeyFileStatus::UNKNOWN_FIELD;
    }
    return KeyFileStatus::OK;
}

/// One line behind the first.
KeyFileStatus
ParseLine(Piece line, KeyFile& file, std::array<bool, FIELD_COUNT>& seen)
{
    if (line.size == 0 || line.data[0] == '#')
    {
        return KeyFileStatus::OK;
    }
    const auto* colon = static_cast<const char*>(std::memchr(line.data, ':', line.size));
    const size_t nameSize = colon != nullptr ? static_cast<size_t>(colon - line.data) : line.size;
    if (colon == nullptr || nameSize + 2 >= line.size || colon[1] != ' ')
    {
        return KeyFileStatus::SYNTAX;
    }
    const Piece name{line.data, nameSize};
    const Piece value{colon + 2, line.size - nameSize - 2};
    for (size_t i = 0; i < FIELD_COUNT; ++i)
    {
        if (!name.Is(FIELD_NAMES[i]))
        {
            continue;
        }
        if (seen[i])
        {
            return KeyFileStatus::DUPLICATE_FIELD;
        }
        seen[i] = true;
        return ParseField(static_cast<Field>(i), value, file);
    }
    return KeyFileStatus::UNKNOWN_FIELD;
}

/// What can only be judged once every line was read.
KeyFileStatus
CheckWhole(const KeyFile& file, const std::array<bool, FIELD_COUNT>& seen)
{
    for (const bool present : seen)
    {
        if (!present)
        {
            return KeyFileStatus::MISSING_FIELD;
        }
    }
    PublicKey publicKey;
    X25519Base(file.pair.secretKey.data(), publicKey.data());
    if (publicKey != file.pair.publicKey)
    {
        return KeyFileStatus::MISMATCH;
    }
    return IsLowOrder(publicKey) ? KeyFileStatus::LOW_ORDER : KeyFileStatus::OK;
}

} // namespace

KeyFile::~KeyFile()
{
    Wipe(pair.secretKey.data(), pair.secretKey.size());
}

const char*
ToString(KeyFileStatus status)
{
    switch (status)
    {
    case KeyFileStatus::OK:
        return "a key";
    case KeyFileStatus::TOO_LONG:
        return "longer than 4096 bytes: this is no key file";
    case KeyFileStatus::EMPTY:
        return "empty";
    case KeyFileStatus::VERSION:
        return "the first line is not 'sst-key 1': no key file, or one of another version";
    case KeyFileStatus::SYNTAX:
        return "not of the form 'name: value'";
    case KeyFileStatus::UNKNOWN_FIELD:
        return "unknown field; known: key-id, flags, created, not-after, public-key, secret-key";
    case KeyFileStatus::DUPLICATE_FIELD:
        return "this field is there twice";
    case KeyFileStatus::KEY_ID:
        return "key-id is no number from 0 to 255";
    case KeyFileStatus::FLAGS:
        return "flags are neither 'none' nor early-syn, early-udp, layout-u, strict separated by "
               "commas";
    case KeyFileStatus::CREATED:
        return "created is no time in Unix seconds";
    case KeyFileStatus::NOT_AFTER:
        return "not-after is no time in Unix seconds up to 4294967295, 0 for never";
    case KeyFileStatus::PUBLIC_KEY:
        return "public-key is not 64 hexadecimal digits";
    case KeyFileStatus::SECRET_KEY:
        return "secret-key is not 64 hexadecimal digits";
    case KeyFileStatus::MISSING_FIELD:
        return "a field is missing; needed: key-id, flags, created, not-after, public-key, "
               "secret-key";
    case KeyFileStatus::MISMATCH:
        return "public-key does not belong to secret-key";
    case KeyFileStatus::LOW_ORDER:
        return "the public key is of low order: no client accepts it";
    }
    return "unknown";
}

KeyFileStatus
ParseKeyFile(const char* text, size_t size, KeyFile& out, size_t& line)
{
    line = 0;
    if (size == 0)
    {
        return KeyFileStatus::EMPTY;
    }
    if (size > KEY_FILE_MAX)
    {
        return KeyFileStatus::TOO_LONG;
    }
    KeyFile file;
    std::array<bool, FIELD_COUNT> seen{};
    for (size_t at = 0; at < size;)
    {
        const auto* end = static_cast<const char*>(std::memchr(text + at, '\n', size - at));
        const size_t length = end != nullptr ? static_cast<size_t>(end - text) - at : size - at;
        const Piece piece{text + at, length};
        ++line;
        const KeyFileStatus status =
            line > 1 ? ParseLine(piece, file, seen)
                     : (piece.Is(FIRST_LINE) ? KeyFileStatus::OK : KeyFileStatus::VERSION);
        if (status != KeyFileStatus::OK)
        {
            return status;
        }
        at += length + 1;
    }
    line = 0;
    const KeyFileStatus status = CheckWhole(file, seen);
    if (status == KeyFileStatus::OK)
    {
        out = file;
    }
    return status;
}

std::string
PrintKeyFile(const KeyFile& file)
{
    std::string text;
    text.reserve(KEY_FILE_MAX); // never moved: no copy of the secret is left behind
    text += FIRST_LINE;
    text += "\nkey-id: " + std::to_string(file.pair.keyId);
    text += "\nflags: " + PrintKeyFlags(file.pair.flags);
    text += "\ncreated: " + std::to_string(file.pair.createdUnixMs / 1000);
    text += "\nnot-after: " + std::to_string(file.notAfter);
    text += "\npublic-key: ";
    AppendHex(text, file.pair.publicKey);
    text += "\nsecret-key: ";
    AppendHex(text, file.pair.secretKey);
    text += '\n';
    return text;
}

std::string
PrintKeyFlags(uint8_t flags)
{
    std::string text;
    for (const auto& [name, flag] : FLAG_NAMES)
    {
        if ((flags & flag) != 0)
        {
            text += (text.empty() ? "" : ",") + std::string(name);
        }
    }
    return text.empty() ? "none" : text;
}

bool
ParseKeyFlags(const std::string& text, uint8_t& flags)
{
    uint8_t found = 0;
    for (size_t at = 0; at <= text.size() && text != "none";)
    {
        size_t end = text.find(',', at);
        end = end == std::string::npos ? text.size() : end;
        const std::string word = text.substr(at, end - at);
        uint8_t flag = 0;
        for (const auto& [name, value] : FLAG_NAMES)
        {
            flag = word == name ? value : flag;
        }
        if (flag == 0 || (found & flag) != 0)
        {
            return false;
        }
        found = static_cast<uint8_t>(found | flag);
        at = end + 1;
    }
    flags = found;
    return true;
}

} // namespace sst
