/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/sst-service-builders.h"

namespace ns3
{

Ptr<SstServiceScript>
SstServiceBuilders::Smtp(const SstServiceParameters& p)
{
    auto script = Create<SstServiceScript>("smtp", 6, 25);
    const auto client = SstServiceSide::CLIENT;
    const auto server = SstServiceSide::SERVER;
    const uint64_t seed = SstServiceContent::DeriveSeed("smtp", p.size, p.seed);
    const uint64_t lines = (p.size + SstServiceContent::LINE - 1) / SstServiceContent::LINE;
    const std::string id = std::to_string(seed % 1000000);
    const auto say = [&](SstServiceSide side, const std::string& text) {
        script->AddStep(side, SstServiceMessage().Add(text));
    };

    // The names of the mail system are its own: the host's name does not occur.
    say(server, "220 mx.mail.example ESMTP Postfix\r\n");
    say(client, "EHLO " + p.client + "\r\n");
    say(server,
        "250-mx.mail.example\r\n"
        "250-SIZE 268435456\r\n"
        "250-ENHANCEDSTATUSCODES\r\n"
        "250 8BITMIME\r\n");
    say(client,
        "MAIL FROM:<sender@" + p.client +
            "> SIZE=" + std::to_string(lines * SstServiceContent::LINE) + "\r\n");
    say(server, "250 2.1.0 Ok\r\n");
    say(client, "RCPT TO:<inbox@mail.example>\r\n");
    say(server, "250 2.1.5 Ok\r\n");
    say(client, "DATA\r\n");
    say(server, "354 End data with <CR><LF>.<CR><LF>\r\n");

    SstServiceMessage mail;
    mail.Add("From: sender@" + p.client +
             "\r\n"
             "To: inbox@mail.example\r\n"
             "Subject: report " +
             id +
             "\r\n"
             "Date: Mon, 05 Jan 2026 10:00:00 +0000\r\n"
             "Message-ID: <" +
             id + "@" + p.client +
             ">\r\n"
             "MIME-Version: 1.0\r\n"
             "Content-Type: application/octet-stream\r\n"
             "Content-Transfer-Encoding: base64\r\n"
             "\r\n");
    mail.AddContent(SstServiceContent::TEXT, seed, lines * SstServiceContent::LINE);
    mail.Add(".\r\n");
    script->AddStep(client, mail);
    say(server, "250 2.0.0 Ok: queued as " + id + "\r\n");
    say(client, "QUIT\r\n");
    say(server, "221 2.0.0 Bye\r\n");
    // "The receiver MUST send a '221 OK' reply, and then close the transmission channel"
    // (RFC 5321 4.1.1.10)
    script->SetCloser(server);
    return script;
}

} // namespace ns3
