/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SOCKET_TABLE_H
#define SST_SOCKET_TABLE_H

#include "sst/types.h"

#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/sst-socket-request.h"
#include "ns3/tcp-socket-base.h"

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Which socket a segment comes from, and what the socket asked for.
 *
 * ns-3 hands a segment down without its socket. TCP sockets fire their "Tx" trace right before,
 * which leaves a note here by the packet's uid. UDP sockets have no such trace: they are found
 * by their local port.
 */
class SstSocketTable
{
  public:
    /// A TCP segment on its way down.
    struct TcpNote
    {
        uint64_t uid{0};                      //!< of the packet
        SstSocketRequest* request{nullptr};   //!< what its socket asked for
        const TcpSocketBase* socket{nullptr}; //!< the socket
    };

    /**
     * @param node the node
     */
    explicit SstSocketTable(Ptr<Node> node);
    ~SstSocketTable();

    SstSocketTable(const SstSocketTable&) = delete;
    SstSocketTable& operator=(const SstSocketTable&) = delete;

    /**
     * Give a socket the option.
     *
     * @param socket the socket
     * @param request what it asks for
     */
    void Enable(Ptr<Socket> socket, const sst::Request& request);

    /**
     * @param packet uid of a TCP segment on its way down
     * @return the note of its socket, nullptr where there is none
     */
    const TcpNote* FindTcp(uint64_t packet) const
    {
        return packet == m_note.uid && m_note.socket ? &m_note : nullptr;
    }

    /**
     * @param local address a datagram leaves from
     * @param localPort its port
     * @return what the socket asked for, nullptr where it has not the option
     */
    SstSocketRequest* FindUdp(const sst::IpAddress& local, uint16_t localPort);

    /**
     * Find the TCP socket of a flow, also one without the option, and have the listener it came
     * from leave notes from now on.
     *
     * @param flow a flow that another host opened
     * @return the socket, nullptr where there is none
     */
    const TcpSocketBase* FindServerSocket(const sst::FlowKey& flow);

    /**
     * @param visit called for each TCP socket that is bound and connected, with its flow
     */
    void ForEachTcpFlow(
        const std::function<void(const TcpSocketBase&, const sst::FlowKey&)>& visit) const;

    /**
     * @param port a port
     * @return whether a UDP socket of the node has it
     */
    bool HasUdpPort(uint16_t port) const;

    /**
     * @param flow a TCP flow that leaves in clear, opened here or there
     */
    void NoteClear(const sst::FlowKey& flow);

    /**
     * @param flow a flow
     * @return whether a socket of this node uses it and it was never sealed
     */
    bool UsesInClear(const sst::FlowKey& flow);

    /**
     * Tell a socket that its flow failed, by an event of its own.
     *
     * @param flow the flow
     * @param reason the reason's name
     */
    void ReportFailure(const sst::FlowKey& flow, const std::string& reason);

  private:
    friend class SstSocketRequest;

    /**
     * @param request a new request
     */
    void Register(SstSocketRequest* request);

    /**
     * @param request a request that goes
     */
    void Unregister(SstSocketRequest* request);

    /**
     * A TCP socket is about to send.
     *
     * @param uid of the packet
     * @param request what the socket asked for
     * @param socket the socket
     */
    void NoteTcp(uint64_t uid, SstSocketRequest* request, const TcpSocketBase* socket)
    {
        m_note = {uid, request, socket};
    }

    /// @return the TCP sockets of the node
    std::vector<Ptr<TcpSocketBase>> GetTcpSockets() const;

    /// Move UDP sockets that have a local port now to where they are found.
    void PlaceUdp();

    Ptr<Node> m_node;                                 //!< the node
    TcpNote m_note;                                   //!< the segment last announced
    std::unordered_set<SstSocketRequest*> m_requests; //!< all there are
    std::vector<SstSocketRequest*> m_unplacedUdp;     //!< of UDP sockets without a port yet
    std::unordered_multimap<uint16_t, SstSocketRequest*> m_udp; //!< by local port
    std::unordered_set<sst::FlowKey, sst::FlowKeyHash> m_clear; //!< TCP flows seen in clear
    Ptr<SstSocketRequest> m_observer; //!< what listeners without the option leave notes with
};

} // namespace ns3

#endif // SST_SOCKET_TABLE_H
