# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What two hosts do all day."""

from __future__ import annotations

from dataclasses import replace

from sst_conform import craft, segments
from sst_conform.bench import LOCAL, NAME, SERVICE, ClientBench, ServerBench, key_value, secret
from sst_conform.case import EVERY, NATIVE, NOBODY, PAIR, N4, SHAPED, Absent, Test, case
from sst_conform.network import SECOND, Packet
from sst_conform.observer import UDP_PORT, body_of
from sst_conform.pair import CLIENT_NUMBER, SERVER_NUMBER, Pair
from sst_conform.segments import ACK, SYN, Route
from sst_reference import keyvalue, tokens, wire
from sst_reference.random import EPHEMERAL, INDEX, PORT, TestRandom
from sst_reference.wire import TCP, UDP

NORMAL = "normal"
MESSAGE = b"GET / HTTP/1.1\r\nHost: server.example\r\n\r\n"


@case(1, "hs-basic-syn", NORMAL, PAIR, "INIT, RESP, DATA")
def hs_basic_syn(test: Test) -> None:
    """SYN in INIT, SYN-ACK in RESP, byte for byte as the text and the given randomness say."""
    pair = Pair(test)
    connection = pair.connected()
    test.check(pair.kinds().startswith("IRD"), f"INIT, RESP, DATA and no more: {pair.kinds()}")
    pair.healthy()
    init, resp, data = pair.seen()[:3]
    client_random, server_random = TestRandom(CLIENT_NUMBER), TestRandom(SERVER_NUMBER)
    if test.is_u:
        port = 49152 + int.from_bytes(client_random.fill(PORT, 2), "big") % 16384
        test.equal(wire.udp_ports(init.packet.data), (port, UDP_PORT), "ports of the INIT")
        test.equal(wire.udp_ports(resp.packet.data), (UDP_PORT, port), "ports of the RESP")
    client_index = wire.index_of(client_random.fill(INDEX, 4))
    # "the two top bits (29, 28) of a server's own session index are key_id & 3"
    server_index = wire.index_of(server_random.fill(INDEX, 4)) & 0x0FFFFFFF | 1 << 28
    wanted = craft.Client(pair.public, client_random.fill(EPHEMERAL, 32))
    syn = segments.tcp(connection.route, SYN)
    test.equal(init.body, wanted.init(craft.Init(
        outer=UDP if test.is_u else TCP, layout=test.layout, index=client_index, key_id=1,
        time_ms=test.world.unix_ms - 500, segment=segments.without_checksum(TCP, syn),
        type=TCP)), "INIT")
    answer = craft.Server(pair.static, server_random.fill(EPHEMERAL, 32))
    answer.read_init(init.packet.protocol, test.layout, init.body)
    syn_ack = segments.tcp(connection.route.reversed(), SYN | ACK, sequence=5000,
                           acknowledged=1001)
    test.equal(resp.body, answer.resp(craft.Resp(
        server_index=server_index, status=wire.STATUS_EARLY_ACCEPTED,
        time_ms=test.world.unix_ms - 490, segment=segments.without_checksum(TCP, syn_ack),
        type=TCP), tokens.reset_token(pair.static, server_index,
                                      segments.raw(pair.client.address))), "RESP")
    wanted.read_resp(resp.body)
    assert wanted.session is not None
    ack = segments.tcp(connection.route, ACK, sequence=1001, acknowledged=5001)
    test.equal(data.body, wanted.session.seal(segments.without_checksum(TCP, ack)),
               "first DATA packet")
    for host in (pair.client, pair.server):
        flow = connection.flow if host is pair.client else replace(
            connection.flow, local_port=SERVICE, peer=pair.client.address,
            peer_port=connection.route.source_port)
        test.equal(host.flow(flow)["state"], "sst", f"state of the flow at {host.address}")
