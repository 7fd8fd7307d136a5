/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-traffic-pair.h"

#include "sst-traffic-loss.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-header.h"

namespace ns3
{

SstTrafficPair::SstTrafficPair()
{
    nodes.Create(2);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("10Mbps"));
    link.SetChannelAttribute("Delay", TimeValue(Seconds(DELAY)));
    devices = link.Install(nodes);
    InternetStackHelper().Install(nodes);
    server4 = Ipv4AddressHelper("10.1.1.0", "255.255.255.0").Assign(devices).GetAddress(1);
    server6 = Ipv6AddressHelper("fd00:1::", 64).Assign(devices).GetAddress(1, 1);
}

SstServicePlan
SstTrafficPair::Plan(const std::string& service, SstServiceClient::Family family) const
{
    SstServicePlan plan;
    plan.service = service;
    plan.parameters.host = "web.sst.test";
    plan.parameters.client = "laptop.home.test";
    plan.family = family;
    plan.remote = family == SstServiceClient::IPV4 ? server4 : server6;
    plan.start = Seconds(START);
    return plan;
}

Ptr<SstServiceClient>
SstTrafficPair::Install(const SstServicePlan& plan)
{
    std::string error;
    auto client = helper.Install(nodes.Get(0), nodes.Get(1), plan, error);
    NS_ABORT_MSG_IF(!client, error);
    return client;
}

void
SstTrafficPair::SetLoss(SstServiceSide side, std::function<bool(Ptr<const Packet>)> lost)
{
    const uint32_t index = side == SstServiceSide::CLIENT ? 0 : 1;
    DynamicCast<PointToPointNetDevice>(devices.Get(index))
        ->SetReceiveErrorModel(CreateObject<SstTrafficLoss>(lost));
}

void
SstTrafficPair::InjectReset(Ptr<SstServiceClient> client, uint8_t flags) const
{
    const auto local = InetSocketAddress::ConvertFrom(client->GetRecord().local);
    const auto remote = InetSocketAddress::ConvertFrom(client->GetRecord().remote);
    TcpHeader header;
    header.SetSourcePort(remote.GetPort());
    header.SetDestinationPort(local.GetPort());
    header.SetFlags(flags);
    auto packet = Create<Packet>();
    packet->AddHeader(header);
    nodes.Get(1)->GetObject<Ipv4L3Protocol>()->Send(packet,
                                                    remote.GetIpv4(),
                                                    local.GetIpv4(),
                                                    6,
                                                    nullptr);
}

bool
SstTrafficPair::IsIpv4(Ptr<const Packet> packet)
{
    uint8_t protocol[2]{0, 0}; // of PPP (RFC 1661 2): 0x0021 IPv4, 0x0057 IPv6
    packet->CopyData(protocol, sizeof(protocol));
    return protocol[0] == 0x00 && protocol[1] == 0x21;
}

void
SstTrafficPair::Run(double seconds)
{
    Simulator::Stop(Seconds(seconds));
    Simulator::Run();
    Simulator::Destroy();
}

} // namespace ns3
