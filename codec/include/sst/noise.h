/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_NOISE_H
#define SST_NOISE_H

#include "sst/cipher.h"
#include "sst/hash.h"
#include "sst/types.h"

#include <cstddef>
#include <cstdint>

/**
 * @file
 * Noise_NK_25519_ChaChaPoly_SHA256 with the objects of the Noise specification, revision 34,
 * section 5.
 */

namespace sst
{

/// Why a Noise operation failed.
enum class NoiseStatus : uint8_t
{
    OK,
    LENGTH,    //!< message too short
    LOW_ORDER, //!< X25519 result is zero
    DECRYPT,   //!< tag does not verify
    ORDER,     //!< not this side's turn, or handshake over
    NONCE,     //!< the counter is used up
};

/// Section 5.1: a key and a counter.
class CipherState
{
  public:
    /// @param cipher outlives the object
    explicit CipherState(const Cipher& cipher);

    /// @param key 32 bytes, copied
    void InitializeKey(const uint8_t* key);
    bool HasKey() const;
    void SetNonce(uint64_t nonce);
    uint64_t Nonce() const;
    const uint8_t* Key() const;

    /**
     * @param ad associated data
     * @param plain input
     * @param out plain.size bytes, and 16 more with a key; may not overlap
     * @return OK or NONCE
     */
    [[nodiscard]] NoiseStatus EncryptWithAd(Bytes ad, Bytes plain, uint8_t* out);

    /**
     * @param ad associated data
     * @param sealed input
     * @param out sealed.size bytes, 16 fewer with a key; may not overlap; undefined on failure
     * @return OK, LENGTH, DECRYPT or NONCE
     */
    [[nodiscard]] NoiseStatus DecryptWithAd(Bytes ad, Bytes sealed, uint8_t* out);

    /// Section 11.3; does not touch the counter.
    void Rekey();

  private:
    const Cipher* m_cipher; //!< the AEAD
    SecretKey m_key;        //!< k
    uint64_t m_nonce{0};    //!< n
    bool m_hasKey{false};   //!< k is not empty
};

/// Section 5.2: chaining key, handshake hash and the CipherState of the handshake.
class SymmetricState
{
  public:
    /**
     * @param cipher outlives the object
     * @param protocolName ASCII
     */
    SymmetricState(const Cipher& cipher, const char* protocolName);

    void MixKey(const uint8_t* input);
    void MixHash(Bytes data);
    [[nodiscard]] NoiseStatus EncryptAndHash(Bytes plain, uint8_t* out);
    [[nodiscard]] NoiseStatus DecryptAndHash(Bytes sealed, uint8_t* out);
    void Split(SecretKey& first, SecretKey& second) const;
    const Digest& HandshakeHash() const;
    bool HasKey() const;

  private:
    SecretKey m_chainingKey; //!< ck
    Digest m_hash{};         //!< h
    CipherState m_state;     //!< with k and n
};

/**
 * Section 5.3 for the pattern NK:
 *
 *     <- s
 *     ...
 *     -> e, es
 *     <- e, ee
 */
class HandshakeState
{
  public:
    static constexpr size_t MESSAGE_OVERHEAD = 48; //!< e and a tag, both messages

    /**
     * @param cipher outlives the object
     * @param prologue bytes both sides agree on
     * @param responder the responder's static public key
     * @return the initiator's state
     */
    static HandshakeState Initiator(const Cipher& cipher,
                                    Bytes prologue,
                                    const PublicKey& responder);

    /**
     * @param cipher outlives the object
     * @param prologue bytes both sides agree on
     * @param statik the own static key
     * @return the responder's state
     */
    static HandshakeState Responder(const Cipher& cipher, Bytes prologue, const KeyPair& statik);

    /**
     * @param ephemeral a scalar drawn for this handshake, 32 bytes; never used twice
     * @param payload what is sealed
     * @param out payload.size + MESSAGE_OVERHEAD bytes: e | sealed payload
     * @return OK, LOW_ORDER, ORDER
     */
    [[nodiscard]] NoiseStatus WriteMessage(const SecretKey& ephemeral, Bytes payload, uint8_t* out);

    /**
     * On anything but OK the state is as it was: a forged message does not end a handshake.
     * @param message e | sealed payload
     * @param payload message.size - MESSAGE_OVERHEAD bytes out
     * @return OK, LENGTH, LOW_ORDER, DECRYPT, ORDER
     */
    [[nodiscard]] NoiseStatus ReadMessage(Bytes message, uint8_t* payload);

    /// @return true after both messages
    bool IsFinished() const;

    /**
     * Call once finished.
     * @param initiatorToResponder key of the first CipherState
     * @param responderToInitiator key of the second
     */
    void Split(SecretKey& initiatorToResponder, SecretKey& responderToInitiator) const;

    /// @return h
    const Digest& HandshakeHash() const;

  private:
    HandshakeState(const Cipher& cipher,
                   Bytes prologue,
                   bool initiator,
                   const PublicKey& responder);

    SymmetricState m_symmetric; //!< ck, h, k, n
    bool m_initiator;           //!< role
    uint8_t m_messages{0};      //!< messages written and read
    SecretKey m_static;         //!< responder's s
    SecretKey m_ephemeral;      //!< own e
    PublicKey m_remoteStatic;   //!< initiator's rs
    PublicKey m_remoteE{};      //!< re
};

/// Name in SymmetricState's initialization.
constexpr const char* NOISE_PROTOCOL_NAME = "Noise_NK_25519_ChaChaPoly_SHA256";

} // namespace sst

#endif /* SST_NOISE_H */
