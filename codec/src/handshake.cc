/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/handshake.h"

#include <array>
#include <cstring>

namespace sst
{

namespace
{

constexpr char PROLOGUE_NAME[] = "SSTv1";
constexpr size_t PROLOGUE_NAME_SIZE = sizeof PROLOGUE_NAME - 1;

/// "SSTv1" | outer protocol(8) | layout(8: N=0, U=1) | INIT bytes 0..11
using Prologue = std::array<uint8_t, PROLOGUE_NAME_SIZE + 2 + wire::INIT_PROLOGUE_BYTES>;

Prologue
MakePrologue(uint8_t protocol, Layout layout, const uint8_t* init)
{
    Prologue prologue;
    std::memcpy(prologue.data(), PROLOGUE_NAME, PROLOGUE_NAME_SIZE);
    prologue[PROLOGUE_NAME_SIZE] = protocol;
    prologue[PROLOGUE_NAME_SIZE + 1] = static_cast<uint8_t>(layout);
    std::memcpy(prologue.data() + PROLOGUE_NAME_SIZE + 2, init, wire::INIT_PROLOGUE_BYTES);
    return prologue;
}

/// The responder's state for an INIT.
HandshakeState
MakeResponder(const Cipher& cipher,
              const KeyPair& key,
              uint8_t protocol,
              Layout layout,
              const uint8_t* init)
{
    const Prologue prologue = MakePrologue(protocol, layout, init);
    return HandshakeState::Responder(cipher, {prologue.data(), prologue.size()}, key);
}

Reason
ToReason(NoiseStatus status)
{
    switch (status)
    {
    case NoiseStatus::OK:
        return Reason::NONE;
    case NoiseStatus::LOW_ORDER:
        return Reason::LOW_ORDER;
    case NoiseStatus::DECRYPT:
        return Reason::DECRYPT;
    case NoiseStatus::LENGTH:
        return Reason::LENGTH;
    case NoiseStatus::ORDER:
    case NoiseStatus::NONCE:
        break;
    }
    return Reason::UNEXPECTED;
}

} // namespace

ClientHandshake::ClientHandshake(const Cipher& cipher,
                                 const PublicKey& server,
                                 uint8_t keyId,
                                 uint8_t protocol,
                                 Layout layout,
                                 uint32_t index)
    : m_protocol(protocol),
      m_layout(layout)
{
    wire::StoreTypeIndex(m_header, wire::Type::INIT, index);
    m_header[wire::INIT_VERSION] = wire::VERSION;
    m_header[wire::INIT_SUITE] = wire::SUITE;
    m_header[wire::INIT_KEY_ID] = keyId;
    wire::StoreGuard(m_header);
    const Prologue prologue = MakePrologue(protocol, layout, m_header);
    m_noise = HandshakeState::Initiator(cipher, {prologue.data(), prologue.size()}, server);
}

Reason
ClientHandshake::WriteInit(const SecretKey& ephemeral,
                           const HandshakePayload& payload,
                           std::vector<uint8_t>& packet)
{
    std::vector<uint8_t> plain = SerializeP1(payload);
    m_initSize = sst::InitSize(payload);
    packet.assign(m_initSize, 0);
    std::memcpy(packet.data(), m_header, sizeof m_header);
    const NoiseStatus status = m_noise->WriteMessage(ephemeral,
                                                     {plain.data(), plain.size()},
                                                     packet.data() + wire::INIT_E);
    Wipe(plain.data(), plain.size());
    return ToReason(status);
}

Reason
ClientHandshake::ReadResp(Bytes packet, std::vector<uint8_t>& plain, HandshakePayload& payload)
{
    if (packet.size > m_initSize)
    {
        return Reason::LENGTH;
    }
    const Bytes message{packet.data + wire::RESP_E, packet.size - wire::RESP_E};
    plain.resize(message.size - HandshakeState::MESSAGE_OVERHEAD);
    HandshakeState next = *m_noise;
    const NoiseStatus status = next.ReadMessage(message, plain.data());
    if (status != NoiseStatus::OK)
    {
        return ToReason(status);
    }
    const Reason reason = ParseP2({plain.data(), plain.size()}, payload);
    if (reason != Reason::NONE)
    {
        return reason;
    }
    // "server index(32), mandatory in RESP, equal to RESP 4..7"
    if (payload.options.serverIndex != wire::Load32(packet.data + wire::RESP_SERVER_INDEX))
    {
        return Reason::OPTIONS;
    }
    // AEAD-7: "In layout N the type of a segment in INIT or RESP MUST be equal to the outer
    // protocol"
    if (m_layout == Layout::N && payload.inner.IsTransport() && payload.type != m_protocol)
    {
        return Reason::PROTOCOL_MISMATCH;
    }
    m_noise = next;
    return Reason::NONE;
}

void
ClientHandshake::Split(SecretKey& send, SecretKey& receive) const
{
    m_noise->Split(send, receive);
}

ServerHandshake::ServerHandshake(const Cipher& cipher,
                                 const KeyPair& key,
                                 uint8_t protocol,
                                 Layout layout,
                                 Bytes init)
    : m_clientIndex(wire::IndexOf(init.data)),
      m_initSize(init.size),
      m_noise(MakeResponder(cipher, key, protocol, layout, init.data))
{
}

Reason
ServerHandshake::ReadInit(Bytes init, std::vector<uint8_t>& plain, HandshakePayload& payload)
{
    const Bytes message{init.data + wire::INIT_E, init.size - wire::INIT_E};
    plain.resize(message.size - HandshakeState::MESSAGE_OVERHEAD);
    const Reason reason = ToReason(m_noise.ReadMessage(message, plain.data()));
    return reason != Reason::NONE ? reason : ParseP1({plain.data(), plain.size()}, payload);
}

Reason
ServerHandshake::WriteResp(const SecretKey& ephemeral,
                           const HandshakePayload& payload,
                           std::vector<uint8_t>& packet)
{
    std::vector<uint8_t> plain = SerializeP2(payload);
    packet.assign(RespSize(payload), 0);
    wire::StoreTypeIndex(packet.data(), wire::Type::RESP, m_clientIndex);
    wire::Store32(packet.data() + wire::RESP_SERVER_INDEX, payload.options.serverIndex);
    wire::StoreGuard(packet.data());
    const NoiseStatus status =
        m_noise.WriteMessage(ephemeral, {plain.data(), plain.size()}, packet.data() + wire::RESP_E);
    Wipe(plain.data(), plain.size());
    return ToReason(status);
}

void
ServerHandshake::Split(SecretKey& send, SecretKey& receive) const
{
    m_noise.Split(receive, send);
}

uint32_t
ServerHandshake::ClientIndex() const
{
    return m_clientIndex;
}

size_t
ServerHandshake::InitSize() const
{
    return m_initSize;
}

} // namespace sst
