// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The value of key65280 as DNS hands it over.

#include "sst/key-value.h"

#include "fuzz-target.h"

using namespace sst;

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static std::vector<KeyEntry> entries;
    static std::vector<KeyEntry> again;
    const KeyValueStatus status = ParseKeyValue(data, size, entries);
    REQUIRE(status <= KeyValueStatus::NO_USABLE);
    REQUIRE((status == KeyValueStatus::EMPTY) == (size == 0));
    REQUIRE((status == KeyValueStatus::OK) == !entries.empty());
    if (size <= 200)
    {
        REQUIRE(PrintKeyValue(data, size).size() == 4 * size + 2);
    }
    if (status != KeyValueStatus::OK)
    {
        return 0;
    }
    REQUIRE(entries.size() <= 4 && entries.size() * 41 <= size);
    for (const KeyEntry& entry : entries)
    {
        REQUIRE(entry.version == 1 && entry.suite == 1);
        REQUIRE(!IsLowOrder(entry.publicKey));
        REQUIRE(entry.IsValidAt(0));
        REQUIRE(entry.IsValidAt(UINT64_MAX) == (entry.notAfter == 0));
    }
    // What was understood, written anew, is understood the same; with nothing skipped the bytes are
    // the same too.
    const std::vector<uint8_t> written = SerializeKeyValue(entries);
    REQUIRE(ParseKeyValue(written.data(), written.size(), again) == KeyValueStatus::OK);
    REQUIRE(again.size() == entries.size());
    REQUIRE(SerializeKeyValue(again) == written);
    if (written.size() == size)
    {
        REQUIRE(std::memcmp(written.data(), data, size) == 0);
    }
    const std::string lines = DescribeKeyValue(entries);
    REQUIRE(!lines.empty() && lines.back() == '\n');
    return 0;
}
