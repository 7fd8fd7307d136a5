// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "sst/key-value.h"
#include "test-noise.h"
#include "test-vectors.h"

using namespace ssttest;
using sst::KeyEntry;
using sst::KeyValueStatus;

namespace
{

Bytes
Range(uint8_t first, size_t count)
{
    Bytes out;
    for (size_t i = 0; i < count; i++)
    {
        out.push_back(static_cast<uint8_t>(first + i));
    }
    return out;
}

/// One entry on the wire: "length(8) of what follows | version=1 | suite | key_id | flags |
/// not_after(32, Unix s, 0 none) | X25519 public key(32)".
Bytes
Entry(uint8_t keyId, const Bytes& key, uint8_t version = 1, uint8_t suite = 1, uint8_t flags = 0)
{
    return Concat({Bytes{40, version, suite, keyId, flags}, BigEndian(0, 4), key});
}

std::pair<KeyValueStatus, std::vector<KeyEntry>>
Parse(const Bytes& value)
{
    std::vector<KeyEntry> out(1);
    KeyValueStatus status = sst::ParseKeyValue(value.data(), value.size(), out);
    return {status, out};
}

void
ExpectInvalid(const Bytes& value, const std::string& what)
{
    auto [status, entries] = Parse(value);
    EXPECT_NE(status, KeyValueStatus::OK) << what;
    EXPECT_NE(status, KeyValueStatus::NO_USABLE) << what;
    EXPECT_TRUE(entries.empty()) << what;
}

/// The record that knot, BIND and NSD served: keys 00..1f and 20..3f under the ids 5a and 5b.
Bytes
PublishedRecord()
{
    return Concat({FromHex("2801015a006b36ec80"),
                   Range(0, 32),
                   FromHex("2801015b006b402700"),
                   Range(0x20, 32)});
}

const Bytes KEY_A = PublicOf(Bytes(32, 0x11));
const Bytes KEY_B = PublicOf(Bytes(32, 0x22));

} // namespace

TEST(KeyValue, PublishedRecordParses)
{
    auto [status, entries] = Parse(PublishedRecord());
    ASSERT_EQ(status, KeyValueStatus::OK);
    ASSERT_EQ(entries.size(), 2u);
    EXPECT_EQ(entries[0].version, 1);
    EXPECT_EQ(entries[0].suite, 1);
    EXPECT_EQ(entries[0].keyId, 0x5a);
    EXPECT_EQ(entries[0].flags, 0);
    EXPECT_EQ(entries[0].notAfter, 0x6b36ec80u);
    EXPECT_EQ(Bytes(entries[0].publicKey.begin(), entries[0].publicKey.end()), Range(0, 32));
    EXPECT_EQ(entries[1].keyId, 0x5b);
    EXPECT_EQ(entries[1].notAfter, 0x6b402700u);
    EXPECT_EQ(Bytes(entries[1].publicKey.begin(), entries[1].publicKey.end()), Range(0x20, 32));
}

TEST(KeyValue, PublishedRecordRoundTrips)
{
    auto [status, entries] = Parse(PublishedRecord());
    ASSERT_EQ(status, KeyValueStatus::OK);
    EXPECT_EQ(ToHex(sst::SerializeKeyValue(entries)), ToHex(PublishedRecord()));
}

TEST(KeyValue, RandomEntriesRoundTrip)
{
    Dice dice(1);
    for (int round = 0; round < 200; round++)
    {
        std::vector<KeyEntry> entries(1 + dice.Below(4));
        Bytes wire;
        for (size_t i = 0; i < entries.size(); i++)
        {
            entries[i].keyId = static_cast<uint8_t>(i * 64 + dice.Below(64));
            entries[i].flags = static_cast<uint8_t>(dice.Below(256));
            entries[i].notAfter = static_cast<uint32_t>(dice.Next());
            entries[i].publicKey = To32(PublicOf(dice.Fill(32)));
            wire = Concat({wire,
                           Bytes{40, 1, 1, entries[i].keyId, entries[i].flags},
                           BigEndian(entries[i].notAfter, 4),
                           Bytes(entries[i].publicKey.begin(), entries[i].publicKey.end())});
        }
        ASSERT_EQ(ToHex(sst::SerializeKeyValue(entries)), ToHex(wire));
        auto [status, parsed] = Parse(wire);
        ASSERT_EQ(status, KeyValueStatus::OK);
        ASSERT_EQ(ToHex(sst::SerializeKeyValue(parsed)), ToHex(wire));
    }
}

// "1 to 4 entries (skipped ones included)"
TEST(KeyValue, OneToFourEntries)
{
    Bytes value;
    for (uint8_t count = 1; count <= 4; count++)
    {
        value = Concat({value, Entry(count, PublicOf(Bytes(32, count)))});
        auto [status, entries] = Parse(value);
        EXPECT_EQ(status, KeyValueStatus::OK);
        EXPECT_EQ(entries.size(), count);
    }
    ExpectInvalid(Concat({value, Entry(5, KEY_A)}), "five entries");
    ExpectInvalid(Concat({value, Entry(5, KEY_A, 9)}), "five entries, one of them skipped");
}

// "Unknown version or suite: skip the entry; unknown flags ignored."
// DNS-2
TEST(KeyValue, UnknownVersionAndSuiteAreSkipped)
{
    Bytes other = Bytes{3, 7, 1, 99};
    Bytes longOther = Concat({Bytes{200, 1, 2, 3}, Bytes(197, 0)});
    auto [status, entries] = Parse(Concat({other, longOther, Entry(7, KEY_A, 1, 1, 0xf0)}));
    ASSERT_EQ(status, KeyValueStatus::OK);
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].keyId, 7);
    EXPECT_EQ(Parse(Concat({other, longOther})).first, KeyValueStatus::NO_USABLE);
    EXPECT_TRUE(Parse(Concat({other, longOther})).second.empty());
}

// The same key_id under another suite is another key.
TEST(KeyValue, EqualKeyIdAndSuiteTwiceIsInvalid)
{
    ExpectInvalid(Concat({Entry(1, KEY_A), Entry(1, KEY_B)}), "same id and suite, other key");
    ExpectInvalid(Concat({Entry(1, KEY_A), Entry(1, KEY_A)}), "the same entry twice");
    EXPECT_EQ(Parse(Concat({Entry(1, KEY_A), Entry(1, KEY_B, 1, 2)})).first, KeyValueStatus::OK);
}

TEST(KeyValue, EmptyIsInvalid)
{
    auto [status, entries] = Parse({});
    EXPECT_EQ(status, KeyValueStatus::EMPTY);
    EXPECT_TRUE(entries.empty());
}

TEST(KeyValue, EveryTruncationAndExtensionIsInvalid)
{
    Bytes value = Concat({Entry(1, KEY_A), Entry(2, KEY_B)});
    for (size_t size = 0; size < value.size(); size++)
    {
        if (size != 41)
        {
            ExpectInvalid(Slice(value, 0, size), "first " + std::to_string(size) + " bytes");
        }
    }
    // trailing bytes that are no entry of their own: their first byte promises more than there is
    for (size_t extra = 1; extra < 40; extra++)
    {
        ExpectInvalid(Concat({value, Bytes(extra, 0xff)}), std::to_string(extra) + " bytes behind");
    }
}

// "length 40 for version 1, suite 1"
TEST(KeyValue, WrongLengthOfAKnownEntryIsInvalid)
{
    for (int length = 2; length < 80; length++)
    {
        if (length != 40)
        {
            Bytes entry = Concat({Bytes{static_cast<uint8_t>(length), 1, 1, 1, 0},
                                  BigEndian(0, 4),
                                  KEY_A,
                                  Bytes(80, 1)});
            ExpectInvalid(Slice(entry, 0, 1 + length), "length " + std::to_string(length));
        }
    }
}

// "zero or low-order key: the whole value is invalid". The points are those of order 1, 2, 4 and 8
// on the curve and its twist, canonical or not, with bit 255 set or not (RFC 7748 ignores it).
TEST(KeyValue, LowOrderKeysAreInvalid)
{
    const char* points[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    for (const char* point : points)
    {
        for (uint8_t top : {0, 0x80})
        {
            Bytes key = FromHex(point);
            key[31] |= top;
            EXPECT_TRUE(sst::IsLowOrder(To32(key))) << ToHex(key);
            EXPECT_EQ(Parse(Entry(1, key)).first, KeyValueStatus::LOW_ORDER) << ToHex(key);
            ExpectInvalid(Concat({Entry(1, KEY_A), Entry(2, key)}), "second key " + ToHex(key));
            ASSERT_FALSE(Dh(Bytes(32, 0x40), key)) << "the list itself, by libsodium";
        }
    }
}

TEST(KeyValue, OrdinaryKeysAreNotLowOrder)
{
    Dice dice(2);
    for (int i = 0; i < 100; i++)
    {
        Bytes key = i % 2 ? dice.Fill(32) : PublicOf(dice.Fill(32));
        EXPECT_EQ(sst::IsLowOrder(To32(key)), !Dh(Bytes(32, 0x40), key)) << ToHex(key);
    }
    // neighbours of the points
    for (const char* near : {"0200000000000000000000000000000000000000000000000000000000000000",
                             "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                             "ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"})
    {
        EXPECT_FALSE(sst::IsLowOrder(To32(FromHex(near)))) << near;
    }
}

TEST(KeyValue, WycheproofZeroSharedSecretsAreLowOrder)
{
    SKIP_WITHOUT_VECTORS();
    int refused = 0;
    nlohmann::json file = LoadVectors("wycheproof/x25519_test.json");
    ASSERT_TRUE(file.is_object());
    for (const auto& group : file["testGroups"])
    {
        for (const auto& test : group["tests"])
        {
            bool zero = false;
            for (const auto& flag : test["flags"])
            {
                zero = zero || flag == "ZeroSharedSecret";
            }
            Bytes key = FromHex(test["public"]);
            EXPECT_EQ(sst::IsLowOrder(To32(key)), zero) << "tcId " << test["tcId"];
            refused += zero;
        }
    }
    EXPECT_EQ(refused, 31);
}

// The decimal escapes a zone file needs, and nothing that a web panel would mangle.
TEST(KeyValue, PrintedFormHoldsEveryByte)
{
    Bytes value = PublishedRecord();
    std::string text = sst::PrintKeyValue(value.data(), value.size());
    Bytes read;
    for (size_t i = 0; i < text.size(); i++)
    {
        if (text[i] == '\\')
        {
            ASSERT_LT(i + 3, text.size());
            read.push_back(static_cast<uint8_t>(std::stoi(text.substr(i + 1, 3))));
            i += 3;
        }
        else if (text[i] != '"')
        {
            read.push_back(static_cast<uint8_t>(text[i]));
        }
    }
    EXPECT_EQ(ToHex(read), ToHex(value));
}

TEST(KeyValue, EntriesExpire)
{
    KeyEntry entry;
    EXPECT_TRUE(entry.IsValidAt(UINT64_MAX / 2)) << "not_after 0 is none";
    entry.notAfter = 1000;
    EXPECT_TRUE(entry.IsValidAt(999999));
    EXPECT_FALSE(entry.IsValidAt(1001001));
}

TEST(KeyValue, RandomBytesNeverCrash)
{
    Dice dice(3);
    for (int i = 0; i < 20000; i++)
    {
        Bytes value = dice.Fill(dice.Below(180));
        if (!value.empty() && dice.Below(2))
        {
            value[0] = 40;
        }
        auto [status, entries] = Parse(value);
        ASSERT_EQ(status == KeyValueStatus::OK, !entries.empty());
    }
}

// Each defect by its own name: `sst-key` prints it.
TEST(KeyValue, EveryDefectHasItsOwnStatus)
{
    const Bytes good = Entry(1, KEY_A);
    const auto status = [](const Bytes& value) { return Parse(value).first; };
    EXPECT_EQ(status({}), KeyValueStatus::EMPTY);
    for (size_t size = 1; size < good.size(); size++)
    {
        EXPECT_EQ(status(Bytes(good.begin(), good.begin() + static_cast<long>(size))),
                  KeyValueStatus::TRUNCATED)
            << size;
    }
    for (uint8_t length = 3; length < 40; length++)
    {
        Bytes cut(good.begin(), good.begin() + 1 + length);
        cut[0] = length;
        EXPECT_EQ(status(cut), KeyValueStatus::TRUNCATED) << int(length);
    }
    EXPECT_EQ(status(Bytes{2, 1, 1}), KeyValueStatus::TRUNCATED) << "no key_id";
    Bytes longer = Concat({good, Bytes{0}});
    longer[0] = 41;
    EXPECT_EQ(status(longer), KeyValueStatus::TRAILING);
    EXPECT_EQ(status(Concat({good, good})), KeyValueStatus::DUPLICATE);
    EXPECT_EQ(status(Entry(1, Bytes(32, 0))), KeyValueStatus::LOW_ORDER);
    EXPECT_EQ(status(Entry(1, KEY_A, 2)), KeyValueStatus::NO_USABLE);
    EXPECT_EQ(status(Entry(1, KEY_A, 1, 2)), KeyValueStatus::NO_USABLE);
    EXPECT_EQ(
        status(Concat(
            {Entry(1, KEY_A), Entry(2, KEY_A), Entry(3, KEY_A), Entry(4, KEY_A), Entry(5, KEY_A)})),
        KeyValueStatus::TOO_MANY);
}

TEST(KeyValue, DescribedForPeople)
{
    KeyEntry entry;
    entry.keyId = 7;
    entry.notAfter = 1900000000;
    for (size_t i = 0; i < 32; i++)
    {
        entry.publicKey[i] = static_cast<uint8_t>(0xf0 - 7 * i);
    }
    const std::string key = ToHex(Bytes(entry.publicKey.begin(), entry.publicKey.end()));
    const char* const flags[] = {" early-syn", " early-udp", " layout-u", " strict"};
    for (unsigned bits = 0; bits < 16; bits++)
    {
        std::string words;
        for (unsigned bit = 0; bit < 4; bit++)
        {
            words += (bits >> bit & 1) != 0 ? flags[bit] : "";
        }
        entry.flags = static_cast<uint8_t>(bits);
        EXPECT_EQ(sst::DescribeKeyValue({entry}),
                  "version 1 suite 1 key_id 7 flags" + (bits == 0 ? " none" : words) +
                      " not_after 1900000000 key " + key + "\n");
    }
    EXPECT_EQ(sst::DescribeKeyValue({entry, entry}),
              sst::DescribeKeyValue({entry}) + sst::DescribeKeyValue({entry}));
    EXPECT_EQ(sst::DescribeKeyValue({}), "");
}
