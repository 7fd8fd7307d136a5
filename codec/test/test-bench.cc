// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

#include "test-bench.h"

namespace ssttest
{

namespace
{

sst::IpAddress
ClientAddress(bool v6)
{
    return v6 ? Ip("2001:0db8:0001:0000:0000:0000:0000:0001") : Ip("10.0.0.1");
}

sst::IpAddress
ServerAddress(bool v6)
{
    return v6 ? Ip("2001:0db8:0002:0000:0000:0000:0000:0002") : Ip("10.0.1.2");
}

std::string
Text(const sst::IpAddress& address)
{
    Bytes bytes(address.bytes.begin(), address.bytes.begin() + address.length);
    if (address.length == 16)
    {
        return ":" + ToHex(bytes);
    }
    return std::to_string(bytes[0]) + "." + std::to_string(bytes[1]) + "." +
           std::to_string(bytes[2]) + "." + std::to_string(bytes[3]);
}

} // namespace

ServerBench::ServerBench(const BenchOptions& options)
    : host{world.Add(Text(ServerAddress(options.v6)), options.seed, options.config)},
      client{ClientAddress(options.v6)},
      server{ServerAddress(options.v6)},
      path{client, 40000, server, 443}
{
    world.carry = false;
    sst::KeyEntry entry = host.Serve(1, options.serverFlags, options.freshKey);
    serverKey = Bytes(entry.publicKey.begin(), entry.publicKey.end());
}

Bytes
ServerBench::MakeInit(ReferenceInit wanted)
{
    init = wanted;
    if (init.clientIndex == 1)
    {
        init.clientIndex = static_cast<uint32_t>(dice.Next() & 0x3fffffff);
    }
    if (init.timeMs == 0)
    {
        init.timeMs = world.clock.unixMs;
    }
    reference = std::make_unique<ReferenceClient>(serverKey, dice.Fill(32));
    return reference->Init(init);
}

Bytes
ServerBench::MakeSynInit(const Path& flow, uint8_t coverage)
{
    ReferenceInit wanted;
    wanted.segment = WithoutChecksum(6, Tcp(flow, SYN));
    wanted.type = 6;
    if (coverage != 0)
    {
        wanted.options = PackOptions({{3, Bytes{coverage}}});
    }
    return MakeInit(wanted);
}

sst::Verdict
ServerBench::Inject(const Bytes& bytes, uint8_t protocol, bool marked, const sst::IpAddress* from)
{
    return host.Receive({from ? *from : client, server, protocol, marked, bytes, 0});
}

bool
ServerBench::ReadResp()
{
    auto packets = host.SentOfType(2);
    resp.reset();
    if (!packets.empty())
    {
        resp = reference->ReadResp(packets.back().protocol, packets.back().bytes);
    }
    return resp.has_value();
}

ReferenceSession&
ServerBench::Establish(uint8_t coverage)
{
    EXPECT_EQ(Inject(MakeSynInit(path, coverage)).outcome, sst::Outcome::DELIVER);
    EXPECT_EQ(host.Send(6, client, Tcp(path.Reverse(), SYN | ACK)).outcome, sst::Outcome::SEND);
    EXPECT_TRUE(ReadResp());
    EXPECT_EQ(InjectData(6, Tcp(path, ACK, {}, 1001)).outcome, sst::Outcome::DELIVER);
    return reference->Session();
}

sst::Verdict
ServerBench::InjectData(uint8_t protocol, const Bytes& segment, int sealedBytes)
{
    Bytes zeroed = protocol == 6 || protocol == 17 ? WithoutChecksum(protocol, segment) : segment;
    uint8_t outer = protocol == 6 || protocol == 17 ? protocol : init.outerProtocol;
    return Inject(reference->Session().SealNext(outer, zeroed, protocol, sealedBytes), outer);
}

ClientBench::ClientBench(const BenchOptions& options)
    : host{world.Add(Text(ClientAddress(options.v6)), options.seed, options.config)},
      client{ClientAddress(options.v6)},
      server{ServerAddress(options.v6)},
      serverSecret(32, 0x77),
      reference{serverSecret, Bytes(32, 0x33)}
{
    world.carry = false;
    entry.keyId = 9;
    entry.flags = options.serverFlags;
    entry.publicKey = To32(PublicOf(serverSecret));
    host.Learn("server", server, entry);
}

Path
ClientBench::FlowPath(uint16_t port) const
{
    return {client, port, server, 443};
}

sst::FlowKey
ClientBench::Key(uint16_t port, uint8_t protocol) const
{
    sst::FlowKey key;
    key.protocol = protocol;
    key.localPort = port;
    key.peer = server;
    key.peerPort = 443;
    return key;
}

sst::Verdict
ClientBench::Connect(uint16_t port, sst::Policy policy, sst::Coverage coverage)
{
    sst::Request request = Ask(policy, "server", coverage);
    return host.Send(6, server, Tcp(FlowPath(port), SYN), &request);
}

bool
ClientBench::ReadInit()
{
    auto packets = host.SentOfType(1);
    init.reset();
    if (!packets.empty())
    {
        init = reference.ReadInit(packets.back().protocol, packets.back().bytes);
    }
    return init.has_value();
}

ReferenceResp
ClientBench::GoodResp() const
{
    ReferenceResp resp;
    resp.outerProtocol = init->outerProtocol;
    resp.serverIndex = 0x2345678;
    resp.status = init->type == 59 ? 0 : 1;
    resp.timeMs = world.clock.unixMs;
    auto options = UnpackOptions(init->options);
    if (options && options->count(3))
    {
        resp.options[3] = options->at(3);
    }
    return resp;
}

sst::Verdict
ClientBench::Inject(const Bytes& bytes, uint8_t protocol, bool marked, const sst::IpAddress* from)
{
    return host.Receive({from ? *from : server, client, protocol, marked, bytes, 0});
}

ReferenceSession&
ClientBench::Establish(sst::Coverage coverage)
{
    EXPECT_EQ(Connect(40000, sst::Policy::REQUIRE, coverage).outcome, sst::Outcome::WAIT);
    EXPECT_TRUE(ReadInit());
    ReferenceResp resp = GoodResp();
    resp.segment = WithoutChecksum(6, Tcp(FlowPath().Reverse(), SYN | ACK));
    resp.type = 6;
    EXPECT_EQ(Inject(reference.Resp(resp)).outcome, sst::Outcome::DELIVER);
    return reference.Session();
}

sst::Verdict
ClientBench::InjectData(uint8_t protocol, const Bytes& segment, int sealedBytes)
{
    Bytes zeroed = protocol == 6 || protocol == 17 ? WithoutChecksum(protocol, segment) : segment;
    uint8_t outer = protocol == 6 || protocol == 17 ? protocol : init->outerProtocol;
    return Inject(reference.Session().SealNext(outer, zeroed, protocol, sealedBytes), outer);
}

Bytes
Flip(Bytes bytes, size_t bit)
{
    bytes[bit / 8] ^= static_cast<uint8_t>(0x80 >> bit % 8);
    return bytes;
}

std::string
Say(const sst::Verdict& verdict)
{
    return std::string(sst::ToString(verdict.outcome)) + " " + sst::ToString(verdict.reason);
}

} // namespace ssttest
