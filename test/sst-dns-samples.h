/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_SAMPLES_H
#define SST_DNS_SAMPLES_H

#include <cstdint>
#include <string>
#include <vector>

/**
 * @ingroup sst-tests
 * DNS messages written by dnspython 2.9.2: queries by dns.message.make_query(..., use_edns=0,
 * payload=1232), responses by dns.message.make_response(..., our_payload=1232) with records of
 * dns.rrset.from_text, all by to_wire(). SVCB data by dns.rdata.from_text("IN", "SVCB", ...).
 */
namespace SstDnsSamples
{

/// The record that knot, BIND and NSD load and serve: keys 00..1f and 20..3f, ids 0x5a and 0x5b
constexpr const char* SVCB_TEXT =
    R"(_sst.host 300 IN SVCB 1 host key65280="(\001\001Z\000k6\236\128\000\001\002\003\004\005)"
    R"(\006\007\008\009\010\011\012\013\014\015\016\017\018\019\020\021\022\023\024\025\026\027)"
    R"(\028\029\030\031(\001\001[\000k@'\000 !\"#$%&'()*+,-./0123456789:;<=>?")";
/// Data of the record of SVCB_TEXT
constexpr const char* SVCB_RDATA =
    "000104686f737400ff0000522801015a006b36ec80000102030405060708090a0b0c0d0e0f101112"
    "131415161718191a1b1c1d1e1f2801015b006b402700202122232425262728292a2b2c2d2e2f3031"
    "32333435363738393a3b3c3d3e3f";
/// The same with target "." (`TYPE64 \# 89 ...`)
constexpr const char* SVCB_GENERIC_RDATA =
    "000100ff0000522801015a006b36ec80000102030405060708090a0b0c0d0e0f1011121314151617"
    "18191a1b1c1d1e1f2801015b006b402700202122232425262728292a2b2c2d2e2f30313233343536"
    "3738393a3b3c3d3e3f";
/// www.example.net A, id 0x1234, EDNS 1232
constexpr const char* QUERY_A =
    "12340100000100000000000103777777076578616d706c65036e6574000001000100002904d00000"
    "00000000";
/// www.example.net AAAA, id 0x1235, EDNS 1232
constexpr const char* QUERY_AAAA =
    "12350100000100000000000103777777076578616d706c65036e657400001c000100002904d00000"
    "00000000";
/// _sst.host SVCB, id 0x1236, EDNS 1232
constexpr const char* QUERY_SVCB =
    "123601000001000000000001045f73737404686f7374000040000100002904d0000000000000";
/// WwW.Example.NET A, id 0x4444, no EDNS
constexpr const char* QUERY_PLAIN =
    "44440100000100000000000003577757074578616d706c65034e45540000010001";
/// to QUERY_A: 192.0.2.2 and 192.0.2.1, TTL 300, compressed names
constexpr const char* ANSWER_A =
    "12348180000100020000000103777777076578616d706c65036e65740000010001c00c0001000100"
    "00012c0004c0000202c00c000100010000012c0004c000020100002904d0000000000000";
/// to QUERY_AAAA: 2001:db8:1::7, TTL 300
constexpr const char* ANSWER_AAAA =
    "12358180000100010000000103777777076578616d706c65036e657400001c0001c00c001c000100"
    "00012c001020010db800010000000000000000000700002904d0000000000000";
/// to QUERY_SVCB: SVCB_RDATA, TTL 300
constexpr const char* ANSWER_SVCB =
    "123681800001000100000001045f73737404686f73740000400001c00c004000010000012c005e00"
    "0104686f737400ff0000522801015a006b36ec80000102030405060708090a0b0c0d0e0f10111213"
    "1415161718191a1b1c1d1e1f2801015b006b402700202122232425262728292a2b2c2d2e2f303132"
    "333435363738393a3b3c3d3e3f00002904d0000000000000";
/// no.example.net A, id 0x2222: SOA with TTL 900, minimum 60, compressed names
constexpr const char* NXDOMAIN =
    "222281830001000000010001026e6f076578616d706c65036e65740000010001c00f000600010000"
    "03840026026e73c00f0a686f73746d6173746572c00f0000000700001c2000000e10000151800000"
    "003c00002904d0000000000000";
/// www.example.net SVCB, id 0x2223: the same SOA
constexpr const char* NODATA =
    "22238180000100000001000103777777076578616d706c65036e65740000400001c0100006000100"
    "0003840026026e73c0100a686f73746d6173746572c0100000000700001c2000000e100001518000"
    "00003c00002904d0000000000000";
/// www.example.net A, id 0x2224: alias cdn.example.net, its address, a TXT
constexpr const char* CNAME =
    "22248180000100020000000203777777076578616d706c65036e65740000010001c00c0005000100"
    "00003c00060363646ec010c02d000100010000003c0004c00002090178c010001000010000000500"
    "060568656c6c6f00002904d0000000000000";
/// www.example.net A, id 0x3333: rcode 16, which needs EDNS
constexpr const char* BADVERS =
    "33338180000100000000000103777777076578616d706c65036e6574000001000100002904d00100"
    "00000000";
/// name with the label "a.b" NUL 0xff: 192.0.2.3, TTL 1
constexpr const char* ESCAPED =
    "55558180000100010000000105612e6200ff076578616d706c65036e65740000010001c00c000100"
    "01000000010004c000020300002904d0000000000000";

/// All messages
constexpr const char* MESSAGES[] = {QUERY_A,
                                    QUERY_AAAA,
                                    QUERY_SVCB,
                                    QUERY_PLAIN,
                                    ANSWER_A,
                                    ANSWER_AAAA,
                                    ANSWER_SVCB,
                                    NXDOMAIN,
                                    NODATA,
                                    CNAME,
                                    BADVERS,
                                    ESCAPED};

/**
 * @param hex pairs of hexadecimal digits
 * @return the bytes
 */
inline std::vector<uint8_t>
Bytes(const std::string& hex)
{
    std::vector<uint8_t> bytes;
    for (size_t i = 0; i + 1 < hex.size(); i += 2)
    {
        bytes.push_back(static_cast<uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    }
    return bytes;
}

} // namespace SstDnsSamples

#endif // SST_DNS_SAMPLES_H
