/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_BYTE_WRITER_H
#define SST_BYTE_WRITER_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Writes big-endian fields, and length fields that are filled in once what they count is written.
 */
class SstByteWriter
{
  public:
    /**
     * @param value a field of 1 byte
     * @return this writer
     */
    SstByteWriter& U8(uint8_t value);

    /**
     * @param value a field of 2 bytes
     * @return this writer
     */
    SstByteWriter& U16(uint16_t value);

    /**
     * @param value a field of 4 bytes
     * @return this writer
     */
    SstByteWriter& U32(uint32_t value);

    /**
     * @param text characters to write, no terminator
     * @return this writer
     */
    SstByteWriter& Text(const std::string& text);

    /**
     * @param bytes bytes to write
     * @return this writer
     */
    SstByteWriter& Bytes(const std::vector<uint8_t>& bytes);

    /**
     * @param seed seed of the bytes
     * @param size how many bytes of SstServiceContent::BINARY to write
     * @return this writer
     */
    SstByteWriter& Content(uint64_t seed, std::size_t size);

    /**
     * @param count how many zero bytes to write
     * @return this writer
     */
    SstByteWriter& Zeros(std::size_t count);

    /**
     * Write a length field that counts what follows it until the matching End.
     *
     * @param width bytes of the field, 1 to 4
     * @return this writer
     */
    SstByteWriter& Begin(uint8_t width);

    /**
     * Fill in the innermost open length field.
     *
     * @return this writer
     */
    SstByteWriter& End();

    /// @return bytes written so far
    std::size_t GetSize() const;

    /// @return what was written
    const std::vector<uint8_t>& Get() const;

  private:
    /// A length field not filled in yet.
    struct Open
    {
        std::size_t at; //!< its position
        uint8_t width;  //!< its bytes
    };

    std::vector<uint8_t> m_bytes; //!< what was written
    std::vector<Open> m_open;     //!< open length fields, innermost last
};

} // namespace ns3

#endif // SST_BYTE_WRITER_H
