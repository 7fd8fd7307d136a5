# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What two hosts do all day."""

from __future__ import annotations

from dataclasses import replace

from sst_conform import craft, segments
from sst_conform.bench import LOCAL, NAME, SERVICE, established, key_value, secret
from sst_conform.case import EACH, N4, NOBODY, PAIR, SHAPED, Absent, Test, case
from sst_conform.network import SECOND, Packet
from sst_conform.observer import UDP_PORT, body_of
from sst_conform.pair import CLIENT_NUMBER, SERVER_NUMBER, Pair
from sst_conform.segments import ACK, SYN, Route
from sst_reference import tokens, wire
from sst_reference.random import EPHEMERAL, INDEX, PORT, TestRandom
from sst_reference.wire import TCP, UDP

NORMAL = "normal"
MESSAGE = b"GET / HTTP/1.1\r\nHost: server.example\r\n\r\n"


@case(1, "hs-basic-syn", NORMAL, PAIR,
      "INIT-3, INIT-5, RESP-2, NOISE-1, AEAD-3, RESET-2, RESET-3, PKT-1, PKT-10")
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


@case(2, "hs-empty-early", NORMAL, PAIR, "EARLY-1, EARLY-2, SRV-11")
def hs_empty_early(test: Test) -> None:
    """A key without the flag for early SYNs: INIT and RESP carry type 59, the SYN is DATA."""
    pair = Pair(test, flags=0)
    connection = pair.connected()
    pair.healthy()
    init, resp, data = pair.seen()[:3]
    assert init.payload and resp.payload and data.opened
    test.equal((init.payload.inner_type, init.payload.segment), (59, b""), "content of the INIT")
    test.equal((resp.payload.inner_type, resp.payload.segment), (59, b""), "content of the RESP")
    test.equal(resp.payload.status, 0, "status without early data")
    test.equal((data.opened.type, segments.flags(data.opened.segment)), (TCP, SYN),
               "first DATA packet")
    test.equal((len(init.body), len(resp.body)), (256, 256), "sizes of INIT and RESP")
    pair.echo(connection, MESSAGE)


@case(3, "hs-early-udp-optin", NORMAL, PAIR, "EARLY-1, EARLY-2, SRV-9")
def hs_early_udp_optin(test: Test) -> None:
    """A datagram rides in INIT only when the socket and the key allow it and it fits the MTU."""
    for flags, asked, size, mtu, is_early in ((3, True, 40, 1500, True),
                                              (3, False, 40, 1500, False),
                                              (1, True, 40, 1500, False),
                                              (3, True, 1300, 1280, False)):
        what = f"flags {flags}, asked {asked}, {size} bytes, MTU {mtu}"
        pair = Pair(test.again(), flags=flags)
        pair.client_stack.send_datagram(pair.server.address, 41001, 53, bytes(size),
                                        pair.request(early_udp=asked), mtu)
        pair.world.run(1)
        init, resp = pair.seen()[:2]
        assert init.payload and resp.payload and resp.payload.status is not None
        test.equal(init.payload.inner_type, UDP if is_early else 59, f"{what}: type in INIT")
        test.equal(resp.payload.status & 1, int(is_early), f"{what}: early data accepted")
        test.equal(resp.payload.inner_type, UDP if is_early else 59, f"{what}: type in RESP")
        test.equal([len(one.data) for one in pair.server_stack.datagrams], [size + 8],
                   f"{what}: datagrams at the server")
        test.equal([len(one.data) for one in pair.client_stack.datagrams], [size + 8],
                   f"{what}: answers at the client")
        pair.healthy()


@case(4, "data-both-ways-tcp", NORMAL, PAIR, "AEAD-2, AEAD-5, NUM-1, PKT-5, SUM-1, SUM-3")
def data_both_ways_tcp(test: Test) -> None:
    """TCP both ways: content, checksums, packet numbers from 0, overhead and outer protocol."""
    pair = Pair(test)
    connection = pair.connected()
    for size in (1, 2, 3, 100, 1000, 1400):
        pair.echo(connection, bytes(range(256)) * 6 if size > 1400 else bytes([7]) * size)
    pair.healthy()
    numbers: dict[str, list[int]] = {}
    for seen in pair.seen(wire.KIND_DATA):
        assert seen.opened
        numbers.setdefault(seen.packet.source, []).append(seen.opened.number)
        test.equal(len(seen.packet.data), len(seen.opened.segment) + wire.OVERHEAD[test.layout],
                   "size of a DATA packet")
        test.equal(seen.packet.protocol, UDP if test.is_u else TCP, "outer protocol")
        test.equal(seen.packet.marked, not test.is_u, "mark of a DATA packet")
        if seen.opened.type == TCP:
            test.equal(seen.opened.segment[16:18], bytes(2), "TCP checksum inside")
    for address, found in numbers.items():
        test.equal(found, list(range(len(found))), f"packet numbers of {address}")
    test.equal(connection.repeats, 0, "segments sent again on a path without loss")


@case(5, "data-udp", NORMAL, PAIR, "AEAD-5, AEAD-8, SUM-4")
def data_udp(test: Test) -> None:
    """UDP both ways, empty and large datagrams and one whose checksum is 0xffff included."""
    pair = Pair(test)
    route = Route(pair.client.address, 41001, pair.server.address, 53)
    messages = [bytes([at]) * size for at, size in enumerate((0, 1, 512, 1400))]
    messages.append(segments.udp(route, bytes(2))[6:8])
    test.equal(segments.udp(route, messages[-1])[6:8], b"\xff\xff", "the last one's checksum")
    for message in messages:
        pair.client_stack.send_datagram(route.destination, 41001, 53, message, pair.request())
        pair.world.run(0.2)
    pair.healthy()
    for stack in (pair.server_stack, pair.client_stack):
        test.equal([segments.payload(UDP, one.data) for one in stack.datagrams], messages,
                   f"datagrams at {stack.host.address}")
    for seen in pair.seen(wire.KIND_DATA):
        assert seen.opened
        test.equal(seen.packet.protocol, UDP, "outer protocol")
        if seen.opened.type == UDP:
            test.equal(seen.opened.segment[6:8], bytes(2), "UDP checksum inside")


@case(6, "layout-u", NORMAL, PAIR, "AUTO-1, AUTO-2, SES-2, UDP-1, UDP-2, UDP-6, UDP-8", SHAPED)
def layout_u(test: Test) -> None:
    """AUTO: two INITs in N without answer, then U; ports, UDP lengths and checksums are right."""
    pair = Pair(test, layout="auto")
    pair.world.path.hooks.append(lambda packet: [] if packet.marked else [packet])
    begin = pair.world.now_ns
    connection = pair.connect()
    pair.world.run(3.5)
    inits = [(one.packet.at - begin) // SECOND for one in pair.seen(wire.KIND_INIT)]
    test.equal(inits, [0, 1, 3], "seconds at which INITs leave")
    first, second, third = pair.seen(wire.KIND_INIT)
    test.equal([one.layout for one in (first, second, third)], [0, 0, 1], "their layouts")
    test.equal(second.body, first.body, "second INIT")
    test.check(third.body[32:64] != first.body[32:64], "the INIT in U has a new e")
    test.check(third.body[:4] != first.body[:4], "the INIT in U has a new index")
    test.check(connection.connected_ns is not None, "the connection is made in U")
    test.equal(pair.client.flow(connection.flow)["layout"], "u", "layout of the flow's session")
    pair.echo(connection, MESSAGE)
    other = pair.connect()
    pair.world.run(0.5)
    test.check(other.connected_ns is not None, "another AUTO flow is there at once")
    test.equal(len(pair.seen(wire.KIND_INIT)), 3, "INITs after the second flow")
    for packet in pair.world.log:
        if not packet.marked:
            route = Route(packet.source, 0, packet.destination, 0)
            test.check(segments.checksum_is_right(UDP, packet.data, route),
                       f"the outer UDP checksum of {packet}")
            test.equal(int.from_bytes(packet.data[4:6], "big"), len(packet.data), "UDP length")
    pair.healthy()


@case(7, "ipv6-extension-headers", NORMAL, EACH, "ICMP-1, ICMP-2, MTU-1, MTU-3", ("n6",))
def ipv6_extension_headers(test: Test) -> None:
    """An ICMPv6 error that quotes our packet behind extension headers is understood."""
    for kinds in ((), (0,), (60,), (0, 43, 60)):
        bench = established(test.again())
        bench.reply(b"quoted")
        packet = bench.packets(wire.KIND_DATA)[-1]
        chain = segments.extension_headers(kinds, packet.protocol)
        quote = segments.ip_packet(bench.outbound, packet.protocol, packet.data[:64],
                                   marked=True, extension=chain)
        verdict = bench.host.receive(Packet(
            test.address(9), bench.local, wire.ICMP6, False, segments.icmp_error(
                Route(test.address(9), 0, bench.local, 0), (2, 0), quote, 1400)))
        test.outcome(verdict, "deliver", None, f"packet too big about headers {kinds}")
        test.equal([one["mtu"] for one in bench.host.saw("path-mtu")], [1400], "path MTU told")


@case(8, "two-flows-one-session", NORMAL, PAIR, "SES-1, SES-2")
def two_flows_one_session(test: Test) -> None:
    """A second TCP flow and a UDP flow to the same name ride in the session that is there."""
    pair = Pair(test)
    first = pair.connected()
    second = pair.connected(port=8443)
    pair.client_stack.send_datagram(pair.server.address, 41001, 53, MESSAGE, pair.request())
    pair.echo(first, MESSAGE)
    pair.echo(second, MESSAGE * 2)
    pair.healthy()
    test.equal(pair.kinds().count("I"), 1, "INITs")
    test.equal(len(pair.client_stack.datagrams), 1, "datagrams that came back")
    indices = {pair.client.flow(one.flow)["index"] for one in (first, second)}
    test.equal(len(indices), 1, "sessions of the two TCP flows")


@case(9, "retry-then-ok", NORMAL, PAIR, "RETRY-4, RETRY-7, RETRY-11, RETRY-14, RETRY-15")
def retry_then_ok(test: Test) -> None:
    """A server without room answers RETRY, byte for byte; the same INIT with the token enters."""
    pair = Pair(test, server_config={"max_half_open": 0})
    slot = pair.world.now_ns // (120 * SECOND)
    pair.connected()
    pair.healthy()
    test.check(pair.kinds().startswith("ICIRD"), f"INIT, RETRY, INIT, RESP, DATA: {pair.kinds()}")
    first, retry, second = pair.seen()[:3]
    token_secret = TestRandom(SERVER_NUMBER).fill("RETRY", 32)
    token = tokens.retry_token(token_secret, segments.raw(pair.client.address), 1, slot)
    head = wire.ctrl_head(wire.index_of(first.body), wire.SUB_RETRY)
    mac = tokens.retry_mac(pair.public, head, token, first.body[32:64])
    test.equal(retry.body, head + token + mac, "RETRY")
    test.equal(retry.packet.protocol, first.packet.protocol, "outer protocol of the RETRY")
    test.equal(second.body, wire.with_token(first.body, token), "second INIT")
    test.equal(first.body[16:32], bytes(16), "token of the first INIT")


@case(10, "rehandshake-binder-keeps-flows", NORMAL, NOBODY, "", (N4,))
def rehandshake(_: Test) -> None:
    """Binder and re-handshake are not in version 1."""
    raise Absent("version 1 has no binder and no re-handshake")


@case(11, "epoch-advance-both-sides", NORMAL, PAIR, "EPOCH-1, EPOCH-2, EPOCH-3, EPOCH-11")
def epoch_advance(test: Test) -> None:
    """Both ends step when the numbers of an epoch are used up, and after 15 minutes."""
    pair = Pair(test)
    connection = pair.connected()
    index = pair.client.flow(connection.flow)["index"]
    pair.client.skip(index, (1 << 24) - 1)
    pair.echo(connection, b"last of epoch 0")
    pair.echo(connection, b"first of epoch 1")
    numbers = [one.opened.number for one in pair.seen(wire.KIND_DATA)[-4:] if one.opened]
    test.equal([number >> 24 for number in numbers], [0, 0, 1, 1], "epochs of four packets")
    test.equal((numbers[0], numbers[2]), ((1 << 24) - 1, 1 << 24), "numbers of the client")
    test.equal(numbers[3], 1 << 24, "first number of the server in epoch 1")
    pair.world.run(900)
    pair.echo(connection, b"first of epoch 2")
    numbers = [one.opened.number for one in pair.seen(wire.KIND_DATA)[-2:] if one.opened]
    test.equal(numbers, [2 << 24, 2 << 24], "numbers after 15 minutes")
    test.equal(pair.client.flow(connection.flow)["epoch"], 2, "epoch of the client")
    pair.healthy()


@case(12, "server-push-after-2h-idle", NORMAL, PAIR, "FLOW-6, EPOCH-3")
def server_push(test: Test) -> None:
    """A server's segment arrives after two hours of silence."""
    pair = Pair(test)
    connection = pair.connected()
    pair.world.run(7200)
    pair.server.send(TCP, pair.client.address, segments.tcp(
        connection.route.reversed(), ACK, MESSAGE, sequence=5001, acknowledged=1001))
    pair.world.run(0.5)
    test.equal(segments.payload(TCP, pair.client.received[-1].data), MESSAGE, "pushed segment")
    pair.echo(connection, MESSAGE)
    test.equal(pair.kinds().count("I"), 1, "INITs")
    pair.healthy()


@case(13, "key-rotation-overlap", NORMAL, PAIR, "SRV-14, SRV-15, INIT-2")
def key_rotation(test: Test) -> None:
    """Old and new key serve side by side; one that is removed or retired admits nobody new."""
    pair = Pair(test)
    new_key = pair.server.serve(secret(3), 2, pair.flags)
    third_key = pair.server.serve(secret(4), 3, pair.flags, young=True,
                                  retire_ms=pair.world.unix_ms + 10_000)
    old = pair.connected()
    port = UDP_PORT if test.is_u else 0
    pair.client.learn("new.example", pair.server.address, key_value(new_key, 2, pair.flags), port)
    pair.observer = type(pair.observer)([pair.client], [pair.static, secret(3), secret(4)])
    young = pair.connect(name="new.example")
    pair.world.run(0.5)
    test.check(young.connected_ns is not None, "a connection under the new key")
    test.equal([one.body[6] for one in pair.seen(wire.KIND_INIT)], [1, 2], "key ids of the INITs")
    pair.client.learn("third.example", pair.server.address, key_value(third_key, 3, pair.flags),
                      port)
    third = pair.connect(name="third.example")
    pair.world.run(0.5)
    test.check(third.connected_ns is not None, "a connection under the third key")
    pair.server.ask("remove_server_key", key_id=1)
    pair.world.run(10)
    for connection in (old, young, third):
        pair.echo(connection, MESSAGE)
    for number, name, public, key_id in ((5, NAME, pair.public, 1),
                                         (6, "third.example", third_key, 3)):
        late = test.host(number, 0)
        late.learn(name, pair.server.address, key_value(public, key_id, pair.flags), port)
        route = Route(late.address, LOCAL, pair.server.address, SERVICE)
        late.send(TCP, pair.server.address, segments.tcp(route, SYN), pair.request(name=name))
        pair.world.run(2)
        answers = [one for one in pair.server.sent if one.destination == late.address]
        test.equal(answers, [], f"answers to an INIT for key {key_id}, which is gone")
    pair.healthy()


@case(14, "close-and-reset-token", NORMAL, PAIR,
      "RESET-1, RESET-4, RESET-7, RESET-11, SES-11, TOMB-1", ("n4", "u4", "u6"))
def reset_after_restart(test: Test) -> None:
    """A restarted server answers DATA with RESET; the client closes and then begins anew."""
    pair = Pair(test)
    connection = pair.connected()
    pair.echo(connection, MESSAGE)
    server_index = wire.index_of(pair.seen(wire.KIND_DATA)[0].body)
    pair.server.destroy()
    pair.server = pair.new_server(seed=77)
    pair.server_stack = type(pair.server_stack)(pair.server)
    connection.send(MESSAGE)
    pair.world.run(0.5)
    test.equal(pair.kinds()[-2:], "DC", "last two packets")
    wanted = wire.build_reset(server_index, tokens.reset_token(
        pair.static, server_index, segments.raw(pair.client.address)))
    test.equal(body_of(pair.world.log[-1]), wanted, "RESET")
    closed = pair.client.saw("session-closed")
    test.equal(len(closed), 1, "sessions closed at the client")
    test.reason(closed[0]["reason"], "reset", "of the closing")
    late = pair.client.send(TCP, pair.server.address,
                            segments.tcp(connection.route, ACK, MESSAGE, sequence=1001))
    test.dropped(late, "tombstone", "a segment of the flow after the RESET")
    fresh = pair.connected()
    pair.echo(fresh, MESSAGE)
    test.equal(pair.kinds().count("I"), 2, "INITs")
    pair.healthy()


@case(15, "icmp-inside-session", NORMAL, PAIR, "ICMP-9, ICMP-12, SUM-5, TYPE-3")
def icmp_inside(test: Test) -> None:
    """Port unreachable about a datagram of the session travels inside it, in the client's view."""
    pair = Pair(test)
    pair.server_stack.closed_ports.add(7)
    pair.client_stack.send_datagram(pair.server.address, 41001, 7, MESSAGE, pair.request())
    pair.world.run(1)
    pair.healthy()
    messages = pair.client_stack.messages
    test.equal(len(messages), 1, "ICMP messages at the client")
    message = messages[0]
    route = Route(pair.server.address, 0, pair.client.address, 0)
    test.equal(message.protocol, segments.icmp_of(pair.client.address), "its protocol")
    test.equal(message.data[:2], b"\1\4" if test.is_v6 else b"\3\3", "its type and code")
    test.check(segments.checksum_is_right(message.protocol, message.data, route),
               "the ICMP checksum is restored")
    quote = message.data[8:]
    at = 24 if test.is_v6 else 16
    size = 16 if test.is_v6 else 4
    test.equal(quote[at - size:at + size], segments.raw(pair.client.address)
               + segments.raw(pair.server.address), "addresses in the quote")
    test.equal(segments.ports(quote[test.ip_header:]), (41001, 7), "ports in the quote")
    kinds = {one.opened.type for one in pair.seen(wire.KIND_DATA) if one.opened}
    test.check(message.protocol in kinds, "it travels as a type of its own")
