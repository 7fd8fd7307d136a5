# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""One host's side of the protocol: the calls, each with the time it happens at."""

from __future__ import annotations

from dataclasses import dataclass

from sst_reference import keyvalue, wire
from sst_reference.core import IP_HEADER, MINIMUM_MTU
from sst_reference.flows import SESSION_IDLE
from sst_reference.ingress import Ingress
from sst_reference.state import SECOND, Action, Clock, FlowKey, Request, Session, Verdict
from sst_reference.wire import LAYOUT_U, Refused

CONFIRM_QUIET = SECOND


@dataclass(frozen=True)
class FlowInfo:
    """Where a flow stands; the fields after `client` are those of its session."""

    state: str = "none"
    reason: str = "none"
    client: bool = False
    index: int = 0
    coverage: int = wire.COVERAGE_SEGMENT
    layout: int = wire.LAYOUT_N
    epoch: int = 0
    number: int = 0


class Endpoint(Ingress):
    """Carry out a verdict before the actions, which `poll` gives."""

    def poll(self) -> list[Action]:
        """The actions since the last call, in order."""
        actions, self.actions = self.actions, []
        return actions

    def _count(self, verdict: Verdict) -> Verdict:
        if verdict.reason != "none":
            self.met[verdict.reason] += 1
        return verdict

    def serve(self, key_id: int, flags: int, secret: bytes, now: Clock, created_ms: int = 0,
              retire_ms: int = 0) -> bytes | None:
        """From now on this end answers INIT; the public key."""
        self.begin(now)
        return self.add_server_key(key_id, flags, secret, created_ms, retire_ms)

    def provide(self, name: str, address: bytes, answer: str, value: bytes, udp_port: int,
                now: Clock) -> None:
        """The answer to a question for keys; "an invalid value counts as unusable"."""
        self.begin(now)
        entries: list[keyvalue.Entry] = []
        if answer == "keys":
            status, entries = keyvalue.parse(value)
            answer = "keys" if status == "ok" else "unusable"
        self.provide_keys(name, address, answer, entries, udp_port)

    def egress(self, protocol: int, local: bytes, peer: bytes, segment: bytes, now: Clock,
               request: Request | None = None, mtu: int = 0, cookie: int = 0) -> Verdict:
        """A segment leaves the stack: pass, send, wait, consumed or drop."""
        self.begin(now)
        return self._count(self.egress_segment(protocol, local, peer, mtu, segment, request,
                                               cookie))

    def ingress(self, protocol: int, local: bytes, peer: bytes, marked: bool, packet: bytes,
                now: Clock) -> Verdict:
        """A packet came from the wire: pass, deliver, consumed or drop."""
        self.begin(now)
        return self._count(self.ingress_packet(protocol, local, peer, marked, packet))

    # --------------------------------------------------------------------------- time

    def tick(self, now: Clock) -> None:
        """Do what is due."""
        self.begin(now)
        at = self.now.monotonic_ns
        for flow in list(self.flows.values()):
            due = self.flow_due(flow)
            if due is not None and at >= due:
                self.give_up(flow)
        for session in sorted(self.sessions.values(),
                              key=lambda one: self._session_due(one) or 0):
            due = self._session_due(session)
            if session.state != "closed" and due is not None and at >= due:
                self._serve_session(session)
        self.sweep_flows()
        for session in list(self.sessions.values()):
            if self.idle(session):
                self.close(session, "idle")

    def _session_due(self, session: Session) -> int | None:
        if session.state == "init":
            return session.next_init
        due = [at for at in (session.resp_due, session.answer_due) if at is not None]
        due += session.confirmations[:1]
        if session.state == "half":
            due.append(self.half_ends(session))
        if session.state == "up" and not session.flows:
            due.append(session.last_packet + SESSION_IDLE)
        return min(due, default=None)

    def _serve_session(self, session: Session) -> None:
        now = self.now.monotonic_ns
        if session.state == "init":
            self.init_due(session)
            return
        if session.state == "half" and now >= self.half_ends(session):
            self.end_half(session)
            return
        # "It waits at most 5 ms for the stack's answer, else goes empty"
        if session.resp_due is not None and now >= session.resp_due:
            self.send_resp(session)
        if session.epochs is not None:
            session.epochs.forget_old(now)
        # "Due answers go out at Tick as DATA type 59, no padding"; the one after RESP is padded
        # as the host says.
        if session.answer_due is not None and now >= session.answer_due:
            session.answer_due = None
            self.send_nothing(session, None if session.answer_padded else 0)
        self._confirm(session)

    def _confirm(self, session: Session) -> None:
        """Tells the server that the session is up: it may not have got what followed RESP.

        "Unless it sent a packet in the session within the second before" (CLI-15); "times of
        CLI-15 that passed unnoticed MUST count as one, and a session that SES-7 closes MUST close
        instead" (CLI-16)
        """
        now = self.now.monotonic_ns
        left = [at for at in session.confirmations if at > now]
        is_due = len(left) < len(session.confirmations)
        session.confirmations = left
        if not is_due or session.state != "up" or now - (session.last_sent or 0) < CONFIRM_QUIET:
            return
        self.sweep_flows()
        if not self.idle(session):
            self.send_nothing(session, None)

    def next_deadline(self) -> int | None:
        """Monotonic time of the next thing due."""
        due = [self.flow_due(flow) for flow in self.flows.values()]
        due += [self.ends_at(flow) for flow in self.flows.values()]
        due += [self._session_due(session) for session in self.sessions.values()]
        due += [stone.until for stone in self.tombstones.values()]
        return min((at for at in due if at is not None), default=None)

    # --------------------------------------------------------------------------- the rest

    def give_up_flow(self, key: FlowKey, now: Clock) -> None:
        """The local stack gave a flow up; one bound to an open session is left alone."""
        self.begin(now)
        flow = self.find(key)
        if flow is not None and flow.state == "waiting":
            self.abandon(flow)

    def flow_info(self, key: FlowKey) -> FlowInfo:
        flow = self.flows.get(key)
        if flow is None:
            return FlowInfo()
        session = flow.session
        reason = "none" if flow.state == "waiting" else flow.reason
        if session is None:
            coverage = flow.request.coverage if flow.state == "waiting" else wire.COVERAGE_SEGMENT
            return FlowInfo(flow.state, reason, flow.opened_here, coverage=coverage)
        epochs = session.epochs
        return FlowInfo(flow.state, reason, flow.opened_here, session.index,
                        session.coverage, session.layout, epochs.epoch if epochs else 0,
                        epochs.next if epochs else 0)

    def skip(self, index: int, number: int) -> str | None:
        """Leave packet numbers out; None when done, else the error."""
        session = self.sessions.get(index)
        if session is None or session.epochs is None:
            return "unknown-index"
        return None if session.epochs.skip(number) else "order"

    def send_dummy(self, index: int, size: int, now: Clock) -> str | None:
        """Type 59, `size` bytes from the end of the IP header; None when sent, else the reason."""
        self.begin(now)
        session = self.sessions.get(index)
        if session is None or session.epochs is None:
            return "unknown-index"
        smallest = wire.OVERHEAD[session.layout] + session.narrow
        largest = 65535 - (20 if len(session.peer) == 4 else 0)
        if not smallest <= size <= largest:
            return "length"
        try:
            outer, packet = self.seal(session, wire.NOTHING, b"", padding=size - smallest)
        except Refused as refused:
            return refused.reason
        self.send(session, outer, packet)
        return None

    def segment_size(self, key: FlowKey, mtu: int) -> int:
        """"Largest transport segment (header included) that fits", padding not counted."""
        flow = self.flows.get(key)
        session = flow.session if flow is not None else None
        if session is not None and session.state != "init":
            return max(0, self.segment_room(session, mtu))
        # "For a flow not yet bound: with the larger overhead."
        known = mtu or MINIMUM_MTU[len(key.peer)]
        narrow = flow is not None and flow.state == "waiting" \
            and flow.request.coverage != wire.COVERAGE_SEGMENT
        return max(0, known - IP_HEADER[len(key.peer)] - wire.OVERHEAD[LAYOUT_U] - narrow)
