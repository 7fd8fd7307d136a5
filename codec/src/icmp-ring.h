/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_ICMP_RING_H
#define SST_ICMP_RING_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

/// What is remembered of a segment that was sealed: enough for the quote of an ICMP error.
struct SentSegment
{
    static constexpr size_t HEAD = 8; //!< RFC 792: "the first 64 bits of the original datagram"

    uint32_t session{0};              //!< serial number, from 1
    uint32_t number{0};               //!< of the packet
    std::array<uint8_t, HEAD> head{}; //!< as sealed: ports, then TCP sequence or UDP length
    uint16_t size{0};                 //!< bytes of the segment
    uint8_t protocol{0};              //!< 6 or 17, 0 for an entry never used
};

/// The segments sealed last, of all sessions together: the oldest is overwritten.
class IcmpRing
{
  public:
    /// @param capacity segments; memory is taken with the first one
    explicit IcmpRing(size_t capacity);

    /**
     * @param session serial number, from 1
     * @param number of the packet
     * @param protocol 6 or 17
     * @param segment at least HEAD bytes
     * @param size its bytes
     */
    void Add(uint32_t session,
             uint32_t number,
             uint8_t protocol,
             const uint8_t* segment,
             size_t size)
    {
        if (m_next == m_entries.size())
        {
            Wrap();
            if (m_entries.empty())
            {
                return;
            }
        }
        SentSegment& entry = m_entries[m_next];
        ++m_next;
        entry.session = session;
        entry.number = number;
        for (size_t i = 0; i < SentSegment::HEAD; ++i)
        {
            entry.head[i] = segment[i];
        }
        entry.size = static_cast<uint16_t>(size);
        entry.protocol = protocol;
    }

    /// @return what was sent with this number, nullptr when it is forgotten
    const SentSegment* Find(uint32_t session, uint32_t number) const;

  private:
    void Wrap();

    size_t m_capacity;                  //!< segments
    std::vector<SentSegment> m_entries; //!< empty before the first
    size_t m_next{0};                   //!< overwritten next
};

} // namespace sst

#endif /* SST_ICMP_RING_H */
