/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/sst-service-builders.h"

namespace ns3
{

Ptr<SstServiceScript>
SstServiceBuilders::Http(const SstServiceParameters& p)
{
    auto script = Create<SstServiceScript>("http", 6, 80);
    const uint64_t seed = SstServiceContent::DeriveSeed("http", p.size, p.seed);

    // "A client MUST send a Host header field ... in all HTTP/1.1 request messages"
    // (RFC 9112 3.2)
    SstServiceMessage request;
    request.Add("GET /item/" + std::to_string(p.seed) + " HTTP/1.1\r\n" + "Host: " + p.host +
                "\r\n"
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
                "Firefox/128.0\r\n"
                "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
                "Accept-Language: en-US,en;q=0.5\r\n"
                "Accept-Encoding: identity\r\n"
                "Connection: close\r\n"
                "\r\n");
    script->AddStep(SstServiceSide::CLIENT, request);

    SstServiceMessage response;
    response.Add("HTTP/1.1 200 OK\r\n"
                 "Server: nginx\r\n"
                 "Date: Mon, 05 Jan 2026 10:00:00 GMT\r\n"
                 "Content-Type: application/octet-stream\r\n"
                 "Content-Length: " +
                 std::to_string(p.size) +
                 "\r\n"
                 "Connection: close\r\n"
                 "\r\n");
    response.AddContent(SstServiceContent::BINARY, seed, p.size);
    script->AddStep(SstServiceSide::SERVER, response);
    script->SetCloser(SstServiceSide::SERVER);
    return script;
}

} // namespace ns3
