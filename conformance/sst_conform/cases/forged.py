# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Attacks on open sessions: forged, replayed, moved and rewritten packets."""

from __future__ import annotations

from sst_conform import segments
from sst_conform.bench import (NO_LIMITS, THIRD, Bench, ClientBench, ServerBench, established,
                               secret)
from sst_conform.case import CLIENT, EACH, N4, NATIVE, PAIR, SERVER, U6, Test, case
from sst_conform.network import Packet, Verdict
from sst_conform.pair import Pair
from sst_conform.segments import ACK, SYN, Route
from sst_reference import aead, segment, tokens, wire
from sst_reference.random import INDEX, TestRandom
from sst_reference.wire import TCP, UDP

ADVERSARIAL = "adversarial"
EPOCH = 1 << aead.EPOCH_BITS
GUARD = range(12 * 8, 14 * 8)
TOKEN = range(16 * 8, 32 * 8)
# A DATA packet made of another by a flip may be answered by RESET: not what is looked at here.
QUIET = {**NO_LIMITS, "reset_rate": 0}


def flipped(body: bytes, bit: int) -> bytes:
    """A packet with one bit turned over."""
    return body[:bit // 8] + bytes([body[bit // 8] ^ 0x80 >> bit % 8]) + body[bit // 8 + 1:]


def _flip_all(test: Test, bench: Bench, body: bytes, free: set[int], what: str,
              protocol: int | None = None) -> None:
    """No flip of a bit that is not free has an effect."""
    before = len(bench.host.sent)
    for bit in range(8 * len(body)):
        if bit not in free:
            verdict = bench.inject(flipped(body, bit), protocol=protocol)
            test.not_accepted(verdict, f"{what} with bit {bit % 8} of byte {bit // 8} flipped")
    test.equal(len(bench.host.sent), before, f"packets sent to flipped {what}s")


@case(34, "bitflip-every-bit", ADVERSARIAL, EACH,
      "PKT-6, PKT-7, INIT-4, NOISE-4, AEAD-3, RETRY-2, RESET-10",
      (N4, U6))
def bit_flips(test: Test) -> None:
    """Of INIT, RESP, DATA, RETRY and RESET only guard bits and the INIT's token may change."""
    if test.role == SERVER:
        server = ServerBench(test, QUIET)
        init = server.syn()
        _flip_all(test, server, init, {*GUARD, *TOKEN}, "INIT")
        test.equal(server.host.ask("counts")["sessions"], 0, "sessions after flipped INITs")
        changed = flipped(flipped(init, GUARD[3]), TOKEN[5])
        test.outcome(server.inject(changed), "deliver", None, "an INIT, guard and token changed")
        server.reply(flags=SYN | ACK)
        server.read_resp()
        server.push(b"")
        _flip_data(test, server)
        return
    client = ClientBench(test, QUIET)
    client.connect()
    client.read_init()
    token = bytes(range(16))
    head = wire.ctrl_head(client.seen.index, wire.SUB_RETRY)
    mac = tokens.retry_mac(client.server.public, head, token,
                           client.bodies(wire.KIND_INIT)[0][32:64])
    _flip_all(test, client, head + token + mac, set(GUARD), "RETRY")
    test.outcome(client.inject(flipped(head + token + mac, GUARD[0])), "consumed", None,
                 "a RETRY whose guard a router changed")
    resp = client.resp()
    _flip_all(test, client, resp, set(GUARD), "RESP")
    test.equal(client.state()["state"], "waiting", "state after flipped RESPs")
    test.outcome(client.inject(flipped(resp, GUARD[9])), "consumed", None,
                 "a RESP whose guard a router changed")
    _flip_data(test, client)
    reset = wire.build_reset(client.session.own_index, token)
    _flip_all(test, client, reset, set(GUARD), "RESET")
    test.equal(client.host.saw("session-closed"), [], "sessions closed by flipped RESETs")
    test.outcome(client.inject(flipped(reset, GUARD[1])), "consumed", "reset",
                 "a RESET whose guard a router changed")


def _flip_data(test: Test, bench: Bench) -> None:
    free = set() if test.is_u else set(GUARD)
    body = bench.session.seal(bench.inner(b"payload"))
    _flip_all(test, bench, body, free, "DATA packet")
    if free:
        body = flipped(body, GUARD[7])
    bench.delivered(bench.inject(body), b"payload", "the packet itself")


@case(36, "replay-data-after-epoch", ADVERSARIAL, EACH, "EPOCH-1, EPOCH-9, NUM-6")
def replay_after_epoch(test: Test) -> None:
    """A packet of an epoch that has passed is known by its window, then refused as old."""
    bench = established(test)
    body = bench.session.seal(bench.inner(b"once"), number=7)
    bench.delivered(bench.inject(body), b"once", "a packet of epoch 0")
    bench.delivered(bench.push(b"next", number=EPOCH), b"next", "the first packet of epoch 1")
    test.dropped(bench.inject(body), "replay", "the packet of epoch 0 again")
    moved = body[:4] + (EPOCH | 7).to_bytes(4, "big") + body[8:]
    test.dropped(bench.inject(moved), "decrypt", "the same with a number of epoch 1")
    bench.delivered(bench.push(b"own", number=EPOCH | 7), b"own", "number 7 of epoch 1")
    bench.tick(3.1)
    test.dropped(bench.inject(body), "old-epoch", "the packet of epoch 0 after 3.1 s")


@case(37, "forged-pn-far-future", ADVERSARIAL, EACH, "EPOCH-8, EPOCH-10, NUM-7")
def forged_number(test: Test) -> None:
    """Forged numbers of later epochs change neither epoch nor window."""
    bench = established(test)
    for number in (EPOCH, EPOCH + 1, 2 * EPOCH - 1):
        forged = bench.session.seal(bench.inner(b"forged"), number=number, key=bytes(32))
        for _ in range(10):
            test.dropped(bench.inject(forged), "decrypt", f"a forged number {number:#x}")
    for number in (2 * EPOCH, 200 * EPOCH):
        forged = bench.session.seal(bench.inner(b"forged"), number=number, key=bytes(32))
        test.dropped(bench.inject(forged), "epoch-ahead", f"a forged number {number:#x}")
    forged = bench.session.seal(bench.inner(b"forged"), number=EPOCH - 1, key=bytes(32))
    test.dropped(bench.inject(forged), "decrypt", "a forged number at the end of epoch 0")
    test.equal(bench.state()["epoch"], 0, "epoch after forged packets")
    bench.reply(b"mine")
    test.check(bench.opened().number < 10, "the own numbers go on")
    bench.delivered(bench.push(b"true"), b"true", "the peer's next packet")
    bench.delivered(bench.push(b"step", number=EPOCH), b"step", "a true packet of epoch 1")


@case(39, "forged-reset", ADVERSARIAL, EACH, "RESET-4, RESET-8, RESET-9, RESET-10, CTRL-2")
def forged_reset(test: Test) -> None:
    """Only the token of RESP closes; RESET is smaller than its trigger, limited, unanswered."""
    if test.role == CLIENT:
        bench = ClientBench(test)
        bench.establish()
        right = bytes(range(16))  # what the crafted RESP holds
        index = bench.session.own_index
        for token in (bytes(16), right[:-1] + b"\0", b"\xff" * 16):
            test.dropped(bench.inject(wire.build_reset(index, token)), "ctrl-mac",
                         f"a RESET with token {token.hex()}")
        test.not_accepted(bench.inject(wire.build_reset(index ^ 1, right)),
                          "a RESET for another index")
        elsewhere = bench.inject(wire.build_reset(index, right), source=test.address(THIRD))
        test.not_accepted(elsewhere, "a RESET from another address")
        bench.delivered(bench.push(b"alive"), b"alive", "DATA after forged RESETs")
        test.outcome(bench.inject(wire.build_reset(index, right)), "consumed", "reset",
                     "the right RESET")
        test.equal(len(bench.host.saw("session-closed")), 1, "sessions closed")
        test.dropped(bench.reply(b"late"), "tombstone", "a segment of the closed flow")
        test.equal(bench.clear(), [], "packets in clear")
        return
    server = ServerBench(test)
    is_silent = test.is_v6 and not test.is_u  # "on IPv6 in N: up unchanged instead"
    unknown = 1 << 28 | 0x0ABCDE0
    for size in (28, 31, 32):
        server.inject(unknown.to_bytes(4, "big") + bytes([1]) * (size - 4))
    for kind in (wire.KIND_INIT, wire.KIND_RESP, wire.KIND_CTRL):
        server.inject((kind << 30 | unknown).to_bytes(4, "big") + bytes([1]) * 96)
    server.inject(wire.build_reset(unknown, bytes(16)))
    server.inject(wire.build_retry(unknown, bytes(16), bytes(16)))
    test.equal(server.host.sent, [], "answers to short packets and to what is not DATA")
    for at in range(30):
        server.inject((unknown + at).to_bytes(4, "big") + bytes([1]) * 29)
    wanted = [wire.build_reset(unknown + at, tokens.reset_token(
        server.static, unknown + at, segments.raw(server.peer))) for at in range(10)]
    test.equal(server.bodies(wire.KIND_CTRL), [] if is_silent else wanted,
               "RESETs to 30 packets of 33 bytes for unknown indices")
    server.tick(1)
    for at in range(30):
        server.inject((unknown + at).to_bytes(4, "big") + bytes([1]) * 29)
    test.equal(len(server.bodies(wire.KIND_CTRL)), 0 if is_silent else 20,
               "RESETs one second later")


@case(42, "index-swap", ADVERSARIAL, SERVER, "AEAD-3")
def index_swap(test: Test) -> None:
    """A packet moved to another session of the same peer does not open there."""
    bench = ServerBench(test)
    first = bench.establish()
    bench.inbound = Route(bench.peer, 40001, bench.local, 443)
    second = bench.establish()
    body = second.seal(bench.inner(b"second"))
    moved = first.peer_index.to_bytes(4, "big") + body[4:]
    test.dropped(bench.inject(moved), "decrypt", "a packet of session 2 with index 1")
    sealed = first.seal(bench.inner(b"first"), index=second.peer_index)
    test.dropped(bench.inject(sealed), "decrypt", "a packet sealed by session 1 for index 2")
    bench.delivered(bench.inject(body), b"second", "the packet itself")


@case(43, "role-reflection", ADVERSARIAL, EACH, "AEAD-1, CLI-8, RETRY-1")
def reflection(test: Test) -> None:
    """Own packets that come back are not taken for the peer's."""
    bench = established(test)
    bench.host.serve(secret(9), 77, 3)
    bench.reply(b"reflected")
    before = len(bench.host.sent)
    for packet in bench.packets():
        body = packet.data[wire.UDP_HEADER:] if test.is_u else packet.data
        for index in (wire.index_of(body), bench.session.peer_index):
            again = ((body[0] >> 6) << 30 | index).to_bytes(4, "big") + body[4:]
            verdict = bench.inject(again, protocol=packet.protocol)
            test.not_accepted(verdict, f"own packet of type {body[0] >> 6} with index {index:#x}")
    resets = [packet for packet in bench.packets(wire.KIND_CTRL)]
    test.equal(len(bench.host.sent) - before - len(resets), 0, "packets sent to reflected ones")
    bench.delivered(bench.push(b"true"), b"true", "the peer's next packet")
    mirror = _mirror(test.again())
    mirror.host.skip(mirror.session.own_index, 100)
    mirror.host.act("dummy", index=mirror.session.own_index, size=200)
    packet = mirror.packets(wire.KIND_DATA)[-1]
    body = packet.data[wire.UDP_HEADER:] if test.is_u else packet.data
    test.dropped(mirror.inject(body, protocol=packet.protocol), "decrypt",
                 "own DATA where both ends have the same index")


def _mirror(test: Test) -> Bench:
    """A session whose ends chose the same index: the keys alone tell the directions apart."""
    if test.role == CLIENT:
        client = ClientBench(test)
        client.connect()
        index = client.read_init().index
        body = client.resp(server_index=index, segment=client.inner(flags=SYN | ACK), type=TCP)
        test.outcome(client.inject(body), "deliver", None, "a RESP with the client's index")
        return client
    server = ServerBench(test)
    drawn = wire.index_of(TestRandom(server.host.seed).fill(INDEX, 4))
    server.establish(index=drawn & 0x0FFFFFFF | server.key_id << 28)
    test.equal(server.session.peer_index, server.session.own_index, "the server's index")
    return server


def _quote(bench: Bench, *, index: int | None = None, number: int | None = None,
           size: int = 64) -> bytes:
    """The IP packet that a router quotes: the last DATA packet, perhaps with other fields."""
    packet = bench.packets(wire.KIND_DATA)[-1]
    at = wire.UDP_HEADER if bench.test.is_u else 0
    head = packet.data[at:at + 8]
    index = wire.index_of(head) if index is None else index
    number = int.from_bytes(head[4:], "big") if number is None else number
    data = packet.data[:at] + wire.data_head(index, number) + packet.data[at + 8:]
    return segments.ip_packet(bench.outbound, packet.protocol, data[:size], marked=packet.marked,
                              size=len(packet.data))


def _too_big(bench: Bench, quote: bytes, mtu: int) -> Verdict:
    """A router says that a packet is too big."""
    router = bench.test.address(9)
    kind = (2, 0) if bench.test.is_v6 else (3, 4)
    message = segments.icmp_error(Route(router, 0, bench.local, 0), kind, quote, mtu)
    return bench.host.receive(Packet(router, bench.local, segments.icmp_of(router), False, message))


@case(47, "icmp-forged", ADVERSARIAL, EACH, "ICMP-2, ICMP-3, ICMP-5, ICMP-7, MTU-1, MTU-2")
def icmp_forged(test: Test) -> None:
    """ICMP errors count only for a live session and a recent number; the MTU keeps its floor."""
    bench = established(test)
    for _ in range(3):
        bench.reply(b"quoted")
    wrong = {"another index": _quote(bench, index=bench.session.own_index ^ 5),
             "a number not sent yet": _quote(bench, number=1000)}
    for what, quote in wrong.items():
        test.dropped(_too_big(bench, quote, 600), "icmp-forged", f"ICMP about {what}")
    last = bench.opened().number
    stale = _quote(bench, number=0)
    bench.host.skip(bench.state()["index"], last + 5000)
    test.dropped(_too_big(bench, stale, 600), "icmp-forged", "ICMP about a number long ago")
    test.equal(bench.host.saw("path-mtu"), [], "path MTUs believed")
    bench.reply(b"quoted")
    size = 16 if test.is_u else 8
    floor = 1280 if test.is_v6 else 576
    for given, wanted in ((1450, 1450), (9000, 1450), (1400, 1400), (68, floor), (1400, floor)):
        before = len(bench.host.saw("path-mtu"))
        verdict = _too_big(bench, _quote(bench, size=size), given)
        test.outcome(verdict, "deliver", None, f"ICMP with MTU {given}")
        told = [one["mtu"] for one in bench.host.saw("path-mtu")][before:]
        test.check(all(one == wanted for one in told), f"path MTU {wanted} after {given}: {told}")
        advised = bench.host.ask("segment_size", flow=bench.flow.fields(), mtu=9000)["size"]
        test.equal(advised, wanted - test.ip_header - wire.OVERHEAD[test.layout],
                   f"segment size after MTU {given}")
    test.equal(segments.ports(verdict.data[8 + test.ip_header:]),
               (bench.outbound.source_port, bench.outbound.destination_port),
               "ports quoted to the stack")
    test.equal(bench.state()["state"], "sst", "state of the flow")


@case(48, "flag-bleached", ADVERSARIAL, EACH, "ING-4, ING-5, ING-9, CLI-9", NATIVE)
def bleached(test: Test) -> None:
    """RESP and DATA are taken without the mark, INIT only when configured; garbage goes up."""
    if test.role == SERVER:
        for accepted in (False, True):
            server = ServerBench(test.again(), {"accept_unmarked_init": accepted})
            verdict = server.inject(server.syn(), marked=False)
            test.equal(verdict.outcome, "deliver" if accepted else "pass",
                       f"an unmarked INIT, accept_unmarked_init {accepted}")
            forged = server.init()[:-1] + b"\0"
            test.outcome(server.inject(forged, marked=False), "pass", None, "an unmarked forgery")
    bench: Bench
    if test.role == CLIENT:
        bench = client = ClientBench(test)
        client.connect()
        client.read_init()
        test.outcome(client.inject(client.resp(), marked=False), "consumed", None,
                     "an unmarked RESP")
    else:
        bench = established(test)
    body = bench.session.seal(bench.inner(b"bleached"))
    bench.delivered(bench.inject(body, marked=False), b"bleached", "unmarked DATA")
    test.not_accepted(bench.inject(body, marked=False), "the same again")
    forged = bench.session.seal(bench.inner(b"forged"), key=bytes(32))
    test.outcome(bench.inject(forged, marked=False), "pass", None,
                 "an unmarked packet that is not authentic")


@case(49, "guard-rewritten", ADVERSARIAL, PAIR, "PKT-6, PKT-7, AEAD-4")
def guard_rewritten(test: Test) -> None:
    """A router that rewrites bytes 12 and 13 of every packet hinders neither RETRY nor DATA."""
    pair = Pair(test, server_config={"max_half_open": 0})

    def rewrite(packet: Packet) -> list[Packet]:
        at = 0
        if not packet.marked:
            at = wire.UDP_HEADER
            if packet.data[at] >> 6 == wire.KIND_DATA:
                return [packet]  # DATA of layout U has no guard
        data = packet.data[:at + 12] + b"\xab\xcd" + packet.data[at + 14:]
        if not packet.marked:
            data = segment.compute_checksum(UDP, data, segments.raw(packet.source),
                                            segments.raw(packet.destination))
        return [Packet(packet.source, packet.destination, packet.protocol, packet.marked, data)]

    pair.world.path.hooks.append(rewrite)
    connection = pair.connected()
    pair.echo(connection, b"through the router")
    test.check(pair.kinds().startswith("ICIRD"), f"INIT, RETRY, INIT, RESP, DATA: {pair.kinds()}")
    pair.healthy()


@case(50, "inner-refused", ADVERSARIAL, EACH, "SUM-2, TYPE-2, TYPE-7, AEAD-5, SRV-16")
def inner_refused(test: Test) -> None:
    """What is sealed wrongly by an authentic peer is dropped by name."""
    bench = established(test)
    good = bench.inner(b"payload")
    datagram = segments.without_checksum(UDP, segments.udp(
        Route(bench.peer, 5353, bench.local, 5353), b"payload"))
    wrong = (
        ("inner-checksum", TCP, good[:16] + b"\0\1" + good[18:]),
        ("inner-checksum", UDP, datagram[:6] + b"\xff\xff" + datagram[8:]),
        ("inner-length", UDP, datagram[:4] + b"\0\x07" + datagram[6:]),
        ("inner-length", UDP, datagram + b"\0"),
        ("inner-length", UDP, datagram[:7]),
        ("inner-length", TCP, good[:19]),
        ("inner-type", 41, good),
        ("inner-type", 4, good),
        ("inner-type", 253, good),
        ("inner-type", segments.icmp_of(bench.peer), b"\x80\0\0\0" + bytes(40)),
    )
    for reason, kind, content in wrong:
        test.dropped(bench.seal(content, kind), reason,
                     f"type {kind} with {content[:20].hex()} of {len(content)} bytes")
    if not test.is_u:
        body = bench.session.seal(good, TCP, outer=UDP)
        test.dropped(bench.inject(body, protocol=UDP), "protocol-mismatch", "TCP in protocol 17")
    if test.role == SERVER:
        server = ServerBench(test.again())
        for kind, content in ((TCP, good[:16] + b"\0\1" + good[18:]), (41, good)):
            verdict = server.inject(server.init(segment=content, type=kind))
            test.check(verdict.outcome in ("drop", "consumed"), f"an INIT with type {kind}")
            test.equal(server.host.received, [], "segments delivered")
    bench.delivered(bench.push(b"fine"), b"fine", "a right packet afterwards")
