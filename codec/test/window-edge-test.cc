// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Edges of Epochs and ReplayWindow that mutation testing showed to be untested.

#include "sst/epochs.h"
#include "sst/replay-window.h"

#include <gtest/gtest.h>

using namespace sst;

namespace
{

constexpr uint64_t EPOCH_NUMBERS = uint64_t{1} << 24;

Epochs::Limits
StopAt(uint64_t stop)
{
    return {10, 3, 1, stop}; // an epoch lasts 10 ns
}

} // namespace

// Who marks a number below the window changes nothing within it.
TEST(WindowEdge, ANumberBelowTheWindowIsNotMarked)
{
    ReplayWindow window;
    window.Mark(5000);
    ASSERT_TRUE(window.IsFresh(3048));
    window.Mark(3048 - 2048);
    EXPECT_TRUE(window.IsFresh(3048));
    EXPECT_EQ(window.Highest(), 5000u);
}

// "Hard stop": time does not lead into an epoch of which no number may be sent.
TEST(EpochEdge, TimeDoesNotStepIntoAnEpochBehindTheStop)
{
    const SodiumChaChaPoly cipher;
    Epochs epochs;
    epochs.Start(SecretKey(), SecretKey(), 0);
    EXPECT_EQ(epochs.Prepare(StopAt(EPOCH_NUMBERS), cipher, 10), Epochs::Sending::READY);
    EXPECT_EQ(epochs.Epoch(), 0u);
}

TEST(EpochEdge, TimeStepsIntoAnEpochWithOneNumber)
{
    const SodiumChaChaPoly cipher;
    Epochs epochs;
    epochs.Start(SecretKey(), SecretKey(), 0);
    EXPECT_EQ(epochs.Prepare(StopAt(EPOCH_NUMBERS + 1), cipher, 9), Epochs::Sending::READY);
    EXPECT_EQ(epochs.Epoch(), 0u);
    EXPECT_EQ(epochs.Prepare(StopAt(EPOCH_NUMBERS + 1), cipher, 10), Epochs::Sending::READY);
    EXPECT_EQ(epochs.Epoch(), 1u);
    EXPECT_EQ(epochs.NextNumber(), EPOCH_NUMBERS);
    epochs.Sent();
    EXPECT_EQ(epochs.Prepare(StopAt(EPOCH_NUMBERS + 1), cipher, 11), Epochs::Sending::STOP);
}

// Start begins epoch 0, whatever there was.
TEST(EpochEdge, StartForgetsWhatWas)
{
    const SodiumChaChaPoly cipher;
    Epochs epochs;
    epochs.Start(SecretKey(), SecretKey(), 0);
    const Epochs::Limits limits = StopAt(10 * EPOCH_NUMBERS);
    (void)epochs.Prepare(limits, cipher, 10);
    epochs.Opened(Epochs::Place::CURRENT, EPOCH_NUMBERS + 7, limits, cipher, 11);
    ASSERT_TRUE(epochs.HasPrevious());
    epochs.Start(SecretKey(), SecretKey(), 20);
    EXPECT_EQ(epochs.Epoch(), 0u);
    EXPECT_EQ(epochs.NextNumber(), 0u);
    EXPECT_FALSE(epochs.HasPrevious());
    EXPECT_EQ(epochs.HighestOpened(), 0u);
    EXPECT_TRUE(epochs.IsFresh(Epochs::Place::CURRENT, EPOCH_NUMBERS + 7));
}
