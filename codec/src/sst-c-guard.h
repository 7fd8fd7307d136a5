/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_C_GUARD_H
#define SST_C_GUARD_H

#include "sst.h"

#include <new>
#include <stdexcept>

/// The callback for random bytes has none.
struct RandomFailure
{
};

/**
 * The edge no exception crosses.
 * @param body returns an sst_error
 * @return what it returned, or the code of what it threw
 */
template <typename Body>
int
Guard(Body body) noexcept
{
    try
    {
        return body();
    }
    catch (const RandomFailure&)
    {
        return SST_E_RANDOM;
    }
    catch (const std::bad_alloc&)
    {
        return SST_E_MEMORY;
    }
    catch (const std::length_error&)
    {
        return SST_E_MEMORY;
    }
    catch (...)
    {
        return SST_E_INTERNAL;
    }
}

#endif /* SST_C_GUARD_H */
