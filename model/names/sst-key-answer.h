/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_KEY_ANSWER_H
#define SST_KEY_ANSWER_H

#include "ns3/sst-dns-message.h"
#include "ns3/sst-resolution.h"

#include <string>

namespace ns3
{

/**
 * @ingroup sst
 * What a response to the question for SVCB at `_sst.<host>` says about the keys of the host.
 */
class SstKeyAnswer
{
  public:
    SstKeyAnswer() = delete;

    /**
     * @param response a response whose question has been checked
     * @param host the host, canonical
     * @param [out] resolution its keys, keysReason, value and port are set
     */
    static void Judge(const SstDnsMessage& response,
                      const std::string& host,
                      SstResolution& resolution);

    /**
     * @param response a response
     * @param type the type of record asked for
     * @return empty when the response has such records of the name asked for; else nodata,
     *         nxdomain, servfail, refused or rcode
     */
    static std::string GetReason(const SstDnsMessage& response, uint16_t type);
};

} // namespace ns3

#endif // SST_KEY_ANSWER_H
