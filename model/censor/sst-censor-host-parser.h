/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_HOST_PARSER_H
#define SST_CENSOR_HOST_PARSER_H

#include "ns3/sst-censor-name-list.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * How a censor finds the host name a client asks for: the SNI of a TLS ClientHello and the Host
 * field of an HTTP/1 request.
 *
 * Each packet is judged alone. TCP segments and TLS records are not reassembled, as in the filters
 * of Iran, Henan and India (no reassembly: Bock 2020, Wu 2025, Geneva 2020). What is there is
 * read: a ClientHello longer than the segment still gives its name when the name is in it.
 */
class SstCensorHostParser
{
  public:
    /// Extensions of a ClientHello looked at; browsers send fewer than 30.
    static constexpr uint32_t MAX_EXTENSIONS = 64;

    /**
     * @param data bytes that may begin with a TLS record
     * @param size number of bytes
     * @param [out] host the name of the server_name extension (RFC 6066, section 3)
     * @return true when a ClientHello begins at data and its name is whole
     */
    static bool FindSni(const uint8_t* data, size_t size, std::string& host);

    /**
     * @param data bytes that may begin with an HTTP/1 request
     * @param size number of bytes
     * @param [out] host value of the Host field without its port; empty when not found
     * @param [out] end where a search for later requests goes on: the begin of the Host line when
     *              found, else the end of the header section; 0 when no request begins at data
     * @return true when a request begins at data and its Host line is whole
     */
    static bool FindHttpHost(const uint8_t* data, size_t size, std::string& host, size_t& end);

    /**
     * Judge bytes at their begin only.
     *
     * @param data the bytes, such as a TCP payload
     * @param size number of bytes
     * @param names the names looked for
     * @return true when a ClientHello or request begins there and asks for one of the names
     */
    static bool MatchesStart(const uint8_t* data, size_t size, const SstCensorNameList& names);

    /**
     * Judge bytes at every offset: MatchesStart() of every suffix, in linear time.
     *
     * @param data the bytes
     * @param size number of bytes
     * @param names the names looked for
     * @return true when any offset matches
     */
    static bool MatchesAnywhere(const uint8_t* data, size_t size, const SstCensorNameList& names);
};

} // namespace ns3

#endif // SST_CENSOR_HOST_PARSER_H
