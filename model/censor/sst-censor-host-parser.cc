/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-host-parser.h"

#include <cstring>

namespace ns3
{

namespace
{

constexpr uint8_t TLS_HANDSHAKE = 22;         //!< RFC 8446, section 5.1
constexpr uint8_t TLS_CLIENT_HELLO = 1;       //!< RFC 8446, section 4
constexpr uint16_t TLS_SERVER_NAME = 0;       //!< RFC 6066, section 3
constexpr uint8_t TLS_NAME_TYPE_HOST = 0;     //!< RFC 6066, section 3
constexpr size_t TLS_RECORD_HEADER = 5;       //!< type, version, length
constexpr size_t TLS_HANDSHAKE_HEADER = 4;    //!< type, length
constexpr size_t TLS_VERSION_AND_RANDOM = 34; //!< legacy_version, random
constexpr size_t MAX_HOST_SIZE = 255;         //!< RFC 1035, section 2.3.4

/**
 * @param data bytes
 * @param size number of them
 * @param [out] host the bytes as text
 * @return true when they can be a host name: 1 to 255 printable ASCII characters, no space
 */
bool
TakeHost(const uint8_t* data, size_t size, std::string& host)
{
    if (size == 0 || size > MAX_HOST_SIZE)
    {
        return false;
    }
    for (size_t i = 0; i < size; ++i)
    {
        if (data[i] <= 0x20 || data[i] >= 0x7f)
        {
            return false;
        }
    }
    host.assign(reinterpret_cast<const char*>(data), size);
    return true;
}

/// A part of the bytes that is read from its begin to its end, and never beyond.
class Reader
{
  public:
    /**
     * @param data the bytes
     * @param size number of them
     */
    Reader(const uint8_t* data, size_t size)
        : m_data(data),
          m_size(size)
    {
    }

    /**
     * @param bytes width of the number, 1 to 3
     * @param [out] value the big-endian number
     * @return false when fewer bytes are left
     */
    bool Number(size_t bytes, size_t& value)
    {
        if (m_size < bytes)
        {
            return false;
        }
        value = 0;
        for (size_t i = 0; i < bytes; ++i)
        {
            value = value << 8 | m_data[i];
        }
        return Skip(bytes);
    }

    /**
     * @param bytes how many to leave out
     * @return false when fewer are left
     */
    bool Skip(size_t bytes)
    {
        if (m_size < bytes)
        {
            return false;
        }
        m_data += bytes;
        m_size -= bytes;
        return true;
    }

    /**
     * @param bytes give up what lies behind so many bytes
     */
    void Limit(size_t bytes)
    {
        m_size = bytes < m_size ? bytes : m_size;
    }

    /**
     * @return the bytes left
     */
    const uint8_t* Data() const
    {
        return m_data;
    }

    /**
     * @return number of bytes left
     */
    size_t Size() const
    {
        return m_size;
    }

  private:
    const uint8_t* m_data; //!< next byte
    size_t m_size;         //!< bytes left
};

/**
 * @param reader the content of a server_name extension
 * @param [out] host the name
 * @return true when the list begins with a whole host name
 */
bool
ReadServerName(Reader reader, std::string& host)
{
    // struct { NameType name_type; opaque HostName<1..2^16-1>; } ServerName;
    // struct { ServerName server_name_list<1..2^16-1> } ServerNameList;
    size_t list;
    size_t type;
    size_t length;
    if (!reader.Number(2, list))
    {
        return false;
    }
    reader.Limit(list);
    return reader.Number(1, type) && type == TLS_NAME_TYPE_HOST && reader.Number(2, length) &&
           length <= reader.Size() && TakeHost(reader.Data(), length, host);
}

/**
 * @param data bytes that may begin with an HTTP method
 * @param size number of bytes
 * @return true when a method of RFC 9110 or RFC 5789 and a space are there
 */
bool
BeginsWithMethod(const uint8_t* data, size_t size)
{
    static const char* const methods[] =
        {"GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "CONNECT ", "PATCH ", "TRACE "};
    for (const char* method : methods)
    {
        if (size > 0 && data[0] == static_cast<uint8_t>(method[0]))
        {
            const size_t length = std::strlen(method);
            if (size >= length && std::memcmp(data, method, length) == 0)
            {
                return true;
            }
        }
    }
    return false;
}

/**
 * @param line a line of a header section
 * @param size bytes of it without the line end
 * @param [out] host value of the field without its port
 * @return true for a Host field whose value can be a host name
 */
bool
ReadHostLine(const uint8_t* line, size_t size, std::string& host)
{
    static const char field[] = "host:";
    const size_t length = sizeof(field) - 1;
    if (size < length)
    {
        return false;
    }
    for (size_t i = 0; i < length; ++i)
    {
        const uint8_t c = line[i] >= 'A' && line[i] <= 'Z' ? line[i] + 0x20 : line[i];
        if (c != static_cast<uint8_t>(field[i]))
        {
            return false;
        }
    }
    size_t begin = length;
    size_t end = size;
    while (begin < end && (line[begin] == ' ' || line[begin] == '\t'))
    {
        ++begin;
    }
    while (end > begin && (line[end - 1] == ' ' || line[end - 1] == '\t'))
    {
        --end;
    }
    const void* colon = std::memchr(line + begin, ':', end - begin);
    if (colon && line[begin] != '[')
    {
        end = static_cast<const uint8_t*>(colon) - line;
    }
    return TakeHost(line + begin, end - begin, host);
}

} // namespace

bool
SstCensorHostParser::FindSni(const uint8_t* data, size_t size, std::string& host)
{
    Reader reader(data, size);
    size_t type;
    size_t version;
    size_t length;
    if (!reader.Number(1, type) || type != TLS_HANDSHAKE || !reader.Number(2, version) ||
        version < 0x0300 || version > 0x0304 || !reader.Number(2, length))
    {
        return false;
    }
    reader.Limit(length);
    if (!reader.Number(1, type) || type != TLS_CLIENT_HELLO || !reader.Number(3, length))
    {
        return false;
    }
    reader.Limit(length);

    // legacy_session_id<0..32>, cipher_suites<2..2^16-2>, legacy_compression_methods<1..2^8-1>,
    // extensions<8..2^16-1> (RFC 8446, section 4.1.2)
    if (!reader.Skip(TLS_VERSION_AND_RANDOM) || !reader.Number(1, length) || length > 32 ||
        !reader.Skip(length) || !reader.Number(2, length) || length < 2 || length % 2 != 0 ||
        !reader.Skip(length) || !reader.Number(1, length) || length == 0 || !reader.Skip(length) ||
        !reader.Number(2, length))
    {
        return false;
    }
    reader.Limit(length);
    for (uint32_t i = 0; i < MAX_EXTENSIONS; ++i)
    {
        if (!reader.Number(2, type) || !reader.Number(2, length))
        {
            return false;
        }
        if (type == TLS_SERVER_NAME)
        {
            Reader extension(reader);
            extension.Limit(length);
            return ReadServerName(extension, host);
        }
        if (!reader.Skip(length))
        {
            return false;
        }
    }
    return false;
}

bool
SstCensorHostParser::FindHttpHost(const uint8_t* data, size_t size, std::string& host, size_t& end)
{
    host.clear();
    end = 0;
    if (!BeginsWithMethod(data, size))
    {
        return false;
    }
    bool requestLine = true;
    while (end < size)
    {
        const uint8_t* line = data + end;
        const void* found = std::memchr(line, '\n', size - end);
        if (!found)
        {
            end = size;
            return false;
        }
        size_t length = static_cast<const uint8_t*>(found) - line;
        end += length + 1;
        if (length > 0 && line[length - 1] == '\r')
        {
            --length;
        }
        if (length == 0)
        {
            return false;
        }
        if (!requestLine && ReadHostLine(line, length, host))
        {
            end = line - data;
            return true;
        }
        requestLine = false;
    }
    return false;
}

bool
SstCensorHostParser::MatchesStart(const uint8_t* data, size_t size, const SstCensorNameList& names)
{
    std::string host;
    size_t end;
    return (FindSni(data, size, host) && names.Matches(host)) ||
           (FindHttpHost(data, size, host, end) && names.Matches(host));
}

bool
SstCensorHostParser::MatchesAnywhere(const uint8_t* data,
                                     size_t size,
                                     const SstCensorNameList& names)
{
    std::string host;
    for (size_t at = 0; at < size;)
    {
        const void* found = std::memchr(data + at, TLS_HANDSHAKE, size - at);
        if (!found)
        {
            break;
        }
        at = static_cast<const uint8_t*>(found) - data;
        if (FindSni(data + at, size - at, host) && names.Matches(host))
        {
            return true;
        }
        ++at;
    }
    // A request that begins inside the lines just judged has the same Host line, or none: the
    // search goes on behind them.
    for (size_t at = 0; at < size;)
    {
        size_t end = 0;
        if (FindHttpHost(data + at, size - at, host, end) && names.Matches(host))
        {
            return true;
        }
        at += end > 0 ? end : 1;
    }
    return false;
}

} // namespace ns3
