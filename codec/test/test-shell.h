// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#ifndef SST_TEST_SHELL_H
#define SST_TEST_SHELL_H

#include "test-bench.h"

namespace ssttest
{

constexpr uint16_t SHELL_PORT = 4433;   //!< where the servers of the tests serve layout U
constexpr uint16_t CLIENT_PORT = 51000; //!< of the reference client

/// \return options with layout U served and narrow coverage allowed
BenchOptions ShellOptions(bool v6 = false);

/// A server under test, the reference speaks layout U to it.
class ShellServerBench : public ServerBench
{
  public:
    explicit ShellServerBench(const BenchOptions& options = ShellOptions());

    /// \return an INIT of layout U with a SYN
    Bytes MakeShellInit(uint8_t coverage = 0);

    /// Puts \p bytes behind a UDP header from \p port before the endpoint.
    sst::Verdict InjectShell(const Bytes& bytes, uint16_t port = CLIENT_PORT, bool marked = false);

    /// \return what the endpoint sent to \p port, without its UDP header, of type \p type; every
    ///         header is checked
    std::vector<Bytes> SentTo(uint16_t port, uint8_t type) const;

    /// Reads the RESP sent last to \p port. \return whether the reference accepts it
    bool ReadShellResp(uint16_t port = CLIENT_PORT);

    /// INIT with a SYN, RESP with the SYN-ACK, first DATA. \return the client's end
    ReferenceSession& EstablishShell(uint8_t coverage = 0);

    /// Seals \p segment by the client's end and puts it before the endpoint from \p port.
    sst::Verdict InjectShellData(const Bytes& segment,
                                 uint16_t port = CLIENT_PORT,
                                 uint8_t type = 6,
                                 int sealedBytes = 255);

    /// \return the way of a datagram to the endpoint
    Path ShellPath(uint16_t port = CLIENT_PORT) const;
};

/// A client under test, the reference serves layout U.
class ShellClientBench : public ClientBench
{
  public:
    /// The keys offer layout U at \p udpPort.
    explicit ShellClientBench(const BenchOptions& options = ShellOptions(),
                              uint16_t udpPort = SHELL_PORT);

    /// The stack opens a TCP flow. \return the verdict on its SYN
    sst::Verdict Open(sst::LayoutChoice layout,
                      uint16_t port = 40000,
                      sst::Policy policy = sst::Policy::REQUIRE,
                      sst::Coverage coverage = sst::Coverage::SEGMENT);

    /// Reads the INIT of layout U sent last and the port it came from.
    bool ReadShellInit();

    /// Puts \p bytes behind a UDP header to the port of the INIT read before the endpoint.
    sst::Verdict InjectShell(const Bytes& bytes, uint16_t from = SHELL_PORT, bool marked = false);

    /// Open, INIT read, RESP with the SYN-ACK. \return the server's end
    ReferenceSession& EstablishShell(sst::Coverage coverage = sst::Coverage::SEGMENT);

    /// \return datagrams of layout U sent, with their headers, by type
    std::vector<Packet> Datagrams(uint8_t type) const;

    /// \return the way of a datagram to the endpoint
    Path ShellPath(uint16_t from = SHELL_PORT) const;

    uint16_t ownPort{0}; //!< of the INIT read
};

/// \return segments that came out of sessions
size_t SealedReceived(const Host& host);

} // namespace ssttest

#endif // SST_TEST_SHELL_H
