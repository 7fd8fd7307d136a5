// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "test-shell.h"

#include <algorithm>

namespace ssttest
{

BenchOptions
ShellOptions(bool v6)
{
    BenchOptions options;
    options.v6 = v6;
    options.serverFlags = sst::KEY_FLAG_EARLY_SYN | sst::KEY_FLAG_LAYOUT_U;
    options.config.allowNarrowCoverage = true;
    options.config.udpPort = SHELL_PORT;
    return options;
}

ShellServerBench::ShellServerBench(const BenchOptions& options)
    : ServerBench(options)
{
}

Bytes
ShellServerBench::MakeShellInit(uint8_t coverage)
{
    ReferenceInit wanted;
    wanted.outerProtocol = 17;
    wanted.layout = 1;
    wanted.segment = WithoutChecksum(6, Tcp(path, SYN));
    wanted.type = 6;
    if (coverage != 0)
    {
        wanted.options = PackOptions({{3, Bytes{coverage}}});
    }
    return MakeInit(wanted);
}

Path
ShellServerBench::ShellPath(uint16_t port) const
{
    return {client, port, server, SHELL_PORT};
}

sst::Verdict
ShellServerBench::InjectShell(const Bytes& bytes, uint16_t port, bool marked)
{
    return Inject(InShell(ShellPath(port), bytes), 17, marked);
}

std::vector<Bytes>
ShellServerBench::SentTo(uint16_t port, uint8_t type) const
{
    std::vector<Bytes> out;
    for (const Packet& packet : host.SentInShell(type, port))
    {
        std::optional<Bytes> content = OutOfShell(ShellPath(port).Reverse(), packet.bytes);
        EXPECT_TRUE(content) << "a UDP header that is not valid";
        EXPECT_EQ(packet.to, client);
        out.push_back(content.value_or(Bytes{}));
    }
    return out;
}

bool
ShellServerBench::ReadShellResp(uint16_t port)
{
    std::vector<Bytes> packets = SentTo(port, 2);
    resp.reset();
    if (!packets.empty())
    {
        resp = reference->ReadResp(17, packets.back());
    }
    return resp.has_value();
}

ReferenceSession&
ShellServerBench::EstablishShell(uint8_t coverage)
{
    EXPECT_EQ(Say(InjectShell(MakeShellInit(coverage))), "deliver none");
    sst::Verdict verdict = host.Send(6, client, Tcp(path.Reverse(), SYN | ACK));
    EXPECT_EQ(Say(verdict), "send none");
    EXPECT_EQ(verdict.protocol, 17);
    EXPECT_FALSE(verdict.mark);
    EXPECT_TRUE(ReadShellResp());
    EXPECT_EQ(Say(InjectShellData(Tcp(path, ACK, {}, 1001))), "deliver none");
    return reference->Session();
}

sst::Verdict
ShellServerBench::InjectShellData(const Bytes& segment,
                                  uint16_t port,
                                  uint8_t type,
                                  int sealedBytes)
{
    Bytes zeroed = type == 6 || type == 17 ? WithoutChecksum(type, segment) : segment;
    return InjectShell(reference->Session().SealNext(17, zeroed, type, sealedBytes), port);
}

ShellClientBench::ShellClientBench(const BenchOptions& options, uint16_t udpPort)
    : ClientBench(options)
{
    host.Learn("server", server, entry, udpPort);
}

sst::Verdict
ShellClientBench::Open(sst::LayoutChoice layout,
                       uint16_t port,
                       sst::Policy policy,
                       sst::Coverage coverage)
{
    sst::Request request = Ask(policy, "server", coverage);
    request.layout = layout;
    return host.Send(6, server, Tcp(FlowPath(port), SYN), &request);
}

std::vector<Packet>
ShellClientBench::Datagrams(uint8_t type) const
{
    return host.SentInShell(type, SHELL_PORT);
}

Path
ShellClientBench::ShellPath(uint16_t from) const
{
    return {server, from, client, ownPort};
}

bool
ShellClientBench::ReadShellInit()
{
    std::vector<Packet> packets = Datagrams(1);
    init.reset();
    if (!packets.empty())
    {
        ownPort = static_cast<uint16_t>(ReadBigEndian(packets.back().bytes, 0, 2));
        EXPECT_EQ(packets.back().to, server);
        std::optional<Bytes> content = OutOfShell(ShellPath().Reverse(), packets.back().bytes);
        EXPECT_TRUE(content) << "a UDP header that is not valid";
        init = reference.ReadInit(17, content.value_or(Bytes{}), 1);
    }
    return init.has_value();
}

sst::Verdict
ShellClientBench::InjectShell(const Bytes& bytes, uint16_t from, bool marked)
{
    return Inject(InShell(ShellPath(from), bytes), 17, marked);
}

ReferenceSession&
ShellClientBench::EstablishShell(sst::Coverage coverage)
{
    EXPECT_EQ(Say(Open(sst::LayoutChoice::U, 40000, sst::Policy::REQUIRE, coverage)), "wait none");
    EXPECT_TRUE(ReadShellInit());
    ReferenceResp resp = GoodResp();
    resp.segment = WithoutChecksum(6, Tcp(FlowPath().Reverse(), SYN | ACK));
    resp.type = 6;
    EXPECT_EQ(Say(InjectShell(reference.Resp(resp))), "deliver none");
    return reference.Session();
}

size_t
SealedReceived(const Host& host)
{
    return static_cast<size_t>(std::count_if(host.received.begin(),
                                             host.received.end(),
                                             [](const Received& got) { return got.sealed; }));
}

} // namespace ssttest
