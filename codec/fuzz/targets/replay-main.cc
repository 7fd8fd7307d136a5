// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Feeds files, and the files of folders, to one fuzz target, for compilers without libFuzzer:
//     fuzz-NAME FILE_OR_FOLDER...

#include "fuzz-target.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

int
main(int argc, char** argv)
{
    std::vector<std::filesystem::path> files;
    for (int i = 1; i < argc; i++)
    {
        if (!std::filesystem::is_directory(argv[i]))
        {
            files.emplace_back(argv[i]);
            continue;
        }
        for (const auto& entry : std::filesystem::directory_iterator(argv[i]))
        {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    if (files.empty())
    {
        std::fprintf(stderr, "usage: %s FILE_OR_FOLDER...: no file was named\n", argv[0]);
        return 2;
    }
    for (const std::filesystem::path& file : files)
    {
        std::ifstream stream(file, std::ios::binary);
        if (!stream)
        {
            std::fprintf(stderr, "cannot read %s\n", file.c_str());
            return 2;
        }
        const std::vector<char> read{std::istreambuf_iterator<char>(stream), {}};
        // A copy of exactly that size on the heap: a read past it is seen by sanitizers.
        std::vector<uint8_t> bytes(read.begin(), read.end());
        bytes.shrink_to_fit();
        (void)LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    std::printf("%zu inputs\n", files.size());
    return 0;
}
