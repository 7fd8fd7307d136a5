/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-socket-request.h"

#include "ns3/sst-socket-table.h"

namespace ns3
{

SstSocketRequest::SstSocketRequest(SstSocketTable& table)
    : table(&table)
{
    table.Register(this);
}

SstSocketRequest::~SstSocketRequest()
{
    if (table)
    {
        table->Unregister(this);
    }
}

void
SstSocketRequest::OnTcpTx(Ptr<const Packet> packet,
                          const TcpHeader& /* header */,
                          Ptr<const TcpSocketBase> socket)
{
    if (table)
    {
        table->NoteTcp(packet->GetUid(), this, PeekPointer(socket));
    }
}

} // namespace ns3
