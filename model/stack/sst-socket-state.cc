/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-socket-state.h"

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstSocketState);

TypeId
SstSocketState::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstSocketState")
                            .SetParent<Object>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstSocketState>();
    return tid;
}

SstSocketState::SstSocketState() = default;

SstSocketState::~SstSocketState()
{
    Release();
}

void
SstSocketState::SetRequest(Ptr<SstSocketRequest> request)
{
    Release();
    m_request = request;
}

Ptr<SstSocketRequest>
SstSocketState::GetRequest() const
{
    return m_request;
}

void
SstSocketState::DoDispose()
{
    Release();
    Object::DoDispose();
}

void
SstSocketState::Release()
{
    if (m_request)
    {
        m_request->owner = nullptr;
        m_request = nullptr;
    }
}

} // namespace ns3
