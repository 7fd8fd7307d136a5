# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""What every part of an endpoint stands on: its tables, sealing and sending, closing."""

from __future__ import annotations

from collections import Counter

from sst_reference import aead, limits, random, segment as seg, wire
from sst_reference.epochs import Epochs, Exhausted
from sst_reference.random import TestRandom
from sst_reference.state import (SECOND, Action, Clock, Config, Flow, FlowKey, Keys, Question,
                                 ServerKey, Session, Tombstone, Verdict, Waiting)
from sst_reference.tombstones import Tombstones
from sst_reference.wire import LAYOUT_N, LAYOUT_U, Refused

UNKNOWN_MTU = 1280
MINIMUM_MTU = {4: 576, 16: 1280}
IP_HEADER = {4: 20, 16: 40}
TCP_TOMBSTONE = 24 * 3600 * SECOND
UDP_TOMBSTONE = 300 * SECOND
LARGEST_PACKET = 65535
FIRST_PORT = 49152
PORT_DRAWS = 64


class Core:
    """The tables of an endpoint and what works on one session or one flow of them."""

    def __init__(self, config: Config, source: TestRandom) -> None:
        self.config = config
        self.random = source
        self.now = Clock(0, 0)
        self.actions: list[Action] = []
        self.met: Counter[str] = Counter()
        self.sessions: dict[int, Session] = {}  # by own index, in the order they were opened
        self.flows: dict[FlowKey, Flow] = {}
        self.tombstones = Tombstones(config.max_tombstones)
        self.in_clear: set[FlowKey] = set()
        self.server_keys: list[ServerKey] = []
        self.server_start: Clock | None = None
        self.latest_unix_ms = 0  # since the server's start
        self.known: dict[tuple[str, bytes], Keys] = {}
        self.questions: dict[tuple[object, ...], Question] = {}  # by what waits for them
        self.pins: dict[str, int] = {}  # least lately seen first
        self.queue: list[Waiting] = []
        self.handshakes: dict[tuple[int, int, bytes, bytes, int, bytes],
                              tuple[int, Session]] = {}
        self.replay_cache: dict[bytes, int] = {}
        self.init_bucket = limits.Bucket(config.init_rate)
        self.proven_bucket = limits.Bucket(4 * config.init_rate)
        self.unproven = limits.SiteTable(config.site_init_rate)
        self.proven = limits.SiteTable(config.site_init_rate)
        self.areas = limits.SiteTable(max(1, config.init_rate // 4), limits.area)
        self.resets = limits.SiteTable(config.reset_rate)
        self.secrets = limits.RetrySecrets(source)
        self.ring: dict[tuple[int, int], tuple[FlowKey, bytes, int]] = {}

    def begin(self, now: Clock) -> None:
        """Every call: the time, and keys whose time is over."""
        # A clock that goes back stands still.
        self.now = Clock(max(now.monotonic_ns, self.now.monotonic_ns), now.unix_ms)
        if self.server_start is not None:
            self.latest_unix_ms = max(self.latest_unix_ms, now.unix_ms)
        # "At or after it the key is forgotten and wiped (looked at in every call)"
        self.server_keys = [key for key in self.server_keys
                            if key.retire_ms == 0 or now.unix_ms < key.retire_ms]

    def act(self, kind: str, **fields: object) -> None:
        """Adds an action."""
        action = Action(kind, **fields)  # type: ignore[arg-type]
        self.actions.append(action)
        if kind == "drop":
            self.met[action.reason] += 1

    def event(self, event: str, **fields: object) -> None:
        self.act("event", event=event, **fields)

    def half_open(self) -> int:
        return sum(session.state == "half" for session in self.sessions.values())

    # --------------------------------------------------------------------------- sessions

    def draw_index(self, fixed: int | None = None) -> int:
        """30 random bits not in use here; a server's own are 28 below its two fixed ones."""
        while True:
            index = int.from_bytes(self.random.fill(random.INDEX, 4), "big") & wire.INDEX_MASK
            if fixed is not None:
                index = index & 0x0FFFFFFF | fixed << 28
            if index not in self.sessions:
                return index

    def draw_udp_port(self) -> int:
        """"49152 + (2 random bytes) % 16384, drawn until free, at most 64 draws"; else 0."""
        taken = {session.own_port for session in self.sessions.values() if session.client}
        taken.add(self.config.udp_port)
        for _ in range(PORT_DRAWS):
            port = self._draw_port()
            if port not in taken:
                return port
        return 0

    def _draw_port(self) -> int:
        return FIRST_PORT + int.from_bytes(self.random.fill(random.PORT, 2), "big") % 16384

    def close(self, session: Session, reason: str, flows_left: bool = True) -> None:
        """The session's index, keys and flows go; bound flows leave tombstones.

        @param flows_left false: what still is in session.flows was dealt with
        """
        if session.state == "closed":
            return
        if flows_left:
            for flow in list(session.flows.values()):
                life = TCP_TOMBSTONE if flow.key.protocol == wire.TCP else UDP_TOMBSTONE
                self.bury(flow, life)
        if session.state == "half":
            self._leave_half(session)
        session.state = "closed"
        session.epochs = None
        session.initiator = session.responder = None
        self.sessions.pop(session.index, None)
        self.handshakes = {key: kept for key, kept in self.handshakes.items()
                           if kept[1] is not session}
        self.event("session-closed", reason=reason, index=session.index, client=session.client)

    def half_tables(self, peer: bytes, validated: bool) -> list[limits.SiteTable]:
        """Where an INIT of this address counts: for its site, and with a token for its area."""
        if not validated:
            return [self.unproven]
        return [self.proven] if len(peer) == 4 else [self.areas, self.proven]

    def _leave_half(self, session: Session) -> None:
        for table in self.half_tables(session.peer, session.validated):
            table.count(session.peer, -1)

    # --------------------------------------------------------------------------- flows

    def unbind(self, flow: Flow) -> None:
        """The flow leaves the table, and its session."""
        self.flows.pop(flow.key, None)
        session = flow.session
        if session is not None:
            session.flows.pop(flow.key, None)
            session.inbound.pop((flow.key.protocol, flow.key.local_port, flow.true_port), None)

    def bury(self, flow: Flow, life: int) -> None:
        """A tombstone takes the flow's place."""
        self.unbind(flow)
        self.tombstones.put(flow.key, Tombstone(
            self.now.monotonic_ns + life, flow.opened_here, life >= TCP_TOMBSTONE, flow.over))

    def flows_of_site(self, peer: bytes) -> int:
        place = limits.site(peer)
        return sum(limits.site(key.peer) == place for key in self.flows)

    def room_for_flow(self, peer: bytes) -> bool:
        """"65 536 in all, one peer address (/64) at most a sixteenth; full refuses new ones"."""
        return (len(self.flows) < self.config.max_flows
                and self.flows_of_site(peer) < max(1, self.config.max_flows // 16))

    # --------------------------------------------------------------------------- sealing

    def mtu_of(self, session: Session, told: int = 0) -> int:
        """The smallest one known, 0 for none."""
        known = [mtu for mtu in (told, session.path_mtu) if mtu]
        return min(known) if known else 0

    def padding_asked(self, flow: Flow) -> int | str:
        """"A flow that asks for padding gets what it asks for instead" (PAD-5)."""
        asked = flow.request.padding
        return asked if asked != "none" else self.config.padding

    def padding_for(self, session: Session, inner_type: int, flow: Flow | None, size: int,
                    told: int) -> int:
        """Zeros after the type of a packet of `size` bytes from offset 0 (U: the UDP header
        included).

        "Until the packet is a multiple of n, or the IP packet is as long as the path MTU; never
        beyond the MTU known; unknown MTU: 1280."
        """
        # What no flow sends goes by the setting of the host.
        wanted = self.config.padding if inner_type == wire.NOTHING else session.padding
        if wanted == "none":
            return 0
        if flow is not None:
            told = told or flow.told_mtu
        limit = (self.mtu_of(session, told) or UNKNOWN_MTU) - IP_HEADER[len(session.peer)]
        if wanted == "mtu":
            return max(0, limit - size)
        return max(0, min(-size % int(wanted), limit - size))

    def seal(self, session: Session, inner_type: int, content: bytes, flow: Flow | None = None,
             told: int = 0, padding: int | None = None) -> tuple[int, bytes]:
        """A DATA packet: outer protocol and packet.

        Raises amplification or number-exhausted; a session at its last number closes.

        @param content the segment with its checksum set to zero
        @param padding None: as configured
        """
        n = None
        if session.narrow:
            n = self.sealed_bytes(session.coverage, inner_type, content)
        if inner_type in (wire.TCP, wire.UDP) and session.layout == LAYOUT_N:
            outer = inner_type
        else:
            outer = session.outer
        size = wire.OVERHEAD[session.layout] + session.narrow + len(content)
        if n is not None and n != wire.EVERYTHING:
            padding = 0
        elif padding is None:
            # What a stack said about its flows' MTU says nothing of what no flow sends.
            told = told if flow is not None or inner_type == wire.NOTHING else \
                told or session.told_mtu
            padding = self.padding_for(session, inner_type, flow, size, told)
            # Padding never is what takes a packet beyond the amplification limit.
            if not self.within_amplification(session, size + padding):
                padding = 0
        # EGR-5: "too large for an IP packet of 65535 bytes once sealed".
        if size + IP_HEADER[len(session.peer)] > LARGEST_PACKET:
            raise Refused("length")
        self.check_amplification(session, size + padding)
        assert session.epochs is not None
        try:
            number, key = session.epochs.take(self.now.monotonic_ns)
        except Exhausted:
            self.close(session, "number-exhausted")
            raise Refused("number-exhausted") from None
        body = aead.seal_data(layout=session.layout, outer=outer, index=session.peer_index,
                              number=number, key=key, inner_type=inner_type, segment=content, n=n,
                              padding=padding)
        if flow is not None:
            self.ring[(session.index, number)] = (flow.key, self._local_view(flow, content),
                                                  len(content))
            if len(self.ring) > self.config.icmp_ring:
                self.ring.pop(next(iter(self.ring)))
        return outer, self.pack(session, body)

    @staticmethod
    def _local_view(flow: Flow, content: bytes) -> bytes:
        return seg.with_ports(content, destination=flow.key.peer_port)[:8]

    @staticmethod
    def sealed_bytes(coverage: int, inner_type: int, content: bytes) -> int:
        """n of a narrow session: "`header` the transport header, `ports` 4", 255 for the rest."""
        if inner_type not in (wire.TCP, wire.UDP):
            return wire.EVERYTHING
        if coverage == wire.COVERAGE_PORTS:
            n = 4
        else:
            n = 8 if inner_type == wire.UDP else seg.tcp_header(content)
        return n if n <= len(content) else wire.EVERYTHING

    def check_amplification(self, session: Session, size: int) -> None:
        """"Until UP at most 3 times the received IP bytes are sent"; raises amplification."""
        if not self.within_amplification(session, size):
            raise Refused("amplification")

    @staticmethod
    def within_amplification(session: Session, size: int) -> bool:
        """Whether a packet of this size may be sent."""
        total = session.sent + size + IP_HEADER[len(session.peer)]
        return session.state != "half" or total <= 3 * session.received

    def pack(self, session: Session, body: bytes) -> bytes:
        """The packet of a body that leaves now: what was owed to the peer is paid with it."""
        session.last_sent = session.last_packet = self.now.monotonic_ns
        session.answer_due, session.answer_padded = None, False
        return self.wrap(session, body)

    def wrap(self, session: Session, body: bytes) -> bytes:
        """The packet of a body, in the session's layout."""
        packet = body
        if session.layout == LAYOUT_U:
            packet = seg.udp_packet(session.own_port, session.peer_port, body, session.local,
                                    session.peer)
        session.sent += len(packet) + IP_HEADER[len(session.peer)]
        return packet

    def send(self, session: Session, outer: int, packet: bytes, cookie: int = 0,
             done: bool = False) -> None:
        """An action that sends."""
        self.act("send", protocol=outer, local=session.local, peer=session.peer,
                 mark=session.layout == LAYOUT_N, packet=packet, cookie=cookie, done=done)

    def send_nothing(self, session: Session, padding: int | None) -> None:
        """DATA of type 59."""
        try:
            outer, packet = self.seal(session, wire.NOTHING, b"", padding=padding)
        except Refused as refused:
            self.met[refused.reason] += 1
            return
        self.send(session, outer, packet)

    def seal_segment(self, flow: Flow, content: bytes, told: int) -> tuple[int, bytes]:
        """A segment of the local stack, of a flow whose session has keys."""
        session = flow.session
        assert session is not None
        content = self.outgoing(flow, content)
        self.touch(flow, content, sent=True)
        flow.told_mtu = session.told_mtu = told or flow.told_mtu
        return self.seal(session, flow.key.protocol, content, flow, told)

    @staticmethod
    def outgoing(flow: Flow, content: bytes) -> bytes:
        """As the peer will see it: checksum zero, the peer's true port."""
        content = seg.without_checksum(flow.key.protocol, content)
        return seg.with_ports(content, destination=flow.true_port)

    def touch(self, flow: Flow, content: bytes, sent: bool) -> None:
        """The flow is in use. "A SYN seen on a flow takes back that FIN or RST was seen"; one
        with RST does not."""
        flow.last = self.now.monotonic_ns
        flow.answered = flow.answered or sent
        if flow.key.protocol == wire.TCP:
            flags = seg.tcp_flags(content)
            if flags & seg.SYN and not flags & seg.RST:
                flow.reset = flow.fin_sent = flow.fin_received = False
                return
            flow.reset = flow.reset or bool(flags & seg.RST)
            if flags & seg.FIN and sent:
                flow.fin_sent = True
            elif flags & seg.FIN:
                flow.fin_received = True

    def drop(self, reason: str) -> Verdict:
        return Verdict("drop", reason)

    def start_keys(self, session: Session, send_key: bytes, receive_key: bytes) -> None:
        session.epochs = Epochs(send_key, receive_key, self.now.monotonic_ns)
