/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "test-random.h"

#include "sst/hash.h"
#include "sst/wire.h"

#include <algorithm>
#include <string>

namespace sstconform
{

const char*
ToString(sst::Purpose purpose)
{
    switch (purpose)
    {
    case sst::Purpose::INDEX:
        return "INDEX";
    case sst::Purpose::EPHEMERAL:
        return "EPHEMERAL";
    case sst::Purpose::SECRET:
        return "SECRET";
    case sst::Purpose::PORT:
        return "PORT";
    case sst::Purpose::RETRY:
        return "RETRY";
    }
    return "UNKNOWN";
}

TestRandom::TestRandom(uint64_t seed)
    : m_seed{seed}
{
}

void
TestRandom::Prepare(sst::Purpose purpose, const std::vector<uint8_t>& bytes)
{
    m_prepared[purpose].push_back(bytes);
}

void
TestRandom::Fill(sst::Purpose purpose, uint8_t* out, size_t size)
{
    auto& prepared = m_prepared[purpose];
    if (!prepared.empty() && prepared.front().size() == size)
    {
        std::copy(prepared.front().begin(), prepared.front().end(), out);
        prepared.pop_front();
        return;
    }
    const std::string name = ToString(purpose);
    for (size_t done = 0; done < size;)
    {
        std::vector<uint8_t> input(16 + name.size());
        sst::wire::Store64(input.data(), m_seed);
        std::copy(name.begin(), name.end(), input.begin() + 8);
        sst::wire::Store64(input.data() + 8 + name.size(), m_next[purpose]++);
        const sst::Digest block = sst::Sha256({input.data(), input.size()});
        const size_t count = std::min(block.size(), size - done);
        std::copy_n(block.begin(), count, out + done);
        done += count;
    }
}

} // namespace sstconform
