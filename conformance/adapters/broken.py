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
from sst_reference import aead, server, tokens, window, wire  # noqa: E402
from sst_reference.core import Core  # noqa: E402
from sst_reference.endpoint import Endpoint  # noqa: E402
from sst_reference.epochs import Epochs  # noqa: E402
from sst_reference.random import EPHEMERAL, TestRandom  # noqa: E402
from sst_reference.state import FlowKey, Verdict  # noqa: E402

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


@fault("short-window")
def short_window() -> None:
    """The window holds 1024 numbers."""
    replace(window, "SIZE", lambda _: 1024)


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


@fault("wrong-clock-window")
def wrong_clock_window() -> None:
    """Early data counts within 100 s."""
    replace(server, "TIME_WINDOW_MS", lambda _: 100_000)


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


@fault("no-guard")
def no_guard() -> None:
    """Bytes 12 and 13 are zero."""
    replace(wire, "GUARD", lambda _: 0)


def main() -> int:
    """Puts the fault in and serves the adapter interface."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fault", required=True, choices=FAULTS)
    FAULTS[parser.parse_args().fault]()
    return reference.main()


if __name__ == "__main__":
    sys.exit(main())
