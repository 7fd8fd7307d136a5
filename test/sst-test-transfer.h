/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_TEST_TRANSFER_H
#define SST_TEST_TRANSFER_H

#include "ns3/address.h"
#include "ns3/node.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"

#include <cstdint>
#include <functional>
#include <string>

/**
 * @ingroup sst-tests
 * A TCP connection that carries a known text up and another down, and keeps what arrived.
 */
class SstTestTransfer
{
  public:
    /**
     * @param up bytes the client sends
     * @param down bytes the server sends once it has all of them
     */
    SstTestTransfer(uint32_t up, uint32_t down);

    /**
     * Listen.
     *
     * @param node the server
     * @param local where
     */
    void Serve(ns3::Ptr<ns3::Node> node, const ns3::Address& local);

    /**
     * Make the client's socket.
     *
     * @param node the client
     * @return the socket, for options
     */
    ns3::Ptr<ns3::Socket> Create(ns3::Ptr<ns3::Node> node);

    /**
     * Connect and send.
     *
     * @param seconds when
     * @param peer where to
     */
    void Start(double seconds, const ns3::Address& peer);

    /// @return whether both texts arrived complete and unharmed
    bool IsComplete() const;

    /**
     * @param size bytes
     * @return the text of that length
     */
    static std::string Text(uint32_t size);

    ns3::Ptr<ns3::Socket> listener; //!< the server's listening socket
    ns3::Ptr<ns3::Socket> client;   //!< the client's socket
    ns3::Ptr<ns3::Socket> accepted; //!< the server's connection
    std::string atServer;           //!< what the server received
    std::string atClient;           //!< what the client received
    bool connected{false};          //!< whether the connection came up at the client
    bool failed{false};             //!< whether connecting failed

  private:
    /**
     * @param socket a connection
     * @param text what it carries
     * @param sent how much of it was taken
     */
    static void Push(ns3::Ptr<ns3::Socket> socket, const std::string& text, std::size_t& sent);

    /**
     * @param socket a connection
     * @param text gets what it received
     */
    static void Pull(ns3::Ptr<ns3::Socket> socket, std::string& text);

    /**
     * @param socket a connection a client opened
     */
    void Accept(ns3::Ptr<ns3::Socket> socket);

    std::string m_up;          //!< text of the client
    std::string m_down;        //!< text of the server
    std::size_t m_upSent{0};   //!< how much of it the socket took
    std::size_t m_downSent{0}; //!< how much of it the socket took
};

#endif // SST_TEST_TRANSFER_H
