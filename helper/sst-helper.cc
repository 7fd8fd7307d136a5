/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-helper.h"

#include "ns3/abort.h"
#include "ns3/fatal-error.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/log.h"
#include "ns3/loopback-net-device.h"
#include "ns3/names.h"
#include "ns3/node-list.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/traffic-control-layer.h"

#include <iostream>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstHelper");

namespace
{

bool g_missingIsWarning = false; ///< whether a missing side stack is only warned about
bool g_checkScheduled = false;   ///< whether this simulation has its check at time 0

/**
 * @tparam Ip Ipv4L3Protocol or Ipv6L3Protocol
 * @param node a node
 * @return how many of its interfaces beside the loopback forward
 */
template <typename Ip>
uint32_t
CountForwarding(Ptr<Node> node)
{
    Ptr<Ip> ip = node->GetObject<Ip>();
    uint32_t count = 0;
    for (uint32_t i = 0; ip && i < ip->GetNInterfaces(); i++)
    {
        if (ip->IsForwarding(i) && !DynamicCast<LoopbackNetDevice>(ip->GetNetDevice(i)))
        {
            count++;
        }
    }
    return count;
}

/// Name every forwarding node without the side stack.
void
Check()
{
    std::string names;
    for (const std::string& name : SstHelper::FindMissing())
    {
        names += (names.empty() ? "" : ", ") + name;
    }
    if (names.empty())
    {
        return;
    }
    const std::string message =
        "SST: forwarding without the side stack: " + names +
        ". A stock node clears the mark on IPv4 and parses ciphertext as a transport header: call "
        "SstHelper::Install on it, or SstHelper::SetMissingIsWarning(true) to go on all the same";
    if (g_missingIsWarning)
    {
        // seen whether or not logging is compiled in
        std::cerr << "warning: " << message << std::endl;
        return;
    }
    NS_FATAL_ERROR(message);
}

/// Have the check made at the start of this simulation.
void
ScheduleCheck()
{
    if (g_checkScheduled)
    {
        return;
    }
    g_checkScheduled = true;
    Simulator::ScheduleNow(&Check);
    Simulator::ScheduleDestroy([]() { g_checkScheduled = false; });
}

} // namespace

SstHelper::SstHelper()
{
    m_stackFactory.SetTypeId(SstStack::GetTypeId());
}

void
SstHelper::SetStackAttribute(const std::string& name, const AttributeValue& value)
{
    m_stackFactory.Set(name, value);
}

void
SstHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    SetStackAttribute(name, value);
}

void
SstHelper::SetMissingIsWarning(bool warn)
{
    g_missingIsWarning = warn;
}

std::vector<std::string>
SstHelper::FindMissing()
{
    std::vector<std::string> missing;
    for (auto i = NodeList::Begin(); i != NodeList::End(); i++)
    {
        Ptr<Node> node = *i;
        if (node->GetObject<SstStack>() || (CountForwarding<Ipv4L3Protocol>(node) < 2 &&
                                            CountForwarding<Ipv6L3Protocol>(node) < 2))
        {
            continue;
        }
        const std::string name = Names::FindName(node);
        missing.push_back(name.empty() ? "node " + std::to_string(node->GetId()) : name);
    }
    return missing;
}

Ptr<SstStack>
SstHelper::Install(Ptr<Node> node) const
{
    Ptr<SstStack> stack = node->GetObject<SstStack>();
    if (!stack)
    {
        stack = m_stackFactory.Create<SstStack>();
    }
    stack->Attach(node);
    ScheduleCheck();
    return stack;
}

void
SstHelper::Install(const NodeContainer& nodes) const
{
    for (auto i = nodes.Begin(); i != nodes.End(); i++)
    {
        Install(*i);
    }
}

void
SstHelper::InstallAll() const
{
    for (auto i = NodeList::Begin(); i != NodeList::End(); i++)
    {
        if ((*i)->GetObject<TrafficControlLayer>())
        {
            Install(*i);
        }
    }
}

void
SstHelper::AddHost(const NodeContainer& nodes,
                   const std::string& name,
                   const Address& address) const
{
    for (auto i = nodes.Begin(); i != nodes.End(); i++)
    {
        GetStack(*i)->AddHost(name, address);
    }
}

void
SstHelper::AddPolicy(const NodeContainer& nodes, const SstPolicyRule& rule) const
{
    for (auto i = nodes.Begin(); i != nodes.End(); i++)
    {
        GetStack(*i)->AddPolicy(rule);
    }
}

std::vector<uint8_t>
SstHelper::GenerateServerKey(Ptr<Node> node, uint8_t keyId, uint8_t flags, Time lifetime) const
{
    return GetStack(node)->GenerateServerKey(keyId, flags, lifetime);
}

int64_t
SstHelper::AssignStreams(const NodeContainer& nodes, int64_t stream) const
{
    int64_t used = 0;
    for (auto i = nodes.Begin(); i != nodes.End(); i++)
    {
        used += GetStack(*i)->AssignStreams(stream + used);
    }
    return used;
}

Ptr<SstStack>
SstHelper::GetStack(Ptr<Node> node)
{
    Ptr<SstStack> stack = node->GetObject<SstStack>();
    NS_ABORT_MSG_IF(!stack,
                    "SST: node " << node->GetId()
                                 << " has no side stack: call SstHelper::Install on it first");
    return stack;
}

} // namespace ns3
