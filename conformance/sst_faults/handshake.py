# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""INIT, RETRY, RESP, early data, and the timetable."""

from __future__ import annotations

import dataclasses
from typing import Any

from noise.backends.default import diffie_hellmans
from sst_reference import client, endpoint, noise, segment, server, tokens, wire
from sst_reference.endpoint import Endpoint
from sst_reference.random import EPHEMERAL, TestRandom
from sst_reference.state import SECOND, Clock
from sst_reference.wire import Refused

from sst_faults.registry import Function, add, constant, during, fault, replace, without

# ------------------------------------------------------------------------------------- INIT


@fault("nonce-reuse", "init-rtx-fresh-e")
def nonce_reuse() -> None:
    """One ephemeral for all INITs: two payloads under one key and nonce."""
    def make(fill: Function) -> Function:
        return lambda self, purpose, size: (b"\x42" * 32 if purpose == EPHEMERAL
                                            else fill(self, purpose, size))
    replace(TestRandom, "fill", make)


@fault("init-always-tcp", "init-outer-protocol")
def init_always_tcp() -> None:
    """In layout N an INIT leaves as protocol 6, whatever it carries."""
    def make(choose: Function) -> Function:
        def changed(self: Any, session: Any) -> None:
            choose(self, session)
            if session.layout == wire.LAYOUT_N:
                session.outer = wire.TCP
        return changed
    replace(Endpoint, "_choose_early", make)


@fault("missed-inits-sent", "late-clock")
def missed_inits_sent() -> None:
    """A host that slept sends an INIT for each time it missed."""
    def make(init_due: Function) -> Function:
        def each(self: Any, session: Any) -> None:
            now = self.now
            while session.state == "init" and session.next_init <= now.monotonic_ns:
                self.now = Clock(session.next_init, now.unix_ms)
                init_due(self, session)
            self.now = now
        return each
    replace(Endpoint, "init_due", make)


@fault("zero-shared-secret", "low-order-e")
def zero_shared_secret() -> None:
    """The X25519 result 0 is taken for a secret."""
    def make(exchange: Function) -> Function:
        def gullible(self: Any, private: Any, public: bytes) -> bytes:
            try:
                return bytes(exchange(self, private, public))
            except ValueError:
                return bytes(32)
        return gullible
    replace(diffie_hellmans.ED25519, "dh", make)


@fault("split-swapped", "noise-library")
def split_swapped() -> None:
    """The two keys of Split() are taken the wrong way round."""
    def make(split: Function) -> Function:
        def swapped(*arguments: Any) -> noise.Keys:
            keys = split(*arguments)
            return noise.Keys(keys.to_initiator, keys.to_responder, keys.handshake_hash)
        return swapped
    replace(noise, "_keys", make)


@fault("options-in-disorder", "options")
def options_in_disorder() -> None:
    """Options that cannot be parsed are skipped."""
    def make(parse: Function) -> Function:
        def lenient(data: bytes) -> dict[int, bytes]:
            try:
                return dict(parse(data))
            except wire.Refused:
                return {}
        return lenient
    replace(wire, "parse_options", make)


def _repeated(name: str, case: str, words: str, parts: slice) -> None:
    """The fault that less than all of its source tells a repeated INIT from a new one.

    @param parts of (layout, outer protocol, own address, peer address, port) that count
    """
    def make(accept_init: Function) -> Function:
        def changed(self: Any, local: bytes, peer: bytes, layout: int, outer: int, port: int,
                    body: bytes, sure: bool) -> Any:
            place = (layout, outer, local, peer, port)
            for other, (until, session) in list(self.handshakes.items()):
                if other[:5][parts] == place[parts] and other[5] == body[32:64] \
                        and self.now.monotonic_ns < until:
                    return self._repeat(session, body, len(body))
            return accept_init(self, local, peer, layout, outer, port, body, sure)
        return changed
    add(name, case, words, lambda: replace(Endpoint, "accept_init", make))


_repeated("handshakes-by-e", "same-ephemeral-elsewhere",
          "An INIT with a known e is a repeated one, from wherever it comes.", slice(0, 0))
_repeated("source-without-port", "same-ephemeral-elsewhere",
          "In layout U an INIT with a known e from another port is a repeated one.", slice(0, 4))

add("fewer-inits", "init-rtx-fresh-e", "The INITs at 23, 39, 47 and 55 s are left out.",
    constant(client, "TIMETABLE", [at * SECOND for at in (0, 1, 3, 7, 15, 31, 63, 123, 183, 243)]))
add("one-init", "hs-30%-both-ways", "An INIT is not sent again.",
    constant(client, "TIMETABLE", [0]))
add("small-handshake", "leak-size-syn-vs-udp-vs-rst", "INIT and RESP are no longer than needed.",
    constant(wire, "HANDSHAKE_MINIMUM", 64))
add("init-in-steps-of-128", "handshake-sizes", "INIT and RESP are multiples of 128.",
    during(wire, "pack_payload", wire, "HANDSHAKE_MULTIPLE", 128))
add("any-init-size", "handshake-sizes", "An INIT of any size from 256 on is read.",
    during(wire, "parse_init", wire, "HANDSHAKE_MULTIPLE", 1))
add("same-e-other-bytes", "init-details", "A known e is enough to count as the same INIT.",
    constant(server, "_comparable", lambda init: b""))

# ------------------------------------------------------------------------------------- RETRY


def _trusting(name: str, case: str, words: str, method: str) -> None:
    """The fault of a method that takes every authenticator for right."""
    add(name, case, words, during(Endpoint, method, tokens, "same", lambda one, other: True))


_trusting("retry-mac-unchecked", "forged-retry", "Anyone's RETRY is honoured.", "accept_retry")
_trusting("reset-without-token-check", "forged-reset", "Anyone's RESET closes.", "accept_reset")


@fault("retry-mac-without-e", "retry-then-ok")
def retry_mac_without_e() -> None:
    """The mac of a RETRY does not cover the ephemeral of the INIT."""
    replace(tokens, "retry_mac", lambda mac: lambda public, head, token, _: mac(
        public, head, token, b""))


@fault("fresh-init-after-retry", "retry-then-ok")
def fresh_init_after_retry() -> None:
    """RETRY is answered by a fresh INIT with the token instead of the same one."""
    def make(send: Function) -> Function:
        def fresh(self: Any, session: Any, timetable: bool = True) -> None:
            if not timetable:
                token, honoured = session.token, session.honoured
                self._fresh_init(session)
                session.token, session.honoured = token, honoured
                session.init = wire.with_token(session.init, token)
            send(self, session, timetable)
        return fresh
    replace(Endpoint, "_send_init", make)


# ------------------------------------------------------------------------------------- RESP


@fault("large-resp", "resp-not-larger-than-init")
def large_resp() -> None:
    """A RESP may be longer than its INIT."""
    def make(make_resp: Function) -> Function:
        def large(self: Any, session: Any, *arguments: Any) -> Any:
            session.init_size = 4096
            return make_resp(self, session, *arguments)
        return large
    replace(Endpoint, "make_resp", make)


@fault("long-resp-taken", "resp-once")
def long_resp_taken() -> None:
    """The client takes a RESP that is longer than its INIT."""
    def make(accept: Function) -> Function:
        def lenient(self: Any, session: Any, resp: Any, body: bytes) -> Any:
            session.init = session.init.ljust(len(body), b"\0")
            return accept(self, session, resp, body)
        return lenient
    replace(Endpoint, "accept_resp", make)


@fault("resp-in-any-protocol", "resp-once")
def resp_in_any_protocol() -> None:
    """The outer protocol of a RESP is not compared with that of the INIT."""
    def make(take: Function) -> Function:
        def lenient(self: Any, layout: int, outer: int, *rest: Any) -> Any:
            session = self.sessions.get(wire.index_of(rest[2]))
            return take(self, layout, outer if session is None else session.outer, *rest)
        return lenient
    replace(Endpoint, "_resp", make)


@fault("bad-resp-ends", "init-outer-protocol")
def bad_resp_ends() -> None:
    """A RESP that does not decrypt ends the handshake."""
    def make(accept: Function) -> Function:
        def hasty(self: Any, session: Any, resp: Any, body: bytes) -> Any:
            try:
                return accept(self, session, resp, body)
            except Refused as refused:
                if refused.reason == "decrypt":
                    flows = list(session.flows.values())
                    for flow in flows:
                        self.fail(flow, "decrypt")
                    self.empty_queue(flows, session)
                    self.close(session, "decrypt")
                raise
        return hasty
    replace(Endpoint, "accept_resp", make)


add("unbound-index", "downgrade", "The server index of RESP is not compared with the sealed one.",
    without("_check_resp"))
add("unconfirmed", "first-data-lost", "Nothing tells the server again that the session is up.",
    constant(client, "CONFIRMATIONS", []))
add("confirms-if-busy", "confirmation", "Type 59 leaves after RESP though the stack just sent.",
    constant(endpoint, "CONFIRM_QUIET", 0))

# ------------------------------------------------------------------------------------- early data


@fault("early-replay", "replay-init")
def early_replay() -> None:
    """Ephemerals are not remembered."""
    def make(judge: Function) -> Function:
        def forgetful(self: Any, *arguments: Any) -> Any:
            self.replay_cache = {}
            return judge(self, *arguments)
        return forgetful
    replace(Endpoint, "_judge_early", make)


@fault("early-udp-unasked", "hs-early-udp-optin")
def early_udp_unasked() -> None:
    """A datagram rides in INIT when the key allows it, whatever the socket asks."""
    def make(may: Function) -> Function:
        def eager(self: Any, session: Any, first: Any) -> bool:
            flow = first.flow
            flow.request = dataclasses.replace(flow.request, early_udp=True)
            return bool(may(self, session, first))
        return eager
    replace(Endpoint, "_may_be_early", make)


@fault("early-udp-of-any-size", "hs-early-udp-optin")
def early_udp_of_any_size() -> None:
    """A datagram rides in INIT though that is longer than the MTU."""
    def make(may: Function) -> Function:
        return lambda self, session, first: may(self, session,
                                                dataclasses.replace(first, mtu=65535))
    replace(Endpoint, "_may_be_early", make)


def _status(name: str, words: str, accepted: bool) -> None:
    """The fault that the client does not read bit 0 of status."""
    def make(parse: Function) -> Function:
        def changed(content: bytes, with_status: bool) -> wire.Payload:
            payload: wire.Payload = parse(content, with_status)
            if payload.status is not None:
                payload.status = payload.status & ~wire.STATUS_EARLY_ACCEPTED | accepted
            return payload
        return changed
    add(name, "early-refused", words, lambda: replace(wire, "parse_payload", make))


_status("refused-early-lost", "A refused early segment is not sent again.", True)
_status("accepted-early-again", "An accepted early segment is sent again.", False)

add("any-early-segment", "hs-empty-early", "The flags of the key do not matter for early data.",
    without("_may_be_early", True))
add("wrong-clock-window", "time-window", "Early data counts within 100 s.",
    constant(server, "TIME_WINDOW_MS", 100_000))
add("any-early-data", "early-data-rules", "Any TCP segment may be early data.",
    constant(segment, "is_bare_syn", lambda content: True))
