/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_RESIDUAL_TABLE_H
#define SST_CENSOR_RESIDUAL_TABLE_H

#include "ns3/sst-censor-address.h"

#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * What a censor remembers of whom it has just blocked. Bounded: when full, the entry that was
 * entered or renewed longest ago makes room. Knows no clock: every call is given the time.
 */
class SstCensorResidualTable
{
  public:
    /// What is remembered; fields that do not count are left at their defaults.
    struct Key
    {
        SstCensorAddress client; //!< client address
        SstCensorAddress server; //!< server address
        uint16_t clientPort{0};  //!< client port
        uint16_t serverPort{0};  //!< server port
        uint8_t protocol{0};     //!< transport protocol

        /**
         * @param other another key
         * @return true when equal
         */
        bool operator==(const Key& other) const
        {
            return client == other.client && server == other.server &&
                   clientPort == other.clientPort && serverPort == other.serverPort &&
                   protocol == other.protocol;
        }
    };

    /**
     * @param bound most entries held
     */
    void SetBound(size_t bound);

    /**
     * Enter a key or renew it.
     *
     * @param key the key
     * @param until time of its end, in nanoseconds
     */
    void Insert(const Key& key, int64_t until);

    /**
     * @param key a key
     * @param now the time in nanoseconds
     * @return true when the key is held and its end lies after now
     */
    bool Contains(const Key& key, int64_t now);

    /**
     * @return entries held, ended ones included until they are met
     */
    size_t GetSize() const
    {
        return m_index.size();
    }

  private:
    /// Hash of a key.
    struct Hash
    {
        /**
         * @param key a key
         * @return its hash
         */
        size_t operator()(const Key& key) const;
    };

    /// One entry.
    struct Entry
    {
        Key key;       //!< who
        int64_t until; //!< end, in nanoseconds
    };

    size_t m_bound{65536};                                             //!< most entries
    std::list<Entry> m_order;                                          //!< oldest first
    std::unordered_map<Key, std::list<Entry>::iterator, Hash> m_index; //!< entry of a key
};

} // namespace ns3

#endif // SST_CENSOR_RESIDUAL_TABLE_H
