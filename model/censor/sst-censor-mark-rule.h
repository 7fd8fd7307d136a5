/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_MARK_RULE_H
#define SST_CENSOR_MARK_RULE_H

#include "ns3/sst-censor-rule.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Censor `mark-drop`: blocks packets that bear the mark of SST in either direction: the reserved
 * flag of IPv4, a value of the Traffic Class under a mask in IPv6. A rule of one line in common
 * tools (Snort and Suricata: fragbits:R).
 */
class SstCensorMarkRule : public SstCensorRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorMarkRule();
    ~SstCensorMarkRule() override;

  protected:
    bool DoMatch(const SstCensorPacket& packet) override;
    Direction DoGetDirection() const override;
    std::string DoGetName() const override;

  private:
    uint8_t m_value; //!< TrafficClassValue attribute
    uint8_t m_mask;  //!< TrafficClassMask attribute
};

} // namespace ns3

#endif // SST_CENSOR_MARK_RULE_H
