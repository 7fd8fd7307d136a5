/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-helper.h"

#include "ns3/enum.h"
#include "ns3/object-factory.h"
#include "ns3/sst-censor-convert.h"
#include "ns3/sst-censor-name-list.h"
#include "ns3/sst-censor-port-list.h"
#include "ns3/sst-censor-prefix-list.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <set>

namespace ns3
{

namespace
{

/// A censor name and what its rule needs.
struct Known
{
    const char* name;   //!< censor name
    const char* typeId; //!< class of its rule
    bool servers;       //!< matches nothing sensible without servers
    bool ports;         //!< needs blocked ports
    bool names;         //!< needs blocked names
};

const Known KNOWN[] = {
    {"address", "ns3::SstCensorAddressRule", true, false, false},
    {"port-drop", "ns3::SstCensorPortRule", true, true, false},
    {"port-rst", "ns3::SstCensorPortRule", true, true, false},
    {"port-allow", "ns3::SstCensorPortAllowRule", true, false, false},
    {"sni", "ns3::SstCensorSniRule", false, false, true},
    {"sni-scan", "ns3::SstCensorSniScanRule", false, false, true},
    {"mark-drop", "ns3::SstCensorMarkRule", false, false, false},
    {"dns-strip", "ns3::SstCensorDnsStripRule", false, false, false},
    {"dns-forge", "ns3::SstCensorDnsForgeRule", false, false, true},
};

/**
 * @param name a censor name
 * @return its entry, nullptr for an unknown one and for "none"
 */
const Known*
FindKnown(const std::string& name)
{
    const auto found = std::find_if(std::begin(KNOWN), std::end(KNOWN), [&](const Known& known) {
        return name == known.name;
    });
    return found == std::end(KNOWN) ? nullptr : found;
}

/**
 * @param specification censor names joined by '+'
 * @return the names; an empty one where nothing stands beside a '+'
 */
std::vector<std::string>
Split(const std::string& specification)
{
    std::vector<std::string> names;
    size_t begin = 0;
    while (true)
    {
        const size_t end = specification.find('+', begin);
        names.push_back(specification.substr(begin, end - begin));
        if (end == std::string::npos)
        {
            return names;
        }
        begin = end + 1;
    }
}

/**
 * @tparam List a list with Parse()
 * @param text the list as text
 * @param [out] kept the text, when it is right
 * @return empty, or what is wrong with which item
 */
template <typename List>
std::string
Keep(const std::string& text, std::string& kept)
{
    List list;
    const std::string error = list.Parse(text);
    if (error.empty())
    {
        kept = list.ToString();
    }
    return error;
}

} // namespace

const std::vector<std::string>&
SstCensorHelper::GetKnownNames()
{
    static const std::vector<std::string> names = [] {
        std::vector<std::string> all{"none"};
        for (const auto& known : KNOWN)
        {
            all.emplace_back(known.name);
        }
        return all;
    }();
    return names;
}

std::string
SstCensorHelper::Check(const std::string& specification)
{
    const auto names = Split(specification);
    if (names.size() == 1 && names.front() == "none")
    {
        return "";
    }
    std::set<std::string> seen;
    for (const auto& name : names)
    {
        if (name == "none")
        {
            return "censor 'none' in '" + specification + "' stands alone, without '+'";
        }
        if (!FindKnown(name))
        {
            std::string allowed;
            for (const auto& known : GetKnownNames())
            {
                allowed += (allowed.empty() ? "" : ", ") + known;
            }
            return "unknown censor '" + name + "'" +
                   (names.size() > 1 ? " in '" + specification + "'" : "") +
                   "; allowed: " + allowed + "; joined by '+'";
        }
        if (!seen.insert(name).second)
        {
            return "censor '" + name + "' is twice in '" + specification + "'";
        }
    }
    return "";
}

std::string
SstCensorHelper::SetServers(const std::string& text)
{
    return Keep<SstCensorPrefixList>(text, m_servers);
}

void
SstCensorHelper::AddServer(const Address& address)
{
    m_servers += (m_servers.empty() ? "" : ",") + SstToCensorAddress(address).ToString();
}

std::string
SstCensorHelper::SetBlockedPorts(const std::string& text)
{
    return Keep<SstCensorPortList>(text, m_blockedPorts);
}

std::string
SstCensorHelper::SetAllowedPorts(const std::string& text)
{
    return Keep<SstCensorPortList>(text, m_allowedPorts);
}

std::string
SstCensorHelper::SetBlockedNames(const std::string& text)
{
    return Keep<SstCensorNameList>(text, m_blockedNames);
}

void
SstCensorHelper::SetSinkhole(Ipv4Address v4, Ipv6Address v6)
{
    m_sinkholeV4 = v4;
    m_sinkholeV6 = v6;
}

void
SstCensorHelper::AddResolver(const Address& address)
{
    m_resolvers.push_back(address);
}

void
SstCensorHelper::SetTrafficClassMark(uint8_t value, uint8_t mask)
{
    m_tclassValue = value;
    m_tclassMask = mask;
}

void
SstCensorHelper::SetRuleAttribute(const std::string& censor,
                                  const std::string& attribute,
                                  const AttributeValue& value)
{
    m_attributes[censor].emplace_back(attribute, value.Copy());
}

Ptr<SstCensorRule>
SstCensorHelper::CreateRule(const std::string& name, std::string& error) const
{
    const Known& known = *FindKnown(name);
    const char* missing = known.servers && m_servers.empty()      ? "servers"
                          : known.ports && m_blockedPorts.empty() ? "blocked ports"
                          : known.names && m_blockedNames.empty() ? "blocked names"
                                                                  : nullptr;
    if (missing)
    {
        error = "censor '" + name + "' needs " + missing + ": none were given";
        return nullptr;
    }
    ObjectFactory factory(known.typeId);
    Ptr<SstCensorRule> rule = factory.Create<SstCensorRule>();
    rule->SetAttribute("Name", StringValue(name));
    rule->SetAttribute("Servers", StringValue(m_servers));
    if (known.ports)
    {
        rule->SetAttribute("Ports", StringValue(m_blockedPorts));
    }
    if (known.names)
    {
        rule->SetAttribute("Names", StringValue(m_blockedNames));
    }
    if (name == "port-rst")
    {
        rule->SetAttribute("Action", EnumValue(SstCensorRule::RST));
    }
    else if (name == "port-allow")
    {
        rule->SetAttribute("Ports", StringValue(m_allowedPorts));
    }
    else if (name == "mark-drop")
    {
        rule->SetAttribute("TrafficClassValue", UintegerValue(m_tclassValue));
        rule->SetAttribute("TrafficClassMask", UintegerValue(m_tclassMask));
    }
    else if (name == "dns-forge")
    {
        rule->SetAttribute("SinkholeV4", Ipv4AddressValue(m_sinkholeV4));
        rule->SetAttribute("SinkholeV6", Ipv6AddressValue(m_sinkholeV6));
    }
    const auto attributes = m_attributes.find(name);
    if (attributes != m_attributes.end())
    {
        for (const auto& [attribute, value] : attributes->second)
        {
            if (!rule->SetAttributeFailSafe(attribute, *value))
            {
                error = "censor '" + name + "': attribute '" + attribute + "' of " + known.typeId +
                        " does not exist or refuses its value";
                return nullptr;
            }
        }
    }
    return rule;
}

Ptr<CensorMiddlebox>
SstCensorHelper::Create(const std::string& specification, std::string& error) const
{
    error = Check(specification);
    if (!error.empty())
    {
        return nullptr;
    }
    Ptr<CensorMiddlebox> censor = CreateObject<CensorMiddlebox>();
    if (specification == "none")
    {
        return censor;
    }
    for (const auto& name : Split(specification))
    {
        Ptr<SstCensorRule> rule = CreateRule(name, error);
        if (!rule)
        {
            return nullptr;
        }
        censor->AddRule(rule);
    }
    return censor;
}

Ptr<CensorMiddlebox>
SstCensorHelper::Install(Ptr<Node> node, const std::string& specification, std::string& error) const
{
    Ptr<CensorMiddlebox> censor = Create(specification, error);
    if (!censor)
    {
        return nullptr;
    }
    error = CensorMiddlebox::CheckNode(node);
    if (!error.empty())
    {
        return nullptr;
    }
    censor->Install(node);
    return censor;
}

Ptr<SstExposureTap>
SstCensorHelper::InstallTap(Ptr<Node> node, std::string& error) const
{
    error = CensorMiddlebox::CheckNode(node);
    if (!error.empty())
    {
        return nullptr;
    }
    Ptr<SstExposureTap> tap = CreateObject<SstExposureTap>();
    tap->SetAttribute("BlockedPorts", StringValue(m_blockedPorts));
    tap->SetAttribute("TrafficClassValue", UintegerValue(m_tclassValue));
    tap->SetAttribute("TrafficClassMask", UintegerValue(m_tclassMask));
    for (const auto& resolver : m_resolvers)
    {
        tap->AddResolver(SstToCensorAddress(resolver));
    }
    tap->Install(node);
    return tap;
}

} // namespace ns3
