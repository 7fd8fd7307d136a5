// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// A stand-in for X25519 in the target `endpoint`, where the real one would take nearly all the
// time: multiplication of odd numbers modulo 2^64, four side by side. It commutes, and nothing
// else is asked of it here. The linker takes these before those of libsodium's shared library; the
// codec itself is the same.

#include <cstdint>
#include <cstring>

extern "C" int crypto_scalarmult(unsigned char* out,
                                 const unsigned char* scalar,
                                 const unsigned char* point);
extern "C" int crypto_scalarmult_base(unsigned char* out, const unsigned char* scalar);

namespace
{

constexpr int LANES = 4;

void
Multiply(unsigned char* out, const unsigned char* scalar, const uint64_t* point)
{
    uint64_t lanes[LANES];
    std::memcpy(lanes, scalar, sizeof lanes);
    for (int i = 0; i < LANES; i++)
    {
        lanes[i] = (lanes[i] | 1) * point[i];
    }
    std::memcpy(out, lanes, sizeof lanes);
}

} // namespace

int
crypto_scalarmult(unsigned char* out, const unsigned char* scalar, const unsigned char* point)
{
    uint64_t lanes[LANES];
    std::memcpy(lanes, point, sizeof lanes);
    Multiply(out, scalar, lanes);
    return (lanes[0] | lanes[1] | lanes[2] | lanes[3]) == 0 ? -1 : 0;
}

int
crypto_scalarmult_base(unsigned char* out, const unsigned char* scalar)
{
    const uint64_t base[LANES] = {9, 11, 13, 15};
    Multiply(out, scalar, base);
    return 0;
}
