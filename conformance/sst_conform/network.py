# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Hosts around endpoints under test, joined by a simulated path with a virtual clock."""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sst_conform.process import Implementation, Refused

MS = 1_000_000
SECOND = 1_000 * MS
START_NS = 5_000 * SECOND
START_UNIX_MS = 1_900_000_000_000


@dataclass(frozen=True, repr=False)
class Packet:
    """What lies on the wire: from the end of the IP header, with what the header says."""

    source: str
    destination: str
    protocol: int
    marked: bool
    data: bytes
    at: int = 0

    @property
    def ip_size(self) -> int:
        """Bytes with the IP header."""
        return len(self.data) + (40 if ":" in self.source else 20)

    def __repr__(self) -> str:
        mark = "marked " if self.marked else ""
        return (f"<{mark}{self.source} > {self.destination} protocol {self.protocol} "
                f"{len(self.data)} bytes {self.data[:20].hex()}>")


@dataclass(frozen=True, repr=False)
class Segment:
    """What a stack got from below; `sealed` when it came out of a session."""

    source: str
    destination: str
    protocol: int
    data: bytes
    sealed: bool
    at: int

    def __repr__(self) -> str:
        return (f"<{'sealed' if self.sealed else 'clear'} {self.source} > {self.destination} "
                f"protocol {self.protocol} {len(self.data)} bytes {self.data[:20].hex()}>")


@dataclass(frozen=True)
class Flow:
    """A flow as its host names it."""

    protocol: int
    local_port: int
    peer: str
    peer_port: int

    def fields(self) -> dict[str, Any]:
        """As the adapter interface writes it."""
        return {"protocol": self.protocol, "local_port": self.local_port, "peer": self.peer,
                "peer_port": self.peer_port}


@dataclass(frozen=True)
class Verdict:
    """The answer to egress and ingress."""

    outcome: str
    reason: str
    protocol: int
    data: bytes = b""

    def __str__(self) -> str:
        return f"{self.outcome} {self.reason}"


@dataclass
class Path:
    """What happens to packets under way; every draw from one seeded stream."""

    delay_ns: int = 10 * MS
    jitter_ns: int = 0
    loss: float = 0.0
    duplication: float = 0.0
    bleach: bool = False
    seed: int = 1
    hooks: list[Callable[[Packet], Iterable[Packet]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def carry(self, packet: Packet) -> list[tuple[int, Packet]]:
        """The packets that come out of it, each with its delay."""
        packets = [packet]
        for hook in self.hooks:
            packets = [out for one in packets for out in hook(one)]
        carried = []
        for one in packets:
            if self.bleach:
                one = replace(one, marked=False)
            copies = 1 + (self._random.random() < self.duplication)
            for _ in range(copies):
                delay = self.delay_ns + (self._random.randrange(self.jitter_ns)
                                         if self.jitter_ns else 0)
                if self._random.random() >= self.loss:
                    carried.append((delay, one))
        return carried


class World:
    """The clock, the path and the hosts on it."""

    def __init__(self) -> None:
        self.now_ns = START_NS
        self.unix_offset_ms = START_UNIX_MS - START_NS // MS
        self.path = Path()
        self.connected = True
        self.log: list[Packet] = []
        self.hosts: dict[str, Host] = {}
        self._flight: list[tuple[int, int, Packet]] = []
        self._timers: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()

    @property
    def unix_ms(self) -> int:
        """Unix time in milliseconds."""
        return self.now_ns // MS + self.unix_offset_ms

    def clock(self) -> dict[str, int]:
        """As the adapter interface writes it."""
        return {"monotonic_ns": self.now_ns, "unix_ms": self.unix_ms}

    def put(self, packet: Packet) -> None:
        """A host sends: into the log and onto the path."""
        self.log.append(packet)
        if not self.connected:
            return
        for delay, carried in self.path.carry(packet):
            heapq.heappush(self._flight, (self.now_ns + delay, next(self._order), carried))

    def after(self, delay_ns: int, action: Callable[[], None]) -> None:
        """Calls `action` once the clock has moved on so far."""
        heapq.heappush(self._timers, (self.now_ns + delay_ns, next(self._order), action))

    def run(self, seconds: float) -> None:
        """Moves the clock on: packets arrive, timers fire, endpoints tick when they are due."""
        end = self.now_ns + round(seconds * SECOND)
        while True:
            due = [(at, 0) for at, _, _ in self._flight[:1]]
            due += [(at, 1) for at, _, _ in self._timers[:1]]
            due += [(host.next_ns, 2) for host in self.hosts.values() if host.next_ns is not None]
            at, kind = min(due, default=(end + 1, 0))
            if at > end:
                break
            self.now_ns = max(self.now_ns, at)
            if kind == 0:
                packet = heapq.heappop(self._flight)[2]
                host = self.hosts.get(packet.destination)
                if host is not None:
                    host.receive(packet)
            elif kind == 1:
                heapq.heappop(self._timers)[2]()
            else:
                for host in list(self.hosts.values()):
                    if host.next_ns is not None and host.next_ns <= self.now_ns:
                        host.tick()
        self.now_ns = end


class Host:
    """An endpoint of an implementation with the host around it, acting as the contract says."""

    def __init__(self, world: World, implementation: Implementation, address: str, *,
                 seed: int = 1, config: dict[str, Any] | None = None,
                 prepared: dict[str, list[str]] | None = None, attach: bool = True) -> None:
        self.world = world
        self.implementation = implementation
        self.address = address
        self.seed = seed
        self.config = dict(config or {})
        self.endpoint = implementation.new_endpoint()
        self.next_ns: int | None = None
        self.sent: list[Packet] = []
        self.received: list[Segment] = []
        self.events: list[dict[str, Any]] = []
        self.resolves: list[dict[str, Any]] = []
        self.dropped: list[tuple[int, str]] = []
        self.violations: list[str] = []
        self.stack: Callable[[Segment], None] | None = None
        self.resolver: Callable[[Host, str, str], None] | None = None
        self._cookies: dict[int, tuple[int, str, bytes]] = {}
        self._next_cookie = 1
        fields: dict[str, Any] = {"seed": seed, "config": self.config}
        if prepared:
            fields["random"] = prepared
        self.ask("create", **fields)
        if attach:
            world.hosts[address] = self

    def ask(self, operation: str, **fields: Any) -> dict[str, Any]:
        """A question about this endpoint."""
        answer = self.implementation.ask(operation, endpoint=self.endpoint, **fields)
        if "next_ns" in answer:
            self.next_ns = answer["next_ns"]
        return answer

    def destroy(self) -> None:
        """Forgets the endpoint, if its process still has it."""
        if self.implementation.is_running():
            try:
                self.ask("destroy")
            except Refused:
                pass
        if self.world.hosts.get(self.address) is self:
            del self.world.hosts[self.address]

    def send(self, protocol: int, peer: str, segment: bytes,
             request: dict[str, Any] | None = None, mtu: int = 1500) -> Verdict:
        """A segment leaves the stack."""
        cookie = self._next_cookie
        self._next_cookie += 1
        fields: dict[str, Any] = {"request": request} if request else {}
        answer = self.ask("egress", protocol=protocol, local=self.address, peer=peer, mtu=mtu,
                          segment=segment.hex(), cookie=cookie, now=self.world.clock(), **fields)
        outcome = answer["outcome"]
        packet = bytes.fromhex(answer.get("packet", "")) if outcome == "send" else b""
        if outcome == "pass":
            self._emit(peer, protocol, False, segment)
        elif outcome == "send":
            self._emit(peer, answer["protocol"], answer["mark"], packet)
        elif outcome == "wait":
            self._cookies[cookie] = (protocol, peer, segment)
        elif outcome not in ("consumed", "drop"):
            self.violations.append(f"egress answered {outcome}")
        self._check_reason("egress", answer)
        self._act(answer)
        return Verdict(outcome, answer["reason"], answer.get("protocol", 0), packet)

    def receive(self, packet: Packet) -> Verdict:
        """A packet comes from the wire."""
        answer = self.ask("ingress", protocol=packet.protocol, local=packet.destination,
                          peer=packet.source, marked=packet.marked, packet=packet.data.hex(),
                          now=self.world.clock())
        outcome = answer["outcome"]
        data = b""
        segment = None
        if outcome == "pass":
            segment = Segment(packet.source, packet.destination, packet.protocol, packet.data,
                              False, self.world.now_ns)
        elif outcome == "deliver":
            data = bytes.fromhex(answer["segment"])
            segment = Segment(packet.source, packet.destination, answer["protocol"], data, True,
                              self.world.now_ns)
        elif outcome not in ("consumed", "drop"):
            self.violations.append(f"ingress answered {outcome}")
        self._check_reason("ingress", answer)
        if segment is not None:
            self.received.append(segment)
            # Before the actions: the endpoint is asked again when the stack answers at once.
            if self.stack is not None:
                self.stack(segment)
        self._act(answer)
        if self.next_ns is not None and self.next_ns <= self.world.now_ns:
            self.tick()
        return Verdict(outcome, answer["reason"], answer.get("protocol", 0), data)

    def tick(self) -> None:
        """Does what is due."""
        before = self.next_ns
        self._act(self.ask("tick", now=self.world.clock()))
        if self.next_ns is not None and self.next_ns <= self.world.now_ns:
            self.violations.append(f"after a tick at {self.world.now_ns} ns, due at {before} ns, "
                                   f"something is still due at {self.next_ns} ns")
            self.next_ns = None

    def serve(self, secret: bytes, key_id: int = 1, flags: int = 1, *, young: bool = True,
              retire_ms: int = 0) -> bytes:
        """Gives the endpoint a static key; the public key it answers."""
        fields: dict[str, Any] = {"created_ms": self.world.unix_ms if young else 1}
        if retire_ms:
            fields["retire_ms"] = retire_ms
        answer = self.ask("add_server_key", key_id=key_id, flags=flags, secret=secret.hex(),
                          now=self.world.clock(), **fields)
        return bytes.fromhex(answer["public"])

    def learn(self, name: str, peer: str, value: bytes, udp_port: int = 0) -> None:
        """The DNS answered with keys."""
        fields: dict[str, Any] = {"udp_port": udp_port} if udp_port else {}
        self._act(self.ask("provide_keys", name=name, address=peer, answer="keys",
                           value=value.hex(), now=self.world.clock(), **fields))

    def learn_nothing(self, name: str, peer: str, answer: str) -> None:
        """The DNS answered `absent`, `unusable`, or did not: `timeout`."""
        self._act(self.ask("provide_keys", name=name, address=peer, answer=answer,
                           now=self.world.clock()))

    def flow(self, flow: Flow) -> dict[str, Any]:
        """Where a flow stands."""
        return self.ask("find_flow", flow=flow.fields())

    def skip(self, index: int, number: int) -> None:
        """Leaves packet numbers out."""
        self.ask("skip", index=index, number=number)

    def act(self, operation: str, **fields: Any) -> dict[str, Any]:
        """A question whose answer holds actions."""
        answer = self.ask(operation, now=self.world.clock(), **fields)
        self._act(answer)
        return answer

    def open_cookies(self) -> list[int]:
        """Waiting segments that nothing ended."""
        return list(self._cookies)

    def saw(self, event: str) -> list[dict[str, Any]]:
        """Events of one kind."""
        return [one for one in self.events if one["event"] == event]

    def _act(self, answer: dict[str, Any]) -> None:
        for action in answer["actions"]:
            kind = action["kind"]
            if kind == "send":
                if action["local"] != self.address:
                    self.violations.append(f"sends from {action['local']}")
                if action.get("cookie") and action.get("done"):
                    self._end_cookie(action["cookie"], kind)
                self._emit(action["peer"], action["protocol"], action["mark"],
                           bytes.fromhex(action["packet"]))
            elif kind == "pass":
                kept = self._end_cookie(action["cookie"], kind)
                if kept:
                    self._emit(kept[1], kept[0], False, kept[2])
            elif kind in ("drop", "release"):
                self._end_cookie(action["cookie"], kind)
                if kind == "drop":
                    self.dropped.append((action["cookie"], action["reason"]))
            elif kind == "resolve":
                self.resolves.append(action)
                if self.resolver is not None:
                    self.resolver(self, action["name"], action["peer"])
            elif kind == "event":
                self.events.append(action)
            else:
                self.violations.append(f"unknown action {kind}")

    def _end_cookie(self, cookie: int, how: str) -> tuple[int, str, bytes] | None:
        kept = self._cookies.pop(cookie, None)
        if kept is None:
            self.violations.append(f"{how} for cookie {cookie}, which does not wait")
        return kept

    def _check_reason(self, operation: str, answer: dict[str, Any]) -> None:
        if answer["outcome"] == "drop" and answer["reason"] in ("none", "", None):
            self.violations.append(f"{operation}: dropped without a reason")

    def _emit(self, peer: str, protocol: int, marked: bool, data: bytes) -> None:
        packet = Packet(self.address, peer, protocol, marked, data, self.world.now_ns)
        self.sent.append(packet)
        self.world.put(packet)
