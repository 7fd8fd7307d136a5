/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CONFORM_JSON_VALUES_H
#define SST_CONFORM_JSON_VALUES_H

#include "sst/endpoint.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

/**
 * @file
 * Values of the adapter interface as the codec's types, and back.
 */

namespace sstconform
{

using Json = nlohmann::json;

/// An answer {"ok": false}: the question was wrong, the adapter goes on.
class Misuse : public std::runtime_error
{
  public:
    /**
     * @param name short name, as "endpoint" or "value"
     * @param message for people
     */
    Misuse(std::string name, const std::string& message)
        : std::runtime_error{message},
          name{std::move(name)}
    {
    }

    std::string name; //!< the field "error"
};

/// Something this implementation does not have: exit status 127.
class Unsupported : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// @return bytes of lower-case hex
std::vector<uint8_t> ReadHex(const Json& value);
/// @return lower-case hex
std::string WriteHex(const uint8_t* data, size_t size);
/// @return an address of its text
sst::IpAddress ReadAddress(const Json& value);
/// @return an unsigned number of at most `most`
uint64_t ReadNumber(const Json& value, uint64_t most = UINT64_MAX);
/// @return the field "now"
sst::Clock ReadClock(const Json& question);
/// @return a flow
sst::FlowKey ReadFlow(const Json& value);
/// @return a flow's JSON
Json WriteFlow(const sst::FlowKey& flow);
/// @return what a socket asks
sst::Request ReadRequest(const Json& value);
/// @return limits and choices
sst::EndpointConfig ReadConfig(const Json& value);
/// @return addresses and protocol of a packet or segment
sst::Meta ReadMeta(const Json& question);
/// @return an action's JSON
Json WriteAction(const sst::Action& action);

} // namespace sstconform

#endif /* SST_CONFORM_JSON_VALUES_H */
