/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-carriage.h"

#include "ns3/sst-name-list.h"

namespace ns3
{

SstPolicy
SstCarriage::Effective(SstPolicy policy) const
{
    return sst ? policy : SstPolicy::OFF;
}

const std::vector<std::string>&
SstCarriage::Names()
{
    static const std::vector<std::string> names{"plain", "sst-segment", "sst-ports"};
    return names;
}

bool
SstCarriage::Parse(const std::string& name, SstCarriage& carriage, std::string& error)
{
    if (name == "plain")
    {
        carriage = {name, false, SstCoverage::SEGMENT};
    }
    else if (name == "sst-segment")
    {
        carriage = {name, true, SstCoverage::SEGMENT};
    }
    else if (name == "sst-ports")
    {
        carriage = {name, true, SstCoverage::PORTS};
    }
    else
    {
        error = SstNameList::Unknown("carriage", name, Names());
        return false;
    }
    return true;
}

bool
SstCarriage::ParseList(const std::string& text,
                       std::vector<SstCarriage>& carriages,
                       std::string& error)
{
    std::vector<std::string> names;
    if (!SstNameList::Parse("carriage", text, Names(), names, error))
    {
        return false;
    }
    carriages.clear();
    for (const auto& name : names)
    {
        carriages.emplace_back();
        if (!Parse(name, carriages.back(), error))
        {
            return false;
        }
    }
    return true;
}

} // namespace ns3
