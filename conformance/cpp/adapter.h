/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CONFORM_ADAPTER_H
#define SST_CONFORM_ADAPTER_H

#include "json-values.h"
#include "sst/endpoint.h"
#include "test-random.h"

#include <map>
#include <memory>
#include <set>
#include <string>

namespace sstconform
{

/// The codec behind the adapter interface: a question in, an answer out.
class Adapter
{
  public:
    /**
     * Answer one question.
     * @param question with the field "op"
     * @return the answer, "ok" included
     * @throws Unsupported for an op, a field value or a feature the codec does not have
     */
    Json Answer(const Json& question);

  private:
    /// One endpoint and what it was given.
    struct Host
    {
        Host(const sst::EndpointConfig& config, uint64_t seed);

        TestRandom random;              //!< before the endpoint, which draws from it
        sst::Endpoint endpoint;         //!< under test
        std::set<sst::FlowKey> inClear; //!< tuples the local stack uses in clear
    };

    Json Hello(const Json& question);
    Json Create(const Json& question);
    Json Destroy(const Json& question);
    Json AddServerKey(const Json& question);
    Json RemoveServerKey(const Json& question);
    Json ProvideKeys(const Json& question);
    Json Egress(const Json& question);
    Json Ingress(const Json& question);
    Json Tick(const Json& question);
    Json Abandon(const Json& question);
    Json FindFlow(const Json& question);
    Json Skip(const Json& question);
    Json Dummy(const Json& question);
    Json SegmentSize(const Json& question);
    Json Pins(const Json& question);
    Json SetPins(const Json& question);
    Json Counts(const Json& question);
    Json UsesInClear(const Json& question);
    Json ParseKeyValue(const Json& question);

    /// @return the endpoint a question names
    Host& Find(const Json& question);
    /// Write "actions" and "next_ns".
    static void WriteActions(Host& host, Json& answer);

    std::map<std::string, std::unique_ptr<Host>> m_hosts; //!< by name
};

} // namespace sstconform

#endif /* SST_CONFORM_ADAPTER_H */
