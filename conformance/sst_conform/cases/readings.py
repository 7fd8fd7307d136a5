# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Rules that can be read in two ways, or broken without any other case noticing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sst_conform import craft, segments
from sst_conform.bench import (NAME, PEER_PORT, THIRD, Bench, ClientBench, ServerBench,
                               established, key_value, secret)
from sst_conform.case import ALONE, CLIENT, EACH, N4, NATIVE, SERVER, SHAPED, U6, V4, Test, case
from sst_conform.network import Packet, Verdict
from sst_conform.observer import UDP_PORT, body_of
from sst_conform.segments import ACK, FIN, SYN, Route
from sst_reference import aead, keyvalue, noise, wire
from sst_reference.wire import TCP, UDP

NORMAL, BOUNDARY, ADVERSARIAL, LEAK = "normal", "boundary", "adversarial", "leak"
OTHER = "other.example"
FORGERIES = {"max_failed_opens": 2}
SECOND_HALF = 1 << aead.EPOCH_BITS - 1


def datagram(route: Route, payload: bytes) -> bytes:
    """A datagram as it is sealed."""
    return segments.without_checksum(UDP, segments.udp(route, payload))


def forge(bench: Bench, count: int = 2) -> None:
    """Packets of the session that do not open."""
    for _ in range(count):
        bench.inject(bench.session.seal(bench.inner(b"forged"), key=bytes(32)))


def _quote(bench: Bench, data: bytes, *, source: str = "", extension: bytes = b"") -> bytes:
    """An IP packet of the implementation as a router quotes it: cut behind the number."""
    route = replace(bench.outbound, source=source or bench.local)
    packet = bench.packets(wire.KIND_DATA)[-1]
    return segments.ip_packet(route, packet.protocol, data, marked=packet.marked,
                              extension=extension, size=len(packet.data) + len(extension))


def _too_big(bench: Bench, quote: bytes, mtu: int, local: str = "") -> Verdict:
    """A router says that a packet was too big."""
    router = bench.test.address(9)
    back = Route(router, 0, local or bench.local, 0)
    kind = (2, 0) if bench.test.is_v6 else (3, 4)
    return bench.host.receive(Packet(router, back.destination, segments.icmp_of(router), False,
                                     segments.icmp_error(back, kind, quote, mtu)))


# -------------------------------------------------------------------------------- epochs


@case(130, "epoch-by-time", BOUNDARY, EACH, "EPOCH-3, EPOCH-4, EPOCH-6, EPOCH-9")
def epoch_by_time(test: Test) -> None:
    """Time makes an end step once; not again before the peer is there, whose old packets stay."""
    bench = established(test)

    def sent() -> int:
        bench.reply(b"x")
        return bench.opened().number >> aead.EPOCH_BITS

    test.equal(sent(), 0, "epoch of the first packet")
    bench.tick(901)
    test.equal(sent(), 1, "epoch after 15 min")
    for minutes in (15, 30):
        bench.tick(901)
        test.equal(sent(), 1, f"epoch {minutes} min later, the peer being in epoch 0")
        test.outcome(bench.push(b"old"), "deliver", None, "a packet of epoch 0, which has no end")
    test.outcome(bench.push(b"new", number=1 << aead.EPOCH_BITS), "deliver", None,
                 "the first packet of epoch 1")
    test.equal(sent(), 2, "epoch once the peer is in epoch 1")
    other = established(test.again())
    other.tick(901)
    other.reply(b"x")
    other.tick(60)
    other.push(b"new", number=1 << aead.EPOCH_BITS)
    other.jump(2)
    other.push(b"more", number=(1 << aead.EPOCH_BITS) + 1)
    other.jump(0.9)
    test.outcome(other.push(b"old"), "deliver", None, "epoch 0 after 2.9 s")
    other.jump(0.2)
    test.dropped(other.push(b"old"), "old-epoch", "epoch 0 after 3.1 s")


@case(131, "answer-unpadded", BOUNDARY, EACH, "EPOCH-14, PAD-2", (N4, U6))
def answer_unpadded(test: Test) -> None:
    """The answer of the second half of an epoch is not padded, whatever the host's setting."""
    for padding in ("mtu", 1000):
        bench = established(test.again(), {"padding": padding})
        bench.reply(b"padded")
        test.check(bench.opened().padding, "a segment is padded")
        bench.tick(10)
        data = len(bench.packets(wire.KIND_DATA))
        bench.push(b"x", number=SECOND_HALF)
        bench.tick(1.1)
        test.equal(len(bench.packets(wire.KIND_DATA)) - data, 1, "answers")
        opened = bench.opened()
        test.equal((opened.type, opened.padding), (wire.NOTHING, 0), "type and padding of it")


# ---------------------------------------------------------------------------- early data


@case(132, "empty-init", BOUNDARY, SERVER, "EARLY-5, EARLY-9, EARLY-11, SRV-5, SRV-11")
def empty_init(test: Test) -> None:
    """An INIT without early data is remembered, told of its clock, and has none to refuse."""
    bench = ServerBench(test)
    for off, status in ((-10001, 2), (10001, 2), (10000, 0), (0, 0)):
        verdict = bench.inject(bench.init(time_ms=bench.world.unix_ms + off))
        test.outcome(verdict, "consumed", "none", f"an INIT of type 59, its clock {off} ms off")
        test.equal(bench.read_resp().status, status, f"status, the clock {off} ms off")
    refused = bench.init(options={wire.OPTION_COVERAGE: b"\1"})
    test.outcome(bench.inject(refused), "consumed", "none", "type 59 with a coverage refused")
    bench.inject(bench.init())
    ephemeral = bench.client
    bench.jump(29)
    source = test.address(THIRD)
    route = replace(bench.inbound, source=source)
    body = ephemeral.init(replace(ephemeral.fields, time_ms=bench.world.unix_ms, type=TCP,
                                  segment=bench.inner(flags=SYN, route=route)))
    test.outcome(bench.inject(body, source=source), "consumed", "early-replay",
                 "a SYN with the e of an empty INIT 29 s ago")


@case(133, "early-order", BOUNDARY, SERVER, "EARLY-6, EARLY-7, EARLY-8", (N4, U6))
def early_order(test: Test) -> None:
    """Time, then cache and start, then what it is: the first decides why early data is refused."""
    for young in (True, False):
        bench = ServerBench(test.again(), flags=1, young=young)
        started = "unexpected" if young else "early-replay"
        fin = bench.inner(flags=SYN | FIN)
        for off, reason in ((11000, "time-window"), (0, started)):
            body = bench.init(segment=fin, type=TCP, time_ms=bench.world.unix_ms + off)
            test.outcome(bench.inject(body), "consumed", reason,
                         f"SYN with FIN, clock {off} ms off, key made after the start: {young}")
        verdict = bench.inject(bench.syn())
        if young:
            test.outcome(verdict, "deliver", None, "a SYN at once, the key being new")
        else:
            test.outcome(verdict, "consumed", "early-replay", "a SYN at once, the key being old")
            bench.jump(20)
            test.outcome(bench.inject(bench.syn(replace(bench.inbound, source_port=40001))),
                         "deliver", None, "a SYN after 20 s")


@case(134, "double-faults", BOUNDARY, EACH, "SRV-16, OPT-2, OPT-4, RESP-1, AEAD-7")
def double_faults(test: Test) -> None:
    """Options from the front, then type, form, checksum, what is missing, the outer protocol."""
    bench: ServerBench | ClientBench
    if test.role == CLIENT:
        bench = ClientBench(test)
        bench.connect()
        bench.read_init()
    else:
        bench = ServerBench(test)
    syn = bench.inner(flags=SYN | ACK if test.role == CLIENT else SYN)
    damaged = syn[:16] + b"\1\1" + syn[18:]
    other = datagram(bench.inbound, b"x")
    faults: list[tuple[str, dict[str, Any]]] = [
        ("coverage", {"raw_options": b"\3\1\3\2\0\1\0"}),
        ("options", {"raw_options": b"\2\0\1\0\3\1\3"}),
        ("coverage", {"raw_options": b"\3\1\3", "segment": syn[:19], "type": TCP}),
        ("inner-type", {"segment": damaged, "type": 41}),
        ("inner-length", {"segment": damaged[:19], "type": TCP})]
    if not test.is_u:
        faults.append(("inner-checksum", {"segment": other[:6] + b"\1\1" + other[8:], "type": UDP}))
    if test.role == CLIENT:
        faults += [("inner-checksum", {"raw_options": b"", "segment": damaged, "type": TCP}),
                   ("options", {"raw_options": b""})]
        if not test.is_u:
            faults.append(("options", {"raw_options": b"", "segment": other, "type": UDP}))
    elif not test.is_u:
        faults.append(("protocol-mismatch", {"segment": other, "type": UDP}))
    for reason, fields in faults:
        body = bench.resp(**fields) if isinstance(bench, ClientBench) else bench.init(**fields)
        test.dropped(bench.inject(body), reason, f"with {sorted(fields)}")
    if isinstance(bench, ClientBench):
        test.outcome(bench.inject(bench.resp()), "consumed", None, "a right RESP afterwards")


@case(136, "icmp-in-resp", NORMAL, SERVER, "SRV-9, ICMP-9, EARLY-8")
def icmp_in_resp(test: Test) -> None:
    """The stack's first ICMP error about the early flow rides in RESP."""
    for protocol in (TCP, UDP):
        bench = ServerBench(test.again())
        inner = bench.inner(flags=SYN) if protocol == TCP else datagram(bench.inbound, b"early")
        outer = UDP if test.is_u else protocol
        verdict = bench.inject(bench.init(segment=inner, type=protocol, outer=outer),
                               protocol=outer)
        test.outcome(verdict, "deliver", None, f"early data of protocol {protocol}")
        icmp = segments.icmp_of(bench.peer)
        message = segments.unreachable(bench.inbound, protocol, verdict.data)
        test.outcome(bench.host.send(icmp, bench.peer, message), "send", None, "the ICMP error")
        resp = bench.read_resp()
        test.equal((resp.type, resp.status), (icmp, 1), "type and status of RESP")
        test.equal(resp.segment, segments.without_checksum(icmp, message), "what rides in it")
        test.equal((len(bench.packets()), bench.clear()), (1, []), "packets sent, and in clear")


@case(166, "long-answer", NORMAL, SERVER, "SRV-10, SRV-12")
def long_answer(test: Test) -> None:
    """The stack's answer that does not fit RESP: `wait`, then RESP and DATA that is done."""
    bench = ServerBench(test)
    bench.inject(bench.syn())
    long = segments.tcp(bench.outbound, SYN | ACK, bytes(200), sequence=7)
    test.outcome(bench.host.send(TCP, bench.peer, long), "wait", "none", "an answer of 220 bytes")
    resp = bench.read_resp()
    test.equal((resp.type, resp.status), (wire.NOTHING, 1), "type and status of RESP")
    kinds = [wire.kind_of(body) for body in map(body_of, bench.packets()) if body is not None]
    test.equal(kinds, [wire.KIND_RESP, wire.KIND_DATA], "packets, in this order")
    test.equal(len(bench.opened().segment), 220, "bytes of the answer")
    test.equal((bench.host.open_cookies(), bench.clear()), ([], []), "what waits, what is clear")


# ---------------------------------------------------------------------------------- ICMP


@case(135, "icmp-about-translated", NORMAL, SERVER, "PORT-7, ICMP-7")
def icmp_about_translated(test: Test) -> None:
    """A router's error about a translated flow names the port that the stack knows."""
    bench = ServerBench(test)
    bench.establish()
    bench.inject(bench.syn())
    alias = segments.ports(bench.host.received[-1].data)[0]
    test.check(alias != bench.inbound.source_port, "the second client's flow has another port")
    own = replace(bench.outbound, destination_port=alias)
    bench.host.send(TCP, bench.peer, segments.tcp(own, SYN | ACK))
    bench.read_resp()
    bench.host.send(TCP, bench.peer, segments.tcp(own, ACK, b"quoted", sequence=4711))
    inner = bench.opened().segment
    test.equal(segments.ports(inner)[1], bench.inbound.source_port, "port inside")
    quote = _quote(bench, bench.packets(wire.KIND_DATA)[-1].data[:16 if test.is_u else 8])
    verdict = _too_big(bench, quote, 1400)
    test.outcome(verdict, "deliver", None, "an error about the packet")
    told = inner[:2] + alias.to_bytes(2, "big") + inner[4:8]
    test.equal(verdict.data[8 + test.ip_header:], told, "the segment it quotes")


@case(137, "long-icmp-error", BOUNDARY, EACH, "ICMP-9, ICMP-11, PAD-3, PAD-5")
def long_icmp(test: Test) -> None:
    """A long ICMP error of the stack is cut to fit the path, and padded like its session."""
    mtu = 1280 if test.is_v6 else 600
    for padding in (0, 100):
        config = {"padding": padding} if padding else None
        bench: Bench
        if test.role == CLIENT and padding:
            bench = ClientBench(test.again())
            bench.establish(padding=padding)
        else:
            bench = established(test.again(), config)
        bench.reply(b"", mtu=mtu)
        quoted = segments.tcp(bench.inbound, ACK, bytes(1400))
        icmp = segments.icmp_of(bench.peer)
        for size in (1400, 77):
            message = segments.unreachable(bench.inbound, TCP, quoted[:20 + size])
            verdict = bench.host.send(icmp, bench.peer, message, mtu=mtu)
            test.outcome(verdict, "send", None, f"an ICMP error that quotes {size} bytes")
            packet, opened = bench.packets()[-1], bench.opened()
            test.check(packet.ip_size <= mtu, f"{packet.ip_size} bytes on a path of {mtu}")
            whole = segments.without_checksum(icmp, message)
            test.equal((opened.type, opened.segment), (icmp, whole[:len(opened.segment)]),
                       "what is sealed is the error from its beginning")
            test.check(len(opened.segment) >= min(len(whole), mtu - 80), "no more cut than needed")
            if padding and size == 77:
                test.equal(len(packet.data) % padding, 0, f"bytes modulo {padding}")


@case(138, "icmp-number-exact", BOUNDARY, EACH, "ICMP-2, ICMP-3")
def icmp_number(test: Test) -> None:
    """Of the numbers sent the last 4096 are believed, for the session's own address only."""
    bench = established(test)
    bench.host.skip(bench.state()["index"], 5000)
    bench.reply(b"number 5000")
    data = bench.packets(wire.KIND_DATA)[-1].data[:16 if test.is_u else 8]
    mtu = 1400
    for number, accepted in ((905, True), (904, False), (0, False), (5001, False), (4999, True),
                             (5000, True)):
        mtu -= 1
        quote = _quote(bench, data[:-4] + number.to_bytes(4, "big"))
        verdict = _too_big(bench, quote, mtu)
        if accepted:
            test.outcome(verdict, "deliver" if number == 5000 else "consumed", None,
                         f"an error about number {number}")
            test.equal(bench.host.saw("path-mtu")[-1]["mtu"], mtu, "path MTU")
        else:
            test.dropped(verdict, "icmp-forged", f"an error about number {number}")
    third = test.address(THIRD)
    verdict = _too_big(bench, _quote(bench, data, source=third), 1300, third)
    test.not_accepted(verdict, "an error about a packet from another address of the host")
    test.equal(bench.host.saw("path-mtu")[-1]["mtu"], mtu, "path MTU afterwards")


@case(139, "icmp-quotes-fragment", BOUNDARY, EACH, "ICMP-2, ICMP-3, MARK-13", ("n6",))
def icmp_fragment(test: Test) -> None:
    """A quote may be of a first fragment; one of a later fragment tells nothing."""
    bench = established(test)
    bench.reply(b"quoted")
    packet = bench.packets(wire.KIND_DATA)[-1]
    for offset, outcome in ((0, "deliver"), (1, "drop")):
        header = bytes([44, packet.protocol, 0]) + (offset << 3 | 1).to_bytes(2, "big") + bytes(4)
        verdict = _too_big(bench, _quote(bench, packet.data[:8], extension=header), 1300)
        test.outcome(verdict, outcome, "icmp-forged" if offset else None,
                     f"an error about a fragment of offset {offset}")


@case(140, "icmp-two-sessions", BOUNDARY, CLIENT, "ICMP-14, ICMP-2", NATIVE)
def icmp_two_sessions(test: Test) -> None:
    """Both hosts chose the same index for the other: an error is about the session opened here."""
    bench = ClientBench(test)
    bench.establish()
    bench.reply(b"own")
    public = bench.host.serve(secret(7), 1, 3)
    client = craft.Client(public, secret(8))
    init = client.init(craft.Init(outer=TCP, index=bench.session.own_index,
                                  time_ms=bench.world.unix_ms))
    test.outcome(bench.inject(init), "consumed", None, "an INIT of the peer with the same index")
    client.read_resp(bench.bodies(wire.KIND_RESP)[-1])
    assert client.session is not None
    bench.inject(client.session.seal(b"", wire.NOTHING))
    bench.host.act("dummy", index=client.session.peer_index, size=100)
    quote = _quote(bench, (bench.session.own_index << 32).to_bytes(8, "big"))
    _too_big(bench, quote, 1300)
    seen = bench.host.saw("path-mtu")
    test.equal([one["client"] for one in seen], [True], "path MTUs that became smaller")


# ------------------------------------------------------------------------- what comes in


@case(151, "reset-at-another-port", ADVERSARIAL, CLIENT, "RESET-9, RESET-11")
def reset_elsewhere(test: Test) -> None:
    """A RESET counts for the local address, and in layout U the port, of its session only."""
    bench = ClientBench(test)
    bench.establish()
    other = ClientBench.request(bench, name=OTHER)
    keys = craft.Server(secret(5), secret(6))
    bench.host.learn(OTHER, bench.peer, key_value(keys.public, 1, bench.flags),
                     UDP_PORT if test.is_u else 0)
    route = replace(bench.outbound, source_port=40001)
    bench.host.send(TCP, bench.peer, segments.tcp(route, SYN), other)
    token = bytes(range(16))
    reset = wire.build_reset(bench.session.own_index, token)
    packet = bench.packet(reset)
    third = replace(packet, destination=test.address(THIRD))
    test.not_accepted(bench.host.receive(third), "a RESET to another address of the host")
    if test.is_u:
        port = wire.udp_ports(bench.packets(wire.KIND_INIT)[-1].data)[0]
        test.dropped(bench.inject(reset, destination_port=port), "unknown-index",
                     "a RESET to the port of another session")
    test.equal(bench.state()["state"], "sst", "state of the flow")
    test.outcome(bench.inject(reset), "consumed", "reset", "a RESET to the session's own")


@case(152, "unmarked-forgeries", ADVERSARIAL, EACH, "AEAD-9, ING-4", NATIVE)
def unmarked_forgeries(test: Test) -> None:
    """A packet that does not open counts against its session also when it goes up unmarked."""
    bench = established(test, {"max_failed_opens": 3})
    for at in range(3):
        test.equal(len(bench.host.saw("session-closed")), 0, f"sessions closed after {at}")
        forged = bench.session.seal(bench.inner(b"forged"), key=bytes(32))
        test.outcome(bench.inject(forged, marked=False), "pass", "none", "an unmarked forgery")
    closed = bench.host.saw("session-closed")
    test.equal(len(closed), 1, "sessions closed after three")
    test.reason(closed[0]["reason"], "too-many-failures", "of the closing")


@case(161, "init-at-client-port", ADVERSARIAL, CLIENT, "UDP-12, UDP-15, UDP-1", SHAPED)
def init_at_client_port(test: Test) -> None:
    """A client's port of layout U takes no INIT, though the host is a server elsewhere."""
    bench = ClientBench(test)
    bench.establish()
    public = bench.host.serve(secret(7), 1, 3)
    client = craft.Client(public, secret(8))
    init = client.init(craft.Init(outer=UDP, layout=wire.LAYOUT_U, time_ms=bench.world.unix_ms,
                                  segment=bench.inner(flags=SYN), type=TCP))
    sent = len(bench.host.sent)
    test.dropped(bench.inject(init), "unexpected", "an INIT")
    test.dropped(bench.inject(init[:4] + b"\2" + init[5:]), "version", "an INIT of version 2")
    test.dropped(bench.inject(init[:255]), "length", "255 bytes of an INIT")
    test.dropped(bench.inject(init[:4]), "length", "4 bytes of an INIT")
    test.dropped(bench.inject(init, source_port=PEER_PORT), "wrong-peer", "an INIT from elsewhere")
    test.dropped(bench.inject(init[:4], source_port=PEER_PORT), "wrong-peer",
                 "4 bytes from elsewhere")
    packet = bench.packet(init, source_port=PEER_PORT)
    longer = replace(packet, data=packet.data + b"\0")
    test.dropped(bench.host.receive(longer), "length", "one from elsewhere with a wrong length")
    test.equal((len(bench.host.sent), bench.host.ask("counts")["half_open"]), (sent, 0),
               "packets sent, half-open sessions")


@case(162, "marked-at-u-port", ADVERSARIAL, EACH, "UDP-14, UDP-16, UDP-11", SHAPED)
def marked_at_u_port(test: Test) -> None:
    """Nothing that shows a port of layout U goes up, marked or not, of no layout or of both."""
    bench = established(test)
    packet = bench.packet(bytes(60))
    received = len(bench.host.received)
    for what, data, marked in (("a wrong length", packet.data + b"\0", False),
                               ("a wrong length and the mark", packet.data + b"\0", True),
                               ("15 bytes and the mark", packet.data[:15], True)):
        verdict = bench.host.receive(replace(packet, marked=marked, data=data))
        reason = "length" if test.is_v6 or not marked else None
        test.dropped(verdict, reason, f"a packet with {what}")
    test.equal(len(bench.host.received), received, "packets handed up")


@case(163, "unrecognized-dropped", NORMAL, EACH, "ING-1, ING-13, RESET-4", ("n6",))
def unrecognized_dropped(test: Test) -> None:
    """A host may drop on IPv6 what it does not recognize; it sends no RESET for it there."""
    for config, outcome in (({}, "pass"), ({"marked_unknown_up": False}, "drop")):
        bench = established(test.again(), config)
        sent = len(bench.host.sent)
        index = bench.session.peer_index ^ 9
        unknown = index.to_bytes(4, "big") + bytes(60)
        test.outcome(bench.inject(unknown), outcome, "unknown-index", "an unknown index")
        test.outcome(bench.inject(unknown[:16]), outcome, "unknown-index", "16 bytes of it")
        test.outcome(bench.inject(unknown, protocol=132), outcome, "marked-unknown",
                     "a protocol that is neither TCP nor UDP")
        test.equal(len(bench.host.sent), sent, "packets sent")
        known = bench.session.peer_index.to_bytes(4, "big") + bytes(22)
        test.dropped(bench.inject(known), "length", "26 bytes for a known index")


@case(170, "at-the-instant", BOUNDARY, EACH, "SRV-2, EPOCH-9, KEYQ-4, PIN-1, EARLY-6", (N4, U6))
def at_the_instant(test: Test) -> None:
    """A time is over at its instant: nothing that it keeps is there then."""
    if test.role == SERVER:
        for short, what in ((1e-9, "stored RESP"), (0.0, "new session")):
            server = ServerBench(test.again())
            body = server.init()
            server.inject(body)
            server.jump(10 - short)
            server.inject(body)
            first, again = server.bodies(wire.KIND_RESP)
            test.equal(first == again, bool(short), f"10 s - {short} s after the INIT: {what}")
    else:
        for short in (1e-9, 0.0):
            client = ClientBench(test.again(), learn=False)
            client.host.learn_nothing(NAME, client.peer, "absent")
            client.jump(60 - short)
            test.outcome(client.connect(), "drop" if short else "wait", None,
                         f"a flow {60 - short} s after `no key`")
        pinned = ClientBench(test.again(), learn=False)
        for at, state in ((999, "drop"), (1000, "pass")):
            pinned.host.ask("set_pins", pins=[{"name": NAME,
                                               "until_ms": pinned.world.unix_ms + 1000}])
            pinned.host.learn_nothing(NAME, pinned.peer, "absent")
            pinned.jump(at / 1000)
            route = replace(pinned.outbound, source_port=41000 + at)
            test.outcome(pinned.connect("pin", route=route), state, "no-key",
                         f"a flow of a name pinned for 1000 ms, after {at} ms")
            pinned.jump(1)
    for short, reason in ((1e-9, None), (0.0, "old-epoch")):
        bench = established(test.again())
        bench.push(b"new", number=1 << aead.EPOCH_BITS)
        bench.jump(3 - short)
        test.outcome(bench.push(b"old"), "drop" if reason else "deliver", reason,
                     f"a packet of the epoch before, after 3 s - {short} s")


# ------------------------------------------------------------------------------ and else


@case(164, "what-the-host-is-told", NORMAL, EACH, "MTU-3, POL-5, SES-11", (N4, U6))
def told(test: Test) -> None:
    """Events say once what happened, with the session's own index and role."""
    bench = established(test, FORGERIES)
    own, role = bench.state()["index"], test.role == CLIENT
    bench.reply(b"quoted")
    quote = _quote(bench, bench.packets(wire.KIND_DATA)[-1].data[:16 if test.is_u else 8])
    for mtu in (1300, 1300, 1400):
        _too_big(bench, quote, mtu)
    bench.host.act("abandon", flow=bench.flow.fields())
    test.equal(bench.state()["state"], "sst", "state of a flow in SST that is abandoned")
    forge(bench)
    seen = [(one["event"], one["index"], one["client"]) for one in bench.host.events]
    test.equal(sorted(seen), sorted((event, own, role) for event in (
        "session-up", "flow-bound", "path-mtu", "session-closed")), "events")
    flow = bench.host.saw("flow-bound")[0]["flow"]
    test.equal(flow, bench.flow.fields(), "the flow that was bound")
    if test.role == CLIENT:
        lost = ClientBench(test.again())
        lost.connect()
        lost.host.act("abandon", flow=lost.flow.fields())
        test.equal([one["event"] for one in sorted(lost.host.events, key=lambda one: one["event"])],
                   ["flow-failed", "session-closed"], "events of a handshake that was given up")


@case(165, "key-value-status", BOUNDARY, ALONE, "DNS-3, DNS-1", (N4,))
def key_value_status(test: Test) -> None:
    """The first fault from the front names what is wrong with a value of key65280."""
    entry = key_value(noise.public_key(secret(1)))
    other = key_value(noise.public_key(secret(2)), 2)
    short = bytes([39]) + entry[1:40]
    longer = bytes([41]) + entry[1:] + b"\0"
    four = b"".join(key_value(noise.public_key(secret(at)), at) for at in range(1, 5))
    for value, status in (
            (b"\0" + entry, "trailing"), (longer, "trailing"), (entry + b"\0", "trailing"),
            (short, "truncated"), (b"\2\1\1", "truncated"), (entry + b"\5", "truncated"),
            (four + b"\5abc", "truncated"), (four + other, "too-many"), (four + b"\0", "too-many"),
            (entry + short, "duplicate"), (entry + short[:3] + b"\2" + short[4:], "truncated"),
            (b"\1\7" + entry, "ok"), (b"\1\7\1\7", "no-usable"), (b"", "empty")):
        answer = test.implementations[0].ask("parse_key_value", value=value.hex())
        test.equal(bool(answer["entries"]), status == "ok", f"entries of a value that is {status}")
        test.reason(answer["status"], status, f"status of {value[:6].hex()}..., {len(value)} bytes")


@case(171, "other-protocols", BOUNDARY, CLIENT, "GEN-2, GEN-5", V4)
def other_protocols(test: Test) -> None:
    """What is no TCP, UDP or ICMP leaves as it is, and not at all under `require`."""
    bench = ClientBench(test)
    strict = key_value(noise.public_key(secret(5)), 9, keyvalue.FLAG_STRICT)
    bench.host.learn("pinned.example", test.address(8), strict)
    for policy, name, outcome in (("require", NAME, "drop"), ("pin", "pinned.example", "drop"),
                                  ("pin", NAME, "pass"), ("opportunistic", NAME, "pass")):
        asked = bench.request(policy, name=name)
        for peer in (bench.peer, "224.0.0.1", "255.255.255.255"):
            verdict = bench.host.send(132, peer, bytes(40), asked)
            wanted = outcome if peer == bench.peer else "pass"
            test.outcome(verdict, wanted, "inner-type" if wanted == "drop" else "none",
                         f"protocol 132 to {peer} under {policy}")
    test.equal(bench.packets(), [], "SST packets")


@case(178, "coverage-comes-last", BOUNDARY, SERVER, "EARLY-6, EARLY-8, EARLY-9, INIT-6", (N4, U6))
def coverage_last(test: Test) -> None:
    """Time, cache and kind of early data are judged before the coverage asked for; ICMP by type."""
    bench = ServerBench(test)
    narrow = {wire.OPTION_COVERAGE: b"\1"}
    for what, reason, fields in (
            ("at another time", "time-window", {"time_ms": 5}),
            ("with FIN", "unexpected", {"segment": bench.inner(flags=SYN | FIN), "type": TCP}),
            ("as it should be", "coverage", {})):
        body = bench.syn(options=narrow, **fields)
        test.outcome(bench.inject(body), "consumed", reason, f"a SYN under `header`, {what}")
    icmp = segments.icmp_of(bench.peer)
    test.dropped(bench.inject(bench.init(segment=b"\3\3" + bytes(6), type=icmp)), "inner-type",
                 "an INIT with an ICMP error that is cut")


@case(179, "oversized-v6", BOUNDARY, EACH, "EGR-5", ("n6", U6))
def oversized_v6(test: Test) -> None:
    """With the header of IPv6 a sealed packet has 65535 bytes at most."""
    bench = established(test)
    most = 65535 - 40 - wire.OVERHEAD[test.layout]
    route = replace(bench.outbound, source_port=5555)
    if test.role == SERVER:
        bench.seal(datagram(route.reversed(), b"x"), UDP)
    request = bench.request() if isinstance(bench, ClientBench) else None
    for size, outcome in ((most - 8, "send"), (most - 7, "drop")):
        verdict = bench.host.send(UDP, bench.peer, segments.udp(route, bytes(size)), request, 65535)
        test.outcome(verdict, outcome, "length" if outcome == "drop" else None,
                     f"a datagram of {size + 8} bytes")
