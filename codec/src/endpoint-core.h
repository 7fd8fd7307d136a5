/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_ENDPOINT_CORE_H
#define SST_ENDPOINT_CORE_H

#include "alias-table.h"
#include "icmp-error.h"
#include "icmp-ring.h"
#include "select-table.h"
#include "session-arena.h"
#include "session.h"
#include "sst/ctrl-packet.h"
#include "sst/endpoint.h"
#include "sst/flow-table.h"
#include "sst/hash.h"
#include "sst/index-table.h"
#include "sst/init-limits.h"
#include "sst/key-store.h"
#include "sst/peer-index-table.h"
#include "sst/pin-store.h"
#include "sst/replay-cache.h"
#include "sst/retry-secrets.h"
#include "sst/segment.h"
#include "sst/site-table.h"
#include "sst/tombstone-table.h"
#include "sst/udp-shell.h"

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace sst
{

/**
 * What is behind Endpoint. Its members live in several files: endpoint-core.cc (verdicts, actions,
 * timers), endpoint-sessions.cc (life of sessions and flows), endpoint-egress.cc,
 * endpoint-ingress.cc, endpoint-opening.cc (flows opened here, until their session is up),
 * endpoint-client.cc (INIT), endpoint-resp.cc, endpoint-server.cc, endpoint-keys.cc (static keys),
 * endpoint-ctrl.cc (RETRY and RESET), endpoint-icmp.cc (ICMP from the network, sizes),
 * endpoint-translation.cc (peer ports), endpoint-shell.cc (layout U), endpoint-pin.cc,
 * endpoint-padding.cc.
 */
class EndpointCore
{
  public:
    /// What the host lends; all may be empty.
    struct Callbacks
    {
        const std::function<bool(const FlowKey&, const IpAddress&)>& usesInClear;
        const std::function<uint16_t(const IpAddress&)>& reserveUdpPort;
        const std::function<void(const IpAddress&, uint16_t)>& releaseUdpPort;
    };

    EndpointCore(const EndpointConfig& config,
                 Random& random,
                 std::shared_ptr<const Cipher> cipher,
                 const Callbacks& callbacks);
    ~EndpointCore();

    EndpointCore(const EndpointCore&) = delete;
    EndpointCore& operator=(const EndpointCore&) = delete;

    // The calls of Endpoint.
    bool AddServerKey(const KeyPair& key, const Clock& clock);
    bool RemoveServerKey(uint8_t keyId);
    void ProvideKeys(const std::string& name,
                     const IpAddress& address,
                     KeyAnswer answer,
                     const std::vector<KeyEntry>& keys,
                     const Clock& clock,
                     uint16_t udpPort);
    Verdict Egress(const Meta& meta, const Request* request, Buffer& segment, const Clock& clock);
    Verdict Ingress(const Meta& meta, Buffer& packet, const Clock& clock);
    void EgressBatch(BatchItem* items, size_t count, const Clock& clock);
    void IngressBatch(BatchItem* items, size_t count, const Clock& clock);
    bool MayConcern(const Meta& meta, const uint8_t* first, size_t size) const;
    bool MayConcern(const FlowKey& flow) const;
    void Tick(const Clock& clock);
    uint64_t NextDeadlineNs() const;
    bool Poll(Action& action);
    void Abandon(const FlowKey& flow, const Clock& clock);
    Reason SendDummy(uint32_t index, size_t size, const Clock& clock);
    std::vector<Pin> Pins() const;
    void SetPins(const std::vector<Pin>& pins);
    FlowInfo FindFlow(const FlowKey& flow) const;
    bool SkipNumbers(uint32_t index, uint64_t number);
    size_t SegmentSize(const FlowKey& key, uint32_t mtu) const;
    size_t SessionCount() const;
    size_t HalfOpenCount() const;
    size_t FlowCount() const;
    uint64_t Count(Reason reason) const;
    const EndpointConfig& Config() const;

  private:
    static constexpr size_t OWN_SHARE = 8; //!< an eighth of sessions and flows is kept for own ones

    /// A static key and what follows from it.
    struct ServerKey
    {
        KeyPair pair;       //!< wiped with the entry
        SecretKey resetKey; //!< K_reset

        ~ServerKey()
        {
            Wipe(pair.secretKey.data(), pair.secretKey.size());
        }
    };

    // endpoint-core.cc
    Verdict Drop(Reason reason);
    Verdict Pass(Reason reason = Reason::NONE);
    Verdict Consume(Reason reason = Reason::NONE);
    void Note(Reason reason);
    Action& Push(Action::Kind kind);
    void PushEvent(Action::Event event, Reason reason, const Session* session, const FlowKey* flow);
    void PushDrop(uint64_t cookie, Reason reason);
    Verdict DropOrPass(const Meta& meta, Reason reason);
    void PushReply(const Meta& meta, const uint8_t* packet, size_t size);
    void PushPacket(const Session& session,
                    const uint8_t* packet,
                    size_t size,
                    uint64_t cookie,
                    bool done);
    void Begin(const Clock& clock);
    uint16_t DrawDynamicPort();
    void SetDeadline(Session& session);
    uint64_t DeadlineOf(const Session& session) const;

    // endpoint-sessions.cc
    Session* FindSession(uint64_t id) const;

    /// @return the session of an own index, nullptr when there is none
    Session* FindByIndex(uint32_t index) const
    {
        return m_sessions.Find(m_indices.Find(index));
    }

    Session& NewSession(const IpAddress& local, const IpAddress& peer, bool client);
    Session& NewClientSession(const Meta& meta, const Request& request);
    std::unique_ptr<ClientPending> TakePending(Session& session);
    /// @param kept how many are to stay free
    bool HasSessionRoom(size_t kept = 0);
    bool HasPeerSessionRoom(const IpAddress& peer);
    void GiveIndex(Session& session, uint32_t fixedMask = 0, uint32_t fixedBits = 0);
    /// @return the session with keys that a RESET, or the quote of an ICMP error, names
    Session* FindByPeerIndex(const IpAddress& local,
                             const IpAddress& peer,
                             uint32_t index,
                             bool client) const;
    void CloseSession(Session& session, Reason reason);
    void EndSession(Session& session, Reason reason, bool tombstones, uint64_t tombstoneNs);
    bool CloseIfIdle(Session& session);
    Session* FindLive(uint32_t index);
    Session& SessionOf(const FlowEntry& flow) const;
    FlowEntry* Lookup(const FlowKey& key);
    /// @param key not in the table; @param kept how many flows are to stay free
    FlowEntry* NewFlow(const FlowKey& key, size_t kept = 0);
    void Bind(FlowEntry& flow, Session& session);
    void Unbind(FlowEntry& flow);
    void Forget(FlowEntry& flow);
    bool IsLapsed(const FlowEntry& flow) const;
    void EndFlow(FlowEntry& flow);
    uint64_t TombstoneNs(const FlowEntry& flow) const;
    void LeaveTombstone(const FlowEntry& flow, uint64_t lifetimeNs);
    void Touch(FlowEntry& flow, const SegmentView& view, bool outgoing);
    void SweepSome();
    void SweepAll();

    // endpoint-egress.cc
    Verdict EgressTransport(const Meta& meta,
                            const Request* request,
                            const SegmentView& view,
                            Buffer& segment);
    Verdict EgressMalformed(const Meta& meta, const Request* request, const Buffer& segment);
    bool ClaimsTuple(const FlowEntry& flow, const Request& request, const SegmentView& view) const;
    Verdict EgressUnbound(const Meta& meta,
                          const Request& request,
                          const SegmentView& view,
                          const FlowKey& key,
                          Buffer& segment);
    Verdict EgressBound(FlowEntry& flow,
                        const Meta& meta,
                        const Request* request,
                        const SegmentView& view,
                        Buffer& segment);
    Verdict EgressIcmp(const Meta& meta, Buffer& message);
    Verdict EgressSession(Session& session,
                          const FlowEntry& flow,
                          uint8_t type,
                          size_t headerSize,
                          uint64_t cookie,
                          Buffer& segment);
    Reason Seal(Session& session, uint8_t type, size_t headerSize, Buffer& segment);
    Reason SealPadded(Session& session,
                      uint8_t type,
                      size_t headerSize,
                      size_t padding,
                      Buffer& segment);
    uint8_t OuterProtocol(const Session& session, uint8_t type) const;
    Reason SendNothing(Session& session, bool padded);
    /// @return true when the session closed
    bool AnswerDue(Session& session);
    bool CloseIfStopped(Session& session, Reason reason);

    // endpoint-shell.cc
    bool IsShell(const Meta& meta, const uint8_t* first, size_t size) const;
    Verdict IngressShell(const Meta& meta, Buffer& packet);
    bool IsNativeSession(const Meta& meta, const Buffer& packet) const;

    /// @return true when the packet in hand came in the layout and on the ports of the session
    bool FitsPorts(const Session& session) const
    {
        return session.layout == m_layout &&
               (m_layout == Layout::N ||
                (session.ownPort == m_shell.destinationPort &&
                 (!session.client || session.peerPort == m_shell.sourcePort)));
    }

    void PutInShell(const Session& session, Buffer& packet) const;
    Verdict SendVerdict(const Session& session, uint8_t protocol, Buffer& packet) const;
    void FollowPort(Session& session, uint32_t number);
    uint16_t DrawPort(const Session& session);
    bool GivePort(Session& session);
    void ReleasePort(Session& session);
    bool MayTurn(const Session& session) const;
    bool TurnToShell(Session& session);
    bool IsShellQuote(const Meta& meta, const IcmpError& error, const Buffer& message) const;
    Verdict IngressShellIcmp(const Meta& meta, const IcmpError& error, Buffer& message);

    // endpoint-pin.cc
    Verdict EgressPin(const Meta& meta,
                      const Request& request,
                      const SegmentView& view,
                      Buffer& segment);
    void PinName(const std::string& name, uint64_t untilMs);

    // endpoint-padding.cc
    static void NoteMtu(Session& session, uint32_t mtu)
    {
        session.linkMtu = static_cast<uint16_t>(mtu < UINT16_MAX ? mtu : UINT16_MAX);
    }

    uint16_t PaddingCode(const Request& request) const;
    size_t PacketLimit(const Session& session, uint32_t mtu) const;
    size_t PaddingOf(const Session& session, uint8_t type, size_t size) const;

    // endpoint-ingress.cc
    Verdict IngressMarked(const Meta& meta, Buffer& packet);
    Verdict IngressUnmarked(const Meta& meta, Buffer& packet);
    Verdict IngressClear(const Meta& meta, const Buffer& packet);
    Verdict Unrecognised(const Meta& meta, const Buffer& packet, Reason reason);
    Verdict IngressData(const Meta& meta, Buffer& packet);
    Verdict OpenOn(Session& session,
                   const Meta& meta,
                   uint32_t number,
                   Epochs::Place place,
                   Buffer& packet);
    void FirstOpened(Session& session);
    void CallForAnswer(Session& session, Epochs::Place place, uint32_t number, uint8_t type);
    Verdict AcceptInner(Session& session,
                        const Meta& meta,
                        uint8_t type,
                        bool narrow,
                        size_t covered,
                        Buffer& segment);
    Verdict AcceptOther(Session& session, const Meta& meta, uint8_t type, Buffer& message);
    Verdict DeliverTransport(Session& session, const SegmentView& view, Buffer& segment);
    Verdict DeliverIcmp(Session& session, const InnerView& inner, Buffer& message);
    FlowEntry* FlowOfInbound(Session& session, const SegmentView& view, Reason& reason);
    Reason JudgeInbound(const Session& session, const FlowKey& key, const SegmentView& view) const;
    Verdict Deliver(const Session& session, uint8_t type, Buffer& segment);

    // endpoint-icmp.cc
    Verdict IngressIcmp(const Meta& meta, Buffer& message);
    /**
     * An ICMP error says that it is about a packet of ours.
     * @param meta of the error
     * @param error type, code, MTU and destination of the packet
     * @param layout of the packet
     * @param index receiver's index in the packet
     * @param number packet number
     * @param message the error; on DELIVER the same about the segment inside
     * @return PASS when no session sent that
     */
    Verdict AcceptIcmp(const Meta& meta,
                       const IcmpError& error,
                       Layout layout,
                       uint32_t index,
                       uint32_t number,
                       Buffer& message);
    Session* FindSender(const IpAddress& local,
                        const IpAddress& peer,
                        Layout layout,
                        uint32_t index,
                        uint32_t number);
    void LowerPathMtu(Session& session, uint32_t mtu);
    uint32_t PathMtu(const Session& session, uint32_t mtu) const;

    // endpoint-translation.cc
    FlowEntry* FindCarried(const Session& session,
                           uint8_t protocol,
                           uint16_t localPort,
                           uint16_t wirePort);
    bool DrawAlias(const Session& session, FlowKey& key);
    void Translate(FlowEntry& flow, Session& session, uint16_t wirePort);
    void EndTranslation(const FlowEntry& flow, Session& session);

    // endpoint-opening.cc
    Verdict OpenFlow(const Meta& meta,
                     const Request& request,
                     const SegmentView& view,
                     const FlowKey& key,
                     Buffer& segment);
    Verdict OpenFlowWithKeys(const Meta& meta,
                             const Request& request,
                             const SegmentView& view,
                             FlowEntry& flow,
                             const KeyStore::Item& item,
                             const KeyEntry& key,
                             Buffer& segment);
    Verdict FallBackAtOnce(FlowEntry& flow, Reason reason);
    Verdict FailAtOnce(FlowEntry& flow, Reason reason);
    void FallBackDue(Session& session);
    void FallBack(Session& session, FlowEntry& flow, Reason reason);
    bool MayFallBack(const FlowEntry& flow) const;
    bool RaisePolicy(Session& session, FlowEntry& flow, const Request& request);
    bool FailUnusable(Session& session, FlowEntry& flow);
    void FailWaiting(Session& session, FlowEntry& flow, Reason reason);
    void Fail(FlowEntry& flow, Reason reason);
    void FailSession(Session& session, Reason reason, bool mayFallBack);
    void TakeWaiting(Session& session, const FlowKey& flow, std::vector<PendingSegment>& out);
    void MoveWaiting(Session& from, Session& to);
    void CloseIfEmpty(Session& session);

    // endpoint-client.cc
    Session* SelectSession(const Selection& selection);
    Session* SelectSession(const Selection& selection, Layout layout);
    Session& ResolveSession(const Meta& meta, const Request& request, bool ask);
    void WaitOn(Session& session, FlowEntry& flow);
    void Enqueue(Session& session,
                 FlowEntry& flow,
                 const Meta& meta,
                 const Request* request,
                 const SegmentView& view,
                 const Buffer& segment);
    bool IsRepeatedSyn(const Session& session, const FlowKey& flow, const SegmentView& view) const;
    ResolveKey ResolveKeyOf(const Session& session) const;
    void EndQuestion(const Session& session);
    void StartHandshake(Session& session, const KeyEntry& key, const Selection& selection);
    bool SendFreshInit(Session& session);
    void ChooseEarly(Session& session);
    bool IsEarly(const Session& session, const PendingSegment& segment) const;
    void SelectBy(Session& session, const KeyEntry& key);
    void SwitchKey(Session& session);
    void AskAgain(Session& session);
    void PushInit(Session& session);
    void SendInit(Session& session);
    void ClientTimer(Session& session);
    void SendNextInit(Session& session);
    void KeysFailed(Session& session, Reason reason);
    void KeysArrived(Session& session, const KeyEntry& key, uint16_t udpPort, bool preferU);

    // endpoint-resp.cc
    bool FlushSegment(Session& session, PendingSegment& segment);
    bool FlushQueue(Session& session, PendingQueue& queue);
    void BeginConfirming(Session& session);
    void EndConfirming(Session& session);
    void ConfirmDue(Session& session);
    Verdict IngressResp(const Meta& meta, Buffer& packet);
    Verdict AcceptResp(Session& session, const HandshakePayload& payload, Buffer& packet);

    // endpoint-server.cc
    Verdict IngressInit(const Meta& meta, Buffer& packet);
    Verdict RepeatInit(Session& session, const Digest& digest, const Meta& meta, size_t size);
    Verdict AcceptInit(const Meta& meta,
                       const ServerKey& key,
                       std::unique_ptr<ServerHandshake> handshake,
                       const HandshakePayload& payload,
                       const EphemeralId& id,
                       const Digest& digest,
                       const InitLimits::Seat& seat,
                       Buffer& packet);
    Reason JudgeEarly(const ServerKey& key,
                      const HandshakePayload& payload,
                      const uint8_t* ephemeral,
                      uint8_t& status);
    Session& NewServerSession(const Meta& meta,
                              const ServerKey& key,
                              std::unique_ptr<ServerHandshake> handshake,
                              const EphemeralId& id,
                              const Digest& digest,
                              const InitLimits::Seat& seat);
    EphemeralId MakeEphemeralId(const Meta& meta, const uint8_t* ephemeral) const;
    HandshakePayload RespPayload(const Session& session, uint8_t type, Bytes segment) const;
    void WriteResp(Session& session, const HandshakePayload& payload);
    Verdict AnswerInResp(Session& session,
                         uint8_t type,
                         size_t headerSize,
                         uint64_t cookie,
                         Buffer& segment);
    void SendEmptyResp(Session& session);
    bool HasAllowance(const Session& session, size_t ipSize) const;
    void ExpireHalf();
    void GoUp(Session& session);
    void ServerTimer(Session& session);
    void LeaveHalf(Session& session);

    // endpoint-keys.cc
    const ServerKey* FindServerKey(uint8_t keyId) const;
    void RetireKeys();

    // endpoint-ctrl.cc
    Verdict IngressCtrl(const Meta& meta, Buffer& packet);
    Verdict IngressRetry(const Meta& meta, Buffer& packet);
    Verdict IngressReset(const Meta& meta, Buffer& packet);
    bool MayBeCtrl(const Meta& meta, const uint8_t* first) const;
    Verdict SendRetry(const Meta& meta, const ServerKey& key, Bytes init);
    bool HasValidToken(const Meta& meta, Bytes init);
    bool MakeResetFor(const Meta& meta, uint32_t index, size_t size, ResetPacket& reset);

    EndpointConfig m_config;                              //!< limits
    Epochs::Limits m_epochLimits;                         //!< from m_config
    Random& m_random;                                     //!< handed in
    std::shared_ptr<const Cipher> m_cipher;               //!< the AEAD
    const Callbacks m_callbacks;                          //!< of Endpoint
    Clock m_now{};                                        //!< of the call
    Layout m_layout{Layout::N};                           //!< ingress: of the packet in hand
    UdpShell m_shell;                                     //!< and its UDP header in layout U
    bool m_started{false};                                //!< m_start is set
    Clock m_start{};                                      //!< the server's start
    uint64_t m_latestUnixMs{0};                           //!< latest Unix time seen since then
    std::vector<std::unique_ptr<ServerKey>> m_serverKeys; //!< up to four
    uint64_t m_retireMs{NEVER_NS};                        //!< the next of them ends, Unix time
    RetrySecrets m_retrySecrets;                          //!< tokens of RETRY
    InitLimits m_initLimits;                              //!< when RETRY is asked
    SiteTable m_resets;                                   //!< RESETs sent
    SecretKey m_secret;                                   //!< of keyed hashes
    SessionArena m_sessions;                              //!< all sessions
    uint64_t m_nextSerial{1};                             //!< of sessions
    uint32_t m_sweepSlot{0};                              //!< session sweep cursor
    uint64_t m_sweptNs{0};                                //!< last full sweep
    bool m_swept{false};                                  //!< there was one
    IndexTable m_indices;                                 //!< sessions by own index
    PeerIndexTable m_peerIndices;                         //!< sessions with keys by peer's index
    IcmpRing m_ring;                                      //!< segments sealed last
    AliasTable m_aliases;                                 //!< translated flows
    FlowTable m_flows;                                    //!< flows by tuple
    TombstoneTable m_tombstones;                          //!< what ended flows leave
    SiteCounts m_peerSessions;                            //!< sessions that peers opened, by site
    KeyStore m_keys;                                      //!< answers to key queries
    PinStore m_pins;                                      //!< names seen with the strict flag
    IndexTable m_ports;                                   //!< client sessions by UDP port
    ReplayCache m_replays;                                //!< ephemerals of INITs
    SelectTable m_select;                                 //!< client sessions, INIT and UP
    std::map<ResolveKey, Session*> m_resolve;             //!< client sessions, RESOLVE
    std::set<PendingKey> m_pendings;                      //!< client sessions before RESP
    std::map<EphemeralId, Session*> m_ephemerals;         //!< server sessions, 10 s
    std::deque<std::pair<uint64_t, uint64_t>> m_halfEnds; //!< (time, session id), earliest first
    size_t m_halfOpen{0};                                 //!< sessions in WAIT and HALF
    std::set<std::pair<uint64_t, uint64_t>> m_timers;     //!< (time, session id)
    std::deque<Action> m_actions;                         //!< not yet taken
    std::array<uint64_t, REASON_COUNT> m_counts{};        //!< by reason
    std::vector<uint8_t> m_scratch;                       //!< associated data
    std::vector<uint8_t> m_plain;                         //!< P1 and P2
    Buffer m_copy;                                        //!< unmarked packet while it is tried
    bool m_goesUp{true};                                  //!< what is unrecognised may, on IPv6
};

} // namespace sst

#endif /* SST_ENDPOINT_CORE_H */
