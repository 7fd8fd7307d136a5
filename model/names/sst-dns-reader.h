/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DNS_READER_H
#define SST_DNS_READER_H

#include "ns3/sst-dns-types.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Reads the questions and records of one message, one after the other. The checks that ldns leaves
 * out come before every call of it.
 */
class SstDnsReader
{
  public:
    /**
     * @param data bytes of a message with its header, which must outlive the reader
     * @param size number of bytes
     */
    SstDnsReader(const uint8_t* data, size_t size);

    /**
     * @param [out] question the next question
     * @return NONE, or what is wrong
     */
    [[nodiscard]] SstDnsError ReadQuestion(SstDnsQuestion& question);

    /**
     * @param [out] record the next record
     * @return NONE, or what is wrong
     */
    [[nodiscard]] SstDnsError ReadRecord(SstDnsRecord& record);

    /**
     * @return whether all bytes are read
     */
    bool IsAtEnd() const;

  private:
    /**
     * @param type type of a record
     * @param at where its data starts
     * @param end where its data ends
     * @return NONE, or why the data does not fit the type; data of a type whose structure does
     *         not matter here always fits
     */
    SstDnsError CheckData(uint16_t type, size_t at, size_t end) const;

    /**
     * Decompress the names in the data of a record.
     * @param start where the record starts
     * @param end where it ends
     * @param [out] rdata its data
     * @return NONE or LIBRARY
     */
    SstDnsError Expand(size_t start, size_t end, std::vector<uint8_t>& rdata) const;

    const uint8_t* m_data;                  //!< bytes of the message
    size_t m_size;                          //!< number of bytes
    size_t m_position{SstDns::HEADER_SIZE}; //!< where the next question or record starts
};

} // namespace ns3

#endif // SST_DNS_READER_H
