/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-censor-verdict.h"

namespace ns3
{

std::string
SstToString(SstCensorVerdict verdict)
{
    switch (verdict)
    {
    case SstCensorVerdict::PASS:
        return "pass";
    case SstCensorVerdict::DROP:
        return "drop";
    case SstCensorVerdict::RST:
        return "rst";
    case SstCensorVerdict::RST_DROP:
        return "rst-drop";
    case SstCensorVerdict::DNS_ANSWER:
        return "dns-answer";
    case SstCensorVerdict::DNS_FORGE:
        return "dns-forge";
    }
    return "?";
}

bool
SstIsDropping(SstCensorVerdict verdict)
{
    return verdict == SstCensorVerdict::DROP || verdict == SstCensorVerdict::RST_DROP ||
           verdict == SstCensorVerdict::DNS_ANSWER;
}

std::ostream&
operator<<(std::ostream& os, SstCensorVerdict verdict)
{
    return os << SstToString(verdict);
}

} // namespace ns3
