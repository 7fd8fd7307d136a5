# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What strangers get, keep or use up: tuples, tombstones, tables, pins, old INITs."""

from __future__ import annotations

from typing import Any

from sst_reference import limits, segment, wire
from sst_reference.endpoint import Endpoint
from sst_reference.state import FlowKey
from sst_reference.tombstones import Tombstones

from sst_faults.registry import Function, add, constant, fault, replace

# ------------------------------------------------------------------------------------- tuples


@fault("named-datagram-to-stranger", "datagram-for-a-name")
def named_datagram_to_stranger() -> None:
    """A datagram for a name rides in the flow of whoever sent the first one of its tuple."""
    def make(known: Function) -> Function:
        def changed(self: Any, flow: Any, local: bytes, content: bytes, syn: bool, request: Any,
                    *rest: Any) -> Any:
            if flow.key.protocol == wire.UDP and flow.state == "sst" and not flow.opened_here:
                request = None
            return known(self, flow, local, content, syn, request, *rest)
        return changed
    replace(Endpoint, "_known_flow", make)


def _taken_over(name: str, case: str, words: str, protocol: int) -> None:
    """The fault that every tombstone of one protocol counts as that of a flow that was over."""
    def make(inbound: Function) -> Function:
        def changed(self: Any, session: Any, kind: int, content: bytes) -> Any:
            source, destination = wire.udp_ports(content)
            stone = self.tombstones.get(FlowKey(kind, destination, session.peer, source))
            if stone is not None and kind == protocol:
                stone.over = True
            return inbound(self, session, kind, content)
        return changed
    add(name, case, words, lambda: replace(Endpoint, "inbound_flow", make))


_taken_over("any-syn-takes-over", "tombstone-not-over",
            "A SYN takes the tuple of a connection that the stack may still hold.", wire.TCP)
_taken_over("any-datagram-takes-over", "udp-tombstone",
            "A datagram takes the tuple of a UDP flow that left a tombstone.", wire.UDP)

# ------------------------------------------------------------------------------------- tombstones


@fault("clear-syn-removes", "clear-syn-at-a-tombstone")
def clear_syn_removes() -> None:
    """A SYN in clear removes the tombstone of a flow that a peer opened."""
    def make(clear: Function) -> Function:
        def changed(self: Any, protocol: int, local: bytes, peer: bytes, packet: bytes,
                    reason: str) -> Any:
            source, destination = segment.ports(packet)
            key = FlowKey(protocol, destination, peer, source)
            stone = self.tombstones.get(key)
            if stone is not None and not stone.opened_here and protocol == wire.TCP \
                    and segment.is_syn(packet):
                self.tombstones.pop(key)
            return clear(self, protocol, local, peer, packet, reason)
        return changed
    replace(Endpoint, "_clear_segment", make)


@fault("tombstones-together", "tombstones-apart")
def tombstones_together() -> None:
    """All tombstones share one table."""
    def make(begin: Function) -> Function:
        def changed(self: Any, bound: int) -> None:
            begin(self, bound)
            one: dict[Any, Any] = {}
            self._bounds = dict.fromkeys(self._bounds, bound)
            self._kinds = dict.fromkeys(self._kinds, one)
        return changed
    replace(Tombstones, "__init__", make)


@fault("failed-without-tombstone", "failed-flow-tombstone")
def failed_without_tombstone() -> None:
    """A connection that failed leaves nothing after its 60 s."""
    def make(lapse: Function) -> Function:
        def changed(self: Any, flow: Any) -> None:
            if flow.state == "failed":
                self.unbind(flow)
            else:
                lapse(self, flow)
        return changed
    replace(Endpoint, "lapse", make)


# ------------------------------------------------------------------------------------- tables

add("no-share-of-sessions", "share-of-a-site", "One site may open all sessions, peers all of them.",
    constant(Endpoint, "_room_for_session",
             lambda self, peer: len(self.sessions) < self.config.max_sessions))
add("no-flows-kept", "flows-kept-free", "Peers may use up all flows.",
    constant(Endpoint, "room_for_inbound", lambda self, session: self.room_for_flow(session.peer)
             and len(session.flows) < self.config.max_flows_per_session))
add("no-areas", "share-of-an-area", "The sites of a /48 have nothing in common.",
    constant(Endpoint, "half_tables", lambda self, peer, validated: [
        self.proven if validated else self.unproven]))


@fault("no-rate-with-tokens", "rate-with-tokens")
def no_rate_with_tokens() -> None:
    """Any number of INITs with a token enters in a second."""
    def make(begin: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> None:
            begin(self, *arguments)
            self.proven_bucket = limits.Bucket(10**6)
        return changed
    replace(Endpoint, "__init__", make)


# ------------------------------------------------------------------------------------- the rest


@fault("clock-believed", "clock-set-back")
def clock_believed() -> None:
    """Early data counts by a clock that was set back."""
    def make(judge: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> Any:
            self.latest_unix_ms = 0
            return judge(self, *arguments)
        return changed
    replace(Endpoint, "_judge_early", make)


@fault("pin-that-ends-first", "pins-by-use")
def pin_that_ends_first() -> None:
    """The pin that ends first makes room, not the one whose name was seen least lately."""
    def keep(self: Any, name: str, until: int) -> None:
        self.pins[name] = max(until, self.pins.pop(name, 0))
        while len(self.pins) > self.config.max_pins:
            del self.pins[min(self.pins, key=lambda pinned: self.pins[pinned])]
    replace(Endpoint, "keep_pin", lambda _: keep)
