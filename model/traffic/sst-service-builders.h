/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SERVICE_BUILDERS_H
#define SST_SERVICE_BUILDERS_H

#include "ns3/ptr.h"
#include "ns3/sst-service-catalog.h"
#include "ns3/sst-service-script.h"

namespace ns3
{

/**
 * @ingroup sst
 * The scripts, one function a service. Scenarios use SstServiceCatalog::Make, which checks the
 * parameters and fills in the defaults.
 */
class SstServiceBuilders
{
  public:
    SstServiceBuilders() = delete;

    /**
     * HTTP/1.1 on TCP 80: a GET, then a response with as many body bytes as the size.
     *
     * @param p parameters of the flow
     * @return the script
     */
    static Ptr<SstServiceScript> Http(const SstServiceParameters& p);

    /**
     * TLS 1.3 on TCP 443: a real ClientHello and ServerHello, then records that look encrypted;
     * the response holds as many bytes of plaintext as the size.
     *
     * @param p parameters of the flow
     * @return the script
     */
    static Ptr<SstServiceScript> Tls(const SstServiceParameters& p);

    /**
     * SSH on TCP 22: banners, key exchange packets, then as many bytes that look encrypted from
     * the server as the size.
     *
     * @param p parameters of the flow
     * @return the script
     */
    static Ptr<SstServiceScript> Ssh(const SstServiceParameters& p);

    /**
     * SMTP on TCP 25: the server speaks first; the client hands in a mail with as many body
     * bytes as the size, rounded up to whole lines.
     *
     * @param p parameters of the flow
     * @return the script
     */
    static Ptr<SstServiceScript> Smtp(const SstServiceParameters& p);

    /**
     * DNS on UDP 53: a query for an address and its answer.
     *
     * @param p parameters of the flow
     * @return the script
     */
    static Ptr<SstServiceScript> Dns(const SstServiceParameters& p);

    /**
     * RTP on UDP 5004: a datagram of the client, then a stream of the server, of which 95 % are
     * needed.
     *
     * @param p parameters of the flow
     * @return the script
     */
    static Ptr<SstServiceScript> Rtp(const SstServiceParameters& p);

    /**
     * The rsync daemon protocol's greeting on TCP 873, then as many bytes from the server as the
     * size: a download for throughput.
     *
     * @param p parameters of the flow
     * @return the script
     */
    static Ptr<SstServiceScript> Bulk(const SstServiceParameters& p);
};

} // namespace ns3

#endif // SST_SERVICE_BUILDERS_H
