/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The part of SstDatapath that carries out what the codec wants done.

#include "sst-datapath.h"

#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/sst-address.h"
#include "ns3/sst-packet-content.h"
#include "ns3/sst-stack.h"

#include <algorithm>
#include <limits>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstDatapathActions");

void
SstDatapath::Settle()
{
    if (!m_endpoint)
    {
        return;
    }
    if (!m_settling)
    {
        // carrying out an action may lead back here: the outermost call takes all actions
        m_settling = true;
        while (m_endpoint->Poll(m_action))
        {
            Execute(m_action);
        }
        m_settling = false;
    }
    Reschedule();
}

void
SstDatapath::Execute(const sst::Action& action)
{
    switch (action.kind)
    {
    case sst::Action::Kind::SEND:
        ExecuteSend(action);
        return;
    case sst::Action::Kind::PASS:
    case sst::Action::Kind::DROP:
    case sst::Action::Kind::RELEASE: {
        const auto found = m_pending.find(action.cookie);
        if (found == m_pending.end())
        {
            return;
        }
        const Pending segment = found->second;
        m_pending.erase(found);
        if (action.kind == sst::Action::Kind::PASS)
        {
            SendClear(segment);
        }
        else if (action.kind == sst::Action::Kind::DROP)
        {
            Drop(segment.packet, action.reason);
        }
        return;
    }
    case sst::Action::Kind::RESOLVE: {
        const std::string name = action.name;
        const sst::IpAddress peer = action.peer;
        if (m_stack.m_keyQuery.IsNull() || name.empty())
        {
            m_endpoint->ProvideKeys(name, peer, sst::KeyAnswer::ABSENT, {}, GetClock());
        }
        else
        {
            m_stack.m_keyQuery(name, ToAddress(peer));
        }
        return;
    }
    case sst::Action::Kind::EVENT:
        Report(action);
        return;
    }
}

void
SstDatapath::ExecuteSend(const sst::Action& action)
{
    Ptr<Packet> packet;
    SstIpHooks::Route route;
    const auto found = action.cookie == 0 ? m_pending.end() : m_pending.find(action.cookie);
    if (found == m_pending.end())
    {
        packet = Create<Packet>();
    }
    else
    {
        route = found->second.route;
        packet = action.done ? found->second.packet : found->second.packet->Copy();
        if (action.done)
        {
            m_pending.erase(found);
        }
    }
    SstPacketContent::WriteSealed(packet, action.bytes);
    SendSealed(packet, action.local, action.peer, action.protocol, route, action.mark);
}

void
SstDatapath::Report(const sst::Action& action)
{
    const std::string reason = sst::ToString(action.reason);
    SstFlow flow;
    flow.protocol = action.flow.protocol;
    flow.localPort = action.flow.localPort;
    flow.peer = ToAddress(action.flow.peer);
    flow.peerPort = action.flow.peerPort;
    switch (action.event)
    {
    case sst::Action::Event::SESSION_UP:
        m_stack.m_sessionUp(ToAddress(action.peer), reason);
        break;
    case sst::Action::Event::SESSION_CLOSED:
        m_stack.m_sessionClosed(ToAddress(action.peer), reason);
        break;
    case sst::Action::Event::FLOW_FAILED:
        NS_LOG_LOGIC("node " << m_node->GetId() << " flow failed: " << flow << " " << reason);
        m_sockets.ReportFailure(action.flow, reason);
        m_stack.m_flowFailed(flow, reason);
        break;
    case sst::Action::Event::FLOW_FELL_BACK:
        if (flow.protocol == sst::PROTOCOL_TCP)
        {
            m_sockets.NoteClear(action.flow);
        }
        m_stack.m_flowFellBack(flow, reason);
        break;
    case sst::Action::Event::PATH_MTU:
        NS_LOG_LOGIC("node " << m_node->GetId() << " path to " << action.peer.ToString()
                             << " carries " << action.mtu << " bytes");
        FitSessionSegments(action);
        break;
    default:
        break;
    }
}

void
SstDatapath::Tick()
{
    m_endpoint->Tick(GetClock());
    Settle();
}

void
SstDatapath::Reschedule()
{
    const uint64_t next = m_endpoint->NextDeadlineNs();
    if (next == std::numeric_limits<uint64_t>::max())
    {
        m_tick.Cancel();
        return;
    }
    const auto now = static_cast<uint64_t>(Simulator::Now().GetNanoSeconds());
    const uint64_t when = std::max(next, now);
    if (m_tick.IsPending() && m_tickNs <= when)
    {
        return; // it fires in time, and looks again
    }
    m_tick.Cancel();
    m_tickNs = when;
    m_tick = Simulator::Schedule(NanoSeconds(when - now), &SstDatapath::Tick, this);
}

} // namespace ns3
