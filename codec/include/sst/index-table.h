/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_INDEX_TABLE_H
#define SST_INDEX_TABLE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

struct Session;

/**
 * Own session indices to sessions: open addressing, linear probing. Indices are drawn at random by
 * this host, so they are their own hash and nobody else can crowd a bucket.
 */
class IndexTable
{
  public:
    IndexTable();

    /// @return the session, nullptr when there is none
    Session* Find(uint32_t index) const
    {
        for (size_t at = index & m_mask;; at = (at + 1) & m_mask)
        {
            const Slot& slot = m_slots[at];
            if (slot.session == nullptr || slot.index == index)
            {
                return slot.session;
            }
        }
    }

    /// Fetch ahead what Find will read.
    void Prefetch(uint32_t index) const
    {
        __builtin_prefetch(&m_slots[index & m_mask]);
    }

    /**
     * @param index 30 bits, not in the table
     * @param session not nullptr
     */
    void Insert(uint32_t index, Session* session);

    /// @return false when it was not there
    bool Erase(uint32_t index);

    /// @return entries
    size_t Size() const;

  private:
    /// An entry; session nullptr is empty.
    struct Slot
    {
        Session* session{nullptr};
        uint32_t index{0};
    };

    void Grow();

    std::vector<Slot> m_slots; //!< a power of two of them
    size_t m_mask;             //!< slots - 1
    size_t m_size{0};          //!< in use
};

} // namespace sst

#endif /* SST_INDEX_TABLE_H */
