# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Which session a flow gets, how many there are, and when one ends."""

from __future__ import annotations

from typing import Any

from sst_reference import client, flows, wire
from sst_reference.endpoint import Endpoint
from sst_reference.state import SECOND
from sst_reference.wire import Refused

from sst_faults.registry import Function, add, constant, fault, meanwhile, replace, without


@fault("session-confusion", "session-confusion")
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


@fault("pending-session-of-any-layout", "layout-asked")
def pending_session_of_any_layout() -> None:
    """A flow joins a pending session whose flows asked for another layout."""
    def make(select: Function) -> Function:
        def joins(self: Any, flow: Any, entry: Any) -> Any:
            for session in self.sessions.values():
                if session.client and session.state == "init" \
                        and session.peer == flow.key.peer \
                        and session.entry.public_key == entry.public_key \
                        and session.coverage == flow.request.coverage:
                    return session
            return select(self, flow, entry)
        return joins
    replace(Endpoint, "_select", make)


@fault("newer-session-replaces", "same-nat-same-port")
def newer_session_replaces() -> None:
    """A server takes a new session from an address for the successor of the one it has."""
    def make(new: Function) -> Function:
        def replacing(self: Any, local: bytes, peer: bytes, *rest: Any) -> Any:
            for session in list(self.sessions.values()):
                if not session.client and session.peer == peer:
                    self.close(session, "idle")
            return new(self, local, peer, *rest)
        return replacing
    replace(Endpoint, "_new_session", make)


@fault("auto-leaves-flows", "auto-keeps-flows")
def auto_leaves_flows() -> None:
    """When AUTO turns to U, only the flow whose segment rides in the INIT goes along."""
    def make(init_due: Function) -> Function:
        def parted(self: Any, session: Any) -> None:
            before = session.layout
            init_due(self, session)
            if session.layout == before:
                return
            for flow in list(session.flows.values())[1:]:
                del session.flows[flow.key]
                self._open_session(flow, session.entry, session.server_port, before)
        return parted
    replace(Endpoint, "init_due", make)


@fault("silence-closes", "blackhole")
def silence_closes() -> None:
    """A client closes a session when data went unanswered for 1.5 s and more is to be sent."""
    def make_opened(opened: Function) -> Function:
        def heard(self: Any, session: Any, *rest: Any) -> Any:
            session.silent_since = None
            return opened(self, session, *rest)
        return heard

    def make_seal(seal: Function) -> Function:
        def impatient(self: Any, flow: Any, content: bytes, told: int) -> Any:
            session, now = flow.session, self.now.monotonic_ns
            if session.client and flow.key.protocol == wire.TCP and len(content) > 20:
                since = getattr(session, "silent_since", None)
                if since is not None and now - since >= 3 * SECOND // 2:
                    self.close(session, "idle")
                    raise Refused("session-closed")
                session.silent_since = now if since is None else since
            return seal(self, flow, content, told)
        return impatient
    replace(Endpoint, "_opened", make_opened)
    replace(Endpoint, "seal_segment", make_seal)


def _overfull(name: str, words: str, method: str) -> None:
    """The fault that a session takes as many flows as come."""
    def make(original: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> Any:
            with meanwhile(self.config, "max_flows_per_session", 10**6):
                return original(self, *arguments)
        return changed
    add(name, "flows-per-session", words, lambda: replace(Endpoint, method, make))


_overfull("client-overfills", "A client puts any number of flows into a session.", "_select")
_overfull("server-overfilled", "A server takes any number of flows in a session.", "inbound_flow")


add("no-share-of-flows", "flows-per-session", "One site may have all flows of the table.",
    without("room_for_flow", True))


def _make_room(self: Any) -> None:
    while len(self.sessions) >= self.config.max_sessions:
        self.close(next(iter(self.sessions.values())), "idle")


@fault("oldest-session-evicted", "room-for-sessions")
def oldest_session_evicted() -> None:
    """On a full host the oldest session makes room."""
    for name in ("_open_session", "_over_limit"):
        def make(original: Function) -> Function:
            def changed(self: Any, *arguments: Any) -> Any:
                _make_room(self)
                return original(self, *arguments)
            return changed
        replace(Endpoint, name, make)


@fault("full-after-decryption", "room-for-sessions")
def full_after_decryption() -> None:
    """A full server decrypts an INIT before it refuses it."""
    def make_limit(over: Function) -> Function:
        def later(self: Any, *arguments: Any) -> Any:
            reason = over(self, *arguments)
            return None if reason == "sessions-full" else reason
        return later

    def make_new(new: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> Any:
            if len(self.sessions) >= self.config.max_sessions:
                raise Refused("sessions-full")
            return new(self, *arguments)
        return changed
    replace(Endpoint, "_over_limit", make_limit)
    replace(Endpoint, "_new_session", make_new)


add("session-for-each-flow", "two-flows-one-session", "Every flow gets a session of its own.",
    without("_select"))
add("joins-without-numbers", "no-number-for-new-flows",
    "A session that has no packet number left takes new flows.",
    constant(client, "STOP", 2**40))
add("idle-for-ever", "idle-session", "A session without flows is never given up.",
    constant(flows, "SESSION_IDLE", 10**6 * SECOND))
