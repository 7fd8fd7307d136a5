/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-test-transfer.h"

#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>

using namespace ns3;

SstTestTransfer::SstTestTransfer(uint32_t up, uint32_t down)
    : m_up(Text(up)),
      m_down(Text(down))
{
    std::reverse(m_down.begin(), m_down.end());
}

std::string
SstTestTransfer::Text(uint32_t size)
{
    std::string text(size, 0);
    uint32_t state = 1;
    for (char& c : text)
    {
        state = state * 1664525 + 1013904223; // Numerical Recipes' generator
        c = static_cast<char>(state >> 24);
    }
    return text;
}

void
SstTestTransfer::Push(Ptr<Socket> socket, const std::string& text, std::size_t& sent)
{
    while (sent < text.size() && socket->GetTxAvailable() > 0)
    {
        const std::size_t size =
            std::min<std::size_t>(socket->GetTxAvailable(), text.size() - sent);
        const int taken = socket->Send(
            ns3::Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()) + sent, size));
        if (taken <= 0)
        {
            return;
        }
        sent += taken;
    }
}

void
SstTestTransfer::Pull(Ptr<Socket> socket, std::string& text)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            return;
        }
        const std::size_t had = text.size();
        text.resize(had + packet->GetSize());
        packet->CopyData(reinterpret_cast<uint8_t*>(text.data()) + had, packet->GetSize());
    }
}

void
SstTestTransfer::Accept(Ptr<Socket> socket)
{
    accepted = socket;
    socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket> s) {
        Pull(s, atServer);
        if (atServer.size() >= m_up.size())
        {
            Push(s, m_down, m_downSent);
        }
    }));
    socket->SetSendCallback(Callback<void, Ptr<Socket>, uint32_t>([this](Ptr<Socket> s, uint32_t) {
        if (atServer.size() >= m_up.size())
        {
            Push(s, m_down, m_downSent);
        }
    }));
}

void
SstTestTransfer::Serve(Ptr<Node> node, const Address& local)
{
    listener = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    listener->Bind(local);
    listener->Listen();
    listener->SetAcceptCallback(
        MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
        Callback<void, Ptr<Socket>, const Address&>(
            [this](Ptr<Socket> socket, const Address&) { Accept(socket); }));
}

Ptr<Socket>
SstTestTransfer::Create(Ptr<Node> node)
{
    client = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    client->SetConnectCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket> s) {
                                   connected = true;
                                   Push(s, m_up, m_upSent);
                               }),
                               Callback<void, Ptr<Socket>>([this](Ptr<Socket>) { failed = true; }));
    client->SetRecvCallback(
        Callback<void, Ptr<Socket>>([this](Ptr<Socket> s) { Pull(s, atClient); }));
    client->SetSendCallback(Callback<void, Ptr<Socket>, uint32_t>([this](Ptr<Socket> s, uint32_t) {
        if (connected)
        {
            Push(s, m_up, m_upSent);
        }
    }));
    return client;
}

void
SstTestTransfer::Start(double seconds, const Address& peer)
{
    Simulator::Schedule(Seconds(seconds), [this, peer]() { client->Connect(peer); });
}

bool
SstTestTransfer::IsComplete() const
{
    return atServer == m_up && atClient == m_down;
}
