/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_ADDRESS_NAT_H
#define SST_ADDRESS_NAT_H

#include "ns3/ipv4-address.h"
#include "ns3/sst-ingress-filter.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * Several IPv4 hosts behind one address: rewrites addresses and nothing else, as the packets of
 * layout N have no ports to rewrite. What comes back is told apart by the client's index at the
 * start of marked packets, and by the ports of others: where two hosts use the same ports to the
 * same server, the second is refused.
 *
 * Not translated: ICMP, fragments other than the first, checksums of TCP and UDP in clear (run
 * with ChecksumEnabled off).
 */
class SstAddressNat : public SstIngressFilter
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstAddressNat();
    ~SstAddressNat() override;

    /**
     * @param address of this router, towards the outside: what hosts behind it are seen as
     */
    void SetPublicAddress(Ipv4Address address);

    /**
     * @param device of this router, towards hosts that are to be hidden
     */
    void AddInside(Ptr<NetDevice> device);

    Verdict Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol) override;

    /// @return packets from inside that could not be told from those of another host
    uint64_t GetRefusals() const;

    /// @return packets to the public address that belong to no host inside
    uint64_t GetStrangers() const;

  private:
    /// What tells the flows of hosts inside apart: protocol, outside host, outside and inside port;
    /// or 0, no host, and the client's index in two parts.
    using Key = std::tuple<uint8_t, uint32_t, uint16_t, uint16_t>;

    /**
     * @param head first bytes of a packet
     * @param outbound whether it goes out
     * @param [out] key what it is told by
     * @return false where it has none, or the flow needs none: SST packets other than INIT that go
     *         out
     */
    static bool GetKey(const std::vector<uint8_t>& head, bool outbound, Key& key);

    /**
     * @param packet a packet
     * @param head its first bytes with another address
     * @return the packet with these
     */
    static Ptr<const Packet> Rewrite(Ptr<const Packet> packet, std::vector<uint8_t>& head);

    Ipv4Address m_public;              //!< what hosts inside are seen as
    std::set<Ptr<NetDevice>> m_inside; //!< towards these hosts
    std::map<Key, uint32_t> m_hosts;   //!< address of the host inside
    uint64_t m_refusals{0};            //!< packets refused on the way out
    uint64_t m_strangers{0};           //!< packets refused on the way in
};

} // namespace ns3

#endif // SST_ADDRESS_NAT_H
