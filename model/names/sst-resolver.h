/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_RESOLVER_H
#define SST_RESOLVER_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/sst-dns-cache.h"
#include "ns3/sst-dns-message.h"
#include "ns3/sst-dns-query.h"
#include "ns3/sst-policy.h"
#include "ns3/sst-resolution.h"
#include "ns3/traced-callback.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * The stub resolver of a node, aggregated to it: asks a server for the addresses of a host and,
 * at `_sst.<host>`, for its SST keys, all at once, each question from its own random port with
 * its own random id. What it learns about keys it tells the node's side stack, if there is one,
 * before it calls back.
 *
 * It believes the first answer that fits in id, question and source: without DNSSEC a stub
 * resolver can do no better, and who sees the question can forge the answer.
 */
class SstResolver : public Object
{
  public:
    /// Families of addresses asked for.
    enum Families : uint8_t
    {
        IPV4, //!< A
        IPV6, //!< AAAA
        BOTH  //!< both; addresses of one suffice
    };

    /// Called with the outcome, never from within the call that asked.
    using ResolveCallback = Callback<void, const SstResolution&>;

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstResolver();
    ~SstResolver() override;

    /**
     * Resolve a host. `off` asks for no keys. `opportunistic` and `pin` complete when addresses and
     * keys are known, but waits for keys no longer than KeyWait from this call (keys TIMEOUT then).
     * `require` waits for both.
     *
     * @param host the host's name
     * @param policy what the connection will ask for
     * @param callback told the outcome
     * @return a handle for Cancel, not 0
     */
    uint32_t Resolve(const std::string& host, SstPolicy policy, ResolveCallback callback);

    /**
     * Ask for the keys of a host alone. Nothing is told to the side stack.
     *
     * @param host the host's name
     * @param callback told the outcome, without addresses and with `ok` false
     * @return a handle for Cancel, not 0
     */
    uint32_t QueryKeys(const std::string& host, ResolveCallback callback);

    /**
     * Answer a question of the node's side stack (SstStack::SetKeyQuery): keys of a host for one
     * address, told to the side stack.
     *
     * @param host the host's name
     * @param address Ipv4Address or Ipv6Address of the host
     */
    void AnswerStack(std::string host, Address address);

    /**
     * Forget a request; its callback is not called.
     * @param handle what Resolve or QueryKeys returned
     */
    void Cancel(uint32_t handle);

    /// Forget what is cached.
    void ClearCache();

    /**
     * @return datagrams ignored while waiting for answers, by the reason's name: an SstDnsError,
     *         wrong-source, wrong-id, wrong-question, not-a-response or truncated-answer
     */
    const std::map<std::string, uint64_t>& GetIgnored() const;

    /**
     * @return queries sent, those sent again included
     */
    uint64_t GetTransmissionCount() const;

    /**
     * Assign fixed random variable stream numbers.
     *
     * @param stream the first stream number to use
     * @return how many were used
     */
    int64_t AssignStreams(int64_t stream);

    /**
     * TracedCallback signature for a query sent.
     *
     * @param [in] message the query
     */
    typedef void (*QueryTracedCallback)(const SstDnsMessage& message);

    /**
     * TracedCallback signature for a datagram ignored.
     *
     * @param [in] reason the reason's name
     */
    typedef void (*IgnoredTracedCallback)(const std::string& reason);

    /**
     * TracedCallback signature for an outcome.
     *
     * @param [in] resolution the outcome
     */
    typedef void (*ResolvedTracedCallback)(const SstResolution& resolution);

  protected:
    void DoDispose() override;
    void NotifyNewAggregate() override;

  private:
    /// One of the up to three questions of a request.
    struct Part
    {
        bool asked{false};      //!< whether the request needs it
        bool done{false};       //!< whether its outcome is known
        std::string reason;     //!< why it brought nothing, empty when it brought records
        Ptr<SstDnsQuery> query; //!< the query while it waits
    };

    /// A call of Resolve or QueryKeys.
    struct Request
    {
        SstResolution resolution; //!< what is known so far
        std::string host;         //!< the name as it was asked for
        Part a;                   //!< addresses, IPv4
        Part aaaa;                //!< addresses, IPv6
        Part keys;                //!< keys
        bool keyWaitOver{false};  //!< whether to complete without the outcome of keys
        EventId event;            //!< end of the wait for keys
        bool tellStack{false};    //!< whether the side stack learns the keys
        ResolveCallback callback; //!< told the outcome
    };

    /**
     * @param handle a request
     * @param part one of its parts
     * @param name the name to ask for
     * @param type the type to ask for
     */
    void Ask(uint32_t handle, Part Request::*part, const std::string& name, uint16_t type);

    /**
     * @param handle a request
     * @param member one of its parts
     * @param reason empty, or why there is no response
     * @param response the response, unless there is a reason
     */
    void Answered(uint32_t handle,
                  Part Request::*member,
                  const std::string& reason,
                  const SstDnsMessage& response);

    /**
     * @param response a response to a question for addresses
     * @param [out] resolution gets the addresses
     * @return empty, or why there are none
     */
    static std::string TakeAddresses(const SstDnsMessage& response, SstResolution& resolution);

    /**
     * @param handle a request that may be complete
     */
    void CompleteIfDone(uint32_t handle);

    /**
     * @param handle a request with a policy that waits for keys no longer
     */
    void EndKeyWait(uint32_t handle);

    /**
     * Tell the side stack what is known of the keys of a host, for all its addresses.
     * @param host the host's name
     * @param resolution what is known
     */
    void TellStack(const std::string& host, const SstResolution& resolution) const;

    /**
     * Tell the side stack what is known of the keys of a host, for one of its addresses.
     * @param host the host's name
     * @param address the address
     * @param resolution what is known
     */
    void TellStack(const std::string& host,
                   const Address& address,
                   const SstResolution& resolution) const;

    /**
     * @return the number of a new request
     */
    uint32_t NewHandle();

    Ptr<Node> m_node;                          //!< the node
    Address m_server;                          //!< address of the server, with or without port
    uint16_t m_port;                           //!< port of the server unless m_server has one
    Time m_timeout;                            //!< from a transmission to the next
    uint32_t m_retries;                        //!< transmissions after the first
    Time m_keyWait;                            //!< longest wait for keys, `opportunistic`
    Families m_families;                       //!< families of addresses asked for
    bool m_useCache;                           //!< whether answers are kept
    SstDnsCache m_cache;                       //!< answers kept
    Ptr<UniformRandomVariable> m_random;       //!< ids and source ports
    std::map<uint32_t, Request> m_requests;    //!< by handle
    uint32_t m_lastHandle{0};                  //!< handle given out last
    std::map<std::string, uint64_t> m_ignored; //!< datagrams ignored, by reason
    uint64_t m_transmissionCount{0};           //!< queries sent

    TracedCallback<const SstDnsMessage&> m_queryTrace;    //!< query sent
    TracedCallback<const std::string&> m_ignoredTrace;    //!< datagram ignored
    TracedCallback<const SstResolution&> m_resolvedTrace; //!< request complete
};

} // namespace ns3

#endif // SST_RESOLVER_H
