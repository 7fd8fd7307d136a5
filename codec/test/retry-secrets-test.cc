// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Tokens of RETRY: two slots of 120 s, secrets drawn late and wiped in time.

#include "sst/retry-secrets.h"
#include "test-host.h"

#include <cstring>
#include <gtest/gtest.h>

using namespace ssttest;

namespace
{

constexpr uint64_t SLOT = 120 * S;

Bytes
ToBytes(const sst::Token& token)
{
    return Bytes(token.begin(), token.end());
}

/// \return the bytes an object stands on
template <typename T>
Bytes
MemoryOf(const T* object)
{
    Bytes bytes(sizeof(T));
    std::memcpy(bytes.data(), static_cast<const void*>(object), bytes.size());
    return bytes;
}

} // namespace

TEST(RetrySecrets, TokenIsThatOfTheReference)
{
    FixedRandom random(1);
    sst::RetrySecrets secrets(random, SLOT);
    for (const char* text : {"10.0.0.1", "2001:0db8:0001:0000:0000:0000:0000:0001"})
    {
        sst::IpAddress client = Ip(text);
        sst::Token token = secrets.Make(client, 9, 5 * SLOT + 7);
        ASSERT_EQ(random.retries.size(), 1u);
        EXPECT_EQ(ToHex(ToBytes(token)),
                  ToHex(ReferenceRetryToken(random.retries[0], AddressBytes(client), 9, 5)));
    }
}

TEST(RetrySecrets, ValidInItsSlotAndTheNext)
{
    for (uint64_t first : {uint64_t{0}, uint64_t{1}, uint64_t{1000}})
    {
        FixedRandom random(1);
        sst::RetrySecrets secrets(random, SLOT);
        sst::IpAddress client = Ip("10.0.0.1");
        uint64_t start = first * SLOT;
        sst::Token token = secrets.Make(client, 1, start);
        EXPECT_TRUE(secrets.IsValid(token, client, 1, start));
        EXPECT_TRUE(secrets.IsValid(token, client, 1, start + SLOT - 1));
        EXPECT_TRUE(secrets.IsValid(token, client, 1, start + SLOT));
        EXPECT_TRUE(secrets.IsValid(token, client, 1, start + 2 * SLOT - 1));
        EXPECT_FALSE(secrets.IsValid(token, client, 1, start + 2 * SLOT));
        EXPECT_FALSE(secrets.IsValid(token, client, 1, start + 3 * SLOT));
    }
}

// The slot counts, not the time since: made at the end of one, valid little longer than 120 s.
TEST(RetrySecrets, MadeAtTheEndOfASlot)
{
    FixedRandom random(1);
    sst::RetrySecrets secrets(random, SLOT);
    sst::IpAddress client = Ip("10.0.0.1");
    sst::Token token = secrets.Make(client, 1, 8 * SLOT - 1);
    EXPECT_TRUE(secrets.IsValid(token, client, 1, 9 * SLOT - 1));
    EXPECT_FALSE(secrets.IsValid(token, client, 1, 9 * SLOT));
}

// Silence of a slot or more: nothing of before counts.
TEST(RetrySecrets, ASlotLeftOut)
{
    FixedRandom random(1);
    sst::RetrySecrets secrets(random, SLOT);
    sst::IpAddress client = Ip("10.0.0.1");
    sst::Token token = secrets.Make(client, 1, 8 * SLOT);
    sst::Token before = secrets.Make(client, 1, 9 * SLOT);
    EXPECT_EQ(secrets.Held(), 2u);
    secrets.Expire(11 * SLOT);
    EXPECT_EQ(secrets.Held(), 0u);
    EXPECT_FALSE(secrets.IsValid(token, client, 1, 11 * SLOT));
    EXPECT_FALSE(secrets.IsValid(before, client, 1, 11 * SLOT));
}

TEST(RetrySecrets, ForOneAddressAndOneKey)
{
    FixedRandom random(1);
    sst::RetrySecrets secrets(random, SLOT);
    sst::IpAddress client = Ip("10.0.0.1");
    sst::IpAddress longer = client;
    longer.length = 16;
    sst::Token token = secrets.Make(client, 1, SLOT);
    for (uint64_t now : {SLOT, 2 * SLOT})
    {
        EXPECT_FALSE(secrets.IsValid(token, Ip("10.0.0.2"), 1, now));
        EXPECT_FALSE(secrets.IsValid(token, longer, 1, now));
        EXPECT_FALSE(secrets.IsValid(token, client, 2, now));
        EXPECT_TRUE(secrets.IsValid(token, client, 1, now));
        for (size_t bit = 0; bit < 128; bit++)
        {
            sst::Token wrong = token;
            wrong[bit / 8] ^= static_cast<uint8_t>(0x80 >> bit % 8);
            EXPECT_FALSE(secrets.IsValid(wrong, client, 1, now)) << bit;
        }
    }
}

// "drawn when the first RETRY or non-zero token is met in it"
TEST(RetrySecrets, DrawnWhenNeeded)
{
    FixedRandom random(1);
    sst::RetrySecrets secrets(random, SLOT);
    secrets.Expire(SLOT);
    EXPECT_EQ(secrets.Held(), 0u);
    EXPECT_TRUE(random.retries.empty());
    EXPECT_FALSE(secrets.IsValid({1}, Ip("10.0.0.1"), 1, SLOT));
    EXPECT_EQ(random.retries.size(), 1u);
    secrets.Make(Ip("10.0.0.1"), 1, SLOT);
    secrets.Make(Ip("10.0.0.2"), 1, SLOT + 1);
    EXPECT_EQ(random.retries.size(), 1u);
    EXPECT_EQ(random.retries[0].size(), 32u);
    secrets.Make(Ip("10.0.0.2"), 1, 2 * SLOT);
    EXPECT_EQ(random.retries.size(), 2u);
    EXPECT_EQ(secrets.Held(), 2u);
    EXPECT_NE(random.retries[0], random.retries[1]);
}

// A slot in which nothing was drawn has no secret, not one of zeros that everybody knows.
TEST(RetrySecrets, ASlotWithoutSecretHasNoTokens)
{
    for (bool used : {false, true})
    {
        FixedRandom random(1);
        sst::RetrySecrets secrets(random, SLOT);
        sst::IpAddress client = Ip("10.0.0.1");
        if (used)
        {
            secrets.Make(client, 1, 3 * SLOT);
        }
        for (uint64_t slot = 3; slot <= 6; slot++)
        {
            Bytes forged = ReferenceRetryToken(Bytes(32, 0), AddressBytes(client), 1, slot);
            sst::Token token;
            std::copy(forged.begin(), forged.end(), token.begin());
            EXPECT_FALSE(secrets.IsValid(token, client, 1, 6 * SLOT)) << slot;
        }
    }
}

// Nobody can make tokens of a slot that has passed: its secret is gone from memory.
TEST(RetrySecrets, OldSecretsAreWiped)
{
    FixedRandom random(1);
    alignas(sst::RetrySecrets) unsigned char memory[sizeof(sst::RetrySecrets)];
    auto* secrets = new (memory) sst::RetrySecrets(random, SLOT);
    secrets->Make(Ip("10.0.0.1"), 1, 4 * SLOT);
    EXPECT_TRUE(Contains(MemoryOf(secrets), random.retries[0]));
    secrets->Expire(5 * SLOT - 1);
    EXPECT_TRUE(Contains(MemoryOf(secrets), random.retries[0]));
    secrets->Expire(5 * SLOT);
    EXPECT_TRUE(Contains(MemoryOf(secrets), random.retries[0])) << "of the slot before";
    secrets->Expire(6 * SLOT - 1);
    EXPECT_TRUE(Contains(MemoryOf(secrets), random.retries[0]));
    secrets->Expire(6 * SLOT);
    EXPECT_FALSE(Contains(MemoryOf(secrets), random.retries[0]));
    EXPECT_EQ(secrets->Held(), 0u);
    secrets->Make(Ip("10.0.0.1"), 1, 6 * SLOT);
    ASSERT_EQ(random.retries.size(), 2u);
    EXPECT_TRUE(Contains(MemoryOf(secrets), random.retries[1]));
    secrets->~RetrySecrets();
    Bytes after(memory, memory + sizeof memory);
    EXPECT_FALSE(Contains(after, random.retries[1]));
}

TEST(RetrySecrets, ASlotOfNoLengthDoesNoHarm)
{
    FixedRandom random(1);
    sst::RetrySecrets secrets(random, 0);
    sst::Token token = secrets.Make(Ip("10.0.0.1"), 1, 5);
    EXPECT_TRUE(secrets.IsValid(token, Ip("10.0.0.1"), 1, 6));
    EXPECT_FALSE(secrets.IsValid(token, Ip("10.0.0.1"), 1, 7));
}
