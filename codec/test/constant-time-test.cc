// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Runs under Valgrind's memcheck with secrets marked as undefined memory ("ctgrind"): a branch or
// an index that depends on one is an error there.
//     constant-time-test         ends with 0 when there is no error
//     constant-time-test --leak  with a cipher that branches on a key: ends with 0 when that is
//     seen
// Secret: static keys, ephemerals, secrets of RETRY, everything computed from them, payloads.
// Not secret any more: what is on the wire, verdicts, opened plaintext (SST_DECLASSIFY).

#include "secret-duo.h"
#include "sst/cipher.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_COUNT_ERRORS 0U
#define VALGRIND_MAKE_MEM_UNDEFINED(data, size) ((void)(data), (void)(size))
#define VALGRIND_MAKE_MEM_DEFINED(data, size) ((void)(data), (void)(size))
#endif

using namespace ssttest;

namespace
{

/// Repeatable; what is drawn for keys comes out undefined.
class SecretRandom : public sst::Random
{
  public:
    void Fill(sst::Purpose purpose, uint8_t* out, size_t size) override
    {
        for (size_t i = 0; i < size; i++)
        {
            m_state = m_state * 6364136223846793005ULL + 1442695040888963407ULL;
            out[i] = static_cast<uint8_t>(m_state >> 56);
        }
        if (purpose == sst::Purpose::EPHEMERAL || purpose == sst::Purpose::RETRY)
        {
            VALGRIND_MAKE_MEM_UNDEFINED(out, size);
        }
    }

  private:
    uint64_t m_state{1};
};

/// Looks at a bit of the key, as no cipher may.
class LeakyCipher : public sst::SodiumChaChaPoly
{
  public:
    void Seal(const uint8_t* key,
              uint64_t nonce,
              const uint8_t* aad,
              size_t aadSize,
              uint8_t* data,
              size_t size,
              uint8_t* tag) const override
    {
        if ((key[0] & 1) != 0)
        {
            m_odd = m_odd + 1;
        }
        SodiumChaChaPoly::Seal(key, nonce, aad, aadSize, data, size, tag);
    }

  private:
    mutable volatile int m_odd{0};
};

sst::KeyPair
MakeKey(uint8_t keyId)
{
    sst::KeyPair pair;
    pair.secretKey.fill(static_cast<uint8_t>(0x40 + keyId));
    sst::X25519Base(pair.secretKey.data(), pair.publicKey.data());
    pair.keyId = keyId;
    pair.createdUnixMs = 1900000000000; // younger than the server's start: early data at once
    VALGRIND_MAKE_MEM_UNDEFINED(pair.secretKey.data(), pair.secretKey.size());
    return pair;
}

/// Handshake, DATA both ways, forgeries, an epoch, RETRY where `retries`, RESET.
void
Play(const std::shared_ptr<const sst::Cipher>& cipher, bool retries, sst::LayoutChoice layout)
{
    SecretRandom random;
    SecretDuo duo(random, cipher, retries);
    duo.layout = layout;
    duo.onWire = [](std::vector<uint8_t>& packet) {
        VALGRIND_MAKE_MEM_DEFINED(packet.data(), packet.size());
    };
    const sst::KeyPair key = MakeKey(1);
    Check(duo.server->AddServerKey(key, duo.clock), "the server takes its key");
    duo.Learn(key.publicKey, 1);
    duo.Connect();
    std::vector<uint8_t> payload(100, 7);
    VALGRIND_MAKE_MEM_UNDEFINED(payload.data(), payload.size());
    for (int round = 0; round < 3; round++)
    {
        const size_t before = duo.delivered;
        (void)duo.Send(CLIENT, 16, payload);
        duo.Carry();
        (void)duo.Send(SERVER, 16, payload);
        const Sealed packet = duo.wire.back();
        duo.Carry();
        Check(duo.delivered == before + 2, "both segments arrive");
        Sealed forged = packet;
        forged.bytes.back() ^= 1;
        forged.bytes[layout == sst::LayoutChoice::U ? 15 : 7] ^= 0x40; // a number not seen yet
        Check(duo.Arrive(forged).outcome == sst::Outcome::DROP, "forged packets are dropped");
        if (round < 2)
        {
            duo.SkipEpoch(CLIENT, static_cast<uint64_t>(round) + 1);
        }
    }
    Check((duo.server->Count(sst::Reason::RETRY_SENT) > 0) == retries, "RETRY was sent");
    duo.Pass(5 * sst::NS_PER_S);
    duo.Carry();

    duo.RestartServer(key);
    (void)duo.Send(CLIENT, 16, payload);
    duo.Carry();
    Check(duo.client->Count(sst::Reason::RESET) > 0, "RESET closed the session");
    Check(duo.server->RemoveServerKey(1), "the key is forgotten");
}

} // namespace

int
main(int argc, char** argv)
{
    const bool leak = argc > 1 && std::strcmp(argv[1], "--leak") == 0;
    if (!RUNNING_ON_VALGRIND)
    {
        std::printf("Skipped\nnot under Valgrind: install the package valgrind\n");
        return 77;
    }
    std::shared_ptr<const sst::Cipher> cipher;
    if (leak)
    {
        cipher = std::make_shared<LeakyCipher>();
    }
    Play(cipher, false, sst::LayoutChoice::N);
    Play(cipher, true, sst::LayoutChoice::N);
    Play(cipher, true, sst::LayoutChoice::U);
    const unsigned errors = VALGRIND_COUNT_ERRORS;
    std::printf("%u reports\n", errors);
    return (errors > 0) == leak ? 0 : 1;
}
