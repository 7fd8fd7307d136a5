/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

// Layout U: the same packets behind a UDP header.

#include "endpoint-core.h"
#include "sst/segment.h"
#include "sst/wire.h"

namespace sst
{

namespace
{

constexpr size_t PORT_DRAWS = 64; //!< before there is none

} // namespace

bool
EndpointCore::IsShell(const Meta& meta, const uint8_t* first, size_t size) const
{
    if (meta.protocol != PROTOCOL_UDP || size < wire::COVERAGE_PORTS_BYTES)
    {
        return false;
    }
    const uint16_t port = wire::Load16(first + 2);
    if (port == m_config.udpPort && port != 0)
    {
        return true;
    }
    if (m_ports.Size() == 0)
    {
        return false;
    }
    const Session* owner = m_sessions.Find(m_ports.Find(port));
    return owner != nullptr && owner->local == meta.local;
}

bool
EndpointCore::IsNativeSession(const Meta& meta, const Buffer& packet) const
{
    const wire::Type type = wire::TypeOf(packet.Data());
    if (type != wire::Type::DATA && type != wire::Type::RESP)
    {
        return false;
    }
    const Session* session = FindByIndex(wire::IndexOf(packet.Data()));
    return session != nullptr && session->layout == Layout::N && session->peer == meta.peer &&
           session->local == meta.local;
}

Verdict
EndpointCore::IngressShell(const Meta& meta, Buffer& packet)
{
    // The third and fourth byte of a packet of layout N may be those of a port by chance: what
    // shows an index of its peer is tried as such first.
    if (IsNativeSession(meta, packet))
    {
        const Verdict verdict =
            meta.marked ? IngressMarked(meta, packet) : IngressUnmarked(meta, packet);
        if (meta.marked || verdict.outcome != Outcome::PASS)
        {
            return verdict;
        }
    }
    UdpShell shell;
    const Reason reason = ReadUdpShell(packet.Data(), packet.Size(), shell);
    if (reason != Reason::NONE)
    {
        // A marked one may be an INIT of layout N; but nothing with such a port goes up (UDP-16).
        m_goesUp = false;
        const Verdict verdict = meta.marked ? IngressMarked(meta, packet) : Drop(reason);
        m_goesUp = true;
        return verdict;
    }
    const bool toServer = shell.destinationPort == m_config.udpPort;
    if (!toServer)
    {
        const Session* owner = m_sessions.Find(m_ports.Find(shell.destinationPort));
        if (owner->peer != meta.peer || owner->peerPort != shell.sourcePort)
        {
            return Drop(Reason::WRONG_PEER);
        }
    }
    m_layout = Layout::U;
    m_shell = shell;
    packet.TrimFront(wire::UDP_HEADER_SIZE);
    if (!toServer && packet.Size() > 0 && wire::TypeOf(packet.Data()) == wire::Type::INIT)
    {
        const Reason malformed = CheckInit({packet.Data(), packet.Size()});
        return Drop(malformed != Reason::NONE ? malformed : Reason::UNEXPECTED);
    }
    // PROTOCOL, Layout U: "No mark is needed." A packet to such a port is ours, as a marked one is.
    Meta inner = meta;
    inner.marked = true;
    return IngressMarked(inner, packet);
}

void
EndpointCore::FollowPort(Session& session, uint32_t number)
{
    // PROTOCOL, Layout U: "the server answers to the source port of the authentic packet with the
    // highest number."
    if (!session.client && number >= session.portNumber)
    {
        session.portNumber = number;
        session.peerPort = m_shell.sourcePort;
    }
}

void
EndpointCore::PutInShell(const Session& session, Buffer& packet) const
{
    AddUdpShell({session.ownPort, session.peerPort}, session.local, session.peer, packet);
}

Verdict
EndpointCore::SendVerdict(const Session& session, uint8_t protocol, Buffer& packet) const
{
    if (session.layout == Layout::N)
    {
        return {Outcome::SEND, Reason::NONE, protocol, true};
    }
    PutInShell(session, packet);
    return {Outcome::SEND, Reason::NONE, protocol, false};
}

uint16_t
EndpointCore::DrawPort(const Session& session)
{
    // PROTOCOL, Layout U: "client port random and reserved in the host's UDP port space".
    for (size_t i = 0; i < PORT_DRAWS; ++i)
    {
        uint16_t port = 0;
        if (m_callbacks.reserveUdpPort)
        {
            port = m_callbacks.reserveUdpPort(session.local);
            if (port == 0)
            {
                return 0;
            }
        }
        else
        {
            port = DrawDynamicPort();
        }
        if (m_ports.Find(port) == 0 && port != m_config.udpPort)
        {
            return port;
        }
        if (m_callbacks.reserveUdpPort && m_callbacks.releaseUdpPort)
        {
            m_callbacks.releaseUdpPort(session.local, port);
        }
    }
    return 0;
}

bool
EndpointCore::GivePort(Session& session)
{
    const uint16_t port = DrawPort(session);
    if (port == 0)
    {
        return false;
    }
    session.ownPort = port;
    session.peerPort = session.clientPending->udpPort;
    m_ports.Insert(port, session.slot);
    return true;
}

void
EndpointCore::ReleasePort(Session& session)
{
    if (!session.client || session.ownPort == 0)
    {
        return;
    }
    m_ports.Erase(session.ownPort);
    if (m_callbacks.releaseUdpPort)
    {
        m_callbacks.releaseUdpPort(session.local, session.ownPort);
    }
    session.ownPort = 0;
}

bool
EndpointCore::MayTurn(const Session& session) const
{
    // A RETRY that was honoured is an answer. AUTO-5: "by the key and port that a fresh INIT then
    // has".
    const ClientPending& pending = *session.clientPending;
    return pending.choice == LayoutChoice::AUTO && session.layout == Layout::N &&
           pending.tokenCount == 0 &&
           (pending.nextKey ? OffersU(*pending.nextKey, pending.nextPort)
                            : OffersU(pending.key, pending.udpPort));
}

bool
EndpointCore::TurnToShell(Session& session)
{
    // PROTOCOL, Layout U: "Chosen ... after N gave no answer."
    if (!GivePort(session))
    {
        return false;
    }
    ClientPending& pending = *session.clientPending;
    session.layout = Layout::U;
    pending.turned = true;
    const KeyEntry key = pending.key;
    SelectBy(session, key);
    if (pending.early && !IsEarly(session, *pending.early))
    {
        // A datagram that fitted without the UDP header.
        pending.queue.PutBack(std::move(*pending.early));
        pending.early.reset();
    }
    return true;
}

bool
EndpointCore::IsShellQuote(const Meta& meta, const IcmpError& error, const Buffer& message) const
{
    if (error.protocol != PROTOCOL_UDP || error.source != meta.local ||
        error.packetSize < wire::COVERAGE_PORTS_BYTES)
    {
        return false;
    }
    const uint16_t port = wire::Load16(message.Data() + error.packetOffset);
    if (port == m_config.udpPort && port != 0)
    {
        return true;
    }
    const Session* owner = m_sessions.Find(m_ports.Find(port));
    return owner != nullptr && owner->local == meta.local;
}

Verdict
EndpointCore::IngressShellIcmp(const Meta& meta, const IcmpError& error, Buffer& message)
{
    // PROTOCOL, Sessions: "the quoted 8 bytes (U: 16, else ignored) give (index, number)".
    if (!error.IsMapped() || error.packetSize < wire::UDP_HEADER_SIZE + wire::DATA_AAD_BYTES)
    {
        return Drop(Reason::ICMP_FORGED);
    }
    const uint8_t* shell = message.Data() + error.packetOffset;
    const uint8_t* packet = shell + wire::UDP_HEADER_SIZE;
    const uint32_t index = wire::IndexOf(packet);
    const uint32_t number = wire::Load32(packet + wire::DATA_NUMBER);
    const Session* session = FindSender(meta.local, error.destination, Layout::U, index, number);
    if (session == nullptr || wire::TypeOf(packet) != wire::Type::DATA ||
        session->ownPort != wire::Load16(shell) || session->peerPort != wire::Load16(shell + 2))
    {
        return Drop(Reason::ICMP_FORGED);
    }
    return AcceptIcmp(meta, error, Layout::U, index, number, message);
}

} // namespace sst
