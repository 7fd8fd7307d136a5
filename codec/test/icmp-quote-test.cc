// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// What an ICMP error quotes: cut anywhere, fragments, options, extension headers; and the ring that
// remembers what was sent.

#include "icmp-ring.h"
#include "test-icmp.h"

using namespace ssttest;

namespace
{

using Bench = IcmpBench;
using Error = IcmpMessage;

/// Both versions of IP.
class IcmpQuote : public testing::TestWithParam<bool>
{
  protected:
    BenchOptions Options() const
    {
        BenchOptions options;
        options.v6 = GetParam();
        return options;
    }
};

INSTANTIATE_TEST_SUITE_P(Versions, IcmpQuote, testing::Bool());

} // namespace

// A quote may end anywhere. Up unchanged while nothing shows a mark.
TEST_P(IcmpQuote, Truncated)
{
    for (bool marked : {true, false})
    {
        Bench bench(Options());
        bench.Establish();
        Error error = bench.TooBig(bench.SendSome(), 1300);
        error.marked = marked;
        Bytes message = error.Message();
        const size_t header = 8 + (bench.v6 ? 40 : 20);
        for (size_t size = 0; size <= message.size(); size++)
        {
            std::string want = size < header       ? "pass none"
                               : size < header + 8 ? (marked ? "drop icmp-forged" : "pass none")
                                                   : "deliver none";
            EXPECT_EQ(bench.Receive(Slice(message, 0, size)), want) << size;
        }
    }
}

// More than 8 bytes quoted: RFC 1812 and RFC 4443 ask for as much as fits.
TEST_P(IcmpQuote, LongQuote)
{
    Bench bench(Options());
    bench.Establish();
    Bytes packet = bench.SendSome();
    Error error = bench.About(packet, bench.v6 ? 1 : 3, 1);
    error.quoted = packet;
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    Bytes inner = Tcp(bench.FlowPath(), ACK, Bytes(100, 'x'), 4711);
    bench.ExpectTold(bench.FlowPath(), 6, inner, bench.v6 ? 1 : 3, 1);
}

TEST(IcmpV4, OptionsAndFragments)
{
    Bench bench;
    bench.Establish();
    Bytes packet = bench.SendSome();
    Error error = bench.About(packet, 3, 1);
    error.between = Bytes(12, 1);
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    Bytes message = error.Message();
    EXPECT_EQ(bench.Receive(Slice(message, 0, 8 + 31)), "pass none") << "options cut";
    EXPECT_EQ(bench.Receive(Slice(message, 0, 8 + 32)), "drop icmp-forged");
    error.between.clear();
    for (uint16_t offset : {1, 0x1000, 0x1fff})
    {
        error.fragment = offset;
        EXPECT_EQ(bench.Receive(error.Message()), "drop icmp-forged")
            << "a later fragment has no header of ours";
    }
    error.fragment = 0x2000; // more fragments: the first one
    EXPECT_EQ(bench.Receive(error.Message()), "deliver none");
    for (uint8_t first : {0x44, 0x40, 0x65, 0x55, 0x4f})
    {
        message = bench.About(packet, 3, 1).Message();
        message[8] = first;
        EXPECT_EQ(bench.Receive(message), "pass none") << "no IPv4 header";
    }
    for (uint8_t protocol : {0, 1, 47, 58})
    {
        error = bench.About(packet, 3, 1);
        error.protocol = protocol;
        EXPECT_EQ(bench.Receive(error.Message()), protocol == 0 ? "drop icmp-forged" : "pass none");
    }
}

TEST(IcmpV6, ExtensionHeaders)
{
    BenchOptions options;
    options.v6 = true;
    Bench bench(options);
    bench.Establish();
    Bytes packet = bench.SendSome();
    auto extension = [](uint8_t next, uint8_t units) {
        return Concat({Bytes{next, units}, Bytes(units * 8 + 6, 0)});
    };
    auto fragment = [](uint8_t next, uint16_t offset) {
        return Concat({Bytes{next, 0}, BigEndian(offset * 8 + 1, 2), Bytes(4, 7)});
    };

    struct Case
    {
        uint8_t first;
        Bytes headers;
        const char* want;
    };

    const Case cases[] = {
        {0, extension(6, 0), "deliver none"},
        {43, extension(6, 2), "deliver none"},
        {60, extension(6, 1), "deliver none"},
        {44, fragment(6, 0), "deliver none"},
        {0,
         Concat({extension(43, 0), extension(44, 1), fragment(60, 0), extension(6, 0)}),
         "deliver none"},
        {44, fragment(6, 1), "drop icmp-forged"},
        {44, fragment(6, 0x1fff), "drop icmp-forged"},
        {44, fragment(60, 1), "pass none"}, // what is behind is not known to be ours
        {0, extension(58, 0), "pass none"},
        {0, extension(6, 5), "drop icmp-forged"}, // longer than it is, see below
        {50, Bytes(8, 0), "pass none"},
    };
    for (const Case& chain : cases)
    {
        for (bool marked : {true, false})
        {
            Error error = bench.About(packet, 1, 0);
            error.marked = marked;
            error.firstHeader = chain.first;
            error.between = chain.headers;
            Bytes message = error.Message();
            if (chain.headers == extension(6, 5))
            {
                message.resize(8 + 40 + 47); // one byte less than the header says
            }
            std::string want = chain.want;
            EXPECT_EQ(bench.Receive(message),
                      want == "drop icmp-forged" && !marked ? "pass none" : want)
                << int{chain.first} << " " << ToHex(chain.headers);
        }
    }
    // cut anywhere within a chain
    Error error = bench.About(packet, 1, 0);
    error.firstHeader = 0;
    error.between = Concat({extension(43, 1), extension(44, 0), fragment(60, 0), extension(6, 0)});
    Bytes message = error.Message();
    for (size_t size = 48; size < message.size(); size++)
    {
        EXPECT_EQ(bench.Receive(Slice(message, 0, size)), "drop icmp-forged") << size;
    }
    EXPECT_EQ(bench.Receive(message), "deliver none");
}

// The ring against a map that forgets by age.
// ICMP-6
TEST(IcmpRing, AgainstAMap)
{
    Dice dice(3);
    sst::IcmpRing ring(16);
    std::vector<std::pair<uint32_t, uint32_t>> sent;
    EXPECT_EQ(ring.Find(0, 0), nullptr) << "nothing was sent";
    for (int i = 0; i < 2000; i++)
    {
        const auto session = static_cast<uint32_t>(dice.Below(3) + 1);
        const auto number = static_cast<uint32_t>(i);
        Bytes segment = BigEndian(0x1122334400000000 + static_cast<uint64_t>(i), 8);
        ring.Add(session, number, i % 2 ? 6 : 17, segment.data(), 8 + static_cast<size_t>(i));
        sent.emplace_back(session, number);
        const size_t back = dice.Below(std::min<size_t>(sent.size(), 32));
        const auto [wanted, which] = sent[sent.size() - 1 - back];
        const sst::SentSegment* found = ring.Find(wanted, which);
        ASSERT_EQ(found != nullptr, back < 16);
        EXPECT_EQ(ring.Find(wanted + 1, which), nullptr);
        EXPECT_EQ(ring.Find(0, 0), nullptr);
        if (found != nullptr)
        {
            EXPECT_EQ(found->size, 8 + which);
            EXPECT_EQ(found->protocol, which % 2 ? 6 : 17);
            EXPECT_EQ(ReadBigEndian(Bytes(found->head.begin(), found->head.end()), 4, 4), which);
        }
    }
    sst::IcmpRing none(0);
    none.Add(1, 1, 6, Bytes(8).data(), 8);
    EXPECT_EQ(none.Find(1, 1), nullptr);
}
