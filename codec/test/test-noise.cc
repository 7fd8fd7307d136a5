// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "test-noise.h"

#include <sodium.h>
#include <tuple>

namespace ssttest
{

namespace
{

Bytes
Sha256(const Bytes& data)
{
    Bytes out(crypto_hash_sha256_BYTES);
    crypto_hash_sha256(out.data(), data.data(), data.size());
    return out;
}

/// HKDF of Noise section 4.3 with two outputs.
std::pair<Bytes, Bytes>
Hkdf2(const Bytes& chainingKey, const Bytes& input)
{
    Bytes temp = HmacSha256(chainingKey, input);
    Bytes one = HmacSha256(temp, Bytes{1});
    Bytes two = HmacSha256(temp, Concat({one, Bytes{2}}));
    return {one, two};
}

Bytes
NonceOf(uint64_t n)
{
    Bytes nonce(12, 0);
    for (int i = 0; i < 8; i++)
    {
        nonce[4 + i] = static_cast<uint8_t>(n >> (8 * i));
    }
    return nonce;
}

} // namespace

Bytes
HmacSha256(const Bytes& key, const Bytes& data)
{
    Bytes out(crypto_auth_hmacsha256_BYTES);
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key.data(), key.size());
    crypto_auth_hmacsha256_update(&state, data.data(), data.size());
    crypto_auth_hmacsha256_final(&state, out.data());
    return out;
}

Bytes
Seal(const Bytes& key, uint64_t nonce, const Bytes& aad, const Bytes& plaintext)
{
    Bytes out(plaintext.size() + 16);
    unsigned long long length = 0;
    crypto_aead_chacha20poly1305_ietf_encrypt(out.data(),
                                              &length,
                                              plaintext.data(),
                                              plaintext.size(),
                                              aad.data(),
                                              aad.size(),
                                              nullptr,
                                              NonceOf(nonce).data(),
                                              key.data());
    return out;
}

std::optional<Bytes>
Open(const Bytes& key, uint64_t nonce, const Bytes& aad, const Bytes& sealed)
{
    if (sealed.size() < 16)
    {
        return std::nullopt;
    }
    Bytes out(sealed.size() - 16);
    unsigned long long length = 0;
    if (crypto_aead_chacha20poly1305_ietf_decrypt(out.data(),
                                                  &length,
                                                  nullptr,
                                                  sealed.data(),
                                                  sealed.size(),
                                                  aad.data(),
                                                  aad.size(),
                                                  NonceOf(nonce).data(),
                                                  key.data()) != 0)
    {
        return std::nullopt;
    }
    return out;
}

std::optional<Bytes>
Dh(const Bytes& secret, const Bytes& publicKey)
{
    Bytes out(32);
    if (crypto_scalarmult(out.data(), secret.data(), publicKey.data()) != 0)
    {
        return std::nullopt;
    }
    return out;
}

Bytes
PublicOf(const Bytes& secret)
{
    Bytes out(32);
    crypto_scalarmult_base(out.data(), secret.data());
    return out;
}

Bytes
Rekey(const Bytes& key)
{
    // "If this function is not specifically defined for some set of cipher functions, then it
    // defaults to returning the first 32 bytes from ENCRYPT(k, maxnonce, zerolen, zeros), where
    // maxnonce equals 2^64-1" (Noise section 4.2)
    return Slice(Seal(key, UINT64_MAX, {}, Bytes(32, 0)), 0, 32);
}

ReferenceNoise::ReferenceNoise(const Bytes& prologue, const Bytes& responderStatic)
{
    // "If protocol_name is less than or equal to HASHLEN bytes in length, sets h equal to
    // protocol_name with zero bytes appended" (section 5.2); it is exactly 32 characters
    Bytes name = FromText("Noise_NK_25519_ChaChaPoly_SHA256");
    m_h = name.size() <= 32 ? name : Sha256(name);
    m_h.resize(32, 0);
    m_ck = m_h;
    MixHash(prologue);
    MixHash(responderStatic); // pre-message "<- s"
}

ReferenceNoise
ReferenceNoise::Initiator(const Bytes& prologue,
                          const Bytes& remoteStatic,
                          const Bytes& ephemeralSecret)
{
    ReferenceNoise noise(prologue, remoteStatic);
    noise.m_initiator = true;
    noise.m_rs = remoteStatic;
    noise.m_e = ephemeralSecret;
    return noise;
}

ReferenceNoise
ReferenceNoise::Responder(const Bytes& prologue,
                          const Bytes& staticSecret,
                          const Bytes& ephemeralSecret)
{
    ReferenceNoise noise(prologue, PublicOf(staticSecret));
    noise.m_s = staticSecret;
    noise.m_e = ephemeralSecret;
    return noise;
}

std::optional<Bytes>
ReferenceNoise::Write(const Bytes& payload)
{
    Bytes e = PublicOf(m_e);
    MixHash(e);
    // "-> e, es" of the initiator, "<- e, ee" of the responder
    std::optional<Bytes> shared = m_initiator ? Dh(m_e, m_rs) : Dh(m_e, m_re);
    if (!shared)
    {
        return std::nullopt;
    }
    MixKey(*shared);
    return Concat({e, EncryptAndHash(payload)});
}

std::optional<Bytes>
ReferenceNoise::Read(const Bytes& message)
{
    if (message.size() < 48)
    {
        return std::nullopt;
    }
    m_re = Slice(message, 0, 32);
    MixHash(m_re);
    std::optional<Bytes> shared = m_initiator ? Dh(m_e, m_re) : Dh(m_s, m_re);
    if (!shared)
    {
        return std::nullopt;
    }
    MixKey(*shared);
    return DecryptAndHash(Slice(message, 32));
}

std::pair<Bytes, Bytes>
ReferenceNoise::Split() const
{
    return Hkdf2(m_ck, {});
}

void
ReferenceNoise::MixHash(const Bytes& data)
{
    m_h = Sha256(Concat({m_h, data}));
}

void
ReferenceNoise::MixKey(const Bytes& input)
{
    std::tie(m_ck, m_k) = Hkdf2(m_ck, input);
    m_n = 0;
}

Bytes
ReferenceNoise::EncryptAndHash(const Bytes& plaintext)
{
    Bytes sealed = Seal(m_k, m_n++, m_h, plaintext);
    MixHash(sealed);
    return sealed;
}

std::optional<Bytes>
ReferenceNoise::DecryptAndHash(const Bytes& sealed)
{
    std::optional<Bytes> plaintext = Open(m_k, m_n, m_h, sealed);
    if (plaintext)
    {
        m_n++;
        MixHash(sealed);
    }
    return plaintext;
}

} // namespace ssttest
