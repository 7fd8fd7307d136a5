/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-prefix-list.h"

#include "ns3/sst-censor-list.h"

#include <cstring>

namespace ns3
{

std::string
SstCensorPrefixList::Parse(const std::string& text)
{
    std::vector<Entry> entries;
    for (const auto& item : SstSplitCensorList(text))
    {
        Entry entry;
        const auto slash = item.find('/');
        entry.address = SstCensorAddress::Parse(item.substr(0, slash));
        const uint32_t most = entry.address.length * 8U;
        uint32_t bits = most;
        if (slash != std::string::npos)
        {
            const std::string digits = item.substr(slash + 1);
            if (digits.empty() || digits.size() > 3 ||
                digits.find_first_not_of("0123456789") != std::string::npos)
            {
                return "'" + item + "' is no prefix: the length after '/' is a number of bits";
            }
            bits = std::stoul(digits);
        }
        if (most == 0 || bits > most)
        {
            return "'" + item + "' is no IP address or prefix (such as 10.1.0.0/16 or 2001:f::1)";
        }
        entry.bits = static_cast<uint8_t>(bits);
        entries.push_back(entry);
    }
    m_entries = entries;
    return "";
}

bool
SstCensorPrefixList::Contains(const SstCensorAddress& address) const
{
    for (const auto& entry : m_entries)
    {
        if (entry.address.length != address.length)
        {
            continue;
        }
        const size_t whole = entry.bits / 8;
        const uint8_t mask = static_cast<uint8_t>(0xff00 >> (entry.bits % 8));
        if (std::memcmp(entry.address.bytes.data(), address.bytes.data(), whole) == 0 &&
            (mask == 0 || ((entry.address.bytes[whole] ^ address.bytes[whole]) & mask) == 0))
        {
            return true;
        }
    }
    return false;
}

std::string
SstCensorPrefixList::ToString() const
{
    std::string text;
    for (const auto& entry : m_entries)
    {
        text +=
            (text.empty() ? "" : ",") + entry.address.ToString() + "/" + std::to_string(entry.bits);
    }
    return text;
}

} // namespace ns3
