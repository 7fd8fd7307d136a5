/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-samples.h"
#include "sst-censor-test-packet.h"

#include "ns3/sst-censor-host-parser.h"
#include "ns3/sst-censor-name-list.h"
#include "ns3/sst-censor-packet.h"
#include "ns3/sst-censor-port-list.h"
#include "ns3/sst-censor-prefix-list.h"
#include "ns3/test.h"

#include <algorithm>
#include <random>

using namespace ns3;
using namespace ns3::sst_censor_samples;

namespace
{

using Bytes = std::vector<uint8_t>;

/**
 * @param where bytes
 * @param what text, found in any case
 * @return offset of the byte after the text's first appearance; more than the size without one
 */
size_t
EndOf(const Bytes& where, const std::string& what)
{
    const auto found =
        std::search(where.begin(), where.end(), what.begin(), what.end(), [](uint8_t a, char b) {
            return std::tolower(a) == std::tolower(b);
        });
    return found == where.end() ? where.size() + 1 : found - where.begin() + what.size();
}

/**
 * @param bytes bytes
 * @param size how many of them
 * @return the first of them in memory of just their size
 */
Bytes
Head(const Bytes& bytes, size_t size)
{
    return Bytes(bytes.begin(), bytes.begin() + size);
}

} // namespace

/// The view of a packet against ns-3's own header writers, and every truncation.
class SstCensorPacketTest : public TestCase
{
  public:
    SstCensorPacketTest()
        : TestCase("packet view: what ns-3's headers wrote, extension headers, truncations")
    {
    }

  private:
    void DoRun() override
    {
        for (const bool v6 : {false, true})
        {
            for (const bool udp : {false, true})
            {
                for (const bool marked : {false, true})
                {
                    CheckFields(v6, udp, marked);
                }
            }
        }
        CheckOptions();
        CheckExtensions();
        CheckPayload();
    }

    /**
     * @param v6 IP version 6
     * @param udp UDP, else TCP
     * @param marked the mark of SST
     */
    void CheckFields(bool v6, bool udp, bool marked)
    {
        SstCensorTestPacket test;
        test.v6 = v6;
        test.udp = udp;
        test.marked = marked;
        test.tcpFlags = 0x12;
        test.payload = {1, 2, 3, 4, 5};
        const Bytes bytes = test.Bytes();
        SstCensorPacket view;
        NS_TEST_ASSERT_MSG_EQ(
            (view.Parse(bytes.data(), bytes.size()) == SstCensorPacket::Status::OK),
            true,
            "a packet of ns-3");
        NS_TEST_EXPECT_MSG_EQ(+view.GetIpVersion(), (v6 ? 6 : 4), "version");
        NS_TEST_EXPECT_MSG_EQ(view.GetSource().ToString(),
                              (v6 ? test.client6 : test.client4),
                              "source");
        NS_TEST_EXPECT_MSG_EQ(view.GetDestination().ToString(),
                              (v6 ? test.server6 : test.server4),
                              "destination");
        NS_TEST_EXPECT_MSG_EQ(+view.GetProtocol(), (udp ? 17 : 6), "protocol");
        NS_TEST_EXPECT_MSG_EQ(+view.GetHopLimit(), 63, "hop limit");
        NS_TEST_EXPECT_MSG_EQ(view.IsMarked(0xac, 0xfc), marked, "mark");
        NS_TEST_EXPECT_MSG_EQ(view.GetSourcePort(), 49153, "source port");
        NS_TEST_EXPECT_MSG_EQ(view.GetDestinationPort(), 443, "destination port");
        NS_TEST_EXPECT_MSG_EQ(view.GetIpSize(), bytes.size(), "size");
        NS_TEST_EXPECT_MSG_EQ(view.HasTcp(), !udp, "TCP");
        NS_TEST_EXPECT_MSG_EQ(view.GetTcpSequence(), (udp ? 0 : 1000), "sequence");
        NS_TEST_EXPECT_MSG_EQ(view.GetTcpAcknowledgment(), (udp ? 0 : 2000), "acknowledgment");
        NS_TEST_EXPECT_MSG_EQ(+view.GetTcpFlags(), (udp ? 0 : 0x12), "flags");
        size_t size;
        const uint8_t* payload = view.GetPayload(size);
        NS_TEST_ASSERT_MSG_EQ(size, 5U, "payload size");
        NS_TEST_EXPECT_MSG_EQ((Bytes(payload, payload + size) == test.payload), true, "payload");

        for (size_t n = 0; n < bytes.size(); ++n)
        {
            const Bytes cut = Head(bytes, n);
            NS_TEST_EXPECT_MSG_EQ(
                (view.Parse(cut.data(), cut.size()) == SstCensorPacket::Status::TRUNCATED),
                true,
                "cut to " << n);
            NS_TEST_EXPECT_MSG_EQ((view.HasPorts() || view.HasTcp() || view.GetPayload(size)),
                                  false,
                                  "an empty view after a cut to " << n);
        }
        Bytes padded = bytes;
        padded.resize(bytes.size() + 9);
        view.Parse(padded.data(), padded.size());
        NS_TEST_EXPECT_MSG_EQ(view.GetIpSize(), bytes.size(), "link padding is ignored");
    }

    /// IPv4 options, header lengths that cannot be, fragments, other versions.
    void CheckOptions()
    {
        Bytes bytes = SstCensorTestPacket().Bytes();
        bytes.insert(bytes.begin() + 20, {1, 1, 1, 0});
        bytes[0] = 0x46;
        bytes[3] += 4;
        SstCensorPacket view;
        view.Parse(bytes.data(), bytes.size());
        NS_TEST_EXPECT_MSG_EQ(view.GetDestinationPort(), 443, "port behind options");

        bytes[7] = 1; // fragment offset 8
        view.Parse(bytes.data(), bytes.size());
        NS_TEST_EXPECT_MSG_EQ((view.IsLaterFragment() && !view.HasPorts() && !view.HasTcp()),
                              true,
                              "a later fragment has no transport");
        bytes[7] = 0;
        bytes[6] = 0x20; // more fragments
        view.Parse(bytes.data(), bytes.size());
        NS_TEST_EXPECT_MSG_EQ(view.HasPorts(), true, "the first fragment has ports");

        bytes[0] = 0x44;
        NS_TEST_EXPECT_MSG_EQ(SstCensorPacket::ToString(view.Parse(bytes.data(), bytes.size())),
                              std::string("header-length"),
                              "IHL 4");
        bytes[0] = 0x46;
        bytes[3] = 21;
        NS_TEST_EXPECT_MSG_EQ(SstCensorPacket::ToString(view.Parse(bytes.data(), bytes.size())),
                              std::string("header-length"),
                              "total length below the header");
        bytes[0] = 0x56;
        NS_TEST_EXPECT_MSG_EQ(SstCensorPacket::ToString(view.Parse(bytes.data(), bytes.size())),
                              std::string("version"),
                              "version 5");
        NS_TEST_EXPECT_MSG_EQ(SstCensorPacket::ToString(view.Parse(nullptr, 0)),
                              std::string("truncated"),
                              "nothing");
    }

    /// IPv6 extension headers as RFC 8200 draws them, written by hand.
    void CheckExtensions()
    {
        SstCensorTestPacket test;
        test.v6 = true;
        const Bytes plain = test.Bytes();
        // Hop-by-hop with PadN(4), routing of type 0 with one address (24 bytes), first fragment,
        // destination options of 16 bytes
        Bytes chain = {43, 0, 1, 4, 0, 0, 0, 0};
        Bytes routing = {44, 2, 0, 0, 0, 0, 0, 0};
        routing.resize(24, 0xaa);
        const Bytes fragment = {60, 5 /* reserved */, 0, 1, 0, 0, 0, 7};
        Bytes options = {6, 1, 1, 12};
        options.resize(16);
        for (const auto& part : {routing, fragment, options})
        {
            chain.insert(chain.end(), part.begin(), part.end());
        }
        Bytes bytes = plain;
        bytes[6] = 0;
        bytes[5] += chain.size();
        bytes.insert(bytes.begin() + 40, chain.begin(), chain.end());
        SstCensorPacket view;
        view.Parse(bytes.data(), bytes.size());
        NS_TEST_EXPECT_MSG_EQ(+view.GetProtocol(), 6, "protocol behind four headers");
        NS_TEST_EXPECT_MSG_EQ(view.GetDestinationPort(), 443, "port behind four headers");

        // Traffic Class: the mark is six bits, the two of ECN are free (RFC 3168)
        for (const uint8_t ecn : {0, 1, 2, 3})
        {
            Bytes classed = plain;
            classed[0] = 0x6a;
            classed[1] = 0xc0 | ecn << 4;
            view.Parse(classed.data(), classed.size());
            NS_TEST_EXPECT_MSG_EQ(view.IsMarked(0xac, 0xfc), true, "mark with ECN " << +ecn);
            NS_TEST_EXPECT_MSG_EQ(view.IsMarked(0xb0, 0xfc), false, "another mark");
            NS_TEST_EXPECT_MSG_EQ(view.IsMarked(0, 0), false, "no mark in use");
        }

        Bytes later = bytes;
        later[40 + 8 + 24 + 3] = 9; // offset 8, more
        view.Parse(later.data(), later.size());
        NS_TEST_EXPECT_MSG_EQ((view.IsLaterFragment() && !view.HasPorts()), true, "later fragment");

        for (size_t n = 40; n < bytes.size(); ++n)
        {
            Bytes cut = Head(bytes, n);
            cut[4] = 0;
            cut[5] = n - 40;
            const auto status = view.Parse(cut.data(), cut.size());
            NS_TEST_EXPECT_MSG_EQ((status == SstCensorPacket::Status::EXTENSION),
                                  (n < 40 + chain.size()),
                                  "chain cut to " << n);
        }
        Bytes other = plain;
        other[6] = 59; // no next header
        view.Parse(other.data(), other.size());
        NS_TEST_EXPECT_MSG_EQ(view.HasPorts(), false, "no ports without TCP or UDP");
    }

    /// Data offsets and UDP lengths that cannot be.
    void CheckPayload()
    {
        SstCensorTestPacket test;
        test.payload = {1, 2, 3, 4};
        Bytes bytes = test.Bytes();
        SstCensorPacket view;
        size_t size;
        for (const uint8_t words : {0, 4, 7, 15})
        {
            bytes[20 + 12] = words << 4;
            view.Parse(bytes.data(), bytes.size());
            NS_TEST_EXPECT_MSG_EQ((view.GetPayload(size) == nullptr && size == 0),
                                  true,
                                  "data offset " << +words);
        }
        bytes[20 + 12] = 6 << 4;
        view.Parse(bytes.data(), bytes.size());
        NS_TEST_EXPECT_MSG_EQ((view.GetPayload(size) != nullptr && size == 0), true, "offset 24");

        test.udp = true;
        bytes = test.Bytes();
        for (const uint8_t length : {7, 8, 10, 12, 13})
        {
            bytes[20 + 5] = length;
            view.Parse(bytes.data(), bytes.size());
            const uint8_t* payload = view.GetPayload(size);
            NS_TEST_EXPECT_MSG_EQ((payload == nullptr), (length < 8), "UDP length " << +length);
            NS_TEST_EXPECT_MSG_EQ(size,
                                  (length < 8 ? 0U : std::min(length - 8U, 4U)),
                                  "UDP length " << +length);
        }
    }
};

/// Host names in bytes that TLS and HTTP programs sent.
class SstCensorHostParserTest : public TestCase
{
  public:
    SstCensorHostParserTest()
        : TestCase("host parser: ClientHello and HTTP of other programs, every truncation")
    {
    }

  private:
    void DoRun() override
    {
        CheckTls(TLS13_HELLO, "www.example.org");
        CheckTls(TLS12_HELLO, "mail.example.net");
        CheckHttp(HTTP_GET, "www.example.org", "www.example.org:8080\r\n");
        CheckHttp(HTTP_POST, "Shop.Example.ORG", "Shop.Example.ORG\r\n");
        std::string host;
        NS_TEST_EXPECT_MSG_EQ(SstCensorHostParser::FindSni(TLS_HELLO_WITHOUT_SNI.data(),
                                                           TLS_HELLO_WITHOUT_SNI.size(),
                                                           host),
                              false,
                              "a ClientHello without SNI");
        CheckLengths();
        CheckLines();
        CheckAnywhere();
    }

    /**
     * @param hello a ClientHello
     * @param name its SNI
     */
    void CheckTls(const Bytes& hello, const std::string& name)
    {
        const size_t whole = EndOf(hello, name);
        for (size_t n = 0; n <= hello.size(); ++n)
        {
            const Bytes cut = Head(hello, n);
            std::string host;
            const bool found = SstCensorHostParser::FindSni(cut.data(), cut.size(), host);
            NS_TEST_EXPECT_MSG_EQ(found, (n >= whole), name << " cut to " << n);
            NS_TEST_EXPECT_MSG_EQ(host, (found ? name : ""), name << " cut to " << n);
        }
    }

    /**
     * @param request an HTTP request
     * @param name its host
     * @param line the end of its Host line
     */
    void CheckHttp(const Bytes& request, const std::string& name, const std::string& line)
    {
        const size_t whole = EndOf(request, line);
        for (size_t n = 0; n <= request.size(); ++n)
        {
            const Bytes cut = Head(request, n);
            std::string host;
            size_t end;
            const bool found = SstCensorHostParser::FindHttpHost(cut.data(), n, host, end);
            NS_TEST_EXPECT_MSG_EQ(found, (n >= whole), name << " cut to " << n);
            NS_TEST_EXPECT_MSG_EQ(host, (found ? name : ""), name << " cut to " << n);
            NS_TEST_EXPECT_MSG_EQ((end <= n), true, "end of " << name << " cut to " << n);
        }
    }

    /// Lengths inside a ClientHello that RFC 8446 and RFC 6066 do not allow.
    void CheckLengths()
    {
        std::string host;
        const auto finds = [&](const Bytes& hello) {
            return SstCensorHostParser::FindSni(hello.data(), hello.size(), host);
        };
        const std::string name = "www.example.org";
        const size_t at = EndOf(TLS13_HELLO, name) - name.size();
        Bytes hello = TLS13_HELLO;
        NS_TEST_ASSERT_MSG_EQ(+hello[at - 4], name.size() + 3, "length of the name list");
        hello[at - 4] = name.size() + 2;
        NS_TEST_EXPECT_MSG_EQ(finds(hello), false, "a name longer than its list");
        hello = TLS13_HELLO;
        NS_TEST_ASSERT_MSG_EQ(+hello[at - 6], name.size() + 5, "length of the extension");
        hello[at - 6] = name.size() + 4;
        NS_TEST_EXPECT_MSG_EQ(finds(hello), false, "a name longer than its extension");
        hello = TLS13_HELLO;
        hello[at - 3] = 1;
        NS_TEST_EXPECT_MSG_EQ(finds(hello), false, "another type of name");
        hello = TLS13_HELLO;
        NS_TEST_ASSERT_MSG_EQ(+hello[43], 32, "length of the session id");
        hello[43] = 33;
        hello.insert(hello.begin() + 44, 0);
        NS_TEST_EXPECT_MSG_EQ(finds(hello), false, "a session id of 33 bytes");
        for (const size_t length : {at + name.size() - 5, at + name.size() - 6})
        {
            hello = TLS13_HELLO;
            hello[3] = length >> 8;
            hello[4] = length;
            NS_TEST_EXPECT_MSG_EQ(finds(hello),
                                  (length == at + name.size() - 5),
                                  "a record that ends at byte " << length);
        }
    }

    /// Forms of a request's lines, after RFC 9112.
    void CheckLines()
    {
        struct
        {
            const char* text;
            const char* host;
        } lines[] = {
            {"GET / HTTP/1.1\nhOsT:\t a.b \n\n", "a.b"},
            {"OPTIONS * HTTP/1.1\r\nHost: [2001:f::1]:80\r\n\r\n", "[2001:f::1]:80"},
            {"GET / HTTP/1.1\r\nX-Host: a.b\r\nHost: c.d\r\n\r\n", "c.d"},
            {"GET / HTTP/1.1\r\n\r\nHost: a.b\r\n", ""},
            {"GET /\r\nHost:\r\n\r\n", ""},
            {"GETS / HTTP/1.1\r\nHost: a.b\r\n\r\n", ""},
            {"get / HTTP/1.1\r\nHost: a.b\r\n\r\n", ""},
            {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", ""},
            {"GET ", ""},
        };

        for (const auto& line : lines)
        {
            const std::string text = line.text;
            std::string host;
            size_t end;
            SstCensorHostParser::FindHttpHost(reinterpret_cast<const uint8_t*>(text.data()),
                                              text.size(),
                                              host,
                                              end);
            NS_TEST_EXPECT_MSG_EQ(host, line.host, text);
        }
    }

    /// The search at every offset against the plain definition, on mutated bytes.
    void CheckAnywhere()
    {
        SstCensorNameList names;
        names.Parse("example.org, mail.example.net");
        const std::string nested = "GET / HTTP/1.1\r\nHost: aGET \r\nHost: example.org\r\n\r\n";
        const auto* text = reinterpret_cast<const uint8_t*>(nested.data());
        NS_TEST_EXPECT_MSG_EQ(SstCensorHostParser::MatchesStart(text, nested.size(), names),
                              false,
                              "the first Host line counts");
        NS_TEST_EXPECT_MSG_EQ(SstCensorHostParser::MatchesAnywhere(text, nested.size(), names),
                              true,
                              "a request that begins inside a Host line");
        std::mt19937 random(7);
        const std::vector<Bytes> samples = {TLS13_HELLO, TLS12_HELLO, HTTP_GET, HTTP_POST};
        uint32_t hits = 0;
        for (uint32_t i = 0; i < 3000; ++i)
        {
            Bytes bytes(random() % 60);
            std::generate(bytes.begin(), bytes.end(), [&] { return random() % 256; });
            for (uint32_t part = random() % 3; part > 0; --part)
            {
                const Bytes& sample = samples[random() % samples.size()];
                bytes.insert(bytes.begin() + random() % (bytes.size() + 1),
                             sample.begin(),
                             sample.end() - random() % (sample.size() / 2));
            }
            for (uint32_t flips = random() % 6; flips > 0 && !bytes.empty(); --flips)
            {
                static const uint8_t likely[] = {'\r', '\n', ' ', 'G', 'H', ':', 0x16, 3, 1, 0};
                bytes[random() % bytes.size()] = likely[random() % sizeof(likely)];
            }
            bool slow = false;
            for (size_t at = 0; at < bytes.size() && !slow; ++at)
            {
                slow =
                    SstCensorHostParser::MatchesStart(bytes.data() + at, bytes.size() - at, names);
            }
            hits += slow;
            NS_TEST_EXPECT_MSG_EQ(
                SstCensorHostParser::MatchesAnywhere(bytes.data(), bytes.size(), names),
                slow,
                "round " << i);
        }
        NS_TEST_EXPECT_MSG_GT(hits, 500, "the comparison saw matches");
        NS_TEST_EXPECT_MSG_LT(hits, 2500, "the comparison saw others");
    }
};

/// The text forms of addresses, ports and names.
class SstCensorListsTest : public TestCase
{
  public:
    SstCensorListsTest()
        : TestCase("lists of prefixes, ports and names")
    {
    }

  private:
    void DoRun() override
    {
        SstCensorPrefixList prefixes;
        const auto in = [&](const std::string& text) {
            return prefixes.Contains(SstCensorAddress::Parse(text));
        };
        NS_TEST_EXPECT_MSG_EQ(prefixes.Parse("10.1.0.0/15, 10.9.9.9 2001:f00d::/33"), "", "list");
        NS_TEST_EXPECT_MSG_EQ((in("10.0.255.255") && in("10.1.255.255") && !in("10.2.0.0")),
                              true,
                              "/15");
        NS_TEST_EXPECT_MSG_EQ((in("10.9.9.9") && !in("10.9.9.8")), true, "one address");
        NS_TEST_EXPECT_MSG_EQ((in("2001:f00d:7fff::1") && !in("2001:f00d:8000::1")), true, "/33");
        NS_TEST_EXPECT_MSG_EQ(in("::"), false, "no match across versions");
        NS_TEST_EXPECT_MSG_EQ(prefixes.ToString(),
                              "10.1.0.0/15,10.9.9.9/32,2001:f00d::/33",
                              "text");
        for (const char* bad : {"10.1.0.0/33", "::/129", "10.1", "x", "10.0.0.1/", "10.0.0.1/-1"})
        {
            NS_TEST_EXPECT_MSG_NE(prefixes.Parse(bad).find(bad), std::string::npos, bad);
        }
        NS_TEST_EXPECT_MSG_EQ(in("10.9.9.9"), true, "a refused list changes nothing");
        prefixes.Parse("0.0.0.0/0,::/0,::1/128");
        NS_TEST_EXPECT_MSG_EQ((in("255.1.2.3") && in("ffff::")), true, "/0");

        SstCensorPortList ports;
        NS_TEST_EXPECT_MSG_EQ(ports.Parse("22, 5000-5010,65535"), "", "list");
        NS_TEST_EXPECT_MSG_EQ((ports.Contains(22) && ports.Contains(5000) && ports.Contains(5010) &&
                               ports.Contains(65535)),
                              true,
                              "listed");
        NS_TEST_EXPECT_MSG_EQ((ports.Contains(23) || ports.Contains(5011) || ports.Contains(0)),
                              false,
                              "not listed");
        NS_TEST_EXPECT_MSG_EQ(ports.ToString(), "22,5000-5010,65535", "text");
        for (const char* bad : {"65536", "-1", "9-8", "a", "1-", "99999999999"})
        {
            NS_TEST_EXPECT_MSG_NE(ports.Parse(bad).find(bad), std::string::npos, bad);
        }

        SstCensorNameList names;
        NS_TEST_EXPECT_MSG_EQ(names.Parse("Example.ORG., a.b"), "", "list");
        NS_TEST_EXPECT_MSG_EQ((names.Matches("example.org") && names.Matches("WWW.example.org.") &&
                               names.Matches("x.a.b")),
                              true,
                              "listed");
        NS_TEST_EXPECT_MSG_EQ((names.Matches("notexample.org") || names.Matches("org") ||
                               names.Matches("") || names.Matches("example.org.evil")),
                              false,
                              "not listed");
        for (const char* bad : {"a/b", ".", ".org", "a:1"})
        {
            NS_TEST_EXPECT_MSG_NE(names.Parse(bad).find(bad), std::string::npos, bad);
        }
    }
};

/// The byte parsers of the censor.
class SstCensorParserTestSuite : public TestSuite
{
  public:
    SstCensorParserTestSuite()
        : TestSuite("sst-censor-parser", Type::UNIT)
    {
        AddTestCase(new SstCensorPacketTest, TestCase::Duration::QUICK);
        AddTestCase(new SstCensorHostParserTest, TestCase::Duration::QUICK);
        AddTestCase(new SstCensorListsTest, TestCase::Duration::QUICK);
    }
};

static SstCensorParserTestSuite g_sstCensorParserTestSuite; //!< the suite
