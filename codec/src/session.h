/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_SESSION_H
#define SST_SESSION_H

#include "sst/epochs.h"
#include "sst/flow-table.h"
#include "sst/handshake.h"
#include "sst/init-limits.h"
#include "sst/key-value.h"
#include "sst/layout-choice.h"
#include "sst/pending-queue.h"
#include "sst/prefetch.h"
#include "sst/state-machine.h"
#include "sst/types.h"

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace sst
{

/// No deadline.
constexpr uint64_t NEVER_NS = UINT64_MAX;

/// "(local address, peer address, responder key, layout, coverage)" selects a session for a new
/// flow; so does the padding (Padding::Code), which holds for a whole session.
using SelectKey = std::tuple<IpAddress, IpAddress, PublicKey, Layout, Coverage, uint16_t>;

struct Session;

/// Head of a list of sessions by what selects them, see SelectTable.
using SelectMap = std::map<SelectKey, Session*>;

/// What waits for keys together; the last: waits for an answer, as all do but by POL-3.
using ResolveKey =
    std::tuple<std::string, IpAddress, IpAddress, Coverage, uint16_t, LayoutChoice, bool>;

/// What a new flow looks for in a session.
struct Selection
{
    IpAddress local;     //!< own address
    IpAddress peer;      //!< the other's
    PublicKey publicKey; //!< responder key
    Coverage coverage;   //!< asked for
    uint16_t padding;    //!< Padding::Code
    LayoutChoice choice; //!< layouts it may use
    LayoutStart start;   //!< how a handshake for it would start
    uint16_t udpPort;    //!< where the server serves layout U, 0 nowhere

    /// @return what selects a session of that layout
    SelectKey KeyOf(Layout layout) const
    {
        return {local, peer, publicKey, layout, coverage, padding};
    }
};

/// Whom an answer to a key query concerns: name, peer, id of the session.
using PendingKey = std::tuple<std::string, IpAddress, uint64_t>;

/// Keyed hash of (e, addresses, protocol): finds the session of a repeated INIT.
using EphemeralId = std::array<uint8_t, 16>;

/// A server writes the two lowest bits of key_id on top of its own indices, so that a RESET is made
/// with the key of the session it ends. Its own choice, of no meaning to clients.
constexpr uint32_t INDEX_KEY_MASK = 0x30000000;

/// @return those bits of an index
constexpr uint32_t
IndexKeyBits(uint8_t keyId)
{
    return static_cast<uint32_t>(keyId & 3U) << 28;
}

/// PROTOCOL, Client: "Up to 4 RETRYs with different tokens are honoured per e".
constexpr size_t MAX_RETRIES = 4;

/// What a client session needs only until RESP.
struct ClientPending
{
    ClientPending(const std::string& host, size_t maxPackets, size_t maxBytes)
        : name(host),
          queue(maxPackets, maxBytes)
    {
    }

    std::string name;                         //!< host the keys belong to
    KeyEntry key{};                           //!< chosen entry, from INIT on
    LayoutChoice choice{LayoutChoice::AUTO};  //!< of its flows
    bool asked{true};                         //!< RESOLVE waits for an answer
    uint16_t udpPort{0};                      //!< where the server serves layout U
    bool turned{false};                       //!< began in N, went on in U
    bool judged{false};                       //!< whether to go on in U was decided
    Reason keyReason{Reason::KEY_TIMEOUT};    //!< what a flow that gives up in RESOLVE says
    uint64_t resolveEndNs{NEVER_NS};          //!< RESOLVE ends
    PendingQueue queue;                       //!< waiting segments
    std::optional<PendingSegment> early;      //!< rides in the INIT
    std::optional<ClientHandshake> handshake; //!< of the latest INIT
    std::vector<uint8_t> init;                //!< the latest INIT
    size_t sent{0};                           //!< INITs sent
    std::optional<KeyEntry> nextKey;          //!< of the next fresh INIT, where it changed
    uint16_t nextPort{0};                     //!< udpPort from then on
    bool askedAgain{false};                   //!< keys were asked for during the handshake
    std::array<Token, MAX_RETRIES> tokens{};  //!< of RETRYs honoured for this e
    size_t tokenCount{0};                     //!< how many
    bool renew{false};                        //!< the next INIT is fresh, whatever its turn
    uint64_t startNs{0};                      //!< of the first INIT
    uint64_t nextNs{NEVER_NS};                //!< of the next INIT, or of the end
    std::deque<std::pair<uint64_t, FlowKey>> fallbacks; //!< opportunistic flows, earliest first
};

/// What a server session needs only until 10 s after its first INIT.
struct ServerPending
{
    std::unique_ptr<ServerHandshake> handshake; //!< until RESP is sealed
    EphemeralId ephemeralId{};                  //!< entry in the endpoint's table
    Digest initDigest{};                        //!< of the INIT without guard and token
    Token resetToken{};                         //!< handed out in RESP
    InitLimits::Seat seat{};                    //!< where it is counted while in HALF
    uint8_t status{0};                          //!< of RESP
    FlowKey earlyFlow{};                        //!< whose answer RESP waits for
    uint64_t respNs{NEVER_NS};                  //!< RESP goes empty
    std::vector<uint8_t> resp;                  //!< stored RESP
    uint64_t received{0};                       //!< IP bytes of its INITs
    uint64_t sent{0};                           //!< IP bytes sent before UP
};

/// One session, either side. What each packet reads stands together, by cache lines.
struct alignas(64) Session
{
    uint64_t id{0};                               //!< a serial number, and the slot below it
    uint32_t slot{0};                             //!< in SessionArena: what flows refer to
    bool client{false};                           //!< opened here
    ClientState clientState{ClientState::IDLE};   //!< when client
    ServerState serverState{ServerState::NONE};   //!< when not
    IpAddress local{};                            //!< own address
    IpAddress peer{};                             //!< the other's
    uint8_t protocol{0};                          //!< outer protocol of the INIT
    Layout layout{Layout::N};                     //!< of all its packets
    Coverage coverage{Coverage::SEGMENT};         //!< asked for, then in force
    bool hasIndex{false};                         //!< ownIndex is in the table
    bool greets{false};                           //!< client: nothing sent since RESP
    bool unheard{true};                           //!< no DATA of the peer was opened yet
    uint8_t confirms{0};                          //!< client: times of confirmation that passed
    uint32_t ownIndex{0};                         //!< 30 bits
    uint32_t peerIndex{0};                        //!< 30 bits
    uint16_t ownPort{0};                          //!< layout U: this end's UDP port
    uint16_t peerPort{0};                         //!< layout U: the other's
    uint16_t padding{0};                          //!< Padding::Code
    uint16_t linkMtu{0};                          //!< as the stack said last, 0 unknown
    uint32_t portNumber{0};                       //!< layout U, server: packet peerPort is of
    uint64_t failedOpens{0};                      //!< tags that did not verify
    uint64_t lastPacketNs{0};                     //!< authentic packet, either way
    uint64_t lastSentNs{0};                       //!< DATA or RESP sent
    uint64_t answerNs{NEVER_NS};                  //!< type 59 is due unless something is sent
    uint64_t deadlineNs{NEVER_NS};                //!< as registered with the endpoint
    uint64_t confirmNs{NEVER_NS};                 //!< client: the next time of confirmation
    Epochs epochs;                                //!< numbers, keys and windows
    FlowList flows;                               //!< bound here
    uint32_t aliases{0};                          //!< translated ones among them
    uint16_t pathMtu{0};                          //!< as routers said, 0 unknown
    Digest respDigest{};                          //!< client: of the accepted RESP
    Token resetToken{};                           //!< client: what a RESET must show
    SelectMap::value_type* selected{nullptr};     //!< client, from INIT on: what selects it
    Session* nextSelected{nullptr};               //!< client: the next one of the same
    std::unique_ptr<ClientPending> clientPending; //!< until RESP
    std::unique_ptr<ServerPending> serverPending; //!< until 10 s after the first INIT

    /// @return what tells the session from those that had its slot before
    uint32_t Serial() const
    {
        return static_cast<uint32_t>(id >> 32);
    }

    /// @return true when both keys are in place
    bool HasKeys() const
    {
        return client ? clientState == ClientState::UP
                      : serverState == ServerState::HALF || serverState == ServerState::UP;
    }

    /// @return true while flows wait for keys or RESP
    bool IsPending() const
    {
        return client && (clientState == ClientState::RESOLVE || clientState == ClientState::INIT);
    }

    /// @return true before the first authentic DATA at the server
    bool IsHalfOpen() const
    {
        return !client && (serverState == ServerState::WAIT || serverState == ServerState::HALF);
    }

    /// Fetch ahead what sealing a packet reads.
    void PrefetchForSending() const
    {
        PrefetchLine(&id);
        PrefetchLine(&failedOpens);
        epochs.PrefetchForSending();
    }

    /// Fetch ahead what opening the packet of a number reads.
    void PrefetchForReceiving(uint32_t number) const
    {
        PrefetchLine(&id);
        PrefetchLine(&failedOpens);
        epochs.PrefetchForReceiving(number);
        PrefetchLine(&flows);
    }
};

} // namespace sst

#endif /* SST_SESSION_H */
