/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_RAW_TRAILER_H
#define SST_RAW_TRAILER_H

#include "ns3/trailer.h"

#include <cstdint>
#include <ostream>

namespace ns3
{

/**
 * @ingroup sst
 * Bytes that become the end of a packet as they are.
 */
class SstRawTrailer : public Trailer
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;

    SstRawTrailer();

    /**
     * @param data first byte, not owned
     * @param size bytes
     */
    SstRawTrailer(const uint8_t* data, uint32_t size);

    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator end) const override;
    uint32_t Deserialize(Buffer::Iterator end) override;
    uint32_t Deserialize(Buffer::Iterator start, Buffer::Iterator end) override;
    void Print(std::ostream& os) const override;

  private:
    const uint8_t* m_data{nullptr}; //!< the bytes
    uint32_t m_size{0};             //!< how many
};

} // namespace ns3

#endif // SST_RAW_TRAILER_H
