/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_HANDSHAKE_H
#define SST_HANDSHAKE_H

#include "sst/cipher.h"
#include "sst/message.h"
#include "sst/noise.h"
#include "sst/types.h"

#include <optional>
#include <vector>

/**
 * @file
 * INIT and RESP as packets: Noise messages behind their headers, prologue included.
 */

namespace sst
{

/// The initiator of one INIT.
class ClientHandshake
{
  public:
    /**
     * @param cipher outlives the object
     * @param server the responder's public key
     * @param keyId which of its keys
     * @param protocol outer protocol
     * @param layout of the INIT
     * @param index own index, 30 bits
     */
    ClientHandshake(const Cipher& cipher,
                    const PublicKey& server,
                    uint8_t keyId,
                    uint8_t protocol,
                    Layout layout,
                    uint32_t index);

    /**
     * Call once: "Each INIT carries a fresh e, or is byte-identical apart from the token".
     * @param ephemeral drawn for this INIT
     * @param payload P1
     * @param packet out, token zero
     * @return NONE or LOW_ORDER
     */
    [[nodiscard]] Reason WriteInit(const SecretKey& ephemeral,
                                   const HandshakePayload& payload,
                                   std::vector<uint8_t>& packet);

    /**
     * On anything but NONE a further RESP may be tried.
     * @param packet shape checked
     * @param plain memory for P2
     * @param payload out, points into `plain`
     * @return NONE, LENGTH (longer than the INIT), LOW_ORDER, DECRYPT, PROTOCOL_MISMATCH (layout N:
     *         a segment of another type than the INIT's outer protocol), or what ParseP2 says
     */
    [[nodiscard]] Reason ReadResp(Bytes packet,
                                  std::vector<uint8_t>& plain,
                                  HandshakePayload& payload);

    /// Keys of both directions, after ReadResp.
    void Split(SecretKey& send, SecretKey& receive) const;

  private:
    uint8_t m_header[wire::INIT_E]{};      //!< INIT bytes before e
    uint8_t m_protocol;                    //!< outer one
    Layout m_layout;                       //!< of the INIT
    size_t m_initSize{0};                  //!< bytes of the INIT
    std::optional<HandshakeState> m_noise; //!< NK, initiator
};

/// The responder of one INIT.
class ServerHandshake
{
  public:
    /**
     * @param cipher outlives the object
     * @param key the static key the INIT names
     * @param protocol outer protocol
     * @param layout of the INIT
     * @param init the INIT, shape checked
     */
    ServerHandshake(const Cipher& cipher,
                    const KeyPair& key,
                    uint8_t protocol,
                    Layout layout,
                    Bytes init);

    /**
     * @param init the INIT
     * @param plain memory for P1
     * @param payload out, points into `plain`
     * @return NONE, LOW_ORDER, DECRYPT, or what ParseP1 says
     */
    [[nodiscard]] Reason ReadInit(Bytes init,
                                  std::vector<uint8_t>& plain,
                                  HandshakePayload& payload);

    /**
     * Call once: "RESP is sealed once".
     * @param ephemeral drawn for this RESP
     * @param payload P2
     * @param packet out
     * @return NONE or LOW_ORDER
     */
    [[nodiscard]] Reason WriteResp(const SecretKey& ephemeral,
                                   const HandshakePayload& payload,
                                   std::vector<uint8_t>& packet);

    /// Keys of both directions, after WriteResp.
    void Split(SecretKey& send, SecretKey& receive) const;

    /// @return the client's index
    uint32_t ClientIndex() const;

    /// @return bytes of the INIT
    size_t InitSize() const;

  private:
    uint32_t m_clientIndex; //!< 30 bits
    size_t m_initSize;      //!< bytes
    HandshakeState m_noise; //!< NK, responder
};

} // namespace sst

#endif /* SST_HANDSHAKE_H */
