# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Segments that leave the local stack: sealed, kept, dropped, or none of our business."""

from __future__ import annotations

import ipaddress
from dataclasses import replace

from sst_reference import segment as seg, wire
from sst_reference.core import UDP_TOMBSTONE
from sst_reference.icmp import Icmp
from sst_reference.state import Flow, FlowKey, Request, Session, Tombstone, Verdict
from sst_reference.wire import Refused

DHCP_PORTS = {67: {67, 68}, 68: {67, 68}, 546: {546, 547}, 547: {546, 547}}


def is_group(address: bytes) -> bool:
    """Multicast, the limited broadcast, and the unspecified address."""
    parsed = ipaddress.ip_address(address)
    return parsed.is_multicast or parsed.is_unspecified or address == b"\xff" * 4


class Egress(Icmp):
    """What becomes of a segment."""

    def egress_segment(self, protocol: int, local: bytes, peer: bytes, mtu: int, content: bytes,
                       request: Request | None, cookie: int) -> Verdict:
        """"Egress: bound or asked for: sealed or dropped with a reason; never clear"."""
        if is_group(peer):
            return Verdict("pass")
        if protocol == (wire.ICMP if len(peer) == 4 else wire.ICMP6):
            return self.egress_icmp(protocol, local, peer, mtu, content, cookie)
        if protocol not in (wire.TCP, wire.UDP):
            strict = request is not None and self.strict(request)
            return self.drop("inner-type") if strict else Verdict("pass")
        asked = request is not None and request.policy != "off"
        if len(content) < 4:
            return self.drop("inner-length") if asked else Verdict("pass")
        source, destination = seg.ports(content)
        key = FlowKey(protocol, source, peer, destination)
        flow = self.find(key)
        stone = self.tombstone(key)
        if flow is None and stone is None and not asked:
            return Verdict("pass")
        try:
            seg.check_form(protocol, content)
        except Refused as refused:
            if not asked and stone is None and flow is not None and flow.state == "clear":
                return Verdict("pass")
            return self.drop(refused.reason)
        if protocol == wire.UDP and flow is None and destination in DHCP_PORTS.get(source, ()):
            return Verdict("pass")
        syn = protocol == wire.TCP and seg.is_syn(content)
        if flow is not None:
            if flow.local != local and flow.state in ("waiting", "sst"):
                # "Flow keys hold no local address. The same tuple from a second local address is
                # dropped `wrong-peer`."
                return self.drop("wrong-peer")
            return self._known_flow(flow, local, content, syn, request if asked else None, cookie,
                                    mtu)
        if stone is not None:
            # "A tombstone MUST be replaced by a new flow: a new opening segment of the stack, a
            # datagram that must be sealed (`require`, or a pinned name)" (TOMB-2)
            strict = request is not None and self.strict(request)
            if self._answers_clear_syn(stone, protocol, content):
                # "The tombstone is removed, and that segment is handled as if there had been none"
                # (TOMB-6)
                self.tombstones.pop(key)
            elif not syn and not (protocol == wire.UDP and strict):
                return self.drop("tombstone")
        if not asked:
            self.tombstones.pop(key)
            return Verdict("pass")
        assert request is not None
        return self._new_flow(key, local, content, syn, request, cookie, mtu)

    @staticmethod
    def _answers_clear_syn(stone: Tombstone, protocol: int, content: bytes) -> bool:
        """"When the stack then sends SYN and ACK that acknowledge the sequence number of the last
        such segment plus one" (TOMB-6).
        """
        return (protocol == wire.TCP and seg.is_syn_ack(content) and stone.clear_syn is not None
                and seg.tcp_acknowledged(content) == (stone.clear_syn + 1) % 2**32)

    def _known_flow(self, flow: Flow, local: bytes, content: bytes, syn: bool,
                    request: Request | None, cookie: int, mtu: int) -> Verdict:
        anew = syn and seg.tcp_sequence(content) != flow.sequence
        if flow.state == "clear":
            # "Leaves in clear until a SYN with another sequence number, or a segment that asks for
            # `require` (or for `pin`, the name being pinned), begins anew"
            strict = request is not None and self.strict(request)
            if strict and flow.key.protocol == wire.TCP and not syn:
                # Nothing that asks for SST or nothing leaves in clear, and the flow ends with it.
                self.unbind(flow)
                return self.drop("flow-unknown")
            if anew or strict:
                self.unbind(flow)
                if request is None:
                    return Verdict("pass")
                return self._new_flow(flow.key, local, content, syn, request, cookie, mtu)
            self.touch(flow, content, sent=True)
            return Verdict("pass")
        if flow.state == "failed":
            if not anew:
                return self.drop(flow.reason)
            # "Or the stack sends a SYN with another sequence number; a TCP flow then leaves a
            # tombstone for 240 s" (FLOW-12), which that SYN replaces.
            self.lapse(flow)
            if request is None:
                self.tombstones.pop(flow.key)
                return Verdict("pass")
            return self._new_flow(flow.key, local, content, syn, request, cookie, mtu)
        if flow.state == "waiting":
            return self._waiting_flow(flow, content, syn, request, cookie, mtu)
        if syn and flow.closing and request is not None:
            # "A SYN that asks for SST on a closing flow begins a new flow; if there is no room
            # for it, a tombstone stays." (FLOW-10)
            carrier = flow.session
            self.lapse(flow)
            self._close_if_idle(carrier)
            return self._new_flow(flow.key, local, content, syn, request, cookie, mtu)
        if flow.key.protocol == wire.UDP and not flow.opened_here and request is not None \
                and request.name and self.strict(request):
            # "A datagram of the stack that must be sealed and names its peer MUST begin a new flow
            # on a tuple that a peer's session bound: the peer's flow is forgotten, and a tombstone
            # stays where there is no room for the new one." (FLOW-13)
            carrier = flow.session
            self.bury(flow, UDP_TOMBSTONE)
            self._close_if_idle(carrier)
            return self._new_flow(flow.key, local, content, syn, request, cookie, mtu)
        if syn and not flow.opened_here:
            # "An opening segment of the stack on a tuple that a peer's session bound MUST be
            # dropped, `flow-bound`" (FLOW-11)
            return self.drop("flow-bound")
        session = flow.session
        assert session is not None
        if session.epochs is None:
            self.touch(flow, content, sent=True)
            flow.told_mtu = session.told_mtu = mtu or flow.told_mtu
            return self.answer_in_resp(session, flow.key.protocol, self.outgoing(flow, content),
                                       cookie, mtu, flow)
        try:
            outer, packet = self.seal_segment(flow, content, mtu)
        except Refused as refused:
            return self.drop(refused.reason)
        return Verdict("send", "none", outer, packet, not session.layout)

    def _close_if_idle(self, session: Session | None) -> None:
        """A session that lost its flow, and was silent for 120 s before (SES-7)."""
        if session is not None and self.idle(session):
            self.close(session, "idle")

    def _waiting_flow(self, flow: Flow, content: bytes, syn: bool, request: Request | None,
                      cookie: int, mtu: int) -> Verdict:
        # "A flow that waits MUST be under `require` from when a segment of it asks for that (or
        # for `pin`, the name it asks for being pinned), and under `pin` with the name asked for
        # from when one asks for that and it was under `opportunistic`." (POL-8)
        if request is not None and self.strict(request):
            flow.request = replace(flow.request, policy="require")
            if flow.session is None and flow.reason == "key-unusable":
                # "at once for an unusable value" (POL-4)
                self.fail(flow, flow.reason)
                self.empty_queue([flow])
                return self.drop(flow.reason)
        elif request is not None and request.policy == "pin" \
                and flow.request.policy == "opportunistic":
            flow.request = replace(flow.request, policy="pin")
            flow.pin_name = request.name
        # "Absorb a repeated SYN: an opening segment of the same flow with the same sequence
        # number as one that waits or rides in INIT."
        waiting = [kept.segment for kept in self.queue if kept.flow is flow]
        early = flow.session.early if flow.session is not None else None
        if early is not None and early.flow is flow:
            waiting.append(early.segment)
        if syn and any(seg.is_syn(kept) and seg.tcp_sequence(kept) == seg.tcp_sequence(content)
                       for kept in waiting):
            return Verdict("consumed")
        self.wait(flow, content, cookie, mtu)
        return Verdict("wait")

    def _new_flow(self, key: FlowKey, local: bytes, content: bytes, syn: bool, request: Request,
                  cookie: int, mtu: int) -> Verdict:
        now = self.now.monotonic_ns
        flow = Flow(key, local, True, "waiting", now, now, request=request,
                    pin_name=request.name, true_port=key.peer_port)
        if key.protocol == wire.TCP and not syn:
            # "A TCP segment other than SYN of a flow that is not bound: dropped under `require`,
            # clear under `opportunistic`."
            return Verdict("pass") if self.opportunistic(flow) else self.drop("flow-unknown")
        if request.coverage != wire.COVERAGE_SEGMENT and not self.config.allow_narrow_coverage:
            # "Refused by default outside the simulator."
            return self.drop("coverage")
        if not self.room_for_flow(key.peer):
            return self.drop("flows-full")
        if syn:
            flow.sequence = seg.tcp_sequence(content)
        self.wait(flow, content, cookie, mtu)
        self.begin_flow(flow)
        self.tombstones.pop(key)
        if flow.state == "waiting":
            return Verdict("wait")
        self.take_waiting(flow)
        if flow.state == "clear":
            return Verdict("pass", flow.reason)
        if flow.state == "failed":
            return self.drop(flow.reason)
        assert flow.session is not None
        try:
            outer, packet = self.seal_segment(flow, content, mtu)
        except Refused as refused:
            return self.drop(refused.reason)
        return Verdict("send", "none", outer, packet, not flow.session.layout)
