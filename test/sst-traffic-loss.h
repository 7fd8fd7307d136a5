/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_TRAFFIC_LOSS_H
#define SST_TRAFFIC_LOSS_H

#include "ns3/error-model.h"

#include <functional>

namespace ns3
{

/**
 * Loses the packets that a function names.
 */
class SstTrafficLoss : public ErrorModel
{
  public:
    /**
     * @param lost told the packet (with its link header); true: lost
     */
    explicit SstTrafficLoss(std::function<bool(Ptr<const Packet>)> lost)
        : m_lost(std::move(lost))
    {
    }

  private:
    bool DoCorrupt(Ptr<Packet> packet) override
    {
        return m_lost(packet);
    }

    void DoReset() override
    {
    }

    std::function<bool(Ptr<const Packet>)> m_lost; //!< decides
};

} // namespace ns3

#endif // SST_TRAFFIC_LOSS_H
