# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Attacks on the binding of flows to sessions, and on the policies."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sst_conform import craft, segments
from sst_conform.bench import NAME, ClientBench, ServerBench, key_value, secret
from sst_conform.case import CLIENT, PAIR, SERVER, Test, case
from sst_conform.network import SECOND, Flow, Packet
from sst_conform.observer import UDP_PORT, body_of
from sst_conform.pair import Pair
from sst_conform.segments import ACK, SYN, Route
from sst_reference import keyvalue, segment, wire
from sst_reference.random import PORT, TestRandom
from sst_reference.wire import TCP, UDP

ADVERSARIAL = "adversarial"
POLICIES = tuple(f"n4/{policy}" for policy in
                 ("off", "opportunistic", "require", "pin", "pin-seen"))
DAY_S = 86400


@case(30, "session-confusion", ADVERSARIAL, SERVER, "SES-1, SES-4, FLOW-3, PORT-4")
def session_confusion(test: Test) -> None:
    """A stranger's session from B's address gets no flow that the host itself opens to B."""
    bench = ServerBench(test)
    stranger = bench.establish()
    keys = craft.Server(secret(5), secret(6))
    flags = keyvalue.FLAG_EARLY_SYN | (keyvalue.FLAG_LAYOUT_U if test.is_u else 0)
    bench.host.learn(NAME, bench.peer, key_value(keys.public, 4, flags),
                     UDP_PORT if test.is_u else 0)
    own = Route(bench.local, 43000, bench.peer, 443)
    request = {"policy": "require", "name": NAME, "layout": "u" if test.is_u else "n"}
    data = len(bench.packets(wire.KIND_DATA))
    verdict = bench.host.send(TCP, bench.peer, segments.tcp(own, SYN), request)
    test.outcome(verdict, "wait", None, "the SYN of a flow opened here")
    test.equal(len(bench.packets(wire.KIND_DATA)), data, "DATA packets in the stranger's session")
    inits = bench.packets(wire.KIND_INIT)
    test.equal(len(inits), 1, "INITs to the key of the name")
    body = body_of(inits[0])
    assert body is not None
    keys.read_init(inits[0].protocol, test.layout, body)
    answer = segments.without_checksum(TCP, segments.tcp(own.reversed(), SYN | ACK))
    test.dropped(bench.seal(answer), "flow-bound", "the stranger's SYN-ACK to that flow")
    resp = keys.resp(craft.Resp(server_index=0x2BCDEF0, status=1, time_ms=bench.world.unix_ms,
                                segment=answer, type=TCP))
    options = {}
    if test.is_u:
        options = {"source_port": UDP_PORT,
                   "destination_port": wire.udp_ports(inits[0].data)[0]}
    test.outcome(bench.inject(resp, **options), "deliver", None, "the true server's RESP")
    test.dropped(bench.seal(answer), "flow-bound", "the stranger's SYN-ACK once more")
    sent = bench.host.send(TCP, bench.peer, segments.tcp(own, ACK, b"secret"), None)
    test.outcome(sent, "send", None, "a segment of the own flow")
    packet = bench.packets(wire.KIND_DATA)[-1]
    body = body_of(packet)
    assert keys.session is not None and body is not None
    opened = keys.session.open(body, packet.protocol)
    test.equal(segments.payload(TCP, opened.segment), b"secret", "what the true server reads")
    bench.session = stranger
    test.outcome(bench.reply(b"answer"), "send", None, "a segment of the stranger's own flow")
    test.equal(segments.payload(TCP, bench.opened().segment), b"answer", "in his session")
    passed = bench.host.send(TCP, bench.peer, segments.tcp(replace(own, source_port=43001), SYN))
    test.outcome(passed, "pass", None, "a flow that asks nothing")


@case(31, "cross-session-4tuple", ADVERSARIAL, SERVER, "PORT-1, PORT-2, PORT-3, PORT-6, FLOW-2")
def cross_session(test: Test) -> None:
    """The second claimant of a tuple gets a local peer port of its own, turned back on egress."""
    bench = ServerBench(test)
    first = bench.establish()
    drawn = TestRandom(bench.host.seed)
    alias = 49152 + int.from_bytes(drawn.fill(PORT, 2), "big") % 16384
    seen = replace(bench.inbound, source_port=alias)
    verdict = bench.inject(bench.syn())
    test.outcome(verdict, "deliver", None, "the SYN of a second claimant")
    test.equal(segments.ports(verdict.data)[0], alias, "its port as the stack sees it")
    test.check(segments.checksum_is_right(TCP, verdict.data, seen), "its TCP checksum")
    bench.host.send(TCP, bench.peer, segments.tcp(seen.reversed(), SYN | ACK))
    resp = bench.read_resp()
    second = bench.session
    test.equal(segments.ports(resp.segment)[1], bench.inbound.source_port, "port in its RESP")
    bench.delivered(bench.push(b"two"), b"two", "DATA of the second", seen)
    bench.session = first
    bench.delivered(bench.push(b"one"), b"one", "DATA of the first")
    for route, session, payload in ((seen, second, b"to two"), (bench.inbound, first, b"to one")):
        bench.host.send(TCP, bench.peer, segments.tcp(route.reversed(), ACK, payload))
        bench.session = session
        opened = bench.opened()
        test.equal(segments.payload(TCP, opened.segment), payload, "what the owner reads")
        test.equal(segments.ports(opened.segment), (443, bench.inbound.source_port),
                   "ports in it")
    used = Flow(TCP, 443, bench.peer, 40007)
    bench.host.ask("uses_in_clear", flows=[used.fields()])
    bench.session = first
    in_clear = replace(bench.inbound, source_port=40007)
    verdict = bench.seal(bench.inner(flags=SYN, route=in_clear))
    test.outcome(verdict, "deliver", None, "a SYN for a tuple that the stack uses in clear")
    another = 49152 + int.from_bytes(drawn.fill(PORT, 2), "big") % 16384
    test.equal(segments.ports(verdict.data)[0], another, "its port as the stack sees it")
    test.equal(bench.clear(), [], "packets in clear")


@case(32, "same-nat-same-port", ADVERSARIAL, PAIR, "PORT-1, PORT-3, SES-5, AEAD-4")
def same_nat(test: Test) -> None:
    """Two clients behind one address with the same port both talk to the server."""
    pair = Pair(test)
    other = Pair.__new__(Pair)
    other.__dict__.update(pair.__dict__)
    other.client = test.host(5, 0)
    other.client.resolver = pair.client.resolver
    other.client_stack = type(pair.client_stack)(other.client)
    behind_nat(test, pair, [pair.client.address, other.client.address], test.address(7))
    first, second = pair.connect(), other.connect()
    pair.world.run(0.5)
    for at in range(3):
        first.send(b"first %d" % at)
        second.send(b"second %d" % at)
        pair.world.run(0.5)
    test.equal(first.route.source_port, second.route.source_port, "ports of the two clients")
    test.check(first.is_done and second.is_done, "both get their echoes")
    test.equal((first.refused, second.refused), (False, False), "connections refused")
    ports = {segments.ports(one.data)[0] for one in pair.server.received if one.sealed}
    test.equal(len(ports), 2, "peer ports that the server's stack sees")
    test.contract()


def behind_nat(test: Test, pair: Pair, inside: list[str], outside: str) -> None:
    """A NAT: N by the index that stands first in every packet, U by port."""
    owners: dict[int, tuple[str, int]] = {}
    ports: dict[tuple[str, int], int] = {}

    def translate(packet: Packet) -> list[Packet]:
        body = body_of(packet)
        if body is None:
            return []
        if packet.source in inside:
            source, destination = outside, packet.destination
            if packet.marked:
                if wire.kind_of(body) == wire.KIND_INIT:
                    owners[wire.index_of(body)] = (packet.source, 0)
                return [replace(packet, source=source)]
            port = wire.udp_ports(packet.data)[0]
            mapped = ports.setdefault((packet.source, port), 20000 + len(ports))
            owners[mapped] = (packet.source, port)
            data = mapped.to_bytes(2, "big") + packet.data[2:]
        else:
            owner = owners.get(wire.index_of(body) if packet.marked
                               else wire.udp_ports(packet.data)[1])
            if owner is None:
                return []
            source, destination = packet.source, owner[0]
            if packet.marked:
                return [replace(packet, destination=destination)]
            data = packet.data[:2] + owner[1].to_bytes(2, "big") + packet.data[4:]
        data = segment.compute_checksum(UDP, data, segments.raw(source),
                                        segments.raw(destination))
        return [Packet(source, destination, UDP, False, data)]

    pair.world.path.hooks.append(translate)


def _prepared(test: Test, flags: int = 1) -> tuple[ClientBench, str]:
    """A client and its policy; `pin-seen`: the name was seen with the strict flag elsewhere."""
    bench = ClientBench(test, learn=False, flags=flags)
    if test.policy != "pin-seen":
        return bench, test.policy
    bench.host.learn(NAME, test.address(8),
                     key_value(bench.server.public, 1, keyvalue.FLAG_STRICT))
    pins = bench.host.ask("pins")["pins"]
    test.equal([one["name"] for one in pins], [NAME], "pinned names")
    test.equal(pins[0]["until_ms"], bench.world.unix_ms + 30 * DAY_S * 1000, "end of the pin")
    return bench, "pin"


def _events(bench: ClientBench, name: str) -> list[str]:
    return [one["reason"] for one in bench.host.saw(name)]


@case(45, "strip-dns", ADVERSARIAL, CLIENT, "POL-2, POL-3, POL-4, PIN-1, PIN-2", POLICIES)
def strip_dns(test: Test) -> None:
    """Without keys: off and opportunistic go clear, require and a pinned name never do."""
    for answer, reason in (("absent", "no-key"), ("timeout", "key-timeout"),
                           ("unusable", "key-unusable")):
        bench, policy = _prepared(test.again())
        may_clear = test.policy in ("off", "opportunistic", "pin")
        verdict = bench.connect(policy)
        if policy == "off":
            test.outcome(verdict, "pass", None, "a SYN under off")
            test.equal(bench.host.resolves, [], "questions for keys")
            continue
        test.outcome(verdict, "wait", None, "a SYN whose key is asked for")
        test.equal([(one["name"], one["peer"]) for one in bench.host.resolves],
                   [(NAME, bench.peer)], "questions for keys")
        bench.host.learn_nothing(NAME, bench.peer, answer)
        waits = answer == "unusable" and may_clear
        bench.tick(2.9)
        if waits:
            test.equal(bench.clear(), [], "packets in clear within 3 s of an unusable answer")
        bench.tick(0.2)
        test.equal(len(bench.clear()), int(may_clear), f"SYNs in clear after {answer}")
        test.equal(len(bench.packets()), 0, "SST packets without a key")
        state = bench.state()
        test.equal(state["state"], "clear" if may_clear else "failed", f"flow after {answer}")
        test.reason(state["reason"], reason, f"of the flow after {answer}")
        event = "flow-fell-back" if may_clear else "flow-failed"
        test.equal(len(bench.host.saw(event)), 1, f"{event} events")
        if not may_clear:
            for at in range(30):
                bench.tick(1)
                test.dropped(bench.reply(b"late"), None, f"a segment {at + 1} s later")
            test.equal(bench.clear(), [], f"packets in clear after {answer}")
            test.equal(bench.host.open_cookies(), [], "segments still waiting")
    if test.policy == "pin-seen":
        bench, policy = _prepared(test.again())
        bench.host.ask("set_pins", pins=bench.host.ask("pins")["pins"])
        bench.jump(30 * DAY_S + 1)
        bench.connect(policy)
        bench.host.learn_nothing(NAME, bench.peer, "absent")
        test.equal(len(bench.clear()), 1, "SYNs in clear once the pin has ended")


@case(46, "drop-flagged", ADVERSARIAL, CLIENT, "POL-1, POL-4, POL-6, PIN-2, EGR-2", POLICIES)
def drop_flagged(test: Test) -> None:
    """When every SST packet is lost only off and opportunistic go clear, the latter after 3 s."""
    bench, policy = _prepared(test)
    bench.learn()
    may_clear = test.policy in ("off", "opportunistic", "pin")
    request: dict[str, Any] = bench.request(policy)
    begin = bench.world.now_ns
    bench.host.send(TCP, bench.peer, segments.tcp(bench.outbound, SYN), request)
    if policy == "off":
        test.equal((len(bench.clear()), len(bench.packets())), (1, 0), "clear and SST packets")
        return
    test.equal((len(bench.clear()), len(bench.packets())), (0, 1), "clear and SST packets")
    bench.tick(2.9)
    test.equal(bench.clear(), [], "packets in clear within 2.9 s")
    bench.tick(0.2)
    test.equal(len(bench.clear()), int(may_clear), "packets in clear after 3.1 s")
    if may_clear:
        test.equal(bench.clear()[0].at - begin, 3 * SECOND, "when the SYN leaves in clear")
        test.equal(bench.clear()[0].data, segments.tcp(bench.outbound, SYN), "the SYN in clear")
        test.equal(_events(bench, "flow-fell-back")[:1] != [], True, "it is told")
        test.outcome(bench.reply(b"more"), "pass", None, "a later segment of the flow")
        return
    for _ in range(320):
        bench.tick(1)
        bench.host.send(TCP, bench.peer, segments.tcp(bench.outbound, SYN), request)
        bench.reply(b"data")
    test.equal(bench.clear(), [], "packets in clear in 320 s")
    test.check(bench.host.saw("flow-failed"), "the failure is told")
    test.reason(_events(bench, "flow-failed")[0], "handshake-timeout", "of the failed flow")
