/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SOCKET_OPTION_H
#define SST_SOCKET_OPTION_H

#include "ns3/callback.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/sst-policy.h"

#include <string>

namespace ns3
{

/**
 * @ingroup sst
 * The socket option by which UDP datagrams and TCP connections ask for SST
 * (draft-unice-dispatch-enc-ports-00, section 4: egress with the option is encrypted, without it
 * leaves in clear). ns-3 has no setsockopt, so these are static functions on an existing socket.
 */
class SstSocketOption
{
  public:
    /// Called when a flow of the socket failed: the socket and the reason's name.
    using FailureCallback = Callback<void, Ptr<Socket>, std::string>;

    SstSocketOption() = delete;

    /**
     * Ask for SST on a TCP or UDP socket of a node with a side stack. May be called at any time
     * before the first packet leaves; a second call replaces the request.
     *
     * @param socket the socket
     * @param policy what is asked for; SstPolicy::OFF also overrides the policy table
     * @param coverage the coverage asked for
     * @param name the host's name that the key belongs to; empty: the name that
     *        SstStack::AddHost ties to the address
     * @param earlyUdp whether a datagram may travel in the first packet, where the server allows
     * @param layout what its packets may look like
     * @param padding what is added to them; NONE: as SstStack::Padding says
     */
    static void Enable(Ptr<Socket> socket,
                       SstPolicy policy,
                       SstCoverage coverage = SstCoverage::SEGMENT,
                       const std::string& name = "",
                       bool earlyUdp = false,
                       SstLayout layout = SstLayout::AUTO,
                       SstPadding padding = SstPadding());

    /**
     * Learn that a flow of the socket failed. Asynchronous: called from the simulator, never
     * from within Connect or Send.
     *
     * @param socket a socket on which Enable was called
     * @param callback the callback
     */
    static void SetFailureCallback(Ptr<Socket> socket, FailureCallback callback);
};

} // namespace ns3

#endif // SST_SOCKET_OPTION_H
