/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/replay-window.h"

namespace sst
{

bool
ReplayWindow::IsFresh(uint64_t number) const
{
    if (!m_any || number > m_highest)
    {
        return true;
    }
    if (m_highest - number >= SIZE)
    {
        return false;
    }
    const uint64_t bit = number % SIZE;
    return ((m_bits[bit / WORD_BITS] >> (bit % WORD_BITS)) & 1) == 0;
}

void
ReplayWindow::Mark(uint64_t number)
{
    if (!m_any)
    {
        m_any = true;
        m_highest = number;
    }
    else if (number > m_highest)
    {
        // Numbers between the old and the new highest take the places of the oldest.
        if (number - m_highest >= SIZE)
        {
            m_bits.fill(0);
        }
        else
        {
            for (uint64_t skipped = m_highest + 1; skipped < number; ++skipped)
            {
                const uint64_t bit = skipped % SIZE;
                m_bits[bit / WORD_BITS] &= ~(uint64_t{1} << (bit % WORD_BITS));
            }
        }
        m_highest = number;
    }
    else if (m_highest - number >= SIZE)
    {
        return;
    }
    const uint64_t bit = number % SIZE;
    m_bits[bit / WORD_BITS] |= uint64_t{1} << (bit % WORD_BITS);
}

bool
ReplayWindow::HasAny() const
{
    return m_any;
}

uint64_t
ReplayWindow::Highest() const
{
    return m_highest;
}

} // namespace sst
