# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Attacks on INIT, RESP and RETRY."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

from sst_conform import craft, segments
from sst_conform.bench import (NAME, NO_LIMITS, THIRD, ClientBench, ServerBench, key_value,
                               secret)
from sst_conform.case import CLIENT, EACH, N4, PAIR, SERVER, U6, Test, case
from sst_conform.network import SECOND, Packet, Verdict
from sst_conform.observer import UDP_PORT, body_of
from sst_conform.pair import Pair
from sst_conform.segments import ACK, SYN
from sst_reference import segment, tokens, wire
from sst_reference.wire import TCP, UDP

ADVERSARIAL = "adversarial"
INIT_SECONDS = [0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63, 123, 183, 243]

# u = 0, 1, p - 1, p, p + 1 and the two points of order 8; each also with the bit X25519 ignores.
LOW_ORDER = [bytes.fromhex(text) for text in (
    "00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f", "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "7f", "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157")]
LOW_ORDER += [point[:31] + bytes([point[31] | 0x80]) for point in LOW_ORDER]


def low_order_points() -> list[bytes]:
    """The points above, and Wycheproof's where SST_VECTORS names the folder of the vectors."""
    points = list(LOW_ORDER)
    folder = os.environ.get("SST_VECTORS")
    file = Path(folder or "") / "wycheproof" / "x25519_test.json"
    if folder and file.exists():
        for group in json.loads(file.read_text())["testGroups"]:
            points += [bytes.fromhex(one["public"]) for one in group["tests"]
                       if "ZeroSharedSecret" in one["flags"]]
    return list(dict.fromkeys(points))


@case(29, "init-rtx-fresh-e", ADVERSARIAL, CLIENT, "CLI-1, CLI-2, CLI-3, CLI-5, NOISE-5, KEYQ-8")
def fresh_ephemeral(test: Test) -> None:
    """No ephemeral seals two messages: repeated INITs are identical, later ones begin anew."""
    bench = ClientBench(test)
    begin = bench.world.now_ns
    bench.connect()
    for at in range(1, 12):
        bench.tick(1)
        changed = segments.tcp(bench.outbound, SYN, options=b"\x08\x0a" + bytes([at] * 8))
        test.outcome(bench.host.send(TCP, bench.peer, changed, bench.request()), "consumed", None,
                     "a repeated SYN of the stack")
    bench.tick(300)
    packets = bench.packets(wire.KIND_INIT)
    bodies = [body_of(packet) or b"" for packet in packets]
    times = [(packet.at - begin) / SECOND for packet in packets]
    test.equal(times, [float(at) for at in INIT_SECONDS], "seconds at which INITs leave")
    for at in range(1, 4):
        test.equal(bodies[at], bodies[0], f"INIT {at + 1}")
    fresh = [bodies[0], *bodies[4:]]
    for what, begin_at, end in (("e", 32, 64), ("index", 0, 4)):
        test.equal(len({body[begin_at:end] for body in fresh}), 11,
                   f"different values of {what}")
    syn = segments.without_checksum(TCP, segments.tcp(bench.outbound, SYN))
    for at, packet in enumerate(packets[4:], 4):
        init = bench.read_init(at)
        test.equal(init.time_ms, packet.at // 1_000_000 + bench.world.unix_offset_ms,
                   f"time in INIT {at + 1}")
        test.equal(init.segment, syn, f"SYN in INIT {at + 1}")
    test.check(bench.host.resolves, "keys are asked for again")
    state = bench.state()
    test.equal(state["state"], "failed", "state of the flow in the end")
    test.reason(state["reason"], "handshake-timeout", "of the failed flow")
    test.equal(bench.clear(), [], "packets in clear")


@case(33, "low-order-e", ADVERSARIAL, EACH, "NOISE-3")
def low_order(test: Test) -> None:
    """An ephemeral of low order makes the shared secret 0, known to all: it is refused."""
    if test.role == SERVER:
        server = ServerBench(test, NO_LIMITS)
        for point in low_order_points():
            fields = craft.Init(outer=server.outer, layout=test.layout,
                                index=int.from_bytes(point[:3], "big"),
                                time_ms=server.world.unix_ms)
            body = craft.init_of_zero(fields, server.public, point)
            test.dropped(server.inject(body), "low-order", f"an INIT with e {point.hex()}")
        test.equal(server.host.sent, [], "answers")
        test.equal(server.host.ask("counts")["half_open"], 0, "half-open sessions")
        test.outcome(server.inject(server.syn()), "deliver", None, "an honest INIT")
        return
    bench = ClientBench(test)
    bench.connect()
    init = bench.read_init()
    body = bench.bodies(wire.KIND_INIT)[0]
    for point in low_order_points():
        forged = craft.resp_of_zero(
            replace(bench.good_resp(), client_index=init.index, options={
                wire.OPTION_RESET_TOKEN: bytes(16),
                wire.OPTION_SERVER_INDEX: bench.good_resp().server_index.to_bytes(4, "big")}),
            init, body, bench.server.static, point)
        test.dropped(bench.inject(forged), "low-order", f"a RESP with e {point.hex()}")
    test.equal(bench.state()["state"], "waiting", "state of the flow")
    test.outcome(bench.inject(bench.resp()), "consumed", None, "an honest RESP")


@case(35, "replay-init", ADVERSARIAL, SERVER, "SRV-2, SRV-5, EARLY-5, EARLY-6, EARLY-7, SRV-3")
def replay_init(test: Test) -> None:
    """A repeated INIT gets the stored RESP; replayed later or from elsewhere no early data."""
    bench = ServerBench(test)
    init = bench.syn(time_ms=bench.world.unix_ms + 9000)
    test.outcome(bench.inject(init), "deliver", None, "the first INIT")
    bench.reply(flags=SYN | ACK)
    for after in (0, 5, 4.9):
        bench.tick(after)
        test.outcome(bench.inject(init), "consumed", None, "the same INIT again")
    resps = bench.bodies(wire.KIND_RESP)
    test.equal((len(resps), len(set(resps))), (4, 1), "RESPs and different ones")
    elsewhere = bench.packet(init, source=test.address(THIRD))
    test.outcome(bench.host.receive(elsewhere), "consumed", "early-replay",
                 "the same INIT from another address")
    test.check(bench.bodies(wire.KIND_RESP)[-1] != resps[0], "a RESP of its own")
    bench.tick(0.2)
    test.outcome(bench.inject(init), "consumed", "early-replay", "the same INIT after 10.1 s")
    resp = bench.read_resp()
    test.equal((resp.status, resp.type), (0, wire.NOTHING), "status and type of its RESP")
    test.equal(len(bench.host.received), 1, "SYNs delivered")
    bench.push(b"")
    test.equal(bench.host.ask("counts")["sessions"], 2, "the handshake completes all the same")
    for young, seconds, accepted in ((False, 19.9, False), (False, 20.1, True), (True, 0, True)):
        bench = ServerBench(test.again(), young=young)
        bench.tick(seconds)
        verdict = bench.inject(bench.syn())
        test.equal(verdict.outcome, "deliver" if accepted else "consumed",
                   f"early data {seconds} s after the start, young key {young}")
        if not accepted:
            test.equal(bench.read_resp().status & 1, 0, "early data accepted soon after the start")


def _retry(bench: ClientBench, token: bytes, *, mac: bytes | None = None,
           index: int | None = None) -> bytes:
    """A RETRY to the INIT read last."""
    body = bench.bodies(wire.KIND_INIT)[-1]
    head = wire.ctrl_head(bench.seen.index if index is None else index, wire.SUB_RETRY)
    right = tokens.retry_mac(bench.server.public, head, token, body[32:64])
    return head + token + (right if mac is None else mac)


@case(38, "forged-retry", ADVERSARIAL, CLIENT,
      "RETRY-1, RETRY-2, RETRY-3, RETRY-4, RETRY-5, RETRY-6")
def forged_retry(test: Test) -> None:
    """Forged, repeated and endless RETRYs start nothing; the latest honoured token counts."""
    bench = ClientBench(test)
    bench.connect()
    bench.read_init()
    first = bench.bodies(wire.KIND_INIT)[0]
    forged = (_retry(bench, b"t" * 16, mac=bytes(16)),
              _retry(bench, b"t" * 16)[:-1] + bytes([_retry(bench, b"t" * 16)[-1] ^ 1]))
    for body in forged:
        test.dropped(bench.inject(body), "ctrl-mac", "a RETRY with a wrong mac")
    test.not_accepted(bench.inject(_retry(bench, b"t" * 16), source=test.address(THIRD)),
                      "a RETRY from another address")
    test.not_accepted(bench.inject(_retry(bench, b"t" * 16, index=7)), "a RETRY to another index")
    test.equal(len(bench.bodies(wire.KIND_INIT)), 1, "INITs after forged RETRYs")
    for at in range(4):
        token = bytes([at + 1]) * 16
        test.outcome(bench.inject(_retry(bench, token)), "consumed", None, f"RETRY {at + 1}")
        test.equal(bench.bodies(wire.KIND_INIT)[-1], wire.with_token(first, token),
                   f"the INIT after RETRY {at + 1}")
        test.dropped(bench.inject(_retry(bench, token)), "replay", "the same RETRY again")
    test.dropped(bench.inject(_retry(bench, b"5" * 16)), "retry-limit", "a fifth token")
    test.equal(len(bench.bodies(wire.KIND_INIT)), 5, "INITs in all")
    bench.tick(1)
    test.equal(bench.bodies(wire.KIND_INIT)[5:], [wire.with_token(first, bytes([4]) * 16)],
               "the INIT after 1 s")
    bench.tick(14)
    last = bench.bodies(wire.KIND_INIT)[-1]
    test.check(last[32:64] != first[32:64], "after 15 s a fresh e")
    test.equal(last[16:32], bytes(16), "token of the fresh INIT")
    bench.read_init()
    test.outcome(bench.inject(_retry(bench, b"6" * 16)), "consumed", None, "a RETRY for fresh e")
    test.outcome(bench.inject(bench.resp()), "consumed", None, "RESP")
    test.dropped(bench.inject(_retry(bench, b"7" * 16)), "unexpected", "a RETRY after RESP")


@case(40, "amplification", ADVERSARIAL, SERVER, "SRV-12, SRV-13")
def amplification(test: Test) -> None:
    """A server sends an address not yet proven at most 3 times the IP bytes it got from there."""
    bench = ServerBench(test, NO_LIMITS)
    init = bench.packet(bench.syn())
    got = 0
    for round_ in range(4):
        got += init.ip_size
        bench.host.receive(init)
        for _ in range(4):
            bench.reply(bytes(300 if round_ else 0), flags=ACK if round_ else SYN | ACK)
            sent = sum(packet.ip_size for packet in bench.host.sent)
            test.check(sent <= 3 * got, f"{sent} bytes were sent for {got} received")
    verdict = bench.reply(bytes(1000))
    test.dropped(verdict, "amplification", "a segment beyond the limit")
    bench.read_resp()
    bench.push(b"")
    test.outcome(bench.reply(bytes(1000)), "send", None, "a segment once the session is up")


@case(41, "half-open-flood", ADVERSARIAL, PAIR, "RETRY-7, GEN-4", (N4, U6))
def half_open_flood(test: Test) -> None:
    """Under a flood of INITs from many addresses memory is bounded and honest clients enter."""
    limit = 100
    pair = Pair(test, server_config={"max_half_open": limit})
    outer = UDP if test.is_u else TCP
    packets = []
    for at in range(3 * limit):
        source = f"2001:db8:f{at:03x}::1" if test.is_v6 else f"198.19.{at // 250}.{at % 250 + 1}"
        client = craft.Client(pair.public, secret(1000 + at % (2 * limit)))
        body = client.init(craft.Init(outer=outer, layout=test.layout, index=at + 1,
                                      token=bytes(16) if at % 2 else b"forged by nobody",
                                      time_ms=test.world.unix_ms))
        if test.is_u:
            body = segment.udp_packet(50000, UDP_PORT, body, segments.raw(source),
                                      segments.raw(pair.server.address))
        packets.append(Packet(source, pair.server.address, outer, not test.is_u, body))
    verdicts = []
    for packet in packets:
        pair.world.run(0.002)
        verdicts.append(pair.server.receive(packet))
    counts = pair.server.ask("counts")
    test.equal(counts["half_open"], limit, "half-open sessions")
    for verdict in verdicts[limit:]:
        test.outcome(verdict, "consumed", "retry-sent", "an INIT beyond the limit")
    retries = [packet for packet in pair.server.sent if (body_of(packet) or b"?")[0] >> 6 == 3]
    test.equal(len(retries), 2 * limit, "RETRYs")
    begin = pair.world.now_ns
    connection = pair.connect()
    pair.world.run(2)
    test.check(connection.connected_ns is not None, "an honest client connects")
    assert connection.connected_ns is not None
    test.check(connection.connected_ns - begin <= 0.1 * SECOND, "in 2 round trips and some")
    pair.echo(connection, b"through")
    test.contract()


@case(44, "downgrade", ADVERSARIAL, EACH,
      "INIT-1, INIT-2, PKT-2, PKT-8, PKT-9, CTRL-1, RESP-1, DNS-4, NOISE-7")
def downgrade(test: Test) -> None:
    """Other versions, suites, keys and set reserved bits are refused by name, not negotiated."""
    if test.role == SERVER:
        bench = ServerBench(test, NO_LIMITS)
        bench.host.serve(secret(3), 2, 3)
        wrong = ([("version", {"version": version}) for version in (0, 2, 255)]
                 + [("suite", {"suite": suite}) for suite in (0, 2, 3)]
                 + [("key-id", {"key_id": key_id}) for key_id in (0, 3, 255)]
                 + [("reserved", {"reserved7": 1}), ("reserved", {"reserved8": 1 << 31}),
                    ("reserved", {"reserved8": 1}), ("reserved", {"reserved14": 1})])
        for reason, fields in wrong:
            _refused(test, bench.inject(bench.init(**fields)), reason, f"an INIT with {fields}")
        # On the path the id of another key that the server holds is put in.
        body = bench.init()
        rewritten = body[:6] + b"\2" + body[7:]
        test.dropped(bench.inject(rewritten), "decrypt", "an INIT with a rewritten key id")
        test.equal(bench.host.sent, [], "answers")
        test.equal(bench.host.ask("counts")["half_open"], 0, "half-open sessions")
        return
    client = ClientBench(test)
    client.connect()
    client.read_init()
    for fields in ({"top_bits": 1}, {"top_bits": 2}, {"reserved8": 1}, {"reserved14": 0x100}):
        _refused(test, client.inject(client.resp(**fields)), "reserved", f"a RESP with {fields}")
    # "server index(32), mandatory in RESP, equal to RESP 4..7"; "reset token(16), mandatory"
    for options in ({wire.OPTION_SERVER_INDEX: b"\0\0\0\7"},):
        test.not_accepted(client.inject(client.resp(options=options)), "a RESP with another echo")
    body = client.resp(raw_options=b"")
    test.not_accepted(client.inject(body), "a RESP without options")
    test.equal(client.state()["state"], "waiting", "state of the flow")
    retry = _retry(client, b"t" * 16)
    _refused(test, client.inject(retry[:4] + b"\2" + retry[5:]), "version", "a RETRY of version 2")
    _refused(test, client.inject(retry[:5] + b"\3" + retry[6:]), "ctrl-unknown", "CTRL sub 3")
    _refused(test, client.inject(retry[:6] + b"\1" + retry[7:]), "reserved", "a RETRY, byte 6 set")
    test.outcome(client.inject(client.resp()), "consumed", None, "the right RESP")
    other = ClientBench(test.again(), learn=False)
    value = key_value(other.server.public, 1, other.flags)
    other.host.learn(NAME, other.peer, value[:2] + b"\2" + value[3:])
    test.dropped(other.connect(), "key-unusable", "a flow to a name with a key of suite 2 only")


def _refused(test: Test, verdict: Verdict, reason: str, what: str) -> None:
    """IPv6 in N: "Marked and unrecognised: IPv4 drop, IPv6 up unchanged"."""
    if test.is_v6 and not test.is_u:
        test.outcome(verdict, "pass", reason, what)
    else:
        test.dropped(verdict, reason, what)
