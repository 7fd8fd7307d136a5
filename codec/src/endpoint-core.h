/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_ENDPOINT_CORE_H
#define SST_ENDPOINT_CORE_H

#include "session.h"
#include "sst/endpoint.h"
#include "sst/flow-table.h"
#include "sst/hash.h"
#include "sst/index-table.h"
#include "sst/key-store.h"
#include "sst/replay-cache.h"
#include "sst/segment.h"
#include "sst/tombstone-table.h"

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
 * What is behind Endpoint. Its members live in eight files: endpoint-core.cc (verdicts, actions,
 * timers), endpoint-sessions.cc (life of sessions and flows), endpoint-egress.cc,
 * endpoint-ingress.cc, endpoint-opening.cc (flows opened here, until their session is up),
 * endpoint-client.cc (INIT), endpoint-resp.cc, endpoint-server.cc.
 */
class EndpointCore
{
  public:
    EndpointCore(const EndpointConfig& config,
                 Random& random,
                 std::shared_ptr<const Cipher> cipher,
                 const std::function<bool(const FlowKey&, const IpAddress&)>& usesInClear);
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
    bool MayConcern(const Meta& meta, const uint8_t* first, size_t size) const;
    bool MayConcern(const FlowKey& flow) const;
    void Tick(const Clock& clock);
    uint64_t NextDeadlineNs() const;
    bool Poll(Action& action);
    void Abandon(const FlowKey& flow, const Clock& clock);
    FlowInfo FindFlow(const FlowKey& flow) const;
    size_t SessionCount() const;
    size_t HalfOpenCount() const;
    size_t FlowCount() const;
    uint64_t Count(Reason reason) const;
    const EndpointConfig& Config() const;

  private:
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
    void PushPacket(const Session& session,
                    const uint8_t* packet,
                    size_t size,
                    uint64_t cookie,
                    bool done);
    void Begin(const Clock& clock);
    void SetDeadline(Session& session);
    uint64_t DeadlineOf(const Session& session) const;

    // endpoint-sessions.cc
    Session& NewSession(const IpAddress& local, const IpAddress& peer, bool client);
    bool HasSessionRoom();
    void GiveIndex(Session& session);
    void CloseSession(Session& session, Reason reason);
    void EndSession(Session& session, Reason reason, bool tombstones, uint64_t tombstoneNs);
    bool CloseIfIdle(Session& session);
    FlowEntry* Lookup(const FlowKey& key);
    FlowEntry* NewFlow(const FlowKey& key);
    void Bind(FlowEntry& flow, Session& session);
    void Unbind(FlowEntry& flow);
    void Forget(FlowEntry& flow);
    bool IsLapsed(const FlowEntry& flow) const;
    void EndFlow(FlowEntry& flow);
    void LeaveTombstone(const FlowEntry& flow, uint64_t lifetimeNs);
    void Touch(FlowEntry& flow, const SegmentView& view);
    void SweepSome();
    void SweepAll();

    // endpoint-egress.cc
    Verdict EgressTransport(const Meta& meta,
                            const Request* request,
                            const SegmentView& view,
                            Buffer& segment);
    Verdict EgressMalformed(const Meta& meta, bool asked, const Buffer& segment);
    Verdict EgressUnbound(const Meta& meta,
                          const Request& request,
                          const SegmentView& view,
                          const FlowKey& key,
                          Buffer& segment);
    Verdict EgressBound(FlowEntry& flow,
                        const Meta& meta,
                        const SegmentView& view,
                        Buffer& segment);
    Verdict EgressIcmp(const Meta& meta, Buffer& message);
    Verdict EgressSession(Session& session,
                          const FlowKey& flow,
                          uint8_t type,
                          size_t headerSize,
                          uint64_t cookie,
                          Buffer& segment);
    Reason Seal(Session& session, uint8_t type, size_t headerSize, Buffer& segment);
    uint8_t OuterProtocol(const Session& session, uint8_t type) const;

    // endpoint-ingress.cc
    Verdict IngressMarked(const Meta& meta, Buffer& packet);
    Verdict IngressUnmarked(const Meta& meta, Buffer& packet);
    Verdict IngressClear(const Meta& meta, const Buffer& packet);
    Verdict IngressIcmp(const Meta& meta, const Buffer& message);
    Verdict Unrecognised(const Meta& meta, const Buffer& packet, Reason reason);
    Verdict IngressData(const Meta& meta, Buffer& packet);
    Verdict OpenOn(Session& session, const Meta& meta, uint32_t number, Buffer& packet);
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
                             const KeyEntry& key,
                             Buffer& segment);
    Verdict FallBackAtOnce(FlowEntry& flow, Reason reason);
    Verdict FailAtOnce(FlowEntry& flow, Reason reason);
    void FallBackDue(Session& session);
    void FallBack(Session& session, FlowEntry& flow, Reason reason);
    void Fail(FlowEntry& flow, Reason reason);
    void FailSession(Session& session, Reason reason, bool mayFallBack);
    void TakeWaiting(Session& session, const FlowKey& flow, std::vector<PendingSegment>& out);
    void MoveWaiting(Session& from, Session& to);
    void CloseIfEmpty(Session& session);

    // endpoint-client.cc
    Session* SelectSession(const SelectKey& select);
    Session& ResolveSession(const Meta& meta, const Request& request, bool ask);
    void WaitOn(Session& session, FlowEntry& flow);
    void Enqueue(Session& session,
                 FlowEntry& flow,
                 const Meta& meta,
                 const Request* request,
                 const SegmentView& view,
                 const Buffer& segment);
    bool IsRepeatedSyn(const Session& session, const FlowKey& flow, const SegmentView& view) const;
    void StartHandshake(Session& session, const KeyEntry& key);
    bool SendFreshInit(Session& session);
    void ChooseEarly(Session& session);
    bool IsEarly(const Session& session, const PendingSegment& segment) const;
    void SendInit(Session& session);
    void ClientTimer(Session& session);
    void KeysFailed(Session& session, Reason reason);

    // endpoint-resp.cc
    void FlushSegment(Session& session, PendingSegment& segment);
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
                       const uint8_t* ephemeral,
                       Buffer& packet);
    const ServerKey* FindServerKey(uint8_t keyId) const;
    Reason JudgeEarly(const ServerKey& key,
                      const HandshakePayload& payload,
                      const uint8_t* ephemeral,
                      uint8_t& status);
    Session& NewServerSession(const Meta& meta,
                              const ServerKey& key,
                              std::unique_ptr<ServerHandshake> handshake,
                              const EphemeralId& id,
                              const Digest& digest);
    EphemeralId MakeEphemeralId(const Meta& meta, const uint8_t* ephemeral) const;
    HandshakePayload RespPayload(const Session& session, uint8_t type, Bytes segment) const;
    void WriteResp(Session& session, const HandshakePayload& payload);
    Verdict AnswerInResp(Session& session,
                         uint8_t type,
                         size_t headerSize,
                         uint64_t cookie,
                         Buffer& segment);
    void SendEmptyResp(Session& session);
    bool HasAllowance(const Session& session, size_t size) const;
    void ExpireHalf();
    void GoUp(Session& session);

    EndpointConfig m_config;                                                    //!< limits
    Random& m_random;                                                           //!< handed in
    std::shared_ptr<const Cipher> m_cipher;                                     //!< the AEAD
    const std::function<bool(const FlowKey&, const IpAddress&)>& m_usesInClear; //!< of Endpoint
    Clock m_now{};                                                              //!< of the call
    bool m_started{false};                                                      //!< m_start is set
    Clock m_start{};                                         //!< the server's start
    std::vector<std::unique_ptr<ServerKey>> m_serverKeys;    //!< up to four
    SecretKey m_secret;                                      //!< of keyed hashes
    std::map<uint64_t, std::unique_ptr<Session>> m_sessions; //!< by id
    uint64_t m_nextId{1};                                    //!< of sessions
    uint64_t m_sweepId{0};                                   //!< session sweep cursor
    uint64_t m_sweptNs{0};                                   //!< last full sweep
    bool m_swept{false};                                     //!< there was one
    IndexTable m_indices;                                    //!< sessions by own index
    FlowTable m_flows;                                       //!< flows by tuple
    TombstoneTable m_tombstones;                             //!< ended TCP flows
    KeyStore m_keys;                                         //!< answers to key queries
    ReplayCache m_replays;                                   //!< ephemerals of INITs
    std::map<SelectKey, std::vector<Session*>> m_select;     //!< client sessions, INIT and UP
    std::map<ResolveKey, Session*> m_resolve;                //!< client sessions, RESOLVE
    std::map<EphemeralId, Session*> m_ephemerals;            //!< server sessions, 10 s
    std::deque<std::pair<uint64_t, uint64_t>> m_halfEnds;    //!< (time, session id), earliest first
    size_t m_halfOpen{0};                                    //!< sessions in WAIT and HALF
    std::set<std::pair<uint64_t, uint64_t>> m_timers;        //!< (time, session id)
    std::deque<Action> m_actions;                            //!< not yet taken
    std::array<uint64_t, REASON_COUNT> m_counts{};           //!< by reason
    std::vector<uint8_t> m_scratch;                          //!< associated data
    std::vector<uint8_t> m_plain;                            //!< P1 and P2
    Buffer m_copy;                                           //!< unmarked packet while it is tried
};

} // namespace sst

#endif /* SST_ENDPOINT_CORE_H */
