/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-address-nat.h"

#include "sst/checksum.h"
#include "sst/mark.h"
#include "sst/wire.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/sst-raw-header.h"

#include <algorithm>

namespace ns3
{

NS_OBJECT_ENSURE_REGISTERED(SstAddressNat);

namespace
{

constexpr std::size_t HEADER_MAX = 60;            ///< RFC 791, 3.1: with all options
constexpr std::size_t HEAD_SIZE = HEADER_MAX + 4; ///< and what tells flows apart
constexpr std::size_t FRAGMENT = 6;               ///< offset: flags and fragment offset
constexpr uint16_t FRAGMENT_MASK = 0x1fff;        ///< fragment offset
constexpr std::size_t PROTOCOL = 9;               ///< offset
constexpr std::size_t CHECKSUM = 10;              ///< offset
constexpr std::size_t SOURCE = 12;                ///< offset
constexpr std::size_t DESTINATION = 16;           ///< offset

/**
 * @param head first bytes of a packet
 * @return bytes of its IP header
 */
std::size_t
HeaderSize(const std::vector<uint8_t>& head)
{
    return std::size_t{4} * (head[0] & 15U);
}

} // namespace

TypeId
SstAddressNat::GetTypeId()
{
    static TypeId tid = TypeId("ns3::SstAddressNat")
                            .SetParent<SstIngressFilter>()
                            .SetGroupName("Sst")
                            .AddConstructor<SstAddressNat>();
    return tid;
}

SstAddressNat::SstAddressNat() = default;

SstAddressNat::~SstAddressNat() = default;

void
SstAddressNat::SetPublicAddress(Ipv4Address address)
{
    m_public = address;
}

void
SstAddressNat::AddInside(Ptr<NetDevice> device)
{
    m_inside.insert(device);
}

uint64_t
SstAddressNat::GetRefusals() const
{
    return m_refusals;
}

uint64_t
SstAddressNat::GetStrangers() const
{
    return m_strangers;
}

bool
SstAddressNat::GetKey(const std::vector<uint8_t>& head, bool outbound, Key& key)
{
    const uint8_t* payload = head.data() + HeaderSize(head);
    if (sst::IsMarkedV4(head.data()))
    {
        // INIT shows the index its client chose, and all that comes back begins with it.
        const uint32_t index = sst::wire::IndexOf(payload);
        key = {0, 0, static_cast<uint16_t>(index >> 16), static_cast<uint16_t>(index)};
        return !outbound || sst::wire::TypeOf(payload) == sst::wire::Type::INIT;
    }
    const uint16_t source = sst::wire::Load16(payload);
    const uint16_t destination = sst::wire::Load16(payload + 2);
    key = {head[PROTOCOL],
           sst::wire::Load32(head.data() + (outbound ? DESTINATION : SOURCE)),
           outbound ? destination : source,
           outbound ? source : destination};
    return true;
}

Ptr<const Packet>
SstAddressNat::Rewrite(Ptr<const Packet> packet, std::vector<uint8_t>& head)
{
    const std::size_t size = HeaderSize(head);
    if (sst::wire::Load16(head.data() + CHECKSUM) != 0)
    {
        sst::wire::Store16(head.data() + CHECKSUM, 0);
        sst::wire::Store16(head.data() + CHECKSUM,
                           static_cast<uint16_t>(~sst::ChecksumAdd(head.data(), size)));
    }
    // the copy is the same packet to ns-3: uid and tags
    Ptr<Packet> copy = packet->Copy();
    copy->RemoveAtStart(static_cast<uint32_t>(size));
    copy->AddHeader(
        SstRawHeader(head.data(), static_cast<uint32_t>(size), Ipv4Header::GetTypeId()));
    return copy;
}

SstIngressFilter::Verdict
SstAddressNat::Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol)
{
    std::vector<uint8_t> head(HEAD_SIZE);
    const std::size_t size = packet->CopyData(head.data(), HEAD_SIZE);
    if (protocol != Ipv4L3Protocol::PROT_NUMBER || size < HeaderSize(head) + 4)
    {
        return ACCEPT;
    }
    const bool outbound = m_inside.count(device) > 0;
    uint8_t* address = head.data() + (outbound ? SOURCE : DESTINATION);
    const bool later = (sst::wire::Load16(head.data() + FRAGMENT) & FRAGMENT_MASK) != 0;
    if (!outbound && sst::wire::Load32(address) != m_public.Get())
    {
        return ACCEPT;
    }
    Key key;
    if (!later && GetKey(head, outbound, key))
    {
        const auto known = m_hosts.find(key);
        if (outbound)
        {
            const uint32_t host = sst::wire::Load32(address);
            if (known != m_hosts.end() && known->second != host)
            {
                m_refusals++;
                return CONSUME;
            }
            m_hosts[key] = host;
        }
        else if (known != m_hosts.end())
        {
            sst::wire::Store32(address, known->second);
            packet = Rewrite(packet, head);
            return ACCEPT;
        }
    }
    if (!outbound)
    {
        m_strangers++;
        return CONSUME;
    }
    sst::wire::Store32(address, m_public.Get());
    packet = Rewrite(packet, head);
    return ACCEPT;
}

} // namespace ns3
