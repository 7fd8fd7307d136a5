/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_L4_SHIM_H
#define SST_L4_SHIM_H

#include "ns3/ip-l4-protocol.h"

namespace ns3
{

class SstDatapath;

/**
 * @ingroup sst
 * Stands in front of TCP or UDP in the IP layers' tables, so that packets are opened after
 * reassembly and before the transport protocol sees them.
 */
class SstL4Shim : public IpL4Protocol
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstL4Shim();
    ~SstL4Shim() override;

    /**
     * @param inner the transport protocol
     * @param datapath what opens packets
     */
    void Connect(Ptr<IpL4Protocol> inner, SstDatapath* datapath);

    /// @return the transport protocol
    Ptr<IpL4Protocol> GetInner() const;

    /// The datapath goes: everything passes from now on.
    void Disconnect();

    int GetProtocolNumber() const override;
    RxStatus Receive(Ptr<Packet> p,
                     const Ipv4Header& header,
                     Ptr<Ipv4Interface> incomingInterface) override;
    RxStatus Receive(Ptr<Packet> p,
                     const Ipv6Header& header,
                     Ptr<Ipv6Interface> incomingInterface) override;
    void ReceiveIcmp(Ipv4Address icmpSource,
                     uint8_t icmpTtl,
                     uint8_t icmpType,
                     uint8_t icmpCode,
                     uint32_t icmpInfo,
                     Ipv4Address payloadSource,
                     Ipv4Address payloadDestination,
                     const uint8_t payload[8]) override;
    void ReceiveIcmp(Ipv6Address icmpSource,
                     uint8_t icmpTtl,
                     uint8_t icmpType,
                     uint8_t icmpCode,
                     uint32_t icmpInfo,
                     Ipv6Address payloadSource,
                     Ipv6Address payloadDestination,
                     const uint8_t payload[8]) override;
    void SetDownTarget(DownTargetCallback cb) override;
    void SetDownTarget6(DownTargetCallback6 cb) override;
    DownTargetCallback GetDownTarget() const override;
    DownTargetCallback6 GetDownTarget6() const override;

  protected:
    void DoDispose() override;

  private:
    Ptr<IpL4Protocol> m_inner;        //!< TCP or UDP
    SstDatapath* m_datapath{nullptr}; //!< opens packets; nullptr once it is gone
};

} // namespace ns3

#endif // SST_L4_SHIM_H
