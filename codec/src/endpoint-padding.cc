/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

// Padding of DATA, and packets that hold nothing else.

#include "endpoint-core.h"
#include "ip-header.h"
#include "sst/data-packet.h"
#include "sst/wire.h"

#include <algorithm>

namespace sst
{

uint16_t
EndpointCore::PaddingCode(const Request& request) const
{
    return request.padding.mode != Padding::Mode::NONE ? request.padding.Code()
                                                       : m_config.padding.Code();
}

size_t
EndpointCore::PacketLimit(const Session& session, uint32_t mtuTold) const
{
    const size_t known = PathMtu(session, mtuTold);
    const size_t mtu = known != 0 ? known : UNKNOWN_MTU;
    return mtu - std::min(mtu, IpHeaderSize(session.peer));
}

size_t
EndpointCore::PaddingOf(const Session& session, uint8_t type, size_t size) const
{
    const bool narrow = session.coverage != Coverage::SEGMENT;
    if (narrow && (type == PROTOCOL_TCP || type == PROTOCOL_UDP))
    {
        // "n < 255: ... exactly n+1 bytes, no padding"
        return 0;
    }
    const size_t whole = size + DataOverhead(session.layout, narrow);
    // What no flow sends goes by the endpoint's own setting.
    const bool nothing = type == PROTOCOL_NONE;
    const size_t padding = PaddingSize(nothing ? m_config.padding.Code() : session.padding,
                                       whole,
                                       PacketLimit(session, nothing ? 0 : session.linkMtu));
    // What a server may send before it has seen DATA is not spent on zeros.
    return HasAllowance(session, whole + padding + IpHeaderSize(session.peer)) ? padding : 0;
}

Reason
EndpointCore::SendDummy(uint32_t index, size_t size, const Clock& clock)
{
    Begin(clock);
    Session* session = FindLive(index);
    if (session == nullptr || !session->HasKeys())
    {
        return Reason::UNKNOWN_INDEX;
    }
    const size_t least = DataOverhead(session->layout, session->coverage != Coverage::SEGMENT);
    if (size < least || size > UINT16_MAX)
    {
        return Reason::LENGTH;
    }
    Buffer packet;
    packet.Resize(0);
    const Reason reason = SealPadded(*session, PROTOCOL_NONE, 0, size - least, packet);
    if (reason == Reason::NONE)
    {
        PushPacket(*session, packet.Data(), packet.Size(), 0, false);
    }
    return reason;
}

} // namespace sst
