# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Reads the packets between two implementations: the runner knows the secrets it handed out."""

from __future__ import annotations

from dataclasses import dataclass

from sst_conform.craft import Opened, Session, key_of
from sst_conform.network import Host, Packet
from sst_reference import noise, wire
from sst_reference.random import EPHEMERAL, TestRandom
from sst_reference.wire import Payload, Refused

UDP_PORT = 4500  # where layout U is served; no other flow of the cases has it
EPHEMERALS = 64


def body_of(packet: Packet) -> bytes | None:
    """The SST packet in a packet, from offset 0; None for a clear one."""
    if packet.marked:
        return packet.data
    if packet.protocol == wire.UDP and UDP_PORT in wire.udp_ports(packet.data):
        return packet.data[wire.UDP_HEADER:]
    return None


def layout_of(packet: Packet) -> int:
    """The layout of an SST packet."""
    return wire.LAYOUT_N if packet.marked else wire.LAYOUT_U


@dataclass(frozen=True)
class Seen:
    """An SST packet and what it holds."""

    packet: Packet
    body: bytes
    kind: int
    layout: int
    payload: Payload | None = None  # of INIT and RESP
    opened: Opened | None = None  # of DATA


class Observer:
    """Opens everything hosts of the runner send, in order."""

    def __init__(self, clients: list[Host], secrets: list[bytes]) -> None:
        self._secrets = [(secret, noise.public_key(secret)) for secret in secrets]
        self._ephemerals: dict[bytes, bytes] = {}
        for host in clients:
            source = TestRandom(host.seed)
            for _ in range(EPHEMERALS):
                ephemeral = source.fill(EPHEMERAL, 32)
                self._ephemerals[noise.public_key(ephemeral)] = ephemeral
        self._pending: dict[int, tuple[int, int, noise.Initiator]] = {}
        self._opening: dict[int, Session] = {}  # by the receiver's index
        self._log: list[Seen] = []
        self._read = 0

    def look(self, packets: list[Packet]) -> list[Seen]:
        """Everything in the log so far, opened; Refused where a packet is not authentic."""
        for packet in packets[self._read:]:
            body = body_of(packet)
            if body is not None:
                self._log.append(self._open(packet, body))
        self._read = len(packets)
        return self._log

    def _open(self, packet: Packet, body: bytes) -> Seen:
        kind = wire.kind_of(body)
        layout = layout_of(packet)
        if kind == wire.KIND_INIT:
            return Seen(packet, body, kind, layout, self._open_init(packet, layout, body))
        if kind == wire.KIND_RESP:
            return Seen(packet, body, kind, layout, self._open_resp(body))
        if kind == wire.KIND_DATA:
            return Seen(packet, body, kind, layout, opened=self._open_data(packet, layout, body))
        return Seen(packet, body, kind, layout)

    def _open_init(self, packet: Packet, layout: int, body: bytes) -> Payload:
        parsed = wire.parse_init(body)
        prologue = wire.prologue(packet.protocol, layout, body[:12])
        ephemeral = self._ephemerals.get(parsed.ephemeral)
        if ephemeral is None:
            raise Refused("an ephemeral that sst-test-random does not give")
        for secret, public in self._secrets:
            try:
                content = noise.Responder(prologue, secret, parsed.message).read()
            except Refused:
                continue
            initiator = noise.Initiator(prologue, public, ephemeral)
            initiator.payload = content
            self._pending[parsed.index] = (layout, packet.protocol, initiator)
            return wire.parse_payload(content, False)
        raise Refused("an INIT to none of the keys")

    def _open_resp(self, body: bytes) -> Payload:
        parsed = wire.parse_resp(body)
        layout, outer, initiator = self._pending[parsed.client_index]
        content, keys = initiator.read(parsed.message)
        payload = wire.parse_payload(content, True)
        narrow = payload.options.get(wire.OPTION_COVERAGE, b"\0") != b"\0"
        if parsed.client_index not in self._opening:
            for own, other, receive in (
                    (parsed.client_index, parsed.server_index, keys.to_initiator),
                    (parsed.server_index, parsed.client_index, keys.to_responder)):
                self._opening[own] = Session(layout, outer, own, other, b"", receive, narrow)
        return payload

    def _open_data(self, packet: Packet, layout: int, body: bytes) -> Opened:
        session = self._opening.get(wire.index_of(body))
        if session is None:
            raise Refused("a DATA packet of no session seen")
        return session.open(body, packet.protocol if layout == wire.LAYOUT_N else None)

    def key(self, index: int, number: int) -> bytes:
        """The key a packet to this index is sealed with."""
        return key_of(self._opening[index].receive_keys, number)

    def session_to(self, index: int) -> Session:
        """The session whose packets go to this index, as its receiver holds it."""
        return self._opening[index]


