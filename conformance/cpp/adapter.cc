/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "adapter.h"

#include "sst/key-value.h"

#include <algorithm>

namespace sstconform
{

namespace
{

/// @return the key of the field "endpoint": a text or a number
std::string
EndpointName(const Json& question)
{
    return question.at("endpoint").dump();
}

/// @return the outcome's name in the interface
const char*
OutcomeName(sst::Outcome outcome)
{
    switch (outcome)
    {
    case sst::Outcome::PASS:
        return "pass";
    case sst::Outcome::SEND:
        return "send";
    case sst::Outcome::DELIVER:
        return "deliver";
    case sst::Outcome::WAIT:
        return "wait";
    case sst::Outcome::CONSUMED:
        return "consumed";
    case sst::Outcome::DROP:
        return "drop";
    }
    return "unknown";
}

/// @return the flow state's name in the interface
const char*
StateName(sst::FlowState state)
{
    switch (state)
    {
    case sst::FlowState::NONE:
        return "none";
    case sst::FlowState::WAITING:
        return "waiting";
    case sst::FlowState::SST:
        return "sst";
    case sst::FlowState::CLEAR:
        return "clear";
    case sst::FlowState::FAILED:
        return "failed";
    }
    return "unknown";
}

/// @return an answer with the fields of a verdict
Json
WriteVerdict(const sst::Verdict& verdict)
{
    return {{"outcome", OutcomeName(verdict.outcome)},
            {"reason", sst::ToString(verdict.reason)},
            {"protocol", verdict.protocol}};
}

} // namespace

Adapter::Host::Host(const sst::EndpointConfig& config, uint64_t seed)
    : random{seed},
      endpoint{config, random}
{
    endpoint.usesInClear = [this](const sst::FlowKey& flow, const sst::IpAddress&) {
        return inClear.count(flow) != 0;
    };
}

Json
Adapter::Answer(const Json& question)
{
    using Operation = Json (Adapter::*)(const Json&);
    static const std::map<std::string, Operation> operations{
        {"hello", &Adapter::Hello},
        {"create", &Adapter::Create},
        {"destroy", &Adapter::Destroy},
        {"add_server_key", &Adapter::AddServerKey},
        {"remove_server_key", &Adapter::RemoveServerKey},
        {"provide_keys", &Adapter::ProvideKeys},
        {"egress", &Adapter::Egress},
        {"ingress", &Adapter::Ingress},
        {"tick", &Adapter::Tick},
        {"abandon", &Adapter::Abandon},
        {"find_flow", &Adapter::FindFlow},
        {"skip", &Adapter::Skip},
        {"dummy", &Adapter::Dummy},
        {"segment_size", &Adapter::SegmentSize},
        {"pins", &Adapter::Pins},
        {"set_pins", &Adapter::SetPins},
        {"counts", &Adapter::Counts},
        {"uses_in_clear", &Adapter::UsesInClear},
        {"parse_key_value", &Adapter::ParseKeyValue},
    };
    try
    {
        const std::string name = question.at("op").get<std::string>();
        const auto found = operations.find(name);
        if (found == operations.end())
        {
            throw Unsupported("unknown op '" + name + "'");
        }
        Json answer = (this->*found->second)(question);
        answer["ok"] = true;
        return answer;
    }
    catch (const Misuse& misuse)
    {
        return {{"ok", false}, {"error", misuse.name}, {"message", misuse.what()}};
    }
    catch (const Json::exception& error)
    {
        return {{"ok", false}, {"error", "value"}, {"message", error.what()}};
    }
}

Adapter::Host&
Adapter::Find(const Json& question)
{
    const auto found = m_hosts.find(EndpointName(question));
    if (found == m_hosts.end())
    {
        throw Misuse("endpoint", "no endpoint " + EndpointName(question));
    }
    return *found->second;
}

void
Adapter::WriteActions(Host& host, Json& answer)
{
    Json actions = Json::array();
    sst::Action action;
    while (host.endpoint.Poll(action))
    {
        actions.push_back(WriteAction(action));
    }
    answer["actions"] = std::move(actions);
    const uint64_t next = host.endpoint.NextDeadlineNs();
    answer["next_ns"] = next == UINT64_MAX ? Json() : Json(next);
}

Json
Adapter::Hello(const Json&)
{
    return {{"name", "libsst"},
            {"version", 1},
            {"features",
             {"layout-u",
              "coverage",
              "epochs",
              "retry",
              "reset",
              "ports",
              "icmp",
              "pin",
              "padding",
              "dummy",
              "pins"}}};
}

Json
Adapter::Create(const Json& question)
{
    const sst::EndpointConfig config = ReadConfig(question.value("config", Json::object()));
    auto host = std::make_unique<Host>(config, ReadNumber(question.at("seed")));
    const Json prepared = question.value("random", Json::object());
    for (const sst::Purpose purpose : {sst::Purpose::INDEX,
                                       sst::Purpose::EPHEMERAL,
                                       sst::Purpose::SECRET,
                                       sst::Purpose::PORT,
                                       sst::Purpose::RETRY})
    {
        for (const Json& bytes : prepared.value(ToString(purpose), Json::array()))
        {
            host->random.Prepare(purpose, ReadHex(bytes));
        }
    }
    m_hosts[EndpointName(question)] = std::move(host);
    return Json::object();
}

Json
Adapter::Destroy(const Json& question)
{
    Find(question);
    m_hosts.erase(EndpointName(question));
    return Json::object();
}

Json
Adapter::AddServerKey(const Json& question)
{
    Host& host = Find(question);
    const std::vector<uint8_t> secret = ReadHex(question.at("secret"));
    sst::KeyPair key;
    if (secret.size() != key.secretKey.size())
    {
        throw Misuse("value", "a secret of " + std::to_string(secret.size()) + " bytes");
    }
    std::copy(secret.begin(), secret.end(), key.secretKey.begin());
    sst::X25519Base(key.secretKey.data(), key.publicKey.data());
    key.keyId = static_cast<uint8_t>(ReadNumber(question.at("key_id"), UINT8_MAX));
    key.flags = static_cast<uint8_t>(ReadNumber(question.at("flags"), UINT8_MAX));
    if (question.contains("created_ms"))
    {
        key.createdUnixMs = ReadNumber(question.at("created_ms"));
    }
    if (question.contains("retire_ms"))
    {
        key.retireUnixMs = ReadNumber(question.at("retire_ms"));
    }
    if (!host.endpoint.AddServerKey(key, ReadClock(question)))
    {
        throw Misuse("key", "four keys are held, or one with this id");
    }
    return {{"public", WriteHex(key.publicKey.data(), key.publicKey.size())}};
}

Json
Adapter::RemoveServerKey(const Json& question)
{
    const auto keyId = static_cast<uint8_t>(ReadNumber(question.at("key_id"), UINT8_MAX));
    if (!Find(question).endpoint.RemoveServerKey(keyId))
    {
        throw Misuse("key", "no key with this id");
    }
    return Json::object();
}

Json
Adapter::ProvideKeys(const Json& question)
{
    Host& host = Find(question);
    const std::string answer = question.at("answer").get<std::string>();
    static const std::map<std::string, sst::KeyAnswer> answers{
        {"keys", sst::KeyAnswer::KEYS},
        {"absent", sst::KeyAnswer::ABSENT},
        {"unusable", sst::KeyAnswer::UNUSABLE},
        {"timeout", sst::KeyAnswer::TIMEOUT},
    };
    const auto found = answers.find(answer);
    if (found == answers.end())
    {
        throw Misuse("value", "unknown answer '" + answer + "'");
    }
    sst::KeyAnswer kind = found->second;
    std::vector<sst::KeyEntry> keys;
    if (kind == sst::KeyAnswer::KEYS)
    {
        const std::vector<uint8_t> value = ReadHex(question.at("value"));
        if (sst::ParseKeyValue(value.data(), value.size(), keys) != sst::KeyValueStatus::OK)
        {
            kind = sst::KeyAnswer::UNUSABLE;
            keys.clear();
        }
    }
    uint16_t udpPort = 0;
    if (question.contains("udp_port"))
    {
        udpPort = static_cast<uint16_t>(ReadNumber(question.at("udp_port"), UINT16_MAX));
    }
    host.endpoint.ProvideKeys(question.at("name").get<std::string>(),
                              ReadAddress(question.at("address")),
                              kind,
                              keys,
                              ReadClock(question),
                              udpPort);
    Json out = Json::object();
    WriteActions(host, out);
    return out;
}

Json
Adapter::Egress(const Json& question)
{
    Host& host = Find(question);
    const std::vector<uint8_t> bytes = ReadHex(question.at("segment"));
    sst::Buffer buffer;
    buffer.Assign(bytes.data(), bytes.size());
    sst::Request request;
    const bool asked = question.contains("request") && !question.at("request").is_null();
    if (asked)
    {
        request = ReadRequest(question.at("request"));
    }
    const sst::Verdict verdict = host.endpoint.Egress(ReadMeta(question),
                                                      asked ? &request : nullptr,
                                                      buffer,
                                                      ReadClock(question));
    Json out = WriteVerdict(verdict);
    out["mark"] = verdict.outcome == sst::Outcome::SEND && verdict.mark;
    if (verdict.outcome == sst::Outcome::SEND)
    {
        out["packet"] = WriteHex(buffer.Data(), buffer.Size());
    }
    WriteActions(host, out);
    return out;
}

Json
Adapter::Ingress(const Json& question)
{
    Host& host = Find(question);
    const std::vector<uint8_t> bytes = ReadHex(question.at("packet"));
    sst::Buffer buffer;
    buffer.Assign(bytes.data(), bytes.size());
    const sst::Verdict verdict =
        host.endpoint.Ingress(ReadMeta(question), buffer, ReadClock(question));
    Json out = WriteVerdict(verdict);
    if (verdict.outcome == sst::Outcome::DELIVER)
    {
        out["segment"] = WriteHex(buffer.Data(), buffer.Size());
    }
    WriteActions(host, out);
    return out;
}

Json
Adapter::Tick(const Json& question)
{
    Host& host = Find(question);
    host.endpoint.Tick(ReadClock(question));
    Json out = Json::object();
    WriteActions(host, out);
    return out;
}

Json
Adapter::Abandon(const Json& question)
{
    Host& host = Find(question);
    host.endpoint.Abandon(ReadFlow(question.at("flow")), ReadClock(question));
    Json out = Json::object();
    WriteActions(host, out);
    return out;
}

Json
Adapter::FindFlow(const Json& question)
{
    const sst::FlowInfo info = Find(question).endpoint.FindFlow(ReadFlow(question.at("flow")));
    return {{"state", StateName(info.state)},
            {"reason", sst::ToString(info.reason)},
            {"client", info.client},
            {"index", info.index},
            {"coverage", sst::ToString(info.coverage)},
            {"layout", sst::ToString(info.layout)},
            {"epoch", info.epoch},
            {"number", info.number}};
}

Json
Adapter::Skip(const Json& question)
{
    const auto index = static_cast<uint32_t>(ReadNumber(question.at("index"), UINT32_MAX));
    if (!Find(question).endpoint.SkipNumbers(index, ReadNumber(question.at("number"))))
    {
        throw Misuse("order",
                     "the session's next number cannot be " + question.at("number").dump());
    }
    return Json::object();
}

Json
Adapter::Dummy(const Json& question)
{
    Host& host = Find(question);
    const auto index = static_cast<uint32_t>(ReadNumber(question.at("index"), UINT32_MAX));
    const sst::Reason reason =
        host.endpoint.SendDummy(index, ReadNumber(question.at("size")), ReadClock(question));
    if (reason != sst::Reason::NONE)
    {
        throw Misuse(sst::ToString(reason), "no dummy was sent");
    }
    Json out = Json::object();
    WriteActions(host, out);
    return out;
}

Json
Adapter::SegmentSize(const Json& question)
{
    const auto mtu = static_cast<uint32_t>(ReadNumber(question.at("mtu"), UINT32_MAX));
    return {{"size", Find(question).endpoint.SegmentSize(ReadFlow(question.at("flow")), mtu)}};
}

Json
Adapter::Pins(const Json& question)
{
    Json pins = Json::array();
    for (const sst::Pin& pin : Find(question).endpoint.Pins())
    {
        pins.push_back({{"name", pin.name}, {"until_ms", pin.untilMs}});
    }
    return {{"pins", pins}};
}

Json
Adapter::SetPins(const Json& question)
{
    std::vector<sst::Pin> pins;
    for (const Json& pin : question.at("pins"))
    {
        pins.push_back({pin.at("name").get<std::string>(), ReadNumber(pin.at("until_ms"))});
    }
    Find(question).endpoint.SetPins(pins);
    return Json::object();
}

Json
Adapter::Counts(const Json& question)
{
    const sst::Endpoint& endpoint = Find(question).endpoint;
    Json reasons = Json::object();
    for (size_t i = 1; i < sst::REASON_COUNT; ++i)
    {
        const auto reason = static_cast<sst::Reason>(i);
        if (endpoint.Count(reason) != 0)
        {
            reasons[sst::ToString(reason)] = endpoint.Count(reason);
        }
    }
    return {{"sessions", endpoint.SessionCount()},
            {"half_open", endpoint.HalfOpenCount()},
            {"flows", endpoint.FlowCount()},
            {"reasons", reasons}};
}

Json
Adapter::UsesInClear(const Json& question)
{
    Host& host = Find(question);
    host.inClear.clear();
    for (const Json& flow : question.at("flows"))
    {
        host.inClear.insert(ReadFlow(flow));
    }
    return Json::object();
}

Json
Adapter::ParseKeyValue(const Json& question)
{
    const std::vector<uint8_t> value = ReadHex(question.at("value"));
    std::vector<sst::KeyEntry> entries;
    const sst::KeyValueStatus status = sst::ParseKeyValue(value.data(), value.size(), entries);
    Json list = Json::array();
    for (const sst::KeyEntry& entry : entries)
    {
        list.push_back({{"version", entry.version},
                        {"suite", entry.suite},
                        {"key_id", entry.keyId},
                        {"flags", entry.flags},
                        {"not_after", entry.notAfter},
                        {"public_key", WriteHex(entry.publicKey.data(), entry.publicKey.size())}});
    }
    return {{"status", sst::ToString(status)}, {"entries", list}};
}

} // namespace sstconform
