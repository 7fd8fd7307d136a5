/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "alias-table.h"

#include "keyed-hash.h"

namespace sst
{

size_t
AliasTable::Hash::operator()(const WireFlow& wire) const
{
    const uint64_t ports = (static_cast<uint64_t>(wire.protocol) << 32) |
                           (static_cast<uint64_t>(wire.localPort) << 16) | wire.wirePort;
    return static_cast<size_t>(KeyedHash(seed, wire.session, ports, 0));
}

AliasTable::AliasTable(const std::array<uint64_t, 3>& seed)
    : m_flows(0, Hash{seed})
{
}

uint32_t
AliasTable::Find(const WireFlow& wire) const
{
    const auto found = m_flows.find(wire);
    return found != m_flows.end() ? found->second : 0;
}

void
AliasTable::Insert(const WireFlow& wire, uint32_t id)
{
    m_flows[wire] = id;
}

void
AliasTable::Erase(const WireFlow& wire)
{
    m_flows.erase(wire);
}

size_t
AliasTable::Size() const
{
    return m_flows.size();
}

} // namespace sst
