/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_TRAFFIC_CONTROL_LAYER_H
#define SST_TRAFFIC_CONTROL_LAYER_H

#include "ns3/node.h"
#include "ns3/sst-ingress-filter.h"
#include "ns3/traffic-control-layer.h"

#include <cstdint>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 *
 * The draft's place between driver and stack. Aggregated to a node after the stock
 * TrafficControlLayer, it shadows it: `GetObject<TrafficControlLayer>()` returns this object, so
 * that interfaces added later, helpers and Config paths reach it.
 *
 * It carries the mark between the wire and the packet tag SstMarkTag (IPv4; in IPv6 the mark is
 * part of the Traffic Class, which the stock stack carries), and shows every received IP packet
 * to the ingress filters.
 */
class SstTrafficControlLayer : public TrafficControlLayer
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;

    SstTrafficControlLayer();
    ~SstTrafficControlLayer() override;

    /**
     * Put a layer of this class in front of the stock one of a node, once: a second call returns
     * the layer already there. Root queue discs and interfaces that exist are moved to it.
     *
     * @param node a node with an internet stack
     * @return the layer of the node
     */
    static Ptr<SstTrafficControlLayer> Install(Ptr<Node> node);

    /**
     * @param node a node
     * @return the layer of the node, nullptr when not installed
     */
    static Ptr<SstTrafficControlLayer> Get(Ptr<Node> node);

    /**
     * @param filter a filter, run after those already there for every IP packet received from a
     *        device other than the loopback
     */
    void AddIngressFilter(Ptr<SstIngressFilter> filter);

    /**
     * Let a packet that a filter kept go on, after all filters.
     *
     * @param device the device that had received it
     * @param packet the packet from its IP header on
     * @param protocol the EtherType
     */
    void Reinject(Ptr<NetDevice> device, Ptr<const Packet> packet, uint16_t protocol);

    /**
     * Set which Traffic Class bytes are a mark, for the IPv6 queue item.
     *
     * @param value the value of the bits under the mask
     * @param mask the bits of the mark; 0 disables
     */
    void SetTrafficClassMark(uint8_t value, uint8_t mask);

    void Receive(Ptr<NetDevice> device,
                 Ptr<const Packet> p,
                 uint16_t protocol,
                 const Address& from,
                 const Address& to,
                 NetDevice::PacketType packetType) override;
    void Send(Ptr<NetDevice> device, Ptr<QueueDiscItem> item) override;

  protected:
    void DoDispose() override;
    void DoInitialize() override;

  private:
    /**
     * Take over what the stock layer holds.
     *
     * @param node the node
     * @param stock its stock layer
     */
    void Migrate(Ptr<Node> node, Ptr<TrafficControlLayer> stock);

    /**
     * Make `GetObject<TrafficControlLayer>()` of the node return this object.
     *
     * @param node the node
     */
    void Shadow(Ptr<Node> node);

    /**
     * Copy the reserved flag of a received IPv4 header into the packet tag.
     *
     * @param packet the packet from its IPv4 header on; replaced when a stale tag has to go
     */
    static void TagIngressV4(Ptr<const Packet>& packet);

    /// Uid of no packet: ns-3 counts them up from 0.
    static constexpr uint64_t NOTHING = UINT64_MAX;

    std::vector<Ptr<SstIngressFilter>> m_filters; //!< in the order they run
    Ptr<Node> m_sstNode;                          //!< the node, for the check at time 0
    uint64_t m_receiving{NOTHING};                //!< uid of the packet on its way up
    bool m_hasChecksum{false};                    //!< whether ns-3 computes checksums
    uint8_t m_tclassValue{0xac};                  //!< value of the IPv6 mark
    uint8_t m_tclassMask{0xfc};                   //!< bits of the IPv6 mark
};

} // namespace ns3

#endif // SST_TRAFFIC_CONTROL_LAYER_H
