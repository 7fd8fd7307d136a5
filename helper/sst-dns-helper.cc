/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-helper.h"

#include "ns3/address.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/sst-policy.h"
#include "ns3/sst-stack.h"
#include "ns3/uinteger.h"

namespace ns3
{

namespace
{

constexpr uint8_t UDP = 17; //!< IP protocol number

} // namespace

SstDnsHelper::SstDnsHelper()
{
    m_server.SetTypeId(SstDnsServer::GetTypeId());
    m_resolver.SetTypeId(SstResolver::GetTypeId());
}

void
SstDnsHelper::SetServerAttribute(const std::string& name, const AttributeValue& value)
{
    m_server.Set(name, value);
}

void
SstDnsHelper::SetResolverAttribute(const std::string& name, const AttributeValue& value)
{
    m_resolver.Set(name, value);
}

Ptr<SstDnsServer>
SstDnsHelper::InstallServer(Ptr<Node> node) const
{
    const Ptr<SstDnsServer> server = m_server.Create<SstDnsServer>();
    node->AddApplication(server);
    Exempt(server);
    return server;
}

void
SstDnsHelper::Exempt(Ptr<SstDnsServer> server)
{
    const Ptr<SstStack> stack = server->GetNode()->GetObject<SstStack>();
    if (!stack)
    {
        return;
    }
    UintegerValue port;
    server->GetAttribute("Port", port);
    SstPolicyRule rule;
    rule.protocol = UDP;
    rule.localPort = static_cast<uint16_t>(port.Get());
    rule.policy = SstPolicy::OFF;
    stack->AddPolicy(rule);
}

void
SstDnsHelper::InstallResolver(const NodeContainer& nodes, const Address& server) const
{
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        Ptr<SstResolver> resolver = (*it)->GetObject<SstResolver>();
        if (!resolver)
        {
            resolver = m_resolver.Create<SstResolver>();
            (*it)->AggregateObject(resolver);
        }
        resolver->SetAttribute("Server", AddressValue(server));
        Connect(*it);
    }
}

void
SstDnsHelper::Connect(Ptr<Node> node)
{
    for (uint32_t i = 0; i < node->GetNApplications(); i++)
    {
        if (const auto server = DynamicCast<SstDnsServer>(node->GetApplication(i)))
        {
            Exempt(server);
        }
    }
    const Ptr<SstResolver> resolver = node->GetObject<SstResolver>();
    const Ptr<SstStack> stack = node->GetObject<SstStack>();
    if (!resolver || !stack)
    {
        return;
    }
    AddressValue value;
    resolver->GetAttribute("Server", value);
    Address server = value.Get();
    if (InetSocketAddress::IsMatchingType(server))
    {
        server = InetSocketAddress::ConvertFrom(server).GetIpv4();
    }
    else if (Inet6SocketAddress::IsMatchingType(server))
    {
        server = Inet6SocketAddress::ConvertFrom(server).GetIpv6();
    }
    stack->SetResolver(server);
    // Both are aggregated to the node and end with it: a counted pointer would keep them alive.
    stack->SetKeyQuery(MakeCallback(&SstResolver::AnswerStack, PeekPointer(resolver)));
}

void
SstDnsHelper::AddHost(Ptr<SstDnsServer> server,
                      const std::string& host,
                      const std::vector<Address>& addresses,
                      const std::vector<uint8_t>& value,
                      uint32_t ttl,
                      uint16_t port)
{
    for (const auto& address : addresses)
    {
        server->AddAddress(host, address, ttl);
    }
    if (!value.empty())
    {
        server->AddService(SstDnsServiceName(host), value, ttl, port);
    }
}

int64_t
SstDnsHelper::AssignStreams(const NodeContainer& nodes, int64_t stream)
{
    int64_t used = 0;
    for (auto it = nodes.Begin(); it != nodes.End(); ++it)
    {
        if (const Ptr<SstResolver> resolver = (*it)->GetObject<SstResolver>())
        {
            used += resolver->AssignStreams(stream + used);
        }
    }
    return used;
}

} // namespace ns3
