/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_SERVER_H
#define SST_DNS_SERVER_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/sst-dns-message.h"
#include "ns3/sst-dns-zone.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * A DNS server on UDP, over IPv4 and IPv6: real messages, answered from records added here.
 *
 * It answers from the address that its route back to the client gives; on a node with several
 * interfaces clients must ask that one.
 */
class SstDnsServer : public Application
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstDnsServer();
    ~SstDnsServer() override;

    /**
     * Add an A or AAAA record.
     * @param name the host's name
     * @param address Ipv4Address or Ipv6Address
     * @param ttl time to live, seconds
     */
    void AddAddress(const std::string& name, const Address& address, uint32_t ttl = 300);

    /**
     * Add a SVCB record with SST keys, priority 1, target the host.
     * @param name owner: `_sst.<host>`
     * @param value value of key65280
     * @param ttl time to live, seconds
     * @param port UDP port where layout U is served, 0 none
     */
    void AddService(const std::string& name,
                    const std::vector<uint8_t>& value,
                    uint32_t ttl = 300,
                    uint16_t port = 0);

    /**
     * Add any record, as it is.
     * @param record the record
     */
    void AddRecord(const SstDnsRecord& record);

    /**
     * @param name a name; all its records are removed
     */
    void Remove(const std::string& name);

    /**
     * @return queries answered
     */
    uint64_t GetAnswerCount() const;

    /**
     * @return messages not answered with data, by the name of the reason: an SstDnsError,
     *         not-a-query, formerr, notimp, refused, badvers, too-long or send
     */
    const std::map<std::string, uint64_t>& GetRefusals() const;

    /**
     * TracedCallback signature for a message.
     *
     * @param [in] message the message
     * @param [in] client InetSocketAddress or Inet6SocketAddress of the client
     */
    typedef void (*MessageTracedCallback)(const SstDnsMessage& message, const Address& client);

    /**
     * TracedCallback signature for a message that is not answered with data.
     *
     * @param [in] reason the reason's name
     * @param [in] client InetSocketAddress or Inet6SocketAddress of the client
     */
    typedef void (*RefusalTracedCallback)(const std::string& reason, const Address& client);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    /**
     * @param socket a socket with messages
     */
    void HandleRead(Ptr<Socket> socket);

    /**
     * @param socket the socket the bytes came in on
     * @param client where they came from
     * @param bytes bytes of a message
     */
    void HandleMessage(Ptr<Socket> socket,
                       const Address& client,
                       const std::vector<uint8_t>& bytes);

    /**
     * @param socket the socket to answer on
     * @param client where to
     * @param response the response
     * @param limit UDP payload the client can receive, bytes
     */
    void Respond(Ptr<Socket> socket, const Address& client, SstDnsMessage response, size_t limit);

    /**
     * @param reason the name of a reason
     * @param client where the message came from
     */
    void Refuse(const std::string& reason, const Address& client);

    SstDnsZone m_zone;                          //!< records
    uint16_t m_port;                            //!< UDP port
    Time m_processingDelay;                     //!< from a query to its answer
    Time m_negativeTtl;                         //!< how long an absence may be cached
    Ptr<Socket> m_socket;                       //!< IPv4
    Ptr<Socket> m_socket6;                      //!< IPv6
    uint64_t m_answerCount{0};                  //!< queries answered
    std::map<std::string, uint64_t> m_refusals; //!< messages not answered with data, by reason

    TracedCallback<const SstDnsMessage&, const Address&> m_queryTrace;  //!< query read
    TracedCallback<const SstDnsMessage&, const Address&> m_answerTrace; //!< answer sent
    TracedCallback<const std::string&, const Address&> m_refusalTrace;  //!< no data for a message
};

} // namespace ns3

#endif // SST_DNS_SERVER_H
