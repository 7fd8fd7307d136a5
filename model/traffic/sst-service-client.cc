/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-service-client.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/sst-resolver.h"
#include "ns3/sst-stack.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstServiceClient");

NS_OBJECT_ENSURE_REGISTERED(SstServiceClient);

namespace
{

/**
 * @param reason why the side stack refused a flow
 * @return whether the reason is that there is no usable key
 */
bool
IsKeyReason(const std::string& reason)
{
    return reason == "no-key" || reason == "key-unusable" || reason == "key-timeout";
}

} // namespace

TypeId
SstServiceClient::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstServiceClient")
            .SetParent<Application>()
            .SetGroupName("Sst")
            .AddConstructor<SstServiceClient>()
            .AddAttribute("Service",
                          "Name of the service (SstServiceCatalog).",
                          StringValue("http"),
                          MakeStringAccessor(&SstServiceClient::m_service),
                          MakeStringChecker())
            .AddAttribute("Host",
                          "Name of the server: resolved, and said in HTTP Host and TLS SNI.",
                          StringValue("server.example"),
                          MakeStringAccessor(&SstServiceClient::m_host),
                          MakeStringChecker())
            .AddAttribute("ClientName",
                          "The client's own name: said in SMTP EHLO.",
                          StringValue("client.example"),
                          MakeStringAccessor(&SstServiceClient::m_clientName),
                          MakeStringChecker())
            .AddAttribute("Size",
                          "Bytes of the transfer; 0: the service's own.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SstServiceClient::m_size),
                          MakeUintegerChecker<uint32_t>(0, SstServiceCatalog::MAX_SIZE))
            .AddAttribute("Datagrams",
                          "Datagrams of an rtp stream; 0: the service's own.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SstServiceClient::m_datagrams),
                          MakeUintegerChecker<uint32_t>(0, SstServiceCatalog::MAX_DATAGRAMS))
            .AddAttribute("Seed",
                          "Seed of the content; the server's must be equal.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&SstServiceClient::m_seed),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("Flow",
                          "Number of the flow in its record.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&SstServiceClient::m_flow),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("Remote",
                          "Ipv4Address or Ipv6Address of the server; unset: resolve Host.",
                          AddressValue(),
                          MakeAddressAccessor(&SstServiceClient::m_remote),
                          MakeAddressChecker())
            .AddAttribute("Family",
                          "Family of the addresses that are resolved.",
                          EnumValue(IPV4),
                          MakeEnumAccessor<Family>(&SstServiceClient::m_family),
                          MakeEnumChecker(IPV4, "IPv4", IPV6, "IPv6"))
            .AddAttribute("Policy",
                          "What is asked of the side stack.",
                          EnumValue(SstPolicy::OFF),
                          MakeEnumAccessor<SstPolicy>(&SstServiceClient::m_policy),
                          MakeEnumChecker(SstPolicy::OFF,
                                          "off",
                                          SstPolicy::OPPORTUNISTIC,
                                          "opportunistic",
                                          SstPolicy::REQUIRE,
                                          "require",
                                          SstPolicy::PIN,
                                          "pin"))
            .AddAttribute("Coverage",
                          "The coverage asked for.",
                          EnumValue(SstCoverage::SEGMENT),
                          MakeEnumAccessor<SstCoverage>(&SstServiceClient::m_coverage),
                          MakeEnumChecker(SstCoverage::SEGMENT,
                                          "segment",
                                          SstCoverage::HEADER,
                                          "header",
                                          SstCoverage::PORTS,
                                          "ports"))
            .AddAttribute("EarlyUdp",
                          "Whether a datagram may travel in the first packet.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SstServiceClient::m_earlyUdp),
                          MakeBooleanChecker())
            .AddAttribute("Deadline",
                          "Time allowed for the flow, resolving included.",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&SstServiceClient::m_deadline),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("ConnTimeout",
                          "First retransmission of a SYN (RFC 6298 2.1: 1 s; ns-3's own is 3 s).",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SstServiceClient::m_connTimeout),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("Retry",
                          "Time from a transmission of a UDP request to the next.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SstServiceClient::m_retry),
                          MakeTimeChecker(TimeStep(1)))
            .AddAttribute("Linger",
                          "How long a complete UDP flow still listens for the rest of a stream.",
                          TimeValue(Seconds(2)),
                          MakeTimeAccessor(&SstServiceClient::m_linger),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("SegmentSize4",
                          "TCP payload of a segment over IPv4, bytes; default: MTU 1500 less 20 "
                          "of IP, 20 of TCP, 12 of timestamps. The side stack lowers it for SST.",
                          UintegerValue(1448),
                          MakeUintegerAccessor(&SstServiceClient::m_segmentSize4),
                          MakeUintegerChecker<uint32_t>(1, 65495))
            .AddAttribute("SegmentSize6",
                          "TCP payload of a segment over IPv6, bytes; default as for IPv4, with "
                          "40 of IP.",
                          UintegerValue(1428),
                          MakeUintegerAccessor(&SstServiceClient::m_segmentSize6),
                          MakeUintegerChecker<uint32_t>(1, 65475))
            .AddTraceSource("Done",
                            "The flow ended.",
                            MakeTraceSourceAccessor(&SstServiceClient::m_doneTrace),
                            "ns3::SstServiceClient::DoneTracedCallback");
    return tid;
}

SstServiceClient::SstServiceClient() = default;

SstServiceClient::~SstServiceClient() = default;

void
SstServiceClient::SetScript(Ptr<const SstServiceScript> script)
{
    m_script = script;
}

void
SstServiceClient::SetCarriage(const SstCarriage& carriage, SstPolicy policy)
{
    m_policy = carriage.Effective(policy);
    m_coverage = carriage.coverage;
}

const SstFlowRecord&
SstServiceClient::GetRecord() const
{
    return m_record;
}

void
SstServiceClient::DoDispose()
{
    m_deadlineEvent.Cancel();
    if (m_connection)
    {
        m_connection->Drop();
        m_connection = nullptr;
    }
    m_script = nullptr;
    Application::DoDispose();
}

void
SstServiceClient::StartApplication()
{
    NS_LOG_FUNCTION(this);
    if (!m_script)
    {
        std::string error;
        m_script = SstServiceCatalog::Make(m_service,
                                           {m_host, m_clientName, m_size, m_datagrams, m_seed},
                                           error);
        NS_ABORT_MSG_IF(!m_script,
                        "SstServiceClient of node " << GetNode()->GetId() << ": " << error);
    }
    m_record.service = m_script->GetName();
    m_record.host = m_host;
    m_record.flow = m_flow;
    m_record.started = Simulator::Now();
    m_deadlineEvent = Simulator::Schedule(m_deadline,
                                          &SstServiceClient::EndIncomplete,
                                          this,
                                          std::string("deadline"));

    if (Ipv4Address::IsMatchingType(m_remote))
    {
        Connect(InetSocketAddress(Ipv4Address::ConvertFrom(m_remote), m_script->GetPort()));
    }
    else if (Ipv6Address::IsMatchingType(m_remote))
    {
        Connect(Inet6SocketAddress(Ipv6Address::ConvertFrom(m_remote), m_script->GetPort()));
    }
    else if (auto resolver = GetNode()->GetObject<SstResolver>())
    {
        m_resolveHandle = resolver->Resolve(m_host,
                                            m_policy,
                                            MakeCallback(&SstServiceClient::HandleResolved, this));
    }
    else
    {
        End(SstFlowOutcome::RESOLVE, "no-resolver");
    }
}

void
SstServiceClient::StopApplication()
{
    NS_LOG_FUNCTION(this);
    if (m_record.outcome == SstFlowOutcome::PENDING)
    {
        EndIncomplete("stopped");
    }
}

void
SstServiceClient::HandleResolved(const SstResolution& resolution)
{
    m_resolveHandle = 0;
    if (m_record.outcome != SstFlowOutcome::PENDING)
    {
        return;
    }
    if (!resolution.ok)
    {
        End(SstFlowOutcome::RESOLVE, resolution.reason);
        return;
    }
    if (m_family == IPV4 ? resolution.a.empty() : resolution.aaaa.empty())
    {
        End(SstFlowOutcome::RESOLVE, "nodata");
        return;
    }
    m_record.resolved = Simulator::Now();
    m_keysKnown = resolution.keys == SstResolution::PRESENT;
    if (m_policy == SstPolicy::REQUIRE && resolution.keys != SstResolution::PRESENT)
    {
        End(SstFlowOutcome::NO_KEY, resolution.keysReason);
        return;
    }
    if (m_family == IPV4)
    {
        Connect(InetSocketAddress(resolution.a.front(), m_script->GetPort()));
    }
    else
    {
        Connect(Inet6SocketAddress(resolution.aaaa.front(), m_script->GetPort()));
    }
}

void
SstServiceClient::Connect(const Address& remote)
{
    NS_LOG_FUNCTION(this << remote);
    m_record.resolved = Simulator::Now();
    m_record.remote = remote;
    const SstClientConnection::Settings settings{m_host,
                                                 m_policy,
                                                 m_coverage,
                                                 m_earlyUdp,
                                                 m_connTimeout,
                                                 m_retry,
                                                 m_linger,
                                                 m_segmentSize4,
                                                 m_segmentSize6};
    m_connection =
        Create<SstClientConnection>(settings,
                                    m_script,
                                    MakeCallback(&SstServiceClient::HandleConnection, this));
    m_connection->Open(GetNode(), remote);
    m_record.local = m_connection->GetLocal();
}

void
SstServiceClient::HandleConnection(SstClientConnection::Event event, const std::string& reason)
{
    switch (event)
    {
    case SstClientConnection::CONNECTED:
        m_record.connected = Simulator::Now();
        break;
    case SstClientConnection::PROGRESS:
        if (m_record.firstByte.IsNegative())
        {
            m_record.firstByte = Simulator::Now();
        }
        break;
    case SstClientConnection::COMPLETE:
        m_record.completed = Simulator::Now();
        End(SstFlowOutcome::COMPLETE, "");
        break;
    case SstClientConnection::CORRUPT:
        End(SstFlowOutcome::CORRUPT, "");
        break;
    case SstClientConnection::RESET:
        End(SstFlowOutcome::RESET, "");
        break;
    case SstClientConnection::BROKEN:
        if (IsKeyReason(reason))
        {
            End(SstFlowOutcome::NO_KEY, reason);
        }
        else
        {
            EndIncomplete(reason);
        }
        break;
    }
}

void
SstServiceClient::EndIncomplete(const std::string& detail)
{
    if (m_record.resolved.IsNegative())
    {
        End(SstFlowOutcome::RESOLVE, detail);
    }
    else if (m_connection && m_connection->GetReceived() > 0)
    {
        End(SstFlowOutcome::STALLED, detail);
    }
    else
    {
        End(SstFlowOutcome::TIMEOUT, detail);
    }
}

void
SstServiceClient::End(SstFlowOutcome outcome, const std::string& detail)
{
    if (m_record.outcome != SstFlowOutcome::PENDING)
    {
        return;
    }
    NS_LOG_INFO(m_record.service << " flow " << m_flow << ": " << outcome << " " << detail);
    m_record.outcome = outcome;
    m_record.detail = detail;
    m_record.ended = Simulator::Now();
    m_deadlineEvent.Cancel();
    if (m_resolveHandle != 0)
    {
        GetNode()->GetObject<SstResolver>()->Cancel(m_resolveHandle);
        m_resolveHandle = 0;
    }
    if (m_connection)
    {
        m_record.received = m_connection->GetReceived();
        m_record.sent = m_connection->GetSent();
        m_record.local = m_connection->GetLocal();
        m_record.fellBack = FellBack();
        m_connection->Close();
    }
    m_doneTrace(m_record);
}

bool
SstServiceClient::FellBack() const
{
    const SstFlow& flow = m_connection->GetFlow();
    const bool mayFallBack = m_policy == SstPolicy::OPPORTUNISTIC || m_policy == SstPolicy::PIN;
    if (!mayFallBack || flow.protocol == 0)
    {
        return false;
    }
    // Without a key the side stack need not know the flow at all; with one, it has forgotten it.
    const auto state = GetNode()->GetObject<SstStack>()->GetFlowState(flow).state;
    return state == SstFlowState::CLEAR || (state == SstFlowState::NONE && !m_keysKnown);
}

} // namespace ns3
