// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The text of a server's key file.

#include "sst/key-file.h"

#include "fuzz-target.h"

#include <string>

using namespace sst;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const char* text = reinterpret_cast<const char*>(data);
    KeyFile file;
    size_t line = 77;
    const KeyFileStatus status = ParseKeyFile(text, size, file, line);
    REQUIRE(status <= KeyFileStatus::LOW_ORDER);
    REQUIRE(std::strlen(ToString(status)) > 0);
    size_t lines = 1;
    for (size_t i = 0; i < size; i++)
    {
        lines += text[i] == '\n' ? 1 : 0;
    }
    REQUIRE(line <= lines);
    REQUIRE(size <= KEY_FILE_MAX || status == KeyFileStatus::TOO_LONG);
    if (status != KeyFileStatus::OK)
    {
        // "unchanged unless OK"
        REQUIRE(file.pair.secretKey == KeyPair().secretKey && file.notAfter == 0);
        return 0;
    }
    const std::string written = PrintKeyFile(file);
    KeyFile again;
    REQUIRE(ParseKeyFile(written.data(), written.size(), again, line) == KeyFileStatus::OK);
    REQUIRE(PrintKeyFile(again) == written);
    REQUIRE(again.pair.secretKey == file.pair.secretKey && again.pair.keyId == file.pair.keyId);
    return 0;
}
