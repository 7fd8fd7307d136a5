// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The leaf containers against the standard ones, and Buffer.

#include "sst/buffer.h"
#include "sst/flow-table.h"
#include "sst/index-table.h"
#include "sst/reason.h"
#include "sst/tombstone-table.h"
#include "test-segment.h"

#include <gtest/gtest.h>
#include <map>
#include <set>

using namespace ssttest;

namespace
{

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
    sst::FlowTable table({1, 2, 3}, 400, 40);
    std::map<sst::FlowKey, sst::FlowEntry*> slow;
    std::map<sst::IpAddress, size_t> sites;
    for (int i = 0; i < 30000; i++)
    {
        sst::FlowKey key = RandomKey(dice);
        auto found = slow.find(key);
        ASSERT_EQ(table.Find(key), found == slow.end() ? nullptr : found->second);
        if (found != slow.end())
        {
            ASSERT_EQ(found->second->key, key);
            if (dice.Below(3) == 0)
            {
                table.Erase(*found->second);
                slow.erase(found);
                sites[key.peer]--;
            }
        }
        else
        {
            sst::FlowEntry* entry = table.Insert(key);
            bool room = slow.size() < 400 && sites[key.peer] < 40;
            ASSERT_EQ(entry != nullptr, room);
            if (entry)
            {
                slow[key] = entry;
                sites[key.peer]++;
            }
        }
        ASSERT_EQ(table.Size(), slow.size());
    }
    for (const auto& [key, entry] : slow)
    {
        EXPECT_EQ(table.Find(key), entry) << "entries do not move";
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
    sst::FlowEntry entries[5];
    sst::FlowList list;
    for (auto& entry : entries)
    {
        list.Add(entry);
    }
    list.Remove(entries[2]);
    list.Remove(entries[4]);
    list.Remove(entries[0]);
    EXPECT_EQ(list.size, 2u);
    EXPECT_EQ(list.head, &entries[3]);
    EXPECT_EQ(list.head->next, &entries[1]);
    EXPECT_EQ(list.head->next->next, nullptr);
    list.Remove(entries[1]);
    list.Remove(entries[3]);
    EXPECT_EQ(list.head, nullptr);
}

TEST(Table, IndexTableAgainstAMap)
{
    Dice dice(2);
    sst::IndexTable table;
    std::map<uint32_t, sst::Session*> slow;
    auto fake = [](uint32_t index) {
        return reinterpret_cast<sst::Session*>(static_cast<uintptr_t>(index + 1) * 64);
    };
    for (int i = 0; i < 60000; i++)
    {
        // crowded on purpose: neighbouring numbers probe into one another
        uint32_t index =
            static_cast<uint32_t>(dice.Below(2) ? dice.Below(300) : dice.Below(300) << 16);
        auto found = slow.find(index);
        ASSERT_EQ(table.Find(index), found == slow.end() ? nullptr : found->second);
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
            table.Add(key, now + 500, dice.Below(2) != 0);
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

TEST(Table, OldestTombstoneMakesRoom)
{
    sst::TombstoneTable table({1, 2}, 10);
    for (uint16_t port = 0; port < 30; port++)
    {
        table.Add({6, port, Ip("10.0.0.1"), 80}, 1000u + port, false);
        EXPECT_LE(table.Size(), 10u);
    }
    for (uint16_t port = 0; port < 30; port++)
    {
        EXPECT_EQ(table.Has({6, port, Ip("10.0.0.1"), 80}, 5), port >= 20) << port;
    }
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
