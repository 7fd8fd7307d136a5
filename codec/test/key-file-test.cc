// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/cipher.h"
#include "sst/key-file.h"
#include "sst/key-value.h"
#include "sst/random.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

using sst::KeyFile;
using sst::KeyFileStatus;

namespace
{

KeyFile
MakeKey()
{
    sst::SodiumRandom random;
    KeyFile file;
    file.pair = sst::GenerateKeyPair(random,
                                     200,
                                     sst::KEY_FLAG_EARLY_SYN | sst::KEY_FLAG_STRICT,
                                     {0, 1800000000000});
    file.notAfter = 4000000000U;
    return file;
}

/// \return the text of a key with \p before replaced by \p after
std::string
Changed(const std::string& before, const std::string& after)
{
    std::string text = sst::PrintKeyFile(MakeKey());
    const size_t at = text.find(before);
    EXPECT_NE(at, std::string::npos) << before;
    return text.replace(at, before.size(), after);
}

/// \return status and line of a text
std::pair<KeyFileStatus, size_t>
Parse(const std::string& text)
{
    KeyFile file;
    size_t line = 99;
    const KeyFileStatus status = sst::ParseKeyFile(text.data(), text.size(), file, line);
    return {status, line};
}

/// \return the text without the line that begins with \p field
std::string
Without(const std::string& field)
{
    std::string text = sst::PrintKeyFile(MakeKey());
    const size_t at = text.find("\n" + field);
    return text.erase(at, text.find('\n', at + 1) - at);
}

using Verdict = std::pair<KeyFileStatus, size_t>;

} // namespace

TEST(KeyFile, ReadsWhatItWrote)
{
    const KeyFile key = MakeKey();
    const std::string text = sst::PrintKeyFile(key);
    KeyFile read;
    size_t line = 99;
    ASSERT_EQ(sst::ParseKeyFile(text.data(), text.size(), read, line), KeyFileStatus::OK);
    EXPECT_EQ(line, 0U);
    EXPECT_EQ(read.pair.secretKey, key.pair.secretKey);
    EXPECT_EQ(read.pair.publicKey, key.pair.publicKey);
    EXPECT_EQ(read.pair.keyId, 200);
    EXPECT_EQ(read.pair.flags, key.pair.flags);
    EXPECT_EQ(read.pair.createdUnixMs, 1800000000000U);
    EXPECT_EQ(read.notAfter, 4000000000U);
}

TEST(KeyFile, CommentsEmptyLinesAndTheLastLineEndMayDiffer)
{
    EXPECT_EQ(Parse(Changed("flags:", "# of host a\n\nflags:")), Verdict(KeyFileStatus::OK, 0));
    std::string text = sst::PrintKeyFile(MakeKey());
    text.pop_back();
    EXPECT_EQ(Parse(text), Verdict(KeyFileStatus::OK, 0));
}

// Hexadecimal digits of either case are the same key.
TEST(KeyFile, CapitalDigits)
{
    const KeyFile key = MakeKey();
    std::string text = sst::PrintKeyFile(key);
    for (size_t at = text.find("public-key: ") + 12; at < text.size(); at++)
    {
        const bool isDigit = text[at] >= 'a' && text[at] <= 'f';
        // not in the name of the second field
        if (isDigit && text.compare(text.rfind('\n', at) + 1, 3, "sec") != 0)
        {
            text[at] = static_cast<char>(text[at] - 'a' + 'A');
        }
    }
    KeyFile read;
    size_t line = 99;
    ASSERT_EQ(sst::ParseKeyFile(text.data(), text.size(), read, line), KeyFileStatus::OK);
    EXPECT_EQ(read.pair.publicKey, key.pair.publicKey);
    EXPECT_NE(text, sst::PrintKeyFile(key));
}

TEST(KeyFile, NumbersOfAllDigitsUpToTheirEnds)
{
    for (const char* id : {"0", "1", "9", "19", "90", "199", "249", "250", "255"})
    {
        std::string text = Changed("key-id: 200", std::string("key-id: ") + id);
        KeyFile read;
        size_t line = 99;
        ASSERT_EQ(sst::ParseKeyFile(text.data(), text.size(), read, line), KeyFileStatus::OK) << id;
        EXPECT_EQ(read.pair.keyId, std::stoi(id));
    }
    for (const char* id : {"256", "260", "300", "999", "2550", "18446744073709551617", "/", ":"})
    {
        EXPECT_EQ(Parse(Changed("key-id: 200", std::string("key-id: ") + id)),
                  Verdict(KeyFileStatus::KEY_ID, 2))
            << id;
    }
    EXPECT_EQ(Parse(Changed("4000000000", "4294967295")), Verdict(KeyFileStatus::OK, 0));
}

TEST(KeyFile, EveryDefectHasItsOwnVerdict)
{
    const KeyFile other = MakeKey();
    EXPECT_EQ(Parse(""), Verdict(KeyFileStatus::EMPTY, 0));
    EXPECT_EQ(Parse(std::string(sst::KEY_FILE_MAX + 1, '#')), Verdict(KeyFileStatus::TOO_LONG, 0));
    EXPECT_EQ(Parse(Changed("sst-key 1", "sst-key 2")), Verdict(KeyFileStatus::VERSION, 1));
    EXPECT_EQ(Parse(Changed("sst-key 1", "sst-key 1 ")), Verdict(KeyFileStatus::VERSION, 1));
    EXPECT_EQ(Parse(Changed("key-id: ", "key-id:")), Verdict(KeyFileStatus::SYNTAX, 2));
    EXPECT_EQ(Parse(Changed("key-id: 200", "key-id: ")), Verdict(KeyFileStatus::SYNTAX, 2));
    EXPECT_EQ(Parse(Changed("key-id", "keyid")), Verdict(KeyFileStatus::UNKNOWN_FIELD, 2));
    EXPECT_EQ(Parse(Changed("flags:", "key-id: 1\nflags:")),
              Verdict(KeyFileStatus::DUPLICATE_FIELD, 3));
    EXPECT_EQ(Parse(Changed("200", "256")), Verdict(KeyFileStatus::KEY_ID, 2));
    EXPECT_EQ(Parse(Changed("200", "-1")), Verdict(KeyFileStatus::KEY_ID, 2));
    EXPECT_EQ(Parse(Changed("strict", "stric")), Verdict(KeyFileStatus::FLAGS, 3));
    EXPECT_EQ(Parse(Changed("1800000000", "18e8")), Verdict(KeyFileStatus::CREATED, 4));
    EXPECT_EQ(Parse(Changed("4000000000", "4294967296")), Verdict(KeyFileStatus::NOT_AFTER, 5));
    EXPECT_EQ(Parse(Changed("public-key: ", "public-key: 00")),
              Verdict(KeyFileStatus::PUBLIC_KEY, 6));
    EXPECT_EQ(Parse(Changed("secret-key: ", "secret-key: g")),
              Verdict(KeyFileStatus::SECRET_KEY, 7));
    std::string mixed = sst::PrintKeyFile(other);
    const std::string wrong = sst::PrintKeyFile(MakeKey());
    mixed.replace(mixed.find("public-key"), 76, wrong.substr(wrong.find("public-key"), 76));
    EXPECT_EQ(Parse(mixed), Verdict(KeyFileStatus::MISMATCH, 0));
    for (const char* field :
         {"key-id", "flags", "created", "not-after", "public-key", "secret-key"})
    {
        EXPECT_EQ(Parse(Without(field)), Verdict(KeyFileStatus::MISSING_FIELD, 0)) << field;
    }
}

TEST(KeyFile, EveryCutIsRefused)
{
    const std::string text = sst::PrintKeyFile(MakeKey());
    for (size_t size = 0; size + 1 < text.size(); size++)
    {
        EXPECT_NE(Parse(text.substr(0, size)).first, KeyFileStatus::OK) << size;
    }
}

TEST(KeyFile, EveryStatusHasItsOwnSentence)
{
    std::set<std::string> sentences;
    for (int i = 0; i <= static_cast<int>(KeyFileStatus::LOW_ORDER); i++)
    {
        EXPECT_TRUE(sentences.insert(sst::ToString(static_cast<KeyFileStatus>(i))).second) << i;
    }
    EXPECT_EQ(sentences.count("unknown"), 0U);
}

TEST(KeyFile, FlagsHaveNames)
{
    for (unsigned flags = 0; flags < 16; flags++)
    {
        uint8_t read = 99;
        ASSERT_TRUE(sst::ParseKeyFlags(sst::PrintKeyFlags(static_cast<uint8_t>(flags)), read));
        EXPECT_EQ(read, flags);
    }
    uint8_t flags = 0;
    for (const char* wrong :
         {"", ",", "early-syn,", "early-syn,early-syn", "none,strict", "Strict"})
    {
        EXPECT_FALSE(sst::ParseKeyFlags(wrong, flags)) << wrong;
    }
}
