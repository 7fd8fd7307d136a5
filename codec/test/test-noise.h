// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_NOISE_H
#define SST_TEST_NOISE_H

#include "test-bytes.h"

#include <optional>

namespace ssttest
{

/// HMAC-SHA256 over \p data.
Bytes HmacSha256(const Bytes& key, const Bytes& data);

/// The AEAD of Noise's ChaChaPoly: nonce = 32 zero bits | little-endian counter.
/// \return ciphertext | tag
Bytes Seal(const Bytes& key, uint64_t nonce, const Bytes& aad, const Bytes& plaintext);

/// \return the plaintext, nothing where the tag is wrong
std::optional<Bytes> Open(const Bytes& key, uint64_t nonce, const Bytes& aad, const Bytes& sealed);

/// X25519; nothing where the result is all zero.
std::optional<Bytes> Dh(const Bytes& secret, const Bytes& publicKey);

/// \return the X25519 public key of a secret key
Bytes PublicOf(const Bytes& secret);

/// Noise revision 34, section 4.2: "REKEY(k): returns a new 32-byte cipher key".
Bytes Rekey(const Bytes& key);

/// Noise_NK_25519_ChaChaPoly_SHA256 written from the Noise specification, section 5, both roles.
/// Slow and obvious: the comparison for the codec.
class ReferenceNoise
{
  public:
    /// Starts the initiator.
    static ReferenceNoise Initiator(const Bytes& prologue,
                                    const Bytes& remoteStatic,
                                    const Bytes& ephemeralSecret);

    /// Starts the responder.
    static ReferenceNoise Responder(const Bytes& prologue,
                                    const Bytes& staticSecret,
                                    const Bytes& ephemeralSecret);

    /// \return e | sealed payload of the next message; nothing on an all-zero DH result
    std::optional<Bytes> Write(const Bytes& payload);

    /// \return the payload of the next message; nothing where it does not verify
    std::optional<Bytes> Read(const Bytes& message);

    /// \return the handshake hash h
    const Bytes& Hash() const
    {
        return m_h;
    }

    /// \return the keys initiator to responder and back
    std::pair<Bytes, Bytes> Split() const;

  private:
    explicit ReferenceNoise(const Bytes& prologue, const Bytes& responderStatic);

    void MixHash(const Bytes& data);
    void MixKey(const Bytes& input);
    Bytes EncryptAndHash(const Bytes& plaintext);
    std::optional<Bytes> DecryptAndHash(const Bytes& sealed);

    bool m_initiator{false}; //!< role
    Bytes m_h;               //!< handshake hash
    Bytes m_ck;              //!< chaining key
    Bytes m_k;               //!< cipher key, empty at first
    uint64_t m_n{0};         //!< cipher nonce
    Bytes m_s;               //!< own static secret (responder)
    Bytes m_e;               //!< own ephemeral secret
    Bytes m_rs;              //!< remote static public key (initiator)
    Bytes m_re;              //!< remote ephemeral public key
};

} // namespace ssttest

#endif // SST_TEST_NOISE_H
