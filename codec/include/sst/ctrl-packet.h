/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_CTRL_PACKET_H
#define SST_CTRL_PACKET_H

#include "sst/hash.h"
#include "sst/message.h"
#include "sst/types.h"
#include "sst/wire.h"

#include <array>
#include <cstdint>

/**
 * @file
 * RETRY and RESET: the two packets with T=11, the mac of one and the token of the other. The same
 * bytes in both layouts.
 */

namespace sst
{

using RetryPacket = std::array<uint8_t, wire::CTRL_RETRY_SIZE>; //!< a whole RETRY
using ResetPacket = std::array<uint8_t, wire::CTRL_RESET_SIZE>; //!< a whole RESET

/**
 * @param index index of the INIT it answers
 * @param token what the next INIT is to carry
 * @param server static public key of the server
 * @param ephemeral e of the INIT, 32 bytes
 * @return the RETRY
 */
RetryPacket MakeRetry(uint32_t index,
                      const Token& token,
                      const PublicKey& server,
                      const uint8_t* ephemeral);

/**
 * Compares in constant time.
 * @param packet a RETRY, shape checked
 * @param server static public key of the server
 * @param ephemeral e of the INIT it is to answer, 32 bytes
 * @return true when the mac is right
 */
[[nodiscard]] bool IsRetryAuthentic(Bytes packet,
                                    const PublicKey& server,
                                    const uint8_t* ephemeral);

/// @return the token of a RETRY or RESET, shape checked
Token CtrlToken(Bytes packet);

/// @return the RESET for an index
ResetPacket MakeReset(uint32_t index, const Token& token);

/// @return K_reset of a static private key of 32 bytes
SecretKey MakeResetKey(const std::array<uint8_t, 32>& staticSecret);

/// @return the token that closes the session with this index of the server and this peer of it
Token MakeResetToken(const SecretKey& resetKey, uint32_t index, const IpAddress& peer);

/// @return true when equal; the time taken says nothing of where they differ
[[nodiscard]] bool AreEqualTokens(const Token& a, const Token& b);

/// @return true when every byte is zero: no token
bool IsZeroToken(const Token& token);

} // namespace sst

#endif /* SST_CTRL_PACKET_H */
