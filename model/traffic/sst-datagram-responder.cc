/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-datagram-responder.h"

#include "ns3/packet.h"
#include "ns3/simulator.h"

namespace ns3
{

SstDatagramResponder::SstDatagramResponder(Ptr<const SstServiceScript> script,
                                           Ptr<Socket> socket,
                                           uint32_t limit,
                                           Requested requested)
    : m_script(script),
      m_socket(socket),
      m_limit(limit),
      m_requested(requested)
{
    m_socket->SetRecvCallback(MakeCallback(&SstDatagramResponder::HandleRead, this));
}

SstDatagramResponder::~SstDatagramResponder()
{
    Stop();
}

void
SstDatagramResponder::Stop()
{
    for (auto& [to, stream] : m_streams)
    {
        stream.event.Cancel();
    }
    m_streams.clear();
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket = nullptr;
    }
}

Ptr<Socket>
SstDatagramResponder::GetSocket() const
{
    return m_socket;
}

void
SstDatagramResponder::HandleRead(Ptr<Socket> socket)
{
    Address from;
    for (Ptr<Packet> packet = socket->RecvFrom(from); packet; packet = socket->RecvFrom(from))
    {
        const uint32_t size = packet->GetSize();
        m_buffer.resize(size);
        packet->CopyData(m_buffer.data(), size);
        const bool right =
            size == m_script->GetSize(SstServiceSide::CLIENT) &&
            m_script->Match(SstServiceSide::CLIENT, 0, m_buffer.data(), size) == size;
        const auto& steps = m_script->GetSteps(SstServiceSide::SERVER);
        if (right && !steps.empty() && m_streams.size() < m_limit && m_streams.count(from) == 0)
        {
            m_streams[from].event = Simulator::Schedule(steps.front().delay,
                                                        &SstDatagramResponder::SendNext,
                                                        this,
                                                        from);
        }
        m_requested(from, right);
    }
}

void
SstDatagramResponder::SendNext(Address to)
{
    auto found = m_streams.find(to);
    if (found == m_streams.end())
    {
        return;
    }
    Stream& stream = found->second;
    const auto& steps = m_script->GetSteps(SstServiceSide::SERVER);
    const auto& message = steps[stream.next].message;
    m_buffer.resize(static_cast<std::size_t>(message.GetSize()));
    message.Read(0, m_buffer.data(), m_buffer.size());
    ++stream.next;
    if (stream.next < steps.size())
    {
        stream.event = Simulator::Schedule(steps[stream.next].delay,
                                           &SstDatagramResponder::SendNext,
                                           this,
                                           to);
    }
    else
    {
        m_streams.erase(found);
    }
    m_socket->SendTo(Create<Packet>(m_buffer.data(), static_cast<uint32_t>(m_buffer.size())),
                     0,
                     to);
}

} // namespace ns3
