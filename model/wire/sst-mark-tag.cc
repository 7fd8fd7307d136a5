/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-mark-tag.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstMarkTag);

TypeId
SstMarkTag::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstMarkTag").SetParent<Tag>().SetGroupName("Sst").AddConstructor<SstMarkTag>();
    return tid;
}

TypeId
SstMarkTag::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
SstMarkTag::GetSerializedSize() const
{
    return 0;
}

void
SstMarkTag::Serialize(TagBuffer /* i */) const
{
}

void
SstMarkTag::Deserialize(TagBuffer /* i */)
{
}

void
SstMarkTag::Print(std::ostream& os) const
{
    os << "SST";
}

} // namespace ns3
