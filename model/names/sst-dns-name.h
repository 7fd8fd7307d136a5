/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_NAME_H
#define SST_DNS_NAME_H

#include "ns3/sst-dns-types.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Domain names between wire and text. Text is canonical (SstDnsCanonicalName), with bytes that
 * are no plain characters escaped as `\DDD`.
 */
class SstDnsName
{
  public:
    SstDnsName() = delete;

    /**
     * Step over a name, checking all of it.
     *
     * @param data bytes of the message
     * @param size number of bytes
     * @param [in,out] position where the name starts; behind it, when NONE is returned
     * @param compression whether the name may be compressed
     * @return NONE, TRUNCATED, NAME or POINTER
     */
    [[nodiscard]] static SstDnsError Skip(const uint8_t* data,
                                          size_t size,
                                          size_t& position,
                                          bool compression);

    /**
     * Read a name.
     *
     * @param data bytes of the message
     * @param size number of bytes
     * @param [in,out] position where the name starts; behind it, when NONE is returned
     * @param compression whether the name may be compressed
     * @param [out] name the name; untouched unless NONE is returned
     * @return NONE, TRUNCATED, NAME, POINTER or LIBRARY
     */
    [[nodiscard]] static SstDnsError Read(const uint8_t* data,
                                          size_t size,
                                          size_t& position,
                                          bool compression,
                                          std::string& name);

    /**
     * @param name a name
     * @param [out] wire bytes to which the name is appended, uncompressed
     * @return whether it is a domain name
     */
    [[nodiscard]] static bool Append(const std::string& name, std::vector<uint8_t>& wire);
};

} // namespace ns3

#endif // SST_DNS_NAME_H
