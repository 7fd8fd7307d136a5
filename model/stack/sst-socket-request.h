/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SOCKET_REQUEST_H
#define SST_SOCKET_REQUEST_H

#include "sst/endpoint.h"

#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/sst-socket-option.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"

namespace ns3
{

class SstSocketTable;

/**
 * @ingroup sst
 * What a socket asked for with the socket option. A TCP socket holds it through its "Tx" trace,
 * which every socket that a listener forks inherits.
 */
class SstSocketRequest : public SimpleRefCount<SstSocketRequest>
{
  public:
    /**
     * @param table the table of the node
     */
    explicit SstSocketRequest(SstSocketTable& table);
    ~SstSocketRequest();

    SstSocketRequest(const SstSocketRequest&) = delete;
    SstSocketRequest& operator=(const SstSocketRequest&) = delete;

    /**
     * A TCP socket is about to send a segment: tell the table whose it is.
     *
     * @param packet the segment without its header
     * @param header the header
     * @param socket the socket
     */
    void OnTcpTx(Ptr<const Packet> packet,
                 const TcpHeader& header,
                 Ptr<const TcpSocketBase> socket);

    sst::Request request;   //!< what is asked for
    bool hasOpinion{false}; //!< false: the request stands for nothing, the policy table decides
    bool isUdp{false};      //!< whether the owner is a UDP socket
    Socket* owner{nullptr}; //!< the socket that was given the option, nullptr once it is gone
    SstSocketTable* table;  //!< the table, nullptr once it is gone
    SstSocketOption::FailureCallback onFailure; //!< called when a flow of the owner failed
};

} // namespace ns3

#endif // SST_SOCKET_REQUEST_H
