// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_ICMP_H
#define SST_TEST_ICMP_H

#include "test-bench.h"

namespace ssttest
{

/// The parts of an ICMP error, all of which can be set wrong on purpose.
struct IcmpMessage
{
    uint8_t type{3};        //!< of ICMP
    uint8_t code{1};        //!< of ICMP
    uint32_t rest{0};       //!< bytes 4 to 7
    bool marked{true};      //!< mark of the quoted packet
    sst::IpAddress source;  //!< of the quoted packet
    sst::IpAddress target;  //!< of the quoted packet
    uint8_t protocol{6};    //!< of the quoted packet
    Bytes between;          //!< IPv4 options, or IPv6 extension headers
    uint8_t firstHeader{6}; //!< IPv6: next header of the IP header when there are extensions
    uint16_t fragment{0};   //!< IPv4: fragment offset
    Bytes quoted;           //!< behind the IP header

    /// \return the message, without a checksum: the stack below has looked at it
    Bytes Message() const
    {
        Bytes from(source.bytes.begin(), source.bytes.begin() + source.length);
        Bytes to(target.bytes.begin(), target.bytes.begin() + target.length);
        Bytes ip;
        if (source.length == 4)
        {
            uint16_t flags = static_cast<uint16_t>((marked ? 0xc000 : 0x4000) | fragment);
            ip = Concat({Bytes{static_cast<uint8_t>(0x45 + between.size() / 4), 0},
                         BigEndian(1400, 2),
                         Bytes{0, 1},
                         BigEndian(flags, 2),
                         Bytes{60, protocol, 0, 0},
                         from,
                         to,
                         between});
        }
        else
        {
            uint32_t trafficClass = marked ? 0xac : 0;
            ip = Concat({BigEndian(0x60000000u | trafficClass << 20, 4),
                         BigEndian(1300, 2),
                         Bytes{between.empty() ? protocol : firstHeader, 60},
                         from,
                         to,
                         between});
        }
        return Concat({Bytes{type, code, 0, 0}, BigEndian(rest, 4), ip, quoted});
    }
};

/// A client with an open session, and a router on its path.
struct IcmpBench : ClientBench
{
    bool v6;
    sst::IpAddress router;
    uint8_t icmp; //!< protocol

    explicit IcmpBench(const BenchOptions& options = {})
        : ClientBench(options),
          v6{options.v6},
          router{Ip(v6 ? "2001:0db8:0009:0000:0000:0000:0000:0009" : "192.0.2.9")},
          icmp{static_cast<uint8_t>(v6 ? 58 : 1)}
    {
    }

    /// Sends a segment of the open flow. \return the packet
    Bytes SendSome(uint32_t sequence = 4711)
    {
        Bytes segment = Tcp(FlowPath(), ACK, Bytes(100, 'x'), sequence);
        EXPECT_EQ(Say(host.Send(6, server, segment)), "send none");
        return host.sent.back().bytes;
    }

    /// \return an error about a packet of the client, as a router writes it
    IcmpMessage About(const Bytes& packet, uint8_t type, uint8_t code, uint32_t rest = 0) const
    {
        IcmpMessage error;
        error.type = type;
        error.code = code;
        error.rest = rest;
        error.source = client;
        error.target = server;
        error.quoted = Slice(packet, 0, 8);
        return error;
    }

    /// \return "too big" with a next-hop MTU
    IcmpMessage TooBig(const Bytes& packet, uint32_t mtu) const
    {
        return v6 ? About(packet, 2, 0, mtu) : About(packet, 3, 4, mtu);
    }

    std::string Receive(const Bytes& message)
    {
        return Say(host.Receive({router, client, icmp, false, message, 0}));
    }

    /// Checks that the stack got an error about \p segment, sent by the flow \p path names.
    void ExpectTold(const Path& path,
                    uint8_t protocol,
                    const Bytes& segment,
                    uint8_t type,
                    uint8_t code,
                    uint32_t mtu = 0)
    {
        ASSERT_FALSE(host.received.empty());
        ssttest::Received got = host.received.back();
        ExpectError(got.bytes, path, protocol, segment, type, code, mtu);
        EXPECT_EQ(got.protocol, icmp);
        EXPECT_EQ(got.from, router);
        EXPECT_EQ(v6 ? SlowL4Checksum(58, router, client, got.bytes) : SlowChecksum(got.bytes), 0);
    }

    static void ExpectError(const Bytes& got,
                            const Path& path,
                            uint8_t protocol,
                            const Bytes& segment,
                            uint8_t type,
                            uint8_t code,
                            uint32_t mtu)
    {
        bool v6 = path.source.length == 16;
        ASSERT_EQ(got.size(), 8u + (v6 ? 40 : 20) + 8) << "a header and 8 bytes are quoted";
        EXPECT_EQ(got[0], type);
        EXPECT_EQ(got[1], code);
        EXPECT_EQ(ReadBigEndian(got, 4, 4), mtu);
        Bytes ip = Slice(got, 8, v6 ? 40 : 20);
        Bytes from(path.source.bytes.begin(), path.source.bytes.begin() + path.source.length);
        Bytes to(path.destination.bytes.begin(),
                 path.destination.bytes.begin() + path.destination.length);
        if (v6)
        {
            EXPECT_EQ(ReadBigEndian(ip, 0, 4), 0x60000000u) << "the packet inside is not marked";
            EXPECT_EQ(ReadBigEndian(ip, 4, 2), segment.size());
            EXPECT_EQ(ip[6], protocol);
        }
        else
        {
            EXPECT_EQ(ReadBigEndian(ip, 0, 2), 0x4500u);
            EXPECT_EQ(ReadBigEndian(ip, 2, 2), 20 + segment.size());
            EXPECT_EQ(ReadBigEndian(ip, 6, 2), 0x4000u) << "DF, no mark";
            EXPECT_EQ(ip[9], protocol);
            EXPECT_EQ(SlowChecksum(ip), 0);
        }
        EXPECT_EQ(Slice(ip, v6 ? 8 : 12, from.size()), from);
        EXPECT_EQ(Slice(ip, v6 ? 24 : 16, to.size()), to);
        EXPECT_EQ(ToHex(Slice(got, 8 + ip.size())),
                  ToHex(Slice(WithoutChecksum(protocol, segment), 0, 8)));
    }

    /// \return the MTUs told by events
    std::vector<uint32_t> Mtus() const
    {
        std::vector<uint32_t> out;
        for (const sst::Action& action : host.events)
        {
            if (action.kind == sst::Action::Kind::EVENT &&
                action.event == sst::Action::Event::PATH_MTU)
            {
                EXPECT_EQ(action.index, init->clientIndex);
                EXPECT_TRUE(action.client);
                EXPECT_EQ(action.peer, server);
                out.push_back(action.mtu);
            }
        }
        return out;
    }
};

} // namespace ssttest

#endif // SST_TEST_ICMP_H
