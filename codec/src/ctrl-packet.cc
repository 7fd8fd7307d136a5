/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/ctrl-packet.h"

#include "sst/secret.h"

#include <algorithm>
#include <sodium.h>

namespace sst
{

namespace
{

constexpr char RETRY_LABEL[] = "SSTv1 retry";
constexpr size_t RETRY_LABEL_SIZE = sizeof RETRY_LABEL - 1;
constexpr char RESET_LABEL[] = "SSTv1 reset";
constexpr size_t RESET_LABEL_SIZE = sizeof RESET_LABEL - 1;

/// Write bytes 0..15: T, index, version, sub, guard.
void
StoreHead(uint8_t* packet, uint32_t index, uint8_t sub)
{
    std::fill(packet, packet + wire::SKELETON_SIZE, uint8_t{0});
    wire::StoreTypeIndex(packet, wire::Type::CTRL, index);
    packet[wire::CTRL_VERSION] = wire::VERSION;
    packet[wire::CTRL_SUB] = sub;
    wire::StoreGuard(packet);
}

/// @return the first 16 bytes
Token
Truncate(const Digest& digest)
{
    Token token;
    std::copy_n(digest.begin(), token.size(), token.begin());
    return token;
}

/// PROTOCOL, Server: "mac = HMAC(server public key, "SSTv1 retry" | RETRY bytes 0..15 | token |
/// e)"; `head` is bytes 0..31 with the guard as it is sent.
Token
RetryMac(const uint8_t* head, const PublicKey& server, const uint8_t* ephemeral)
{
    return Truncate(HmacSha256({server.data(), server.size()},
                               {reinterpret_cast<const uint8_t*>(RETRY_LABEL), RETRY_LABEL_SIZE},
                               {head, wire::CTRL_MAC},
                               {ephemeral, wire::POINT_SIZE}));
}

} // namespace

RetryPacket
MakeRetry(uint32_t index, const Token& token, const PublicKey& server, const uint8_t* ephemeral)
{
    RetryPacket packet;
    StoreHead(packet.data(), index, wire::CTRL_RETRY);
    std::copy(token.begin(), token.end(), packet.begin() + wire::CTRL_TOKEN);
    const Token mac = RetryMac(packet.data(), server, ephemeral);
    std::copy(mac.begin(), mac.end(), packet.begin() + wire::CTRL_MAC);
    return packet;
}

bool
IsRetryAuthentic(Bytes packet, const PublicKey& server, const uint8_t* ephemeral)
{
    uint8_t head[wire::CTRL_MAC];
    std::copy_n(packet.data, sizeof head, head);
    // PROTOCOL, Packets: "The guard 0x5010 and the token are outside every AEAD and not checked":
    // a middlebox may have written another data offset or other flags there.
    wire::StoreGuard(head);
    const Token mac = RetryMac(head, server, ephemeral);
    int status = sodium_memcmp(mac.data(), packet.data + wire::CTRL_MAC, mac.size());
    SST_DECLASSIFY(&status, sizeof status);
    return status == 0;
}

Token
CtrlToken(Bytes packet)
{
    Token token;
    std::copy_n(packet.data + wire::CTRL_TOKEN, token.size(), token.begin());
    return token;
}

ResetPacket
MakeReset(uint32_t index, const Token& token)
{
    ResetPacket packet;
    StoreHead(packet.data(), index, wire::CTRL_RESET);
    std::copy(token.begin(), token.end(), packet.begin() + wire::CTRL_TOKEN);
    return packet;
}

SecretKey
MakeResetKey(const std::array<uint8_t, 32>& staticSecret)
{
    // PROTOCOL, Server: "K_reset = HMAC-SHA256(static private key, "SSTv1 reset")".
    Digest digest = HmacSha256({staticSecret.data(), staticSecret.size()},
                               {reinterpret_cast<const uint8_t*>(RESET_LABEL), RESET_LABEL_SIZE});
    const SecretKey key(digest);
    Wipe(digest.data(), digest.size());
    return key;
}

Token
MakeResetToken(const SecretKey& resetKey, uint32_t index, const IpAddress& peer)
{
    // PROTOCOL, Server: "Token = HMAC-SHA256(K_reset, server index | peer address)[16]".
    uint8_t word[4];
    wire::Store32(word, index);
    return Truncate(HmacSha256({resetKey.Data(), SecretKey::SIZE},
                               {word, sizeof word},
                               {peer.bytes.data(), peer.length}));
}

bool
AreEqualTokens(const Token& a, const Token& b)
{
    int status = sodium_memcmp(a.data(), b.data(), a.size());
    SST_DECLASSIFY(&status, sizeof status);
    return status == 0;
}

bool
IsZeroToken(const Token& token)
{
    return std::all_of(token.begin(), token.end(), [](uint8_t byte) { return byte == 0; });
}

} // namespace sst
