# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Who owns a tuple, how flows end, what leaves in clear, and what waits."""

from __future__ import annotations

from typing import Any

from sst_reference import client, egress, flows, ingress, segment, server, wire
from sst_reference.endpoint import Endpoint
from sst_reference.state import SECOND, FlowKey, Verdict

from sst_faults.registry import Function, add, constant, fault, replace, without


@fault("port-takeover", "cross-session-4tuple")
def port_takeover() -> None:
    """The second claimant of a tuple gets it."""
    def make(inbound: Function) -> Function:
        def taken(self: Any, session: Any, protocol: int, content: bytes) -> Any:
            source, destination = wire.udp_ports(content)
            key = FlowKey(protocol, destination, session.peer, source)
            other = self.find(key)
            if other is not None and not other.opened_here and other.session is not session:
                other.session.flows.pop(key, None)
                self.flows.pop(key, None)
            return inbound(self, session, protocol, content)
        return taken
    replace(Endpoint, "inbound_flow", make)


@fault("tombstones-give-way", "flow-rules")
def tombstones_give_way() -> None:
    """Any segment of the peer reopens a flow that has ended."""
    def make(inbound: Function) -> Function:
        def reopened(self: Any, session: Any, protocol: int, content: bytes) -> Any:
            source, destination = wire.udp_ports(content)
            key = FlowKey(protocol, destination, session.peer, source)
            stone = self.tombstones.get(key)
            if stone is not None and not stone.opened_here:
                self.tombstones.pop(key)
            return inbound(self, session, protocol, content)
        return reopened
    replace(Endpoint, "inbound_flow", make)


def _any_local_address(name: str, case: str, words: str, state: str) -> None:
    """The fault that a flow takes segments of the stack from any address of the host."""
    def make(egress_segment: Function) -> Function:
        def changed(self: Any, protocol: int, local: bytes, peer: bytes, mtu: int,
                    content: bytes, *rest: Any) -> Any:
            source, destination = wire.udp_ports(content)
            flow = self.flows.get(FlowKey(protocol, source, peer, destination))
            if flow is not None and flow.state == state:
                local = flow.local
            return egress_segment(self, protocol, local, peer, mtu, content, *rest)
        return changed
    add(name, case, words, lambda: replace(Endpoint, "egress_segment", make))


_any_local_address("bound-to-no-address", "flow-rules",
                   "A bound flow takes segments from another local address.", "sst")
_any_local_address("waits-for-any-address", "second-local-address",
                   "A flow that waits takes segments from another local address.", "waiting")


@fault("waiting-flows-lapse", "flow-of-a-pending-session")
def waiting_flows_lapse() -> None:
    """A flow that waits ends like one that is idle."""
    def make(ends_at: Function) -> Function:
        def changed(self: Any, flow: Any) -> Any:
            if flow.state == "waiting":
                is_udp = flow.key.protocol == wire.UDP
                return flow.last + (flows.UDP_IDLE if is_udp else flows.TCP_IDLE)
            return ends_at(self, flow)
        return changed
    replace(Endpoint, "ends_at", make)


@fault("failed-prolonged", "failed-not-prolonged")
def failed_prolonged() -> None:
    """Clear segments keep a failed flow shut."""
    def make(clear: Function) -> Function:
        def changed(self: Any, protocol: int, local: bytes, peer: bytes, packet: bytes,
                    reason: str) -> Verdict:
            source, destination = segment.ports(packet)
            flow = self.flows.get(FlowKey(protocol, destination, peer, source))
            if flow is not None and flow.state == "failed":
                flow.last = self.now.monotonic_ns
            verdict: Verdict = clear(self, protocol, local, peer, packet, reason)
            return verdict
        return changed
    replace(Endpoint, "_clear_segment", make)


@fault("clear-while-waiting", "waiting-clear")
def clear_while_waiting() -> None:
    """A clear segment for a flow that waits for its key goes up, whatever the policy."""
    def make(clear: Function) -> Function:
        def changed(self: Any, protocol: int, local: bytes, peer: bytes, packet: bytes,
                    reason: str) -> Any:
            source, destination = segment.ports(packet)
            flow = self.flows.get(FlowKey(protocol, destination, peer, source))
            if flow is not None and flow.state == "waiting" and flow.session is None:
                return Verdict("pass", reason)
            return clear(self, protocol, local, peer, packet, reason)
        return changed
    replace(Endpoint, "_clear_segment", make)


@fault("clear-port", "leak-rst-closed-port")
def clear_port() -> None:
    """An RST of the stack leaves in clear."""
    def make(egress_segment: Function) -> Function:
        def leaking(self: Any, protocol: int, local: bytes, peer: bytes, mtu: int,
                    content: bytes, request: Any, cookie: int) -> Any:
            if protocol == wire.TCP and content[13] & 4:
                return Verdict("pass")
            return egress_segment(self, protocol, local, peer, mtu, content, request, cookie)
        return leaking
    replace(Endpoint, "egress_segment", make)


@fault("damaged-in-clear", "malformed-egress")
def damaged_in_clear() -> None:
    """What cannot be parsed leaves as it is."""
    def make(egress_segment: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> Verdict:
            verdict: Verdict = egress_segment(self, *arguments)
            return Verdict("pass") if verdict.reason == "inner-length" else verdict
        return changed
    replace(Endpoint, "egress_segment", make)


add("no-tombstones", "leak-timewait", "A flow that ended is forgotten.", without("tombstone"))
add("remnants-open", "half-open-egress", "A lapsed handshake leaves nothing of its flows.",
    constant(server, "HALF_REMNANT", 0))
add("clear-injection", "clear-on-sst-flow", "A clear segment reaches a bound flow.",
    without("_clear_segment", Verdict("pass")))
add("failed-flows-forgotten", "failed-flow", "A failed flow is forgotten at once.",
    constant(flows, "FAILED", 0))
add("short-tcp-idle", "server-push-after-2h-idle", "An idle TCP flow lives for an hour.",
    constant(flows, "TCP_IDLE", 3600 * SECOND))
add("abandon-ignored", "give-up", "A socket that gives up is not heard.", without("abandon"))
add("endless-queue", "pending-queue", "Any number of segments waits.",
    constant(client, "QUEUE_PACKETS", 10**6))
add("groups-taken", "groups", "Packets to and from groups are looked at.",
    constant(ingress, "is_group", lambda address: False))
add("dhcp-sealed", "never-touched", "DHCP is sealed like everything else.",
    constant(egress, "DHCP_PORTS", {}))
