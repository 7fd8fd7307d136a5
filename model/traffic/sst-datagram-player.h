/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DATAGRAM_PLAYER_H
#define SST_DATAGRAM_PLAYER_H

#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"
#include "ns3/sst-service-script.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * The client of a UDP script: sends the request, again until something arrives, and counts
 * which of the server's datagrams arrived, in any order, each once.
 */
class SstDatagramPlayer : public SimpleRefCount<SstDatagramPlayer>
{
  public:
    /// Called after a datagram was read.
    using Changed = Callback<void, Ptr<SstDatagramPlayer>>;

    /**
     * @param script the script
     * @param retry time from a transmission of the request to the next
     * @param changed called when something changed
     */
    SstDatagramPlayer(Ptr<const SstServiceScript> script, Time retry, Changed changed);

    ~SstDatagramPlayer();

    /**
     * Send the request. Takes over the receive callback of the socket.
     *
     * @param socket a connected socket
     */
    void Start(Ptr<Socket> socket);

    /**
     * Let go of the socket, which stays open. The changed callback is not called any more.
     */
    void Stop();

    /// @return bytes of the server's datagrams, copies included
    uint64_t GetReceived() const;

    /// @return bytes handed to the socket
    uint64_t GetSent() const;

    /// @return how many of the server's datagrams arrived, copies not counted
    uint32_t GetCount() const;

    /// @return copies that arrived
    uint32_t GetCopies() const;

    /// @return whether a datagram was read that is not the script's
    bool IsCorrupt() const;

    /// @return whether enough of the server's datagrams arrived
    bool IsComplete() const;

    /// @return whether all of the server's datagrams arrived
    bool IsWhole() const;

  private:
    /// Send the request, and again after a while.
    void SendRequest();

    /**
     * @param socket the socket, which has something to read
     */
    void HandleRead(Ptr<Socket> socket);

    /**
     * @param data a datagram of the server
     * @param size its size, bytes
     */
    void Count(const uint8_t* data, std::size_t size);

    Ptr<const SstServiceScript> m_script; //!< the script
    Time m_retry;                         //!< time between transmissions of the request
    Changed m_changed;                    //!< told of changes
    Ptr<Socket> m_socket;                 //!< the socket, nullptr unless playing
    EventId m_retryEvent;                 //!< next transmission of the request
    std::vector<bool> m_arrived;          //!< which of the server's datagrams arrived
    std::size_t m_next{0};                //!< the datagram behind the last that arrived
    uint32_t m_count{0};                  //!< how many arrived
    uint32_t m_copies{0};                 //!< how many arrived again
    uint64_t m_received{0};               //!< bytes read
    uint64_t m_sent{0};                   //!< bytes handed to the socket
    bool m_corrupt{false};                //!< whether a wrong datagram was read
    std::vector<uint8_t> m_buffer;        //!< scratch space
};

} // namespace ns3

#endif // SST_DATAGRAM_PLAYER_H
