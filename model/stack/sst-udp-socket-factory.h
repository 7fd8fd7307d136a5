/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_UDP_SOCKET_FACTORY_H
#define SST_UDP_SOCKET_FACTORY_H

#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/socket-factory.h"

namespace ns3
{

/**
 * @ingroup sst
 * Makes UDP sockets that ask for SST: the value for the `Protocol` attribute of stock
 * applications. What they ask for is in the attributes FactoryPolicy and FactoryCoverage of the
 * node's SstStack.
 */
class SstUdpSocketFactory : public SocketFactory
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstUdpSocketFactory();
    ~SstUdpSocketFactory() override;

    /**
     * @param node the node this is aggregated to
     */
    void SetNode(Ptr<Node> node);

    Ptr<Socket> CreateSocket() override;

  protected:
    void DoDispose() override;

  private:
    Ptr<Node> m_node; //!< the node
};

} // namespace ns3

#endif // SST_UDP_SOCKET_FACTORY_H
