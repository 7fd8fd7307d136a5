// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// What parsers refuse, at every length and for every type, called by themselves: some of it cannot
// come in a packet of the least size.

#include "sst/cipher.h"
#include "sst/message.h"
#include "sst/noise.h"
#include "sst/segment.h"
#include "test-bench.h"

#include <set>

using namespace ssttest;

namespace
{

sst::Reason
Quote(uint8_t protocol, const Bytes& message)
{
    sst::QuoteView view;
    Bytes exact = message;
    exact.shrink_to_fit();
    return sst::ParseQuote(protocol, exact.data(), exact.size(), view);
}

/// \return \p message with IPv6 extension headers of these types before the quoted segment
Bytes
WithExtensions(const Bytes& message, const Bytes& types)
{
    constexpr size_t NEXT = 8 + 6;
    constexpr size_t BEHIND = 8 + 40;
    Bytes out = Slice(message, 0, BEHIND);
    uint8_t last = out[NEXT];
    for (size_t i = 0; i < types.size(); i++)
    {
        // each 8 bytes, the second one 16
        Bytes header(i == 1 ? 16 : 8);
        header[0] = i + 1 < types.size() ? types[i + 1] : last;
        header[1] = i == 1 ? 1 : 0;
        out.insert(out.end(), header.begin(), header.end());
    }
    if (!types.empty())
    {
        out[NEXT] = types[0];
    }
    return Concat({out, Slice(message, BEHIND)});
}

} // namespace

// TYPE-4: "types 3, 4, 5, 11 and 12 of ICMP, types below 128 of ICMPv6"
TEST(Refusal, IcmpTypes)
{
    Dice dice(1);
    for (bool v6 : {false, true})
    {
        Path path{Ip(v6 ? "2001:0db8:0000:0000:0000:0000:0000:0001" : "192.0.2.1"),
                  1,
                  Ip(v6 ? "2001:0db8:0000:0000:0000:0000:0000:0002" : "192.0.2.2"),
                  2};
        Bytes icmp = IcmpUnreachable(path, 6, Tcp(path.Reverse(), ACK));
        const std::set<int> known{3, 4, 5, 11, 12};
        for (int type = 0; type < 256; type++)
        {
            icmp[0] = static_cast<uint8_t>(type);
            const bool error = v6 ? type < 128 : known.count(type) != 0;
            EXPECT_EQ(Quote(v6 ? 58 : 1, icmp), error ? sst::Reason::NONE : sst::Reason::INNER_TYPE)
                << type;
        }
        icmp[0] = 3;
        for (uint8_t protocol : {0, 2, 6, 17, 57, 59})
        {
            EXPECT_EQ(Quote(protocol, icmp), sst::Reason::INNER_TYPE) << int(protocol);
        }
        for (uint8_t quoted : {1, 2, 41, 44, 50, 51, 59, 132})
        {
            Bytes other = icmp;
            other[8 + (v6 ? 6 : 9)] = quoted;
            EXPECT_EQ(Quote(v6 ? 58 : 1, other), sst::Reason::INNER_TYPE) << int(quoted);
        }
        const size_t ports = 8 + (v6 ? 40 : 20) + 4;
        for (size_t size = 0; size < icmp.size(); size++)
        {
            EXPECT_EQ(Quote(v6 ? 58 : 1, Slice(icmp, 0, size)),
                      size < ports ? sst::Reason::INNER_LENGTH : sst::Reason::NONE)
                << size;
        }
    }
}

// "after the last IPv6 extension header of type 0, 43 or 60"
TEST(Refusal, ExtensionHeadersOfAQuote)
{
    Path path{Ip("2001:0db8:0000:0000:0000:0000:0000:0001"),
              1111,
              Ip("2001:0db8:0000:0000:0000:0000:0000:0002"),
              2222};
    const Bytes icmp = IcmpUnreachable(path, 17, Udp(path.Reverse(), Bytes(20, 1)));
    for (const Bytes& types : {Bytes{0}, Bytes{43}, Bytes{60}, Bytes{0, 43, 60}, Bytes{60, 60}})
    {
        const Bytes with = WithExtensions(icmp, types);
        sst::QuoteView view;
        ASSERT_EQ(sst::ParseQuote(58, with.data(), with.size(), view), sst::Reason::NONE);
        EXPECT_EQ(view.sourcePort, 2222);
        EXPECT_EQ(view.destinationPort, 1111);
        EXPECT_EQ(view.protocol, 17);
        const size_t ports = with.size() - icmp.size() + 8 + 40 + 4;
        for (size_t size = 0; size <= with.size(); size++)
        {
            EXPECT_EQ(Quote(58, Slice(with, 0, size)),
                      size < ports ? sst::Reason::INNER_LENGTH : sst::Reason::NONE)
                << size;
        }
    }
    for (uint8_t other : {1, 42, 44, 50, 51, 59, 61, 135})
    {
        EXPECT_EQ(Quote(58, WithExtensions(icmp, {other})), sst::Reason::INNER_TYPE) << int(other);
        EXPECT_EQ(Quote(58, WithExtensions(icmp, {0, other})), sst::Reason::INNER_TYPE);
    }
}

// OPT-5, OPT-2: P1 and P2 at every length.
TEST(Refusal, CutPayloads)
{
    for (bool answer : {false, true})
    {
        sst::HandshakePayload payload;
        payload.timeMs = 1800000000000;
        payload.options.hasResetToken = answer;
        payload.options.hasServerIndex = answer;
        payload.type = 59;
        const Bytes whole = answer ? sst::SerializeP2(payload) : sst::SerializeP1(payload);
        const size_t head = answer ? 11 : 10;
        const size_t options = answer ? 24 : 0;
        for (size_t size = 0; size <= whole.size(); size++)
        {
            Bytes cut = Slice(whole, 0, size);
            cut.shrink_to_fit();
            sst::HandshakePayload out;
            const sst::Reason reason = answer ? sst::ParseP2({cut.data(), cut.size()}, out)
                                              : sst::ParseP1({cut.data(), cut.size()}, out);
            EXPECT_EQ(reason,
                      size < head              ? sst::Reason::LENGTH
                      : size < head + options  ? sst::Reason::OPTIONS
                      : size == head + options ? sst::Reason::INNER_TYPE
                                               : sst::Reason::NONE)
                << size;
        }
    }
}

// RESP without one of its two options.
TEST(Refusal, MandatoryOptions)
{
    for (int has = 0; has < 4; has++)
    {
        sst::HandshakePayload payload;
        payload.options.hasResetToken = (has & 1) != 0;
        payload.options.hasServerIndex = (has & 2) != 0;
        payload.type = 59;
        const Bytes plain = sst::SerializeP2(payload);
        sst::HandshakePayload out;
        EXPECT_EQ(sst::ParseP2({plain.data(), plain.size()}, out),
                  has == 3 ? sst::Reason::NONE : sst::Reason::OPTIONS);
    }
}

// Noise, 5.1: less than a tag is no ciphertext.
TEST(Refusal, LessThanATag)
{
    const sst::SodiumChaChaPoly cipher;
    sst::CipherState sealing(cipher);
    sst::CipherState opening(cipher);
    const Bytes key(32, 7);
    sealing.InitializeKey(key.data());
    opening.InitializeKey(key.data());
    Bytes sealed(16);
    ASSERT_EQ(sealing.EncryptWithAd({nullptr, 0}, {key.data(), 0}, sealed.data()),
              sst::NoiseStatus::OK);
    uint8_t out[16];
    for (size_t size = 0; size < 16; size++)
    {
        EXPECT_EQ(opening.DecryptWithAd({nullptr, 0}, {sealed.data(), size}, out),
                  sst::NoiseStatus::LENGTH);
    }
    EXPECT_EQ(opening.DecryptWithAd({nullptr, 0}, {sealed.data(), 16}, out), sst::NoiseStatus::OK);
}

// SRV-12: the stored RESP counts too, each time.
TEST(Refusal, RepeatedRespsStayWithinThreeTimes)
{
    ServerBench bench;
    const Bytes init = bench.MakeInit({});
    bench.Inject(init);
    bench.world.Run(10 * MS);
    ASSERT_TRUE(bench.ReadResp());
    size_t received = init.size() + 20;
    for (int i = 0; i < 20; i++)
    {
        bench.Inject(init);
        received += init.size() + 20;
        size_t sent = 0;
        for (const auto& packet : bench.host.sent)
        {
            sent += packet.bytes.size() + 20;
        }
        EXPECT_LE(sent, 3 * received);
    }
}
