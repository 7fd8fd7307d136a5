/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-policy.h"

namespace ns3
{

std::string
ToString(SstPolicy policy)
{
    switch (policy)
    {
    case SstPolicy::OFF:
        return "off";
    case SstPolicy::OPPORTUNISTIC:
        return "opportunistic";
    case SstPolicy::REQUIRE:
        return "require";
    }
    return "unknown";
}

std::string
ToString(SstCoverage coverage)
{
    switch (coverage)
    {
    case SstCoverage::SEGMENT:
        return "segment";
    case SstCoverage::HEADER:
        return "header";
    case SstCoverage::PORTS:
        return "ports";
    }
    return "unknown";
}

bool
FromString(const std::string& name, SstPolicy& policy)
{
    for (auto candidate : {SstPolicy::OFF, SstPolicy::OPPORTUNISTIC, SstPolicy::REQUIRE})
    {
        if (name == ToString(candidate))
        {
            policy = candidate;
            return true;
        }
    }
    return false;
}

bool
FromString(const std::string& name, SstCoverage& coverage)
{
    for (auto candidate : {SstCoverage::SEGMENT, SstCoverage::HEADER, SstCoverage::PORTS})
    {
        if (name == ToString(candidate))
        {
            coverage = candidate;
            return true;
        }
    }
    return false;
}

std::ostream&
operator<<(std::ostream& os, SstPolicy policy)
{
    return os << ToString(policy);
}

std::ostream&
operator<<(std::ostream& os, SstCoverage coverage)
{
    return os << ToString(coverage);
}

} // namespace ns3
