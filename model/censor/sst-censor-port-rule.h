/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_PORT_RULE_H
#define SST_CENSOR_PORT_RULE_H

#include "ns3/sst-censor-port-list.h"
#include "ns3/sst-censor-rule.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Censors `port-drop` and `port-rst` (by Action): block services by the server's address and port,
 * client to server.
 *
 * Bytes 0 to 3 after the IP header are read as ports whatever the mark says, because bytes are
 * what a censor sees. Bytes 2 and 3 of an SST packet are the low half of a session index and
 * imitate a blocked port by chance.
 */
class SstCensorPortRule : public SstCensorRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorPortRule();
    ~SstCensorPortRule() override;

  protected:
    bool DoMatch(const SstCensorPacket& packet) override;
    std::string DoGetName() const override;

  private:
    /**
     * @param text value of the Ports attribute
     * @return false when it is no list of ports
     */
    bool SetPorts(std::string text);

    /**
     * @return value of the Ports attribute
     */
    std::string GetPorts() const;

    SstCensorPortList m_ports; //!< blocked ports
};

} // namespace ns3

#endif // SST_CENSOR_PORT_RULE_H
