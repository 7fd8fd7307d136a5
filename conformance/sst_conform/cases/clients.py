# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What a client decides where the rules can be read in two ways: keys, AUTO, RETRY, what waits."""

from __future__ import annotations

from dataclasses import replace

from sst_conform import craft, segments
from sst_conform.bench import NAME, ClientBench, key_value, secret
from sst_conform.case import CLIENT, N4, U4, U6, V4, Test, case
from sst_conform.network import Packet, Verdict
from sst_conform.observer import UDP_PORT
from sst_conform.segments import ACK, SYN
from sst_reference import keyvalue, noise, tokens, wire
from sst_reference.wire import TCP, UDP

NORMAL, BOUNDARY, ADVERSARIAL = "normal", "boundary", "adversarial"


# ---------------------------------------------------------------------------------- keys


@case(153, "keys-replaced", BOUNDARY, CLIENT, "KEYQ-13, KEYQ-14, KEYQ-3", (N4, U6))
def keys_replaced(test: Test) -> None:
    """Answers count also when nobody asked; each replaces the last, but for silence after keys."""
    bench = ClientBench(test, learn=False)
    used = 40000

    def begins(what: str, outcome: str, reason: str | None = None) -> None:
        nonlocal used
        used += 1
        verdict = bench.connect(route=replace(bench.outbound, source_port=used))
        test.outcome(verdict, outcome, reason, what)

    bench.host.learn_nothing(NAME, bench.peer, "timeout")
    begins("a flow after `timeout`", "drop", "key-timeout")
    bench.learn()
    begins("a flow after keys", "wait")
    bench.host.learn_nothing(NAME, bench.peer, "timeout")
    begins("a flow after keys, then `timeout`", "wait")
    for answer, reason in (("absent", "no-key"), ("unusable", "key-unusable")):
        bench.host.learn_nothing(NAME, bench.peer, answer)
        begins(f"a flow after keys, then `{answer}`", "drop", reason)
    bench.host.learn_nothing(NAME, bench.peer, "timeout")
    begins("a flow after `unusable`, then `timeout`", "drop", "key-timeout")
    bench.learn()
    begins("a flow after keys again", "wait")
    test.equal((bench.host.resolves, len(bench.packets(wire.KIND_INIT))), ([], 1),
               "questions, and INITs: all wait for one session")


@case(154, "latest-key", BOUNDARY, CLIENT, "KEYQ-9, KEYQ-15, KEYQ-10, EARLY-1, UDP-6")
def latest_key(test: Test) -> None:
    """The next fresh INIT has the key of the latest answer, and carries what that allows."""
    bench = ClientBench(test)
    bench.connect()
    keys = craft.Server(secret(5), secret(6))
    other = key_value(keys.public, 9, bench.flags & ~keyvalue.FLAG_EARLY_SYN)
    port = UDP_PORT if test.is_u else 0

    def key_ids() -> list[int]:
        return [wire.parse_init(body).key_id for body in bench.bodies(wire.KIND_INIT)]

    bench.tick(8)
    bench.host.learn(NAME, bench.peer, other, port)
    bench.tick(1)
    bench.learn()
    bench.tick(7)
    test.equal(key_ids(), [1] * 5, "keys of the INITs up to 15 s: another one, then the same again")
    bench.host.learn(NAME, bench.peer, other, port)
    bench.host.learn_nothing(NAME, bench.peer, "absent")
    bench.tick(8)
    test.equal(key_ids(), [1] * 5 + [9], "and at 23 s: another one, then none")
    if test.is_u:
        ports = {wire.udp_ports(packet.data) for packet in bench.packets(wire.KIND_INIT)}
        test.equal(len(ports), 1, "pairs of ports of six INITs, three of them fresh")
    bench.server = keys
    test.equal(bench.read_init().type, wire.NOTHING, "type in the last one: no SYN by its key")
    test.outcome(bench.inject(bench.resp()), "consumed", None, "the RESP to it")
    test.equal(segments.flags(bench.opened().segment), SYN, "flags of what leaves then")


@case(159, "why-it-fell-back", NORMAL, CLIENT, "POL-1, POL-3, POL-5, KEYQ-13", V4)
def why(test: Test) -> None:
    """The reason of a fallback says what was waited for; a better answer in the 3 s counts."""
    def after(answer: str, seconds: float, then: str = "") -> tuple[str, str]:
        bench = ClientBench(test.again(), learn=answer == "keys")
        bench.connect("opportunistic")
        if answer == "unusable":
            bench.host.learn_nothing(NAME, bench.peer, answer)
        bench.tick(1)
        if then == "keys":
            bench.learn()
        elif then:
            bench.host.learn_nothing(NAME, bench.peer, then)
        bench.tick(seconds - 1)
        state = bench.state()
        return state["state"], state["reason"]

    for answer, then, reason in (("", "", "key-timeout"), ("unusable", "", "key-unusable"),
                                 ("keys", "", "handshake-timeout"),
                                 ("", "keys", "handshake-timeout"),
                                 ("unusable", "keys", "handshake-timeout")):
        got, named = after(answer, 3.1, then)
        test.equal(got, "clear", f"state after 3.1 s, '{answer}' then '{then}'")
        test.reason(named, reason, f"of the fallback, '{answer}' then '{then}'")
    test.equal(after("unusable", 1.1, "absent")[0], "clear", "state after unusable, then absent")
    test.equal(after("unusable", 2.9, "unusable")[0], "waiting", "state after unusable twice")


@case(160, "pin-waits-in-clear", ADVERSARIAL, CLIENT, "ING-8, PIN-7", V4)
def pin_waits(test: Test) -> None:
    """A clear answer to a flow under `pin` goes up while its name is not pinned, not after."""
    bench = ClientBench(test, learn=False)
    bench.connect("pin")
    clear = Packet(bench.peer, bench.local, TCP, False, segments.tcp(bench.inbound, SYN | ACK))
    test.outcome(bench.host.receive(clear), "pass", None, "a clear answer, the name not pinned")
    strict = key_value(noise.public_key(secret(5)), 9, keyvalue.FLAG_STRICT)
    bench.host.learn(NAME, test.address(8), strict)
    test.dropped(bench.host.receive(clear), "clear-on-sst-flow", "a clear answer, the name pinned")


# ---------------------------------------------------------------------------------- INIT


@case(155, "auto-decides-once", BOUNDARY, CLIENT, "AUTO-2, AUTO-5, KEYQ-9", V4)
def auto_once(test: Test) -> None:
    """At 3 s, or at the first INIT after it, the key of a fresh INIT says whether U is tried."""
    plain, shaped = 1, 1 | keyvalue.FLAG_LAYOUT_U

    def layouts(first: int, then: int | None, sleep: float = 0.0, after: int | None = None
                ) -> str:
        bench = ClientBench(test.again(), learn=False)

        def learn(flags: int, key_id: int) -> None:
            keys = craft.Server(secret(40 + key_id), secret(6))
            bench.host.learn(NAME, bench.peer, key_value(keys.public, key_id, flags), UDP_PORT)

        learn(first, 1)
        bench.host.send(TCP, bench.peer, segments.tcp(bench.outbound, SYN),
                        {"policy": "require", "name": NAME})
        bench.tick(1.5)
        if then is not None:
            learn(then, 2)
        bench.jump(sleep)
        bench.tick(3.6 - 1.5 if not sleep else 0)
        if after is not None:
            learn(after, 3)
        bench.tick(20)
        inits = bench.packets(wire.KIND_INIT)
        return "".join("n" if packet.marked else "u" for packet in inits)[:5]

    test.equal(layouts(shaped, None), "nnuuu", "layouts of INITs, U being served")
    test.equal(layouts(plain, None), "nnnnn", "U not being served")
    test.equal(layouts(shaped, plain), "nnnnn", "U not being served by a key of 1.5 s")
    test.equal(layouts(plain, None, after=shaped), "nnnnn", "U being served by a key of 3.6 s")
    test.equal(layouts(shaped, None, sleep=5.7), "nnuuu", "the host having slept from 1.5 to 7.2 s")


@case(168, "auto-same-key", NORMAL, CLIENT, "AUTO-1, AUTO-4, SES-8", (U4, U6))
def auto_same_key(test: Test) -> None:
    """Layout U is remembered with the public key, whatever else a later answer says of it."""
    bench = ClientBench(test, {"max_flows_per_session": 1})

    def layout_of_next(port: int) -> str:
        inits = len(bench.packets(wire.KIND_INIT))
        bench.connect(route=replace(bench.outbound, source_port=port), layout="auto")
        packets = bench.packets(wire.KIND_INIT)
        test.equal(len(packets) - inits, 1, "INITs of the new session")
        return "n" if packets[-1].marked else "u"

    test.equal(layout_of_next(40001), "n", "layout of the first INIT")
    bench.tick(3.1)
    bench.read_init()
    test.outcome(bench.inject(bench.resp()), "consumed", None, "RESP in U")
    again = key_value(bench.server.public, 1, bench.flags | keyvalue.FLAG_EARLY_UDP, 2**32 - 1)
    bench.host.learn(NAME, bench.peer, again, UDP_PORT)
    test.equal(layout_of_next(40002), "u", "layout, the same key having other flags")
    other = craft.Server(secret(5), secret(6)).public
    bench.host.learn(NAME, bench.peer, key_value(other, 2, bench.flags), UDP_PORT)
    test.equal(layout_of_next(40003), "n", "layout, the key being another one")


@case(156, "retry-and-auto", BOUNDARY, CLIENT, "AUTO-2, RETRY-18, RETRY-2, RETRY-4", V4)
def retry_and_auto(test: Test) -> None:
    """A RETRY in another outer protocol is refused by that name; a right one keeps AUTO in N."""
    bench = ClientBench(test, learn=False)
    bench.host.learn(NAME, bench.peer, key_value(bench.server.public, 1,
                                                 1 | keyvalue.FLAG_LAYOUT_U), UDP_PORT)
    bench.host.send(TCP, bench.peer, segments.tcp(bench.outbound, SYN),
                    {"policy": "require", "name": NAME})
    init = bench.host.sent[-1].data
    token = bytes(range(1, 17))
    head = wire.ctrl_head(wire.index_of(init), wire.SUB_RETRY)
    right = tokens.retry_mac(bench.server.public, head, token, init[32:64])

    def retry(mac: bytes, protocol: int) -> Verdict:
        body = wire.build_retry(wire.index_of(init), token, mac)
        return bench.host.receive(Packet(bench.peer, bench.local, protocol, True, body))

    test.dropped(retry(right, UDP), "protocol-mismatch", "a RETRY in another outer protocol")
    test.dropped(retry(bytes(16), UDP), "protocol-mismatch", "one with a wrong mac as well")
    test.dropped(retry(bytes(16), TCP), "ctrl-mac", "one with a wrong mac")
    test.equal(len(bench.host.sent), 1, "INITs")
    test.outcome(retry(right, TCP), "consumed", None, "a right RETRY")
    test.equal(bench.host.sent[-1].data, wire.with_token(init, token), "the INIT with its token")
    bench.tick(3.1)
    test.check(all(packet.marked for packet in bench.host.sent), "all INITs are of layout N")
    other = ClientBench(test.again(), learn=False)
    other.host.learn(NAME, other.peer, key_value(other.server.public, 1,
                                                 1 | keyvalue.FLAG_LAYOUT_U), UDP_PORT)
    for port in (40000, 40001):
        route = replace(other.outbound, source_port=port)
        other.host.send(TCP, other.peer, segments.tcp(route, SYN),
                        {"policy": "require", "name": NAME})
    test.equal(other.host.sent[0].data, init, "the INIT of another world")
    body = wire.build_retry(wire.index_of(init), token, right)
    other.host.receive(Packet(other.peer, other.local, TCP, True, body))
    other.host.act("abandon", flow=other.flow.fields())
    other.tick(3.1)
    marks = [packet.marked for packet in other.host.sent]
    test.equal(marks, [True, True, True, False],
               "marks of INITs: the one with the token, a fresh one at 1 s, and one at 3 s")


@case(169, "retry-after-give-up", BOUNDARY, CLIENT, "RETRY-19, RETRY-2, RETRY-3, CLI-4, CLI-2")
def retry_after_give_up(test: Test) -> None:
    """Once the next INIT has to be fresh no RETRY counts, not even as a copy; then e is new."""
    bench = ClientBench(test)
    bench.connect()
    bench.connect(route=replace(bench.outbound, source_port=40001))

    def retry(body: bytes, mac: bytes | None = None, first: int = 1) -> bytes:
        token = bytes(range(first, first + 16))
        head = wire.ctrl_head(wire.index_of(body), wire.SUB_RETRY)
        right = tokens.retry_mac(bench.server.public, head, token, body[32:64])
        return wire.build_retry(wire.index_of(body), token, right if mac is None else mac)

    bench.read_init()
    first = bench.bodies(wire.KIND_INIT)[-1]
    test.outcome(bench.inject(retry(first)), "consumed", None, "a RETRY")
    test.dropped(bench.inject(retry(first)), "replay", "the same RETRY again")
    bench.host.act("abandon", flow=bench.flow.fields())
    test.dropped(bench.inject(retry(first)), "unexpected", "again, the first flow having given up")
    test.dropped(bench.inject(retry(first, first=2)), "unexpected", "one with another token")
    test.dropped(bench.inject(retry(first, bytes(16))), "ctrl-mac", "one with a wrong mac")
    bench.tick(3.1)
    bodies = bench.bodies(wire.KIND_INIT)
    test.equal(len(bodies), 4, "INITs up to 3 s, the one with the token included")
    test.check(bodies[2][32:64] != first[32:64], "the INIT at 1 s is fresh")
    test.equal(bodies[3], bodies[2], "the INIT at 3 s")
    test.outcome(bench.inject(retry(bodies[2])), "consumed", None, "a RETRY to the fresh one")


# ---------------------------------------------------------------------------- what waits


@case(157, "riding-segment", BOUNDARY, CLIENT, "QUEUE-2, EARLY-4, EARLY-3", (N4, U6))
def riding_segment(test: Test) -> None:
    """What rides in INIT neither counts among the 64 that wait, nor makes room for them."""
    for status in (1, 0):
        bench = ClientBench(test.again())
        bench.connect()
        for at in range(66):
            bench.reply(b"%02d" % at)
        test.equal([cookie for cookie, _ in bench.host.dropped], [2, 3], "segments dropped of 67")
        init = bench.read_init()
        test.equal(segments.flags(init.segment), SYN, "flags of what rides in INIT")
        bench.tick(1)
        test.equal(bench.bodies(wire.KIND_INIT)[1], bench.bodies(wire.KIND_INIT)[0], "INIT at 1 s")
        test.outcome(bench.inject(bench.resp(status=status)), "consumed", None, "RESP")
        found = [bench.opened(at).segment for at in range(len(bench.packets(wire.KIND_DATA)))]
        flags = [segments.flags(one) for one in found]
        test.equal(flags, [SYN] * (1 - status) + [ACK] * 64, f"what follows RESP, status {status}")
        test.equal(bench.host.open_cookies(), [], "segments still waiting")


@case(158, "resp-copy", ADVERSARIAL, CLIENT, "CLI-9, PKT-6, ING-4")
def resp_copy(test: Test) -> None:
    """A copy of the RESP is a copy also with another guard and without the mark."""
    bench = ClientBench(test)
    bench.connect()
    bench.read_init()
    body = bench.resp(segment=bench.inner(flags=SYN | ACK), type=TCP)
    bench.inject(body)
    for guard in (b"\x50\x10", b"\x50\x12"):
        for marked in (True, False):
            copy = body[:12] + guard + body[14:]
            test.dropped(bench.inject(copy, marked=marked), "replay",
                         f"the RESP again, guard {guard.hex()}, marked {marked}")
    changed = body[:-1] + bytes([body[-1] ^ 1])
    test.dropped(bench.inject(changed), "unexpected", "another RESP")
    test.equal(len(bench.host.received), 1, "SYN-ACKs handed up")


@case(167, "type-59-by-tick", NORMAL, CLIENT, "CLI-12", (N4, U6))
def by_tick(test: Test) -> None:
    """Type 59 after an empty RESP comes with the tick that is due at once, not before."""
    bench = ClientBench(test)
    answer = bench.host.ask("egress", protocol=TCP, local=bench.local, peer=bench.peer, mtu=1500,
                            segment=segments.tcp(bench.outbound, SYN).hex(), cookie=77,
                            request=bench.request(), now=bench.world.clock())
    sent = [one for one in answer["actions"] if one["kind"] == "send"]
    test.equal([(one["cookie"], one["done"]) for one in sent], [(77, False)],
               "cookie of the INIT, and whether that is done")
    bench.host.sent.append(Packet(bench.local, bench.peer, sent[0]["protocol"], sent[0]["mark"],
                                  bytes.fromhex(sent[0]["packet"])))
    bench.read_init()
    packet = bench.packet(bench.resp(status=0))
    answer = bench.host.ask("ingress", protocol=packet.protocol, local=packet.destination,
                            peer=packet.source, marked=packet.marked, packet=packet.data.hex(),
                            now=bench.world.clock())
    sent = [one for one in answer["actions"] if one["kind"] == "send"]
    test.equal([(one["cookie"], one["done"]) for one in sent], [(77, True)],
               "cookie of the SYN that was refused in INIT, and whether that is done")
    bench = ClientBench(test.again())
    bench.connect()
    bench.read_init()
    packet = bench.packet(bench.resp())
    answer = bench.host.ask("ingress", protocol=packet.protocol, local=packet.destination,
                            peer=packet.source, marked=packet.marked, packet=packet.data.hex(),
                            now=bench.world.clock())
    sent = [one for one in answer["actions"] if one["kind"] == "send"]
    test.equal((answer["outcome"], sent), ("consumed", []), "outcome of RESP, packets with it")
    test.equal(answer["next_ns"], bench.world.now_ns, "when something is due")
    answer = bench.host.act("tick")
    test.equal(bench.opened().type, wire.NOTHING, "type of what the tick sends")
    test.equal([one["cookie"] for one in answer["actions"]], [0], "its cookie: none")


@case(172, "size-while-pending", BOUNDARY, CLIENT, "MTU-5, UDP-5", (N4, U6))
def size_while_pending(test: Test) -> None:
    """While a flow waits its segments are sized for layout U, which may still come."""
    bench = ClientBench(test)
    header = test.ip_header

    def size(mtu: int = 1500) -> int:
        return int(bench.host.ask("segment_size", flow=bench.flow.fields(), mtu=mtu)["size"])

    test.equal(size(), 1500 - header - 33, "size for a flow that is not there")
    bench.connect()
    test.equal(size(), 1500 - header - 33, "size for a flow that waits")
    test.equal(size(0), (1280 if test.is_v6 else 576) - header - 33, "size, no MTU being known")
    bench.read_init()
    bench.inject(bench.resp())
    test.equal(size(), 1500 - header - wire.OVERHEAD[test.layout], "size for a flow in SST")


@case(174, "padding-none", NORMAL, CLIENT, "PAD-5, SES-1", (N4, U6))
def padding_none(test: Test) -> None:
    """A flow that asks for `none` asks for nothing: it has the padding of the host."""
    bench = ClientBench(test, {"padding": 64})
    bench.establish(padding="none")
    bench.reply(b"x", mtu=1500)
    test.equal(len(bench.packets()[-1].data) % 64, 0, "bytes of DATA modulo 64")
    for at, padding in enumerate((None, 64)):
        route = replace(bench.outbound, source_port=41000 + at)
        fields = {"padding": padding} if padding else {}
        test.outcome(bench.connect(route=route, **fields), "send", None,
                     f"a SYN that asks for padding {padding}")


@case(175, "new-key-new-port", BOUNDARY, CLIENT, "KEYQ-9, KEYQ-15, AUTO-5, UDP-8", (U4, U6))
def new_port(test: Test) -> None:
    """A key of a later answer brings its port; one that was taken back leaves none behind."""
    bench = ClientBench(test)
    bench.connect()
    keys = craft.Server(secret(5), secret(6))
    other = key_value(keys.public, 9, bench.flags)
    bench.tick(8)
    bench.host.learn(NAME, bench.peer, other, 4501)
    bench.tick(8)
    ports = [wire.udp_ports(packet.data)[1] for packet in bench.host.sent]
    test.equal(ports, [UDP_PORT] * 4 + [4501], "ports of the INITs up to 15 s")
    back = ClientBench(test.again())
    back.connect(layout="auto")
    back.tick(1.5)
    back.host.learn(NAME, back.peer, other, 4501)
    back.learn()
    back.tick(2)
    last = back.host.sent[-1]
    test.equal((last.marked, wire.udp_ports(last.data)[1]), (False, UDP_PORT), "INIT at 3 s")


@case(176, "auto-new-key", BOUNDARY, CLIENT, "AUTO-2, AUTO-5, KEYQ-9", V4)
def auto_new_key(test: Test) -> None:
    """A key of 1.5 s that is served in U is tried there at 3 s, though the first one was not."""
    bench = ClientBench(test, learn=False)
    bench.host.learn(NAME, bench.peer, key_value(bench.server.public, 1, 1), UDP_PORT)
    bench.host.send(TCP, bench.peer, segments.tcp(bench.outbound, SYN),
                    {"policy": "require", "name": NAME})
    bench.tick(1.5)
    keys = craft.Server(secret(5), secret(6))
    bench.host.learn(NAME, bench.peer, key_value(keys.public, 2, 5), UDP_PORT)
    bench.tick(6)
    test.equal([packet.marked for packet in bench.host.sent], [True, True, False, False],
               "marks of the INITs up to 7 s")


@case(177, "resp-after-mismatch", BOUNDARY, CLIENT, "AEAD-7, CLI-9", (N4,))
def after_mismatch(test: Test) -> None:
    """A RESP whose segment has another type than its packet leaves the session in INIT."""
    bench = ClientBench(test)
    bench.connect()
    bench.read_init()
    datagram = segments.without_checksum(UDP, segments.udp(bench.inbound, b"x"))
    test.dropped(bench.inject(bench.resp(segment=datagram, type=UDP)), "protocol-mismatch",
                 "a RESP with a datagram")
    test.outcome(bench.inject(bench.resp()), "consumed", None, "a right RESP")
