// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_C_H
#define SST_TEST_C_H

#include "sst.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace ssttest
{

constexpr sst_clock CLOCK{1000, 1800000000000};
constexpr sst_address CLIENT{{10, 0, 0, 1}, 4};
constexpr sst_address SERVER{{10, 0, 0, 2}, 4};
constexpr sst_flow FLOW{SERVER, 40000, 443, 6};

/// A handle that frees itself.
using CEndpoint = std::unique_ptr<sst_endpoint, decltype(&sst_destroy_endpoint)>;

/// \return an endpoint, with the defaults for nullptr
CEndpoint Create(const sst_config* config = nullptr);

/// \return the defaults
sst_config Config();

/// \return policy `require`
sst_request Request();

/// \return a new key
sst_key_pair Key(uint8_t keyId = 1, uint8_t flags = SST_KEY_EARLY_SYN | SST_KEY_EARLY_UDP);

/// \return what DNS holds of a key
sst_key_entry Entry(const sst_key_pair& key);

/// \return a UDP datagram from port 40000 to port 443
std::vector<uint8_t> Datagram(size_t size);

/// \return of a datagram from CLIENT to SERVER
sst_meta EgressMeta();

/// Puts a datagram into sst_egress. \return its error
int Send(sst_endpoint* endpoint,
         const sst_request* request,
         size_t segmentSize = 100,
         size_t capacity = 2048,
         sst_verdict* verdict = nullptr,
         const sst_clock& clock = CLOCK);

/// A client and a server that trust each other.
struct CPair
{
    CPair();

    /// Carries packets both ways until nobody has one. \return segments delivered
    size_t Run();

    /// Carries what `from` has to send. \return segments delivered
    size_t Carry(sst_endpoint* from, sst_endpoint* to);

    sst_clock clock{CLOCK};     //!< of both
    CEndpoint client{Create()}; //!< holds the server's key
    CEndpoint server{Create()}; //!< holds its own
};

} // namespace ssttest

#endif // SST_TEST_C_H
