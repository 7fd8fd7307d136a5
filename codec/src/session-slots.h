/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SESSION_SLOTS_H
#define SST_SESSION_SLOTS_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

struct Session;

/**
 * Sessions by a small number, so that what refers to one needs four bytes. Numbers are used again;
 * 0 is nobody's. Knows where sessions are, not what they are.
 */
class SessionSlots
{
  public:
    /**
     * @param session not nullptr; stays where it is until Remove
     * @return its number, not 0
     */
    uint32_t Add(Session* session);

    /// @param slot as given by Add
    void Remove(uint32_t slot);

    /// @return the session of a number given by Add
    Session& At(uint32_t slot) const
    {
        return *reinterpret_cast<Session*>(m_slots[slot - 1]);
    }

    /// Fetch ahead what At will read.
    void Prefetch(uint32_t slot) const
    {
        __builtin_prefetch(&m_slots[slot - 1]);
    }

    /// @return the session of any number, nullptr where there is none
    Session* Find(uint32_t slot) const;

    /// @return sessions
    size_t Size() const;

    /// @return the largest number given so far
    uint32_t Last() const;

  private:
    static constexpr uintptr_t FREE = 1; //!< low bit of a slot not in use, above it the next one

    std::vector<uintptr_t> m_slots; //!< a pointer, or FREE and the number of the next free slot
    uint32_t m_free{0};             //!< first free slot, 0 for none
    size_t m_size{0};               //!< in use
};

} // namespace sst

#endif /* SST_SESSION_SLOTS_H */
