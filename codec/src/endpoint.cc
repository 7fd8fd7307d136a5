/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/endpoint.h"

#include "endpoint-core.h"

#include <utility>

namespace sst
{

const char*
ToString(Outcome outcome)
{
    switch (outcome)
    {
    case Outcome::PASS:
        return "pass";
    case Outcome::SEND:
        return "send";
    case Outcome::DELIVER:
        return "deliver";
    case Outcome::WAIT:
        return "wait";
    case Outcome::CONSUMED:
        return "consumed";
    case Outcome::DROP:
        return "drop";
    }
    return "unknown";
}

const char*
ToString(FlowState state)
{
    switch (state)
    {
    case FlowState::NONE:
        return "none";
    case FlowState::WAITING:
        return "waiting";
    case FlowState::SST:
        return "sst";
    case FlowState::CLEAR:
        return "clear";
    case FlowState::FAILED:
        return "failed";
    }
    return "unknown";
}

Endpoint::Endpoint(const EndpointConfig& config,
                   Random& random,
                   std::shared_ptr<const Cipher> cipher)
    : m_core(std::make_unique<EndpointCore>(
          config,
          random,
          std::move(cipher),
          EndpointCore::Callbacks{usesInClear, reserveUdpPort, releaseUdpPort}))
{
}

Endpoint::~Endpoint() = default;

bool
Endpoint::AddServerKey(const KeyPair& key, const Clock& clock)
{
    return m_core->AddServerKey(key, clock);
}

bool
Endpoint::RemoveServerKey(uint8_t keyId)
{
    return m_core->RemoveServerKey(keyId);
}

void
Endpoint::ProvideKeys(const std::string& name,
                      const IpAddress& address,
                      KeyAnswer answer,
                      const std::vector<KeyEntry>& keys,
                      const Clock& clock,
                      uint16_t udpPort)
{
    m_core->ProvideKeys(name, address, answer, keys, clock, udpPort);
}

Verdict
Endpoint::Egress(const Meta& meta, const Request* request, Buffer& segment, const Clock& clock)
{
    return m_core->Egress(meta, request, segment, clock);
}

Verdict
Endpoint::Ingress(const Meta& meta, Buffer& packet, const Clock& clock)
{
    return m_core->Ingress(meta, packet, clock);
}

void
Endpoint::EgressBatch(BatchItem* items, size_t count, const Clock& clock)
{
    m_core->EgressBatch(items, count, clock);
}

void
Endpoint::IngressBatch(BatchItem* items, size_t count, const Clock& clock)
{
    m_core->IngressBatch(items, count, clock);
}

bool
Endpoint::MayConcern(const Meta& meta, const uint8_t* first, size_t size) const
{
    return m_core->MayConcern(meta, first, size);
}

bool
Endpoint::MayConcern(const FlowKey& flow) const
{
    return m_core->MayConcern(flow);
}

void
Endpoint::Tick(const Clock& clock)
{
    m_core->Tick(clock);
}

uint64_t
Endpoint::NextDeadlineNs() const
{
    return m_core->NextDeadlineNs();
}

bool
Endpoint::Poll(Action& action)
{
    return m_core->Poll(action);
}

void
Endpoint::Abandon(const FlowKey& flow, const Clock& clock)
{
    m_core->Abandon(flow, clock);
}

Reason
Endpoint::SendDummy(uint32_t index, size_t size, const Clock& clock)
{
    return m_core->SendDummy(index, size, clock);
}

std::vector<Pin>
Endpoint::Pins() const
{
    return m_core->Pins();
}

void
Endpoint::SetPins(const std::vector<Pin>& pins)
{
    m_core->SetPins(pins);
}

size_t
Endpoint::SegmentSize(const FlowKey& flow, uint32_t mtu) const
{
    return m_core->SegmentSize(flow, mtu);
}

FlowInfo
Endpoint::FindFlow(const FlowKey& flow) const
{
    return m_core->FindFlow(flow);
}

bool
Endpoint::SkipNumbers(uint32_t index, uint64_t number)
{
    return m_core->SkipNumbers(index, number);
}

bool
Endpoint::IsBound(const FlowKey& flow) const
{
    const FlowState state = m_core->FindFlow(flow).state;
    return state == FlowState::SST || state == FlowState::WAITING;
}

size_t
Endpoint::SessionCount() const
{
    return m_core->SessionCount();
}

size_t
Endpoint::HalfOpenCount() const
{
    return m_core->HalfOpenCount();
}

size_t
Endpoint::FlowCount() const
{
    return m_core->FlowCount();
}

uint64_t
Endpoint::Count(Reason reason) const
{
    return m_core->Count(reason);
}

const EndpointConfig&
Endpoint::Config() const
{
    return m_core->Config();
}

} // namespace sst
