/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SST_BENCH_WORLD_H
#define SST_BENCH_WORLD_H

#include "../test/splitmix.h"
#include "sst/endpoint.h"

#include <memory>
#include <vector>

namespace sstbench
{

/// What a world is made of.
struct WorldOptions
{
    size_t sessions{1};                             //!< open sessions, one flow each
    size_t room{100000};                            //!< sessions there is room for
    sst::Coverage coverage{sst::Coverage::SEGMENT}; //!< of every session
    bool restoreChecksums{false};                   //!< at both ends
    sst::LayoutChoice layout{sst::LayoutChoice::N}; //!< of every session
};

/**
 * Two endpoints in one address space with open sessions between them: the first plays every client,
 * the second every server, each session between addresses of its own.
 */
class BenchWorld
{
  public:
    explicit BenchWorld(const WorldOptions& options);

    /// One flow: how its segments leave the client and reach the server.
    struct Flow
    {
        sst::Meta egress;  //!< at the client
        sst::Meta ingress; //!< at the server
    };

    /// Write a segment of any flow: TCP header without options, `size` bytes in all.
    static void FillSegment(size_t size, sst::Buffer& buffer);

    /// Takes and forgets every action of both ends.
    void Drain();

    ssttest::SplitMixRandom random{1};  //!< of both ends
    sst::Clock clock{};                 //!< stands still
    sst::Endpoint client;               //!< opens every session
    sst::Endpoint server;               //!< answers them
    std::vector<Flow> flows;            //!< one for each session
    sst::KeyPair key;                   //!< of the server
    std::vector<sst::KeyEntry> entries; //!< what DNS would hold

    /// Address `i` of a side: 10.x.y.z or 11.x.y.z.
    static sst::IpAddress AddressOf(uint8_t net, size_t i);

    /**
     * Open a session and a flow between addresses of their own.
     * @param i which
     * @param request what is asked
     * @return false when the handshake did not complete
     */
    bool Open(size_t i, const sst::Request& request);

    /**
     * Open a further TCP flow on an open session.
     * @param i the session
     * @param port of the client
     * @return false when it was refused
     */
    bool AddFlow(size_t i, uint16_t port);

  private:
    sst::Action m_action; //!< reused
};

/// @return a configuration with room for `sessions`
sst::EndpointConfig RoomFor(size_t sessions, bool restoreChecksums);

} // namespace sstbench

#endif /* SST_BENCH_WORLD_H */
