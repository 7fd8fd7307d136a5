/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_ADDRESS_RULE_H
#define SST_CENSOR_ADDRESS_RULE_H

#include "ns3/sst-censor-rule.h"

namespace ns3
{

/**
 * @ingroup sst-censor
 *
 * Censor `address`: blocks the servers, whatever is carried, in both directions. Without Servers
 * it matches nothing.
 */
class SstCensorAddressRule : public SstCensorRule
{
  public:
    /**
     * @brief Get the type ID.
     * @return the object TypeId
     */
    static TypeId GetTypeId();

    SstCensorAddressRule();
    ~SstCensorAddressRule() override;

  protected:
    bool DoMatch(const SstCensorPacket& packet) override;
    Direction DoGetDirection() const override;
    std::string DoGetName() const override;
};

} // namespace ns3

#endif // SST_CENSOR_ADDRESS_RULE_H
