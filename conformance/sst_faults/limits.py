# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""What protects a server and those around it: limits, tokens, keys, RESET, counters."""

from __future__ import annotations

import dataclasses
from typing import Any

from sst_reference import limits, tokens, wire
from sst_reference.core import Core
from sst_reference.endpoint import Endpoint
from sst_reference.state import SECOND, Verdict

from sst_faults.registry import Function, add, constant, fault, replace, setting, without

add("amplification", "amplification", "An address not yet proven gets what the stack sends.",
    without("check_amplification"))
add("no-limits", "half-open-flood", "Every INIT makes a session.", without("_over_limit"))
add("no-site-limit", "limits-per-address", "One address may send all INITs.",
    setting("site_init_rate", 10**6))
add("long-tokens", "retry-token-life", "A token of RETRY lives for 1000 s and more.",
    constant(limits, "SLOT", 1000 * SECOND))
add("keys-never-removed", "key-rotation-overlap", "A key that is removed goes on serving.",
    without("remove_server_key", True))
add("no-reset", "close-and-reset-token", "DATA for an unknown index is not answered.",
    without("answer_unknown"))
add("index-without-key", "hs-basic-syn",
    "A server's indices do not say which key they belong to.",
    lambda: replace(Core, "draw_index", lambda draw: lambda self, fixed=None: draw(self)))


@fault("reset-by-first-key", "reset-keys")
def reset_by_first_key() -> None:
    """A RESET is made with the server's first key, whatever the index says."""
    def make(answer: Function) -> Function:
        def first(self: Any, local: bytes, peer: bytes, layout: int, outer: int, port: int,
                  body: bytes) -> None:
            held = self.server_keys
            self.server_keys = [dataclasses.replace(key, key_id=wire.index_of(body) >> 28)
                                for key in held[:1]]
            answer(self, local, peer, layout, outer, port, body)
            self.server_keys = held
        return first
    replace(Endpoint, "answer_unknown", make)


@fault("reset-closes-own-sessions", "reset-keys")
def reset_closes_own_sessions() -> None:
    """The token of its RESP closes a session at the server too."""
    def make(accept: Function) -> Function:
        def changed(self: Any, peer: bytes, ctrl: wire.Ctrl, layout: int) -> Any:
            for session in list(self.sessions.values()):
                if not session.client and (session.peer, session.peer_index) == (peer, ctrl.index):
                    token = tokens.reset_token(session.key.secret, session.index, peer)
                    if tokens.same(token, ctrl.token):
                        self.close(session, "reset")
                        return Verdict("consumed", "reset")
            return accept(self, peer, ctrl, layout)
        return changed
    replace(Endpoint, "accept_reset", make)


@fault("counted-twice", "counted-once")
def counted_twice() -> None:
    """What is dropped is counted where it happens and once more with the verdict."""
    def make(drop: Function) -> Function:
        def counting(self: Any, reason: str) -> Any:
            self.met[reason] += 1
            return drop(self, reason)
        return counting
    replace(Endpoint, "drop", make)
