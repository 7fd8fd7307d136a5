/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_REASON_H
#define SST_REASON_H

#include <cstddef>
#include <cstdint>

namespace sst
{

/**
 * Why a packet was not delivered or sent, or why a flow or session ended: the closed set.
 * The list of names lives here once; ToString prints them in kebab-case.
 */
#define SST_REASONS(X)                                                                             \
    X(NONE, "none")                                                                                \
    X(RESERVED, "reserved")                                                                        \
    X(LENGTH, "length")                                                                            \
    X(VERSION, "version")                                                                          \
    X(SUITE, "suite")                                                                              \
    X(KEY_ID, "key-id")                                                                            \
    X(DECRYPT, "decrypt")                                                                          \
    X(REPLAY, "replay")                                                                            \
    X(OLD_EPOCH, "old-epoch")                                                                      \
    X(EPOCH_AHEAD, "epoch-ahead")                                                                  \
    X(INNER_CHECKSUM, "inner-checksum")                                                            \
    X(INNER_LENGTH, "inner-length")                                                                \
    X(INNER_TYPE, "inner-type")                                                                    \
    X(COVERAGE, "coverage")                                                                        \
    X(LOW_ORDER, "low-order")                                                                      \
    X(UNKNOWN_INDEX, "unknown-index")                                                              \
    X(WRONG_PEER, "wrong-peer")                                                                    \
    X(PORT_COLLISION, "port-collision")                                                            \
    X(FLOW_BOUND, "flow-bound")                                                                    \
    X(FLOW_UNKNOWN, "flow-unknown")                                                                \
    X(CLEAR_ON_SST_FLOW, "clear-on-sst-flow")                                                      \
    X(HALF_OPEN_FULL, "half-open-full")                                                            \
    X(SESSIONS_FULL, "sessions-full")                                                              \
    X(FLOWS_FULL, "flows-full")                                                                    \
    X(AMPLIFICATION, "amplification")                                                              \
    X(QUEUE_OVERFLOW, "queue-overflow")                                                            \
    X(NO_KEY, "no-key")                                                                            \
    X(KEY_UNUSABLE, "key-unusable")                                                                \
    X(KEY_TIMEOUT, "key-timeout")                                                                  \
    X(HANDSHAKE_TIMEOUT, "handshake-timeout")                                                      \
    X(SESSION_CLOSED, "session-closed")                                                            \
    X(TOMBSTONE, "tombstone")                                                                      \
    X(TIME_WINDOW, "time-window")                                                                  \
    X(OPTIONS, "options")                                                                          \
    X(MARKED_UNKNOWN, "marked-unknown")                                                            \
    X(UNEXPECTED, "unexpected")                                                                    \
    X(CTRL_UNKNOWN, "ctrl-unknown")                                                                \
    X(CTRL_MAC, "ctrl-mac")                                                                        \
    X(RETRY_SENT, "retry-sent")                                                                    \
    X(RETRY_LIMIT, "retry-limit")                                                                  \
    X(INIT_RATE, "init-rate")                                                                      \
    X(RESET, "reset")                                                                              \
    X(NUMBER_EXHAUSTED, "number-exhausted")                                                        \
    X(LAYOUT_UNSUPPORTED, "layout-unsupported")                                                    \
    X(PROTOCOL_MISMATCH, "protocol-mismatch")                                                      \
    X(FRAGMENT, "fragment")                                                                        \
    X(TOO_MANY_FAILURES, "too-many-failures")                                                      \
    X(IDLE, "idle")                                                                                \
    X(ABANDONED, "abandoned")                                                                      \
    X(ICMP_FORGED, "icmp-forged")                                                                  \
    X(EARLY_REPLAY, "early-replay")

/// The reasons.
enum class Reason : uint8_t
{
#define SST_REASON_ENUMERATOR(id, name) id,
    SST_REASONS(SST_REASON_ENUMERATOR)
#undef SST_REASON_ENUMERATOR
};

/// How many reasons there are, NONE included.
#define SST_REASON_ONE(id, name) +1
constexpr size_t REASON_COUNT = 0 SST_REASONS(SST_REASON_ONE);
#undef SST_REASON_ONE

/// @return the name, kebab-case; "unknown" for a value outside the set
const char* ToString(Reason reason);

} // namespace sst

#endif /* SST_REASON_H */
