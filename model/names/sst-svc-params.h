/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef SST_SVC_PARAMS_H
#define SST_SVC_PARAMS_H

#include "ns3/sst-dns-types.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ns3
{

/**
 * @ingroup sst
 * The SvcParams of a SVCB record (RFC 9460, section 2.2): pairs of a 16-bit key and a value.
 */
class SstSvcParams
{
  public:
    /// A key and its value.
    using Param = std::pair<uint16_t, std::vector<uint8_t>>;

    /**
     * @param data the bytes after the target name
     * @param size number of bytes
     * @param [out] params the parameters; unspecified unless NONE is returned
     * @return NONE, SVC_TRUNCATED, SVC_ORDER or SVC_DUPLICATE
     */
    [[nodiscard]] static SstDnsError Parse(const uint8_t* data, size_t size, SstSvcParams& params);

    /**
     * @param [out] wire bytes to which the parameters are appended
     */
    void Serialize(std::vector<uint8_t>& wire) const;

    /**
     * Set a parameter, in its place by ascending key.
     * @param key the SvcParamKey
     * @param value its value, at most 65535 bytes; longer ones are cut
     */
    void Set(uint16_t key, const std::vector<uint8_t>& value);

    /**
     * @param key a SvcParamKey
     * @return its value, or nullptr when it is not there
     */
    const std::vector<uint8_t>* Find(uint16_t key) const;

    /**
     * @return all parameters, ascending
     */
    const std::vector<Param>& Get() const;

  private:
    std::vector<Param> m_params; //!< parameters, ascending by key
};

} // namespace ns3

#endif // SST_SVC_PARAMS_H
