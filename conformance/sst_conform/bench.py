# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""An implementation opposite a client or a server by the text, packet by packet."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from sst_conform import craft, segments
from sst_conform.case import CLIENT, Test
from sst_conform.craft import Init, Opened, Resp, Session
from sst_conform.network import SECOND, Flow, Packet, Verdict
from sst_conform.observer import UDP_PORT, body_of
from sst_conform.segments import ACK, SYN, Route
from sst_reference import keyvalue, segment, wire
from sst_reference.wire import TCP, UDP

PEER_PORT = 50123  # of a crafted client in layout U
SERVICE = 443
LOCAL = 40000
NAME = "server.example"
HOST, PEER, THIRD = 1, 2, 3  # numbers of addresses

# A flood would meet the limits on INITs long before what a case is about.
NO_LIMITS = {"init_rate": 1_000_000, "site_init_rate": 1_000_000, "site_half_open": 100_000,
             "max_half_open": 100_000, "max_half_open_validated": 100_000}


def secret(number: int) -> bytes:
    """A secret scalar of the runner."""
    return hashlib.sha256(b"sst-conform" + number.to_bytes(8, "big")).digest()


def key_value(public: bytes, key_id: int = 1, flags: int = 1, not_after: int = 0) -> bytes:
    """The value of key65280 with one entry."""
    return keyvalue.build([keyvalue.Entry(1, 1, key_id, flags, not_after, public)])


class Bench:
    """What is the same whichever end the implementation plays."""

    session: Session

    def __init__(self, test: Test, config: dict[str, Any], **options: Any) -> None:
        self.test = test
        self.world = test.world
        self.world.connected = False
        self.host = test.host(HOST, 0, config=config, **options)
        self.local = test.address(HOST)
        self.peer = test.address(PEER)
        self.outer = UDP if test.is_u else TCP
        self.inbound = Route(self.peer, SERVICE, self.local, LOCAL)
        self.peer_port = PEER_PORT
        self.local_port = UDP_PORT
        self._sequence = 9000

    @property
    def outbound(self) -> Route:
        """From the implementation's stack to the peer's."""
        return self.inbound.reversed()

    @property
    def flow(self) -> Flow:
        """The flow as the implementation names it."""
        return self.flow_of(self.inbound)

    @staticmethod
    def flow_of(inbound: Route, protocol: int = TCP) -> Flow:
        """A flow as the implementation names it."""
        return Flow(protocol, inbound.destination_port, inbound.source, inbound.source_port)

    def packet(self, body: bytes, *, protocol: int | None = None, marked: bool = True,
               source: str | None = None, source_port: int | None = None,
               destination_port: int | None = None) -> Packet:
        """An SST packet of the peer, in the layout of this run."""
        source = source or self.peer
        if not self.test.is_u:
            return Packet(source, self.local, TCP if protocol is None else protocol, marked, body)
        data = segment.udp_packet(
            self.peer_port if source_port is None else source_port,
            self.local_port if destination_port is None else destination_port, body,
            segments.raw(source), segments.raw(self.local))
        return Packet(source, self.local, UDP, False, data)

    def inject(self, body: bytes, **options: Any) -> Verdict:
        """Puts an SST packet before the implementation; N: outer protocol 6, marked."""
        return self.host.receive(self.packet(body, **options))

    def seal(self, inner_segment: bytes, inner_type: int = TCP, **options: Any) -> Verdict:
        """Seals a segment by the peer's end and puts it before the implementation."""
        body = self.session.seal(inner_segment, inner_type, **options)
        return self.inject(body, protocol=self.session.outer_of(inner_type))

    def inner(self, payload: bytes = b"", flags: int = ACK, route: Route | None = None) -> bytes:
        """A TCP segment of the peer as it is sealed: checksum zero. A new sequence number each."""
        self._sequence += 1 + len(payload)
        return segments.without_checksum(
            TCP, segments.tcp(route or self.inbound, flags, payload, sequence=self._sequence))

    def push(self, payload: bytes, **options: Any) -> Verdict:
        """A TCP segment with this payload, sealed by the peer's end."""
        return self.seal(self.inner(payload), **options)

    def delivered(self, verdict: Verdict, payload: bytes, what: str,
                  route: Route | None = None) -> None:
        """Fails unless a TCP segment with this payload and the right checksum came up."""
        self.test.outcome(verdict, "deliver", None, what)
        self.test.equal(verdict.protocol, TCP, f"{what}: protocol")
        self.test.equal(segments.payload(TCP, verdict.data), payload, f"{what}: payload")
        self.test.check(segments.checksum_is_right(TCP, verdict.data, route or self.inbound),
                        f"{what}: the TCP checksum is restored")

    def reply(self, payload: bytes = b"", flags: int = ACK, **options: Any) -> Verdict:
        """The implementation's stack sends a TCP segment on the flow."""
        self._sequence += 1
        return self.host.send(TCP, self.peer, segments.tcp(
            self.outbound, flags, payload, sequence=self._sequence), **options)

    def bodies(self, kind: int) -> list[bytes]:
        """SST packets of one type that the implementation sent, from offset 0."""
        bodies = [body_of(packet) for packet in self.host.sent]
        return [body for body in bodies if body is not None and wire.kind_of(body) == kind]

    def packets(self, kind: int | None = None) -> list[Packet]:
        """The same as packets."""
        found = [(packet, body_of(packet)) for packet in self.host.sent]
        return [packet for packet, body in found
                if body is not None and kind in (None, wire.kind_of(body))]

    def clear(self) -> list[Packet]:
        """Packets the implementation sent that are not SST's."""
        return [packet for packet in self.host.sent if body_of(packet) is None]

    def opened(self, at: int = -1) -> Opened:
        """A DATA packet of the implementation, opened."""
        packets = self.packets(wire.KIND_DATA)
        self.test.check(packets, "a DATA packet was sent")
        body = body_of(packets[at])
        assert body is not None
        return self.session.open(body, packets[at].protocol)

    def state(self) -> dict[str, Any]:
        """Where the flow stands."""
        return self.host.flow(self.flow)

    def tick(self, seconds: float = 0.0) -> None:
        """Moves the clock on; the endpoint does what is due."""
        self.world.run(seconds)

    def jump(self, seconds: float) -> None:
        """Moves the clock on without asking the endpoint, as a host asleep would."""
        self.world.now_ns += round(seconds * SECOND)


class ServerBench(Bench):
    """The implementation is the server."""

    def __init__(self, test: Test, config: dict[str, Any] | None = None, *, key_id: int = 1,
                 flags: int = 3, young: bool = True, **options: Any) -> None:
        config = dict(config or {})
        if test.is_u:
            config["udp_port"] = UDP_PORT
        super().__init__(test, config, **options)
        self.inbound = Route(self.peer, LOCAL, self.local, SERVICE)
        self.key_id = key_id
        self.static = secret(1)
        self.public = self.host.serve(self.static, key_id, flags, young=young)
        self.client = craft.Client(self.public, secret(2))
        self._drawn = 100

    def init(self, **fields: Any) -> bytes:
        """An INIT with a new index and ephemeral; type 59 unless said otherwise."""
        self._drawn += 1
        defaults: dict[str, Any] = {
            "outer": self.outer, "layout": self.test.layout, "key_id": self.key_id,
            "index": 0x10000000 + self._drawn * 0x1234, "time_ms": self.world.unix_ms}
        self.client = craft.Client(self.public, secret(self._drawn))
        return self.client.init(Init(**{**defaults, **fields}))

    def syn(self, route: Route | None = None, **fields: Any) -> bytes:
        """An INIT that carries the SYN of the flow."""
        return self.init(**{"segment": self.inner(flags=SYN, route=route), "type": TCP, **fields})

    def read_resp(self) -> Resp:
        """The RESP sent last; then there is a session."""
        bodies = self.bodies(wire.KIND_RESP)
        self.test.check(bodies, "a RESP was sent")
        resp = self.client.read_resp(bodies[-1])
        assert self.client.session is not None
        self.session = self.client.session
        return resp

    def establish(self, **fields: Any) -> Session:
        """INIT with SYN, RESP with SYN-ACK, first DATA: the session is up."""
        verdict = self.inject(self.syn(**fields))
        self.test.outcome(verdict, "deliver", None, "an INIT with a SYN")
        self.reply(flags=SYN | ACK)
        self.read_resp()
        self.test.outcome(self.push(b""), "deliver", None, "the first DATA packet")
        return self.session


class ClientBench(Bench):
    """The implementation is the client."""

    def __init__(self, test: Test, config: dict[str, Any] | None = None, *, key_id: int = 1,
                 flags: int = 1, learn: bool = True, **options: Any) -> None:
        super().__init__(test, dict(config or {}), **options)
        self.peer_port = UDP_PORT
        self.server = craft.Server(secret(1), secret(2))
        self.key_id = key_id
        self.flags = flags | (keyvalue.FLAG_LAYOUT_U if test.is_u else 0)
        self.seen = Init()
        if learn:
            self.learn()

    def learn(self) -> None:
        """The implementation gets the server's key."""
        self.host.learn(NAME, self.peer, key_value(self.server.public, self.key_id, self.flags),
                        UDP_PORT if self.test.is_u else 0)

    def request(self, policy: str = "require", **fields: Any) -> dict[str, Any]:
        """What the socket asks."""
        return {"policy": policy, "name": NAME, "layout": "u" if self.test.is_u else "n",
                **fields}

    def connect(self, policy: str = "require", route: Route | None = None,
                **fields: Any) -> Verdict:
        """The implementation's stack opens a TCP connection."""
        return self.host.send(TCP, self.peer, segments.tcp(route or self.outbound, SYN),
                              self.request(policy, **fields))

    def read_init(self, at: int = -1) -> Init:
        """An INIT that was sent, the last one unless said otherwise."""
        packets = self.packets(wire.KIND_INIT)
        self.test.check(packets, "an INIT was sent")
        packet = packets[at]
        body = body_of(packet)
        assert body is not None
        if self.test.is_u:
            self.local_port = wire.udp_ports(packet.data)[0]
        self.seen = self.server.read_init(packet.protocol, self.test.layout, body)
        return self.seen

    def good_resp(self, **fields: Any) -> Resp:
        """A right RESP to the INIT read."""
        status = int(self.seen.type != wire.NOTHING)
        return replace(Resp(status=status, time_ms=self.world.unix_ms), **fields)

    def resp(self, **fields: Any) -> bytes:
        """The same as bytes; then there is a session."""
        body = self.server.resp(self.good_resp(**fields))
        assert self.server.session is not None
        self.session = self.server.session
        return body

    def establish(self, **fields: Any) -> Session:
        """SYN in INIT, SYN-ACK in RESP: the session is up."""
        self.connect(**fields)
        self.read_init()
        body = self.resp(segment=self.inner(flags=SYN | ACK), type=TCP)
        verdict = self.inject(body, protocol=self.seen.outer)
        self.test.outcome(verdict, "deliver", None, "a RESP with a SYN-ACK")
        return self.session


def established(test: Test, config: dict[str, Any] | None = None, **options: Any) -> Bench:
    """An open session with the implementation in the role of this run."""
    bench: ClientBench | ServerBench
    bench = (ClientBench if test.role == CLIENT else ServerBench)(test, config, **options)
    bench.establish()
    return bench
