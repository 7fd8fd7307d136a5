/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-types.h"

namespace ns3
{

const char*
ToString(SstDnsError error)
{
    switch (error)
    {
    case SstDnsError::NONE:
        return "none";
    case SstDnsError::SHORT:
        return "short";
    case SstDnsError::LONG:
        return "long";
    case SstDnsError::TRUNCATED:
        return "truncated";
    case SstDnsError::TRAILING:
        return "trailing";
    case SstDnsError::NAME:
        return "name";
    case SstDnsError::POINTER:
        return "pointer";
    case SstDnsError::OPTIONS:
        return "options";
    case SstDnsError::RDATA:
        return "rdata";
    case SstDnsError::SVC_TRUNCATED:
        return "svc-truncated";
    case SstDnsError::SVC_ORDER:
        return "svc-order";
    case SstDnsError::SVC_DUPLICATE:
        return "svc-duplicate";
    case SstDnsError::LIBRARY:
        return "library";
    }
    return "unknown";
}

bool
operator==(const SstDnsQuestion& a, const SstDnsQuestion& b)
{
    return a.type == b.type && a.klass == b.klass && a.name == b.name;
}

std::string
SstDnsCanonicalName(const std::string& name)
{
    std::string canonical = name;
    if (canonical.size() > 1 && canonical.back() == '.' && canonical[canonical.size() - 2] != '\\')
    {
        canonical.pop_back();
    }
    // RFC 4343: only the ASCII letters know a case, whatever the locale.
    for (char& c : canonical)
    {
        if (c >= 'A' && c <= 'Z')
        {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return canonical.empty() ? "." : canonical;
}

std::string
SstDnsServiceName(const std::string& host)
{
    return "_sst." + SstDnsCanonicalName(host);
}

} // namespace ns3
