/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What limits of the protocol look like at work, each with figures that are checked as it runs:
//
//   epochs          a connection open for hours changes its keys and loses nothing
//   port-collision  two clients behind one address use the same ports to the same server
//   retry           a flood of forged first packets, and a client that gets through
//   layout-u        a censor drops every marked packet; the client goes behind UDP
//
// All on hosts around one router. Exit status 1 when a statement does not hold.

#include "sst-limits-attacks.h"
#include "sst-limits-report.h"
#include "sst-limits-sessions.h"

#include "ns3/command-line.h"
#include "ns3/config.h"
#include "ns3/rng-seed-manager.h"

#include <functional>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

using namespace ns3;

int
main(int argc, char* argv[])
{
    std::string scenario = "all";
    std::string format = "text";
    double hours = 4;
    uint32_t rate = 4000;
    double seconds = 4;
    uint32_t seed = 1;
    CommandLine cmd(__FILE__);
    cmd.AddValue("scenario", "epochs, port-collision, retry, layout-u, or all", scenario);
    cmd.AddValue("format", "text, or json: one object a line", format);
    cmd.AddValue("hours", "epochs: how long the connection is open", hours);
    cmd.AddValue("rate", "retry: forged packets a second", rate);
    cmd.AddValue("seconds", "retry: how long the flood lasts", seconds);
    cmd.AddValue("seed", "of all random draws", seed);
    cmd.Parse(argc, argv);
    if (seed == 0)
    {
        std::cerr << "--seed: 0 is no seed of ns-3; wanted 1 to 4294967295\n";
        return 2;
    }
    if (!(hours >= 1 && hours <= 48))
    {
        std::cerr << "--hours: " << hours << "; wanted 1 to 48\n";
        return 2;
    }
    if (rate == 0 || !(seconds >= 1 && seconds <= 60))
    {
        std::cerr << "--rate: " << rate << ", --seconds: " << seconds
                  << "; wanted at least 1, and 1 to 60\n";
        return 2;
    }
    if (format != "text" && format != "json")
    {
        std::cerr << "--format: unknown value '" << format << "'; wanted one of: text, json\n";
        return 2;
    }
    const std::vector<std::pair<std::string, std::function<LimitsReport()>>> scenarios{
        {"epochs", [&]() { return ShowEpochs(hours); }},
        {"port-collision", []() { return ShowPortCollision(); }},
        {"retry", [&]() { return ShowRetry(rate, seconds); }},
        {"layout-u", []() { return ShowLayoutU(); }},
    };
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    bool found = false;
    bool holds = true;
    std::string known;
    for (const auto& [name, show] : scenarios)
    {
        known += ", " + name;
        if (scenario != name && scenario != "all")
        {
            continue;
        }
        found = true;
        RngSeedManager::SetSeed(seed);
        RngSeedManager::SetRun(1);
        const LimitsReport report = show();
        holds = holds && report.Holds();
        if (format == "json")
        {
            report.PrintJson(std::cout);
        }
        else
        {
            report.PrintText(std::cout);
        }
    }
    if (!found)
    {
        std::cerr << "--scenario: unknown value '" << scenario << "'; wanted one of: all" << known
                  << "\n";
        return 2;
    }
    return holds ? 0 : 1;
}
