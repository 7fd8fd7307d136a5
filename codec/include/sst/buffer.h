/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_BUFFER_H
#define SST_BUFFER_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sst
{

/**
 * One contiguous reusable byte buffer with room at both ends, so that a segment becomes a packet
 * and a packet a segment in place. Memory is kept between uses: a reused buffer does not allocate.
 */
class Buffer
{
  public:
    static constexpr size_t HEADROOM = 128; //!< bytes free in front after Assign and Resize
    static constexpr size_t TAILROOM = 64;  //!< bytes free at least behind after Assign and Resize

    Buffer();

    uint8_t* Data()
    {
        return m_store.data() + m_begin;
    }

    const uint8_t* Data() const
    {
        return m_store.data() + m_begin;
    }

    size_t Size() const
    {
        return m_end - m_begin;
    }

    /**
     * Replace the content.
     * @param data first byte, not inside this buffer
     * @param size bytes
     */
    void Assign(const uint8_t* data, size_t size);

    /**
     * Set the size; the content is undefined afterwards.
     * @param size bytes
     * @return first byte
     */
    uint8_t* Resize(size_t size);

    /**
     * Grow at the front.
     * @param size bytes to add, content undefined
     * @return the new first byte
     */
    uint8_t* Prepend(size_t size);

    /**
     * Grow at the end.
     * @param size bytes to add, content undefined
     * @return first of the added bytes
     */
    uint8_t* Append(size_t size);

    /// @param size bytes to take off the front; at most Size() are
    void TrimFront(size_t size)
    {
        m_begin += size < Size() ? size : Size();
    }

    /// @param size bytes to take off the end; at most Size() are
    void TrimBack(size_t size)
    {
        m_end -= size < Size() ? size : Size();
    }

    /// Exchange contents without copying.
    void Swap(Buffer& other) noexcept;

  private:
    /// Move the content into a larger store with `front` and `back` bytes free.
    void Relocate(size_t front, size_t back);

    std::vector<uint8_t> m_store; //!< memory
    size_t m_begin;               //!< offset of the first byte in use
    size_t m_end;                 //!< offset behind the last byte in use
};

} // namespace sst

#endif /* SST_BUFFER_H */
