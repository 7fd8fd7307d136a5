/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/epochs.h"

#include "sst/wire.h"

#include <algorithm>

namespace sst
{

namespace
{

constexpr uint64_t EPOCH_NUMBERS = uint64_t{1} << wire::EPOCH_SHIFT; //!< numbers of one epoch

/// @return first number of an epoch
uint64_t
FirstOf(uint32_t epoch)
{
    return static_cast<uint64_t>(epoch) << wire::EPOCH_SHIFT;
}

} // namespace

void
Epochs::Start(const SecretKey& send, const SecretKey& receive, uint64_t nowNs)
{
    m_sendKey = send;
    m_receiving.key = receive;
    m_receiving.window = ReplayWindow();
    m_previous.reset();
    m_next = 0;
    m_enteredNs = nowNs;
    m_epoch = 0;
}

bool
Epochs::MayStep() const
{
    // "not to E+1 before a packet of epoch E from the peer was opened (E > 0)"
    return m_epoch == 0 || m_receiving.window.HasAny();
}

Epochs::Sending
Epochs::Prepare(const Limits& limits, const Cipher& cipher, uint64_t nowNs)
{
    if (m_next >= limits.stop)
    {
        return Sending::STOP;
    }
    // "The sender steps when an epoch's numbers are used up or after 15 minutes in it (not when
    // fewer than 32 epochs remain)".
    if (m_next >= FirstOf(m_epoch) + EPOCH_NUMBERS)
    {
        if (!MayStep())
        {
            return Sending::EXHAUSTED;
        }
        Advance(cipher, nowNs);
    }
    else if (nowNs - m_enteredNs >= limits.epochNs &&
             wire::EPOCH_LAST - m_epoch >= limits.reserve && MayStep() &&
             FirstOf(m_epoch + 1) < limits.stop)
    {
        Advance(cipher, nowNs);
    }
    return Sending::READY;
}

bool
Epochs::Skip(uint64_t number)
{
    if (number < m_next || number > FirstOf(m_epoch) + EPOCH_NUMBERS)
    {
        return false;
    }
    m_next = number;
    return true;
}

Epochs::Place
Epochs::Locate(uint32_t number, uint64_t stop, uint64_t nowNs) const
{
    const uint32_t epoch = number >> wire::EPOCH_SHIFT;
    if (number >= stop)
    {
        return Place::STOP;
    }
    if (epoch == m_epoch)
    {
        return Place::CURRENT;
    }
    // "It holds E-1 (until 3 s after the first packet opened in E), E and E+1".
    if (epoch > m_epoch)
    {
        return epoch == m_epoch + 1 ? Place::NEXT : Place::AHEAD;
    }
    return epoch + 1 == m_epoch && m_previous && nowNs < m_previous->endNs ? Place::PREVIOUS
                                                                           : Place::OLD;
}

const uint8_t*
Epochs::ReceiveKey(Place place,
                   const Cipher& cipher,
                   std::optional<SecretKey>& scratch) const
{
    if (place == Place::PREVIOUS)
    {
        return m_previous->receiving.key.Data();
    }
    if (place == Place::NEXT)
    {
        scratch = m_receiving.key;
        cipher.Rekey(scratch->Data());
        return scratch->Data();
    }
    return m_receiving.key.Data();
}

bool
Epochs::IsFresh(Place place, uint32_t number) const
{
    switch (place)
    {
    case Place::CURRENT:
        return m_receiving.window.IsFresh(number);
    case Place::PREVIOUS:
        return m_previous->receiving.window.IsFresh(number);
    case Place::NEXT:
        return true;
    default:
        return false;
    }
}

void
Epochs::Opened(Place place,
               uint32_t number,
               const Limits& limits,
               const Cipher& cipher,
               uint64_t nowNs)
{
    if (place == Place::PREVIOUS)
    {
        m_previous->receiving.window.Mark(number);
        return;
    }
    if (place == Place::NEXT)
    {
        Advance(cipher, nowNs);
    }
    if (m_previous && !m_receiving.window.HasAny())
    {
        m_previous->endNs = nowNs + limits.oldNs;
    }
    m_receiving.window.Mark(number);
}

uint64_t
Epochs::HighestOpened() const
{
    if (m_receiving.window.HasAny() || !m_previous)
    {
        return m_receiving.window.Highest();
    }
    return m_previous->receiving.window.Highest();
}

void
Epochs::Advance(const Cipher& cipher, uint64_t nowNs)
{
    // "Keys, ephemerals and old epochs are wiped when done with": SecretKey does when it is
    // overwritten or destroyed.
    auto previous = std::make_unique<Previous>();
    previous->receiving.key = m_receiving.key;
    previous->receiving.window = m_receiving.window;
    m_previous = std::move(previous);
    cipher.Rekey(m_sendKey.Data());
    cipher.Rekey(m_receiving.key.Data());
    m_receiving.window = ReplayWindow();
    ++m_epoch;
    m_next = std::max(m_next, FirstOf(m_epoch));
    m_enteredNs = nowNs;
}

void
Epochs::Expire(uint64_t nowNs)
{
    if (m_previous && nowNs >= m_previous->endNs)
    {
        m_previous.reset();
    }
}

uint64_t
Epochs::ExpiryNs() const
{
    return m_previous ? m_previous->endNs : UINT64_MAX;
}

bool
Epochs::IsSecondHalf(uint32_t number)
{
    return (number & (EPOCH_NUMBERS - 1)) >= EPOCH_NUMBERS / 2;
}

} // namespace sst
