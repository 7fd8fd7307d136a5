/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_NAMES_TEST_CASE_H
#define SST_NAMES_TEST_CASE_H

#include "ns3/address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/sst-dns-helper.h"
#include "ns3/sst-dns-server.h"
#include "ns3/sst-resolver.h"
#include "ns3/test.h"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <utility>
#include <vector>

/**
 * @ingroup sst-tests
 * A client and a server (10.9.0.1 and 10.9.0.2, or addresses of fd53::/64) on a link of 100 Mb/s
 * and 20 ms, checksums on. A question asked after 2 s is past duplicate address detection; over
 * IPv4 nothing but questions and answers is on the link.
 */
class SstNamesTestCase : public ns3::TestCase
{
  public:
    /**
     * @param name the test's name
     */
    explicit SstNamesTestCase(const std::string& name);

  protected:
    /// A resolution and when it came.
    struct Outcome
    {
        ns3::Time at;                  //!< when
        ns3::SstResolution resolution; //!< what
    };

    /// Answers datagrams at port 53: gets the bytes and where from.
    using Handler = std::function<void(const std::vector<uint8_t>&, const ns3::Address&)>;

    /**
     * Make the nodes, and the client's resolver.
     * @param ipv6 whether the link is one of IPv6
     */
    void MakeNetwork(bool ipv6 = false);

    /// Install a DNS server on the server, with records of host.test.
    void MakeServer();

    /**
     * Answer datagrams at port 53 of the server with bytes made by hand.
     * @param handler called for every datagram
     */
    void MakeFakeServer(Handler handler);

    /**
     * @param bytes a datagram from the fake server's port 53
     * @param to where to
     */
    void SendFake(const std::vector<uint8_t>& bytes, const ns3::Address& to);

    /**
     * Ask at a time; the outcome comes into GetOutcome(key).
     * @param at the time
     * @param key any name for the question
     * @param host the host
     * @param policy the policy
     */
    void ResolveAt(ns3::Time at,
                   const std::string& key,
                   const std::string& host,
                   ns3::SstPolicy policy);

    /**
     * Run the simulation until nothing is left to do, and tear it down.
     */
    void Run();

    /**
     * @param key the name of a question
     * @return its outcome; a failed test and an empty one when there is none
     */
    Outcome GetOutcome(const std::string& key);

    /**
     * Drop packets that the receiver's device gets.
     * @param device 0 the client's, 1 the server's
     * @param packets the numbers of the packets, from 0
     */
    void Drop(uint32_t device, const std::list<uint32_t>& packets);

    /**
     * @param reason the name of a reason
     * @return datagrams that the resolver ignored for it
     */
    uint64_t GetIgnored(const std::string& reason) const;

    /**
     * Expect that a question was answered within a round trip after a delay.
     * @param key the name of the question
     * @param asked when it was asked
     * @param delay the delay
     */
    void ExpectTime(const std::string& key, ns3::Time asked, ns3::Time delay);

    ns3::NodeContainer m_nodes;            //!< client, server
    ns3::NetDeviceContainer m_devices;     //!< client's, server's
    ns3::SstDnsHelper m_helper;            //!< set its attributes before MakeNetwork
    ns3::Ptr<ns3::SstResolver> m_resolver; //!< of the client
    ns3::Ptr<ns3::SstDnsServer> m_server;  //!< of the server, unless it is a fake
    ns3::Ptr<ns3::Socket> m_fake;          //!< port 53 of the server, when it is a fake
    std::vector<std::pair<uint16_t, uint16_t>> m_queries; //!< id and type of every query sent
    std::map<std::string, Outcome> m_outcomes;            //!< outcomes by question

  private:
    /**
     * @param key the name of a question
     * @param resolution its outcome
     */
    void HandleResolved(std::string key, const ns3::SstResolution& resolution);

    /**
     * @param socket the fake server's socket
     */
    void HandleFakeRead(ns3::Ptr<ns3::Socket> socket);

    Handler m_handler; //!< the fake server
};

#endif // SST_NAMES_TEST_CASE_H
