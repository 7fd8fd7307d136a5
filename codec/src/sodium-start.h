/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SODIUM_START_H
#define SST_SODIUM_START_H

#include <cstdlib>
#include <sodium.h>

namespace sst
{

/// libsodium's initialization, harmless when repeated.
inline void
InitializeSodium()
{
    if (sodium_init() < 0)
    {
        // No entropy source or no memory protection: nothing may be encrypted on such a host.
        std::abort();
    }
}

} // namespace sst

#endif /* SST_SODIUM_START_H */
