/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_RANDOM_H
#define SST_RANDOM_H

#include <cstddef>
#include <cstdint>

namespace sst
{

/// What random bytes are for: a simulation draws each from a stream of its own.
enum class Purpose : uint8_t
{
    INDEX,     //!< session indices; 4 bytes at a time
    EPHEMERAL, //!< X25519 scalars; 32 bytes at a time
    SECRET,    //!< static keys, keys of hash tables and caches
    PORT,      //!< UDP ports of layout U, peer ports given by port translation; 2 bytes at a time
    RETRY,     //!< secrets of RETRY tokens; 32 bytes at a time
};

/// Where random bytes come from: handed in, the codec has none of its own.
class Random
{
  public:
    virtual ~Random() = default;

    /**
     * @param purpose what for
     * @param out where to
     * @param size bytes
     */
    virtual void Fill(Purpose purpose, uint8_t* out, size_t size) = 0;
};

/// The operating system's generator, for real hosts.
class SodiumRandom : public Random
{
  public:
    void Fill(Purpose purpose, uint8_t* out, size_t size) override;
};

} // namespace sst

#endif /* SST_RANDOM_H */
