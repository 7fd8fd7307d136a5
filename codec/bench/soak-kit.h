/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SOAK_KIT_H
#define SST_SOAK_KIT_H

#include "bench-world.h"
#include "sst/wire.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <unistd.h>

/**
 * @file
 * What the long runs share.
 */

namespace sstsoak
{

using namespace sst;

constexpr char NAME[] = "soak.example";
constexpr uint16_t UDP_PORT = 4433;
constexpr uint8_t SYN = 2;
constexpr uint8_t FIN = 1;
constexpr uint8_t ACK = 16;
constexpr char MAGIC[] = "in-the-clear";

class Dice : public ssttest::SplitMix
{
  public:
    using SplitMix::SplitMix;

    /// True in `share` of 1000 cases.
    bool Chance(uint64_t share)
    {
        return Below(1000) < share;
    }
};

inline int g_wrong = 0; //!< statements that did not hold

inline void
Require(bool so, const std::string& what)
{
    if (!so && ++g_wrong <= 20)
    {
        std::printf("wrong: %s\n", what.c_str());
    }
}

inline void
Say(const char* what, double value, const char* unit, int digits = 0)
{
    std::printf("%s: %.*f%s%s\n", what, digits, value, *unit != '\0' ? " " : "", unit);
}

/// Resident memory of this process, bytes.
inline size_t
Resident()
{
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    unsigned long total = 0;
    unsigned long resident = 0;
    if (file == nullptr || std::fscanf(file, "%lu %lu", &total, &resident) != 2)
    {
        std::fprintf(stderr, "cannot read /proc/self/statm\n");
        std::exit(2);
    }
    std::fclose(file);
    return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

inline uint64_t
CpuNs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<uint64_t>(now.tv_sec) * NS_PER_S + static_cast<uint64_t>(now.tv_nsec);
}

/// Writes a TCP header, or a UDP one, and the payload.
inline void
Fill(Buffer& buffer,
     uint8_t protocol,
     uint16_t from,
     uint16_t to,
     uint8_t flags,
     uint32_t sequence,
     const void* payload,
     size_t size)
{
    const size_t header = protocol == PROTOCOL_TCP ? 20 : 8;
    uint8_t* segment = buffer.Resize(header + size);
    std::memset(segment, 0, header);
    wire::Store16(segment, from);
    wire::Store16(segment + 2, to);
    if (protocol == PROTOCOL_TCP)
    {
        wire::Store32(segment + 4, sequence);
        segment[12] = 0x50;
        segment[13] = flags;
    }
    else
    {
        wire::Store16(segment + 4, static_cast<uint16_t>(header + size));
    }
    if (size > 0)
    {
        std::memcpy(segment + header, payload, size);
    }
}

/// Each of these prints its figures. @return how many statements did not hold
int RunPackets(uint64_t count, uint64_t seed);
int RunHandshakes(uint64_t count, uint64_t seed);
int RunFlood(uint64_t count, uint64_t seed);

} // namespace sstsoak

#endif // SST_SOAK_KIT_H
