/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_BLOCKING_OPTIONS_H
#define SST_BLOCKING_OPTIONS_H

// What sst-blocking-resistance takes from its command line, and what it says about a run.

#include "ns3/simulator.h"
#include "ns3/sst-carriage.h"
#include "ns3/sst-censor-helper.h"
#include "ns3/sst-censored-network-helper.h"
#include "ns3/sst-service-catalog.h"

#include <sys/resource.h>

#include <cstdint>
#include <iomanip>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{

/// Flows of a service have numbers below this.
constexpr int64_t FLOWS_PER_SERVICE = 100'000;

/// What the command line chooses.
struct Options
{
    std::string carriage{"plain"};              //!< how the services travel
    std::string policy{"off"};                  //!< what to do where SST is not to be had
    std::string censor{"none"};                 //!< rules joined by '+'
    uint32_t ip{4};                             //!< IP version
    uint32_t seed{1};                           //!< seed of every stream
    uint32_t flows{20};                         //!< flows of each service
    uint32_t first{0};                          //!< number of the first flow
    std::string services{"all"};                //!< services, separated by commas
    std::string blockedServices{"tls,ssh,dns,rtp"}; //!< whose ports a port rule lists
    double loss{0.005};                         //!< loss of the access link, each direction
    std::string output;                         //!< CSV file, empty: standard output
    std::string info;                           //!< JSON file, empty: none
    bool list{false};                           //!< only print what can be chosen
};

/**
 * @param values names
 * @return a JSON array of them
 */
inline std::string
JsonList(const std::vector<std::string>& values)
{
    std::string text;
    for (const auto& value : values)
    {
        text += (text.empty() ? "\"" : ", \"") + value + "\"";
    }
    return "[" + text + "]";
}

/**
 * @param options what the command line chose
 * @param wall seconds the run took
 * @param os gets the JSON text
 */
inline void
WriteInfo(const Options& options, double wall, std::ostream& os)
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    os << "{\"events\": " << Simulator::GetEventCount() << ", \"wall_s\": " << std::fixed
       << std::setprecision(3) << wall << ", \"max_rss_kb\": " << usage.ru_maxrss
       << ", \"versions\": {\"ns3\": \"" << SST_NS3_VERSION << "\"}"
       << ", \"parameters\": {\"carriage\": \"" << options.carriage << "\", \"policy\": \""
       << options.policy << "\", \"censor\": \"" << options.censor << "\", \"ip\": " << options.ip
       << ", \"seed\": " << options.seed << ", \"flows\": " << options.flows
       << ", \"first\": " << options.first << ", \"loss\": " << std::setprecision(6) << options.loss << ", \"services\": \""
       << options.services << "\", \"blocked\": \"" << options.blockedServices << "\"}}\n";
}

/**
 * @param options what the command line chose
 * @param [out] services the services
 * @param [out] carriage how they travel
 * @param [out] policy what to do where SST is not to be had
 * @return empty, or what is wrong
 */
inline std::string
Check(const Options& options,
      std::vector<std::string>& services,
      SstCarriage& carriage,
      SstPolicy& policy)
{
    std::string error;
    if (!SstServiceCatalog::ParseList(options.services, services, error))
    {
        return "--services: " + error;
    }
    if (!SstCarriage::Parse(options.carriage, carriage, error))
    {
        return "--carriage: " + error;
    }
    if (!FromString(options.policy, policy))
    {
        return "--policy: unknown policy '" + options.policy +
               "'; allowed: off, opportunistic, require";
    }
    if (carriage.sst == (policy == SstPolicy::OFF))
    {
        return "--policy: '" + options.policy + "' does not go with --carriage '" +
               options.carriage + "'; plain takes off, the others opportunistic or require";
    }
    error = SstCensorHelper::Check(options.censor);
    if (!error.empty())
    {
        return "--censor: " + error;
    }
    if (options.ip != 4 && options.ip != 6)
    {
        return "--ip: unknown version '" + std::to_string(options.ip) + "'; allowed: 4, 6";
    }
    const auto pairs = static_cast<uint64_t>(options.flows) * services.size();
    if (options.flows == 0 || pairs > SstCensoredNetworkHelper::MAX_PAIRS)
    {
        return "--flows: " + std::to_string(options.flows) + " flows of each service; wanted 1 to " +
               std::to_string(SstCensoredNetworkHelper::MAX_PAIRS / services.size());
    }
    if (options.first > FLOWS_PER_SERVICE - options.flows)
    {
        return "--first: " + std::to_string(options.first) + "; wanted 0 to " +
               std::to_string(FLOWS_PER_SERVICE - options.flows);
    }
    if (!(options.loss >= 0 && options.loss <= 1))
    {
        return "--loss: " + std::to_string(options.loss) + " is no probability; wanted 0 to 1";
    }
    if (options.seed == 0)
    {
        return "--seed: 0 is no seed of ns-3; wanted 1 to 4294967295";
    }
    return "";
}

} // namespace ns3

#endif // SST_BLOCKING_OPTIONS_H
