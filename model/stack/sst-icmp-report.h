/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_ICMP_REPORT_H
#define SST_ICMP_REPORT_H

#include "sst/buffer.h"
#include "sst/types.h"

#include "ns3/ip-l4-protocol.h"
#include "ns3/ptr.h"

#include <array>
#include <cstdint>

namespace ns3
{

/**
 * @ingroup sst
 * An ICMP error as ns-3 hands it to a transport protocol, and as the message it came in, which is
 * what the codec reads and writes. ns-3 keeps 8 bytes of the packet an error is about.
 */
struct SstIcmpReport
{
    static constexpr std::size_t QUOTED = 8; //!< bytes of the packet

    sst::IpAddress reporter{};             //!< who reports
    uint8_t ttl{0};                        //!< of the report
    uint8_t type{0};                       //!< of the error
    uint8_t code{0};                       //!< of the error
    uint32_t info{0};                      //!< what fits the type: the MTU, 0
    sst::IpAddress source{};               //!< of the packet the error is about
    sst::IpAddress destination{};          //!< of that packet
    uint8_t protocol{0};                   //!< of that packet
    std::array<uint8_t, QUOTED> payload{}; //!< its first bytes behind the IP header

    /// @return 1 for ICMP, 58 for ICMPv6
    uint8_t GetIcmpProtocol() const;

    /**
     * @param [out] message the error as an ICMP message
     */
    void Write(sst::Buffer& message) const;

    /**
     * Take type, code, info and what is said of the packet from a message. The rest stays.
     *
     * @param message an ICMP message
     * @param v6 whether of ICMPv6
     * @return whether it is an error about a packet
     */
    [[nodiscard]] bool Read(const sst::Buffer& message, bool v6);

    /**
     * @param protocol who learns of it, TCP or UDP
     */
    void Tell(Ptr<IpL4Protocol> protocol) const;
};

} // namespace ns3

#endif // SST_ICMP_REPORT_H
