/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/layout-choice.h"

#include <cstddef>

namespace sst
{

namespace
{

/// PROTOCOL, Layout U: "Chosen when the policy says so or after N gave no answer." By choice (AUTO,
/// N, U), then nothing offered, offered, offered and remembered.
constexpr LayoutStart START[3][3] = {
    {LayoutStart::N, LayoutStart::N_THEN_U, LayoutStart::U},
    {LayoutStart::N, LayoutStart::N, LayoutStart::N},
    {LayoutStart::REFUSED, LayoutStart::U, LayoutStart::U},
};

} // namespace

LayoutStart
StartOf(LayoutChoice choice, bool offered, bool remembered)
{
    const size_t column = !offered ? 0 : !remembered ? 1 : 2;
    return START[static_cast<size_t>(choice)][column];
}

bool
MayUse(LayoutChoice choice, Layout layout)
{
    switch (choice)
    {
    case LayoutChoice::AUTO:
        return true;
    case LayoutChoice::N:
        return layout == Layout::N;
    case LayoutChoice::U:
        return layout == Layout::U;
    }
    return false;
}

} // namespace sst
