// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_BYTES_H
#define SST_TEST_BYTES_H

#include "splitmix.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace ssttest
{

/// Byte strings are plain vectors in the tests: clarity before speed.
using Bytes = std::vector<uint8_t>;
using Bytes32 = std::array<uint8_t, 32>;

/// \return the bytes that hexadecimal digits stand for; other characters are skipped
Bytes FromHex(const std::string& text);

/// \return two lower-case hexadecimal digits a byte
std::string ToHex(const Bytes& bytes);

/// \return the parts one after the other
Bytes Concat(std::initializer_list<Bytes> parts);

/// \return \p length bytes of \p bytes from \p offset on (all the rest by default)
Bytes Slice(const Bytes& bytes, size_t offset, size_t length = SIZE_MAX);

/// \return the characters of \p text
Bytes FromText(const std::string& text);

/// \return \p value as \p width bytes, big-endian
Bytes BigEndian(uint64_t value, size_t width);

/// \return the big-endian number of \p width bytes at \p offset
uint64_t ReadBigEndian(const Bytes& bytes, size_t offset, size_t width);

/// \return the first 32 bytes of \p bytes
Bytes32 To32(const Bytes& bytes);

/// \return whether \p needle occurs in \p haystack
bool Contains(const Bytes& haystack, const Bytes& needle);

/// Numbers, and bytes.
class Dice : public SplitMix
{
  public:
    using SplitMix::SplitMix;

    /// \return \p length uniform bytes
    Bytes Fill(size_t length);
};

} // namespace ssttest

#endif // SST_TEST_BYTES_H
