/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CARRIAGE_H
#define SST_CARRIAGE_H

#include "ns3/sst-policy.h"

#include <string>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * How the packets of a service travel: in clear or in SST, and how much of a segment SST seals.
 * Whether SST is asked for or insisted on is the policy's business.
 */
struct SstCarriage
{
    std::string name{"plain"};                  //!< name on the command line
    bool sst{false};                            //!< whether SST is asked for
    SstCoverage coverage{SstCoverage::SEGMENT}; //!< the coverage asked for, where @c sst is set

    /**
     * @param policy the policy of the experiment
     * @return the policy of a socket: @p policy where SST is asked for, otherwise SstPolicy::OFF
     */
    SstPolicy Effective(SstPolicy policy) const;

    /**
     * @return the names of all carriages
     */
    static const std::vector<std::string>& Names();

    /**
     * @param name name of a carriage
     * @param [out] carriage the carriage, untouched when the name is unknown
     * @param [out] error the value met and the allowed ones, when the name is unknown
     * @return whether the name is known
     */
    [[nodiscard]] static bool Parse(const std::string& name,
                                    SstCarriage& carriage,
                                    std::string& error);

    /**
     * @param text names of carriages, separated by commas
     * @param [out] carriages the carriages in the order given, each once
     * @param [out] error what is wrong, when something is
     * @return whether all names are known and there is at least one
     */
    [[nodiscard]] static bool ParseList(const std::string& text,
                                        std::vector<SstCarriage>& carriages,
                                        std::string& error);
};

} // namespace ns3

#endif // SST_CARRIAGE_H
