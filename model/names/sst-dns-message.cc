/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-message.h"

#include "ns3/sst-dns-name.h"
#include "ns3/sst-dns-reader.h"

#include <algorithm>
#include <cstdlib>
#include <ldns/ldns.h>
#include <memory>

namespace ns3
{

namespace
{

/// Frees records of ldns.
struct RrDeleter
{
    /**
     * @param rr a record
     */
    void operator()(ldns_rr* rr) const
    {
        ldns_rr_free(rr);
    }
};

/// Frees messages of ldns.
struct PktDeleter
{
    /**
     * @param pkt a message
     */
    void operator()(ldns_pkt* pkt) const
    {
        ldns_pkt_free(pkt);
    }
};

/// A record of ldns that frees itself.
using RrPtr = std::unique_ptr<ldns_rr, RrDeleter>;
/// A message of ldns that frees itself.
using PktPtr = std::unique_ptr<ldns_pkt, PktDeleter>;

/**
 * @param [out] wire bytes to which the number is appended
 * @param value a number
 */
void
Append16(std::vector<uint8_t>& wire, uint16_t value)
{
    wire.push_back(static_cast<uint8_t>(value >> 8));
    wire.push_back(static_cast<uint8_t>(value));
}

/**
 * @param [out] wire bytes to which the number is appended
 * @param value a number
 */
void
Append32(std::vector<uint8_t>& wire, uint32_t value)
{
    Append16(wire, static_cast<uint16_t>(value >> 16));
    Append16(wire, static_cast<uint16_t>(value));
}

/**
 * @param record a record
 * @param question whether it stands in the question section, without TTL and data
 * @return the same for ldns; nullptr when it has no domain name as owner or ldns refuses it
 */
RrPtr
ToLdns(const SstDnsRecord& record, bool question)
{
    std::vector<uint8_t> wire;
    if (!SstDnsName::Append(record.name, wire) || record.rdata.size() > UINT16_MAX)
    {
        return nullptr;
    }
    Append16(wire, record.type);
    Append16(wire, record.klass);
    if (!question)
    {
        Append32(wire, record.ttl);
        Append16(wire, static_cast<uint16_t>(record.rdata.size()));
        wire.insert(wire.end(), record.rdata.begin(), record.rdata.end());
    }
    ldns_rr* raw = nullptr;
    size_t at = 0;
    if (ldns_wire2rr(&raw,
                     wire.data(),
                     wire.size(),
                     &at,
                     question ? LDNS_SECTION_QUESTION : LDNS_SECTION_ANSWER) != LDNS_STATUS_OK)
    {
        return nullptr;
    }
    RrPtr rr(raw);
    return at == wire.size() ? std::move(rr) : nullptr;
}

/**
 * @param [out] pkt a message
 * @param section the section to add to
 * @param records what to add
 * @return whether every record could be added
 */
bool
Push(ldns_pkt* pkt, ldns_pkt_section section, const std::vector<SstDnsRecord>& records)
{
    for (const auto& record : records)
    {
        RrPtr rr = ToLdns(record, section == LDNS_SECTION_QUESTION);
        if (!rr || !ldns_pkt_push_rr(pkt, section, rr.get()))
        {
            return false;
        }
        rr.release();
    }
    return true;
}

} // namespace

SstDnsMessage
SstDnsMessage::MakeQuery(uint16_t id, const std::string& name, uint16_t type)
{
    SstDnsMessage query;
    query.header.id = id;
    query.header.recursionDesired = true;
    query.edns = {true, SstDns::EDNS_UDP_SIZE, 0};
    query.questions.push_back({SstDnsCanonicalName(name), type, SstDns::CLASS_IN});
    return query;
}

SstDnsMessage
SstDnsMessage::MakeResponse(const SstDnsMessage& query, uint16_t rcode)
{
    SstDnsMessage response;
    response.header.id = query.header.id;
    response.header.response = true;
    response.header.opcode = query.header.opcode;
    response.header.recursionDesired = query.header.recursionDesired;
    response.header.recursionAvailable = true;
    response.header.rcode = rcode;
    if (query.edns.present)
    {
        response.edns = {true, SstDns::EDNS_UDP_SIZE, 0};
    }
    response.questions = query.questions;
    return response;
}

SstDnsError
SstDnsMessage::Parse(const uint8_t* data, size_t size, SstDnsMessage& message)
{
    if (size < SstDns::HEADER_SIZE)
    {
        return SstDnsError::SHORT;
    }
    if (size > SstDns::MAX_MESSAGE_SIZE)
    {
        return SstDnsError::LONG;
    }
    message = SstDnsMessage();
    message.header.id = LDNS_ID_WIRE(data);
    message.header.response = LDNS_QR_WIRE(data);
    message.header.opcode = LDNS_OPCODE_WIRE(data);
    message.header.authoritative = LDNS_AA_WIRE(data);
    message.header.truncated = LDNS_TC_WIRE(data);
    message.header.recursionDesired = LDNS_RD_WIRE(data);
    message.header.recursionAvailable = LDNS_RA_WIRE(data);
    message.header.rcode = LDNS_RCODE_WIRE(data);

    SstDnsReader reader(data, size);
    for (size_t i = LDNS_QDCOUNT(data); i > 0; i--)
    {
        SstDnsQuestion question;
        const SstDnsError error = reader.ReadQuestion(question);
        if (error != SstDnsError::NONE)
        {
            return error;
        }
        message.questions.push_back(std::move(question));
    }
    const size_t counts[] = {LDNS_ANCOUNT(data), LDNS_NSCOUNT(data), LDNS_ARCOUNT(data)};
    std::vector<SstDnsRecord>* const sections[] = {&message.answers,
                                                   &message.authorities,
                                                   &message.additionals};
    for (size_t section = 0; section < 3; section++)
    {
        for (size_t i = counts[section]; i > 0; i--)
        {
            SstDnsRecord record;
            const SstDnsError error = reader.ReadRecord(record);
            if (error != SstDnsError::NONE)
            {
                return error;
            }
            if (record.type == SstDns::OPT)
            {
                // RFC 6891, 6.1.1: "The OPT RR MAY be placed anywhere within the additional data
                // section. When an OPT RR is included within any DNS message, it MUST be the
                // only OPT RR in that message." 6.1.2: "NAME MUST be 0 (root domain)"
                if (section != 2 || message.edns.present || record.name != ".")
                {
                    return SstDnsError::OPTIONS;
                }
                message.edns = {true, record.klass, static_cast<uint8_t>(record.ttl >> 16)};
                message.header.rcode |= static_cast<uint16_t>(record.ttl >> 24 << 4);
                continue;
            }
            // Transaction signatures (RFC 8945) need a shared key, which nobody here has.
            if (record.type == SstDns::TSIG)
            {
                return SstDnsError::OPTIONS;
            }
            sections[section]->push_back(std::move(record));
        }
    }
    return reader.IsAtEnd() ? SstDnsError::NONE : SstDnsError::TRAILING;
}

bool
SstDnsMessage::Serialize(std::vector<uint8_t>& wire) const
{
    const PktPtr pkt(ldns_pkt_new());
    if (!pkt || (header.rcode > 0xf && !edns.present))
    {
        return false;
    }
    ldns_pkt_set_id(pkt.get(), header.id);
    ldns_pkt_set_qr(pkt.get(), header.response);
    ldns_pkt_set_opcode(pkt.get(), static_cast<ldns_pkt_opcode>(header.opcode & 0xf));
    ldns_pkt_set_aa(pkt.get(), header.authoritative);
    ldns_pkt_set_tc(pkt.get(), header.truncated);
    ldns_pkt_set_rd(pkt.get(), header.recursionDesired);
    ldns_pkt_set_ra(pkt.get(), header.recursionAvailable);
    ldns_pkt_set_rcode(pkt.get(), header.rcode & 0xf);
    if (edns.present)
    {
        // RFC 6891, 6.2.3: "Values lower than 512 MUST be treated as equal to 512."
        ldns_pkt_set_edns_udp_size(pkt.get(), std::max(edns.udpSize, SstDns::PLAIN_UDP_SIZE));
        ldns_pkt_set_edns_version(pkt.get(), edns.version);
        ldns_pkt_set_edns_extended_rcode(pkt.get(), static_cast<uint8_t>(header.rcode >> 4));
    }
    std::vector<SstDnsRecord> asked;
    for (const auto& question : questions)
    {
        asked.push_back({question.name, question.type, question.klass, 0, {}});
    }
    // An escaped name takes no more bytes on the wire than as text, but two.
    size_t bound = SstDns::HEADER_SIZE + 11;
    const std::vector<SstDnsRecord>* const sections[] = {&asked,
                                                         &answers,
                                                         &authorities,
                                                         &additionals};
    for (const auto* section : sections)
    {
        for (const auto& record : *section)
        {
            bound += record.name.size() + 12 + record.rdata.size();
        }
    }
    if (bound > SstDns::MAX_MESSAGE_SIZE || !Push(pkt.get(), LDNS_SECTION_QUESTION, asked) ||
        !Push(pkt.get(), LDNS_SECTION_ANSWER, answers) ||
        !Push(pkt.get(), LDNS_SECTION_AUTHORITY, authorities) ||
        !Push(pkt.get(), LDNS_SECTION_ADDITIONAL, additionals))
    {
        return false;
    }
    uint8_t* bytes = nullptr;
    size_t size = 0;
    if (ldns_pkt2wire(&bytes, pkt.get(), &size) != LDNS_STATUS_OK || bytes == nullptr)
    {
        return false;
    }
    wire.assign(bytes, bytes + size);
    std::free(bytes);
    return true;
}

void
SstDnsMessage::AddAddressAnswer(const std::string& name,
                                const std::vector<uint8_t>& address,
                                uint32_t ttl)
{
    answers.push_back({SstDnsCanonicalName(name),
                       address.size() == 4 ? SstDns::A : SstDns::AAAA,
                       SstDns::CLASS_IN,
                       ttl,
                       address});
}

void
SstDnsMessage::AddSoa(const std::string& zone, uint32_t ttl, uint32_t minimum)
{
    SstDnsRecord soa{SstDnsCanonicalName(zone), SstDns::SOA, SstDns::CLASS_IN, ttl, {}};
    // RFC 6761, 6.4: names under "invalid." exist nowhere; nothing asks for them.
    if (!SstDnsName::Append("ns.invalid", soa.rdata) ||
        !SstDnsName::Append("hostmaster.invalid", soa.rdata))
    {
        return;
    }
    // RFC 1035, 3.3.13: SERIAL, REFRESH, RETRY, EXPIRE (seconds), of no use without a secondary
    for (const uint32_t number : {uint32_t{1}, uint32_t{7200}, uint32_t{3600}, uint32_t{86400}})
    {
        Append32(soa.rdata, number);
    }
    Append32(soa.rdata, minimum);
    authorities.push_back(std::move(soa));
}

uint32_t
SstDnsMessage::GetNegativeTtl() const
{
    for (const auto& record : authorities)
    {
        if (record.type == SstDns::SOA && record.rdata.size() >= 4)
        {
            // MINIMUM is the last field (RFC 1035, 3.3.13).
            return std::min(record.ttl,
                            ldns_read_uint32(record.rdata.data() + record.rdata.size() - 4));
        }
    }
    return 0;
}

} // namespace ns3
