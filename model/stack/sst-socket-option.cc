/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-socket-option.h"

#include "ns3/abort.h"
#include "ns3/node.h"
#include "ns3/sst-datapath.h"
#include "ns3/sst-policy-table.h"
#include "ns3/sst-socket-state.h"
#include "ns3/sst-stack.h"

namespace ns3
{

void
SstSocketOption::Enable(Ptr<Socket> socket,
                        SstPolicy policy,
                        SstCoverage coverage,
                        const std::string& name,
                        bool earlyUdp,
                        SstLayout layout,
                        SstPadding padding)
{
    Ptr<SstStack> stack = socket->GetNode()->GetObject<SstStack>();
    NS_ABORT_MSG_IF(!stack,
                    "SST: node " << socket->GetNode()->GetId()
                                 << " has no side stack for the socket option: call "
                                    "SstHelper::Install on it first");
    sst::Request request;
    request.policy = SstPolicyTable::ToSst(policy);
    request.coverage = SstPolicyTable::ToSst(coverage);
    request.name = name;
    request.earlyUdp = earlyUdp;
    request.layout = SstPolicyTable::ToSst(layout);
    request.padding = SstPolicyTable::ToSst(padding);
    stack->GetDatapath().GetSockets().Enable(socket, request);
}

void
SstSocketOption::SetFailureCallback(Ptr<Socket> socket, FailureCallback callback)
{
    Ptr<SstSocketState> state = socket->GetObject<SstSocketState>();
    NS_ABORT_MSG_IF(!state || !state->GetRequest(),
                    "SST: a failure callback is set on a socket without the option: call "
                    "SstSocketOption::Enable first");
    state->GetRequest()->onFailure = callback;
}

} // namespace ns3
