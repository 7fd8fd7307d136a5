// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// What sessions and flows cost: at most 1 KiB a session and 48 bytes a flow, tables included.

#include "counting-allocator.h"
#include "session-arena.h"
#include "session.h"
#include "sst/flow-table.h"
#include "test-bench.h"

#include <iostream>

using namespace ssttest;

namespace
{

constexpr size_t SESSION_BYTES = 1024; //!< a session, its share of every table included
constexpr size_t FLOW_BYTES = 48;      //!< a flow bound to an open session, likewise
constexpr uint32_t SESSIONS = 10000;

/// \return the address of peer \p number, each a site of its own
sst::IpAddress
Peer(uint32_t number)
{
    Bytes bytes{10,
                static_cast<uint8_t>(1 + number / 65536),
                static_cast<uint8_t>(number / 256),
                static_cast<uint8_t>(number)};
    return sst::IpAddress::From(bytes.data(), 4);
}

/// An endpoint alone, without the accounts a Host keeps.
struct Bare
{
    FixedRandom random{1};
    sst::EndpointConfig config;
    std::unique_ptr<sst::Endpoint> endpoint;
    sst::Clock clock{1000 * S, 1800000000000};
    sst::IpAddress local = Ip("192.0.2.1");
    sst::Buffer buffer;
    sst::Action action;
    Dice dice{5};

    void Start()
    {
        config.maxKeyAnswers = 1;
        config.maxReplayEntries = 1;
        config.icmpRing = 1;
        endpoint = std::make_unique<sst::Endpoint>(config, random);
    }

    /// \return what is to be sent: by the verdict, or the first SEND action
    Bytes Drain(const sst::Verdict& verdict)
    {
        Bytes out;
        if (verdict.outcome == sst::Outcome::SEND)
        {
            out = ToBytes(buffer);
        }
        while (endpoint->Poll(action))
        {
            if (action.kind == sst::Action::Kind::SEND && out.empty())
            {
                out = ToBytes(action.bytes);
            }
        }
        action = sst::Action();
        random.ephemerals.clear();
        random.indices.clear();
        return out;
    }

    Bytes In(const sst::IpAddress& peer, uint8_t protocol, const Bytes& bytes)
    {
        sst::Meta meta;
        meta.protocol = protocol;
        meta.local = local;
        meta.peer = peer;
        meta.marked = true;
        buffer.Assign(bytes.data(), bytes.size());
        return Drain(endpoint->Ingress(meta, buffer, clock));
    }

    Bytes Out(const sst::IpAddress& peer, const Bytes& bytes, const sst::Request& request)
    {
        sst::Meta meta;
        meta.protocol = 6;
        meta.local = local;
        meta.peer = peer;
        buffer.Assign(bytes.data(), bytes.size());
        return Drain(endpoint->Egress(meta, &request, buffer, clock));
    }
};

/// A server with sessions of clients.
struct Server : Bare
{
    Bytes publicKey;

    explicit Server(const sst::EndpointConfig& wanted = {})
    {
        config = wanted;
        Start();
        sst::KeyPair pair;
        Bytes secret(32, 0x44);
        pair.secretKey = To32(secret);
        publicKey = PublicOf(secret);
        pair.publicKey = To32(publicKey);
        pair.keyId = 1;
        EXPECT_TRUE(endpoint->AddServerKey(pair, clock));
    }

    ReferenceSession Accept(const sst::IpAddress& peer)
    {
        ReferenceClient client(publicKey, dice.Fill(32));
        ReferenceInit init;
        init.clientIndex = static_cast<uint32_t>(dice.Below(1u << 30));
        init.timeMs = clock.unixMs;
        EXPECT_TRUE(client.ReadResp(6, In(peer, 6, client.Init(init))));
        In(peer, 6, client.Session().SealNext(6, {}, 59));
        // INITs come at less than the rate of one address and of all
        clock.monotonicNs += 5 * MS;
        clock.unixMs += 5;
        endpoint->Tick(clock);
        return client.Session();
    }

    void OpenFlow(ReferenceSession& session, const sst::IpAddress& peer, uint16_t port)
    {
        Bytes segment = WithoutChecksum(6, Tcp({peer, port, local, 443}, SYN));
        In(peer, 6, session.SealNext(6, segment, 6));
    }

    /// The time after which a server session is nothing but open.
    void Settle()
    {
        clock.monotonicNs += 60 * S;
        clock.unixMs += 60000;
        endpoint->Tick(clock);
        Drain({});
    }
};

void
Report(const char* what, double bytes)
{
    std::cout << what << ": " << bytes << " bytes\n";
    testing::Test::RecordProperty(what, std::to_string(bytes));
}

} // namespace

TEST(Memory, ServerSession)
{
    Server server;
    size_t before = HeapBytes();
    for (uint32_t i = 0; i < SESSIONS; i++)
    {
        ReferenceSession session = server.Accept(Peer(i));
        server.OpenFlow(session, Peer(i), 40000);
    }
    server.Settle();
    ASSERT_EQ(server.endpoint->SessionCount(), SESSIONS);
    ASSERT_EQ(server.endpoint->FlowCount(), SESSIONS);
    double each = static_cast<double>(HeapBytes() - before) / SESSIONS;
    Report("a server session with one flow", each);
    EXPECT_LE(each, SESSION_BYTES + FLOW_BYTES);
}

TEST(Memory, ClientSession)
{
    Bare client;
    client.Start();
    sst::KeyEntry entry;
    entry.keyId = 1;
    entry.flags = 1;
    Bytes secret(32, 0x55);
    entry.publicKey = To32(PublicOf(secret));
    size_t before = HeapBytes();
    for (uint32_t i = 0; i < SESSIONS; i++)
    {
        sst::IpAddress peer = Peer(i);
        client.endpoint->ProvideKeys("s", peer, sst::KeyAnswer::KEYS, {entry}, client.clock);
        Path path{client.local, 40000, peer, 443};
        ReferenceServer server(secret, client.dice.Fill(32));
        Bytes init = client.Out(peer, Tcp(path, SYN), Ask(sst::Policy::REQUIRE, "s"));
        ASSERT_TRUE(server.ReadInit(6, init));
        ReferenceResp resp;
        resp.serverIndex = static_cast<uint32_t>(client.dice.Below(1u << 30));
        resp.timeMs = client.clock.unixMs;
        client.In(peer, 6, server.Resp(resp));
        client.endpoint->Tick(client.clock);
        client.Drain({});
    }
    ASSERT_EQ(client.endpoint->SessionCount(), SESSIONS);
    ASSERT_EQ(client.endpoint->FlowCount(), SESSIONS);
    double each = static_cast<double>(HeapBytes() - before) / SESSIONS;
    Report("a client session with one flow", each);
    EXPECT_LE(each, SESSION_BYTES + FLOW_BYTES);
}

TEST(Memory, FlowsOfManySessions)
{
    sst::EndpointConfig config;
    config.maxFlows = 65536 + 65536 / 7 + 8; // an eighth is kept for the host's own
    Server server(config);
    std::vector<ReferenceSession> sessions;
    for (uint32_t i = 0; i < 64; i++)
    {
        sessions.push_back(server.Accept(Peer(i)));
        server.OpenFlow(sessions.back(), Peer(i), 1);
    }
    server.Settle();
    // a packet is as large as the buffers ever get
    size_t before = HeapBytes();
    size_t flows = 64;
    for (uint16_t port = 2; port <= 1024; port++)
    {
        for (uint32_t i = 0; i < 64; i++)
        {
            server.OpenFlow(sessions[i], Peer(i), port);
        }
        if (port % 128 == 0)
        {
            flows = server.endpoint->FlowCount();
            ASSERT_EQ(flows, 64u * port);
            double each = static_cast<double>(HeapBytes() - before) / (flows - 64);
            Report(("a flow among " + std::to_string(flows)).c_str(), each);
            EXPECT_LE(each, FLOW_BYTES);
        }
    }
    EXPECT_EQ(flows, 65536u);
}

// At every size, the ones right after the table grew included.
TEST(Memory, FlowTableAtEverySize)
{
    sst::SessionArena arena;
    std::vector<sst::Session*> sessions(16);
    for (size_t i = 0; i < sessions.size(); i++)
    {
        sessions[i] = &arena.Make();
        sessions[i]->peer = Peer(static_cast<uint32_t>(i));
    }
    size_t before = HeapBytes();
    sst::FlowTable table({1, 2, 3}, 65536, 4096, arena);
    double worst = 0;
    for (uint32_t n = 1; n <= 65536; n++)
    {
        sst::Session& session = *sessions[n % 16];
        const uint16_t port = static_cast<uint16_t>(n / 16);
        sst::FlowEntry* entry = table.Insert({6, 443, session.peer, port}, 1);
        ASSERT_NE(entry, nullptr);
        table.Bind(*entry, session.slot, session.flows);
        table.DropDetail(*entry);
        if (n >= 2048)
        {
            worst = std::max(worst, static_cast<double>(HeapBytes() - before) / n);
        }
    }
    Report("a flow at the worst size", worst);
    EXPECT_LE(worst, FLOW_BYTES);
}
