/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "endpoint-core.h"
#include "sst/wire.h"

#include <algorithm>

namespace sst
{

Verdict
EndpointCore::IngressCtrl(const Meta& meta, Buffer& packet)
{
    return packet.Data()[wire::CTRL_SUB] == wire::CTRL_RETRY ? IngressRetry(meta, packet)
                                                             : IngressReset(meta, packet);
}

Verdict
EndpointCore::IngressRetry(const Meta& meta, Buffer& packet)
{
    const Bytes bytes{packet.Data(), packet.Size()};
    Session* session = FindLive(wire::IndexOf(bytes.data));
    if (session == nullptr || !session->client)
    {
        return Unrecognised(meta, packet, Reason::UNKNOWN_INDEX);
    }
    if (session->peer != meta.peer || session->local != meta.local || !FitsPorts(*session))
    {
        return DropOrPass(meta, Reason::WRONG_PEER);
    }
    if (Step(session->clientState, ClientEvent::RETRY).action != ClientAction::RESEND)
    {
        return DropOrPass(meta, Reason::UNEXPECTED);
    }
    if (meta.protocol != session->protocol)
    {
        // Draft, RETRY-18: "A client SHOULD drop a RETRY whose outer protocol is not that of its
        // INIT, `protocol-mismatch`."
        return DropOrPass(meta, Reason::PROTOCOL_MISMATCH);
    }
    ClientPending& pending = *session->clientPending;
    if (!IsRetryAuthentic(bytes, pending.key.publicKey, pending.init.data() + wire::INIT_E))
    {
        return DropOrPass(meta, Reason::CTRL_MAC);
    }
    if (pending.renew)
    {
        // The INIT it asks for carries what must not leave any more: the next one is fresh.
        return Drop(Reason::UNEXPECTED);
    }
    // PROTOCOL, Client: "Up to 4 RETRYs with different tokens are honoured per e, the latest
    // counts: same INIT with that token."
    const Token token = CtrlToken(bytes);
    const auto end = pending.tokens.begin() + static_cast<std::ptrdiff_t>(pending.tokenCount);
    if (std::find(pending.tokens.begin(), end, token) != end)
    {
        return Drop(Reason::REPLAY);
    }
    if (pending.tokenCount >= MAX_RETRIES)
    {
        return Drop(Reason::RETRY_LIMIT);
    }
    pending.tokens[pending.tokenCount++] = token;
    std::copy(token.begin(), token.end(), pending.init.begin() + wire::INIT_TOKEN);
    PushInit(*session);
    return Consume();
}

Verdict
EndpointCore::IngressReset(const Meta& meta, Buffer& packet)
{
    // PROTOCOL, Server: "Client finds the session by (peer address, peer index), compares in
    // constant time, closes it."
    const Bytes bytes{packet.Data(), packet.Size()};
    Session* session = FindByPeerIndex(meta.local, meta.peer, wire::IndexOf(bytes.data), true);
    if (session == nullptr || !FitsPorts(*session) ||
        Step(session->clientState, ClientEvent::RESET).action != ClientAction::CLOSE ||
        CloseIfIdle(*session))
    {
        return Unrecognised(meta, packet, Reason::UNKNOWN_INDEX);
    }
    if (!AreEqualTokens(CtrlToken(bytes), session->resetToken))
    {
        return DropOrPass(meta, Reason::CTRL_MAC);
    }
    CloseSession(*session, Reason::RESET);
    return Consume(Reason::RESET);
}

bool
EndpointCore::MayBeCtrl(const Meta& meta, const uint8_t* first) const
{
    if (first[wire::CTRL_VERSION] != wire::VERSION)
    {
        return false;
    }
    const uint32_t index = wire::IndexOf(first);
    switch (first[wire::CTRL_SUB])
    {
    case wire::CTRL_RETRY: {
        const Session* session = FindByIndex(index);
        return session != nullptr && session->peer == meta.peer;
    }
    case wire::CTRL_RESET:
        return FindByPeerIndex(meta.local, meta.peer, index, true) != nullptr;
    default:
        return false;
    }
}

bool
EndpointCore::HasValidToken(const Meta& meta, Bytes init)
{
    Token token;
    std::copy_n(init.data + wire::INIT_TOKEN, token.size(), token.begin());
    return !IsZeroToken(token) && m_retrySecrets.IsValid(token,
                                                         meta.peer,
                                                         init.data[wire::INIT_KEY_ID],
                                                         m_now.monotonicNs);
}

Verdict
EndpointCore::SendRetry(const Meta& meta, const ServerKey& key, Bytes init)
{
    // 48 bytes for an INIT of at least 256: within "at most 3 times the received IP bytes".
    const Token token =
        m_retrySecrets.Make(meta.peer, init.data[wire::INIT_KEY_ID], m_now.monotonicNs);
    const RetryPacket retry =
        MakeRetry(wire::IndexOf(init.data), token, key.pair.publicKey, init.data + wire::INIT_E);
    PushReply(meta, retry.data(), retry.size());
    return Consume(Reason::RETRY_SENT);
}

bool
EndpointCore::MakeResetFor(const Meta& meta, uint32_t index, size_t size, ResetPacket& reset)
{
    // PROTOCOL, Server: "RESET, smaller than its trigger, at most 10/s per source". So it answers
    // DATA only, and two hosts cannot keep each other busy.
    if (size <= reset.size() || meta.local.IsGroup() || meta.peer.IsGroup())
    {
        return false;
    }
    const auto key =
        std::find_if(m_serverKeys.begin(), m_serverKeys.end(), [index](const auto& held) {
            return IndexKeyBits(held->pair.keyId) == (index & INDEX_KEY_MASK);
        });
    if (key == m_serverKeys.end())
    {
        return false;
    }
    const size_t place = m_resets.PlaceOf(meta.peer);
    if (!m_resets.HasToken(place, m_now.monotonicNs))
    {
        return false;
    }
    m_resets.TakeToken(place, m_now.monotonicNs);
    reset = MakeReset(index, MakeResetToken((*key)->resetKey, index, meta.peer));
    return true;
}

} // namespace sst
