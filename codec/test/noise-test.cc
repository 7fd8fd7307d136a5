// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/noise.h"
#include "test-noise.h"
#include "test-vectors.h"

using namespace ssttest;

namespace
{

class NoiseVectors : public testing::TestWithParam<const char*>
{
};

const sst::SodiumChaChaPoly CIPHER;

sst::Bytes
View(const Bytes& bytes)
{
    return {bytes.data(), bytes.size()};
}

sst::HandshakeState
CodecInitiator(const Bytes& prologue, const Bytes& remoteStatic)
{
    return sst::HandshakeState::Initiator(CIPHER, View(prologue), To32(remoteStatic));
}

sst::HandshakeState
CodecResponder(const Bytes& prologue, const Bytes& secret)
{
    sst::KeyPair pair;
    pair.secretKey = To32(secret);
    pair.publicKey = To32(PublicOf(secret));
    return sst::HandshakeState::Responder(CIPHER, View(prologue), pair);
}

std::optional<Bytes>
CodecWrite(sst::HandshakeState& state, const Bytes& ephemeral, const Bytes& payload)
{
    Bytes out(payload.size() + 48);
    if (state.WriteMessage(sst::SecretKey(To32(ephemeral)), View(payload), out.data()) !=
        sst::NoiseStatus::OK)
    {
        return std::nullopt;
    }
    return out;
}

/// Read with one byte to spare, so that empty payloads have an address.
sst::NoiseStatus
CodecRead(sst::HandshakeState& state, const Bytes& message, Bytes& payload)
{
    payload.assign(std::max<size_t>(message.size(), 48) - 48 + 1, 0);
    sst::NoiseStatus status = state.ReadMessage(View(message), payload.data());
    payload.pop_back();
    return status;
}

std::pair<Bytes, Bytes>
CodecSplit(const sst::HandshakeState& state)
{
    sst::SecretKey forth;
    sst::SecretKey back;
    state.Split(forth, back);
    return {Bytes(forth.Data(), forth.Data() + 32), Bytes(back.Data(), back.Data() + 32)};
}

} // namespace

// Third-party vectors prove the reference that every other test compares with.
TEST_P(NoiseVectors, Reference)
{
    SKIP_WITHOUT_VECTORS();
    nlohmann::json file = LoadVectors(std::string("noise/") + GetParam() + "-NK-SHA256.json");
    ASSERT_TRUE(file.is_object());
    for (const auto& vector : file["vectors"])
    {
        Bytes prologue = FromHex(vector["init_prologue"]);
        auto initiator = ReferenceNoise::Initiator(prologue,
                                                   FromHex(vector["init_remote_static"]),
                                                   FromHex(vector["init_ephemeral"]));
        auto responder = ReferenceNoise::Responder(prologue,
                                                   FromHex(vector["resp_static"]),
                                                   FromHex(vector["resp_ephemeral"]));
        const auto& messages = vector["messages"];
        for (int i = 0; i < 2; i++)
        {
            ReferenceNoise& writer = i == 0 ? initiator : responder;
            ReferenceNoise& reader = i == 0 ? responder : initiator;
            Bytes payload = FromHex(messages[i]["payload"]);
            std::optional<Bytes> written = writer.Write(payload);
            ASSERT_TRUE(written);
            EXPECT_EQ(ToHex(*written), messages[i]["ciphertext"]) << "message " << i;
            EXPECT_EQ(reader.Read(*written), payload) << "message " << i;
        }
        if (vector.contains("handshake_hash"))
        {
            EXPECT_EQ(ToHex(initiator.Hash()), vector["handshake_hash"]);
        }
        EXPECT_EQ(ToHex(initiator.Hash()), ToHex(responder.Hash()));
        auto [forth, back] = initiator.Split();
        EXPECT_EQ(responder.Split(), initiator.Split());
        for (size_t i = 2; i < messages.size(); i++)
        {
            Bytes sealed =
                Seal(i % 2 ? back : forth, (i - 2) / 2, {}, FromHex(messages[i]["payload"]));
            EXPECT_EQ(ToHex(sealed), messages[i]["ciphertext"]) << "message " << i;
        }
    }
}

TEST_P(NoiseVectors, Codec)
{
    SKIP_WITHOUT_VECTORS();
    nlohmann::json file = LoadVectors(std::string("noise/") + GetParam() + "-NK-SHA256.json");
    ASSERT_TRUE(file.is_object());
    for (const auto& vector : file["vectors"])
    {
        Bytes prologue = FromHex(vector["init_prologue"]);
        auto initiator = CodecInitiator(prologue, FromHex(vector["init_remote_static"]));
        auto responder = CodecResponder(prologue, FromHex(vector["resp_static"]));
        Bytes ephemerals[] = {FromHex(vector["init_ephemeral"]), FromHex(vector["resp_ephemeral"])};
        const auto& messages = vector["messages"];
        for (int i = 0; i < 2; i++)
        {
            Bytes payload = FromHex(messages[i]["payload"]);
            auto written = CodecWrite(i == 0 ? initiator : responder, ephemerals[i], payload);
            ASSERT_TRUE(written);
            EXPECT_EQ(ToHex(*written), messages[i]["ciphertext"]) << "message " << i;
            Bytes read;
            EXPECT_EQ(CodecRead(i == 0 ? responder : initiator, *written, read),
                      sst::NoiseStatus::OK);
            EXPECT_EQ(read, payload);
        }
        EXPECT_TRUE(initiator.IsFinished() && responder.IsFinished());
        EXPECT_EQ(initiator.HandshakeHash(), responder.HandshakeHash());
        if (vector.contains("handshake_hash"))
        {
            Bytes hash(initiator.HandshakeHash().begin(), initiator.HandshakeHash().end());
            EXPECT_EQ(ToHex(hash), vector["handshake_hash"]);
        }
        auto [forth, back] = CodecSplit(initiator);
        EXPECT_EQ(CodecSplit(responder), CodecSplit(initiator));
        for (size_t i = 2; i < messages.size(); i++)
        {
            sst::CipherState state(CIPHER);
            state.InitializeKey((i % 2 ? back : forth).data());
            state.SetNonce((i - 2) / 2);
            Bytes payload = FromHex(messages[i]["payload"]);
            Bytes sealed(payload.size() + 16);
            EXPECT_EQ(state.EncryptWithAd({nullptr, 0}, View(payload), sealed.data()),
                      sst::NoiseStatus::OK);
            EXPECT_EQ(ToHex(sealed), messages[i]["ciphertext"]) << "message " << i;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(ThirdParty, NoiseVectors, testing::Values("cacophony", "snow"));

// Codec against reference, either of them on either side, over random inputs.
TEST(Noise, AgreesWithTheReference)
{
    Dice dice(4);
    for (int round = 0; round < 40; round++)
    {
        Bytes prologue = dice.Fill(dice.Below(40));
        Bytes secret = dice.Fill(32);
        Bytes e1 = dice.Fill(32);
        Bytes e2 = dice.Fill(32);
        Bytes p1 = dice.Fill(dice.Below(300));
        Bytes p2 = dice.Fill(dice.Below(300));
        auto initiator = CodecInitiator(prologue, PublicOf(secret));
        auto responder = CodecResponder(prologue, secret);
        auto initiatorTwin = ReferenceNoise::Initiator(prologue, PublicOf(secret), e1);
        auto responderTwin = ReferenceNoise::Responder(prologue, secret, e2);
        auto m1 = CodecWrite(initiator, e1, p1);
        ASSERT_EQ(m1, initiatorTwin.Write(p1));
        ASSERT_EQ(responderTwin.Read(*m1), p1);
        Bytes read;
        ASSERT_EQ(CodecRead(responder, *m1, read), sst::NoiseStatus::OK);
        ASSERT_EQ(read, p1);
        auto m2 = CodecWrite(responder, e2, p2);
        ASSERT_EQ(m2, responderTwin.Write(p2));
        ASSERT_EQ(CodecRead(initiator, *m2, read), sst::NoiseStatus::OK);
        ASSERT_EQ(read, p2);
        ASSERT_EQ(CodecSplit(initiator), responderTwin.Split());
        ASSERT_EQ(CodecSplit(responder), responderTwin.Split());
    }
}

// "On anything but OK the state is as it was": a forgery does not end a handshake.
TEST(Noise, ForgeriesLeaveTheStateAlone)
{
    Bytes secret(32, 1);
    Bytes p1 = FromText("first");
    Bytes p2 = FromText("second");
    auto initiator = CodecInitiator({}, PublicOf(secret));
    auto responder = CodecResponder({}, secret);
    auto m1 = CodecWrite(initiator, Bytes(32, 2), p1);
    Bytes read;
    for (size_t bit = 0; bit < m1->size() * 8; bit++)
    {
        Bytes forged = *m1;
        forged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        ASSERT_NE(CodecRead(responder, forged, read), sst::NoiseStatus::OK) << bit;
    }
    for (size_t size = 0; size < m1->size(); size++)
    {
        ASSERT_NE(CodecRead(responder, Slice(*m1, 0, size), read), sst::NoiseStatus::OK) << size;
    }
    ASSERT_EQ(CodecRead(responder, *m1, read), sst::NoiseStatus::OK);
    auto m2 = CodecWrite(responder, Bytes(32, 3), p2);
    for (size_t bit = 0; bit < m2->size() * 8; bit++)
    {
        Bytes forged = *m2;
        forged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        ASSERT_NE(CodecRead(initiator, forged, read), sst::NoiseStatus::OK) << bit;
    }
    ASSERT_EQ(CodecRead(initiator, *m2, read), sst::NoiseStatus::OK);
    EXPECT_EQ(read, p2);
    EXPECT_EQ(CodecRead(initiator, *m2, read), sst::NoiseStatus::ORDER) << "read once";
}

// "X25519 result 0: drop"
TEST(Noise, LowOrderPointsAreRefused)
{
    Bytes secret(32, 1);
    for (const char* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                              "0100000000000000000000000000000000000000000000000000000000000000",
                              "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                              "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                              "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                              "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"})
    {
        Bytes read;
        auto responder = CodecResponder({}, secret);
        EXPECT_EQ(CodecRead(responder, Concat({FromHex(point), Bytes(40, 0)}), read),
                  sst::NoiseStatus::LOW_ORDER)
            << point;
        auto initiator = CodecInitiator({}, PublicOf(secret));
        ASSERT_TRUE(CodecWrite(initiator, Bytes(32, 2), {}));
        EXPECT_EQ(CodecRead(initiator, Concat({FromHex(point), Bytes(40, 0)}), read),
                  sst::NoiseStatus::LOW_ORDER)
            << point;
        auto poisoned = CodecInitiator({}, FromHex(point));
        EXPECT_FALSE(CodecWrite(poisoned, Bytes(32, 2), {})) << point;
    }
}
