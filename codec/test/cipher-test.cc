// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/cipher.h"
#include "test-noise.h"
#include "test-vectors.h"

#include <algorithm>
#include <iostream>
#include <sodium.h>

using namespace ssttest;

namespace
{

Bytes
CipherSeal(const Bytes& key, uint64_t nonce, const Bytes& aad, const Bytes& plaintext)
{
    sst::SodiumChaChaPoly cipher;
    Bytes data = plaintext;
    Bytes tag(16);
    data.push_back(0); // a pointer for empty plaintexts too
    cipher
        .Seal(key.data(), nonce, aad.data(), aad.size(), data.data(), plaintext.size(), tag.data());
    data.pop_back();
    return Concat({data, tag});
}

std::optional<Bytes>
CipherOpen(const Bytes& key, uint64_t nonce, const Bytes& aad, const Bytes& sealed)
{
    sst::SodiumChaChaPoly cipher;
    Bytes data = Slice(sealed, 0, sealed.size() - 16);
    Bytes tag = Slice(sealed, sealed.size() - 16);
    size_t size = data.size();
    data.push_back(0);
    if (!cipher.Open(key.data(), nonce, aad.data(), aad.size(), data.data(), size, tag.data()))
    {
        return std::nullopt;
    }
    data.pop_back();
    return data;
}

bool
HasFlag(const nlohmann::json& test, const std::string& wanted)
{
    for (const auto& flag : test["flags"])
    {
        if (flag == wanted)
        {
            return true;
        }
    }
    return false;
}

/// Seals and opens `size` bytes as libsodium's own AEAD does, and touches nothing else.
void
ExpectAsLibsodium(Dice& dice, const sst::Cipher& cipher, size_t size, size_t aadSize)
{
    SCOPED_TRACE(testing::Message() << size << " bytes, associated data of " << aadSize);
    const Bytes key = dice.Fill(32);
    const Bytes aad = dice.Fill(aadSize);
    const Bytes plaintext = dice.Fill(size);
    const uint64_t nonce = dice.Below(1000);
    uint8_t bytes[12] = {};
    bytes[4] = static_cast<uint8_t>(nonce);
    bytes[5] = static_cast<uint8_t>(nonce >> 8);
    Bytes sealed(size + 1); // libsodium takes no null pointer, for empty plaintexts neither
    Bytes tag(16);
    crypto_aead_chacha20poly1305_ietf_encrypt_detached(sealed.data(),
                                                       tag.data(),
                                                       nullptr,
                                                       plaintext.data(),
                                                       size,
                                                       aad.data(),
                                                       aadSize,
                                                       nullptr,
                                                       bytes,
                                                       key.data());
    sealed.pop_back();
    const Bytes front(8, 0xaa);
    const Bytes back(8, 0xcc);
    Bytes memory = Concat({front, plaintext, back});
    uint8_t* data = memory.data() + front.size();
    Bytes own(16);
    cipher.Seal(key.data(), nonce, aad.data(), aadSize, data, size, own.data());
    EXPECT_EQ(memory, Concat({front, sealed, back}));
    EXPECT_EQ(own, tag);
    Bytes forged = tag;
    forged[dice.Below(16)] ^= static_cast<uint8_t>(1 << dice.Below(8));
    EXPECT_FALSE(cipher.Open(key.data(), nonce, aad.data(), aadSize, data, size, forged.data()));
    EXPECT_EQ(memory, Concat({front, sealed, back})) << "nothing is opened before the tag holds";
    EXPECT_TRUE(cipher.Open(key.data(), nonce, aad.data(), aadSize, data, size, tag.data()));
    EXPECT_EQ(memory, Concat({front, plaintext, back}));
    if (size > 0)
    {
        std::copy(sealed.begin(), sealed.end(), data);
        data[dice.Below(static_cast<uint32_t>(size))] ^= 1;
        EXPECT_FALSE(cipher.Open(key.data(), nonce, aad.data(), aadSize, data, size, tag.data()));
    }
}

} // namespace

// REKEY(00 01 .. 1f), Noise section 4.2
TEST(Cipher, RekeyAnchor)
{
    Bytes key(32);
    for (size_t i = 0; i < 32; i++)
    {
        key[i] = static_cast<uint8_t>(i);
    }
    Bytes expected = FromHex("50835543a205b22c9323f2022bc4f67d838f90e61d5ccf33c4513e01f85b5042");
    EXPECT_EQ(ToHex(Rekey(key)), ToHex(expected));
    sst::SodiumChaChaPoly().Rekey(key.data());
    EXPECT_EQ(ToHex(key), ToHex(expected));
}

TEST(Cipher, AgreesWithTheReference)
{
    Dice dice(1);
    for (int i = 0; i < 300; i++)
    {
        Bytes key = dice.Fill(32);
        Bytes aad = dice.Fill(dice.Below(60));
        Bytes plaintext = dice.Fill(dice.Below(200));
        uint64_t nonce = i % 3 ? dice.Next() : dice.Below(1000);
        Bytes sealed = Seal(key, nonce, aad, plaintext);
        ASSERT_EQ(ToHex(CipherSeal(key, nonce, aad, plaintext)), ToHex(sealed));
        ASSERT_EQ(CipherOpen(key, nonce, aad, sealed), plaintext);
        sealed[dice.Below(sealed.size())] ^= static_cast<uint8_t>(1 << dice.Below(8));
        ASSERT_FALSE(CipherOpen(key, nonce, aad, sealed));
    }
}

TEST(Cipher, WycheproofChaCha20Poly1305)
{
    SKIP_WITHOUT_VECTORS();
    nlohmann::json file = LoadVectors("wycheproof/chacha20_poly1305_test.json");
    ASSERT_TRUE(file.is_object());
    int otherNonceSize = 0;
    int otherNoncePrefix = 0;
    int library = 0;
    int computed = 0;
    int reference = 0;
    for (const auto& group : file["testGroups"])
    {
        for (const auto& test : group["tests"])
        {
            Bytes iv = FromHex(test["iv"]);
            if (iv.size() != 12)
            {
                otherNonceSize++;
                continue;
            }
            // the library underneath, which takes any nonce of 96 bits
            Bytes opened(FromHex(test["ct"]).size() + 1);
            Bytes whole = Concat({FromHex(test["ct"]), FromHex(test["tag"])});
            bool ok = crypto_aead_chacha20poly1305_ietf_decrypt(opened.data(),
                                                                nullptr,
                                                                nullptr,
                                                                whole.data(),
                                                                whole.size(),
                                                                FromHex(test["aad"]).data(),
                                                                FromHex(test["aad"]).size(),
                                                                iv.data(),
                                                                FromHex(test["key"]).data()) == 0;
            EXPECT_EQ(ok, test["result"] == "valid") << test["tcId"];
            library += ok == (test["result"] == "valid");
            // SST's nonce is 0(32) | LE64(counter): other prefixes cannot be asked for
            if (ReadBigEndian(iv, 0, 4) != 0)
            {
                otherNoncePrefix++;
                continue;
            }
            uint64_t nonce = 0;
            for (int i = 7; i >= 0; i--)
            {
                nonce = nonce << 8 | iv[4 + i];
            }
            Bytes key = FromHex(test["key"]);
            Bytes aad = FromHex(test["aad"]);
            Bytes message = FromHex(test["msg"]);
            Bytes sealed = Concat({FromHex(test["ct"]), FromHex(test["tag"])});
            bool valid = test["result"] == "valid";
            EXPECT_EQ(CipherSeal(key, nonce, aad, message) == sealed, valid) << test["tcId"];
            EXPECT_EQ(CipherOpen(key, nonce, aad, sealed).has_value(), valid) << test["tcId"];
            EXPECT_EQ(Open(key, nonce, aad, sealed).has_value(), valid) << test["tcId"];
            computed++;
            reference += valid;
        }
    }
    EXPECT_EQ(computed + otherNoncePrefix + otherNonceSize, 325);
    EXPECT_EQ(otherNonceSize, 9);
    EXPECT_EQ(computed, 10);
    EXPECT_EQ(reference, 10);
    EXPECT_EQ(library, 316);
    std::cout << "ChaCha20-Poly1305: library " << library << " as expected; codec " << computed
              << " computed, " << otherNoncePrefix
              << " skipped (nonce does not begin with 32 zero bits), " << otherNonceSize
              << " skipped (nonce of another size)\n";
}

TEST(Cipher, WycheproofX25519)
{
    SKIP_WITHOUT_VECTORS();
    nlohmann::json file = LoadVectors("wycheproof/x25519_test.json");
    ASSERT_TRUE(file.is_object());
    int computed = 0;
    int refused = 0;
    for (const auto& group : file["testGroups"])
    {
        for (const auto& test : group["tests"])
        {
            Bytes secret = FromHex(test["private"]);
            Bytes publicKey = FromHex(test["public"]);
            Bytes shared(32);
            bool ok = sst::X25519(secret.data(), publicKey.data(), shared.data());
            if (HasFlag(test, "ZeroSharedSecret"))
            {
                EXPECT_FALSE(ok) << "tcId " << test["tcId"];
                refused += !ok;
            }
            else
            {
                EXPECT_TRUE(ok) << "tcId " << test["tcId"];
                EXPECT_EQ(ToHex(shared), test["shared"]) << "tcId " << test["tcId"];
                computed += ok;
            }
        }
    }
    EXPECT_EQ(computed, 487);
    EXPECT_EQ(refused, 31);
    std::cout << "X25519: " << computed << " computed, " << refused << " refused\n";
}

// Whatever the sizes, and whether whole groups of blocks are asked for or not.
TEST(Cipher, SealsAsLibsodiumDoes)
{
    Dice dice(3);
    for (bool wide : {true, false})
    {
        const sst::SodiumChaChaPoly cipher(wide);
        for (size_t aadSize : {0, 1, 10, 11, 15, 16, 17, 32, 40, 1399})
        {
            for (size_t size = 0; size <= 80; size++)
            {
                ExpectAsLibsodium(dice, cipher, size, aadSize);
            }
        }
        for (size_t size = 81; size <= 1700; size++)
        {
            ExpectAsLibsodium(dice, cipher, size, 10 + size % 2);
        }
        for (size_t size : {9000, 65503, 65535})
        {
            ExpectAsLibsodium(dice, cipher, size, 10);
        }
    }
}

TEST(Cipher, X25519BaseAgreesWithTheReference)
{
    Dice dice(2);
    for (int i = 0; i < 20; i++)
    {
        Bytes secret = dice.Fill(32);
        Bytes publicKey(32);
        sst::X25519Base(secret.data(), publicKey.data());
        EXPECT_EQ(publicKey, PublicOf(secret));
    }
}
