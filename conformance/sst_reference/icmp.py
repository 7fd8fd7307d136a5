# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""ICMP errors: those of the local stack go into the session, those about our packets come out."""

from __future__ import annotations

from sst_reference import segment as seg, wire
from sst_reference.client import Client
from sst_reference.core import IP_HEADER, MINIMUM_MTU
from sst_reference.epochs import Rejected
from sst_reference.segment import Quote
from sst_reference.server import Server
from sst_reference.state import Flow, FlowKey, Session, Verdict
from sst_reference.wire import LAYOUT_N, LAYOUT_U, Refused

QUOTED_NUMBERS = 4096
QUOTED = 8
# ICMP header, IPv4 header, 8 bytes: what a quote is not cut below.
SHORTEST_ERROR = 36


class Icmp(Client, Server):
    """Types 1 and 58, and ICMP from the wire."""

    # --------------------------------------------------------------------------- inside

    def egress_icmp(self, protocol: int, local: bytes, peer: bytes, mtu: int, message: bytes,
                    cookie: int) -> Verdict:
        """"ICMP about it included: they go inside the session as type 1/58, or nowhere"."""
        quote = seg.parse_icmp(protocol, message)
        if quote is None or quote.protocol not in (wire.TCP, wire.UDP) \
                or (quote.source, quote.destination) != (peer, local):
            return Verdict("pass")
        source, destination = quote.ports
        key = FlowKey(quote.protocol, destination, peer, source)
        flow = self.find(key)
        if flow is None:
            return Verdict("pass") if self.tombstone(key) is None else self.drop("tombstone")
        # Only what quotes a bound flow, or one with a tombstone, is kept from leaving unchanged.
        if flow.state in ("clear", "failed"):
            return Verdict("pass")
        if flow.state != "sst":
            return self.drop("unexpected")
        session = flow.session
        assert session is not None
        if flow.local != local:
            return self.drop("wrong-peer")
        # "The sender writes the true port into the quote; the receiver rewrites addresses."
        payload = seg.with_ports(quote.payload, source=flow.true_port)
        content = seg.without_checksum(protocol,
                                       seg.rebuild_icmp(message, quote, quote.header, payload))
        # "ICMP sent into a session is cut to fit the MTU."
        content = content[:max(SHORTEST_ERROR, self.segment_room(session, mtu))]
        if session.epochs is None:
            return self.answer_in_resp(session, protocol, content, cookie, mtu)
        try:
            outer, packet = self.seal(session, protocol, content, None, mtu)
        except Refused as refused:
            return self.drop(refused.reason)
        return Verdict("send", "none", outer, packet, not session.layout)

    def segment_room(self, session: Session, told: int) -> int:
        """Bytes of a segment that fit: MTU - IP header - overhead, padding not counted."""
        mtu = self.mtu_of(session, told) or MINIMUM_MTU[len(session.peer)]
        return mtu - IP_HEADER[len(session.peer)] - wire.OVERHEAD[session.layout] - session.narrow

    def answer_in_resp(self, session: Session, inner_type: int, content: bytes, cookie: int,
                       told: int, flow: Flow | None = None) -> Verdict:
        """The stack's first answer in a session whose RESP waits for it."""
        packet = self.make_resp(session, inner_type, content)
        if packet is not None:
            return Verdict("send", "none", session.outer, packet, not session.layout)
        # "An answer of the stack that does not fit into RESP: an empty RESP first, then DATA."
        self.send_resp(session)
        try:
            outer, packet = self.seal(session, inner_type, content, flow, told)
        except Refused as refused:
            return self.drop(refused.reason)
        self.send(session, outer, packet, cookie, True)
        return Verdict("wait")

    def deliver_icmp(self, session: Session, protocol: int, message: bytes) -> Verdict:
        """An ICMP error that came inside a session, about a packet of it."""
        quote = seg.parse_icmp(protocol, message)
        if quote is None or quote.protocol not in (wire.TCP, wire.UDP):
            raise Rejected("inner-length")
        source, destination = quote.ports
        if session.client:
            flow = self.find(FlowKey(quote.protocol, source, session.peer, destination))
        else:
            flow = session.inbound.get((quote.protocol, source, destination))
            flow = self.find(flow.key) if flow is not None else None
        if flow is None or flow.session is not session:
            raise Rejected("flow-unknown")
        header = seg.with_addresses(quote.header, session.local, session.peer)
        payload = seg.with_ports(quote.payload, destination=flow.key.peer_port)
        message = seg.rebuild_icmp(message, quote, header, payload)
        if self.config.restore_checksums:
            message = seg.compute_checksum(protocol, message, session.peer, session.local)
        return Verdict("deliver", "none", protocol, message)

    # --------------------------------------------------------------------------- outside

    def ingress_icmp(self, protocol: int, local: bytes, peer: bytes, message: bytes) -> Verdict:
        """"ICMP about our packets: the quoted 8 bytes (U: 16, else ignored) give (index, number);
        accepted only for a live session with that destination and one of the last 4 096 numbers
        sent".
        """
        if protocol != (wire.ICMP if len(local) == 4 else wire.ICMP6):
            return Verdict("pass")
        if not message or message[0] not in seg.ICMP_ABOUT_US[protocol]:
            return Verdict("pass")
        quote = seg.parse_icmp(protocol, message, True)
        if quote is None:
            # "An error that quotes a marked packet ... and is not accepted MUST be dropped"
            return self.drop("icmp-forged") if seg.quotes_marked(protocol, message, local) \
                else Verdict("pass")
        if quote.source != local or quote.protocol not in (wire.TCP, wire.UDP):
            return Verdict("pass")
        layout = self._quoted_layout(quote)
        session, number = self._quoted(quote, layout)
        if session is None:
            return self.drop("icmp-forged") if quote.marked or layout == LAYOUT_U \
                else Verdict("pass")
        too_big = (protocol, message[0]) == (wire.ICMP6, 2) or \
            protocol == wire.ICMP and message[:2] == b"\x03\x04"
        rest = bytes(4)
        if too_big:
            given = int.from_bytes(message[6 if protocol == wire.ICMP else 4:8], "big")
            # "max(576 | 1280, min(current, given MTU)); given 0 => 576"
            mtu = max(MINIMUM_MTU[len(local)], min(session.path_mtu or given, given))
            if mtu != session.path_mtu:
                session.path_mtu = mtu
                self.event("path-mtu", index=session.index, client=session.client, mtu=mtu)
            inner = session.path_mtu - wire.OVERHEAD[session.layout] - session.narrow
            rest = inner.to_bytes(4, "big")
        kept = self.ring.get((session.index, number))
        flow = self.find(kept[0]) if kept is not None else None
        if kept is None or flow is None or flow.session is not session:
            return Verdict("consumed")
        header = seg.ip_header(flow.key.protocol, session.local, session.peer, kept[2])
        told = message[:2] + bytes(2) + rest + header + kept[1]
        if self.config.restore_checksums:
            told = seg.compute_checksum(protocol, told, peer, local)
        return Verdict("deliver", "none", protocol, told)

    def _quoted_layout(self, quote: Quote) -> int:
        """"A quote of outer protocol 17 that is not marked and whose source port is one of the
        client's ports of layout U, or the server's port of layout U, MUST be taken as one of
        layout U, every other one as one of layout N." (ICMP-13)
        """
        own = {session.own_port for session in self.sessions.values()
               if session.client and session.layout == LAYOUT_U and session.local == quote.source}
        own.add(self.config.udp_port)
        of_u = quote.protocol == wire.UDP and not quote.marked and quote.ports[0] in own - {0}
        return LAYOUT_U if of_u else LAYOUT_N

    def _quoted(self, quote: Quote, layout: int) -> tuple[Session | None, int]:
        """The session a quoted packet was sent in, and its number."""
        body = quote.payload[wire.UDP_HEADER:] if layout == LAYOUT_U else quote.payload
        if len(body) < QUOTED or wire.kind_of(body) != wire.KIND_DATA:
            return None, 0
        index, number = wire.index_of(body), int.from_bytes(body[4:8], "big")
        # Both hosts may have opened a session to the other: first those opened here.
        for session in sorted(self.sessions.values(), key=lambda one: not one.client):
            if session.layout == layout and session.epochs is not None \
                    and (session.local, session.peer) == (quote.source, quote.destination) \
                    and session.peer_index == index \
                    and (layout == LAYOUT_N
                         or quote.ports == (session.own_port, session.peer_port)) \
                    and 0 < session.epochs.next - number <= QUOTED_NUMBERS:
                return session, number
        return None, 0
