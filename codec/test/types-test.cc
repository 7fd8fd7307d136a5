// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Addresses, flows and the words that logs, tables and configuration use for them.

#include "sst/types.h"
#include "test-segment.h"

#include <algorithm>
#include <gtest/gtest.h>

using namespace ssttest;

namespace
{

/// \return an IPv6 address: \p first, zeros, \p last
sst::IpAddress
V6(uint16_t first, uint64_t last)
{
    Bytes bytes = Concat({BigEndian(first, 2), Bytes(6, 0), BigEndian(last, 8)});
    return sst::IpAddress::From(bytes.data(), 16);
}

} // namespace

// "multicast, broadcast or unspecified destination: leaves in clear". RFC 5771: 224.0.0.0/4;
// RFC 919: 255.255.255.255; RFC 4291: ff00::/8.
TEST(Types, Groups)
{
    for (const char* group :
         {"224.0.0.0", "224.0.0.1", "239.255.255.255", "255.255.255.255", "0.0.0.0"})
    {
        EXPECT_TRUE(Ip(group).IsGroup()) << group;
    }
    for (const char* single : {"223.255.255.255",
                               "240.0.0.0",
                               "255.255.255.254",
                               "255.255.254.255",
                               "255.254.255.255",
                               "254.255.255.255",
                               "10.0.0.1",
                               "0.0.0.1"})
    {
        EXPECT_FALSE(Ip(single).IsGroup()) << single;
    }
    for (const sst::IpAddress& group : {V6(0xff00, 0), V6(0xff02, 1), V6(0xffff, 7), V6(0, 0)})
    {
        EXPECT_TRUE(group.IsGroup()) << group.ToString();
    }
    for (const sst::IpAddress& single :
         {V6(0xfe80, 1), V6(0xfeff, 1), V6(0x2001, 1), V6(0, 1), V6(0x00ff, 1), V6(0xe000, 1)})
    {
        EXPECT_FALSE(single.IsGroup()) << single.ToString();
    }
}

// "one peer address (/64)"
TEST(Types, SitesAreAddressesOfIpv4AndSixtyFoursOfIpv6)
{
    EXPECT_EQ(Ip("10.1.2.3").Site(), Ip("10.1.2.3"));
    EXPECT_EQ(V6(0x2001, 0x0123456789abcdef).Site(), V6(0x2001, 0));
    EXPECT_EQ(V6(0x2001, 0x8000000000000000).Site(), V6(0x2001, 0)) << "bit 64 is of the host";
    Bytes prefix(16, 0);
    prefix[7] = 1;
    EXPECT_EQ(sst::IpAddress::From(prefix.data(), 16).Site(),
              sst::IpAddress::From(prefix.data(), 16))
        << "bit 63 is of the site";
}

TEST(Types, OnlyFourOrSixteenBytesAreAnAddress)
{
    Bytes bytes(20, 9);
    for (uint8_t length = 0; length <= 20; length++)
    {
        const sst::IpAddress address = sst::IpAddress::From(bytes.data(), length);
        const bool right = length == 4 || length == 16;
        EXPECT_EQ(address.length, right ? length : 0);
        EXPECT_EQ(std::count(address.bytes.begin(), address.bytes.end(), 9), right ? length : 0);
    }
}

TEST(Types, AddressesInWords)
{
    EXPECT_EQ(Ip("192.0.2.1").ToString(), "192.0.2.1");
    EXPECT_EQ(V6(0x2001, 0x1).ToString(), "2001::1") << "RFC 5952";
    EXPECT_EQ(sst::IpAddress().ToString(), "none");
}

// A 4-byte address is none of 16 bytes, whatever they are.
TEST(Types, AddressesAreEqualInBytesAndLength)
{
    Bytes bytes(16, 0);
    bytes[0] = 10;
    const sst::IpAddress four = sst::IpAddress::From(bytes.data(), 4);
    const sst::IpAddress sixteen = sst::IpAddress::From(bytes.data(), 16);
    EXPECT_TRUE(four == four);
    EXPECT_FALSE(four != four);
    EXPECT_TRUE(four != sixteen);
    EXPECT_TRUE(four < sixteen);
    EXPECT_FALSE(sixteen < four);
    EXPECT_FALSE(four < four);
    for (size_t at = 0; at < 16; at++)
    {
        Bytes other = bytes;
        other[at] ^= 1;
        const sst::IpAddress changed = sst::IpAddress::From(other.data(), 16);
        EXPECT_FALSE(sixteen == changed) << at;
        EXPECT_NE(sixteen < changed, changed < sixteen) << at;
    }
}

TEST(Types, FlowsInWordsAndInOrder)
{
    EXPECT_EQ((sst::FlowKey{6, 1234, Ip("10.0.0.1"), 80}).ToString(), "tcp 1234 <-> 10.0.0.1:80");
    EXPECT_EQ((sst::FlowKey{17, 5, V6(0x2001, 2), 53}).ToString(), "udp 5 <-> [2001::2]:53");
    EXPECT_EQ((sst::FlowKey{47, 0, Ip("10.0.0.1"), 0}).ToString(), "47 0 <-> 10.0.0.1:0");

    // Sorted by protocol, own port, peer port, peer.
    const std::vector<sst::FlowKey> sorted = {{6, 1, Ip("10.0.0.9"), 9},
                                              {6, 2, Ip("10.0.0.8"), 3},
                                              {6, 2, Ip("10.0.0.9"), 3},
                                              {6, 2, Ip("10.0.0.1"), 4},
                                              {17, 1, Ip("10.0.0.1"), 1}};
    for (size_t i = 0; i < sorted.size(); i++)
    {
        for (size_t k = 0; k < sorted.size(); k++)
        {
            EXPECT_EQ(sorted[i] < sorted[k], i < k) << i << k;
            EXPECT_EQ(sorted[i] == sorted[k], i == k) << i << k;
            EXPECT_EQ(sorted[i] != sorted[k], i != k) << i << k;
        }
    }
}

// FNV-1a of 64 bits over peer, protocol and both ports, as its authors define it: "hash = hash xor
// octet; hash = hash * FNV_prime".
TEST(Types, HashOfFlows)
{
    const sst::FlowKey key{6, 0xa1b3, Ip("192.0.2.77"), 0xc3d5};
    const Bytes octets =
        Concat({Bytes{192, 0, 2, 77}, Bytes(12, 0), Bytes{6, 0xa1, 0xb3, 0xc3, 0xd5}});
    uint64_t hash = 14695981039346656037U;
    for (const uint8_t octet : octets)
    {
        hash ^= octet;
        hash *= 1099511628211U;
    }
    EXPECT_EQ(sst::FlowKeyHash()(key), hash);
}

// The words of the specification: coverage `segment`, `header`, `ports`; policies.
TEST(Types, WordsOfTheSpecification)
{
    EXPECT_STREQ(sst::ToString(sst::Coverage::SEGMENT), "segment");
    EXPECT_STREQ(sst::ToString(sst::Coverage::HEADER), "header");
    EXPECT_STREQ(sst::ToString(sst::Coverage::PORTS), "ports");
    EXPECT_STREQ(sst::ToString(static_cast<sst::Coverage>(3)), "unknown");
    EXPECT_STREQ(sst::ToString(sst::Policy::OFF), "off");
    EXPECT_STREQ(sst::ToString(sst::Policy::OPPORTUNISTIC), "opportunistic");
    EXPECT_STREQ(sst::ToString(sst::Policy::REQUIRE), "require");
    EXPECT_STREQ(sst::ToString(sst::Policy::PIN), "pin");
    EXPECT_STREQ(sst::ToString(static_cast<sst::Policy>(4)), "unknown");
    EXPECT_STREQ(sst::ToString(sst::Layout::N), "n");
    EXPECT_STREQ(sst::ToString(sst::Layout::U), "u");
}

TEST(Types, PaddingInOneNumber)
{
    using Mode = sst::Padding::Mode;
    EXPECT_EQ((sst::Padding{Mode::NONE, 64}).Code(), 0);
    EXPECT_EQ((sst::Padding{Mode::MTU, 64}).Code(), UINT16_MAX);
    for (const auto& [multiple, code] :
         {std::pair<int, int>{0, 0}, {1, 0}, {2, 2}, {64, 64}, {1024, 1024}, {1025, 1024}})
    {
        EXPECT_EQ((sst::Padding{Mode::MULTIPLE, static_cast<uint16_t>(multiple)}).Code(), code);
    }
    EXPECT_EQ(sst::PaddingSize(0, 100, 1400), 0u);
    EXPECT_EQ(sst::PaddingSize(64, 100, 1400), 28u);
    EXPECT_EQ(sst::PaddingSize(64, 128, 1400), 0u);
    EXPECT_EQ(sst::PaddingSize(64, 129, 1400), 63u);
    EXPECT_EQ(sst::PaddingSize(1024, 1030, 1400), 370u) << "not beyond the path";
    EXPECT_EQ(sst::PaddingSize(64, 1400, 1400), 0u);
    EXPECT_EQ(sst::PaddingSize(64, 1401, 1400), 0u);
    EXPECT_EQ(sst::PaddingSize(UINT16_MAX, 100, 1400), 1300u);
}
