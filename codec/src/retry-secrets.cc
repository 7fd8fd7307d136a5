/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/retry-secrets.h"

#include "sst/ctrl-packet.h"
#include "sst/hash.h"

#include <algorithm>

namespace sst
{

RetrySecrets::RetrySecrets(Random& random, uint64_t slotNs)
    : m_random(random),
      m_slotNs(std::max<uint64_t>(slotNs, 1))
{
}

Token
RetrySecrets::Make(const IpAddress& client, uint8_t keyId, uint64_t nowNs)
{
    Expire(nowNs);
    Draw();
    return Compute(m_current, m_number, client, keyId);
}

bool
RetrySecrets::IsValid(const Token& token, const IpAddress& client, uint8_t keyId, uint64_t nowNs)
{
    Expire(nowNs);
    Draw();
    if (AreEqualTokens(token, Compute(m_current, m_number, client, keyId)))
    {
        return true;
    }
    return m_previous.drawn &&
           AreEqualTokens(token, Compute(m_previous, m_number - 1, client, keyId));
}

size_t
RetrySecrets::Held() const
{
    return (m_current.drawn ? 1 : 0) + (m_previous.drawn ? 1 : 0);
}

void
RetrySecrets::Turn(uint64_t nowNs)
{
    const uint64_t number = nowNs / m_slotNs;
    if (number == m_number + 1)
    {
        m_previous = m_current;
    }
    else
    {
        Clear(m_previous);
    }
    Clear(m_current);
    m_number = number;
    m_endNs = (number + 1) * m_slotNs;
}

void
RetrySecrets::Draw()
{
    if (!m_current.drawn)
    {
        m_random.Fill(Purpose::RETRY, m_current.secret.Data(), SecretKey::SIZE);
        m_current.drawn = true;
    }
}

void
RetrySecrets::Clear(Slot& slot)
{
    Wipe(slot.secret.Data(), SecretKey::SIZE);
    slot.drawn = false;
}

Token
RetrySecrets::Compute(const Slot& slot, uint64_t number, const IpAddress& client, uint8_t keyId)
{
    // PROTOCOL, Server: "Token = HMAC(secret of 120 s, client address | key_id | slot), two slots
    // ...; both HMAC-SHA256, first 16 bytes."
    uint8_t rest[9];
    rest[0] = keyId;
    wire::Store64(rest + 1, number);
    const Digest digest = HmacSha256({slot.secret.Data(), SecretKey::SIZE},
                                     {client.bytes.data(), client.length},
                                     {rest, sizeof rest});
    Token token;
    std::copy_n(digest.begin(), token.size(), token.begin());
    return token;
}

} // namespace sst
