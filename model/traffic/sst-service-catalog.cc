/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-service-catalog.h"

#include "ns3/sst-name-list.h"
#include "ns3/sst-service-builders.h"

#include <cctype>

namespace ns3
{

namespace
{

/**
 * "Labels must be 63 characters or less" and names "limited to 255 octets" on the wire, 253 in
 * text (RFC 1035 2.3.4); letters, digits and hyphens (RFC 1123 2.1), and the underscore.
 *
 * @param name a host's name
 * @return whether it is one
 */
bool
IsHostName(const std::string& name)
{
    if (name.empty() || name.size() > 253)
    {
        return false;
    }
    std::size_t label = 0;
    for (const char c : name)
    {
        if (c == '.')
        {
            if (label == 0)
            {
                return false;
            }
            label = 0;
        }
        else if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_')
        {
            if (++label > 63)
            {
                return false;
            }
        }
        else
        {
            return false;
        }
    }
    return label > 0;
}

} // namespace

const std::vector<SstServiceCatalog::Entry>&
SstServiceCatalog::GetEntries()
{
    using B = SstServiceBuilders;
    // Ports as registered with IANA.
    static const std::vector<Entry> entries{
        {"http", 6, 80, 20000, "HTTP/1.1 GET with Host", &B::Http},
        {"tls", 6, 443, 20000, "TLS 1.3 with SNI", &B::Tls},
        {"ssh", 6, 22, 8000, "SSH banners, key exchange and a session", &B::Ssh},
        {"smtp", 6, 25, 12000, "SMTP, the server speaks first", &B::Smtp},
        {"dns", 17, 53, 0, "DNS over UDP to a service host", &B::Dns},
        {"rtp", 17, 5004, 100, "RTP voice stream, 95 % of the datagrams needed", &B::Rtp},
        {"bulk", 6, 873, 2000000, "rsync daemon download, for throughput", &B::Bulk},
    };
    return entries;
}

const std::vector<std::string>&
SstServiceCatalog::Names()
{
    static const std::vector<std::string> names = []() {
        std::vector<std::string> all;
        for (const auto& entry : GetEntries())
        {
            all.push_back(entry.name);
        }
        return all;
    }();
    return names;
}

const SstServiceCatalog::Entry*
SstServiceCatalog::Find(const std::string& name)
{
    for (const auto& entry : GetEntries())
    {
        if (entry.name == name)
        {
            return &entry;
        }
    }
    return nullptr;
}

bool
SstServiceCatalog::ParseList(const std::string& text,
                             std::vector<std::string>& names,
                             std::string& error)
{
    return SstNameList::Parse("service", text, Names(), names, error);
}

Ptr<const SstServiceScript>
SstServiceCatalog::Make(const std::string& name,
                        const SstServiceParameters& parameters,
                        std::string& error)
{
    const Entry* entry = Find(name);
    if (!entry)
    {
        error = SstNameList::Unknown("service", name, Names());
        return nullptr;
    }
    SstServiceParameters p = parameters;
    for (const auto& host : {p.host, p.client})
    {
        if (!IsHostName(host))
        {
            error = "'" + host + "' is not a host name: letters, digits, '-' and '_' in labels " +
                    "of 1 to 63 characters, 253 in all";
            return nullptr;
        }
    }
    if (p.size > MAX_SIZE)
    {
        error = "size " + std::to_string(p.size) + " of service " + name + "; at most " +
                std::to_string(MAX_SIZE) + " bytes";
        return nullptr;
    }
    if (p.datagrams > MAX_DATAGRAMS)
    {
        error = std::to_string(p.datagrams) + " datagrams of service " + name + "; at most " +
                std::to_string(MAX_DATAGRAMS);
        return nullptr;
    }
    p.size = p.size == 0 ? entry->size : p.size;
    p.datagrams = p.datagrams == 0 ? Find("rtp")->size : p.datagrams;
    return entry->build(p);
}

} // namespace ns3
