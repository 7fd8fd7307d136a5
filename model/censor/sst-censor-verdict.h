/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_CENSOR_VERDICT_H
#define SST_CENSOR_VERDICT_H

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>

namespace ns3
{

/**
 * @ingroup sst-censor
 * What a censor rule does with a packet.
 */
enum class SstCensorVerdict : uint8_t
{
    PASS,       //!< nothing
    DROP,       //!< the packet vanishes
    RST,        //!< TCP resets go to both sides, the packet goes on
    RST_DROP,   //!< TCP resets go to both sides, the packet vanishes
    DNS_ANSWER, //!< a forged DNS response goes to the sender, the query vanishes
    DNS_FORGE   //!< a forged DNS response goes to the sender, the query goes on
};

constexpr size_t SST_CENSOR_VERDICT_COUNT = 6; //!< number of values of SstCensorVerdict

/**
 * @param verdict a verdict
 * @return its name in kebab-case
 */
std::string SstToString(SstCensorVerdict verdict);

/**
 * @param verdict a verdict
 * @return true when the packet does not go on
 */
bool SstIsDropping(SstCensorVerdict verdict);

/**
 * @param os a stream
 * @param verdict a verdict, written by its name
 * @return the stream
 */
std::ostream& operator<<(std::ostream& os, SstCensorVerdict verdict);

} // namespace ns3

#endif // SST_CENSOR_VERDICT_H
