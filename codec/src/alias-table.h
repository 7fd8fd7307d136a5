/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_ALIAS_TABLE_H
#define SST_ALIAS_TABLE_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace sst
{

/// A flow as the peer of its session names it.
struct WireFlow
{
    uint32_t session{0};   //!< slot
    uint8_t protocol{0};   //!< 6 or 17
    uint16_t localPort{0}; //!< port at this host
    uint16_t wirePort{0};  //!< port at the peer

    bool operator==(const WireFlow& other) const
    {
        return session == other.session && protocol == other.protocol &&
               localPort == other.localPort && wirePort == other.wirePort;
    }
};

/**
 * Translated flows by what the peer calls them. The others are found by their tuple. No larger
 * than the flow table. The hash is keyed: peers choose ports.
 */
class AliasTable
{
  public:
    /// @param seed 24 secret bytes
    explicit AliasTable(const std::array<uint64_t, 3>& seed);

    /// @return number of the flow, 0 when there is none
    uint32_t Find(const WireFlow& wire) const;

    /**
     * @param wire not in the table
     * @param id number of the flow
     */
    void Insert(const WireFlow& wire, uint32_t id);

    /// Take one out.
    void Erase(const WireFlow& wire);

    /// @return entries
    size_t Size() const;

  private:
    /// Keyed.
    struct Hash
    {
        size_t operator()(const WireFlow& wire) const;
        std::array<uint64_t, 3> seed;
    };

    std::unordered_map<WireFlow, uint32_t, Hash> m_flows; //!< to numbers of flows
};

} // namespace sst

#endif /* SST_ALIAS_TABLE_H */
