/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-flow-record.h"

namespace ns3
{

std::string
ToString(SstFlowOutcome outcome)
{
    switch (outcome)
    {
    case SstFlowOutcome::PENDING:
        return "pending";
    case SstFlowOutcome::COMPLETE:
        return "complete";
    case SstFlowOutcome::RESOLVE:
        return "resolve";
    case SstFlowOutcome::NO_KEY:
        return "no-key";
    case SstFlowOutcome::RESET:
        return "reset";
    case SstFlowOutcome::TIMEOUT:
        return "timeout";
    case SstFlowOutcome::STALLED:
        return "stalled";
    case SstFlowOutcome::CORRUPT:
        return "corrupt";
    }
    return "pending";
}

std::ostream&
operator<<(std::ostream& os, SstFlowOutcome outcome)
{
    return os << ToString(outcome);
}

bool
SstFlowRecord::IsComplete() const
{
    return outcome == SstFlowOutcome::COMPLETE;
}

double
SstFlowRecord::GetTimeToFirstByte() const
{
    return firstByte.IsNegative() ? -1.0 : (firstByte - started).GetSeconds();
}

double
SstFlowRecord::GetGoodputMbps() const
{
    if (!IsComplete() || completed <= started)
    {
        return 0.0;
    }
    return static_cast<double>(received + sent) * 8e-6 / (completed - started).GetSeconds();
}

} // namespace ns3
