// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_BENCH_H
#define SST_TEST_BENCH_H

#include "test-host.h"

#include <gtest/gtest.h>

namespace ssttest
{

/// What a bench is built with.
struct BenchOptions
{
    bool v6{false};             //!< addresses
    uint8_t serverFlags{1};     //!< of the key entry
    bool freshKey{true};        //!< key younger than the server's start
    sst::EndpointConfig config; //!< of the endpoint under test
    uint64_t seed{1};           //!< of its randomness
};

/// An Endpoint as server; the client is the reference.
class ServerBench
{
  public:
    explicit ServerBench(const BenchOptions& options = {});

    /// \return an INIT as the reference makes it, with a new ephemeral, time and index set
    Bytes MakeInit(ReferenceInit init);

    /// \return an INIT with a SYN of \p path
    Bytes MakeSynInit(const Path& path, uint8_t coverage = 0);

    /// Puts a packet of \p from (the client by default) before the endpoint.
    sst::Verdict Inject(const Bytes& bytes,
                        uint8_t protocol = 6,
                        bool marked = true,
                        const sst::IpAddress* from = nullptr);

    /// Reads the RESP sent last. \return whether the reference accepts it
    bool ReadResp();

    /// INIT with a SYN, the stack's SYN-ACK, RESP read, first DATA: the session is UP.
    /// \return the client's end
    ReferenceSession& Establish(uint8_t coverage = 0);

    /// Seals \p segment by the client's end and puts it before the endpoint.
    sst::Verdict InjectData(uint8_t protocol, const Bytes& segment, int sealedBytes = 255);

    World world;                                //!< carries nothing
    Host& host;                                 //!< under test
    sst::IpAddress client;                      //!< address of the reference
    sst::IpAddress server;                      //!< address of the endpoint
    Path path;                                  //!< a flow from client to server
    Bytes serverKey;                            //!< static public key
    std::unique_ptr<ReferenceClient> reference; //!< of the INIT made last
    std::optional<ReferenceResp> resp;          //!< read by ReadResp
    ReferenceInit init;                         //!< made last
    Dice dice{99};                              //!< ephemerals of the reference
};

/// An Endpoint as client; the server is the reference.
class ClientBench
{
  public:
    explicit ClientBench(const BenchOptions& options = {});

    /// The stack opens a TCP flow from \p port. \return the verdict on its SYN
    sst::Verdict Connect(uint16_t port = 40000,
                         sst::Policy policy = sst::Policy::REQUIRE,
                         sst::Coverage coverage = sst::Coverage::SEGMENT);

    /// Reads the INIT sent last. \return whether the reference accepts it
    bool ReadInit();

    /// \return the smallest right RESP to the INIT read: early data accepted, type 59
    ReferenceResp GoodResp() const;

    /// Puts a packet of the server before the endpoint.
    sst::Verdict Inject(const Bytes& bytes,
                        uint8_t protocol = 6,
                        bool marked = true,
                        const sst::IpAddress* from = nullptr);

    /// Connect, ReadInit, RESP with the SYN-ACK: the session is UP. \return the server's end
    ReferenceSession& Establish(sst::Coverage coverage = sst::Coverage::SEGMENT);

    /// Seals \p segment by the server's end and puts it before the endpoint.
    sst::Verdict InjectData(uint8_t protocol, const Bytes& segment, int sealedBytes = 255);

    /// \return the flow from \p port to port 443 of the server
    Path FlowPath(uint16_t port = 40000) const;

    /// \return its name at the endpoint
    sst::FlowKey Key(uint16_t port = 40000, uint8_t protocol = 6) const;

    World world;                       //!< carries nothing
    Host& host;                        //!< under test
    sst::IpAddress client;             //!< address of the endpoint
    sst::IpAddress server;             //!< address of the reference
    Bytes serverSecret;                //!< static secret of the reference
    sst::KeyEntry entry;               //!< what DNS holds
    ReferenceServer reference;         //!< the server
    std::optional<ReferenceInit> init; //!< read by ReadInit
};

/// \return packet \p bytes with one bit turned over
Bytes Flip(Bytes bytes, size_t bit);

/// \return \p text of a reason, for messages
std::string Say(const sst::Verdict& verdict);

} // namespace ssttest

#endif // SST_TEST_BENCH_H
