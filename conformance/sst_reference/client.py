# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""The client: flows and sessions opened here, INIT and its timetable, RESP, RETRY, RESET."""

from __future__ import annotations

from sst_reference import random, segment as seg, tokens, wire
from sst_reference.aead import STOP
from sst_reference.core import IP_HEADER, UNKNOWN_MTU
from sst_reference.epochs import Rejected
from sst_reference.keyvalue import FLAG_EARLY_SYN, FLAG_EARLY_UDP, FLAG_LAYOUT_U, Entry
from sst_reference.names import KEY_WAIT, Names
from sst_reference.noise import Initiator
from sst_reference.state import SECOND, Flow, Keys, Session, Verdict, Waiting
from sst_reference.wire import LAYOUT_N, LAYOUT_U, Payload, Refused

# "The client MUST send INITs at 0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63, 123, 183 and 243 s after
# the first one, until RESP is accepted." (CLI-1)
TIMETABLE = [offset * SECOND
             for offset in (0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63, 123, 183, 243)]
FIRST_FRESH = 4
TO_LAYOUT_U = 2
HANDSHAKE_END = 303 * SECOND
FALLBACK = 3 * SECOND
QUEUE_PACKETS = 64
QUEUE_BYTES = 262144
MAX_RETRIES = 4
CONFIRMATIONS = [offset * SECOND for offset in (1, 2, 4, 8)]


class Client(Names):
    """Flows asked for here, up to RESP."""

    def provide_keys(self, name: str, address: bytes, answer: str, entries: list[Entry],
                     udp_port: int) -> None:
        """"Keys belong to (name, address), never to an address alone (F9)."""
        keys = self.remember(name, address, answer, entries, udp_port)
        first = keys.first_usable(self.now.unix_ms)
        # "ProvideKeys for a session in INIT with another first usable key: the next fresh INIT
        # uses the new key. Other answers than KEYS change nothing for a session in INIT."
        for session in self.sessions.values():
            if session.client and session.state == "init" and first is not None \
                    and (session.name, session.peer) == (name, address):
                # "Any other answer MUST NOT change a session in INIT" (KEYQ-10)
                assert session.entry is not None
                same = (first.public_key, first.key_id) == (session.entry.public_key,
                                                            session.entry.key_id)
                session.newer = None if same else (first, udp_port or session.server_port)
        waiting = [flow for flow in self.flows.values()
                   if flow.state == "waiting" and flow.session is None
                   and (flow.request.name, flow.key.peer) == (name, address)]
        # What they bring waits behind what waits in a session already.
        self.queue.sort(key=lambda kept: kept.flow in waiting)
        for flow in waiting:
            self.proceed(flow, keys)
        self.empty_queue(waiting)

    # --------------------------------------------------------------------------- new flows

    def begin_flow(self, flow: Flow) -> None:
        """A flow for which SST is asked, its first segment in the queue."""
        self.flows[flow.key] = flow
        keys = self.kept_keys(flow.request.name, flow.key.peer)
        # "A client whose remembered keys have all ended MUST ask again." (KEYQ-11)
        if keys is not None and (keys.answer != "keys" or keys.first_usable(self.now.unix_ms)):
            self.proceed(flow, keys)
            return
        self.ask(flow)

    def proceed(self, flow: Flow, keys: Keys) -> None:
        """What the answer means for a flow that waits for it."""
        reasons = {"absent": "no-key", "timeout": "key-timeout", "unusable": "key-unusable"}
        entry = keys.first_usable(self.now.unix_ms)
        if keys.answer != "keys" or entry is None:
            reason = reasons.get(keys.answer, "key-unusable")
            if not self.opportunistic(flow):
                self.fail(flow, reason)
            elif reason == "key-unusable":
                flow.reason = reason  # falls back after its 3 s
            else:
                self.fall_back(flow, reason)
            return
        offered = bool(entry.flags & FLAG_LAYOUT_U and keys.udp_port)
        choice = flow.request.layout
        if choice == "u" and not offered:
            if self.opportunistic(flow):
                self.fall_back(flow, "layout-unsupported")
            else:
                self.fail(flow, "layout-unsupported")
            return
        session = self._select(flow, entry)
        if session is None:
            in_u = choice == "u" or choice == "auto" and offered and keys.came_up_in_u
            self._open_session(flow, entry, keys.udp_port, LAYOUT_U if in_u else LAYOUT_N)
            return
        self._join(flow, session)
        if session.state == "up":
            self._bind(flow)

    def _select(self, flow: Flow, entry: Entry) -> Session | None:
        """"(local address, peer address, server public key, layout, coverage, padding) only
        *selects* one for a new outbound flow; an AUTO flow may use any open session (N or U)".
        """
        choice = flow.request.layout
        for session in list(self.sessions.values()):
            if not session.client or session.state not in ("init", "up"):
                continue
            if self.idle(session):
                self.close(session, "idle")
                continue
            if session.epochs is None:
                # "A flow MUST NOT join a pending session whose flows asked for another layout
                # (AUTO, N or U)."
                fits = session.choice == choice
            else:
                fits = session.epochs.next < STOP and choice in ("auto", "nu"[session.layout])
            assert session.entry is not None
            if fits and session.local == flow.local and session.peer == flow.key.peer \
                    and session.entry.public_key == entry.public_key \
                    and session.coverage == flow.request.coverage \
                    and session.padding == self.padding_asked(flow) \
                    and len(session.flows) < self.config.max_flows_per_session:
                return session
        return None

    def _join(self, flow: Flow, session: Session) -> None:
        flow.session = session
        session.flows[flow.key] = flow
        session.told_mtu = flow.told_mtu

    def _bind(self, flow: Flow) -> None:
        assert flow.session is not None
        flow.state, flow.reason = "sst", "none"
        flow.last = self.now.monotonic_ns
        self.event("flow-bound", flow=flow.key, index=flow.session.index, client=True)

    def _open_session(self, flow: Flow, entry: Entry, server_port: int, layout: int) -> None:
        if len(self.sessions) >= self.config.max_sessions:
            self.fail(flow, "sessions-full")
            return
        now = self.now.monotonic_ns
        session = Session(client=True, local=flow.local, peer=flow.key.peer, layout=layout,
                          outer=wire.UDP if layout == LAYOUT_U else flow.key.protocol,
                          coverage=flow.request.coverage, padding=self.padding_asked(flow),
                          state="init", created=now,
                          last_packet=now, name=flow.request.name, choice=flow.request.layout,
                          entry=entry, server_port=server_port)
        self._join(flow, session)
        if layout == LAYOUT_U and not self._reserve_port(session):
            # "A client that finds no free port in 64 draws MUST go on as if layout U were not
            # served".
            if session.choice == "auto":
                session.layout = LAYOUT_N
            else:
                flow.session = None
                lost = self.fall_back if self.opportunistic(flow) else self.fail
                lost(flow, "layout-unsupported")
                return
        self._fresh_init(session)
        self._send_init(session)

    # --------------------------------------------------------------------------- INIT

    def _may_be_early(self, session: Session, first: Waiting) -> bool:
        """"Early data in INIT: a TCP SYN without payload, when the DNS entry's flag bit 0 is set;
        a UDP datagram only when both the socket and flag bit 1 allow it and it fits the path MTU".
        """
        assert session.entry is not None
        if first.flow.key.protocol == wire.TCP:
            return bool(session.entry.flags & FLAG_EARLY_SYN) and seg.is_bare_syn(first.segment)
        payload = Payload(0, wire.UDP, first.segment, self._init_options(session))
        size = IP_HEADER[len(session.peer)] + wire.INIT_EPHEMERAL + 32 + wire.TAG
        size += len(wire.pack_payload(payload))
        size += wire.UDP_HEADER if session.layout == LAYOUT_U else 0
        return bool(first.flow.request.early_udp and session.entry.flags & FLAG_EARLY_UDP
                    and size <= (first.mtu or UNKNOWN_MTU))

    @staticmethod
    def _init_options(session: Session) -> dict[int, bytes]:
        # "coverage(8): absent = 0"
        return {wire.OPTION_COVERAGE: bytes([session.coverage])} if session.coverage else {}

    def _reserve_port(self, session: Session) -> bool:
        """A UDP port of its own, "reserved until the session ends"; false when none is free."""
        session.own_port = session.own_port or self.draw_udp_port()
        return session.own_port != 0

    def _choose_early(self, session: Session) -> None:
        """What rides in the INIT, and with it the outer protocol.

        "The client MUST take the first waiting segment when it fits this rule, and otherwise send
        type 59." "In layout N the outer protocol of INIT MUST be that of the segment it carries,
        else that of the first segment that waits, else that of the session's flow."
        """
        first = session.early
        if first is None:
            first = next((kept for kept in self.queue if kept.flow.session is session), None)
            if first is not None and self._may_be_early(session, first):
                session.early = first
                self.queue.remove(first)
        session.early_gone = False
        if session.layout == LAYOUT_U:
            session.outer = wire.UDP
        else:
            flow = first.flow if first is not None else next(iter(session.flows.values()))
            session.outer = flow.key.protocol

    def _fresh_init(self, session: Session) -> None:
        """New e, index and time."""
        if session.newer is not None:
            session.entry, session.server_port = session.newer
            session.newer = None
        session.peer_port = session.server_port if session.layout == LAYOUT_U else 0
        self._choose_early(session)
        entry = session.entry
        assert entry is not None
        if session.init:
            del self.sessions[session.index]
        session.index = self.draw_index()
        self.sessions[session.index] = session
        ephemeral = self.random.fill(random.EPHEMERAL, 32)
        payload = Payload(self.now.unix_ms, options=self._init_options(session))
        if session.early is not None:
            protocol = session.early.flow.key.protocol
            payload.inner_type = protocol
            payload.segment = seg.without_checksum(protocol, session.early.segment)
        head = wire.init_head(session.index, entry.key_id)
        session.initiator = Initiator(wire.prologue(session.outer, session.layout, head),
                                      entry.public_key, ephemeral)
        # "A fresh e starts with token zero and counts anew."
        session.token, session.honoured = wire.ZERO_TOKEN, set()
        session.init = wire.build_init(head, session.token,
                                       session.initiator.write(wire.pack_payload(payload)))

    def _send_init(self, session: Session, timetable: bool = True) -> None:
        cookie = session.early.cookie if session.early is not None else 0
        self.send(session, session.outer, self.pack(session, session.init), cookie)
        if timetable:
            session.tries += 1
            offset = TIMETABLE[session.tries] if session.tries < len(TIMETABLE) else HANDSHAKE_END
            session.next_init = session.created + offset

    def init_due(self, session: Session) -> None:
        """The next INIT of the timetable, or the end of the handshake."""
        if session.tries == len(TIMETABLE) \
                or session.created + HANDSHAKE_END <= self.now.monotonic_ns:
            flows = list(session.flows.values())
            for flow in flows:
                if self.opportunistic(flow):
                    self.fall_back(flow, "handshake-timeout")
                else:
                    self.fail(flow, "handshake-timeout")
            self.empty_queue(flows, session)
            self.close(session, "handshake-timeout")
            return
        # "Times of CLI-1 that passed unnoticed MUST count as the latest of them" (CLI-17)
        while session.tries + 1 < len(TIMETABLE) \
                and session.created + TIMETABLE[session.tries + 1] <= self.now.monotonic_ns:
            session.tries += 1
        # The flags are those of the key that the INIT would use.
        entry, port = session.newer or (session.entry, session.server_port)
        assert entry is not None
        # "AUTO: N first; when the entry has flag bit 2 and a port, and INITs at 0 and 1 s went
        # unanswered, the INIT at 3 s is a fresh one in U, 7 s identical to it, then fresh in U."
        to_u = (session.tries >= TO_LAYOUT_U and not session.judged and session.choice == "auto"
                and session.layout == LAYOUT_N and not session.honoured
                and entry.flags & FLAG_LAYOUT_U and port
                and self._reserve_port(session))
        if to_u:
            session.layout, session.fell_to_u = LAYOUT_U, True
        session.judged = session.judged or session.tries >= TO_LAYOUT_U
        # "When the flow whose segment rides in the INIT gives up, the client MUST make its next
        # INIT a fresh one." (CLI-4)
        fresh = to_u or session.tries >= FIRST_FRESH or session.early_gone
        # "At the first fresh INIT (15 s, or 3 s when that goes to U) it asks again"
        if fresh and not session.asked_again:
            session.asked_again = True
            self.act("resolve", name=session.name, peer=session.peer)
        if fresh:
            self._fresh_init(session)
        self._send_init(session)

    # --------------------------------------------------------------------------- waiting

    def wait(self, flow: Flow, content: bytes, cookie: int, told: int) -> None:
        """"Other segments wait (64 packets, 256 KiB; oldest dropped), in order"."""
        self.queue.append(Waiting(flow, content, cookie, told))
        self.touch(flow, content, sent=True)
        flow.told_mtu = told or flow.told_mtu
        group = [kept for kept in self.queue if self._place(kept.flow) == self._place(flow)]
        while len(group) > QUEUE_PACKETS or \
                sum(len(kept.segment) for kept in group) > QUEUE_BYTES:
            oldest = group.pop(0)
            self.queue.remove(oldest)
            self.act("drop", cookie=oldest.cookie, reason="queue-overflow")

    @staticmethod
    def _place(flow: Flow) -> object:
        """What waits for one thing has one queue."""
        return flow.session or flow.question or (flow.request.name, flow.key.peer)

    def take_waiting(self, flow: Flow, session: Session | None = None) -> list[Waiting]:
        """What waits of a flow leaves the queue, what rides in the session's INIT first."""
        taken = [kept for kept in self.queue if kept.flow is flow]
        self.queue = [kept for kept in self.queue if kept.flow is not flow]
        session = session or flow.session
        if session is not None and session.early is not None and session.early.flow is flow:
            taken.insert(0, session.early)
            session.early = None
            session.early_gone = True
        return taken

    def empty_queue(self, flows: list[Flow], session: Session | None = None) -> None:
        """Actions for what waits of flows that wait no longer, in the order in which it came."""
        done = [flow for flow in flows if flow.state != "waiting"]
        order = {id(kept): place for place, kept in enumerate(self.queue)}
        taken = [kept for flow in done for kept in self.take_waiting(flow, session)]
        for kept in sorted(taken, key=lambda kept: order.get(id(kept), -1)):
            if kept.flow.state == "sst":
                self.flush(kept)
            elif kept.flow.state == "clear":
                self.act("pass", cookie=kept.cookie, reason=kept.flow.reason)
            else:
                self.act("drop", cookie=kept.cookie, reason=kept.flow.reason)

    def flush(self, kept: Waiting) -> bool:
        """A waiting segment leaves sealed."""
        if kept.flow.session is None or kept.flow.session.epochs is None:
            self.act("drop", cookie=kept.cookie, reason="session-closed")
            return False
        try:
            outer, packet = self.seal_segment(kept.flow, kept.segment, kept.flow.told_mtu)
        except Refused as refused:
            self.act("drop", cookie=kept.cookie, reason=refused.reason)
            return False
        self.send(kept.flow.session, outer, packet, kept.cookie, True)
        return True

    def fall_back(self, flow: Flow, reason: str) -> None:
        """"`opportunistic` falls back to clear only before the flow had a session" with keys."""
        session = flow.session
        if session is not None:
            session.flows.pop(flow.key, None)
        flow.session = None
        flow.state, flow.reason = "clear", reason
        flow.last = self.now.monotonic_ns
        self.event("flow-fell-back", flow=flow.key, reason=reason)

    def flow_due(self, flow: Flow) -> int | None:
        """When waiting ends for this flow, apart from its session's timetable."""
        if flow.state != "waiting":
            return None
        if flow.session is None and flow.reason == "key-unusable":
            return flow.started + FALLBACK
        ends = []
        if flow.session is None:
            # "A question MUST end 30 s after it was asked when nothing answers it, `key-timeout`
            # for every flow that waits for it" (KEYQ-2): also for one that came late.
            ends.append((flow.question.asked if flow.question else flow.started) + KEY_WAIT)
        if self.opportunistic(flow):
            ends.append(flow.started + FALLBACK)
        return min(ends, default=None)

    def give_up(self, flow: Flow) -> None:
        """The 3 s of `opportunistic`, or the 30 s of a question."""
        session = flow.session
        if session is not None:
            reason = "handshake-timeout"
        else:
            reason = flow.reason if flow.reason != "none" else "key-timeout"
        if self.opportunistic(flow):
            self.fall_back(flow, reason)
        else:
            self.fail(flow, reason)
        self.empty_queue([flow], session)
        # "A client with no flow left that waits for the session MUST give the handshake up,
        # `abandoned`." (CLI-7)
        if session is not None and not session.flows:
            self.close(session, "abandoned")

    def abandon(self, flow: Flow) -> None:
        """The local stack gave a waiting flow up: what it still sends must not leave in clear."""
        session = flow.session
        self.fail(flow, "abandoned")
        self.empty_queue([flow], session)
        if session is not None and not session.flows:
            self.close(session, "abandoned")

    # --------------------------------------------------------------------------- answers

    def accept_resp(self, session: Session, resp: wire.Resp, body: bytes) -> Verdict:
        """RESP for a session in INIT. Raises Refused before it is authentic, Rejected after."""
        assert session.initiator is not None and session.entry is not None
        if len(body) > len(session.init):
            raise Refused("length")
        content, keys = session.initiator.read(resp.message)
        try:
            payload = wire.parse_payload(content, with_status=True)
            self._check_resp(session, resp, payload)
        except Refused as refused:
            raise Rejected(refused.reason) from None
        session.peer_index = resp.server_index
        session.reset_token = payload.options[wire.OPTION_RESET_TOKEN]
        self.start_keys(session, keys.to_responder, keys.to_initiator)
        session.initiator = None
        session.state, session.accepted = "up", wire.without_guard(body)
        session.last_packet = self.now.monotonic_ns
        known = self.kept_keys(session.name, session.peer)
        if session.fell_to_u and known is not None and any(
                entry.public_key == session.entry.public_key for entry in known.entries):
            known.came_up_in_u = True
        self.event("session-up", index=session.index, client=True)
        for flow in list(session.flows.values()):
            self._bind(flow)
        early, session.early = session.early, None
        if early is not None:
            if payload.status & wire.STATUS_EARLY_ACCEPTED:
                self.act("release", cookie=early.cookie)
            else:
                # "Refused early data still completes the handshake; the client sends it again."
                self.queue.insert(0, early)
        waiting = [kept for kept in self.queue if kept.flow.session is session]
        self.queue = [kept for kept in self.queue if kept.flow.session is not session]
        # "The client MUST send at once: the early segment if it was refused, then what waits, in
        # order, and a packet of type 59 when nothing of this exists and the stack sends nothing
        # in answer to what RESP carried." (CLI-12) The last is due now: what the stack sends before
        # the next tick takes its place.
        sent = any([self.flush(kept) for kept in waiting])
        verdict = Verdict("consumed")
        if payload.inner_type != wire.NOTHING:
            try:
                verdict = self.deliver(session, payload.inner_type, payload.segment)
            except Rejected as rejected:
                verdict = self.drop(rejected.reason)
        if not sent and session.epochs is not None:
            session.answer_due, session.answer_padded = self.now.monotonic_ns, True
        # "A packet of type 59 at 1, 2, 4 and 8 s after it accepted RESP" (CLI-15)
        session.confirmations = [self.now.monotonic_ns + after for after in CONFIRMATIONS]
        return verdict

    def _check_resp(self, session: Session, resp: wire.Resp, payload: Payload) -> None:
        options = payload.options
        # Options as they stand, type, form, checksum, options that are missing, RESP-1, outer
        # protocol: the order of Section 9.2.
        if payload.inner_type != wire.NOTHING:
            self.check_type(session, payload.inner_type)
            seg.check_inner(payload.inner_type, payload.segment)
        # "1 reset token(16), mandatory in RESP; 5 server index(32), mandatory in RESP, equal to
        # RESP 4..7"
        if wire.OPTION_RESET_TOKEN not in options or \
                options.get(wire.OPTION_SERVER_INDEX) != resp.server_index.to_bytes(4, "big"):
            raise Rejected("options")
        if session.layout == LAYOUT_N and payload.inner_type in (wire.TCP, wire.UDP) \
                and payload.inner_type != session.outer:
            raise Rejected("protocol-mismatch")
        # "RESP repeats the one in force; a client that asked for another closes"
        if options.get(wire.OPTION_COVERAGE, b"\0") != bytes([session.coverage]):
            flows = list(session.flows.values())
            for flow in flows:
                self.fail(flow, "coverage")
            self.empty_queue(flows, session)
            self.close(session, "coverage")
            raise Rejected("coverage")

    def check_type(self, session: Session, inner_type: int) -> None:
        """Types this session may carry; raises inner-type."""
        icmp = wire.ICMP if len(session.peer) == 4 else wire.ICMP6
        if inner_type not in (wire.TCP, wire.UDP, icmp):
            raise Rejected("inner-type")

    def accept_retry(self, session: Session, ctrl: wire.Ctrl) -> Verdict:
        """"Up to 4 RETRYs with different tokens are honoured per e, the latest counts: same INIT
        with that token."
        """
        assert session.entry is not None
        mac = tokens.retry_mac(session.entry.public_key, ctrl.head, ctrl.token,
                               session.init[32:64])
        if not tokens.same(mac, ctrl.mac):
            raise Refused("ctrl-mac")
        # "The client MUST drop an authentic RETRY, `unexpected`, when its next INIT has to be a
        # fresh one." (RETRY-19)
        if session.early_gone:
            raise Rejected("unexpected")
        if ctrl.token in session.honoured:
            raise Rejected("replay")
        if len(session.honoured) >= MAX_RETRIES:
            raise Rejected("retry-limit")
        session.honoured.add(ctrl.token)
        session.token = ctrl.token
        session.init = wire.with_token(session.init, ctrl.token)
        self._send_init(session, timetable=False)
        return Verdict("consumed")

    def accept_reset(self, local: bytes, peer: bytes, ctrl: wire.Ctrl, layout: int,
                     ports: tuple[int, int]) -> Verdict:
        """"By (local address, peer address, peer index) among the sessions that it opened, of the
        layout in which it came (layout U: with its ports), and that are UP" (RESET-9).
        """
        found = [session for session in self.sessions.values()
                 if session.client and session.state == "up"
                 and session.peer_index == ctrl.index
                 and self._is_peer(session, layout, local, peer, ports)]
        for session in found:
            if tokens.same(session.reset_token, ctrl.token):
                self.close(session, "reset")
                return Verdict("consumed", "reset")
        if found:
            raise Refused("ctrl-mac")
        raise Refused("unknown-index")

    def deliver(self, session: Session, inner_type: int, content: bytes) -> Verdict:
        """In ingress.py."""
        raise NotImplementedError

    @staticmethod
    def _is_peer(session: Session, layout: int, local: bytes, peer: bytes,
                 ports: tuple[int, int]) -> bool:
        """In ingress.py."""
        raise NotImplementedError
