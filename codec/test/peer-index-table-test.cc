// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Sessions found by the peer's index, against a standard map.

#include "session.h"
#include "sst/peer-index-table.h"
#include "test-segment.h"

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

using namespace ssttest;

namespace
{

std::unique_ptr<sst::Session>
MakeSession(const sst::IpAddress& local, const sst::IpAddress& peer, uint32_t index, bool client)
{
    auto session = std::make_unique<sst::Session>();
    session->local = local;
    session->peer = peer;
    session->peerIndex = index;
    session->client = client;
    return session;
}

} // namespace

TEST(PeerIndexTable, AgainstAMap)
{
    Dice dice(5);
    sst::PeerIndexTable table({3, 4});
    std::map<std::tuple<sst::IpAddress, sst::IpAddress, uint32_t, bool>,
             std::unique_ptr<sst::Session>>
        slow;
    for (int i = 0; i < 30000; i++)
    {
        Bytes local{10, 0, 0, static_cast<uint8_t>(dice.Below(2))};
        Bytes peer{10, 0, 1, static_cast<uint8_t>(dice.Below(10))};
        auto index = static_cast<uint32_t>(dice.Below(30));
        bool client = dice.Below(2) != 0;
        auto key = std::make_tuple(sst::IpAddress::From(local.data(), 4),
                                   sst::IpAddress::From(peer.data(), 4),
                                   index,
                                   client);
        auto found = slow.find(key);
        ASSERT_EQ(table.Find(std::get<0>(key), std::get<1>(key), index, client),
                  found == slow.end() ? nullptr : found->second.get());
        if (found == slow.end())
        {
            auto session = MakeSession(std::get<0>(key), std::get<1>(key), index, client);
            ASSERT_FALSE(table.Erase(*session));
            ASSERT_TRUE(table.Insert(*session));
            slow[key] = std::move(session);
        }
        else if (dice.Below(2) != 0)
        {
            ASSERT_TRUE(table.Erase(*found->second));
            ASSERT_FALSE(table.Erase(*found->second));
            slow.erase(found);
        }
        ASSERT_EQ(table.Size(), slow.size());
    }
    for (const auto& [key, session] : slow)
    {
        ASSERT_EQ(
            table.Find(std::get<0>(key), std::get<1>(key), std::get<2>(key), std::get<3>(key)),
            session.get());
    }
}

// A peer that gives every session the same index crowds no bucket: the first one is held.
TEST(PeerIndexTable, TheFirstOfEqualOnesStays)
{
    sst::PeerIndexTable table({1, 2});
    sst::IpAddress local = Ip("10.0.0.1");
    sst::IpAddress peer = Ip("10.0.0.2");
    auto first = MakeSession(local, peer, 7, false);
    ASSERT_TRUE(table.Insert(*first));
    for (int i = 0; i < 1000; i++)
    {
        auto other = MakeSession(local, peer, 7, false);
        ASSERT_FALSE(table.Insert(*other));
        ASSERT_FALSE(table.Erase(*other)) << "what ends is not the one that is held";
    }
    EXPECT_EQ(table.Find(local, peer, 7, false), first.get());
    EXPECT_EQ(table.Size(), 1u);
}

// The addresses of both families, and both roles, are told apart.
TEST(PeerIndexTable, WhatDiffersIsAnotherSession)
{
    sst::PeerIndexTable table({1, 2});
    sst::IpAddress v4 = Ip("10.0.0.1");
    sst::IpAddress v6 = v4;
    v6.length = 16;
    auto session = MakeSession(v4, v4, 7, true);
    ASSERT_TRUE(table.Insert(*session));
    EXPECT_EQ(table.Find(v4, v4, 7, false), nullptr);
    EXPECT_EQ(table.Find(v4, v4, 8, true), nullptr);
    EXPECT_EQ(table.Find(v6, v4, 7, true), nullptr);
    EXPECT_EQ(table.Find(v4, v6, 7, true), nullptr);
    EXPECT_EQ(table.Find(v4, v4, 7, true), session.get());
}

// What 131 072 sessions need: all are found, one and the same peer with consecutive indices
// included.
TEST(PeerIndexTable, AllOfAFullTableAreFound)
{
    sst::PeerIndexTable table({11, 12});
    sst::IpAddress local = Ip("10.0.0.1");
    sst::IpAddress peer = Ip("10.0.0.2");
    std::vector<std::unique_ptr<sst::Session>> sessions;
    for (uint32_t i = 0; i < 131072; i++)
    {
        sessions.push_back(MakeSession(local, peer, i << 4, false));
        ASSERT_TRUE(table.Insert(*sessions.back())) << i;
    }
    for (uint32_t i = 0; i < 131072; i++)
    {
        ASSERT_EQ(table.Find(local, peer, i << 4, false), sessions[i].get());
    }
    EXPECT_EQ(table.Size(), 131072u);
}
