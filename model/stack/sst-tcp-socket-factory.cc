/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-tcp-socket-factory.h"

#include "ns3/socket.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstTcpSocketFactory);

TypeId
SstTcpSocketFactory::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstTcpSocketFactory")
                            .SetParent<SocketFactory>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstTcpSocketFactory>();
    return tid;
}

SstTcpSocketFactory::SstTcpSocketFactory() = default;

SstTcpSocketFactory::~SstTcpSocketFactory() = default;

void
SstTcpSocketFactory::DoDispose()
{
    m_node = nullptr;
    SocketFactory::DoDispose();
}

void
SstTcpSocketFactory::SetNode(Ptr<Node> node)
{
    m_node = node;
}

Ptr<Socket>
SstTcpSocketFactory::CreateSocket()
{
    Ptr<Socket> socket = Socket::CreateSocket(m_node, TcpSocketFactory::GetTypeId());
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
