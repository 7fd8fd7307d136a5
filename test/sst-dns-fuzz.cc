/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Random and mutated bytes through the parsers of DNS messages, SVCB data and SvcParams; meant to
// be built with AddressSanitizer and UndefinedBehaviorSanitizer.
// Usage: sst-dns-fuzz COUNT SEED. Exit status: 0 all is well, 1 something did not hold, 2 usage.

#include "sst-dns-mutator.h"

#include <cstdint>
#include <cstdlib>
#include <iostream>

int
main(int argc, char* argv[])
{
    char* end = nullptr;
    const uint64_t count = argc == 3 ? std::strtoull(argv[1], &end, 10) : 0;
    if (argc != 3 || *end != '\0' || count == 0)
    {
        std::cerr << "usage: " << argv[0] << " COUNT SEED, two numbers, COUNT at least 1\n";
        return 2;
    }
    SstDnsMutator mutator(std::strtoull(argv[2], nullptr, 10));
    for (uint64_t i = 0; i < count; i++)
    {
        mutator.Step();
    }
    for (const auto& [outcome, times] : mutator.GetOutcomes())
    {
        std::cout << outcome << ' ' << times << '\n';
    }
    for (const auto& failure : mutator.GetFailures())
    {
        std::cerr << "FAIL " << failure << '\n';
    }
    return mutator.GetFailures().empty() ? 0 : 1;
}
