// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "test-bytes.h"

#include <algorithm>
#include <cctype>

namespace ssttest
{

Bytes
FromHex(const std::string& text)
{
    Bytes out;
    int high = -1;
    for (char c : text)
    {
        if (!std::isxdigit(static_cast<unsigned char>(c)))
        {
            continue;
        }
        int digit = std::isdigit(static_cast<unsigned char>(c))
                        ? c - '0'
                        : std::tolower(static_cast<unsigned char>(c)) - 'a' + 10;
        if (high < 0)
        {
            high = digit;
        }
        else
        {
            out.push_back(static_cast<uint8_t>(high * 16 + digit));
            high = -1;
        }
    }
    return out;
}

std::string
ToHex(const Bytes& bytes)
{
    static const char* digits = "0123456789abcdef";
    std::string out;
    for (uint8_t b : bytes)
    {
        out += digits[b >> 4];
        out += digits[b & 15];
    }
    return out;
}

Bytes
Concat(std::initializer_list<Bytes> parts)
{
    Bytes out;
    for (const Bytes& part : parts)
    {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

Bytes
Slice(const Bytes& bytes, size_t offset, size_t length)
{
    size_t begin = std::min(offset, bytes.size());
    size_t end = begin + std::min(length, bytes.size() - begin);
    return Bytes(bytes.begin() + begin, bytes.begin() + end);
}

Bytes
FromText(const std::string& text)
{
    return Bytes(text.begin(), text.end());
}

Bytes
BigEndian(uint64_t value, size_t width)
{
    Bytes out(width);
    for (size_t i = 0; i < width; i++)
    {
        out[width - 1 - i] = static_cast<uint8_t>(value >> (8 * i));
    }
    return out;
}

uint64_t
ReadBigEndian(const Bytes& bytes, size_t offset, size_t width)
{
    uint64_t value = 0;
    for (size_t i = 0; i < width; i++)
    {
        value = value << 8 | bytes.at(offset + i);
    }
    return value;
}

Bytes32
To32(const Bytes& bytes)
{
    Bytes32 out{};
    std::copy_n(bytes.begin(), std::min<size_t>(32, bytes.size()), out.begin());
    return out;
}

bool
Contains(const Bytes& haystack, const Bytes& needle)
{
    return std::search(haystack.begin(), haystack.end(), needle.begin(), needle.end()) !=
           haystack.end();
}

Bytes
Dice::Fill(size_t length)
{
    Bytes out(length);
    for (uint8_t& b : out)
    {
        b = static_cast<uint8_t>(Next() >> 24);
    }
    return out;
}

} // namespace ssttest
