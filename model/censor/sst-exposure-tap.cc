/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-exposure-tap.h"

#include "ns3/log.h"
#include "ns3/sst-censor-name-list.h"
#include "ns3/sst-traffic-control-layer.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cstring>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstExposureTap");

NS_OBJECT_ENSURE_REGISTERED(SstExposureTap);

namespace
{

/**
 * @param name a host name
 * @return it as DNS labels, each with its length before it, without the final 0
 */
std::string
ToLabels(const std::string& name)
{
    std::string labels;
    size_t begin = 0;
    while (begin < name.size())
    {
        const size_t end = std::min(name.find('.', begin), name.size());
        labels += static_cast<char>(end - begin);
        labels += name.substr(begin, end - begin);
        begin = end + 1;
    }
    return labels;
}

} // namespace

TypeId
SstExposureTap::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstExposureTap")
            .SetParent<SstIngressFilter>()
            .SetGroupName("Sst")
            .AddConstructor<SstExposureTap>()
            .AddAttribute("BlockedPorts",
                          "Ports a marked packet may imitate by chance, separated by commas.",
                          StringValue(""),
                          MakeStringAccessor(&SstExposureTap::SetBlockedPorts,
                                             &SstExposureTap::GetBlockedPorts),
                          MakeStringChecker())
            .AddAttribute("TrafficClassValue",
                          "IPv6: value of the bits of the mark.",
                          UintegerValue(0xac),
                          MakeUintegerAccessor(&SstExposureTap::m_tclassValue),
                          MakeUintegerChecker<uint8_t>())
            .AddAttribute("TrafficClassMask",
                          "IPv6: bits of the Traffic Class that make the mark; 0 for none.",
                          UintegerValue(0xfc),
                          MakeUintegerAccessor(&SstExposureTap::m_tclassMask),
                          MakeUintegerChecker<uint8_t>());
    return tid;
}

SstExposureTap::SstExposureTap()
{
    NS_LOG_FUNCTION(this);
}

SstExposureTap::~SstExposureTap()
{
    NS_LOG_FUNCTION(this);
}

void
SstExposureTap::DoDispose()
{
    NS_LOG_FUNCTION(this);
    SstIngressFilter::DoDispose();
}

void
SstExposureTap::Install(Ptr<Node> node)
{
    NS_LOG_FUNCTION(this << node);
    Ptr<SstTrafficControlLayer> layer = SstTrafficControlLayer::Get(node);
    NS_ABORT_MSG_UNLESS(layer,
                        "SstExposureTap: node "
                            << node->GetId()
                            << " has no SstTrafficControlLayer: call SstHelper::Install (or "
                               "SstTrafficControlLayer::Install) on it before");
    layer->AddIngressFilter(this);
}

bool
SstExposureTap::AddFlow(const Flow& flow)
{
    NS_LOG_FUNCTION(this << flow.id);
    if (flow.client.length == 0 || flow.server.length != flow.client.length ||
        m_ids.count(flow.id) != 0 || Find(flow.client, flow.server) ||
        Find(flow.server, flow.client))
    {
        return false;
    }
    Watch watch;
    watch.flow = flow;
    watch.text = SstCensorNameList::Normalize(flow.name);
    watch.labels = ToLabels(watch.text);
    m_ids[flow.id] = m_watches.size();
    m_clients[flow.client][flow.server] = m_watches.size();
    m_watches.push_back(watch);
    return true;
}

void
SstExposureTap::AddResolver(const SstCensorAddress& address)
{
    m_resolvers.push_back(address);
}

SstExposureTap::Record
SstExposureTap::GetRecord(const std::string& id) const
{
    const auto found = m_ids.find(id);
    return found == m_ids.end() ? Record() : m_watches[found->second].record;
}

SstIngressFilter::Verdict
SstExposureTap::Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol)
{
    NS_LOG_FUNCTION(this << device << packet << protocol);
    const uint32_t size = packet->GetSize();
    if (m_buffer.size() < size)
    {
        m_buffer.resize(size);
    }
    packet->CopyData(m_buffer.data(), size);
    SstCensorPacket view;
    if (view.Parse(m_buffer.data(), size) != SstCensorPacket::Status::OK)
    {
        return ACCEPT;
    }
    if (Watch* there = Find(view.GetSource(), view.GetDestination()))
    {
        Look(*there, view, true);
    }
    else if (Watch* back = Find(view.GetDestination(), view.GetSource()))
    {
        Look(*back, view, false);
    }
    else
    {
        CountDns(view.GetSource(), view.GetDestination(), view.GetIpSize());
        CountDns(view.GetDestination(), view.GetSource(), view.GetIpSize());
    }
    return ACCEPT;
}

SstExposureTap::Watch*
SstExposureTap::Find(const SstCensorAddress& client, const SstCensorAddress& server)
{
    const auto flows = m_clients.find(client);
    if (flows == m_clients.end())
    {
        return nullptr;
    }
    const auto found = flows->second.find(server);
    return found == flows->second.end() ? nullptr : &m_watches[found->second];
}

void
SstExposureTap::CountDns(const SstCensorAddress& client,
                         const SstCensorAddress& other,
                         size_t bytes)
{
    if (std::find(m_resolvers.begin(), m_resolvers.end(), other) == m_resolvers.end())
    {
        return;
    }
    const auto flows = m_clients.find(client);
    if (flows == m_clients.end())
    {
        return;
    }
    for (const auto& [server, index] : flows->second)
    {
        Traffic& dns = m_watches[index].record.dns;
        ++dns.packets;
        dns.bytes += bytes;
    }
}

void
SstExposureTap::Look(Watch& watch, const SstCensorPacket& packet, bool toServer)
{
    Record& record = watch.record;
    Traffic& traffic = toServer ? record.toServer : record.toClient;
    ++traffic.packets;
    traffic.bytes += packet.GetIpSize();

    const bool marked = packet.IsMarked(m_tclassValue, m_tclassMask);
    record.marked += marked;
    if (packet.HasPorts())
    {
        const uint16_t port = toServer ? packet.GetDestinationPort() : packet.GetSourcePort();
        if (!marked && packet.GetProtocol() == watch.flow.protocol && watch.flow.port != 0 &&
            port == watch.flow.port)
        {
            ++record.clearPort;
        }
        if (marked && toServer && m_blockedPorts.Contains(port))
        {
            if (record.imitates == 0)
            {
                record.firstImitated = std::to_string(port);
            }
            ++record.imitates;
        }
    }
    if (record.name == 0 && ShowsName(watch, packet))
    {
        record.name = 1;
    }
}

bool
SstExposureTap::ShowsName(const Watch& watch, const SstCensorPacket& packet)
{
    const size_t size = packet.GetBytesSize();
    if (watch.text.empty() || size < watch.text.size())
    {
        return false;
    }
    if (m_lower.size() < size)
    {
        m_lower.resize(size);
    }
    std::transform(packet.GetBytes(), packet.GetBytes() + size, m_lower.begin(), [](uint8_t c) {
        return static_cast<uint8_t>(c + (c >= 'A' && c <= 'Z') * ('a' - 'A'));
    });
    const auto contains = [&](const std::string& what) {
        return memmem(m_lower.data(), size, what.data(), what.size()) != nullptr;
    };
    return contains(watch.text) || contains(watch.labels);
}

bool
SstExposureTap::SetBlockedPorts(std::string text)
{
    const std::string error = m_blockedPorts.Parse(text);
    if (!error.empty())
    {
        NS_LOG_ERROR("BlockedPorts: " << error);
    }
    return error.empty();
}

std::string
SstExposureTap::GetBlockedPorts() const
{
    return m_blockedPorts.ToString();
}

} // namespace ns3
