# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""Packets from the wire: opened, dropped, or up unchanged.

"Marked or for a session's index: try to open. Marked and unrecognised: IPv4 drop, IPv6 up
unchanged. Unmarked and not authentic: up unchanged. Clear segment for a tuple bound to a session:
drop `clear-on-sst-flow`." Unrecognised, Refused and Rejected say which of these a packet met:
nothing of ours; ours by its looks and not authentic; authentic and refused all the same.
"""

from __future__ import annotations

from sst_reference import aead, segment as seg, wire
from sst_reference.egress import Egress, is_group
from sst_reference.epochs import SECOND_HALF, Rejected
from sst_reference.server import Unrecognised
from sst_reference.state import SECOND, FlowKey, Session, Verdict
from sst_reference.wire import LAYOUT_N, LAYOUT_U, Refused

ANSWER_AFTER = SECOND
NUMBER_MASK = (1 << aead.EPOCH_BITS) - 1
SMALLEST_DATA = 27


class Ingress(Egress):
    """What becomes of a packet."""

    def ingress_packet(self, protocol: int, local: bytes, peer: bytes, marked: bool,
                       packet: bytes) -> Verdict:
        if is_group(local) or is_group(peer):
            return Verdict("pass")
        if protocol in (wire.ICMP, wire.ICMP6):
            return self.ingress_icmp(protocol, local, peer, packet)
        if protocol not in (wire.TCP, wire.UDP):
            if marked and not self._unknown_goes_up(local):
                return self.drop("marked-unknown")
            return Verdict("pass", "marked-unknown" if marked else "none")
        at_u_port = protocol == wire.UDP and self._at_u_port(local, packet)
        if at_u_port and not self._looks_native(local, peer, marked, packet):
            return self._layout_u(local, peer, packet)
        reason = "none"
        try:
            verdict = self._open(LAYOUT_N, protocol, local, peer, marked, packet, (0, 0))
            if verdict is not None:
                return verdict
        except Rejected as refused:
            return self.drop(refused.reason)
        except Unrecognised as refused:
            if marked and not self._unknown_goes_up(local):
                return self.drop(refused.reason)
            if marked and at_u_port:
                # "Its length field is not its length" (UDP-14), and nothing with such a port goes
                # up (UDP-16).
                return self.drop("length")
            reason = refused.reason
        except Refused as refused:
            if marked:
                return self.drop(refused.reason)
            reason = refused.reason
        if at_u_port and not marked:
            return self._layout_u(local, peer, packet)
        verdict = self._clear_segment(protocol, local, peer, packet, reason)
        if not marked and verdict.outcome == "pass" and reason != "none":
            # What goes up unmarked is a clear segment for all that its receiver is told.
            self.met[reason] += 1
            verdict.reason = "none"
        return verdict

    def _unknown_goes_up(self, local: bytes) -> bool:
        """IPv6 only: others use the codepoint."""
        return len(local) == 16 and self.config.marked_unknown_up

    # --------------------------------------------------------------------------- layout U

    def _at_u_port(self, local: bytes, packet: bytes) -> bool:
        """"A UDP packet to the server's port of layout U belongs to SST"; the same for "a port
        reserved by one of the client's sessions".
        """
        if len(packet) < 4:
            return False
        port = wire.udp_ports(packet)[1]
        return port != 0 and (port == self.config.udp_port
                              or bool(self._sessions_at(local, port)))

    def _looks_native(self, local: bytes, peer: bytes, marked: bool, packet: bytes) -> bool:
        """"A packet to such a port MUST be handled as one of layout N when its first 32 bits are
        T = 00 or 10 and the index of a session of layout N with these two addresses, or when it
        is marked and its length field is not its length; an unmarked one that then is not
        authentic is handled as one of layout U." (UDP-14)
        """
        if marked and int.from_bytes(packet[4:6], "big") != len(packet):
            return True
        session = self.sessions.get(wire.index_of(packet))
        return wire.kind_of(packet) in (wire.KIND_DATA, wire.KIND_RESP) and session is not None \
            and (session.layout, session.local, session.peer) == (LAYOUT_N, local, peer)

    def _layout_u(self, local: bytes, peer: bytes, packet: bytes) -> Verdict:
        try:
            return self._open_u(local, peer, packet)
        except Refused as refused:
            # "The server MUST NOT hand it up, and drops it under its reason when it is not
            # authentic." (UDP-11)
            return self.drop(refused.reason)

    def _sessions_at(self, local: bytes, port: int) -> list[Session]:
        return [session for session in self.sessions.values()
                if session.client and session.layout == LAYOUT_U
                and (session.local, session.own_port) == (local, port)]

    def _open_u(self, local: bytes, peer: bytes, packet: bytes) -> Verdict:
        ports = wire.udp_ports(packet)
        body = wire.parse_udp(packet)
        if ports[1] != self.config.udp_port and not any(
                (session.peer, session.peer_port) == (peer, ports[0])
                for session in self._sessions_at(local, ports[1])):
            raise Refused("wrong-peer")
        if ports[1] != self.config.udp_port and body and wire.kind_of(body) == wire.KIND_INIT:
            # "Dropped `unexpected`, after the checks of PKT-8" (UDP-15)
            wire.parse_init(body)
            raise Refused("unexpected")
        verdict = self._open(LAYOUT_U, wire.UDP, local, peer, True, body, ports)
        assert verdict is not None
        return verdict

    # --------------------------------------------------------------------------- all kinds

    def _open(self, layout: int, outer: int, local: bytes, peer: bytes, sure: bool, body: bytes,
              ports: tuple[int, int]) -> Verdict | None:
        """None: an unmarked packet that does not even look like one of ours.

        @param sure marked, or at a port of layout U
        @param ports source and destination, in layout U
        """
        if len(body) < wire.SKELETON:
            if sure:
                raise Unrecognised("length")
            return None
        kind = wire.kind_of(body)
        session = self.sessions.get(wire.index_of(body))
        if kind == wire.KIND_INIT:
            if layout == LAYOUT_N and not sure and not self.config.accept_unmarked_init:
                return None
            return self.accept_init(local, peer, layout, outer, ports[0], body, sure)
        if kind == wire.KIND_CTRL:
            return self._ctrl(layout, outer, local, peer, sure, body, ports)
        # "Unmarked, at least 27 bytes, T = 00 or 10, and the index is that of a session of layout
        # N with these two addresses: tried as DATA or RESP"
        if not sure and (session is None or len(body) < SMALLEST_DATA
                         or not self._is_peer(session, layout, local, peer, ports)):
            return None
        if kind == wire.KIND_RESP:
            return self._resp(layout, outer, local, peer, body, ports)
        return self._data(layout, outer, local, peer, sure, body, ports)

    @staticmethod
    def _is_peer(session: Session, layout: int, local: bytes, peer: bytes,
                 ports: tuple[int, int]) -> bool:
        """Addresses and layout of the session; of a client's in U both ports too."""
        if (session.layout, session.local, session.peer) != (layout, local, peer):
            return False
        if layout == LAYOUT_N:
            return True
        if session.client:
            return (session.peer_port, session.own_port) == ports
        return session.own_port == ports[1]

    def _resp(self, layout: int, outer: int, local: bytes, peer: bytes, body: bytes,
              ports: tuple[int, int]) -> Verdict:
        try:
            resp = wire.parse_resp(body)
        except Refused as refused:
            raise Unrecognised(refused.reason) from None
        session = self.sessions.get(resp.client_index)
        if session is None or not session.client:
            raise Unrecognised("unknown-index")
        if not self._is_peer(session, layout, local, peer, ports):
            raise Refused("wrong-peer")
        # "A client MUST accept one RESP in a session; the same RESP again is dropped `replay`,
        # another one or one in another state `unexpected`."
        if session.state != "init":
            if wire.without_guard(body) == session.accepted:
                raise Rejected("replay")  # authentic: it was opened once
            raise Refused("unexpected")
        # "all else uses the INIT's, and a RESP arriving with another is dropped."
        if outer != session.outer:
            raise Refused("protocol-mismatch")
        return self.accept_resp(session, resp, body)

    def _ctrl(self, layout: int, outer: int, local: bytes, peer: bytes, sure: bool, body: bytes,
              ports: tuple[int, int]) -> Verdict | None:
        try:
            ctrl = wire.parse_ctrl(body)
        except Refused as refused:
            if not sure:
                return None
            raise Unrecognised(refused.reason) from None
        if ctrl.sub == wire.SUB_RESET:
            try:
                return self.accept_reset(local, peer, ctrl, layout, ports)
            except Refused as refused:
                if refused.reason != "unknown-index":
                    raise
                if not sure:
                    return None
                raise Unrecognised(refused.reason) from None
        session = self.sessions.get(ctrl.index)
        if session is None or not session.client:
            if not sure:
                return None
            raise Unrecognised("unknown-index")
        if not self._is_peer(session, layout, local, peer, ports):
            raise Refused("wrong-peer")
        if session.state != "init":
            raise Refused("unexpected")
        if outer != session.outer:
            raise Refused("protocol-mismatch")
        return self.accept_retry(session, ctrl)

    # --------------------------------------------------------------------------- DATA

    def _data(self, layout: int, outer: int, local: bytes, peer: bytes, sure: bool, body: bytes,
              ports: tuple[int, int]) -> Verdict:
        session = self.sessions.get(wire.index_of(body))
        if session is None:
            # "IPv4, or layout U" (RESET-4): of IPv6 others use the codepoint.
            served = len(local) == 4 if layout == LAYOUT_N else ports[1] == self.config.udp_port
            if sure and served:
                self.answer_unknown(local, peer, layout, outer, ports[0], body)
            raise Unrecognised("unknown-index")
        # "Known index from a wrong address: silent drop."
        if not self._is_peer(session, layout, local, peer, ports):
            raise Refused("wrong-peer")
        # "DATA before RESP is dropped."
        if session.epochs is None:
            raise Refused("unexpected")
        data = wire.parse_data(layout, body, session.narrow)
        now = self.now.monotonic_ns
        try:
            content, advanced = session.epochs.open(
                data.number, now, sure,
                lambda key: aead.open_data(layout=layout, outer=outer, data=data, key=key))
        except Rejected:
            raise
        except Refused as refused:
            if refused.reason == "decrypt":
                self._count_forgery(session)
            raise
        try:
            return self._opened(session, data, content, advanced, outer, ports[0])
        except Refused as refused:
            raise Rejected(refused.reason) from None

    def _count_forgery(self, session: Session) -> None:
        """"2^36 failed opens on a session: close." """
        session.failed_opens += 1
        if session.failed_opens >= self.config.max_failed_opens:
            self.close(session, "too-many-failures")

    def _opened(self, session: Session, data: wire.Data, content: bytes, advanced: bool,
                outer: int, source_port: int) -> Verdict:
        """An authentic packet: first what it says about the session, then what it carries."""
        now = self.now.monotonic_ns
        session.last_packet = now
        # "Until the first DATA packet of the server was opened" (CLI-15)
        session.confirmations = []
        if data.number > session.highest:
            session.highest = data.number
            # "The server answers to the source port of the authentic packet with the highest
            # number."
            if session.layout == LAYOUT_U and not session.client:
                session.peer_port = source_port
        if session.state == "half":
            self.comes_up(session)
        inner_type, segment, refusal = self._inside(data, content)
        # "When a packet was opened that advanced E, or whose number lies in the second half of
        # its epoch and whose inner type is not 59, an answer is due at max(now, time of the last
        # packet sent in this session + 1 s)"
        if advanced or data.number & NUMBER_MASK >= SECOND_HALF and inner_type != wire.NOTHING:
            due = max(now, (session.last_sent or 0) + ANSWER_AFTER)
            session.answer_due = due if session.answer_due is None else session.answer_due
        if refusal is not None:
            raise Refused(refusal)
        # Type, form of the segment, its checksum, outer protocol, n, flow.
        if inner_type != wire.NOTHING:
            self.check_type(session, inner_type)
            seg.check_inner(inner_type, segment)
        self._check_outer(session, inner_type, outer)
        if inner_type == wire.NOTHING:
            # "Type 59 with content: the content is ignored."
            return Verdict("consumed")
        self._check_coverage(session, data.n, inner_type, segment)
        return self.deliver(session, inner_type, segment)

    @staticmethod
    def _inside(data: wire.Data, content: bytes) -> tuple[int, bytes, str | None]:
        """Type, segment, and why they are refused."""
        if data.n is not None and data.n < wire.EVERYTHING:
            inner_type = content[-1]
            # "A packet with n below 255 whose opened type is not 6 or 17: `coverage`; type 0 is
            # `inner-type`." (NARROW-5)
            refusal = None if inner_type in (wire.TCP, wire.UDP) else "coverage"
            return inner_type, content[:-1] + data.rest, refusal if inner_type else "inner-type"
        try:
            segment, inner_type = wire.split_type(content)
        except Refused as refused:
            return 0, b"", refused.reason
        return inner_type, segment, None

    @staticmethod
    def _check_outer(session: Session, inner_type: int, outer: int) -> None:
        """"Outer protocol in N: the inner one for types 6 and 17, a mismatch is dropped; all else
        uses the INIT's". In U it is always 17.
        """
        wanted = inner_type if inner_type in (wire.TCP, wire.UDP) else session.outer
        if session.layout == LAYOUT_N and outer != wanted:
            raise Refused("protocol-mismatch")

    @staticmethod
    def _check_coverage(session: Session, n: int | None, inner_type: int, segment: bytes) -> None:
        """"n below what is in force is dropped `coverage`"."""
        if n is None or n == wire.EVERYTHING:
            return
        needed = 4
        if session.coverage == wire.COVERAGE_HEADER:
            needed = 8 if inner_type == wire.UDP else seg.tcp_header(segment)
        if n < needed:
            raise Refused("coverage")

    def deliver(self, session: Session, inner_type: int, content: bytes) -> Verdict:
        """A segment that came in a session, its form checked."""
        if inner_type in (wire.ICMP, wire.ICMP6):
            return self.deliver_icmp(session, inner_type, content)
        if session.client:
            source, destination = seg.ports(content)
            flow = self.find(FlowKey(inner_type, destination, session.peer, source))
            # "An inbound segment for a tuple bound outbound elsewhere: drop `flow-bound`; on a
            # client's own session for no flow: drop `flow-unknown`."
            if flow is None or flow.session is not session:
                elsewhere = flow is not None and flow.opened_here and flow.state != "clear"
                raise Rejected("flow-bound" if elsewhere else "flow-unknown")
        else:
            flow = self.inbound_flow(session, inner_type, content)
        self.touch(flow, content, sent=False)
        return Verdict("deliver", "none", inner_type, self.incoming(flow, content))

    # --------------------------------------------------------------------------- in clear

    def _clear_segment(self, protocol: int, local: bytes, peer: bytes, packet: bytes,
                       reason: str) -> Verdict:
        """A packet that is none of ours goes up, but not into a flow that SST carries."""
        up = Verdict("pass", reason)
        if len(packet) < 4:
            return up
        source, destination = seg.ports(packet)
        key = FlowKey(protocol, destination, peer, source)
        flow = self.find(key)
        syn = protocol == wire.TCP and len(packet) >= 20 and seg.is_syn(packet)
        if flow is None:
            # "A clear opening segment for the tombstone of a flow that a peer opened MUST leave it
            # where it is, and go up" (TOMB-6)
            stone = self.tombstone(key)
            if stone is not None and not stone.opened_here and syn:
                stone.clear_syn = seg.tcp_sequence(packet)
            return up
        if flow.state == "clear":
            if len(packet) >= seg.MINIMUM[protocol]:
                self.touch(flow, packet, sent=False)
            return up
        if flow.state == "failed":
            return up
        session = flow.session
        # "A clear segment for a flow under `require` that still waits for its key is dropped"
        if session is None:
            return up if self.opportunistic(flow) else self.drop("clear-on-sst-flow")
        # "A clear SYN for a tuple bound to a HALF session releases it."
        if session.state == "half" and syn and flow.local == local:
            self.unbind(flow)
            return up
        return self.drop("clear-on-sst-flow")
