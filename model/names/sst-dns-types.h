/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_TYPES_H
#define SST_DNS_TYPES_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Numbers of the DNS this module uses. Sources: RFC 1035, RFC 3596 (AAAA), RFC 6891 (EDNS),
 * RFC 9460 (SVCB).
 */
namespace SstDns
{
constexpr uint16_t A = 1;                  //!< type of an IPv4 address
constexpr uint16_t CNAME = 5;              //!< type of an alias
constexpr uint16_t SOA = 6;                //!< type of a start of authority
constexpr uint16_t AAAA = 28;              //!< type of an IPv6 address
constexpr uint16_t OPT = 41;               //!< type of the EDNS pseudo-record
constexpr uint16_t SVCB = 64;              //!< type of a service binding
constexpr uint16_t TSIG = 250;             //!< type of a transaction signature
constexpr uint16_t CLASS_IN = 1;           //!< class Internet
constexpr uint8_t OPCODE_QUERY = 0;        //!< standard query
constexpr uint16_t NOERROR = 0;            //!< rcode: no error
constexpr uint16_t FORMERR = 1;            //!< rcode: the server cannot read the query
constexpr uint16_t SERVFAIL = 2;           //!< rcode: the server cannot answer
constexpr uint16_t NXDOMAIN = 3;           //!< rcode: the name does not exist
constexpr uint16_t NOTIMP = 4;             //!< rcode: the server does not know the request
constexpr uint16_t REFUSED = 5;            //!< rcode: the server will not answer
constexpr uint16_t BADVERS = 16;           //!< extended rcode: unknown version of EDNS
constexpr uint16_t PORT = 53;              //!< UDP port of a name server
constexpr uint16_t EDNS_UDP_SIZE = 1232;   //!< bytes of UDP payload offered and used
constexpr uint16_t PLAIN_UDP_SIZE = 512;   //!< bytes of UDP payload without EDNS (RFC 1035 2.3.4)
constexpr size_t MAX_MESSAGE_SIZE = 65535; //!< bytes of a message
constexpr size_t HEADER_SIZE = 12;         //!< bytes of the header of a message
constexpr uint16_t SVC_PARAM_PORT = 3;     //!< SvcParamKey "port" (RFC 9460, 7.2): here of layout U
constexpr uint16_t SVC_PARAM_KEY = 65280;  //!< SvcParamKey of SST's keys, private use
} // namespace SstDns

/**
 * @ingroup sst
 * Why bytes are no DNS message, or no SVCB data.
 */
enum class SstDnsError : uint8_t
{
    NONE,          //!< they are
    SHORT,         //!< fewer bytes than a header
    LONG,          //!< more bytes than MAX_MESSAGE_SIZE
    TRUNCATED,     //!< a record reaches beyond the end
    TRAILING,      //!< bytes left over after the last record
    NAME,          //!< a label or a name longer than allowed, or of unknown kind
    POINTER,       //!< a compression pointer that does not point backwards
    OPTIONS,       //!< a second or misplaced EDNS or TSIG record
    RDATA,         //!< data that does not fit the record's type
    SVC_TRUNCATED, //!< SvcParams reach beyond the end
    SVC_ORDER,     //!< SvcParamKeys not ascending
    SVC_DUPLICATE, //!< a SvcParamKey twice
    LIBRARY,       //!< refused by ldns
};

/**
 * @ingroup sst
 * @param error an error
 * @return its name, in lower case with hyphens
 */
const char* ToString(SstDnsError error);

/**
 * @ingroup sst
 * A question of a DNS message.
 */
struct SstDnsQuestion
{
    std::string name;                 //!< canonical name, see SstDnsCanonicalName
    uint16_t type{0};                 //!< type of record asked for
    uint16_t klass{SstDns::CLASS_IN}; //!< class asked for
};

/**
 * @ingroup sst
 * @param a a question
 * @param b another
 * @return whether they ask the same
 */
bool operator==(const SstDnsQuestion& a, const SstDnsQuestion& b);

/**
 * @ingroup sst
 * A resource record. Names inside @c rdata are never compressed.
 */
struct SstDnsRecord
{
    std::string name;                 //!< owner, canonical, see SstDnsCanonicalName
    uint16_t type{0};                 //!< type
    uint16_t klass{SstDns::CLASS_IN}; //!< class
    uint32_t ttl{0};                  //!< time to live, seconds
    std::vector<uint8_t> rdata;       //!< data as on the wire
};

/**
 * @ingroup sst
 * @param name a domain name as text, with or without the final dot
 * @return the same in lower case without the final dot; "." for the root
 */
std::string SstDnsCanonicalName(const std::string& name);

/**
 * @ingroup sst
 * @param host a host's name
 * @return the name its SST keys are published at: `_sst.<host>`, canonical
 */
std::string SstDnsServiceName(const std::string& host);

} // namespace ns3

#endif // SST_DNS_TYPES_H
