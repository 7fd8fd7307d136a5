/*
 * Copyright (c) 2026 The ns3-sst authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "sst-seen-packet.h"
#include "sst-test-chain.h"
#include "sst-test-transfer.h"

#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/sst-socket-option.h"
#include "ns3/sst-stack.h"
#include "ns3/test.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

using namespace ns3;

namespace
{

constexpr uint16_t PORT = 8080; ///< the service's port

/**
 * @param value a value of key65280 with one entry
 * @return the same without an end: what a client believes that does not look at not_after
 */
std::vector<uint8_t>
WithoutEnd(std::vector<uint8_t> value)
{
    // length | version | suite | key_id | flags | not_after(32) | key: Section 14
    std::fill(value.begin() + 5, value.begin() + 9, uint8_t{0});
    return value;
}

/**
 * @param stack a side stack that learns of the server's keys
 * @param chain the network
 * @param value what it learns
 */
void
Learn(Ptr<SstStack> stack, const SstTestChain& chain, const std::vector<uint8_t>& value)
{
    const Address server = chain.ServerAddress();
    stack->AddHost(SstTestChain::NAME, server);
    stack->ProvideKeys(SstTestChain::NAME, server, SstStack::KeyAnswer::KEYS, value);
}

/**
 * @ingroup sst-tests
 * A server changes its key: both hold for a while, the old one ends, what it opened goes on.
 */
// SRV-14, SRV-15, KEYQ-4, KEYQ-9
class SstKeyRotationTestCase : public TestCase
{
  public:
    /**
     * @param ipv6 IPv6 instead of IPv4
     */
    explicit SstKeyRotationTestCase(bool ipv6)
        : TestCase(std::string("a key ends, IPv") + (ipv6 ? "6" : "4")),
          m_ipv6(ipv6)
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Family(m_ipv6));
        // no session of the first key is open at the second client: it needs an INIT
        Ptr<Node> second = chain.nodes.Get(1);
        Ptr<SstStack> secondStack = second->GetObject<SstStack>();
        const auto first = chain.ServerStack()->GenerateServerKey(1, 1, Seconds(20));
        const auto next = chain.ServerStack()->GenerateServerKey(2, 1);
        Learn(chain.ClientStack(), chain, first);
        Learn(secondStack, chain, WithoutEnd(first));

        SstTestTransfer before(5000, 5000);   // while the first key holds
        SstTestTransfer expired(5000, 5000);  // the client knows that it ended
        SstTestTransfer stubborn(5000, 5000); // the second client does not, and learns the next
        SstTestTransfer* transfers[] = {&before, &expired, &stubborn};
        const Ptr<Node> clients[] = {chain.Client(), chain.Client(), second};
        const double starts[] = {10, 25, 45};
        for (uint16_t i = 0; i < 3; i++)
        {
            transfers[i]->Serve(chain.Server(), chain.AnySocket(PORT + i));
            SstSocketOption::Enable(transfers[i]->Create(clients[i]), SstPolicy::REQUIRE);
            transfers[i]->Start(starts[i], chain.ServerSocket(PORT + i));
        }
        std::string reason;
        SstSocketOption::SetFailureCallback(
            expired.client,
            Callback<void, Ptr<Socket>, std::string>(
                [&](Ptr<Socket>, std::string name) { reason = name; }));
        // the session of the first key outlives it
        Simulator::Schedule(Seconds(40), [&]() { before.client->Send(Create<Packet>(100)); });
        uint64_t refused = 0;
        bool early = true;
        Simulator::Schedule(Seconds(50), [&]() {
            refused = chain.ServerStack()->GetDropCount("key-id");
            early = stubborn.connected;
            Learn(secondStack, chain, next);
        });
        SstTestChain::Run(80);

        NS_TEST_ASSERT_MSG_EQ(before.connected, true, "the first key opens a session");
        NS_TEST_ASSERT_MSG_EQ(before.atServer.size(), 5100, "and it is used after the key ended");
        NS_TEST_ASSERT_MSG_EQ(reason, "no-key", "a key is not used after not_after");
        NS_TEST_ASSERT_MSG_EQ(expired.connected, false, "nor is the flow opened in clear");
        NS_TEST_ASSERT_MSG_EQ((refused > 0), true, "INITs for a key that is gone");
        NS_TEST_ASSERT_MSG_EQ(early, false, "open nothing");
        NS_TEST_ASSERT_MSG_EQ(stubborn.IsComplete(), true, "the next fresh INIT has the new key");
        for (uint16_t i = 0; i < 3; i++)
        {
            NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[1], PORT + i), 0, "nothing in clear");
        }
    }

    bool m_ipv6; //!< IPv6 instead of IPv4
};

/**
 * @ingroup sst-tests
 * A key that was removed is gone at once; its number is free.
 */
class SstKeyRemovalTestCase : public TestCase
{
  public:
    SstKeyRemovalTestCase()
        : TestCase("a key is removed")
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Family(false));
        Ptr<SstStack> server = chain.ServerStack();
        Learn(chain.ClientStack(), chain, server->GenerateServerKey(1, 1));
        NS_TEST_ASSERT_MSG_EQ(server->RemoveServerKey(2), false, "there is no key 2");
        NS_TEST_ASSERT_MSG_EQ(server->RemoveServerKey(1), true, "there is key 1");
        NS_TEST_ASSERT_MSG_EQ(server->RemoveServerKey(1), false, "not any more");
        for (uint8_t keyId = 1; keyId <= 4; keyId++)
        {
            server->GenerateServerKey(keyId, 1); // four others, one of them of the same number
        }
        SstTestTransfer transfer(1000, 1000);
        transfer.Serve(chain.Server(), chain.AnySocket(PORT));
        SstSocketOption::Enable(transfer.Create(chain.Client()), SstPolicy::REQUIRE);
        transfer.Start(SstTestChain::START, chain.ServerSocket(PORT));
        SstTestChain::Run(10);
        NS_TEST_ASSERT_MSG_EQ(transfer.connected, false, "another key of the same number");
        NS_TEST_ASSERT_MSG_EQ((server->GetDropCount("decrypt") > 0), true, "does not open it");
    }
};

/**
 * @ingroup sst-tests
 * Policy `pin` falls back to clear for a name that is not pinned, or not any more.
 */
// PIN-2, POL-1
class SstPinTestCase : public TestCase
{
  public:
    SstPinTestCase()
        : TestCase("a pinned name")
    {
    }

  private:
    void DoRun() override
    {
        SstTestChain chain(SstTestChain::Family(false));
        Ptr<SstStack> client = chain.ClientStack();
        client->AddHost(SstTestChain::NAME, chain.ServerAddress());
        NS_TEST_ASSERT_MSG_EQ(client->GetPinnedNames().size(), 0, "nothing pinned yet");
        client->PinName(SstTestChain::NAME, Seconds(20));
        client->PinName(SstTestChain::NAME, Seconds(5)); // the longer one stays
        const auto names = client->GetPinnedNames();
        NS_TEST_ASSERT_MSG_EQ(names.size(), 1, "one name");
        NS_TEST_ASSERT_MSG_EQ(names.at(SstTestChain::NAME).GetSeconds(), 20, "when it ends");

        SstTestTransfer pinned(1000, 1000);
        SstTestTransfer ended(1000, 1000);
        std::size_t left = 1;
        for (auto [transfer, port, start] :
             {std::tuple{&pinned, PORT, 10.0}, std::tuple{&ended, uint16_t{PORT + 1}, 30.0}})
        {
            transfer->Serve(chain.Server(), chain.AnySocket(port));
            SstSocketOption::Enable(transfer->Create(chain.Client()), SstPolicy::PIN);
            transfer->Start(start, chain.ServerSocket(port));
        }
        Simulator::Schedule(Seconds(25), [&]() { left = client->GetPinnedNames().size(); });
        SstTestChain::Run(40);

        NS_TEST_ASSERT_MSG_EQ(pinned.connected, false, "no key: not in clear while pinned");
        NS_TEST_ASSERT_MSG_EQ(CountClear(chain.seen[0], PORT), 0, "nothing in clear");
        NS_TEST_ASSERT_MSG_EQ(left, 0, "the pin ended");
        NS_TEST_ASSERT_MSG_EQ(ended.IsComplete(), true, "in clear after it");
        NS_TEST_ASSERT_MSG_EQ((CountClear(chain.seen[0], PORT + 1) > 0), true, "as seen");
    }
};

/**
 * @ingroup sst-tests
 * Keys of servers over time, and pins.
 */
class SstKeysTestSuite : public TestSuite
{
  public:
    SstKeysTestSuite()
        : TestSuite("sst-keys", Type::SYSTEM)
    {
        AddTestCase(new SstKeyRotationTestCase(false), TestCase::Duration::QUICK);
        AddTestCase(new SstKeyRotationTestCase(true), TestCase::Duration::QUICK);
        AddTestCase(new SstKeyRemovalTestCase(), TestCase::Duration::QUICK);
        AddTestCase(new SstPinTestCase(), TestCase::Duration::QUICK);
    }
};

static SstKeysTestSuite g_sstKeysTestSuite; //!< registers the suite

} // namespace
