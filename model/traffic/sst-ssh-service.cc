/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/sst-byte-writer.h"
#include "ns3/sst-service-builders.h"

namespace ns3
{

namespace
{

/// Message numbers (RFC 4253 12, RFC 5656 7.1).
enum MessageNumber : uint8_t
{
    KEXINIT = 20,
    NEWKEYS = 21,
    KEX_ECDH_INIT = 30,
    KEX_ECDH_REPLY = 31
};

/// The identification string of both sides (RFC 4253 4.2).
constexpr const char* BANNER = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n";

/**
 * @param p parameters of the flow
 * @param label what the seed is for
 * @return a seed
 */
uint64_t
Seed(const SstServiceParameters& p, const std::string& label)
{
    return SstServiceContent::DeriveSeed("ssh " + label, p.size, p.seed);
}

/**
 * "The length of the concatenation of 'packet_length', 'padding_length', 'payload', and 'random
 * padding' MUST be a multiple of the cipher block size or 8 ... There MUST be at least four bytes
 * of padding." (RFC 4253 6)
 *
 * @param payload payload of a packet before the keys are in use
 * @param seed seed of the padding
 * @return the binary packet
 */
std::vector<uint8_t>
MakePacket(const SstByteWriter& payload, uint64_t seed)
{
    std::size_t padding = 8 - (5 + payload.GetSize()) % 8;
    padding += padding < 4 ? 8 : 0;
    SstByteWriter w;
    w.Begin(4).U8(static_cast<uint8_t>(padding)).Bytes(payload.Get()).Content(seed, padding);
    return w.End().Get();
}

/**
 * @param seed seed of cookie and padding
 * @param kex the key exchange methods of the side
 * @return its KEXINIT
 */
std::vector<uint8_t>
MakeKexInit(uint64_t seed, const std::string& kex)
{
    const std::string ciphers = "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,"
                                "aes128-gcm@openssh.com,aes256-gcm@openssh.com";
    const std::string macs = "umac-64-etm@openssh.com,umac-128-etm@openssh.com,"
                             "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"
                             "hmac-sha2-256,hmac-sha2-512";
    const std::string compressions = "none,zlib@openssh.com";
    SstByteWriter w;
    w.U8(KEXINIT).Content(seed, 16);
    for (const auto& list : {kex,
                             std::string("ssh-ed25519,rsa-sha2-512,rsa-sha2-256"),
                             ciphers,
                             ciphers,
                             macs,
                             macs,
                             compressions,
                             compressions,
                             std::string(),
                             std::string()})
    {
        w.Begin(4).Text(list).End();
    }
    w.U8(0).U32(0); // no guessed packet follows; reserved
    return MakePacket(w, seed + 1);
}

/**
 * @param p parameters of the flow
 * @return the server's answer to the key exchange: host key, ephemeral key, signature
 */
std::vector<uint8_t>
MakeKexReply(const SstServiceParameters& p)
{
    SstByteWriter w;
    w.U8(KEX_ECDH_REPLY);
    w.Begin(4).Begin(4).Text("ssh-ed25519").End();
    w.Begin(4).Content(Seed(p, "host key"), 32).End().End();
    w.Begin(4).Content(Seed(p, "server share"), 32).End();
    w.Begin(4).Begin(4).Text("ssh-ed25519").End();
    w.Begin(4).Content(Seed(p, "signature"), 64).End().End();
    return MakePacket(w, Seed(p, "reply padding"));
}

} // namespace

Ptr<SstServiceScript>
SstServiceBuilders::Ssh(const SstServiceParameters& p)
{
    auto script = Create<SstServiceScript>("ssh", 6, 22);
    const auto client = SstServiceSide::CLIENT;
    const auto server = SstServiceSide::SERVER;
    const auto encrypted = [&](const std::string& label, uint64_t size) {
        return SstServiceMessage().AddContent(SstServiceContent::BINARY, Seed(p, label), size);
    };
    const auto newKeys = [&](const std::string& label) {
        return MakePacket(SstByteWriter().U8(NEWKEYS), Seed(p, label));
    };

    // "Both sides MUST send an identification string" (RFC 4253 4.2), neither waits for the other
    script->AddStep(server, SstServiceMessage().Add(std::string(BANNER)));
    script->AddStep(client,
                    SstServiceMessage().Add(std::string(BANNER)),
                    SstServiceScript::AT_ONCE);
    script->AddStep(server,
                    SstServiceMessage().Add(MakeKexInit(Seed(p, "server kexinit"),
                                                        "curve25519-sha256,ecdh-sha2-nistp256")));
    script->AddStep(
        client,
        SstServiceMessage().Add(MakeKexInit(Seed(p, "client kexinit"),
                                            "curve25519-sha256,ecdh-sha2-nistp256,ext-info-c")));
    SstByteWriter share;
    share.U8(KEX_ECDH_INIT).Begin(4).Content(Seed(p, "client share"), 32).End();
    script->AddStep(client,
                    SstServiceMessage().Add(MakePacket(share, Seed(p, "share padding"))),
                    SstServiceScript::AT_ONCE);
    script->AddStep(server,
                    SstServiceMessage().Add(MakeKexReply(p)).Add(newKeys("server newkeys")));

    // From here on packets are encrypted; sizes of OpenSSH 9.2 with chacha20-poly1305: service
    // request and its accept, public key and its success, session channel with a command.
    SstServiceMessage request = SstServiceMessage().Add(newKeys("client newkeys"));
    request.AddContent(SstServiceContent::BINARY, Seed(p, "service request"), 44);
    script->AddStep(client, request);
    script->AddStep(server, encrypted("service accept", 44));
    script->AddStep(client, encrypted("public key", 500));
    script->AddStep(server, encrypted("success", 28));
    script->AddStep(client, encrypted("command", 112));
    script->AddStep(server, encrypted("output", p.size));
    return script;
}

} // namespace ns3
