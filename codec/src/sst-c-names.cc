/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst-c-endpoint.h"

// The enumerations of C are those of C++ under other names.
static_assert(SST_POLICY_PIN == int(sst::Policy::PIN));
static_assert(SST_COVERAGE_PORTS == int(sst::Coverage::PORTS));
static_assert(SST_LAYOUT_AUTO == int(sst::LayoutChoice::AUTO));
static_assert(SST_LAYOUT_U == int(sst::LayoutChoice::U));
static_assert(SST_PADDING_MTU == int(sst::Padding::Mode::MTU));
static_assert(SST_PASS == int(sst::Outcome::PASS));
static_assert(SST_DROP == int(sst::Outcome::DROP));
static_assert(SST_KEYS_TIMEOUT == int(sst::KeyAnswer::TIMEOUT));
static_assert(SST_FLOW_FAILED == int(sst::FlowState::FAILED));
static_assert(SST_ACTION_SEND == int(sst::Action::Kind::SEND) + 1);
static_assert(SST_ACTION_EVENT == int(sst::Action::Kind::EVENT) + 1);
static_assert(SST_EVENT_PATH_MTU == int(sst::Action::Event::PATH_MTU));
static_assert(SST_PURPOSE_RETRY == int(sst::Purpose::RETRY));
static_assert(SST_KEY_STRICT == sst::KEY_FLAG_STRICT);

uint32_t
sst_abi_version(void)
{
    return SST_ABI_VERSION;
}

const char*
sst_version(void)
{
    return SST_PROJECT_VERSION;
}

const char*
sst_error_name(int error)
{
    static const char* const names[] = {
        "SST_OK",
        "SST_E_NULL",
        "SST_E_VALUE",
        "SST_E_STRUCT",
        "SST_E_SPACE",
        "SST_E_NOT_FOUND",
        "SST_E_EXISTS",
        "SST_E_FULL",
        "SST_E_REFUSED",
        "SST_E_KEY_VALUE",
        "SST_E_KEY_FILE",
        "SST_E_NESTED",
        "SST_E_RANDOM",
        "SST_E_MEMORY",
        "SST_E_INTERNAL",
        "SST_E_BROKEN",
    };
    static_assert(sizeof names / sizeof *names == SST_E_BROKEN + 1);
    return error >= SST_OK && error <= SST_E_BROKEN ? names[error] : "unknown";
}

const char*
sst_error_text(int error)
{
    static const char* const texts[] = {
        "no error",
        "a pointer that must not be NULL is NULL",
        "a value is out of its range",
        "the size of a struct is of no version this library knows: initialise it, or build the "
        "program against the header of this library",
        "the memory handed in is too small",
        "there is no such key or session",
        "a key with this key_id is held already",
        "four keys are held already",
        "refused in this state",
        "no valid value of key65280",
        "no valid key file",
        "called from inside a callback of the same endpoint",
        "the source of random bytes failed",
        "out of memory",
        "a callback threw an exception, or the library has a defect",
        "an earlier call ended half-way: this endpoint can only be destroyed",
    };
    static_assert(sizeof texts / sizeof *texts == SST_E_BROKEN + 1);
    return error >= SST_OK && error <= SST_E_BROKEN ? texts[error] : "unknown error";
}

const char*
sst_reason_name(unsigned reason)
{
    return reason < sst::REASON_COUNT ? sst::ToString(static_cast<sst::Reason>(reason)) : "unknown";
}

unsigned
sst_reason_count(void)
{
    return static_cast<unsigned>(sst::REASON_COUNT);
}

const char*
sst_outcome_name(unsigned outcome)
{
    return outcome <= SST_DROP ? sst::ToString(static_cast<sst::Outcome>(outcome)) : "unknown";
}
