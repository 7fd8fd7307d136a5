# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Sessions, flows and tombstones: what can be read in two ways, or broken unnoticed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sst_conform import craft, segments
from sst_conform.bench import NAME, THIRD, ClientBench, ServerBench, established, key_value, secret
from sst_conform.case import CLIENT, EACH, N4, SERVER, U6, V4, Test, case
from sst_conform.cases.readings import FORGERIES, OTHER, datagram, forge
from sst_conform.network import Flow, Packet, Verdict
from sst_conform.observer import UDP_PORT, body_of
from sst_conform.segments import ACK, RST, SYN, Route
from sst_reference import wire
from sst_reference.wire import TCP, UDP

NORMAL, BOUNDARY, ADVERSARIAL, LEAK = "normal", "boundary", "adversarial", "leak"


@case(141, "session-by-key", NORMAL, CLIENT, "SES-1, PAD-5", (N4, U6))
def session_by_key(test: Test) -> None:
    """One session for two names with one key; another for another key, or for other padding."""
    bench = ClientBench(test)
    bench.establish()
    port = UDP_PORT if test.is_u else 0
    keys = [bench.server.public, craft.Server(secret(5), secret(6)).public]
    for name, key, more in (("same.example", keys[0], 0), (OTHER, keys[1], 1)):
        inits = len(bench.packets(wire.KIND_INIT))
        bench.host.learn(name, bench.peer, key_value(key, 1, bench.flags), port)
        route = replace(bench.outbound, source_port=bench.outbound.source_port + 1 + more)
        verdict = bench.connect(route=route, name=name)
        test.outcome(verdict, "wait" if more else "send", None, f"a SYN for {name}")
        test.equal(len(bench.packets(wire.KIND_INIT)) - inits, more, f"INITs for {name}")
    route = replace(bench.outbound, source_port=40010)
    test.outcome(bench.connect(route=route, padding=100), "wait", None, "a SYN with other padding")
    route = replace(bench.outbound, source_port=40011)
    test.outcome(bench.connect(route=route), "send", None, "a SYN with the padding of the first")


@case(142, "idle-by-sending", BOUNDARY, EACH, "SES-7", (N4, U6))
def idle_by_sending(test: Test) -> None:
    """What a host sends itself keeps a session without flows as well."""
    bench = established(test)
    index = bench.state()["index"]
    bench.reply(flags=RST)
    bench.tick(239)
    bench.host.act("dummy", index=index, size=100)
    bench.tick(2)
    bench.host.act("tick")
    for _ in range(3):
        bench.jump(100)
        bench.host.act("tick")
        bench.host.act("dummy", index=index, size=100)
    bench.jump(100)
    bench.host.act("tick")
    test.outcome(bench.seal(b"", wire.NOTHING), "consumed", None, "a packet 100 s after the last")
    bench.jump(121)
    bench.host.act("tick")
    test.not_accepted(bench.seal(b"", wire.NOTHING), "a packet after 121 s")


@case(143, "tombstones-of-datagrams", LEAK, SERVER, "SRV-8, SES-11, TOMB-1", (N4, U6))
def tombstones_of_datagrams(test: Test) -> None:
    """UDP flows leave tombstones too: 240 s where HALF lapsed, 300 s after forgeries."""
    for what, forged, life in (("HALF lapsed", False, 240), ("forgeries in HALF", True, 300)):
        bench = ServerBench(test.again(), FORGERIES)
        route = replace(bench.inbound, source_port=5354)
        body = bench.init(segment=datagram(route, b"early"), type=UDP, outer=UDP)
        test.outcome(bench.inject(body, protocol=UDP), "deliver", None, "an early datagram")

        def late(host: Any = bench.host, peer: str = bench.peer, back: Route = route.reversed()
                 ) -> Verdict:
            return host.send(UDP, peer, segments.udp(back, b"late"))

        bench.tick(0.01)
        bench.read_resp()
        bench.jump(9.9)
        if forged:
            forge(bench)
            test.equal(len(bench.host.saw("session-closed")), 1, "sessions closed")
        else:
            bench.tick(0.2)
        test.dropped(late(), "tombstone", f"a datagram at once, {what}")
        bench.tick(life - 1)
        test.dropped(late(), "tombstone", f"a datagram after {life - 1} s, {what}")
        bench.tick(12)
        test.outcome(late(), "pass", None, f"a datagram after {life + 11} s, {what}")


@case(144, "alias-is-free", ADVERSARIAL, SERVER, "PORT-1, PORT-2")
def alias_is_free(test: Test) -> None:
    """A translated port is that of no flow, of no tombstone, and not used in clear."""
    draws = [number.to_bytes(2, "big").hex() for number in (1, 2, 3, 4)]
    bench = ServerBench(test, FORGERIES, prepared={"PORT": draws})
    route = bench.inbound
    bench.inbound = replace(route, source_port=49153)
    bench.establish()
    forge(bench)
    bench.inbound = replace(route, source_port=49154)
    bench.establish()
    clear = Flow(TCP, route.destination_port, bench.peer, 49155)
    bench.host.ask("uses_in_clear", flows=[clear.fields()])
    bench.inbound = route
    bench.establish()
    verdict = bench.inject(bench.syn())
    test.outcome(verdict, "deliver", None, "a second claimant's SYN")
    test.equal(segments.ports(verdict.data)[0], 49156, "its port, three draws being taken")


@case(145, "failed-plain-syn", BOUNDARY, CLIENT, "FLOW-12", V4)
def failed_plain_syn(test: Test) -> None:
    """A SYN for which SST is not asked opens a failed flow's tuple, with another number only."""
    bench = ClientBench(test, learn=False)
    bench.connect()
    bench.host.learn_nothing(NAME, bench.peer, "absent")

    def plain(sequence: int, flags: int = SYN) -> Verdict:
        return bench.host.send(TCP, bench.peer, segments.tcp(bench.outbound, flags,
                                                             sequence=sequence))

    test.dropped(plain(1000), "no-key", "the flow's SYN again, for which nothing is asked")
    test.dropped(plain(1001, ACK), "no-key", "another segment")
    test.outcome(plain(2000), "pass", None, "a SYN with another number, for which nothing is asked")
    test.equal(bench.state()["state"], "none", "state then")
    test.outcome(plain(2001, ACK), "pass", None, "what follows it")


@case(146, "clear-is-seen", BOUNDARY, CLIENT, "POL-6, FLOW-7", V4)
def clear_is_seen(test: Test) -> None:
    """A flow that fell back lives as long as anything of it is seen in clear, both ways."""
    bench = ClientBench(test, learn=False)
    flow = bench.flow_of(bench.inbound, UDP)
    bench.host.send(UDP, bench.peer, segments.udp(bench.outbound, b"x"),
                    bench.request("opportunistic"))
    bench.tick(3.1)
    clear = Packet(bench.peer, bench.local, UDP, False, segments.udp(bench.inbound, b"y"))
    for what in ("peer", "peer", "stack", "peer"):
        test.equal(bench.host.flow(flow)["state"], "clear", f"state before one of the {what}'s")
        if what == "peer":
            test.outcome(bench.host.receive(clear), "pass", None, "a datagram in clear")
        else:
            bench.host.send(UDP, bench.peer, segments.udp(bench.outbound, b"z"))
        bench.tick(200)
    bench.tick(101)
    bench.host.act("tick")
    test.equal(bench.host.flow(flow)["state"], "none", "state after 301 s")


@case(147, "stray-segments", ADVERSARIAL, CLIENT, "FLOW-3, FLOW-4")
def stray_segments(test: Test) -> None:
    """What a server sends for tuples that are not its session's is refused by whose they are."""
    bench = ClientBench(test)
    bench.establish()
    routes = [replace(bench.outbound, source_port=41000 + at) for at in range(5)]
    port = UDP_PORT if test.is_u else 0
    for at, name in enumerate(("wait.example", "own.example")):
        public = craft.Server(secret(20 + at), secret(30 + at)).public
        bench.host.learn(name, bench.peer, key_value(public, 1, bench.flags), port)
        bench.connect(route=routes[at], name=name)
    bench.connect(route=routes[2], name="fail.example")
    bench.host.learn_nothing("fail.example", bench.peer, "absent")
    bench.host.learn_nothing("clear.example", bench.peer, "absent")
    bench.connect("opportunistic", route=routes[3], name="clear.example")
    own = craft.Server(secret(21), secret(31))
    packet = bench.packets(wire.KIND_INIT)[-1]
    body = body_of(packet)
    assert body is not None
    own.read_init(packet.protocol, test.layout, body)
    ports = {"destination_port": wire.udp_ports(packet.data)[0]} if test.is_u else {}
    bench.inject(own.resp(craft.Resp(server_index=0x2BCDEF0, time_ms=bench.world.unix_ms)), **ports)
    states = [bench.host.flow(bench.flow_of(route.reversed()))["state"] for route in routes]
    test.equal(states, ["waiting", "sst", "failed", "clear", "none"], "states of five flows")
    for route, state in zip(routes, states):
        reason = "flow-bound" if state in ("waiting", "sst", "failed") else "flow-unknown"
        inner = bench.inner(b"stray", route=route.reversed())
        test.dropped(bench.seal(inner), reason, f"a segment for the tuple of a flow, {state}")


@case(148, "seen-when-up", BOUNDARY, CLIENT, "FLOW-8, FLOW-7, EARLY-4", (N4, U6))
def seen_when_up(test: Test) -> None:
    """A datagram accepted 300 s after it was sent: its flow's time begins when it comes UP."""
    bench = ClientBench(test, flags=3)
    flow = bench.flow_of(bench.inbound, UDP)
    patient = segments.udp(bench.outbound, b"patient")
    bench.host.send(UDP, bench.peer, patient, bench.request(early_udp=True))
    for _ in range(301):
        bench.tick(1)
    test.equal(bench.read_init().type, UDP, "type in the last INIT")
    test.outcome(bench.inject(bench.resp(), protocol=bench.seen.outer), "consumed", None, "RESP")
    for _ in range(2):
        test.equal(bench.host.flow(flow)["state"], "sst", "state of the flow")
        bench.tick(140)
    test.outcome(bench.host.send(UDP, bench.peer, patient), "send", None,
                 "its next datagram after 280 s")


@case(149, "syn-takes-back", BOUNDARY, SERVER, "FLOW-6, PORT-1, TOMB-2", (N4, U6))
def syn_takes_back(test: Test) -> None:
    """SYN and SYN-ACK take back that RST was seen; SYN with RST does not."""
    for who, flags, over in (("stack", SYN | ACK, False), ("peer", SYN, False),
                             ("peer", SYN | RST, True), ("stack", SYN | RST | ACK, True)):
        bench = ServerBench(test.again(), FORGERIES)
        bench.establish()
        bench.seal(bench.inner(flags=RST))
        if who == "peer":
            bench.seal(bench.inner(flags=flags))
        else:
            bench.reply(flags=flags)
        forge(bench)
        route = bench.inbound
        bench.inbound = replace(route, source_port=50005)
        bench.establish()
        bench.inbound = route
        verdict = bench.seal(bench.inner(flags=SYN))
        test.outcome(verdict, "deliver", None, "a neighbour's SYN")
        test.equal(segments.ports(verdict.data)[0] == route.source_port, over,
                   f"the tuple is free after RST and flags {flags} of the {who}")


@case(150, "reopen-same-number", BOUNDARY, CLIENT, "FLOW-1, FLOW-10", (N4, U6))
def reopen_same_number(test: Test) -> None:
    """A SYN on a flow that saw RST begins a new one also with the number of the first SYN."""
    bench = ClientBench(test)
    bench.establish()
    test.outcome(bench.connect(), "send", None, "the SYN again on an open flow")
    bench.reply(flags=RST)
    bench.host.learn_nothing(NAME, bench.peer, "absent")
    again = segments.tcp(replace(bench.outbound, source=test.address(THIRD)), SYN)
    answer = bench.host.ask("egress", protocol=TCP, local=test.address(THIRD), peer=bench.peer,
                            mtu=1500, segment=again.hex(), cookie=99, request=bench.request(),
                            now=bench.world.clock())
    test.equal(answer["outcome"], "drop", "outcome of the SYN again from another local address")
    test.reason(answer["reason"], "wrong-peer", "of that SYN")
    test.dropped(bench.connect(), "no-key", "the SYN again after RST: a new flow, without a key")
    test.equal(bench.clear(), [], "packets in clear")


@case(173, "least-share", BOUNDARY, EACH, "FLOW-9, SES-12", (N4, U6))
def least_share(test: Test) -> None:
    """However small a table is, each site gets one place of it."""
    bench = established(test, {"max_flows": 15, "max_sessions": 15})
    route = replace(bench.outbound, source_port=40001)
    if isinstance(bench, ClientBench):
        test.dropped(bench.connect(route=route), "flows-full", "a second flow to the same site")
    else:
        assert isinstance(bench, ServerBench)
        test.dropped(bench.inject(bench.init()), "sessions-full", "a second session of the site")
        other = replace(bench.inbound, source_port=40001)
        test.dropped(bench.seal(bench.inner(flags=SYN, route=other)), "flows-full",
                     "a second flow of the site")
    bench.delivered(bench.push(b"on"), b"on", "DATA of the first one")
