/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-service-helper.h"

#include "ns3/enum.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{

SstServiceHelper::SstServiceHelper()
{
    m_clientFactory.SetTypeId(SstServiceClient::GetTypeId());
    m_serverFactory.SetTypeId(SstServiceServer::GetTypeId());
}

void
SstServiceHelper::SetClientAttribute(const std::string& name, const AttributeValue& value)
{
    m_clientFactory.Set(name, value);
}

void
SstServiceHelper::SetServerAttribute(const std::string& name, const AttributeValue& value)
{
    m_serverFactory.Set(name, value);
}

Ptr<SstServiceServer>
SstServiceHelper::InstallServer(Ptr<Node> node,
                                const std::string& service,
                                const SstServiceParameters& parameters,
                                std::string& error)
{
    const auto script = SstServiceCatalog::Make(service, parameters, error);
    if (!script)
    {
        return nullptr;
    }
    Ptr<SstServiceServer> server;
    for (uint32_t i = 0; i < node->GetNApplications() && !server; ++i)
    {
        server = DynamicCast<SstServiceServer>(node->GetApplication(i));
    }
    if (!server)
    {
        server = m_serverFactory.Create<SstServiceServer>();
        node->AddApplication(server);
        m_servers.push_back(server);
    }
    if (!server->AddScript(script))
    {
        error = "node " + std::to_string(node->GetId()) + " already serves port " +
                std::to_string(script->GetPort()) + ", which service " + service +
                " needs; install it on another node";
        return nullptr;
    }
    return server;
}

Ptr<SstServiceClient>
SstServiceHelper::InstallClient(Ptr<Node> node, const SstServicePlan& plan, std::string& error)
{
    const auto script = SstServiceCatalog::Make(plan.service, plan.parameters, error);
    if (!script)
    {
        return nullptr;
    }
    auto client = m_clientFactory.Create<SstServiceClient>();
    client->SetScript(script);
    client->SetCarriage(plan.carriage, plan.policy);
    client->SetAttribute("Service", StringValue(plan.service));
    client->SetAttribute("Host", StringValue(plan.parameters.host));
    client->SetAttribute("Family", EnumValue(plan.family));
    client->SetAttribute("Remote", AddressValue(plan.remote));
    client->SetAttribute("Flow", UintegerValue(plan.flow));
    client->SetStartTime(plan.start);
    node->AddApplication(client);
    m_clients.push_back(client);
    return client;
}

Ptr<SstServiceClient>
SstServiceHelper::Install(Ptr<Node> client,
                          Ptr<Node> server,
                          const SstServicePlan& plan,
                          std::string& error)
{
    if (!InstallServer(server, plan.service, plan.parameters, error))
    {
        return nullptr;
    }
    return InstallClient(client, plan, error);
}

const std::vector<Ptr<SstServiceClient>>&
SstServiceHelper::GetClients() const
{
    return m_clients;
}

const std::vector<Ptr<SstServiceServer>>&
SstServiceHelper::GetServers() const
{
    return m_servers;
}

} // namespace ns3
