# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What must not leave in clear when no socket stands behind a packet."""

from __future__ import annotations

from sst_conform import segments
from sst_conform.bench import ServerBench, established
from sst_conform.case import EACH, N4, NOBODY, PAIR, SERVER, Absent, Test, case
from sst_conform.pair import Pair
from sst_conform.segments import ACK, FIN, RST, SYN, Route
from sst_reference import wire
from sst_reference.wire import TCP, UDP

LEAK = "leak"


@case(51, "leak-rst-closed-port", LEAK, PAIR, "EGR-1, SRV-9")
def rst_of_closed_port(test: Test) -> None:
    """The RST of a closed port rides in RESP, as long as a SYN-ACK's."""
    pair = Pair(test)
    pair.server_stack.closed_ports.add(81)
    connection = pair.connect(port=81)
    pair.world.run(1)
    test.check(connection.refused, "the client's stack sees the RST")
    resp = pair.seen(wire.KIND_RESP)[0]
    assert resp.payload
    test.equal(resp.payload.inner_type, TCP, "type in RESP")
    test.equal(len(resp.body), 256, "bytes of the RESP")
    pair.healthy()


@case(52, "leak-icmp-unreachable", LEAK, EACH, "ICMP-9, ICMP-10, TOMB-1")
def unreachable(test: Test) -> None:
    """Port unreachable never leaves in clear: not while open, nor once the session has ended."""
    bench = established(test)
    route = Route(bench.peer, bench.inbound.source_port, bench.local,
                  bench.inbound.destination_port)
    quoted = segments.tcp(route, ACK, b"quoted")
    message = segments.unreachable(route, TCP, quoted)
    protocol = segments.icmp_of(bench.peer)
    test.outcome(bench.host.send(protocol, bench.peer, message), "send", None,
                 "ICMP about a bound flow")
    opened = bench.opened()
    test.equal((opened.type, opened.segment[:2]), (protocol, message[:2]), "what is sealed")
    test.equal(opened.segment[2:4], bytes(2), "ICMP checksum inside")
    bench.tick(0.1)
    bench.reply(b"", flags=RST)
    bench.tick(300)
    verdict = bench.host.send(protocol, bench.peer, message)
    test.dropped(verdict, "tombstone", "ICMP about a flow that has ended")
    other = Route(bench.peer, 9999, bench.local, 9998)
    clear = segments.unreachable(other, UDP, segments.udp(other, b"clear"))
    before = len(bench.clear())
    test.equal(before, 0, "packets in clear")
    test.outcome(bench.host.send(protocol, bench.peer, clear), "pass", None,
                 "ICMP about somebody else's flow")


@case(53, "leak-timewait", LEAK, EACH, "FLOW-6, TOMB-1, EGR-1")
def time_wait(test: Test) -> None:
    """Late segments are sealed for 240 s after FIN, dropped for 240 s, or a day without both."""
    for both in (True, False):
        bench = established(test.again())
        bench.reply(flags=FIN | ACK)
        if both:
            test.outcome(bench.seal(bench.inner(flags=FIN | ACK)), "deliver", None,
                         "the peer's FIN")
        for seconds in (1, 60, 120):
            bench.tick(seconds)
            test.outcome(bench.reply(), "send", None, "an ACK of TIME_WAIT")
        bench.tick(241)
        test.dropped(bench.reply(), "tombstone", "an ACK after 240 s of silence")
        bench.tick(238)
        test.dropped(bench.reply(b"late"), "tombstone", "a segment 239 s later")
        if not both:
            bench.tick(3600)
            test.dropped(bench.reply(b"late"), "tombstone", "a segment an hour later")
            bench.jump(22.8 * 3600)
            test.dropped(bench.reply(b"late"), "tombstone", "a segment almost a day later")
        test.equal(bench.clear(), [], "packets in clear")
        if both:
            bench.tick(12)
            test.outcome(bench.reply(b"late"), "pass", None, "a segment after 491 s of silence")


@case(54, "leak-rtx-after-session-death", LEAK, EACH, "AEAD-9, SES-11, TOMB-1")
def after_death(test: Test) -> None:
    """Once forgeries have closed a session nothing of its flows leaves in clear."""
    bench = established(test, {"max_failed_opens": 5})
    datagram = Route(bench.local, 5353, bench.peer, 5354)
    if test.role == SERVER:
        bench.seal(segments.without_checksum(UDP, segments.udp(datagram.reversed(), b"hello")),
                   UDP)
    for _ in range(5):
        forged = bench.session.seal(bench.inner(b"forged"), key=bytes(32))
        bench.inject(forged)
    closed = bench.host.saw("session-closed")
    test.equal(len(closed), 1, "sessions closed by 5 forgeries")
    test.reason(closed[0]["reason"], "too-many-failures", "of the closing")
    for seconds in (0, 1, 3, 7, 60):
        bench.tick(seconds)
        test.dropped(bench.reply(b"again"), "tombstone", "a repeated segment")
        if test.role == SERVER:
            test.dropped(bench.host.send(UDP, bench.peer, segments.udp(datagram, b"again")),
                         "tombstone", "a datagram of the closed session")
    test.not_accepted(bench.push(b"late"), "DATA of the closed session")
    test.equal(bench.clear(), [], "packets in clear")


@case(55, "leak-fragment", LEAK, NOBODY, "MARK-13", (N4,))
def fragment(_: Test) -> None:
    """Fragments are made below the interface of an endpoint."""
    raise Absent("the IP layer fragments, below this interface")


@case(56, "leak-dscp-flowlabel", LEAK, NOBODY, "MARK-8, MARK-9", (N4,))
def dscp(_: Test) -> None:
    """DSCP and flow label are written below the interface of an endpoint."""
    raise Absent("the IP layer writes DSCP and flow label, below this interface")


@case(57, "leak-size-syn-vs-udp-vs-rst", LEAK, PAIR, "INIT-5, RESP-2")
def sizes(test: Test) -> None:
    """INIT and RESP are as long for a SYN as for a datagram, a SYN-ACK, an RST or nothing."""
    for what in ("syn", "udp", "rst", "refused"):
        pair = Pair(test.again(), flags=0 if what == "refused" else 3)
        if what == "udp":
            pair.client_stack.send_datagram(pair.server.address, 41001, 53, b"question",
                                            pair.request(early_udp=True))
        else:
            if what == "rst":
                pair.server_stack.closed_ports.add(443)
            pair.connect()
        pair.world.run(0.5)
        found = [len(one.body) for one in pair.seen() if one.kind in (1, 2)]
        test.equal(found, [256, 256], f"bytes of INIT and RESP: {what}")
        pair.healthy()


@case(64, "half-open-egress", LEAK, SERVER, "SRV-8, TOMB-1, TOMB-2")
def half_open_egress(test: Test) -> None:
    """The SYN-ACK that a stack repeats after a lapsed handshake does not leave in clear."""
    bench = ServerBench(test)
    bench.inject(bench.syn())
    bench.reply(flags=SYN | ACK)
    bench.tick(10.1)
    bench.host.act("tick")
    test.equal(bench.host.ask("counts")["half_open"], 0, "half-open sessions after 10.1 s")
    for seconds in (0, 3, 6, 60):
        bench.tick(seconds)
        test.dropped(bench.reply(flags=SYN | ACK), "tombstone", "a repeated SYN-ACK")
    test.equal(bench.clear(), [], "packets in clear")
    test.outcome(bench.inject(bench.syn()), "deliver", None, "a new SYN on the same tuple")
