/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_FUZZ_TARGET_H
#define SST_FUZZ_TARGET_H

#include "sst/reason.h"
#include "sst/types.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

/**
 * @file
 * What the fuzz targets share. A target is one file with LLVMFuzzerTestOneInput; clang links it
 * with libFuzzer, any other compiler with replay-main.cc, which feeds it files.
 */

/// Ends the program where a statement that always holds does not.
#define REQUIRE(statement)                                                                         \
    do                                                                                             \
    {                                                                                              \
        if (!(statement))                                                                          \
        {                                                                                          \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #statement);           \
            std::abort();                                                                          \
        }                                                                                          \
    } while (false)

/// For checks that are slow and plain: the fuzzer is not to look for new paths in them.
#if defined(__clang__)
#define SST_UNGUIDED __attribute__((no_sanitize("coverage")))
#else
#define SST_UNGUIDED
#endif

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace sstfuzz
{

/// Reads an input from its front; reads zeros behind its end.
class Input
{
  public:
    Input(const uint8_t* data, size_t size)
        : m_data{data},
          m_size{size}
    {
    }

    uint8_t Byte()
    {
        if (m_size == 0)
        {
            return 0;
        }
        --m_size;
        return *m_data++;
    }

    uint16_t Word()
    {
        const uint16_t high = Byte();
        return static_cast<uint16_t>((high << 8) | Byte());
    }

    uint32_t Double()
    {
        const uint32_t high = Word();
        return (high << 16) | Word();
    }

    /// @return a number below `bound`, which is not 0
    uint32_t Below(uint32_t bound)
    {
        return bound <= 256 ? Byte() % bound : Word() % bound;
    }

    /// Copies `size` bytes, zeros where there are none left.
    void Copy(uint8_t* out, size_t size)
    {
        const size_t have = size < m_size ? size : m_size;
        if (have > 0)
        {
            std::memcpy(out, m_data, have);
        }
        std::memset(out + have, 0, size - have);
        m_data += have;
        m_size -= have;
    }

    bool IsEmpty() const
    {
        return m_size == 0;
    }

    const uint8_t* Data() const
    {
        return m_data;
    }

    size_t Size() const
    {
        return m_size;
    }

  private:
    const uint8_t* m_data;
    size_t m_size;
};

/// @return whether `reason` is one of `allowed`
template <typename... Reasons>
bool
IsOneOf(sst::Reason reason, Reasons... allowed)
{
    return ((reason == allowed) || ...);
}

/// @return whether the inner one of two stretches of memory lies within the outer one
inline bool
LiesWithin(const uint8_t* inner, size_t innerSize, const uint8_t* outer, size_t outerSize)
{
    return inner >= outer && innerSize <= outerSize &&
           static_cast<size_t>(inner - outer) <= outerSize - innerSize;
}

/// @return an address from the input, IPv4 or IPv6
inline sst::IpAddress
TakeAddress(Input& input, bool v6)
{
    std::array<uint8_t, 16> bytes{};
    input.Copy(bytes.data(), v6 ? 16 : 4);
    return sst::IpAddress::From(bytes.data(), v6 ? 16 : 4);
}

} // namespace sstfuzz

#endif // SST_FUZZ_TARGET_H
