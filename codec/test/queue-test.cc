// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// The queue of a pending session and the store of key answers, against the obvious.

#include "sst/endpoint.h"
#include "sst/key-store.h"
#include "sst/pending-queue.h"
#include "test-segment.h"

#include <deque>
#include <gtest/gtest.h>

using namespace ssttest;

namespace
{

sst::PendingSegment
Segment(uint64_t cookie, uint16_t port, size_t size)
{
    sst::PendingSegment segment;
    segment.flow = {6, port, Ip("10.0.0.2"), 443};
    segment.cookie = cookie;
    segment.bytes.assign(size, 'x');
    return segment;
}

} // namespace

TEST(Queue, AgainstADeque)
{
    Dice dice(1);
    sst::PendingQueue queue(8, 500);
    std::deque<std::pair<uint64_t, std::pair<uint16_t, size_t>>> slow;
    size_t bytes = 0;
    for (uint64_t i = 1; i < 5000; i++)
    {
        uint16_t port = static_cast<uint16_t>(dice.Below(4));
        size_t size = 20 + dice.Below(150);
        std::vector<sst::PendingSegment> out;
        std::vector<uint64_t> expected;
        switch (dice.Below(4))
        {
        case 0:
        case 1:
            queue.Push(Segment(i, port, size), out);
            slow.push_back({i, {port, size}});
            bytes += size;
            while (slow.size() > 8 || bytes > 500)
            {
                expected.push_back(slow.front().first);
                bytes -= slow.front().second.second;
                slow.pop_front();
            }
            break;
        case 2:
            if (!slow.empty())
            {
                ASSERT_EQ(queue.Front().cookie, slow.front().first);
                out.push_back(queue.Pop());
                expected.push_back(slow.front().first);
                bytes -= slow.front().second.second;
                slow.pop_front();
            }
            break;
        default:
            queue.Extract({6, port, Ip("10.0.0.2"), 443}, out);
            for (auto it = slow.begin(); it != slow.end();)
            {
                if (it->second.first == port)
                {
                    expected.push_back(it->first);
                    bytes -= it->second.second;
                    it = slow.erase(it);
                }
                else
                {
                    ++it;
                }
            }
            break;
        }
        ASSERT_EQ(out.size(), expected.size());
        for (size_t k = 0; k < out.size(); k++)
        {
            ASSERT_EQ(out[k].cookie, expected[k]);
        }
        ASSERT_EQ(queue.Size(), slow.size());
        ASSERT_EQ(queue.ByteCount(), bytes);
        ASSERT_EQ(queue.IsEmpty(), slow.empty());
    }
}

// What an INIT carried and no longer may goes back ahead of all else, and counts again.
TEST(Queue, PutBack)
{
    sst::PendingQueue queue(8, 500);
    std::vector<sst::PendingSegment> dropped;
    queue.Push(Segment(1, 40000, 200), dropped);
    queue.Push(Segment(2, 40001, 200), dropped);
    sst::PendingSegment first = queue.Pop();
    EXPECT_EQ(queue.ByteCount(), 200u);
    queue.PutBack(std::move(first));
    EXPECT_EQ(queue.ByteCount(), 400u);
    EXPECT_EQ(queue.Size(), 2u);
    EXPECT_EQ(queue.Front().cookie, 1u);
    EXPECT_TRUE(dropped.empty());
    queue.Push(Segment(3, 40002, 200), dropped);
    ASSERT_EQ(dropped.size(), 1u) << "600 bytes are too many";
    EXPECT_EQ(dropped[0].cookie, 1u) << "the oldest";
}

TEST(Queue, KnowsASynThatWaits)
{
    sst::PendingQueue queue(8, 500);
    std::vector<sst::PendingSegment> dropped;
    sst::PendingSegment syn = Segment(1, 40000, 20);
    syn.opening = true;
    syn.sequence = 77;
    sst::FlowKey flow = syn.flow;
    queue.Push(std::move(syn), dropped);
    EXPECT_TRUE(queue.HasOpening(flow, 77));
    EXPECT_FALSE(queue.HasOpening(flow, 78)) << "another connection";
    flow.localPort = 40001;
    EXPECT_FALSE(queue.HasOpening(flow, 77));
}

// KEYQ-5
TEST(KeyStore, ByNameAndAddressAndTime)
{
    sst::KeyStore store(3);
    sst::IpAddress a = Ip("10.0.0.1");
    sst::IpAddress b = Ip("10.0.0.2");
    store.Put("x", a, {sst::KeyAnswer::ABSENT, {}, 100});
    EXPECT_EQ(store.Find("x", b, 5), nullptr);
    EXPECT_EQ(store.Find("y", a, 5), nullptr);
    ASSERT_NE(store.Find("x", a, 99), nullptr);
    EXPECT_EQ(store.Find("x", a, 99)->answer, sst::KeyAnswer::ABSENT);
    EXPECT_EQ(store.Find("x", a, 100), nullptr) << "ended";
    store.Put("x", a, {sst::KeyAnswer::TIMEOUT, {}, 200});
    EXPECT_EQ(store.Size(), 1u) << "replaced";
    store.Put("y", a, {sst::KeyAnswer::TIMEOUT, {}, 150});
    store.Put("z", a, {sst::KeyAnswer::TIMEOUT, {}, 300});
    store.Put("w", a, {sst::KeyAnswer::TIMEOUT, {}, 400});
    EXPECT_EQ(store.Size(), 3u) << "bounded";
    EXPECT_EQ(store.Find("y", a, 5), nullptr) << "what ends first makes room";
    EXPECT_NE(store.Find("w", a, 5), nullptr);
    store.Remove("w", a);
    EXPECT_EQ(store.Find("w", a, 5), nullptr);
}

TEST(KeyStore, FirstUsable)
{
    std::vector<sst::KeyEntry> keys(3);
    keys[0].keyId = 1;
    keys[0].notAfter = 100;
    keys[1].keyId = 2;
    keys[1].notAfter = 0;
    keys[2].keyId = 3;
    EXPECT_EQ(sst::FirstUsable(keys, 50000)->keyId, 1);
    EXPECT_EQ(sst::FirstUsable(keys, 200000)->keyId, 2);
    keys.resize(1);
    EXPECT_EQ(sst::FirstUsable(keys, 200000), nullptr);
    EXPECT_EQ(sst::FirstUsable({}, 0), nullptr);
}
