/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * The codec as an implementation under test: questions as JSON lines on standard input, answers on
 * standard output (doc/conformance.md). Exit status 0 at the end of input, 127 for something the
 * codec does not have, 2 for a line that is no JSON.
 */

#include "adapter.h"

#include <iostream>
#include <string>

int
main()
{
    std::ios::sync_with_stdio(false);
    sstconform::Adapter adapter;
    std::string line;
    while (std::getline(std::cin, line))
    {
        try
        {
            std::cout << adapter.Answer(sstconform::Json::parse(line)).dump() << std::endl;
        }
        catch (const sstconform::Unsupported& unsupported)
        {
            std::cerr << "unsupported: " << unsupported.what() << std::endl;
            return 127;
        }
        catch (const sstconform::Json::exception& error)
        {
            std::cerr << "no question: " << error.what() << std::endl;
            return 2;
        }
    }
    return 0;
}
