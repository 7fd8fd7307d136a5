/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_FLOW_H
#define SST_FLOW_H

#include "ns3/address.h"
#include "ns3/sst-policy.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace ns3
{

/**
 * @ingroup sst
 * A transport flow as its own host names it.
 */
struct SstFlow
{
    uint8_t protocol{0};   //!< 6 TCP, 17 UDP
    uint16_t localPort{0}; //!< port of this host
    Address peer;          //!< Ipv4Address or Ipv6Address of the other host
    uint16_t peerPort{0};  //!< port of the other host
};

/**
 * @ingroup sst
 * Where a flow stands with the side stack.
 */
enum class SstFlowState : uint8_t
{
    NONE,    //!< the side stack knows nothing of it: plain, or nothing sent yet
    WAITING, //!< for a key or for a session
    SST,     //!< bound to a session
    CLEAR,   //!< fell back to clear
    FAILED   //!< refused; nothing leaves
};

/**
 * @ingroup sst
 * What the side stack can say of a flow.
 */
struct SstFlowInfo
{
    SstFlowState state{SstFlowState::NONE}; //!< where it stands
    std::string reason{"none"}; //!< name of the reason, where the state is CLEAR or FAILED
    uint32_t sessionIndex{0};   //!< own index of the session, where the state is SST
    bool openedHere{false};     //!< whether this host opened the session, where the state is SST
    SstLayout layout{SstLayout::NATIVE}; //!< of the session, where the state is SST
    uint32_t epoch{0};                   //!< of the session's keys, where the state is SST
};

/**
 * @ingroup sst
 * @param state a state
 * @return its name: "none", "waiting", "sst", "clear" or "failed"
 */
std::string ToString(SstFlowState state);

/**
 * @ingroup sst
 * @param os a stream
 * @param flow a flow
 * @return the stream
 */
std::ostream& operator<<(std::ostream& os, const SstFlow& flow);

} // namespace ns3

#endif // SST_FLOW_H
