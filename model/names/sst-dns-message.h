/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_MESSAGE_H
#define SST_DNS_MESSAGE_H

#include "ns3/sst-dns-types.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * A DNS message (RFC 1035, EDNS of RFC 6891), read from and written to the wire by ldns. It needs
 * neither a node nor a simulator. No bytes make Parse abort, hang or read beyond their end.
 */
class SstDnsMessage
{
  public:
    /// Header without its counts.
    struct Header
    {
        uint16_t id{0};                       //!< chosen by the client, repeated by the server
        bool response{false};                 //!< QR
        uint8_t opcode{SstDns::OPCODE_QUERY}; //!< kind of query
        bool authoritative{false};            //!< AA
        bool truncated{false};                //!< TC
        bool recursionDesired{false};         //!< RD
        bool recursionAvailable{false};       //!< RA
        uint16_t rcode{SstDns::NOERROR};      //!< response code, with the upper 8 bits of EDNS
    };

    /// What the EDNS pseudo-record says.
    struct Edns
    {
        bool present{false}; //!< whether there is one
        uint16_t udpSize{0}; //!< UDP payload the sender can receive, bytes
        uint8_t version{0};  //!< version of EDNS
    };

    /**
     * @param id the query's id
     * @param name the name asked for
     * @param type the type of record asked for
     * @return a recursive query of class IN with EDNS
     */
    static SstDnsMessage MakeQuery(uint16_t id, const std::string& name, uint16_t type);

    /**
     * @param query a query
     * @param rcode the response code
     * @return a response without records: same id, opcode, RD and questions; EDNS if the query
     *         has it
     */
    static SstDnsMessage MakeResponse(const SstDnsMessage& query, uint16_t rcode);

    /**
     * @param data bytes of a UDP payload
     * @param size number of bytes
     * @param [out] message the message; unspecified unless NONE is returned
     * @return NONE, or what is wrong
     */
    [[nodiscard]] static SstDnsError Parse(const uint8_t* data,
                                           size_t size,
                                           SstDnsMessage& message);

    /**
     * @param [out] wire the bytes of the message
     * @return whether the message can be written: every name and every rdata is well-formed
     */
    [[nodiscard]] bool Serialize(std::vector<uint8_t>& wire) const;

    /**
     * Add an address record to the answers.
     * @param name owner
     * @param address 4 or 16 bytes
     * @param ttl time to live, seconds
     */
    void AddAddressAnswer(const std::string& name,
                          const std::vector<uint8_t>& address,
                          uint32_t ttl);

    /**
     * Add a SOA record to the authority section, as NXDOMAIN and NODATA answers have it.
     * @param zone owner
     * @param ttl time to live, seconds
     * @param minimum seconds the absence may be cached (RFC 2308)
     */
    void AddSoa(const std::string& zone, uint32_t ttl, uint32_t minimum);

    /**
     * @return seconds the absence that this message states may be cached: the lesser of the TTL
     *         and the minimum of its SOA (RFC 2308, section 5); 0 without a SOA
     */
    uint32_t GetNegativeTtl() const;

    Header header;                         //!< header
    Edns edns;                             //!< EDNS
    std::vector<SstDnsQuestion> questions; //!< question section
    std::vector<SstDnsRecord> answers;     //!< answer section
    std::vector<SstDnsRecord> authorities; //!< authority section
    std::vector<SstDnsRecord> additionals; //!< additional section, without EDNS
};

} // namespace ns3

#endif // SST_DNS_MESSAGE_H
