/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_CIPHER_H
#define SST_CIPHER_H

#include "sst/types.h"

#include <cstddef>
#include <cstdint>

namespace sst
{

/**
 * An AEAD with a 32-byte key, a 64-bit counter as nonce and a detached 16-byte tag, as Noise
 * defines a cipher function. Everything works in place.
 */
class Cipher
{
  public:
    static constexpr size_t TAG_SIZE = 16; //!< bytes
    static constexpr size_t KEY_SIZE = 32; //!< bytes

    virtual ~Cipher() = default;

    /**
     * Encrypt in place.
     * @param key 32 bytes
     * @param nonce the counter; never used twice with one key
     * @param aad associated data
     * @param aadSize its bytes
     * @param data plaintext, then ciphertext
     * @param size its bytes
     * @param tag 16 bytes out
     */
    virtual void Seal(const uint8_t* key,
                      uint64_t nonce,
                      const uint8_t* aad,
                      size_t aadSize,
                      uint8_t* data,
                      size_t size,
                      uint8_t* tag) const = 0;

    /**
     * Decrypt in place. When the tag does not verify, `data` is undefined.
     * @param key 32 bytes
     * @param nonce the counter
     * @param aad associated data
     * @param aadSize its bytes
     * @param data ciphertext, then plaintext
     * @param size its bytes
     * @param tag 16 bytes
     * @return true when the tag verified
     */
    [[nodiscard]] virtual bool Open(const uint8_t* key,
                                    uint64_t nonce,
                                    const uint8_t* aad,
                                    size_t aadSize,
                                    uint8_t* data,
                                    size_t size,
                                    const uint8_t* tag) const = 0;

    /**
     * Noise REKEY: the first 32 bytes of ENCRYPT(k, 2^64-1, "", 32 zero bytes) replace the key.
     * @param key 32 bytes, in and out
     */
    virtual void Rekey(uint8_t* key) const;
};

/**
 * ChaCha20-Poly1305 of RFC 8439, nonce = 0(32) | LE64(counter), put together of libsodium's
 * ChaCha20 and Poly1305.
 *
 * libsodium's own AEAD asks its ChaCha20 for one block, then for as many as the data has. With AVX2
 * that makes eight blocks in the time of two single ones, so here it is asked for groups of eight:
 * a packet of 1 400 bytes takes a sixth less (doc/codec.md, Speed). What a packet takes depends on
 * its size and on nothing else.
 */
class SodiumChaChaPoly : public Cipher
{
  public:
    /// As is best on this processor.
    SodiumChaChaPoly();

    /**
     * For tests: the same bytes either way.
     * @param wide true: ask for eight blocks, or four, where fewer are needed
     */
    explicit SodiumChaChaPoly(bool wide);

    void Seal(const uint8_t* key,
              uint64_t nonce,
              const uint8_t* aad,
              size_t aadSize,
              uint8_t* data,
              size_t size,
              uint8_t* tag) const override;

    [[nodiscard]] bool Open(const uint8_t* key,
                            uint64_t nonce,
                            const uint8_t* aad,
                            size_t aadSize,
                            uint8_t* data,
                            size_t size,
                            const uint8_t* tag) const override;

  private:
    bool m_wide; //!< see the constructors
};

/**
 * X25519 public key of a scalar.
 * @param secret 32 bytes
 * @param publicKey 32 bytes out
 */
void X25519Base(const uint8_t* secret, uint8_t* publicKey);

/**
 * X25519.
 * @param secret own scalar, 32 bytes
 * @param publicKey the peer's point, 32 bytes
 * @param shared 32 bytes out
 * @return false when the result is all zero (low-order point)
 */
[[nodiscard]] bool X25519(const uint8_t* secret, const uint8_t* publicKey, uint8_t* shared);

class Random;

/**
 * Draw a static key pair.
 * @param random drawn from with Purpose::SECRET
 * @param keyId key_id it is published under
 * @param flags flags it is published with
 * @param clock the time it is created at
 * @return the pair
 */
KeyPair GenerateKeyPair(Random& random, uint8_t keyId, uint8_t flags, const Clock& clock);

} // namespace sst

#endif /* SST_CIPHER_H */
