/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-svcb.h"

#include "ns3/sst-dns-name.h"

namespace ns3
{

SstDnsError
SstSvcb::Parse(const std::vector<uint8_t>& rdata, SstSvcb& svcb)
{
    if (rdata.size() < 3)
    {
        return SstDnsError::RDATA;
    }
    svcb.priority = static_cast<uint16_t>(rdata[0] << 8 | rdata[1]);
    size_t at = 2;
    // RFC 9460, 2.2: "the uncompressed, fully qualified TargetName"
    const SstDnsError error = SstDnsName::Read(rdata.data(), rdata.size(), at, false, svcb.target);
    if (error != SstDnsError::NONE)
    {
        return error;
    }
    return SstSvcParams::Parse(rdata.data() + at, rdata.size() - at, svcb.params);
}

bool
SstSvcb::Serialize(std::vector<uint8_t>& rdata) const
{
    rdata.assign({static_cast<uint8_t>(priority >> 8), static_cast<uint8_t>(priority)});
    if (!SstDnsName::Append(target, rdata))
    {
        return false;
    }
    params.Serialize(rdata);
    return rdata.size() <= UINT16_MAX;
}

} // namespace ns3
