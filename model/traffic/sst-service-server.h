/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SERVICE_SERVER_H
#define SST_SERVICE_SERVER_H

#include "ns3/application.h"
#include "ns3/sst-datagram-responder.h"
#include "ns3/sst-service-script.h"
#include "ns3/sst-stream-player.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{

class Socket;

/**
 * @ingroup sst
 *
 * Serves one or more scripts, each on its port, over IPv4 and IPv6, to any number of clients at
 * a time. Verifies what clients send: one that says something else than its script is rejected.
 *
 * It asks nothing of the side stack: a node that has one answers in SST what came in SST.
 */
class SstServiceServer : public Application
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstServiceServer();
    ~SstServiceServer() override;

    /**
     * Serve a script from the start of the application on.
     *
     * @param script the script
     * @return false when another script has its protocol and port
     */
    [[nodiscard]] bool AddScript(Ptr<const SstServiceScript> script);

    /// @return TCP connections accepted and right UDP requests
    uint64_t GetRequests() const;

    /// @return TCP connections on which both sides said everything
    uint64_t GetCompleted() const;

    /// @return TCP connections and UDP datagrams with wrong bytes of the client
    uint64_t GetRejected() const;

    /// @return TCP connections open now
    uint32_t GetOpenConnections() const;

    /**
     * TracedCallback signature for a client.
     *
     * @param [in] service name of the service
     * @param [in] from socket address of the client
     */
    typedef void (*ClientTracedCallback)(const std::string& service, const Address& from);

  protected:
    void DoDispose() override;

  private:
    /// A TCP connection.
    struct Connection
    {
        Ptr<const SstServiceScript> script; //!< the script
        Address from;                       //!< socket address of the client
        Ptr<SstStreamPlayer> player;        //!< plays it
        bool counted{false};                //!< whether it was counted as completed or rejected
    };

    void StartApplication() override;
    void StopApplication() override;

    /**
     * @param script a script
     * @param any any address of a family, and the script's port
     */
    void Listen(Ptr<const SstServiceScript> script, const Address& any);

    /**
     * @param script the script of the listening socket
     * @param socket a connection
     * @param from socket address of the client
     */
    void HandleAccept(Ptr<const SstServiceScript> script, Ptr<Socket> socket, const Address& from);

    /// @param player a player that made progress
    void HandleStream(Ptr<SstStreamPlayer> player);

    /// @param socket a connection that the client closed, or that broke
    void HandleClosed(Ptr<Socket> socket);

    /**
     * @param script the script
     * @param from socket address of a client
     * @param right whether its datagram is the script's request
     */
    void HandleRequest(Ptr<const SstServiceScript> script, const Address& from, bool right);

    Time m_connTimeout;      //!< first retransmission of a SYN-ACK
    uint32_t m_segmentSize4; //!< TCP payload of a segment over IPv4, bytes
    uint32_t m_segmentSize6; //!< TCP payload of a segment over IPv6, bytes
    uint32_t m_maxStreams;   //!< UDP clients answered at a time, each script and family

    std::vector<Ptr<const SstServiceScript>> m_scripts;  //!< what is served
    std::vector<Ptr<Socket>> m_listeners;                //!< listening TCP sockets
    std::vector<Ptr<SstDatagramResponder>> m_responders; //!< UDP scripts
    std::map<Ptr<Socket>, Connection> m_connections;     //!< TCP connections
    uint64_t m_requests{0};                              //!< connections and requests
    uint64_t m_completed{0};                             //!< connections that said everything
    uint64_t m_rejected{0};                              //!< wrong bytes of a client

    TracedCallback<const std::string&, const Address&> m_requestTrace;  //!< connection or request
    TracedCallback<const std::string&, const Address&> m_rejectedTrace; //!< wrong bytes
};

} // namespace ns3

#endif // SST_SERVICE_SERVER_H
