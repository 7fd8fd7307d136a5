# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Details: malformed content of handshakes, failed flows, marked strangers, several keys."""

from __future__ import annotations

from dataclasses import replace

from sst_conform import craft, segments
from sst_conform.bench import (NAME, NO_LIMITS, THIRD, ClientBench, ServerBench, established,
                               key_value, secret)
from sst_conform.case import CLIENT, EACH, N4, NATIVE, SERVER, SHAPED, U4, V4, Test, case
from sst_conform.network import Flow, Packet
from sst_conform.observer import UDP_PORT
from sst_conform.segments import ACK, FIN, RST, SYN, Route
from sst_reference import keyvalue, tokens, wire
from sst_reference.wire import TCP, UDP

NORMAL, BOUNDARY, ADVERSARIAL, LEAK = "normal", "boundary", "adversarial", "leak"


@case(89, "init-details", ADVERSARIAL, SERVER,
      "INIT-6, TYPE-2, TYPE-7, AEAD-7, SRV-4, SRV-16, OPT-5")
def init_details(test: Test) -> None:
    """INITs that decrypt and are malformed inside, and a known e with other bytes, do nothing."""
    bench = ServerBench(test, NO_LIMITS)
    icmp = segments.icmp_of(bench.peer)
    quoted = segments.tcp(bench.outbound, ACK)
    message = segments.without_checksum(icmp, segments.unreachable(bench.outbound, TCP, quoted))
    syn = bench.inner(flags=SYN)
    wrong = [("inner-type", {"segment": message, "type": icmp}),
             ("inner-type", {"segment": b"", "type": 0}),
             ("inner-type", {"segment": syn, "type": 41}),
             ("inner-length", {"segment": syn[:19], "type": TCP}),
             ("inner-checksum", {"segment": syn[:16] + b"\1\1" + syn[18:], "type": TCP})]
    if not test.is_u:
        datagram = segments.without_checksum(UDP, segments.udp(bench.inbound, b"datagram"))
        wrong.append(("protocol-mismatch", {"segment": datagram, "type": UDP}))
    for reason, fields in wrong:
        test.dropped(bench.inject(bench.init(**fields)), reason,
                     f"an INIT with type {fields['type']} that is {reason}")
    test.equal((bench.host.sent, bench.host.ask("counts")["half_open"]), ([], 0),
               "answers and half-open sessions")
    body = bench.syn()
    test.outcome(bench.inject(body), "deliver", None, "a right INIT")
    changed = bench.client.init(replace(bench.client.fields, time_ms=bench.world.unix_ms + 1))
    test.equal(changed[32:64], body[32:64], "e of another INIT")
    test.dropped(bench.inject(changed), "decrypt", "the same e with other bytes")
    test.equal(len(bench.host.received), 1, "SYNs delivered")


@case(90, "init-outer-protocol", NORMAL, CLIENT, "CLI-6, CLI-10, AEAD-5", NATIVE)
def init_outer(test: Test) -> None:
    """In N the INIT has the protocol of what it carries or of what waits first; RESP follows it."""
    bench = ClientBench(test)
    bench.host.send(UDP, bench.peer, segments.udp(bench.outbound, b"datagram"), bench.request())
    bench.connect(route=replace(bench.outbound, source_port=40001))
    init = bench.read_init()
    test.equal((init.outer, init.type), (UDP, wire.NOTHING), "protocol and type of the INIT")
    body = bench.resp()
    broken = body[:-1] + bytes([body[-1] ^ 1])
    test.dropped(bench.inject(broken, protocol=UDP), "decrypt", "a RESP that does not decrypt")
    test.outcome(bench.inject(body, protocol=UDP), "consumed", None, "the RESP")
    found = bench.packets(wire.KIND_DATA)
    test.equal([one.protocol for one in found], [UDP, TCP], "protocols of what waited")
    test.equal([bench.opened(at).type for at in range(2)], [UDP, TCP], "and its types")
    bench.host.act("dummy", index=bench.host.flow(Flow(
        TCP, 40001, bench.peer, bench.inbound.source_port))["index"], size=100)
    test.equal(bench.packets()[-1].protocol, UDP, "protocol of a dummy: that of the INIT")


@case(91, "key-question", BOUNDARY, CLIENT, "KEYQ-1, KEYQ-2, KEYQ-4, KEYQ-12, POL-1, POL-5")
def key_question(test: Test) -> None:
    """A question without an answer ends after 30 s; opportunistic does not wait that long."""
    bench = ClientBench(test, learn=False)
    bench.connect()
    bench.tick(29.9)
    test.equal(bench.state()["state"], "waiting", "state after 29.9 s")
    bench.tick(0.2)
    state = bench.state()
    test.equal(state["state"], "failed", "state after 30.1 s")
    test.reason(state["reason"], "key-timeout", "of the failed flow")
    test.equal((bench.clear(), bench.packets()), ([], []), "packets sent")
    other = ClientBench(test.again(), learn=False)
    other.connect("opportunistic")
    other.tick(2.9)
    test.equal(other.host.sent, [], "packets within 2.9 s")
    other.tick(0.2)
    test.equal(len(other.clear()), 1, "SYNs in clear after 3.1 s")
    test.equal(other.state()["state"], "clear", "state after 3.1 s")
    third = ClientBench(test.again(), learn=False)
    third.connect()
    third.host.learn_nothing(NAME, third.peer, "absent")
    again = replace(third.outbound, source_port=40001)
    third.tick(59)
    test.dropped(third.connect(route=again), "no-key", "a flow 59 s after the answer 'no key'")
    test.equal(len(third.host.resolves), 1, "questions within 60 s")
    third.tick(2)
    again = replace(third.outbound, source_port=40002)
    test.outcome(third.connect(route=again), "wait", None, "a flow 61 s after the answer")
    test.equal(len(third.host.resolves), 2, "questions after 60 s")
    _waiting_together(test)


def _waiting_together(test: Test) -> None:
    """One question for those that wait together; the next one is new, and so are its 30 s."""
    bench = ClientBench(test.again(), learn=False)
    routes = [replace(bench.outbound, source_port=port) for port in (40000, 40001, 40002)]
    flows = [Flow(TCP, route.source_port, bench.peer, 443) for route in routes]
    bench.connect("opportunistic", route=routes[0])
    bench.tick(1)
    bench.connect("opportunistic", route=routes[1])
    test.equal(len(bench.host.resolves), 1, "questions of two flows that wait together")
    bench.tick(3.5)
    test.equal(len(bench.clear()), 2, "SYNs in clear after 3 s each")
    bench.tick(1)
    bench.connect(route=routes[2])
    test.equal(len(bench.host.resolves), 2, "questions once none waited for the first")
    bench.tick(29.5)
    test.equal(bench.host.flow(flows[2])["state"], "waiting", "state 35 s after the first question")
    bench.tick(1)
    test.reason(bench.host.flow(flows[2])["reason"], "key-timeout", "30 s after the second")


@case(104, "policy-raised", ADVERSARIAL, CLIENT, "POL-4, POL-8")
def policy_raised(test: Test) -> None:
    """A flow that waits never leaves in clear once a segment of it asked for `require`."""
    bench = ClientBench(test, learn=False)
    bench.connect("opportunistic")
    bench.connect("require")
    bench.tick(4)
    test.equal((bench.clear(), bench.state()["state"]), ([], "waiting"), "raised by the same SYN")
    bench.connect("opportunistic")
    bench.tick(20)
    test.equal((bench.clear(), bench.state()["state"]), ([], "waiting"), "and not lowered again")
    bench.tick(10)
    test.reason(bench.state()["reason"], "key-timeout", "of the raised flow")
    other = ClientBench(test.again(), learn=False)
    other.connect("opportunistic")
    other.host.learn_nothing(NAME, other.peer, "unusable")
    test.equal(other.state()["state"], "waiting", "state with an unusable value")
    test.dropped(other.connect("require"), "key-unusable", "the same SYN under `require`")
    test.equal(other.state()["state"], "failed", "state of the raised flow")
    other.tick(4)
    test.equal(other.clear(), [], "packets in clear")
    third = ClientBench(test.again(), learn=False)
    third.connect("opportunistic")
    third.tick(4)
    test.equal(len(third.clear()), 1, "SYNs of a flow that fell back")
    test.outcome(third.connect("opportunistic"), "pass", None, "the same SYN")
    test.outcome(third.connect("require"), "wait", None, "the same SYN under `require`")


@case(105, "failed-not-prolonged", ADVERSARIAL, CLIENT, "FLOW-12")
def failed_not_prolonged(test: Test) -> None:
    """What anybody can send in clear does not keep a failed flow shut for longer."""
    bench = ClientBench(test, learn=False)
    datagram = segments.udp(bench.outbound, b"x")
    clear = Packet(bench.peer, bench.local, UDP, False, segments.udp(bench.inbound, b"y"))
    bench.host.send(UDP, bench.peer, datagram, bench.request())
    bench.host.learn_nothing(NAME, bench.peer, "absent")
    for _ in range(3):
        bench.tick(19)
        test.dropped(bench.host.send(UDP, bench.peer, datagram, bench.request()), "no-key",
                     "a datagram of the failed flow")
        bench.host.receive(clear)
    bench.tick(4)
    test.outcome(bench.host.send(UDP, bench.peer, datagram, bench.request()), "wait", None,
                 "a datagram 61 s after the flow failed")


@case(106, "malformed-egress", LEAK, SERVER, "EGR-1, TOMB-1, TYPE-7")
def malformed_egress(test: Test) -> None:
    """A damaged segment shows its ports as well: it leaves neither a flow nor its tombstone."""
    bench = ServerBench(test)
    bench.establish()
    whole = segments.tcp(bench.outbound, ACK, b"payload", sequence=77)
    damaged = [whole[:12], whole[:19], whole[:12] + b"\x40" + whole[13:],
               whole[:12] + b"\xf0" + whole[13:24]]
    for segment in damaged:
        test.dropped(bench.host.send(TCP, bench.peer, segment), "inner-length",
                     "a damaged segment of the flow")
    bench.reply(flags=ACK | FIN)
    bench.tick(241)
    for segment in damaged:
        test.dropped(bench.host.send(TCP, bench.peer, segment), "inner-length",
                     "a damaged segment of the flow that ended")
    test.equal(bench.clear(), [], "packets in clear")
    stranger = segments.tcp(replace(bench.outbound, destination_port=1), ACK, b"", sequence=1)
    test.outcome(bench.host.send(TCP, bench.peer, stranger[:12]), "pass", None,
                 "a damaged segment of no flow")


@case(107, "second-local-address", ADVERSARIAL, CLIENT, "FLOW-1")
def second_local_address(test: Test) -> None:
    """The tuple of a flow that waits, from another address of this host: dropped, not queued."""
    bench = ClientBench(test, learn=False)
    bench.connect()
    again = segments.tcp(replace(bench.outbound, source=test.address(THIRD)), SYN, b"", sequence=9)
    answer = bench.host.ask("egress", protocol=TCP, local=test.address(THIRD), peer=bench.peer,
                            mtu=1500, segment=again.hex(), cookie=99, request=bench.request(),
                            now=bench.world.clock())
    test.equal(answer["outcome"], "drop", "outcome of a SYN from another local address")
    test.reason(answer["reason"], "wrong-peer", "of that SYN")


@case(108, "late-clock", BOUNDARY, CLIENT, "CLI-5, CLI-17")
def late_clock(test: Test) -> None:
    """A host that slept sends one INIT for all it missed, and goes on by the timetable."""
    bench = ClientBench(test)
    bench.connect()
    bench.jump(62.5)
    bench.tick()
    test.equal(len(bench.packets(wire.KIND_INIT)), 2, "INITs after a sleep of 62.5 s")
    bench.tick(0.6)
    test.equal(len(bench.packets(wire.KIND_INIT)), 3, "INITs at 63 s")
    bench.tick(59)
    test.equal(len(bench.packets(wire.KIND_INIT)), 3, "INITs before 123 s")
    bench.tick(2)
    test.equal(len(bench.packets(wire.KIND_INIT)), 4, "INITs after 123 s")
    bench.jump(200)
    bench.tick()
    test.reason(bench.state()["reason"], "handshake-timeout", "of the flow after 303 s")


@case(109, "groups", BOUNDARY, EACH, "GEN-5, GEN-6")
def groups(test: Test) -> None:
    """Neither is a packet to a group one of SST, nor does one to a group leave sealed."""
    bench = established(test)
    group = "ff02::1" if test.is_v6 else "224.0.0.1"
    body = bench.session.seal(bench.inner(b"x"), TCP)
    packet = bench.packet(body, protocol=bench.session.outer_of(TCP))
    sent = len(bench.host.sent)
    for to, source in ((group, bench.peer), (bench.local, group)):
        test.outcome(bench.host.receive(replace(packet, destination=to, source=source)), "pass",
                     None, "an authentic packet to or from a group")
    datagram = segments.udp(replace(bench.outbound, destination=group), b"x")
    test.outcome(bench.host.send(UDP, group, datagram, {"policy": "require", "name": NAME}), "pass",
                 None, "a datagram to a group")
    test.equal(len(bench.packets()), sent, "SST packets sent")


@case(92, "failed-flow", BOUNDARY, CLIENT, "FLOW-7, FLOW-10, FLOW-12, TOMB-2")
def failed_flow(test: Test) -> None:
    """A failed flow stays shut for 60 s or until a new SYN; ended ones begin anew by a SYN."""
    bench = ClientBench(test, learn=False)
    bench.connect()
    bench.host.learn_nothing(NAME, bench.peer, "absent")
    bench.tick(30)
    test.dropped(bench.connect(), "no-key", "the same SYN 30 s after the flow failed")
    test.dropped(bench.reply(b"data"), "no-key", "another segment of it")
    bench.learn()
    anew = segments.tcp(bench.outbound, SYN, sequence=4242)
    verdict = bench.host.send(TCP, bench.peer, anew, bench.request())
    test.outcome(verdict, "wait", None, "a SYN with another sequence number")
    bench.read_init()
    bench.inject(bench.resp(segment=bench.inner(flags=SYN | ACK), type=TCP))
    bench.reply(flags=RST)
    anew = segments.tcp(bench.outbound, SYN, sequence=777777)
    verdict = bench.host.send(TCP, bench.peer, anew, bench.request())
    test.outcome(verdict, "send", None, "a SYN on a flow that saw an RST")
    datagram = replace(bench.outbound, source_port=5555)
    verdict = bench.host.send(UDP, bench.peer, segments.udp(datagram, b"x"), bench.request())
    test.outcome(verdict, "send", None, "a datagram")
    for _ in range(3):
        bench.tick(100.5)
        bench.seal(b"", wire.NOTHING)  # keeps the session
    flow = Flow(UDP, 5555, bench.peer, bench.inbound.source_port)
    bench.host.act("tick")
    late = bench.host.send(UDP, bench.peer, segments.udp(datagram, b"x"))
    test.outcome(late, "pass", None, "a datagram of the ended flow, for which nothing is asked")
    test.equal(bench.host.flow(flow)["state"], "none", "state of the UDP flow after 301 s")


@case(93, "marked-strangers", NORMAL, EACH, "ING-1, ING-2, ING-3, ING-10, ING-13", NATIVE)
def marked_strangers(test: Test) -> None:
    """Marked and not SST's: dropped on IPv4, unchanged up on IPv6 unless configured otherwise."""
    up = test.is_v6
    for config in ({}, {"marked_unknown_up": False}):
        bench = established(test.again(), config)
        is_up = up and not config
        init = craft.Client(secret(1), secret(3))
        unknown_key = init.init(craft.Init(key_id=200, time_ms=bench.world.unix_ms))
        index = bench.session.peer_index
        for what, body, reason in (
                ("an unknown index", (index ^ 9).to_bytes(4, "big") + bytes(60), "unknown-index"),
                ("an INIT for a key not held", unknown_key, "key-id"),
                ("an INIT of version 7", unknown_key[:4] + b"\7" + unknown_key[5:], "version"),
                ("15 bytes", bytes(15), "length")):
            verdict = bench.inject(body)
            test.outcome(verdict, "pass" if is_up else "drop", reason, what)
        forged = bench.session.seal(bench.inner(b"forged"), key=bytes(32))
        test.dropped(bench.inject(forged), "decrypt", "a known index with a wrong tag")
        if test.role == SERVER:
            body = craft.Client(craft.Server(secret(77), secret(78)).public, secret(79)).init(
                craft.Init(outer=TCP, key_id=1, time_ms=bench.world.unix_ms))
            test.dropped(bench.inject(body), "decrypt", "an INIT that does not open")


@case(94, "waiting-clear", ADVERSARIAL, CLIENT, "ING-8, ING-6", V4)
def waiting_clear(test: Test) -> None:
    """A clear answer to a flow that waits for its key is forged under `require`."""
    for policy, outcome in (("require", "drop"), ("opportunistic", "pass")):
        bench = ClientBench(test.again(), learn=False)
        bench.connect(policy)
        clear = Packet(bench.peer, bench.local, TCP, False,
                       segments.tcp(bench.inbound, SYN | ACK))
        test.outcome(bench.host.receive(clear), outcome,
                     "clear-on-sst-flow" if outcome == "drop" else None,
                     f"a clear SYN-ACK while the key is asked for, policy {policy}")
        bench.learn()
        test.dropped(bench.host.receive(clear), "clear-on-sst-flow",
                     f"a clear SYN-ACK after the INIT, policy {policy}")


@case(95, "reset-keys", ADVERSARIAL, SERVER, "RESET-3, RESET-5, RESET-6, RESET-12", (N4, U4))
def reset_keys(test: Test) -> None:
    """The index says with which key a RESET is made; a server's own sessions stay open."""
    bench = ServerBench(test)
    bench.host.serve(secret(12), 5, 3)
    bench.host.serve(secret(11), 2, 3)
    found = []
    for bits in range(4):
        index = bits << 28 | 0x123456
        before = len(bench.bodies(wire.KIND_CTRL))
        verdict = bench.inject(index.to_bytes(4, "big") + bytes(60))
        test.dropped(verdict, "unknown-index", f"DATA for an unknown index of key bits {bits}")
        found.append(bench.bodies(wire.KIND_CTRL)[before:])

    def reset(static: bytes, bits: int) -> list[bytes]:
        index = bits << 28 | 0x123456
        return [wire.build_reset(index, tokens.reset_token(static, index,
                                                           segments.raw(bench.peer)))]

    test.equal(found, [[], reset(secret(1), 1), reset(secret(11), 2), []],
               "RESETs by keys 1, 5 and 2 for key bits 0 to 3")
    bench.establish()
    index = bench.session.peer_index
    token = tokens.reset_token(secret(1), index, segments.raw(bench.peer))
    for which in (index, bench.session.own_index):
        test.not_accepted(bench.inject(wire.build_reset(which, token)), "a RESET to a server")
    bench.delivered(bench.push(b"alive"), b"alive", "DATA afterwards")


@case(96, "icmp-handed-up", NORMAL, EACH, "ICMP-7, ICMP-8, MTU-4, PORT-7")
def icmp_handed_up(test: Test) -> None:
    """An accepted error becomes one about the inner segment; about a dummy it ends here."""
    bench = established(test)
    bench.reply(b"quoted")
    kind = (2, 0) if test.is_v6 else (3, 4)
    router = test.address(9)
    back = Route(router, 0, bench.local, 0)
    protocol = segments.icmp_of(router)

    def error(about: tuple[int, int], word: int = 0) -> Packet:
        packet = bench.packets(wire.KIND_DATA)[-1]
        quote = segments.ip_packet(bench.outbound, packet.protocol,
                                   packet.data[:16 if test.is_u else 8], marked=packet.marked,
                                   size=len(packet.data))
        message = segments.icmp_error(back, about, quote, word)
        return Packet(router, bench.local, protocol, False, message)

    inner = bench.opened().segment
    for about, word, wanted in ((kind, 1400, 1400 - wire.OVERHEAD[test.layout]),
                                ((1, 0) if test.is_v6 else (3, 1), 0, 0)):
        verdict = bench.host.receive(error(about, word))
        test.outcome(verdict, "deliver", None, f"ICMP type {about}")
        header = segments.ip_packet(bench.outbound, TCP, inner)[:test.ip_header]
        wanted_message = segments.icmp_error(back, about, header + inner[:8], wanted)
        test.equal((verdict.protocol, verdict.data), (protocol, wanted_message),
                   f"what the stack gets, type {about}")
    bench.host.act("dummy", index=bench.state()["index"], size=200)
    test.outcome(bench.host.receive(error(kind, 1300)), "consumed", None, "ICMP about a dummy")
    test.equal(bench.host.saw("path-mtu")[-1]["mtu"], 1300, "path MTU all the same")
    if isinstance(bench, ServerBench):
        seen = _translated(bench)
        here = (seen.destination_port, seen.source_port)
        verdict = bench.host.receive(error((1, 0) if test.is_v6 else (3, 1)))
        test.equal(segments.ports(verdict.data[8 + test.ip_header:]), here,
                   "ports that a router's error about a translated flow quotes")
        quoted = segments.tcp(bench.outbound, ACK, b"refused")
        message = segments.unreachable(bench.outbound, TCP, quoted)
        verdict = bench.seal(segments.without_checksum(protocol, message), protocol)
        test.equal(segments.ports(verdict.data[8 + test.ip_header:]), here,
                   "ports that the peer's error about a translated flow quotes")
        message = segments.unreachable(seen, TCP, segments.tcp(seen, ACK, b"refused"))
        bench.host.send(protocol, bench.peer, message)
        test.equal(segments.ports(bench.opened().segment[8 + test.ip_header:]),
                   (bench.inbound.source_port, bench.inbound.destination_port),
                   "ports that the stack's error about it quotes inside")


def _translated(bench: ServerBench) -> Route:
    """A second session whose flow has the tuple of the first one's: how the stack sees it."""
    verdict = bench.inject(bench.syn())
    seen = replace(bench.inbound, source_port=segments.ports(verdict.data)[0])
    bench.host.send(TCP, bench.peer, segments.tcp(seen.reversed(), SYN | ACK))
    bench.read_resp()
    bench.push(b"")
    bench.host.send(TCP, bench.peer, segments.tcp(seen.reversed(), ACK, b"translated"))
    return seen


@case(97, "pin-decided-late", ADVERSARIAL, CLIENT, "PIN-2, PIN-3, PIN-7", (N4,))
def pin_late(test: Test) -> None:
    """A name pinned while its flow waits does not fall back; any usable key of it will do."""
    bench = ClientBench(test, learn=False)
    bench.connect("pin")
    bench.tick(1)
    strict = key_value(noise_key(5), 9, keyvalue.FLAG_STRICT)
    bench.host.learn(NAME, test.address(8), strict)
    bench.tick(5)
    test.equal(bench.clear(), [], "packets in clear after the name was pinned")
    bench.learn()
    test.equal(bench.read_init().key_id, 1, "key id of the INIT, another key than the pinned one")
    test.outcome(bench.inject(bench.resp()), "consumed", None, "RESP")
    test.equal(bench.state()["state"], "sst", "state of the flow")


def noise_key(number: int) -> bytes:
    """A public key."""
    return craft.Server(secret(number), secret(number)).public


@case(98, "layout-asked", NORMAL, CLIENT, "UDP-8, POL-2, SES-2, SES-3", SHAPED)
def layout_asked(test: Test) -> None:
    """U without port or flag is refused; flows of another layout do not join what is pending."""
    for flags, port in ((keyvalue.FLAG_EARLY_SYN, UDP_PORT),
                        (keyvalue.FLAG_EARLY_SYN | keyvalue.FLAG_LAYOUT_U, 0)):
        bench = ClientBench(test.again(), learn=False)
        bench.host.learn(NAME, bench.peer, key_value(bench.server.public, 1, flags), port)
        test.dropped(bench.connect(), "layout-unsupported", f"U with flags {flags}, port {port}")
        other = replace(bench.outbound, source_port=40001)
        verdict = bench.connect("opportunistic", route=other)
        test.outcome(verdict, "pass", "layout-unsupported", "the same under opportunistic")
    bench = ClientBench(test.again())
    bench.connect()
    second = replace(bench.outbound, source_port=40001)
    bench.connect(route=second, layout="n")
    inits = [packet for packet in bench.host.sent
             if (packet.data if packet.marked else packet.data[8:])[0] >> 6 == 1]
    test.equal([packet.marked for packet in inits], [False, True], "marks of the two INITs")


@case(99, "oversized", BOUNDARY, EACH, "EGR-5, TYPE-7", V4)
def oversized(test: Test) -> None:
    """What does not fit an IP packet once sealed is dropped, and what cannot be read."""
    bench = established(test)
    most = 65535 - 20 - wire.OVERHEAD[test.layout]
    datagram = replace(bench.outbound, source_port=5555)
    if test.role == SERVER:
        bench.seal(segments.without_checksum(UDP, segments.udp(datagram.reversed(), b"x")), UDP)
    request = bench.request() if isinstance(bench, ClientBench) else None
    for size, outcome in ((most - 8, "send"), (most - 7, "drop")):
        verdict = bench.host.send(UDP, bench.peer, segments.udp(datagram, bytes(size)), request,
                                  65535)
        test.outcome(verdict, outcome, "length" if outcome == "drop" else None,
                     f"a datagram of {size + 8} bytes")
    cut = segments.tcp(bench.outbound, ACK)[:19]
    test.dropped(bench.host.send(TCP, bench.peer, cut), "inner-length", "19 bytes of a bound flow")
    test.equal(bench.clear(), [], "packets in clear")


@case(100, "padding-asked", NORMAL, CLIENT, "PAD-5, COV-6, NARROW-2, NARROW-3", V4)
def padding_asked(test: Test) -> None:
    """A flow gets the padding it asks for; narrow coverage leaves ICMP and dummies whole."""
    bench = ClientBench(test, {"padding": 64})
    bench.establish(padding=100)
    bench.reply(b"asked", mtu=1500)
    test.equal(len(bench.packets()[-1].data) % 100, 0, "bytes of DATA modulo 100")
    other = ClientBench(test.again(), {"padding": 64})
    other.establish()
    other.reply(b"not asked", mtu=1500)
    test.equal(len(other.packets()[-1].data) % 64, 0, "bytes of another flow's DATA modulo 64")
    narrow = ClientBench(test.again(), {"allow_narrow_coverage": True, "padding": 64})
    narrow.establish(coverage="ports")
    narrow.reply(b"narrow")
    test.equal((narrow.opened().n, narrow.opened().padding), (4, 0), "n and padding of a segment")
    refused = segments.tcp(narrow.inbound, ACK, b"refused")
    narrow.host.send(wire.ICMP, narrow.peer, segments.unreachable(narrow.inbound, TCP, refused))
    test.equal((narrow.opened().n, narrow.opened().type), (255, wire.ICMP), "n and type of ICMP")
    narrow.host.act("dummy", index=narrow.state()["index"], size=150)
    opened = narrow.opened()
    test.equal((opened.n, opened.type, len(narrow.packets()[-1].data)), (255, 59, 150),
               "n, type and bytes of a dummy")

