/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/reason.h"

namespace sst
{

const char*
ToString(Reason reason)
{
    switch (reason)
    {
#define SST_REASON_CASE(id, name)                                                                  \
    case Reason::id:                                                                               \
        return name;
        SST_REASONS(SST_REASON_CASE)
#undef SST_REASON_CASE
    }
    return "unknown";
}

} // namespace sst
