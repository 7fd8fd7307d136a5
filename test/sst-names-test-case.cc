/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-names-test-case.h"

#include "sst-dns-samples.h"

#include "ns3/boolean.h"
#include "ns3/error-model.h"
#include "ns3/global-value.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv6-address-helper.h"
#include "ns3/packet.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/udp-socket-factory.h"

using namespace ns3;

SstNamesTestCase::SstNamesTestCase(const std::string& name)
    : TestCase(name)
{
}

void
SstNamesTestCase::MakeNetwork(bool ipv6)
{
    m_outcomes.clear();
    m_queries.clear();
    m_server = nullptr;
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    m_nodes = NodeContainer(2);
    InternetStackHelper internet;
    internet.Install(m_nodes);
    PointToPointHelper link;
    link.SetDeviceAttribute("DataRate", StringValue("100Mbps"));
    link.SetChannelAttribute("Delay", StringValue("20ms"));
    m_devices = link.Install(m_nodes);
    Address server = Ipv4Address("10.9.0.2");
    if (ipv6)
    {
        server = Ipv6AddressHelper("fd53::", Ipv6Prefix(64)).Assign(m_devices).GetAddress(1, 1);
    }
    else
    {
        Ipv4AddressHelper("10.9.0.0", "255.255.255.0").Assign(m_devices);
    }
    m_helper.InstallResolver(NodeContainer(m_nodes.Get(0)), server);
    m_resolver = m_nodes.Get(0)->GetObject<SstResolver>();
    m_resolver->TraceConnectWithoutContext(
        "Query",
        Callback<void, const SstDnsMessage&>([this](const SstDnsMessage& query) {
            m_queries.emplace_back(query.header.id, query.questions.at(0).type);
        }));
}

void
SstNamesTestCase::MakeServer()
{
    m_server = m_helper.InstallServer(m_nodes.Get(1));
    std::vector<uint8_t> value = SstDnsSamples::Bytes(SstDnsSamples::SVCB_RDATA);
    value.erase(value.begin(), value.begin() + 12); // priority, target, key and length
    SstDnsHelper::AddHost(
        m_server,
        "host.test",
        {Ipv4Address("10.1.2.3"), Ipv6Address("fd00::3"), Ipv4Address("10.1.2.4")},
        value);
    SstDnsHelper::AddHost(m_server, "plain.test", {Ipv4Address("10.1.2.5")});
    SstDnsHelper::AddHost(m_server, "six.test", {Ipv6Address("fd00::6")});
}

void
SstNamesTestCase::MakeFakeServer(Handler handler)
{
    m_handler = std::move(handler);
    m_fake = Socket::CreateSocket(m_nodes.Get(1), UdpSocketFactory::GetTypeId());
    m_fake->Bind(InetSocketAddress(Ipv4Address::GetAny(), 53));
    m_fake->SetRecvCallback(MakeCallback(&SstNamesTestCase::HandleFakeRead, this));
}

void
SstNamesTestCase::HandleFakeRead(Ptr<Socket> socket)
{
    Address from;
    while (Ptr<Packet> packet = socket->RecvFrom(from))
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), static_cast<uint32_t>(bytes.size()));
        m_handler(bytes, from);
    }
}

void
SstNamesTestCase::SendFake(const std::vector<uint8_t>& bytes, const Address& to)
{
    m_fake->SendTo(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())), 0, to);
}

void
SstNamesTestCase::ResolveAt(Time at,
                            const std::string& key,
                            const std::string& host,
                            SstPolicy policy)
{
    Simulator::Schedule(at, [this, key, host, policy]() {
        m_resolver->Resolve(host,
                            policy,
                            MakeCallback(&SstNamesTestCase::HandleResolved, this).Bind(key));
        NS_TEST_EXPECT_MSG_EQ(m_outcomes.count(key), 0, key << ": called back from within");
    });
}

void
SstNamesTestCase::HandleResolved(std::string key, const SstResolution& resolution)
{
    NS_TEST_EXPECT_MSG_EQ(m_outcomes.count(key), 0, key << ": called back twice");
    m_outcomes[key] = {Simulator::Now(), resolution};
}

void
SstNamesTestCase::Run()
{
    Simulator::Run();
    // Read the counters before the resolver goes.
    Simulator::Destroy();
    m_fake = nullptr;
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
}

SstNamesTestCase::Outcome
SstNamesTestCase::GetOutcome(const std::string& key)
{
    NS_TEST_EXPECT_MSG_EQ(m_outcomes.count(key), 1, key << ": no outcome");
    return m_outcomes[key];
}

void
SstNamesTestCase::Drop(uint32_t device, const std::list<uint32_t>& packets)
{
    auto model = CreateObject<ReceiveListErrorModel>();
    model->SetList(packets);
    m_devices.Get(device)->SetAttribute("ReceiveErrorModel", PointerValue(model));
}

uint64_t
SstNamesTestCase::GetIgnored(const std::string& reason) const
{
    const auto& ignored = m_resolver->GetIgnored();
    auto it = ignored.find(reason);
    return it == ignored.end() ? 0 : it->second;
}

void
SstNamesTestCase::ExpectTime(const std::string& key, Time asked, Time delay)
{
    const Time took = GetOutcome(key).at - asked - delay;
    // Twice 20 ms, and at 100 Mb/s less than 1 ms for the few hundred bytes
    NS_TEST_EXPECT_MSG_EQ((took >= MilliSeconds(40) && took < MilliSeconds(41)),
                          true,
                          key << ": took " << took.As(Time::MS) << " more than "
                              << delay.As(Time::MS));
}
