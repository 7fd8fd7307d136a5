/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_RAW_HEADER_H
#define SST_RAW_HEADER_H

#include "ns3/header.h"

#include <cstdint>
#include <ostream>

namespace ns3
{

/**
 * @ingroup sst
 * Bytes that become the start of a packet as they are. For packet metadata they can pose as a
 * header of another type: a TCP header written this way can be removed as a TcpHeader while
 * Packet::EnableChecking is on.
 */
class SstRawHeader : public Header
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;

    SstRawHeader();

    /**
     * @param data first byte, not owned; nullptr leaves the space unwritten
     * @param size bytes
     */
    SstRawHeader(const uint8_t* data, uint32_t size);

    /**
     * @param data first byte, not owned
     * @param size bytes
     * @param tid the type it poses as
     */
    SstRawHeader(const uint8_t* data, uint32_t size, TypeId tid);

    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;
    uint32_t Deserialize(Buffer::Iterator start, Buffer::Iterator end) override;
    void Print(std::ostream& os) const override;

  private:
    const uint8_t* m_data{nullptr}; //!< the bytes
    uint32_t m_size{0};             //!< how many
    TypeId m_tid;                   //!< what GetInstanceTypeId answers
};

} // namespace ns3

#endif // SST_RAW_HEADER_H
