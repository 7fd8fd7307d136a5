/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-port-list.h"

#include "ns3/sst-censor-list.h"

namespace ns3
{

namespace
{

/**
 * @param text decimal digits
 * @param [out] port the value
 * @return true when the text is a number from 0 to 65535
 */
bool
ParsePort(const std::string& text, uint16_t& port)
{
    if (text.empty() || text.size() > 5 ||
        text.find_first_not_of("0123456789") != std::string::npos || std::stoul(text) > 65535)
    {
        return false;
    }
    port = static_cast<uint16_t>(std::stoul(text));
    return true;
}

} // namespace

std::string
SstCensorPortList::Parse(const std::string& text)
{
    std::vector<Range> ranges;
    for (const auto& item : SstSplitCensorList(text))
    {
        Range range{};
        const auto dash = item.find('-');
        const bool first = ParsePort(item.substr(0, dash), range.first);
        range.last = range.first;
        const bool last = dash == std::string::npos || ParsePort(item.substr(dash + 1), range.last);
        if (!first || !last || range.last < range.first)
        {
            return "'" + item + "' is no port or range of ports (such as 22 or 5000-5010)";
        }
        ranges.push_back(range);
    }
    m_ranges = ranges;
    return "";
}

bool
SstCensorPortList::Contains(uint16_t port) const
{
    for (const auto& range : m_ranges)
    {
        if (port >= range.first && port <= range.last)
        {
            return true;
        }
    }
    return false;
}

std::string
SstCensorPortList::ToString() const
{
    std::string text;
    for (const auto& range : m_ranges)
    {
        text += (text.empty() ? "" : ",") + std::to_string(range.first);
        if (range.last != range.first)
        {
            text += "-" + std::to_string(range.last);
        }
    }
    return text;
}

} // namespace ns3
