// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_VECTORS_H
#define SST_TEST_VECTORS_H

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

namespace ssttest
{

/// \return the folder of third-party vectors, empty where SST_VECTORS is not set
inline std::string
VectorFolder()
{
    const char* folder = std::getenv("SST_VECTORS");
    return folder ? folder : "";
}

/// \return the vector file \p name; null where it cannot be read
inline nlohmann::json
LoadVectors(const std::string& name)
{
    std::ifstream in(VectorFolder() + "/" + name);
    return in ? nlohmann::json::parse(in, nullptr, false) : nlohmann::json();
}

} // namespace ssttest

/// Ends a test with a reason where the vectors are not at hand.
#define SKIP_WITHOUT_VECTORS()                                                                     \
    if (ssttest::VectorFolder().empty())                                                           \
    {                                                                                              \
        GTEST_SKIP() << "SST_VECTORS names no folder of third-party vectors";                      \
    }

#endif // SST_TEST_VECTORS_H
