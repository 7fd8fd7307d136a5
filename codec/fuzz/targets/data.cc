// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// DATA with the right key: what is inside, as a peer with the keys could send it. The first bytes
// choose the coverage and what is done; the rest is what gets sealed, or the packet.

#include "fuzz-target.h"
#include "sst/data-packet.h"
#include "sst/segment.h"
#include "sst/wire.h"

#include <algorithm>
#include <sodium.h>

using namespace sst;
using namespace sstfuzz;

namespace
{

const uint8_t KEY[32] = {7};
constexpr uint32_t INDEX = 0x2badcafe;
constexpr uint32_t NUMBER = 77;

const Cipher&
TheCipher()
{
    static const SodiumChaChaPoly cipher;
    return cipher;
}

/// Seals by libsodium's own AEAD.
class PlainSodium : public SodiumChaChaPoly
{
  public:
    void Seal(const uint8_t* key,
              uint64_t nonce,
              const uint8_t* aad,
              size_t aadSize,
              uint8_t* data,
              size_t size,
              uint8_t* tag) const override
    {
        REQUIRE(nonce == NUMBER);
        uint8_t bytes[12] = {};
        bytes[4] = static_cast<uint8_t>(NUMBER);
        crypto_aead_chacha20poly1305_ietf_encrypt_detached(data,
                                                           tag,
                                                           nullptr,
                                                           data,
                                                           size,
                                                           aad,
                                                           aadSize,
                                                           nullptr,
                                                           bytes,
                                                           key);
    }
};

/// Seals `plain` as the sealed part of a packet with everything sealed, whatever it is.
void
SealRaw(const DataContext& context, const uint8_t* plain, size_t size, Buffer& buffer)
{
    const bool narrow = context.coverage != Coverage::SEGMENT;
    const bool shell = context.layout == Layout::U;
    const size_t header = (shell ? wire::DATA_U_SEALED : wire::DATA_SEALED) + (narrow ? 1 : 0);
    uint8_t* packet = buffer.Resize(header + size);
    std::memset(packet, 0, header);
    wire::StoreTypeIndex(packet, wire::Type::DATA, INDEX);
    wire::Store32(packet + wire::DATA_NUMBER, NUMBER);
    if (size > 0)
    {
        std::memcpy(packet + header, plain, size);
    }
    uint8_t aad[11] = {context.protocol, static_cast<uint8_t>(context.layout)};
    std::memcpy(aad + 2, packet, 8);
    aad[10] = 255;
    uint8_t tag[16];
    TheCipher().Seal(KEY, NUMBER, aad, narrow ? 11 : 10, packet + header, size, tag);
    if (narrow)
    {
        packet[header - 1] = 255;
    }
    if (shell)
    {
        std::memcpy(packet + wire::DATA_U_TAG, tag, 16);
    }
    else
    {
        std::memcpy(packet + wire::DATA_TAG_HEAD, tag, 4);
        std::memcpy(packet + wire::DATA_TAG_TAIL, tag + 4, 12);
    }
}

void
OpenWhatWasSealed(const DataContext& context, const uint8_t* plain, size_t size)
{
    static Buffer buffer;
    static std::vector<uint8_t> scratch;
    if (size == 0)
    {
        return; // not IsDataSize
    }
    SealRaw(context, plain, size, buffer);
    DataInfo info;
    const Reason reason = OpenData(context, buffer, info, scratch);
    const uint8_t* last = plain + size;
    while (last > plain && last[-1] == 0)
    {
        --last;
    }
    REQUIRE((reason == Reason::INNER_TYPE) == (last == plain));
    REQUIRE(IsOneOf(reason, Reason::NONE, Reason::INNER_TYPE));
    if (reason != Reason::NONE)
    {
        return;
    }
    const auto segmentSize = static_cast<size_t>(last - plain) - 1;
    REQUIRE(!info.narrow && info.type == last[-1] && info.covered == segmentSize);
    REQUIRE(buffer.Size() == segmentSize);
    REQUIRE(segmentSize == 0 || std::memcmp(buffer.Data(), plain, segmentSize) == 0);
    InnerView view;
    const Reason inner = ParseInner(info.type, buffer.Data(), segmentSize, view);
    REQUIRE(IsOneOf(inner,
                    Reason::NONE,
                    Reason::INNER_TYPE,
                    Reason::INNER_LENGTH,
                    Reason::INNER_CHECKSUM));
    if (inner == Reason::NONE && view.IsTransport())
    {
        REQUIRE(view.segment.headerSize + view.segment.payloadSize == segmentSize);
        REQUIRE(IsChecksumZero(info.type, buffer.Data()));
    }
    if (inner == Reason::NONE && view.IsIcmp())
    {
        REQUIRE(view.quote.portsOffset + 4 <= segmentSize);
    }
}

/// A segment sealed as the codec does comes back as it was; the packet is the one that libsodium's
/// AEAD gives.
void
SealAndOpen(const DataContext& context, size_t padding, const uint8_t* segment, size_t size)
{
    static Buffer buffer;
    static std::vector<uint8_t> scratch;
    SegmentView view;
    const uint8_t type = size > 0 && segment[0] % 2 != 0 ? PROTOCOL_UDP : PROTOCOL_TCP;
    if (ParseSegment(type, segment, size, view) != Reason::NONE)
    {
        return;
    }
    buffer.Assign(segment, size);
    ZeroChecksum(type, buffer.Data());
    static std::vector<uint8_t> zeroed;
    zeroed.assign(buffer.Data(), buffer.Data() + size);
    SealData(context, INDEX, NUMBER, type, view.headerSize, padding, buffer, scratch);
    static const PlainSodium plain;
    static Buffer expected;
    DataContext plainly = context;
    plainly.cipher = &plain;
    expected.Assign(zeroed.data(), zeroed.size());
    SealData(plainly, INDEX, NUMBER, type, view.headerSize, padding, expected, scratch);
    REQUIRE(buffer.Size() == expected.Size() &&
            std::memcmp(buffer.Data(), expected.Data(), expected.Size()) == 0);
    const size_t least = context.layout == Layout::U ? wire::DATA_U_OVERHEAD : wire::DATA_OVERHEAD;
    REQUIRE(buffer.Size() >= size + least && buffer.Size() <= size + least + 1 + padding);
    REQUIRE(wire::TypeOf(buffer.Data()) == wire::Type::DATA);
    REQUIRE(wire::IndexOf(buffer.Data()) == INDEX);
    DataInfo info;
    REQUIRE(OpenData(context, buffer, info, scratch) == Reason::NONE);
    REQUIRE(info.type == type);
    REQUIRE(buffer.Size() == size && std::equal(zeroed.begin(), zeroed.end(), buffer.Data()));
}

/// A packet nobody sealed never opens.
void
OpenForged(const DataContext& context, const uint8_t* packet, size_t size)
{
    static Buffer buffer;
    static std::vector<uint8_t> scratch;
    buffer.Assign(packet, size);
    DataInfo info;
    if (IsDataSize(context.layout, context.coverage, buffer.Data(), size))
    {
        REQUIRE(OpenData(context, buffer, info, scratch) == Reason::DECRYPT);
    }
}

} // namespace

int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < 2)
    {
        return 0;
    }
    const auto coverage = static_cast<Coverage>(data[0] % 3);
    const Layout layout = (data[0] & 0x80) != 0 ? Layout::U : Layout::N;
    const DataContext context{&TheCipher(), KEY, PROTOCOL_TCP, layout, coverage};
    const size_t padding = data[1] % 64;
    data += 2;
    size -= 2;
    switch (data[-2] / 3 % 3)
    {
    case 0:
        OpenWhatWasSealed(context, data, size);
        break;
    case 1:
        SealAndOpen(context, padding, data, size);
        break;
    default:
        OpenForged(context, data, size);
        break;
    }
    return 0;
}
