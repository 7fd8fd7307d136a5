// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "test-reference.h"

#include <tuple>

namespace ssttest
{

namespace
{

/// "Prologue = "SSTv1" | outer protocol(8) | layout(8: N=0, U=1) | INIT bytes 0..11"
Bytes
Prologue(uint8_t outerProtocol, uint8_t layout, const Bytes& initPacket)
{
    return Concat({FromText("SSTv1"), Bytes{outerProtocol, layout}, Slice(initPacket, 0, 12)});
}

/// \return plaintext padded so that the packet has \p size bytes, 0 for the smallest allowed:
///         "at least 256 bytes, a multiple of 64"
Bytes
Pad(Bytes plaintext, size_t overhead, size_t size)
{
    size_t packet = overhead + plaintext.size();
    if (size == 0)
    {
        size = packet <= 256 ? 256 : (packet + 63) / 64 * 64;
    }
    if (size > packet)
    {
        plaintext.resize(plaintext.size() + size - packet, 0);
    }
    return plaintext;
}

/// Key of the epoch of a packet number: "Epoch of a packet = packet number >> 24".
Bytes
EpochKey(Bytes key, uint32_t number)
{
    for (uint32_t epoch = number >> 24; epoch > 0; epoch--)
    {
        key = Rekey(key);
    }
    return key;
}

Bytes
OptionsLength(int given, const Bytes& options)
{
    return BigEndian(given < 0 ? options.size() : static_cast<size_t>(given), 2);
}

} // namespace

Bytes
PackOptions(const std::map<uint8_t, Bytes>& options)
{
    Bytes out;
    for (const auto& [type, value] : options)
    {
        out = Concat({out, Bytes{type, static_cast<uint8_t>(value.size())}, value});
    }
    return out;
}

std::optional<std::map<uint8_t, Bytes>>
UnpackOptions(const Bytes& options)
{
    std::map<uint8_t, Bytes> out;
    int last = -1;
    for (size_t at = 0; at < options.size();)
    {
        if (at + 2 > options.size() || at + 2 + options[at + 1] > options.size() ||
            options[at] <= last)
        {
            return std::nullopt;
        }
        last = options[at];
        out[options[at]] = Slice(options, at + 2, options[at + 1]);
        at += 2 + options[at + 1];
    }
    return out;
}

Inner
SplitInner(const Bytes& plaintext)
{
    Inner inner;
    size_t end = plaintext.size();
    while (end > 0 && plaintext[end - 1] == 0)
    {
        end--;
    }
    inner.padding = plaintext.size() - end;
    if (end > 0)
    {
        inner.type = plaintext[end - 1];
        inner.segment = Slice(plaintext, 0, end - 1);
    }
    return inner;
}

Bytes
ReferenceSession::SealAs(uint8_t outerProtocol, const ReferenceData& data) const
{
    Bytes head = Concat({BigEndian(data.index, 4), BigEndian(data.number, 4)});
    Bytes aad = Concat({Bytes{outerProtocol, layout}, head});
    Bytes plaintext;
    Bytes n;
    Bytes rest;
    if (data.sealedBytes < 0)
    {
        plaintext = Concat({data.segment, Bytes{data.type}, Bytes(data.padding, 0)});
    }
    else
    {
        n = Bytes{static_cast<uint8_t>(data.sealedBytes)};
        if (data.sealedBytes == 255)
        {
            plaintext = Concat({data.segment, Bytes{data.type}, Bytes(data.padding, 0)});
        }
        else
        {
            plaintext = Concat({Slice(data.segment, 0, data.sealedBytes),
                                Bytes{data.type},
                                Bytes(data.padding, 0)});
            rest = Slice(data.segment, data.sealedBytes);
        }
        aad = Concat({aad, n, rest});
    }
    Bytes sealed = Seal(EpochKey(sendKey, data.number), data.number, aad, plaintext);
    Bytes tag = Slice(sealed, sealed.size() - 16);
    if (layout == 1)
    {
        // "T|index(0) number(4) tag[0..15](8..23) AEAD from 24 (narrow: n at 24)"
        return Concat({head, tag, n, Slice(sealed, 0, sealed.size() - 16), rest});
    }
    return Concat({head,
                   Slice(tag, 0, 4),
                   BigEndian(data.guard, 2),
                   Slice(tag, 4, 12),
                   n,
                   Slice(sealed, 0, sealed.size() - 16),
                   rest});
}

Bytes
ReferenceSession::SealNext(uint8_t outerProtocol,
                           const Bytes& segment,
                           uint8_t type,
                           int sealedBytes)
{
    ReferenceData data;
    data.index = peerIndex;
    data.number = nextNumber++;
    data.segment = segment;
    data.type = type;
    data.sealedBytes = narrow ? sealedBytes : -1;
    return SealAs(outerProtocol, data);
}

std::optional<ReferenceSession::Opened>
ReferenceSession::OpenPacket(uint8_t outerProtocol, const Bytes& packet) const
{
    size_t start = layout == 1 ? 24 : 26;
    size_t header = narrow ? start + 1 : start;
    if (packet.size() < header + 1 || ReadBigEndian(packet, 0, 4) != ownIndex)
    {
        return std::nullopt;
    }
    Opened opened{};
    opened.number = static_cast<uint32_t>(ReadBigEndian(packet, 4, 4));
    opened.sealedBytes = narrow ? packet[start] : -1;
    Bytes aad = Concat({Bytes{outerProtocol, layout}, Slice(packet, 0, 8)});
    Bytes sealed = Slice(packet, header);
    Bytes rest;
    if (narrow)
    {
        if (opened.sealedBytes < 255)
        {
            rest = Slice(sealed, opened.sealedBytes + 1);
            sealed = Slice(sealed, 0, opened.sealedBytes + 1);
        }
        aad = Concat({aad, Bytes{packet[start]}, rest});
    }
    Bytes tag =
        layout == 1 ? Slice(packet, 8, 16) : Concat({Slice(packet, 8, 4), Slice(packet, 14, 12)});
    std::optional<Bytes> plaintext =
        Open(EpochKey(receiveKey, opened.number), opened.number, aad, Concat({sealed, tag}));
    if (!plaintext)
    {
        return std::nullopt;
    }
    opened.inner = SplitInner(*plaintext);
    opened.inner.segment = Concat({opened.inner.segment, rest});
    return opened;
}

ReferenceClient::ReferenceClient(const Bytes& serverKey, const Bytes& ephemeral)
    : m_serverKey{serverKey},
      m_ephemeral{ephemeral}
{
}

Bytes
ReferenceClient::Init(const ReferenceInit& init)
{
    Bytes head = Concat({BigEndian(0x40000000u | init.clientIndex, 4),
                         Bytes{init.version, init.suite, init.keyId, init.reserved7},
                         BigEndian(init.reserved8, 4),
                         BigEndian(init.guard, 2),
                         BigEndian(init.reserved14, 2),
                         init.token});
    Bytes plaintext = Concat({BigEndian(init.timeMs, 8),
                              OptionsLength(init.optionsLength, init.options),
                              init.options,
                              init.segment,
                              Bytes{init.type}});
    plaintext = Pad(plaintext, 64 + 16, init.size);
    m_outer = init.outerProtocol;
    m_layout = init.layout;
    m_index = init.clientIndex;
    m_noise = ReferenceNoise::Initiator(Prologue(init.outerProtocol, init.layout, head),
                                        m_serverKey,
                                        m_ephemeral);
    return Concat({head, m_noise->Write(plaintext).value_or(Bytes{})});
}

std::optional<ReferenceResp>
ReferenceClient::ReadResp(uint8_t outerProtocol, const Bytes& packet)
{
    if (packet.size() < 256 || packet.size() % 64 != 0 ||
        ReadBigEndian(packet, 0, 4) != (0x80000000u | m_index))
    {
        return std::nullopt;
    }
    ReferenceResp resp;
    resp.outerProtocol = outerProtocol;
    resp.clientIndex = m_index;
    resp.topBits = packet[4] >> 6;
    resp.serverIndex = ReadBigEndian(packet, 4, 4) & 0x3fffffff;
    resp.reserved8 = static_cast<uint32_t>(ReadBigEndian(packet, 8, 4));
    resp.guard = static_cast<uint16_t>(ReadBigEndian(packet, 12, 2));
    resp.reserved14 = static_cast<uint16_t>(ReadBigEndian(packet, 14, 2));
    ReferenceNoise noise = *m_noise;
    std::optional<Bytes> plaintext = noise.Read(Slice(packet, 16));
    if (!plaintext || plaintext->size() < 12)
    {
        return std::nullopt;
    }
    resp.status = plaintext->at(0);
    resp.timeMs = ReadBigEndian(*plaintext, 1, 8);
    size_t length = ReadBigEndian(*plaintext, 9, 2);
    resp.rawOptions = Slice(*plaintext, 11, length);
    auto options = UnpackOptions(resp.rawOptions);
    if (!options)
    {
        return std::nullopt;
    }
    resp.options = *options;
    Inner inner = SplitInner(Slice(*plaintext, 11 + length));
    resp.segment = inner.segment;
    resp.type = inner.type;
    resp.size = packet.size();
    std::tie(m_session.sendKey, m_session.receiveKey) = noise.Split();
    m_session.ownIndex = m_index;
    m_session.layout = m_layout;
    m_session.peerIndex = resp.serverIndex;
    m_session.narrow = resp.options.count(3) && resp.options.at(3) != Bytes{0};
    return resp;
}

ReferenceServer::ReferenceServer(const Bytes& staticSecret, const Bytes& ephemeral)
    : m_static{staticSecret},
      m_ephemeral{ephemeral}
{
}

std::optional<ReferenceInit>
ReferenceServer::ReadInit(uint8_t outerProtocol, const Bytes& packet, uint8_t layout)
{
    if (packet.size() < 256 || packet.size() % 64 != 0 || packet[0] >> 6 != 1)
    {
        return std::nullopt;
    }
    ReferenceInit init;
    init.outerProtocol = outerProtocol;
    init.layout = layout;
    init.clientIndex = ReadBigEndian(packet, 0, 4) & 0x3fffffff;
    init.version = packet[4];
    init.suite = packet[5];
    init.keyId = packet[6];
    init.reserved7 = packet[7];
    init.reserved8 = static_cast<uint32_t>(ReadBigEndian(packet, 8, 4));
    init.guard = static_cast<uint16_t>(ReadBigEndian(packet, 12, 2));
    init.reserved14 = static_cast<uint16_t>(ReadBigEndian(packet, 14, 2));
    init.token = Slice(packet, 16, 16);
    ReferenceNoise noise =
        ReferenceNoise::Responder(Prologue(outerProtocol, layout, packet), m_static, m_ephemeral);
    std::optional<Bytes> plaintext = noise.Read(Slice(packet, 32));
    if (!plaintext || plaintext->size() < 11)
    {
        return std::nullopt;
    }
    init.timeMs = ReadBigEndian(*plaintext, 0, 8);
    size_t length = ReadBigEndian(*plaintext, 8, 2);
    init.options = Slice(*plaintext, 10, length);
    Inner inner = SplitInner(Slice(*plaintext, 10 + length));
    init.segment = inner.segment;
    init.type = inner.type;
    init.size = packet.size();
    m_noise = noise;
    m_clientIndex = init.clientIndex;
    m_layout = layout;
    return init;
}

Bytes
ReferenceServer::Resp(ReferenceResp resp)
{
    Bytes options = resp.rawOptions;
    if (options.empty())
    {
        resp.options.emplace(1, resetToken);
        resp.options.emplace(5, BigEndian(resp.serverIndex, 4));
        options = PackOptions(resp.options);
    }
    Bytes head = Concat({BigEndian(0x80000000u | m_clientIndex, 4),
                         BigEndian(uint32_t{resp.topBits} << 30 | resp.serverIndex, 4),
                         BigEndian(resp.reserved8, 4),
                         BigEndian(resp.guard, 2),
                         BigEndian(resp.reserved14, 2)});
    Bytes plaintext = Concat({Bytes{resp.status},
                              BigEndian(resp.timeMs, 8),
                              OptionsLength(resp.optionsLength, options),
                              options,
                              resp.segment,
                              Bytes{resp.type}});
    plaintext = Pad(plaintext, 48 + 16, resp.size);
    ReferenceNoise noise = *m_noise;
    Bytes message = noise.Write(plaintext).value_or(Bytes{});
    std::tie(m_session.receiveKey, m_session.sendKey) = noise.Split();
    m_session.ownIndex = resp.serverIndex;
    m_session.layout = m_layout;
    m_session.peerIndex = m_clientIndex;
    m_session.narrow = resp.options.count(3) && resp.options.at(3) != Bytes{0};
    return Concat({head, message});
}

Bytes
InShell(const Path& path, const Bytes& packet)
{
    return Udp(path, packet);
}

std::optional<Bytes>
OutOfShell(const Path& path, const Bytes& datagram)
{
    if (datagram.size() < 8)
    {
        return std::nullopt;
    }
    Bytes content = Slice(datagram, 8);
    return datagram == Udp(path, content) ? std::optional<Bytes>(content) : std::nullopt;
}

Bytes
ReferenceRetryToken(const Bytes& secret, const Bytes& client, uint8_t keyId, uint64_t slot)
{
    return Slice(HmacSha256(secret, Concat({client, Bytes{keyId}, BigEndian(slot, 8)})), 0, 16);
}

Bytes
ReferenceResetToken(const Bytes& staticSecret, uint32_t serverIndex, const Bytes& peer)
{
    Bytes key = HmacSha256(staticSecret, FromText("SSTv1 reset"));
    return Slice(HmacSha256(key, Concat({BigEndian(serverIndex, 4), peer})), 0, 16);
}

Bytes
ReferenceRetry(const Bytes& initPacket, const Bytes& serverKey, const Bytes& token)
{
    // "4 version=1 | sub | 0(16)", "mac = HMAC(server public key, "SSTv1 retry" | RETRY bytes 0..15
    // | token | e)"
    Bytes head = Concat({BigEndian(0xc0000000u | (ReadBigEndian(initPacket, 0, 4) & 0x3fffffff), 4),
                         Bytes{1, 1, 0, 0},
                         BigEndian(0, 4),
                         BigEndian(0x50100000u, 4)});
    Bytes mac =
        HmacSha256(serverKey,
                   Concat({FromText("SSTv1 retry"), head, token, Slice(initPacket, 32, 32)}));
    return Concat({head, token, Slice(mac, 0, 16)});
}

Bytes
ReferenceReset(uint32_t index, const Bytes& token)
{
    return Concat({BigEndian(0xc0000000u | index, 4),
                   Bytes{1, 2, 0, 0},
                   BigEndian(0, 4),
                   BigEndian(0x50100000u, 4),
                   token});
}

} // namespace ssttest
