/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-list.h"

namespace ns3
{

std::vector<std::string>
SstSplitCensorList(const std::string& text)
{
    std::vector<std::string> items;
    const char* separators = ", \t\n";
    size_t begin = text.find_first_not_of(separators);
    while (begin != std::string::npos)
    {
        size_t end = text.find_first_of(separators, begin);
        items.push_back(text.substr(begin, end == std::string::npos ? end : end - begin));
        begin = text.find_first_not_of(separators, end);
    }
    return items;
}

} // namespace ns3
