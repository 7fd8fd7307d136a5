// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "test-segment.h"

#include <cstdio>

namespace ssttest
{

namespace
{

void
Put16(Bytes& bytes, size_t offset, uint16_t value)
{
    bytes[offset] = static_cast<uint8_t>(value >> 8);
    bytes[offset + 1] = static_cast<uint8_t>(value);
}

size_t
ChecksumOffset(uint8_t protocol)
{
    return protocol == 6 ? 16 : 6;
}

} // namespace

sst::IpAddress
Ip(const std::string& text)
{
    if (text.find(':') != std::string::npos)
    {
        Bytes bytes = FromHex(text);
        return sst::IpAddress::From(bytes.data(), 16);
    }
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    std::sscanf(text.c_str(), "%u.%u.%u.%u", &a, &b, &c, &d);
    uint8_t bytes[4] = {static_cast<uint8_t>(a),
                        static_cast<uint8_t>(b),
                        static_cast<uint8_t>(c),
                        static_cast<uint8_t>(d)};
    return sst::IpAddress::From(bytes, 4);
}

Bytes
AddressBytes(const sst::IpAddress& address)
{
    return Bytes(address.bytes.begin(), address.bytes.begin() + address.length);
}

uint16_t
SlowChecksum(const Bytes& data)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < data.size(); i++)
    {
        sum += i % 2 == 0 ? data[i] * 256u : data[i];
    }
    while (sum > 0xffff)
    {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<uint16_t>(~sum);
}

uint16_t
SlowL4Checksum(uint8_t protocol,
               const sst::IpAddress& source,
               const sst::IpAddress& destination,
               const Bytes& segment)
{
    Bytes pseudo = Concat({AddressBytes(source), AddressBytes(destination)});
    if (source.length == 4)
    {
        pseudo = Concat({pseudo, Bytes{0, protocol}, BigEndian(segment.size(), 2)});
    }
    else
    {
        pseudo = Concat({pseudo, BigEndian(segment.size(), 4), Bytes{0, 0, 0, protocol}});
    }
    return SlowChecksum(Concat({pseudo, segment}));
}

Bytes
WithoutChecksum(uint8_t protocol, const Bytes& segment)
{
    Bytes out = segment;
    Put16(out, ChecksumOffset(protocol), 0);
    return out;
}

Bytes
WithChecksum(uint8_t protocol, const Path& path, const Bytes& segment)
{
    Bytes out = WithoutChecksum(protocol, segment);
    uint16_t sum = SlowL4Checksum(protocol, path.source, path.destination, out);
    // RFC 768: "If the computed checksum is zero, it is transmitted as all ones"
    if (protocol == 17 && sum == 0)
    {
        sum = 0xffff;
    }
    Put16(out, ChecksumOffset(protocol), sum);
    return out;
}

Bytes
Tcp(const Path& path, uint8_t flags, const Bytes& payload, uint32_t sequence, size_t optionWords)
{
    Bytes header = Concat({BigEndian(path.sourcePort, 2),
                           BigEndian(path.destinationPort, 2),
                           BigEndian(sequence, 4),
                           BigEndian(flags & ACK ? 7777 : 0, 4),
                           Bytes{static_cast<uint8_t>((5 + optionWords) << 4), flags},
                           BigEndian(65535, 2),
                           Bytes{0, 0, 0, 0},
                           Bytes(4 * optionWords, 1)});
    return WithChecksum(6, path, Concat({header, payload}));
}

Bytes
Answering(const Path& path, uint8_t flags, uint32_t acknowledgment)
{
    Bytes segment = Tcp(path.Reverse(), flags);
    for (size_t i = 0; i < 4; i++)
    {
        segment[8 + i] = static_cast<uint8_t>(acknowledgment >> (24 - 8 * i));
    }
    return WithChecksum(6, path.Reverse(), segment);
}

Bytes
Udp(const Path& path, const Bytes& payload, bool withChecksum)
{
    Bytes segment = Concat({BigEndian(path.sourcePort, 2),
                            BigEndian(path.destinationPort, 2),
                            BigEndian(8 + payload.size(), 2),
                            Bytes{0, 0},
                            payload});
    return withChecksum ? WithChecksum(17, path, segment) : segment;
}

Bytes
IcmpUnreachable(const Path& path, uint8_t quotedProtocol, const Bytes& quoted)
{
    Bytes from = AddressBytes(path.destination);
    Bytes to = AddressBytes(path.source);
    if (path.source.length == 4)
    {
        Bytes ip = Concat({Bytes{0x45, 0},
                           BigEndian(20 + quoted.size(), 2),
                           Bytes{0, 1, 0x40, 0, 64, quotedProtocol, 0, 0},
                           from,
                           to});
        Put16(ip, 10, SlowChecksum(ip));
        Bytes icmp = Concat({Bytes{3, 3, 0, 0, 0, 0, 0, 0}, ip, quoted});
        Put16(icmp, 2, SlowChecksum(icmp));
        return icmp;
    }
    Bytes ip = Concat(
        {Bytes{0x60, 0, 0, 0}, BigEndian(quoted.size(), 2), Bytes{quotedProtocol, 64}, from, to});
    Bytes icmp = Concat({Bytes{1, 4, 0, 0, 0, 0, 0, 0}, ip, quoted});
    Put16(icmp, 2, SlowL4Checksum(58, path.source, path.destination, icmp));
    return icmp;
}

} // namespace ssttest
