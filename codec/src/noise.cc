/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/noise.h"

#include "sst/wire.h"

#include <cstring>

namespace sst
{

CipherState::CipherState(const Cipher& cipher)
    : m_cipher(&cipher)
{
}

void
CipherState::InitializeKey(const uint8_t* key)
{
    std::memcpy(m_key.Data(), key, SecretKey::SIZE);
    m_nonce = 0;
    m_hasKey = true;
}

bool
CipherState::HasKey() const
{
    return m_hasKey;
}

void
CipherState::SetNonce(uint64_t nonce)
{
    m_nonce = nonce;
}

uint64_t
CipherState::Nonce() const
{
    return m_nonce;
}

const uint8_t*
CipherState::Key() const
{
    return m_key.Data();
}

NoiseStatus
CipherState::EncryptWithAd(Bytes ad, Bytes plain, uint8_t* out)
{
    // Noise 5.1: "If k is non-empty returns ENCRYPT(k, n++, ad, plaintext). Otherwise returns
    // plaintext." and "n = 2^64-1 is reserved".
    if (m_hasKey && m_nonce == UINT64_MAX)
    {
        return NoiseStatus::NONCE;
    }
    if (plain.size > 0)
    {
        std::memcpy(out, plain.data, plain.size);
    }
    if (m_hasKey)
    {
        m_cipher->Seal(m_key.Data(), m_nonce, ad.data, ad.size, out, plain.size, out + plain.size);
        ++m_nonce;
    }
    return NoiseStatus::OK;
}

NoiseStatus
CipherState::DecryptWithAd(Bytes ad, Bytes sealed, uint8_t* out)
{
    if (!m_hasKey)
    {
        if (sealed.size > 0)
        {
            std::memcpy(out, sealed.data, sealed.size);
        }
        return NoiseStatus::OK;
    }
    if (sealed.size < Cipher::TAG_SIZE)
    {
        return NoiseStatus::LENGTH;
    }
    if (m_nonce == UINT64_MAX)
    {
        return NoiseStatus::NONCE;
    }
    const size_t size = sealed.size - Cipher::TAG_SIZE;
    if (size > 0)
    {
        std::memcpy(out, sealed.data, size);
    }
    if (!m_cipher->Open(m_key.Data(), m_nonce, ad.data, ad.size, out, size, sealed.data + size))
    {
        return NoiseStatus::DECRYPT;
    }
    ++m_nonce;
    return NoiseStatus::OK;
}

void
CipherState::Rekey()
{
    m_cipher->Rekey(m_key.Data());
}

SymmetricState::SymmetricState(const Cipher& cipher, const char* protocolName)
    : m_state(cipher)
{
    // Noise 5.2: "If protocol_name is less than or equal to HASHLEN bytes in length, sets h equal
    // to protocol_name with zero bytes appended to make HASHLEN bytes. Otherwise sets h =
    // HASH(protocol_name). Sets ck = h."
    const size_t size = std::strlen(protocolName);
    const auto* name = reinterpret_cast<const uint8_t*>(protocolName);
    if (size <= m_hash.size())
    {
        std::memcpy(m_hash.data(), name, size);
    }
    else
    {
        m_hash = Sha256({name, size});
    }
    std::memcpy(m_chainingKey.Data(), m_hash.data(), m_hash.size());
}

void
SymmetricState::MixKey(const uint8_t* input)
{
    SecretKey temp;
    Hkdf2(m_chainingKey.Data(), {input, 32}, m_chainingKey.Data(), temp.Data());
    m_state.InitializeKey(temp.Data());
}

void
SymmetricState::MixHash(Bytes data)
{
    m_hash = Sha256({m_hash.data(), m_hash.size()}, data);
}

NoiseStatus
SymmetricState::EncryptAndHash(Bytes plain, uint8_t* out)
{
    const NoiseStatus status = m_state.EncryptWithAd({m_hash.data(), m_hash.size()}, plain, out);
    if (status == NoiseStatus::OK)
    {
        MixHash({out, plain.size + (m_state.HasKey() ? Cipher::TAG_SIZE : 0)});
    }
    return status;
}

NoiseStatus
SymmetricState::DecryptAndHash(Bytes sealed, uint8_t* out)
{
    const NoiseStatus status = m_state.DecryptWithAd({m_hash.data(), m_hash.size()}, sealed, out);
    if (status == NoiseStatus::OK)
    {
        MixHash(sealed);
    }
    return status;
}

void
SymmetricState::Split(SecretKey& first, SecretKey& second) const
{
    Hkdf2(m_chainingKey.Data(), {nullptr, 0}, first.Data(), second.Data());
}

const Digest&
SymmetricState::HandshakeHash() const
{
    return m_hash;
}

bool
SymmetricState::HasKey() const
{
    return m_state.HasKey();
}

HandshakeState::HandshakeState(const Cipher& cipher,
                               Bytes prologue,
                               bool initiator,
                               const PublicKey& responder)
    : m_symmetric(cipher, NOISE_PROTOCOL_NAME),
      m_initiator(initiator),
      m_remoteStatic(responder)
{
    m_symmetric.MixHash(prologue);
    m_symmetric.MixHash({responder.data(), responder.size()});
}

HandshakeState
HandshakeState::Initiator(const Cipher& cipher, Bytes prologue, const PublicKey& responder)
{
    return HandshakeState(cipher, prologue, true, responder);
}

HandshakeState
HandshakeState::Responder(const Cipher& cipher, Bytes prologue, const KeyPair& statik)
{
    HandshakeState state(cipher, prologue, false, statik.publicKey);
    std::memcpy(state.m_static.Data(), statik.secretKey.data(), statik.secretKey.size());
    return state;
}

NoiseStatus
HandshakeState::WriteMessage(const SecretKey& ephemeral, Bytes payload, uint8_t* out)
{
    if (m_messages != (m_initiator ? 0 : 1))
    {
        return NoiseStatus::ORDER;
    }
    m_ephemeral = ephemeral;
    X25519Base(m_ephemeral.Data(), out);
    m_symmetric.MixHash({out, wire::POINT_SIZE});
    // Token es for the first message, ee for the second.
    SecretKey shared;
    const PublicKey& remote = m_initiator ? m_remoteStatic : m_remoteE;
    if (!X25519(m_ephemeral.Data(), remote.data(), shared.Data()))
    {
        return NoiseStatus::LOW_ORDER;
    }
    m_symmetric.MixKey(shared.Data());
    const NoiseStatus status = m_symmetric.EncryptAndHash(payload, out + wire::POINT_SIZE);
    if (status == NoiseStatus::OK)
    {
        ++m_messages;
    }
    if (m_messages == 2)
    {
        m_ephemeral = SecretKey();
        m_static = SecretKey();
    }
    return status;
}

NoiseStatus
HandshakeState::ReadMessage(Bytes message, uint8_t* payload)
{
    if (m_messages != (m_initiator ? 1 : 0))
    {
        return NoiseStatus::ORDER;
    }
    if (message.size < MESSAGE_OVERHEAD)
    {
        return NoiseStatus::LENGTH;
    }
    PublicKey remote;
    std::memcpy(remote.data(), message.data, remote.size());
    // Token es for the first message, ee for the second.
    SecretKey shared;
    const SecretKey& own = m_initiator ? m_ephemeral : m_static;
    if (!X25519(own.Data(), remote.data(), shared.Data()))
    {
        return NoiseStatus::LOW_ORDER;
    }
    SymmetricState next = m_symmetric;
    next.MixHash({remote.data(), remote.size()});
    next.MixKey(shared.Data());
    const NoiseStatus status =
        next.DecryptAndHash({message.data + wire::POINT_SIZE, message.size - wire::POINT_SIZE},
                            payload);
    if (status != NoiseStatus::OK)
    {
        return status;
    }
    m_symmetric = next;
    m_remoteE = remote;
    ++m_messages;
    m_static = SecretKey();
    if (m_messages == 2)
    {
        m_ephemeral = SecretKey();
    }
    return NoiseStatus::OK;
}

bool
HandshakeState::IsFinished() const
{
    return m_messages == 2;
}

void
HandshakeState::Split(SecretKey& initiatorToResponder, SecretKey& responderToInitiator) const
{
    m_symmetric.Split(initiatorToResponder, responderToInitiator);
}

const Digest&
HandshakeState::HandshakeHash() const
{
    return m_symmetric.HandshakeHash();
}

} // namespace sst
