/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_MARK_TAG_H
#define SST_MARK_TAG_H

#include "ns3/tag.h"

#include <cstdint>
#include <ostream>

namespace ns3
{

/**
 * @ingroup sst
 * Says inside a node what the reserved flag of the IPv4 header says on the wire. Ipv4Header has
 * no place for that flag; the tag survives the IP layer, fragmentation and reassembly.
 */
class SstMarkTag : public Tag
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;

    uint32_t GetSerializedSize() const override;
    void Serialize(TagBuffer i) const override;
    void Deserialize(TagBuffer i) override;
    void Print(std::ostream& os) const override;
};

} // namespace ns3

#endif // SST_MARK_TAG_H
