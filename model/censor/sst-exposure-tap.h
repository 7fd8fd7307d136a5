/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_EXPOSURE_TAP_H
#define SST_EXPOSURE_TAP_H

#include "ns3/node.h"
#include "ns3/sst-censor-packet.h"
#include "ns3/sst-censor-port-list.h"
#include "ns3/sst-ingress-filter.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Records what a router sees of flows it is told of, each a pair of hosts. It changes nothing. Put
 * before a censor (installed first) it also sees what the censor then drops.
 *
 * Packets between the client of a flow and the resolver are counted apart, and what they show is
 * not held against the flow. A name cut by the end of a packet is not seen.
 */
class SstExposureTap : public SstIngressFilter
{
  public:
    /// A flow to watch.
    struct Flow
    {
        std::string id;          //!< chosen by the caller, unique
        SstCensorAddress client; //!< address of the client
        SstCensorAddress server; //!< address of the server; the pair is unique
        uint8_t protocol{0};     //!< 6 or 17
        uint16_t port{0};        //!< service port; 0 is not looked for
        std::string name;        //!< host name; empty is not looked for
    };

    /// Packets and their bytes.
    struct Traffic
    {
        uint64_t packets{0}; //!< packets, fragments one by one
        uint64_t bytes{0};   //!< their bytes, IP headers included
    };

    /// What was seen of a flow.
    struct Record
    {
        uint64_t clearPort{0}; //!< unmarked TCP or UDP packets with the service port on the
                               //!< server's side
        uint64_t name{0};     //!< 1 once the host name was seen, as text or in DNS labels, any case
        uint64_t marked{0};   //!< packets with the mark, both ways
        uint64_t imitates{0}; //!< marked packets to the server whose bytes 2 and 3 are one of
                              //!< BlockedPorts
        std::string firstImitated; //!< the first such port, empty without one
        Traffic toServer;          //!< client to server
        Traffic toClient;          //!< server to client
        Traffic dns;               //!< between client and resolver, both ways

        /**
         * @return true when service port or name was seen in clear
         */
        bool IsExposed() const
        {
            return clearPort > 0 || name > 0;
        }
    };

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstExposureTap();
    ~SstExposureTap() override;

    /**
     * Put the tap on a node. Fatal when the node has no SstTrafficControlLayer.
     *
     * @param node a forwarding node
     */
    void Install(Ptr<Node> node);

    /**
     * @param flow a flow to watch from now on
     * @return false when its id or its pair of hosts is already there, or an address is missing
     */
    bool AddFlow(const Flow& flow);

    /**
     * @param address address of the resolver; may be called for each of its addresses
     */
    void AddResolver(const SstCensorAddress& address);

    /**
     * @param id id of a flow
     * @return what was seen of it; nothing for an unknown id
     */
    Record GetRecord(const std::string& id) const;

    Verdict Filter(Ptr<NetDevice> device, Ptr<const Packet>& packet, uint16_t protocol) override;

  protected:
    void DoDispose() override;

  private:
    /// A flow and what was seen of it.
    struct Watch
    {
        Flow flow;          //!< the flow
        std::string text;   //!< its name in lower case; empty when not looked for
        std::string labels; //!< its name as DNS labels in lower case
        Record record;      //!< what was seen
    };

    /// Hash of an address.
    struct AddressHash
    {
        /**
         * @param address an address
         * @return its hash
         */
        size_t operator()(const SstCensorAddress& address) const
        {
            return address.Hash();
        }
    };

    /// Flows of one client by the server's address.
    using Watches = std::unordered_map<SstCensorAddress, size_t, AddressHash>;

    /**
     * @param client address of a client
     * @param server address of a server
     * @return the flow of the pair, nullptr when it is not watched
     */
    Watch* Find(const SstCensorAddress& client, const SstCensorAddress& server);

    /**
     * @param client address of a client
     * @param other the other address of the packet
     * @param bytes the packet's bytes
     */
    void CountDns(const SstCensorAddress& client, const SstCensorAddress& other, size_t bytes);

    /**
     * @param [in,out] watch the flow
     * @param packet a packet of it
     * @param toServer whether it goes from client to server
     */
    void Look(Watch& watch, const SstCensorPacket& packet, bool toServer);

    /**
     * @param watch the flow
     * @param packet a packet of it
     * @return true when the name of the flow is in the packet
     */
    bool ShowsName(const Watch& watch, const SstCensorPacket& packet);

    /**
     * @param text value of the BlockedPorts attribute
     * @return false when it is no list of ports
     */
    bool SetBlockedPorts(std::string text);

    /**
     * @return value of the BlockedPorts attribute
     */
    std::string GetBlockedPorts() const;

    std::vector<Watch> m_watches;        //!< flows in the order added
    std::map<std::string, size_t> m_ids; //!< flow of an id
    std::unordered_map<SstCensorAddress, Watches, AddressHash> m_clients; //!< flows of a client
    std::vector<SstCensorAddress> m_resolvers; //!< addresses of the resolver
    SstCensorPortList m_blockedPorts;          //!< BlockedPorts attribute
    uint8_t m_tclassValue;                     //!< TrafficClassValue attribute
    uint8_t m_tclassMask;                      //!< TrafficClassMask attribute
    std::vector<uint8_t> m_buffer;             //!< bytes of the packet being looked at
    std::vector<uint8_t> m_lower;              //!< the same in lower case
};

} // namespace ns3

#endif // SST_EXPOSURE_TAP_H
