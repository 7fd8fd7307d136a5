# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: BSD-2-Clause
"""The server: INIT, RETRY instead of state, RESP, RESET."""

from __future__ import annotations

from sst_reference import limits, random, segment as seg, tokens, wire
from sst_reference.core import IP_HEADER
from sst_reference.epochs import Rejected
from sst_reference.flows import Flows
from sst_reference.keyvalue import FLAG_EARLY_UDP
from sst_reference.noise import Responder, public_key
from sst_reference.state import SECOND, ServerKey, Session, Verdict
from sst_reference.wire import LAYOUT_N, LAYOUT_U, Payload, Refused

MAX_SERVER_KEYS = 4
TIME_WINDOW_MS = 10000
START_GUARD = 20 * SECOND
REPEAT_FOR = 10 * SECOND
HALF_REMNANT = 240 * SECOND
REMEMBER_EPHEMERAL = 60 * SECOND
MAX_EPHEMERALS = 262144


class Unrecognised(Refused):
    """Marked or not, nothing of ours: a wrong shape, an unknown index, an unknown key id."""


def _comparable(init: bytes) -> bytes:
    return wire.without_guard(wire.with_token(init, wire.ZERO_TOKEN))


class Server(Flows):
    """Sessions opened by others, until they are up."""

    def add_server_key(self, key_id: int, flags: int, secret: bytes, created_ms: int,
                       retire_ms: int) -> bytes | None:
        """The public key; None when four keys are held, or one with this key_id is."""
        if len(self.server_keys) == MAX_SERVER_KEYS or self._key(key_id) is not None:
            return None
        if self.server_start is None:
            self.server_start, self.latest_unix_ms = self.now, self.now.unix_ms
        key = ServerKey(secret, public_key(secret), key_id, flags, created_ms, retire_ms)
        self.server_keys.append(key)
        return key.public

    def remove_server_key(self, key_id: int) -> bool:
        """"Sessions made with it go on"."""
        key = self._key(key_id)
        if key is not None:
            self.server_keys.remove(key)
        return key is not None

    def _key(self, key_id: int) -> ServerKey | None:
        return next((key for key in self.server_keys if key.key_id == key_id), None)

    # --------------------------------------------------------------------------- INIT

    def accept_init(self, local: bytes, peer: bytes, layout: int, outer: int, source_port: int,
                    body: bytes, sure: bool) -> Verdict:
        """"Order for an INIT: shape, key id, repeated e (stored RESP, no accounting), limits,
        X25519."
        """
        try:
            init = wire.parse_init(body)
        except Refused as refused:
            raise Unrecognised(refused.reason if sure else "none") from None
        key = self._key(init.key_id)
        if key is None:
            raise Unrecognised("key-id")
        size = len(body) + IP_HEADER[len(peer)] + (wire.UDP_HEADER if layout == LAYOUT_U else 0)
        # "The same source": peer address, own address, outer protocol, in layout U the port.
        place = (layout, outer, local, peer, source_port, init.ephemeral)
        kept = self.handshakes.get(place)
        if kept is not None and self.now.monotonic_ns < kept[0]:
            return self._repeat(kept[1], body, size)
        validated = self.secrets.valid(init.token, peer, init.key_id, self.now.monotonic_ns) \
            if any(init.token) else False
        refused = self._over_limit(peer, validated)
        if refused == "retry-sent":
            self._send_retry(local, peer, layout, outer, source_port, init, key)
            return Verdict("consumed", "retry-sent")
        if refused is not None:
            # The packet may be authentic or not: nothing was computed for it.
            raise Refused(refused)
        responder = Responder(wire.prologue(outer, layout, body[:12]), key.secret, init.message)
        content = responder.read()
        try:
            return self._new_session(local, peer, layout, outer, source_port, body, init, key,
                                     responder, content, validated, size)
        except Refused as refusal:
            raise Rejected(refusal.reason) from None

    def _repeat(self, session: Session, body: bytes, size: int) -> Verdict:
        """"Same e again from the same source: the stored RESP". "An INIT that differs in any byte
        other than guard and token MUST be dropped, `decrypt`."
        """
        if _comparable(body) != session.init:
            raise Refused("decrypt")
        session.received += size
        if session.resp:
            self.check_amplification(session, len(session.resp) + (
                wire.UDP_HEADER if session.layout == LAYOUT_U else 0))
            # It says nothing of epochs: no answer that is due is paid with it.
            self.send(session, session.outer, self.wrap(session, session.resp))
        return Verdict("consumed")

    def _over_limit(self, peer: bytes, validated: bool) -> str | None:
        """None: goes on; retry-sent: RETRY instead of state; else the reason to drop."""
        now = self.now.monotonic_ns
        half_open = self.half_open()
        config = self.config
        tables = self.half_tables(peer, validated)
        crowded = tables[-1].half_open(peer) >= config.site_half_open
        buckets = [table.bucket(peer) for table in tables]
        if not validated:
            # "Any of [half-open >= maxHalfOpen 1024], [global INIT bucket empty], [site bucket
            # empty], [site half-open >= 64] => RETRY"
            buckets.insert(0, self.init_bucket)
            if half_open >= config.max_half_open or crowded \
                    or any(bucket.empty(now) for bucket in buckets):
                return "retry-sent"
        else:
            # "For an INIT with a valid token the order is: half-open sessions in all, of the area,
            # of the site; the bucket for all with a token, of the area, of the site."
            most = config.max_half_open_validated
            area_full = len(tables) == 2 and self.areas.half_open(peer) >= (most + 3) // 4
            if half_open >= most or area_full or crowded:
                return "half-open-full"
            buckets.insert(0, self.proven_bucket)
            if any(bucket.empty(now) for bucket in buckets):
                return "init-rate"
        # "Nothing is taken from any bucket unless all of it passes."
        for bucket in buckets:
            bucket.take(now)
        return None if self._room_for_session(peer) else "sessions-full"

    def _room_for_session(self, peer: bytes) -> bool:
        """Not "when it holds a sixteenth of 131072 of that peer's site that peers opened" (SES-12),
        or "when an eighth or less of 131072 is left: that is kept for sessions opened here"
        (SES-13).
        """
        most = self.config.max_sessions
        place = limits.site(peer)
        of_site = sum(not session.client and limits.site(session.peer) == place
                      for session in self.sessions.values())
        return len(self.sessions) < most - most // 8 and of_site < max(1, most // 16)

    def _send_retry(self, local: bytes, peer: bytes, layout: int, outer: int, source_port: int,
                    init: wire.Init, key: ServerKey) -> None:
        token = self.secrets.make(peer, init.key_id, self.now.monotonic_ns)
        head = wire.ctrl_head(init.index, wire.SUB_RETRY)
        mac = tokens.retry_mac(key.public, head, token, init.ephemeral)
        self._send_ctrl(local, peer, layout, outer, source_port,
                        wire.build_retry(init.index, token, mac))

    def _send_ctrl(self, local: bytes, peer: bytes, layout: int, outer: int, port: int,
                   body: bytes) -> None:
        packet = body
        if layout == LAYOUT_U:
            packet = seg.udp_packet(self.config.udp_port, port, body, local, peer)
        self.act("send", protocol=outer, local=local, peer=peer, mark=layout == LAYOUT_N,
                 packet=packet)

    def _new_session(self, local: bytes, peer: bytes, layout: int, outer: int, source_port: int,
                     body: bytes, init: wire.Init, key: ServerKey, responder: Responder,
                     content: bytes, validated: bool, size: int) -> Verdict:
        """An authentic INIT makes a session in HALF."""
        payload = wire.parse_payload(content, with_status=False)
        self._check_payload(payload, layout, outer)
        asked = payload.options.get(wire.OPTION_COVERAGE, b"\0")[0]
        # "A server that refuses narrow coverage answers `segment` and refuses early data"
        granted = asked if self.config.allow_narrow_coverage else wire.COVERAGE_SEGMENT
        now = self.now.monotonic_ns
        status, early_reason = self._judge_early(payload, init.ephemeral, key)
        if payload.inner_type != wire.NOTHING and early_reason is None and granted != asked:
            early_reason = "coverage"
        session = Session(client=False, local=local, peer=peer, layout=layout, outer=outer,
                          coverage=granted, padding=self.config.padding, state="half",
                          created=now, last_packet=now,
                          peer_index=init.index, own_port=self.config.udp_port,
                          peer_port=source_port, key=key, responder=responder,
                          ephemeral=init.ephemeral, init=_comparable(body),
                          init_size=len(body), status=status, received=size,
                          validated=validated)
        # "The two top bits (29, 28) of a server's own session index are key_id & 3"
        session.index = self.draw_index(key.key_id & 3)
        self.sessions[session.index] = session
        place = (layout, outer, local, peer, source_port, init.ephemeral)
        self.handshakes[place] = (now + REPEAT_FOR, session)
        for table in self.half_tables(peer, validated):
            table.count(peer, 1)
        if payload.inner_type != wire.NOTHING and early_reason is None:
            try:
                flow = self.inbound_flow(session, payload.inner_type, payload.segment)
            except Refused as refused:
                # "Early data for a tuple that is taken is refused; the handshake completes."
                early_reason = refused.reason
            else:
                session.status |= wire.STATUS_EARLY_ACCEPTED
                session.resp_due = now + self.config.resp_wait_ns
                self.touch(flow, payload.segment, sent=False)
                return Verdict("deliver", "none", payload.inner_type,
                               self.incoming(flow, payload.segment))
        self.send_resp(session)
        return Verdict("consumed", early_reason or "none")

    @staticmethod
    def _check_payload(payload: Payload, layout: int, outer: int) -> None:
        """"ICMP types are refused in INIT"; what rides is checked like any segment."""
        if payload.inner_type == wire.NOTHING:
            return
        if payload.inner_type not in (wire.TCP, wire.UDP):
            raise Refused("inner-type")
        seg.check_inner(payload.inner_type, payload.segment)
        if layout == LAYOUT_N and payload.inner_type != outer:
            raise Refused("protocol-mismatch")

    def _judge_early(self, payload: Payload, ephemeral: bytes,
                     key: ServerKey) -> tuple[int, str | None]:
        """Status so far, and why early data is refused, if it is.

        "Early data is accepted when |time difference| <= 10 s, e is not in the cache, the cache
        is not full, and the server has run 20 s (waived when the key is younger than the server's
        start): a SYN without ACK, RST, FIN and payload, or allowed UDP."
        """
        now = self.now.monotonic_ns
        assert self.server_start is not None
        self.replay_cache = {kept: until for kept, until in self.replay_cache.items()
                             if now < until}
        repeated = ephemeral in self.replay_cache
        full = len(self.replay_cache) >= MAX_EPHEMERALS
        if not full:
            self.replay_cache.setdefault(ephemeral, now + REMEMBER_EPHEMERAL)
        outside = abs(payload.time_ms - self.now.unix_ms) > TIME_WINDOW_MS
        status = wire.STATUS_CLOCK_OUTSIDE if outside else 0
        if payload.inner_type == wire.NOTHING:
            return status, None
        young = key.created_ms and key.created_ms >= self.server_start.unix_ms
        if outside:
            return status, "time-window"
        # "While its Unix time is more than 10 s behind the latest that it has seen on its own clock
        # since its start" (EARLY-12): what was recorded then may not be in the cache any more.
        set_back = self.latest_unix_ms - self.now.unix_ms > TIME_WINDOW_MS
        if repeated or full or set_back \
                or now - self.server_start.monotonic_ns < START_GUARD and not young:
            return status, "early-replay"
        if payload.inner_type == wire.TCP:
            allowed = seg.is_bare_syn(payload.segment)
        else:
            allowed = bool(key.flags & FLAG_EARLY_UDP)
        return status, None if allowed else "unexpected"

    # --------------------------------------------------------------------------- RESP

    def send_resp(self, session: Session) -> None:
        """An empty RESP as an action."""
        packet = self.make_resp(session, wire.NOTHING, b"")
        assert packet is not None
        self.send(session, session.outer, packet)

    def make_resp(self, session: Session, inner_type: int, content: bytes) -> bytes | None:
        """RESP with the stack's answer, sealed once; None where that does not fit.

        "RESP packet: the same, and no longer than the INIT"
        """
        assert session.key is not None and session.responder is not None
        token = tokens.reset_token(session.key.secret, session.index, session.peer)
        options = {wire.OPTION_RESET_TOKEN: token,
                   wire.OPTION_SERVER_INDEX: session.index.to_bytes(4, "big")}
        if session.coverage:
            options[wire.OPTION_COVERAGE] = bytes([session.coverage])
        plain = wire.pack_payload(Payload(self.now.unix_ms, inner_type, content, options,
                                          session.status))
        if wire.RESP_EPHEMERAL + 32 + wire.TAG + len(plain) > session.init_size:
            return None
        message, keys = session.responder.write(plain, self.random.fill(random.EPHEMERAL, 32))
        session.responder = None
        session.resp = wire.build_resp(session.peer_index, session.index, message)
        session.resp_due = None
        self.start_keys(session, keys.to_initiator, keys.to_responder)
        return self.pack(session, session.resp)

    def half_ends(self, session: Session) -> int:
        """"HALF lives 10 s from its first INIT"."""
        return session.created + self.config.half_life_ns

    def end_half(self, session: Session) -> None:
        """The flows of a lapsed HALF leave tombstones for 240 s: their egress stays shut."""
        for flow in list(session.flows.values()):
            self.bury(flow, HALF_REMNANT)
        self.close(session, "handshake-timeout")

    def comes_up(self, session: Session) -> None:
        """"UP at the first authentic DATA"."""
        self._leave_half(session)
        session.state = "up"
        self.event("session-up", index=session.index, client=False)

    # --------------------------------------------------------------------------- RESET

    def answer_unknown(self, local: bytes, peer: bytes, layout: int, outer: int, source_port: int,
                       body: bytes) -> None:
        """"DATA for an unknown index: RESET, smaller than its trigger, at most 10/s per source"."""
        index = wire.index_of(body)
        key = next((held for held in self.server_keys if held.key_id & 3 == index >> 28), None)
        if key is None or len(body) <= wire.RESET_SIZE:
            return
        if not self.resets.bucket(peer).take(self.now.monotonic_ns):
            return
        token = tokens.reset_token(key.secret, index, peer)
        self._send_ctrl(local, peer, layout, outer, source_port, wire.build_reset(index, token))
