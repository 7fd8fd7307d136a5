/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-zone.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr uint16_t FIRST_META_TYPE = 249; //!< TKEY; up to 255: no types of records (RFC 6895, 3.1)
constexpr uint16_t LAST_META_TYPE = 255;  //!< ANY

/**
 * @param name a canonical name
 * @return the name without its first label, "." for a name of one label
 */
std::string
Parent(const std::string& name)
{
    for (size_t i = 0; i < name.size(); i++)
    {
        if (name[i] == '\\')
        {
            i++;
        }
        else if (name[i] == '.' && i + 1 < name.size())
        {
            return name.substr(i + 1);
        }
    }
    return ".";
}

} // namespace

void
SstDnsZone::Add(const SstDnsRecord& record)
{
    SstDnsRecord own = record;
    own.name = SstDnsCanonicalName(record.name);
    auto& records = m_records[own.name];
    if (records.empty())
    {
        for (std::string name = own.name; name != ".";)
        {
            name = Parent(name);
            m_below[name]++;
        }
    }
    records.push_back(std::move(own));
}

void
SstDnsZone::Remove(const std::string& name)
{
    const std::string owner = SstDnsCanonicalName(name);
    if (m_records.erase(owner) == 0)
    {
        return;
    }
    for (std::string above = owner; above != ".";)
    {
        above = Parent(above);
        auto it = m_below.find(above);
        if (it != m_below.end() && --it->second == 0)
        {
            m_below.erase(it);
        }
    }
}

void
SstDnsZone::Remove(const std::string& name, uint16_t type)
{
    auto it = m_records.find(SstDnsCanonicalName(name));
    if (it == m_records.end())
    {
        return;
    }
    auto& records = it->second;
    records.erase(std::remove_if(records.begin(),
                                 records.end(),
                                 [type](const SstDnsRecord& r) { return r.type == type; }),
                  records.end());
    if (records.empty())
    {
        Remove(name);
    }
}

bool
SstDnsZone::Exists(const std::string& name) const
{
    return name == "." || m_records.count(name) > 0 || m_below.count(name) > 0;
}

SstDnsMessage
SstDnsZone::Answer(const SstDnsMessage& query, uint32_t negativeTtl) const
{
    SstDnsMessage response = SstDnsMessage::MakeResponse(query, SstDns::NOERROR);
    if (query.header.opcode != SstDns::OPCODE_QUERY)
    {
        response.header.rcode = SstDns::NOTIMP;
        return response;
    }
    if (query.questions.size() != 1)
    {
        response.header.rcode = SstDns::FORMERR;
        return response;
    }
    // RFC 6891, 6.1.3: "If a responder does not implement the VERSION level of the request, then
    // it MUST respond with RCODE=BADVERS."
    if (query.edns.present && query.edns.version != 0)
    {
        response.header.rcode = SstDns::BADVERS;
        return response;
    }
    const SstDnsQuestion& question = query.questions.front();
    if (question.klass != SstDns::CLASS_IN)
    {
        response.header.rcode = SstDns::REFUSED;
        return response;
    }
    if (question.type == SstDns::OPT ||
        (question.type >= FIRST_META_TYPE && question.type <= LAST_META_TYPE))
    {
        response.header.rcode = SstDns::NOTIMP;
        return response;
    }
    auto it = m_records.find(question.name);
    if (it != m_records.end())
    {
        for (const auto& record : it->second)
        {
            if (record.type == question.type)
            {
                response.answers.push_back(record);
            }
        }
    }
    if (response.answers.empty())
    {
        // RFC 8020, 2: NXDOMAIN says that nothing exists below the name either; RFC 2308, 2: the
        // SOA in the authority section says for how long.
        response.header.rcode = Exists(question.name) ? SstDns::NOERROR : SstDns::NXDOMAIN;
        response.AddSoa(".", negativeTtl, negativeTtl);
    }
    return response;
}

} // namespace ns3
