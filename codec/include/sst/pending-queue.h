/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_PENDING_QUEUE_H
#define SST_PENDING_QUEUE_H

#include "sst/types.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace sst
{

/// A segment that waits for its session.
struct PendingSegment
{
    FlowKey flow{};             //!< whose
    uint64_t cookie{0};         //!< the host's name for it
    bool opening{false};        //!< a SYN without ACK
    bool earlySyn{false};       //!< may ride in INIT where early SYN is allowed
    bool earlyUdp{false};       //!< may ride in INIT where early UDP is allowed
    uint32_t sequence{0};       //!< of the SYN
    size_t headerSize{0};       //!< of the transport header
    uint32_t mtu{0};            //!< of the path, 0 unknown
    std::vector<uint8_t> bytes; //!< the segment as the stack gave it, checksum zero
};

/**
 * Segments waiting for a session, in order: bounded in number and bytes, the oldest is dropped.
 */
class PendingQueue
{
  public:
    /**
     * @param maxPackets segments
     * @param maxBytes their bytes
     */
    PendingQueue(size_t maxPackets, size_t maxBytes);

    /**
     * Add at the end.
     * @param segment moved in
     * @param dropped what made room, appended
     */
    void Push(PendingSegment&& segment, std::vector<PendingSegment>& dropped);

    /// @return true when nothing waits
    bool IsEmpty() const;

    /// @return the oldest; not when empty
    const PendingSegment& Front() const;

    /// Take the oldest out; not when empty.
    PendingSegment Pop();

    /// Put what was taken out last in again, at the front; it may exceed the limits by itself.
    void PutBack(PendingSegment&& segment);

    /// Take all segments of a flow out, in order, appended to `out`.
    void Extract(const FlowKey& flow, std::vector<PendingSegment>& out);

    /// @return true when this SYN waits already
    bool HasOpening(const FlowKey& flow, uint32_t sequence) const;

    /// @return segments
    size_t Size() const;

    /// @return their bytes
    size_t ByteCount() const;

  private:
    std::deque<PendingSegment> m_segments; //!< oldest first
    size_t m_maxPackets;                   //!< limit
    size_t m_maxBytes;                     //!< limit
    size_t m_bytes{0};                     //!< in the queue
};

} // namespace sst

#endif /* SST_PENDING_QUEUE_H */
