/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The part of SstStack that names its attributes and traces.

#include "sst-stack.h"
#include "sst/endpoint.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/sst-datapath.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{

namespace
{

/// 2026-01-01T00:00:00Z in Unix time.
constexpr int64_t DEFAULT_EPOCH = 1767225600;

/**
 * @return a checker of policies by name
 */
Ptr<const AttributeChecker>
MakePolicyChecker()
{
    return MakeEnumChecker(SstPolicy::OFF,
                           ToString(SstPolicy::OFF),
                           SstPolicy::OPPORTUNISTIC,
                           ToString(SstPolicy::OPPORTUNISTIC),
                           SstPolicy::REQUIRE,
                           ToString(SstPolicy::REQUIRE),
                           SstPolicy::PIN,
                           ToString(SstPolicy::PIN));
}

/**
 * @return a checker of layouts by name
 */
Ptr<const AttributeChecker>
MakeLayoutChecker()
{
    return MakeEnumChecker(SstLayout::AUTO,
                           ToString(SstLayout::AUTO),
                           SstLayout::NATIVE,
                           ToString(SstLayout::NATIVE),
                           SstLayout::UDP,
                           ToString(SstLayout::UDP));
}

/**
 * @return a checker of coverages by name
 */
Ptr<const AttributeChecker>
MakeCoverageChecker()
{
    return MakeEnumChecker(SstCoverage::SEGMENT,
                           ToString(SstCoverage::SEGMENT),
                           SstCoverage::HEADER,
                           ToString(SstCoverage::HEADER),
                           SstCoverage::PORTS,
                           ToString(SstCoverage::PORTS));
}

} // namespace

TypeId
SstStack::GetTypeId()
{
    static const sst::EndpointConfig limits;
    static TypeId tid =
        TypeId("ns3::SstStack")
            .SetParent<Object>()
            .SetGroupName("Sst")
            .AddConstructor<SstStack>()
            .AddAttribute("Epoch",
                          "Unix time of this host at simulation time 0 (2026-01-01T00:00:00Z)",
                          TimeValue(Seconds(DEFAULT_EPOCH)),
                          MakeTimeAccessor(&SstStack::m_epoch),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("DefaultPolicy",
                          "What segments ask for that no socket option and no rule covers",
                          EnumValue(SstPolicy::OFF),
                          MakeEnumAccessor<SstPolicy>(&SstStack::m_defaultPolicy),
                          MakePolicyChecker())
            .AddAttribute("DefaultCoverage",
                          "Coverage that goes with DefaultPolicy",
                          EnumValue(SstCoverage::SEGMENT),
                          MakeEnumAccessor<SstCoverage>(&SstStack::m_defaultCoverage),
                          MakeCoverageChecker())
            .AddAttribute("DefaultLayout",
                          "Layout that goes with DefaultPolicy",
                          EnumValue(SstLayout::AUTO),
                          MakeEnumAccessor<SstLayout>(&SstStack::m_defaultLayout),
                          MakeLayoutChecker())
            .AddAttribute("FactoryPolicy",
                          "What sockets of SstTcpSocketFactory and SstUdpSocketFactory ask for",
                          EnumValue(SstPolicy::REQUIRE),
                          MakeEnumAccessor<SstPolicy>(&SstStack::m_factoryPolicy),
                          MakePolicyChecker())
            .AddAttribute("FactoryCoverage",
                          "Coverage that goes with FactoryPolicy",
                          EnumValue(SstCoverage::SEGMENT),
                          MakeEnumAccessor<SstCoverage>(&SstStack::m_factoryCoverage),
                          MakeCoverageChecker())
            .AddAttribute("FactoryLayout",
                          "Layout that goes with FactoryPolicy",
                          EnumValue(SstLayout::AUTO),
                          MakeEnumAccessor<SstLayout>(&SstStack::m_factoryLayout),
                          MakeLayoutChecker())
            .AddAttribute("Padding",
                          "What is added to packets sealed whole: none, mtu, or a multiple from 2 "
                          "to 1024 bytes",
                          StringValue("none"),
                          MakeStringAccessor(&SstStack::SetPadding, &SstStack::GetPadding),
                          MakeStringChecker())
            .AddAttribute("UdpPort",
                          "UDP port where this host serves layout U; 0: nowhere. Held in the "
                          "node's UDP from the first key or packet on",
                          UintegerValue(limits.udpPort),
                          MakeUintegerAccessor(&SstStack::m_udpPort),
                          MakeUintegerChecker<uint16_t>())
            .AddAttribute("AcceptUnmarkedInit",
                          "Whether this host tries unmarked packets that look like the first of a "
                          "session",
                          BooleanValue(limits.acceptUnmarkedInit),
                          MakeBooleanAccessor(&SstStack::m_acceptUnmarkedInit),
                          MakeBooleanChecker())
            .AddAttribute("MaxHalfOpen",
                          "Half-open sessions above which new clients must first show that they "
                          "have the address they say (RETRY)",
                          UintegerValue(limits.maxHalfOpen),
                          MakeUintegerAccessor(&SstStack::m_maxHalfOpen),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("MaxHalfOpenValidated",
                          "Half-open sessions in all, those that have shown it included",
                          UintegerValue(limits.maxHalfOpenValidated),
                          MakeUintegerAccessor(&SstStack::m_maxHalfOpenValidated),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("InitRate",
                          "New sessions a second from all clients together before they must show "
                          "it",
                          UintegerValue(limits.initRate),
                          MakeUintegerAccessor(&SstStack::m_initRate),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("SiteInitRate",
                          "The same from one address (IPv6: /64)",
                          UintegerValue(limits.siteInitRate),
                          MakeUintegerAccessor(&SstStack::m_siteInitRate),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("SiteHalfOpen",
                          "Half-open sessions of one address (IPv6: /64) before it must show it",
                          UintegerValue(limits.siteHalfOpen),
                          MakeUintegerAccessor(&SstStack::m_siteHalfOpen),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("EpochTime",
                          "How long a session uses its keys before it derives the next",
                          TimeValue(NanoSeconds(limits.epochNs)),
                          MakeTimeAccessor(&SstStack::m_epochTime),
                          MakeTimeChecker(Seconds(1)))
            .AddAttribute("AllowNarrowCoverage",
                          "Whether this host agrees to coverage header and ports, which leave "
                          "the rest of each segment in clear",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SstStack::m_allowNarrowCoverage),
                          MakeBooleanChecker())
            .AddAttribute("TrafficClassValue",
                          "Bits of the IPv6 Traffic Class that mark a packet, under "
                          "TrafficClassMask (DSCP 43)",
                          UintegerValue(0xac),
                          MakeUintegerAccessor(&SstStack::m_tclassValue),
                          MakeUintegerChecker<uint8_t>())
            .AddAttribute("TrafficClassMask",
                          "Which bits of the IPv6 Traffic Class are the mark; the two ECN bits "
                          "never are",
                          UintegerValue(0xfc),
                          MakeUintegerAccessor(&SstStack::m_tclassMask),
                          MakeUintegerChecker<uint8_t>())
            .AddTraceSource("Tx",
                            "An SST packet is handed to IP",
                            MakeTraceSourceAccessor(&SstStack::m_tx),
                            "ns3::SstStack::PacketTracedCallback")
            .AddTraceSource("Rx",
                            "An SST packet was opened",
                            MakeTraceSourceAccessor(&SstStack::m_rx),
                            "ns3::SstStack::PacketTracedCallback")
            .AddTraceSource("Drop",
                            "A packet or segment is dropped, with the reason's name",
                            MakeTraceSourceAccessor(&SstStack::m_drop),
                            "ns3::SstStack::DropTracedCallback")
            .AddTraceSource("SessionUp",
                            "A session with another host is up",
                            MakeTraceSourceAccessor(&SstStack::m_sessionUp),
                            "ns3::SstStack::SessionTracedCallback")
            .AddTraceSource("SessionClosed",
                            "A session with another host is closed, with the reason's name",
                            MakeTraceSourceAccessor(&SstStack::m_sessionClosed),
                            "ns3::SstStack::SessionTracedCallback")
            .AddTraceSource("FlowFailed",
                            "A flow cannot have SST and must not go in clear, with the reason's "
                            "name",
                            MakeTraceSourceAccessor(&SstStack::m_flowFailed),
                            "ns3::SstStack::FlowTracedCallback")
            .AddTraceSource("FlowFellBack",
                            "A flow cannot have SST and goes on in clear, with the reason's name",
                            MakeTraceSourceAccessor(&SstStack::m_flowFellBack),
                            "ns3::SstStack::FlowTracedCallback");
    return tid;
}

} // namespace ns3
