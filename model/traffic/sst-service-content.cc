/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-service-content.h"

namespace ns3
{

namespace
{

/// Step of the Weyl sequence of splitmix64 (Steele, Lea, Flood 2014).
constexpr uint64_t GOLDEN = 0x9e3779b97f4a7c15;

/**
 * @param value a number
 * @return the output function of splitmix64 of it
 */
uint64_t
Mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

} // namespace

uint64_t
SstServiceContent::DeriveSeed(const std::string& label, uint64_t size, uint64_t seed)
{
    uint64_t state = Mix(seed + GOLDEN);
    state = Mix(state ^ size) + GOLDEN;
    for (const char c : label)
    {
        state = Mix(state ^ static_cast<uint8_t>(c)) + GOLDEN;
    }
    return state;
}

void
SstServiceContent::Fill(Kind kind, uint64_t seed, uint64_t offset, uint8_t* out, std::size_t size)
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint64_t end = offset + size;
    while (offset < end)
    {
        uint64_t word = Mix(seed + (offset / 8 + 1) * GOLDEN);
        word >>= 8 * (offset % 8);
        do
        {
            auto byte = static_cast<uint8_t>(word);
            if (kind == TEXT)
            {
                const uint64_t column = offset % LINE;
                byte = column == LINE - 2   ? '\r'
                       : column == LINE - 1 ? '\n'
                                            : static_cast<uint8_t>(alphabet[byte % 64]);
            }
            *out++ = byte;
            word >>= 8;
            ++offset;
        } while (offset % 8 != 0 && offset < end);
    }
}

} // namespace ns3
