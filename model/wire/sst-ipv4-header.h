/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_IPV4_HEADER_H
#define SST_IPV4_HEADER_H

#include "ns3/ipv4-header.h"

namespace ns3
{

/**
 * @ingroup sst
 * An IPv4 header that carries the mark. It answers with the TypeId of Ipv4Header, so that
 * packet metadata takes the two for one.
 */
class SstIpv4Header : public Ipv4Header
{
  public:
    /**
     * @param header the header to carry, with the mark and DF on top
     * @param checksum whether the header checksum is in use (Node::ChecksumEnabled)
     */
    SstIpv4Header(const Ipv4Header& header, bool checksum);

    void Serialize(Buffer::Iterator start) const override;

  private:
    bool m_hasChecksum; //!< whether the header checksum is in use
};

} // namespace ns3

#endif // SST_IPV4_HEADER_H
