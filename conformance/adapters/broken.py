# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""The reference implementation with one deliberate fault, to show that the cases can fail.

`broken.py --fault NAME` serves it over the adapter interface. Never to be used for anything else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER.parent)]

import reference  # noqa: E402  (the paths come first)
from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: E402
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20  # noqa: E402
from noise.backends.default import diffie_hellmans  # noqa: E402
from sst_reference import aead, client, core, egress, endpoint, epochs, flows  # noqa: E402
from sst_reference import icmp, ingress, keyvalue, limits, names, segment, server  # noqa: E402
from sst_reference import tokens, window, wire  # noqa: E402
from sst_reference.core import Core  # noqa: E402
from sst_reference.endpoint import Endpoint  # noqa: E402
from sst_reference.epochs import Epochs  # noqa: E402
from sst_reference.random import EPHEMERAL, TestRandom  # noqa: E402
from sst_reference.state import SECOND, Config, FlowKey, Verdict  # noqa: E402

FAULTS: dict[str, Callable[[], None]] = {}
Function = Callable[..., Any]


def fault(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers a fault; calling it puts the fault in."""
    def register(put_in: Callable[[], None]) -> Callable[[], None]:
        FAULTS[name] = put_in
        return put_in
    return register


def replace(owner: Any, name: str, make: Callable[[Function], Any]) -> None:
    """Puts `make(what was there)` in the place of an attribute that has to be there."""
    setattr(owner, name, make(getattr(owner, name)))


@fault("nonce-reuse")
def nonce_reuse() -> None:
    """One ephemeral for all INITs: two payloads under one key and nonce."""
    def make(fill: Function) -> Function:
        return lambda self, purpose, size: (b"\x42" * 32 if purpose == EPHEMERAL
                                            else fill(self, purpose, size))
    replace(TestRandom, "fill", make)


@fault("number-reuse")
def number_reuse() -> None:
    """Every packet number is used twice."""
    def make(take: Function) -> Function:
        def twice(self: Epochs, now: int) -> tuple[int, bytes]:
            number, key = take(self, now)
            self.taken = not getattr(self, "taken", False)  # type: ignore[attr-defined]
            self.next -= self.taken  # type: ignore[attr-defined]
            return number, key
        return twice
    replace(Epochs, "take", make)


@fault("no-replay-window")
def no_replay_window() -> None:
    """A packet is opened as often as it comes."""
    replace(window.Window, "refuses", lambda _: lambda self, number: False)


@fault("accepts-bit-flips")
def accepts_bit_flips() -> None:
    """The tag of DATA is not verified."""
    def unverified(key: bytes, number: int, _associated: bytes, sealed: bytes,
                   _tag: bytes) -> bytes:
        counter = (1).to_bytes(4, "little")
        cipher = Cipher(ChaCha20(key, counter + aead.nonce(number)), None)
        return cipher.decryptor().update(sealed)
    replace(aead, "open_", lambda _: unverified)


@fault("session-confusion")
def session_confusion() -> None:
    """A flow opened here takes any session with the peer, a stranger's too."""
    def make(select: Function) -> Function:
        def confused(self: Any, flow: Any, entry: Any) -> Any:
            for session in self.sessions.values():
                if session.state == "up" and session.peer == flow.key.peer:
                    return session
            return select(self, flow, entry)
        return confused
    replace(Endpoint, "_select", make)


@fault("port-takeover")
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


@fault("amplification")
def amplification() -> None:
    """An address not yet proven gets as much as the stack sends."""
    replace(Core, "check_amplification", lambda _: lambda self, session, size: None)


@fault("clear-port")
def clear_port() -> None:
    """An RST of the stack leaves in clear."""
    def make(egress: Function) -> Function:
        def leaking(self: Any, protocol: int, local: bytes, peer: bytes, mtu: int,
                    content: bytes, request: Any, cookie: int) -> Verdict:
            if protocol == wire.TCP and content[13] & 4:
                return Verdict("pass")
            return egress(self, protocol, local, peer, mtu, content, request, cookie)
        return leaking
    replace(Endpoint, "egress_segment", make)


@fault("downgrade")
def downgrade() -> None:
    """`require` and `pin` fall back like `opportunistic`."""
    replace(Endpoint, "opportunistic", lambda _: lambda self, flow: True)


@fault("early-replay")
def early_replay() -> None:
    """Ephemerals are not remembered."""
    def make(judge: Function) -> Function:
        def forgetful(self: Any, *arguments: Any) -> Any:
            self.replay_cache = {}
            return judge(self, *arguments)
        return forgetful
    replace(Endpoint, "_judge_early", make)


@fault("no-limits")
def no_limits() -> None:
    """Every INIT makes a session."""
    replace(Endpoint, "_over_limit", lambda _: lambda self, peer, validated: None)


def _trusting(name: str) -> None:
    """A method that takes every authenticator for right."""
    def make(accept: Function) -> Function:
        def trusting(*arguments: Any) -> Any:
            same, tokens.same = tokens.same, lambda one, other: True
            try:
                return accept(*arguments)
            finally:
                tokens.same = same
        return trusting
    replace(Endpoint, name, make)


@fault("retry-mac-unchecked")
def retry_mac_unchecked() -> None:
    """Anyone's RETRY is honoured."""
    _trusting("accept_retry")


@fault("reset-without-token-check")
def reset_without_token_check() -> None:
    """Anyone's RESET closes."""
    _trusting("accept_reset")


@fault("unbound-index")
def unbound_index() -> None:
    """The server index of RESP is not compared with the sealed one."""
    replace(Endpoint, "_check_resp", lambda _: lambda self, session, resp, payload: None)


@fault("epoch-reuse")
def epoch_reuse() -> None:
    """Every epoch has the key of the first."""
    replace(aead, "rekey", lambda _: lambda key: key)


@fault("old-epoch-kept")
def old_epoch_kept() -> None:
    """The key of the epoch before is kept for good."""
    replace(Epochs, "forget_old", lambda _: lambda self, now: None)


@fault("verify-after-advance")
def verify_after_advance() -> None:
    """A number of the next epoch advances before its tag is verified."""
    def make(open_: Function) -> Function:
        def hasty(self: Any, number: int, now: int, *arguments: Any) -> Any:
            if number >> aead.EPOCH_BITS == self.epoch + 1:
                self._advance(now)
            return open_(self, number, now, *arguments)
        return hasty
    replace(Epochs, "open", make)


@fault("zero-shared-secret")
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


@fault("udp-checksum-zero")
def udp_checksum_zero() -> None:
    """The outer UDP checksum of layout U is not computed."""
    replace(segment, "udp_packet", lambda make: lambda *arguments: segment.with_checksum(
        wire.UDP, make(*arguments), 0))


@fault("inner-checksum-ignored")
def inner_checksum_ignored() -> None:
    """A checksum inside need not be zero."""
    replace(segment, "check_inner", lambda check: lambda protocol, content: check(
        protocol, segment.without_checksum(protocol, content)))


@fault("options-in-disorder")
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


@fault("guard-checked")
def guard_checked() -> None:
    """A packet with another guard is refused."""
    def make(parse: Function) -> Function:
        def strict(body: bytes) -> Any:
            if body[12:14] != b"\x50\x10":
                raise wire.Refused("reserved")
            return parse(body)
        return strict
    for name in ("parse_init", "parse_resp", "parse_ctrl"):
        replace(wire, name, make)


@fault("trailing-bytes")
def trailing_bytes() -> None:
    """What follows the last whole entry of key65280 is ignored."""
    replace(keyvalue, "parse", lambda parse: lambda value: parse(value[:len(value) // 41 * 41]))


@fault("index-without-key")
def index_without_key() -> None:
    """A server's indices do not say which key they belong to."""
    replace(Core, "draw_index", lambda draw: lambda self, fixed=None: draw(self))


@fault("large-resp")
def large_resp() -> None:
    """A RESP may be longer than its INIT."""
    def make(make_resp: Function) -> Function:
        def large(self: Any, session: Any, *arguments: Any) -> Any:
            session.init_size = 4096
            return make_resp(self, session, *arguments)
        return large
    replace(Endpoint, "make_resp", make)


@fault("policy-never-raised")
def policy_never_raised() -> None:
    """A waiting flow keeps the policy it began with."""
    def make(waits: Function) -> Function:
        return lambda self, flow, content, syn, request, *rest: waits(self, flow, content, syn,
                                                                      None, *rest)
    replace(Endpoint, "_waiting_flow", make)


@fault("failed-prolonged")
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


@fault("damaged-in-clear")
def damaged_in_clear() -> None:
    """What cannot be parsed leaves as it is."""
    def make(egress_segment: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> Verdict:
            verdict: Verdict = egress_segment(self, *arguments)
            return Verdict("pass") if verdict.reason == "inner-length" else verdict
        return changed
    replace(Endpoint, "egress_segment", make)


def without(name: str, answer: Any = None) -> Callable[[], None]:
    """The fault that a method of the endpoint does nothing but answer."""
    return lambda: replace(Endpoint, name, lambda _: lambda self, *arguments: answer)


def constant(module: Any, name: str, value: Any) -> Callable[[], None]:
    """The fault of a wrong constant."""
    return lambda: replace(module, name, lambda _: value)


def setting(name: str, value: Any) -> Callable[[], None]:
    """The fault of a wrong default."""
    def make(config: Function) -> Function:
        def changed() -> Config:
            made: Config = config()
            setattr(made, name, value)
            return made
        return changed
    return lambda: replace(reference, "Config", make)


FAULTS.update({
    # methods that do nothing
    "any-early-segment": without("_may_be_early", True),
    "session-for-each-flow": without("_select"),
    "pins-forgotten": without("_pin"),
    "keys-never-removed": without("remove_server_key", True),
    "no-reset": without("answer_unknown"),
    "no-coverage-check": without("_check_coverage"),
    "no-tombstones": without("tombstone"),
    "no-padding": without("padding_for", 0),
    "abandon-ignored": without("abandon"),
    "address-unchecked": lambda: replace(
        Endpoint, "_is_peer", lambda _: staticmethod(lambda *arguments: True)),
    "icmp-of-any-version": without("check_type"),
    "forgeries-uncounted": without("_count_forgery"),
    "clear-injection": without("_clear_segment", Verdict("pass")),
    "icmp-in-clear": without("egress_icmp", Verdict("pass")),
    # constants
    "no-guard": constant(wire, "GUARD", 0),
    "small-handshake": constant(wire, "HANDSHAKE_MINIMUM", 64),
    "wrong-overhead": constant(wire, "OVERHEAD", {wire.LAYOUT_N: 24, wire.LAYOUT_U: 30}),
    "short-window": constant(window, "SIZE", 1024),
    "wrong-clock-window": constant(server, "TIME_WINDOW_MS", 100_000),
    "remnants-open": constant(server, "HALF_REMNANT", 0),
    "expired-keys": constant(keyvalue.Entry, "usable", lambda self, unix_ms: True),
    "groups-taken": constant(ingress, "is_group", lambda address: False),
    "dhcp-sealed": constant(egress, "DHCP_PORTS", set()),
    "long-pins": constant(names, "PIN_MS", 31 * 86400 * 1000),
    "same-e-other-bytes": constant(server, "_comparable", lambda init: b""),
    "failed-flows-forgotten": constant(flows, "FAILED", 0),
    "oversized-sent": constant(core, "LARGEST_PACKET", 10**6),
    "questions-for-ever": constant(client, "KEY_WAIT", 10**6 * SECOND),
    "marked-only": constant(ingress, "SMALLEST_DATA", 10**6),
    "any-early-data": constant(segment, "is_bare_syn", lambda content: True),
    "no-stop": constant(epochs, "STOP", 2**32),
    "epoch-for-ever": constant(epochs, "EPOCH_TIME", 10**6 * SECOND),
    "late-answer": constant(ingress, "ANSWER_AFTER", 30 * SECOND),
    "one-init": constant(client, "TIMETABLE", [0]),
    "fewer-inits": constant(client, "TIMETABLE", [
        at * SECOND for at in (0, 1, 3, 7, 15, 31, 63, 123, 183, 243)]),
    "unconfirmed": constant(client, "CONFIRMATIONS", []),
    "confirms-if-busy": constant(endpoint, "CONFIRM_QUIET", 0),
    "endless-queue": constant(client, "QUEUE_PACKETS", 10**6),
    "long-tokens": constant(limits, "SLOT", 1000 * SECOND),
    "idle-for-ever": constant(flows, "SESSION_IDLE", 10**6 * SECOND),
    "short-tcp-idle": constant(flows, "TCP_IDLE", 3600 * SECOND),
    "stale-icmp": constant(icmp, "QUOTED_NUMBERS", 2**32),
    "no-extension-headers": constant(segment, "EXTENSION_HEADERS", ()),
    # defaults
    "no-site-limit": setting("site_init_rate", 10**6),
})


def main() -> int:
    """Puts the fault in and serves the adapter interface."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fault", required=True, choices=FAULTS)
    FAULTS[parser.parse_args().fault]()
    return reference.main()


if __name__ == "__main__":
    sys.exit(main())
