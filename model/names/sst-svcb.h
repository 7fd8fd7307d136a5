/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SVCB_H
#define SST_SVCB_H

#include "ns3/sst-dns-types.h"
#include "ns3/sst-svc-params.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * The data of a SVCB record (RFC 9460): priority, target name and parameters.
 */
class SstSvcb
{
  public:
    /**
     * @param rdata the data of a SVCB record, its name uncompressed
     * @param [out] svcb the parts; unspecified unless NONE is returned
     * @return NONE, or what is wrong
     */
    [[nodiscard]] static SstDnsError Parse(const std::vector<uint8_t>& rdata, SstSvcb& svcb);

    /**
     * @param [out] rdata the data as on the wire
     * @return whether the target is a domain name
     */
    [[nodiscard]] bool Serialize(std::vector<uint8_t>& rdata) const;

    uint16_t priority{1};    //!< 0 alias mode, otherwise lower is preferred
    std::string target{"."}; //!< canonical name; "." stands for the record's owner
    SstSvcParams params;     //!< parameters
};

} // namespace ns3

#endif // SST_SVCB_H
