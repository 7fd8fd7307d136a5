# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""First, last, one too many."""

from __future__ import annotations

import random
from collections.abc import Iterable

from sst_conform import segments
from sst_conform.bench import Bench, ClientBench, ServerBench, established, secret
from sst_conform.case import ALONE, CLIENT, EACH, N4, PAIR, SERVER, U6, Test, case
from sst_conform.network import SECOND, Flow, Verdict
from sst_conform.observer import body_of
from sst_conform.pair import Pair
from sst_conform.segments import ACK, SYN
from sst_reference import aead, keyvalue, noise, tokens, wire
from sst_reference.wire import TCP, UDP

BOUNDARY = "boundary"
WINDOW = 2048
EPOCH = 1 << aead.EPOCH_BITS


@case(16, "pn-0", BOUNDARY, EACH, "NUM-1, NUM-8")
def number_zero(test: Test) -> None:
    """The first number of each direction is 0, and counts as used once seen."""
    bench = established(test)
    bench.reply(b"first")
    test.equal(bench.opened(0).number, 0, "number of the first DATA packet")
    if bench.session.next_number == 0:
        bench.delivered(bench.push(b"zero"), b"zero", "number 0")
    test.dropped(bench.push(b"zero again", number=0), "replay", "number 0 a second time")
    one = bench.session.seal(bench.inner(b"one"), number=1)
    bench.delivered(bench.inject(one), b"one", "number 1")
    forged = bench.session.seal(bench.inner(b"forged"), number=1, key=bytes(32))
    test.dropped(bench.inject(forged), "replay", "a forgery with number 1")
    if not test.is_u:
        # What is not marked is opened first: only then it is known whose it is.
        test.dropped(bench.inject(one, marked=False), "replay", "number 1 again, unmarked")
        test.outcome(bench.inject(forged, marked=False), "pass", None,
                     "an unmarked forgery with number 1")


@case(17, "pn-epoch-edge", BOUNDARY, EACH, "EPOCH-2, EPOCH-7, EPOCH-8, EPOCH-9, EPOCH-10")
def epoch_edge(test: Test) -> None:
    """2^24 - 1 and 2^24 follow each other; older and farther epochs are refused by name."""
    bench = established(test)
    test.dropped(bench.push(b"", number=2 * EPOCH), "epoch-ahead", "epoch 2 in epoch 0")
    for number in (EPOCH - 1, EPOCH, EPOCH - 2):
        bench.delivered(bench.push(b"edge", number=number), b"edge", f"number {number:#x}")
    test.equal(bench.state()["epoch"], 1, "epoch")
    bench.reply(b"mine")
    test.equal(bench.opened().number, EPOCH, "own first number in epoch 1")
    bench.tick(2.9)
    bench.delivered(bench.push(b"late", number=EPOCH - 3), b"late", "epoch 0 after 2.9 s")
    bench.tick(0.2)
    test.dropped(bench.push(b"", number=EPOCH - 4), "old-epoch", "epoch 0 after 3.1 s")
    test.dropped(bench.push(b"", number=3 * EPOCH), "epoch-ahead", "epoch 3 in epoch 1")
    bench.delivered(bench.push(b"next", number=2 * EPOCH + 5), b"next", "epoch 2 in epoch 1")
    test.dropped(bench.push(b"", number=5), "old-epoch", "epoch 0 in epoch 2")


@case(18, "pn-hard-stop", BOUNDARY, EACH, "NUM-3, NUM-4, NUM-5, EPOCH-4, EPOCH-5",
      (N4, U6))
def hard_stop(test: Test) -> None:
    """No number from 2^32 - 2^16 on is used; an epoch is not left before the peer is in it."""
    bench = established(test)
    index = bench.state()["index"]
    test.dropped(bench.push(b"", number=aead.STOP), "number-exhausted", "the first number too many")
    for epoch in range(1, 256):
        bench.host.skip(index, epoch * EPOCH)
        test.outcome(bench.reply(b"step"), "send", None, f"first segment of epoch {epoch}")
        test.equal(bench.opened().number, epoch * EPOCH, f"first number of epoch {epoch}")
        if epoch == 1:
            _hold(test, bench, index)
        if epoch < 255:
            test.outcome(bench.push(b"seen", number=epoch * EPOCH), "deliver", None,
                         f"the peer in epoch {epoch}")
    bench.host.skip(index, aead.STOP - 1)
    test.outcome(bench.reply(b"last"), "send", None, "the last number")
    test.equal(bench.opened().number, aead.STOP - 1, "the last number")
    test.dropped(bench.reply(b"too many"), "number-exhausted", "a segment without number")
    test.equal(len(bench.host.saw("session-closed")), 1, "sessions closed")
    test.equal(bench.clear(), [], "packets in clear")


def _hold(test: Test, bench: Bench, index: int) -> None:
    """The peer was not seen in epoch 1: its numbers end, the session stays."""
    bench.host.skip(index, 2 * EPOCH - 1)
    test.outcome(bench.reply(b"end"), "send", None, "last number of epoch 1")
    test.dropped(bench.reply(b"wait"), "number-exhausted", "epoch 2 before the peer is in epoch 1")
    test.equal(bench.state()["state"], "sst", "state of the flow")


@case(19, "window", BOUNDARY, EACH, "NUM-6, NUM-7, NUM-8")
def window(test: Test) -> None:
    """2047 behind the highest is taken, 2048 is not; a forged number moves nothing."""
    bench = established(test)
    top = 5000
    bench.delivered(bench.push(b"top", number=top), b"top", "the highest number")
    for number in (top - WINDOW + 1, top - 1023, top - 1, top + 1):
        bench.delivered(bench.push(b"in", number=number), b"in", f"number {number - top:+}")
        test.dropped(bench.push(b"in", number=number), "replay", f"{number - top:+} again")
    for number in (top + 1 - WINDOW, top - WINDOW, 100):
        test.dropped(bench.push(b"out", number=number), "replay", f"number {number - top:+}")
    forged = bench.session.seal(bench.inner(b"forged"), number=top + 100_000, key=bytes(32))
    test.dropped(bench.inject(forged), "decrypt", "a forged number far ahead")
    bench.delivered(bench.push(b"still", number=top - 1000), b"still", "a number of the window")
    bench.delivered(bench.push(b"ahead", number=top + 4000), b"ahead", "a number far ahead")
    test.dropped(bench.push(b"", number=top + 2), "replay", "a number the window has left")


@case(20, "dup-exact", BOUNDARY, PAIR, "NUM-6, SRV-2, CLI-9")
def duplicates(test: Test) -> None:
    """On a path that doubles every packet each datagram is delivered once."""
    pair = Pair(test)
    pair.world.path.duplication = 1.0
    connection = pair.connected()
    for at in range(5):
        pair.client_stack.send_datagram(pair.server.address, 41001, 53, bytes([at]),
                                        pair.request())
        pair.echo(connection, bytes([at]) * 100)
    for stack in (pair.server_stack, pair.client_stack):
        test.equal([segments.payload(UDP, one.data) for one in stack.datagrams],
                   [bytes([at]) for at in range(5)], f"datagrams at {stack.host.address}")
    test.equal((connection.duplicates, connection.repeats), (0, 0), "echoes twice, repeats")
    test.equal(pair.kinds().count("R"), 2, "RESPs to an INIT that came twice")
    pair.healthy()


@case(21, "reorder-1000", BOUNDARY, EACH, "NUM-6", (N4, U6))
def reordering(test: Test) -> None:
    """1001 packets backwards, and 2000 in disorder, are all delivered."""
    bench = established(test)
    base = 10
    for count, order in ((1001, list(reversed(range(1001)))), (2000, list(range(2000)))):
        if count == 2000:
            random.Random(7).shuffle(order)
        bodies = [bench.session.seal(bench.inner(bytes([at % 256])), number=base + at)
                  for at in range(count)]
        verdicts = [bench.inject(bodies[at]) for at in order]
        lost = [at for at, verdict in zip(order, verdicts) if verdict.outcome != "deliver"]
        test.equal(lost, [], f"packets of {count} not delivered")
        base += count


@case(22, "padding", BOUNDARY, EACH, "TYPE-1, TYPE-6, PAD-1")
def padding(test: Test) -> None:
    """Any padding is taken off; a plaintext of zeros alone has no type."""
    bench = established(test)
    most = 65535 - (0 if test.is_v6 else 20) - wire.OVERHEAD[test.layout]
    for size in (0, 1, 1000, most - len(bench.inner(b"padded"))):
        bench.delivered(bench.push(b"padded", padding=size), b"padded", f"{size} zeros")
    test.dropped(bench.seal(b"", 0, padding=0), "inner-type", "one zero")
    test.dropped(bench.seal(b"", 0, padding=100), "inner-type", "101 zeros")
    test.outcome(bench.seal(b"", wire.NOTHING), "consumed", None, "type 59")
    test.outcome(bench.seal(b"content", wire.NOTHING, padding=3), "consumed", None,
                 "type 59 with content, which is ignored")


@case(23, "min-lengths", BOUNDARY, EACH, "PKT-3, PKT-4, UDP-1, UDP-5, CTRL-2")
def minimum_lengths(test: Test) -> None:
    """Packets of every type cut short do nothing; the shortest DATA packet is read."""
    bench = established(test)
    bench.tick(0.1)
    before = len(bench.host.sent)
    least = 27 if not test.is_u else 25
    index = bench.session.peer_index
    for kind in range(4):
        for size in (*range(0, 81), 255):
            body = (kind << 30 | index).to_bytes(4, "big") + b"\1\1\1" + bytes(255)
            verdict = bench.inject(body[:size])
            test.not_accepted(verdict, f"type {kind} of {size} bytes")
    for body in (bytes([0x40]) + bytes(254), bytes([0x80]) + bytes(254)):
        _dropped_or_up(test, bench.inject(body), "length", f"255 bytes of type {body[0] >> 6}")
    short = bench.session.seal(b"", wire.NOTHING)[:least - 1]
    verdict = bench.inject(short, protocol=bench.session.outer)
    test.not_accepted(verdict, f"DATA of {least - 1} bytes")
    test.reason(verdict.reason, "length", f"DATA of {least - 1} bytes")
    test.outcome(bench.seal(b"", wire.NOTHING), "consumed", None, f"DATA of {least} bytes")
    test.equal(len(bench.host.sent), before, "packets sent to all that")
    if test.is_u:
        packet = bench.packet(bench.session.seal(bench.inner(b"length")))
        for delta in (-1, 1):
            length = (len(packet.data) + delta).to_bytes(2, "big")
            data = packet.data[:4] + length + packet.data[6:]
            verdict = bench.host.receive(type(packet)(packet.source, packet.destination, UDP,
                                                      False, data))
            test.dropped(verdict, "length", f"UDP length {delta:+}")
    if test.role == CLIENT:
        _sizes_of_ctrl(test, bench)


def _sizes_of_ctrl(test: Test, bench: Bench) -> None:
    """RETRY and RESET that are right but for one byte less or more."""
    reset = wire.build_reset(bench.session.own_index, bytes(range(16)))
    for body in (reset[:-1], reset + b"\0"):
        _dropped_or_up(test, bench.inject(body), "length", f"a RESET of {len(body)} bytes")
    bench.delivered(bench.push(b"alive"), b"alive", "DATA after them")
    pending = ClientBench(test.again())
    pending.connect()
    index = pending.read_init().index
    head, token = wire.ctrl_head(index, wire.SUB_RETRY), bytes(range(16))
    mac = tokens.retry_mac(pending.server.public, head, token,
                           pending.bodies(wire.KIND_INIT)[0][32:64])
    retry = wire.build_retry(index, token, mac)
    for body in (retry[:-1], retry + b"\0"):
        _dropped_or_up(test, pending.inject(body), "length", f"a RETRY of {len(body)} bytes")
    test.equal(len(pending.bodies(wire.KIND_INIT)), 1, "INITs")


def _dropped_or_up(test: Test, verdict: Verdict, reason: str, what: str) -> None:
    """IPv6 in N: "Marked and unrecognised: IPv4 drop, IPv6 up unchanged"."""
    if test.is_v6 and not test.is_u:
        test.outcome(verdict, "pass", reason, what)
    else:
        test.dropped(verdict, reason, what)


@case(24, "mtu", BOUNDARY, EACH, "MTU-5, MTU-6")
def mtu(test: Test) -> None:
    """The advised size fills the path exactly; a longer segment is sealed all the same."""
    bench = established(test)
    overhead = test.ip_header + wire.OVERHEAD[test.layout]
    for size in (1500, 1280, 9000):
        flow = bench.flow.fields()
        advised = bench.host.ask("segment_size", flow=flow, mtu=size)["size"]
        test.equal(advised, size - overhead, f"segment size for MTU {size}")
        for extra in (0, 1):
            test.outcome(bench.reply(bytes(advised - 20 + extra), mtu=size), "send", None,
                         f"a segment of {advised + extra} bytes")
            test.equal(bench.packets()[-1].ip_size, size + extra, "bytes of the IP packet")
        other = Flow(TCP, 1, test.address(8), 2).fields()
        unbound = bench.host.ask("segment_size", flow=other, mtu=size)["size"]
        test.equal(unbound, size - test.ip_header - 33, "segment size of a flow not yet bound")


@case(25, "handshake-sizes", BOUNDARY, EACH, "INIT-5, PKT-3")
def handshake_sizes(test: Test) -> None:
    """INITs are as long as they must be and no longer; other sizes are refused."""
    if test.role == CLIENT:
        for size, wanted in ((0, 256), (157, 256), (158, 320), (221, 320), (222, 384)):
            bench = ClientBench(test.again(), flags=3)
            route = bench.outbound
            bench.host.send(UDP, bench.peer, segments.udp(route, bytes(size)),
                            bench.request(early_udp=True))
            init = bench.read_init()
            test.equal((init.size, init.type), (wanted, UDP),
                       f"bytes and type of the INIT with a datagram of {size} bytes")
        return
    for size in (192, 255, 257, 300, 256, 320, 1216):
        server = ServerBench(test.again())
        verdict = server.inject(server.init(size=size))
        if size >= 256 and size % 64 == 0:
            test.outcome(verdict, "consumed", None, f"an INIT of {size} bytes")
            test.check(server.read_resp().size <= size, "RESP no longer than the INIT")
        else:
            _dropped_or_up(test, verdict, "length", f"an INIT of {size} bytes")
            test.equal(server.host.sent, [], f"answers to an INIT of {size} bytes")


@case(26, "resp-not-larger-than-init", BOUNDARY, SERVER, "RESP-2, RESP-3, SRV-9, SRV-10")
def resp_size(test: Test) -> None:
    """An answer that fits rides in RESP; one byte more, and it follows an empty RESP as DATA."""
    for init_size, answer, fits in ((256, 148, True), (256, 149, False), (320, 149, True),
                                    (320, 212, True), (320, 213, False)):
        bench = ServerBench(test.again())
        datagram = segments.without_checksum(UDP, segments.udp(bench.inbound, b"question"))
        bench.inject(bench.init(segment=datagram, type=UDP, size=init_size, outer=UDP),
                     protocol=UDP)
        bench.host.send(UDP, bench.peer, segments.udp(bench.outbound, bytes(answer)))
        resp = bench.read_resp()
        what = f"an answer of {answer} bytes to an INIT of {init_size}"
        test.check(resp.size <= init_size, f"{what}: RESP of {resp.size} bytes")
        test.equal(resp.size % 64, 0, f"{what}: bytes of RESP modulo 64")
        test.equal(resp.type, UDP if fits else wire.NOTHING, f"{what}: type in RESP")
        if fits:
            test.equal(len(resp.segment), answer + 8, f"{what}: datagram in RESP")
        else:
            test.equal(len(bench.opened().segment), answer + 8, f"{what}: datagram as DATA")


@case(27, "time-window", BOUNDARY, SERVER, "EARLY-6, EARLY-10, EARLY-11")
def time_window(test: Test) -> None:
    """Early data counts within 10 s; beyond, it is refused with status bit 1 and sent again."""
    for offset in (-9900, 9900, -10000, 10000, -10001, 10001, -10100, 10100):
        bench = ServerBench(test.again())
        verdict = bench.inject(bench.syn(time_ms=bench.world.unix_ms + offset))
        is_early = abs(offset) <= 10_000
        what = f"an INIT {offset:+} ms off"
        test.outcome(verdict, "deliver" if is_early else "consumed",
                     None if is_early else "time-window", what)
        if is_early:
            bench.reply(flags=SYN | ACK)
        resp = bench.read_resp()
        test.equal(resp.status, 1 if is_early else 2, f"{what}: status")
        test.equal(resp.time_ms, bench.world.unix_ms, f"{what}: the server's time")
        if not is_early:
            verdict = bench.seal(bench.inner(flags=SYN))
            test.outcome(verdict, "deliver", None, f"{what}: the SYN sent again")


@case(28, "key-entries", BOUNDARY, ALONE, "DNS-1, DNS-3, DNS-4, KEYQ-6", (N4,))
def key_entries(test: Test) -> None:
    """One to four entries, others skipped; whatever is malformed makes the whole value unusable."""
    keys = [noise.public_key(secret(at)) for at in range(5)]

    def entry(at: int, *, version: int = 1, suite: int = 1, key_id: int | None = None,
              key: bytes | None = None) -> bytes:
        return keyvalue.build([keyvalue.Entry(version, suite, at if key_id is None else key_id,
                                              1, 0, key or keys[at])])

    def parsed(value: bytes) -> tuple[str, list[bytes]]:
        answer = test.implementations[0].ask("parse_key_value", value=value.hex())
        return answer["status"], [bytes.fromhex(one["public_key"]) for one in answer["entries"]]

    good: Iterable[tuple[bytes, list[bytes]]] = (
        *((b"".join(entry(at) for at in range(count)), keys[:count]) for count in range(1, 5)),
        (entry(0, version=2) + entry(1), keys[1:2]),
        (entry(0) + entry(1, suite=2) + entry(2), [keys[0], keys[2]]),
        (entry(0) + entry(1, suite=9, key_id=0), keys[:1]),
        (b"\5\7abcd" + entry(3), keys[3:4]))
    for value, wanted in good:
        test.equal(parsed(value), ("ok", wanted), f"value {value[:12].hex()}...")
    bad = {
        "empty": b"", "truncated": entry(0)[:-1], "too-many": b"".join(map(entry, range(5))),
        "duplicate": entry(0) + entry(1, key_id=0), "low-order": entry(0, key=bytes(32)),
        "no-usable": entry(0, version=2) + entry(1, suite=2)}
    for status, value in bad.items():
        got, entries = parsed(value)
        test.reason(got, status, f"status of value {value[:12].hex()}...")
        test.equal((got == "ok", entries), (False, []), f"a value that is {status}")
    order_8 = bytes.fromhex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800")
    for value in (entry(0) + b"\0", entry(0) + b"\x28", entry(0) + entry(1)[:20],
                  bytes([41]) + entry(0)[1:] + b"\0", bytes([39]) + entry(0)[1:-1],
                  entry(0, key=b"\1" + bytes(31)), entry(0) + entry(1, key=order_8),
                  b"".join(entry(at, version=2) for at in range(4)) + entry(4)):
        test.check(parsed(value)[0] != "ok", f"value {value[-45:].hex()} is unusable")


@case(102, "confirmation", BOUNDARY, CLIENT, "CLI-12, CLI-15, CLI-16")
def confirmation(test: Test) -> None:
    """Type 59 at 1, 2, 4 and 8 s after RESP, unless the stack sends, until the server is heard."""
    wanted = {"a silent server": [0, 1, 2, 4, 8], "DATA of the server at 1.5 s": [0, 1],
              "type 59 of the server at 1.5 s": [0, 1], "forged DATA at 1.5 s": [0, 1, 2, 4, 8],
              "a segment of the stack at 1.5 s": [0, 1, 4, 8], "a host asleep": [0, 3, 4, 8]}
    for what, seconds in wanted.items():
        bench = ClientBench(test.again())
        bench.connect()
        bench.read_init()
        test.outcome(bench.inject(bench.resp()), "consumed", None, "RESP")
        accepted = bench.world.now_ns
        if what == "a host asleep":
            bench.jump(3)
        else:
            bench.tick(1.5)
        if what.startswith("DATA"):
            bench.delivered(bench.push(b"answer"), b"answer", what)
        elif what.startswith("type 59"):
            test.outcome(bench.seal(b"", wire.NOTHING), "consumed", None, what)
        elif what.startswith("forged"):
            body = bench.session.seal(bench.inner(b"answer"), TCP)
            test.dropped(bench.inject(body[:-1] + bytes([body[-1] ^ 1])), "decrypt", what)
        elif what.startswith("a segment"):
            test.outcome(bench.reply(b"question"), "send", None, what)
        bench.tick(60)
        times = []
        for packet in bench.packets(wire.KIND_DATA):
            opened = bench.session.open(body_of(packet) or b"", packet.protocol)
            if opened.type == wire.NOTHING:
                times.append((packet.at - accepted) / SECOND)
        test.equal(times, seconds, f"{what}: seconds after RESP at which type 59 leaves")
