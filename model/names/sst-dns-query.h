/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_QUERY_H
#define SST_DNS_QUERY_H

#include "ns3/address.h"
#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"
#include "ns3/sst-dns-message.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * One question to one server, from a socket of its own: sends it, sends the same bytes again
 * until an answer comes, and gives up. The first answer that fits ends it, whoever sent it.
 */
class SstDnsQuery : public SimpleRefCount<SstDnsQuery>
{
  public:
    /// What a question and its socket need.
    struct Config
    {
        Ptr<Node> node;     //!< the node that asks
        Address server;     //!< InetSocketAddress or Inet6SocketAddress
        uint16_t localPort; //!< source port
        Time timeout;       //!< from each transmission to the next, or to giving up
        uint32_t retries;   //!< transmissions after the first
    };

    /// The end of a query: the answer, or nullptr when none came in time.
    using Done = std::function<void(const SstDnsMessage* answer)>;
    /// A datagram that is not the answer: the reason's name.
    using Ignored = std::function<void(const std::string& reason)>;
    /// A transmission: the query.
    using Sent = std::function<void(const SstDnsMessage& query)>;

    /**
     * @param config see there
     * @param message the query, with one question
     */
    SstDnsQuery(const Config& config, const SstDnsMessage& message);
    ~SstDnsQuery();

    /**
     * Open the socket and send.
     *
     * @param done called once, never from within Start
     * @param ignored called for every datagram that is not the answer
     * @param sent called for every transmission
     * @return whether the source port was free and the query can be written; if not, nothing has
     *         happened
     */
    [[nodiscard]] bool Start(Done done, Ignored ignored, Sent sent);

    /// End without a call of Done.
    void Cancel();

  private:
    /// Send, and wait for the answer or the time to send again.
    void Transmit();

    /**
     * @param socket the socket with datagrams
     */
    void HandleRead(Ptr<Socket> socket);

    /**
     * @param source where a datagram came from
     * @param bytes the datagram
     * @param [out] message the message in it
     * @return empty when it is the answer, else the name of the reason why not
     */
    std::string Judge(const Address& source,
                      const std::vector<uint8_t>& bytes,
                      SstDnsMessage& message) const;

    /// Close the socket and stop the timer.
    void Close();

    Config m_config;             //!< node, server, times
    SstDnsMessage m_message;     //!< the query
    std::vector<uint8_t> m_wire; //!< its bytes
    uint32_t m_transmissions{0}; //!< times sent
    Ptr<Socket> m_socket;        //!< the socket while it waits
    EventId m_timer;             //!< next transmission or the end
    Done m_done;                 //!< told the end
    Ignored m_ignored;           //!< told of what is ignored
    Sent m_sent;                 //!< told of transmissions
};

} // namespace ns3

#endif // SST_DNS_QUERY_H
