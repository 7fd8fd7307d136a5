/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-resolver.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/integer.h"
#include "ns3/log.h"
#include "ns3/simulator.h"
#include "ns3/sst-dns-name.h"
#include "ns3/sst-key-answer.h"
#include "ns3/sst-stack.h"
#include "ns3/uinteger.h"

#include <utility>

namespace ns3
{

NS_LOG_COMPONENT_DEFINE("SstResolver");

NS_OBJECT_ENSURE_REGISTERED(SstResolver);

namespace
{

/// First stream of the resolvers, out of the way of streams that scripts assign from 0 on; each
/// node's is this plus its id.
constexpr int64_t FIRST_STREAM = int64_t{0x53535444} << 24;

constexpr uint16_t FIRST_PORT = 49152;     //!< dynamic ports (RFC 6335, 6)
constexpr uint16_t LAST_PORT = 65535;      //!< last of them
constexpr uint32_t MAX_PORT_ATTEMPTS = 16; //!< ports tried before a question is given up

/**
 * @param server an address with or without port
 * @param port the port unless the address has one
 * @param [out] socketAddress the address with port
 * @return whether the address is one of IPv4 or IPv6
 */
bool
WithPort(const Address& server, uint16_t port, Address& socketAddress)
{
    if (Ipv4Address::IsMatchingType(server))
    {
        socketAddress = InetSocketAddress(Ipv4Address::ConvertFrom(server), port);
    }
    else if (Ipv6Address::IsMatchingType(server))
    {
        socketAddress = Inet6SocketAddress(Ipv6Address::ConvertFrom(server), port);
    }
    else if (InetSocketAddress::IsMatchingType(server) ||
             Inet6SocketAddress::IsMatchingType(server))
    {
        socketAddress = server;
    }
    else
    {
        return false;
    }
    return true;
}

} // namespace

TypeId
SstResolver::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::SstResolver")
            .SetParent<Object>()
            .SetGroupName("Sst")
            .AddConstructor<SstResolver>()
            .AddAttribute("Server",
                          "Address of the DNS server: Ipv4Address or Ipv6Address, or with a port "
                          "InetSocketAddress or Inet6SocketAddress. Its family is the one that "
                          "questions travel over.",
                          AddressValue(),
                          MakeAddressAccessor(&SstResolver::m_server),
                          MakeAddressChecker())
            .AddAttribute("Port",
                          "UDP port of the server, where Server names none.",
                          UintegerValue(SstDns::PORT),
                          MakeUintegerAccessor(&SstResolver::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("Timeout",
                          "Time from a transmission of a question to the next, or to giving up.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&SstResolver::m_timeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("Retries",
                          "Transmissions of a question after the first.",
                          UintegerValue(4),
                          MakeUintegerAccessor(&SstResolver::m_retries),
                          MakeUintegerChecker<uint32_t>(0, 1000))
            .AddAttribute("KeyWait",
                          "How long, from the start, the policy opportunistic waits for keys.",
                          TimeValue(Seconds(3)),
                          MakeTimeAccessor(&SstResolver::m_keyWait),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Families",
                          "Families of addresses asked for.",
                          EnumValue(SstResolver::BOTH),
                          MakeEnumAccessor<Families>(&SstResolver::m_families),
                          MakeEnumChecker(SstResolver::IPV4,
                                          "Ipv4",
                                          SstResolver::IPV6,
                                          "Ipv6",
                                          SstResolver::BOTH,
                                          "Both"))
            .AddAttribute("Cache",
                          "Whether answers are kept for their TTL.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&SstResolver::m_useCache),
                          MakeBooleanChecker())
            .AddTraceSource("Query",
                            "A query is sent, or sent again.",
                            MakeTraceSourceAccessor(&SstResolver::m_queryTrace),
                            "ns3::SstResolver::QueryTracedCallback")
            .AddTraceSource("Ignored",
                            "A datagram is ignored while waiting for an answer.",
                            MakeTraceSourceAccessor(&SstResolver::m_ignoredTrace),
                            "ns3::SstResolver::IgnoredTracedCallback")
            .AddTraceSource("Resolved",
                            "A request is complete.",
                            MakeTraceSourceAccessor(&SstResolver::m_resolvedTrace),
                            "ns3::SstResolver::ResolvedTracedCallback");
    return tid;
}

SstResolver::SstResolver()
{
    NS_LOG_FUNCTION(this);
}

SstResolver::~SstResolver()
{
    NS_LOG_FUNCTION(this);
}

void
SstResolver::NotifyNewAggregate()
{
    if (!m_node)
    {
        m_node = GetObject<Node>();
        if (m_node)
        {
            m_random = CreateObjectWithAttributes<UniformRandomVariable>(
                "Stream",
                IntegerValue(FIRST_STREAM + m_node->GetId()));
        }
    }
    Object::NotifyNewAggregate();
}

void
SstResolver::DoDispose()
{
    NS_LOG_FUNCTION(this);
    while (!m_requests.empty())
    {
        Cancel(m_requests.begin()->first);
    }
    m_node = nullptr;
    m_random = nullptr;
    m_cache.Clear();
    Object::DoDispose();
}

int64_t
SstResolver::AssignStreams(int64_t stream)
{
    NS_LOG_FUNCTION(this << stream);
    NS_ABORT_MSG_UNLESS(m_random, "SstResolver::AssignStreams: aggregate it to a node first");
    m_random->SetStream(stream);
    return 1;
}

uint32_t
SstResolver::NewHandle()
{
    do
    {
        m_lastHandle++;
    } while (m_lastHandle == 0 || m_requests.count(m_lastHandle) > 0);
    return m_lastHandle;
}

uint32_t
SstResolver::Resolve(const std::string& host, SstPolicy policy, ResolveCallback callback)
{
    NS_LOG_FUNCTION(this << host << policy);
    const uint32_t handle = NewHandle();
    Request& request = m_requests[handle];
    request.resolution.host = SstDnsCanonicalName(host);
    request.host = host;
    request.callback = callback;
    request.a.asked = m_families != IPV6;
    request.aaaa.asked = m_families != IPV4;
    request.keys.asked = policy != SstPolicy::OFF;
    request.tellStack = request.keys.asked;
    if (policy == SstPolicy::OPPORTUNISTIC || policy == SstPolicy::PIN)
    {
        request.event = Simulator::Schedule(m_keyWait, &SstResolver::EndKeyWait, this, handle);
    }
    const std::string name = request.resolution.host;
    if (request.a.asked)
    {
        Ask(handle, &Request::a, name, SstDns::A);
    }
    if (request.aaaa.asked)
    {
        Ask(handle, &Request::aaaa, name, SstDns::AAAA);
    }
    if (request.keys.asked)
    {
        Ask(handle, &Request::keys, SstDnsServiceName(name), SstDns::SVCB);
    }
    return handle;
}

uint32_t
SstResolver::QueryKeys(const std::string& host, ResolveCallback callback)
{
    NS_LOG_FUNCTION(this << host);
    const uint32_t handle = NewHandle();
    Request& request = m_requests[handle];
    request.resolution.host = SstDnsCanonicalName(host);
    request.callback = callback;
    request.keys.asked = true;
    Ask(handle, &Request::keys, SstDnsServiceName(host), SstDns::SVCB);
    return handle;
}

void
SstResolver::AnswerStack(std::string host, Address address)
{
    NS_LOG_FUNCTION(this << host << address);
    QueryKeys(host, ResolveCallback([this, host, address](const SstResolution& resolution) {
                  TellStack(host, address, resolution);
              }));
}

void
SstResolver::Cancel(uint32_t handle)
{
    NS_LOG_FUNCTION(this << handle);
    auto it = m_requests.find(handle);
    if (it == m_requests.end())
    {
        return;
    }
    it->second.event.Cancel();
    for (Part Request::* part : {&Request::a, &Request::aaaa, &Request::keys})
    {
        if ((it->second.*part).query)
        {
            (it->second.*part).query->Cancel();
        }
    }
    m_requests.erase(it);
}

void
SstResolver::ClearCache()
{
    m_cache.Clear();
}

const std::map<std::string, uint64_t>&
SstResolver::GetIgnored() const
{
    return m_ignored;
}

uint64_t
SstResolver::GetTransmissionCount() const
{
    return m_transmissionCount;
}

void
SstResolver::Ask(uint32_t handle, Part Request::* part, const std::string& name, uint16_t type)
{
    // Every outcome that is known at once is told by an event: callers are never called back from
    // within their call.
    auto later = [this, handle, part](const std::string& reason, const SstDnsMessage& response) {
        Simulator::ScheduleNow(&SstResolver::Answered,
                               Ptr<SstResolver>(this),
                               handle,
                               part,
                               reason,
                               response);
    };
    std::vector<uint8_t> unused;
    if (!SstDnsName::Append(name, unused))
    {
        later("name", {});
        return;
    }
    SstDnsQuery::Config config;
    if (!m_node || !WithPort(m_server, m_port, config.server))
    {
        later("no-server", {});
        return;
    }
    const SstDnsQuestion question{name, type, SstDns::CLASS_IN};
    if (m_useCache)
    {
        if (const SstDnsMessage* cached = m_cache.Find(question))
        {
            later("", *cached);
            return;
        }
    }
    config.node = m_node;
    config.timeout = m_timeout;
    config.retries = m_retries;
    for (uint32_t attempt = 0; attempt < MAX_PORT_ATTEMPTS; attempt++)
    {
        // RFC 5452, 9.2: "Use an unpredictable source port", "Use an unpredictable query ID".
        config.localPort = static_cast<uint16_t>(m_random->GetInteger(FIRST_PORT, LAST_PORT));
        const auto id = static_cast<uint16_t>(m_random->GetInteger(0, UINT16_MAX));
        const Ptr<SstDnsQuery> query =
            Create<SstDnsQuery>(config, SstDnsMessage::MakeQuery(id, name, type));
        const bool started = query->Start(
            [this, handle, part](const SstDnsMessage* answer) {
                Answered(handle,
                         part,
                         answer == nullptr ? "timeout" : "",
                         answer == nullptr ? SstDnsMessage() : *answer);
            },
            [this](const std::string& reason) {
                m_ignored[reason]++;
                m_ignoredTrace(reason);
            },
            [this](const SstDnsMessage& message) {
                m_transmissionCount++;
                m_queryTrace(message);
            });
        if (!started)
        {
            continue;
        }
        auto it = m_requests.find(handle);
        if (it == m_requests.end())
        {
            // The trace of the transmission cancelled the request.
            query->Cancel();
            return;
        }
        (it->second.*part).query = query;
        return;
    }
    later("socket", {});
}

void
SstResolver::Answered(uint32_t handle,
                      Part Request::* member,
                      const std::string& reason,
                      const SstDnsMessage& response)
{
    auto it = m_requests.find(handle);
    if (it == m_requests.end())
    {
        return;
    }
    Request& request = it->second;
    Part& part = request.*member;
    SstResolution& resolution = request.resolution;
    part.query = nullptr;
    part.done = true;
    part.reason = reason;
    if (reason.empty())
    {
        if (m_useCache)
        {
            const SstDnsQuestion& question = response.questions.front();
            if (m_cache.Find(question) == nullptr)
            {
                m_cache.Add(question, response);
            }
        }
        if (member == &Request::keys)
        {
            SstKeyAnswer::Judge(response, resolution.host, resolution);
        }
        else
        {
            part.reason = TakeAddresses(response, resolution);
        }
    }
    else if (member == &Request::keys)
    {
        // A name that cannot be asked for has no keys; anything else is silence.
        resolution.keys = reason == "name" ? SstResolution::ABSENT : SstResolution::TIMEOUT;
        resolution.keysReason = reason;
    }
    CompleteIfDone(handle);
}

std::string
SstResolver::TakeAddresses(const SstDnsMessage& response, SstResolution& resolution)
{
    const SstDnsQuestion& question = response.questions.front();
    const std::string reason = SstKeyAnswer::GetReason(response, question.type);
    if (!reason.empty())
    {
        return reason;
    }
    for (const auto& record : response.answers)
    {
        if (record.type != question.type || record.klass != SstDns::CLASS_IN ||
            record.name != question.name)
        {
            continue;
        }
        // The parser has checked the lengths.
        if (record.type == SstDns::A)
        {
            resolution.a.push_back(Ipv4Address::Deserialize(record.rdata.data()));
        }
        else
        {
            resolution.aaaa.push_back(Ipv6Address::Deserialize(record.rdata.data()));
        }
    }
    return "";
}

void
SstResolver::EndKeyWait(uint32_t handle)
{
    m_requests.at(handle).keyWaitOver = true;
    CompleteIfDone(handle);
}

void
SstResolver::CompleteIfDone(uint32_t handle)
{
    Request& request = m_requests.at(handle);
    SstResolution& resolution = request.resolution;
    if ((request.a.asked && !request.a.done) || (request.aaaa.asked && !request.aaaa.done) ||
        (request.keys.asked && !request.keys.done && !request.keyWaitOver))
    {
        return;
    }
    if (request.keys.asked && !request.keys.done)
    {
        resolution.keys = SstResolution::TIMEOUT;
        resolution.keysReason = "timeout";
    }
    resolution.ok = !resolution.a.empty() || !resolution.aaaa.empty();
    if (!resolution.ok)
    {
        // Of two reasons the one that says most: the name does not exist, then what went wrong.
        for (const Part* part : {&request.a, &request.aaaa})
        {
            if (part->asked && (resolution.reason.empty() || resolution.reason == "nodata" ||
                                part->reason == "nxdomain"))
            {
                resolution.reason = part->reason;
            }
        }
    }
    const Ptr<SstResolver> keep(this);
    const bool tellStack = request.tellStack;
    const std::string host = request.host;
    const ResolveCallback callback = request.callback;
    const SstResolution outcome = std::move(resolution);
    Cancel(handle);
    NS_LOG_INFO(outcome.host << " " << outcome.a.size() << " A " << outcome.aaaa.size() << " AAAA "
                             << outcome.reason << ", keys " << +outcome.keys << " "
                             << outcome.keysReason);
    m_resolvedTrace(outcome);
    if (tellStack)
    {
        // Sockets may name the host as it was asked for, or as the outcome does.
        TellStack(host, outcome);
        if (host != outcome.host)
        {
            TellStack(outcome.host, outcome);
        }
    }
    if (!callback.IsNull())
    {
        callback(outcome);
    }
}

void
SstResolver::TellStack(const std::string& host, const SstResolution& resolution) const
{
    for (const auto& address : resolution.a)
    {
        TellStack(host, Address(address), resolution);
    }
    for (const auto& address : resolution.aaaa)
    {
        TellStack(host, Address(address), resolution);
    }
}

void
SstResolver::TellStack(const std::string& host,
                       const Address& address,
                       const SstResolution& resolution) const
{
    const Ptr<SstStack> stack = m_node ? m_node->GetObject<SstStack>() : nullptr;
    if (!stack)
    {
        return;
    }
    SstStack::KeyAnswer answer = SstStack::KeyAnswer::TIMEOUT;
    switch (resolution.keys)
    {
    case SstResolution::PRESENT:
        answer = SstStack::KeyAnswer::KEYS;
        break;
    case SstResolution::ABSENT:
        answer = SstStack::KeyAnswer::ABSENT;
        break;
    case SstResolution::UNUSABLE:
        answer = SstStack::KeyAnswer::UNUSABLE;
        break;
    case SstResolution::TIMEOUT:
        break;
    case SstResolution::NOT_ASKED:
        return;
    }
    stack->ProvideKeys(host, address, answer, resolution.value, resolution.port);
}

} // namespace ns3
