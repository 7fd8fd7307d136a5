/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_PORT_ALLOW_RULE_H
#define SST_CENSOR_PORT_ALLOW_RULE_H

#include "ns3/sst-censor-port-list.h"
#include "ns3/sst-censor-rule.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Censor `port-allow`: what goes to a server by TCP or UDP to another port than the allowed ones,
 * or by another protocol, or as a fragment without ports, matches. The kind of allowlist seen in
 * Iran in June 2025 (UDP 53, TCP 80 and 443; this one allows its ports for both).
 */
class SstCensorPortAllowRule : public SstCensorRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorPortAllowRule();
    ~SstCensorPortAllowRule() override;

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

    SstCensorPortList m_ports; //!< allowed ports
};

} // namespace ns3

#endif // SST_CENSOR_PORT_ALLOW_RULE_H
