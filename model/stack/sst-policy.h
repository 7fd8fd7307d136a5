/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_POLICY_H
#define SST_POLICY_H

#include "ns3/address.h"

#include <cstdint>
#include <ostream>
#include <string>

namespace ns3
{

/**
 * @ingroup sst
 * What a socket (or a rule for it) asks of the side stack.
 */
enum class SstPolicy : uint8_t
{
    OFF,           //!< leave in clear
    OPPORTUNISTIC, //!< SST when the peer's name has a key; clear after NODATA or 3 s
    REQUIRE,       //!< SST or nothing
    PIN            //!< REQUIRE for a name once seen with a strict key, else OPPORTUNISTIC
};

/**
 * @ingroup sst
 * How many leading bytes of a transport segment are sealed.
 */
enum class SstCoverage : uint8_t
{
    SEGMENT, //!< all of the segment
    HEADER,  //!< the transport header
    PORTS    //!< the 4 bytes of the ports
};

/**
 * @ingroup sst
 * What packets may look like.
 */
enum class SstLayout : uint8_t
{
    AUTO,   //!< native, then behind UDP where native ones get no answer and the server offers it
    NATIVE, //!< layout N alone: marked, nothing between IP and SST
    UDP     //!< layout U alone: unmarked, behind a UDP header
};

/**
 * @ingroup sst
 * What is added to packets that are sealed whole, so that their size says less.
 */
struct SstPadding
{
    /// How.
    enum Mode : uint8_t
    {
        NONE,     //!< nothing
        MULTIPLE, //!< to a multiple of @c multiple bytes, from the end of the IP header
        MTU       //!< as long as the path carries
    };

    Mode mode{NONE};      //!< how
    uint16_t multiple{0}; //!< 2 to 1024 bytes
};

/**
 * @ingroup sst
 * @param policy a policy
 * @return its name: "off", "opportunistic", "require" or "pin"
 */
std::string ToString(SstPolicy policy);

/**
 * @ingroup sst
 * @param coverage a coverage
 * @return its name: "segment", "header" or "ports"
 */
std::string ToString(SstCoverage coverage);

/**
 * @ingroup sst
 * @param layout a layout
 * @return its name: "auto", "native" or "udp"
 */
std::string ToString(SstLayout layout);

/**
 * @ingroup sst
 * @param padding a padding
 * @return "none", "mtu", or the multiple as a number
 */
std::string ToString(const SstPadding& padding);

/**
 * @ingroup sst
 * @param name a policy's name
 * @param [out] policy the policy, untouched when the name is unknown
 * @return whether the name is known
 */
[[nodiscard]] bool FromString(const std::string& name, SstPolicy& policy);

/**
 * @ingroup sst
 * @param name a coverage's name
 * @param [out] coverage the coverage, untouched when the name is unknown
 * @return whether the name is known
 */
[[nodiscard]] bool FromString(const std::string& name, SstCoverage& coverage);

/**
 * @ingroup sst
 * @param name "none", "mtu", or a multiple from 2 to 1024
 * @param [out] padding the padding, untouched when the name is not one of these
 * @return whether it is
 */
[[nodiscard]] bool FromString(const std::string& name, SstPadding& padding);

/**
 * @ingroup sst
 * @param os a stream
 * @param policy a policy
 * @return the stream
 */
std::ostream& operator<<(std::ostream& os, SstPolicy policy);

/**
 * @ingroup sst
 * @param os a stream
 * @param coverage a coverage
 * @return the stream
 */
std::ostream& operator<<(std::ostream& os, SstCoverage coverage);

/**
 * @ingroup sst
 * A row of the policy table, for applications that set no socket option: the first row whose
 * every set field matches an outgoing segment decides. A field left at its default matches all.
 */
struct SstPolicyRule
{
    uint8_t protocol{0};       //!< 6 TCP, 17 UDP, 0 both
    Address peer;              //!< Ipv4Address or Ipv6Address of the other host; invalid: any
    uint8_t prefixLength{128}; //!< leading bits of @c peer that count (at most 32 count on IPv4)
    uint16_t localPort{0};     //!< port of this host, 0 any
    uint16_t peerPort{0};      //!< port of the other host, 0 any
    SstPolicy policy{SstPolicy::REQUIRE};       //!< what matching segments ask for
    SstCoverage coverage{SstCoverage::SEGMENT}; //!< coverage they ask for
    bool earlyUdp{false};              //!< whether a datagram may travel in the first packet
    SstLayout layout{SstLayout::AUTO}; //!< what their packets may look like
    SstPadding padding{};              //!< what is added to them; NONE: as SstStack::Padding says
};

} // namespace ns3

#endif // SST_POLICY_H
