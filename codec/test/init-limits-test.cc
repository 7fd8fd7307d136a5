// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Rates and counts of addresses: against exact arithmetic and a slow obvious model.

#include "sst/endpoint.h"
#include "sst/init-limits.h"
#include "sst/site-table.h"
#include "sst/token-bucket.h"
#include "test-host.h"

#include <gtest/gtest.h>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

using namespace ssttest;

namespace
{

sst::IpAddress
Address(uint32_t number)
{
    Bytes bytes = BigEndian(number, 4);
    return sst::IpAddress::From(bytes.data(), 4);
}

/// \return the nth address of a /64, IPv6
sst::IpAddress
InSite(uint64_t site, uint64_t number)
{
    Bytes bytes = Concat({BigEndian(0x20010db800000000 | site, 8), BigEndian(number, 8)});
    return sst::IpAddress::From(bytes.data(), 16);
}

/// \return how many are let through at one moment
uint32_t
Burst(sst::TokenBucket& bucket, uint32_t rate, uint64_t now)
{
    uint32_t count = 0;
    while (count < 100000 && bucket.Has(rate, now))
    {
        bucket.Take(rate, now);
        count++;
    }
    return count;
}

} // namespace

// "burst one second"
TEST(TokenBucket, HoldsOneSecond)
{
    for (uint32_t rate : {1u, 2u, 10u, 50u, 2900u})
    {
        sst::TokenBucket bucket;
        EXPECT_EQ(Burst(bucket, rate, 0), rate) << "full at the start, at time 0 too";
        EXPECT_EQ(Burst(bucket, rate, 0), 0u);
        EXPECT_EQ(Burst(bucket, rate, 2 * S), rate) << "and full again, not fuller";
        EXPECT_EQ(Burst(bucket, rate, 1000 * S), rate);
    }
}

TEST(TokenBucket, OneComesBackAfterItsInterval)
{
    sst::TokenBucket bucket;
    EXPECT_EQ(Burst(bucket, 50, 5 * S), 50u);
    EXPECT_FALSE(bucket.Has(50, 5 * S + 20 * MS - 1));
    EXPECT_TRUE(bucket.Has(50, 5 * S + 20 * MS));
    EXPECT_EQ(Burst(bucket, 50, 5 * S + 20 * MS), 1u);
    EXPECT_EQ(Burst(bucket, 50, 5 * S + 80 * MS), 3u);
    EXPECT_EQ(Burst(bucket, 50, 5 * S + 1080 * MS), 50u);
}

// The first nanosecond at which a whole token is there, whether the rate divides a second or not.
TEST(TokenBucket, NotANanosecondEarly)
{
    for (uint64_t rate : {1, 3, 7, 50, 2900, 4095})
    {
        uint64_t first = 0; // least with first * rate >= one second
        while ((first + 1000000) * rate < S)
        {
            first += 1000000;
        }
        while (first * rate < S)
        {
            ++first;
        }
        const auto perSecond = static_cast<uint32_t>(rate);
        sst::TokenBucket bucket;
        EXPECT_EQ(Burst(bucket, perSecond, 5 * S), rate);
        EXPECT_FALSE(bucket.Has(perSecond, 5 * S + first - 1)) << rate;
        EXPECT_TRUE(bucket.Has(perSecond, 5 * S + first)) << rate;
    }
}

TEST(TokenBucket, RateZeroNeverHasOne)
{
    sst::TokenBucket bucket;
    EXPECT_FALSE(bucket.Has(0, 0));
    EXPECT_FALSE(bucket.Has(0, 1000 * S));
}

// Tokens counted in billionths, at rates that divide a second: the same answer at every moment.
TEST(TokenBucket, AgainstExactArithmetic)
{
    for (uint32_t rate : {1u, 10u, 50u, 1000u})
    {
        Dice dice(rate);
        sst::TokenBucket bucket;
        uint64_t now = 7 * S;
        uint64_t tokens = rate * S;
        uint64_t last = now;
        for (int i = 0; i < 20000; i++)
        {
            now += dice.Below(2 * S / rate);
            tokens = std::min(rate * S, tokens + (now - last) * rate);
            last = now;
            ASSERT_EQ(bucket.Has(rate, now), tokens >= S) << i;
            if (tokens >= S && dice.Below(4) != 0)
            {
                bucket.Take(rate, now);
                tokens -= S;
            }
        }
    }
}

// A rate that does not divide a second is kept too, and all but reached.
TEST(TokenBucket, RateIsNeverExceeded)
{
    sst::TokenBucket bucket;
    uint64_t passed = 0;
    for (uint64_t ms = 0; ms <= 10000; ms++)
    {
        passed += Burst(bucket, 2900, ms * MS);
        ASSERT_LE(passed, 2900 + 2900 * ms / 1000) << ms;
    }
    EXPECT_GE(passed, 2900u + 29000u - 1);
}

// The same of the table, whose buckets are compiled into the codec.
TEST(SiteTable, NotANanosecondEarly)
{
    for (uint32_t rate : {1u, 3u, 7u, 50u, 2900u})
    {
        sst::SiteTable table({1, 2}, 16, rate);
        const size_t place = table.PlaceOf(Address(1));
        for (uint32_t i = 0; i < rate; i++)
        {
            ASSERT_TRUE(table.HasToken(place, 5 * S));
            table.TakeToken(place, 5 * S);
        }
        const uint64_t first = 5 * S + S / rate + (S % rate != 0 ? 1 : 0);
        EXPECT_FALSE(table.HasToken(place, first - 1)) << rate;
        EXPECT_TRUE(table.HasToken(place, first)) << rate;
    }
}

TEST(SiteTable, APlaceIsFoundAgainAndAddressesOfA64ShareIt)
{
    sst::SiteTable table({1, 2}, 4096, 50);
    std::set<size_t> places;
    for (uint32_t i = 0; i < 1000; i++)
    {
        size_t place = table.PlaceOf(InSite(i, 1));
        EXPECT_LT(place, 4096u);
        EXPECT_EQ(table.PlaceOf(InSite(i, 77 + i)), place);
        places.insert(place);
        EXPECT_EQ(table.PlaceOf(Address(i)), table.PlaceOf(Address(i)));
    }
    // 1000 sites in 4096 places leave 4096 (1 - (1 - 1/4096)^1000) = 887 in use on average
    EXPECT_GT(places.size(), 800u);
    EXPECT_LT(places.size(), 960u);
}

// Without the secret nobody knows who shares a place.
TEST(SiteTable, PlacesDependOnTheSecret)
{
    sst::SiteTable one({1, 2}, 4096, 50);
    sst::SiteTable other({1, 3}, 4096, 50);
    uint32_t same = 0;
    for (uint32_t i = 0; i < 1000; i++)
    {
        same += one.PlaceOf(Address(i)) == other.PlaceOf(Address(i));
    }
    EXPECT_LT(same, 10u);
}

TEST(SiteTable, MemoryIsFixed)
{
    sst::SiteTable table({1, 2}, 4096, 50);
    EXPECT_EQ(table.MemoryBytes(), 0u) << "nothing for a host that never serves";
    table.Enter(table.PlaceOf(Address(1)));
    size_t bytes = table.MemoryBytes();
    EXPECT_LE(bytes, 4096u * 16);
    EXPECT_GE(bytes, 4096u * 12) << "a bucket and a count for each place";
    for (uint32_t i = 0; i < 100000; i++)
    {
        size_t place = table.PlaceOf(Address(i));
        table.Enter(place);
        table.TakeToken(place, 1 * S);
    }
    EXPECT_EQ(table.MemoryBytes(), bytes);
}

TEST(SiteTable, PlacesAreCountedApart)
{
    sst::SiteTable table({1, 2}, 8, 2);
    EXPECT_EQ(table.Count(3), 0u);
    EXPECT_TRUE(table.HasToken(3, 0));
    table.Enter(3);
    table.Enter(3);
    table.Enter(4);
    table.Leave(3);
    EXPECT_EQ(table.Count(3), 1u);
    EXPECT_EQ(table.Count(4), 1u);
    EXPECT_EQ(table.Count(5), 0u);
    table.TakeToken(3, 0);
    table.TakeToken(3, 0);
    EXPECT_FALSE(table.HasToken(3, 0));
    EXPECT_TRUE(table.HasToken(4, 0));
    EXPECT_FALSE(table.HasToken(3, 499 * MS));
    EXPECT_TRUE(table.HasToken(3, 500 * MS));
}

TEST(SiteTable, NoPlacesCountAsOne)
{
    sst::SiteTable table({1, 2}, 0, 2);
    EXPECT_EQ(table.PlaceOf(Address(1)), 0u);
    table.Enter(0);
    EXPECT_EQ(table.Count(table.PlaceOf(Address(9))), 1u);
}

// A slow model of the rules, all limits small, many sites.
TEST(InitLimits, AgainstAModel)
{
    sst::EndpointConfig config;
    config.maxHalfOpen = 12;
    config.maxHalfOpenValidated = 20;
    config.initRate = 20;
    config.siteInitRate = 5;
    config.siteHalfOpen = 4;
    config.limitBuckets = 1 << 20; // nobody shares a place
    sst::InitLimits limits(config, {8, 9});

    struct Site
    {
        uint64_t tokens[2]{5 * S, 5 * S};
        uint64_t last[2]{0, 0};
        uint32_t half[2]{0, 0};
    };

    std::map<sst::IpAddress, Site> sites;
    uint64_t all = 20 * S;
    uint64_t allLast = 0;
    std::vector<std::pair<sst::IpAddress, sst::InitLimits::Seat>> open;
    std::map<sst::Reason, int> answers;
    Dice dice(2);
    uint64_t now = 0;
    for (int i = 0; i < 50000; i++)
    {
        now += dice.Below(8 * MS);
        sst::IpAddress from = Address(static_cast<uint32_t>(dice.Below(8)));
        bool token = dice.Below(3) == 0;
        Site& site = sites[from];
        uint64_t& tokens = site.tokens[token];
        tokens = std::min(5 * S, tokens + (now - site.last[token]) * 5);
        site.last[token] = now;
        all = std::min(20 * S, all + (now - allLast) * 20);
        allLast = now;
        sst::Reason expected = sst::Reason::NONE;
        if (token)
        {
            expected = open.size() >= 20 || site.half[1] >= 4 ? sst::Reason::HALF_OPEN_FULL
                       : tokens < S                           ? sst::Reason::INIT_RATE
                                                              : sst::Reason::NONE;
        }
        else if (open.size() >= 12 || site.half[0] >= 4 || all < S || tokens < S)
        {
            expected = sst::Reason::RETRY_SENT;
        }
        sst::InitLimits::Seat seat;
        sst::Reason reason = limits.Admit(from, token, open.size(), now, seat);
        ASSERT_STREQ(sst::ToString(reason), sst::ToString(expected)) << i;
        answers[reason]++;
        ASSERT_EQ(seat.validated, token);
        if (reason == sst::Reason::NONE)
        {
            tokens -= S;
            all -= token ? 0 : S;
            if (dice.Below(2) != 0) // else its tag was wrong
            {
                site.half[token]++;
                limits.Enter(seat);
                open.emplace_back(from, seat);
            }
        }
        ASSERT_EQ(limits.HalfOpen(seat), site.half[token]);
        // by turns sessions come up soon, so that the rates bind, and late, so that the counts do
        while (!open.empty() && dice.Below(i / 1000 % 2 ? 4 : 200) == 0)
        {
            size_t which = dice.Below(open.size());
            auto [address, taken] = open[which];
            sites[address].half[taken.validated]--;
            limits.Leave(taken);
            open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
        }
    }
    for (sst::Reason reason : {sst::Reason::NONE,
                               sst::Reason::RETRY_SENT,
                               sst::Reason::INIT_RATE,
                               sst::Reason::HALF_OPEN_FULL})
    {
        EXPECT_GT(answers[reason], 100) << sst::ToString(reason);
    }
}

// RETRY-20, RETRY-21
TEST(InitLimits, AreasAgainstAModel)
{
    sst::EndpointConfig config;
    config.maxHalfOpen = 1000;
    config.maxHalfOpenValidated = 60; // 15 of an area
    config.initRate = 20;             // with a token 80, 5 of an area
    config.siteInitRate = 4;
    config.siteHalfOpen = 6;
    config.limitBuckets = 1 << 20; // nobody shares a place
    sst::InitLimits limits(config, {8, 9});

    struct Count
    {
        uint64_t rate;
        uint64_t tokens;
        uint64_t last{0};
        uint32_t half{0};

        explicit Count(uint64_t perSecond)
            : rate{perSecond},
              tokens{perSecond * S}
        {
        }

        bool Has(uint64_t now)
        {
            tokens = std::min(rate * S, tokens + (now - last) * rate);
            last = now;
            return tokens >= S;
        }
    };

    struct Open
    {
        uint32_t area;
        uint32_t site;
        bool v6;
        sst::InitLimits::Seat seat;
    };

    Count all(80);
    std::map<uint32_t, Count> areas;
    std::map<uint32_t, Count> sites;
    std::vector<Open> open;
    std::map<std::pair<sst::Reason, bool>, int> answers;
    Dice dice(4);
    uint64_t now = 0;
    for (int i = 0; i < 100000; i++)
    {
        // quiet and busy times
        now += dice.Below((i / 2000 % 2 != 0 ? 4 : 60) * MS);
        const bool v6 = dice.Below(4) != 0;
        const auto area = static_cast<uint32_t>(dice.Below(10));
        const auto of = static_cast<uint32_t>(dice.Below(6));
        // 48 bits of area, the last of them different; sites differ in both bytes behind them
        Bytes bytes = Concat({BigEndian(0x20010db80000, 6),
                              {static_cast<uint8_t>(of), static_cast<uint8_t>(of * 7)},
                              BigEndian(dice.Below(1000), 8)});
        bytes[5] = static_cast<uint8_t>(area);
        const sst::IpAddress from =
            v6 ? sst::IpAddress::From(bytes.data(), 16) : Address(area * 8 + of);
        const uint32_t site = (v6 ? 10000 : 0) + area * 8 + of;
        Count& own = sites.try_emplace(site, 4).first->second;
        Count& wide = areas.try_emplace(area, 5).first->second;
        const bool rates[] = {all.Has(now), !v6 || wide.Has(now), own.Has(now)};
        sst::Reason expected = sst::Reason::NONE;
        if (open.size() >= 60 || (v6 && wide.half >= 15) || own.half >= 6)
        {
            expected = sst::Reason::HALF_OPEN_FULL;
        }
        else if (!rates[0] || !rates[1] || !rates[2])
        {
            expected = sst::Reason::INIT_RATE;
        }
        sst::InitLimits::Seat seat;
        ASSERT_EQ(limits.Admit(from, true, open.size(), now, seat), expected) << i;
        answers[{expected, v6 && (wide.half >= 15 || !rates[1])}]++;
        if (expected == sst::Reason::NONE)
        {
            all.tokens -= S;
            own.tokens -= S;
            own.half++;
            if (v6)
            {
                wide.tokens -= S;
                wide.half++;
            }
            limits.Enter(seat);
            open.push_back({area, site, v6, seat});
        }
        const bool drains = i / 5000 % 2 != 0;
        while (!open.empty() && dice.Below(drains ? 2 : 30) == 0)
        {
            std::swap(open[dice.Below(open.size())], open.back());
            const Open gone = open.back();
            open.pop_back();
            limits.Leave(gone.seat);
            sites.at(gone.site).half--;
            if (gone.v6)
            {
                areas.at(gone.area).half--;
            }
        }
    }
    for (const sst::Reason reason :
         {sst::Reason::NONE, sst::Reason::INIT_RATE, sst::Reason::HALF_OPEN_FULL})
    {
        EXPECT_GT((answers[{reason, false}]), 100) << sst::ToString(reason);
    }
    EXPECT_GT((answers[{sst::Reason::INIT_RATE, true}]), 100);
}

// RETRY-20: a quarter, rounded up.
TEST(InitLimits, AnAreaHasAQuarterOfTheSeats)
{
    for (auto [most, quarter] :
         {std::pair<size_t, uint32_t>{1, 1}, {4, 1}, {5, 2}, {20, 5}, {21, 6}})
    {
        sst::EndpointConfig config;
        config.maxHalfOpenValidated = most;
        sst::InitLimits limits(config, {8, 9});
        uint32_t seats = 0;
        for (uint64_t site = 0; site < 40; site++)
        {
            sst::InitLimits::Seat seat;
            if (limits.Admit(InSite(site, 1), true, 0, 0, seat) == sst::Reason::NONE)
            {
                limits.Enter(seat);
                seats++;
            }
        }
        EXPECT_EQ(seats, quarter) << most;
        // IPv4 has no areas, and what has no token counts for none
        for (int i = 0; i < 10; i++)
        {
            sst::InitLimits::Seat seat;
            EXPECT_EQ(limits.Admit(Address(1), true, 0, 0, seat), sst::Reason::NONE);
            limits.Enter(seat);
            EXPECT_EQ(limits.Admit(InSite(1000, 1), false, 0, 0, seat), sst::Reason::NONE);
            limits.Enter(seat);
        }
    }
}

// RETRY-20, RETRY-21: at the least rates.
TEST(InitLimits, RatesOfAreasAreNeverNone)
{
    for (auto [rate, ofArea, ofAll] : {std::tuple{1u, 1u, 4u}, {7u, 1u, 28u}, {8u, 2u, 32u}})
    {
        sst::EndpointConfig config;
        config.initRate = rate;
        sst::InitLimits limits(config, {8, 9});
        sst::InitLimits::Seat seat;
        uint32_t passed = 0;
        for (uint64_t site = 0; site < 40; site++)
        {
            passed += limits.Admit(InSite(site, 1), true, 0, 0, seat) == sst::Reason::NONE;
        }
        EXPECT_EQ(passed, ofArea) << rate;
        for (uint32_t host = 0; host < 60; host++)
        {
            passed += limits.Admit(Address(host), true, 0, 0, seat) == sst::Reason::NONE;
        }
        EXPECT_EQ(passed, ofAll) << rate;
    }
    sst::EndpointConfig most;
    most.initRate = UINT32_MAX;
    sst::InitLimits limits(most, {8, 9});
    sst::InitLimits::Seat seat;
    for (uint32_t host = 0; host < 4000; host++)
    {
        ASSERT_EQ(limits.Admit(Address(host), true, 0, 0, seat), sst::Reason::NONE) << host;
    }
}
