// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// "Chosen when the policy says so or after N gave no answer."

#include "sst/layout-choice.h"

#include <gtest/gtest.h>

using sst::Layout;
using sst::LayoutChoice;
using sst::LayoutStart;

TEST(LayoutChoice, StartByChoiceOfferAndMemory)
{
    struct Row
    {
        LayoutChoice choice;
        bool offered;
        bool remembered;
        LayoutStart start;
    };

    const Row rows[] = {
        {LayoutChoice::AUTO, false, false, LayoutStart::N},
        {LayoutChoice::AUTO, false, true, LayoutStart::N},
        {LayoutChoice::AUTO, true, false, LayoutStart::N_THEN_U},
        {LayoutChoice::AUTO, true, true, LayoutStart::U},
        {LayoutChoice::N, false, false, LayoutStart::N},
        {LayoutChoice::N, false, true, LayoutStart::N},
        {LayoutChoice::N, true, false, LayoutStart::N},
        {LayoutChoice::N, true, true, LayoutStart::N},
        {LayoutChoice::U, false, false, LayoutStart::REFUSED},
        {LayoutChoice::U, false, true, LayoutStart::REFUSED},
        {LayoutChoice::U, true, false, LayoutStart::U},
        {LayoutChoice::U, true, true, LayoutStart::U},
    };
    for (const Row& row : rows)
    {
        EXPECT_EQ(sst::StartOf(row.choice, row.offered, row.remembered), row.start)
            << int(row.choice) << row.offered << row.remembered;
    }
}

// "an AUTO flow may use any open session (N or U)"
TEST(LayoutChoice, OpenSessions)
{
    EXPECT_TRUE(sst::MayUse(LayoutChoice::AUTO, Layout::N));
    EXPECT_TRUE(sst::MayUse(LayoutChoice::AUTO, Layout::U));
    EXPECT_TRUE(sst::MayUse(LayoutChoice::N, Layout::N));
    EXPECT_FALSE(sst::MayUse(LayoutChoice::N, Layout::U));
    EXPECT_FALSE(sst::MayUse(LayoutChoice::U, Layout::N));
    EXPECT_TRUE(sst::MayUse(LayoutChoice::U, Layout::U));
}
