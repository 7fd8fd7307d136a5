/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst-c-endpoint.h"
#include "sst/wire.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace
{

/// Calls copy(field of C, field of C++) for every number of the configuration.
template <typename Copy>
void
ForEachNumber(sst_config& c, sst::EndpointConfig& cc, Copy copy)
{
    copy(c.restore_checksums, cc.restoreChecksums);
    copy(c.allow_narrow_coverage, cc.allowNarrowCoverage);
    copy(c.marked_unknown_up, cc.markedUnknownUp);
    copy(c.accept_unmarked_init, cc.acceptUnmarkedInit);
    copy(c.mark_v6_value, cc.mark.value);
    copy(c.mark_v6_mask, cc.mark.mask);
    copy(c.padding, cc.padding.mode);
    copy(c.padding_multiple, cc.padding.multiple);
    copy(c.udp_port, cc.udpPort);
    copy(c.init_rate, cc.initRate);
    copy(c.site_init_rate, cc.siteInitRate);
    copy(c.site_half_open, cc.siteHalfOpen);
    copy(c.reset_rate, cc.resetRate);
    copy(c.icmp_numbers, cc.icmpNumbers);
    copy(c.epoch_reserve, cc.epochReserve);
    copy(c.max_half_open, cc.maxHalfOpen);
    copy(c.max_half_open_validated, cc.maxHalfOpenValidated);
    copy(c.limit_buckets, cc.limitBuckets);
    copy(c.icmp_ring, cc.icmpRing);
    copy(c.max_pins, cc.maxPins);
    copy(c.max_sessions, cc.maxSessions);
    copy(c.max_flows_per_session, cc.maxFlowsPerSession);
    copy(c.max_flows, cc.maxFlows);
    copy(c.max_tombstones, cc.maxTombstones);
    copy(c.max_key_answers, cc.maxKeyAnswers);
    copy(c.max_replay_entries, cc.maxReplayEntries);
    copy(c.max_queue_packets, cc.maxQueuePackets);
    copy(c.max_queue_bytes, cc.maxQueueBytes);
    copy(c.fallback_ns, cc.fallbackNs);
    copy(c.half_life_ns, cc.halfLifeNs);
    copy(c.half_remnant_ns, cc.halfRemnantNs);
    copy(c.resp_wait_ns, cc.respWaitNs);
    copy(c.time_window_ms, cc.timeWindowMs);
    copy(c.start_guard_ms, cc.startGuardMs);
    copy(c.session_idle_ns, cc.sessionIdleNs);
    copy(c.tcp_closing_ns, cc.tcpClosingNs);
    copy(c.tcp_idle_ns, cc.tcpIdleNs);
    copy(c.tombstone_ns, cc.tombstoneNs);
    copy(c.udp_idle_ns, cc.udpIdleNs);
    copy(c.failed_flow_ns, cc.failedFlowNs);
    copy(c.key_cache_ns, cc.keyCacheNs);
    copy(c.absent_cache_ns, cc.absentCacheNs);
    copy(c.timeout_cache_ns, cc.timeoutCacheNs);
    copy(c.key_wait_ns, cc.keyWaitNs);
    copy(c.handshake_end_ns, cc.handshakeEndNs);
    copy(c.epoch_ns, cc.epochNs);
    copy(c.old_epoch_ns, cc.oldEpochNs);
    copy(c.epoch_answer_ns, cc.epochAnswerNs);
    copy(c.retry_slot_ns, cc.retrySlotNs);
    copy(c.pin_ms, cc.pinMs);
    copy(c.max_packet_number, cc.maxPacketNumber);
    copy(c.max_failed_opens, cc.maxFailedOpens);
}

bool
IsPadding(uint8_t mode, uint16_t multiple)
{
    return mode <= SST_PADDING_MTU && (mode != SST_PADDING_MULTIPLE ||
                                       (multiple >= 2 && multiple <= sst::Padding::MAX_MULTIPLE));
}

bool
IsValid(const sst_config& config)
{
    const uint8_t choices = config.restore_checksums | config.allow_narrow_coverage |
                            config.marked_unknown_up | config.accept_unmarked_init;
    return choices <= 1 && config.reserved == 0 &&
           (config.mark_v6_mask & sst::MARK_ECN_MASK) == 0 &&
           IsPadding(config.padding, config.padding_multiple) && config.limit_buckets > 0 &&
           config.max_sessions > 0 && config.max_flows > 0 && config.retry_slot_ns > 0 &&
           config.max_packet_number > 0 && config.max_packet_number <= sst::wire::NUMBER_STOP;
}

} // namespace

bool
FromC(const sst_address& address, sst::IpAddress& out)
{
    out = sst::IpAddress::From(address.bytes, address.length);
    return out.length != 0;
}

bool
FromC(const sst_flow& flow, sst::FlowKey& out)
{
    out.protocol = flow.protocol;
    out.localPort = flow.local_port;
    out.peerPort = flow.peer_port;
    return FromC(flow.peer, out.peer) &&
           (flow.protocol == sst::PROTOCOL_TCP || flow.protocol == sst::PROTOCOL_UDP);
}

int
FromC(const char* name, std::string& out)
{
    const size_t size = name != nullptr ? strnlen(name, SST_MAX_NAME + 1) : 0;
    if (size > SST_MAX_NAME)
    {
        return SST_E_VALUE;
    }
    out.assign(name != nullptr ? name : "", size);
    return SST_OK;
}

int
FromC(const sst_request& request, sst::Request& out)
{
    if (request.size != sizeof request)
    {
        return SST_E_STRUCT;
    }
    if (request.policy > SST_POLICY_PIN || request.coverage > SST_COVERAGE_PORTS ||
        request.layout > SST_LAYOUT_U || !IsPadding(request.padding, request.padding_multiple) ||
        request.early_udp > 1 || request.reserved != 0)
    {
        return SST_E_VALUE;
    }
    out.policy = static_cast<sst::Policy>(request.policy);
    out.coverage = static_cast<sst::Coverage>(request.coverage);
    out.layout = static_cast<sst::LayoutChoice>(request.layout);
    out.padding.mode = static_cast<sst::Padding::Mode>(request.padding);
    out.padding.multiple = request.padding_multiple;
    out.earlyUdp = request.early_udp != 0;
    return FromC(request.name, out.name);
}

int
FromC(const sst_config& config, sst::EndpointConfig& out)
{
    if (!IsValid(config))
    {
        return SST_E_VALUE;
    }
    sst_config copied = config;
    ForEachNumber(copied, out, [](const auto& from, auto& to) {
        to = static_cast<std::decay_t<decltype(to)>>(from);
    });
    return SST_OK;
}

sst_address
ToC(const sst::IpAddress& address)
{
    sst_address out{};
    std::copy(address.bytes.begin(), address.bytes.end(), out.bytes);
    out.length = address.length;
    return out;
}

sst_flow
ToC(const sst::FlowKey& flow)
{
    return {ToC(flow.peer), flow.localPort, flow.peerPort, flow.protocol};
}

int
sst_config_init(sst_config* config, size_t size)
{
    if (config == nullptr)
    {
        return SST_E_NULL;
    }
    if (size != sizeof *config)
    {
        return SST_E_STRUCT;
    }
    return Guard([&] {
        sst::EndpointConfig defaults;
        *config = {};
        config->size = size;
        ForEachNumber(*config, defaults, [](auto& to, const auto& from) {
            to = static_cast<std::decay_t<decltype(to)>>(from);
        });
        return int{SST_OK};
    });
}

int
sst_request_init(sst_request* request, size_t size)
{
    if (request == nullptr)
    {
        return SST_E_NULL;
    }
    if (size != sizeof *request)
    {
        return SST_E_STRUCT;
    }
    *request = {};
    request->size = size;
    request->policy = SST_POLICY_REQUIRE;
    return SST_OK;
}
