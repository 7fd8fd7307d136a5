/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-traffic-pair.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/test.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace ns3;

namespace
{

/**
 * All services between two hosts, captured, and read by tshark: its dissectors know the
 * protocols from elsewhere than the code under test.
 */
class SstTrafficWireCase : public TestCase
{
  public:
    SstTrafficWireCase(SstServiceClient::Family family)
        : TestCase(std::string("tshark reads the services over ") +
                   (family == SstServiceClient::IPV4 ? "IPv4" : "IPv6")),
          m_family(family)
    {
    }

  private:
    /// Values of a field, each with how often it occurred.
    using Counts = std::map<std::string, uint32_t>;

    void DoRun() override
    {
        if (std::system("tshark --version >/dev/null 2>&1") != 0)
        {
            std::cout << "SKIP " << GetName() << ": there is no tshark" << std::endl;
            return;
        }
        const std::string prefix = CreateTempDirFilename("sst-traffic-wire");
        Capture(prefix);
        Dissect(prefix + "-0-0.pcap");
        CheckPackets();
        CheckWeb();
        CheckSessions();
        CheckDatagrams();
    }

    /// @param prefix of the capture's file name
    void Capture(const std::string& prefix)
    {
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
        SstTrafficPair pair;
        std::vector<Ptr<SstServiceClient>> clients;
        for (const auto& service : SstServiceCatalog::Names())
        {
            auto plan = pair.Plan(service, m_family);
            plan.parameters.size = 5000;
            clients.push_back(pair.Install(plan));
        }
        PointToPointHelper().EnablePcap(prefix, pair.devices.Get(0), false, false);
        SstTrafficPair::Run(40);
        GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
        for (const auto& client : clients)
        {
            NS_TEST_EXPECT_MSG_EQ(client->GetRecord().outcome,
                                  SstFlowOutcome::COMPLETE,
                                  client->GetRecord().service);
        }
    }

    /// @param file a capture
    void Dissect(const std::string& file)
    {
        const std::vector<std::string> fields{"_ws.malformed",
                                              "ip.checksum.status",
                                              "tcp.checksum.status",
                                              "udp.checksum.status",
                                              "http.request.method",
                                              "http.host",
                                              "http.response.code",
                                              "http.content_length",
                                              "tls.handshake.type",
                                              "tls.handshake.extensions_server_name",
                                              "tls.handshake.extensions_alpn_str",
                                              "tls.record.content_type",
                                              "tls.record.opaque_type",
                                              "ssh.protocol",
                                              "ssh.message_code",
                                              "ssh.kex_algorithms",
                                              "smtp.req.command",
                                              "smtp.req.parameter",
                                              "smtp.response.code",
                                              "imf.subject",
                                              "dns.qry.name",
                                              "dns.flags.response",
                                              "dns.resp.type",
                                              "rtp.version",
                                              "rtp.p_type",
                                              "rsync.hdr_magic"};
        std::string command = "tshark -r '" + file +
                              "' -d udp.port==5004,rtp -o ip.check_checksum:TRUE"
                              " -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE"
                              " -T fields -E separator=/t -E aggregator=,";
        for (const auto& field : fields)
        {
            command += " -e " + field;
        }
        FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
        NS_TEST_ASSERT_MSG_EQ((pipe != nullptr), true, "tshark");
        std::string text;
        std::array<char, 4096> buffer;
        while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe))
        {
            text.append(buffer.data(), n);
        }
        const int status = pclose(pipe);
        NS_TEST_EXPECT_MSG_EQ(status, 0, "tshark: " << command);
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
        {
            std::istringstream cells(line);
            std::string cell;
            for (const auto& field : fields)
            {
                if (std::getline(cells, cell, '\t') && !cell.empty())
                {
                    std::istringstream values(cell);
                    for (std::string value; std::getline(values, value, ',');)
                    {
                        ++m_values[field][value];
                    }
                }
            }
        }
    }

    /**
     * @param field a field of tshark
     * @param expected its values and how often each occurs
     */
    void Expect(const std::string& field, const Counts& expected)
    {
        std::ostringstream found;
        for (const auto& [value, count] : m_values[field])
        {
            found << " " << value << " (" << count << ")";
        }
        NS_TEST_EXPECT_MSG_EQ((m_values[field] == expected), true, field << ":" << found.str());
    }

    /// Nothing is malformed, and every checksum is right (status 1).
    void CheckPackets()
    {
        Expect("_ws.malformed", {});
        for (const std::string field : {"ip", "tcp", "udp"})
        {
            const auto& found = m_values[field + ".checksum.status"];
            const bool some = field != "ip" || m_family == SstServiceClient::IPV4;
            NS_TEST_EXPECT_MSG_EQ(found.size(), (some ? 1 : 0), field << " checksums");
            NS_TEST_EXPECT_MSG_EQ(found.count("1"), found.size(), field << " checksums");
        }
    }

    /// HTTP and TLS.
    void CheckWeb()
    {
        Expect("http.request.method", {{"GET", 1}});
        Expect("http.host", {{"web.sst.test", 1}});
        Expect("http.response.code", {{"200", 1}});
        Expect("http.content_length", {{"5000", 1}});
        Expect("tls.handshake.type", {{"1", 1}, {"2", 1}}); // ClientHello, ServerHello
        Expect("tls.handshake.extensions_server_name", {{"web.sst.test", 1}});
        Expect("tls.handshake.extensions_alpn_str", {{"h2", 1}, {"http/1.1", 1}});
        Expect("tls.record.content_type", {{"22", 2}, {"20", 2}});
        // Four records of the server's flight, Finished and request, two tickets, the response
        Expect("tls.record.opaque_type", {{"23", 9}});
    }

    /// SSH, SMTP and rsync.
    void CheckSessions()
    {
        Expect("ssh.protocol", {{"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7", 2}});
        Expect("ssh.message_code", {{"20", 2}, {"30", 1}, {"31", 1}, {"21", 2}});
        Expect("ssh.kex_algorithms",
               {{"curve25519-sha256", 2}, {"ecdh-sha2-nistp256", 2}, {"ext-info-c", 1}});
        Expect("smtp.req.command",
               {{"EHLO", 1}, {"MAIL", 1}, {"RCPT", 1}, {"DATA", 1}, {"QUIT", 1}});
        // 5000 bytes in lines of 78
        Expect("smtp.req.parameter",
               {{"laptop.home.test", 1},
                {"FROM:<sender@laptop.home.test> SIZE=5070", 1},
                {"TO:<inbox@mail.example>", 1}});
        Expect("smtp.response.code", {{"220", 1}, {"250", 4}, {"354", 1}, {"221", 1}});
        NS_TEST_EXPECT_MSG_EQ(m_values["imf.subject"].size(), 1, "a mail");
        Expect("rsync.hdr_magic", {{"@RSYNCD:", 2}});
    }

    /// DNS and RTP.
    void CheckDatagrams()
    {
        Expect("dns.qry.name", {{"www.example.net", 2}});
        Expect("dns.flags.response", {{"0", 1}, {"1", 1}});
        Expect("dns.resp.type", {{"1", 1}, {"41", 2}}); // A; OPT in both
        Expect("rtp.version", {{"2", 101}});
        Expect("rtp.p_type", {{"0", 101}});
    }

    SstServiceClient::Family m_family;      //!< family of the addresses
    std::map<std::string, Counts> m_values; //!< what tshark read, by field
};

/**
 * Bytes on the wire.
 */
class SstTrafficWireTestSuite : public TestSuite
{
  public:
    SstTrafficWireTestSuite()
        : TestSuite("sst-traffic-wire", Type::SYSTEM)
    {
        AddTestCase(new SstTrafficWireCase(SstServiceClient::IPV4), Duration::QUICK);
        AddTestCase(new SstTrafficWireCase(SstServiceClient::IPV6), Duration::QUICK);
    }
};

SstTrafficWireTestSuite g_sstTrafficWireTestSuite; //!< the suite

} // namespace
