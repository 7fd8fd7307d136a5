/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/state-machine.h"

namespace sst
{

namespace
{

using C = ClientState;
using CA = ClientAction;
using S = ServerState;
using SA = ServerAction;

} // namespace

// clang-format off
const ClientStep CLIENT_TABLE[CLIENT_STATES][CLIENT_EVENTS] = {
    // IDLE
    {
        {CA::ASK,    C::RESOLVE}, // NO_KEYS_YET
        {CA::START,  C::INIT},    // KEYS
        {CA::REFUSE, C::IDLE},    // KEYS_FAILED
        {CA::REFUSE, C::IDLE},    // SEGMENT
        {CA::REFUSE, C::IDLE},    // TIMER
        {CA::REFUSE, C::IDLE},    // EXHAUSTED
        {CA::CLOSE,  C::CLOSED},  // EMPTY
        {CA::REFUSE, C::IDLE},    // RESP
        {CA::REFUSE, C::IDLE},    // DATA
        {CA::CLOSE,  C::CLOSED},  // BROKEN
        {CA::CLOSE,  C::CLOSED},  // LAPSE
        {CA::REFUSE, C::IDLE},    // RETRY
        {CA::REFUSE, C::IDLE},    // RESET
    },
    // RESOLVE
    {
        {CA::REFUSE, C::RESOLVE}, // NO_KEYS_YET
        {CA::START,  C::INIT},    // KEYS
        {CA::FAIL,   C::CLOSED},  // KEYS_FAILED
        {CA::QUEUE,  C::RESOLVE}, // SEGMENT
        {CA::FAIL,   C::CLOSED},  // TIMER
        {CA::FAIL,   C::CLOSED},  // EXHAUSTED
        {CA::CLOSE,  C::CLOSED},  // EMPTY
        {CA::REFUSE, C::RESOLVE}, // RESP
        {CA::REFUSE, C::RESOLVE}, // DATA
        {CA::FAIL,   C::CLOSED},  // BROKEN
        {CA::REFUSE, C::RESOLVE}, // LAPSE
        {CA::REFUSE, C::RESOLVE}, // RETRY
        {CA::REFUSE, C::RESOLVE}, // RESET
    },
    // INIT
    {
        {CA::REFUSE, C::INIT},    // NO_KEYS_YET
        {CA::REFUSE, C::INIT},    // KEYS
        {CA::REFUSE, C::INIT},    // KEYS_FAILED
        {CA::QUEUE,  C::INIT},    // SEGMENT
        {CA::RESEND, C::INIT},    // TIMER
        {CA::FAIL,   C::CLOSED},  // EXHAUSTED
        {CA::CLOSE,  C::CLOSED},  // EMPTY
        {CA::FLUSH,  C::UP},      // RESP
        {CA::REFUSE, C::INIT},    // DATA
        {CA::FAIL,   C::CLOSED},  // BROKEN
        {CA::REFUSE, C::INIT},    // LAPSE
        {CA::RESEND, C::INIT},    // RETRY
        {CA::REFUSE, C::INIT},    // RESET
    },
    // UP
    {
        {CA::REFUSE, C::UP},      // NO_KEYS_YET
        {CA::REFUSE, C::UP},      // KEYS
        {CA::REFUSE, C::UP},      // KEYS_FAILED
        {CA::SEAL,   C::UP},      // SEGMENT
        {CA::ANSWER, C::UP},      // TIMER
        {CA::REFUSE, C::UP},      // EXHAUSTED
        {CA::REFUSE, C::UP},      // EMPTY
        {CA::REFUSE, C::UP},      // RESP
        {CA::OPEN,   C::UP},      // DATA
        {CA::CLOSE,  C::CLOSED},  // BROKEN
        {CA::CLOSE,  C::CLOSED},  // LAPSE
        {CA::REFUSE, C::UP},      // RETRY
        {CA::CLOSE,  C::CLOSED},  // RESET
    },
    // CLOSED
    {
        {CA::REFUSE, C::CLOSED},  // NO_KEYS_YET
        {CA::REFUSE, C::CLOSED},  // KEYS
        {CA::REFUSE, C::CLOSED},  // KEYS_FAILED
        {CA::REFUSE, C::CLOSED},  // SEGMENT
        {CA::REFUSE, C::CLOSED},  // TIMER
        {CA::REFUSE, C::CLOSED},  // EXHAUSTED
        {CA::REFUSE, C::CLOSED},  // EMPTY
        {CA::REFUSE, C::CLOSED},  // RESP
        {CA::REFUSE, C::CLOSED},  // DATA
        {CA::REFUSE, C::CLOSED},  // BROKEN
        {CA::REFUSE, C::CLOSED},  // LAPSE
        {CA::REFUSE, C::CLOSED},  // RETRY
        {CA::REFUSE, C::CLOSED},  // RESET
    },
};

const ServerStep SERVER_TABLE[SERVER_STATES][SERVER_EVENTS] = {
    // NONE
    {
        {SA::CREATE,  S::WAIT},   // INIT
        {SA::RETRY,   S::NONE},   // EXCESS
        {SA::REFUSE,  S::NONE},   // AGAIN
        {SA::REFUSE,  S::NONE},   // SEGMENT
        {SA::REFUSE,  S::NONE},   // TIMER
        {SA::REFUSE,  S::NONE},   // DATA
        {SA::REFUSE,  S::NONE},   // RELEASE
        {SA::REFUSE,  S::NONE},   // LAPSE
        {SA::REFUSE,  S::NONE},   // BROKEN
    },
    // WAIT
    {
        {SA::REFUSE,  S::WAIT},   // INIT
        {SA::REFUSE,  S::WAIT},   // EXCESS
        {SA::IGNORE,  S::WAIT},   // AGAIN
        {SA::RESPOND, S::HALF},   // SEGMENT
        {SA::RESPOND, S::HALF},   // TIMER
        {SA::REFUSE,  S::WAIT},   // DATA
        {SA::UNBIND,  S::WAIT},   // RELEASE
        {SA::VANISH,  S::CLOSED}, // LAPSE
        {SA::VANISH,  S::CLOSED}, // BROKEN
    },
    // HALF
    {
        {SA::REFUSE,  S::HALF},   // INIT
        {SA::REFUSE,  S::HALF},   // EXCESS
        {SA::REPEAT,  S::HALF},   // AGAIN
        {SA::SEAL,    S::HALF},   // SEGMENT
        {SA::IGNORE,  S::HALF},   // TIMER
        {SA::OPEN,    S::UP},     // DATA
        {SA::UNBIND,  S::HALF},   // RELEASE
        {SA::VANISH,  S::CLOSED}, // LAPSE
        {SA::VANISH,  S::CLOSED}, // BROKEN
    },
    // UP
    {
        {SA::REFUSE,  S::UP},     // INIT
        {SA::REFUSE,  S::UP},     // EXCESS
        {SA::REPEAT,  S::UP},     // AGAIN
        {SA::SEAL,    S::UP},     // SEGMENT
        {SA::ANSWER,  S::UP},     // TIMER
        {SA::OPEN,    S::UP},     // DATA
        {SA::REFUSE,  S::UP},     // RELEASE
        {SA::CLOSE,   S::CLOSED}, // LAPSE
        {SA::CLOSE,   S::CLOSED}, // BROKEN
    },
    // CLOSED
    {
        {SA::REFUSE,  S::CLOSED}, // INIT
        {SA::REFUSE,  S::CLOSED}, // EXCESS
        {SA::REFUSE,  S::CLOSED}, // AGAIN
        {SA::REFUSE,  S::CLOSED}, // SEGMENT
        {SA::REFUSE,  S::CLOSED}, // TIMER
        {SA::REFUSE,  S::CLOSED}, // DATA
        {SA::REFUSE,  S::CLOSED}, // RELEASE
        {SA::REFUSE,  S::CLOSED}, // LAPSE
        {SA::REFUSE,  S::CLOSED}, // BROKEN
    },
};

// clang-format on

namespace
{

/// @return names[value], or "?" outside
template <size_t N, typename T>
const char*
Name(const char* const (&names)[N], T value)
{
    const auto at = static_cast<size_t>(value);
    return at < N ? names[at] : "?";
}

} // namespace

const char*
ToString(ClientState state)
{
    static const char* const names[] = {"IDLE", "RESOLVE", "INIT", "UP", "CLOSED"};
    return Name(names, state);
}

const char*
ToString(ClientEvent event)
{
    static const char* const names[] = {"NO_KEYS_YET",
                                        "KEYS",
                                        "KEYS_FAILED",
                                        "SEGMENT",
                                        "TIMER",
                                        "EXHAUSTED",
                                        "EMPTY",
                                        "RESP",
                                        "DATA",
                                        "BROKEN",
                                        "LAPSE",
                                        "RETRY",
                                        "RESET"};
    return Name(names, event);
}

const char*
ToString(ClientAction action)
{
    static const char* const names[] = {"REFUSE",
                                        "ASK",
                                        "START",
                                        "QUEUE",
                                        "SEAL",
                                        "RESEND",
                                        "ANSWER",
                                        "FLUSH",
                                        "OPEN",
                                        "FAIL",
                                        "CLOSE"};
    return Name(names, action);
}

const char*
ToString(ServerState state)
{
    static const char* const names[] = {"NONE", "WAIT", "HALF", "UP", "CLOSED"};
    return Name(names, state);
}

const char*
ToString(ServerEvent event)
{
    static const char* const names[] =
        {"INIT", "EXCESS", "AGAIN", "SEGMENT", "TIMER", "DATA", "RELEASE", "LAPSE", "BROKEN"};
    return Name(names, event);
}

const char*
ToString(ServerAction action)
{
    static const char* const names[] = {"REFUSE",
                                        "CREATE",
                                        "RETRY",
                                        "IGNORE",
                                        "RESPOND",
                                        "REPEAT",
                                        "ANSWER",
                                        "SEAL",
                                        "OPEN",
                                        "UNBIND",
                                        "VANISH",
                                        "CLOSE"};
    return Name(names, action);
}

} // namespace sst
