# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Rules read in another way: keys, INITs and what waits for them, packets at odd places."""

from __future__ import annotations

from typing import Any

from sst_reference import client, core, keyvalue, wire
from sst_reference.endpoint import Endpoint
from sst_reference.epochs import Rejected
from sst_reference.state import Verdict

from sst_faults.registry import Function, add, constant, during, fault, meanwhile, replace

# ------------------------------------------------------------------------------------- keys


@fault("silence-replaces-keys", "keys-replaced")
def silence_replaces_keys() -> None:
    """"No answer" takes the place of keys."""
    def make(remember: Function) -> Function:
        def changed(self: Any, name: str, address: bytes, answer: str, *rest: Any) -> Any:
            if answer == "timeout":
                self.known.pop((name, address), None)
            return remember(self, name, address, answer, *rest)
        return changed
    replace(Endpoint, "remember", make)


@fault("other-key-stays", "latest-key")
def other_key_stays() -> None:
    """Once another key was named the next fresh INIT has it, though the same was named again."""
    def make(provide: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> None:
            newer = {session: session.newer for session in self.sessions.values()}
            provide(self, *arguments)
            for session, kept in newer.items():
                session.newer = session.newer or kept
        return changed
    replace(Endpoint, "provide_keys", make)


@fault("layout-u-of-the-entry", "auto-same-key")
def layout_u_of_the_entry() -> None:
    """That only U came up is forgotten when an answer says anything else of the same key."""
    def make(remember: Function) -> Function:
        def changed(self: Any, name: str, address: bytes, answer: str, entries: Any,
                    udp_port: int) -> Any:
            old = self.known.get((name, address))
            keys = remember(self, name, address, answer, entries, udp_port)
            if old is not None and old.entries != entries:
                keys.came_up_in_u = False
            return keys
        return changed
    replace(Endpoint, "remember", make)


@fault("short-entries-refused", "key-value-status")
def short_entries_refused() -> None:
    """An entry of fewer than 3 bytes makes a value invalid, of a version nobody knows too."""
    def make(parse: Function) -> Function:
        def changed(value: bytes) -> Any:
            rest = value
            while rest:
                if 0 < rest[0] < 3:
                    return "truncated", []
                rest = rest[1 + rest[0]:]
            return parse(value)
        return changed
    replace(keyvalue, "parse", make)


# ------------------------------------------------------------------------------------- policies


@fault("better-answer-unheard", "why-it-fell-back")
def better_answer_unheard() -> None:
    """A flow that falls back for an unusable value hears no other answer in its 3 s."""
    def make(proceed: Function) -> Function:
        def changed(self: Any, flow: Any, keys: Any) -> None:
            if flow.reason != "key-unusable":
                proceed(self, flow, keys)
        return changed
    replace(Endpoint, "proceed", make)


@fault("pin-open-while-waiting", "pin-waits-in-clear")
def pin_open_while_waiting() -> None:
    """A clear answer to a flow under `pin` goes up while there is no key, pinned or not."""
    def make(clear: Function) -> Function:
        def changed(self: Any, protocol: int, local: bytes, peer: bytes, packet: bytes,
                    reason: str) -> Any:
            source, destination = wire.udp_ports(packet)
            for flow in self.flows.values():
                if flow.key == (protocol, destination, peer, source) and flow.session is None \
                        and (flow.state, flow.request.policy) == ("waiting", "pin"):
                    return Verdict("pass", reason)
            return clear(self, protocol, local, peer, packet, reason)
        return changed
    replace(Endpoint, "_clear_segment", make)


@fault("other-protocols-leave", "other-protocols")
def other_protocols_leave() -> None:
    """What is no TCP, UDP or ICMP leaves as it is, under `require` too."""
    def make(egress_segment: Function) -> Function:
        def changed(self: Any, protocol: int, *rest: Any) -> Any:
            if protocol not in (wire.TCP, wire.UDP, wire.ICMP, wire.ICMP6):
                return Verdict("pass")
            return egress_segment(self, protocol, *rest)
        return changed
    replace(Endpoint, "egress_segment", make)


# ------------------------------------------------------------------------------------- INIT


@fault("auto-decides-again", "auto-decides-once")
def auto_decides_again() -> None:
    """AUTO asks at each INIT after 3 s whether layout U is served by now."""
    def make(init_due: Function) -> Function:
        def changed(self: Any, session: Any) -> None:
            session.judged = False
            init_due(self, session)
        return changed
    replace(Endpoint, "init_due", make)


@fault("retry-is-no-answer", "retry-and-auto")
def retry_is_no_answer() -> None:
    """AUTO goes to layout U at 3 s, though a RETRY came in layout N."""
    def make(init_due: Function) -> Function:
        def changed(self: Any, session: Any) -> None:
            init, honoured, session.honoured = session.init, session.honoured, set()
            init_due(self, session)
            if session.init == init:
                session.honoured = honoured
        return changed
    replace(Endpoint, "init_due", make)


@fault("riding-segment-counts", "riding-segment")
def riding_segment_counts() -> None:
    """What rides in INIT is one of the 64 segments that may wait."""
    def make(wait: Function) -> Function:
        def changed(self: Any, flow: Any, *rest: Any) -> None:
            rides = flow.session is not None and flow.session.early is not None
            with meanwhile(client, "QUEUE_PACKETS", client.QUEUE_PACKETS - rides):
                wait(self, flow, *rest)
        return changed
    replace(Endpoint, "wait", make)


@fault("retry-for-the-old-e", "retry-after-give-up")
def retry_for_the_old_e() -> None:
    """A RETRY counts though the next INIT has to be a fresh one."""
    def make(accept: Function) -> Function:
        def changed(self: Any, session: Any, ctrl: Any) -> Any:
            with meanwhile(session, "early_gone", False):
                return accept(self, session, ctrl)
        return changed
    replace(Endpoint, "accept_retry", make)


# ------------------------------------------------------------------------------------- RESP

add("guard-makes-another-resp", "resp-copy", "A RESP with another guard is another RESP.",
    during(Endpoint, "_resp", wire, "without_guard", lambda body: body))


@fault("type-59-with-resp", "type-59-by-tick")
def type_59_with_resp() -> None:
    """Type 59 leaves when RESP is accepted, before the stack could answer what it carried."""
    def make(accept: Function) -> Function:
        def changed(self: Any, session: Any, resp: Any, body: bytes) -> Any:
            verdict = accept(self, session, resp, body)
            if session.answer_due is not None:
                self.send_nothing(session, None)
            return verdict
        return changed
    replace(Endpoint, "accept_resp", make)


@fault("long-answer-first", "long-answer")
def long_answer_first() -> None:
    """An answer that does not fit RESP is the verdict, and so leaves before RESP."""
    def make(answer: Function) -> Function:
        def changed(self: Any, session: Any, inner_type: int, content: bytes, cookie: int,
                    told: int, flow: Any = None) -> Any:
            verdict = answer(self, session, inner_type, content, cookie, told, flow)
            if verdict.outcome == "wait":
                last = self.actions.pop()
                verdict = Verdict("send", "none", last.protocol, last.packet, last.mark)
            return verdict
        return changed
    replace(Endpoint, "answer_in_resp", make)


# ------------------------------------------------------------------------------------- ingress


@fault("server-at-any-port", "init-at-client-port")
def server_at_any_port() -> None:
    """A host that is a server too takes an INIT at its client's port of layout U."""
    def make(open_u: Function) -> Function:
        def changed(self: Any, local: bytes, peer: bytes, packet: bytes) -> Any:
            body = wire.parse_udp(packet)
            if self.server_keys and body and wire.kind_of(body) == wire.KIND_INIT:
                return self._open(wire.LAYOUT_U, wire.UDP, local, peer, True, body,
                                  wire.udp_ports(packet))
            return open_u(self, local, peer, packet)
        return changed
    replace(Endpoint, "_open_u", make)


@fault("wrong-length-goes-up", "marked-at-u-port")
def wrong_length_goes_up() -> None:
    """A marked packet to a port of layout U goes up on IPv6 when its length field is wrong."""
    def make(take: Function) -> Function:
        def changed(self: Any, protocol: int, local: bytes, peer: bytes, marked: bool,
                    packet: bytes) -> Any:
            verdict = take(self, protocol, local, peer, marked, packet)
            if marked and protocol == wire.UDP and len(local) == 16 \
                    and (verdict.outcome, verdict.reason) == ("drop", "length") \
                    and int.from_bytes(packet[4:6], "big") != len(packet):
                return Verdict("pass", "length")
            return verdict
        return changed
    replace(Endpoint, "ingress_packet", make)


@fault("reset-on-ipv6", "unrecognized-dropped")
def reset_on_ipv6() -> None:
    """A marked packet of an unknown session is answered by RESET on IPv6 too."""
    def make(take: Function) -> Function:
        def changed(self: Any, layout: int, outer: int, local: bytes, peer: bytes, sure: bool,
                    body: bytes, ports: tuple[int, int]) -> Any:
            if sure and layout == wire.LAYOUT_N and len(local) == 16 \
                    and wire.index_of(body) not in self.sessions:
                self.answer_unknown(local, peer, layout, outer, 0, body)
            return take(self, layout, outer, local, peer, sure, body, ports)
        return changed
    replace(Endpoint, "_data", make)


# ------------------------------------------------------------------------------------- interface


@fault("size-of-the-first-try", "size-while-pending")
def size_of_the_first_try() -> None:
    """The size for a flow that waits is that of the layout in which its INIT was sent."""
    def make(segment_size: Function) -> Function:
        def changed(self: Any, key: Any, mtu: int) -> int:
            flow = self.flows.get(key)
            if flow is not None and flow.session is not None:
                return int(self.segment_room(flow.session, mtu))
            return int(segment_size(self, key, mtu))
        return changed
    replace(Endpoint, "segment_size", make)


# -------------------------------------------------------------- later keys, orders, IPv6


@fault("new-key-old-port", "new-key-new-port")
def new_key_old_port() -> None:
    """A key of a later answer is used at the port of the first."""
    def make(provide: Function) -> Function:
        def changed(self: Any, *arguments: Any) -> None:
            provide(self, *arguments)
            for session in self.sessions.values():
                if session.newer is not None:
                    session.newer = (session.newer[0], session.server_port)
        return changed
    replace(Endpoint, "provide_keys", make)


@fault("auto-by-the-first-key", "auto-new-key")
def auto_by_the_first_key() -> None:
    """Whether AUTO may turn to U is decided by the key of the first INIT."""
    def make(due: Function) -> Function:
        def changed(self: Any, session: Any) -> None:
            if not session.entry.flags & keyvalue.FLAG_LAYOUT_U:
                session.judged = True
            due(self, session)
        return changed
    replace(Endpoint, "init_due", make)


@fault("resp-uses-up-the-handshake", "resp-after-mismatch")
def resp_uses_up_the_handshake() -> None:
    """A RESP that decrypts is the only one, though what it carries was refused."""
    refused: set[int] = set()

    def make(accept: Function) -> Function:
        def changed(self: Any, session: Any, *arguments: Any) -> Any:
            if id(session) in refused:
                raise wire.Refused("unexpected")
            try:
                return accept(self, session, *arguments)
            except Rejected:
                refused.add(id(session))
                raise
        return changed
    replace(Endpoint, "accept_resp", make)


@fault("coverage-judged-first", "coverage-comes-last")
def coverage_judged_first() -> None:
    """A coverage that is refused hides what else is wrong with the early data."""
    def make(judge: Function) -> Function:
        def changed(self: Any, payload: Any, *arguments: Any) -> Any:
            status, reason = judge(self, payload, *arguments)
            return status, None if wire.OPTION_COVERAGE in payload.options else reason
        return changed
    replace(Endpoint, "_judge_early", make)


add("header-of-ipv4", "oversized-v6", "A packet of IPv6 may be as long as with a header of IPv4.",
    constant(core, "IP_HEADER", {4: 20, 16: 20}))
