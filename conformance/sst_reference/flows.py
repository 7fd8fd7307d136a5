# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""The flow table: how flows end, what they leave, and port translation (F2)."""

from __future__ import annotations

from sst_reference import segment as seg, wire
from sst_reference.core import PORT_DRAWS, TCP_TOMBSTONE, Core
from sst_reference.epochs import Rejected
from sst_reference.state import SECOND, Flow, FlowKey, Session, Tombstone

TCP_IDLE = 7440 * SECOND  # 2 h 4 min
TCP_CLOSING = 240 * SECOND
TCP_OVER = 240 * SECOND
UDP_IDLE = 300 * SECOND
FAILED = 60 * SECOND
SESSION_IDLE = 120 * SECOND


class Flows(Core):
    """Looking flows up, ending them, making inbound ones."""

    def ends_at(self, flow: Flow) -> int | None:
        """When the flow lapses if nothing happens; None while it waits.

        "TCP entries end 240 s after FIN/RST, or after 2 h 4 min idle (240 s while the stack
        never answered); UDP 300 s."
        """
        if flow.state == "waiting":
            return None
        if flow.state == "failed":
            # "Until 60 s have passed since it failed" (FLOW-12)
            return flow.last + FAILED
        if flow.key.protocol == wire.UDP:
            return flow.last + UDP_IDLE
        if flow.closing or not (flow.opened_here or flow.answered):
            return flow.last + TCP_CLOSING
        return flow.last + TCP_IDLE

    def find(self, key: FlowKey) -> Flow | None:
        """The flow, unless its time is over."""
        flow = self.flows.get(key)
        if flow is not None:
            end = self.ends_at(flow)
            if end is not None and self.now.monotonic_ns >= end:
                self.lapse(flow)
                return None
        return flow

    def lapse(self, flow: Flow) -> None:
        """"It then leaves a tombstone for 24 h, or for 240 s when it was *over*" (FLOW-6); one that
        failed: "a TCP flow then leaves a tombstone for 240 s" (FLOW-12).
        """
        if flow.key.protocol != wire.TCP or flow.state not in ("sst", "failed"):
            self.unbind(flow)
        else:
            self.bury(flow, TCP_OVER if flow.over or flow.state == "failed" else TCP_TOMBSTONE)

    def tombstone(self, key: FlowKey) -> Tombstone | None:
        """The tombstone of a tuple, unless its time is over."""
        stone = self.tombstones.get(key)
        if stone is not None and self.now.monotonic_ns >= stone.until:
            self.tombstones.pop(key)
            return None
        return stone

    def room_for_inbound(self, session: Session) -> bool:
        """For a flow that a peer opens: not "when an eighth or less of 65536 is left: that is kept
        for flows opened here" (FLOW-14).
        """
        most = self.config.max_flows
        return (len(session.flows) < self.config.max_flows_per_session
                and len(self.flows) < most - most // 8 and self.room_for_flow(session.peer))

    def inbound_flow(self, session: Session, protocol: int, content: bytes) -> Flow:
        """The flow of a segment that came in a session opened by the peer; a new one where there
        is none. Raises flow-bound, tombstone, flows-full or port-collision.
        """
        source, destination = seg.ports(content)
        syn = protocol == wire.TCP and seg.is_syn(content)
        flow = session.inbound.get((protocol, destination, source))
        if flow is not None and self.find(flow.key) is flow:
            return flow
        key = FlowKey(protocol, destination, session.peer, source)
        other = self.find(key)
        translate = key in self.in_clear
        if other is not None:
            # "Bound, failed or left a tombstone as a flow opened here: dropped `flow-bound`"
            # (FLOW-3); "a flow that fell back counts as using its tuple in clear" (PORT-8).
            if other.opened_here and other.state != "clear":
                raise Rejected("flow-bound")
            translate = True
        stone = self.tombstone(key)
        if stone is not None:
            if stone.opened_here:
                raise Rejected("flow-bound")
            # "An inbound TCP segment other than an opening one for a tuple with a tombstone of a
            # flow that peers opened MUST be dropped, `tombstone`." (FLOW-5)
            if protocol == wire.TCP and not syn:
                raise Rejected("tombstone")
            # "Has the tombstone of a flow that a peer opened and that was not over" (PORT-1): the
            # stack may hold its end of it.
            translate = translate or not stone.over
        if not self.room_for_inbound(session):
            raise Rejected("flows-full")
        if translate:
            key = key._replace(peer_port=self._free_peer_port(key))
        else:
            self.tombstones.pop(key)
        now = self.now.monotonic_ns
        flow = Flow(key, session.local, False, "sst", now, now, session=session, true_port=source)
        self.flows[key] = session.flows[key] = flow
        session.inbound[(protocol, destination, source)] = flow
        self.event("flow-bound", flow=key, index=session.index, client=False)
        return flow

    def _free_peer_port(self, key: FlowKey) -> int:
        """"A peer port P' with (protocol, local port, peer, P') in no flow, no tombstone, not in
        clear".
        """
        for _ in range(PORT_DRAWS):
            alias = key._replace(peer_port=self._draw_port())
            if self.find(alias) is None and self.tombstone(alias) is None \
                    and alias not in self.in_clear:
                return alias.peer_port
        raise Rejected("port-collision")

    def incoming(self, flow: Flow, content: bytes) -> bytes:
        """As the local stack will see it: the local view's port, and a checksum again where
        checksums are in use.
        """
        content = seg.with_ports(content, source=flow.key.peer_port)
        if self.config.restore_checksums:
            content = seg.compute_checksum(flow.key.protocol, content, flow.key.peer, flow.local)
        return content

    def fail(self, flow: Flow, reason: str) -> None:
        """It drops what follows "until 60 s have passed since it failed or the stack sends a SYN
        with another sequence number". What waits is dropped by the caller.
        """
        session = flow.session
        if session is not None:
            session.flows.pop(flow.key, None)
            flow.session = None
        flow.state, flow.reason = "failed", reason
        flow.last = self.now.monotonic_ns
        self.event("flow-failed", flow=flow.key, reason=reason)

    def idle(self, session: Session) -> bool:
        """"Without flows it closes after 120 s without packets."""
        return (session.state == "up" and not session.flows
                and self.now.monotonic_ns >= session.last_packet + SESSION_IDLE)

    def sweep_flows(self) -> None:
        """Flows and tombstones whose time is over."""
        for key in list(self.flows):
            self.find(key)
        for key in list(self.tombstones):
            self.tombstone(key)
