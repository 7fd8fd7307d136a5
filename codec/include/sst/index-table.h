/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_INDEX_TABLE_H
#define SST_INDEX_TABLE_H

#include "sst/prefetch.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

/**
 * Own session indices to the slots of sessions: open addressing, linear probing. Indices are drawn
 * at random by this host, so they are their own hash and nobody else can crowd a bucket.
 */
class IndexTable
{
  public:
    IndexTable();

    /// @return the session's slot, 0 when there is none
    uint32_t Find(uint32_t index) const
    {
        for (size_t at = index & m_mask;; at = (at + 1) & m_mask)
        {
            const Slot& slot = m_slots[at];
            if (slot.session == 0 || slot.index == index)
            {
                return slot.session;
            }
        }
    }

    /// Fetch ahead what Find will read.
    void Prefetch(uint32_t index) const
    {
        PrefetchLine(&m_slots[index & m_mask]);
    }

    /**
     * @param index 30 bits, not in the table
     * @param session its slot, not 0
     */
    void Insert(uint32_t index, uint32_t session);

    /// @return false when it was not there
    bool Erase(uint32_t index);

    /// @return entries
    size_t Size() const;

  private:
    /// An entry; session 0 is empty.
    struct Slot
    {
        uint32_t session{0};
        uint32_t index{0};
    };

    void Grow();

    std::vector<Slot> m_slots; //!< a power of two of them
    size_t m_mask;             //!< slots - 1
    size_t m_size{0};          //!< in use
};

} // namespace sst

#endif /* SST_INDEX_TABLE_H */
