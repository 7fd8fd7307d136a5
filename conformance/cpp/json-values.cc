/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "json-values.h"

#include <arpa/inet.h>
#include <functional>
#include <map>

namespace sstconform
{

namespace
{

/// @return the value of a hex digit, -1 for anything else
int
Digit(char c)
{
    if (c >= '0' && c <= '9')
    {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// @return a text
std::string
ReadText(const Json& value)
{
    if (!value.is_string())
    {
        throw Misuse("value", "not a text: " + value.dump());
    }
    return value.get<std::string>();
}

/// @return true or false
bool
ReadBool(const Json& value)
{
    if (!value.is_boolean())
    {
        throw Misuse("value", "neither true nor false: " + value.dump());
    }
    return value.get<bool>();
}

/// @return the value a name stands for
template <typename T>
T
ReadName(const Json& value, const std::map<std::string, T>& names)
{
    const auto found = names.find(ReadText(value));
    if (found == names.end())
    {
        throw Unsupported("unknown value " + value.dump());
    }
    return found->second;
}

/// @return padding: "none", "mtu" or a number
sst::Padding
ReadPadding(const Json& value)
{
    if (value.is_number())
    {
        const uint64_t multiple = ReadNumber(value, sst::Padding::MAX_MULTIPLE);
        if (multiple < 2)
        {
            throw Misuse("value", "padding to a multiple of " + value.dump());
        }
        return {sst::Padding::Mode::MULTIPLE, static_cast<uint16_t>(multiple)};
    }
    return ReadName<sst::Padding>(value, {{"none", {}}, {"mtu", {sst::Padding::Mode::MTU, 0}}});
}

/// @return the name of an event in the interface
const char*
EventName(sst::Action::Event event)
{
    switch (event)
    {
    case sst::Action::Event::NONE:
        return "none";
    case sst::Action::Event::SESSION_UP:
        return "session-up";
    case sst::Action::Event::SESSION_CLOSED:
        return "session-closed";
    case sst::Action::Event::FLOW_BOUND:
        return "flow-bound";
    case sst::Action::Event::FLOW_FAILED:
        return "flow-failed";
    case sst::Action::Event::FLOW_FELL_BACK:
        return "flow-fell-back";
    case sst::Action::Event::PATH_MTU:
        return "path-mtu";
    }
    return "unknown";
}

/// Write an EVENT action's fields.
void
WriteEvent(const sst::Action& action, Json& out)
{
    out["kind"] = "event";
    out["event"] = EventName(action.event);
    out["index"] = action.index;
    out["client"] = action.client;
    if (action.flow.protocol != 0)
    {
        out["flow"] = WriteFlow(action.flow);
    }
    if (action.event == sst::Action::Event::PATH_MTU)
    {
        out["mtu"] = action.mtu;
    }
}

} // namespace

std::vector<uint8_t>
ReadHex(const Json& value)
{
    const std::string text = ReadText(value);
    std::vector<uint8_t> bytes(text.size() / 2);
    for (size_t i = 0; i < bytes.size(); ++i)
    {
        const int high = Digit(text[2 * i]);
        const int low = Digit(text[2 * i + 1]);
        if (high < 0 || low < 0)
        {
            throw Misuse("value", "not lower-case hex: " + text);
        }
        bytes[i] = static_cast<uint8_t>(high * 16 + low);
    }
    if (text.size() % 2 != 0)
    {
        throw Misuse("value", "hex of half a byte: " + text);
    }
    return bytes;
}

std::string
WriteHex(const uint8_t* data, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    std::string text;
    text.reserve(2 * size);
    for (size_t i = 0; i < size; ++i)
    {
        text += digits[data[i] >> 4];
        text += digits[data[i] & 15];
    }
    return text;
}

sst::IpAddress
ReadAddress(const Json& value)
{
    const std::string text = ReadText(value);
    uint8_t bytes[16];
    if (inet_pton(AF_INET, text.c_str(), bytes) == 1)
    {
        return sst::IpAddress::From(bytes, 4);
    }
    if (inet_pton(AF_INET6, text.c_str(), bytes) == 1)
    {
        return sst::IpAddress::From(bytes, 16);
    }
    throw Misuse("value", "no address: " + text);
}

uint64_t
ReadNumber(const Json& value, uint64_t most)
{
    if (!value.is_number_unsigned() || value.get<uint64_t>() > most)
    {
        throw Misuse("value", "no number up to " + std::to_string(most) + ": " + value.dump());
    }
    return value.get<uint64_t>();
}

sst::Clock
ReadClock(const Json& question)
{
    const Json& now = question.at("now");
    return {ReadNumber(now.at("monotonic_ns")), ReadNumber(now.at("unix_ms"))};
}

sst::FlowKey
ReadFlow(const Json& value)
{
    return {static_cast<uint8_t>(ReadNumber(value.at("protocol"), UINT8_MAX)),
            static_cast<uint16_t>(ReadNumber(value.at("local_port"), UINT16_MAX)),
            ReadAddress(value.at("peer")),
            static_cast<uint16_t>(ReadNumber(value.at("peer_port"), UINT16_MAX))};
}

Json
WriteFlow(const sst::FlowKey& flow)
{
    return {{"protocol", flow.protocol},
            {"local_port", flow.localPort},
            {"peer", flow.peer.ToString()},
            {"peer_port", flow.peerPort}};
}

sst::Request
ReadRequest(const Json& value)
{
    sst::Request request;
    request.policy = ReadName<sst::Policy>(value.at("policy"),
                                           {{"off", sst::Policy::OFF},
                                            {"opportunistic", sst::Policy::OPPORTUNISTIC},
                                            {"require", sst::Policy::REQUIRE},
                                            {"pin", sst::Policy::PIN}});
    request.name = ReadText(value.at("name"));
    if (value.contains("coverage"))
    {
        request.coverage = ReadName<sst::Coverage>(value.at("coverage"),
                                                   {{"segment", sst::Coverage::SEGMENT},
                                                    {"header", sst::Coverage::HEADER},
                                                    {"ports", sst::Coverage::PORTS}});
    }
    if (value.contains("early_udp"))
    {
        request.earlyUdp = ReadBool(value.at("early_udp"));
    }
    if (value.contains("layout"))
    {
        request.layout = ReadName<sst::LayoutChoice>(value.at("layout"),
                                                     {{"auto", sst::LayoutChoice::AUTO},
                                                      {"n", sst::LayoutChoice::N},
                                                      {"u", sst::LayoutChoice::U}});
    }
    if (value.contains("padding"))
    {
        request.padding = ReadPadding(value.at("padding"));
    }
    return request;
}

sst::EndpointConfig
ReadConfig(const Json& value)
{
    sst::EndpointConfig config;
    using Setter = std::function<void(const Json&)>;
    const auto flag = [](bool& field) {
        return Setter([&field](const Json& json) { field = ReadBool(json); });
    };
    const auto number = [](auto& field) {
        return Setter([&field](const Json& json) {
            using T = std::decay_t<decltype(field)>;
            field = static_cast<T>(ReadNumber(json, std::numeric_limits<T>::max()));
        });
    };
    const std::map<std::string, Setter> setters{
        {"restore_checksums", flag(config.restoreChecksums)},
        {"allow_narrow_coverage", flag(config.allowNarrowCoverage)},
        {"accept_unmarked_init", flag(config.acceptUnmarkedInit)},
        {"marked_unknown_up", flag(config.markedUnknownUp)},
        {"max_half_open", number(config.maxHalfOpen)},
        {"max_half_open_validated", number(config.maxHalfOpenValidated)},
        {"max_sessions", number(config.maxSessions)},
        {"max_flows", number(config.maxFlows)},
        {"max_flows_per_session", number(config.maxFlowsPerSession)},
        {"init_rate", number(config.initRate)},
        {"site_init_rate", number(config.siteInitRate)},
        {"site_half_open", number(config.siteHalfOpen)},
        {"reset_rate", number(config.resetRate)},
        {"half_life_ns", number(config.halfLifeNs)},
        {"resp_wait_ns", number(config.respWaitNs)},
        {"max_failed_opens", number(config.maxFailedOpens)},
        {"udp_port", number(config.udpPort)},
        {"icmp_ring", number(config.icmpRing)},
        {"max_pins", number(config.maxPins)},
        {"max_tombstones", number(config.maxTombstones)},
        {"padding", [&config](const Json& json) { config.padding = ReadPadding(json); }},
    };
    for (const auto& [name, field] : value.items())
    {
        const auto setter = setters.find(name);
        if (setter == setters.end())
        {
            throw Unsupported("unknown configuration '" + name + "'");
        }
        setter->second(field);
    }
    return config;
}

sst::Meta
ReadMeta(const Json& question)
{
    sst::Meta meta;
    meta.protocol = static_cast<uint8_t>(ReadNumber(question.at("protocol"), UINT8_MAX));
    meta.local = ReadAddress(question.at("local"));
    meta.peer = ReadAddress(question.at("peer"));
    if (question.contains("mtu"))
    {
        meta.mtu = static_cast<uint32_t>(ReadNumber(question.at("mtu"), UINT32_MAX));
    }
    if (question.contains("marked"))
    {
        meta.marked = ReadBool(question.at("marked"));
    }
    if (question.contains("cookie"))
    {
        meta.cookie = ReadNumber(question.at("cookie"));
    }
    return meta;
}

Json
WriteAction(const sst::Action& action)
{
    Json out{{"reason", sst::ToString(action.reason)}};
    switch (action.kind)
    {
    case sst::Action::Kind::SEND:
        out["kind"] = "send";
        out["protocol"] = action.protocol;
        out["local"] = action.local.ToString();
        out["peer"] = action.peer.ToString();
        out["mark"] = action.mark;
        out["packet"] = WriteHex(action.bytes.Data(), action.bytes.Size());
        out["cookie"] = action.cookie;
        out["done"] = action.done;
        break;
    case sst::Action::Kind::PASS:
    case sst::Action::Kind::DROP:
    case sst::Action::Kind::RELEASE:
        out["kind"] = action.kind == sst::Action::Kind::PASS   ? "pass"
                      : action.kind == sst::Action::Kind::DROP ? "drop"
                                                               : "release";
        out["cookie"] = action.cookie;
        break;
    case sst::Action::Kind::RESOLVE:
        out["kind"] = "resolve";
        out["name"] = action.name;
        out["peer"] = action.peer.ToString();
        break;
    case sst::Action::Kind::EVENT:
        WriteEvent(action, out);
        break;
    }
    return out;
}

} // namespace sstconform
