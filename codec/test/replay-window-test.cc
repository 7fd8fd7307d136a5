// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/replay-cache.h"
#include "sst/replay-window.h"
#include "test-bytes.h"

#include <gtest/gtest.h>
#include <set>

using namespace ssttest;

namespace
{

/// The obvious version: every number ever marked, kept.
class SlowWindow
{
  public:
    bool IsFresh(uint64_t number) const
    {
        return m_seen.count(number) == 0 && (m_seen.empty() || number + 2047 >= *m_seen.rbegin());
    }

    void Mark(uint64_t number)
    {
        m_seen.insert(number);
    }

  private:
    std::set<uint64_t> m_seen;
};

/// Marks numbers in both, comparing before each.
void
Compare(sst::ReplayWindow& window, SlowWindow& slow, uint64_t number)
{
    bool fresh = window.IsFresh(number);
    ASSERT_EQ(fresh, slow.IsFresh(number)) << "number " << number;
    if (fresh)
    {
        window.Mark(number);
        slow.Mark(number);
        ASSERT_FALSE(window.IsFresh(number)) << "number " << number;
    }
}

} // namespace

TEST(ReplayWindow, Edges)
{
    sst::ReplayWindow window;
    EXPECT_TRUE(window.IsFresh(0)) << "nothing seen";
    window.Mark(0);
    EXPECT_FALSE(window.IsFresh(0));
    window.Mark(5000);
    EXPECT_TRUE(window.IsFresh(5000 - 2047)) << "the last one inside";
    EXPECT_FALSE(window.IsFresh(5000 - 2048)) << "the first one outside";
    EXPECT_TRUE(window.IsFresh(5000 - 1023));
    window.Mark(5000 - 2047);
    EXPECT_FALSE(window.IsFresh(5000 - 2047));
    EXPECT_FALSE(window.IsFresh(0));
    EXPECT_TRUE(window.IsFresh(UINT32_MAX));
}

TEST(ReplayWindow, JumpsOfEverySizeAgainstTheSlowVersion)
{
    for (uint64_t jump = 1; jump < 4200;
         jump += jump < 130 || (jump > 2000 && jump < 2100) ? 1 : 37)
    {
        sst::ReplayWindow window;
        SlowWindow slow;
        for (uint64_t number : {10u, 20u, 2057u, 3000u})
        {
            Compare(window, slow, number);
        }
        Compare(window, slow, 3000 + jump);
        for (uint64_t number = 900 + jump; number < 3010 + jump; number += 3)
        {
            ASSERT_EQ(window.IsFresh(number), slow.IsFresh(number)) << number << " jump " << jump;
        }
    }
}

TEST(ReplayWindow, RandomOrdersAgainstTheSlowVersion)
{
    for (uint64_t seed = 0; seed < 12; seed++)
    {
        Dice dice(seed);
        sst::ReplayWindow window;
        SlowWindow slow;
        uint64_t base = seed % 3 == 0 ? 0 : dice.Below(1ull << 32);
        for (int i = 0; i < 6000; i++)
        {
            uint64_t number = 0;
            switch (dice.Below(4))
            {
            case 0: // in order
                number = ++base;
                break;
            case 1: // reordered or repeated
                number = base - std::min(base, dice.Below(100));
                break;
            case 2: // about the edge of the window
                number = base - std::min(base, 1900 + dice.Below(300));
                break;
            default: // ahead, rarely far
                number = base + dice.Below(dice.Below(20) == 0 ? 5000 : 8);
                base = std::max(base, number);
                break;
            }
            Compare(window, slow, number);
            if (HasFatalFailure())
            {
                return;
            }
        }
    }
}

TEST(ReplayWindow, UnseenNumbersInsideAreAllTakenOnce)
{
    Dice dice(7);
    std::vector<uint64_t> numbers;
    for (uint64_t i = 0; i < 2048; i++)
    {
        numbers.push_back(100000 + i);
    }
    for (size_t i = numbers.size() - 1; i > 0; i--)
    {
        std::swap(numbers[i], numbers[dice.Below(i + 1)]);
    }
    sst::ReplayWindow window;
    for (int round = 0; round < 2; round++)
    {
        for (uint64_t number : numbers)
        {
            ASSERT_EQ(window.IsFresh(number), round == 0);
            window.Mark(number);
        }
    }
}

// The cache of ephemerals: seen within its lifetime is seen, a full one says so and forgets
// nothing.
TEST(ReplayCache, RemembersForItsLifetime)
{
    const uint64_t second = 1000000000;
    Dice dice(8);
    sst::ReplayCache cache(sst::SecretKey(To32(dice.Fill(32))), 1000, 20 * second);
    std::vector<std::pair<uint64_t, Bytes>> inserted;
    for (uint64_t now = 100 * second; now < 300 * second; now += second / 2)
    {
        Bytes e = dice.Fill(32);
        ASSERT_EQ(cache.Insert(e.data(), now), sst::ReplayCache::Result::FRESH);
        inserted.emplace_back(now, e);
        for (const auto& [at, seen] : inserted)
        {
            if (now - at <= 20 * second)
            {
                ASSERT_EQ(cache.Insert(seen.data(), now), sst::ReplayCache::Result::SEEN)
                    << (now - at) / second << " s later";
            }
        }
        ASSERT_LE(cache.Size(), 200u) << "forgets what is too old";
    }
}

// "remembered for at least one lifetime and forgotten after at most two", to the nanosecond.
TEST(ReplayCache, EdgesOfALifetime)
{
    using Result = sst::ReplayCache::Result;
    constexpr uint64_t LIFE = 20000000000;
    const Bytes a(32, 1);
    const Bytes b(32, 2);
    const sst::SecretKey key(To32(Bytes(32, 7)));
    {
        sst::ReplayCache cache(key, 10, LIFE);
        EXPECT_EQ(cache.Insert(a.data(), 0), Result::FRESH);
        EXPECT_EQ(cache.Insert(b.data(), LIFE), Result::FRESH);
        EXPECT_EQ(cache.Insert(b.data(), 2 * LIFE), Result::SEEN) << "one lifetime old";
        EXPECT_EQ(cache.Insert(a.data(), 2 * LIFE), Result::FRESH) << "two lifetimes old";
    }
    for (const uint64_t silence : {2 * LIFE, 2 * LIFE + LIFE / 2, 5 * LIFE})
    {
        sst::ReplayCache cache(key, 10, LIFE);
        EXPECT_EQ(cache.Insert(a.data(), 0), Result::FRESH);
        EXPECT_EQ(cache.Insert(a.data(), silence), Result::FRESH);
        EXPECT_EQ(cache.Size(), 1u);
    }
    for (const uint64_t silence : {LIFE, 2 * LIFE - 1})
    {
        sst::ReplayCache cache(key, 10, LIFE);
        EXPECT_EQ(cache.Insert(a.data(), 0), Result::FRESH);
        EXPECT_EQ(cache.Insert(a.data(), silence), Result::SEEN);
    }
    {
        sst::ReplayCache cache(key, 10, LIFE);
        EXPECT_EQ(cache.Insert(a.data(), 0), Result::FRESH);
        EXPECT_EQ(cache.Insert(b.data(), LIFE), Result::FRESH) << "a is of the old generation";
        EXPECT_EQ(cache.Insert(a.data(), 4 * LIFE), Result::FRESH) << "both are forgotten";
        EXPECT_EQ(cache.Size(), 1u);
    }
}

TEST(ReplayCache, LooksAt32Bytes)
{
    Bytes ephemeral(33, 1);
    sst::ReplayCache cache(sst::SecretKey(To32(Bytes(32, 7))), 10, 20000000000);
    EXPECT_EQ(cache.Insert(ephemeral.data(), 5), sst::ReplayCache::Result::FRESH);
    ephemeral[32] = 2;
    EXPECT_EQ(cache.Insert(ephemeral.data(), 6), sst::ReplayCache::Result::SEEN);
    ephemeral[31] = 2;
    EXPECT_EQ(cache.Insert(ephemeral.data(), 7), sst::ReplayCache::Result::FRESH);
}

TEST(ReplayCache, FullSaysSo)
{
    Dice dice(9);
    sst::ReplayCache cache(sst::SecretKey(To32(dice.Fill(32))), 50, 20000000000);
    std::vector<Bytes> all;
    for (int i = 0; i < 50; i++)
    {
        all.push_back(dice.Fill(32));
        ASSERT_EQ(cache.Insert(all.back().data(), 5), sst::ReplayCache::Result::FRESH);
    }
    Bytes more = dice.Fill(32);
    EXPECT_EQ(cache.Insert(more.data(), 6), sst::ReplayCache::Result::FULL);
    for (const Bytes& e : all)
    {
        EXPECT_EQ(cache.Insert(e.data(), 7), sst::ReplayCache::Result::SEEN);
    }
    EXPECT_EQ(cache.Insert(more.data(), 100000000000), sst::ReplayCache::Result::FRESH)
        << "room again once all are old";
}
