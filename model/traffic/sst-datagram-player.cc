/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-datagram-player.h"

#include "ns3/assert.h"
#include "ns3/log.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstDatagramPlayer");

SstDatagramPlayer::SstDatagramPlayer(Ptr<const SstServiceScript> script,
                                     Time retry,
                                     Changed changed)
    : m_script(script),
      m_retry(retry),
      m_changed(changed),
      m_arrived(script->GetSteps(SstServiceSide::SERVER).size(), false)
{
    NS_ASSERT_MSG(script->GetSteps(SstServiceSide::CLIENT).size() == 1,
                  script->GetName() << ": a UDP script has one request");
}

SstDatagramPlayer::~SstDatagramPlayer()
{
    Stop();
}

void
SstDatagramPlayer::Start(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    m_socket = socket;
    m_socket->SetRecvCallback(MakeCallback(&SstDatagramPlayer::HandleRead, this));
    const auto& request = m_script->GetSteps(SstServiceSide::CLIENT).front();
    m_retryEvent = Simulator::Schedule(request.delay, &SstDatagramPlayer::SendRequest, this);
}

void
SstDatagramPlayer::Stop()
{
    m_retryEvent.Cancel();
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket = nullptr;
    }
}

uint64_t
SstDatagramPlayer::GetReceived() const
{
    return m_received;
}

uint64_t
SstDatagramPlayer::GetSent() const
{
    return m_sent;
}

uint32_t
SstDatagramPlayer::GetCount() const
{
    return m_count;
}

uint32_t
SstDatagramPlayer::GetCopies() const
{
    return m_copies;
}

bool
SstDatagramPlayer::IsCorrupt() const
{
    return m_corrupt;
}

bool
SstDatagramPlayer::IsComplete() const
{
    return !m_corrupt && m_count >= m_script->GetNeeded();
}

bool
SstDatagramPlayer::IsWhole() const
{
    return !m_corrupt && m_count == m_arrived.size();
}

void
SstDatagramPlayer::SendRequest()
{
    const auto& request = m_script->GetSteps(SstServiceSide::CLIENT).front().message;
    m_buffer.resize(static_cast<std::size_t>(request.GetSize()));
    request.Read(0, m_buffer.data(), m_buffer.size());
    const int sent =
        m_socket->Send(Create<Packet>(m_buffer.data(), static_cast<uint32_t>(m_buffer.size())));
    if (sent > 0)
    {
        m_sent += static_cast<uint32_t>(sent);
    }
    m_retryEvent = Simulator::Schedule(m_retry, &SstDatagramPlayer::SendRequest, this);
}

void
SstDatagramPlayer::HandleRead(Ptr<Socket> socket)
{
    const Ptr<SstDatagramPlayer> self(this); // whoever is told may drop the last reference
    for (Ptr<Packet> packet = socket->Recv(); packet; packet = socket->Recv())
    {
        m_retryEvent.Cancel();
        m_buffer.resize(packet->GetSize());
        packet->CopyData(m_buffer.data(), packet->GetSize());
        m_received += m_buffer.size();
        Count(m_buffer.data(), m_buffer.size());
        m_changed(self);
        if (!m_socket)
        {
            return;
        }
    }
}

void
SstDatagramPlayer::Count(const uint8_t* data, std::size_t size)
{
    // Datagrams mostly arrive in order: the search begins behind the last one that arrived.
    const auto& steps = m_script->GetSteps(SstServiceSide::SERVER);
    for (std::size_t i = 0; i < steps.size(); ++i)
    {
        const std::size_t at = (m_next + i) % steps.size();
        const auto& message = steps[at].message;
        if (message.GetSize() == size && message.Match(0, data, size) == size)
        {
            m_copies += m_arrived[at] ? 1 : 0;
            m_count += m_arrived[at] ? 0 : 1;
            m_arrived[at] = true;
            m_next = at + 1;
            return;
        }
    }
    NS_LOG_INFO(m_script->GetName() << ": a datagram of " << size << " B is not of the script");
    m_corrupt = true;
}

} // namespace ns3
