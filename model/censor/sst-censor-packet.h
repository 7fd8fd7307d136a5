/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_PACKET_H
#define SST_CENSOR_PACKET_H

#include "ns3/sst-censor-address.h"

#include <cstddef>
#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * What a middlebox can read from the bytes of one IP packet. A view: the bytes must outlive it.
 * Every access is checked against the packet's end. Of SST it knows only what anyone sees, the
 * reserved flag of IPv4 and the Traffic Class of IPv6; the bytes after the IP header are read as
 * TCP or UDP whatever they are.
 *
 * Fragments are not reassembled: only the one with offset 0 has a transport header.
 */
class SstCensorPacket
{
  public:
    /// Why bytes are not an IP packet.
    enum class Status : uint8_t
    {
        OK,            //!< the packet was read
        TRUNCATED,     //!< ends inside its IP header, or before its total length
        VERSION,       //!< neither 4 nor 6
        HEADER_LENGTH, //!< IPv4: header shorter than 20 bytes or longer than the packet
        EXTENSION      //!< IPv6: an extension header runs over the packet's end
    };

    static constexpr size_t STATUS_COUNT = 5;     //!< number of values of Status
    static constexpr uint8_t PROTOCOL_TCP = 6;    //!< IANA protocol number
    static constexpr uint8_t PROTOCOL_UDP = 17;   //!< IANA protocol number
    static constexpr uint8_t TCP_FIN = 0x01;      //!< flag in byte 13 of the TCP header
    static constexpr uint8_t TCP_SYN = 0x02;      //!< flag in byte 13 of the TCP header
    static constexpr uint8_t TCP_RST = 0x04;      //!< flag in byte 13 of the TCP header
    static constexpr uint8_t TCP_ACK = 0x10;      //!< flag in byte 13 of the TCP header
    static constexpr size_t TCP_HEADER_SIZE = 20; //!< bytes without options
    static constexpr size_t UDP_HEADER_SIZE = 8;  //!< bytes

    /**
     * @param status a status
     * @return its name in kebab-case
     */
    static const char* ToString(Status status);

    /**
     * Read a packet. After a status other than OK the view is empty.
     *
     * @param data the packet from the first byte of its IP header on
     * @param size bytes there; link padding behind the IP total length is ignored
     * @return what was met
     */
    Status Parse(const uint8_t* data, size_t size);

    /**
     * @return 4 or 6; 0 for an empty view
     */
    uint8_t GetIpVersion() const
    {
        return m_version;
    }

    /**
     * @return the source address
     */
    const SstCensorAddress& GetSource() const
    {
        return m_source;
    }

    /**
     * @return the destination address
     */
    const SstCensorAddress& GetDestination() const
    {
        return m_destination;
    }

    /**
     * @return the protocol after the IPv4 header, or after the last IPv6 extension header of type
     *         0, 43, 44 or 60
     */
    uint8_t GetProtocol() const
    {
        return m_protocol;
    }

    /**
     * @return the reserved flag of IPv4 (bit 0 of Flags); false for IPv6
     */
    bool HasReservedFlag() const
    {
        return m_reservedFlag;
    }

    /**
     * @return the Traffic Class (IPv6) or TOS byte (IPv4)
     */
    uint8_t GetTrafficClass() const
    {
        return m_trafficClass;
    }

    /**
     * Whether the packet bears the visible mark of SST.
     *
     * @param value IPv6: the value of the Traffic Class under the mask
     * @param mask IPv6: the bits that make the mark; 0 for none
     * @return IPv4: the reserved flag; IPv6: the Traffic Class has the value
     */
    bool IsMarked(uint8_t value, uint8_t mask) const
    {
        return m_version == 4 ? m_reservedFlag
                              : m_version == 6 && mask != 0 && (m_trafficClass & mask) == value;
    }

    /**
     * @return IPv4 TTL or IPv6 hop limit
     */
    uint8_t GetHopLimit() const
    {
        return m_hopLimit;
    }

    /**
     * @return bytes of the whole packet, IP header included
     */
    size_t GetIpSize() const
    {
        return m_ipSize;
    }

    /**
     * @return the bytes from the end of the IP header on (after the extension headers)
     */
    const uint8_t* GetBytes() const
    {
        return m_bytes;
    }

    /**
     * @return number of bytes from the end of the IP header on
     */
    size_t GetBytesSize() const
    {
        return m_bytesSize;
    }

    /**
     * @return true for a fragment other than the first
     */
    bool IsLaterFragment() const
    {
        return m_laterFragment;
    }

    /**
     * @return true when the protocol is TCP or UDP, the packet no later fragment, and the four
     *         bytes of the ports are there
     */
    bool HasPorts() const;

    /**
     * @return bytes 0 and 1 after the IP header; 0 without HasPorts()
     */
    uint16_t GetSourcePort() const;

    /**
     * @return bytes 2 and 3 after the IP header; 0 without HasPorts()
     */
    uint16_t GetDestinationPort() const;

    /**
     * @return true when the protocol is TCP and 20 bytes of header are there
     */
    bool HasTcp() const;

    /**
     * @return TCP sequence number; 0 without HasTcp()
     */
    uint32_t GetTcpSequence() const;

    /**
     * @return TCP acknowledgment number; 0 without HasTcp()
     */
    uint32_t GetTcpAcknowledgment() const;

    /**
     * @return TCP flags, byte 13; 0 without HasTcp()
     */
    uint8_t GetTcpFlags() const;

    /**
     * The payload of TCP at its data offset, or of UDP.
     *
     * @param [out] size bytes of payload
     * @return the payload; nullptr when there is no whole transport header, or a data offset or
     *         UDP length that cannot be
     */
    const uint8_t* GetPayload(size_t& size) const;

  private:
    /**
     * @param data an IPv4 packet
     * @param size bytes there
     * @return what was met
     */
    Status ParseV4(const uint8_t* data, size_t size);

    /**
     * @param data an IPv6 packet
     * @param size bytes there
     * @return what was met
     */
    Status ParseV6(const uint8_t* data, size_t size);

    uint8_t m_version{0};            //!< IP version
    uint8_t m_protocol{0};           //!< transport protocol
    uint8_t m_trafficClass{0};       //!< Traffic Class or TOS
    uint8_t m_hopLimit{0};           //!< TTL or hop limit
    bool m_reservedFlag{false};      //!< IPv4 bit 0 of Flags
    bool m_laterFragment{false};     //!< fragment offset is not 0
    SstCensorAddress m_source;       //!< source address
    SstCensorAddress m_destination;  //!< destination address
    size_t m_ipSize{0};              //!< bytes of the packet
    const uint8_t* m_bytes{nullptr}; //!< end of the IP header
    size_t m_bytesSize{0};           //!< bytes from there on
};

} // namespace ns3

#endif // SST_CENSOR_PACKET_H
