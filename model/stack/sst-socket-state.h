/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SOCKET_STATE_H
#define SST_SOCKET_STATE_H

#include "ns3/object.h"
#include "ns3/ptr.h"
#include "ns3/sst-socket-request.h"

namespace ns3
{

/**
 * @ingroup sst
 * Aggregated to a socket that was given the option: finds its request again, and tells the
 * request when the socket goes.
 */
class SstSocketState : public Object
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstSocketState();
    ~SstSocketState() override;

    /**
     * @param request the request of the socket this is aggregated to
     */
    void SetRequest(Ptr<SstSocketRequest> request);

    /// @return the request of the socket
    Ptr<SstSocketRequest> GetRequest() const;

  protected:
    void DoDispose() override;

  private:
    /// The socket goes.
    void Release();

    Ptr<SstSocketRequest> m_request; //!< the request
};

} // namespace ns3

#endif // SST_SOCKET_STATE_H
