/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CLIENT_CONNECTION_H
#define SST_CLIENT_CONNECTION_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"
#include "ns3/sst-datagram-player.h"
#include "ns3/sst-flow.h"
#include "ns3/sst-policy.h"
#include "ns3/sst-service-script.h"
#include "ns3/sst-stream-player.h"

#include <cstdint>
#include <string>

namespace ns3
{

class TcpHeader;
class TcpSocketBase;

/**
 * @ingroup sst
 * The socket of a client of a service: opens it, asks for SST, plays the script, and tells what
 * happens.
 */
class SstClientConnection : public SimpleRefCount<SstClientConnection>
{
  public:
    /// What is asked of socket and side stack.
    struct Settings
    {
        std::string host;                           //!< name that the keys belong to
        SstPolicy policy{SstPolicy::OFF};           //!< what is asked of the side stack
        SstCoverage coverage{SstCoverage::SEGMENT}; //!< the coverage asked for
        bool earlyUdp{false};     //!< whether a datagram may travel in the first packet
        Time connTimeout;         //!< first retransmission of a SYN
        Time retry;               //!< retransmission of a UDP request
        Time linger;              //!< how long a complete UDP flow still listens
        uint32_t segmentSize4{0}; //!< TCP payload of a segment over IPv4, bytes
        uint32_t segmentSize6{0}; //!< TCP payload of a segment over IPv6, bytes
    };

    /// What happened. After any of the last four nothing more happens.
    enum Event : uint8_t
    {
        CONNECTED, //!< TCP: established; UDP: the socket is connected
        PROGRESS,  //!< bytes arrived
        COMPLETE,  //!< everything needed arrived
        CORRUPT,   //!< something wrong arrived
        RESET,     //!< a TCP reset ended the connection
        BROKEN     //!< nothing more will come, for the reason told
    };

    /// Called when something happened; the string is the reason of BROKEN.
    using Changed = Callback<void, Event, const std::string&>;

    /**
     * @param settings what is asked of socket and side stack
     * @param script the script
     * @param changed told what happens
     */
    SstClientConnection(const Settings& settings,
                        Ptr<const SstServiceScript> script,
                        Changed changed);

    ~SstClientConnection();

    /**
     * Open the socket and connect. May tell of BROKEN before it returns.
     *
     * @param node the node
     * @param remote socket address of the server
     */
    void Open(Ptr<Node> node, const Address& remote);

    /**
     * Tell nothing more, and close the socket: at once, or once the rest of a UDP stream arrived
     * or the linger time is over, if the flow is complete.
     */
    void Close();

    /// Tell nothing more, and drop the socket without closing it.
    void Drop();

    /// @return own socket address, invalid when not connected
    const Address& GetLocal() const;

    /// @return the flow as the side stack names it, protocol 0 when not connected
    const SstFlow& GetFlow() const;

    /// @return application bytes read
    uint64_t GetReceived() const;

    /// @return application bytes handed to the socket
    uint64_t GetSent() const;

  private:
    /// Have the socket of a TCP script report to this connection.
    void PrepareStream();

    /// @param socket the socket, connected
    void HandleConnected(Ptr<Socket> socket);

    /// @param socket the socket, which could not connect
    void HandleConnectFailed(Ptr<Socket> socket);

    /// @param socket the socket, closed by the other side or by a reset
    void HandleClosed(Ptr<Socket> socket);

    /**
     * @param socket the socket
     * @param reason why the side stack refuses its flow
     */
    void HandleSstFailure(Ptr<Socket> socket, std::string reason);

    /**
     * @param packet payload of a segment that TCP received
     * @param header its header
     * @param socket the socket
     */
    void TraceRx(Ptr<const Packet> packet,
                 const TcpHeader& header,
                 Ptr<const TcpSocketBase> socket);

    /// Repeat the last segment of the handshake.
    void Acknowledge();

    /// @param player the TCP player, which made progress
    void HandleStream(Ptr<SstStreamPlayer> player);

    /// @param player the UDP player, which made progress
    void HandleDatagram(Ptr<SstDatagramPlayer> player);

    /**
     * @param event what happened
     * @param reason the reason of BROKEN
     */
    void Tell(Event event, const std::string& reason = "");

    /// Close the socket now.
    void CloseNow();

    Settings m_settings;                  //!< what is asked of socket and side stack
    Ptr<const SstServiceScript> m_script; //!< the script
    Changed m_changed;                    //!< told what happens, null once nothing more is told
    Ptr<Socket> m_socket;                 //!< the socket, nullptr when not open
    bool m_enabled{false};                //!< whether the socket asked for SST
    Address m_local;                      //!< own socket address
    SstFlow m_flow;                       //!< the flow as the side stack names it
    Ptr<SstStreamPlayer> m_stream;        //!< plays a TCP script
    Ptr<SstDatagramPlayer> m_datagrams;   //!< plays a UDP script
    Time m_resetSeen{NanoSeconds(-1)};    //!< when TCP last received a reset
    EventId m_lingerEvent;                //!< end of listening
};

} // namespace ns3

#endif // SST_CLIENT_CONNECTION_H
