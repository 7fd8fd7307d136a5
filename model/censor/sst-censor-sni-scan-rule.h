/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_SNI_SCAN_RULE_H
#define SST_CENSOR_SNI_SCAN_RULE_H

#include "ns3/sst-censor-sni-rule.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Censor `sni-scan`: looks for what `sni` looks for at every offset of the packet from the end of
 * the IP header on, whatever the protocol. Fragments and segments are judged one by one.
 */
class SstCensorSniScanRule : public SstCensorSniRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorSniScanRule();
    ~SstCensorSniScanRule() override;

  protected:
    bool DoMatch(const SstCensorPacket& packet) override;
    std::string DoGetName() const override;
};

} // namespace ns3

#endif // SST_CENSOR_SNI_SCAN_RULE_H
