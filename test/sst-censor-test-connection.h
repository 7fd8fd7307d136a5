/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_TEST_CONNECTION_H
#define SST_CENSOR_TEST_CONNECTION_H

#include "sst-censor-test-network.h"

#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/// One TCP connection from client to server, with what both sockets saw.
class SstCensorTestConnection
{
  public:
    /**
     * @param network the network
     * @param v6 IP version 6
     * @param port the server's port
     */
    SstCensorTestConnection(SstCensorTestNetwork& network, bool v6, uint16_t port)
    {
        m_listener = network.MakeSocket(network.ServerNode(), false, v6, port);
        m_listener->Listen();
        m_listener->SetAcceptCallback(
            MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
            Callback<void, Ptr<Socket>, const Address&>([this](Ptr<Socket> socket, const Address&) {
                accepted = true;
                Watch(socket, server);
                server.socket = socket;
                // The SYN came before the watch: ns-3\'s first sequence number is 0.
                server.expected = 1;
            }));
        client.socket = network.MakeSocket(network.ClientNode(), false, v6, 0);
        Watch(client.socket, client);
        Simulator::Schedule(Seconds(3),
                            [this, to = network.Server(v6, port)] { client.socket->Connect(to); });
    }

    /// What one side saw.
    struct Side
    {
        Ptr<Socket> socket;        //!< its socket
        double closed{-1};         //!< when it was closed, in seconds
        uint32_t received{0};      //!< bytes delivered
        uint32_t resets{0};        //!< segments with RST
        uint32_t impureResets{0};  //!< of them with other flags
        uint32_t resetSequence{0}; //!< sequence number of the first
        uint32_t expected{0};      //!< sequence number expected next at its arrival
    };

    /**
     * @param seconds when
     * @param bytes what the client then sends
     */
    void SendAt(double seconds, const std::vector<uint8_t>& bytes)
    {
        Simulator::Schedule(Seconds(seconds), [this, bytes] {
            client.socket->Send(Create<Packet>(bytes.data(), bytes.size()));
        });
    }

    Side client;          //!< the client's side
    Side server;          //!< the server's side, once accepted
    bool accepted{false}; //!< whether the server had a connection

  private:
    /**
     * @param socket a socket
     * @param [out] side what it sees
     */
    void Watch(Ptr<Socket> socket, Side& side)
    {
        Callback<void, Ptr<Socket>> closed(
            [&side](Ptr<Socket>) { side.closed = Simulator::Now().GetSeconds(); });
        socket->SetCloseCallbacks(closed, closed);
        socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(), closed);
        socket->SetRecvCallback(Callback<void, Ptr<Socket>>([&side](Ptr<Socket> from) {
            while (auto packet = from->Recv())
            {
                if (packet->GetSize() == 0)
                {
                    break;
                }
                side.received += packet->GetSize();
            }
        }));
        socket->TraceConnectWithoutContext(
            "Rx",
            Callback<void, Ptr<const Packet>, const TcpHeader&, Ptr<const TcpSocketBase>>(
                [&side](Ptr<const Packet> packet,
                        const TcpHeader& header,
                        Ptr<const TcpSocketBase>) {
                    const uint8_t flags = header.GetFlags();
                    const uint32_t sequence = header.GetSequenceNumber().GetValue();
                    if (!(flags & TcpHeader::RST))
                    {
                        side.expected =
                            sequence + packet->GetSize() + ((flags & TcpHeader::SYN) != 0);
                        return;
                    }
                    side.impureResets += flags != TcpHeader::RST;
                    if (side.resets++ == 0)
                    {
                        side.resetSequence = sequence;
                    }
                }));
    }

    Ptr<Socket> m_listener; //!< listening socket
};

} // namespace ns3

#endif // SST_CENSOR_TEST_CONNECTION_H
