# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""What an endpoint is told, what it answers, and what it remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from sst_reference import wire
from sst_reference.epochs import Epochs
from sst_reference.keyvalue import Entry
from sst_reference.noise import Initiator, Responder

MS = 10**6
SECOND = 10**9


@dataclass
class Config:
    """Limits and choices; the defaults are those of the protocol."""

    restore_checksums: bool = True
    allow_narrow_coverage: bool = False
    accept_unmarked_init: bool = False
    marked_unknown_up: bool = True
    max_half_open: int = 1024
    max_half_open_validated: int = 4096
    max_sessions: int = 131072
    max_flows: int = 65536
    max_flows_per_session: int = 1024
    init_rate: int = 2900
    site_init_rate: int = 50
    site_half_open: int = 64
    reset_rate: int = 10
    half_life_ns: int = 10 * SECOND
    resp_wait_ns: int = 5 * MS
    max_failed_opens: int = 2**36
    udp_port: int = 0
    padding: int | str = "none"  # none, mtu, or the multiple
    icmp_ring: int = 8192
    max_pins: int = 4096
    max_tombstones: int = 65536


@dataclass(frozen=True)
class Clock:
    monotonic_ns: int
    unix_ms: int


@dataclass(frozen=True)
class Request:
    """What is asked for a flow."""

    policy: str = "off"  # off, opportunistic, require, pin
    name: str = ""
    coverage: int = wire.COVERAGE_SEGMENT
    early_udp: bool = False
    layout: str = "auto"  # auto, n, u
    padding: int | str = "none"


class FlowKey(NamedTuple):
    """One transport flow as this host names it."""

    protocol: int
    local_port: int
    peer: bytes
    peer_port: int


@dataclass
class Verdict:
    """Answer to egress and ingress; `data` is the packet of send, the segment of deliver."""

    outcome: str
    reason: str = "none"
    protocol: int = 0
    data: bytes = b""
    mark: bool = True


@dataclass
class Action:
    """Something the endpoint wants done besides the verdict."""

    kind: str  # send, pass, drop, release, resolve, event
    event: str = "none"
    reason: str = "none"
    protocol: int = 0
    local: bytes = b""
    peer: bytes = b""
    mark: bool = True
    packet: bytes = b""
    cookie: int = 0
    done: bool = False
    name: str = ""
    flow: FlowKey | None = None
    index: int = 0
    client: bool = False
    mtu: int = 0


@dataclass
class ServerKey:
    secret: bytes
    public: bytes
    key_id: int
    flags: int
    created_ms: int
    retire_ms: int


@dataclass
class Keys:
    """An answer about (name, address)."""

    answer: str  # keys, absent, unusable, timeout
    entries: list[Entry]
    udp_port: int
    until_ns: int
    came_up_in_u: bool = False

    def first_usable(self, unix_ms: int) -> Entry | None:
        """"Client takes the first usable entry"."""
        return next((entry for entry in self.entries if entry.usable(unix_ms)), None)


@dataclass(eq=False)
class Question:
    """A question for the keys of a name, open until an answer comes."""

    asked: int


@dataclass(eq=False)
class Flow:
    """"A flow (protocol, local port, peer address, peer port) is bound to one session and never
    moves."
    """

    key: FlowKey
    local: bytes
    opened_here: bool
    state: str  # waiting, sst, clear, failed
    started: int
    last: int
    reason: str = "none"
    session: Session | None = None
    question: Question | None = None
    request: Request = field(default_factory=Request)
    pin_name: str = ""  # what decides about `pin`
    sequence: int | None = None  # of the SYN
    true_port: int = 0  # the peer's, where `key` holds a translated one
    reset: bool = False  # RST was seen
    fin_sent: bool = False
    fin_received: bool = False
    told_mtu: int = 0  # last one told with a segment; 0 unknown
    answered: bool = False  # the local stack sent something in an inbound flow

    @property
    def closing(self) -> bool:
        """FIN or RST was seen."""
        return self.reset or self.fin_sent or self.fin_received

    @property
    def over(self) -> bool:
        """"A flow is *over* when RST was seen on it, or FIN in both directions"."""
        return self.reset or self.fin_sent and self.fin_received


@dataclass(eq=False)
class Waiting:
    """A segment kept until there are keys."""

    flow: Flow
    segment: bytes
    cookie: int
    mtu: int


@dataclass
class Tombstone:
    until: int
    opened_here: bool
    is_long: bool  # put there for 24 h
    over: bool  # as the flow was
    clear_syn: int | None = None  # sequence number of the last SYN in clear


@dataclass(eq=False)
class Session:
    """"A session is its index." One dataclass for both roles."""

    client: bool
    local: bytes
    peer: bytes
    layout: int
    outer: int  # protocol of the INIT
    coverage: int
    padding: int | str
    state: str  # init, half, up, closed
    created: int
    last_packet: int
    index: int = 0
    peer_index: int = 0
    epochs: Epochs | None = None
    last_sent: int | None = None
    answer_due: int | None = None
    answer_padded: bool = False  # it is the one after RESP
    failed_opens: int = 0
    own_port: int = 0  # layout U
    peer_port: int = 0
    highest: int = -1
    told_mtu: int = 0  # last one told with a segment of any flow; 0 unknown
    path_mtu: int = 0  # lowered by ICMP; 0 unknown
    flows: dict[FlowKey, Flow] = field(default_factory=dict)

    # client
    name: str = ""
    choice: str = "auto"
    entry: Entry | None = None
    judged: bool = False  # whether to go on in U was decided
    newer: tuple[Entry, int] | None = None  # for the next fresh INIT: key and port
    server_port: int = 0
    initiator: Initiator | None = None
    init: bytes = b""  # the body as last sent
    tries: int = 0
    next_init: int = 0
    token: bytes = wire.ZERO_TOKEN
    honoured: set[bytes] = field(default_factory=set)
    early: Waiting | None = None  # rides in INIT
    early_gone: bool = False  # it gave up: the next INIT is a fresh one
    accepted: bytes = b""  # the RESP
    confirmations: list[int] = field(default_factory=list)  # times still to come
    asked_again: bool = False
    fell_to_u: bool = False
    reset_token: bytes = b""

    # server
    key: ServerKey | None = None
    responder: Responder | None = None
    ephemeral: bytes = b""
    init_size: int = 0
    status: int = 0
    resp: bytes = b""  # the body, once sealed
    resp_due: int | None = None
    received: int = 0
    sent: int = 0
    validated: bool = False
    inbound: dict[tuple[int, int, int], Flow] = field(default_factory=dict)

    @property
    def narrow(self) -> bool:
        return self.coverage != wire.COVERAGE_SEGMENT
