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

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <iomanip>
#include <map>
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

/**
 * Look at the command line before ns3::CommandLine does, which ends with status 1 and all of its
 * help where something is wrong.
 *
 * @param argc number of arguments
 * @param argv the arguments
 * @return empty, or what is wrong
 */
inline std::string
CheckArguments(int argc, char* argv[])
{
    // s text, u whole number, d number, b switch
    static const std::map<std::string, char> known{{"carriage", 's'},
                                                   {"policy", 's'},
                                                   {"censor", 's'},
                                                   {"ip", 'u'},
                                                   {"seed", 'u'},
                                                   {"flows", 'u'},
                                                   {"first", 'u'},
                                                   {"services", 's'},
                                                   {"blocked", 's'},
                                                   {"loss", 'd'},
                                                   {"output", 's'},
                                                   {"info", 's'},
                                                   {"list", 'b'}};
    for (int i = 1; i < argc; ++i)
    {
        const std::string argument = argv[i];
        const auto begin = argument.find_first_not_of('-');
        const auto equals = argument.find('=');
        const auto name = begin == std::string::npos
                              ? argument
                              : argument.substr(begin, equals == std::string::npos
                                                           ? equals
                                                           : equals - begin);
        if (begin > 0 && (name == "help" || name == "h" || name.rfind("Print", 0) == 0 ||
                          name.find("::") != std::string::npos))
        {
            continue; // the options every ns-3 program has
        }
        const auto option = known.find(name);
        if (begin == 0 || option == known.end())
        {
            std::string allowed;
            for (const auto& [each, kind] : known)
            {
                allowed += (allowed.empty() ? "--" : ", --") + each;
            }
            return "unknown option '" + argument + "'; allowed: " + allowed;
        }
        const auto value = equals == std::string::npos ? "" : argument.substr(equals + 1);
        char* end = nullptr;
        errno = 0;
        const bool whole = value.find_first_not_of("0123456789") == std::string::npos;
        if (option->second == 'u' &&
            (value.empty() || !whole || std::strtoull(value.c_str(), &end, 10) > UINT32_MAX))
        {
            return "--" + name + ": '" + value + "' is no whole number; wanted 0 to 4294967295";
        }
        if (option->second == 'd' &&
            (value.empty() || (std::strtod(value.c_str(), &end), *end != '\0') || errno != 0))
        {
            return "--" + name + ": '" + value + "' is no number";
        }
    }
    return "";
}

} // namespace ns3

#endif // SST_BLOCKING_OPTIONS_H
