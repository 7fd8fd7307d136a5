// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Every state and event of the two tables, against rules taken from the specification.

#include "sst/state-machine.h"

#include <functional>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace
{

using C = sst::ClientState;
using CE = sst::ClientEvent;
using CA = sst::ClientAction;
using S = sst::ServerState;
using SE = sst::ServerEvent;
using SA = sst::ServerAction;

void
ForClient(const std::function<void(C, CE, const sst::ClientStep&)>& check)
{
    for (size_t state = 0; state < sst::CLIENT_STATES; state++)
    {
        for (size_t event = 0; event < sst::CLIENT_EVENTS; event++)
        {
            C s = static_cast<C>(state);
            CE e = static_cast<CE>(event);
            SCOPED_TRACE(std::string(sst::ToString(s)) + " x " + sst::ToString(e));
            check(s, e, sst::Step(s, e));
        }
    }
}

void
ForServer(const std::function<void(S, SE, const sst::ServerStep&)>& check)
{
    for (size_t state = 0; state < sst::SERVER_STATES; state++)
    {
        for (size_t event = 0; event < sst::SERVER_EVENTS; event++)
        {
            S s = static_cast<S>(state);
            SE e = static_cast<SE>(event);
            SCOPED_TRACE(std::string(sst::ToString(s)) + " x " + sst::ToString(e));
            check(s, e, sst::Step(s, e));
        }
    }
}

/// \return what is done and, where it is another, the state then, as the specification prints it
template <typename StepType, typename State>
std::string
Cell(const StepType& step, State before)
{
    std::string text = sst::ToString(step.action);
    if (step.next != before)
    {
        text += std::string(" ") + sst::ToString(step.next);
    }
    return text == "REFUSE" ? "" : text;
}

} // namespace

// The tables of the specification, cell by cell: "A cell is what the client does and the state it
// is in then. An empty cell: refused or ignored, the state stays."
TEST(StateMachine, EveryCellOfTheClient)
{
    const char* const states[] = {"IDLE", "RESOLVE", "INIT", "UP", "CLOSED"};
    const char* const rows[][6] = {
        {"NO_KEYS_YET", "ASK RESOLVE", "", "", "", ""},
        {"KEYS", "START INIT", "START INIT", "", "", ""},
        {"KEYS_FAILED", "", "FAIL CLOSED", "", "", ""},
        {"SEGMENT", "", "QUEUE", "QUEUE", "SEAL", ""},
        {"TIMER", "", "FAIL CLOSED", "RESEND", "ANSWER", ""},
        {"EXHAUSTED", "", "FAIL CLOSED", "FAIL CLOSED", "", ""},
        {"EMPTY", "CLOSE CLOSED", "CLOSE CLOSED", "CLOSE CLOSED", "", ""},
        {"RESP", "", "", "FLUSH UP", "", ""},
        {"DATA", "", "", "", "OPEN", ""},
        {"BROKEN", "CLOSE CLOSED", "FAIL CLOSED", "FAIL CLOSED", "CLOSE CLOSED", ""},
        {"LAPSE", "CLOSE CLOSED", "", "", "CLOSE CLOSED", ""},
        {"RETRY", "", "", "RESEND", "", ""},
        {"RESET", "", "", "", "CLOSE CLOSED", ""},
    };
    ForClient([&](C s, CE e, const sst::ClientStep& step) {
        EXPECT_STREQ(sst::ToString(s), states[static_cast<size_t>(s)]);
        EXPECT_STREQ(sst::ToString(e), rows[static_cast<size_t>(e)][0]);
        EXPECT_EQ(Cell(step, s), rows[static_cast<size_t>(e)][1 + static_cast<size_t>(s)]);
    });
}

TEST(StateMachine, EveryCellOfTheServer)
{
    const char* const states[] = {"NONE", "WAIT", "HALF", "UP", "CLOSED"};
    const char* const rows[][6] = {
        {"INIT", "CREATE WAIT", "", "", "", ""},
        {"EXCESS", "RETRY", "", "", "", ""},
        {"AGAIN", "", "IGNORE", "REPEAT", "REPEAT", ""},
        {"SEGMENT", "", "RESPOND HALF", "SEAL", "SEAL", ""},
        {"TIMER", "", "RESPOND HALF", "IGNORE", "ANSWER", ""},
        {"DATA", "", "", "OPEN UP", "OPEN", ""},
        {"RELEASE", "", "UNBIND", "UNBIND", "", ""},
        {"LAPSE", "", "VANISH CLOSED", "VANISH CLOSED", "CLOSE CLOSED", ""},
        {"BROKEN", "", "VANISH CLOSED", "VANISH CLOSED", "CLOSE CLOSED", ""},
    };
    ForServer([&](S s, SE e, const sst::ServerStep& step) {
        EXPECT_STREQ(sst::ToString(s), states[static_cast<size_t>(s)]);
        EXPECT_STREQ(sst::ToString(e), rows[static_cast<size_t>(e)][0]);
        EXPECT_EQ(Cell(step, s), rows[static_cast<size_t>(e)][1 + static_cast<size_t>(s)]);
    });
}

TEST(StateMachine, ValuesOutsideHaveNoName)
{
    EXPECT_STREQ(sst::ToString(static_cast<C>(sst::CLIENT_STATES)), "?");
    EXPECT_STREQ(sst::ToString(static_cast<SE>(sst::SERVER_EVENTS)), "?");
}

TEST(StateMachine, ClosedIsTheEnd)
{
    ForClient([](C s, CE, const sst::ClientStep& step) {
        if (s == C::CLOSED)
        {
            EXPECT_EQ(step.action, CA::REFUSE);
            EXPECT_EQ(step.next, C::CLOSED);
        }
    });
    ForServer([](S s, SE, const sst::ServerStep& step) {
        if (s == S::CLOSED)
        {
            EXPECT_EQ(step.action, SA::REFUSE);
            EXPECT_EQ(step.next, S::CLOSED);
        }
    });
}

// "IDLE, RESOLVE, INIT, UP, CLOSED": states are passed in this order, none is gone back to.
TEST(StateMachine, NeverBackwards)
{
    ForClient([](C s, CE, const sst::ClientStep& step) {
        EXPECT_GE(static_cast<int>(step.next), static_cast<int>(s));
    });
    ForServer([](S s, SE, const sst::ServerStep& step) {
        EXPECT_GE(static_cast<int>(step.next), static_cast<int>(s));
    });
}

TEST(StateMachine, UpOnlyByRespAndData)
{
    ForClient([](C s, CE e, const sst::ClientStep& step) {
        EXPECT_EQ(step.next == C::UP && s != C::UP, s == C::INIT && e == CE::RESP);
        // "RESP is accepted once"
        EXPECT_EQ(step.action == CA::FLUSH, s == C::INIT && e == CE::RESP);
    });
    ForServer([](S s, SE e, const sst::ServerStep& step) {
        // "HALF at the INIT, UP at the first authentic DATA"; nobody has keys before RESP
        EXPECT_EQ(step.next == S::UP && s != S::UP, s == S::HALF && e == SE::DATA);
    });
}

TEST(StateMachine, SegmentsQueueOrAreSealedOrAreRefused)
{
    ForClient([](C s, CE e, const sst::ClientStep& step) {
        bool pending = s == C::RESOLVE || s == C::INIT;
        EXPECT_EQ(step.action == CA::QUEUE, pending && e == CE::SEGMENT);
        EXPECT_EQ(step.action == CA::SEAL, s == C::UP && e == CE::SEGMENT);
        // "DATA before RESP is dropped."
        EXPECT_EQ(step.action == CA::OPEN, s == C::UP && e == CE::DATA);
    });
    ForServer([](S s, SE e, const sst::ServerStep& step) {
        bool keyed = s == S::HALF || s == S::UP;
        EXPECT_EQ(step.action == SA::SEAL, keyed && e == SE::SEGMENT);
        EXPECT_EQ(step.action == SA::OPEN, keyed && e == SE::DATA);
        // "RESP is sealed once; it waits at most 5 ms for the stack's answer"
        EXPECT_EQ(step.action == SA::RESPOND, s == S::WAIT && (e == SE::SEGMENT || e == SE::TIMER));
        // "Same e again from the same source: the stored RESP"
        EXPECT_EQ(step.action == SA::REPEAT, keyed && e == SE::AGAIN);
    });
}

TEST(StateMachine, EndsOfTheServer)
{
    ForServer([](S s, SE e, const sst::ServerStep& step) {
        bool half = s == S::WAIT || s == S::HALF;
        // "HALF lives 10 s from its first INIT, its flows then vanish without tombstone."
        EXPECT_EQ(step.action == SA::VANISH, half && (e == SE::LAPSE || e == SE::BROKEN));
        EXPECT_EQ(step.action == SA::CLOSE, s == S::UP && (e == SE::LAPSE || e == SE::BROKEN));
        EXPECT_EQ(step.next == S::CLOSED && s != S::CLOSED,
                  step.action == SA::VANISH || step.action == SA::CLOSE);
        // "a clear SYN for a tuple bound to a HALF session releases it"
        EXPECT_EQ(step.action == SA::UNBIND, half && e == SE::RELEASE);
    });
}

TEST(StateMachine, EndsOfTheClient)
{
    ForClient([](C s, CE e, const sst::ClientStep& step) {
        bool ends = step.next == C::CLOSED && s != C::CLOSED;
        EXPECT_EQ(ends, step.action == CA::FAIL || step.action == CA::CLOSE);
        if (s == C::INIT && e == CE::EXHAUSTED)
        {
            EXPECT_EQ(step.action, CA::FAIL);
        }
        if (s == C::RESOLVE && e == CE::KEYS_FAILED)
        {
            EXPECT_EQ(step.action, CA::FAIL);
        }
        // what failed before UP may fall back; nothing falls back afterwards
        EXPECT_FALSE(s == C::UP && step.action == CA::FAIL);
    });
}

// "Up to 4 RETRYs ... are honoured": by a client that waits for RESP, and it goes on waiting.
TEST(StateMachine, RetryOnlyInInit)
{
    ForClient([](C s, CE e, const sst::ClientStep& step) {
        EXPECT_EQ(step.action == CA::RESEND, s == C::INIT && (e == CE::TIMER || e == CE::RETRY));
        if (e == CE::RETRY)
        {
            EXPECT_EQ(step.next, s);
            EXPECT_TRUE(step.action == CA::RESEND || step.action == CA::REFUSE);
        }
    });
    // "RETRY instead of state"
    ForServer([](S s, SE e, const sst::ServerStep& step) {
        EXPECT_EQ(step.action == SA::RETRY, s == S::NONE && e == SE::EXCESS);
        EXPECT_EQ(step.action == SA::CREATE, s == S::NONE && e == SE::INIT);
        if (e == SE::EXCESS)
        {
            EXPECT_EQ(step.next, s);
            EXPECT_TRUE(step.action == SA::RETRY || step.action == SA::REFUSE);
        }
    });
}

// RESET closes an open session and does nothing else.
TEST(StateMachine, ResetOnlyWhenUp)
{
    ForClient([](C s, CE e, const sst::ClientStep& step) {
        if (e == CE::RESET)
        {
            EXPECT_EQ(step.action, s == C::UP ? CA::CLOSE : CA::REFUSE);
            EXPECT_EQ(step.next, s == C::UP ? C::CLOSED : s);
        }
    });
}

TEST(StateMachine, EveryStateIsReached)
{
    std::set<C> client{C::IDLE};
    std::set<S> server{S::NONE};
    for (int round = 0; round < 5; round++)
    {
        ForClient([&](C s, CE, const sst::ClientStep& step) {
            if (client.count(s))
            {
                client.insert(step.next);
            }
        });
        ForServer([&](S s, SE, const sst::ServerStep& step) {
            if (server.count(s))
            {
                server.insert(step.next);
            }
        });
    }
    EXPECT_EQ(client.size(), sst::CLIENT_STATES);
    EXPECT_EQ(server.size(), sst::SERVER_STATES);
}

TEST(StateMachine, NamesAreDistinct)
{
    std::set<std::string> states;
    std::set<std::string> events;
    ForClient([&](C s, CE e, const sst::ClientStep& step) {
        states.insert(sst::ToString(s));
        events.insert(sst::ToString(e));
        EXPECT_STRNE(sst::ToString(step.action), "?");
    });
    EXPECT_EQ(states.size(), sst::CLIENT_STATES);
    EXPECT_EQ(events.size(), sst::CLIENT_EVENTS);
    states.clear();
    events.clear();
    ForServer([&](S s, SE e, const sst::ServerStep& step) {
        states.insert(sst::ToString(s));
        events.insert(sst::ToString(e));
        EXPECT_STRNE(sst::ToString(step.action), "?");
    });
    EXPECT_EQ(states.size(), sst::SERVER_STATES);
    EXPECT_EQ(events.size(), sst::SERVER_EVENTS);
}
