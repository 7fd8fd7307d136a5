/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-ingress-filter.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstIngressFilter);

TypeId
SstIngressFilter::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstIngressFilter").SetParent<Object>().SetGroupName("Sst");
    return tid;
}

SstIngressFilter::SstIngressFilter() = default;

SstIngressFilter::~SstIngressFilter() = default;

} // namespace ns3
