# Copyright (c) 2026 The ns3-sst authors
# SPDX-License-Identifier: GPL-2.0-only
"""Rules read in another way: epochs, early data, ICMP, sessions, and the flows in them."""

from __future__ import annotations

from typing import Any

from sst_reference import epochs, icmp, segment, wire
from sst_reference.endpoint import Endpoint
from sst_reference.epochs import Epochs
from sst_reference.state import Session, Verdict
from sst_reference.wire import Refused

from sst_faults.registry import Function, add, constant, during, fault, meanwhile, replace

# ------------------------------------------------------------------------------------- epochs


@fault("steps-without-the-peer", "epoch-by-time")
def steps_without_the_peer() -> None:
    """After 15 min the next epoch begins, though the peer has not come to this one."""
    def make(take: Function) -> Function:
        def changed(self: Any, now: int) -> Any:
            if self.epoch and now - self._entered >= epochs.EPOCH_TIME and not self.opened:
                self._advance(now)
            return take(self, now)
        return changed
    replace(Epochs, "take", make)


add("answer-padded", "answer-unpadded", "The answer that an epoch owes is padded like a dummy.",
    lambda: replace(Endpoint, "send_nothing",
                    lambda send: lambda self, session, _: send(self, session, None)))


@fault("old-epoch-at-its-end", "at-the-instant")
def old_epoch_at_its_end() -> None:
    """The keys of the epoch before are still there at the instant at which they end."""
    replace(Epochs, "forget_old", lambda forget: lambda self, now: forget(self, now - 1))


# ------------------------------------------------------------------------------------- early data


@fault("empty-init-forgotten", "empty-init")
def empty_init_forgotten() -> None:
    """The e of an INIT without early data is not remembered."""
    def make(judge: Function) -> Function:
        def changed(self: Any, payload: Any, ephemeral: bytes, key: Any) -> Any:
            cache = dict(self.replay_cache)
            judged = judge(self, payload, ephemeral, key)
            if payload.inner_type == wire.NOTHING:
                self.replay_cache = cache
            return judged
        return changed
    replace(Endpoint, "_judge_early", make)


@fault("early-form-first", "early-order")
def early_form_first() -> None:
    """What early data is decides before the clock, the cache and the server's start."""
    def make(judge: Function) -> Function:
        def changed(self: Any, payload: Any, ephemeral: bytes, key: Any) -> Any:
            status, reason = judge(self, payload, ephemeral, key)
            if payload.inner_type == wire.TCP and not segment.is_bare_syn(payload.segment):
                reason = "unexpected"
            return status, reason
        return changed
    replace(Endpoint, "_judge_early", make)


@fault("checksum-before-form", "double-faults")
def checksum_before_form() -> None:
    """Whether a checksum inside is zero is looked at before the form of its segment."""
    def make(check: Function) -> Function:
        def changed(protocol: int, content: bytes) -> None:
            at = segment.CHECKSUM_AT[protocol]
            if any(content[at:at + 2]):
                raise Refused("inner-checksum")
            check(protocol, content)
        return changed
    replace(segment, "check_inner", make)


# ------------------------------------------------------------------------------------- ICMP


@fault("error-by-the-true-port", "icmp-about-translated")
def error_by_the_true_port() -> None:
    """An error about a translated flow is looked up by the port that stood in the packet."""
    def make(seal: Function) -> Function:
        def changed(self: Any, session: Any, inner_type: int, content: bytes, flow: Any = None,
                    *rest: Any, **named: Any) -> Any:
            packet = seal(self, session, inner_type, content, flow, *rest, **named)
            if flow is not None:
                last = next(reversed(self.ring))
                key, *quoted = self.ring[last]
                self.ring[last] = (key._replace(peer_port=flow.true_port), *quoted)
            return packet
        return changed
    replace(Endpoint, "seal", make)


@fault("icmp-before-keys-dropped", "icmp-in-resp")
def icmp_before_keys_dropped() -> None:
    """An ICMP error of the stack about the early flow is dropped: its session has no keys yet."""
    def make(answer: Function) -> Function:
        def changed(self: Any, session: Any, inner_type: int, *rest: Any) -> Any:
            if inner_type in (wire.ICMP, wire.ICMP6):
                return self.drop("unexpected")
            return answer(self, session, inner_type, *rest)
        return changed
    replace(Endpoint, "answer_in_resp", make)


@fault("icmp-unpadded", "long-icmp-error")
def icmp_unpadded() -> None:
    """An ICMP error of the stack is not padded, as no flow sends it."""
    def make(padding_for: Function) -> Function:
        def changed(self: Any, session: Any, inner_type: int, *rest: Any) -> int:
            is_icmp = inner_type in (wire.ICMP, wire.ICMP6)
            return 0 if is_icmp else int(padding_for(self, session, inner_type, *rest))
        return changed
    replace(Endpoint, "padding_for", make)


@fault("fragments-read", "icmp-quotes-fragment")
def fragments_read() -> None:
    """A quoted fragment header is skipped like any other, whichever fragment it is of."""
    replace(segment, "EXTENSION_HEADERS", lambda headers: (*headers, segment.FRAGMENT_HEADER))
    replace(segment, "FRAGMENT_HEADER", lambda _: 256)


@fault("error-about-the-peers-session", "icmp-two-sessions")
def error_about_the_peers_session() -> None:
    """Where two sessions fit, an error is about the one that the peer opened."""
    def make(quoted: Function) -> Function:
        def changed(self: Any, quote: Any, layout: int) -> Any:
            theirs = {index: session for index, session in self.sessions.items()
                      if not session.client}
            with meanwhile(self, "sessions", theirs):
                found = quoted(self, quote, layout)
            return found if found[0] is not None else quoted(self, quote, layout)
        return changed
    replace(Endpoint, "_quoted", make)


add("one-number-more", "icmp-number-exact", "An error about the number 4096 before is believed.",
    constant(icmp, "QUOTED_NUMBERS", 4097))


@fault("path-mtu-told-again", "what-the-host-is-told")
def path_mtu_told_again() -> None:
    """The host is told the path MTU at every error that names one, changed or not."""
    def make(ingress_icmp: Function) -> Function:
        def changed(self: Any, protocol: int, local: bytes, peer: bytes, message: bytes) -> Any:
            before = [(session, session.path_mtu) for session in self.sessions.values()]
            verdict = ingress_icmp(self, protocol, local, peer, message)
            quote = segment.parse_icmp(protocol, message, True)
            for session, mtu in before:
                if verdict.outcome in ("deliver", "consumed") and quote is not None \
                        and session.peer == quote.destination and mtu == session.path_mtu != 0:
                    self.event("path-mtu", index=session.index, client=session.client, mtu=mtu)
            return verdict
        return changed
    replace(Endpoint, "ingress_icmp", make)


# ------------------------------------------------------------------------------------- sessions


@fault("session-for-each-name", "session-by-key")
def session_for_each_name() -> None:
    """A flow takes a session of its own name only."""
    def make(select: Function) -> Function:
        def changed(self: Any, flow: Any, entry: Any) -> Any:
            found = select(self, flow, entry)
            return found if found is None or found.name == flow.request.name else None
        return changed
    replace(Endpoint, "_select", make)


@fault("idle-by-receiving", "idle-by-sending")
def idle_by_receiving() -> None:
    """Only what the peer sends keeps a session without flows."""
    def make(pack: Function) -> Function:
        def changed(self: Any, session: Session, body: bytes) -> Any:
            last = session.last_packet
            packet = pack(self, session, body)
            session.last_packet = last
            return packet
        return changed
    replace(Endpoint, "pack", make)


@fault("none-asked", "padding-none")
def none_asked() -> None:
    """A flow that asks for `none` is not padded, whatever the setting of the host."""
    replace(Endpoint, "padding_asked", lambda _: lambda self, flow: flow.request.padding)


def _no_share(self: Any, peer: bytes) -> bool:
    most = self.config.max_flows
    return len(self.flows) < most and (most < 16 or self.flows_of_site(peer) < most // 16)


add("no-share-of-small-tables", "least-share", "A table that 16 sites cannot share is one's own.",
    constant(Endpoint, "room_for_flow", _no_share))


@fault("reset-by-index", "reset-at-another-port")
def reset_by_index() -> None:
    """The session of a RESET is looked for by peer and index alone."""
    def make(accept: Function) -> Function:
        def changed(self: Any, local: bytes, peer: bytes, ctrl: Any, layout: int,
                    ports: tuple[int, int]) -> Any:
            for session in self.sessions.values():
                if session.client and (session.peer, session.peer_index) == (peer, ctrl.index):
                    local, ports = session.local, (session.peer_port, session.own_port)
            return accept(self, local, peer, ctrl, layout, ports)
        return changed
    replace(Endpoint, "accept_reset", make)


@fault("unmarked-uncounted", "unmarked-forgeries")
def unmarked_uncounted() -> None:
    """An unmarked packet that does not open does not count as one that failed."""
    def make(take: Function) -> Function:
        def changed(self: Any, layout: int, outer: int, local: bytes, peer: bytes, sure: bool,
                    *rest: Any) -> Any:
            count = self._count_forgery if sure else lambda session: None
            with meanwhile(self, "_count_forgery", count):
                return take(self, layout, outer, local, peer, sure, *rest)
        return changed
    replace(Endpoint, "_data", make)


# ------------------------------------------------------------------------------------- flows


@fault("half-datagrams-forgotten", "tombstones-of-datagrams")
def half_datagrams_forgotten() -> None:
    """When HALF lapses only its TCP flow leaves a tombstone."""
    def make(end: Function) -> Function:
        def changed(self: Any, session: Any) -> None:
            for flow in list(session.flows.values()):
                if flow.key.protocol == wire.UDP:
                    self.unbind(flow)
            end(self, session)
        return changed
    replace(Endpoint, "end_half", make)


add("port-of-a-tombstone", "alias-is-free", "A translated port may be that of a tombstone.",
    during(Endpoint, "_free_peer_port", Endpoint, "tombstone", lambda self, key: None))


@fault("plain-syn-reopens", "failed-plain-syn")
def plain_syn_reopens() -> None:
    """Any SYN for which nothing is asked leaves in clear on a flow that failed."""
    def make(known: Function) -> Function:
        def changed(self: Any, flow: Any, local: bytes, content: bytes, syn: bool, request: Any,
                    *rest: Any) -> Any:
            if flow.state == "failed" and syn and request is None:
                self.unbind(flow)
                return Verdict("pass")
            return known(self, flow, local, content, syn, request, *rest)
        return changed
    replace(Endpoint, "_known_flow", make)


@fault("clear-answers-unseen", "clear-is-seen")
def clear_answers_unseen() -> None:
    """What the peer sends in clear does not keep a flow that fell back."""
    def make(touch: Function) -> Function:
        def changed(self: Any, flow: Any, content: bytes, sent: bool) -> None:
            if sent or flow.state != "clear":
                touch(self, flow, content, sent)
        return changed
    replace(Endpoint, "touch", make)


@fault("stray-delivered", "stray-segments")
def stray_delivered() -> None:
    """A segment reaches a flow of another session with the same server."""
    def make(deliver: Function) -> Function:
        def changed(self: Any, session: Any, inner_type: int, content: bytes) -> Any:
            source, destination = segment.ports(content)
            for flow in self.flows.values():
                if session.client and flow.state == "sst" and flow.session.client and flow.key == (
                        inner_type, destination, session.peer, source):
                    session = flow.session
            return deliver(self, session, inner_type, content)
        return changed
    replace(Endpoint, "deliver", make)


@fault("seen-when-sent", "seen-when-up")
def seen_when_sent() -> None:
    """The time of a flow that waited counts from its last segment, not from when it is bound."""
    def make(bind: Function) -> Function:
        def changed(self: Any, flow: Any) -> None:
            last = flow.last
            bind(self, flow)
            flow.last = last
        return changed
    replace(Endpoint, "_bind", make)


@fault("rst-for-good", "syn-takes-back")
def rst_for_good() -> None:
    """A flow that saw RST is over, whatever is seen after it."""
    def make(touch: Function) -> Function:
        def changed(self: Any, flow: Any, content: bytes, sent: bool) -> None:
            was_reset = flow.reset
            touch(self, flow, content, sent)
            flow.reset = flow.reset or was_reset
        return changed
    replace(Endpoint, "touch", make)


@fault("same-number-goes-on", "reopen-same-number")
def same_number_goes_on() -> None:
    """A SYN with the number of the first is that one again, after RST too."""
    def make(known: Function) -> Function:
        def changed(self: Any, flow: Any, local: bytes, content: bytes, syn: bool, request: Any,
                    *rest: Any) -> Any:
            if flow.state == "sst" and syn and segment.tcp_sequence(content) == flow.sequence:
                request = None
            return known(self, flow, local, content, syn, request, *rest)
        return changed
    replace(Endpoint, "_known_flow", make)
