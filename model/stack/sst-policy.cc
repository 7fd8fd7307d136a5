/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-policy.h"

#include "sst/types.h"

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
    case SstPolicy::PIN:
        return "pin";
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

std::string
ToString(SstLayout layout)
{
    switch (layout)
    {
    case SstLayout::AUTO:
        return "auto";
    case SstLayout::NATIVE:
        return "native";
    case SstLayout::UDP:
        return "udp";
    }
    return "unknown";
}

std::string
ToString(const SstPadding& padding)
{
    switch (padding.mode)
    {
    case SstPadding::NONE:
        return "none";
    case SstPadding::MULTIPLE:
        return std::to_string(padding.multiple);
    case SstPadding::MTU:
        return "mtu";
    }
    return "unknown";
}

bool
FromString(const std::string& name, SstPolicy& policy)
{
    for (auto candidate :
         {SstPolicy::OFF, SstPolicy::OPPORTUNISTIC, SstPolicy::REQUIRE, SstPolicy::PIN})
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

bool
FromString(const std::string& name, SstPadding& padding)
{
    if (name == "none" || name == "mtu")
    {
        padding = {name == "mtu" ? SstPadding::MTU : SstPadding::NONE, 0};
        return true;
    }
    const bool isNumber = !name.empty() && name.size() <= 4 &&
                          name.find_first_not_of("0123456789") == std::string::npos;
    const int multiple = isNumber ? std::stoi(name) : 0;
    if (multiple < 2 || multiple > sst::Padding::MAX_MULTIPLE)
    {
        return false;
    }
    padding = {SstPadding::MULTIPLE, static_cast<uint16_t>(multiple)};
    return true;
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
