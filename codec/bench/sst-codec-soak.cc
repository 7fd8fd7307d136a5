/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

// Long runs of two endpoints in virtual time:
//     sst-codec-soak packets|handshakes|flood COUNT SEED      COUNT 0: the default of the run
// Prints one figure a line; ends with 1 where something does not hold.

#include "soak-kit.h"

int
main(int argc, char** argv)
{
    const std::string what = argc > 1 ? argv[1] : "";
    uint64_t count = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 0;
    const uint64_t seed = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 1;
    int wrong = 2;
    if (what == "packets")
    {
        wrong = sstsoak::RunPackets(count != 0 ? count : 20000000, seed);
    }
    else if (what == "handshakes")
    {
        wrong = sstsoak::RunHandshakes(count != 0 ? count : 10000, seed);
    }
    else if (what == "flood")
    {
        wrong = sstsoak::RunFlood(count != 0 ? count : 1000000, seed);
    }
    else
    {
        std::fprintf(stderr, "usage: %s packets|handshakes|flood COUNT SEED\n", argv[0]);
        return 2;
    }
    return wrong == 0 ? 0 : 1;
}
