// Copyright (c) 2026 The ns3-sst authors
// SPDX-License-Identifier: BSD-2-Clause

// Truncations, extensions and sizes: "wrong sizes drop `length`".

#include "test-bench.h"

using namespace ssttest;

TEST(Size, InitTruncatedOrExtended)
{
    ServerBench bench;
    Bytes init = bench.MakeSynInit(bench.path);
    Dice dice(1);
    for (size_t size = 0; size < init.size(); size++)
    {
        sst::Verdict verdict = bench.Inject(Slice(init, 0, size));
        EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << size;
        if (size >= 4)
        {
            EXPECT_EQ(verdict.reason, sst::Reason::LENGTH) << size << " " << Say(verdict);
        }
    }
    for (size_t more = 1; more <= 130; more++)
    {
        sst::Verdict verdict = bench.Inject(Concat({init, dice.Fill(more)}));
        EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << more;
        EXPECT_EQ(verdict.reason, more % 64 == 0 ? sst::Reason::DECRYPT : sst::Reason::LENGTH)
            << more;
    }
    EXPECT_EQ(bench.host.endpoint.SessionCount(), 0u);
}

// "at least 256 bytes, a multiple of 64": authentic ones of another size too
TEST(Size, AuthenticInitOfAnotherSize)
{
    for (size_t size : {160, 192, 255, 257, 300, 319, 321})
    {
        ServerBench bench;
        ReferenceInit init;
        init.segment = WithoutChecksum(6, Tcp(bench.path, SYN));
        init.type = 6;
        init.size = size;
        sst::Verdict verdict = bench.Inject(bench.MakeInit(init));
        EXPECT_EQ(Say(verdict), "drop length") << size;
    }
    for (size_t size : {256, 320, 640, 1280})
    {
        ServerBench bench;
        ReferenceInit init;
        init.segment = WithoutChecksum(6, Tcp(bench.path, SYN));
        init.type = 6;
        init.size = size;
        EXPECT_EQ(Say(bench.Inject(bench.MakeInit(init))), "deliver none") << size;
        bench.world.Run(10 * MS);
        ASSERT_TRUE(bench.ReadResp());
        EXPECT_LE(bench.resp->size, size) << "no longer than the INIT";
    }
}

TEST(Size, RespTruncatedOrExtended)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Bytes resp = bench.reference.Resp(bench.GoodResp());
    Dice dice(2);
    for (size_t size = 0; size < resp.size(); size++)
    {
        sst::Verdict verdict = bench.Inject(Slice(resp, 0, size));
        EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << size;
        if (size >= 4)
        {
            EXPECT_EQ(verdict.reason, sst::Reason::LENGTH) << size << " " << Say(verdict);
        }
    }
    for (size_t more = 1; more <= 130; more++)
    {
        sst::Verdict verdict = bench.Inject(Concat({resp, dice.Fill(more)}));
        EXPECT_EQ(Say(verdict), "drop length") << more << ": also longer than the INIT";
    }
    EXPECT_EQ(Say(bench.Inject(resp)), "consumed none");
}

// "RESP packet: the same, and no longer than the INIT"
TEST(Size, AuthenticRespOfAnotherSize)
{
    for (size_t size : {192, 255, 257, 300, 320, 512})
    {
        ClientBench bench;
        bench.Connect();
        ASSERT_TRUE(bench.ReadInit());
        ReferenceResp resp = bench.GoodResp();
        resp.size = size;
        EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(resp))), "drop length") << size;
        EXPECT_TRUE(bench.host.SentOfType(0).empty());
    }
}

TEST(Size, DataTruncatedOrExtended)
{
    for (uint8_t coverage : {0, 2})
    {
        BenchOptions options;
        options.config.allowNarrowCoverage = true;
        ServerBench bench(options);
        ReferenceSession& session = bench.Establish(coverage);
        size_t received = bench.host.received.size();
        Bytes segment = WithoutChecksum(6, Tcp(bench.path, ACK, FromText("x"), 1001));
        Bytes packet = session.SealNext(6, segment, 6, 4);
        for (size_t size = 0; size < packet.size(); size++)
        {
            sst::Verdict verdict = bench.Inject(Slice(packet, 0, size));
            EXPECT_EQ(verdict.outcome, sst::Outcome::DROP) << size;
            size_t least = coverage == 0 ? 27u : 28u;
            if (size >= 4 && size < least)
            {
                EXPECT_EQ(verdict.reason, sst::Reason::LENGTH) << size << " " << Say(verdict);
            }
        }
        for (size_t more = 1; more < 70; more++)
        {
            EXPECT_EQ(bench.Inject(Concat({packet, Bytes(more, 0)})).outcome, sst::Outcome::DROP);
        }
        EXPECT_EQ(bench.host.received.size(), received);
        EXPECT_EQ(Say(bench.Inject(packet)), "deliver none");
    }
}

// n larger than what is there must not be read past the end.
TEST(Size, SealedCountBeyondThePacket)
{
    BenchOptions options;
    options.config.allowNarrowCoverage = true;
    ServerBench bench(options);
    ReferenceSession& session = bench.Establish(2);
    for (int n = 0; n < 255; n++)
    {
        Bytes packet = session.SealNext(6, WithoutChecksum(6, Tcp(bench.path, ACK)), 6, 4);
        packet.resize(40);
        packet[26] = static_cast<uint8_t>(n);
        EXPECT_EQ(bench.Inject(packet).outcome, sst::Outcome::DROP) << n;
    }
}

// "type(1) | 00*": an all-zero plaintext has no type
TEST(Size, AllZeroPlaintext)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    for (size_t padding : {0, 1, 100})
    {
        ReferenceData data;
        data.index = session.peerIndex;
        data.number = session.nextNumber++;
        data.type = 0;
        data.padding = padding;
        sst::Verdict verdict = bench.Inject(session.SealAs(6, data));
        EXPECT_EQ(Say(verdict), "drop inner-type");
    }
}

TEST(Size, AnyPaddingIsStripped)
{
    ServerBench bench;
    ReferenceSession& session = bench.Establish();
    // a payload that ends in zeros is no padding
    Bytes whole = Tcp(bench.path, ACK, Concat({FromText("data"), Bytes(20, 0)}), 1001);
    for (size_t padding : {0, 1, 15, 255, 1200})
    {
        ReferenceData data;
        data.index = session.peerIndex;
        data.number = session.nextNumber++;
        data.type = 6;
        data.segment = WithoutChecksum(6, whole);
        data.padding = padding;
        EXPECT_EQ(Say(bench.Inject(session.SealAs(6, data))), "deliver none") << padding;
        EXPECT_EQ(ToHex(bench.host.received.back().bytes), ToHex(whole));
    }
}

// Every clear field drawn as 0 in RESP is checked by name.
TEST(Size, RespReservedFields)
{
    for (int field = 0; field < 4; field++)
    {
        ClientBench bench;
        bench.Connect();
        ASSERT_TRUE(bench.ReadInit());
        ReferenceResp resp = bench.GoodResp();
        switch (field)
        {
        case 0:
            resp.reserved8 = 1;
            break;
        case 1:
            resp.reserved8 = 0x80000000;
            break;
        case 2:
            resp.reserved14 = 1;
            break;
        default:
            resp.topBits = 2;
            break;
        }
        EXPECT_EQ(Say(bench.Inject(bench.reference.Resp(resp))), "drop reserved") << field;
        EXPECT_TRUE(bench.host.SentOfType(0).empty());
    }
}

TEST(Size, CtrlSizesAndReservedFields)
{
    ClientBench bench;
    bench.Connect();
    ASSERT_TRUE(bench.ReadInit());
    Bytes init = bench.host.SentOfType(1)[0].bytes;
    Bytes retry = ReferenceRetry(init, PublicOf(bench.serverSecret), Bytes(16, 7));
    Bytes reset = ReferenceReset(0x1234567, Bytes(16, 7));
    ASSERT_EQ(retry.size(), 48u);
    ASSERT_EQ(reset.size(), 32u);
    for (const Bytes& packet : {retry, reset})
    {
        for (size_t size = 4; size < packet.size(); size++)
        {
            EXPECT_EQ(bench.Inject(Slice(packet, 0, size)).outcome, sst::Outcome::DROP) << size;
        }
        EXPECT_EQ(bench.Inject(Concat({packet, Bytes{0}})).outcome, sst::Outcome::DROP);
        for (size_t byte : {6, 7, 8, 9, 10, 11, 14, 15})
        {
            Bytes wrong = packet;
            wrong[byte] = 1;
            EXPECT_EQ(bench.Inject(wrong).outcome, sst::Outcome::DROP) << byte;
        }
    }
    EXPECT_EQ(bench.host.SentOfType(1).size(), 1u);
}
