/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Random and mutated bytes for every byte parser of the censor. Meant to be built with
// AddressSanitizer and UndefinedBehaviorSanitizer; inputs lie in memory of just their size.
// Usage: sst-censor-fuzz [COUNT] [SEED]. Exit status 1 when two readings of the same bytes differ.

#include "sst-censor-samples.h"

#include "ns3/sst-censor-dns-query.h"
#include "ns3/sst-censor-host-parser.h"
#include "ns3/sst-censor-name-list.h"
#include "ns3/sst-censor-packet.h"
#include "ns3/sst-censor-port-list.h"
#include "ns3/sst-censor-prefix-list.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>

using namespace ns3;
using namespace ns3::sst_censor_samples;

namespace
{

using Bytes = std::vector<uint8_t>;
using Random = std::mt19937_64;

/// What was met, so that a fuzzer that reaches nothing shows.
struct Tally
{
    std::array<uint64_t, SstCensorPacket::STATUS_COUNT> packets{};   //!< by status
    std::array<uint64_t, SstCensorDnsQuery::STATUS_COUNT> queries{}; //!< by status
    uint64_t payloads{0};                                            //!< packets with a payload
    uint64_t hosts{0};       //!< names found at the begin of the bytes
    uint64_t scans{0};       //!< listed names found at any offset
    uint64_t lists{0};       //!< texts accepted as a list
    uint64_t differences{0}; //!< readings that contradict each other
};

/**
 * @param random the generator
 * @param below bound
 * @return a number below the bound; 0 for bound 0
 */
size_t
Below(Random& random, size_t below)
{
    return below == 0 ? 0 : random() % below;
}

/**
 * @param random the generator
 * @return what a mutation begins with
 */
Bytes
Seed(Random& random)
{
    static const std::vector<Bytes> samples = {
        TLS13_HELLO,
        TLS12_HELLO,
        TLS_HELLO_WITHOUT_SNI,
        HTTP_GET,
        HTTP_POST,
        DNS_QUERY_SVCB,
        DNS_QUERY_A,
        DNS_NODATA_SVCB,
        // IPv4, TCP from 49153 to 443
        {0x45, 0, 0,    40,   0, 0, 0, 0, 64, 6, 0, 0, 10,   1,    0, 1, 10, 2, 0, 1,
         0xc0, 1, 0x01, 0xbb, 0, 0, 0, 0, 0,  0, 0, 0, 0x50, 0x10, 0, 0, 0,  0, 0, 0},
        // IPv6, hop-by-hop options, first fragment, UDP from 49153 to 53
        {0x60, 0, 0,    0, 0,  24, 0, 64, 0x20, 1, 0, 0, 0,    0, 0, 0,  0, 0, 0,  0, 0, 0,
         0,    1, 0x20, 1, 0,  0,  0, 0,  0,    0, 0, 0, 0,    0, 0, 0,  0, 2, 44, 0, 1, 4,
         0,    0, 0,    0, 17, 0,  0, 1,  0,    0, 0, 1, 0xc0, 1, 0, 53, 0, 8, 0,  0},
    };
    Bytes bytes;
    for (size_t parts = Below(random, 4); parts > 0; --parts)
    {
        const Bytes& sample = samples[Below(random, samples.size())];
        const size_t begin = Below(random, 3) == 0 ? Below(random, sample.size()) : 0;
        bytes.insert(bytes.end(), sample.begin() + begin, sample.end());
    }
    for (size_t i = bytes.empty() ? Below(random, 200) : 0; i > 0; --i)
    {
        bytes.push_back(static_cast<uint8_t>(random()));
    }
    return bytes;
}

/**
 * @param random the generator
 * @return bytes to parse
 */
Bytes
Mutate(Random& random)
{
    Bytes bytes = Seed(random);
    for (size_t i = Below(random, 8); i > 0 && !bytes.empty(); --i)
    {
        const size_t at = Below(random, bytes.size());
        switch (Below(random, 6))
        {
        case 0:
            bytes[at] ^= static_cast<uint8_t>(1U << Below(random, 8));
            break;
        case 1:
            bytes[at] = static_cast<uint8_t>(random());
            break;
        case 2:
            bytes[at] = Below(random, 2) == 0 ? 0 : 0xff;
            break;
        case 3:
            bytes.resize(at);
            break;
        case 4:
            bytes.erase(bytes.begin() + at);
            break;
        default:
            bytes.insert(bytes.begin() + at,
                         static_cast<uint8_t>("\r\n :GH\x16\x03\0\x01"[at % 10]));
            break;
        }
    }
    return bytes;
}

/**
 * @param data bytes
 * @param size number of them
 * @param [in,out] tally what was met
 */
void
ParsePacket(const uint8_t* data, size_t size, Tally& tally)
{
    SstCensorPacket view;
    const auto status = view.Parse(data, size);
    ++tally.packets[static_cast<size_t>(status)];
    uint64_t sum = view.GetSourcePort() + view.GetDestinationPort() + view.GetTcpSequence() +
                   view.GetTcpAcknowledgment() + view.GetTcpFlags() + view.IsMarked(0xac, 0xfc);
    if (status != SstCensorPacket::Status::OK)
    {
        tally.differences += sum != 0 || view.GetBytesSize() != 0;
        return;
    }
    for (size_t i = 0; i < view.GetBytesSize(); ++i)
    {
        sum += view.GetBytes()[i];
    }
    tally.differences += view.GetIpSize() > size || view.GetBytesSize() > view.GetIpSize();
    size_t payloadSize;
    if (const uint8_t* payload = view.GetPayload(payloadSize))
    {
        ++tally.payloads;
        tally.differences += payload + payloadSize > data + size || payload < data;
    }
    tally.differences += sum == UINT64_MAX; // the sum is used
}

/**
 * @param data bytes
 * @param size number of them
 * @param names names looked for
 * @param [in,out] tally what was met
 */
void
ParseHosts(const uint8_t* data, size_t size, const SstCensorNameList& names, Tally& tally)
{
    std::string host;
    size_t end;
    tally.hosts += SstCensorHostParser::FindSni(data, size, host);
    tally.hosts += SstCensorHostParser::FindHttpHost(data, size, host, end);
    tally.differences += end > size;
    bool slow = false;
    for (size_t at = 0; at < size && !slow; ++at)
    {
        slow = SstCensorHostParser::MatchesStart(data + at, size - at, names);
    }
    tally.scans += slow;
    tally.differences += slow != SstCensorHostParser::MatchesAnywhere(data, size, names);
}

/**
 * @param data bytes
 * @param size number of them
 * @param [in,out] tally what was met
 */
void
ParseQuery(const uint8_t* data, size_t size, Tally& tally)
{
    SstCensorDnsQuery query;
    const auto status = query.Parse(data, size);
    ++tally.queries[static_cast<size_t>(status)];
    const uint8_t address[16] = {};
    const Bytes answer = query.BuildAddress(address, 16, 60);
    tally.differences += query.GetName().size() > 253 || answer.size() > 12 + 259 + 28 ||
                         query.BuildNoData().size() + 28 != answer.size();
}

/**
 * @param data bytes
 * @param size number of them
 * @param [in,out] tally what was met
 */
void
ParseLists(const uint8_t* data, size_t size, Tally& tally)
{
    static const char letters[] = "0123456789./:-, abf";
    std::string text;
    for (size_t i = 0; i < std::min<size_t>(size, 40); ++i)
    {
        text += letters[data[i] % (sizeof(letters) - 1)];
    }
    SstCensorPrefixList prefixes;
    SstCensorPortList ports;
    SstCensorNameList names;
    tally.lists += prefixes.Parse(text).empty();
    tally.lists += ports.Parse(text).empty();
    tally.lists += names.Parse(text).empty();
    prefixes.Contains(SstCensorAddress::Parse("10.1.0.1"));
    prefixes.Contains(SstCensorAddress::Parse("2001:f::1"));
    ports.Contains(443);
    names.Matches(text);
}

} // namespace

int
main(int argc, char* argv[])
{
    const uint64_t count = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100000;
    const uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 1;
    Random random(seed);
    SstCensorNameList names;
    names.Parse("example.org");
    Tally tally;
    for (uint64_t i = 0; i < count; ++i)
    {
        const Bytes bytes = Mutate(random);
        const size_t size = bytes.size();
        const std::unique_ptr<uint8_t[]> exact(new uint8_t[size]);
        std::copy(bytes.begin(), bytes.end(), exact.get());
        ParsePacket(exact.get(), size, tally);
        ParseHosts(exact.get(), size, names, tally);
        ParseQuery(exact.get(), size, tally);
        ParseLists(exact.get(), size, tally);
    }
    // A packet of the largest size made of nothing but begins: the scan stays linear.
    for (const std::string begin : {"GET ", "GET \n", "GET /\nHost: a\n", "\x16\x03\x01"})
    {
        Bytes bytes;
        while (bytes.size() < 65535)
        {
            bytes.insert(bytes.end(), begin.begin(), begin.end());
        }
        tally.scans += SstCensorHostParser::MatchesAnywhere(bytes.data(), bytes.size(), names);
    }

    for (size_t i = 0; i < tally.packets.size(); ++i)
    {
        std::printf("packet %s %llu\n",
                    SstCensorPacket::ToString(static_cast<SstCensorPacket::Status>(i)),
                    static_cast<unsigned long long>(tally.packets[i]));
    }
    for (size_t i = 0; i < tally.queries.size(); ++i)
    {
        std::printf("query %s %llu\n",
                    SstCensorDnsQuery::ToString(static_cast<SstCensorDnsQuery::Status>(i)),
                    static_cast<unsigned long long>(tally.queries[i]));
    }
    std::printf("payloads %llu hosts %llu scans %llu lists %llu differences %llu\n",
                static_cast<unsigned long long>(tally.payloads),
                static_cast<unsigned long long>(tally.hosts),
                static_cast<unsigned long long>(tally.scans),
                static_cast<unsigned long long>(tally.lists),
                static_cast<unsigned long long>(tally.differences));
    return tally.differences == 0 ? 0 : 1;
}
