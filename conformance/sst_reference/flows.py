# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""The flow table: how flows end, what they leave, and port translation (F2)."""

from __future__ import annotations

from sst_reference import segment as seg, wire
from sst_reference.core import PORT_DRAWS, TCP_TOMBSTONE, Core
from sst_reference.epochs import Rejected
from sst_reference.state import SECOND, Flow, FlowKey, Session

TCP_IDLE = 7440 * SECOND  # 2 h 4 min
TCP_CLOSING = 240 * SECOND
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
        """"... leaving a tombstone for 24 h that drops egress until a new SYN replaces it"."""
        if flow.state == "sst" and flow.key.protocol == wire.TCP:
            self.bury(flow, TCP_TOMBSTONE)
        else:
            self.unbind(flow)

    def tombstone(self, key: FlowKey) -> bool | None:
        """None: there is none; else whether the flow it stands for was opened here."""
        stone = self.tombstones.get(key)
        if stone is None:
            return None
        if self.now.monotonic_ns >= stone.until:
            del self.tombstones[key]
            return None
        return stone.opened_here

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
        opened_here = self.tombstone(key)
        if opened_here:
            raise Rejected("flow-bound")
        # "Until a new SYN, of the stack or inbound, replaces it".
        if opened_here is False and protocol == wire.TCP and not syn:
            raise Rejected("tombstone")
        if len(session.flows) >= self.config.max_flows_per_session \
                or not self.room_for_flow(session.peer):
            raise Rejected("flows-full")
        if translate:
            key = key._replace(peer_port=self._free_peer_port(key))
        else:
            self.tombstones.pop(key, None)
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
