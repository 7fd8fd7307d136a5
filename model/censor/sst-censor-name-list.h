/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_NAME_LIST_H
#define SST_CENSOR_NAME_LIST_H

#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 * Host names a censor looks for. An entry stands for the name and every name below it:
 * "example.org" matches "example.org" and "www.example.org", not "notexample.org".
 */
class SstCensorNameList
{
  public:
    /**
     * Replace the list.
     *
     * @param text host names separated by commas or spaces; case and a final dot do not matter
     * @return empty, or what is wrong with which item; the list is then unchanged
     */
    std::string Parse(const std::string& text);

    /**
     * @param host a host name; case and a final dot do not matter
     * @return true when the name or a suffix of it at a dot is listed
     */
    bool Matches(const std::string& host) const;

    /**
     * @return true without entries
     */
    bool IsEmpty() const
    {
        return m_names.empty();
    }

    /**
     * @return the list as text, items separated by commas
     */
    std::string ToString() const;

    /**
     * @param host a host name
     * @return the name in lower case (ASCII) without a final dot
     */
    static std::string Normalize(const std::string& host);

  private:
    std::vector<std::string> m_names; //!< normalized
};

} // namespace ns3

#endif // SST_CENSOR_NAME_LIST_H
