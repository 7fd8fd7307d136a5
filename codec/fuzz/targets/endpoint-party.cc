// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "endpoint-party.h"

#include "../../test/splitmix.h"
#include "sst/segment.h"
#include "sst/wire.h"

#include <algorithm>

using namespace sst;

namespace sstfuzz
{

namespace
{

constexpr uint8_t MAGIC[] = {'C', 'l', 'e', 'a', 'r', '-', 't', 'e', 'x', 't'};
constexpr size_t MAX_PAYLOAD = 255;

/// FNV-1a
SST_UNGUIDED uint64_t
Mix(uint64_t sum, const uint8_t* data, size_t size)
{
    for (size_t i = 0; i < size; i++)
    {
        sum = (sum ^ data[i]) * 0x100000001b3ULL;
    }
    return sum;
}

/// Of a TCP or UDP segment behind its source port, without its checksum.
uint64_t
SegmentDigest(uint8_t protocol, const uint8_t* data, size_t size)
{
    const size_t checksum = protocol == PROTOCOL_TCP ? 16 : 6;
    uint64_t sum = Mix(0xcbf29ce484222325ULL, &protocol, 1);
    sum = Mix(sum, data + 2, checksum - 2);
    return Mix(sum, data + checksum + 2, size - checksum - 2);
}

EndpointConfig
SmallConfig(uint8_t id)
{
    EndpointConfig config;
    config.allowNarrowCoverage = true;
    config.acceptUnmarkedInit = id == 2;
    config.udpPort = id != 0 ? 4433 : 0;
    config.maxHalfOpen = 3;
    config.maxHalfOpenValidated = 5;
    config.siteHalfOpen = 3;
    config.initRate = 20;
    config.siteInitRate = 4;
    config.resetRate = 3;
    config.limitBuckets = 8;
    config.icmpRing = 8;
    config.maxPins = 2;
    config.maxSessions = 8;
    config.maxFlowsPerSession = 5;
    config.maxFlows = 160; // a sixteenth for one peer
    config.maxTombstones = 4;
    config.maxKeyAnswers = 3;
    config.maxReplayEntries = 16;
    config.maxQueuePackets = 3;
    config.maxQueueBytes = 600;
    if (id == 2)
    {
        config.padding.mode = Padding::Mode::MULTIPLE;
        config.padding.multiple = 64;
    }
    return config;
}

} // namespace

IpAddress
AddressOf(uint8_t id, bool v6)
{
    std::array<uint8_t, 16> bytes{0x20, 0x01, 0x0d, 0xb8};
    bytes[v6 ? 7 : 3] = static_cast<uint8_t>(id + 1);
    if (!v6)
    {
        bytes[0] = 10;
    }
    return IpAddress::From(bytes.data(), v6 ? 16 : 4);
}

void
WirePacket::Cut(size_t count)
{
    size = static_cast<uint16_t>(size > count ? size - count : 0);
}

void
WirePacket::Change(size_t at, uint8_t by)
{
    if (size > 0)
    {
        bytes[at % size] ^= by;
    }
}

SST_UNGUIDED void
SealBook::Write(const uint8_t* key, uint64_t nonce)
{
    Line* const lines = Lines();
    if (m_count + 1 >= CAPACITY)
    {
        return;
    }
    uint64_t hash;
    std::memcpy(&hash, key, sizeof hash);
    hash = (hash ^ nonce) * 0x9e3779b97f4a7c15ULL;
    for (size_t at = hash >> 54;; at = (at + 1) % CAPACITY)
    {
        if (m_slots[at] == 0)
        {
            Line& line = lines[m_count];
            std::memcpy(line.key, key, sizeof line.key);
            line.nonce = nonce;
            m_slots[at] = static_cast<uint16_t>(++m_count);
            return;
        }
        const Line& line = lines[m_slots[at] - 1U];
        REQUIRE(line.nonce != nonce || std::memcmp(line.key, key, sizeof line.key) != 0);
    }
}

SealBook::Line*
SealBook::Lines()
{
    static Line lines[CAPACITY];
    return lines;
}

WirePacket*
Wire::Slots()
{
    static WirePacket slots[CAPACITY];
    return slots;
}

void
Wire::Put(const WirePacket& packet)
{
    WirePacket& slot = Slots()[m_count % CAPACITY];
    std::memcpy(&slot, &packet, offsetof(WirePacket, bytes) + packet.size);
    m_count++;
}

/// libsodium's AEAD; every seal is written down. REKEY is the one use of a number that repeats.
class Party::WatchedCipher : public SodiumChaChaPoly
{
  public:
    explicit WatchedCipher(SealBook& book)
        : m_book{book}
    {
    }

    void Seal(const uint8_t* key,
              uint64_t nonce,
              const uint8_t* aad,
              size_t aadSize,
              uint8_t* data,
              size_t size,
              uint8_t* tag) const override
    {
        if (nonce != UINT64_MAX)
        {
            m_book.Write(key, nonce);
        }
        SodiumChaChaPoly::Seal(key, nonce, aad, aadSize, data, size, tag);
    }

  private:
    SealBook& m_book;
};

Party::Party(Wire& wire, uint8_t id, bool v6, const Clock& clock)
    : m_wire{wire},
      m_id{id},
      m_v6{v6},
      m_clock{clock},
      m_random{std::make_unique<ssttest::SplitMixRandom>((uint64_t{id} + 1) << 32)},
      m_endpoint{std::make_unique<Endpoint>(SmallConfig(id),
                                            *m_random,
                                            std::make_shared<WatchedCipher>(wire.seals))}
{
    m_kept.reserve(FLOWS);
    m_kept.emplace_back();
    m_endpoint->usesInClear = [this](const FlowKey& flow, const IpAddress&) {
        const size_t slot = SlotOf(flow);
        return slot < FLOWS && m_clear[slot];
    };
}

Party::~Party() = default;

KeyEntry
Party::Serve(uint8_t keyId, uint8_t flags)
{
    KeyPair pair = GenerateKeyPair(*m_random, keyId, flags, m_clock);
    m_serves = m_endpoint->AddServerKey(pair, m_clock);
    m_keyId = keyId;
    KeyEntry entry;
    entry.keyId = keyId;
    entry.flags = flags;
    entry.publicKey = pair.publicKey;
    Finish();
    return entry;
}

void
Party::Retire()
{
    REQUIRE(m_endpoint->RemoveServerKey(m_keyId) == m_serves);
    m_serves = false;
    Finish();
}

void
Party::Learn(uint8_t server, KeyAnswer answer, const std::vector<KeyEntry>& entries)
{
    m_endpoint->ProvideKeys("s", AddressOf(server, m_v6), answer, entries, m_clock, 4433);
    Finish();
}

size_t
Party::SlotOf(const FlowKey& flow) const
{
    const bool back = flow.localPort == 443;
    const uint16_t port = back ? flow.peerPort : flow.localPort;
    if (port < 1000 || port > 1003)
    {
        return FLOWS; // a port given by translation
    }
    const bool second = flow.peer == AddressOf(static_cast<uint8_t>((m_id + 2) % 3), m_v6);
    return (flow.protocol == PROTOCOL_UDP ? 1U : 0U) | (back ? 2U : 0U) | (second ? 4U : 0U) |
           (static_cast<size_t>(port - 1000) << 3);
}

void
Party::Send(const FlowKey& flow, uint8_t flags, size_t payload, const Request* request)
{
    const uint64_t cookie = ++m_cookie;
    if (cookie >= COOKIES)
    {
        return;
    }
    const bool tcp = flow.protocol == PROTOCOL_TCP;
    const bool syn = tcp && (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    payload = std::min(payload, MAX_PAYLOAD);
    payload = syn ? 0 : payload + sizeof MAGIC;
    const size_t header = tcp ? 20 : 8;
    uint8_t* segment = m_buffer.Resize(header + payload);
    std::memset(segment, 0, header + payload);
    wire::Store16(segment, flow.localPort);
    wire::Store16(segment + 2, flow.peerPort);
    if (tcp)
    {
        // A SYN of the same flow is a repeated one; everything else is different each time.
        wire::Store32(segment + 4, syn ? flags : static_cast<uint32_t>(m_id << 16 | cookie));
        segment[12] = 0x50;
        segment[13] = flags;
    }
    else
    {
        wire::Store16(segment + 4, static_cast<uint16_t>(header + payload));
    }
    if (payload > 0)
    {
        std::memcpy(segment + header, MAGIC, sizeof MAGIC);
        std::memset(segment + header + sizeof MAGIC,
                    static_cast<int>(m_id << 6 ^ cookie),
                    payload - sizeof MAGIC);
    }
    if (request != nullptr && request->coverage != Coverage::SEGMENT)
    {
        m_wire.narrow = true;
    }
    // A datagram is told from others by its length and filling only: it may repeat as such.
    m_wire.sent.push_back(
        {SegmentDigest(flow.protocol, segment, m_buffer.Size()), m_id, syn || !tcp, 0});

    const IpAddress peer = flow.peer;
    const FlowState before = m_endpoint->FindFlow(flow).state;
    const bool require = request != nullptr && request->policy == Policy::REQUIRE;
    Meta meta;
    meta.protocol = flow.protocol;
    meta.local = AddressOf(m_id, m_v6);
    meta.peer = peer;
    meta.mtu = (flags & 0x20) != 0 ? 1500 : 0;
    meta.cookie = cookie;
    const size_t slot = SlotOf(flow);
    const bool concerned = m_endpoint->MayConcern(flow);
    const Verdict verdict = m_endpoint->Egress(meta, request, m_buffer, m_clock);
    REQUIRE(verdict.reason < static_cast<Reason>(REASON_COUNT));
    REQUIRE(concerned || (request != nullptr && request->policy != Policy::OFF) ||
            verdict.outcome == Outcome::PASS);
    m_kept.push_back({Cookie::NONE, !require, flow});
    switch (verdict.outcome)
    {
    case Outcome::PASS: {
        // "Egress: bound or asked for: sealed or dropped with a reason; never clear". A datagram
        // flow ends 300 s after its last packet.
        const bool live = tcp || (m_sealedNs[slot] != 0 &&
                                  m_clock.monotonicNs - m_sealedNs[slot] < 290 * NS_PER_S);
        // The stack may open a new connection on the tuple of one that was closing: a new flow.
        const bool anew = syn && request != nullptr && !require;
        REQUIRE(before != FlowState::SST || !live || anew);
        REQUIRE(before != FlowState::WAITING || !require);
        m_clear[slot] = true;
        Emit(peer, flow.protocol, false, m_buffer);
        break;
    }
    case Outcome::SEND:
        m_sealedNs[slot] = m_clock.monotonicNs;
        Emit(peer, verdict.protocol, verdict.mark, m_buffer);
        break;
    case Outcome::WAIT:
        m_kept.back().state = Cookie::OPEN;
        break;
    case Outcome::CONSUMED:
        break;
    case Outcome::DROP:
        REQUIRE(verdict.reason != Reason::NONE);
        break;
    default:
        REQUIRE(!"Egress said DELIVER");
    }
    Finish();
}

void
Party::Receive(const WirePacket& packet)
{
    Meta meta;
    meta.protocol = packet.protocol;
    meta.local = AddressOf(m_id, m_v6);
    meta.peer = AddressOf(packet.from, m_v6);
    meta.marked = packet.marked;
    m_buffer.Assign(packet.bytes, packet.size);
    const bool may = m_endpoint->MayConcern(meta, packet.bytes, packet.size);
    const Verdict verdict = m_endpoint->Ingress(meta, m_buffer, m_clock);
    REQUIRE(verdict.reason < static_cast<Reason>(REASON_COUNT));
    REQUIRE(may || packet.marked || verdict.outcome == Outcome::PASS);
    switch (verdict.outcome)
    {
    case Outcome::PASS:
        REQUIRE(m_buffer.Size() == packet.size &&
                std::memcmp(m_buffer.Data(), packet.bytes, packet.size) == 0);
        break;
    case Outcome::DELIVER:
        CheckDelivered(verdict, m_buffer);
        break;
    case Outcome::CONSUMED:
        break;
    case Outcome::DROP:
        REQUIRE(verdict.reason != Reason::NONE);
        break;
    default:
        REQUIRE(!"Ingress said SEND or WAIT");
    }
    Finish();
}

void
Party::CheckDelivered(const Verdict& verdict, const Buffer& buffer)
{
    if (verdict.protocol != PROTOCOL_TCP && verdict.protocol != PROTOCOL_UDP)
    {
        REQUIRE(verdict.protocol == (m_v6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP));
        return;
    }
    SegmentView view;
    REQUIRE(ParseSegment(verdict.protocol, buffer.Data(), buffer.Size(), view) == Reason::NONE);
    const uint64_t digest = SegmentDigest(verdict.protocol, buffer.Data(), buffer.Size());
    size_t sent = 0;
    Wire::Sent* least = nullptr;
    for (Wire::Sent& line : m_wire.sent)
    {
        if (line.digest == digest && line.from != m_id)
        {
            sent++;
            least = least == nullptr || line.delivered < least->delivered ? &line : least;
        }
    }
    REQUIRE(sent > 0);
    REQUIRE(least->delivered == 0 || least->mayRepeat);
    least->delivered++;
}

void
Party::Abandon(const FlowKey& flow)
{
    m_endpoint->Abandon(flow, m_clock);
    Finish();
}

void
Party::Skip(uint32_t number)
{
    (void)m_endpoint->SkipNumbers(m_index, number);
    Finish();
}

void
Party::Dummy(size_t size)
{
    const Reason reason = m_endpoint->SendDummy(m_index, size % 1700, m_clock);
    REQUIRE(IsOneOf(reason,
                    Reason::NONE,
                    Reason::UNKNOWN_INDEX,
                    Reason::LENGTH,
                    Reason::NUMBER_EXHAUSTED,
                    Reason::AMPLIFICATION));
    Finish();
}

void
Party::Tick()
{
    m_endpoint->Tick(m_clock);
    REQUIRE(m_endpoint->NextDeadlineNs() > m_clock.monotonicNs);
    Finish();
}

void
Party::RequireAtRest() const
{
    for (const Kept& kept : m_kept)
    {
        REQUIRE(kept.state != Cookie::OPEN);
    }
    REQUIRE(m_endpoint->HalfOpenCount() == 0);
    REQUIRE(m_endpoint->NextDeadlineNs() == UINT64_MAX);
}

void
Party::Drain()
{
    while (m_endpoint->Poll(m_action))
    {
        REQUIRE(m_action.reason < static_cast<Reason>(REASON_COUNT));
        switch (m_action.kind)
        {
        case Action::Kind::SEND:
            REQUIRE(m_action.local == AddressOf(m_id, m_v6));
            Emit(m_action.peer, m_action.protocol, m_action.mark, m_action.bytes);
            REQUIRE(m_action.mark || m_action.protocol == PROTOCOL_UDP);
            if (m_action.cookie != 0 && m_action.done)
            {
                End(m_action.cookie);
            }
            break;
        case Action::Kind::PASS:
            REQUIRE(m_action.cookie < m_kept.size() && m_kept[m_action.cookie].mayPass);
            m_clear[SlotOf(m_kept[m_action.cookie].flow)] = true;
            End(m_action.cookie);
            break;
        case Action::Kind::DROP:
            REQUIRE(m_action.reason != Reason::NONE);
            End(m_action.cookie);
            break;
        case Action::Kind::RELEASE:
            End(m_action.cookie);
            break;
        case Action::Kind::RESOLVE:
            REQUIRE(m_action.name == "s");
            break;
        case Action::Kind::EVENT:
            REQUIRE(m_action.event != Action::Event::NONE);
            if (m_action.event == Action::Event::SESSION_UP)
            {
                m_index = m_action.index;
            }
            break;
        }
    }
}

void
Party::End(uint64_t cookie)
{
    REQUIRE(cookie < m_kept.size() && m_kept[cookie].state == Cookie::OPEN);
    m_kept[cookie].state = Cookie::ENDED;
}

void
Party::Emit(const IpAddress& peer, uint8_t protocol, bool marked, const Buffer& buffer)
{
    if (buffer.Size() > WirePacket::CAPACITY)
    {
        return;
    }
    if (marked && !m_wire.narrow)
    {
        REQUIRE(memmem(buffer.Data(), buffer.Size(), MAGIC, sizeof MAGIC) == nullptr);
    }
    static WirePacket packet;
    packet.from = m_id;
    packet.to = 3;
    for (uint8_t id = 0; id < 3; id++)
    {
        packet.to = peer == AddressOf(id, m_v6) ? id : packet.to;
    }
    packet.protocol = protocol;
    packet.marked = marked;
    packet.size = static_cast<uint16_t>(buffer.Size());
    std::memcpy(packet.bytes, buffer.Data(), buffer.Size());
    m_wire.Put(packet);
}

void
Party::CheckBounds() const
{
    const EndpointConfig& config = m_endpoint->Config();
    REQUIRE(m_endpoint->SessionCount() <= config.maxSessions);
    REQUIRE(m_endpoint->HalfOpenCount() <= config.maxHalfOpenValidated);
    REQUIRE(m_endpoint->FlowCount() <= config.maxFlows);
}

void
Party::Finish()
{
    Drain();
    CheckBounds();
}

} // namespace sstfuzz
