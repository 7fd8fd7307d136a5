/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SERVICE_CONTENT_H
#define SST_SERVICE_CONTENT_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace ns3
{

/**
 * @ingroup sst
 * Bytes made from a seed: any position can be made on its own, so that both ends of a flow make
 * and verify megabytes without holding them. Not random in any cryptographic sense.
 */
class SstServiceContent
{
  public:
    /// What the bytes look like.
    enum Kind : uint8_t
    {
        BINARY, //!< all 256 values
        TEXT    //!< letters and digits in lines of LINE bytes, CRLF included
    };

    static constexpr uint32_t LINE = 78; //!< bytes of a line of TEXT, as RFC 5322 2.1.1 asks

    SstServiceContent() = delete;

    /**
     * @param label what the seed is for
     * @param size first number mixed in
     * @param seed second number mixed in
     * @return a seed; different arguments give unrelated ones
     */
    static uint64_t DeriveSeed(const std::string& label, uint64_t size, uint64_t seed);

    /**
     * @param kind what the bytes look like
     * @param seed seed of the content
     * @param offset position in the content of the first byte wanted
     * @param [out] out room for @p size bytes
     * @param size how many bytes are wanted
     */
    static void Fill(Kind kind, uint64_t seed, uint64_t offset, uint8_t* out, std::size_t size);
};

} // namespace ns3

#endif // SST_SERVICE_CONTENT_H
