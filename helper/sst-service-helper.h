/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SERVICE_HELPER_H
#define SST_SERVICE_HELPER_H

#include "ns3/address.h"
#include "ns3/attribute.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object-factory.h"
#include "ns3/ptr.h"
#include "ns3/sst-carriage.h"
#include "ns3/sst-policy.h"
#include "ns3/sst-service-catalog.h"
#include "ns3/sst-service-client.h"
#include "ns3/sst-service-server.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * A flow to install: what is said, and how it travels.
 */
struct SstServicePlan
{
    std::string service{"http"};      //!< name of the service
    SstServiceParameters parameters;  //!< what its script is made of; needs the host's name
    SstCarriage carriage;             //!< how the packets travel
    SstPolicy policy{SstPolicy::OFF}; //!< policy of the experiment, see SstCarriage::Effective
    SstServiceClient::Family family{SstServiceClient::IPV4}; //!< family of the addresses
    Address remote;   //!< address of the server; invalid: resolve the host
    uint32_t flow{0}; //!< number of the flow in its record
    Time start;       //!< start of the client
};

/**
 * @ingroup sst
 * Installs services by name: servers, clients, and pairs of them that play the same script.
 * Whatever comes from a command line is answered with an error text, never with an abort.
 */
class SstServiceHelper
{
  public:
    SstServiceHelper();

    /**
     * @param name name of an attribute of SstServiceClient
     * @param value its value for the clients installed from now on
     */
    void SetClientAttribute(const std::string& name, const AttributeValue& value);

    /**
     * @param name name of an attribute of SstServiceServer
     * @param value its value for the servers installed from now on
     */
    void SetServerAttribute(const std::string& name, const AttributeValue& value);

    /**
     * Serve a service on a node, from the start of the simulation. A node has one server, which
     * serves all the services installed on it.
     *
     * @param node the node
     * @param service name of the service
     * @param parameters what its script is made of
     * @param [out] error what is wrong, when something is
     * @return the server of the node, nullptr when something is wrong
     */
    Ptr<SstServiceServer> InstallServer(Ptr<Node> node,
                                        const std::string& service,
                                        const SstServiceParameters& parameters,
                                        std::string& error);

    /**
     * @param node the node
     * @param plan the flow
     * @param [out] error what is wrong, when something is
     * @return the client, nullptr when something is wrong
     */
    Ptr<SstServiceClient> InstallClient(Ptr<Node> node,
                                        const SstServicePlan& plan,
                                        std::string& error);

    /**
     * Install both ends of a flow.
     *
     * @param client node of the client
     * @param server node of the server
     * @param plan the flow
     * @param [out] error what is wrong, when something is
     * @return the client, nullptr when something is wrong
     */
    Ptr<SstServiceClient> Install(Ptr<Node> client,
                                  Ptr<Node> server,
                                  const SstServicePlan& plan,
                                  std::string& error);

    /// @return the clients installed by this helper, in order
    const std::vector<Ptr<SstServiceClient>>& GetClients() const;

    /// @return the servers installed by this helper, in order
    const std::vector<Ptr<SstServiceServer>>& GetServers() const;

  private:
    ObjectFactory m_clientFactory;                //!< makes clients
    ObjectFactory m_serverFactory;                //!< makes servers
    std::vector<Ptr<SstServiceClient>> m_clients; //!< clients installed
    std::vector<Ptr<SstServiceServer>> m_servers; //!< servers installed
};

} // namespace ns3

#endif // SST_SERVICE_HELPER_H
