/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_ENDPOINT_H
#define SST_ENDPOINT_H

#include "sst/buffer.h"
#include "sst/cipher.h"
#include "sst/key-value.h"
#include "sst/mark.h"
#include "sst/pin-store.h"
#include "sst/random.h"
#include "sst/reason.h"
#include "sst/types.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sst
{

/// Units of the time limits below.
constexpr uint64_t NS_PER_MS = 1000000;
constexpr uint64_t NS_PER_S = 1000000000;

/// Limits and choices of an endpoint. The defaults are those of the protocol.
struct EndpointConfig
{
    bool restoreChecksums{true};     //!< write TCP, UDP and ICMP checksums into what is delivered
    bool allowNarrowCoverage{false}; //!< coverage `header` and `ports`, refused outside a simulator
    bool markedUnknownUp{true};      //!< IPv6: marked and unrecognised goes up unchanged
    TrafficClassMark mark{};         //!< IPv6 mark, to recognise our packets quoted in ICMPv6

    bool acceptUnmarkedInit{false}; //!< try unmarked INITs of layout N too
    uint16_t udpPort{0};            //!< port where layout U is served; 0: not served
    Padding padding{};              //!< of every session

    size_t maxHalfOpen{1024};          //!< sessions in HALF, above which RETRY is asked
    size_t maxHalfOpenValidated{4096}; //!< sessions in HALF in all; with a token, a /48: a quarter
    uint32_t initRate{2900};           //!< INITs a second without a token, all; with one: 4 times
    uint32_t siteInitRate{50};         //!< INITs a second from one address (/64)
    uint32_t siteHalfOpen{64};         //!< sessions in HALF of one address (/64)
    uint32_t resetRate{10};            //!< RESETs a second to one address (/64)
    size_t limitBuckets{4096};         //!< of each table of the limits per address
    size_t icmpRing{8192};             //!< sent packets remembered for ICMP errors, all sessions
    uint32_t icmpNumbers{4096};        //!< an error must quote one of the last numbers sent
    size_t maxPins{4096};              //!< names seen with the strict flag
    size_t maxSessions{131072}; //!< in all; peers': of one address (/64) a sixteenth, 7/8 in all
    size_t maxFlowsPerSession{1024}; //!< flows one session carries
    size_t maxFlows{65536};          //!< in all; one address (/64): a sixteenth; peers': 7/8
    size_t maxTombstones{65536};     //!< of own flows, and of peers', for a day; a quarter shorter
    size_t maxKeyAnswers{4096};      //!< names and addresses remembered
    size_t maxReplayEntries{262144}; //!< ephemerals remembered
    size_t maxQueuePackets{64};      //!< waiting packets of a pending session
    size_t maxQueueBytes{262144};    //!< and their bytes

    uint64_t fallbackNs{3 * NS_PER_S};      //!< opportunistic gives up
    uint64_t halfLifeNs{10 * NS_PER_S};     //!< HALF, from its first INIT
    uint64_t halfRemnantNs{240 * NS_PER_S}; //!< flows of a lapsed HALF: no egress that long
    uint64_t respWaitNs{5 * NS_PER_MS};     //!< RESP waits for the stack's answer
    uint64_t timeWindowMs{10000};           //!< early data: largest difference of the clocks
    uint64_t startGuardMs{20000};           //!< early data: refused that long after the start
    uint64_t sessionIdleNs{120 * NS_PER_S}; //!< session without flows and packets
    uint64_t tcpClosingNs{240 * NS_PER_S};  //!< TCP flow silent after FIN/RST, or never answered
    uint64_t tcpIdleNs{7440 * NS_PER_S};    //!< TCP flow idle: 2 h 4 min (RFC 5382)
    uint64_t tombstoneNs{24 * 3600 * NS_PER_S}; //!< what a TCP flow leaves behind
    uint64_t udpIdleNs{300 * NS_PER_S};         //!< UDP flow idle
    uint64_t failedFlowNs{60 * NS_PER_S};       //!< a failed flow keeps dropping that long
    uint64_t keyCacheNs{24 * 3600 * NS_PER_S};  //!< keys remembered, within their not_after
    uint64_t absentCacheNs{60 * NS_PER_S};      //!< ABSENT and UNUSABLE remembered
    uint64_t timeoutCacheNs{10 * NS_PER_S};     //!< TIMEOUT remembered
    uint64_t keyWaitNs{30 * NS_PER_S};          //!< RESOLVE without an answer: key-timeout
    uint64_t handshakeEndNs{303 * NS_PER_S};    //!< 60 s after the last INIT: handshake-timeout

    uint64_t maxPacketNumber{(uint64_t{1} << 32) - (uint64_t{1} << 16)}; //!< first never used
    uint64_t epochNs{900 * NS_PER_S};        //!< time in one epoch: 15 min
    uint32_t epochReserve{32};               //!< with fewer epochs left, time no longer ends one
    uint64_t oldEpochNs{3 * NS_PER_S};       //!< E-1 is held that long after the first packet of E
    uint64_t epochAnswerNs{NS_PER_S};        //!< silence after which type 59 is sent
    uint64_t retrySlotNs{120 * NS_PER_S};    //!< life of a secret of RETRY tokens
    uint64_t pinMs{30 * uint64_t{86400000}}; //!< a name stays pinned beyond not_after
    uint64_t maxFailedOpens{uint64_t{1} << 36}; //!< forgeries that close a session
};

/// What a socket, or the policy table standing in for it, asks for a flow.
struct Request
{
    Policy policy{Policy::OFF};              //!< off: as if nothing was asked
    Coverage coverage{Coverage::SEGMENT};    //!< how much is sealed
    LayoutChoice layout{LayoutChoice::AUTO}; //!< what it may look like
    Padding padding{};                       //!< NONE: what the endpoint's configuration says
    bool earlyUdp{false};                    //!< a datagram may ride in INIT (replayable)
    std::string name; //!< host the keys belong to; empty: keys known for no name
};

/// What is known about a packet besides its bytes.
struct Meta
{
    uint8_t protocol{0}; //!< protocol of the IP header (ingress: outer; egress: the segment's)
    IpAddress local{};   //!< this host's address, in both directions
    IpAddress peer{};    //!< the other's
    uint32_t mtu{0};     //!< of the path, IP header included; 0 unknown
    bool marked{false};  //!< ingress: the mark was set
    uint64_t cookie{0};  //!< egress: the host's name for this packet; 0 none
};

/// What becomes of a packet.
enum class Outcome : uint8_t
{
    PASS,     //!< goes on unchanged
    SEND,     //!< the buffer holds an SST packet: mark and send it
    DELIVER,  //!< the buffer holds the inner segment: hand it to the stack
    WAIT,     //!< the endpoint keeps a copy and the cookie
    CONSUMED, //!< nothing further to do, not an error
    DROP,     //!< dropped, with a reason
};

/// @return kebab-case name
const char* ToString(Outcome outcome);

/// Answer to Egress and Ingress.
struct Verdict
{
    Outcome outcome{Outcome::PASS}; //!< what to do
    Reason reason{
        Reason::NONE};   //!< why: set on DROP, and on PASS or CONSUMED where something was refused
    uint8_t protocol{0}; //!< outer one for SEND, inner one for DELIVER
    bool mark{true};     //!< SEND: to be marked; false in layout U
};

/// Answer of the key query.
enum class KeyAnswer : uint8_t
{
    KEYS,     //!< a valid value
    ABSENT,   //!< NODATA or NXDOMAIN
    UNUSABLE, //!< present, but the value is invalid
    TIMEOUT,  //!< no answer
};

/// What FindFlow says about a flow.
enum class FlowState : uint8_t
{
    NONE,    //!< not known here: the stack's own business
    WAITING, //!< keys or handshake pending
    SST,     //!< bound to a session
    CLEAR,   //!< fell back
    FAILED,  //!< with a reason
};

/// @return kebab-case name
const char* ToString(FlowState state);

/// Something the endpoint wants done, taken with Poll.
struct Action
{
    /// What to do.
    enum class Kind : uint8_t
    {
        SEND, //!< `bytes` is an SST packet with outer `protocol` from `local` to `peer`: mark and
              //!< send
        PASS, //!< send the segment kept under `cookie` in clear
        DROP, //!< the segment under `cookie` is dropped for `reason`
        RELEASE, //!< the segment under `cookie` is no longer needed: the peer has it
        RESOLVE, //!< ask for the keys of `name` (address `peer`), then call ProvideKeys
        EVENT,   //!< for traces
    };

    /// What EVENT is about.
    enum class Event : uint8_t
    {
        NONE,
        SESSION_UP,     //!< `index`, `client`
        SESSION_CLOSED, //!< `index`, `client`, `reason`
        FLOW_BOUND,     //!< `flow` is carried by session `index` (the keys are there)
        FLOW_FAILED,    //!< `flow`, `reason`
        FLOW_FELL_BACK, //!< `flow` goes on in clear, `reason`
        PATH_MTU,       //!< session `index`: IP packets up to `mtu` bytes pass
    };

    Kind kind{Kind::EVENT};      //!< what to do
    Event event{Event::NONE};    //!< for EVENT
    Reason reason{Reason::NONE}; //!< why
    uint8_t protocol{0};         //!< outer protocol of `bytes`
    IpAddress local{};           //!< this host's address
    IpAddress peer{};            //!< the other's
    uint64_t cookie{0};          //!< 0: none
    bool done{false};            //!< SEND with a cookie: true when the cookie is finished with
    std::string name;            //!< for RESOLVE
    FlowKey flow{};              //!< for flow events
    uint32_t index{0};           //!< own index of the session, 30 bits
    bool client{false};          //!< the session was opened here
    bool mark{true};             //!< SEND: to be marked; false in layout U
    uint32_t mtu{0};             //!< for PATH_MTU
    Buffer bytes;                //!< for SEND, from the end of the IP header
};

/// Answer of FindFlow.
struct FlowInfo
{
    FlowState state{FlowState::NONE};     //!< where the flow stands
    Reason reason{Reason::NONE};          //!< of CLEAR and FAILED
    bool client{false};                   //!< opened here
    uint32_t index{0};                    //!< own index of its session
    Coverage coverage{Coverage::SEGMENT}; //!< in force
    Layout layout{Layout::N};             //!< of its session
    uint32_t epoch{0};                    //!< of its session
    uint64_t number{0};                   //!< next packet number of its session
};

/// One packet or segment of a batch: what goes in and what comes out.
struct BatchItem
{
    Meta meta;                       //!< as for one
    const Request* request{nullptr}; //!< egress only
    Buffer* buffer{nullptr};         //!< never nullptr
    Verdict verdict{};               //!< out
};

class EndpointCore;

/**
 * One host's side of the protocol, sans-IO: bytes and time in, verdicts and bytes out. It decides
 * session, flow and policy; the caller moves bytes, writes and reads the mark.
 *
 * After every call take all actions with Poll; carry out a verdict before the actions. Calls may
 * nest (delivering a segment may make the stack send one): the endpoint is never inside a call
 * when the caller acts.
 */
class Endpoint
{
  public:
    /**
     * @param config limits
     * @param random outlives the endpoint
     * @param cipher the AEAD; nullptr for ChaCha20-Poly1305
     */
    Endpoint(const EndpointConfig& config,
             Random& random,
             std::shared_ptr<const Cipher> cipher = nullptr);
    ~Endpoint();

    Endpoint(const Endpoint&) = delete;
    Endpoint& operator=(const Endpoint&) = delete;

    static constexpr size_t MAX_SERVER_KEYS = 4; //!< keys a server holds

    /**
     * From now on this end answers INIT. The first call is the server's start.
     * @param key the static key
     * @param clock now
     * @return false when four keys are held, or one with this key_id is, or its time is over
     */
    bool AddServerKey(const KeyPair& key, const Clock& clock);

    /**
     * Forget and wipe a static key; sessions made with it go on.
     * @param keyId which
     * @return false when there is none
     */
    bool RemoveServerKey(uint8_t keyId);

    /**
     * Keys of (name, address), asked for by RESOLVE or known otherwise. A handshake under way goes
     * on with the INIT it has sent; its next fresh INIT is for the first usable key given here.
     * TIMEOUT replaces no keys still known.
     * @param name host name as in Request
     * @param address peer address
     * @param answer kind of answer
     * @param keys for KEYS
     * @param clock now
     * @param udpPort `port` of the SVCB record: where layout U is served; 0 none
     */
    void ProvideKeys(const std::string& name,
                     const IpAddress& address,
                     KeyAnswer answer,
                     const std::vector<KeyEntry>& keys,
                     const Clock& clock,
                     uint16_t udpPort = 0);

    /**
     * A segment leaves the stack.
     * @param meta addresses; `protocol` 6, 17, or 1/58 for ICMP errors of this stack
     * @param request what is asked, nullptr nothing; flows bound to a session are sealed all the
     * same
     * @param segment from its byte 0; on SEND the SST packet
     * @param clock now
     * @return PASS, SEND, WAIT, CONSUMED or DROP
     */
    [[nodiscard]] Verdict Egress(const Meta& meta,
                                 const Request* request,
                                 Buffer& segment,
                                 const Clock& clock);

    /**
     * A packet came from the wire, reassembled.
     * @param meta addresses, mark
     * @param packet from the end of the IP header; on DELIVER the inner segment
     * @param clock now
     * @return PASS (packet unchanged), DELIVER, CONSUMED or DROP
     */
    [[nodiscard]] Verdict Ingress(const Meta& meta, Buffer& packet, const Clock& clock);

    /**
     * Egress for many segments, in order; what they need is fetched ahead. Where a verdict is WAIT,
     * take the actions and send them before what later verdicts of the batch say: they may be of
     * the same session, and RESP comes before its first DATA.
     * @param items every verdict is written
     * @param count how many
     * @param clock now
     */
    void EgressBatch(BatchItem* items, size_t count, const Clock& clock);

    /// Ingress for many packets, in order; see EgressBatch.
    void IngressBatch(BatchItem* items, size_t count, const Clock& clock);

    /**
     * Cheap test whether Ingress must see an unmarked packet.
     * @param meta addresses, protocol
     * @param first leading bytes
     * @param size how many, 8 are enough
     * @return false: the packet may go up without Ingress
     */
    bool MayConcern(const Meta& meta, const uint8_t* first, size_t size) const;

    /**
     * Cheap test whether Egress must see a segment for which nothing is asked.
     * @param flow its flow
     * @return false: the segment may leave without Egress; true for a flow that is, or was, the
     *         endpoint's business: it may be lapsed, or a tombstone
     */
    bool MayConcern(const FlowKey& flow) const;

    /**
     * Do what is due.
     * @param clock now
     */
    void Tick(const Clock& clock);

    /**
     * When Tick has something to send, to fail or to forget: INITs and the end of a handshake,
     * RESP, type 59, the fallback to clear, the end of HALF, keys of old epochs. What ends by being
     * idle (flows, tombstones, sessions without flows) and static keys that retire have no time
     * here: they are gone for every later call, and their memory is given back by calls after that.
     * @return monotonic time of the next thing due, ns; UINT64_MAX for none
     */
    uint64_t NextDeadlineNs() const;

    /**
     * @param action overwritten
     * @return false when there is none left
     */
    [[nodiscard]] bool Poll(Action& action);

    /**
     * The local stack gave a flow up (socket closed while waiting): waiting segments are dropped
     * as `abandoned`; a handshake without flows ends. A flow bound to an open session is left
     * alone.
     */
    void Abandon(const FlowKey& flow, const Clock& clock);

    /// Whether the local stack uses this tuple in clear; asked before an inbound flow is made. A
    /// server that leaves it empty does not meet PORT-1: a stranger's session can then take the
    /// tuple of a connection of this host that is in clear.
    std::function<bool(const FlowKey& flow, const IpAddress& local)> usesInClear;

    /// Reserve a random UDP port of the host for a session of layout U; 0 when there is none.
    /// Empty: the endpoint draws from 49152 to 65535 itself.
    std::function<uint16_t(const IpAddress& local)> reserveUdpPort;
    /// Give such a port back.
    std::function<void(const IpAddress& local, uint16_t port)> releaseUdpPort;

    /**
     * Largest segment that fits the path of a flow when it is sealed.
     * @param flow its tuple
     * @param mtu of the path, IP header included; 0 unknown
     * @return bytes with the transport header, padding not counted; for a flow without session the
     *         smaller of both layouts
     */
    size_t SegmentSize(const FlowKey& flow, uint32_t mtu) const;

    /**
     * Send a packet of type 59 that the peer ignores.
     * @param index own index of an open session
     * @param size bytes from the end of the IP header, UDP header of layout U included
     * @param clock now
     * @return NONE, and the packet is an action; UNKNOWN_INDEX; LENGTH for a size out of range;
     * NUMBER_EXHAUSTED; AMPLIFICATION
     */
    [[nodiscard]] Reason SendDummy(uint32_t index, size_t size, const Clock& clock);

    /**
     * Leave packet numbers out, as a sender may.
     * @param index own index of an open session
     * @param number next one to be sent: not lower than now, not beyond the end of the epoch
     * @return false when refused
     */
    [[nodiscard]] bool SkipNumbers(uint32_t index, uint64_t number);

    /// @return names seen with the strict flag, to be kept over a restart
    std::vector<Pin> Pins() const;
    /// Take over names kept, beside those known; of two ends of a name the later counts.
    void SetPins(const std::vector<Pin>& pins);

    /// @return where the flow stands
    FlowInfo FindFlow(const FlowKey& flow) const;

    /// @return true when the flow is bound to a session, pending or open
    bool IsBound(const FlowKey& flow) const;

    /// @return sessions with an index: pending, half open, open
    size_t SessionCount() const;
    /// @return sessions in HALF
    size_t HalfOpenCount() const;
    /// @return flows in the table, lapsed ones not yet swept included
    size_t FlowCount() const;
    /// @return times this reason was met, by packets and waiting segments
    uint64_t Count(Reason reason) const;
    /// @return the configuration
    const EndpointConfig& Config() const;

  private:
    std::unique_ptr<EndpointCore> m_core; //!< everything
};

} // namespace sst

#endif /* SST_ENDPOINT_H */
