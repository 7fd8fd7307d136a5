# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Whole connections on paths that lose, double, reorder and rewrite."""

from __future__ import annotations

from dataclasses import replace

from sst_conform import segments
from sst_conform.case import N4, NATIVE, PAIR, SHAPED, U6, Test, case
from sst_conform.cases.flows import behind_nat
from sst_conform.network import MS, SECOND, Packet, Path
from sst_conform.observer import body_of
from sst_conform.pair import Pair
from sst_conform.stack import Connection
from sst_reference import wire
from sst_reference.wire import TCP

LOSS = "loss"
HANDSHAKES = 20


def _drain(pair: Pair, connection: Connection, seconds: int) -> bool:
    """Runs until everything came back, for at most so long."""
    for _ in range(seconds):
        if connection.is_done:
            break
        pair.world.run(1)
    return connection.is_done


@case(58, "hs-30%-both-ways", LOSS, PAIR, "CLI-1", (N4, U6))
def lossy_handshakes(test: Test) -> None:
    """With 30 % loss each way 19 of 20 handshakes and first answers end within 60 s."""
    done = 0
    for at in range(HANDSHAKES):
        pair = Pair(test.again())
        pair.world.path = Path(delay_ns=50 * MS, loss=0.3, seed=at)
        connection = pair.connect()
        connection.send(b"request")
        done += _drain(pair, connection, 60)
        test.equal(pair.clear(), [], "packets in clear")
        for host in (pair.client, pair.server):
            host.destroy()
    test.check(done >= HANDSHAKES - 1, f"{done} of {HANDSHAKES} within 60 s")


@case(59, "transfer", LOSS, PAIR, "NUM-1, NUM-6", (N4, U6))
def transfer(test: Test) -> None:
    """300 messages of 1200 bytes at 2 % loss, 5 % doubled, out of order: all come back intact."""
    pair = Pair(test)
    pair.world.path = Path(delay_ns=10 * MS, jitter_ns=40 * MS, loss=0.02, duplication=0.05,
                           seed=3)
    connection = pair.connect()
    _drain(pair, connection, 60)
    for at in range(300):
        connection.send(at.to_bytes(4, "big") * 300)
        pair.world.run(0.003)
    test.check(_drain(pair, connection, 120), "everything came back in 120 s")
    test.equal(sorted(connection.echoes), [at.to_bytes(4, "big") * 300 for at in range(300)],
               "messages that came back")
    bodies = [body_of(packet) for packet in pair.world.log]
    numbers = [body[:8] for body in bodies if body and wire.kind_of(body) == wire.KIND_DATA]
    test.equal(len(numbers), len(set(numbers)), "different pairs of index and packet number")
    test.check(connection.repeats > 0, "the path lost packets")
    pair.healthy()


@case(60, "blackhole", LOSS, PAIR, "SES-6, SES-7", (N4, U6))
def blackhole(test: Test) -> None:
    """A path that carries for 5 s and swallows for 2 s delays a transfer, no more."""
    pair = Pair(test)
    begin = pair.world.now_ns
    pair.world.path.hooks.append(
        lambda packet: [packet] if (packet.at - begin) % (7 * SECOND) < 5 * SECOND else [])
    connection = pair.connected()
    for at in range(40):
        connection.send(b"message %d" % at)
        pair.world.run(0.5)
    test.check(_drain(pair, connection, 60), "everything came back")
    test.equal(pair.kinds().count("I"), 1, "INITs: the session lives through it")
    test.check(connection.repeats > 0, "the path swallowed packets")
    pair.healthy()


@case(61, "mss-clamp", LOSS, PAIR, "PKT-5", NATIVE)
def mss_clamp(test: Test) -> None:
    """A router that clamps the MSS of what looks like a SYN finds none, and drops nothing."""
    pair = Pair(test)
    dropped: list[Packet] = []

    def clamp(packet: Packet) -> list[Packet]:
        looks_like_syn = packet.protocol == TCP and packet.data[13] & 2
        if looks_like_syn and packet.data[12] >> 4 < 5:
            dropped.append(packet)
            return []
        return [packet]

    pair.world.path.hooks.append(clamp)
    connection = pair.connected()
    for at in range(100):
        pair.echo(connection, at.to_bytes(4, "big") * 10, 0.1)
    test.equal(dropped, [], "packets that the router drops")
    for packet in pair.world.log:
        test.equal(packet.data[12:14], b"\x50\x10", "bytes 12 and 13")
    test.equal(connection.repeats, 0, "segments sent again")
    pair.healthy()


@case(62, "napt", LOSS, PAIR, "AUTO-2, UDP-9", SHAPED)
def napt(test: Test) -> None:
    """A NAPT drops N and translates U; AUTO connects in U, also after the NAPT changes ports."""
    pair = Pair(test, layout="auto")
    pair.world.path.hooks.append(lambda packet: [] if packet.marked else [packet])
    behind_nat(test, pair, [pair.client.address], test.address(7))
    connection = pair.connect()
    pair.world.run(4)
    test.check(connection.connected_ns is not None, "connected within 4 s")
    pair.echo(connection, b"translated")
    # The NAPT forgets its table: the next packet of the client leaves from another port.
    pair.world.path.hooks.pop()
    _renumber(pair, test.address(7))
    pair.echo(connection, b"from another port", 2)
    pair.echo(connection, b"and again", 1)
    test.equal(pair.kinds().count("I"), 3, "INITs")
    test.contract()


def _renumber(pair: Pair, outside: str) -> None:
    """A NAPT that maps the client's port to 33333."""
    inner_port: list[int] = []

    def translate(packet: Packet) -> list[Packet]:
        source, destination = wire.udp_ports(packet.data)
        if packet.source == pair.client.address:
            inner_port[:] = [source]
            source = 33333
            packet = replace(packet, source=outside)
        elif destination == 33333 and inner_port:
            destination = inner_port[0]
            packet = replace(packet, destination=pair.client.address)
        else:
            return []
        data = source.to_bytes(2, "big") + destination.to_bytes(2, "big") + packet.data[4:]
        route = segments.Route(packet.source, 0, packet.destination, 0)
        return [replace(packet, data=segments.with_checksum(wire.UDP, data, route))]

    pair.world.path.hooks.append(translate)


@case(101, "bleached-path", LOSS, PAIR, "ING-5, ING-9, CLI-9", NATIVE)
def bleached_path(test: Test) -> None:
    """A path that takes every mark off carries all but INIT, and INIT where it is allowed."""
    pair = Pair(test.again(), server_config={"accept_unmarked_init": True})
    pair.world.path.bleach = True
    connection = pair.connected()
    for at in range(3):
        pair.echo(connection, b"bleached %d" % at)
    test.equal((connection.repeats, pair.kinds().count("I")), (0, 1), "repeats and INITs")
    pair.healthy()
    strict = Pair(test.again())
    strict.world.path.bleach = True
    connection = strict.connect()
    strict.world.run(5)
    test.equal((connection.connected_ns, strict.server.sent), (None, []),
               "connections and answers where unmarked INITs are not accepted")
    strict.healthy()


@case(103, "first-data-lost", LOSS, PAIR, "CLI-15, SRV-7, SRV-8", (N4, U6))
def first_data_lost(test: Test) -> None:
    """What follows RESP is lost for 3.5 s: the server comes up all the same, and stays."""
    pair = Pair(test)
    begin = pair.world.now_ns

    def lose(packet: Packet) -> list[Packet]:
        body = body_of(packet)
        is_data = body is not None and wire.kind_of(body) == wire.KIND_DATA
        is_lost = is_data and packet.source == pair.client.address \
            and pair.world.now_ns < begin + 3.5 * SECOND
        return [] if is_lost else [packet]

    pair.world.path.hooks.append(lose)
    connection = pair.connected()
    counts = pair.server.ask("counts")
    test.equal((counts["half_open"], counts["sessions"]), (1, 1), "half-open sessions, all")
    pair.world.run(20)
    counts = pair.server.ask("counts")
    test.equal((counts["half_open"], counts["sessions"]), (0, 1), "the same after 20 s")
    pair.echo(connection, b"late")
    pair.healthy()
