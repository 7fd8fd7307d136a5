/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-stream-player.h"

#include "ns3/log.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstStreamPlayer");

namespace
{

/// Largest piece handed to the socket at once, bytes.
constexpr uint64_t MAX_CHUNK = 16384;

} // namespace

SstStreamPlayer::SstStreamPlayer(Ptr<const SstServiceScript> script,
                                 SstServiceSide side,
                                 Changed changed)
    : m_script(script),
      m_side(side),
      m_changed(changed)
{
}

SstStreamPlayer::~SstStreamPlayer()
{
    Stop();
}

void
SstStreamPlayer::Start(Ptr<Socket> socket)
{
    NS_LOG_FUNCTION(this << socket);
    m_socket = socket;
    m_socket->SetRecvCallback(MakeCallback(&SstStreamPlayer::HandleRead, this));
    m_socket->SetSendCallback(MakeCallback(&SstStreamPlayer::HandleSend, this));
    Pump();
}

void
SstStreamPlayer::Stop()
{
    m_delayEvent.Cancel();
    if (m_socket)
    {
        m_socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        m_socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        m_socket = nullptr;
    }
}

void
SstStreamPlayer::Drain()
{
    if (m_socket)
    {
        HandleRead(m_socket);
    }
}

Ptr<Socket>
SstStreamPlayer::GetSocket() const
{
    return m_socket;
}

uint64_t
SstStreamPlayer::GetReceived() const
{
    return m_received;
}

uint64_t
SstStreamPlayer::GetSent() const
{
    return m_sent;
}

bool
SstStreamPlayer::IsCorrupt() const
{
    return m_corrupt;
}

bool
SstStreamPlayer::IsComplete() const
{
    return !m_corrupt && m_sent == m_script->GetSize(m_side) &&
           m_received == m_script->GetSize(SstServiceScript::Other(m_side));
}

void
SstStreamPlayer::HandleRead(Ptr<Socket> socket)
{
    const Ptr<SstStreamPlayer> self(this); // whoever is told may drop the last reference
    bool read = false;
    for (Ptr<Packet> packet = socket->Recv(); packet && packet->GetSize() > 0;
         packet = socket->Recv())
    {
        const uint32_t size = packet->GetSize();
        m_buffer.resize(std::max<std::size_t>(m_buffer.size(), size));
        packet->CopyData(m_buffer.data(), size);
        const SstServiceSide other = SstServiceScript::Other(m_side);
        if (m_script->Match(other, m_received, m_buffer.data(), size) < size)
        {
            NS_LOG_INFO(m_script->GetName() << ": wrong byte at or after " << m_received);
            m_corrupt = true;
        }
        m_received += size;
        read = true;
    }
    if (read)
    {
        Pump();
        if (m_socket)
        {
            m_changed(self);
        }
    }
}

void
SstStreamPlayer::HandleSend(Ptr<Socket>, uint32_t)
{
    const Ptr<SstStreamPlayer> self(this);
    const uint64_t before = m_sent;
    Pump();
    if (m_socket && m_sent != before && IsComplete())
    {
        m_changed(self);
    }
}

void
SstStreamPlayer::EndDelay()
{
    m_delayDone = true;
    HandleSend(m_socket, 0);
}

void
SstStreamPlayer::Pump()
{
    if (m_pumping || m_corrupt)
    {
        return;
    }
    m_pumping = true;
    const auto& steps = m_script->GetSteps(m_side);
    while (m_socket && m_step < steps.size())
    {
        const auto& step = steps[m_step];
        if (m_received < step.awaits || m_delayEvent.IsPending())
        {
            break;
        }
        if (m_stepDone == 0 && !m_delayDone && step.delay.IsStrictlyPositive())
        {
            m_delayEvent = Simulator::Schedule(step.delay, &SstStreamPlayer::EndDelay, this);
            break;
        }
        if (m_stepDone == step.message.GetSize())
        {
            ++m_step;
            m_stepDone = 0;
            m_delayDone = false;
            continue;
        }
        const auto size = static_cast<std::size_t>(std::min<uint64_t>(
            {step.message.GetSize() - m_stepDone, m_socket->GetTxAvailable(), MAX_CHUNK}));
        if (size == 0)
        {
            break; // the send callback goes on
        }
        m_buffer.resize(std::max(m_buffer.size(), size));
        step.message.Read(m_stepDone, m_buffer.data(), size);
        const int sent =
            m_socket->Send(Create<Packet>(m_buffer.data(), static_cast<uint32_t>(size)));
        if (sent <= 0)
        {
            NS_LOG_INFO(m_script->GetName()
                        << ": send of " << size << " B failed, error " << m_socket->GetErrno());
            break; // the send callback goes on, or a close callback ends it
        }
        m_stepDone += static_cast<uint32_t>(sent);
        m_sent += static_cast<uint32_t>(sent);
    }
    m_pumping = false;
}

} // namespace ns3
