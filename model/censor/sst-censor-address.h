/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_ADDRESS_H
#define SST_CENSOR_ADDRESS_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace ns3
{

/**
 * @ingroup sst-censor
 * An IPv4 or IPv6 address as the bytes a censor reads from a packet. Knows nothing of ns-3.
 */
struct SstCensorAddress
{
    std::array<uint8_t, 16> bytes{}; //!< the address, left-aligned; the rest is 0
    uint8_t length{0};               //!< bytes in use: 0 (no address), 4 or 16

    /**
     * @param data the address in network order
     * @param length bytes of it: 4 or 16
     * @return the address
     */
    static SstCensorAddress From(const uint8_t* data, uint8_t length);

    /**
     * @param text dotted or colon notation
     * @return the address; length 0 when the text is none
     */
    static SstCensorAddress Parse(const std::string& text);

    /**
     * @return dotted or colon notation, "none" for no address
     */
    std::string ToString() const;

    /**
     * @param other another address
     * @return true when equal
     */
    bool operator==(const SstCensorAddress& other) const
    {
        return length == other.length && bytes == other.bytes;
    }

    /**
     * @param other another address
     * @return true when different
     */
    bool operator!=(const SstCensorAddress& other) const
    {
        return !(*this == other);
    }

    /**
     * @return a hash for unordered containers
     */
    size_t Hash() const;
};

} // namespace ns3

#endif // SST_CENSOR_ADDRESS_H
