// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_REFERENCE_H
#define SST_TEST_REFERENCE_H

#include "test-noise.h"
#include "test-segment.h"

#include <map>

namespace ssttest
{

/// INIT as the specification draws it; every field can be set wrong on purpose.
struct ReferenceInit
{
    uint8_t layout{0};          //!< N 0, U 1, part of the prologue
    uint8_t outerProtocol{6};   //!< of the IP header, part of the prologue
    uint32_t clientIndex{1};    //!< 30 bits
    uint8_t version{1};         //!< byte 4
    uint8_t suite{1};           //!< byte 5
    uint8_t keyId{1};           //!< byte 6
    uint8_t reserved7{0};       //!< byte 7
    uint32_t reserved8{0};      //!< bytes 8..11
    uint16_t guard{0x5010};     //!< bytes 12, 13
    uint16_t reserved14{0};     //!< bytes 14, 15
    Bytes token = Bytes(16, 0); //!< bytes 16..31
    uint64_t timeMs{0};         //!< Unix time, ms
    Bytes options;              //!< as they stand on the wire
    int optionsLength{-1};      //!< the length field, -1 for the right one
    Bytes segment;              //!< early data, checksum zero
    uint8_t type{59};           //!< 6, 17 or 59
    size_t size{0};             //!< of the packet, 0 for the smallest allowed
};

/// RESP likewise.
struct ReferenceResp
{
    uint8_t outerProtocol{6};         //!< of the IP header, not authenticated in RESP itself
    uint32_t clientIndex{0};          //!< copied from the INIT
    uint32_t serverIndex{1};          //!< 30 bits
    uint8_t topBits{0};               //!< the two bits above the server index
    uint32_t reserved8{0};            //!< bytes 8..11
    uint16_t guard{0x5010};           //!< bytes 12, 13
    uint16_t reserved14{0};           //!< bytes 14, 15
    uint8_t status{1};                //!< bit 0 early data accepted, bit 1 clock outside the window
    uint64_t timeMs{0};               //!< Unix time, ms
    std::map<uint8_t, Bytes> options; //!< type to value
    Bytes rawOptions;                 //!< instead of options where not empty
    int optionsLength{-1};            //!< the length field, -1 for the right one
    Bytes segment;                    //!< checksum zero
    uint8_t type{59};                 //!< 6, 17, 1, 58 or 59
    size_t size{0};                   //!< of the packet, 0 for the smallest allowed
};

/// DATA likewise.
struct ReferenceData
{
    uint32_t index{0};      //!< the receiver's
    uint32_t number{0};     //!< packet number
    uint16_t guard{0x5010}; //!< bytes 12, 13
    Bytes segment;          //!< checksum zero
    uint8_t type{59};       //!< last non-zero byte of the plaintext
    size_t padding{0};      //!< zero bytes after the type
    int sealedBytes{-1};    //!< n of a session with narrow coverage, -1 for one without
};

/// \return options on the wire, ascending by type
Bytes PackOptions(const std::map<uint8_t, Bytes>& options);

/// \return the options of P1 or P2; nothing where they do not end exactly
std::optional<std::map<uint8_t, Bytes>> UnpackOptions(const Bytes& options);

/// Plaintext of an AEAD split at its type byte: "segment | type(1) | 00*".
struct Inner
{
    Bytes segment;   //!< before the type
    uint8_t type{0}; //!< last non-zero byte, 0 where there is none
    size_t padding{0};
};

/// \return the parts of "segment | type | 00*"
Inner SplitInner(const Bytes& plaintext);

/// Keys, indices and settings of one end of an established session, and DATA both ways.
class ReferenceSession
{
  public:
    Bytes sendKey;          //!< epoch 0
    Bytes receiveKey;       //!< epoch 0
    uint32_t ownIndex{0};   //!< 30 bits
    uint32_t peerIndex{0};  //!< 30 bits
    uint32_t nextNumber{0}; //!< of the next packet sent
    bool narrow{false};     //!< whether DATA carries n
    uint8_t layout{0};      //!< N 0, U 1: DATA without bytes 12, 13

    /// \return the packet; index and number of \p data are taken as they are
    Bytes SealAs(uint8_t outerProtocol, const ReferenceData& data) const;

    /// \return the next packet of this session; narrow sessions seal all (n = 255) by default
    Bytes SealNext(uint8_t outerProtocol,
                   const Bytes& segment,
                   uint8_t type,
                   int sealedBytes = 255);

    /// What Open found.
    struct Opened
    {
        uint32_t number; //!< packet number
        int sealedBytes; //!< n, -1 where the session has none
        Inner inner;     //!< segment whole, the clear rest appended
    };

    /// \return the content of a packet of the peer; nothing where it is not authentic
    std::optional<Opened> OpenPacket(uint8_t outerProtocol, const Bytes& packet) const;
};

/// A client by the book.
class ReferenceClient
{
  public:
    /// \param serverKey X25519 public key of the server \param ephemeral secret of this INIT
    ReferenceClient(const Bytes& serverKey, const Bytes& ephemeral);

    /// \return the INIT packet
    Bytes Init(const ReferenceInit& init);

    /// \return RESP's content; nothing where it does not verify. Fills Session() then.
    std::optional<ReferenceResp> ReadResp(uint8_t outerProtocol, const Bytes& packet);

    /// \return the session after ReadResp
    ReferenceSession& Session()
    {
        return m_session;
    }

  private:
    Bytes m_serverKey;                     //!< responder's static public key
    Bytes m_ephemeral;                     //!< own ephemeral secret
    uint8_t m_outer{6};                    //!< outer protocol of the INIT
    uint8_t m_layout{0};                   //!< layout of the INIT
    uint32_t m_index{0};                   //!< own index
    std::optional<ReferenceNoise> m_noise; //!< after Init
    ReferenceSession m_session;            //!< after ReadResp
};

/// A server by the book.
class ReferenceServer
{
  public:
    ReferenceServer(const Bytes& staticSecret, const Bytes& ephemeral);

    /// \return INIT's content; nothing where it does not verify
    std::optional<ReferenceInit> ReadInit(uint8_t outerProtocol,
                                          const Bytes& packet,
                                          uint8_t layout = 0);

    /// \return the RESP packet to the INIT read. Options 1 and 5 are added unless given or
    ///         rawOptions is set. Fills Session().
    Bytes Resp(ReferenceResp resp);

    /// \return the session after Resp
    ReferenceSession& Session()
    {
        return m_session;
    }

    Bytes resetToken = Bytes(16, 0xd5); //!< given in option 1

  private:
    Bytes m_static;                        //!< own static secret
    Bytes m_ephemeral;                     //!< own ephemeral secret
    uint32_t m_clientIndex{0};             //!< of the INIT
    uint8_t m_layout{0};                   //!< of the INIT
    std::optional<ReferenceNoise> m_noise; //!< after ReadInit
    ReferenceSession m_session;            //!< after Resp
};

/// \return \p packet behind a UDP header, its checksum the slow way: "Outer protocol 17 with a
///         valid UDP header (checksum computed)"
Bytes InShell(const Path& path, const Bytes& packet);

/// \return what stands behind the UDP header; nothing where length or checksum is wrong
std::optional<Bytes> OutOfShell(const Path& path, const Bytes& datagram);

/// "Token = HMAC(secret of 120 s, client address | key_id | slot)": 4 or 16, 1 and 8 bytes.
Bytes ReferenceRetryToken(const Bytes& secret, const Bytes& client, uint8_t keyId, uint64_t slot);

/// "Token = HMAC-SHA256(K_reset, server index | peer address)[16]",
/// "K_reset = HMAC-SHA256(static private key, "SSTv1 reset")".
Bytes ReferenceResetToken(const Bytes& staticSecret, uint32_t serverIndex, const Bytes& peer);

/// RETRY packet (CTRL sub 1) for an INIT.
Bytes ReferenceRetry(const Bytes& initPacket, const Bytes& serverKey, const Bytes& token);

/// RESET packet (CTRL sub 2).
Bytes ReferenceReset(uint32_t index, const Bytes& token);

} // namespace ssttest

#endif // SST_TEST_REFERENCE_H
