/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// The part of SstDatapath that keeps TCP segments as small as the path of an SST packet wants.

#include "sst-datapath.h"
#include "sst/wire.h"

#include "ns3/sst-tcp-access.h"

#include <algorithm>

namespace ns3
{

namespace
{

constexpr uint8_t IPV4_ADDRESS_LENGTH = 4; ///< bytes
constexpr uint32_t TCP_FLAGS_OFFSET = 13;  ///< RFC 9293, 3.1
constexpr uint8_t TCP_FLAG_SYN = 0x02;     ///< RFC 9293, 3.1

/// TCP header with the timestamp option padded, which ns-3 puts into every segment (RFC 7323).
constexpr uint32_t TCP_HEADER_SIZE = 32;
constexpr uint32_t MIN_SEGMENT_SIZE = 64; ///< floor where the MTU is absurdly small

} // namespace

uint32_t
SstDatapath::GetSegmentRoom(const sst::FlowKey& flow,
                            const sst::Request* request,
                            uint32_t mtu) const
{
    const sst::FlowInfo info = m_endpoint->FindFlow(flow);
    if (info.state == sst::FlowState::SST)
    {
        return static_cast<uint32_t>(m_endpoint->SegmentSize(flow, mtu));
    }
    // No session yet: what is asked for, and layout N where that is open. FitBehindUdp sees to it
    // that a session in layout U gets less.
    const bool narrow = (request && request->coverage != sst::Coverage::SEGMENT) ||
                        info.coverage != sst::Coverage::SEGMENT;
    const bool behindUdp =
        (request && request->layout == sst::LayoutChoice::U) || info.layout == sst::Layout::U;
    const uint32_t around =
        (flow.peer.length == IPV4_ADDRESS_LENGTH ? sst::wire::IPV4_HEADER_SIZE
                                                 : sst::wire::IPV6_HEADER_SIZE) +
        (behindUdp ? sst::wire::UDP_HEADER_SIZE +
                         (narrow ? sst::wire::DATA_U_NARROW_OVERHEAD : sst::wire::DATA_U_OVERHEAD)
                   : (narrow ? sst::wire::DATA_NARROW_OVERHEAD : sst::wire::DATA_OVERHEAD));
    return mtu > around ? mtu - around : 0;
}

void
SstDatapath::FitSegmentSize(const TcpSocketBase& socket,
                            const sst::FlowKey& flow,
                            const sst::Request* request,
                            uint32_t mtu,
                            uint32_t excess)
{
    // PROTOCOL: "TCP never needs fragments: segment size is lowered."
    const uint32_t room = GetSegmentRoom(flow, request, mtu);
    uint32_t size = room > TCP_HEADER_SIZE ? room - TCP_HEADER_SIZE : 0;
    if (excess > 0)
    {
        // options beyond the timestamp, SACK blocks, were in the way
        size = std::min(size, SstTcpAccess::GetSegmentSize(socket));
        size = size > excess ? size - excess : 0;
    }
    SstTcpAccess::LowerSegmentSize(socket, std::max(size, MIN_SEGMENT_SIZE));
}

void
SstDatapath::FitBehindUdp(const sst::Meta& meta)
{
    if (g_in.Size() < TCP_FLAGS_OFFSET + 1 || (g_in.Data()[TCP_FLAGS_OFFSET] & TCP_FLAG_SYN) == 0)
    {
        return;
    }
    const sst::FlowKey flow{sst::PROTOCOL_TCP,
                            sst::wire::Load16(g_in.Data() + 2),
                            meta.peer,
                            sst::wire::Load16(g_in.Data())};
    const uint32_t mtu = m_hooks.GetMtu(meta.local, {});
    m_sockets.ForEachTcpFlow([&](const TcpSocketBase& socket, const sst::FlowKey& other) {
        if (other == flow && mtu > 0)
        {
            FitSegmentSize(socket, flow, nullptr, mtu, 0);
        }
    });
}

void
SstDatapath::FitSessionSegments(const sst::Action& action)
{
    const uint32_t index = action.index;
    const uint32_t mtu = action.mtu;
    m_sockets.ForEachTcpFlow([&](const TcpSocketBase& socket, const sst::FlowKey& flow) {
        const sst::FlowInfo info = m_endpoint->FindFlow(flow);
        if (info.state == sst::FlowState::SST && info.index == index)
        {
            FitSegmentSize(socket, flow, nullptr, mtu, 0);
        }
    });
}

} // namespace ns3
