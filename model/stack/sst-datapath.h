/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_DATAPATH_H
#define SST_DATAPATH_H

#include "sst/endpoint.h"

#include "ns3/event-id.h"
#include "ns3/ipv4-header.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv6-header.h"
#include "ns3/ipv6-interface.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/sst-icmp-report.h"
#include "ns3/sst-ip-hooks.h"
#include "ns3/sst-policy-table.h"
#include "ns3/sst-seeded-random.h"
#include "ns3/sst-socket-table.h"
#include "ns3/sst-udp-ports.h"

#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>

namespace ns3
{

class SstStack;

/**
 * @ingroup sst
 * Moves packets between ns-3 and the codec: gives the codec bytes, addresses and clocks, and
 * carries out its verdicts and actions.
 */
class SstDatapath
{
  public:
    /**
     * @param stack the side stack this works for
     * @param node its node
     */
    SstDatapath(SstStack& stack, Ptr<Node> node);
    ~SstDatapath();

    SstDatapath(const SstDatapath&) = delete;
    SstDatapath& operator=(const SstDatapath&) = delete;

    /// Hang into the node, as far as that has not happened yet.
    void Attach();

    /**
     * The codec, made with the attributes of the side stack when first needed.
     *
     * @return the codec
     */
    sst::Endpoint& GetEndpoint();

    /// @return the codec, nullptr where it was not needed yet
    const sst::Endpoint* PeekEndpoint() const;

    /// @return the node's clocks
    sst::Clock GetClock() const;

    /// Carry out what the codec wants done, and see to its timers. Due after every call to it.
    void Settle();

    /**
     * A segment leaves TCP or UDP over IPv4.
     *
     * @param packet the segment
     * @param source source address
     * @param destination destination address
     * @param protocol 6 or 17
     * @param route how it leaves, nullptr: looked up
     */
    void Send(Ptr<Packet> packet,
              Ipv4Address source,
              Ipv4Address destination,
              uint8_t protocol,
              Ptr<Ipv4Route> route);

    /**
     * A segment leaves TCP or UDP over IPv6.
     *
     * @param packet the segment
     * @param source source address
     * @param destination destination address
     * @param protocol 6 or 17
     * @param route how it leaves, nullptr: looked up
     */
    void Send6(Ptr<Packet> packet,
               Ipv6Address source,
               Ipv6Address destination,
               uint8_t protocol,
               Ptr<Ipv6Route> route);

    /**
     * A packet came for TCP or UDP over IPv4.
     *
     * @param inner TCP or UDP
     * @param packet the packet from the end of the IP header on, reassembled
     * @param header its IP header
     * @param interface where it came in
     * @return what IP should do about it
     */
    IpL4Protocol::RxStatus Receive(Ptr<IpL4Protocol> inner,
                                   Ptr<Packet> packet,
                                   const Ipv4Header& header,
                                   Ptr<Ipv4Interface> interface);

    /**
     * A packet came for TCP or UDP over IPv6.
     *
     * @param inner TCP or UDP
     * @param packet the packet from the end of the IP header on, reassembled
     * @param header its IP header
     * @param interface where it came in
     * @return what IP should do about it
     */
    IpL4Protocol::RxStatus Receive(Ptr<IpL4Protocol> inner,
                                   Ptr<Packet> packet,
                                   const Ipv6Header& header,
                                   Ptr<Ipv6Interface> interface);

    /**
     * An ICMP error came for TCP or UDP: where it is about an SST packet, the stack learns of the
     * segment that was in it.
     *
     * @param inner TCP or UDP
     * @param report the error
     */
    void ReceiveIcmp(Ptr<IpL4Protocol> inner, const SstIcmpReport& report);

    /// @return rules, names of hosts, resolvers
    SstPolicyTable& GetPolicies();

    /// @return sockets
    SstSocketTable& GetSockets();

    /// @return the codec's randomness
    SstSeededRandom& GetRandom();

    /**
     * @param reason a reason
     * @return how often packets or segments were dropped for it
     */
    uint64_t GetDropCount(sst::Reason reason) const;

    uint64_t txPackets{0}; //!< SST packets handed to IP
    uint64_t txBytes{0};   //!< their bytes
    uint64_t rxPackets{0}; //!< SST packets opened
    uint64_t rxBytes{0};   //!< their bytes

  private:
    /// A segment that waits for a key or a session.
    struct Pending
    {
        Ptr<Packet> packet;      //!< the segment
        sst::IpAddress local;    //!< source address
        sst::IpAddress peer;     //!< destination address
        uint8_t protocol;        //!< its protocol
        SstIpHooks::Route route; //!< how it leaves
    };

    /**
     * A segment leaves.
     *
     * @param segment the segment
     */
    void Egress(const Pending& segment);

    /**
     * @param segment a segment
     * @param flow its flow
     * @param note of its TCP socket, nullptr for none
     * @return what its socket or a rule asks, nullptr for nothing
     */
    const sst::Request* FindRequest(const Pending& segment,
                                    const sst::FlowKey& flow,
                                    const SstSocketTable::TcpNote* note);

    /**
     * Leave room for what sealing adds to each segment of a TCP socket.
     *
     * @param socket the socket
     * @param flow its flow
     * @param request what is asked for it, nullptr for nothing
     * @param mtu of the link
     * @param excess bytes by which a packet was too large for the link all the same, 0 none
     */
    void FitSegmentSize(const TcpSocketBase& socket,
                        const sst::FlowKey& flow,
                        const sst::Request* request,
                        uint32_t mtu,
                        uint32_t excess);

    /**
     * @param flow a flow
     * @param request what is asked for it, nullptr for nothing
     * @param mtu of the link
     * @return the largest segment that fits, transport header included
     */
    uint32_t GetSegmentRoom(const sst::FlowKey& flow,
                            const sst::Request* request,
                            uint32_t mtu) const;

    /**
     * A session's path carries less: its TCP sockets send smaller segments.
     *
     * @param action the event
     */
    void FitSessionSegments(const sst::Action& action);

    /**
     * A TCP segment was opened and goes up: where it answers a SYN in layout U, the socket learns
     * in time that its segments have less room.
     *
     * @param meta what is known of the packet it came in
     */
    void FitBehindUdp(const sst::Meta& meta);

    /**
     * @param packet an SST packet
     * @param local source address
     * @param peer destination address
     * @param protocol its outer protocol
     * @param route how it leaves
     * @param mark whether it is marked
     */
    void SendSealed(Ptr<Packet> packet,
                    const sst::IpAddress& local,
                    const sst::IpAddress& peer,
                    uint8_t protocol,
                    const SstIpHooks::Route& route,
                    bool mark);

    /**
     * Tell the peer, inside the session, that nobody has the port of a datagram it sent.
     *
     * @param meta what is known of the packet it came in
     * @param head first bytes of the datagram
     */
    void SendPortUnreachable(const sst::Meta& meta,
                             const std::array<uint8_t, SstIcmpReport::QUOTED>& head);

    /**
     * @param segment a segment that leaves in clear
     */
    void SendClear(const Pending& segment);

    /**
     * @param packet what is dropped, nullptr where it is no longer at hand
     * @param reason why
     */
    void Drop(Ptr<const Packet> packet, sst::Reason reason);

    /**
     * Show a packet to the codec and carry out the verdict up to delivery.
     *
     * @param packet the packet; on DELIVER holds the inner segment
     * @param meta what is known about it
     * @return the verdict
     */
    sst::Verdict Open(Ptr<Packet> packet, const sst::Meta& meta);

    /**
     * What both IP versions do with a packet that came.
     *
     * @tparam Header its IP header's class
     * @tparam Interface the class of interfaces
     * @param inner TCP or UDP
     * @param packet the packet from the end of the IP header on, reassembled
     * @param header its IP header
     * @param interface where it came in
     * @param meta what the codec is told of it
     * @return what IP should do about it
     */
    template <typename Header, typename Interface>
    IpL4Protocol::RxStatus Accept(Ptr<IpL4Protocol> inner,
                                  Ptr<Packet> packet,
                                  const Header& header,
                                  Ptr<Interface> interface,
                                  const sst::Meta& meta);

    /**
     * Hand up what was in an SST packet, which g_in still holds.
     *
     * @tparam Header its IP header's class
     * @tparam Interface the class of interfaces
     * @param inner TCP or UDP, as the packet's header says
     * @param packet the segment
     * @param header the packet's IP header
     * @param interface where it came in
     * @param meta what is known of the packet
     * @param protocol of the segment
     */
    template <typename Header, typename Interface>
    void DeliverInner(Ptr<IpL4Protocol> inner,
                      Ptr<Packet> packet,
                      const Header& header,
                      Ptr<Interface> interface,
                      const sst::Meta& meta,
                      uint8_t protocol);

    /**
     * @param packet a packet that was opened, still sealed
     */
    void NoteOpened(Ptr<const Packet> packet);

    /**
     * @param packet a packet
     * @param meta what is known about it
     * @return whether the codec has to see it
     */
    bool Concerns(Ptr<const Packet> packet, const sst::Meta& meta) const;

    /**
     * @param action what the codec wants done
     */
    void Execute(const sst::Action& action);

    /**
     * @param action an SST packet to send
     */
    void ExecuteSend(const sst::Action& action);

    /**
     * @param action an event to report
     */
    void Report(const sst::Action& action);

    /// The codec's timer.
    void Tick();

    /// Set the timer to what the codec waits for next.
    void Reschedule();

    SstStack& m_stack;                         //!< attributes and traces
    Ptr<Node> m_node;                          //!< the node
    SstSeededRandom m_random;                  //!< outlives the codec
    SstPolicyTable m_policies;                 //!< rules, names, resolvers
    SstSocketTable m_sockets;                  //!< sockets
    SstUdpPorts m_ports;                       //!< UDP ports of layout U
    std::unique_ptr<sst::Endpoint> m_endpoint; //!< the codec
    SstIpHooks m_hooks;                        //!< the way up and down

    sst::TrafficClassMark m_mark; //!< the IPv6 mark
    // One for all nodes: each is used up within a call that no other node's can come between.
    static sst::Buffer g_out; //!< the segment being sealed
    static sst::Buffer g_in;  //!< the packet being opened
    sst::Action m_action;     //!< the action being carried out
    bool m_settling{false};   //!< whether an outer call takes the actions

    std::unordered_map<uint64_t, Pending> m_pending; //!< by cookie
    uint64_t m_lastCookie{0};                        //!< cookies count up from 1

    EventId m_tick;                                    //!< the timer
    uint64_t m_tickNs{0};                              //!< when it fires
    std::array<uint64_t, sst::REASON_COUNT> m_drops{}; //!< those the codec does not count
};

} // namespace ns3

#endif // SST_DATAPATH_H
