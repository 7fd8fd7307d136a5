/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_C_ENDPOINT_H
#define SST_C_ENDPOINT_H

#include "sst-c-guard.h"
#include "sst.h"
#include "sst/endpoint.h"

#include <array>
#include <string>
#include <vector>

/// Random bytes from a callback of C, or from the operating system.
class CallbackRandom : public sst::Random
{
  public:
    /**
     * @param callback nullptr for the operating system's generator
     * @param user handed to it
     */
    CallbackRandom(sst_random_callback callback, void* user)
        : m_callback(callback),
          m_user(user)
    {
    }

    /// @throws RandomFailure when the callback has none
    void Fill(sst::Purpose purpose, uint8_t* out, size_t size) override;

  private:
    sst_random_callback m_callback; //!< may be nullptr
    void* m_user;                   //!< for the callback
    sst::SodiumRandom m_system;     //!< without a callback
};

/// What stands behind the handle.
struct sst_endpoint
{
    static constexpr size_t BATCH = 64; //!< packets handed to the codec at a time

    /// @param settings a valid one
    explicit sst_endpoint(const sst_config& settings);

    /// @return the time, which never steps back whatever the caller says
    sst::Clock Now(const sst_clock& clock);

    sst_config config;      //!< callbacks and their `user`
    CallbackRandom random;  //!< outlives the endpoint
    sst::Endpoint endpoint; //!< the codec's

    std::array<sst::Buffer, BATCH> buffers;   //!< packets being worked on
    std::array<sst::Request, BATCH> requests; //!< what is asked for them
    std::array<sst::BatchItem, BATCH> batch;  //!< handed to the codec
    sst::Action action;                       //!< the one polled last
    std::vector<sst::Pin> pins;               //!< told last
    std::vector<uint8_t> keyIds;              //!< held or retired: to say why a key is refused
    uint64_t lastNs{0};                       //!< latest monotonic time seen
    bool padded{false};                       //!< padding was asked for
    uint32_t largestMtu{0};                   //!< what padding may go up to
    bool inside{false};                       //!< a call is under way
    bool broken{false};                       //!< a call ended half-way
};

/**
 * Runs `body` unless the endpoint cannot be called.
 * @return what `body` returned, or why it did not run or end
 */
template <typename Body>
int
Enter(sst_endpoint* endpoint, Body body) noexcept
{
    if (endpoint == nullptr)
    {
        return SST_E_NULL;
    }
    if (endpoint->inside || endpoint->broken)
    {
        return endpoint->inside ? SST_E_NESTED : SST_E_BROKEN;
    }
    endpoint->inside = true;
    const int error = Guard(body);
    endpoint->inside = false;
    endpoint->broken = error == SST_E_RANDOM || error == SST_E_MEMORY || error == SST_E_INTERNAL;
    return error;
}

/// The same for what changes nothing.
template <typename Body>
int
Look(const sst_endpoint* endpoint, Body body) noexcept
{
    if (endpoint == nullptr)
    {
        return SST_E_NULL;
    }
    if (endpoint->inside || endpoint->broken)
    {
        return endpoint->inside ? SST_E_NESTED : SST_E_BROKEN;
    }
    return Guard(body);
}

/// @return false unless it is 4 or 16 bytes long
bool FromC(const sst_address& address, sst::IpAddress& out);
/// @return false unless protocol and address are of a flow
bool FromC(const sst_flow& flow, sst::FlowKey& out);
/// @return SST_OK, or what is wrong with it
int FromC(const sst_request& request, sst::Request& out);
/// @return SST_OK, or what is wrong with it
int FromC(const sst_config& config, sst::EndpointConfig& out);
sst_address ToC(const sst::IpAddress& address);
sst_flow ToC(const sst::FlowKey& flow);

/**
 * @param name of C, nullptr for none
 * @param out its text
 * @return SST_OK, or SST_E_VALUE when it is longer than SST_MAX_NAME
 */
int FromC(const char* name, std::string& out);

#endif /* SST_C_ENDPOINT_H */
