/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DATAGRAM_RESPONDER_H
#define SST_DATAGRAM_RESPONDER_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"
#include "ns3/sst-service-script.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * The server of a UDP script on one bound socket: answers every right request with the script's
 * datagrams, each client on its own. A request that comes while its answer is still being sent
 * is a repetition and starts nothing.
 */
class SstDatagramResponder : public SimpleRefCount<SstDatagramResponder>
{
  public:
    /// Called for a request: its sender, and whether it is that of the script.
    using Requested = Callback<void, const Address&, bool>;

    /**
     * @param script the script
     * @param socket a bound socket; its receive callback is taken over
     * @param limit clients answered at a time; requests beyond are ignored
     * @param requested told of requests
     */
    SstDatagramResponder(Ptr<const SstServiceScript> script,
                         Ptr<Socket> socket,
                         uint32_t limit,
                         Requested requested);

    ~SstDatagramResponder();

    /// Let go of the socket, which stays open, and send nothing more.
    void Stop();

    /// @return the socket, nullptr when stopped
    Ptr<Socket> GetSocket() const;

  private:
    /// An answer being sent.
    struct Stream
    {
        std::size_t next{0}; //!< the datagram to send next
        EventId event;       //!< when it leaves
    };

    /// @param socket the socket, which has something to read
    void HandleRead(Ptr<Socket> socket);

    /// @param to a client whose next datagram is due
    void SendNext(Address to);

    Ptr<const SstServiceScript> m_script; //!< the script
    Ptr<Socket> m_socket;                 //!< the socket
    uint32_t m_limit;                     //!< clients answered at a time
    Requested m_requested;                //!< told of requests
    std::map<Address, Stream> m_streams;  //!< answers being sent, by client
    std::vector<uint8_t> m_buffer;        //!< scratch space
};

} // namespace ns3

#endif // SST_DATAGRAM_RESPONDER_H
