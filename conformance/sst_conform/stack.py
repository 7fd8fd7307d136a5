# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""A stack simple enough to be right: answers SYN, echoes what comes, repeats what is lost."""

from __future__ import annotations

from typing import Any

from sst_conform import segments
from sst_conform.network import SECOND, Flow, Host, Segment, Verdict
from sst_conform.segments import ACK, FIN, RST, SYN, Route
from sst_reference.wire import TCP, UDP

ECHO_LIMIT = 100_000
FIRST_TIMEOUT_NS = 1 * SECOND
LAST_TIMEOUT_NS = 8 * SECOND


class Connection:
    """The client's end of a TCP connection: one segment a message, each repeated until echoed."""

    def __init__(self, stack: Stack, route: Route, request: dict[str, Any] | None) -> None:
        self.stack = stack
        self.route = route
        self.request = request
        self.sequence = 1000
        self.connected_ns: int | None = None
        self.refused = False
        self.echoes: list[bytes] = []
        self.duplicates = 0
        self.repeats = 0
        self._waiting: dict[int, bytes] = {}
        self._seen: set[int] = set()

    @property
    def flow(self) -> Flow:
        """As the host names it."""
        return Flow(TCP, self.route.source_port, self.route.destination,
                    self.route.destination_port)

    @property
    def is_done(self) -> bool:
        """Whether everything sent came back."""
        return self.connected_ns is not None and not self._waiting

    def open(self, timeout_ns: int = FIRST_TIMEOUT_NS) -> Verdict:
        """Sends the SYN, and repeats it until there is an answer."""
        verdict = self._send(SYN, b"", self.sequence)

        def again() -> None:
            if self.connected_ns is None and not self.refused:
                self.repeats += 1
                self.open(min(2 * timeout_ns, LAST_TIMEOUT_NS))

        self.stack.host.world.after(timeout_ns, again)
        return verdict

    def send(self, message: bytes, timeout_ns: int = FIRST_TIMEOUT_NS) -> Verdict:
        """Sends a message, now or once connected."""
        first = self.sequence + 1 + sum(map(len, self._waiting.values())) + sum(
            map(len, self.echoes))
        self._waiting[first + len(message)] = message
        return self._push(first, message, timeout_ns)

    def close(self) -> Verdict:
        """Sends a FIN."""
        return self._send(FIN | ACK, b"", self.sequence + 1 + sum(map(len, self.echoes)))

    def receive(self, segment: bytes) -> None:
        """A segment of this connection arrives."""
        flags = segments.flags(segment)
        if flags & RST:
            self.refused = True
        elif flags & SYN and self.connected_ns is None:
            self.connected_ns = self.stack.host.world.now_ns
            self._send(ACK, b"", self.sequence + 1)
            for end, message in list(self._waiting.items()):
                self._push(end - len(message), message, FIRST_TIMEOUT_NS)
        elif message := segments.payload(TCP, segment):
            end = int.from_bytes(segment[8:12], "big")
            if self._waiting.get(end) == message:
                del self._waiting[end]
                self._seen.add(end)
                self.echoes.append(message)
            elif end in self._seen:
                self.duplicates += 1

    def _push(self, first: int, message: bytes, timeout_ns: int) -> Verdict:
        if self.connected_ns is None:
            return Verdict("none", "none", 0)
        verdict = self._send(ACK, message, first)

        def again() -> None:
            if first + len(message) in self._waiting and not self.refused:
                self.repeats += 1
                self._push(first, message, min(2 * timeout_ns, LAST_TIMEOUT_NS))

        self.stack.host.world.after(timeout_ns, again)
        return verdict

    def _send(self, flags: int, message: bytes, sequence: int) -> Verdict:
        return self.stack.host.send(TCP, self.route.destination,
                                    segments.tcp(self.route, flags, message, sequence=sequence,
                                                 acknowledged=5001 if flags & ACK else 0),
                                    self.request)


class Stack:
    """TCP and UDP of one host."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.closed_ports: set[int] = set()
        self.connections: dict[tuple[int, str, int], Connection] = {}
        self.datagrams: list[Segment] = []
        self.messages: list[Segment] = []
        self.wrong: list[str] = []
        self.silent = False
        host.stack = self.receive

    def connect(self, peer: str, port: int, peer_port: int,
                request: dict[str, Any] | None) -> Connection:
        """A new connection, its SYN sent."""
        connection = Connection(self, Route(self.host.address, port, peer, peer_port), request)
        self.connections[port, peer, peer_port] = connection
        connection.open()
        return connection

    def send_datagram(self, peer: str, port: int, peer_port: int, message: bytes,
                      request: dict[str, Any] | None, mtu: int = 1500) -> Verdict:
        """A UDP datagram."""
        route = Route(self.host.address, port, peer, peer_port)
        return self.host.send(UDP, peer, segments.udp(route, message), request, mtu)

    def receive(self, segment: Segment) -> None:
        """A segment comes from below."""
        if segment.protocol not in (TCP, UDP):
            self.messages.append(segment)
            return
        source_port, destination_port = segments.ports(segment.data)
        route = Route(segment.source, source_port, segment.destination, destination_port)
        if not segments.checksum_is_right(segment.protocol, segment.data, route):
            # In clear it is noise: IPv6 hands up what is marked and not SST's.
            if segment.sealed:
                self.wrong.append(f"checksum of {segment}")
            return
        if segment.protocol == UDP:
            self._receive_datagram(segment, route)
            return
        connection = self.connections.get((destination_port, segment.source, source_port))
        if connection is not None:
            connection.receive(segment.data)
        elif not self.silent:
            self._answer(segment, route.reversed())

    def _receive_datagram(self, segment: Segment, route: Route) -> None:
        self.datagrams.append(segment)
        if self.silent or route.destination_port > 40000:
            return
        if route.destination_port in self.closed_ports:
            self.host.send(segments.icmp_of(segment.source), segment.source,
                           segments.unreachable(route, UDP, segment.data))
            return
        self.host.send(UDP, segment.source,
                       segments.udp(route.reversed(), segments.payload(UDP, segment.data)))

    def _answer(self, segment: Segment, back: Route) -> None:
        """The server's side holds no state: everything follows from what came."""
        flags = segments.flags(segment.data)
        message = segments.payload(TCP, segment.data)
        sequence = segments.sequence(segment.data)
        if flags & RST:
            return
        if back.source_port in self.closed_ports:
            answer = segments.tcp(back, RST | ACK, sequence=0, acknowledged=sequence + 1)
        elif flags & SYN:
            answer = segments.tcp(back, SYN | ACK, sequence=5000, acknowledged=sequence + 1)
        elif flags & FIN:
            answer = segments.tcp(back, FIN | ACK, sequence=5001, acknowledged=sequence + 1)
        elif message:
            answer = segments.tcp(back, ACK, message, sequence=5001,
                                  acknowledged=sequence + len(message))
        else:
            return
        self.host.send(TCP, segment.source, answer)
