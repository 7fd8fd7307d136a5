/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_KEY_RECORD_H
#define SST_KEY_RECORD_H

#include "sst/key-value.h"

#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * The DNS record that publishes keys: SVCB at `_sst.<host>`, as text for zone files.
 */

namespace sst
{

constexpr uint16_t RECORD_TYPE_SVCB = 64; //!< RFC 9460, 14.1

/// What is published for a host.
struct KeyRecord
{
    std::string host;           //!< host name, with or without the last dot
    uint32_t ttl{300};          //!< seconds
    uint16_t udpPort{0};        //!< outer port of layout U, 0 none
    std::vector<KeyEntry> keys; //!< one to four, the preferred one first
};

/**
 * @param host a name
 * @return true for labels of letters, digits, - and _ that leave room for `_sst.` in front
 */
bool IsHostName(const std::string& host);

/**
 * @param record a valid one
 * @return SvcPriority 1, the host as TargetName, `port` where given, key65280
 */
std::vector<uint8_t> SerializeKeyRecord(const KeyRecord& record);

/**
 * @param record a valid one
 * @return the line of a zone file (RFC 9460 2.1; bytes of the value as `\DDD` only), no line end
 */
std::string PrintKeyRecord(const KeyRecord& record);

/**
 * @param record a valid one
 * @return the same for servers that do not know SVCB (RFC 3597 5), no line end
 */
std::string PrintKeyRecordGeneric(const KeyRecord& record);

} // namespace sst

#endif /* SST_KEY_RECORD_H */
