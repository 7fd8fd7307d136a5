/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-dns-mutator.h"

#include "sst-dns-samples.h"

#include "ns3/sst-dns-message.h"
#include "ns3/sst-svc-params.h"
#include "ns3/sst-svcb.h"

#include <algorithm>
#include <cstring>
#include <memory>

using namespace ns3;

namespace
{

/// A copy with nothing behind its end, so that a read past it is seen by the tools that look.
class Exact
{
  public:
    /**
     * @param bytes what to copy
     */
    explicit Exact(const std::vector<uint8_t>& bytes)
        : m_data(new uint8_t[bytes.size()])
    {
        if (!bytes.empty())
        {
            std::memcpy(m_data.get(), bytes.data(), bytes.size());
        }
    }

    /**
     * @return the copy
     */
    const uint8_t* Get() const
    {
        return m_data.get();
    }

  private:
    std::unique_ptr<uint8_t[]> m_data; //!< the copy
};

/**
 * @param bytes data of a record
 * @return the same with ASCII letters in lower case: compression may borrow a name of other case
 */
std::vector<uint8_t>
Lower(std::vector<uint8_t> bytes)
{
    std::transform(bytes.begin(), bytes.end(), bytes.begin(), [](uint8_t byte) {
        return byte >= 'A' && byte <= 'Z' ? static_cast<uint8_t>(byte - 'A' + 'a') : byte;
    });
    return bytes;
}

/**
 * @param a a section
 * @param b a section
 * @return whether their records are the same
 */
bool
Same(const std::vector<SstDnsRecord>& a, const std::vector<SstDnsRecord>& b)
{
    return std::equal(a.begin(),
                      a.end(),
                      b.begin(),
                      b.end(),
                      [](const SstDnsRecord& x, const SstDnsRecord& y) {
                          return x.name == y.name && x.type == y.type && x.klass == y.klass &&
                                 x.ttl == y.ttl && Lower(x.rdata) == Lower(y.rdata);
                      });
}

} // namespace

SstDnsMutator::SstDnsMutator(uint64_t seed)
    : m_random(seed)
{
    for (const char* hex : SstDnsSamples::MESSAGES)
    {
        m_messages.push_back(SstDnsSamples::Bytes(hex));
    }
    m_svcbs.push_back(SstDnsSamples::Bytes(SstDnsSamples::SVCB_RDATA));
    m_svcbs.push_back(SstDnsSamples::Bytes(SstDnsSamples::SVCB_GENERIC_RDATA));
    // mandatory=key65280, alpn=h2, port=443, key65280 of one byte
    m_svcbs.push_back(SstDnsSamples::Bytes("000100"
                                           "00000002ff00"
                                           "00010003026832"
                                           "0003000201bb"
                                           "ff00000100"));
}

size_t
SstDnsMutator::Below(size_t bound)
{
    return m_random() % bound;
}

void
SstDnsMutator::Mutate(std::vector<uint8_t>& bytes)
{
    static constexpr uint8_t EDGES[] = {0x00, 0x01, 0x0c, 0x3f, 0x40, 0x7f, 0x80, 0xbf, 0xc0, 0xff};
    for (size_t times = 1 + Below(4); times > 0; times--)
    {
        if (bytes.empty())
        {
            bytes.push_back(static_cast<uint8_t>(m_random()));
        }
        const size_t at = Below(bytes.size());
        const auto offset = bytes.begin() + static_cast<long>(at);
        switch (Below(9))
        {
        case 0:
            bytes[at] ^= static_cast<uint8_t>(1 << Below(8));
            break;
        case 1:
            bytes[at] = static_cast<uint8_t>(m_random());
            break;
        case 2:
            bytes[at] = EDGES[Below(sizeof(EDGES))];
            break;
        case 3:
            bytes.resize(at);
            break;
        case 4:
            bytes.insert(offset, 1 + Below(64), static_cast<uint8_t>(m_random()));
            break;
        case 5:
            bytes.erase(offset, offset + static_cast<long>(1 + Below(bytes.size() - at)));
            break;
        case 6: {
            // a part of the message again, elsewhere
            const size_t length = 1 + Below(bytes.size() - at);
            const std::vector<uint8_t> part(offset, offset + static_cast<long>(length));
            bytes.insert(bytes.begin() + static_cast<long>(Below(bytes.size() + 1)),
                         part.begin(),
                         part.end());
            break;
        }
        case 7: {
            // a compression pointer to anywhere
            bytes[at] = static_cast<uint8_t>(0xc0 | Below(2));
            if (at + 1 < bytes.size())
            {
                bytes[at + 1] = static_cast<uint8_t>(Below(bytes.size()));
            }
            break;
        }
        case 8: {
            // a part of another message
            const auto& other = m_messages[Below(m_messages.size())];
            const size_t from = Below(other.size());
            bytes.insert(offset, other.begin() + static_cast<long>(from), other.end());
            break;
        }
        }
    }
    if (bytes.size() > 4096)
    {
        bytes.resize(4096);
    }
}

void
SstDnsMutator::Step()
{
    std::vector<uint8_t> bytes;
    const size_t kind = Below(16);
    if (kind < 2)
    {
        bytes.resize(Below(kind == 0 ? 64 : 1500));
        std::generate(bytes.begin(), bytes.end(), [this]() {
            return static_cast<uint8_t>(m_random());
        });
        TryMessage(bytes);
        TrySvcb(bytes);
        TrySvcParams(bytes);
    }
    else if (kind < 4)
    {
        // small numbers, so that lengths and counts often fit
        bytes.resize(Below(64));
        std::generate(bytes.begin(), bytes.end(), [this]() {
            return static_cast<uint8_t>(Below(5));
        });
        TryMessage(bytes);
        TrySvcb(bytes);
        TrySvcParams(bytes);
    }
    else if (kind < 7)
    {
        bytes = m_svcbs[Below(m_svcbs.size())];
        Mutate(bytes);
        TrySvcb(bytes);
        bytes.erase(bytes.begin(),
                    bytes.begin() + static_cast<long>(std::min<size_t>(bytes.size(), 3)));
        TrySvcParams(bytes);
    }
    else
    {
        TryMessage(MakeMessage());
    }
}

std::vector<uint8_t>
SstDnsMutator::MakeMessage()
{
    std::vector<uint8_t> bytes = m_messages[Below(m_messages.size())];
    Mutate(bytes);
    return bytes;
}

void
SstDnsMutator::TryMessage(const std::vector<uint8_t>& bytes)
{
    const Exact exact(bytes);
    SstDnsMessage message;
    const SstDnsError error = SstDnsMessage::Parse(exact.Get(), bytes.size(), message);
    m_outcomes[std::string("message: ") + ToString(error)]++;
    if (error != SstDnsError::NONE)
    {
        return;
    }
    for (const auto* section : {&message.answers, &message.authorities, &message.additionals})
    {
        for (const auto& record : *section)
        {
            Check(record.type != SstDns::A || record.rdata.size() == 4, "size of A", bytes);
            Check(record.type != SstDns::AAAA || record.rdata.size() == 16, "size of AAAA", bytes);
            if (record.type == SstDns::SVCB)
            {
                TrySvcb(record.rdata);
            }
        }
    }
    message.GetNegativeTtl();

    // What was read can be written and reads the same. Records of types whose names are not
    // decompressed are left out: ldns may refuse to write them.
    for (auto* section : {&message.answers, &message.authorities, &message.additionals})
    {
        section->erase(std::remove_if(section->begin(),
                                      section->end(),
                                      [](const SstDnsRecord& r) {
                                          return r.type != SstDns::A && r.type != SstDns::AAAA &&
                                                 r.type != SstDns::SOA && r.type != SstDns::CNAME;
                                      }),
                       section->end());
    }
    std::vector<uint8_t> wire;
    const bool written = message.Serialize(wire);
    Check(written, "writing what was read", bytes);
    if (!written)
    {
        return;
    }
    const Exact copy(wire);
    SstDnsMessage again;
    const SstDnsError second = SstDnsMessage::Parse(copy.Get(), wire.size(), again);
    Check(second == SstDnsError::NONE, "reading what was written", bytes);
    Check(again.header.id == message.header.id && again.header.rcode == message.header.rcode &&
              again.header.response == message.header.response &&
              again.header.opcode == message.header.opcode &&
              again.header.truncated == message.header.truncated &&
              again.edns.present == message.edns.present && again.questions == message.questions &&
              Same(again.answers, message.answers) &&
              Same(again.authorities, message.authorities) &&
              Same(again.additionals, message.additionals),
          "reading the same",
          bytes);
}

void
SstDnsMutator::TrySvcb(const std::vector<uint8_t>& bytes)
{
    std::vector<uint8_t> exact(bytes);
    exact.shrink_to_fit();
    SstSvcb svcb;
    const SstDnsError error = SstSvcb::Parse(exact, svcb);
    m_outcomes[std::string("svcb: ") + ToString(error)]++;
    if (error != SstDnsError::NONE)
    {
        return;
    }
    std::vector<uint8_t> again;
    Check(svcb.Serialize(again), "writing SVCB", bytes);
    // Names are read in lower case: the rest is the same byte for byte.
    Check(again.size() == bytes.size(), "size of SVCB", bytes);
    SstSvcb second;
    Check(SstSvcb::Parse(again, second) == SstDnsError::NONE && second.target == svcb.target &&
              second.priority == svcb.priority && second.params.Get() == svcb.params.Get(),
          "reading SVCB again",
          bytes);
}

void
SstDnsMutator::TrySvcParams(const std::vector<uint8_t>& bytes)
{
    const Exact exact(bytes);
    SstSvcParams params;
    const SstDnsError error = SstSvcParams::Parse(exact.Get(), bytes.size(), params);
    m_outcomes[std::string("svc-params: ") + ToString(error)]++;
    if (error != SstDnsError::NONE)
    {
        return;
    }
    // There is one way only to write parameters, so what was read is what is written.
    std::vector<uint8_t> again;
    params.Serialize(again);
    Check(again == bytes, "writing SvcParams", bytes);
    for (size_t i = 1; i < params.Get().size(); i++)
    {
        Check(params.Get()[i - 1].first < params.Get()[i].first, "order of SvcParams", bytes);
    }
}

void
SstDnsMutator::Check(bool holds, const std::string& what, const std::vector<uint8_t>& bytes)
{
    if (holds)
    {
        return;
    }
    static constexpr char DIGITS[] = "0123456789abcdef";
    std::string hex;
    for (const uint8_t byte : bytes)
    {
        hex += DIGITS[byte >> 4];
        hex += DIGITS[byte & 0xf];
    }
    m_failures.push_back(what + ": " + hex);
}

const std::map<std::string, uint64_t>&
SstDnsMutator::GetOutcomes() const
{
    return m_outcomes;
}

const std::vector<std::string>&
SstDnsMutator::GetFailures() const
{
    return m_failures;
}
