/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-name-list.h"

#include "ns3/sst-censor-list.h"

namespace ns3
{

std::string
SstCensorNameList::Normalize(const std::string& host)
{
    std::string name = host;
    for (auto& c : name)
    {
        if (c >= 'A' && c <= 'Z')
        {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    if (!name.empty() && name.back() == '.')
    {
        name.pop_back();
    }
    return name;
}

std::string
SstCensorNameList::Parse(const std::string& text)
{
    std::vector<std::string> names;
    for (const auto& item : SstSplitCensorList(text))
    {
        const std::string name = Normalize(item);
        if (name.empty() || name.size() > 253 || name.front() == '.' ||
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") != std::string::npos)
        {
            return "'" + item + "' is no host name";
        }
        names.push_back(name);
    }
    m_names = names;
    return "";
}

bool
SstCensorNameList::Matches(const std::string& host) const
{
    const std::string name = Normalize(host);
    for (const auto& entry : m_names)
    {
        if (name.size() < entry.size() ||
            name.compare(name.size() - entry.size(), entry.size(), entry) != 0)
        {
            continue;
        }
        if (name.size() == entry.size() || name[name.size() - entry.size() - 1] == '.')
        {
            return true;
        }
    }
    return false;
}

std::string
SstCensorNameList::ToString() const
{
    std::string text;
    for (const auto& name : m_names)
    {
        text += (text.empty() ? "" : ",") + name;
    }
    return text;
}

} // namespace ns3
