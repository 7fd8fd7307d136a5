/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SERVICE_CLIENT_H
#define SST_SERVICE_CLIENT_H

#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/sst-carriage.h"
#include "ns3/sst-client-connection.h"
#include "ns3/sst-flow-record.h"
#include "ns3/sst-policy.h"
#include "ns3/sst-resolution.h"
#include "ns3/sst-service-catalog.h"
#include "ns3/traced-callback.h"

#include <string>

namespace ns3
{

/**
 * @ingroup sst
 *
 * The client of a service, for one flow: resolves the host, opens a socket, asks for SST, plays
 * the service's script, verifies every byte, and says in an SstFlowRecord what became of it.
 *
 * It judges by bytes and by its own deadline: a TCP of ns-3 that meets a reset calls its normal
 * close callback, and one whose packets vanish gives up only after a minute.
 */
class SstServiceClient : public Application
{
  public:
    /// Families of addresses.
    enum Family : uint8_t
    {
        IPV4, //!< IPv4
        IPV6  //!< IPv6
    };

    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstServiceClient();
    ~SstServiceClient() override;

    /**
     * @param script the script to play, instead of that of the attribute Service
     */
    void SetScript(Ptr<const SstServiceScript> script);

    /**
     * @param carriage how the packets travel
     * @param policy whether SST is asked for or insisted on, where the carriage is SST
     */
    void SetCarriage(const SstCarriage& carriage, SstPolicy policy);

    /// @return what became of the flow so far
    const SstFlowRecord& GetRecord() const;

    /**
     * TracedCallback signature for the end of a flow.
     *
     * @param [in] record what became of it
     */
    typedef void (*DoneTracedCallback)(const SstFlowRecord& record);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    /**
     * @param resolution what the resolver found out
     */
    void HandleResolved(const SstResolution& resolution);

    /**
     * @param remote socket address of the server
     */
    void Connect(const Address& remote);

    /**
     * @param event what happened to the connection
     * @param reason the reason of BROKEN
     */
    void HandleConnection(SstClientConnection::Event event, const std::string& reason);

    /**
     * End the flow as resolve, timeout or stalled: whatever it had reached.
     *
     * @param detail why nothing more will come
     */
    void EndIncomplete(const std::string& detail);

    /**
     * End the flow, once.
     *
     * @param outcome how it ended
     * @param detail what else there is to say
     */
    void End(SstFlowOutcome outcome, const std::string& detail);

    /// @return whether the flow left in clear although SST was asked for
    bool FellBack() const;

    std::string m_service;    //!< name of the service
    std::string m_host;       //!< name of the server
    std::string m_clientName; //!< the client's own name
    uint32_t m_size;          //!< bytes of the transfer, 0 the service's own
    uint32_t m_datagrams;     //!< datagrams of a stream, 0 the service's own
    uint64_t m_seed;          //!< seed of the content
    uint32_t m_flow;          //!< number of the flow
    Address m_remote;         //!< the server's address; invalid: resolve the host
    Family m_family;          //!< family of the addresses
    SstPolicy m_policy;       //!< what is asked of the side stack
    SstCoverage m_coverage;   //!< the coverage asked for
    bool m_earlyUdp;          //!< whether a datagram may travel in the first packet
    Time m_deadline;          //!< time allowed for the flow
    Time m_connTimeout;       //!< first retransmission of a SYN
    Time m_retry;             //!< retransmission of a UDP request
    Time m_linger;            //!< how long a complete UDP flow still listens
    uint32_t m_segmentSize4;  //!< TCP payload of a segment over IPv4, bytes
    uint32_t m_segmentSize6;  //!< TCP payload of a segment over IPv6, bytes

    Ptr<const SstServiceScript> m_script;  //!< the script
    SstFlowRecord m_record;                //!< what became of the flow
    uint32_t m_resolveHandle{0};           //!< request to the resolver, 0 none
    bool m_keysKnown{false};               //!< whether the resolver found a usable key
    Ptr<SstClientConnection> m_connection; //!< the socket, nullptr until resolved
    EventId m_deadlineEvent;               //!< end of the time allowed

    TracedCallback<const SstFlowRecord&> m_doneTrace; //!< the flow ended
};

} // namespace ns3

#endif // SST_SERVICE_CLIENT_H
