/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/sst-byte-writer.h"
#include "ns3/sst-service-builders.h"

#include <algorithm>

namespace ns3
{

namespace
{

/// Content types of a TLS record (RFC 8446 5.1).
enum RecordType : uint8_t
{
    CHANGE_CIPHER_SPEC = 20,
    HANDSHAKE = 22,
    APPLICATION_DATA = 23
};

/// "The length MUST NOT exceed 2^14 bytes" (RFC 8446 5.1).
constexpr uint32_t MAX_PLAINTEXT = 16384;

/// What a protected record adds to its plaintext: the inner content type and the AEAD tag.
constexpr uint32_t RECORD_EXPANSION = 1 + 16;

/// A ClientHello's record is padded to this size, so that it is never between 256 and 511 bytes
/// of handshake message (RFC 7685).
constexpr std::size_t PADDED_HELLO = 517;

/**
 * @param p parameters of the flow
 * @param label what the seed is for
 * @return a seed
 */
uint64_t
Seed(const SstServiceParameters& p, const std::string& label)
{
    return SstServiceContent::DeriveSeed("tls " + label, p.size, p.seed);
}

/**
 * @param w where to write an extension of 16-bit numbers in a vector with a 2-byte length
 * @param type type of the extension
 * @param values the numbers
 */
void
WriteNumbers(SstByteWriter& w, uint16_t type, const std::vector<uint16_t>& values)
{
    w.U16(type).Begin(2).Begin(2);
    for (const auto value : values)
    {
        w.U16(value);
    }
    w.End().End();
}

/**
 * @param w where to write the extensions of a ClientHello, in the order of a common client
 * @param p parameters of the flow
 */
void
WriteClientExtensions(SstByteWriter& w, const SstServiceParameters& p)
{
    w.U16(0).Begin(2).Begin(2).U8(0).Begin(2).Text(p.host).End().End().End(); // server_name
    w.U16(11).Begin(2).Begin(1).U8(0).U8(1).U8(2).End().End();                // ec_point_formats
    WriteNumbers(w, 10, {0x001d, 0x0017, 0x001e, 0x0019, 0x0018}); // supported_groups, x25519 first
    w.U16(16).Begin(2).Begin(2);                                   // ALPN
    w.Begin(1).Text("h2").End().Begin(1).Text("http/1.1").End().End().End();
    w.U16(22).U16(0); // encrypt_then_mac
    w.U16(23).U16(0); // extended_master_secret
    WriteNumbers(w,   // signature_algorithms
                 13,
                 {0x0403,
                  0x0503,
                  0x0603,
                  0x0807,
                  0x0808,
                  0x0809,
                  0x080a,
                  0x080b,
                  0x0804,
                  0x0805,
                  0x0806,
                  0x0401,
                  0x0501,
                  0x0601});
    w.U16(43).Begin(2).Begin(1).U16(0x0304).U16(0x0303).End().End(); // supported_versions
    w.U16(45).Begin(2).Begin(1).U8(1).End().End();                   // psk_key_exchange_modes
    w.U16(51).Begin(2).Begin(2);                                     // key_share
    w.U16(0x001d).Begin(2).Content(Seed(p, "client share"), 32).End().End().End();
}

/**
 * @param p parameters of the flow
 * @return the record of the ClientHello
 */
SstByteWriter
MakeClientHello(const SstServiceParameters& p)
{
    SstByteWriter extensions;
    WriteClientExtensions(extensions, p);

    const std::vector<uint16_t> suites{
        0x1302, 0x1303, 0x1301, 0xc02c, 0xc030, 0x009f, 0xcca9, 0xcca8, 0xccaa, 0xc02b, 0xc02f,
        0x009e, 0xc024, 0xc028, 0x006b, 0xc023, 0xc027, 0x0067, 0xc00a, 0xc014, 0x0039, 0xc009,
        0xc013, 0x0033, 0x009d, 0x009c, 0x003d, 0x003c, 0x0035, 0x002f, 0x00ff};
    SstByteWriter hello;
    // "legacy_record_version ... MAY be 0x0301 for compatibility purposes" (RFC 8446 5.1)
    hello.U8(HANDSHAKE).U16(0x0301).Begin(2);
    hello.U8(1).Begin(3).U16(0x0303); // ClientHello, legacy_version TLS 1.2
    hello.Content(Seed(p, "client random"), 32);
    hello.Begin(1).Content(Seed(p, "session id"), 32).End();
    hello.Begin(2);
    for (const auto suite : suites)
    {
        hello.U16(suite);
    }
    hello.End().U8(1).U8(0); // no compression
    hello.Begin(2).Bytes(extensions.Get());
    if (hello.GetSize() + 4 <= PADDED_HELLO)
    {
        hello.U16(21).Begin(2).Zeros(PADDED_HELLO - hello.GetSize()).End();
    }
    hello.End().End().End();
    return hello;
}

/**
 * @param p parameters of the flow
 * @return the record of the ServerHello
 */
SstByteWriter
MakeServerHello(const SstServiceParameters& p)
{
    SstByteWriter hello;
    hello.U8(HANDSHAKE).U16(0x0303).Begin(2);
    hello.U8(2).Begin(3).U16(0x0303);
    hello.Content(Seed(p, "server random"), 32);
    // "legacy_session_id_echo: The contents of the client's legacy_session_id field"
    // (RFC 8446 4.1.3)
    hello.Begin(1).Content(Seed(p, "session id"), 32).End();
    hello.U16(0x1302).U8(0); // TLS_AES_256_GCM_SHA384, no compression
    hello.Begin(2);
    hello.U16(43).Begin(2).U16(0x0304).End(); // supported_versions
    hello.U16(51).Begin(2).U16(0x001d).Begin(2).Content(Seed(p, "server share"), 32).End().End();
    hello.End().End().End();
    return hello;
}

/**
 * @param message where to append records that look encrypted
 * @param seed seed of their bytes
 * @param size bytes of plaintext
 */
void
AddRecords(SstServiceMessage& message, uint64_t seed, uint64_t size)
{
    for (uint64_t done = 0; done < size;)
    {
        const uint64_t n = std::min<uint64_t>(size - done, MAX_PLAINTEXT);
        const auto length = static_cast<uint16_t>(n + RECORD_EXPANSION);
        message.Add(SstByteWriter().U8(APPLICATION_DATA).U16(0x0303).U16(length).Get());
        message.AddContent(SstServiceContent::BINARY, seed + done, length);
        done += n;
    }
}

} // namespace

Ptr<SstServiceScript>
SstServiceBuilders::Tls(const SstServiceParameters& p)
{
    auto script = Create<SstServiceScript>("tls", 6, 443);
    const auto changeCipherSpec =
        SstByteWriter().U8(CHANGE_CIPHER_SPEC).U16(0x0303).Begin(2).U8(1).End().Get();

    script->AddStep(SstServiceSide::CLIENT, SstServiceMessage().Add(MakeClientHello(p).Get()));

    // Plaintext sizes of EncryptedExtensions, a certificate chain of two, CertificateVerify of a
    // 2048-bit RSA key, and Finished with SHA-384.
    SstServiceMessage flight;
    flight.Add(MakeServerHello(p).Get()).Add(changeCipherSpec);
    AddRecords(flight, Seed(p, "encrypted extensions"), 19);
    AddRecords(flight, Seed(p, "certificate"), 2582);
    AddRecords(flight, Seed(p, "certificate verify"), 264);
    AddRecords(flight, Seed(p, "server finished"), 52);
    script->AddStep(SstServiceSide::SERVER, flight);

    SstServiceMessage request;
    request.Add(changeCipherSpec);
    AddRecords(request, Seed(p, "client finished"), 52);
    AddRecords(request, Seed(p, "request"), 310 + p.host.size());
    script->AddStep(SstServiceSide::CLIENT, request);

    SstServiceMessage response;
    AddRecords(response, Seed(p, "ticket 1"), 233);
    AddRecords(response, Seed(p, "ticket 2"), 233);
    AddRecords(response, Seed(p, "response"), p.size);
    script->AddStep(SstServiceSide::SERVER, response);
    return script;
}

} // namespace ns3
