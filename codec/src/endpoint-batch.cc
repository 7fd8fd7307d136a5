/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"

namespace sst
{

void
EndpointCore::EgressBatch(BatchItem* items, size_t count, const Clock& clock)
{
    for (size_t i = 0; i < count; ++i)
    {
        items[i].verdict = Egress(items[i].meta, items[i].request, *items[i].buffer, clock);
    }
}

void
EndpointCore::IngressBatch(BatchItem* items, size_t count, const Clock& clock)
{
    for (size_t i = 0; i < count; ++i)
    {
        items[i].verdict = Ingress(items[i].meta, *items[i].buffer, clock);
    }
}

} // namespace sst
