/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-key-answer.h"

#include "sst/key-value.h"

#include "ns3/sst-svcb.h"

#include <algorithm>
#include <vector>

namespace ns3
{

namespace
{

constexpr uint16_t MANDATORY_KEY = 0; //!< SvcParamKey "mandatory" (RFC 9460, 8)

/**
 * @param svcb a service binding
 * @return whether a parameter it calls mandatory is none of SST's
 */
bool
WantsMore(const SstSvcb& svcb)
{
    const std::vector<uint8_t>* keys = svcb.params.Find(MANDATORY_KEY);
    if (keys == nullptr)
    {
        return false;
    }
    if (keys->size() % 2 != 0)
    {
        return true;
    }
    for (size_t i = 0; i < keys->size(); i += 2)
    {
        const int key = (*keys)[i] << 8 | (*keys)[i + 1];
        if (key != SstDns::SVC_PARAM_KEY && key != SstDns::SVC_PARAM_PORT)
        {
            return true;
        }
    }
    return false;
}

/**
 * @param [out] resolution the outcome
 * @param keys what is known of the keys
 * @param reason detail
 */
void
Set(SstResolution& resolution, SstResolution::Keys keys, const std::string& reason)
{
    resolution.keys = keys;
    resolution.keysReason = reason;
}

} // namespace

std::string
SstKeyAnswer::GetReason(const SstDnsMessage& response, uint16_t type)
{
    switch (response.header.rcode)
    {
    case SstDns::NOERROR:
        break;
    case SstDns::NXDOMAIN:
        return "nxdomain";
    case SstDns::SERVFAIL:
        return "servfail";
    case SstDns::REFUSED:
        return "refused";
    default:
        return "rcode";
    }
    if (response.questions.empty())
    {
        return "nodata";
    }
    const std::string& name = response.questions.front().name;
    const bool found =
        std::any_of(response.answers.begin(),
                    response.answers.end(),
                    [&name, type](const SstDnsRecord& r) {
                        return r.type == type && r.klass == SstDns::CLASS_IN && r.name == name;
                    });
    return found ? "" : "nodata";
}

void
SstKeyAnswer::Judge(const SstDnsMessage& response,
                    const std::string& host,
                    SstResolution& resolution)
{
    resolution.value.clear();
    resolution.port = 0;
    const std::string reason = GetReason(response, SstDns::SVCB);
    if (!reason.empty())
    {
        // Only what the DNS says about the name is ABSENT: a server that fails says nothing.
        const bool absent = reason == "nodata" || reason == "nxdomain";
        Set(resolution, absent ? SstResolution::ABSENT : SstResolution::TIMEOUT, reason);
        return;
    }
    std::vector<SstSvcb> services;
    for (const auto& record : response.answers)
    {
        if (record.type != SstDns::SVCB || record.name != response.questions.front().name)
        {
            continue;
        }
        // RFC 9460, 2.2: "If any RRs are malformed, the client MUST reject the entire RRSet".
        SstSvcb svcb;
        const SstDnsError error = SstSvcb::Parse(record.rdata, svcb);
        if (error != SstDnsError::NONE)
        {
            Set(resolution, SstResolution::UNUSABLE, ToString(error));
            return;
        }
        // RFC 9460, 2.4.1: priority 0 is AliasMode: "SHOULD ignore any ServiceMode records".
        if (svcb.priority == 0)
        {
            Set(resolution, SstResolution::UNUSABLE, "alias");
            return;
        }
        // RFC 9460, 7.2: "The wire format of the SvcParamValue is the corresponding 2-octet
        // numeric value"; another length is malformed.
        const std::vector<uint8_t>* port = svcb.params.Find(SstDns::SVC_PARAM_PORT);
        if (port != nullptr && port->size() != 2)
        {
            Set(resolution, SstResolution::UNUSABLE, "port");
            return;
        }
        services.push_back(std::move(svcb));
    }
    std::stable_sort(services.begin(), services.end(), [](const SstSvcb& a, const SstSvcb& b) {
        return a.priority < b.priority;
    });
    std::string skipped = "no-param";
    for (const auto& svcb : services)
    {
        const std::vector<uint8_t>* value = svcb.params.Find(SstDns::SVC_PARAM_KEY);
        if (value == nullptr)
        {
            continue;
        }
        // Keys belong to this host and its addresses; a service elsewhere is not followed.
        if (svcb.target != "." && svcb.target != host)
        {
            skipped = "target";
            continue;
        }
        if (WantsMore(svcb))
        {
            skipped = "mandatory";
            continue;
        }
        std::vector<sst::KeyEntry> entries;
        const sst::KeyValueStatus status =
            sst::ParseKeyValue(value->data(), value->size(), entries);
        if (status != sst::KeyValueStatus::OK || entries.empty())
        {
            Set(resolution, SstResolution::UNUSABLE, sst::ToString(status));
            return;
        }
        Set(resolution, SstResolution::PRESENT, "");
        resolution.value = *value;
        const std::vector<uint8_t>* port = svcb.params.Find(SstDns::SVC_PARAM_PORT);
        if (port != nullptr)
        {
            resolution.port = static_cast<uint16_t>((*port)[0] << 8 | (*port)[1]);
        }
        return;
    }
    Set(resolution,
        skipped == "no-param" ? SstResolution::ABSENT : SstResolution::UNUSABLE,
        skipped);
}

} // namespace ns3
