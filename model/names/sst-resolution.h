/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_RESOLUTION_H
#define SST_RESOLUTION_H

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * What a resolver found out about a host. @c ok, @c reason, @c a and @c aaaa speak of addresses;
 * @c keys, @c keysReason and @c value of SST keys.
 */
struct SstResolution
{
    /// What is known of the host's SST keys.
    enum Keys : uint8_t
    {
        PRESENT,  //!< @c value holds them, and one of them at least can be used
        ABSENT,   //!< the DNS says there are none
        UNUSABLE, //!< there is something, but nothing that can be used: never taken for ABSENT
        TIMEOUT,  //!< no answer, or an answer that says nothing (SERVFAIL, REFUSED)
        NOT_ASKED //!< the policy is `off`
    };

    std::string host;              //!< the name asked for, canonical
    bool ok{false};                //!< whether there is an address
    std::string reason;            //!< empty when ok, else nxdomain, nodata, timeout, servfail,
                                   //!< refused, rcode, no-server, name or socket
    std::vector<Ipv4Address> a;    //!< IPv4 addresses in the order of the answer
    std::vector<Ipv6Address> aaaa; //!< IPv6 addresses in the order of the answer
    Keys keys{NOT_ASKED};          //!< outcome of the question for keys
    std::string keysReason;        //!< detail of @c keys unless PRESENT: as @c reason, or no-param,
                                   //!< alias, target, or the name of what is malformed
    std::vector<uint8_t> value;    //!< value of key65280 when PRESENT
    uint16_t port{0};              //!< "port" of that record: where layout U is served; 0 none
};

} // namespace ns3

#endif // SST_RESOLUTION_H
