/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-flow.h"

#include "ns3/sst-address.h"

namespace ns3
{

std::string
ToString(SstFlowState state)
{
    switch (state)
    {
    case SstFlowState::NONE:
        return "none";
    case SstFlowState::WAITING:
        return "waiting";
    case SstFlowState::SST:
        return "sst";
    case SstFlowState::CLEAR:
        return "clear";
    case SstFlowState::FAILED:
        return "failed";
    }
    return "unknown";
}

std::ostream&
operator<<(std::ostream& os, const SstFlow& flow)
{
    const char* protocol = flow.protocol == sst::PROTOCOL_TCP   ? "tcp"
                           : flow.protocol == sst::PROTOCOL_UDP ? "udp"
                                                                : "other";
    return os << protocol << " " << flow.localPort << " <-> " << ToSst(flow.peer).ToString() << ":"
              << flow.peerPort;
}

} // namespace ns3
