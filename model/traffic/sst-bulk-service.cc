/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "ns3/sst-service-builders.h"

namespace ns3
{

Ptr<SstServiceScript>
SstServiceBuilders::Bulk(const SstServiceParameters& p)
{
    auto script = Create<SstServiceScript>("bulk", 6, 873);
    const auto client = SstServiceSide::CLIENT;
    const auto server = SstServiceSide::SERVER;
    const uint64_t seed = SstServiceContent::DeriveSeed("bulk", p.size, p.seed);
    const std::string greeting = "@RSYNCD: 31.0\n";

    // Both sides greet without waiting, then the client names the module, then its options.
    script->AddStep(server, SstServiceMessage().Add(greeting));
    script->AddStep(client, SstServiceMessage().Add(greeting), SstServiceScript::AT_ONCE);
    script->AddStep(client, SstServiceMessage().Add("archive\n"));
    script->AddStep(server, SstServiceMessage().Add("@RSYNCD: OK\n"));
    const char options[] = "--server\0--sender\0-re.iLsfxCIvu\0.\0archive/file\0";
    script->AddStep(client, SstServiceMessage().Add(std::string(options, sizeof(options))));
    script->AddStep(server,
                    SstServiceMessage().AddContent(SstServiceContent::BINARY, seed, p.size));
    return script;
}

} // namespace ns3
