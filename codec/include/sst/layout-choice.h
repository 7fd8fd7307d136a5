/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_LAYOUT_CHOICE_H
#define SST_LAYOUT_CHOICE_H

#include "sst/types.h"

#include <cstdint>

/**
 * @file
 * Which layout a handshake starts in: asked for x offered x remembered, as a table.
 */

namespace sst
{

/// How a handshake goes about layouts.
enum class LayoutStart : uint8_t
{
    N,        //!< native, to the end
    N_THEN_U, //!< native; behind a UDP header when two INITs went unanswered
    U,        //!< behind a UDP header, to the end
    REFUSED,  //!< `layout-unsupported`
};

/**
 * @param choice what the flow may use
 * @param offered the key entry has the flag, and the server's port is known
 * @param remembered with these keys layout U answered where N had not
 * @return how to start
 */
LayoutStart StartOf(LayoutChoice choice, bool offered, bool remembered);

/// @return true when a flow with this choice may use an open session of the layout
bool MayUse(LayoutChoice choice, Layout layout);

} // namespace sst

#endif /* SST_LAYOUT_CHOICE_H */
