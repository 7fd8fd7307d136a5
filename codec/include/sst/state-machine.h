/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_STATE_MACHINE_H
#define SST_STATE_MACHINE_H

#include <cstddef>
#include <cstdint>

/**
 * @file
 * The two state machines of a session as tables: state x event gives what to do and the next state.
 */

namespace sst
{

/// Client side of a session.
enum class ClientState : uint8_t
{
    IDLE,    //!< no flow asked yet
    RESOLVE, //!< waiting for keys
    INIT,    //!< INIT sent
    UP,      //!< RESP accepted
    CLOSED,  //!< gone
};

/// What happens to the client side.
enum class ClientEvent : uint8_t
{
    NO_KEYS_YET, //!< a flow asks, keys unknown
    KEYS,        //!< usable keys are there
    KEYS_FAILED, //!< absent, unusable or no answer
    SEGMENT,     //!< a segment of a flow leaves the stack
    TIMER,       //!< the deadline of the state passed
    EXHAUSTED,   //!< the last INIT went unanswered
    EMPTY,       //!< the last waiting flow left
    RESP,        //!< authentic RESP
    DATA,        //!< DATA for the session
    BROKEN,      //!< forgeries, numbers used up, wrong coverage
    LAPSE,       //!< idle without flows
    RETRY,       //!< authentic RETRY
    RESET,       //!< RESET with the right token
};

/// What the client side does.
enum class ClientAction : uint8_t
{
    REFUSE, //!< drop, ignore
    ASK,    //!< RESOLVE
    START,  //!< handshake, first INIT
    QUEUE,  //!< keep the segment
    SEAL,   //!< DATA leaves
    RESEND, //!< INIT again, as it is or fresh
    ANSWER, //!< type 59 when it is due
    FLUSH,  //!< keys in place, waiting segments leave
    OPEN,   //!< DATA enters
    FAIL,   //!< every waiting flow falls back or fails
    CLOSE,  //!< the session ends, keys are wiped
};

/// Server side of a session.
enum class ServerState : uint8_t
{
    NONE,   //!< before the INIT
    WAIT,   //!< HALF, RESP waits for the stack's answer
    HALF,   //!< RESP sent
    UP,     //!< an authentic DATA came
    CLOSED, //!< gone
};

/// What happens to the server side.
enum class ServerEvent : uint8_t
{
    INIT,    //!< authentic INIT
    EXCESS,  //!< INIT without a token, above a limit
    AGAIN,   //!< the same INIT from the same source
    SEGMENT, //!< a segment of a flow leaves the stack
    TIMER,   //!< 5 ms passed
    DATA,    //!< DATA for the session
    RELEASE, //!< clear SYN for one of its flows
    LAPSE,   //!< 10 s after the first INIT; UP: idle without flows
    BROKEN,  //!< forgeries, numbers used up
};

/// What the server side does.
enum class ServerAction : uint8_t
{
    REFUSE,  //!< drop, ignore
    CREATE,  //!< a session, its flow
    RETRY,   //!< a token is asked for, nothing is kept
    IGNORE,  //!< nothing yet
    RESPOND, //!< seal RESP and send it
    REPEAT,  //!< the stored RESP
    ANSWER,  //!< type 59 when it is due
    SEAL,    //!< DATA leaves
    OPEN,    //!< DATA enters
    UNBIND,  //!< the flow goes on in clear
    VANISH,  //!< the session goes; its flows leave tombstones (SRV-8, SES-11)
    CLOSE,   //!< the session ends, TCP flows leave tombstones
};

/// A cell of the client's table.
struct ClientStep
{
    ClientAction action;
    ClientState next;
};

/// A cell of the server's table.
struct ServerStep
{
    ServerAction action;
    ServerState next;
};

constexpr size_t CLIENT_STATES = 5;  //!< of ClientState
constexpr size_t CLIENT_EVENTS = 13; //!< of ClientEvent
constexpr size_t SERVER_STATES = 5;  //!< of ServerState
constexpr size_t SERVER_EVENTS = 9;  //!< of ServerEvent

extern const ClientStep CLIENT_TABLE[CLIENT_STATES][CLIENT_EVENTS];
extern const ServerStep SERVER_TABLE[SERVER_STATES][SERVER_EVENTS];

/// @return the cell
inline const ClientStep&
Step(ClientState state, ClientEvent event)
{
    return CLIENT_TABLE[static_cast<size_t>(state)][static_cast<size_t>(event)];
}

/// @return the cell
inline const ServerStep&
Step(ServerState state, ServerEvent event)
{
    return SERVER_TABLE[static_cast<size_t>(state)][static_cast<size_t>(event)];
}

/// @return the name, upper case
const char* ToString(ClientState state);
/// @return the name, upper case
const char* ToString(ClientEvent event);
/// @return the name, upper case
const char* ToString(ClientAction action);
/// @return the name, upper case
const char* ToString(ServerState state);
/// @return the name, upper case
const char* ToString(ServerEvent event);
/// @return the name, upper case
const char* ToString(ServerAction action);

} // namespace sst

#endif /* SST_STATE_MACHINE_H */
