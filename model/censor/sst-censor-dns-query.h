/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_DNS_QUERY_H
#define SST_CENSOR_DNS_QUERY_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * The question of a DNS query as an injector reads it from a UDP payload, and the answers it
 * forges. No dependence on a DNS library: an injector looks at the question and copies it.
 */
class SstCensorDnsQuery
{
  public:
    /// Why bytes are not a query.
    enum class Status : uint8_t
    {
        OK,        //!< a query with one question
        TRUNCATED, //!< ends inside the header or the question
        RESPONSE,  //!< QR is set
        OPCODE,    //!< not a standard query
        COUNT,     //!< not exactly one question
        LABEL      //!< label longer than 63 bytes, compressed, or name longer than 255
    };

    static constexpr uint16_t TYPE_A = 1;     //!< RFC 1035
    static constexpr uint16_t TYPE_AAAA = 28; //!< RFC 3596
    static constexpr uint16_t TYPE_SVCB = 64; //!< RFC 9460
    static constexpr size_t STATUS_COUNT = 6; //!< number of values of Status

    /**
     * @param status a status
     * @return its name in kebab-case
     */
    static const char* ToString(Status status);

    /**
     * Read a query. What follows the question (such as an OPT record) is not looked at.
     *
     * @param data a UDP payload
     * @param size number of bytes
     * @return what was met; the accessors hold for OK only
     */
    Status Parse(const uint8_t* data, size_t size);

    /**
     * @return the name asked for without a final dot; bytes that no host name has stand as '?'
     */
    const std::string& GetName() const
    {
        return m_name;
    }

    /**
     * @return the type asked for
     */
    uint16_t GetType() const
    {
        return m_type;
    }

    /**
     * A response without answers and error: the name exists, the type does not. Without a SOA
     * record it is NODATA of type 3 (RFC 2308, section 2.2).
     *
     * @return the message
     */
    std::vector<uint8_t> BuildNoData() const;

    /**
     * A response with one forged address.
     *
     * @param address IPv4 (4 bytes) or IPv6 (16 bytes) address in network order
     * @param size its bytes, which fit the type asked for
     * @param ttl seconds
     * @return the message
     */
    std::vector<uint8_t> BuildAddress(const uint8_t* address, uint8_t size, uint32_t ttl) const;

  private:
    /**
     * @param answers number of answers announced
     * @return header and question of the response
     */
    std::vector<uint8_t> BuildHead(uint16_t answers) const;

    std::string m_name;              //!< name asked for
    uint16_t m_type{0};              //!< type asked for
    uint16_t m_id{0};                //!< message id
    bool m_recursionDesired{false};  //!< RD
    std::vector<uint8_t> m_question; //!< name, type and class as on the wire
};

} // namespace ns3

#endif // SST_CENSOR_DNS_QUERY_H
