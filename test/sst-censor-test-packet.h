/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_TEST_PACKET_H
#define SST_CENSOR_TEST_PACKET_H

#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/packet.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * An IP packet for the tests of the censor, written by ns-3's own headers, so that the censor's
 * reading is compared with a writer that is not its own.
 */
struct SstCensorTestPacket
{
    bool v6{false};                        //!< IP version 6
    bool fromClient{true};                 //!< client to server, else back
    bool udp{false};                       //!< UDP, else TCP
    bool marked{false};                    //!< the mark of SST
    uint16_t clientPort{49153};            //!< port on the client's side
    uint16_t serverPort{443};              //!< port on the server's side
    uint8_t tcpFlags{0x10};                //!< flags of the TCP header
    uint32_t sequence{1000};               //!< TCP sequence number
    uint32_t acknowledgment{2000};         //!< TCP acknowledgment number
    std::string client4{"10.1.0.1"};       //!< client, IPv4
    std::string server4{"10.2.0.1"};       //!< server, IPv4
    std::string client6{"2001:f00d:1::1"}; //!< client, IPv6
    std::string server6{"2001:f00d:2::1"}; //!< server, IPv6
    std::vector<uint8_t> payload;          //!< payload of the transport
    uint8_t protocol{0};                   //!< in place of TCP or UDP, with raw
    std::vector<uint8_t> raw;              //!< in place of transport header and payload

    /**
     * @return the packet from its IP header on
     */
    Ptr<Packet> Build() const;

    /**
     * @return its bytes
     */
    std::vector<uint8_t> Bytes() const;
};

} // namespace ns3

#endif // SST_CENSOR_TEST_PACKET_H
