/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_PORT_LIST_H
#define SST_CENSOR_PORT_LIST_H

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 * A list of TCP and UDP ports.
 */
class SstCensorPortList
{
  public:
    /**
     * Replace the list.
     *
     * @param text ports and ranges ("22, 25, 5000-5010")
     * @return empty, or what is wrong with which item; the list is then unchanged
     */
    std::string Parse(const std::string& text);

    /**
     * @param port a port
     * @return true when it is listed
     */
    bool Contains(uint16_t port) const;

    /**
     * @return true without entries
     */
    bool IsEmpty() const
    {
        return m_ranges.empty();
    }

    /**
     * @return the list as text, items separated by commas
     */
    std::string ToString() const;

  private:
    /// Ports from first to last, both included.
    struct Range
    {
        uint16_t first; //!< lowest port
        uint16_t last;  //!< highest port
    };

    std::vector<Range> m_ranges; //!< in the order given
};

} // namespace ns3

#endif // SST_CENSOR_PORT_LIST_H
