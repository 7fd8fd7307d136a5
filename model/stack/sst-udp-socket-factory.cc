/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-udp-socket-factory.h"

#include "ns3/socket.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/udp-socket-factory.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstUdpSocketFactory);

TypeId
SstUdpSocketFactory::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstUdpSocketFactory")
                            .SetParent<SocketFactory>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstUdpSocketFactory>();
    return tid;
}

SstUdpSocketFactory::SstUdpSocketFactory() = default;

SstUdpSocketFactory::~SstUdpSocketFactory() = default;

void
SstUdpSocketFactory::DoDispose()
{
    m_node = nullptr;
    SocketFactory::DoDispose();
}

void
SstUdpSocketFactory::SetNode(Ptr<Node> node)
{
    m_node = node;
}

Ptr<Socket>
SstUdpSocketFactory::CreateSocket()
{
    Ptr<Socket> socket = Socket::CreateSocket(m_node, UdpSocketFactory::GetTypeId());
    Ptr<SstStack> stack = m_node->GetObject<SstStack>();
    SstSocketOption::Enable(socket,
                            stack->GetFactoryPolicy(),
                            stack->GetFactoryCoverage(),
                            "",
                            false,
                            stack->GetFactoryLayout());
    return socket;
}

} // namespace ns3
