// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The leaf containers against the standard ones, and Buffer.

#include "session-arena.h"
#include "session.h"
#include "sst/buffer.h"
#include "sst/flow-table.h"
#include "sst/index-table.h"
#include "sst/reason.h"
#include "sst/site-counts.h"
#include "sst/tombstone-table.h"
#include "test-segment.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>

using namespace ssttest;

namespace
{

/// Of hashes: as random as a table's own, or all keys would hash alike.
constexpr std::array<uint64_t, 3> SEED{0x9e3779b97f4a7c15, 0xbf58476d1ce4e5b9, 0x94d049bb133111eb};

sst::FlowKey
RandomKey(Dice& dice)
{
    Bytes address{10, 0, 0, static_cast<uint8_t>(dice.Below(20))};
    return {static_cast<uint8_t>(dice.Below(2) ? 6 : 17),
            static_cast<uint16_t>(dice.Below(3)),
            sst::IpAddress::From(address.data(), 4),
            static_cast<uint16_t>(dice.Below(50))};
}

} // namespace

TEST(Table, FlowTableAgainstAMap)
{
    Dice dice(1);
    sst::SessionArena arena;
    sst::FlowTable table(SEED, 400, 40, arena);
    // a session for each of the addresses that carry flows
    std::map<sst::IpAddress, sst::Session*> sessions;
    std::map<sst::FlowKey, sst::FlowEntry*> slow;
    std::map<sst::IpAddress, size_t> sites;
    for (int i = 0; i < 30000; i++)
    {
        sst::FlowKey key = RandomKey(dice);
        auto& session = sessions[key.peer];
        if (session == nullptr)
        {
            session = &arena.Make();
            session->peer = key.peer;
        }
        auto found = slow.find(key);
        ASSERT_EQ(table.Find(key), found == slow.end() ? nullptr : found->second);
        if (found != slow.end())
        {
            sst::FlowEntry& entry = *found->second;
            ASSERT_EQ(table.KeyOf(entry), key);
            switch (dice.Below(4))
            {
            case 0:
                if (entry.session != 0)
                {
                    table.EraseBound(entry, session->flows);
                }
                else
                {
                    table.Erase(entry);
                }
                slow.erase(found);
                sites[key.peer]--;
                break;
            case 1:
                if (entry.session == 0)
                {
                    table.Bind(entry, session->slot, session->flows);
                    table.DropDetail(entry);
                }
                break;
            case 2:
                if (entry.session != 0)
                {
                    table.Unbind(entry, session->flows);
                    ASSERT_EQ(table.DetailOf(entry).peer, key.peer);
                }
                break;
            default:
                break;
            }
        }
        else
        {
            sst::FlowEntry* entry = table.Insert(key, 5);
            bool room = slow.size() < 400 && sites[key.peer] < 40;
            ASSERT_EQ(entry != nullptr, room);
            if (entry)
            {
                EXPECT_FALSE(entry->IsTranslated());
                slow[key] = entry;
                sites[key.peer]++;
            }
        }
        ASSERT_EQ(table.Size(), slow.size());
    }
    size_t details = 0;
    std::map<uint32_t, size_t> carried;
    for (const auto& [key, entry] : slow)
    {
        EXPECT_EQ(table.Find(key), entry) << "entries do not move";
        details += entry->session == 0;
        carried[entry->session]++;
    }
    EXPECT_EQ(table.DetailCount(), details) << "flows of a session need none";
    for (const auto& [peer, session] : sessions)
    {
        EXPECT_EQ(session->flows.size, carried[session->slot]);
        size_t walked = 0;
        for (auto* entry = table.At(session->flows.head); entry; entry = table.At(entry->next))
        {
            EXPECT_EQ(entry->session, session->slot);
            walked++;
        }
        EXPECT_EQ(walked, session->flows.size);
    }
    std::set<sst::FlowEntry*> walked;
    for (int i = 0; i < 100000 && walked.size() < slow.size(); i++)
    {
        if (sst::FlowEntry* entry = table.Step(8))
        {
            walked.insert(entry);
        }
    }
    EXPECT_EQ(walked.size(), slow.size()) << "the sweep reaches every entry";
}

TEST(Table, FlowList)
{
    sst::SessionArena arena;
    sst::FlowTable table(SEED, 10, 10, arena);
    sst::Session& session = arena.Make();
    session.peer = Ip("10.0.0.1");
    std::vector<sst::FlowEntry*> entries;
    for (uint16_t port = 0; port < 5; port++)
    {
        entries.push_back(table.Insert({6, port, session.peer, 1}, 0));
        table.Bind(*entries.back(), session.slot, session.flows);
    }
    table.Unbind(*entries[2], session.flows);
    table.Unbind(*entries[4], session.flows);
    table.Unbind(*entries[0], session.flows);
    EXPECT_EQ(session.flows.size, 2u);
    EXPECT_EQ(table.At(session.flows.head), entries[3]) << "latest first";
    EXPECT_EQ(table.At(entries[3]->next), entries[1]);
    EXPECT_EQ(entries[1]->next, 0u);
    EXPECT_EQ(entries[2]->session, 0u);
    table.EraseBound(*entries[1], session.flows);
    table.EraseBound(*entries[3], session.flows);
    EXPECT_EQ(session.flows.head, 0u);
    EXPECT_EQ(session.flows.size, 0u);
    EXPECT_EQ(table.Size(), 3u);
}

// "units of TIME_UNIT_NS, rounded down: [...] too long by less than one unit", also after months
TEST(Table, FlowTimesLastForMonths)
{
    sst::SessionArena arena;
    sst::FlowTable table(SEED, 10, 10, arena);
    Dice dice(7);
    const uint64_t unit = sst::FlowTable::TIME_UNIT_NS;
    const uint64_t day = 24 * 3600 * uint64_t{1000000000};
    sst::FlowEntry* old = table.Insert({6, 1, Ip("10.0.0.1"), 1}, 3 * unit + 1);
    EXPECT_EQ(table.IdleNs(*old, 3 * unit + 1), 1u);
    EXPECT_EQ(table.IdleNs(*old, 4 * unit), unit);
    sst::FlowEntry* busy = table.Insert({6, 2, Ip("10.0.0.1"), 1}, 0);
    uint64_t now = 0;
    for (int i = 0; i < 400; i++)
    {
        const uint64_t step = dice.Below(day) + 1;
        const uint64_t before = now;
        now += step;
        const uint64_t idle = table.IdleNs(*busy, now);
        EXPECT_GE(idle, step);
        EXPECT_LT(idle, step + unit) << before;
        EXPECT_GE(table.IdleNs(*old, now), std::min(now - 3 * unit - 1, 24 * day));
        table.Touch(*busy, now);
    }
    EXPECT_GT(now, 100 * day);
    // a clock that starts high
    sst::FlowTable late(SEED, 10, 10, arena);
    sst::FlowEntry* entry = late.Insert({6, 1, Ip("10.0.0.1"), 1}, 5000 * day + 17);
    EXPECT_LT(late.IdleNs(*entry, 5000 * day + 17), unit);
    EXPECT_GE(late.IdleNs(*entry, 5001 * day + 17), day);
}

TEST(Table, SiteCountsAgainstAMap)
{
    Dice dice(11);
    sst::SiteCounts counts(SEED, 7);
    std::map<sst::IpAddress, size_t> slow;
    for (int i = 0; i < 40000; i++)
    {
        Bytes bytes(dice.Below(2) ? 4 : 16, 0);
        bytes[0] = static_cast<uint8_t>(dice.Below(4));
        bytes[3] = static_cast<uint8_t>(dice.Below(20));
        if (bytes.size() == 16)
        {
            bytes[15] = static_cast<uint8_t>(dice.Below(200)); // the same /64
        }
        sst::IpAddress address =
            sst::IpAddress::From(bytes.data(), static_cast<uint8_t>(bytes.size()));
        size_t& count = slow[address.Site()];
        ASSERT_EQ(counts.Count(address), count);
        if (dice.Below(2) == 0 && count > 0)
        {
            counts.Remove(address);
            count--;
        }
        else
        {
            ASSERT_EQ(counts.Add(address), count < 7);
            count += count < 7;
        }
    }
    size_t sites = 0;
    for (const auto& [site, count] : slow)
    {
        EXPECT_EQ(counts.Count(site), count);
        sites += count > 0;
    }
    EXPECT_EQ(counts.Size(), sites);
    sst::SiteCounts none(SEED, 0);
    EXPECT_FALSE(none.Add(Ip("10.0.0.1")));
}

// Small tables, many hashes: runs of slots that go round the end, and gaps in them.
TEST(Table, SiteCountsRoundTheEnd)
{
    Dice dice(12);
    for (int table = 0; table < 300; table++)
    {
        sst::SiteCounts counts({dice.Next(), dice.Next(), dice.Next()}, 1);
        std::set<uint32_t> slow;
        for (int i = 0; i < 200; i++)
        {
            const auto number = static_cast<uint32_t>(dice.Below(12));
            const Bytes bytes = BigEndian(0x0a000000 + number, 4);
            const sst::IpAddress address = sst::IpAddress::From(bytes.data(), 4);
            ASSERT_EQ(counts.Count(address), slow.count(number));
            if (slow.count(number) != 0)
            {
                counts.Remove(address);
                slow.erase(number);
            }
            else
            {
                ASSERT_TRUE(counts.Add(address));
                slow.insert(number);
            }
        }
        EXPECT_EQ(counts.Size(), slow.size());
    }
}

// Sessions stay where they are, slots are used again, and what is left ends with the arena.
TEST(Table, SessionArenaAgainstAMap)
{
    Dice dice(5);
    std::map<uint32_t, std::pair<sst::Session*, uint64_t>> slow;
    auto arena = std::make_unique<sst::SessionArena>();
    EXPECT_EQ(arena->Find(0), nullptr);
    EXPECT_EQ(arena->Find(1), nullptr);
    uint32_t largest = 0;
    size_t most = 0;
    for (uint64_t i = 1; i <= 20000; i++)
    {
        if (slow.empty() || dice.Below(100) < (i < 10000 ? 60u : 45u))
        {
            sst::Session& session = arena->Make();
            EXPECT_EQ(session.id, 0u) << "fresh";
            session.id = i;
            ASSERT_TRUE(slow.emplace(session.slot, std::make_pair(&session, i)).second);
            largest = std::max(largest, session.slot);
            most = std::max(most, slow.size());
        }
        else
        {
            auto gone = std::next(slow.begin(), dice.Below(static_cast<uint32_t>(slow.size())));
            const uint32_t slot = gone->first;
            arena->Release(*gone->second.first);
            slow.erase(gone);
            ASSERT_EQ(arena->Find(slot), nullptr);
        }
        ASSERT_EQ(arena->Size(), slow.size());
    }
    EXPECT_EQ(largest, most) << "a new slot is taken only when all are in use";
    EXPECT_GE(arena->Last(), largest);
    for (uint32_t slot = 0; slot <= arena->Last() + 2; slot++)
    {
        auto found = slow.find(slot);
        ASSERT_EQ(arena->Find(slot), found == slow.end() ? nullptr : found->second.first);
        if (found != slow.end())
        {
            EXPECT_EQ(&arena->At(slot), found->second.first);
            EXPECT_EQ(arena->At(slot).id, found->second.second);
            EXPECT_EQ(reinterpret_cast<uintptr_t>(found->second.first) % alignof(sst::Session), 0u);
        }
    }
    EXPECT_EQ(arena->Find(UINT32_MAX), nullptr);
    // What sessions own ends with them: AddressSanitizer would tell.
    slow.begin()->second.first->serverPending = std::make_unique<sst::ServerPending>();
    arena.reset();
}

TEST(Table, IndexTableAgainstAMap)
{
    Dice dice(2);
    sst::IndexTable table;
    std::map<uint32_t, uint32_t> slow;
    auto fake = [](uint32_t index) { return index + 1; };
    for (int i = 0; i < 60000; i++)
    {
        // crowded on purpose: neighbouring numbers probe into one another
        uint32_t index =
            static_cast<uint32_t>(dice.Below(2) ? dice.Below(300) : dice.Below(300) << 16);
        auto found = slow.find(index);
        ASSERT_EQ(table.Find(index), found == slow.end() ? 0 : found->second);
        if (found == slow.end())
        {
            table.Insert(index, fake(index));
            slow[index] = fake(index);
        }
        else
        {
            ASSERT_TRUE(table.Erase(index));
            ASSERT_FALSE(table.Erase(index));
            slow.erase(found);
        }
        ASSERT_EQ(table.Size(), slow.size());
    }
}

TEST(Table, TombstonesAgainstAMap)
{
    Dice dice(3);
    sst::TombstoneTable table({1, 2}, 100000);
    std::map<sst::FlowKey, uint64_t> slow;
    for (uint64_t now = 0; now < 20000; now++)
    {
        sst::FlowKey key = RandomKey(dice);
        bool has = slow.count(key) != 0 && slow[key] > now;
        ASSERT_EQ(table.Has(key, now), has) << now;
        switch (dice.Below(3))
        {
        case 0:
            table.Add(key,
                      now + 500,
                      dice.Below(2) != 0 ? sst::TombstoneTable::Kind::OUTBOUND
                                         : sst::TombstoneTable::Kind::INBOUND,
                      dice.Below(2) != 0);
            slow[key] = now + 500;
            break;
        case 1:
            table.Remove(key);
            slow.erase(key);
            break;
        default:
            table.Expire(now);
            break;
        }
    }
    table.Expire(1000000);
    EXPECT_EQ(table.Size(), 0u);
}

// TOMB-5
TEST(Table, OldestTombstoneOfItsKindMakesRoom)
{
    using Kind = sst::TombstoneTable::Kind;
    const auto peer = Ip("10.0.0.1");
    sst::TombstoneTable table({1, 2}, 12);

    struct Row
    {
        Kind kind;
        bool brief;
        uint16_t base;
        uint16_t room;
    };

    // ended ones stand with those of peers
    const Row rows[] = {{Kind::INBOUND, false, 1000, 12},
                        {Kind::OUTBOUND, false, 2000, 12},
                        {Kind::OUTBOUND, true, 3000, 3},
                        {Kind::ENDED, true, 4000, 3}};
    for (const Row& row : rows)
    {
        for (uint16_t i = 0; i < 30; i++)
        {
            table.Add({6, static_cast<uint16_t>(row.base + i), peer, 80},
                      1000u + i,
                      row.kind,
                      row.brief);
        }
    }
    EXPECT_EQ(table.Size(), 30u);
    for (const Row& row : rows)
    {
        for (uint16_t i = 0; i < 30; i++)
        {
            const sst::FlowKey key{6, static_cast<uint16_t>(row.base + i), peer, 80};
            EXPECT_EQ(table.Find(key, 5), i + row.room >= 30 ? row.kind : Kind::NONE) << i;
        }
    }
    // each row is in the order of its own ends
    table.Add({6, 1, peer, 80}, 5000, Kind::INBOUND, false);
    table.Add({6, 2, peer, 80}, 1010, Kind::INBOUND, true);
    table.Expire(2000);
    EXPECT_EQ(table.Size(), 1u);
    EXPECT_TRUE(table.Has({6, 1, peer, 80}, 2000));
}

// TOMB-6
TEST(Table, OnlyTheAnswerToTheLastClearSynOpens)
{
    using Kind = sst::TombstoneTable::Kind;
    const sst::FlowKey key{6, 443, Ip("10.0.0.1"), 40000};
    for (Kind kind : {Kind::INBOUND, Kind::ENDED})
    {
        sst::TombstoneTable table({1, 2}, 10);
        table.NoteSyn(key, 7);
        EXPECT_FALSE(table.IsAnswer(key, 8)) << "there is none";
        table.Add(key, 1000, kind, false);
        EXPECT_FALSE(table.IsAnswer(key, 8)) << "noted before it was there";
        EXPECT_FALSE(table.IsAnswer(key, 1)) << "nothing noted is not zero noted";
        table.NoteSyn(key, 0xffffffff);
        EXPECT_TRUE(table.IsAnswer(key, 0));
        table.NoteSyn(key, 20);
        EXPECT_FALSE(table.IsAnswer(key, 0));
        EXPECT_FALSE(table.IsAnswer(key, 20));
        EXPECT_TRUE(table.IsAnswer(key, 21));
        table.Add(key, 2000, kind, false);
        EXPECT_FALSE(table.IsAnswer(key, 21)) << "another flow's";
    }
    sst::TombstoneTable own({1, 2}, 10);
    own.Add(key, 1000, Kind::OUTBOUND, false);
    own.NoteSyn(key, 20);
    EXPECT_FALSE(own.IsAnswer(key, 21)) << "a flow opened here gives way to nobody";
}

TEST(Table, BufferAgainstAVector)
{
    Dice dice(4);
    sst::Buffer buffer;
    Bytes slow;
    for (int i = 0; i < 20000; i++)
    {
        size_t size = dice.Below(dice.Below(50) == 0 ? 2000 : 40);
        Bytes data = dice.Fill(size);
        switch (dice.Below(6))
        {
        case 0:
            buffer.Assign(data.data(), size);
            slow = data;
            break;
        case 1:
            std::copy(data.begin(), data.end(), buffer.Resize(size));
            slow = data;
            break;
        case 2:
            std::copy(data.begin(), data.end(), buffer.Prepend(size));
            slow.insert(slow.begin(), data.begin(), data.end());
            break;
        case 3:
            std::copy(data.begin(), data.end(), buffer.Append(size));
            slow.insert(slow.end(), data.begin(), data.end());
            break;
        case 4:
            buffer.TrimFront(size);
            slow.erase(slow.begin(), slow.begin() + std::min(size, slow.size()));
            break;
        default:
            buffer.TrimBack(size);
            slow.resize(slow.size() - std::min(size, slow.size()));
            break;
        }
        ASSERT_EQ(buffer.Size(), slow.size());
        ASSERT_TRUE(std::equal(slow.begin(), slow.end(), buffer.Data()));
    }
}

TEST(Table, EveryReasonHasItsOwnName)
{
    std::set<std::string> names;
    for (size_t i = 0; i < sst::REASON_COUNT; i++)
    {
        std::string name = sst::ToString(static_cast<sst::Reason>(i));
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos) << name;
    }
    EXPECT_STREQ(sst::ToString(sst::Reason::CLEAR_ON_SST_FLOW), "clear-on-sst-flow");
    EXPECT_STREQ(sst::ToString(sst::Reason::FLOW_BOUND), "flow-bound");
    EXPECT_STREQ(sst::ToString(static_cast<sst::Reason>(250)), "unknown");
}

TEST(Table, Addresses)
{
    EXPECT_EQ(Ip("10.1.2.3").ToString(), "10.1.2.3");
    EXPECT_EQ(sst::IpAddress{}.ToString(), "none");
    EXPECT_EQ(Ip("2001:0db8:0000:0000:0000:0000:0000:0001").ToString(), "2001:db8::1");
    EXPECT_EQ(Ip("0000:0000:0000:0000:0000:0000:0000:0000").ToString(), "::");
    EXPECT_EQ(Ip("0001:0000:0000:0002:0000:0000:0000:0003").ToString(), "1:0:0:2::3");
    EXPECT_EQ(Ip("10.0.0.1").Site(), Ip("10.0.0.1"));
    EXPECT_EQ(Ip("2001:0db8:0001:0002:0003:0004:0005:0006").Site(),
              Ip("2001:0db8:0001:0002:0000:0000:0000:0000"));
    uint8_t raw[16] = {1, 2, 3, 4, 5, 6};
    EXPECT_EQ(sst::IpAddress::From(raw, 6).length, 0);
    EXPECT_NE(sst::IpAddress::From(raw, 4), sst::IpAddress::From(raw, 16));
    EXPECT_TRUE(Ip("224.0.0.1").IsGroup());
    EXPECT_TRUE(Ip("255.255.255.255").IsGroup());
    EXPECT_FALSE(Ip("10.0.0.255").IsGroup());
    EXPECT_FALSE(Ip("127.0.0.1").IsGroup());
}
