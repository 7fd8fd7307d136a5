/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-l4-shim.h"

#include "ns3/ipv4-interface.h"
#include "ns3/ipv6-interface.h"
#include "ns3/sst-address.h"
#include "ns3/sst-datapath.h"
#include "ns3/sst-icmp-report.h"

#include <algorithm>
#include <utility>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstL4Shim);

namespace
{

/**
 * @param inner the transport protocol
 * @param reporter who reports
 * @param ttl of the report
 * @param kind type and code
 * @param info what fits the type
 * @param source of the packet the error is about
 * @param destination of that packet
 * @param payload its first bytes
 * @return the report
 */
SstIcmpReport
MakeReport(Ptr<IpL4Protocol> inner,
           const sst::IpAddress& reporter,
           uint8_t ttl,
           std::pair<uint8_t, uint8_t> kind,
           uint32_t info,
           const sst::IpAddress& source,
           const sst::IpAddress& destination,
           const uint8_t* payload)
{
    SstIcmpReport report;
    report.reporter = reporter;
    report.ttl = ttl;
    report.type = kind.first;
    report.code = kind.second;
    report.info = info;
    report.source = source;
    report.destination = destination;
    report.protocol = static_cast<uint8_t>(inner->GetProtocolNumber());
    std::copy_n(payload, SstIcmpReport::QUOTED, report.payload.begin());
    return report;
}

} // namespace

TypeId
SstL4Shim::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstL4Shim")
                            .SetParent<IpL4Protocol>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstL4Shim>();
    return tid;
}

SstL4Shim::SstL4Shim() = default;

SstL4Shim::~SstL4Shim() = default;

void
SstL4Shim::DoDispose()
{
    m_inner = nullptr;
    m_datapath = nullptr;
    IpL4Protocol::DoDispose();
}

void
SstL4Shim::Connect(Ptr<IpL4Protocol> inner, SstDatapath* datapath)
{
    m_inner = inner;
    m_datapath = datapath;
}

Ptr<IpL4Protocol>
SstL4Shim::GetInner() const
{
    return m_inner;
}

void
SstL4Shim::Disconnect()
{
    m_datapath = nullptr;
}

int
SstL4Shim::GetProtocolNumber() const
{
    return m_inner->GetProtocolNumber();
}

IpL4Protocol::RxStatus
SstL4Shim::Receive(Ptr<Packet> p, const Ipv4Header& header, Ptr<Ipv4Interface> incomingInterface)
{
    return m_datapath ? m_datapath->Receive(m_inner, p, header, incomingInterface)
                      : m_inner->Receive(p, header, incomingInterface);
}

IpL4Protocol::RxStatus
SstL4Shim::Receive(Ptr<Packet> p, const Ipv6Header& header, Ptr<Ipv6Interface> incomingInterface)
{
    return m_datapath ? m_datapath->Receive(m_inner, p, header, incomingInterface)
                      : m_inner->Receive(p, header, incomingInterface);
}

void
SstL4Shim::ReceiveIcmp(Ipv4Address icmpSource,
                       uint8_t icmpTtl,
                       uint8_t icmpType,
                       uint8_t icmpCode,
                       uint32_t icmpInfo,
                       Ipv4Address payloadSource,
                       Ipv4Address payloadDestination,
                       const uint8_t payload[8])
{
    if (m_datapath)
    {
        m_datapath->ReceiveIcmp(m_inner,
                                MakeReport(m_inner,
                                           ToSst(icmpSource),
                                           icmpTtl,
                                           {icmpType, icmpCode},
                                           icmpInfo,
                                           ToSst(payloadSource),
                                           ToSst(payloadDestination),
                                           payload));
        return;
    }
    m_inner->ReceiveIcmp(icmpSource,
                         icmpTtl,
                         icmpType,
                         icmpCode,
                         icmpInfo,
                         payloadSource,
                         payloadDestination,
                         payload);
}

void
SstL4Shim::ReceiveIcmp(Ipv6Address icmpSource,
                       uint8_t icmpTtl,
                       uint8_t icmpType,
                       uint8_t icmpCode,
                       uint32_t icmpInfo,
                       Ipv6Address payloadSource,
                       Ipv6Address payloadDestination,
                       const uint8_t payload[8])
{
    if (m_datapath)
    {
        m_datapath->ReceiveIcmp(m_inner,
                                MakeReport(m_inner,
                                           ToSst(icmpSource),
                                           icmpTtl,
                                           {icmpType, icmpCode},
                                           icmpInfo,
                                           ToSst(payloadSource),
                                           ToSst(payloadDestination),
                                           payload));
        return;
    }
    m_inner->ReceiveIcmp(icmpSource,
                         icmpTtl,
                         icmpType,
                         icmpCode,
                         icmpInfo,
                         payloadSource,
                         payloadDestination,
                         payload);
}

void
SstL4Shim::SetDownTarget(DownTargetCallback cb)
{
    m_inner->SetDownTarget(cb);
}

void
SstL4Shim::SetDownTarget6(DownTargetCallback6 cb)
{
    m_inner->SetDownTarget6(cb);
}

IpL4Protocol::DownTargetCallback
SstL4Shim::GetDownTarget() const
{
    return m_inner->GetDownTarget();
}

IpL4Protocol::DownTargetCallback6
SstL4Shim::GetDownTarget6() const
{
    return m_inner->GetDownTarget6();
}

} // namespace ns3
