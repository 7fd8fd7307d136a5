/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-name.h"

#include <cstdlib>
#include <ldns/ldns.h>
#include <memory>

namespace ns3
{

namespace
{

constexpr size_t MAX_LABEL = 63;       //!< bytes of a label (RFC 1035, 2.3.4)
constexpr size_t MAX_NAME = 255;       //!< bytes of a name with its length bytes (same)
constexpr size_t MAX_POINTERS = 127;   //!< a name has at most 127 labels to point to
constexpr uint8_t KIND_MASK = 0xc0;    //!< upper two bits of a length byte: its kind
constexpr uint8_t KIND_POINTER = 0xc0; //!< a compression pointer (RFC 1035, 4.1.4)

/// Frees what ldns allocates for a name.
struct RdfDeleter
{
    /**
     * @param rdf a field
     */
    void operator()(ldns_rdf* rdf) const
    {
        ldns_rdf_deep_free(rdf);
    }
};

/// An ldns field that frees itself.
using RdfPtr = std::unique_ptr<ldns_rdf, RdfDeleter>;

} // namespace

SstDnsError
SstDnsName::Skip(const uint8_t* data, size_t size, size_t& position, bool compression)
{
    size_t at = position;
    size_t start = position; // of the run of labels that `at` is in
    size_t end = 0;          // behind the name, once known
    size_t length = 0;
    size_t pointers = 0;
    while (true)
    {
        if (at >= size)
        {
            return SstDnsError::TRUNCATED;
        }
        const uint8_t octet = data[at];
        if ((octet & KIND_MASK) == KIND_POINTER)
        {
            if (!compression)
            {
                return SstDnsError::POINTER;
            }
            if (size - at < 2)
            {
                return SstDnsError::TRUNCATED;
            }
            // RFC 1035, 4.1.4: "a pointer to a prior occurance of the same name". Prior to the
            // labels before it too, hence without loops.
            const size_t target = static_cast<size_t>(octet & ~KIND_MASK) << 8 | data[at + 1];
            if (target >= start || target < SstDns::HEADER_SIZE || ++pointers > MAX_POINTERS)
            {
                return SstDnsError::POINTER;
            }
            if (end == 0)
            {
                end = at + 2;
            }
            at = start = target;
            continue;
        }
        if (octet > MAX_LABEL)
        {
            return SstDnsError::NAME;
        }
        length += 1 + octet;
        if (length > MAX_NAME)
        {
            return SstDnsError::NAME;
        }
        at += 1;
        if (octet == 0)
        {
            position = end == 0 ? at : end;
            return SstDnsError::NONE;
        }
        if (size - at < octet)
        {
            return SstDnsError::TRUNCATED;
        }
        at += octet;
    }
}

SstDnsError
SstDnsName::Read(const uint8_t* data,
                 size_t size,
                 size_t& position,
                 bool compression,
                 std::string& name)
{
    size_t end = position;
    const SstDnsError error = Skip(data, size, end, compression);
    if (error != SstDnsError::NONE)
    {
        return error;
    }
    ldns_rdf* raw = nullptr;
    size_t at = position;
    if (ldns_wire2dname(&raw, data, size, &at) != LDNS_STATUS_OK)
    {
        return SstDnsError::LIBRARY;
    }
    const RdfPtr rdf(raw);
    char* text = ldns_rdf2str(rdf.get());
    if (text == nullptr || at != end)
    {
        std::free(text);
        return SstDnsError::LIBRARY;
    }
    name = SstDnsCanonicalName(text);
    std::free(text);
    position = end;
    return SstDnsError::NONE;
}

bool
SstDnsName::Append(const std::string& name, std::vector<uint8_t>& wire)
{
    ldns_rdf* raw = nullptr;
    if (name.empty() || name.find('\0') != std::string::npos ||
        ldns_str2rdf_dname(&raw, name.c_str()) != LDNS_STATUS_OK)
    {
        return false;
    }
    const RdfPtr rdf(raw);
    const uint8_t* data = ldns_rdf_data(rdf.get());
    const size_t size = ldns_rdf_size(rdf.get());
    size_t end = 0;
    if (Skip(data, size, end, false) != SstDnsError::NONE || end != size)
    {
        return false;
    }
    wire.insert(wire.end(), data, data + size);
    return true;
}

} // namespace ns3
