/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_STACK_H
#define SST_STACK_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/sst-flow.h"
#include "ns3/sst-policy.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sst
{
struct EndpointConfig;
}

namespace ns3
{

class SstDatapath;

/**
 * @defgroup sst SST, Secured Service Type
 * Hides the service a packet belongs to, its ports, from everybody between two hosts
 * (draft-unice-dispatch-enc-ports-00).
 */

/**
 * @ingroup sst
 *
 * The side stack of a node: seals what sockets and rules ask for, opens what arrives marked,
 * answers in SST what came in SST. Aggregated to a node by SstHelper::Install.
 *
 * The protocol itself is the codec's (sst::Endpoint); this object owns it, gives it the node's
 * clocks and seeded randomness, and turns its verdicts into ns-3 packets and events.
 */
class SstStack : public Object
{
  public:
    /// What asking for the key of a host brought.
    enum class KeyAnswer : uint8_t
    {
        KEYS,     //!< a value
        ABSENT,   //!< NODATA or NXDOMAIN: the host has no key
        UNUSABLE, //!< a value that is invalid or holds no usable entry
        TIMEOUT   //!< no answer
    };

    /// Asks for the key of a host: its name and the address in use. Answered by ProvideKeys.
    using KeyQuery = Callback<void, std::string, Address>;

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstStack();
    ~SstStack() override;

    /**
     * Aggregate a side stack to a node, with SstTrafficControlLayer beneath it. Idempotent.
     *
     * @param node a node with an internet stack
     * @return the side stack of the node
     */
    static Ptr<SstStack> Install(Ptr<Node> node);

    /**
     * Aggregate this side stack to a node that has none, and hang into its protocols. Called
     * again it hangs into protocols that the node got since.
     *
     * @param node a node with an internet stack
     */
    void Attach(Ptr<Node> node);

    /// @return the node
    Ptr<Node> GetNode() const;

    // Keys -------------------------------------------------------------------------------------

    /**
     * Make a key pair from the node's seeded streams and answer to it from now on. A host has
     * at most 4.
     *
     * A key with a lifetime is published with the whole Unix second in which that ends as
     * not_after. Clients use it until then; this host answers to it 10 s longer, for INITs under
     * way and clocks that differ, then forgets it (rule SRV-15). Sessions made with it go on.
     *
     * @param keyId the key's number on this host
     * @param flags flags to publish: 1 early SYN, 2 early UDP, 4 layout U, 8 strict
     * @param lifetime for how long clients may use it from now on, at least 1 s; 0 for ever
     * @return the value of key65280 that announces this key alone
     */
    std::vector<uint8_t> GenerateServerKey(uint8_t keyId, uint8_t flags, Time lifetime = Time(0));

    /**
     * Forget a key of this host at once; sessions made with it go on. An INIT for it is then
     * dropped, `key-id`.
     *
     * @param keyId the key's number
     * @return false when this host has no such key
     */
    bool RemoveServerKey(uint8_t keyId);

    /**
     * Say what is known of the keys of a host at an address.
     *
     * @param name the host's name
     * @param ip Ipv4Address or Ipv6Address of the host
     * @param answer what the question brought
     * @param value the value of key65280, where the answer is KEYS; an invalid one counts as
     *        UNUSABLE
     * @param udpPort UDP port where the host serves layout U, 0 none
     */
    void ProvideKeys(const std::string& name,
                     const Address& ip,
                     KeyAnswer answer,
                     const std::vector<uint8_t>& value = {},
                     uint16_t udpPort = 0);

    /**
     * @param query called when a segment waits for keys that are not known; without it such a
     *        question is answered ABSENT at once
     */
    void SetKeyQuery(KeyQuery query);

    /**
     * Tie an address to a name, for applications that connect by address.
     *
     * @param name the host's name
     * @param ip Ipv4Address or Ipv6Address of the host
     */
    void AddHost(const std::string& name, const Address& ip);

    /**
     * Pin a name, as if it had been seen with the strict flag: policy `pin` then is `require` for
     * it. A pin that lasts longer stays as it is.
     *
     * @param name the host's name
     * @param duration for how long from now on, positive
     */
    void PinName(const std::string& name, Time duration);

    /// @return names pinned now, and the simulation time at which each pin ends
    std::map<std::string, Time> GetPinnedNames() const;

    // What is sealed -----------------------------------------------------------------------------

    /**
     * @param rule a rule, tried after those already there
     */
    void AddPolicy(const SstPolicyRule& rule);

    /**
     * Name a resolver: its port 53 is never touched. More than one may be named.
     *
     * @param ip Ipv4Address or Ipv6Address of the resolver
     */
    void SetResolver(const Address& ip);

    /// @return what sockets of the SST factories ask for
    SstPolicy GetFactoryPolicy() const;

    /// @return the coverage they ask for
    SstCoverage GetFactoryCoverage() const;

    /// @return the layout they ask for
    SstLayout GetFactoryLayout() const;

    /**
     * Send a packet that means nothing, on the session that carries a flow.
     *
     * @param flow the flow
     * @param size bytes from the end of the IP header
     * @return whether it was sent
     */
    bool SendDummy(const SstFlow& flow, uint32_t size);

    /**
     * Give up what waits for a key or a session on behalf of a socket: it is dropped, and a
     * handshake that no other flow waits for ends. A flow bound to a session is left alone.
     *
     * @param socket a connected socket of this node
     */
    void Abandon(Ptr<Socket> socket);

    // What became of it ----------------------------------------------------------------------

    /**
     * @param socket a TCP socket, or a connected UDP socket, of this node
     * @return where its flow stands
     */
    SstFlowInfo GetFlowState(Ptr<Socket> socket) const;

    /**
     * @param flow a flow
     * @return where it stands
     */
    SstFlowInfo GetFlowState(const SstFlow& flow) const;

    /**
     * @param reason a reason's name
     * @return how many packets and segments were dropped for it
     */
    uint64_t GetDropCount(const std::string& reason) const;

    /// @return drops by reason's name, only those that happened
    std::map<std::string, uint64_t> GetCounters() const;

    /// @return SST packets handed to IP
    uint64_t GetTxPackets() const;

    /// @return bytes of them, from the end of the IP header
    uint64_t GetTxBytes() const;

    /// @return SST packets opened
    uint64_t GetRxPackets() const;

    /// @return bytes of them, from the end of the IP header
    uint64_t GetRxBytes() const;

    /// @return live sessions
    uint32_t GetSessionCount() const;

    /// @return sessions whose clients have not yet shown that they have the address they say
    uint32_t GetHalfOpenCount() const;

    /// @return bound flows
    uint32_t GetFlowCount() const;

    /**
     * Assign fixed random variable stream numbers to this node's side stack.
     *
     * @param stream the first stream number to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

    // Trace signatures ---------------------------------------------------------------------------

    /**
     * TracedCallback signature for an SST packet sent or received.
     *
     * @param [in] packet the packet from the end of its IP header on, sealed
     */
    typedef void (*PacketTracedCallback)(Ptr<const Packet> packet);

    /**
     * TracedCallback signature for a drop.
     *
     * @param [in] packet the packet or segment, nullptr where it is no longer at hand
     * @param [in] reason the reason's name
     */
    typedef void (*DropTracedCallback)(Ptr<const Packet> packet, const std::string& reason);

    /**
     * TracedCallback signature for a session.
     *
     * @param [in] peer Ipv4Address or Ipv6Address of the other host
     * @param [in] reason the reason's name, "none" where all is well
     */
    typedef void (*SessionTracedCallback)(const Address& peer, const std::string& reason);

    /**
     * TracedCallback signature for a flow.
     *
     * @param [in] flow the flow
     * @param [in] reason the reason's name
     */
    typedef void (*FlowTracedCallback)(const SstFlow& flow, const std::string& reason);

  protected:
    void DoDispose() override;
    void DoInitialize() override;

  private:
    friend class SstDatapath;
    friend class SstSocketOption;

    /**
     * @return the datapath
     */
    SstDatapath& GetDatapath() const;

    /// @return the limits of the codec as the attributes say
    sst::EndpointConfig MakeConfig() const;

    /**
     * @param name "none", "mtu", or a multiple in bytes
     */
    void SetPadding(std::string name);

    /// @return the name of the padding
    std::string GetPadding() const;

    std::unique_ptr<SstDatapath> m_datapath; //!< the codec and the hooks into the node
    Ptr<Node> m_node;                        //!< the node
    KeyQuery m_keyQuery;                     //!< asks for keys

    Time m_epoch;                    //!< Unix time at simulation time 0
    SstPolicy m_defaultPolicy;       //!< what segments ask for that no socket or rule covers
    SstCoverage m_defaultCoverage;   //!< coverage they ask for
    SstLayout m_defaultLayout;       //!< layout they ask for
    SstPolicy m_factoryPolicy;       //!< what sockets of the SST factories ask for
    SstCoverage m_factoryCoverage;   //!< coverage they ask for
    SstLayout m_factoryLayout;       //!< layout they ask for
    SstPadding m_padding;            //!< what is added to the packets of every session
    bool m_acceptUnmarkedInit;       //!< whether unmarked INITs are tried
    uint16_t m_udpPort;              //!< where layout U is served, 0 nowhere
    uint32_t m_maxHalfOpen;          //!< half-open sessions above which RETRY is asked
    uint32_t m_maxHalfOpenValidated; //!< half-open sessions in all
    uint32_t m_initRate;             //!< INITs a second from everyone
    uint32_t m_siteInitRate;         //!< INITs a second from one address
    uint32_t m_siteHalfOpen;         //!< half-open sessions of one address
    Time m_epochTime;                //!< how long keys are used
    bool m_allowNarrowCoverage;      //!< whether a server agrees to narrow coverage
    uint8_t m_tclassValue;           //!< value of the IPv6 mark
    uint8_t m_tclassMask;            //!< bits of the IPv6 mark

    TracedCallback<Ptr<const Packet>> m_tx;                             //!< SST packet sent
    TracedCallback<Ptr<const Packet>> m_rx;                             //!< SST packet opened
    TracedCallback<Ptr<const Packet>, const std::string&> m_drop;       //!< drop
    TracedCallback<const Address&, const std::string&> m_sessionUp;     //!< session up
    TracedCallback<const Address&, const std::string&> m_sessionClosed; //!< session closed
    TracedCallback<const SstFlow&, const std::string&> m_flowFailed;    //!< flow failed
    TracedCallback<const SstFlow&, const std::string&> m_flowFellBack;  //!< flow fell back
};

} // namespace ns3

#endif // SST_STACK_H
