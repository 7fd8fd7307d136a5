# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Waiting, giving up, choosing keys and ports: rules of the specification one by one."""

from __future__ import annotations

from dataclasses import replace

from sst_conform import craft, segments
from sst_conform.bench import (NAME, THIRD, ClientBench, ServerBench, established, key_value,
                               secret)
from sst_conform.case import CLIENT, EACH, N4, PAIR, SERVER, SHAPED, U6, V4, Test, case
from sst_conform.network import Flow, Packet
from sst_conform.observer import UDP_PORT
from sst_conform.pair import Pair
from sst_conform.segments import ACK, FIN, RST, SYN, Route
from sst_reference import keyvalue, noise, wire
from sst_reference.wire import TCP, UDP

NORMAL, BOUNDARY, ADVERSARIAL, LEAK = "normal", "boundary", "adversarial", "leak"


@case(76, "early-refused", NORMAL, CLIENT, "EARLY-3, EARLY-4, CLI-12, QUEUE-1")
def early_refused(test: Test) -> None:
    """A refused early segment goes again before all that waits; an accepted one does not."""
    for accepted in (False, True):
        bench = ClientBench(test.again())
        bench.connect()
        second = replace(bench.outbound, source_port=40001)
        bench.connect(route=second)
        bench.read_init()
        test.equal(bench.seen.type, TCP, "type in INIT")
        verdict = bench.inject(bench.resp(status=int(accepted)))
        test.outcome(verdict, "consumed", None, "RESP")
        opened = [bench.opened(at) for at in range(len(bench.packets(wire.KIND_DATA)))]
        ports = [segments.ports(one.segment)[0] for one in opened]
        test.equal(ports, [40001] if accepted else [40000, 40001],
                   f"SYNs sent after RESP, early data accepted {accepted}")
        test.equal([one.number for one in opened], list(range(len(opened))), "their numbers")
        test.equal(bench.host.open_cookies(), [], "segments still waiting")


@case(77, "give-up", BOUNDARY, CLIENT, "CLI-4, CLI-7, QUEUE-3, RETRY-19")
def give_up(test: Test) -> None:
    """A socket that gives up takes its segments along; without flows the handshake ends."""
    bench = ClientBench(test)
    bench.connect()
    second = replace(bench.outbound, source_port=40001)
    bench.connect(route=second)
    first = bench.bodies(wire.KIND_INIT)[0]
    bench.host.act("abandon", flow=bench.flow.fields())
    test.equal([cookie for cookie, _ in bench.host.dropped], [1], "segments dropped")
    test.reason(bench.host.dropped[0][1], "abandoned", "of the dropped segment")
    bench.tick(1)
    bodies = bench.bodies(wire.KIND_INIT)
    test.equal(len(bodies), 2, "INITs after 1 s")
    test.check(bodies[1][32:64] != first[32:64], "the next INIT is a fresh one")
    init = bench.read_init()
    test.equal(segments.ports(init.segment)[0], 40001, "port of the SYN in it")
    body = bench.resp()
    other = Flow(TCP, 40001, bench.peer, bench.inbound.source_port)
    bench.host.act("abandon", flow=other.fields())
    test.not_accepted(bench.inject(body), "a RESP after everything was given up")
    bench.tick(60)
    test.equal(len(bench.bodies(wire.KIND_INIT)), 2, "INITs after everything was given up")
    test.equal(bench.host.open_cookies(), [], "segments still waiting")
    test.equal(bench.clear(), [], "packets in clear")


@case(78, "flow-rules", ADVERSARIAL, EACH,
      "FLOW-1, FLOW-3, FLOW-4, FLOW-5, FLOW-11, TOMB-2, TOMB-3, EARLY-9, FLOW-2")
def flow_rules(test: Test) -> None:
    """Who may bind, leave and reopen a tuple."""
    bench = established(test)
    wrong = bench.host.ask(
        "egress", protocol=TCP, local=test.address(THIRD), peer=bench.peer, mtu=1500,
        segment=segments.tcp(bench.outbound, ACK, b"x").hex(), now=bench.world.clock())
    test.equal(wrong["outcome"], "drop", "a segment of the flow from another local address")
    test.reason(wrong["reason"], "wrong-peer", "from another local address")
    stranger = replace(bench.inbound, source_port=9, destination_port=10)
    verdict = bench.seal(bench.inner(b"", SYN, stranger))
    opening = segments.tcp(bench.outbound, SYN, sequence=77)
    if test.role == CLIENT:
        test.dropped(verdict, "flow-unknown", "a segment of no flow in an own session")
    else:
        test.outcome(verdict, "deliver", None, "the SYN of a new flow")
        verdict = bench.host.send(TCP, bench.peer, opening)
        test.dropped(verdict, "flow-bound", "a SYN of the stack on a tuple that a peer bound")
    bench.reply(flags=RST)
    for _ in range(3):
        bench.tick(81)
        bench.seal(b"", wire.NOTHING)  # keeps the session
    late = bench.push(b"late")
    test.dropped(late, "flow-unknown" if test.role == CLIENT else "tombstone",
                 "a segment of the flow that has ended")
    if test.role == SERVER:
        test.dropped(bench.reply(b"late"), "tombstone", "a segment of the stack")
        verdict = bench.seal(bench.inner(b"", SYN))
        test.outcome(verdict, "deliver", None, "a SYN of the peer begins anew")
        test.outcome(bench.reply(flags=SYN | ACK), "send", None, "and is answered")
    else:
        server = bench.host.serve(secret(8), 9, 3)
        intruder = craft.Client(server, secret(88))
        body = intruder.init(craft.Init(
            outer=bench.outer, layout=test.layout, key_id=9, time_ms=bench.world.unix_ms,
            segment=bench.inner(b"", SYN), type=TCP))
        if not test.is_u:
            verdict = bench.inject(body)
            test.outcome(verdict, "consumed", "flow-bound", "a peer's SYN on the tombstone")
        test.dropped(bench.reply(b"late"), "tombstone", "a segment of the stack")
    test.equal(bench.clear(), [], "packets in clear")


@case(79, "wrong-layout", ADVERSARIAL, EACH, "UDP-10, UDP-11, UDP-12, UDP-13, RESET-8")
def wrong_layout(test: Test) -> None:
    """Packets in the other layout, from another address or port do nothing, unanswered."""
    bench = established(test)
    before = len(bench.host.sent)
    body = bench.session.seal(bench.inner(b"moved"))
    test.dropped(bench.inject(body, source=test.address(THIRD)), "wrong-peer",
                 "DATA from another address")
    if test.is_u:
        native = Packet(bench.peer, bench.local, TCP, True, body)
        test.dropped(bench.host.receive(native), "wrong-peer", "DATA of layout U in layout N")
        if test.role == CLIENT:
            test.dropped(bench.inject(body, source_port=UDP_PORT + 1), "wrong-peer",
                         "DATA from another port of the server")
        garbage = bench.inject(b"\x3f" + bytes(60))
        test.equal(garbage.outcome, "drop", "garbage to a port of layout U")
    test.equal(len(bench.host.sent), before, "packets sent to all that")
    bench.delivered(bench.inject(body), b"moved", "the packet where it belongs")


@case(80, "udp-port-follows", NORMAL, SERVER, "UDP-9, EGR-4", SHAPED)
def port_follows(test: Test) -> None:
    """The server answers to the port of the authentic packet with the highest number."""
    bench = ServerBench(test)
    bench.establish()

    def port() -> int:
        bench.reply(b"where")
        return wire.udp_ports(bench.packets()[-1].data)[1]

    first = bench.peer_port
    test.equal(port(), first, "port before any change")
    forged = bench.session.seal(bench.inner(b"forged"), number=90, key=bytes(32))
    bench.inject(forged, source_port=1111)
    test.equal(port(), first, "port after a forgery from another one")
    high = bench.session.seal(bench.inner(b"high"), number=50)
    low = bench.session.seal(bench.inner(b"low"), number=40)
    test.outcome(bench.inject(high, source_port=2222), "deliver", None, "number 50")
    test.equal(port(), 2222, "port after number 50")
    test.outcome(bench.inject(low, source_port=3333), "deliver", None, "number 40")
    test.equal(port(), 2222, "port after number 40 from yet another one")
    test.dropped(bench.inject(high, source_port=4444), "replay", "number 50 again")
    test.equal(port(), 2222, "port after a replay")


@case(81, "key-choice", NORMAL, CLIENT, "KEYQ-1, KEYQ-3, KEYQ-4, KEYQ-6, KEYQ-7, KEYQ-9, "
      "KEYQ-11, DNS-8")
def key_choice(test: Test) -> None:
    """The first usable entry counts; keys belong to (name, address); a fresh INIT takes the new."""
    bench = ClientBench(test, learn=False)
    now = bench.world.unix_ms // 1000
    flags = bench.flags
    port = UDP_PORT if test.is_u else 0
    entries = [keyvalue.Entry(1, 1, 1, flags, now - 1, noise.public_key(secret(5))),
               keyvalue.Entry(1, 2, 2, flags, 0, noise.public_key(secret(6))),
               keyvalue.Entry(1, 1, 3, flags, now + 5, bench.server.public),
               keyvalue.Entry(1, 1, 4, flags, 0, noise.public_key(secret(7)))]
    bench.host.learn(NAME, bench.peer, keyvalue.build(entries), port)
    bench.connect()
    test.equal(bench.read_init().key_id, 3, "key id: expired and unknown entries are skipped")
    other = replace(bench.outbound, source_port=41000)
    bench.connect(route=other, name="other.example")
    test.equal([one["name"] for one in bench.host.resolves], ["other.example"],
               "another name at the same address is asked for")
    bench.host.learn("other.example", bench.peer, keyvalue.build(entries[:1]), port)
    flow = Flow(TCP, 41000, bench.peer, 443)
    test.equal(bench.host.flow(flow)["state"], "failed", "a value with an expired entry only")
    test.reason(bench.host.flow(flow)["reason"], "key-unusable", "of that flow")
    fresh = craft.Server(secret(9), secret(10))
    bench.host.learn(NAME, bench.peer, key_value(fresh.public, 5, flags), port)
    bench.tick(7.5)
    test.equal(len({body for body in bench.bodies(wire.KIND_INIT)}), 1, "INITs before 15 s")
    bench.tick(8)
    bench.server = fresh
    test.equal(bench.read_init().key_id, 5, "key id of the fresh INIT")
    bench.host.learn_nothing(NAME, bench.peer, "absent")
    bench.tick(16)
    test.equal(bench.state()["state"], "waiting", "state after the answer that there is no key")
    test.outcome(bench.inject(_resp_to_last(bench)), "consumed", None, "RESP under the new key")
    ended = ClientBench(test.again(), learn=False)
    ended.host.learn(NAME, ended.peer, keyvalue.build(entries[2:3]), port)
    ended.tick(now + 6 - ended.world.unix_ms // 1000)
    test.outcome(ended.connect(), "wait", None, "a flow once the only remembered key has ended")
    test.equal(len(ended.host.resolves), 1, "questions then")


def _resp_to_last(bench: ClientBench) -> bytes:
    bench.read_init()
    return bench.resp()


@case(82, "no-fallback-after-up", LEAK, CLIENT, "POL-7, EGR-2, EGR-3, SES-11, ICMP-5")
def no_fallback(test: Test) -> None:
    """An opportunistic flow that had a session never goes clear: not by silence, ICMP or RESET."""
    bench = ClientBench(test)
    bench.establish(policy="opportunistic")
    for _ in range(100):
        bench.tick(30)
        test.outcome(bench.reply(b"still sealed"), "send", None, "a segment into silence")
    router = test.address(9)
    packet = bench.packets()[-1]
    quote = segments.ip_packet(bench.outbound, packet.protocol, packet.data[:64],
                               marked=packet.marked)
    kind = (1, 0) if test.is_v6 else (3, 1)
    bench.host.receive(Packet(router, bench.local, segments.icmp_of(router), False,
                              segments.icmp_error(Route(router, 0, bench.local, 0), kind, quote)))
    test.outcome(bench.reply(b"unreachable"), "send", None, "a segment after ICMP unreachable")
    reset = wire.build_reset(bench.session.own_index, bytes(range(16)))
    test.outcome(bench.inject(reset), "consumed", "reset", "RESET")
    test.dropped(bench.reply(b"after"), "tombstone", "a segment after RESET")
    again = bench.connect(policy="opportunistic")
    test.check(again.outcome in ("wait", "drop"), "the same SYN again does not leave in clear")
    test.equal(bench.clear(), [], "packets in clear")


@case(83, "inner-icmp", ADVERSARIAL, EACH, "TYPE-3, TYPE-4, ICMP-12, SUM-2, SUM-5")
def inner_icmp(test: Test) -> None:
    """ICMP inside a session counts for flows of that session only, in the host's own addresses."""
    bench = established(test)
    right = 58 if test.is_v6 else 1
    quoted = segments.tcp(bench.outbound, ACK, b"quoted")
    message = segments.without_checksum(
        right, segments.unreachable(bench.outbound, TCP, quoted))
    test.dropped(bench.seal(message, 59 - right), "inner-type", "ICMP of the other IP version")
    checked = message[:2] + b"\1\1" + message[4:]
    test.dropped(bench.seal(checked, right), "inner-checksum", "ICMP with a checksum")
    foreign = segments.without_checksum(right, segments.unreachable(
        replace(bench.outbound, source_port=1), TCP, b"\0\1" + quoted[2:]))
    test.dropped(bench.seal(foreign, right), "flow-unknown", "ICMP about another flow")
    behind_nat = replace(bench.outbound, source=test.address(50))
    natted = segments.without_checksum(right, segments.unreachable(behind_nat, TCP, quoted))
    verdict = bench.seal(natted, right)
    test.outcome(verdict, "deliver", None, "ICMP that quotes the NAT's address")
    test.equal(verdict.protocol, right, "its protocol")
    at = 8 + (24 if test.is_v6 else 16) - len(segments.raw(bench.local))
    test.equal(verdict.data[at:at + 2 * len(segments.raw(bench.local))],
               segments.raw(bench.local) + segments.raw(bench.peer), "addresses handed up")
    test.check(segments.checksum_is_right(right, verdict.data, bench.inbound), "its checksum")


@case(84, "icmp-of-others", NORMAL, EACH, "ICMP-1, ICMP-3, ICMP-4, GEN-2")
def icmp_of_others(test: Test) -> None:
    """ICMP that has nothing to do with SST goes up unchanged."""
    bench = established(test)
    bench.reply(b"quoted")
    packet = bench.packets(wire.KIND_DATA)[-1]
    own = segments.ip_packet(bench.outbound, packet.protocol, packet.data[:64],
                             marked=packet.marked)
    router = test.address(9)
    protocol = segments.icmp_of(router)
    back = Route(router, 0, bench.local, 0)
    other = Route(bench.local, 5555, bench.peer, 80)
    clear = segments.ip_packet(other, TCP, segments.tcp(other, ACK))
    forged = segments.ip_packet(other, TCP, segments.tcp(other, ACK), marked=True)
    kind = (1, 4) if test.is_v6 else (3, 3)
    echo = segments.icmp_error(back, (128, 0) if test.is_v6 else (8, 0), b"ping")
    for what, message, outcome in (
            ("an error about a clear packet", segments.icmp_error(back, kind, clear), "pass"),
            ("an echo request", echo, "pass"),
            ("another type than those of an error about us, quoting a packet of the session",
             segments.icmp_error(back, (100, 0) if test.is_v6 else (5, 1), own), "pass"),
            ("an error about a marked packet never sent",
             segments.icmp_error(back, kind, forged), "drop")):
        verdict = bench.host.receive(Packet(router, bench.local, protocol, False, message))
        test.outcome(verdict, outcome, "icmp-forged" if outcome == "drop" else None, what)


@case(85, "auto-remembers-u", NORMAL, PAIR, "AUTO-1, AUTO-4", SHAPED)
def auto_remembers(test: Test) -> None:
    """Where only U came up, the next session begins in U, until the keys are forgotten."""
    pair = Pair(test, layout="auto")
    pair.world.path.hooks.append(lambda packet: [] if packet.marked else [packet])
    first = pair.connect()
    pair.world.run(4)
    test.check(first.connected_ns is not None, "the first connection is made")
    first.close()
    pair.world.run(500)
    before = len(pair.seen(wire.KIND_INIT))
    second = pair.connect()
    pair.world.run(0.5)
    test.check(second.connected_ns is not None, "the second connection is made at once")
    fresh = pair.seen(wire.KIND_INIT)[before:]
    test.equal([one.layout for one in fresh], [wire.LAYOUT_U], "layouts of its INITs")
    pair.world.run(86400)
    before = len(pair.seen(wire.KIND_INIT))
    third = pair.connect()
    pair.world.run(4)
    test.check(third.connected_ns is not None, "a third connection is made a day later")
    fresh = pair.seen(wire.KIND_INIT)[before:]
    test.equal([one.layout for one in fresh], [wire.LAYOUT_N, wire.LAYOUT_N, wire.LAYOUT_U],
               "layouts of its INITs, the keys being forgotten")


@case(86, "flows-per-session", BOUNDARY, EACH, "SES-8, FLOW-9", (N4, U6))
def flows_per_session(test: Test) -> None:
    """A full session takes no more flows: the client opens another, the server drops.

    A full table, or a full share of one site, takes none at all.
    """
    _full_share(test)
    bench = established(test, {"max_flows_per_session": 3})
    routes = [replace(bench.inbound, source_port=bench.inbound.source_port + at,
                      destination_port=bench.inbound.destination_port + at)
              for at in range(1, 4)]
    if isinstance(bench, ServerBench):
        verdicts = [bench.seal(bench.inner(b"", SYN, route)) for route in routes]
        test.equal([one.outcome for one in verdicts], ["deliver", "deliver", "drop"],
                   "SYNs of three more flows")
        test.reason(verdicts[2].reason, "flows-full", "of the fourth flow")
        return
    assert isinstance(bench, ClientBench)
    outcomes = [bench.connect(route=route.reversed()).outcome for route in routes]
    test.equal(outcomes, ["send", "send", "wait"], "SYNs of three more flows")
    test.equal(len(bench.packets(wire.KIND_INIT)), 2, "INITs")


def _full_share(test: Test) -> None:
    """A sixteenth of the table for one site, and the flows that are there stay."""
    bench = established(test.again(), {"max_flows": 32})
    routes = [replace(bench.inbound, source_port=bench.inbound.source_port + at,
                      destination_port=bench.inbound.destination_port + at)
              for at in range(1, 3)]
    for route, outcomes in zip(routes, (("send", "deliver"), ("drop", "drop"))):
        if isinstance(bench, ClientBench):
            verdict = bench.connect(route=route.reversed())
        else:
            verdict = bench.seal(bench.inner(b"", SYN, route))
        test.outcome(verdict, outcomes[test.role == SERVER],
                     "flows-full" if outcomes[0] == "drop" else None, "a flow of one site")
    bench.delivered(bench.push(b"on"), b"on", "DATA of the first flow")
    if test.role == CLIENT:
        full = ClientBench(test.again(), {"max_flows": 3}, learn=False)
        for number in range(20, 24):
            route = replace(full.outbound, destination=test.address(number))
            verdict = full.host.send(TCP, route.destination, segments.tcp(route, SYN),
                                     full.request())
            is_full = number == 23
            test.outcome(verdict, "drop" if is_full else "wait", "flows-full" if is_full else None,
                         "a flow to another site")


@case(87, "never-touched", NORMAL, EACH, "GEN-2, GEN-5", V4)
def never_touched(test: Test) -> None:
    """Multicast, broadcast, DHCP and what nobody asked for leave and arrive unchanged."""
    bench = established(test)
    request = {"policy": "require", "name": NAME}
    for peer, ports in (("224.0.0.251", (5353, 5353)), ("255.255.255.255", (68, 67)),
                        (test.address(9), (68, 67))):
        route = Route(bench.local, ports[0], peer, ports[1])
        verdict = bench.host.send(UDP, peer, segments.udp(route, b"service"), request)
        test.outcome(verdict, "pass", None, f"a datagram to {peer} port {ports[1]}")
    other = Route(test.address(9), 80, bench.local, 40000)
    packet = Packet(other.source, bench.local, TCP, False, segments.tcp(other, FIN | ACK))
    test.outcome(bench.host.receive(packet), "pass", None, "a clear segment of a clear flow")
    sent = bench.host.send(TCP, other.source, segments.tcp(other.reversed(), ACK))
    test.outcome(sent, "pass", None, "a segment for which nothing is asked")
    marked = replace(packet, marked=True, protocol=47)
    test.dropped(bench.host.receive(marked), "marked-unknown", "a marked packet of protocol 47")


@case(88, "pins-bounded", BOUNDARY, CLIENT, "PIN-1, PIN-4, PIN-5, PIN-6", (N4,))
def pins_bounded(test: Test) -> None:
    """Pins end 30 days after not_after, are kept over a restart, and make room for later ones."""
    bench = ClientBench(test, {"max_pins": 2}, learn=False)
    now = bench.world.unix_ms
    month = 30 * 86400 * 1000
    ends = {}
    for at, name in enumerate(("a.example", "b.example", "c.example", "")):
        not_after = now // 1000 + 1000 * (at + 1)
        bench.host.learn(name, bench.peer, key_value(bench.server.public, 1,
                                                     keyvalue.FLAG_STRICT, not_after))
        ends[name] = not_after * 1000 + month
    pins = {one["name"]: one["until_ms"] for one in bench.host.ask("pins")["pins"]}
    test.equal(pins, {name: ends[name] for name in ("b.example", "c.example")}, "pins")
    bench.host.learn("b.example", bench.peer,
                     key_value(bench.server.public, 1, keyvalue.FLAG_STRICT, now // 1000 + 10))
    pins = {one["name"]: one["until_ms"] for one in bench.host.ask("pins")["pins"]}
    test.equal(pins["b.example"], ends["b.example"], "an earlier end does not shorten a pin")
    restarted = ClientBench(test.again(), learn=False)
    restarted.host.ask("set_pins", pins=[{"name": NAME, "until_ms": now + month}])
    restarted.connect("pin")
    restarted.host.learn_nothing(NAME, restarted.peer, "absent")
    test.equal(restarted.state()["state"], "failed", "a pinned name without key after a restart")
    test.equal(restarted.clear(), [], "packets in clear")

