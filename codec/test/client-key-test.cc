// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// A server that changes its key while clients try: asked again, and used from the next fresh INIT.

#include "test-bench.h"

using namespace ssttest;

namespace
{

/// A client, and a second key of the server.
struct Changing : ClientBench
{
    explicit Changing(const BenchOptions& options = {})
        : ClientBench(options),
          newSecret(32, 0x29),
          newReference{newSecret, Bytes(32, 0x44)},
          newEntry{entry}
    {
        newEntry.publicKey = To32(PublicOf(newSecret));
        newEntry.keyId = 10;
    }

    /// \return RESOLVEs so far
    size_t Asked() const
    {
        size_t count = 0;
        for (const sst::Action& action : host.events)
        {
            count += action.kind == sst::Action::Kind::RESOLVE;
        }
        return count;
    }

    /// \return whether the INIT sent last is for the new key
    bool IsNew()
    {
        const Packet packet = host.SentOfType(1).back();
        return newReference.ReadInit(packet.protocol, packet.bytes).has_value();
    }

    Bytes newSecret;
    ReferenceServer newReference;
    sst::KeyEntry newEntry;
};

} // namespace

// "at the first fresh INIT (15 s ...) it asks again (RESOLVE)": once
TEST(ClientKey, AskedAgainOnceAtTheFirstFreshInit)
{
    Changing bench;
    bench.Connect();
    bench.world.Run(15 * S - 1);
    EXPECT_EQ(bench.Asked(), 0u);
    bench.world.Run(1);
    ASSERT_EQ(bench.Asked(), 1u);
    const sst::Action& ask = bench.host.events.back();
    EXPECT_EQ(ask.name, "server");
    EXPECT_EQ(ask.peer, bench.server);
    EXPECT_EQ(ask.local, bench.client);
    bench.world.Run(400 * S);
    EXPECT_EQ(bench.Asked(), 1u);
}

// Fresh ahead of its turn, because the flow of its early data was given up: asked then.
TEST(ClientKey, AskedAtAFreshInitAheadOfItsTurn)
{
    Changing bench;
    bench.Connect(40000);
    bench.Connect(40001);
    bench.host.Abandon(bench.Key(40000));
    EXPECT_EQ(bench.Asked(), 0u);
    bench.world.Run(1 * S);
    ASSERT_EQ(bench.host.SentOfType(1).size(), 2u);
    EXPECT_NE(Slice(bench.host.SentOfType(1)[1].bytes, 32, 32),
              Slice(bench.host.SentOfType(1)[0].bytes, 32, 32));
    EXPECT_EQ(bench.Asked(), 1u);
    bench.world.Run(400 * S);
    EXPECT_EQ(bench.Asked(), 1u);
}

// "the next fresh INIT uses the new key (the session is re-registered under it)"
TEST(ClientKey, NewKeyFromTheNextFreshInit)
{
    Changing bench;
    bench.Connect();
    bench.world.Run(16 * S);
    bench.host.Learn("server", bench.server, bench.newEntry);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 5u) << "not before its time";
    bench.world.Run(6 * S);
    EXPECT_FALSE(bench.IsNew());
    bench.world.Run(1 * S);
    ASSERT_EQ(bench.host.SentOfType(1).size(), 6u);
    ASSERT_TRUE(bench.IsNew());
    EXPECT_EQ(bench.host.SentOfType(1).back().bytes[6], 10);
    // a flow that asks now waits for this session
    bench.Connect(40001);
    EXPECT_EQ(bench.host.SentOfType(1).size(), 6u);
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 1u);
    bench.init = bench.newReference.ReadInit(6, bench.host.SentOfType(1).back().bytes);
    EXPECT_EQ(Say(bench.Inject(bench.newReference.Resp(bench.GoodResp()))), "consumed none");
    for (uint16_t port : {40000, 40001})
    {
        EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(port)).state, sst::FlowState::SST);
    }
    EXPECT_EQ(Say(bench.Connect(40002)), "send none");
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
}

// Also while the first four are on their way: they stay identical.
TEST(ClientKey, IdenticalInitsStayIdentical)
{
    Changing bench;
    bench.Connect();
    bench.world.Run(2 * S);
    bench.host.Learn("server", bench.server, bench.newEntry);
    bench.world.Run(6 * S);
    auto inits = bench.host.SentOfType(1);
    ASSERT_EQ(inits.size(), 4u);
    EXPECT_EQ(inits[3].bytes, inits[0].bytes);
    bench.world.Run(8 * S);
    EXPECT_TRUE(bench.IsNew());
}

// RETRY and RESP of the old key count until the new one is in use.
TEST(ClientKey, OldKeyUntilThen)
{
    Changing bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Bytes init = bench.host.SentOfType(1).back().bytes;
    bench.host.Learn("server", bench.server, bench.newEntry);
    EXPECT_EQ(Say(bench.Inject(ReferenceRetry(init, PublicOf(bench.newSecret), Bytes(16, 1)))),
              "drop ctrl-mac");
    EXPECT_EQ(Say(bench.Inject(ReferenceRetry(init, PublicOf(bench.serverSecret), Bytes(16, 1)))),
              "consumed none");
    EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::SST);
}

// A key that came and went changes nothing.
TEST(ClientKey, ChangedBack)
{
    Changing bench;
    bench.Connect();
    bench.host.Learn("server", bench.server, bench.newEntry);
    bench.host.Learn("server", bench.server, bench.entry);
    bench.world.Run(16 * S);
    EXPECT_TRUE(bench.ReadInit()) << "of the old key";
}

// The number of a key is part of it: a server may publish the same point under another.
TEST(ClientKey, NewNumberOfTheSameKey)
{
    Changing bench;
    bench.Connect();
    sst::KeyEntry renamed = bench.entry;
    renamed.keyId = 77;
    bench.host.Learn("server", bench.server, renamed);
    bench.world.Run(16 * S);
    EXPECT_EQ(bench.host.SentOfType(1).back().bytes[6], 77);
    ASSERT_TRUE(bench.ReadInit());
    EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
    EXPECT_EQ(Say(bench.Connect(40001)), "send none") << "found under its key";
}

// "Keys belong to (name, address)"
TEST(ClientKey, OfAnotherNameOrAddress)
{
    Changing bench;
    bench.Connect();
    bench.host.Learn("other", bench.server, bench.newEntry);
    bench.host.Learn("server", Ip("10.0.1.3"), bench.newEntry);
    bench.world.Run(16 * S);
    EXPECT_TRUE(bench.ReadInit()) << "of the old key";
}

// "Other answers than KEYS change nothing for a session in INIT."
// KEYQ-10
TEST(ClientKey, OtherAnswersChangeNothing)
{
    for (sst::KeyAnswer answer :
         {sst::KeyAnswer::ABSENT, sst::KeyAnswer::UNUSABLE, sst::KeyAnswer::TIMEOUT})
    {
        Changing bench;
        bench.Connect();
        bench.world.Run(15 * S);
        bench.host.Answer("server", bench.server, answer);
        EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::WAITING);
        bench.world.Run(12 * S);
        ASSERT_EQ(bench.host.SentOfType(1).size(), 6u);
        ASSERT_TRUE(bench.ReadInit());
        EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(bench.GoodResp()))), "consumed none");
        EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key()).state, sst::FlowState::SST);
    }
}

// No answer teaches nothing: keys known for this name and address stay known.
TEST(ClientKey, NoAnswerForgetsNoKeys)
{
    Changing bench;
    bench.Connect();
    bench.world.Run(15 * S);
    bench.host.Answer("server", bench.server, sst::KeyAnswer::TIMEOUT);
    EXPECT_EQ(Say(bench.Connect(40001)), "wait none");
    EXPECT_EQ(bench.host.endpoint.FindFlow(bench.Key(40001)).state, sst::FlowState::WAITING);
    bench.host.Answer("server", bench.server, sst::KeyAnswer::ABSENT);
    EXPECT_EQ(Say(bench.Connect(40002)), "drop no-key") << "that the name has none is an answer";
}

// What the new entry does not allow in INIT waits for RESP, and leaves before what came later.
TEST(ClientKey, NewEntryWithoutEarlyData)
{
    Changing bench;
    bench.Connect(40000);
    bench.Connect(40001);
    ASSERT_TRUE(bench.ReadInit());
    EXPECT_EQ(bench.init->type, 6);
    bench.newEntry.flags = 0;
    bench.host.Learn("server", bench.server, bench.newEntry);
    bench.world.Run(16 * S);
    bench.init = bench.newReference.ReadInit(6, bench.host.SentOfType(1).back().bytes);
    ASSERT_TRUE(bench.init);
    EXPECT_EQ(bench.init->type, 59);
    EXPECT_EQ(Say(bench.Inject(bench.newReference.Resp(bench.GoodResp()))), "consumed none");
    auto data = bench.host.SentOfType(0);
    ASSERT_EQ(data.size(), 2u);
    for (size_t i = 0; i < 2; i++)
    {
        auto opened = bench.newReference.Session().OpenPacket(6, data[i].bytes);
        ASSERT_TRUE(opened);
        EXPECT_EQ(ReadBigEndian(opened->inner.segment, 0, 2), 40000u + i);
    }
    EXPECT_TRUE(bench.host.OpenCookies().empty());
    EXPECT_TRUE(bench.host.violations.empty()) << bench.host.violations[0];
}

// A low-order point is refused, not tried: the flows fail, nothing falls back.
TEST(ClientKey, NewKeyOfLowOrder)
{
    Changing bench;
    bench.Connect();
    bench.newEntry.publicKey = {};
    bench.host.Learn("server", bench.server, bench.newEntry);
    bench.world.Run(16 * S);
    sst::FlowInfo info = bench.host.endpoint.FindFlow(bench.Key());
    EXPECT_EQ(info.state, sst::FlowState::FAILED);
    EXPECT_EQ(info.reason, sst::Reason::KEY_UNUSABLE);
    EXPECT_TRUE(bench.host.OpenCookies().empty());
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
}
