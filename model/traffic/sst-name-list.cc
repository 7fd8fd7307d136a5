/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-name-list.h"

#include <algorithm>

namespace ns3
{

bool
SstNameList::Parse(const std::string& kind,
                   const std::string& text,
                   const std::vector<std::string>& known,
                   std::vector<std::string>& names,
                   std::string& error)
{
    if (text == "all")
    {
        names = known;
        return true;
    }
    std::vector<std::string> found;
    for (std::size_t begin = 0; begin <= text.size();)
    {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string name = text.substr(begin, end - begin);
        if (std::find(known.begin(), known.end(), name) == known.end())
        {
            error = Unknown(kind, name, known);
            return false;
        }
        if (std::find(found.begin(), found.end(), name) == found.end())
        {
            found.push_back(name);
        }
        begin = end + 1;
    }
    names = found;
    return true;
}

std::string
SstNameList::Unknown(const std::string& kind,
                     const std::string& name,
                     const std::vector<std::string>& known)
{
    std::string error = "unknown " + kind + " '" + name + "'; allowed:";
    for (std::size_t i = 0; i < known.size(); ++i)
    {
        error += (i == 0 ? " " : ", ") + known[i];
    }
    return error;
}

} // namespace ns3
