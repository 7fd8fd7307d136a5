/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "sst/data-packet.h"

#include "sst/segment.h"
#include "sst/wire.h"

#include <cstring>

namespace sst
{

namespace
{

constexpr size_t AAD_SIZE = 2 + wire::DATA_AAD_BYTES; //!< outer protocol | layout | bytes 0..7

/// Write the associated data every DATA packet has.
void
WriteAad(const DataContext& context, const uint8_t* packet, uint8_t* aad)
{
    aad[0] = context.protocol;
    aad[1] = static_cast<uint8_t>(context.layout);
    std::memcpy(aad + 2, packet, wire::DATA_AAD_BYTES);
}

/// "AAD = outer protocol | layout | bytes 0..7, and with narrow coverage | n | rest"
void
WriteNarrowAad(const DataContext& context,
               const uint8_t* packet,
               size_t n,
               const uint8_t* rest,
               size_t restSize,
               std::vector<uint8_t>& aad)
{
    aad.resize(AAD_SIZE + 1 + restSize);
    WriteAad(context, packet, aad.data());
    aad[AAD_SIZE] = static_cast<uint8_t>(n);
    if (restSize > 0)
    {
        std::memcpy(aad.data() + AAD_SIZE + 1, rest, restSize);
    }
}

/// @return offset of AEAD(segment | type | 00*), or of n
size_t
SealedAt(Layout layout)
{
    return layout == Layout::U ? wire::DATA_U_SEALED : wire::DATA_SEALED;
}

/// Write the tag: layout N has two places for it.
void
StoreTag(Layout layout, uint8_t* packet, const uint8_t* tag)
{
    if (layout == Layout::U)
    {
        std::memcpy(packet + wire::DATA_U_TAG, tag, wire::TAG_SIZE);
        return;
    }
    std::memcpy(packet + wire::DATA_TAG_HEAD, tag, wire::DATA_TAG_HEAD_SIZE);
    std::memcpy(packet + wire::DATA_TAG_TAIL,
                tag + wire::DATA_TAG_HEAD_SIZE,
                wire::DATA_TAG_TAIL_SIZE);
}

/// Read the tag.
void
LoadTag(Layout layout, const uint8_t* packet, uint8_t* tag)
{
    if (layout == Layout::U)
    {
        std::memcpy(tag, packet + wire::DATA_U_TAG, wire::TAG_SIZE);
        return;
    }
    std::memcpy(tag, packet + wire::DATA_TAG_HEAD, wire::DATA_TAG_HEAD_SIZE);
    std::memcpy(tag + wire::DATA_TAG_HEAD_SIZE,
                packet + wire::DATA_TAG_TAIL,
                wire::DATA_TAG_TAIL_SIZE);
}

/// Write bytes 0..7 and, in layout N, the guard.
void
StoreHeader(Layout layout, uint8_t* packet, uint32_t index, uint32_t number)
{
    wire::StoreTypeIndex(packet, wire::Type::DATA, index);
    wire::Store32(packet + wire::DATA_NUMBER, number);
    // PROTOCOL, Layout U: "DATA without bytes 12, 13."
    if (layout == Layout::N)
    {
        wire::StoreGuard(packet);
    }
}

/// Narrow coverage with n < 255: seal n bytes and the type, leave the rest.
void
SealNarrow(const DataContext& context,
           uint32_t index,
           uint32_t number,
           uint8_t type,
           size_t n,
           Buffer& buffer,
           std::vector<uint8_t>& scratch)
{
    // The type goes between the first n bytes and the rest: the first n bytes move down by one.
    const size_t at = SealedAt(context.layout);
    uint8_t* packet = buffer.Prepend(at + 2);
    uint8_t* sealed = packet + at + 1;
    std::memmove(sealed, sealed + 1, n);
    sealed[n] = type;
    packet[at] = static_cast<uint8_t>(n);
    StoreHeader(context.layout, packet, index, number);
    const uint8_t* rest = sealed + n + 1;
    WriteNarrowAad(context,
                   packet,
                   n,
                   rest,
                   static_cast<size_t>(packet + buffer.Size() - rest),
                   scratch);
    uint8_t tag[wire::TAG_SIZE];
    context.cipher->Seal(context.key, number, scratch.data(), scratch.size(), sealed, n + 1, tag);
    StoreTag(context.layout, packet, tag);
}

/// Open n bytes and the type, put the segment together again.
Reason
OpenNarrow(const DataContext& context,
           Buffer& buffer,
           DataInfo& info,
           std::vector<uint8_t>& scratch)
{
    uint8_t* packet = buffer.Data();
    const size_t at = SealedAt(context.layout);
    const size_t n = packet[at];
    uint8_t* sealed = packet + at + 1;
    const uint8_t* rest = sealed + n + 1;
    WriteNarrowAad(context,
                   packet,
                   n,
                   rest,
                   static_cast<size_t>(packet + buffer.Size() - rest),
                   scratch);
    uint8_t tag[wire::TAG_SIZE];
    LoadTag(context.layout, packet, tag);
    const uint32_t number = wire::Load32(packet + wire::DATA_NUMBER);
    if (!context.cipher
             ->Open(context.key, number, scratch.data(), scratch.size(), sealed, n + 1, tag))
    {
        return Reason::DECRYPT;
    }
    info.narrow = true;
    info.covered = n;
    info.type = sealed[n];
    std::memmove(sealed + 1, sealed, n);
    buffer.TrimFront(at + 2);
    // "n = 255 ... (the only form for types other than 6 and 17)"
    if (info.type != PROTOCOL_TCP && info.type != PROTOCOL_UDP)
    {
        return info.type == 0 ? Reason::INNER_TYPE : Reason::COVERAGE;
    }
    return Reason::NONE;
}

} // namespace

void
SealData(const DataContext& context,
         uint32_t index,
         uint32_t number,
         uint8_t type,
         size_t headerSize,
         size_t padding,
         Buffer& buffer,
         std::vector<uint8_t>& scratch)
{
    const bool narrow = context.coverage != Coverage::SEGMENT;
    if (narrow && (type == PROTOCOL_TCP || type == PROTOCOL_UDP))
    {
        const size_t n =
            context.coverage == Coverage::PORTS ? wire::COVERAGE_PORTS_BYTES : headerSize;
        SealNarrow(context, index, number, type, n, buffer, scratch);
        return;
    }
    uint8_t* tail = buffer.Append(1 + padding);
    tail[0] = type;
    std::memset(tail + 1, 0, padding);
    const size_t size = buffer.Size();
    const size_t outerSize = SealedAt(context.layout) + (narrow ? 1 : 0);
    uint8_t* packet = buffer.Prepend(outerSize);
    StoreHeader(context.layout, packet, index, number);
    uint8_t aad[AAD_SIZE + 1];
    WriteAad(context, packet, aad);
    if (narrow)
    {
        packet[outerSize - 1] = wire::DATA_N_ALL;
        aad[AAD_SIZE] = wire::DATA_N_ALL;
    }
    uint8_t tag[wire::TAG_SIZE];
    context.cipher->Seal(context.key,
                         number,
                         aad,
                         AAD_SIZE + (narrow ? 1 : 0),
                         packet + outerSize,
                         size,
                         tag);
    StoreTag(context.layout, packet, tag);
}

size_t
DataOverhead(Layout layout, bool narrow)
{
    const size_t shell = layout == Layout::U ? wire::UDP_HEADER_SIZE : 0;
    return shell + SealedAt(layout) + (narrow ? 2 : 1);
}

bool
IsDataSize(Layout layout, Coverage coverage, const uint8_t* packet, size_t size)
{
    const size_t at = SealedAt(layout);
    if (coverage == Coverage::SEGMENT)
    {
        return size > at;
    }
    if (size < at + 2)
    {
        return false;
    }
    const size_t n = packet[at];
    return n == wire::DATA_N_ALL || size >= at + 2 + n;
}

Reason
OpenData(const DataContext& context, Buffer& buffer, DataInfo& info, std::vector<uint8_t>& scratch)
{
    uint8_t* packet = buffer.Data();
    const bool narrow = context.coverage != Coverage::SEGMENT;
    const size_t at = SealedAt(context.layout);
    if (narrow && packet[at] != wire::DATA_N_ALL)
    {
        return OpenNarrow(context, buffer, info, scratch);
    }
    const size_t headerSize = at + (narrow ? 1 : 0);
    uint8_t aad[AAD_SIZE + 1];
    WriteAad(context, packet, aad);
    aad[AAD_SIZE] = wire::DATA_N_ALL;
    uint8_t tag[wire::TAG_SIZE];
    LoadTag(context.layout, packet, tag);
    uint8_t* sealed = packet + headerSize;
    const size_t size = buffer.Size() - headerSize;
    if (!context.cipher->Open(context.key,
                              wire::Load32(packet + wire::DATA_NUMBER),
                              aad,
                              AAD_SIZE + (narrow ? 1 : 0),
                              sealed,
                              size,
                              tag))
    {
        return Reason::DECRYPT;
    }
    info.narrow = false;
    size_t segmentSize = 0;
    const Reason reason = SplitInner(sealed, size, info.type, segmentSize);
    info.covered = segmentSize;
    buffer.TrimFront(headerSize);
    buffer.TrimBack(size - segmentSize);
    return reason;
}

} // namespace sst
