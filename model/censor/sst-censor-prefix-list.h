/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_PREFIX_LIST_H
#define SST_CENSOR_PREFIX_LIST_H

#include "ns3/sst-censor-address.h"

#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 * Addresses and prefixes of both IP versions. Searched one by one: meant for tens of entries.
 */
class SstCensorPrefixList
{
  public:
    /**
     * Replace the list.
     *
     * @param text addresses and prefixes ("10.1.0.0/16, 2001:f00d::/32, 10.2.0.1")
     * @return empty, or what is wrong with which item; the list is then unchanged
     */
    std::string Parse(const std::string& text);

    /**
     * @param address an address
     * @return true when an entry of its IP version contains it
     */
    bool Contains(const SstCensorAddress& address) const;

    /**
     * @return true without entries
     */
    bool IsEmpty() const
    {
        return m_entries.empty();
    }

    /**
     * @return the list as text, items separated by commas
     */
    std::string ToString() const;

  private:
    /// One prefix.
    struct Entry
    {
        SstCensorAddress address; //!< the prefix
        uint8_t bits;             //!< its length in bits, 0 to 32 or 128
    };

    std::vector<Entry> m_entries; //!< in the order given
};

} // namespace ns3

#endif // SST_CENSOR_PREFIX_LIST_H
