/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SELECT_TABLE_H
#define SST_SELECT_TABLE_H

#include "session.h"

namespace sst
{

/**
 * Client sessions by what selects one for a new flow. The sessions of one key are a list through
 * the sessions themselves, oldest first; a session refers to its key here instead of keeping it.
 */
class SelectTable
{
  public:
    /// @return the oldest session of the key, nullptr for none; the others by Session::nextSelected
    Session* First(const SelectKey& key) const;

    /// @param session in no list
    void Add(Session& session, const SelectKey& key);

    /// Take a session out; nothing happens where it is not in.
    void Remove(Session& session);

    /// @return keys
    size_t Size() const;

  private:
    SelectMap m_first; //!< heads of the lists
};

} // namespace sst

#endif /* SST_SELECT_TABLE_H */
