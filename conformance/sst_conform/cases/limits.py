# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""How long flows live, how much there may be, and that everything refused is counted once."""

from __future__ import annotations

from dataclasses import replace

from sst_conform import segments
from sst_conform.bench import (NO_LIMITS, Bench, ClientBench, ServerBench, established,
                               key_value)
from sst_conform.case import CLIENT, EACH, N4, PAIR, SERVER, SHAPED, U4, U6, Test, case
from sst_conform.network import Packet, Verdict
from sst_conform.observer import UDP_PORT
from sst_conform.pair import Pair
from sst_conform.segments import ACK, SYN
from sst_reference import aead, keyvalue, wire
from sst_reference.wire import TCP, UDP

NORMAL, BOUNDARY, ADVERSARIAL = "normal", "boundary", "adversarial"


@case(110, "flow-of-a-pending-session", BOUNDARY, CLIENT, "FLOW-8, CLI-5", (N4, U6))
def pending_flow(test: Test) -> None:
    """A datagram waits for RESP longer than an idle UDP flow lives, and leaves after it."""
    bench = ClientBench(test)
    datagram = segments.udp(bench.outbound, b"patient")
    bench.host.send(UDP, bench.peer, datagram, bench.request())
    for _ in range(301):
        bench.tick(1)
    flow = bench.flow_of(bench.inbound, UDP)
    test.equal(bench.host.flow(flow)["state"], "waiting", "state after 301 s")
    bench.read_init()
    verdict = bench.inject(bench.resp(), protocol=bench.seen.outer)
    test.outcome(verdict, "consumed", None, "a RESP to the last INIT after 301 s")
    test.equal(segments.payload(UDP, bench.opened(0).segment), b"patient", "what leaves after it")
    test.equal(bench.host.open_cookies(), [], "segments still waiting")
    test.equal(bench.clear(), [], "packets in clear")


@case(111, "counted-once", NORMAL, EACH, "GEN-3", (N4, U4))
def counted_once(test: Test) -> None:
    """Everything that is refused is counted under one reason, the one of its verdict."""
    bench = established(test)

    def reasons() -> dict[str, int]:
        found = bench.host.ask("counts")["reasons"]
        return {name: count for name, count in found.items() if count and name != "none"}

    def once(verdict: Verdict, reason: str, what: str) -> None:
        nonlocal before
        test.dropped(verdict, reason, what)
        after = reasons()
        grown = {name: after[name] - before.get(name, 0) for name in after
                 if after[name] != before.get(name, 0)}
        if test.lenient:
            test.equal(sum(grown.values()), 1, f"reasons counted for {what}")
        else:
            test.equal(grown, {reason: 1}, f"reasons counted for {what}")
        before = after

    before = reasons()
    body = bench.session.seal(bench.inner(b"once"))
    bench.inject(body)
    once(bench.inject(body), "replay", "a packet for the second time")
    once(bench.inject(bench.session.seal(bench.inner(b"x"), key=bytes(32))), "decrypt",
         "a packet that does not open")
    once(bench.push(b"", number=2 << aead.EPOCH_BITS), "epoch-ahead", "a packet of epoch 2")
    once(bench.push(b"", number=aead.STOP), "number-exhausted", "a number that nobody sends")
    once(bench.seal(b"", 41), "inner-type", "type 41 inside")
    once(bench.seal(bench.inner(b"")[:19]), "inner-length", "a segment that is cut")
    checked = bench.inner(b"")
    once(bench.seal(checked[:16] + b"\1\1" + checked[18:]), "inner-checksum", "a checksum inside")
    clear = segments.tcp(bench.inbound, ACK, b"forged")
    once(bench.host.receive(Packet(bench.peer, bench.local, TCP, False, clear)),
         "clear-on-sst-flow", "a clear segment of the flow")
    cut = segments.tcp(bench.outbound, ACK)[:19]
    once(bench.host.send(TCP, bench.peer, cut), "inner-length", "a cut segment of the stack")


@case(112, "no-number-for-new-flows", BOUNDARY, CLIENT, "SES-10, NUM-4", (N4, U6))
def no_number(test: Test) -> None:
    """A session that sent its last number takes no new flow: that one gets a session of its own."""
    bench = ClientBench(test)
    bench.establish()
    index = bench.state()["index"]
    for epoch in range(1, 256):
        bench.host.skip(index, epoch << aead.EPOCH_BITS)
        bench.reply(b"step")
        if epoch < 255:
            bench.push(b"seen", number=epoch << aead.EPOCH_BITS)
    bench.host.skip(index, aead.STOP - 1)
    test.outcome(bench.reply(b"last"), "send", None, "the last number")
    test.equal(bench.state()["state"], "sst", "state of the flow")
    inits = len(bench.packets(wire.KIND_INIT))
    verdict = bench.connect(route=replace(bench.outbound, source_port=40001))
    test.outcome(verdict, "wait", None, "the SYN of another flow")
    test.equal(len(bench.packets(wire.KIND_INIT)), inits + 1, "INITs")
    test.equal(bench.state()["state"], "sst", "state of the first flow, whose session stays open")


@case(113, "room-for-sessions", BOUNDARY, EACH, "SES-9, SRV-1", (N4, U6))
def room(test: Test) -> None:
    """A full host refuses a session before it decrypts anything; the ones it has go on."""
    bench: Bench
    if test.role == CLIENT:
        client = bench = ClientBench(test, {"max_sessions": 1})
        client.establish()
        other = replace(bench.outbound, source_port=40001)
        client.host.learn("other.example", bench.peer, key_value(
            noise_key(), 9, client.flags), UDP_PORT if test.is_u else 0)
        test.dropped(client.connect(route=other, name="other.example"), "sessions-full",
                     "a flow that needs a second session")
        test.equal(len(client.packets(wire.KIND_INIT)), 1, "INITs")
    else:
        server = bench = ServerBench(test, {**NO_LIMITS, "max_sessions": 1})
        server.establish()
        session = server.session
        sent = len(server.host.sent)
        body = server.syn()
        test.dropped(server.inject(body), "sessions-full", "an INIT for a second session")
        test.dropped(server.inject(body[:-1] + bytes([body[-1] ^ 1])), "sessions-full",
                     "an INIT that does not even decrypt")
        test.equal(len(server.host.sent), sent, "answers")
        server.session = session
    bench.delivered(bench.push(b"on"), b"on", "DATA of the session that is there")
    test.equal(bench.clear(), [], "packets in clear")


def noise_key() -> bytes:
    """A public key of nobody."""
    return bytes(31) + b"\x09"


@case(114, "auto-keeps-flows", NORMAL, PAIR, "AUTO-3, EGR-4", SHAPED)
def auto_keeps_flows(test: Test) -> None:
    """Two connections that wait when AUTO turns to U come up in one session, all of it in U."""
    pair = Pair(test, layout="auto")
    pair.world.path.hooks.append(lambda packet: [] if packet.marked else [packet])
    first, second = pair.connect(), pair.connect()
    pair.world.run(4)
    for connection in (first, second):
        test.check(connection.connected_ns is not None, "the connection is made in U")
    indices = {pair.client.flow(one.flow)["index"] for one in (first, second)}
    test.equal(len(indices), 1, "sessions of the two flows")
    pair.echo(first, b"first")
    pair.echo(second, b"second")
    data = pair.seen(wire.KIND_DATA)
    test.equal({one.layout for one in data}, {wire.LAYOUT_U}, "layouts of DATA")
    ports = {wire.udp_ports(one.packet.data) for one in data}
    test.equal(len({frozenset(pair_of) for pair_of in ports}), 1, "pairs of UDP ports")
    pair.healthy()


@case(115, "same-ephemeral-elsewhere", ADVERSARIAL, SERVER, "SRV-3, SRV-5, SRV-6, EARLY-6")
def same_ephemeral(test: Test) -> None:
    """The same INIT from another address or port is a handshake of its own without early data."""
    bench = ServerBench(test, NO_LIMITS)
    body = bench.syn()
    test.outcome(bench.inject(body), "deliver", None, "an INIT")
    bench.reply(flags=SYN | ACK)
    answers = [bench.bodies(wire.KIND_RESP)[-1]]
    elsewhere = [{"source": test.address(33)}]
    if test.is_u:
        elsewhere.append({"source_port": 1111})
    for options in elsewhere:
        verdict = bench.inject(body, **options)
        test.outcome(verdict, "consumed", "early-replay", f"the same INIT from {options}")
        bench.tick(0.01)
        answers.append(bench.bodies(wire.KIND_RESP)[-1])
        resp = bench.client.read_resp(answers[-1])
        test.equal((resp.status & 1, resp.type), (0, wire.NOTHING), "status and type of its RESP")
    test.equal(len({answer[4:48] for answer in answers}), len(answers), "indices and e of RESPs")
    test.equal(bench.host.ask("counts")["half_open"], len(answers), "half-open sessions")
    test.equal(len([one for one in bench.host.received if one.sealed]), 1, "SYNs handed up")


@case(116, "unknown-flags", NORMAL, CLIENT, "DNS-2")
def unknown_flags(test: Test) -> None:
    """Flags of a key that nobody knows change nothing."""
    bench = ClientBench(test, flags=keyvalue.FLAG_EARLY_SYN | 0xF0)
    bench.establish()
    test.equal(bench.seen.type, TCP, "type in INIT")
    bench.delivered(bench.push(b"all the same"), b"all the same", "DATA")


@case(117, "mark-on-layout-u", NORMAL, EACH, "UDP-4", SHAPED)
def mark_on_u(test: Test) -> None:
    """Packets of layout U leave unmarked; a mark that one got on the way means nothing."""
    bench = established(test)
    for payload in (b"marked", b"again"):
        packet = bench.packet(bench.session.seal(bench.inner(payload)))
        bench.delivered(bench.host.receive(replace(packet, marked=True)), payload,
                        "a datagram with a mark")
        bench.reply(b"answer")
    test.equal({packet.marked for packet in bench.packets()}, {False}, "marks of what leaves")
