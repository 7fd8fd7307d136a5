# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Keys of names, pins, what is remembered of a server, policies and falling back."""

from __future__ import annotations

import dataclasses
from typing import Any

from sst_reference import client, keyvalue, names, segment, wire
from sst_reference.endpoint import Endpoint
from sst_reference.keyvalue import FLAG_LAYOUT_U, Entry
from sst_reference.state import SECOND

from sst_faults.registry import Function, add, constant, fault, replace, without

# ------------------------------------------------------------------------------------- keys

add("trailing-bytes", "key-entries",
    "What follows the last whole entry of key65280 is ignored.",
    lambda: replace(keyvalue, "parse",
                    lambda parse: lambda value: parse(value[:len(value) // 41 * 41])))
add("expired-keys", "key-choice", "The end of a key does not matter.",
    constant(Entry, "usable", lambda self, unix_ms: True))
add("unknown-flags-refused", "unknown-flags", "A key with flags that nobody knows is not used.",
    lambda: replace(Entry, "usable", lambda usable: lambda self, unix_ms: not self.flags & 0xF0
                    and usable(self, unix_ms)))
add("questions-for-ever", "key-question", "A question for keys never ends.",
    constant(client, "KEY_WAIT", 10**6 * SECOND))


@fault("layout-u-without-flag", "layout-asked")
def layout_u_without_flag() -> None:
    """A port of layout U is enough, without the flag of the key."""
    def make(proceed: Function) -> Function:
        def changed(self: Any, flow: Any, keys: Any) -> None:
            if keys.udp_port:
                keys = dataclasses.replace(keys, entries=[
                    dataclasses.replace(entry, flags=entry.flags | FLAG_LAYOUT_U)
                    for entry in keys.entries])
            proceed(self, flow, keys)
        return changed
    replace(Endpoint, "proceed", make)


@fault("layout-u-forgotten", "auto-remembers-u")
def layout_u_forgotten() -> None:
    """Each session of AUTO tries layout N first."""
    def make(accept: Function) -> Function:
        def forgetful(self: Any, session: Any, *rest: Any) -> Any:
            session.fell_to_u = False
            return accept(self, session, *rest)
        return forgetful
    replace(Endpoint, "accept_resp", make)


@fault("layout-u-for-ever", "auto-remembers-u")
def layout_u_for_ever() -> None:
    """That only U came up is remembered longer than the keys."""
    def make_accept(accept: Function) -> Function:
        def noted(self: Any, session: Any, *rest: Any) -> Any:
            verdict = accept(self, session, *rest)
            if session.fell_to_u:
                self.__dict__.setdefault("only_u", set()).add((session.name, session.peer))
            return verdict
        return noted

    def make_remember(remember: Function) -> Function:
        def kept(self: Any, name: str, address: bytes, *rest: Any) -> Any:
            keys = remember(self, name, address, *rest)
            keys.came_up_in_u |= (name, address) in self.__dict__.get("only_u", ())
            return keys
        return kept
    replace(Endpoint, "accept_resp", make_accept)
    replace(Endpoint, "remember", make_remember)


# ------------------------------------------------------------------------------------- pins

add("pins-forgotten", "strip-dns", "No name is ever pinned.", without("_pin"))
add("long-pins", "pins-bounded", "A pin lasts a day longer.",
    constant(names, "PIN_MS", 31 * 86400 * 1000))


@fault("pin-decided-early", "pin-decided-late")
def pin_decided_early() -> None:
    """Whether a name is pinned is decided when its flow begins."""
    def make(new_flow: Function) -> Function:
        def early(self: Any, key: Any, local: bytes, content: bytes, syn: bool, request: Any,
                  *rest: Any) -> Any:
            if request.policy == "pin":
                policy = "require" if self.pinned(request.name) else "opportunistic"
                request = dataclasses.replace(request, policy=policy)
            return new_flow(self, key, local, content, syn, request, *rest)
        return early
    replace(Endpoint, "_new_flow", make)


@fault("key-pinned", "pin-decided-late")
def key_pinned() -> None:
    """Not the name is pinned but its key: another one is not used."""
    def make(remember: Function) -> Function:
        def pinned(self: Any, name: str, address: bytes, answer: str, entries: list[Entry],
                   udp_port: int) -> Any:
            known = self.__dict__.setdefault("pinned_keys", {})
            if self.pinned(name) and name in known:
                entries = [entry for entry in entries if entry.public_key == known[name]]
            keys = remember(self, name, address, answer, entries, udp_port)
            if self.pinned(name) and entries:
                known.setdefault(name, entries[0].public_key)
            return keys
        return pinned
    replace(Endpoint, "remember", make)


# ------------------------------------------------------------------------------------- policies

add("downgrade", "drop-flagged", "`require` and `pin` fall back like `opportunistic`.",
    without("opportunistic", True))


@fault("policy-never-raised", "policy-raised")
def policy_never_raised() -> None:
    """A waiting flow keeps the policy it began with."""
    def make(waits: Function) -> Function:
        return lambda self, flow, content, syn, request, *rest: waits(self, flow, content, syn,
                                                                      None, *rest)
    replace(Endpoint, "_waiting_flow", make)


@fault("unreachable-falls-back", "no-fallback-after-up")
def unreachable_falls_back() -> None:
    """ICMP unreachable makes opportunistic flows of a session fall back."""
    def make(ingress_icmp: Function) -> Function:
        def hasty(self: Any, protocol: int, local: bytes, peer: bytes, message: bytes) -> Any:
            verdict = ingress_icmp(self, protocol, local, peer, message)
            quote = segment.parse_icmp(protocol, message)
            is_unreachable = message[:1] == (b"\3" if protocol == wire.ICMP else b"\1")
            if verdict.outcome == "deliver" and is_unreachable and quote is not None:
                for flow in list(self.flows.values()):
                    if flow.state == "sst" and flow.key.peer == quote.destination \
                            and self.opportunistic(flow):
                        self.fall_back(flow, "handshake-timeout")
            return verdict
        return hasty
    replace(Endpoint, "ingress_icmp", make)


@fault("reset-falls-back", "no-fallback-after-up")
def reset_falls_back() -> None:
    """After RESET opportunistic flows go on in clear."""
    def make(close: Function) -> Function:
        def changed(self: Any, session: Any, reason: str, *rest: Any) -> None:
            for flow in list(session.flows.values()):
                if reason == "reset" and self.opportunistic(flow):
                    self.fall_back(flow, reason)
            close(self, session, reason, *rest)
        return changed
    replace(Endpoint, "close", make)
